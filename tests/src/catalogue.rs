//! The catalogue as it is, compared row by row with the demo world's truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use anyhow::Result;
use linernotes_demo::Truth;
use sqlx::PgPool;

type Text = Option<String>;

/// Every row that is missing, that is too much or that differs, a line each.
pub async fn differences(pool: &PgPool, truth: &Truth) -> Result<Vec<String>> {
    let mut found = Vec::new();
    artists(pool, truth, &mut found).await?;
    albums(pool, truth, &mut found).await?;
    tracks(pool, truth, &mut found).await?;
    credits(pool, truth, &mut found).await?;
    producers(pool, truth, &mut found).await?;
    Ok(found)
}

/// Compares two tables by key.
fn compare<K: Ord + Debug, V: Debug>(
    table: &str,
    wanted: &BTreeMap<K, V>,
    stored: &BTreeMap<K, V>,
    same: impl Fn(&V, &V) -> bool,
    found: &mut Vec<String>,
) {
    for (key, wanted) in wanted {
        match stored.get(key) {
            None => found.push(format!("{table} lacks {key:?} {wanted:?}")),
            Some(stored) if !same(wanted, stored) => {
                found.push(format!("{table} {key:?}: wanted {wanted:?}, stored {stored:?}"));
            }
            Some(_) => {}
        }
    }
    for (key, stored) in stored {
        if !wanted.contains_key(key) {
            found.push(format!("{table} has too much: {key:?} {stored:?}"));
        }
    }
}

async fn artists(pool: &PgPool, truth: &Truth, found: &mut Vec<String>) -> Result<()> {
    type Row = (String, String, Option<i64>, Option<i32>, Text);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT spotify_id, name, followers::bigint, popularity, image_url FROM public.artists")
            .fetch_all(pool)
            .await?;
    let stored = rows
        .into_iter()
        .map(|(id, name, followers, popularity, image)| (id, (name, followers, popularity, image)));
    let wanted = truth.artists.iter().map(|it| {
        (
            it.spotify_id.clone(),
            (it.name.clone(), it.followers, it.popularity, it.image_url.clone()),
        )
    });
    compare("artists", &wanted.collect(), &stored.collect(), PartialEq::eq, found);
    Ok(())
}

async fn albums(pool: &PgPool, truth: &Truth, found: &mut Vec<String>) -> Result<()> {
    type Row = (String, String, Text, Text, Text, Text, Text);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT al.spotify_id, al.name, ar.spotify_id, al.release_date::text, al.release_date_precision::text, al.upc, \
         al.cover_url FROM public.albums al JOIN public.artists ar ON ar.id = al.artist_id",
    )
    .fetch_all(pool)
    .await?;
    let stored = rows
        .into_iter()
        .map(|(id, name, artist, date, precision, upc, cover)| (id, (name, artist, date, precision, upc, cover)));
    let wanted = truth.albums.iter().map(|it| {
        let row = (
            it.name.clone(),
            it.artist_spotify_id.clone(),
            it.release_date.clone(),
            Some(it.release_date_precision.clone()),
            it.upc.clone(),
            it.cover_url.clone(),
        );
        (it.spotify_id.clone(), row)
    });
    // A compilation is no artist's own: it may belong to any artist of the catalogue who appears on it.
    compare(
        "albums",
        &wanted.collect(),
        &stored.collect(),
        |wanted, stored| {
            (wanted.1.is_none() || wanted.1 == stored.1)
                && (&wanted.0, &wanted.2, &wanted.3, &wanted.4, &wanted.5)
                    == (&stored.0, &stored.2, &stored.3, &stored.4, &stored.5)
        },
        found,
    );
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT al.spotify_id, ar.spotify_id FROM linernotes.album_artists x \
         JOIN public.albums al ON al.id = x.album_id JOIN public.artists ar ON ar.id = x.artist_id",
    )
    .fetch_all(pool)
    .await?;
    let stored = rows.into_iter().map(|row| (row, ()));
    let wanted = truth
        .album_artists
        .iter()
        .map(|it| ((it.album_spotify_id.clone(), it.artist_spotify_id.clone()), ()));
    compare(
        "album_artists",
        &wanted.collect(),
        &stored.collect(),
        PartialEq::eq,
        found,
    );
    Ok(())
}

async fn tracks(pool: &PgPool, truth: &Truth, found: &mut Vec<String>) -> Result<()> {
    type Row = (
        String,
        String,
        String,
        Option<i64>,
        Option<i32>,
        Option<i32>,
        Text,
        Option<i32>,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.spotify_id, al.spotify_id, t.name, t.duration_ms::bigint, t.disc_number, t.track_number, t.isrc, \
         t.popularity FROM public.tracks t JOIN public.albums al ON al.id = t.album_id",
    )
    .fetch_all(pool)
    .await?;
    let stored = rows
        .into_iter()
        .map(|(id, album, name, duration, disc, number, isrc, popularity)| {
            (id, ((album, name, duration, disc, number, popularity), isrc, false))
        });
    let wanted = truth.tracks.iter().map(|it| {
        let row = (
            it.album_spotify_id.clone(),
            it.name.clone(),
            Some(it.duration_ms),
            Some(it.disc_number),
            Some(it.track_number),
            it.popularity,
        );
        (it.spotify_id.clone(), (row, it.isrc.clone(), it.isrc_optional))
    });
    let same_isrc = |wanted: &Text, stored: &Text, optional: bool| wanted == stored || (optional && stored.is_none());
    compare(
        "tracks",
        &wanted.collect(),
        &stored.collect(),
        |wanted, stored| wanted.0 == stored.0 && same_isrc(&wanted.1, &stored.1, wanted.2),
        found,
    );
    Ok(())
}

/// Track, person, role, source: the ids of Spotify and MusicBrainz, or the normalized name.
pub type Credit = (String, String, String, String);

/// The credits that the database holds.
pub async fn stored_credits(pool: &PgPool) -> Result<BTreeSet<Credit>> {
    let rows: Vec<Credit> = sqlx::query_as(
        "SELECT t.spotify_id, coalesce(p.musicbrainz_id::text, p.normalized_name), tp.role::text, tp.source \
         FROM public.track_producers tp JOIN public.tracks t ON t.id = tp.track_id \
         JOIN public.producers p ON p.id = tp.producer_id",
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

/// The credits that it must hold.
pub fn true_credits(truth: &Truth) -> Result<BTreeSet<Credit>> {
    let mut wanted = BTreeSet::new();
    for it in &truth.credits {
        let role = serde_json::to_value(it.role)?.as_str().unwrap_or_default().to_owned();
        wanted.insert((it.track_spotify_id.clone(), it.person.clone(), role, it.source.clone()));
    }
    Ok(wanted)
}

async fn credits(pool: &PgPool, truth: &Truth, found: &mut Vec<String>) -> Result<()> {
    let stored = stored_credits(pool).await?;
    let wanted = true_credits(truth)?;
    let titles: BTreeMap<_, _> = truth
        .tracks
        .iter()
        .map(|track| (&track.spotify_id, &track.name))
        .collect();
    let people: BTreeMap<_, _> = truth
        .producers
        .iter()
        .map(|person| (&person.key, &person.name))
        .collect();
    let line = |what: &str, credit: &Credit| {
        format!(
            "credits {what}: {credit:?} ({:?} on {:?})",
            people.get(&credit.1),
            titles.get(&credit.0)
        )
    };
    found.extend(wanted.difference(&stored).map(|credit| line("lack", credit)));
    found.extend(stored.difference(&wanted).map(|credit| line("too much", credit)));
    Ok(())
}

async fn producers(pool: &PgPool, truth: &Truth, found: &mut Vec<String>) -> Result<()> {
    type Row = (String, String, Text, Text, Text, Text, Option<bool>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT coalesce(musicbrainz_id::text, normalized_name), name, instagram_handle, instagram_bio, image_url, email, \
         enrichment_failed FROM public.producers",
    )
    .fetch_all(pool)
    .await?;
    let stored = rows.into_iter().map(|(key, name, handle, bio, image, email, failed)| {
        (key, (vec![name], handle, bio, image, email, failed.unwrap_or_default()))
    });
    let wanted = truth.producers.iter().map(|it| {
        let names = if it.spellings.is_empty() {
            vec![it.name.clone()]
        } else {
            it.spellings.clone()
        };
        let row = (
            names,
            it.instagram_handle.clone(),
            it.instagram_bio.clone(),
            it.image_url.clone(),
            it.email.clone(),
            it.enrichment_failed,
        );
        (it.key.clone(), row)
    });
    let same_image = |one: &Text, other: &Text| match (one, other) {
        (Some(one), Some(other)) => linernotes_demo::same_image(one, other),
        (one, other) => one == other,
    };
    compare(
        "producers",
        &wanted.collect(),
        &stored.collect(),
        |wanted, stored| {
            stored.0.iter().all(|name| wanted.0.contains(name))
                && same_image(&wanted.3, &stored.3)
                && (&wanted.1, &wanted.2, &wanted.4, wanted.5) == (&stored.1, &stored.2, &stored.4, stored.5)
        },
        found,
    );
    Ok(())
}
