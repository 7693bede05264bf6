//! Why there is no page.

use crate::pipeline::rpc::RpcError;

#[derive(Debug)]
pub enum Refusal {
    /// Nothing is there.
    NotFound,
    /// A value in the address cannot be.
    Bad { name: &'static str, problem: String },
    /// The catalogue could not be asked, and may be asked again.
    Unavailable,
    /// The catalogue answered with an error that is ours.
    Failed(RpcError),
}

impl Refusal {
    pub fn bad(name: &'static str, problem: &str) -> Self {
        Self::Bad {
            name,
            problem: problem.to_owned(),
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
            _ => Self::Failed(error),
        }
    }
}
