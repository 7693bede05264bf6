//! Which names are one: `names/pairs.txt` says it by hand, and `linernotes.normalize_name` must agree; so must the
//! search, every character that there is, and every locale that a database can have.

use std::fs;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, query_scalar, raw_sql};

use linernotes_tests::checkout;
use linernotes_tests::database::{Database, folder};

mod both;

/// `[left, operator, right, the line as it is written]`
fn pairs() -> Result<Value> {
    let file = fs::read_to_string(folder().join("names/pairs.txt"))?;
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.map(|line| {
        let operator = [" == ", " != ", " => "]
            .into_iter()
            .find(|operator| line.contains(operator));
        let operator = operator.with_context(|| format!("no pair: {line}"))?;
        let (left, right) = line.split_once(operator).context("it is there")?;
        Ok(json!([unescaped(left)?, operator.trim(), unescaped(right)?, line]))
    });
    let pairs: Vec<Value> = pairs.collect::<Result<_>>()?;
    ensure!(pairs.len() > 400, "a list of {}", pairs.len());
    Ok(Value::Array(pairs))
}

/// `\u{200D}` is what can't be seen.
fn unescaped(text: &str) -> Result<String> {
    let mut parts = text.split(r"\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').with_context(|| format!("unclosed: {text}"))?;
        let code = u32::from_str_radix(code, 16)?;
        out.push(char::from_u32(code).with_context(|| format!("no character: {text}"))?);
        out.push_str(rest);
    }
    Ok(out)
}

const WRONG: &str = r"
    WITH pair AS (
      SELECT each ->> 3 AS line, each ->> 1 AS operator, each ->> 2 AS given,
        linernotes.normalize_name(each ->> 0) AS one, linernotes.normalize_name(each ->> 2) AS other
      FROM jsonb_array_elements($1) AS each
    )
    SELECT format('%s    (%s, %s)', line, one, other)
    FROM pair
    WHERE CASE operator WHEN '=>' THEN one <> given WHEN '==' THEN one <> other ELSE one = other END";

const NOT_FOUND: &str = r"
    WITH pair AS (
      SELECT each ->> 3 AS line, each ->> 0 AS one, each ->> 2 AS other
      FROM jsonb_array_elements($1) AS each
      WHERE each ->> 1 = '=='
    )
    SELECT format('%s    (searched for %s)', line, term)
    FROM pair
    CROSS JOIN LATERAL (VALUES (one, other), (other, one)) AS search (term, wanted)
    CROSS JOIN LATERAL (
      SELECT array_agg(found.name) AS names FROM public.search_producers(term) AS found
    ) AS answer
    -- Of the many that have an s somewhere it shows fifty.
    WHERE wanted <> ALL (coalesce(answer.names, '{}')) AND cardinality(coalesce(answer.names, '{}')) < 50";

/// Texts of all scripts, of joiners, marks and signs, short and long; the same ones at each run.
const RANDOM: &str = r"
    WITH seed AS MATERIALIZED (SELECT setseed(0.20261124)), pool AS MATERIALIZED (
      SELECT array_agg(chr(code)) AS letters, count(*)::INT AS size
      FROM seed, (
        SELECT generate_series(32, 591) UNION ALL SELECT generate_series(688, 1327) UNION ALL
        SELECT generate_series(1425, 1791) UNION ALL SELECT generate_series(2304, 2431) UNION ALL
        SELECT generate_series(3585, 3675) UNION ALL SELECT generate_series(4352, 4607) UNION ALL
        SELECT generate_series(7424, 7935) UNION ALL SELECT generate_series(7936, 8191) UNION ALL
        SELECT generate_series(8192, 8303) UNION ALL SELECT generate_series(8352, 8591) UNION ALL
        SELECT generate_series(12288, 12543) UNION ALL SELECT generate_series(42752, 43007) UNION ALL
        SELECT generate_series(65024, 65519) UNION ALL SELECT generate_series(119808, 120831) UNION ALL
        SELECT generate_series(127744, 128511) UNION ALL
        -- What changes its neighbours stands in many of them.
        SELECT code FROM unnest(ARRAY[36, 38, 39, 46, 768, 769, 776, 807, 775, 8205, 8217, 65039, 180, 223, 305, 304, 962, 837]) AS code
          CROSS JOIN generate_series(1, 20)
      ) AS pool (code)
      WHERE code NOT BETWEEN 55296 AND 57343
    ), text AS MATERIALIZED (
      SELECT n, (
        SELECT string_agg(letters[1 + floor(random() * size)::INT + place * 0], '')
        FROM generate_series(1, CASE WHEN n % 400 = 0 THEN 3000 ELSE 1 + n % 12 END) AS place
      ) AS given
      FROM pool, generate_series(1, 6000) AS n
    ), once AS MATERIALIZED (
      SELECT given, linernotes.normalize_name(given) AS name FROM text
    )
    SELECT format('%s: %s', reason, encode(convert_to(left(given, 60), 'UTF8'), 'hex'))
    FROM once
    CROSS JOIN LATERAL (
      VALUES
        ('has no name', name IS NULL),
        ('another the second time', linernotes.normalize_name(name) <> name),
        ('another when decomposed', linernotes.normalize_name(normalize(given, NFD)) <> name),
        ('another when composed', linernotes.normalize_name(normalize(given, NFC)) <> name),
        ('another in spaces', linernotes.normalize_name('  ' || given || ' ') <> name),
        ('spaces at an end or side by side', name ~ '^ | $|  ')
    ) AS property (reason, broken)
    WHERE broken IS NOT FALSE";

#[tokio::test]
async fn pairs_txt_says_which_names_are_the_same() -> Result<()> {
    let database = Database::start().await?;
    let pairs = pairs()?;
    let wrong: Vec<String> = query_scalar(WRONG).bind(&pairs).fetch_all(&database.owner).await?;
    ensure!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));

    let people = "INSERT INTO public.producers (name, normalized_name, musicbrainz_id) \
                  SELECT name, name, 'id ' || row_number() OVER () FROM (
                    SELECT DISTINCT name FROM jsonb_array_elements($1) AS each \
                    CROSS JOIN LATERAL (VALUES (each ->> 0), (each ->> 2)) AS either (name) WHERE each ->> 1 = '=='
                  ) AS names";
    sqlx::query(people).bind(&pairs).execute(&database.owner).await?;
    let lost: Vec<String> = query_scalar(NOT_FOUND)
        .bind(&pairs)
        .fetch_all(&database.service)
        .await?;
    ensure!(
        lost.is_empty(),
        "{} are not found by each other:\n{}",
        lost.len(),
        lost.join("\n")
    );
    Ok(())
}

#[tokio::test]
async fn a_name_is_normalized_alike_in_every_locale() -> Result<()> {
    let database = Database::start().await?;
    let broken: Vec<String> = query_scalar(RANDOM).fetch_all(&database.owner).await?;
    ensure!(broken.is_empty(), "{} are broken:\n{}", broken.len(), broken.join("\n"));

    let pairs = pairs()?;
    let here = answers(&mut *database.owner.acquire().await?, &pairs).await?;
    let mut admin = PgConnection::connect(database.admin_url()).await?;
    for (number, locale) in [
        "LOCALE 'C'",
        "LOCALE 'C.UTF-8'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'lt'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'el-GR'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("locale_{number}");
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {locale}");
        raw_sql(AssertSqlSafe(create))
            .execute(&mut admin)
            .await
            .context(locale)?;
        let options = PgConnectOptions::from_str(database.admin_url())?.database(&name);
        let mut other = PgConnection::connect_with(&options).await?;
        raw_sql("CREATE SCHEMA linernotes").execute(&mut other).await?;
        let home = fs::read_to_string(checkout()?.join("migrations/20261124000200_normalize_name.sql"))?;
        raw_sql(AssertSqlSafe(home)).execute(&mut other).await?;
        ensure!(
            answers(&mut other, &pairs).await? == here,
            "another answer with {locale}"
        );
        other.close().await?;
    }
    Ok(())
}

/// The names of all pairs and of the scripts that have a case.
async fn answers(connection: &mut PgConnection, pairs: &Value) -> Result<Vec<String>> {
    let query = "SELECT linernotes.normalize_name(either) FROM jsonb_array_elements($1) AS each \
                 CROSS JOIN LATERAL (VALUES (each ->> 0), (each ->> 2)) AS two (either) \
                 UNION ALL SELECT linernotes.normalize_name('i' || chr(code) || 'I' || upper(chr(code) COLLATE \"und-x-icu\")) \
                 FROM generate_series(1, 12000) AS code";
    Ok(query_scalar(query).bind(pairs).fetch_all(connection).await?)
}

/// Idempotent and total, alone and doubled between two letters. What has no meaning to the function stands in blocks,
/// which must come out as they are.
#[tokio::test]
async fn slow_normalizing_twice_changes_no_character() -> Result<()> {
    let database = Database::start().await?;
    let broken = r"
        WITH scalar AS (
          SELECT code, chr(code) AS letter
          FROM generate_series(1, 1114111) AS code
          WHERE code NOT BETWEEN 55296 AND 57343 AND (code < 196608 OR code BETWEEN 917504 AND 983039)
        ), form AS (
          SELECT code, letter AS given FROM scalar UNION ALL SELECT code, 'a' || letter || letter || 'b' FROM scalar
        ), once AS MATERIALIZED (
          SELECT code, given, linernotes.normalize_name(given) AS name FROM form
        )
        SELECT format('U+%s: %s', to_hex(code), name)
        FROM once
        WHERE name IS NULL OR CASE WHEN name <> given THEN linernotes.normalize_name(name) <> name END
        LIMIT 100";
    let broken: Vec<String> = query_scalar(broken).fetch_all(&database.owner).await?;
    ensure!(broken.is_empty(), "{}", broken.join("\n"));

    let changed = r"
        SELECT format('U+%s to U+%s', to_hex(min(code)), to_hex(max(code)))
        FROM generate_series(196608, 1114111) AS code
        WHERE code NOT BETWEEN 917504 AND 983039
        GROUP BY code / 64
        HAVING linernotes.normalize_name('a' || string_agg(chr(code), '' ORDER BY code)) <> 'a' || string_agg(chr(code), '' ORDER BY code)";
    let changed: Vec<String> = query_scalar(changed).fetch_all(&database.owner).await?;
    ensure!(changed.is_empty(), "{}", changed.join("\n"));
    Ok(())
}
