//! What several pages show: names, pictures, roles, confidence, years, links elsewhere, the way to the data.

use std::borrow::Cow;

use maud::{Markup, html};
use uuid::Uuid;

use crate::pages::address::link;
use crate::pages::catalogue::{AlbumRef, ArtistRef, Kind, Link, Person, Role, YearCount};
use crate::pages::words;

/// A name from the internet, kept from turning the text around it.
pub fn name(name: &str) -> Markup {
    html! { bdi { (name) } }
}

pub fn producer_link(id: Uuid, named: &str) -> Markup {
    html! { a href=(Kind::Producer.path(id)) { (name(named)) } }
}

pub fn artist_links(artists: &[ArtistRef]) -> Markup {
    html! {
        @for (index, artist) in artists.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(Kind::Artist.path(artist.id)) { (name(&artist.name)) }
        }
    }
}

pub fn album_link(album: &AlbumRef) -> Markup {
    html! { a href={ "/albums/" (album.id) } { (name(&album.name)) } }
}

pub fn track_link(id: Uuid, named: &str) -> Markup {
    html! { a href={ "/tracks/" (id) } { (name(named)) } }
}

/// The first and the last year of something.
pub fn period(first: Option<i32>, last: Option<i32>) -> Markup {
    html! { @if let Some(span) = words::span(first, last) { span.whole { (span) } } }
}

pub fn release_date(album: &AlbumRef) -> Markup {
    html! {
        @match &album.release_date {
            Some(date) => time datetime=(date_value(date, album.release_date_precision.as_deref())) {
                (words::date(date, album.release_date_precision.as_deref()))
            },
            None => span.muted { "date not known" },
        }
    }
}

/// What is known still, though Spotify has taken it off its lists.
pub fn gone(since: Option<&str>) -> Markup {
    html! {
        @if let Some(since) = since {
            span.muted { "no longer listed on Spotify since " time datetime=(since) { (words::date(since, None)) } }
        }
    }
}

fn date_value<'a>(date: &'a str, precision: Option<&str>) -> &'a str {
    let length = match precision {
        Some("year") => 4,
        Some("month") => 7,
        _ => 10,
    };
    date.get(..length).unwrap_or(date)
}

/// A picture of somebody or something, or what is drawn in its place. Only https: nothing else would be shown.
pub fn picture(url: Option<&str>, named: &str, size: u32, round: bool) -> Markup {
    let shape = if round { "picture round" } else { "picture" };
    html! {
        span class={ (shape) " tint" (words::tint(named)) } data-size=(size) {
            span.initials aria-hidden="true" { (words::initials(named)) }
            @if let Some(url) = url.filter(|url| url.starts_with("https://")) {
                img src=(url) alt="" width=(size) height=(size) loading="lazy" decoding="async" referrerpolicy="no-referrer";
            }
        }
    }
}

/// What somebody did, each with its colour.
pub fn role_tags<'a>(roles: impl IntoIterator<Item = &'a str>) -> Markup {
    html! {
        @for role in roles {
            span class={ "role " (words::family(role)) } { (words::role(role)) } " "
        }
    }
}

/// What somebody did on a track, and how sure that is.
pub fn sure_roles(roles: &[Role]) -> Markup {
    html! {
        @for role in roles {
            span class={ "role " (words::family(&role.role)) } { (words::role(&role.role)) }
            " " (confidence(role.confidence, role.sources.len())) " "
        }
    }
}

pub fn confidence(value: f64, sources: usize) -> Markup {
    let words = words::confidence(value, sources);
    html! {
        span.confidence title=(words) {
            meter min="0" max="1" value=(format!("{value:.2}")) aria-hidden="true" {}
            span.percent { (words::percent(value)) }
            span.visually-hidden { " (" (words) ")" }
        }
    }
}

/// People as a grid of cards.
pub fn people(people: &[Person], counted: &str) -> Markup {
    html! {
        ul.cards {
            @for person in people {
                li.card {
                    (picture(person.image_url.as_deref(), &person.name, 48, true))
                    div {
                        a.card-link href=(Kind::Producer.path(person.id)) { (name(&person.name)) }
                        @if let Some(also) = &person.also { span.muted { " also " (name(also)) } }
                        p.muted {
                            (words::amount(person.track_count, "track")) (counted)
                            @if let Some(artists) = person.artist_count { "\u{a0}· " (words::amount(artists, "artist")) }
                        }
                        @if !person.roles.is_empty() { p { (role_tags(person.roles.iter().map(String::as_str))) } }
                    }
                }
            }
        }
    }
}

/// Years without a track are shown, too, as long as they don't push the others out of sight.
const LONGEST_GAP: usize = 30;

/// Of more years than this only those that end in 0 or 5 are written beneath their bars.
const YEARS_WITH_LABELS: usize = 20;

/// Tracks by year, as bars that are links.
pub fn years(years: &[YearCount], chosen: Option<i64>, address: impl Fn(i32) -> String) -> Markup {
    let most = years.iter().map(|year| year.track_count).max().unwrap_or(1).max(1);
    let all = years.last().zip(years.first());
    let all = all.map_or(0, |(last, first)| last.year.abs_diff(first.year) as usize);
    let label = |year: i32| {
        let is_written = all <= YEARS_WITH_LABELS || year % 5 == 0;
        html! { span.year { @if is_written { (year) } @else { span.visually-hidden { (year) } "\u{a0}" } } }
    };
    let before = [None].into_iter().chain(years.iter().map(|year| Some(year.year)));
    html! {
        ol.years {
            @for (year, before) in years.iter().zip(before) {
                @let gap = before.map_or(0..0, |before| before.saturating_add(1)..year.year);
                @if gap.len() < LONGEST_GAP {
                    @for empty in gap { li.none aria-hidden="true" { (label(empty)) } }
                }
                // Ten heights are enough to compare by, and leave the policy without styles in the page.
                @let height = (year.track_count * 10).div_ceil(most);
                li {
                    a href=(address(year.year)) aria-current=[(chosen == Some(year.year.into())).then_some("true")]
                        title={ (year.year) ": " (words::count(year.track_count, "track")) } {
                        span class={ "bar h" (height) } {}
                        (label(year.year))
                        span.visually-hidden { ": " (words::count(year.track_count, "track")) }
                    }
                }
            }
        }
    }
}

pub fn links(links: &[Link]) -> Markup {
    html! {
        @if !links.is_empty() {
            ul.links {
                @for link in links {
                    li { a.external href=(link.url) rel="noopener external nofollow" { (site_of(link)) } }
                }
            }
        }
    }
}

/// What a link leads to: a source by its name, anything else by its host.
fn site_of(link: &Link) -> &str {
    match link.source.as_str() {
        "social" | "website" => {
            let host = link
                .url
                .split("://")
                .nth(1)
                .and_then(|rest| rest.split(['/', '?', '#']).next());
            let host = host.map(|host| host.trim_start_matches("www."));
            host.filter(|host| !host.is_empty())
                .unwrap_or_else(|| words::source(&link.source))
        }
        known => words::source(known),
    }
}

/// The same data to take along.
pub fn downloads(files: &[(&str, String)]) -> Markup {
    html! {
        p.downloads {
            span { "Take it along: " }
            @for (index, (label, address)) in files.iter().enumerate() {
                @if index > 0 { "\u{a0}· " }
                a href=(address) { (label) }
            }
        }
    }
}

/// How old the data is, and how to cite it.
pub fn provenance(updated_at: Option<&str>, title: &str, address: &str) -> Markup {
    html! {
        footer.provenance {
            @if let Some(time) = updated_at {
                p { "As of " time datetime=(time) { (words::date(time, None)) } ", from public sources; " a href="/about" { "about the data" } "." }
            }
            p.citation {
                "Cite as: " cite { (name(title)) } ", Linernotes"
                @if let Some(time) = updated_at { ", " (words::date(time, None)) }
                ", " span.address { (address) }
            }
        }
    }
}

/// The link to more of a list.
pub fn more(address: Option<String>, label: &str) -> Markup {
    html! {
        @if let Some(address) = address {
            nav.more aria-label="More of this list" { a.button rel="next" href=(address) { (label) } }
        }
    }
}

/// Where nothing is known: that is not the same as nobody.
pub fn nothing_known(what: &str) -> Markup {
    html! {
        p.empty {
            strong { "Not known yet." }
            " " (what) " Not known is not nobody: sources may not have it, or have not been asked. "
            a href="/about#missing" { "What can be done" }
        }
    }
}

/// An address with one of its values changed.
pub fn search_link(term: &str, kind: Option<&str>) -> String {
    link(
        "/search",
        &[("q", Some(Cow::Borrowed(term))), ("kind", kind.map(Cow::Borrowed))],
    )
}
