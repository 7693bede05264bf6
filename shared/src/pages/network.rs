//! The picture of a network: SVG whose nodes are links, with a legend in words.

use std::f64::consts::TAU;

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::catalogue::{Edge, Graph, Kind, Node};
use crate::pages::radial::{self, Place};
use crate::pages::words;

/// So many around the middle have room for level labels; more stand like spokes.
const LEVEL_LABELS: usize = 24;
const LONGEST_LABEL: usize = 26;
/// What is clicked around a mark: as far as a finger needs, and its neighbour allows.
const REACH: f64 = 12.0;
/// How far above or below its mark a name stands: it begins where the reach ends, so there is no gap between them.
const BESIDE: f64 = 19.0;

pub fn legend() -> Markup {
    html! {
        ul.legend aria-label="Lines" {
            @for (family, meaning) in words::FAMILIES {
                li { svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true" { line class={ "edge " (family) } x1="0" y1="4" x2="28" y2="4" {} } " " (meaning) }
            }
            li { svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true" { line.edge.unsure x1="0" y1="4" x2="28" y2="4" {} } " less sure than 75\u{a0}%" }
        }
        ul.legend aria-label="Names" {
            li { svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { circle.node cx="6" cy="6" r="5" {} } " producer or writer" }
            li { svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { rect.node.artist x="1" y="1" width="10" height="10" rx="2" {} } " artist" }
            li.needs-script { "Click or press Enter on a name to see who stands around them; drag to move." }
        }
    }
}

/// Lines say by their ends, and nodes by their order, what a script needs to show who stands with whom.
pub fn picture(graph: &Graph, opened: &[Uuid]) -> Markup {
    let places = radial::places(graph);
    let outermost = places.iter().map(|place| place.ring).max().unwrap_or(0);
    let is_roomy = outermost < 2 && places.len() <= LEVEL_LABELS + 1;
    let turned_away = turned_away(&places, outermost);
    let labels: Vec<Label> = graph
        .nodes
        .iter()
        .zip(&places)
        .zip(turned_away)
        .map(
            |((node, place), is_turned_away)| match (place.ring < outermost, is_roomy) {
                (true, _) => Label::inside(&node.name, place, is_turned_away),
                (false, true) => Label::level(&node.name, place),
                (false, false) => Label::along(&node.name, place),
            },
        )
        .collect();
    let view = view_box(&places, &labels);
    let [_, _, _, height] = view;
    // As large as names are read well, which a style in the page would say more precisely, were it allowed.
    let tall = (height / 160.0).ceil().clamp(2.0, 8.0);
    html! {
        svg class={ "graph tall" (tall) } viewBox=(view.map(short).join(" "))
            role="group" aria-label="The network as a picture; the same stands in the table below" {
            g.edges aria-hidden="true" {
                @for edge in &graph.edges {
                    @if let (Some(from), Some(to)) = (places.get(edge.source), places.get(edge.target)) {
                        path class={ "edge " (main_family(edge)) @if edge.confidence < 0.75 { " unsure" } " w" (weight(edge.track_count)) }
                            data-ends={ (edge.source) " " (edge.target) } d=(curve(from, to)) {}
                    }
                }
            }
            g.nodes {
                @for (index, ((node, place), label)) in graph.nodes.iter().zip(&places).zip(&labels).enumerate() {
                    a class={ "ring" (place.ring) @if index == 0 { " asked" } @if opened.contains(&node.id) { " opened" } } href=(node.kind.path(node.id))
                        transform={ "translate(" (short(place.x)) " " (short(place.y)) ")" } {
                        title { (node.name) }
                        @if place.ring == 0 {
                            (plate(node))
                        } @else {
                            circle.reach r=(REACH) {}
                            (mark(node.kind, index == 0))
                            (label.draw())
                        }
                    }
                }
            }
        }
    }
}

fn short(number: f64) -> String {
    format!("{number:.1}")
}

/// The role whose colour an edge has: the first of the families that it holds.
fn main_family(edge: &Edge) -> &'static str {
    words::FAMILIES
        .iter()
        .map(|(family, _)| *family)
        .find(|family| edge.roles.iter().any(|role| words::family(role) == *family))
        .unwrap_or("other")
}

/// One of six widths: 1, 2, 4, 8, 16 tracks, or more.
fn weight(tracks: u64) -> u32 {
    (u64::BITS - tracks.max(1).leading_zeros()).min(6)
}

/// A line that leaves the middle straight and bends around it on the way to another sector.
fn curve(from: &Place, to: &Place) -> String {
    let (inner, outer) = if from.ring <= to.ring { (from, to) } else { (to, from) };
    let pull = 0.55;
    format!(
        "M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
        inner.x,
        inner.y,
        outer.x * pull + inner.x * (1.0 - pull) * 0.6,
        outer.y * pull + inner.y * (1.0 - pull) * 0.6,
        outer.x,
        outer.y
    )
}

fn mark(kind: Kind, is_asked: bool) -> Markup {
    html! {
        @match (kind, is_asked) {
            (Kind::Artist, true) => rect.node.artist x="-11" y="-11" width="22" height="22" rx="4" {},
            (Kind::Artist, false) => rect.node.artist x="-7" y="-7" width="14" height="14" rx="3" {},
            (Kind::Producer, true) => circle.node r="11" {},
            (Kind::Producer, false) => circle.node r="6" {},
        }
    }
}

/// Who stands in the middle has the name within, as a record has its label: all lines meet there.
fn plate(node: &Node) -> Markup {
    let lines = wrapped(&node.name);
    let first = -8.5 * f64::from(u32::try_from(lines.len().saturating_sub(1)).unwrap_or(0));
    html! {
        @match node.kind {
            Kind::Artist => rect.plate.artist x="-62" y="-38" width="124" height="76" rx="12" {},
            Kind::Producer => circle.plate r="58" {},
        }
        text.middle text-anchor="middle" {
            @for (index, line) in lines.iter().enumerate() {
                tspan x="0" y=(short(first + 17.0 * f64::from(u32::try_from(index).unwrap_or(0)))) dy="0.35em" { (line) }
            }
        }
    }
}

/// A name on at most three lines of some eleven letters.
fn wrapped(name: &str) -> Vec<String> {
    const LONGEST: usize = 11;
    const LINES: usize = 3;
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        let fits = |line: &&mut String| line.chars().count() + 1 + word.chars().count() <= LONGEST;
        match lines.last_mut().filter(fits) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(cut(word, LONGEST)),
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            *last = cut(last, LONGEST).trim_end_matches('…').to_owned() + "…";
        }
    }
    lines
}

fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() > longest {
        text.chars().take(longest - 1).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

/// Who writes the name outwards: each that stands so near to the one before that both names on one side would touch.
fn turned_away(places: &[Place], outermost: usize) -> Vec<bool> {
    const WIDTH_OF_A_NAME: f64 = 95.0;
    let mut inside: Vec<usize> = (0..places.len())
        .filter(|node| (1..outermost).contains(&places[*node].ring))
        .collect();
    // From the side, where they stand one above the other, and nobody has to be compared with the last.
    let from_the_side = |place: Place| (place.turn + 0.75).fract();
    inside.sort_by(|one, other| {
        let (one, other) = (places[*one], places[*other]);
        let by_turn = || from_the_side(one).total_cmp(&from_the_side(other));
        one.ring.cmp(&other.ring).then_with(by_turn)
    });
    let mut turned = vec![false; places.len()];
    for pair in inside.windows(2) {
        let (before, this) = (places[pair[0]], places[pair[1]]);
        let is_beside =
            before.ring == this.ring && (before.x - this.x).abs() < WIDTH_OF_A_NAME && (before.y - this.y).abs() < 20.0;
        turned[pair[1]] = is_beside && !turned[pair[0]];
    }
    turned
}

/// A name outside its node.
struct Label {
    text: String,
    /// In degrees.
    rotation: f64,
    x: f64,
    y: f64,
    anchor: &'static str,
}

impl Label {
    /// Level beside the node; above the topmost and below the lowest there is room on both sides.
    fn level(name: &str, place: &Place) -> Self {
        let (sine, cosine) = (place.turn * TAU).sin_cos();
        if sine.abs() < 0.12 {
            return Self::at(name, 0.0, -BESIDE * cosine, "middle");
        }
        if sine < 0.0 {
            Self::at(name, -REACH, -8.0 * cosine, "end")
        } else {
            Self::at(name, REACH, -8.0 * cosine, "start")
        }
    }

    /// Level, towards the middle, where fewer lines are than outside.
    fn inside(name: &str, place: &Place, is_turned_away: bool) -> Self {
        let is_above = (place.turn * TAU).cos() >= 0.0;
        let y = if is_above == is_turned_away { -BESIDE } else { BESIDE };
        Self::at(name, 0.0, y, "middle")
    }

    /// Along the ray from the middle, on the left half turned so that nobody has to read upside down.
    fn along(name: &str, place: &Place) -> Self {
        let degrees = place.turn * 360.0;
        let (rotation, x, anchor) = if degrees > 180.0 {
            (degrees + 90.0, -REACH, "end")
        } else {
            (degrees - 90.0, REACH, "start")
        };
        Self {
            rotation,
            ..Self::at(name, x, 0.0, anchor)
        }
    }

    fn at(name: &str, x: f64, y: f64, anchor: &'static str) -> Self {
        Self {
            text: cut(name, LONGEST_LABEL),
            rotation: 0.0,
            x,
            y,
            anchor,
        }
    }

    fn draw(&self) -> Markup {
        let turned = (self.rotation != 0.0).then(|| format!("rotate({:.1})", self.rotation));
        html! {
            text x=(short(self.x)) y=(short(self.y)) dy="0.35em" text-anchor=(self.anchor) transform=[turned] { (self.text) }
        }
    }

    /// About as long as it is when drawn.
    fn length(&self) -> f64 {
        let wide = self.text.chars().map(|letter| match letter {
            '\u{0}'..='\u{7f}' => 7.2,
            '\u{80}'..='\u{10ff}' => 8.5,
            _ => 14.0,
        });
        wide.sum()
    }

    /// Both ends of the text, seen from its node.
    fn ends(&self) -> [(f64, f64); 2] {
        let length = self.length();
        let (begin, end) = match self.anchor {
            "end" => (self.x - length, self.x),
            "middle" => (self.x - length / 2.0, self.x + length / 2.0),
            _ => (self.x, self.x + length),
        };
        let (sine, cosine) = self.rotation.to_radians().sin_cos();
        [begin, end].map(|x| (x * cosine - self.y * sine, x * sine + self.y * cosine))
    }
}

/// As large as what is drawn, with a margin. Where all stand on one side, no room is left on the other.
fn view_box(places: &[Place], labels: &[Label]) -> [f64; 4] {
    let (mut left, mut top, mut right, mut bottom) = (-90.0_f64, -70.0_f64, 90.0_f64, 70.0_f64);
    for (place, label) in places.iter().zip(labels).filter(|(place, _)| place.ring > 0) {
        for (x, y) in label.ends().into_iter().chain([(0.0, 0.0)]) {
            left = left.min(place.x + x - 16.0);
            right = right.max(place.x + x + 16.0);
            top = top.min(place.y + y - 16.0);
            bottom = bottom.max(place.y + y + 16.0);
        }
    }
    [left, top, right - left, bottom - top]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_wrapped_and_cut() {
        assert_eq!(wrapped("Velvet Harbor"), ["Velvet", "Harbor"]);
        assert_eq!(wrapped("The Velvet Harbor"), ["The Velvet", "Harbor"]);
        assert_eq!(
            wrapped("A band whose name is longer than anybody would think of"),
            ["A band", "whose name", "is longer…"]
        );
        assert_eq!(wrapped("Donaudampfschifffahrt"), ["Donaudampf…"]);
        assert!(wrapped("  ").is_empty());
    }

    #[test]
    fn names_side_by_side_take_turns() {
        let place = |turn: f64, ring: usize| Place {
            x: 180.0 * (turn * TAU).sin(),
            y: -180.0 * (turn * TAU).cos(),
            turn,
            ring,
        };
        // Three at the top, two above each other at the side, one further out.
        let places = [0.95, 0.0, 0.05, 0.22, 0.27].map(|turn| place(turn, 1));
        let places: Vec<Place> = places.into_iter().chain([place(0.06, 2)]).collect();
        assert_eq!(turned_away(&places, 2), [false, true, false, false, false, false]);
        let height = |is_turned| Label::inside("Somebody", &places[1], is_turned).y;
        assert!(height(false) > 0.0 && height(true) < 0.0);
    }

    #[test]
    fn no_room_is_left_where_nobody_stands() {
        let place = Place {
            x: -400.0,
            y: 0.0,
            turn: 0.75,
            ring: 1,
        };
        let labels = [Label::level("Somebody", &place)];
        let numbers = view_box(&[place], &labels);
        assert!(numbers[0] < -416.0 && numbers[2] < 700.0, "{numbers:?}");
    }

    #[test]
    fn the_picture_holds_every_label() {
        let place = |turn: f64| Place {
            x: 190.0 * (turn * TAU).sin(),
            y: -190.0 * (turn * TAU).cos(),
            turn,
            ring: 1,
        };
        let places: Vec<Place> = (0..8).map(|n| place(f64::from(n) / 8.0)).collect();
        for label in [Label::level, Label::along] {
            let labels: Vec<Label> = places.iter().map(|place| label("Somebody", place)).collect();
            let numbers = view_box(&places, &labels);
            assert!(numbers[0] < -190.0 - 8.0 * 7.0, "{numbers:?}");
            assert!(numbers[0] + numbers[2] > 190.0 + 8.0 * 7.0, "{numbers:?}");
            assert!(numbers[1] < -190.0 && numbers[1] + numbers[3] > 190.0, "{numbers:?}");
        }
    }
}
