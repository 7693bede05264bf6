//! Requests for artists: asked for, followed through the stages, and all of the last thirty days.

use std::borrow::Cow;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::form::Form;
use crate::console::frame::{Page, more, press};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::{Desk, words};
use crate::pages::address::link;
use crate::pages::words::{count, number};

#[derive(Debug, Deserialize)]
struct Discoveries {
    items: Vec<Listed>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    correlation_id: String,
    artist_name: String,
    forced: bool,
    requested_at: String,
    state: String,
    finished_at: Option<String>,
    artist_id: Option<Uuid>,
}

#[derive(Debug, Deserialize)]
struct Discovery {
    artist_name: String,
    state: String,
    requested_at: String,
    finished_at: Option<String>,
    artist: Option<Artist>,
    stages: Vec<Stage>,
    counts: Counts,
    errors: Vec<Problem>,
}

#[derive(Debug, Deserialize)]
struct Artist {
    id: Uuid,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Stage {
    queue_name: String,
    waiting: u64,
    in_progress: u64,
    retrying: u64,
    done: u64,
    failed: u64,
    dead: u64,
}

#[derive(Debug, Deserialize)]
struct Counts {
    albums: u64,
    tracks: u64,
    credits: u64,
    producers: u64,
}

#[derive(Debug, Deserialize)]
struct Problem {
    queue_name: String,
    message_id: String,
    error: String,
}

pub async fn page(desk: &Desk<'_>) -> Result<Answer, Refusal> {
    let search = desk.address.value("q")?;
    let mut arguments = json!({"limit_count": 50});
    for (name, value) in [("after", desk.address.value("after")?), ("search", search)] {
        if let Some(value) = value {
            arguments[name] = json!(value);
        }
    }
    let found: Discoveries = desk.call("list_discoveries", &arguments).await?;
    let next = found.next.as_deref().map(|after| {
        let values = [("q", search.map(Cow::Borrowed)), ("after", Some(Cow::Borrowed(after)))];
        link("/console/discoveries", &values)
    });
    let name = desk.address.value("name")?.unwrap_or_default();
    let now = desk.now();
    let body = html! {
        h1 { "Discoveries" }
        @if desk.may_act() {
            form.ask method="post" action="/console/discoveries" {
                label for="artist" { "Discover an artist" }
                div.line {
                    input #artist type="text" name="artist_name" value=(name) required maxlength="512" autocomplete="off" placeholder="The artist's name";
                    button type="submit" { "Discover" }
                }
                label.check { input type="checkbox" name="force" value="1"; " do again what was done before" }
            }
        }
        h2.apart { "The last thirty days" }
        form.controls method="get" action="/console/discoveries" {
            label { "named " input type="search" name="q" value=(search.unwrap_or_default()) maxlength="512"; }
            button.quiet type="submit" { "Filter" }
        }
        section.close #discoveries data-live {
            @if found.items.is_empty() { p.empty { "None like that." } }
            ul.rows {
                @for item in &found.items {
                    li.message {
                        a.row-title href={ "/console/discoveries/" (item.correlation_id) } { bdi { (item.artist_name) } }
                        (state(&item.state))
                        span { (words::ago(&item.requested_at, now)) }
                        @if let Some(finished) = &item.finished_at { @if let Some(took) = between(&item.requested_at, finished) { span.muted { "took " (took) } } }
                        @if item.forced { span.tag { "forced" } }
                        @if let Some(id) = item.artist_id { a href={ "/artists/" (id) } { "in the catalogue" } }
                    }
                }
            }
            (more(next, "Earlier ones"))
        }
    };
    Ok(desk.answer(&Page {
        title: "Discoveries",
        place: "/console/discoveries",
        body,
    }))
}

fn state(state: &str) -> Markup {
    let (class, label) = match state {
        "running" => ("in_progress", "running"),
        "completed" => ("fine", "completed"),
        "not_found" => ("waiting", "not found"),
        _ => ("dead", "failed"),
    };
    html! { span class={ "tag " (class) } { (label) } }
}

#[allow(clippy::cast_precision_loss)] // Seconds since 1970 are far below 2^52.
fn between(from: &str, to: &str) -> Option<String> {
    let took = words::unix(to)? - words::unix(from)?;
    Some(words::seconds(took as f64))
}

pub async fn one(desk: &Desk<'_>, id: &str) -> Result<Answer, Refusal> {
    let found: Option<Discovery> = desk.call("get_discovery", &json!({"correlation_id": id})).await?;
    let discovery = found.ok_or(Refusal::NotFound)?;
    let name = &discovery.artist_name;
    let now = desk.now();
    let body = html! {
        p.crumbs { a href="/console/discoveries" { "Discoveries" } }
        h1 { bdi { (name) } }
        section #discovery data-live {
            p {
                (state(&discovery.state)) " asked for " (words::ago(&discovery.requested_at, now))
                @if let Some(took) = discovery.finished_at.as_deref().and_then(|finished| between(&discovery.requested_at, finished)) { ", took " (took) }
            }
            @if let Some(artist) = &discovery.artist {
                p {
                    a href={ "/artists/" (artist.id) } { bdi { (artist.name) } } ": "
                    (count(discovery.counts.albums, "album")) ", " (count(discovery.counts.tracks, "track")) ", "
                    (count(discovery.counts.credits, "credit")) ", "
                    @if discovery.counts.producers == 1 { "1 person" } @else { (number(discovery.counts.producers)) " people" }
                }
            }
            (stages(&discovery.stages))
            @if !discovery.errors.is_empty() {
                h2 { "Errors" }
                ul.rows {
                    @for error in &discovery.errors {
                        li.message {
                            a.row-title href={ "/console/work/" (error.queue_name) "/" (error.message_id) } { "#" (error.message_id) }
                            span { (words::queue(&error.queue_name)) }
                            p.bad { (error.error) }
                        }
                    }
                }
            }
        }
        @if desk.may_act() {
            div.actions {
                (press("/console/discoveries", "Ask again", &[("artist_name", name)], "quiet"))
                (press("/console/discoveries", "Again, forced", &[("artist_name", name), ("force", "1")], "quiet"))
            }
        }
    };
    Ok(desk.answer(&Page {
        title: name,
        place: "/console/discoveries",
        body,
    }))
}

fn stages(stages: &[Stage]) -> Markup {
    html! {
        ol.steps {
            @for stage in stages {
                @let left = stage.waiting + stage.in_progress + stage.retrying;
                @let ended = stage.done + stage.failed + stage.dead;
                li {
                    span.name { (words::queue(&stage.queue_name)) }
                    progress max=((left + ended).max(1)) value=(ended) aria-label={ (words::queue(&stage.queue_name)) ": " (ended) " of " (left + ended) } {}
                    span.figures-line {
                        (number(stage.done)) " done"
                        @for (amount, label) in [(left - stage.retrying, "to do"), (stage.retrying, "retrying"), (stage.failed, "failed"), (stage.dead, "dead")] {
                            @if amount > 0 { ", " (number(amount)) " " (label) }
                        }
                    }
                }
            }
        }
    }
}

pub async fn ask(desk: &Desk<'_>, form: &Form) -> Result<Answer, Refusal> {
    let name = form.needed("artist_name")?;
    let arguments = json!({"artist_name": name, "force": form.is_set("force")});
    let result: Value = desk.operate("start_discovery", arguments).await?;
    let id = result["correlation_id"].as_str().unwrap_or_default();
    Ok(Answer::see(format!("/console/discoveries/{id}")))
}
