//! An artist or a producer of the catalogue, as an operator has to do with them. The explorer links here.

use maud::html;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::console::Desk;
use crate::console::form::Form;
use crate::console::frame::{Page, press, sorry};
use crate::console::refusal::Refusal;
use crate::console::reply::Answer;

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

pub async fn page(desk: &Desk<'_>, kind: &str, id: &str) -> Result<Answer, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    if desk.address.value("did")? == Some("forgotten") {
        let body = sorry(
            "Forgotten",
            "They are taken out of the catalogue, and crawls don't bring them back.",
        );
        return Ok(desk.answer(&Page {
            title: "Forgotten",
            place: "",
            body,
        }));
    }
    let found: Vec<Named> = desk.rpc.rows(kind, &format!("select=name&id=eq.{id}")).await?;
    let name = found.into_iter().next().ok_or(Refusal::NotFound)?.name;
    let body = html! {
        p.crumbs { a href={ "/" (kind) "/" (id) } { "In the explorer" } }
        h1 { bdi { (name) } }
        @if desk.may_act() {
            @if kind == "artists" {
                section {
                    h2 { "Look again" }
                    p { "Ask for the artist: what is known already is not asked for again. Forced: every provider is asked anew, for albums, tracks, credits and profiles." }
                    div.actions {
                        (press("/console/discoveries", "Discover", &[("artist_name", &name)], ""))
                        (press("/console/discoveries", "Refresh, forced", &[("artist_name", &name), ("force", "1")], "quiet"))
                    }
                }
            }
            section {
                h2 { "Forget" }
                p {
                    @if kind == "artists" { "Takes the artist out, with albums that are no other artist's, their tracks and credits, and people who are credited nowhere else. Crawls don't bring them back." }
                    @else { "Takes the person out, with profile, names and credits. Crawls don't bring them back; ids and hashes of their names are kept for that." }
                }
                form.forget method="post" action={ "/console/" (kind) "/" (id) "/forget" } {
                    label for="reason" { "Why" }
                    div.line {
                        input #reason name="reason" required maxlength="512" autocomplete="off" placeholder="asked by mail on …";
                        button.danger type="submit" { span { "Forget " bdi { (name) } } }
                    }
                }
            }
        } @else { p { "This session is for looking only." } }
    };
    Ok(desk.answer(&Page {
        title: &name,
        place: "",
        body,
    }))
}

pub async fn forget(desk: &Desk<'_>, kind: &str, id: &str, form: &Form) -> Result<Answer, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    let reason = form.needed("reason")?;
    let (action, field) = match kind {
        "artists" => ("forget_artist", "artist_id"),
        _ => ("forget_producer", "producer_id"),
    };
    desk.operate(action, json!({field: id, "reason": reason})).await?;
    Ok(Answer::see(format!("/console/{kind}/{id}?did=forgotten")))
}
