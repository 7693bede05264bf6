//! The console: the pages on which an operator sees what the pipeline does, and acts on it.
//!
//! It is one more client: it reads by the SQL functions that every operator has, asks the other functions for what only
//! they see, and keeps nothing. Whatever is changed goes through `operate`, which notes who it was.

#![allow(clippy::struct_field_names)] // as in the JSON

mod catalogue;
mod day;
mod discoveries;
mod door;
mod form;
mod frame;
mod functions;
mod guard;
mod history;
mod issues;
mod keys;
mod letters;
mod message;
mod now;
mod outside;
mod refusal;
mod reply;
mod session;
mod settings;
mod stages;
mod steps;
mod terminal;
mod tools;
mod words;
mod work;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use http::{Method, StatusCode};
use maud::Markup;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::console::form::Form;
use crate::console::frame::Page;
use crate::console::functions::Functions;
use crate::console::guard::Transport;
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;
use crate::console::session::{Kind, Secrets};
use crate::pages::Asset;
use crate::pages::address::Address;
use crate::pipeline::config::Config;
use crate::pipeline::rpc::{Rpc, RpcError};
use crate::platform::config::{ConfigError, Problem};
use crate::platform::ports::{Function, Level, Platform, Reply, Request};

/// The function behind the console's pages, with the files that belong to them.
pub struct Console {
    pub assets: &'static [Asset],
}

impl Function for Console {
    fn serve<'a>(&'a self, platform: &'a Platform<'a>, request: Request, reply: Reply) -> LocalBoxFuture<'a, ()> {
        async move {
            let started = platform.clock.monotonic();
            let answer = self.answer(platform, &request).await;
            let response = answer.into_http(&request);
            let took = platform.clock.monotonic().saturating_sub(started);
            let fields = json!({
                "function": "console",
                "method": request.method().as_str(),
                "path": request.uri().path(),
                "status": response.status().as_u16(),
                "duration_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            });
            platform.log.write(Level::Info, "page", fields);
            reply(response);
        }
        .boxed_local()
    }
}

/// What every page is made with.
struct Desk<'a> {
    assets: &'static [Asset],
    platform: &'a Platform<'a>,
    address: &'a Address,
    kind: Kind,
    /// Who is at it, as `monitoring_events` has it.
    operator: Value,
    rpc: Rpc<'a>,
    functions: Functions<'a>,
}

impl Console {
    async fn answer(&self, platform: &Platform<'_>, request: &Request) -> Answer {
        if let Some(asset) = Asset::find(self.assets, request.uri().path()) {
            return Answer::asset(asset);
        }
        let address = Address::of(request);
        let secrets = match Secrets::read(platform.variables) {
            Ok(secrets) => secrets,
            Err(error) => return self.misconfigured(platform, &error),
        };
        let (config, problems) = Config::as_far_as_readable(platform.variables);
        let Some(config) = config else {
            return self.misconfigured(platform, &ConfigError(problems));
        };
        let rpc = Rpc::new(platform.http, platform.clock, &config.database);
        let door = door::Door {
            assets: self.assets,
            platform,
            secrets: &secrets,
            rpc: &rpc,
            address: &address,
            request,
        };
        if request.method() == Method::POST && !guard::comes_from_our_pages(request) {
            return self.refused(&Refusal::Forbidden(
                "The request did not come from a page of this console (Sec-Fetch-Site), so nothing was done.",
            ));
        }
        let parts: Vec<&str> = address.parts.iter().map(String::as_str).skip(1).collect();
        match parts.as_slice() {
            ["sign-in"] => return door.sign_in().await,
            ["sign-out"] => return door.sign_out(),
            _ => {}
        }
        let transport = Transport::of(request);
        let Some(kind) = secrets.session(request.headers(), transport, platform.clock.now().as_secs()) else {
            return door.outside();
        };
        let desk = Desk {
            assets: self.assets,
            platform,
            address: &address,
            kind,
            operator: json!({"kind": kind.name(), "address": guard::client_address(request)}),
            rpc,
            functions: Functions {
                platform,
                secret: secrets.to_show(),
            },
        };
        let answer = match *request.method() {
            Method::GET | Method::HEAD => desk.page(&parts).await,
            Method::POST => desk.act(&parts, request).await,
            _ => Err(Refusal::MethodNotAllowed),
        };
        answer.unwrap_or_else(|refusal| desk.refused(&refusal, request.method() != Method::POST))
    }

    fn misconfigured(&self, platform: &Platform<'_>, error: &ConfigError) -> Answer {
        let fields = json!({"function": "console", "error": error.to_string()});
        platform.log.write(Level::Error, "misconfigured", fields);
        let named: Vec<&str> = error.0.iter().map(|Problem { variable, .. }| *variable).collect();
        self.refused(&Refusal::Function(format!(
            "The console's variables are not as they should be ({})",
            named.join(", ")
        )))
    }

    fn refused(&self, refusal: &Refusal) -> Answer {
        let (status, title, _) = refusal.words();
        Answer::page(status, frame::alone(self.assets, title, &refusal.markup(false)))
    }
}

impl Desk<'_> {
    async fn page(&self, parts: &[&str]) -> Result<Answer, Refusal> {
        match parts {
            [] => now::page(self).await,
            ["outside"] => outside::region(self).await,
            ["day"] => day::region(self).await,
            ["work"] => work::page(self).await,
            ["work", queue, id] => message::page(self, queue, id).await,
            ["work", queue, id, "delete"] => message::ask_delete(self, queue, id).await,
            ["dead-letters"] => letters::page(self).await,
            ["dead-letters", "discard"] => letters::ask_discard(self),
            ["dead-letters", queue] => letters::group(self, queue).await,
            ["dead-letters", queue, id] => letters::letter(self, queue, id).await,
            ["discoveries"] => discoveries::page(self).await,
            ["discoveries", id] => discoveries::one(self, id).await,
            ["issues"] => issues::page(self).await,
            ["settings"] => settings::page(self).await,
            ["keys"] => keys::page(self).await,
            ["history"] => history::page(self).await,
            [kind @ ("artists" | "producers"), id] => catalogue::page(self, kind, id).await,
            _ => Err(Refusal::NotFound),
        }
    }

    async fn act(&self, parts: &[&str], request: &Request) -> Result<Answer, Refusal> {
        if self.kind != Kind::Operator {
            return Err(Refusal::Forbidden(
                "This session is for looking only. Sign in with the function secret to change something.",
            ));
        }
        let form = &Form::of(request)?;
        match parts {
            ["queues", queue, action @ ("pause" | "resume")] => stages::act(self, queue, action).await,
            ["work", queue, action @ ("release" | "delete")] => work::act(self, queue, action, form).await,
            ["work", queue, id, action @ ("release" | "delete")] => message::act(self, queue, id, action).await,
            ["dead-letters", action @ ("replay" | "discard")] => letters::act(self, action, form).await,
            ["discoveries"] => discoveries::ask(self, form).await,
            ["issues", id, "resolve"] => issues::resolve(self, id, form).await,
            ["settings", name] => settings::change(self, name, form).await,
            ["queues", queue] => settings::change_queue(self, queue, form).await,
            ["keys"] => keys::clear(self, form).await,
            ["tools", tool] => tools::act(self, tool).await,
            [kind @ ("artists" | "producers"), id, "forget"] => catalogue::forget(self, kind, id, form).await,
            _ => Err(Refusal::NotFound),
        }
    }

    /// A page, or where the script asks for what changes of it, its content alone.
    fn answer(&self, page: &Page<'_>) -> Answer {
        Answer::page(StatusCode::OK, self.framed(page))
    }

    fn framed(&self, page: &Page<'_>) -> Markup {
        match self.address.value("part") {
            Ok(Some("live")) => page.body.clone(),
            _ => frame::page(self.assets, self.kind, page),
        }
    }

    /// `again` where asking once more changes nothing.
    fn refused(&self, refusal: &Refusal, again: bool) -> Answer {
        if let Refusal::Failed(error) = refusal {
            let mut fields = json!({"function": "console", "error": error.to_string()});
            if let RpcError::Database { error: raised, .. } = error {
                fields["message"] = json!(raised.message);
            }
            self.platform.log.write(Level::Error, "failed", fields);
        }
        let (status, title, _) = refusal.words();
        let page = Page {
            title,
            place: "",
            body: refusal.markup(again),
        };
        Answer::page(status, self.framed(&page))
    }

    async fn call<T: DeserializeOwned>(&self, function: &str, arguments: &Value) -> Result<T, Refusal> {
        Ok(self.rpc.call(function, arguments).await?)
    }

    /// Changes something, noted with who it was.
    async fn operate(&self, action: &str, arguments: Value) -> Result<Value, Refusal> {
        let arguments = json!({"action": action, "arguments": arguments, "operator": self.operator});
        self.call("operate", &arguments).await
    }

    fn now(&self) -> u64 {
        self.platform.clock.now().as_secs()
    }

    fn may_act(&self) -> bool {
        self.kind == Kind::Operator
    }
}
