//! A producer: who they are, what they did, for whom, with whom, and how we know.

use std::borrow::Cow;

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::{Format, link};
use crate::pages::catalogue::{CreditFilter, Credits, Kind, Producer};
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{
    album_link, artist_links, downloads, links, more, name, nothing_known, people, period, picture, provenance,
    release_date, sure_roles, track_link, years,
};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

/// Tracks on a page, and in a file.
const ON_A_PAGE: u32 = 50;
const IN_A_FILE: u32 = 200;
/// Pages that one file is made of: ten thousand tracks, more than anybody has.
const PAGES_OF_A_FILE: usize = 50;

/// What the address narrows the credits to.
fn filter(site: &Site<'_>) -> Result<CreditFilter, Refusal> {
    let role = site.address.value("role")?;
    if role.is_some_and(|role| words::family(role) == "other") {
        return Err(Refusal::bad("role", "is none of the roles"));
    }
    Ok(CreditFilter {
        role: role.map(ToOwned::to_owned),
        year: site.address.number("year", 1, 9999)?,
        artist: site.address.id("artist")?,
        after: site.address.id("after")?,
    })
}

fn filtered(path: &str, filter: &CreditFilter) -> String {
    link(
        path,
        &[
            ("role", filter.role.as_deref().map(Cow::Borrowed)),
            ("year", filter.year.map(|year| year.to_string().into())),
            ("artist", filter.artist.map(|artist| artist.to_string().into())),
            ("after", filter.after.map(|after| after.to_string().into())),
        ],
    )
}

pub async fn page(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let filter = filter(site)?;
    let (producer, credits, beside) = futures::try_join!(
        site.catalogue.producer(id),
        site.catalogue.credits(id, &filter, ON_A_PAGE),
        site.catalogue.collaborators(id, 12),
    )?;
    if format == Format::Json {
        return json_answer(&producer);
    } else if format != Format::Html {
        return Err(Refusal::NotFound);
    }
    let path = Kind::Producer.path(producer.id);
    let address = format!("{}{path}", site.address.origin);
    let body = html! {
        (heading(&producer))
        @if producer.track_count == 0 {
            (nothing_known("No track that credits this person is in the catalogue at the moment."))
        } @else {
            (roles(&producer, &path, &filter))
            @if producer.tracks_read < producer.track_count {
                p.muted { "Roles and years are counted in " (words::number(producer.tracks_read)) " of these tracks." }
            }
            @if producer.years.len() > 1 {
                section.timeline {
                    h2 { "Year by year" }
                    (years(&producer.years, filter.year, |year| {
                        filtered(&path, &CreditFilter { year: Some(year.into()), after: None, ..filter.clone() })
                    }))
                }
            }
            div.columns {
                section.wide #credits { (credit_list(&producer, &credits, &path, &filter)) }
                aside {
                    @if !producer.artists.is_empty() {
                        section {
                            h2 { "For whom" }
                            ol.ranking {
                                @for artist in producer.artists.iter().take(12) {
                                    li {
                                        (picture(artist.image_url.as_deref(), &artist.name, 32, false))
                                        span {
                                            a href=(Kind::Artist.path(artist.id)) { (name(&artist.name)) } " "
                                            span.muted {
                                                a href=(filtered(&path, &CreditFilter { artist: Some(artist.id), ..CreditFilter::default() })) {
                                                    (words::amount(artist.track_count.unwrap_or_default(), "track"))
                                                }
                                                @if artist.first_year.is_some() { ", " (period(artist.first_year, artist.last_year)) }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    section {
                        h2 { "With whom" }
                        @if beside.items.is_empty() {
                            p.muted { "Nobody else is known on these tracks." }
                        } @else {
                            ol.ranking {
                                @for person in &beside.items {
                                    li {
                                        (picture(person.image_url.as_deref(), &person.name, 32, true))
                                        span {
                                            a href=(Kind::Producer.path(person.id)) { (name(&person.name)) }
                                            " " span.muted { (words::amount(person.track_count, "track")) " together" }
                                        }
                                    }
                                }
                            }
                            p { a href={ (path) "/collaborators" } { "Everybody beside " (name(&producer.name)) } }
                        }
                    }
                }
            }
        }
        (downloads(&[
            ("credits as CSV", filtered(&format!("{path}/credits.csv"), &CreditFilter { after: None, ..filter.clone() })),
            ("as JSON", filtered(&format!("{path}/credits.json"), &CreditFilter { after: None, ..filter.clone() })),
            ("profile as JSON", format!("{path}.json")),
        ]))
        (provenance(producer.updated_at.as_deref(), &producer.name, &address))
    };
    let description = format!(
        "{}: {} with {}.",
        producer.name,
        words::count(producer.track_count, "track"),
        words::count(producer.artist_count, "artist")
    );
    Ok(site.answer(&Page {
        title: &producer.name,
        description: &description,
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}

fn heading(producer: &Producer) -> Markup {
    let sources = &producer.profile_sources;
    let from = |field: &str| {
        sources
            .get(field)
            .and_then(serde_json::Value::as_str)
            .map(words::source)
    };
    html! {
        header.profile {
            (picture(producer.image_url.as_deref(), &producer.name, 128, true))
            div {
                p.kind { "Producer, writer" }
                h1 { (name(&producer.name)) }
                @if !producer.also_known_as.is_empty() {
                    p.muted {
                        "also "
                        @for (index, other) in producer.also_known_as.iter().take(8).enumerate() {
                            @if index > 0 { ", " }
                            (name(other))
                        }
                    }
                }
                p.summary {
                    strong { (words::amount(producer.track_count, "track")) } " with "
                    strong { (words::amount(producer.artist_count, "artist")) }
                    @if producer.first_year.is_some() { ", " (period(producer.first_year, producer.last_year)) }
                }
                @if let Some(biography) = &producer.biography {
                    blockquote { p { (name(biography)) } @if let Some(source) = from("instagram_bio") { footer.muted { "from " (source) } } }
                }
                @if let Some(handle) = &producer.instagram_handle {
                    p { "On Instagram as " strong { "@" (name(handle)) }
                        @if let Some(source) = from("instagram_handle") { span.muted { " (stated by " (source) ")" } } }
                }
                (links(&producer.links))
                // Without a track both would lead to nothing.
                @if producer.track_count > 0 {
                    p.actions {
                        a.button href={ "/graph/producer/" (producer.id) } { "See the network" }
                        a.button.quiet href={ "/connect?from=" (producer.id) } { "How are they connected to …?" }
                    }
                }
            }
        }
    }
}

fn roles(producer: &Producer, path: &str, filter: &CreditFilter) -> Markup {
    html! {
        nav.filters aria-label="Role" {
            a href=(filtered(path, &CreditFilter { role: None, after: None, ..filter.clone() }))
                aria-current=[filter.role.is_none().then_some("true")] { "all roles" }
            @for counted in &producer.roles {
                a class=(words::family(&counted.role))
                    href=(filtered(path, &CreditFilter { role: Some(counted.role.clone()), after: None, ..filter.clone() }))
                    aria-current=[(filter.role.as_ref() == Some(&counted.role)).then_some("true")] {
                    (words::role(&counted.role)) " " span.count { (words::number(counted.track_count)) }
                }
            }
            @if filter.year.is_some() || filter.artist.is_some() {
                a.reset href=(path) { "without filters" }
            }
        }
    }
}

fn credit_list(producer: &Producer, credits: &Credits, path: &str, filter: &CreditFilter) -> Markup {
    html! {
        h2 {
            "Tracks"
            @if let Some(role) = &filter.role { " as " (words::role(role)) }
            @if let Some(year) = filter.year { " of " (year) }
            " " span.count { (words::number(credits.total)) }
        }
        @if !credits.complete {
            p.muted {
                "There are more than these: of so many tracks a part is listed. Under “For whom”, the number beside an artist "
                "leads to all that were made together."
            }
        }
        @if credits.items.is_empty() {
            p.empty { "None with these filters. " a href=(path) { "All tracks of " (name(&producer.name)) } }
        }
        // A page is sorted by date of release, so the tracks of an album stand together.
        @for tracks in credits.items.chunk_by(|one, next| one.album.id == next.album.id) {
            @if let Some(first) = tracks.first() {
                article.release {
                    (picture(first.album.image_url.as_deref(), &first.album.name, 64, false))
                    div {
                        h3 { (album_link(&first.album)) }
                        p.muted { (artist_links(&first.artists)) "\u{a0}· " (release_date(&first.album)) }
                        ol {
                            @for track in tracks {
                                li { span.row-title { (track_link(track.id, &track.name)) } span.sure { (sure_roles(&track.roles)) } }
                            }
                        }
                    }
                }
            }
        }
        (more(
            credits.next.map(|after| filtered(path, &CreditFilter { after: Some(after), ..filter.clone() }) + "#credits"),
            "Older tracks",
        ))
    }
}

/// All credits with the filters of the address, as a file.
pub async fn credits(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let mut filter = filter(site)?;
    let mut all: Option<Credits> = None;
    for _ in 0..PAGES_OF_A_FILE {
        let page = site.catalogue.credits(id, &filter, IN_A_FILE).await?;
        filter.after = page.next;
        match &mut all {
            Some(all) => all.items.extend(page.items),
            None => all = Some(page),
        }
        if filter.after.is_none() {
            break;
        }
    }
    let mut all = all.ok_or(Refusal::NotFound)?;
    all.next = filter.after;
    match format {
        Format::Json => json_answer(&all),
        Format::Csv => {
            let mut table = Table::new(&[
                "track_id",
                "track",
                "artists",
                "album",
                "release_date",
                "isrc",
                "role",
                "confidence",
                "sources",
            ]);
            for track in &all.items {
                let artists: Vec<&str> = track.artists.iter().map(|artist| artist.name.as_str()).collect();
                for role in &track.roles {
                    table.row([
                        track.id.to_string(),
                        track.name.clone(),
                        artists.join("; "),
                        track.album.name.clone(),
                        track.album.release_date.clone().unwrap_or_default(),
                        track.isrc.clone().unwrap_or_default(),
                        role.role.clone(),
                        role.confidence.to_string(),
                        role.sources.join("; "),
                    ]);
                }
            }
            Ok(table.answer(&format!("credits-{id}")))
        }
        Format::Html | Format::GraphMl => Err(Refusal::NotFound),
    }
}

/// Everybody beside a producer.
pub async fn collaborators(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let (producer, beside) = futures::try_join!(site.catalogue.producer(id), site.catalogue.collaborators(id, 200))?;
    match format {
        Format::Json => return json_answer(&beside),
        Format::Csv => {
            let mut table = Table::new(&["id", "name", "tracks_together", "roles"]);
            for person in &beside.items {
                table.row([
                    person.id.to_string(),
                    person.name.clone(),
                    person.track_count.to_string(),
                    person.roles.join("; "),
                ]);
            }
            return Ok(table.answer(&format!("{} collaborators", producer.name)));
        }
        Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let path = format!("{}/collaborators", Kind::Producer.path(producer.id));
    let title = format!("Beside {}", producer.name);
    let body = html! {
        p.crumbs { a href=(Kind::Producer.path(producer.id)) { (name(&producer.name)) } }
        h1 { "Beside " (name(&producer.name)) }
        p.lead {
            "Who is credited on the same tracks"
            @if !beside.complete { ", by " (words::amount(beside.tracks_read, "track")) " of theirs" }
            "."
        }
        @if beside.items.is_empty() {
            (nothing_known("Nobody else is credited on these tracks."))
        } @else {
            (people(&beside.items, " together"))
        }
        (downloads(&[("CSV", format!("{path}.csv")), ("JSON", format!("{path}.json"))]))
        (provenance(producer.updated_at.as_deref(), &title, &format!("{}{path}", site.address.origin)))
    };
    Ok(site.answer(&Page {
        title: &title,
        description: &format!("Who is credited on the same tracks as {}.", producer.name),
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}
