//! How a command ends that asks a project: its exit status says which of four ways it was.

use std::process::ExitCode;

use crate::rest::CallError;

/// Why there is no result; the exit status says which.
#[derive(Debug)]
pub enum Failure {
    /// What was asked for makes no sense: status 2.
    Usage(String),
    /// There is no stack, or it is of no use: status 3.
    NoStack(String),
}

impl Failure {
    /// A call that failed while `what` was done.
    pub fn of_call(what: &str, error: &CallError) -> Self {
        let text = format!("{what}: {error}");
        if error.is_bad_argument() {
            Self::Usage(text)
        } else {
            Self::NoStack(text)
        }
    }
}

/// 0: all is well; 1: something is not, or nothing was found; 2 and 3: see [`Failure`].
pub fn exit_code(result: Result<bool, Failure>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure::Usage(problem)) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
        Err(Failure::NoStack(problem)) => {
            eprintln!("error: {problem}");
            ExitCode::from(3)
        }
    }
}
