//! An album: its tracks in their order, each with its people.

use maud::html;
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::Format;
use crate::pages::catalogue::AlbumPage;
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{
    artist_links, downloads, gone, links, name, nothing_known, people, picture, producer_link, provenance,
    release_date, sure_roles, track_link,
};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

pub async fn page(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let page = site.catalogue.album(id).await?;
    match format {
        Format::Json => return json_answer(&page),
        Format::Csv => return Ok(table(&page).answer(&page.album.name)),
        Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let path = format!("/albums/{}", page.album.id);
    let discs = page
        .tracks
        .iter()
        .filter_map(|track| track.disc_number)
        .max()
        .unwrap_or(1);
    let body = html! {
        header.profile {
            (picture(page.album.image_url.as_deref(), &page.album.name, 160, false))
            div {
                p.kind { "Album" }
                h1 { (name(&page.album.name)) }
                p.summary { (artist_links(&page.artists)) "\u{a0}· " (release_date(&page.album)) "\u{a0}· " (words::amount(page.track_count, "track")) }
                @if let Some(upc) = &page.upc { p.muted { "Barcode " (upc) } }
                (gone(page.album.gone_at.as_deref()))
                (links(&page.links))
            }
        }
        section {
            h2 { "Liner notes" }
            @if page.people.is_empty() {
                (nothing_known("Nobody is known for these tracks."))
            }
            ol.liner-notes {
                @for track in &page.tracks {
                    li {
                        span.number {
                            @if discs > 1 { (track.disc_number.unwrap_or(1)) "." }
                            (track.track_number.map(|number| number.to_string()).unwrap_or_default())
                        }
                        div {
                            span.row-title { (track_link(track.id, &track.name)) } " "
                            (gone(track.gone_at.as_deref()))
                            @if track.credits.is_empty() {
                                p.muted { "not known" }
                            } @else {
                                ul.credits {
                                    @for person in &track.credits {
                                        li { (producer_link(person.id, &person.name)) " " (sure_roles(&person.roles)) }
                                    }
                                }
                            }
                        }
                        @if let Some(duration) = track.duration_ms { span.muted.duration { (words::duration(duration)) } }
                    }
                }
            }
        }
        @if !page.people.is_empty() {
            section { h2 { "Everybody on it" } (people(&page.people, "")) }
        }
        (downloads(&[("CSV", format!("{path}.csv")), ("JSON", format!("{path}.json"))]))
        (provenance(page.updated_at.as_deref(), &page.album.name, &format!("{}{path}", site.address.origin)))
    };
    let artists: Vec<&str> = page.artists.iter().map(|artist| artist.name.as_str()).collect();
    Ok(site.answer(&Page {
        title: &page.album.name,
        description: &format!(
            "Who produced and wrote {} by {}, track by track.",
            page.album.name,
            artists.join(", ")
        ),
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}

fn table(page: &AlbumPage) -> Table {
    let mut table = Table::new(&[
        "disc",
        "track_number",
        "track_id",
        "track",
        "producer_id",
        "producer",
        "role",
        "confidence",
        "sources",
    ]);
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    for track in &page.tracks {
        for person in &track.credits {
            for role in &person.roles {
                table.row([
                    number(track.disc_number),
                    number(track.track_number),
                    track.id.to_string(),
                    track.name.clone(),
                    person.id.to_string(),
                    person.name.clone(),
                    role.role.clone(),
                    role.confidence.to_string(),
                    role.sources.join("; "),
                ]);
            }
        }
    }
    table
}
