//! Tracks that the release of their album does not have. The ISRCs of the whole batch are searched for in one request, and
//! recordings that stand together on some other release are read from it.

use std::rc::Rc;

use crate::domain::ids::{Isrc, MusicBrainzId, SpotifyId};
use crate::domain::matching::{Match, RecordingFacts, best_match};
use crate::sources::musicbrainz::{MusicBrainz, Recording, RecordingHit};
use crate::sources::spotify::Spotify;
use crate::sources::{SourceError, concurrently};
use crate::stages::producer_identification::musicbrainz::release::{facts_alone, match_tracks};
use crate::stages::producer_identification::musicbrainz::{Album, Found, Pace};
use crate::stages::rows::track_row;

/// Larger releases are not read for a few recordings, because their answers are slow.
const LARGEST_RELEASE: i32 = 200;

/// The index of a track's album, and of the track in it.
type Place = (usize, usize);

/// Looks for every track that has no recording yet.
pub async fn find(musicbrainz: &MusicBrainz<'_>, spotify: Option<&Spotify<'_>>, pace: &Pace, albums: &mut [Album<'_>]) {
    if let Some(spotify) = spotify {
        learn_isrcs(spotify, albums).await;
    }
    match_known(albums);
    let hits = search(musicbrainz, albums).await;
    let wanted = choose(albums, &hits);
    look_up(musicbrainz, pace, albums, &hits, wanted).await;
}

/// The tracks that have no recording yet, of albums that have not failed.
fn left(albums: &[Album<'_>]) -> Vec<Place> {
    let places = albums
        .iter()
        .enumerate()
        .filter(|(_, album)| album.failure.is_none())
        .flat_map(|(at, album)| {
            let tracks = album.tracks.iter().enumerate();
            let tracks = tracks.filter(|(_, track)| track.found.is_none() && track.failure.is_none());
            tracks.map(move |(number, _)| (at, number))
        });
    places.collect()
}

/// In development mode albums come without ISRCs: they are asked for here, where they are needed, and stored.
async fn learn_isrcs(spotify: &Spotify<'_>, albums: &mut [Album<'_>]) {
    let mut places = Vec::new();
    let mut ids = Vec::new();
    for (at, number) in left(albums) {
        let track = &albums[at].tracks[number];
        let id = track.stored.spotify_id.as_deref().and_then(SpotifyId::parse);
        if let (None, false, Some(id)) = (&track.facts.isrc, track.stored.isrc_asked, id) {
            places.push((at, number));
            ids.push(id);
        }
    }
    let found = spotify.tracks(&ids).await;
    for (((at, number), id), found) in places.into_iter().zip(ids).zip(found) {
        let album = &mut albums[at];
        let wanted = &mut album.tracks[number];
        match found {
            Ok(Some(track)) if track.isrc.is_some() => {
                wanted.facts.isrc.clone_from(&track.isrc);
                let mut row = track_row(track, album.subject.album.id);
                // Spotify may answer with another edition of the track that plays in this market.
                row.spotify_id = id.to_string();
                wanted.learned = Some(row);
            }
            Ok(_) => {}
            Err(error) => wanted.failure = Some(error),
        }
    }
    let knows_more = |album: &&mut Album<'_>| album.tracks.iter().any(|track| track.learned.is_some());
    for album in albums.iter_mut().filter(knows_more) {
        match_tracks(album);
    }
}

/// The same recording is often on several albums of a batch: one that was read already needs no request.
fn match_known(albums: &mut [Album<'_>]) {
    for (at, number) in left(albums) {
        let Some(isrc) = albums[at].tracks[number].facts.isrc.as_ref() else {
            continue;
        };
        let read = albums.iter().filter_map(|album| album.release.as_ref());
        let carrying: Vec<&Recording> = read
            .flat_map(|release| &release.recordings)
            .filter(|recording| recording.isrcs.contains(isrc))
            .collect();
        let facts: Vec<RecordingFacts> = carrying.iter().map(|recording| facts_alone(recording)).collect();
        let found = best_match(&albums[at].tracks[number].facts, &facts).map(|(best, matched)| Found {
            recording: Rc::new(carrying[best].clone()),
            matched,
            on_release: false,
        });
        albums[at].tracks[number].found = found;
    }
}

/// What MusicBrainz has under the codes that are left.
async fn search(musicbrainz: &MusicBrainz<'_>, albums: &mut [Album<'_>]) -> Vec<RecordingHit> {
    let mut isrcs: Vec<Isrc> = Vec::new();
    for (at, number) in left(albums) {
        if let Some(isrc) = &albums[at].tracks[number].facts.isrc
            && !isrcs.contains(isrc)
        {
            isrcs.push(isrc.clone());
        }
    }
    let mut hits = Vec::new();
    for (part, answer) in musicbrainz.recordings_by_isrc(&isrcs).await {
        match answer {
            Ok(found) => hits.extend(found),
            Err(error) => {
                for (at, number) in left(albums) {
                    let track = &mut albums[at].tracks[number];
                    if track.facts.isrc.as_ref().is_some_and(|isrc| part.contains(isrc)) {
                        track.failure = Some(error.clone());
                    }
                }
            }
        }
    }
    hits
}

/// Which recording each place is, as far as the hits tell.
fn choose(albums: &[Album<'_>], hits: &[RecordingHit]) -> Vec<(Place, MusicBrainzId, Match)> {
    let facts: Vec<RecordingFacts> = hits.iter().map(|hit| facts_alone(&hit.recording)).collect();
    let chosen = left(albums).into_iter().filter_map(|(at, number)| {
        let (best, matched) = best_match(&albums[at].tracks[number].facts, &facts)?;
        Some(((at, number), hits[best].recording.id, matched))
    });
    chosen.collect()
}

/// What a look-up brings; `None`: there is no such recording.
type Read = Result<Option<Rc<Recording>>, SourceError>;

/// Reads the recordings, with as few requests as there can be.
async fn look_up(
    musicbrainz: &MusicBrainz<'_>,
    pace: &Pace,
    albums: &mut [Album<'_>],
    hits: &[RecordingHit],
    wanted: Vec<(Place, MusicBrainzId, Match)>,
) {
    let mut missing: Vec<MusicBrainzId> = Vec::new();
    for (_, id, _) in &wanted {
        if !missing.contains(id) {
            missing.push(*id);
        }
    }
    let mut read: Vec<(MusicBrainzId, Read)> = Vec::new();
    let releases = shared_releases(hits, &missing);
    let answers = concurrently(pace.concurrency, releases.iter().map(|id| musicbrainz.release(*id))).await;
    // What a release does not bring is read by itself.
    for recording in answers
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|release| release.recordings)
    {
        read.push((recording.id, Ok(Some(Rc::new(recording)))));
    }
    missing.retain(|id| !read.iter().any(|(known, _)| known == id));
    let answers = concurrently(pace.concurrency, missing.iter().map(|id| musicbrainz.recording(*id))).await;
    for (id, answer) in missing.into_iter().zip(answers) {
        read.push((id, answer.map(|recording| recording.map(Rc::new))));
    }
    for ((at, number), id, matched) in wanted {
        match read.iter().find(|(known, _)| *known == id).map(|(_, answer)| answer) {
            Some(Ok(Some(recording))) => {
                albums[at].tracks[number].found = Some(Found {
                    recording: Rc::clone(recording),
                    matched,
                    on_release: false,
                });
            }
            Some(Err(error)) => albums[at].tracks[number].failure = Some(error.clone()),
            // The recording vanished between the search and this request.
            Some(Ok(None)) | None => {}
        }
    }
}

/// Releases that hold at least two of the recordings, the fullest first.
fn shared_releases(hits: &[RecordingHit], wanted: &[MusicBrainzId]) -> Vec<MusicBrainzId> {
    let mut on: Vec<(MusicBrainzId, Vec<MusicBrainzId>)> = Vec::new();
    for hit in hits.iter().filter(|hit| wanted.contains(&hit.recording.id)) {
        for release in hit
            .releases
            .iter()
            .filter(|release| release.tracks.is_some_and(|tracks| tracks <= LARGEST_RELEASE))
        {
            let recording = hit.recording.id;
            match on.iter_mut().find(|(known, _)| *known == release.id) {
                Some((_, recordings)) if recordings.contains(&recording) => {}
                Some((_, recordings)) => recordings.push(recording),
                None => on.push((release.id, vec![recording])),
            }
        }
    }
    let mut chosen = Vec::new();
    loop {
        let fullest = on.iter().rev().max_by_key(|(_, recordings)| recordings.len());
        let Some((release, recordings)) = fullest.filter(|(_, recordings)| recordings.len() > 1) else {
            return chosen;
        };
        let (release, recordings) = (*release, recordings.clone());
        chosen.push(release);
        for (_, others) in &mut on {
            others.retain(|recording| !recordings.contains(recording));
        }
    }
}
