//! An album's release, and which of its recordings each track is.

use std::rc::Rc;

use crate::domain::ids::Barcode;
use crate::domain::matching::{RecordingFacts, best_match};
use crate::domain::release_choice::{self, Wanted};
use crate::domain::titles::{Title, Versions, versions_of_album, without_edition};
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

/// The release by the album's barcode, else by its artist and title. `None`: MusicBrainz has none that fits.
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
        && let Some(release) = chosen(musicbrainz, &wanted, hits.as_ref().map_err(Clone::clone)?).await?
    {
        return Ok(Some(release));
    }
    let (Some(artist), false) = (album.artist_names.first(), album.name.trim().is_empty()) else {
        return Ok(None);
    };
    // MusicBrainz keeps the edition in a comment: no title has it in the phrase.
    let hits = musicbrainz
        .releases_by_title(&without_edition(&album.name), artist)
        .await?;
    chosen(musicbrainz, &wanted, &hits).await
}

/// The release of the hit that fits, if the release itself does.
async fn chosen(
    musicbrainz: &MusicBrainz<'_>,
    wanted: &Wanted<'_>,
    hits: &[ReleaseHit],
) -> Result<Option<Release>, SourceError> {
    let candidates: Vec<_> = hits.iter().map(|hit| hit.hit.clone()).collect();
    let Some(choice) = release_choice::choose(wanted, &candidates) else {
        return Ok(None);
    };
    let release = musicbrainz.release(hits[choice.at].id).await?;
    Ok(release.filter(|release| !choice.unless_pregaps || release.audio_tracks() == wanted.tracks))
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
            position: disc.map(|disc| (disc, track.position)),
            length_ms: track.length_ms,
            artists: recording.artists.clone(),
            of_album: of_release,
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
        of_album: Versions::default(),
    }
}
