//! Where the nodes of a small network stand: the centre in the middle, who is next to it on a ring, who is next to
//! these on an outer ring, each in the sector of the one they share most with. Steady and readable where a simulation of
//! forces makes a hairball; the same network looks the same each time.

use std::f64::consts::TAU;

use crate::pages::catalogue::Graph;

/// A node's place, and in which direction its label is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    /// From the centre, in turns (0 to 1) clockwise from the top.
    pub turn: f64,
    /// 0 is the centre.
    pub ring: usize,
}

/// Distance between two rings.
pub const RING: f64 = 190.0;

/// Places in the order of the nodes, the centre at the origin.
pub fn places(graph: &Graph) -> Vec<Place> {
    let parents = parents(graph);
    let children = |of: usize| {
        let mut children: Vec<(usize, u64)> = parents
            .iter()
            .enumerate()
            .filter_map(|(node, parent)| {
                parent
                    .filter(|(parent, _)| *parent == of)
                    .map(|(_, tracks)| (node, tracks))
            })
            .collect();
        children.sort_by_key(|(node, tracks)| (std::cmp::Reverse(*tracks), *node));
        children.into_iter().map(|(node, _)| node).collect::<Vec<_>>()
    };
    let mut weights = vec![0.0; graph.nodes.len()];
    if !graph.nodes.is_empty() {
        weigh(0, &children, &mut weights);
    }
    let mut places = vec![
        Place {
            x: 0.0,
            y: 0.0,
            turn: 0.0,
            ring: 0
        };
        graph.nodes.len()
    ];
    // (node, ring, where its sector begins, how wide it is)
    let mut open = vec![(0_usize, 0_usize, 0.0_f64, 1.0_f64)];
    while let Some((node, ring, begin, width)) = open.pop() {
        let Some(place) = places.get_mut(node) else { continue };
        let turn = begin + width / 2.0;
        let radius = f64::from(u32::try_from(ring).unwrap_or(u32::MAX)) * RING;
        *place = Place {
            x: radius * (turn * TAU).sin(),
            y: -radius * (turn * TAU).cos(),
            turn,
            ring,
        };
        let mut at = begin;
        let inside: f64 = children(node).iter().map(|child| weights[*child]).sum();
        for child in children(node) {
            let share = width * weights[child] / inside.max(f64::MIN_POSITIVE);
            open.push((child, ring + 1, at, share));
            at += share;
        }
    }
    places
}

/// How much of the ring a node needs: one for itself, or what those behind it need together.
fn weigh(node: usize, children: &impl Fn(usize) -> Vec<usize>, weights: &mut [f64]) -> f64 {
    let behind: f64 = children(node)
        .into_iter()
        .map(|child| weigh(child, children, weights))
        .sum();
    weights[node] = behind.max(1.0);
    weights[node]
}

/// For each node the one nearer to the centre that it shares most tracks with, and how many.
fn parents(graph: &Graph) -> Vec<Option<(usize, u64)>> {
    let mut parents: Vec<Option<(usize, u64)>> = vec![None; graph.nodes.len()];
    let mut rings: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    if let Some(centre) = rings.first_mut() {
        *centre = Some(0);
    }
    for ring in 0.. {
        let mut found = false;
        for edge in &graph.edges {
            for (from, to) in [(edge.source, edge.target), (edge.target, edge.source)] {
                if rings.get(from) == Some(&Some(ring)) && matches!(rings.get(to), Some(None)) {
                    let known = parents[to];
                    let better = known.is_none_or(|(parent, tracks)| {
                        (edge.track_count, std::cmp::Reverse(from)) > (tracks, std::cmp::Reverse(parent))
                    });
                    if better {
                        parents[to] = Some((from, edge.track_count));
                    }
                    found = true;
                }
            }
        }
        for (node, parent) in parents.iter().enumerate() {
            if rings[node].is_none() && parent.is_some() {
                rings[node] = Some(ring + 1);
            }
        }
        if !found {
            break;
        }
    }
    parents
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn graph(nodes: usize, edges: &[(usize, usize, u64)]) -> Graph {
        let nodes: Vec<_> = (0..nodes)
            .map(|n| json!({"id": uuid::Uuid::nil(), "kind": "producer", "name": n.to_string(), "image_url": null}))
            .collect();
        let edges: Vec<_> = edges
            .iter()
            .map(|(source, target, tracks)| {
                json!({"source": source, "target": target, "track_count": tracks, "roles": [], "confidence": 1.0,
                       "first_year": null, "last_year": null})
            })
            .collect();
        let graph =
            json!({"kind": "producer", "id": uuid::Uuid::nil(), "truncated": false, "nodes": nodes, "edges": edges});
        serde_json::from_value(graph).unwrap()
    }

    #[test]
    fn rings_follow_the_steps_from_the_centre() {
        let graph = graph(5, &[(0, 1, 3), (0, 2, 1), (3, 1, 2), (4, 2, 2), (4, 1, 1)]);
        let places = places(&graph);
        let rings: Vec<usize> = places.iter().map(|place| place.ring).collect();
        assert_eq!(rings, [0, 1, 1, 2, 2]);
        for place in &places {
            let radius = f64::hypot(place.x, place.y);
            assert!((radius - RING * f64::from(u32::try_from(place.ring).unwrap())).abs() < 0.001);
        }
        // Node 4 stands behind node 2, with whom it shares more.
        assert!((places[4].turn - places[2].turn).abs() < (places[4].turn - places[1].turn).abs());
    }

    #[test]
    fn no_two_stand_on_one_place() {
        let edges: Vec<_> = (1..=20).flat_map(|n| [(0, n, 1), (n + 20, n, 1)]).collect();
        let places = places(&graph(41, &edges));
        for (index, place) in places.iter().enumerate() {
            for other in &places[index + 1..] {
                assert!(f64::hypot(place.x - other.x, place.y - other.y) > 10.0);
            }
        }
    }

    #[test]
    fn somebody_alone_stands_in_the_middle() {
        assert_eq!(places(&graph(1, &[])).len(), 1);
        assert!(places(&graph(0, &[])).is_empty());
    }
}
