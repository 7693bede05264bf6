//! Why there is no page.

use std::borrow::Cow;

use crate::pipeline::rpc::RpcError;

#[derive(Debug)]
pub enum Refusal {
    /// Nothing is there.
    NotFound,
    /// A value in the address cannot be.
    Bad { name: Cow<'static, str>, problem: String },
    /// The catalogue could not be asked, and may be asked again.
    Unavailable,
    /// The catalogue answered with an error that is ours.
    Failed(RpcError),
}

impl Refusal {
    pub fn bad(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Bad {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

impl From<RpcError> for Refusal {
    fn from(error: RpcError) -> Self {
        match &error {
            RpcError::Unreachable { .. } | RpcError::Gateway { .. } => Self::Unavailable,
            // The statement took too long, or the database is shutting down or full: later may be better.
            RpcError::Database { error: raised, .. }
                if raised.code == "57014" || raised.code.starts_with("57P") || raised.code.starts_with("53") =>
            {
                Self::Unavailable
            }
            // The database's own check of an argument: "after: is no track that a page ended with".
            RpcError::Database { error: raised, .. } if raised.code == "22023" => {
                match raised.message.split_once(": ") {
                    Some((name, problem)) => Self::Bad {
                        name: name.to_owned().into(),
                        problem: problem.to_owned(),
                    },
                    None => Self::Failed(error),
                }
            }
            _ => Self::Failed(error),
        }
    }
}
