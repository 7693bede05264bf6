//! Where the nodes of a small network stand: one in the middle, who is next to it on a ring, who is next to these on an
//! outer ring, each in the sector of the one they share most with. Steady and readable where a simulation of forces makes
//! a hairball; the same network looks the same each time.

use std::collections::BTreeSet;
use std::f64::consts::TAU;

use crate::pages::catalogue::Graph;

/// A node's place, and in which direction its label is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    /// From the middle, in turns (0 to 1) clockwise from the top.
    pub turn: f64,
    /// 0 is the middle.
    pub ring: usize,
}

/// Least distance between two rings.
pub const RING: f64 = 180.0;
/// Least distance between two neighbours on a ring, so that their labels don't touch.
const NEIGHBOUR: f64 = 16.0;
/// The share of the ring for a name that is written level, in names along their rays.
const LEVEL_NAME: f64 = 2.5;

/// Places in the order of the nodes.
pub fn places(graph: &Graph) -> Vec<Place> {
    let middle = middle(graph);
    let parents = parents(graph, middle);
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
        // Whom the network is about stands at the top, where reading begins.
        children.sort_by_key(|(node, tracks)| (*node != 0, std::cmp::Reverse(*tracks), *node));
        children.into_iter().map(|(node, _)| node).collect::<Vec<_>>()
    };
    let mut weights = vec![0.0; graph.nodes.len()];
    if !graph.nodes.is_empty() {
        weigh(middle, outermost(&parents), &children, &mut weights);
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
    // The first child of the middle stands exactly at the top.
    let first = children(middle).first().map_or(0.0, |child| weights[*child]);
    let all: f64 = children(middle).iter().map(|child| weights[*child]).sum();
    let begin = -first / all.max(f64::MIN_POSITIVE) / 2.0;
    // (node, ring, where its sector begins, how wide it is)
    let mut open = vec![(middle, 0_usize, begin, 1.0_f64)];
    while let Some((node, ring, begin, width)) = open.pop() {
        let Some(place) = places.get_mut(node) else { continue };
        place.turn = (begin + width / 2.0).rem_euclid(1.0);
        place.ring = ring;
        let mut at = begin;
        let inside: f64 = children(node).iter().map(|child| weights[*child]).sum();
        for child in children(node) {
            let share = width * weights[child] / inside.max(f64::MIN_POSITIVE);
            open.push((child, ring + 1, at, share));
            at += share;
        }
    }
    spread(&mut places);
    places
}

/// Turns and rings as coordinates. A ring with many on it is larger.
fn spread(places: &mut [Place]) {
    let outermost = places.iter().map(|place| place.ring).max().unwrap_or(0);
    let mut radius = 0.0;
    for ring in 1..=outermost {
        let on_it = places.iter().filter(|place| place.ring == ring);
        let around = on_it.map(|_| NEIGHBOUR).sum::<f64>() / TAU;
        radius = f64::max(radius + RING, around);
        for place in places.iter_mut().filter(|place| place.ring == ring) {
            place.x = radius * (place.turn * TAU).sin();
            place.y = -radius * (place.turn * TAU).cos();
        }
    }
}

/// Whom the network is about; but where that one has a single neighbour, the neighbour: all others stand around it, too.
fn middle(graph: &Graph) -> usize {
    let beside = |node: usize| -> BTreeSet<usize> {
        let edges = graph.edges.iter();
        edges
            .filter_map(|edge| match (edge.source == node, edge.target == node) {
                (true, _) => Some(edge.target),
                (_, true) => Some(edge.source),
                _ => None,
            })
            .collect()
    };
    let neighbours = beside(0);
    match (neighbours.first(), neighbours.len()) {
        (Some(only), 1) if beside(*only).len() > 1 => *only,
        _ => 0,
    }
}

/// How much of the ring a node needs: one for itself, or what those behind it need together. Whoever stands further in
/// has a level name, which needs more than one along its ray.
fn weigh(node: usize, rings: usize, children: &impl Fn(usize) -> Vec<usize>, weights: &mut [f64]) -> f64 {
    let rings_behind = rings.saturating_sub(1);
    let behind: f64 = children(node)
        .into_iter()
        .map(|child| weigh(child, rings_behind, children, weights))
        .sum();
    weights[node] = behind.max(if rings > 0 { LEVEL_NAME } else { 1.0 });
    weights[node]
}

/// How many rings there are around the middle.
fn outermost(parents: &[Option<(usize, u64)>]) -> usize {
    let ring = |node: usize| {
        std::iter::successors(Some(node), |node| parents[*node].map(|(parent, _)| parent))
            .take(parents.len())
            .count()
            .saturating_sub(1)
    };
    (0..parents.len()).map(ring).max().unwrap_or(0)
}

/// For each node the one nearer to the middle that it shares most tracks with, and how many.
fn parents(graph: &Graph, middle: usize) -> Vec<Option<(usize, u64)>> {
    let mut parents: Vec<Option<(usize, u64)>> = vec![None; graph.nodes.len()];
    let mut rings: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    if let Some(ring) = rings.get_mut(middle) {
        *ring = Some(0);
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
        let graph = json!({"kind": "producer", "id": uuid::Uuid::nil(), "truncated": false, "updated_at": null, "nodes": nodes, "edges": edges});
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
    fn around_a_single_neighbour_all_stand_evenly() {
        let edges: Vec<_> = (0..8).filter(|n| *n != 1).map(|n| (n, 1, 9)).collect();
        let places = places(&graph(8, &edges));
        assert_eq!((places[1].ring, places[1].x, places[1].y), (0, 0.0, 0.0));
        assert_eq!((places[0].ring, places[0].turn), (1, 0.0));
        let mut turns: Vec<f64> = places
            .iter()
            .filter(|place| place.ring == 1)
            .map(|place| place.turn)
            .collect();
        turns.sort_by(f64::total_cmp);
        for pair in turns.windows(2) {
            assert!((pair[1] - pair[0] - 1.0 / 7.0).abs() < 1e-9);
        }
        // Two alone: whom the network is about stays in the middle.
        let pair = super::places(&graph(2, &[(0, 1, 1)]));
        assert_eq!((pair[0].ring, pair[1].ring), (0, 1));
    }

    #[test]
    fn a_crowded_ring_is_larger() {
        let edges: Vec<_> = (1..=190).map(|n| (n, 0, 1)).collect();
        let places = places(&graph(191, &edges));
        let apart = f64::hypot(places[1].x - places[2].x, places[1].y - places[2].y);
        assert!(apart > 15.0, "{apart}");
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
