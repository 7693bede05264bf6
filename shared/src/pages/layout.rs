//! The frame of every page, and the pages for what could not be shown.

use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use crate::pages::Site;
use crate::pages::address::Address;
use crate::pages::assets::Asset;
use crate::pages::refusal::Refusal;
use crate::pages::respond::PageResponse;

/// What differs from page to page.
pub struct Page<'a> {
    pub title: &'a str,
    pub description: &'a str,
    /// The path under which the page is known, without filters.
    pub canonical: &'a str,
    /// Of ours, by name.
    pub scripts: &'a [&'static str],
    /// What the search box holds.
    pub term: &'a str,
    pub body: Markup,
}

impl Site<'_> {
    pub fn answer(&self, page: &Page<'_>) -> PageResponse {
        PageResponse::html(StatusCode::OK, frame(self.assets, self.address, page, true))
    }
}

fn frame(assets: &'static [Asset], address: &Address, page: &Page<'_>, indexed: bool) -> Markup {
    let asset = |name| Asset::path_of(assets, name);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) " · Linernotes" }
                meta name="description" content=(page.description);
                meta name="color-scheme" content="light dark";
                @if !indexed { meta name="robots" content="noindex"; }
                @if indexed && !address.origin.is_empty() {
                    link rel="canonical" href={ (address.origin) (page.canonical) };
                    meta property="og:url" content={ (address.origin) (page.canonical) };
                }
                meta property="og:title" content=(page.title);
                meta property="og:description" content=(page.description);
                meta property="og:type" content="website";
                link rel="icon" href=(asset("mark.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(asset("explorer.css"));
                script type="module" src=(asset("explorer.js")) {}
                @for script in page.scripts { script type="module" src=(asset(script)) {} }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.site {
                    a.brand href="/" { (mark()) span { "Linernotes" } }
                    (search_form(page.term, "site-search"))
                    nav aria-label="Site" {
                        a href="/connect" { "Connect" span.spare { " two people" } }
                        a href="/about" { "About" }
                    }
                }
                main #main tabindex="-1" { (page.body) }
                footer.site {
                    p { "Who made the music: credits from MusicBrainz, Genius and track titles, each with its source." }
                    p { a href="/about" { "About the data" } " · " a href="/llms.txt" { "For assistants" } }
                }
            }
        }
    }
}

/// The mark: a record whose grooves are lines of text.
pub fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false" {
            circle cx="16" cy="16" r="15" {}
            path d="M8 12h16M6.5 16h6M19.5 16h6M8 20h16M11 24h10M11 8h10" {}
            circle.label cx="16" cy="16" r="2.6" {}
        }
    }
}

/// The search, which is a plain form until a script makes it answer while one types.
pub fn search_form(term: &str, id: &str) -> Markup {
    html! {
        form.search action="/search" role="search" data-combobox="/search.json" {
            label.visually-hidden for=(id) { "Search producers, artists, albums and tracks" }
            input id=(id) type="search" name="q" value=(term) placeholder="Producer, artist, album, track"
                maxlength="512" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search";
            button type="submit" { "Search" }
        }
    }
}

/// The page for what could not be shown: what is wrong, and the search to go on with.
pub fn refused(assets: &'static [Asset], address: &Address, refusal: &Refusal) -> PageResponse {
    let (status, title, words) = match refusal {
        Refusal::NotFound => (
            StatusCode::NOT_FOUND,
            "Nothing is here",
            html! { p { "There is no page with this address. It may have been mistyped, or what it showed is gone." } },
        ),
        Refusal::Bad { name, problem } => (
            StatusCode::BAD_REQUEST,
            "That can't be asked",
            html! { p { "In the address, " code { (name) } " " (problem) "." } },
        ),
        Refusal::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The catalogue does not answer",
            html! { p { "The database behind these pages can't be reached, or is too busy. Nothing is lost; try again in a few seconds." } },
        ),
        Refusal::Failed(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            html! { p { "The page could not be made. The operator finds the reason in the log." } },
        ),
    };
    let page = Page {
        title,
        description: title,
        canonical: "/",
        scripts: &[],
        term: "",
        body: html! {
            div.refused {
                p.kind { (status.as_u16()) }
                h1 { (title) }
                (words)
                (search_form("", "again"))
                p.muted {
                    "Or begin with " a href="/" { "who is behind most tracks" } ", "
                    a href="/connect" { "how two people are connected" } ", " a href="/about" { "what this is" } "."
                }
            }
        },
    };
    let answer = PageResponse::html(status, frame(assets, address, &page, false));
    match refusal {
        Refusal::Unavailable => answer.retry_after(5),
        _ => answer,
    }
}
