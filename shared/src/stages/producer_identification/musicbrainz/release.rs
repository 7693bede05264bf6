//! An album's release, and which of its recordings each track is.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::domain::ids::{Barcode, MusicBrainzId};
use crate::domain::matching::{RecordingFacts, best_match};
use crate::domain::release_choice::{self, Wanted};
use crate::domain::titles::{Title, versions_of_album};
use crate::sources::SourceError;
use crate::sources::musicbrainz::{MusicBrainz, Recording, Release, ReleaseHit};
use crate::stages::producer_identification::Subject;
use crate::stages::producer_identification::musicbrainz::{Album, Found};

/// What was found under the barcodes of the batch.
pub type ByBarcode = Vec<(Barcode, Result<Vec<ReleaseHit>, SourceError>)>;

/// The barcode by which an album is looked for.
pub fn barcode(subject: &Subject) -> Option<Barcode> {
    Barcode::parse(subject.album.upc.as_deref()?).filter(|_| !subject.tracks.is_empty())
}

/// The release by the album's barcode, else by its artist and title; `None`: MusicBrainz has none that fits.
pub async fn of_album(
    musicbrainz: &MusicBrainz<'_>,
    by_barcode: &ByBarcode,
    subject: &Subject,
) -> Result<Option<Release>, SourceError> {
    let album = &subject.album;
    if subject.tracks.is_empty() {
        return Ok(None);
    }
    let barcode = barcode(subject);
    let wanted = Wanted {
        title: &album.name,
        artists: &album.artist_names,
        tracks: subject.tracks.len(),
        barcode: barcode.clone(),
        date: album.release_date.as_deref(),
    };
    let found = by_barcode.iter().find(|(known, _)| Some(known) == barcode.as_ref());
    if let Some((_, hits)) = found
        && let Some(id) = choose(&wanted, hits.as_ref().map_err(Clone::clone)?)
    {
        return musicbrainz.release(id).await;
    }
    let (Some(artist), false) = (album.artist_names.first(), album.name.trim().is_empty()) else {
        return Ok(None);
    };
    let hits = musicbrainz.releases_by_title(&album.name, artist).await?;
    match choose(&wanted, &hits) {
        Some(id) => musicbrainz.release(id).await,
        None => Ok(None),
    }
}

fn choose(wanted: &Wanted<'_>, hits: &[ReleaseHit]) -> Option<MusicBrainzId> {
    let candidates: Vec<_> = hits.iter().map(|hit| hit.hit.clone()).collect();
    release_choice::choose(wanted, &candidates).map(|at| hits[at].id)
}

/// Gives each track that has none yet its recording on the album's release.
pub fn match_tracks(album: &mut Album<'_>) {
    let Some(release) = &album.release else { return };
    let of_release = versions_of_album(&release.title);
    let mut facts = Vec::new();
    let mut heard = Vec::new();
    for (disc, track) in release.tracks() {
        let Some(recording) = release.recordings.iter().find(|one| one.id == track.recording) else {
            continue;
        };
        facts.push(RecordingFacts {
            title: Title::with_comment(&track.title, &recording.comment),
            isrcs: recording.isrcs.clone(),
            position: Some((disc, track.position)),
            length_ms: track.length_ms,
            artists: recording.artists.clone(),
            of_album: of_release.clone(),
        });
        heard.push(recording);
    }
    for track in album.tracks.iter_mut().filter(|track| track.found.is_none()) {
        if let Some((at, matched)) = best_match(&track.facts, &facts) {
            track.found = Some(Found {
                recording: Rc::new(heard[at].clone()),
                matched,
                on_release: true,
            });
        }
    }
}

/// A recording apart from any release.
pub fn facts_alone(recording: &Recording) -> RecordingFacts {
    RecordingFacts {
        title: Title::with_comment(&recording.title, &recording.comment),
        isrcs: recording.isrcs.clone(),
        position: None,
        length_ms: recording.length_ms,
        artists: recording.artists.clone(),
        of_album: BTreeSet::new(),
    }
}
