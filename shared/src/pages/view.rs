//! What the address narrows a network to: how far, how many, how thick a line, which roles, which years, and whose
//! neighbours were opened.

use std::borrow::Cow;

use uuid::Uuid;

use crate::pages::Site;
use crate::pages::address::link;
use crate::pages::catalogue::{Edge, Graph, GraphSize};
use crate::pages::refusal::Refusal;
use crate::pages::words;

pub const MOST_NODES: i64 = 1000;
/// As many as the catalogue opens for one question.
const MOST_OPENED: usize = 12;
const USUAL_DEPTH: i64 = 2;
const USUAL_NODES: i64 = 60;

#[derive(Debug, Clone)]
pub struct View {
    pub size: GraphSize,
    pub family: Option<&'static str>,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl View {
    pub fn of(site: &Site<'_>) -> Result<Self, Refusal> {
        let family = site.address.value("role")?;
        let family = family
            .map(|wanted| {
                let known = words::FAMILIES.iter().find(|(family, _)| *family == wanted);
                known
                    .map(|(family, _)| *family)
                    .ok_or_else(|| Refusal::bad("role", "is none of production, writing, arrangement, remix"))
            })
            .transpose()?;
        Ok(Self {
            size: GraphSize {
                depth: site.address.number("depth", 1, 3)?.unwrap_or(USUAL_DEPTH),
                nodes: site.address.number("nodes", 2, MOST_NODES)?.unwrap_or(USUAL_NODES),
                min_tracks: site.address.number("tracks", 1, 1_000_000)?.unwrap_or(1),
                opened: site.address.ids("open", MOST_OPENED)?,
            },
            family,
            from: site.address.number("from", 1, 9999)?,
            to: site.address.number("to", 1, 9999)?,
        })
    }

    /// The address of this view, without what is usual.
    pub fn link(&self, path: &str) -> String {
        let size = &self.size;
        let value = |value: i64, usual: i64| (value != usual).then(|| Cow::from(value.to_string()));
        let opened: Vec<String> = size.opened.iter().map(Uuid::to_string).collect();
        link(
            path,
            &[
                ("depth", value(size.depth, USUAL_DEPTH)),
                ("nodes", value(size.nodes, USUAL_NODES)),
                ("tracks", value(size.min_tracks, 1)),
                ("role", self.family.map(Cow::Borrowed)),
                ("from", self.from.map(|year| year.to_string().into())),
                ("to", self.to.map(|year| year.to_string().into())),
                ("open", (!opened.is_empty()).then(|| opened.join(",").into())),
            ],
        )
    }

    /// Leaves out the edges that are not wanted, and whoever no edge leads to from the centre then.
    pub fn narrow(&self, graph: Graph) -> Graph {
        let edges: Vec<Edge> = graph.edges.into_iter().filter(|edge| self.wants(edge)).collect();
        let mut is_reached = vec![false; graph.nodes.len()];
        let mut reached = 0;
        if let Some(centre) = is_reached.first_mut() {
            *centre = true;
            reached = 1;
        }
        loop {
            let before = reached;
            for edge in &edges {
                for (from, to) in [(edge.source, edge.target), (edge.target, edge.source)] {
                    if is_reached.get(from) == Some(&true) && is_reached.get(to) == Some(&false) {
                        is_reached[to] = true;
                        reached += 1;
                    }
                }
            }
            if reached == before {
                break;
            }
        }
        let mut left = 0;
        let new_places: Vec<Option<usize>> = is_reached
            .into_iter()
            .map(|is_reached| {
                left += usize::from(is_reached);
                is_reached.then(|| left - 1)
            })
            .collect();
        let new_place = |old: usize| new_places.get(old).copied().flatten();
        let edges = edges.into_iter().filter_map(|edge| {
            Some(Edge {
                source: new_place(edge.source)?,
                target: new_place(edge.target)?,
                ..edge
            })
        });
        let nodes = graph.nodes.into_iter().enumerate();
        let nodes = nodes.filter_map(|(old, node)| new_place(old).map(|_| node));
        Graph {
            edges: edges.collect(),
            nodes: nodes.collect(),
            ..graph
        }
    }

    fn wants(&self, edge: &Edge) -> bool {
        let is_in_family = |family| edge.roles.iter().any(|role| words::family(role) == family);
        let is_since = |from| edge.last_year.is_some_and(|year| i64::from(year) >= from);
        let is_until = |to| edge.first_year.is_some_and(|year| i64::from(year) <= to);
        self.family.is_none_or(is_in_family) && self.from.is_none_or(is_since) && self.to.is_none_or(is_until)
    }
}
