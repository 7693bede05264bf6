//! The first page: the search, what is in here, who is new.

use maud::html;

use crate::pages::Site;
use crate::pages::catalogue::Kind;
use crate::pages::layout::{Page, search_form};
use crate::pages::parts::{name, people, picture, provenance};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

pub async fn page(site: &Site<'_>) -> Result<PageResponse, Refusal> {
    let stats = site.catalogue.stats().await?;
    let address = format!("{}/", site.address.origin);
    let body = html! {
        section.hero {
            h1 { "Who made the music" }
            p.lead { "The producers and writers behind the records: whom they worked with, on what, and how we know." }
            (search_form("", "home-search"))
            @if stats.artists == 0 {
                p.empty {
                    strong { "The catalogue is empty." }
                    " Ask for the first artist: " code { "scripts/discover \"Velvet Harbor\"" }
                }
            }
        }
        @if stats.artists > 0 {
            dl.figures {
                @for (label, value) in [
                    ("people", stats.producers), ("artists", stats.artists), ("albums", stats.albums),
                    ("tracks", stats.tracks), ("credits", stats.credits),
                ] {
                    div { dt { (label) } dd { (words::number(value)) } }
                }
            }
        }
        @if !stats.foremost_producers.is_empty() {
            section {
                h2 { "Behind most tracks" }
                (people(&stats.foremost_producers, ""))
            }
        }
        @if !stats.newest_artists.is_empty() {
            section {
                h2 { "New in the catalogue" }
                ul.cards {
                    @for artist in &stats.newest_artists {
                        li.card {
                            (picture(artist.image_url.as_deref(), &artist.name, 48, false))
                            div { a.card-link href=(Kind::Artist.path(artist.id)) { (name(&artist.name)) } }
                        }
                    }
                }
            }
        }
        @if stats.artists > 0 { (provenance(stats.updated_at.as_deref(), "Who made the music", &address)) }
    };
    Ok(site.answer(&Page {
        title: "Who made the music",
        description: "A searchable map of the people who produced and wrote the music, with the source of every credit.",
        canonical: "/",
        scripts: &[],
        term: "",
        body,
    }))
}
