-- Which value of a profile is kept where two are stated: by a run and by another that was quicker, by two producers who
-- turn out to be one. metadata.sources remembers whose each value is; a better source replaces a worse one, never the
-- other way round.

CREATE OR REPLACE FUNCTION linernotes.profile_sources(metadata JSONB)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE WHEN jsonb_typeof(metadata -> 'sources') = 'object' THEN metadata -> 'sources' ELSE '{}' END;
$$;
COMMENT ON FUNCTION linernotes.profile_sources(JSONB) IS
  'metadata.sources, of whatever shape the metadata is.';

CREATE OR REPLACE FUNCTION linernotes.profile_of(producer public.producers)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT jsonb_build_object(
    'instagram_handle', producer.instagram_handle,
    'instagram_bio', producer.instagram_bio,
    'image_url', producer.image_url,
    'email', producer.email,
    'sources', linernotes.profile_sources(producer.metadata)
  );
$$;
COMMENT ON FUNCTION linernotes.profile_of(public.producers) IS
  'The profile as the functions here take it: the four fields, and in sources whose each is.';

CREATE OR REPLACE FUNCTION linernotes.profile_version(producer public.producers)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT md5(linernotes.profile_of(producer)::TEXT);
$$;
COMMENT ON FUNCTION linernotes.profile_version(public.producers) IS
  'Another one once the profile has changed: so a commit knows whether its stage decided on what is stored now.';

CREATE OR REPLACE FUNCTION linernotes.source_rank(source TEXT)
RETURNS INT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT coalesce(array_position(ARRAY['musicbrainz', 'wikidata', 'genius', 'instagram'], source), 5);
$$;
COMMENT ON FUNCTION linernotes.source_rank(TEXT) IS
  'How far a source is believed in what it says of a profile, 1 the most. As SOURCES in shared/src/stages/social_enrichment.';

CREATE OR REPLACE FUNCTION linernotes.joined_profile(stored JSONB, given JSONB, manner TEXT)
RETURNS JSONB
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
DECLARE
  takes_handle BOOLEAN;
  other_account BOOLEAN := coalesce(
    manner <> 'stated' AND lower(stored ->> 'instagram_handle') <> lower(given ->> 'instagram_handle'), FALSE
  );
BEGIN
  takes_handle := given ->> 'instagram_handle' IS NOT NULL AND (
    manner <> 'by rank'
    OR stored ->> 'instagram_handle' IS NULL
    OR linernotes.source_rank(given -> 'sources' ->> 'instagram_handle')
      <= linernotes.source_rank(stored -> 'sources' ->> 'instagram_handle')
  );

  RETURN (
    WITH field AS (
      SELECT each.name,
        -- What stands on the account that is not believed is nobody's.
        CASE WHEN NOT (other_account AND takes_handle AND each.of_account) THEN stored ->> each.name END AS stored,
        CASE WHEN NOT (other_account AND NOT takes_handle AND each.of_account) THEN given ->> each.name END AS given,
        each.stored_source,
        each.given_source,
        linernotes.source_rank(each.given_source) <= linernotes.source_rank(each.stored_source) AS given_is_better
      FROM (
        SELECT name, stored -> 'sources' ->> name AS stored_source, given -> 'sources' ->> name AS given_source,
          name = 'instagram_bio' OR coalesce('instagram' = CASE
            WHEN takes_handle THEN stored -> 'sources' ->> name
            ELSE given -> 'sources' ->> name
          END, FALSE) AS of_account
        FROM unnest(ARRAY['instagram_handle', 'instagram_bio', 'image_url', 'email']) AS name
      ) AS each
    ), settled AS (
      SELECT field.*,
        CASE
          WHEN field.given IS NULL THEN FALSE
          WHEN field.stored IS NULL THEN TRUE
          WHEN field.stored = field.given OR manner = 'by rank' OR (manner = 'stated' AND field.given_source IS NOT NULL)
            THEN field.given_is_better
          ELSE TRUE
        END AS takes
      FROM field
    )
    SELECT jsonb_object_agg(name, CASE WHEN takes THEN settled.given ELSE settled.stored END)
      || jsonb_build_object('sources', coalesce(
        jsonb_object_agg(name, CASE WHEN takes THEN given_source ELSE stored_source END) FILTER (
          WHERE CASE WHEN takes THEN given_source ELSE stored_source END IS NOT NULL
            AND coalesce(settled.given, settled.stored) IS NOT NULL
        ),
        '{}'
      ))
    FROM settled
  );
END;
$$;
COMMENT ON FUNCTION linernotes.joined_profile(JSONB, JSONB, TEXT) IS
  'One profile of two. manner: by rank (field by field the better source''s, the given one''s among equals), decided (what is given counts), stated (likewise where no source is named, else by rank; what stood on another Instagram account stays). Otherwise a biography and a picture of an account go with its handle.';
