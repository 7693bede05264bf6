//! Why something was not shown or not done.

use http::StatusCode;
use maud::{Markup, html};

use crate::console::frame::refused;
use crate::console::terminal::Errand;
use crate::pages::refusal::Refusal as PageRefusal;
use crate::pipeline::rpc::RpcError;

#[derive(Debug)]
pub enum Refusal {
    NotFound,
    /// A field that cannot be.
    Bad {
        field: String,
        problem: String,
    },
    Forbidden(&'static str),
    MethodNotAllowed,
    TooLarge,
    /// The database could not be asked.
    Unavailable(String),
    /// A function did not do what it was asked for.
    Function(String),
    Failed(RpcError),
}

impl Refusal {
    pub fn bad(field: &str, problem: &str) -> Self {
        Self::Bad {
            field: field.to_owned(),
            problem: problem.to_owned(),
        }
    }

    /// Status, headline, and what to do.
    pub fn words(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Nothing is here",
                "There is no such page, or what it showed is gone: a message that was worked on leaves its queue."
                    .to_owned(),
            ),
            Self::Bad { field, problem } => (
                StatusCode::BAD_REQUEST,
                "That can't be",
                format!("{field} {problem}. Nothing was changed."),
            ),
            Self::Forbidden(why) => (StatusCode::FORBIDDEN, "Not allowed", (*why).to_owned()),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "Not that way",
                "Pages are read with GET, and changes are made with POST.".to_owned(),
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too large",
                "The form holds more than it can. Nothing was changed.".to_owned(),
            ),
            Self::Unavailable(problem) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                format!(
                    "{problem}. Nothing is lost: requests that were taken are in their queues. See whether the project runs \
                     and supabase_url is its address."
                ),
            ),
            Self::Function(problem) => (
                StatusCode::BAD_GATEWAY,
                "The function does not answer as it should",
                format!("{problem}. See the functions' log, and what was released last."),
            ),
            Self::Failed(error) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "That failed",
                format!("{error}. The log has the details."),
            ),
        }
    }

    /// What a page can't mend.
    fn errand(&self) -> Option<Errand> {
        match self {
            Self::Unavailable(_) => Some(Errand::Database),
            Self::Function(problem) => Some(Errand::of_answer(problem)),
            _ => None,
        }
    }

    /// `again` where the script may ask once more, until there is a page.
    pub fn markup(&self, again: bool) -> Markup {
        let (status, title, words) = self.words();
        let help = html! {
            @if let Some(errand) = self.errand() { (errand.help("here")) }
            @if again && status == StatusCode::SERVICE_UNAVAILABLE { p.muted data-retry hidden { "Asked again every five seconds." } }
        };
        refused(title, &words, &help)
    }
}

impl From<PageRefusal> for Refusal {
    fn from(refusal: PageRefusal) -> Self {
        match refusal {
            PageRefusal::NotFound => Self::NotFound,
            PageRefusal::Bad { name, problem } => Self::bad(&name, &problem),
            PageRefusal::Unavailable => Self::Unavailable("The database can't be reached".to_owned()),
            PageRefusal::Failed(error) => Self::Failed(error),
        }
    }
}

impl From<RpcError> for Refusal {
    fn from(error: RpcError) -> Self {
        match &error {
            // A message of ours: the field, then what is wrong with it.
            RpcError::Database { error: raised, .. } if raised.code == "22023" => match raised.message.split_once(": ")
            {
                Some((field, problem)) => Self::bad(field, problem),
                None => Self::Failed(error),
            },
            // What stands in an address and is no moment, number or id.
            RpcError::Database { error: raised, .. } if raised.code.starts_with("22") => {
                Self::bad("A value of the address", "can't be read")
            }
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => Self::Unavailable(error.to_string()),
            RpcError::Database { error: raised, .. }
                if [
                    "57014", "57P01", "57P03", "PGRST500", "PGRST000", "PGRST001", "PGRST002", "PGRST003",
                ]
                .contains(&raised.code.as_str())
                    || raised.code.starts_with("08")
                    || raised.code.starts_with("53") =>
            {
                Self::Unavailable(format!("{error}: {}", raised.message))
            }
            _ => Self::Failed(error),
        }
    }
}
