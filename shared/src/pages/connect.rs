//! How two people are connected: the shortest way, each step with the track that makes it.

use std::borrow::Cow;

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::{Format, link};
use crate::pages::catalogue::{Connection, Found, Kind, Step, Via};
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{album_link, downloads, name, picture, provenance, release_date, track_link};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

/// One end of the way: an id, or a name that was typed and still has to be chosen from what is called so.
enum End {
    Missing,
    Chosen { id: Uuid, name: String },
    Typed { term: String, found: Found },
}

impl End {
    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Chosen { id, .. } => Some(*id),
            _ => None,
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Missing => "",
            Self::Chosen { name, .. } => name,
            Self::Typed { term, .. } => term,
        }
    }
}

pub async fn page(site: &Site<'_>, format: Format) -> Result<PageResponse, Refusal> {
    let (from, to) = futures::try_join!(end(site, "from"), end(site, "to"))?;
    let connection = match (from.id(), to.id()) {
        (Some(from), Some(to)) => Some(site.catalogue.connection(from, to).await?),
        _ => None,
    };
    match (format, &connection) {
        (Format::Html, _) => {}
        (Format::Json, Some(connection)) => return json_answer(connection),
        (Format::Csv, Some(connection)) => return Ok(table(connection).answer("connection")),
        _ => return Err(Refusal::bad("from", "and to must both be ids for a file")),
    }
    let title = match (&from, &to) {
        (End::Chosen { name: one, .. }, End::Chosen { name: other, .. }) => {
            format!("{} and {}", words::isolated(one), words::isolated(other))
        }
        _ => "Connect two people".to_owned(),
    };
    let here = address("/connect", &from, &to);
    let body = html! {
        h1 { (name(&title)) }
        p.lead { "The shortest way from one producer or artist to another, over the tracks that they share." }
        form.connect action="/connect" {
            (field("from", "From", &from))
            (field("to", "To", &to))
            button type="submit" { "Connect" }
        }
        (choice("from", &from, &to))
        (choice("to", &to, &from))
        @if let Some(connection) = &connection {
            (way(connection))
            (downloads(&[
                ("CSV", address("/connect.csv", &from, &to)),
                ("JSON", address("/connect.json", &from, &to)),
            ]))
        }
        @if connection.is_some() { (provenance(
            connection.as_ref().and_then(|connection| connection.updated_at.as_deref()),
            &title,
            &format!("{}{here}", site.address.origin),
        )) }
    };
    Ok(site.answer(&Page {
        title: &title,
        description: "How two people of the music world are connected, track by track.",
        canonical: "/connect",
        scripts: &[],
        term: "",
        body,
    }))
}

async fn end(site: &Site<'_>, which: &'static str) -> Result<End, Refusal> {
    let Some(value) = site.address.value(which)? else {
        return Ok(End::Missing);
    };
    if let Ok(id) = Uuid::try_parse(value) {
        let producer = site.catalogue.producer(id).await;
        let name = match producer {
            Ok(producer) => producer.name,
            Err(Refusal::NotFound) => site.catalogue.artist(id).await?.name,
            Err(other) => return Err(other),
        };
        return Ok(End::Chosen { id, name });
    }
    let found = site.catalogue.search(value, &["producers", "artists"], 8).await?;
    // Nobody has to choose from one.
    let mut all = found
        .producers
        .iter()
        .map(|person| (person.id, &person.name))
        .chain(found.artists.iter().map(|artist| (artist.id, &artist.name)));
    if let (Some((id, name)), None) = (all.next(), all.next()) {
        return Ok(End::Chosen { id, name: name.clone() });
    }
    Ok(End::Typed {
        term: value.to_owned(),
        found,
    })
}

fn address(path: &str, from: &End, to: &End) -> String {
    let value = |end: &End| match end {
        End::Missing => None,
        End::Chosen { id, .. } => Some(Cow::from(id.to_string())),
        End::Typed { term, .. } => Some(Cow::from(term.clone())),
    };
    link(path, &[("from", value(from)), ("to", value(to))])
}

/// With a script, choosing puts the id into the hidden field; without one, the name is looked up.
fn field(which: &str, label: &str, end: &End) -> Markup {
    html! {
        div.field data-combobox="/search.json?kinds=people" data-combobox-target=(which) {
            label for=(which) { (label) }
            input id=(which) name=(which) type="search" value=(end.text()) maxlength="512" autocomplete="off" spellcheck="false"
                placeholder="A producer or an artist" data-id=[end.id()];
        }
    }
}

/// Who is called what was typed, each as a link that chooses them.
fn choice(which: &str, end: &End, other: &End) -> Markup {
    let End::Typed { term, found } = end else {
        return html! {};
    };
    let chosen = |id: Uuid, name: &str| {
        let chosen = End::Chosen {
            id,
            name: name.to_owned(),
        };
        if which == "from" {
            address("/connect", &chosen, other)
        } else {
            address("/connect", other, &chosen)
        }
    };
    html! {
        section {
            @if found.is_empty() {
                p.empty { "Nobody here is called “" (name(term)) "”." }
            } @else {
                h2 { "Which “" (name(term)) "”?" }
                ul.cards {
                    @for person in &found.producers {
                        li.card {
                            (picture(person.image_url.as_deref(), &person.name, 48, true))
                            div {
                                a.card-link href=(chosen(person.id, &person.name)) { (name(&person.name)) }
                                p.muted { "producer, " (words::amount(person.track_count, "track")) }
                            }
                        }
                    }
                    @for artist in &found.artists {
                        li.card {
                            (picture(artist.image_url.as_deref(), &artist.name, 48, false))
                            div { a.card-link href=(chosen(artist.id, &artist.name)) { (name(&artist.name)) } p.muted { "artist" } }
                        }
                    }
                }
            }
        }
    }
}

fn way(connection: &Connection) -> Markup {
    html! {
        @if !connection.found {
            p.empty {
                @if connection.complete {
                    strong { "There is no way between them in this catalogue." }
                    " Another artist's albums may bring one."
                } @else {
                    strong { "No way was found within reach." }
                    " There may be a longer one."
                }
            }
        } @else if connection.path.len() < 2 {
            p.empty { "They are the same." }
        } @else {
            section {
                h2 { (words::amount(connection.steps.unwrap_or_default().into(), "step")) }
                ol.way {
                    @for (index, step) in connection.path.iter().enumerate() {
                        @if let (Some(via), Some(before)) = (&step.via, index.checked_sub(1).and_then(|before| connection.path.get(before))) {
                            li.via { (sentence(before, via, step)) }
                        }
                        li.stop {
                            (picture(step.image_url.as_deref(), &step.name, 64, step.kind == Kind::Producer))
                            div {
                                a.card-link href=(step.kind.path(step.id)) { (name(&step.name)) }
                                p.muted { (step.kind.name()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `Lena Voss (producer) and Ivo Hart (composer) on Lodestar, from Early, 2001`.
fn sentence(before: &Step, via: &Via, step: &Step) -> Markup {
    let part = |roles: &[String]| {
        if roles.is_empty() {
            "whose album it is on".to_owned()
        } else {
            words::roles(roles.iter().map(String::as_str))
        }
    };
    html! {
        p {
            (name(&before.name)) span.muted { " (" (part(&via.roles_before)) ")" } " and "
            (name(&step.name)) span.muted { " (" (part(&via.roles)) ")" } " on "
            strong { (track_link(via.id, &via.name)) }
            ", from " (album_link(&via.album)) ", " (release_date(&via.album))
        }
    }
}

fn table(connection: &Connection) -> Table {
    let mut table = Table::new(&[
        "step",
        "id",
        "kind",
        "name",
        "track_id",
        "track",
        "album",
        "release_date",
    ]);
    for (step, stop) in connection.path.iter().enumerate() {
        let via = stop.via.as_ref();
        table.row([
            step.to_string(),
            stop.id.to_string(),
            stop.kind.name().to_owned(),
            stop.name.clone(),
            via.map(|via| via.id.to_string()).unwrap_or_default(),
            via.map(|via| via.name.clone()).unwrap_or_default(),
            via.map(|via| via.album.name.clone()).unwrap_or_default(),
            via.and_then(|via| via.album.release_date.clone()).unwrap_or_default(),
        ]);
    }
    table
}
