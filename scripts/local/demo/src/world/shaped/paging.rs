//! More of everything than one page holds.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements as says;

/// More singles than a page of Spotify's largest size.
const SINGLES: u16 = 53;
/// More recordings on one release than those for which MusicBrainz gives relations.
const ARCHIVE: i64 = 520;

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Kestrel Arcade", 38);
    world.list(artist);
    for number in 1..=SINGLES {
        let title = format!("Token {number}");
        let producer = if number % 2 == 0 { cast.theo } else { cast.cash };
        let track = TrackSpec::new(&title, 120 + i64::from(number)).says(&says::PRODUCER, producer);
        let date = format!("{}-{:02}-13", 2015 + number / 12, number % 12 + 1);
        world.album(AlbumSpec::single(&[artist], &title, &date, vec![track]));
    }

    let archive = world.band("Tidemark Archive", 31);
    world.list(archive);
    let tracks = (1..=ARCHIVE)
        .map(|number| {
            let track = TrackSpec::new(&format!("Tide Table {number}"), 30 + number % 60);
            match number % 40 {
                0 => track.says(&says::PRODUCER, cast.wren).by(&says::COMPOSER, cast.wanqing),
                1 if number > 1 => track.says(&says::PRODUCER, cast.wren).next_disc(),
                _ => track.says(&says::RECORDED_BY, cast.tomas),
            }
        })
        .collect();
    world.album(
        AlbumSpec::album(&[archive], "Five Hundred and Twenty Tides", "2020-12-21", tracks)
            .says(&says::RELEASE_EXECUTIVE_PRODUCER, cast.sable),
    );
}
