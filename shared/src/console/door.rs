//! Signing in and out.

use std::time::Duration;

use http::{Method, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::console::form::Form;
use crate::console::frame;
use crate::console::guard::{self, Transport};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::session::{self, Secrets};
use crate::pages::Asset;
use crate::pages::address::Address;
use crate::pipeline::rpc::Rpc;
use crate::platform::ports::{Level, Platform, Request};

/// How long the answer to a wrong secret takes: longer with each that came just before, up to the last.
const PAUSES: [u64; 6] = [500, 1000, 2000, 4000, 6000, 8000];

/// How many wrong secrets came in the ten minutes before.
#[derive(Debug, Deserialize)]
struct Refused {
    /// From the same address.
    here: usize,
    /// From everywhere.
    everywhere: usize,
}

impl Default for Refused {
    /// Where nobody counts.
    fn default() -> Self {
        Self { here: 2, everywhere: 0 }
    }
}

impl Refused {
    /// Who guesses from many addresses is slow everywhere; somebody else's first mistake hardly is.
    fn pause(&self) -> u64 {
        let step = self.here.max(self.everywhere / 10);
        PAUSES[step.min(PAUSES.len() - 1)]
    }
}

pub struct Door<'a> {
    pub assets: &'static [Asset],
    pub platform: &'a Platform<'a>,
    pub secrets: &'a Secrets,
    pub rpc: &'a Rpc<'a>,
    pub address: &'a Address,
    pub request: &'a Request,
}

impl Door<'_> {
    /// The answer to somebody without a session.
    pub fn outside(&self) -> Answer {
        if matches!(*self.request.method(), Method::GET | Method::HEAD)
            && self.address.value("part").ok().flatten().is_none()
        {
            let wanted = self
                .request
                .uri()
                .path_and_query()
                .map_or("/console", |path| path.as_str());
            let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            return Answer::see(format!("/console/sign-in?next={next}"));
        }
        let words = "The session has ended, or there was none. Sign in and do it again; nothing was changed.";
        let body = html! {
            (frame::sorry("Signed out", words))
            p { a.button href="/console/sign-in" { "Sign in" } }
        };
        Answer::page(StatusCode::UNAUTHORIZED, frame::alone(self.assets, "Signed out", &body))
    }

    pub async fn sign_in(&self) -> Answer {
        let transport = Transport::of(self.request);
        if transport == Transport::Open {
            let words = "This page came without HTTPS and not from this machine, so a secret would be read on its way. Open the \
                         console by https://, or through a tunnel to 127.0.0.1.";
            return self.page(StatusCode::FORBIDDEN, &frame::sorry("Not over this connection", words));
        }
        match *self.request.method() {
            Method::GET | Method::HEAD => return self.page(StatusCode::OK, &self.asks(None)),
            Method::POST => {}
            _ => return self.refused(&Refusal::MethodNotAllowed),
        }
        let form = match Form::of(self.request) {
            Ok(form) => form,
            Err(refusal) => return self.refused(&refusal),
        };
        let shown = match form.text("secret") {
            Ok(shown) => shown.unwrap_or_default(),
            Err(refusal) => return self.refused(&refusal),
        };
        let address = guard::client_address(self.request);
        let Some(kind) = self.secrets.kind_of(shown) else {
            let pause = self.note(false, json!({"address": address})).await.pause();
            self.platform.clock.sleep(Duration::from_millis(pause)).await;
            return self.page(StatusCode::FORBIDDEN, &self.asks(Some("That is not the secret.")));
        };
        self.note(true, json!({"kind": kind.name(), "address": address})).await;
        let cookies = self
            .secrets
            .cookies(kind, transport, self.platform.clock.now().as_secs());
        let next = form.text("next").ok().flatten().filter(|next| is_ours(next));
        Answer::see(next.unwrap_or("/console")).with_cookies(cookies)
    }

    pub fn sign_out(&self) -> Answer {
        if *self.request.method() != Method::POST {
            return Answer::see("/console");
        }
        Answer::see("/console/sign-in?out=1").with_cookies(session::no_cookies(Transport::of(self.request)))
    }

    /// Who was refused just before. A database that is away keeps nobody out who has the secret.
    async fn note(&self, accepted: bool, operator: serde_json::Value) -> Refused {
        let arguments = json!({"accepted": accepted, "operator": operator});
        match self.rpc.call::<Refused>("note_sign_in", &arguments).await {
            Ok(before) => before,
            Err(error) => {
                let fields = json!({"function": "console", "error": error.to_string()});
                self.platform.log.write(Level::Warn, "sign_in_not_noted", fields);
                Refused::default()
            }
        }
    }

    fn asks(&self, problem: Option<&str>) -> Markup {
        let next = self.address.value("next").ok().flatten().filter(|next| is_ours(next));
        let is_out = self.address.value("out").ok().flatten().is_some();
        html! {
            div.sign-in {
                h1 { "Sign in" }
                @if is_out { (frame::notice("You are signed out.")) }
                @if let Some(problem) = problem { p.problem role="alert" #problem { (problem) } }
                form method="post" action="/console/sign-in" {
                    @if let Some(next) = next { input type="hidden" name="next" value=(next); }
                    // For whoever keeps the secret in a password manager.
                    input type="text" name="username" value="console" autocomplete="username" hidden;
                    label for="secret" { "Secret" }
                    input #secret type="password" name="secret" required autocomplete="current-password" autofocus
                        aria-describedby=[problem.map(|_| "problem")];
                    button type="submit" { "Sign in" }
                }
                p.muted {
                    "The function secret lets you act; the viewer's secret, where there is one, lets you look. A session ends \
                     after twelve hours, and all end when the secret is changed."
                }
            }
        }
    }

    fn page(&self, status: StatusCode, body: &Markup) -> Answer {
        Answer::page(status, frame::alone(self.assets, "Sign in", body))
    }

    fn refused(&self, refusal: &Refusal) -> Answer {
        let (status, title, words) = refusal.words();
        self.page(status, &frame::sorry(title, &words))
    }
}

/// Nobody is sent elsewhere by a link to the sign-in, nor anything into a header that can't stand there.
fn is_ours(next: &str) -> bool {
    let is_path = next == "/console" || next.starts_with("/console/") || next.starts_with("/console?");
    is_path && next.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_secrets_are_slower_each_time_and_where_many_come_everywhere() {
        let pause = |here, everywhere| Refused { here, everywhere }.pause();
        assert_eq!(
            [pause(0, 0), pause(1, 1), pause(5, 5), pause(99, 100)],
            [500, 1000, 8000, 8000]
        );
        assert_eq!([pause(0, 9), pause(0, 30), pause(0, 100)], [500, 4000, 8000]);
    }

    #[test]
    fn only_paths_of_the_console_are_gone_to() {
        assert!(is_ours("/console/work?queue=x"));
        for other in [
            "/console/\r\nset-cookie: a=b",
            "//evil.example",
            "/consolation",
            "/console/é",
            "https://evil.example",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
