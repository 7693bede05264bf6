//! The frame of every page, and what several of them show.

use maud::{DOCTYPE, Markup, html};

use crate::console::session::Kind;
use crate::console::terminal::Errand;
use crate::pages::Asset;
use crate::pages::layout::mark;

pub struct Page<'a> {
    pub title: &'a str,
    /// The entry of the navigation that it belongs to.
    pub place: &'a str,
    pub body: Markup,
}

/// Where the navigation leads: path, label.
const PLACES: [(&str, &str); 8] = [
    ("/console", "Now"),
    ("/console/work", "Work"),
    ("/console/dead-letters", "Dead letters"),
    ("/console/discoveries", "Discoveries"),
    ("/console/issues", "Issues"),
    ("/console/settings", "Settings"),
    ("/console/keys", "Keys"),
    ("/console/history", "History"),
];

fn head(assets: &'static [Asset], title: &str) -> Markup {
    let asset = |name| Asset::path_of(assets, name);
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title) " · Linernotes console" }
        meta name="color-scheme" content="light dark";
        meta name="robots" content="noindex";
        link rel="icon" href=(asset("mark.svg")) type="image/svg+xml";
        link rel="stylesheet" href=(asset("explorer.css"));
        link rel="stylesheet" href=(asset("console.css"));
        script type="module" src=(asset("console.js")) {}
    }
}

pub fn page(assets: &'static [Asset], kind: Kind, page: &Page<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head(assets, page.title))
                // Without a script the page asks for itself; the first page then asks the functions, too.
                @if page.place == "/console" {
                    noscript { meta http-equiv="refresh" content="30; url=/console?check=1"; }
                }
            }
            body.console {
                a.skip href="#main" { "Skip to the content" }
                header.site {
                    a.brand href="/console" { (mark()) span { "Console" } }
                    nav.places aria-label="Console" {
                        @for (path, label) in PLACES {
                            a href=(path) aria-current=[(path == page.place).then_some("page")] { (label) }
                        }
                    }
                    div.who {
                        span.badge { @match kind { Kind::Operator => "operator", Kind::Viewer => "looking only" } }
                        form method="post" action="/console/sign-out" { button.quiet.small type="submit" { "Sign out" } }
                    }
                }
                div.stale #stale hidden {
                    p role="status" { }
                    // Which of the two it is the script sees.
                    @for errand in [Errand::Host, Errand::Database] { div data-why=(errand.name()) hidden { (errand.help("stale")) } }
                }
                main #main tabindex="-1" { (page.body) }
                footer.site {
                    // What only a script can do is shown by it.
                    div.toolbar #toolbar hidden {
                        p #pulse {}
                        button.quiet.small #updates type="button" { "Hold" }
                        button.quiet.small #times type="button" aria-pressed="false" { "Times in UTC" }
                    }
                    noscript { p { "Without a script this page stands still; load it again to see what is new." } }
                    p { a href="/" { "Explorer" } }
                }
            }
        }
    }
}

/// A page for somebody who is not signed in.
pub fn alone(assets: &'static [Asset], title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { (head(assets, title)) }
            body.console {
                header.site { a.brand href="/console" { (mark()) span { "Console" } } }
                main #main { (body) }
                footer.site { p { a href="/" { "Explorer" } } }
            }
        }
    }
}

/// A page that says why there is none.
pub fn sorry(title: &str, words: &str) -> Markup {
    refused(title, words, &html! {})
}

/// The same, with what can be done about it.
pub fn refused(title: &str, words: &str, help: &Markup) -> Markup {
    html! {
        div.refused role="alert" {
            h1 { (title) }
            p { (words) }
            (help)
            p { a href="/console" { "Back to the console" } }
        }
    }
}

/// What became of what was pressed.
pub fn notice(words: &str) -> Markup {
    html! { p.notice role="status" { (words) } }
}

/// A button that changes something by itself.
pub fn press(action: &str, label: &str, fields: &[(&str, &str)], style: &str) -> Markup {
    html! {
        form.press method="post" action=(action) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class=(style) type="submit" { (label) }
        }
    }
}

/// Something that one wants to have elsewhere; the script shows the button where there is a clipboard.
pub fn copy(text: &str) -> Markup {
    html! { code.id { (text) } " " button.quiet.tiny type="button" data-copy=(text) aria-label={ "Copy " (text) } hidden { "Copy" } }
}

/// The link to more of a list.
pub fn more(address: Option<String>, label: &str) -> Markup {
    html! {
        @if let Some(address) = address {
            nav.more aria-label="More of this list" { a.button.quiet rel="next" href=(address) { (label) } }
        }
    }
}

/// Data of others, as it is.
pub fn data(value: &serde_json::Value) -> Markup {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    html! { pre.data tabindex="0" aria-label="Data" { code { (text) } } }
}
