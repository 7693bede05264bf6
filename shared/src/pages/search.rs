//! The search: every kind by itself, so that a track never hides the artist of the same name.

use maud::{Markup, html};

use crate::pages::Site;
use crate::pages::address::Format;
use crate::pages::catalogue::{Found, Kind};
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{
    album_link, artist_links, downloads, gone, name, people, picture, release_date, search_link, track_link,
};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

const KINDS: [&str; 4] = ["producers", "artists", "albums", "tracks"];

/// How many of each kind stand beside the other kinds, and alone.
const TOGETHER: u32 = 12;
const ALONE: u32 = 50;

pub async fn page(site: &Site<'_>, format: Format) -> Result<PageResponse, Refusal> {
    let term = site.address.value("q")?.unwrap_or_default();
    let kind = site.address.value("kind")?;
    if kind.is_some_and(|kind| !KINDS.contains(&kind)) {
        return Err(Refusal::bad("kind", "is none of producers, artists, albums, tracks"));
    }
    let most = if kind.is_some() { ALONE } else { TOGETHER };
    let limit = site.address.number("limit", 1, ALONE.into())?;
    let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(most);
    let kinds: Vec<&str> = kind.into_iter().collect();
    let found = if term.is_empty() {
        Found::default()
    } else {
        site.catalogue.search(term, &kinds, limit).await?
    };
    match format {
        Format::Json => return json_answer(&found),
        Format::Csv => return Ok(table(&found).answer("linernotes-search")),
        Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let title = if term.is_empty() {
        "Search".to_owned()
    } else {
        format!("“{term}”")
    };
    let body = html! {
        h1 { @if term.is_empty() { "Search" } @else { "Results for “" (name(term)) "”" } }
        @if !term.is_empty() {
            nav.filters aria-label="Kind" {
                a href=(search_link(term, None)) aria-current=[kind.is_none().then_some("true")] { "everything" }
                @for other in KINDS {
                    a href=(search_link(term, Some(other))) aria-current=[(kind == Some(other)).then_some("true")] {
                        @if other == "producers" { "people" } @else { (other) }
                    }
                }
            }
        }
        @if term.is_empty() {
            p.empty { "Type a name above: a producer, an artist, an album or a track. Case, accents and punctuation don't matter." }
        } @else if found.is_empty() {
            p.empty {
                strong { "Nothing here is called that." }
                " Try fewer letters, or another spelling. What nobody has asked for yet is not in the catalogue: "
                a href="/about#missing" { "what can be done" } "."
            }
        }
        (results(&found))
        @if !found.is_empty() {
            (downloads(&[
                ("CSV", search_link(term, kind).replacen("/search", "/search.csv", 1)),
                ("JSON", search_link(term, kind).replacen("/search", "/search.json", 1)),
            ]))
        }
    };
    Ok(site.answer(&Page {
        title: &title,
        description: "Search producers, artists, albums and tracks.",
        canonical: "/search",
        scripts: &[],
        term,
        body,
    }))
}

fn results(found: &Found) -> Markup {
    html! {
        @if !found.producers.is_empty() {
            section { h2 { "People" } (people(&found.producers, "")) }
        }
        @if !found.artists.is_empty() {
            section {
                h2 { "Artists" }
                ul.cards {
                    @for artist in &found.artists {
                        li.card {
                            (picture(artist.image_url.as_deref(), &artist.name, 48, false))
                            div {
                                a.card-link href=(Kind::Artist.path(artist.id)) { (name(&artist.name)) }
                                @if let Some(albums) = artist.album_count { p.muted { (words::amount(albums, "album")) } }
                            }
                        }
                    }
                }
            }
        }
        @if !found.albums.is_empty() {
            section {
                h2 { "Albums" }
                ul.cards {
                    @for found in &found.albums {
                        li.card {
                            (picture(found.album.image_url.as_deref(), &found.album.name, 48, false))
                            div {
                                span.card-link { (album_link(&found.album)) }
                                p.muted { (artist_links(&found.artists)) "\u{a0}· " (release_date(&found.album)) }
                                (gone(found.album.gone_at.as_deref()))
                            }
                        }
                    }
                }
            }
        }
        @if !found.tracks.is_empty() {
            section {
                h2 { "Tracks" }
                ul.rows {
                    @for track in &found.tracks {
                        li {
                            span.row-title { (track_link(track.id, &track.name)) }
                            span.muted { (artist_links(&track.artists)) "\u{a0}· " (album_link(&track.album)) "\u{a0}· " (release_date(&track.album)) }
                            (gone(track.gone_at.as_deref().or(track.album.gone_at.as_deref())))
                        }
                    }
                }
            }
        }
    }
}

fn table(found: &Found) -> Table {
    let mut table = Table::new(&["kind", "id", "name", "track_count"]);
    for person in &found.producers {
        table.row([
            "producer".into(),
            person.id.to_string(),
            person.name.clone(),
            person.track_count.to_string(),
        ]);
    }
    for artist in &found.artists {
        table.row([
            "artist".into(),
            artist.id.to_string(),
            artist.name.clone(),
            String::new(),
        ]);
    }
    for found in &found.albums {
        table.row([
            "album".into(),
            found.album.id.to_string(),
            found.album.name.clone(),
            String::new(),
        ]);
    }
    for track in &found.tracks {
        table.row(["track".into(), track.id.to_string(), track.name.clone(), String::new()]);
    }
    table
}
