//! What this is: where the data comes from, under which terms, what confidence means, how to be removed.

use maud::html;

use crate::pages::Site;
use crate::pages::layout::Page;
use crate::pages::respond::PageResponse;

pub fn page(site: &Site<'_>) -> PageResponse {
    let body = html! {
        article.prose {
            h1 { "About" }
            p.lead { "Linernotes turns an artist's name into a searchable map of the people who produced and wrote the music." }
            h2 #sources { "Where the data comes from" }
            ul {
                li { strong { "Spotify" } ": artists, albums, tracks and their pictures, by Spotify's developer terms." }
                li { strong { "MusicBrainz" } ": who produced, wrote and arranged which recording and work; core data is CC0." }
                li { strong { "Genius" } ": who produced and wrote which song, by Genius' API terms." }
                li { strong { "Track titles" } ": a “(prod. …)” in a title is a credit, too." }
                li { strong { "Wikidata" } " (CC0) and " strong { "Instagram" } ": public profiles of the people found." }
            }
            h2 #confidence { "What confidence means" }
            p { "Each source's statement has a probability of being right, by the kind of its evidence: a producer named for this very recording weighs more than a name in a title. Sources that agree raise it together; it never passes 100\u{a0}%. “Verified by two sources” says that two independent sources name the same person in the same role." }
            h2 #missing { "Not known is not nobody" }
            p { "An empty list says that no source which was asked names anybody, or that nobody has asked yet. Credits that are added to MusicBrainz appear here when the artist is looked at again." }
            ul {
                li { "Add what is missing to " a.external href="https://musicbrainz.org/doc/How_to_Add_Relationships" rel="noopener external" { "MusicBrainz" } ": everybody gains." }
                li { "The operator of this site can ask for an artist with " code { "scripts/discover \"NAME\"" } "." }
            }
            h2 #removal { "How to be removed" }
            p { "These pages show what public sources say of people in their profession, and no addresses. Whoever does not want to be shown here writes to the operator of this site, who can have a person or an artist forgotten for good; what the sources themselves say is theirs to change." }
            h2 #take-along { "Take it along" }
            p { "Every list is there as CSV and JSON, every network as GraphML and as a list of edges: the links stand at the foot of each page. Programs read the same through the project's API, which " a href="/openapi.json" { "openapi.json" } " describes; assistants connect to " code { "/mcp" } " at this address, and find their way in by " a href="/llms.txt" { "llms.txt" } "." }
        }
    };
    site.answer(&Page {
        title: "About",
        description: "Sources, licences, what confidence means, and how to be removed.",
        canonical: "/about",
        scripts: &[],
        term: "",
        body,
    })
}
