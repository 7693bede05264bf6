//! The network around a producer or an artist: a picture of links, and the same as a table.

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::Format;
use crate::pages::catalogue::{Graph, Kind};
use crate::pages::export::{Table, graphml, json_answer};
use crate::pages::layout::Page;
use crate::pages::network::{legend, picture};
use crate::pages::parts::{downloads, name, nothing_known, period, provenance, role_tags};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::view::{MOST_NODES, View};
use crate::pages::words;

/// A picture of links with more would be a hairball; a script draws them on a canvas.
const IN_THE_PICTURE: usize = 200;

pub async fn page(site: &Site<'_>, kind: &str, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let kind = match kind {
        "producer" => Kind::Producer,
        "artist" => Kind::Artist,
        _ => return Err(Refusal::NotFound),
    };
    let view = View::of(site)?;
    let graph = site.catalogue.graph(kind, id, &view.size).await?;
    let graph = view.narrow(graph);
    let centre = graph.nodes.first().ok_or(Refusal::NotFound)?;
    match format {
        Format::Json => return json_answer(&graph),
        Format::Csv => return Ok(table(&graph).answer(&format!("{} network", centre.name))),
        Format::GraphMl => {
            let text = graphml(&graph);
            let answer = PageResponse::text(http::StatusCode::OK, "application/graphml+xml; charset=utf-8", text);
            return Ok(answer.into_file(&format!("{} network", centre.name), "graphml"));
        }
        Format::Html => {}
    }
    let path = format!("/graph/{}/{}", kind.name(), graph.id);
    let title = format!("The network around {}", centre.name);
    let body = html! {
        p.crumbs { a href=(kind.path(graph.id)) { (name(&centre.name)) } }
        h1 { "The network around " (name(&centre.name)) }
        p.lead {
            "Who made records for whom. A line is a person on an artist's albums; the thicker, the more tracks."
            @if graph.truncated { " The foremost are shown; there are more." }
        }
        (controls(&view, &path))
        figure.network data-address=(view.link(&path)) data-graph=(view.link(&format!("{path}.json"))) {
            div.stage {
                @if graph.edges.is_empty() && view.link(&path) == path {
                    (nothing_known("No track connects this name with another."))
                } @else if graph.edges.is_empty() {
                    p.empty { strong { "No line fits these filters." } " With fewer tracks, other roles or other years there may be some: " a href=(path) { "without filters" } "." }
                } @else if graph.nodes.len() > IN_THE_PICTURE {
                    p.too-many { (words::number(graph.nodes.len() as u64)) " names: a script draws so many. The table below has them all." }
                } @else {
                    (picture(&graph, &view.size.opened))
                }
            }
            figcaption { (legend()) }
        }
        // What a script replaces when the view changes.
        div #beneath {
            @if !graph.edges.is_empty() {
                section #table {
                    h2 { "The same as a table " span.count { (words::number(graph.edges.len() as u64)) } }
                    (rows(&graph))
                }
            }
            (downloads(&[
                ("GraphML", view.link(&format!("{path}.graphml"))),
                ("edges as CSV", view.link(&format!("{path}.csv"))),
                ("JSON", view.link(&format!("{path}.json"))),
            ]))
            (provenance(graph.updated_at.as_deref(), &title, &format!("{}{}", site.address.origin, view.link(&path))))
        }
    };
    Ok(site.answer(&Page {
        title: &title,
        description: &format!("Who made records with whom around {}.", centre.name),
        canonical: &path,
        scripts: &["graph.js"],
        term: "",
        body,
    }))
}

/// A form, so that it works without a script and stands in the address.
fn controls(view: &View, path: &str) -> Markup {
    let year = |year: Option<i64>| year.map(|year| year.to_string()).unwrap_or_default();
    html! {
        form.controls action=(path) data-graph-controls="" autocomplete="off" {
            label { "Tracks, at least " input type="number" name="tracks" min="1" max="1000000" value=(view.size.min_tracks) inputmode="numeric"; }
            label { "Role "
                select name="role" {
                    option value="" selected[view.family.is_none()] { "all" }
                    @for (family, meaning) in words::FAMILIES {
                        option value=(family) selected[view.family == Some(family)] { (meaning) }
                    }
                }
            }
            label { "From " input type="number" name="from" min="1" max="9999" value=(year(view.from)) placeholder="year" inputmode="numeric"; }
            label { "To " input type="number" name="to" min="1" max="9999" value=(year(view.to)) placeholder="year" inputmode="numeric"; }
            label { "Steps "
                select name="depth" {
                    @for depth in 1..=3 { option value=(depth) selected[view.size.depth == depth] { (depth) } }
                }
            }
            label { "Names, at most " input type="number" name="nodes" min="2" max=(MOST_NODES) value=(view.size.nodes) inputmode="numeric"; }
            @if !view.size.opened.is_empty() {
                input type="hidden" name="open" value=(view.size.opened.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","));
            }
            button type="submit" { "Show" }
        }
    }
}

fn rows(graph: &Graph) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="The network as a table" {
            table data-sortable="" {
                thead { tr {
                    th scope="col" { "Person" } th scope="col" { "Artist" } th.number scope="col" { "Tracks" }
                    th scope="col" { "Roles" } th scope="col" { "Years" } th.number scope="col" { "Surest credit" }
                } }
                tbody {
                    @for edge in &graph.edges {
                        @if let (Some(person), Some(artist)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) {
                            tr {
                                th scope="row" { a href=(person.kind.path(person.id)) { (name(&person.name)) } }
                                td { a href=(artist.kind.path(artist.id)) { (name(&artist.name)) } }
                                td.number { (words::number(edge.track_count)) }
                                td { (role_tags(edge.roles.iter().map(String::as_str))) }
                                td { (period(edge.first_year, edge.last_year)) }
                                td.number { (words::percent(edge.confidence)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(graph: &Graph) -> Table {
    let mut table = Table::new(&[
        "source",
        "target",
        "weight",
        "source_name",
        "target_name",
        "roles",
        "confidence",
        "first_year",
        "last_year",
    ]);
    let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
    for edge in &graph.edges {
        if let (Some(person), Some(artist)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) {
            table.row([
                person.id.to_string(),
                artist.id.to_string(),
                edge.track_count.to_string(),
                person.name.clone(),
                artist.name.clone(),
                edge.roles.join("; "),
                edge.confidence.to_string(),
                year(edge.first_year),
                year(edge.last_year),
            ]);
        }
    }
    table
}
