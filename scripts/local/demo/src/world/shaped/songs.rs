//! Paraffin Saints: songs on Genius. It is asked where MusicBrainz lacks producers or writers, and then tells all it
//! knows; who its people are is decided by name, and among its hits stand other songs.

use super::super::builder::Builder;
use super::super::cast::Cast;
use super::super::genius_specs::{PageSpec, SongSpec};
use super::super::model::{ArtistIx, GeniusIx, Who};
use super::super::person_spec::PersonSpec;
use super::super::specs::{AlbumSpec, TrackSpec};
use super::super::statements::{self as says, Role};
use super::{named, named_for};

pub fn build(world: &mut Builder, cast: &Cast) {
    let artist = world.band("Paraffin Saints", 35);
    world.list(artist);
    let whose = [artist];
    let mut tracks = what_musicbrainz_lacks(cast);
    tracks.extend(hits_and_misses());
    tracks.extend(who_they_are(cast));
    let small_fires = world.album(AlbumSpec::album(&whose, "Small Fires", "2019-02-01", tracks));

    // The single has one of the album's songs, which is asked for once where both are looked at together, and other
    // versions: a remix that Genius knows as a song of its own, another that it does not know, and two of which it knows the
    // original only.
    let mut tracks: Vec<TrackSpec> = world
        .recording_of(small_fires, DRIP)
        .map(|recording| drip(TrackSpec::again(recording)))
        .into_iter()
        .collect();
    tracks.extend([
        TrackSpec::new("Drip (Dubplate Remix)", 301).genius_names(Role::Producer, named("Otis Flume", "otis flume")),
        TrackSpec::new("Drip (Nightbus Remix)", 288),
        TrackSpec::new("Snowblind (Live)", 262),
        TrackSpec::new("Tallow (Instrumental)", 199),
    ]);
    world.album(AlbumSpec::single(&whose, "Drip", "2018-11-09", tracks));
    people(world);
    guests(world, artist);
    songs(world);
}

/// Where "Drip" stands on the album (from 0).
const DRIP: usize = 4;

fn drip(track: TrackSpec) -> TrackSpec {
    track
        .genius_names(Role::Producer, kasper())
        .genius_names(Role::CoProducer, named("Orla Finch", "orla finch"))
        .genius_names(Role::ExecutiveProducer, named("Wick Halloran", "wick halloran"))
}

fn kasper() -> Who {
    named("Kasper Lund", "kasper lund")
}

/// Who is credited where MusicBrainz knows one half, all, or nothing.
fn what_musicbrainz_lacks(cast: &Cast) -> Vec<TrackSpec> {
    let nadia = || named_for("Nadia Thorne", "nadia thorne", cast.nadia);
    let theo = || named_for("Theo Marchetti", "theo marchetti", cast.theo);
    vec![
        // Producers, but no writers: Genius agrees on the one, and adds the other.
        TrackSpec::new("Tallow", 199)
            .says(&says::PRODUCER, cast.nadia)
            .genius_names(Role::Producer, nadia())
            .genius_names(Role::Writer, named("Wick Halloran", "wick halloran")),
        // Writers, but no producers; the writer is spelled without his accents.
        TrackSpec::new("Snuff Box", 187)
            .by(&says::WRITER, cast.ludvig)
            .genius_names(Role::Producer, named("Orla Finch", "orla finch"))
            .genius_names(
                Role::Writer,
                named_for("Ludvig Akerstrom", "ludvig akerstrom", cast.ludvig),
            ),
        // Three sources say the same.
        TrackSpec::new("Beeswax", 214)
            .shown_as("Beeswax (prod. Theo Marchetti)")
            .says(&says::PRODUCER, cast.theo)
            .title_names(theo())
            .genius_names(Role::Producer, theo()),
        // Both: Genius is not asked, and what it says stays there.
        TrackSpec::new("Full House", 222)
            .says(&says::CO_PRODUCER, cast.theo)
            .by(&says::LYRICIST, cast.nadia),
        // Neither. Before the song stand a translation, a cover, a remix and a live recording; of its other credits two
        // are roles of ours.
        drip(TrackSpec::new("Drip", 243)),
    ]
}

/// Songs that are found among others, and songs that are not there.
fn hits_and_misses() -> Vec<TrackSpec> {
    vec![
        // Only a cover and a translation.
        TrackSpec::new("Molten", 231),
        // No hit at all.
        TrackSpec::new("Ozokerite", 164),
        // The search has it, but it was deleted.
        TrackSpec::new("Gone Out", 175),
        // Genius names guests apart from the title.
        TrackSpec::new("Snowblind", 262)
            .shown_as("Snowblind (feat. Wren Ashgrove)")
            .genius_names(Role::Producer, kasper()),
        // People who are nobody, by name.
        TrackSpec::new("Handed Down", 207),
        // What may be missing or null is; one of the people has no name.
        TrackSpec::new("Bare Bulb", 158).genius_names(Role::Producer, kasper()),
        // Spaces that nobody sees, in the song's title and in front of a name: the catalogue has the name without.
        TrackSpec::new("Zero Width", 166).genius_names(Role::Producer, named("ren amsel", "ren amsel")),
    ]
}

/// People of MusicBrainz under names of Genius.
fn who_they_are(cast: &Cast) -> Vec<TrackSpec> {
    vec![
        // A name that fits two ids is the one that MusicBrainz credits on the same track, …
        TrackSpec::new("Leeds Hour", 181)
            .by(&says::COMPOSER, cast.cobalt_leeds)
            .genius_names(Role::Producer, named_for("Cobalt", "cobalt", cast.cobalt_leeds)),
        TrackSpec::new("Lagos Hour", 182).says(&says::PRODUCER, cast.cobalt_lagos),
        // … or stays by itself.
        TrackSpec::new("Nobody's Hour", 183).genius_names(Role::Producer, named("Cobalt", "cobalt")),
        // By the name of one credit, and by an alias.
        TrackSpec::new("Behind the Mask", 184).says_as(&says::PRODUCER, cast.imre, "Hollow Sun"),
        TrackSpec::new("Mask Off", 185).genius_names(Role::Producer, named_for("Hollow Sun", "hollow sun", cast.imre)),
        TrackSpec::new("Initials", 186).genius_names(Role::Writer, named_for("N. Thorne", "n thorne", cast.nadia)),
        // A name with an ampersand that only Genius states keeps together what stands in a title of the same album.
        TrackSpec::new("Herb Garden", 187).genius_names(Role::Producer, named("Fennel & Rue", "fennel and rue")),
        TrackSpec::new("Kitchen Garden", 188)
            .shown_as("Kitchen Garden (prod. Fennel & Rue & Kilo Wren)")
            .title_names(named("Fennel & Rue", "fennel and rue"))
            .title_names(named("Kilo Wren", "kilo wren")),
    ]
}

/// Songs of two artists: on Genius one of them is the primary artist, not the one whom Spotify names first.
fn guests(world: &mut Builder, artist: ArtistIx) {
    let choir = world.band("Ember Choir", 18);
    let tracks = vec![
        TrackSpec::new("Two Flames", 240)
            .performed_by(&[choir, artist])
            .genius_names(Role::Producer, kasper()),
    ];
    world.album(AlbumSpec::single(&[artist], "Two Flames", "2020-07-03", tracks));
    let saints = world.page_of("Paraffin Saints");
    let choir = world.page_of("Ember Choir");
    let kasper = world.page_of("Kasper Lund");
    world.song(SongSpec::new("Two Flames", &[saints, choir]).produced_by(&[kasper]));
}

/// What Genius has of all this.
fn songs(world: &mut Builder) {
    let saints = world.page_of("Paraffin Saints");
    let mut page = |name: &str| world.page_of(name);
    let (kasper, orla, wick) = (page("Kasper Lund"), page("Orla Finch"), page("Wick Halloran"));
    let (nadia, theo, hollis) = (page("Nadia Thorne"), page("Theo Marchetti"), page("Hollis Grey"));
    let others: Vec<GeniusIx> = ["Genius Traducciones al Español", "Moth Lantern Tribute Ensemble"]
        .map(&mut page)
        .to_vec();
    let nobody = ["Unknown Producer", "[unknown]", "Various Artists"].map(&mut page);
    let traditional = page("Traditional");
    let (nameless, invisible) = (page(""), page("\u{200b}ren amsel"));
    let (akerstrom, cobalt, hollow_sun) = (page("Ludvig Akerstrom"), page("Cobalt"), page("Hollow Sun"));
    let (thorne, herbs, otis) = (page("N. Thorne"), page("Fennel & Rue"), page("Otis Flume"));
    let song = |title: &str| SongSpec::new(title, &[saints]);
    let translation = |title: &str| SongSpec::new(&format!("{title} (Traducción al Español)"), &others[..1]).famous();
    // Whoever takes one of these for the song finds Hollis Grey in the credits.
    let other = |title: &str| song(title).famous().produced_by(&[hollis]);
    let cover = |title: &str| SongSpec::new(title, &others[1..]).famous().produced_by(&[hollis]);
    let songs = [
        song("Tallow").produced_by(&[nadia]).written_by(&[wick]),
        song("Snuff Box").produced_by(&[orla]).written_by(&[akerstrom]),
        song("Beeswax").produced_by(&[theo]),
        song("Full House").produced_by(&[hollis]).written_by(&[hollis]),
        translation("Drip"),
        cover("Drip"),
        other("Drip (Live)"),
        song("Drip (Dubplate Remix)").famous().produced_by(&[otis]),
        song("Drip")
            .produced_by(&[kasper])
            .performance("Co-Producer", &[orla])
            .performance("Executive Producer", &[wick])
            .performance("Mastering Engineer", &[hollis])
            .performance("Assistant Mixing Engineer", &[hollis])
            .performance("Vocal Producer", &[hollis])
            .performance("Guitar", &[hollis])
            .performance("Video Producer", &[hollis]),
        translation("Molten"),
        cover("Molten"),
        song("Gone Out").gone().produced_by(&[hollis]),
        // Somebody began a page and did not say whose song it is.
        SongSpec::new("Snowblind", &[]).famous().produced_by(&[hollis]),
        song("Snowblind").produced_by(&[kasper]),
        song("Handed Down").produced_by(&nobody).written_by(&[traditional]),
        song("Bare Bulb").sparse().produced_by(&[nameless, kasper]),
        song("Zero\u{200b} Width").produced_by(&[invisible]),
        song("Leeds Hour").produced_by(&[cobalt]),
        song("Nobody's Hour").produced_by(&[cobalt]),
        song("Mask Off").produced_by(&[hollow_sun]),
        song("Initials").written_by(&[thorne]),
        song("Herb Garden").produced_by(&[herbs]),
    ];
    for song in songs {
        world.song(song);
    }
}

/// Those of them of whom Genius knows more than the name, and what the catalogue must know by it.
fn people(world: &mut Builder) {
    // He may have been looked for before, as somebody whom only a title names (see `titles`).
    world.page(PageSpec::new("Otis Flume").instagram("otis.flume"));
    world.known_by_name("otis flume", PersonSpec::new("Otis Flume").handle("otis.flume"));
    // A page with members missing or null.
    world.page(PageSpec::new("Orla Finch").sparse());
    world.page(PageSpec::new("Wick Halloran").instagram("wickhalloran"));
    world.known_by_name(
        "wick halloran",
        PersonSpec::new("Wick Halloran").handle("wickhalloran").bare_account(),
    );
    // The account is personal; the picture is Genius' own.
    let picture = "https://images.genius.com/a1b2c3d4.1000x1000x1.png";
    world.page(PageSpec::new("Kasper Lund").instagram("@Kasper_Lund").image(picture));
    world.known_by_name(
        "kasper lund",
        PersonSpec::new("Kasper Lund")
            .handle("kasper_lund")
            .absent_account()
            .genius_image(picture),
    );
    // An address in words that anybody may write is not published by the person.
    world.page(PageSpec::new("Fennel & Rue").description("A duo. Write to them: herbs@fennel.example"));
}
