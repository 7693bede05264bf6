//! What is asked for: the parts of the path, the format that its ending names, and the query.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

use crate::pages::refusal::Refusal;
use crate::platform::origin::origin;
use crate::platform::ports::Request;

/// A search term is at most as long as a name in the catalogue.
const LONGEST_VALUE: usize = 512;

/// What a value in a query may not hold as it is.
const IN_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'\'');

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Json,
    Csv,
    GraphMl,
}

/// An address of the explorer.
#[derive(Debug)]
pub struct Address {
    /// Where the site answers, as the caller wrote it: `https://linernotes.example`.
    pub origin: String,
    /// The path between its slashes, decoded, without the ending that names a format.
    pub parts: Vec<String>,
    pub format: Format,
    query: Vec<(String, String)>,
}

impl Address {
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let mut parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let mut format = Format::Html;
        if let Some(last) = parts.last_mut() {
            for (ending, named) in [
                (".json", Format::Json),
                (".csv", Format::Csv),
                (".graphml", Format::GraphMl),
            ] {
                if let Some(name) = last.strip_suffix(ending) {
                    *last = name.to_owned();
                    format = named;
                    break;
                }
            }
        }
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self {
            origin: origin(request),
            parts,
            format,
            query,
        }
    }

    /// The value of `name` in the query, trimmed; `None` where it is missing or blank.
    pub fn value(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        let value = self.query.iter().find(|(known, _)| known == name);
        let Some(value) = value.map(|(_, value)| value.trim()).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        if value.contains('\0') {
            return Err(Refusal::bad(name, "holds a NUL character"));
        }
        if value.chars().count() > LONGEST_VALUE {
            return Err(Refusal::bad(name, "is longer than 512 characters"));
        }
        Ok(Some(value))
    }

    /// A whole number in a range.
    pub fn number(&self, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.value(name)? else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Refusal::bad(name, format!("is no whole number from {least} to {most}"))),
        }
    }

    /// An id.
    pub fn id(&self, name: &'static str) -> Result<Option<Uuid>, Refusal> {
        let value = self.value(name)?;
        value
            .map(|value| uuid(value).ok_or_else(|| Refusal::bad(name, "is no id")))
            .transpose()
    }

    /// Ids with commas between them.
    pub fn ids(&self, name: &'static str, most: usize) -> Result<Vec<Uuid>, Refusal> {
        let Some(value) = self.value(name)? else {
            return Ok(Vec::new());
        };
        let ids: Vec<Uuid> = value
            .split(',')
            .map(|id| uuid(id).ok_or_else(|| Refusal::bad(name, "holds something that is no id")))
            .collect::<Result<_, _>>()?;
        if ids.len() > most {
            return Err(Refusal::bad(name, format!("holds more than {most} ids")));
        }
        Ok(ids)
    }
}

/// An id in a path; anything else is a page that does not exist.
pub fn id(part: &str) -> Result<Uuid, Refusal> {
    uuid(part).ok_or(Refusal::NotFound)
}

/// An id in its usual form: with braces, as a URN or without hyphens it would be one more address of the same page.
fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// A link: a path of ours, with those of the values that are there.
pub fn link(path: &str, values: &[(&str, Option<Cow<'_, str>>)]) -> String {
    let mut link = path.to_owned();
    let mut mark = '?';
    for (name, value) in values {
        if let Some(value) = value {
            let _ = write!(link, "{mark}{name}={}", utf8_percent_encode(value, IN_QUERY));
            mark = '&';
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn address(uri: &str) -> Address {
        let request = http::Request::get(uri).header("host", "127.0.0.1:54321");
        Address::of(&request.body(Ok(Bytes::new())).unwrap())
    }

    #[test]
    fn reads_parts_format_and_query() {
        let asked = address("/producers/abc/credits.csv?role=writer&year=2001&q=a%2Bb+c");
        assert_eq!(asked.parts, ["producers", "abc", "credits"]);
        assert_eq!(asked.format, Format::Csv);
        assert_eq!(asked.value("q").unwrap(), Some("a+b c"));
        assert_eq!(asked.number("year", 1, 9999).unwrap(), Some(2001));
        assert_eq!(asked.value("missing").unwrap(), None);
        assert_eq!(asked.origin, "http://127.0.0.1:54321");
        assert!(address("/").parts.is_empty());
    }

    #[test]
    fn refuses_values_that_cannot_be() {
        let asked = address("/?q=a%00b&year=x&id=1");
        assert!(matches!(asked.value("q"), Err(Refusal::Bad { name, .. }) if name == "q"));
        assert!(asked.number("year", 1, 9999).is_err());
        assert!(asked.id("id").is_err());
        let three = address("/?open=00000000-0000-4000-8000-00000000000a,00000000-0000-4000-8000-00000000000b,x");
        assert!(three.ids("open", 3).is_err());
        assert!(asked.ids("open", 3).unwrap().is_empty());
        let two = address("/?open=00000000-0000-4000-8000-00000000000a,00000000-0000-4000-8000-00000000000b");
        assert_eq!(two.ids("open", 2).unwrap().len(), 2);
        assert!(two.ids("open", 1).is_err());
        let long = address(&format!("/?q={}", "a".repeat(513)));
        assert!(long.value("q").is_err());
    }

    #[test]
    fn an_id_has_one_form() {
        let known = "80012f35-30f4-479e-9831-a48bbd6b67f9";
        assert!(id(known).is_ok() && id(&known.to_uppercase()).is_ok());
        for other in [
            format!("{{{known}}}"),
            format!("urn:uuid:{known}"),
            known.replace('-', ""),
            format!("{known} "),
            "..".to_owned(),
            "a".repeat(10_000),
        ] {
            assert!(matches!(id(&other), Err(Refusal::NotFound)), "{other}");
        }
    }

    #[test]
    fn a_link_holds_any_text() {
        let values = [("q", Some(Cow::Borrowed("Mike & Keys <b>'\"#%+"))), ("year", None)];
        let link = link("/search", &values);
        assert_eq!(link, "/search?q=Mike%20%26%20Keys%20%3Cb%3E%27%22%23%25%2B");
        assert_eq!(address(&link).value("q").unwrap(), Some("Mike & Keys <b>'\"#%+"));
    }
}
