//! The network around a producer or an artist: a picture of links, and the same as a table.

use std::borrow::Cow;
use std::collections::BTreeSet;

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::{Format, link};
use crate::pages::catalogue::{Edge, Graph, GraphSize, Kind};
use crate::pages::export::{Table, graphml, json_answer};
use crate::pages::layout::Page;
use crate::pages::network::{legend, picture};
use crate::pages::parts::{confidence, downloads, name, nothing_known, provenance, role_tags};
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;
use crate::pages::words;

/// What the address narrows the network to.
#[derive(Debug, Clone)]
struct Shown {
    size: GraphSize,
    family: Option<&'static str>,
    from: Option<i64>,
    to: Option<i64>,
}

/// A picture of more would be a hairball; the data may hold them.
const IN_THE_PICTURE: i64 = 200;

fn shown(site: &Site<'_>, format: Format) -> Result<Shown, Refusal> {
    let most = if format == Format::Html { IN_THE_PICTURE } else { 1000 };
    let family = site.address.value("role")?;
    let family = family
        .map(|wanted| {
            let known = words::FAMILIES.iter().find(|(family, _)| *family == wanted);
            known
                .map(|(family, _)| *family)
                .ok_or_else(|| Refusal::bad("role", "is none of production, writing, arrangement, remix"))
        })
        .transpose()?;
    Ok(Shown {
        size: GraphSize {
            depth: site.address.number("depth", 1, 3)?.unwrap_or(2),
            nodes: site.address.number("nodes", 2, most)?.unwrap_or(60),
            min_tracks: site.address.number("tracks", 1, 1_000_000)?.unwrap_or(1),
        },
        family,
        from: site.address.number("from", 1, 9999)?,
        to: site.address.number("to", 1, 9999)?,
    })
}

impl Shown {
    fn link(&self, path: &str) -> String {
        let size = self.size;
        let value = |value: i64, usual: i64| (value != usual).then(|| Cow::from(value.to_string()));
        link(
            path,
            &[
                ("depth", value(size.depth, 2)),
                ("nodes", value(size.nodes, 60)),
                ("tracks", value(size.min_tracks, 1)),
                ("role", self.family.map(Cow::Borrowed)),
                ("from", self.from.map(|year| year.to_string().into())),
                ("to", self.to.map(|year| year.to_string().into())),
            ],
        )
    }

    /// Leaves out the edges that are not wanted, and whoever stands alone then.
    fn narrow(&self, graph: Graph) -> Graph {
        let wanted = |edge: &Edge| {
            self.family
                .is_none_or(|family| edge.roles.iter().any(|role| words::family(role) == family))
                && self
                    .from
                    .is_none_or(|from| edge.last_year.is_some_and(|year| i64::from(year) >= from))
                && self
                    .to
                    .is_none_or(|to| edge.first_year.is_some_and(|year| i64::from(year) <= to))
        };
        let edges: Vec<Edge> = graph.edges.into_iter().filter(wanted).collect();
        // Whom an edge still leads to from the centre.
        let mut reached = BTreeSet::from([0]);
        loop {
            let before = reached.len();
            for edge in &edges {
                if reached.contains(&edge.source) || reached.contains(&edge.target) {
                    reached.extend([edge.source, edge.target]);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let new_place = |old: usize| reached.iter().position(|kept| *kept == old);
        let edges = edges
            .into_iter()
            .filter_map(|edge| {
                Some(Edge {
                    source: new_place(edge.source)?,
                    target: new_place(edge.target)?,
                    ..edge
                })
            })
            .collect();
        let nodes = graph
            .nodes
            .into_iter()
            .enumerate()
            .filter(|(place, _)| reached.contains(place))
            .map(|(_, node)| node)
            .collect();
        Graph { nodes, edges, ..graph }
    }
}

pub async fn page(site: &Site<'_>, kind: &str, id: Uuid, format: Format) -> Result<PageResponse, Refusal> {
    let kind = match kind {
        "producer" => Kind::Producer,
        "artist" => Kind::Artist,
        _ => return Err(Refusal::NotFound),
    };
    let shown = shown(site, format)?;
    let graph = site.catalogue.graph(kind, id, shown.size).await?;
    let graph = shown.narrow(graph);
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
        (controls(&shown, &path))
        @if graph.edges.is_empty() {
            (nothing_known("No line fits these filters."))
        } @else {
            figure.network data-graph=(shown.link(&format!("{path}.json"))) {
                div.stage { (picture(&graph)) }
                figcaption { (legend()) }
            }
            section #table {
                h2 { "The same as a table " span.count { (words::number(graph.edges.len() as u64)) } }
                (rows(&graph))
            }
        }
        (downloads(&[
            ("GraphML", shown.link(&format!("{path}.graphml"))),
            ("edges as CSV", shown.link(&format!("{path}.csv"))),
            ("JSON", shown.link(&format!("{path}.json"))),
        ]))
        (provenance(graph.updated_at.as_deref(), &title, &format!("{}{}", site.address.origin, shown.link(&path))))
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
fn controls(shown: &Shown, path: &str) -> Markup {
    let year = |year: Option<i64>| year.map(|year| year.to_string()).unwrap_or_default();
    html! {
        form.controls action=(path) data-graph-controls="" {
            label { "At least " input type="number" name="tracks" min="1" max="1000000" value=(shown.size.min_tracks) inputmode="numeric"; " tracks" }
            label { "Role "
                select name="role" {
                    option value="" selected[shown.family.is_none()] { "all" }
                    @for (family, meaning) in words::FAMILIES {
                        option value=(family) selected[shown.family == Some(family)] { (meaning) }
                    }
                }
            }
            label { "From " input type="number" name="from" min="1" max="9999" value=(year(shown.from)) placeholder="year" inputmode="numeric"; }
            label { "To " input type="number" name="to" min="1" max="9999" value=(year(shown.to)) placeholder="year" inputmode="numeric"; }
            label { "Steps "
                select name="depth" {
                    @for depth in 1..=3 { option value=(depth) selected[shown.size.depth == depth] { (depth) } }
                }
            }
            label { "At most " input type="number" name="nodes" min="2" max=(IN_THE_PICTURE) value=(shown.size.nodes) inputmode="numeric"; " names" }
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
                    th scope="col" { "Roles" } th scope="col" { "Years" } th scope="col" { "Surest credit" }
                } }
                tbody {
                    @for edge in &graph.edges {
                        @if let (Some(person), Some(artist)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) {
                            tr {
                                th scope="row" { a href=(person.kind.path(person.id)) { (name(&person.name)) } }
                                td { a href=(artist.kind.path(artist.id)) { (name(&artist.name)) } }
                                td.number { (words::number(edge.track_count)) }
                                td { (role_tags(edge.roles.iter().map(String::as_str))) }
                                td { (words::span(edge.first_year, edge.last_year).unwrap_or_default()) }
                                td { (confidence(edge.confidence, 1)) }
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
