-- A producer's profile is four values (Instagram handle, biography, picture, e-mail address), each with the source that
-- states it. Two profiles of one producer become one here: when two runs looked for it at the same time, when two
-- producers turn out to be one person, and when a caller states values of its own. producers.metadata.sources keeps the
-- source of each value.

SELECT linernotes.ensure_type('linernotes.profile_value', 'AS (value TEXT, source TEXT)');
COMMENT ON TYPE linernotes.profile_value IS
  'One value of a profile and the source that states it; value is NULL where nobody states one.';

SELECT linernotes.ensure_type('linernotes.profile', 'AS (
  instagram_handle linernotes.profile_value,
  instagram_bio linernotes.profile_value,
  image_url linernotes.profile_value,
  email linernotes.profile_value
)');
COMMENT ON TYPE linernotes.profile IS
  'The profile of a producer, each value with its source.';

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
  'metadata.sources, or an empty object where the metadata has none of that shape.';

CREATE OR REPLACE FUNCTION linernotes.read_profile(
  instagram_handle TEXT, instagram_bio TEXT, image_url TEXT, email TEXT, metadata JSONB
)
RETURNS linernotes.profile
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT ROW(
    ROW(instagram_handle, CASE WHEN instagram_handle IS NOT NULL THEN sources ->> 'instagram_handle' END)::linernotes.profile_value,
    ROW(instagram_bio, CASE WHEN instagram_bio IS NOT NULL THEN sources ->> 'instagram_bio' END)::linernotes.profile_value,
    ROW(image_url, CASE WHEN image_url IS NOT NULL THEN sources ->> 'image_url' END)::linernotes.profile_value,
    ROW(email, CASE WHEN email IS NOT NULL THEN sources ->> 'email' END)::linernotes.profile_value
  )::linernotes.profile
  FROM linernotes.profile_sources(metadata) AS sources;
$$;
COMMENT ON FUNCTION linernotes.read_profile(TEXT, TEXT, TEXT, TEXT, JSONB) IS
  'The four values, each with the source that metadata.sources names for it.';

CREATE OR REPLACE FUNCTION linernotes.profile_of(producer public.producers)
RETURNS linernotes.profile
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT linernotes.read_profile(
    producer.instagram_handle, producer.instagram_bio, producer.image_url, producer.email, producer.metadata
  );
$$;
COMMENT ON FUNCTION linernotes.profile_of(public.producers) IS
  'The stored profile of a producer.';

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
  'A hash of the stored profile. A commit compares it with the hash that its stage was given: if they differ, somebody else has changed the profile meanwhile.';

CREATE OR REPLACE FUNCTION linernotes.metadata_with_sources(metadata JSONB, profile linernotes.profile)
RETURNS JSONB
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN metadata ? 'sources' THEN metadata || jsonb_build_object('sources',
      linernotes.profile_sources(metadata) - '{instagram_handle,instagram_bio,image_url,email}'::TEXT[]
        || jsonb_strip_nulls(jsonb_build_object(
          'instagram_handle', (profile.instagram_handle).source,
          'instagram_bio', (profile.instagram_bio).source,
          'image_url', (profile.image_url).source,
          'email', (profile.email).source
        )))
    ELSE metadata
  END;
$$;
COMMENT ON FUNCTION linernotes.metadata_with_sources(JSONB, linernotes.profile) IS
  'The metadata with the sources of this profile in place of those that it names; metadata without sources stays as it is.';

CREATE OR REPLACE FUNCTION linernotes.is_empty_profile(profile linernotes.profile)
RETURNS BOOLEAN
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT num_nonnulls(
    (profile.instagram_handle).value, (profile.instagram_bio).value, (profile.image_url).value, (profile.email).value
  ) = 0;
$$;
COMMENT ON FUNCTION linernotes.is_empty_profile(linernotes.profile) IS
  'Whether the profile has no value at all.';

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
  'How far a source is believed in what it says of a profile: 1 the most, 5 a source that is not listed. The social enrichment stage in Rust orders its sources likewise.';

CREATE OR REPLACE FUNCTION linernotes.value_by_rank(stored linernotes.profile_value, given linernotes.profile_value)
RETURNS linernotes.profile_value
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN given.value IS NULL THEN stored
    WHEN stored.value IS NULL THEN given
    WHEN linernotes.source_rank(given.source) <= linernotes.source_rank(stored.source) THEN given
    ELSE stored
  END;
$$;
COMMENT ON FUNCTION linernotes.value_by_rank(linernotes.profile_value, linernotes.profile_value) IS
  'The value whose source is believed more, the given one among equals.';

CREATE OR REPLACE FUNCTION linernotes.value_as_given(stored linernotes.profile_value, given linernotes.profile_value)
RETURNS linernotes.profile_value
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    -- Where both say the same, the source that is believed more stays named.
    WHEN given.value IS NULL OR given.value = stored.value THEN linernotes.value_by_rank(stored, given)
    ELSE given
  END;
$$;
COMMENT ON FUNCTION linernotes.value_as_given(linernotes.profile_value, linernotes.profile_value) IS
  'The given value where there is one, else the stored one.';

CREATE OR REPLACE FUNCTION linernotes.value_as_stated(stored linernotes.profile_value, given linernotes.profile_value)
RETURNS linernotes.profile_value
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT CASE
    WHEN given.source IS NULL THEN linernotes.value_as_given(stored, given)
    ELSE linernotes.value_by_rank(stored, given)
  END;
$$;
COMMENT ON FUNCTION linernotes.value_as_stated(linernotes.profile_value, linernotes.profile_value) IS
  'The given value where it names no source, else the value whose source is believed more.';

CREATE OR REPLACE FUNCTION linernotes.without_account(profile linernotes.profile)
RETURNS linernotes.profile
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT ROW(
    CASE WHEN (profile.instagram_handle).source IS DISTINCT FROM 'instagram' THEN profile.instagram_handle END,
    NULL,
    CASE WHEN (profile.image_url).source IS DISTINCT FROM 'instagram' THEN profile.image_url END,
    CASE WHEN (profile.email).source IS DISTINCT FROM 'instagram' THEN profile.email END
  )::linernotes.profile;
$$;
COMMENT ON FUNCTION linernotes.without_account(linernotes.profile) IS
  'The profile without what was read from the Instagram account: the biography, and every value whose source is Instagram.';

CREATE OR REPLACE FUNCTION linernotes.is_other_account(stored linernotes.profile, given linernotes.profile)
RETURNS BOOLEAN
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT coalesce(lower((stored.instagram_handle).value) <> lower((given.instagram_handle).value), FALSE);
$$;
COMMENT ON FUNCTION linernotes.is_other_account(linernotes.profile, linernotes.profile) IS
  'Whether the two profiles name different Instagram accounts.';

CREATE OR REPLACE FUNCTION linernotes.profile_by_rank(stored linernotes.profile, given linernotes.profile)
RETURNS linernotes.profile
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  -- Of two accounts one is believed. What was read from the other may be somebody else's.
  IF linernotes.is_other_account(stored, given) THEN
    IF linernotes.value_by_rank(stored.instagram_handle, given.instagram_handle) = given.instagram_handle THEN
      stored := linernotes.without_account(stored);
    ELSE
      given := linernotes.without_account(given);
    END IF;
  END IF;
  RETURN ROW(
    linernotes.value_by_rank(stored.instagram_handle, given.instagram_handle),
    linernotes.value_by_rank(stored.instagram_bio, given.instagram_bio),
    linernotes.value_by_rank(stored.image_url, given.image_url),
    linernotes.value_by_rank(stored.email, given.email)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.profile_by_rank(linernotes.profile, linernotes.profile) IS
  'One profile of two that did not know of each other: value by value from the source that is believed more, the given one among equals.';

CREATE OR REPLACE FUNCTION linernotes.profile_as_decided(stored linernotes.profile, given linernotes.profile)
RETURNS linernotes.profile
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  IF linernotes.is_other_account(stored, given) THEN
    stored := linernotes.without_account(stored);
  END IF;
  RETURN ROW(
    linernotes.value_as_given(stored.instagram_handle, given.instagram_handle),
    linernotes.value_as_given(stored.instagram_bio, given.instagram_bio),
    linernotes.value_as_given(stored.image_url, given.image_url),
    linernotes.value_as_given(stored.email, given.email)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.profile_as_decided(linernotes.profile, linernotes.profile) IS
  'The stored profile, changed by somebody who knew it: every given value counts, and with another Instagram account goes what was read from the former one.';

CREATE OR REPLACE FUNCTION linernotes.profile_as_stated(stored linernotes.profile, given linernotes.profile)
RETURNS linernotes.profile
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
BEGIN
  RETURN ROW(
    linernotes.value_as_stated(stored.instagram_handle, given.instagram_handle),
    linernotes.value_as_stated(stored.instagram_bio, given.instagram_bio),
    linernotes.value_as_stated(stored.image_url, given.image_url),
    linernotes.value_as_stated(stored.email, given.email)
  );
END;
$$;
COMMENT ON FUNCTION linernotes.profile_as_stated(linernotes.profile, linernotes.profile) IS
  'The stored profile, changed by a caller of the documented functions: a value without a source counts, one with a source counts if that is believed as much as the stored one''s. Nothing else is taken away.';
