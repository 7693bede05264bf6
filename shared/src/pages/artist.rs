//! An artist: the albums, and the people behind them.

use maud::html;
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::Format;
use crate::pages::catalogue::{Kind, Person};
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{
    album_link, downloads, gone, links, name, nothing_known, people, picture, provenance, release_date,
};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

pub async fn page(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let artist = site.catalogue.artist(id).await?;
    match format {
        Format::Json => return json_answer(&artist),
        Format::Csv | Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let path = Kind::Artist.path(artist.id);
    let body = html! {
        header.profile {
            (picture(artist.image_url.as_deref(), &artist.name, 128, false))
            div {
                p.kind { "Artist" }
                h1 { (name(&artist.name)) }
                @if artist.album_count > 0 {
                    p.summary {
                        strong { (words::amount(artist.album_count, "album")) } ", "
                        strong { (words::amount(artist.track_count, "track")) } ", made by "
                        strong { (words::number(artist.producer_count)) @if artist.producer_count == 1 { "\u{a0}person" } @else { "\u{a0}people" } }
                    }
                }
                @if !artist.genres.is_empty() { p.muted { (name(&artist.genres.join(", "))) } }
                (links(&artist.links))
                // Without a person both would lead to nothing.
                @if artist.producer_count > 0 {
                    p.actions {
                        a.button href={ "/graph/artist/" (artist.id) } { "See the network" }
                        a.button.quiet href={ "/connect?from=" (artist.id) } { "How are they connected to …?" }
                    }
                }
            }
        }
        section {
            h2 { "Who made it" }
            @if artist.album_count == 0 {
                (nothing_known("No album of this artist is in the catalogue."))
            } @else if artist.producers.is_empty() {
                (nothing_known("No producer or writer of these albums is known."))
            } @else {
                (people(&artist.producers, ""))
                @if artist.producer_count > artist.producers.len() as u64 {
                    p { a href={ (path) "/producers" } { "All " (words::number(artist.producer_count)) " people" } }
                }
            }
        }
        @if artist.album_count > 0 { section {
            h2 { "Albums " span.count { (words::number(artist.album_count)) } }
            @if artist.albums_read < artist.album_count {
                p.muted { (words::number(artist.albums_read)) " of them are listed here, and their tracks counted." }
            }
            ul.cards.albums {
                @for listed in &artist.albums {
                    li.card {
                        (picture(listed.album.image_url.as_deref(), &listed.album.name, 64, false))
                        div {
                            span.card-link { (album_link(&listed.album)) }
                            p.muted { (release_date(&listed.album)) }
                            p.muted {
                                (words::amount(listed.track_count, "track"))
                                @if listed.credited_track_count < listed.track_count {
                                    ", " (words::number(listed.credited_track_count)) " with credits"
                                }
                            }
                            (gone(listed.album.gone_at.as_deref()))
                        }
                    }
                }
            }
        } }
        (downloads(&[
            ("people as CSV", format!("{path}/producers.csv")),
            ("as JSON", format!("{path}/producers.json")),
            ("artist as JSON", format!("{path}.json")),
        ]))
        (provenance(artist.updated_at.as_deref(), &artist.name, &format!("{}{path}", site.address.origin)))
    };
    Ok(site.answer(&Page {
        title: &artist.name,
        description: &format!(
            "The {} people who produced and wrote the music of {}.",
            artist.producer_count, artist.name
        ),
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}

/// Everybody behind an artist.
pub async fn producers(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let (artist, everybody) = futures::try_join!(site.catalogue.artist(id), site.catalogue.artist_producers(id))?;
    match format {
        Format::Json => return json_answer(&everybody),
        Format::Csv => return Ok(table(&everybody).answer(&format!("{} producers", artist.name))),
        Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let path = format!("{}/producers", Kind::Artist.path(artist.id));
    let title = format!("Behind {}", artist.name);
    let body = html! {
        p.crumbs { a href=(Kind::Artist.path(artist.id)) { (name(&artist.name)) } }
        h1 { "Behind " (name(&artist.name)) }
        @if everybody.is_empty() {
            (nothing_known("No producer or writer of these albums is known."))
        } @else {
            (people(&everybody, ""))
        }
        (downloads(&[("CSV", format!("{path}.csv")), ("JSON", format!("{path}.json"))]))
        (provenance(artist.updated_at.as_deref(), &title, &format!("{}{path}", site.address.origin)))
    };
    Ok(site.answer(&Page {
        title: &title,
        description: &format!("Everybody who produced or wrote the music of {}.", artist.name),
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}

fn table(everybody: &[Person]) -> Table {
    let mut table = Table::new(&["id", "name", "roles", "track_count", "confidence"]);
    for person in everybody {
        table.row([
            person.id.to_string(),
            person.name.clone(),
            person.roles.join("; "),
            person.track_count.to_string(),
            person
                .confidence
                .map(|confidence| confidence.to_string())
                .unwrap_or_default(),
        ]);
    }
    table
}
