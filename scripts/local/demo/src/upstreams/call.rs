//! A request as the providers see it, and their answer.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The methods that any provider knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Other,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// Decoded parts of the path.
    pub path: Vec<String>,
    /// Decoded pairs, in order.
    pub query: Vec<(String, String)>,
    /// `http://127.0.0.1:PORT`, for the addresses in answers.
    pub origin: String,
}

impl Call {
    /// A GET of a path with its query.
    pub fn get(path_and_query: &str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self {
            method: Method::Get,
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(|part| decoded(part).into_owned())
                .collect(),
            query: pairs(query),
            origin: "http://127.0.0.1".to_owned(),
        }
    }

    /// The value of a parameter; `None` when it is absent.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A number; `Err` when it is none.
    pub fn number(&self, name: &str) -> Result<Option<usize>, ()> {
        self.value(name).map(|value| value.parse().map_err(|_| ())).transpose()
    }
}

/// The pairs of a query or of a form.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |part: &str| decoded(&part.replace('+', " ")).into_owned();
            (plain(key), plain(value))
        })
        .collect()
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Encodes a value for a query.
pub fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// Headers besides the content type.
    pub headers: Vec<(&'static str, String)>,
    pub content_type: &'static str,
    pub body: String,
}

impl Answer {
    pub fn json(status: u16, value: &Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: "application/json; charset=utf-8",
            body: value.to_string(),
        }
    }

    pub fn text(status: u16, content_type: &'static str, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type,
            body: body.to_owned(),
        }
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}
