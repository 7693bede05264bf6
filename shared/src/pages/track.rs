//! A track: who, as what, how sure, and what each source says, with the evidence to open.

use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::Format;
use crate::pages::catalogue::{Statement, TrackPage};
use crate::pages::export::{Table, json_answer};
use crate::pages::layout::Page;
use crate::pages::parts::{
    album_link, artist_links, confidence, downloads, gone, links, name, nothing_known, picture, producer_link,
    provenance, release_date, track_link,
};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

pub async fn page(site: &Site<'_>, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let track = site.catalogue.track(id).await?;
    match format {
        Format::Json => return json_answer(&track),
        Format::Csv => return Ok(table(&track).answer(&track.name)),
        Format::GraphMl => return Err(Refusal::NotFound),
        Format::Html => {}
    }
    let path = format!("/tracks/{}", track.id);
    let body = html! {
        header.profile {
            (picture(track.album.image_url.as_deref(), &track.album.name, 128, false))
            div {
                p.kind { "Track" }
                h1 { (name(&track.name)) }
                p.summary {
                    (artist_links(&track.artists)) "\u{a0}· " (album_link(&track.album)) "\u{a0}· " (release_date(&track.album))
                    @if let Some(duration) = track.duration_ms { "\u{a0}· " (words::duration(duration)) }
                }
                @if let Some(isrc) = &track.isrc { p.muted { "ISRC " code { (isrc) } } }
                (gone(track.gone_at.as_deref().or(track.album.gone_at.as_deref())))
                (links(&track.links))
            }
        }
        section {
            h2 { "Who made it" }
            @if track.credits.is_empty() {
                (nothing_known("No source that was asked names a producer or writer of this track."))
            }
            ul.statements {
                @for credit in &track.credits {
                    li {
                        (picture(credit.image_url.as_deref(), &credit.name, 48, true))
                        div {
                            div.statement {
                                p {
                                    span.row-title { (producer_link(credit.id, &credit.name)) } " "
                                    span class={ "role " (words::family(&credit.role)) } { (words::role(&credit.role)) }
                                }
                                p.sure { (confidence(credit.confidence, credit.sources.len())) " "
                                    span.muted aria-hidden="true" { (words::confidence(credit.confidence, credit.sources.len())) } }
                            }
                            @for statement in &credit.sources { (evidence(statement)) }
                        }
                    }
                }
            }
        }
        @if !track.same_recording.is_empty() {
            section {
                h2 { "The same recording on" }
                ul.rows {
                    @for other in &track.same_recording {
                        li { span.row-title { (album_link(&other.album)) } span.muted { (release_date(&other.album)) "\u{a0}· " (track_link(other.id, &other.name)) } }
                    }
                }
            }
        }
        (downloads(&[("CSV", format!("{path}.csv")), ("JSON", format!("{path}.json"))]))
        (provenance(track.updated_at.as_deref(), &track.name, &format!("{}{path}", site.address.origin)))
    };
    let artists: Vec<&str> = track.artists.iter().map(|artist| artist.name.as_str()).collect();
    Ok(site.answer(&Page {
        title: &track.name,
        description: &format!(
            "Who produced and wrote {} by {}, and how we know.",
            track.name,
            artists.join(", ")
        ),
        canonical: &path,
        scripts: &[],
        term: "",
        body,
    }))
}

/// What one source says: the links that lead there, how the track was recognised, and all of it to open.
fn evidence(statement: &Statement) -> Markup {
    let seen = statement.evidence["seen"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let urls = seen
        .iter()
        .filter_map(|seen| seen["url"].as_str())
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let urls: std::collections::BTreeSet<&str> = urls.collect();
    html! {
        details.evidence {
            summary {
                (words::source(&statement.source)) " " (words::percent(statement.confidence))
                @if let Some(how) = recognised(&statement.evidence) { span.muted { "\u{a0}· " (how) } }
            }
            @for url in &urls { p { a.external href=(url) rel="noopener external nofollow" { (name(url)) } } }
            @for title in seen.iter().filter_map(|seen| seen["title"].as_str()) { p { "“" (name(title)) "”" } }
            @if let Some(signs) = signs(&statement.evidence, "for") { p { "What agrees: " (name(&signs)) "." } }
            @if let Some(signs) = signs(&statement.evidence, "against") { p { "What does not: " (name(&signs)) "." } }
            @if let Some(time) = &statement.first_seen { p.muted { "First seen " (words::date(time, None)) ". All that was noted:" } }
            pre tabindex="0" { code { (serde_json::to_string_pretty(&statement.evidence).unwrap_or_default()) } }
        }
    }
}

fn matched(evidence: &Value) -> Option<&Value> {
    evidence.get("matched").or_else(|| evidence.get("match"))
}

/// What spoke for the recording, or against it.
fn signs(evidence: &Value, which: &str) -> Option<String> {
    let signs = matched(evidence)?[which].as_array()?.iter().filter_map(Value::as_str);
    let words = signs.map(|sign| match sign {
        "isrc" => "ISRC",
        "place" => "place on the release",
        other => other,
    });
    let words = words.collect::<Vec<_>>().join(", ");
    (!words.is_empty()).then_some(words)
}

/// How the track was recognised there, in words.
fn recognised(evidence: &Value) -> Option<String> {
    let matched = matched(evidence)?;
    let by = match matched["by"].as_str()? {
        "isrc" => "recognised by its ISRC",
        "position" | "place" => "recognised by its place on the release",
        "title" => "recognised by title and artist",
        "barcode" => "recognised by the album's barcode",
        _ => "recognised by several signs",
    };
    Some(by.to_owned())
}

fn table(track: &TrackPage) -> Table {
    let mut table = Table::new(&[
        "producer_id",
        "producer",
        "role",
        "confidence",
        "source",
        "source_confidence",
        "first_seen",
    ]);
    for credit in &track.credits {
        for statement in &credit.sources {
            table.row([
                credit.id.to_string(),
                credit.name.clone(),
                credit.role.clone(),
                credit.confidence.to_string(),
                statement.source.clone(),
                statement.confidence.to_string(),
                statement.first_seen.clone().unwrap_or_default(),
            ]);
        }
    }
    table
}
