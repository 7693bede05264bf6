//! The people whom the hand-shaped artists work with. Beside each: what the catalogue must know about them in the end,
//! and why.

use super::builder::Builder;
use super::model::PersonIx;
use super::person_spec::{PersonSpec, claim, deprecated, ended, preferred, unknown_value};

#[derive(Debug)]
pub struct Cast {
    pub nadia: PersonIx,
    pub ludvig: PersonIx,
    pub tomas: PersonIx,
    pub salt_and_ember: PersonIx,
    pub marlow: PersonIx,
    pub cobalt_leeds: PersonIx,
    pub cobalt_lagos: PersonIx,
    pub qvale: PersonIx,
    pub cash: PersonIx,
    pub tidewrights: PersonIx,
    pub perrin: PersonIx,
    pub akari: PersonIx,
    pub lev: PersonIx,
    pub wanqing: PersonIx,
    pub kit: PersonIx,
    pub silk_moth: PersonIx,
    pub imre: PersonIx,
    pub wren: PersonIx,
    pub sable: PersonIx,
    pub dario: PersonIx,
    pub hollis: PersonIx,
    pub juno: PersonIx,
    pub bex: PersonIx,
    pub theo: PersonIx,
    pub anselm: PersonIx,
    pub petra: PersonIx,
    pub various: PersonIx,
    pub traditional: PersonIx,
    pub unknown: PersonIx,
    pub anonymous: PersonIx,
    pub no_artist: PersonIx,
    pub data: PersonIx,
    pub dialogue: PersonIx,
}

impl Cast {
    /// Adds them to MusicBrainz and Wikidata.
    #[allow(clippy::too_many_lines, reason = "a list, one entry a person")]
    pub fn new(world: &mut Builder) -> Self {
        Self {
            // MusicBrainz' own relation comes before Wikidata's handle; picture and address come from Wikidata.
            nadia: world.person(
                PersonSpec::new("Nadia Thorne")
                    .told_apart_by("producer from Hull")
                    .alias("N. Thorne")
                    .link("official homepage", "https://nadiathorne.example/")
                    .link("social network", "https://www.facebook.com/nadiathorne")
                    .link("social network", "https://www.instagram.com/nadiathorne/")
                    .wikidata(vec![
                        claim("P2003", "nadia.thorne.fan"),
                        claim("P18", "Nadia Thorne 2019.jpg"),
                        claim("P968", "mailto:studio@nadiathorne.example"),
                    ])
                    .handle("nadiathorne")
                    .image("Nadia Thorne 2019.jpg")
                    .email("studio@nadiathorne.example"),
            ),
            // Preferred before normal, deprecated never.
            ludvig: world.person(
                PersonSpec::new("Ludvig Åkerström")
                    .alias("Ludvig Akerstrom")
                    .wikidata(vec![
                        deprecated("P2003", "not.ludvig"),
                        claim("P2003", "ludvig.before"),
                        preferred("P2003", "ludvigmakes"),
                        claim("P856", "https://ludvig.example/"),
                        claim("P18", "Ludvig Åkerström, Malmö (2021).jpg"),
                        preferred("P18", "Ludvig Åkerström portrait.png"),
                    ])
                    .handle("ludvigmakes")
                    .image("Ludvig Åkerström portrait.png"),
            ),
            // Nothing is known: every source answers, none knows.
            tomas: world.person(PersonSpec::new("Tomás Vale").link("soundcloud", "https://soundcloud.com/tomasvale")),
            // A duo whose name looks like two; a query behind the handle.
            salt_and_ember: world.person(
                PersonSpec::new("Salt & Ember")
                    .group()
                    .told_apart_by("production duo")
                    .link(
                        "social network",
                        "https://instagram.com/saltandember?igshid=MzRlODBiNWFlZA==",
                    )
                    .handle("saltandember"),
            ),
            // A name with a comma; the address is that of a post, not of a person.
            marlow: world.person(
                PersonSpec::new("Marlow, The Cartographer")
                    .sorted_as("Marlow, The Cartographer")
                    .link("social network", "https://www.instagram.com/p/CxVq8mNoZ1a/"),
            ),
            // Namesakes.
            cobalt_leeds: world.person(
                PersonSpec::new("Cobalt")
                    .told_apart_by("producer from Leeds")
                    .link("social network", "https://www.instagram.com/cobalt.leeds/")
                    .handle("cobalt.leeds"),
            ),
            cobalt_lagos: world.person(
                PersonSpec::new("Cobalt")
                    .told_apart_by("producer from Lagos")
                    .wikidata(vec![claim("P2003", "cobaltlagos")])
                    .handle("cobaltlagos"),
            ),
            // Apostrophes, straight, curly or none.
            qvale: world.person(
                PersonSpec::new("Q'Vale")
                    .link("youtube", "https://www.youtube.com/channel/UCq0000000000000000000vale")
                    .wikidata(vec![claim("P968", "mailto:hello@qvale.example")])
                    .email("hello@qvale.example"),
            ),
            // A dollar sign for a letter.
            cash: world.person(
                PersonSpec::new("Ca$h Lantern")
                    .alias("Cash Lantern")
                    .link("social network", "https://www.instagram.com/cashlantern")
                    .handle("cashlantern"),
            ),
            // A duo is not its member, though he is one half of it.
            tidewrights: world.person(
                PersonSpec::new("The Tidewrights")
                    .group()
                    .wikidata(vec![claim("P2003", "thetidewrights")])
                    .handle("thetidewrights"),
            ),
            perrin: world.person(
                PersonSpec::new("Perrin Hale")
                    .told_apart_by("one half of The Tidewrights")
                    .alias("Perrin")
                    .link("social network", "https://www.instagram.com/perrin_hale/?hl=en")
                    .handle("perrin_hale"),
            ),
            // Other scripts stay what they are.
            akari: world.person(
                PersonSpec::new("水無月灯")
                    .sorted_as("Minazuki, Akari")
                    .alias("Akari Minazuki")
                    .wikidata(vec![claim("P2003", "akari_minazuki"), claim("P18", "水無月灯.jpg")])
                    .handle("akari_minazuki")
                    .image("水無月灯.jpg"),
            ),
            lev: world.person(
                PersonSpec::new("Лев Аркадьевич Северцев")
                    .sorted_as("Severtsev, Lev Arkadyevich")
                    .alias("Lev Severtsev")
                    .link("image", "https://commons.wikimedia.org/wiki/File:Lev_Severtsev.jpg")
                    .image("Lev Severtsev.jpg"),
            ),
            wanqing: world.person(PersonSpec::new("江晚晴").sorted_as("Jiang, Wanqing")),
            // Names that would hurt whoever splices them.
            kit: world.person(PersonSpec::new("Kit'); DROP TABLE producers;--").sorted_as("Kit")),
            silk_moth: world.person(
                PersonSpec::new("100% Silk_Moth \"Remaster\" \\o/")
                    .sorted_as("100% Silk_Moth")
                    .link("social network", "https://www.instagram.com/100silk_moth/")
                    .handle("100silk_moth"),
            ),
            // What is over counts for nothing, in either source; the picture stays.
            imre: world.person(
                PersonSpec::new("Imre Castellan")
                    .ended_link("social network", "https://www.instagram.com/imre_before/")
                    .wikidata(vec![ended("P2003", "imre_before"), claim("P18", "Imre Castellan.jpg")])
                    .image("Imre Castellan.jpg"),
            ),
            // A page of hashtags is nobody's profile; an address without a handle is better than nothing.
            wren: world.person(
                PersonSpec::new("Wren Ashgrove")
                    .link("social network", "https://www.instagram.com/explore/tags/wrenashgrove/")
                    .wikidata(vec![claim("P968", "mailto:wren@ashgrove.example")])
                    .email("wren@ashgrove.example"),
            ),
            // A picture from MusicBrainz where Wikidata is not known.
            sable: world.person(
                PersonSpec::new("Sable Okafor")
                    .link(
                        "image",
                        "https://commons.wikimedia.org/wiki/File:Sable_Okafor_at_work.jpg",
                    )
                    .image("Sable Okafor at work.jpg"),
            ),
            // An address that is no item of Wikidata: asking for it would fail the whole batch.
            dario: world
                .person(PersonSpec::new("Dario Finch").link("wikidata", "https://www.wikidata.org/wiki/Qfinch")),
            // An item that was deleted.
            hollis: world
                .person(PersonSpec::new("Hollis Grey").link("wikidata", "https://www.wikidata.org/wiki/Q699999999")),
            // Wikidata knows that there is an account, not which.
            juno: world.person(
                PersonSpec::new("Juno Prewitt")
                    .wikidata(vec![
                        unknown_value("P2003"),
                        claim("P968", "mailto:juno@prewitt.example"),
                    ])
                    .email("juno@prewitt.example"),
            ),
            // Handles don't know upper case.
            bex: world.person(
                PersonSpec::new("Bex Calloway")
                    .link("social network", "https://www.instagram.com/BexCalloway/")
                    .handle("bexcalloway"),
            ),
            // Of two relations one is over.
            theo: world.person(
                PersonSpec::new("Theo Marchetti")
                    .ended_link("social network", "https://www.instagram.com/theo.first/")
                    .link("social network", "https://www.instagram.com/theo.second/")
                    .handle("theo.second"),
            ),
            anselm: world.person(PersonSpec::new("Anselm Roe")),
            // Only a statement that was found to be wrong.
            petra: world.person(PersonSpec::new("Petra Quill").wikidata(vec![deprecated("P2003", "petra.not")])),
            various: world.nobody("89ad4ac3-39f7-470e-963a-56509c546377", "Various Artists"),
            traditional: world.nobody("9be7f096-97ec-4615-8957-8d40b5dcbc41", "[traditional]"),
            unknown: world.nobody("125ec42a-7229-4250-afc5-e057484327fe", "[unknown]"),
            anonymous: world.nobody("f731ccc4-e22a-43af-a747-64213329e088", "[anonymous]"),
            no_artist: world.nobody("eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61", "[no artist]"),
            data: world.nobody("33cf029c-63b0-41a0-9855-be2a3665fb3b", "[data]"),
            dialogue: world.nobody("314e1c25-dde7-4e4d-b2f4-0a7b9f7c56dc", "[dialogue]"),
        }
    }
}
