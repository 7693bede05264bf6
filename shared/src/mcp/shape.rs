//! The form of an answer, written once: a JSON Schema is made of it, and an answer is cut to it, so that what is
//! promised and what is sent are the same.

use serde_json::{Map, Value, json};

/// A form of JSON.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    Text,
    Id,
    /// `YYYY-MM-DD`
    Date,
    /// A moment, RFC 3339.
    Time,
    Integer,
    /// A number from 0 to 1.
    Probability,
    Flag,
    /// An object whose members are the source's own.
    Free,
    OneOf(&'static [&'static str]),
    OrNull(&'static Shape),
    List(&'static Shape),
    Object(&'static Object),
    /// A list of such objects.
    Objects(&'static Object),
}

/// An object with these members and no others.
#[derive(Debug)]
pub struct Object {
    /// In groups, since some come together in many objects.
    pub members: &'static [&'static [Member]],
    /// Where the explorer shows it.
    pub page: Page,
}

/// The explorer's page about an object.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    None,
    /// `/<folder>/<id>`
    In(&'static str),
    /// `/<kind>s/<id>`, by the object's own kind.
    ByKind,
    /// `/graph/<kind>/<id>`
    Graph,
}

#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub shape: Shape,
    /// Left out of what a model gets: it can do nothing with it, and pays for each letter.
    pub is_for_programs: bool,
    /// May be missing.
    pub is_optional: bool,
    pub about: &'static str,
}

impl Member {
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            is_for_programs: false,
            is_optional: false,
            about: "",
        }
    }

    #[must_use]
    pub const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    #[must_use]
    pub const fn for_programs(self) -> Self {
        Self {
            is_for_programs: true,
            ..self
        }
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }
}

/// For whom a shape is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// All members, as the SQL functions answer them.
    Program,
    /// Without the members for programs, with the pages of the explorer.
    Model,
}

const PAGE: &str = "page";

impl Shape {
    /// The JSON Schema (2020-12) of this form.
    pub fn schema(self, reader: Reader) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Id => json!({"type": "string", "format": "uuid"}),
            Self::Date => json!({"type": "string", "format": "date"}),
            Self::Time => json!({"type": "string", "format": "date-time"}),
            Self::Integer => json!({"type": "integer"}),
            Self::Probability => json!({"type": "number", "minimum": 0, "maximum": 1}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Free => json!({"type": "object"}),
            Self::OneOf(words) => json!({"type": "string", "enum": words}),
            Self::OrNull(shape) => or_null(&shape.schema(reader)),
            Self::List(item) => json!({"type": "array", "items": item.schema(reader)}),
            Self::Object(object) => object.schema(reader),
            Self::Objects(object) => json!({"type": "array", "items": object.schema(reader)}),
        }
    }

    /// What a model gets of an answer: the members of this form, in which `origin` is where the explorer is.
    pub fn cut(self, value: &Value, origin: &str) -> Value {
        match (self, value) {
            (Self::OrNull(shape), value) if !value.is_null() => shape.cut(value, origin),
            (Self::List(item), Value::Array(items)) => items.iter().map(|one| item.cut(one, origin)).collect(),
            (Self::Objects(object), Value::Array(items)) => {
                let cut = |item| Self::Object(object).cut(item, origin);
                items.iter().map(cut).collect()
            }
            (Self::Object(object), Value::Object(members)) => object.cut(members, origin),
            (_, value) => value.clone(),
        }
    }
}

/// Two branches: there are clients that take no list of types.
fn or_null(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

impl Object {
    fn members(&self) -> impl Iterator<Item = &'static Member> {
        self.members.iter().copied().flatten()
    }

    fn schema(&self, reader: Reader) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for member in self.members() {
            if member.is_for_programs && reader == Reader::Model {
                continue;
            }
            let mut schema = member.shape.schema(reader);
            if !member.about.is_empty() {
                schema["description"] = json!(member.about);
            }
            properties.insert(member.name.to_owned(), schema);
            if !member.is_optional {
                required.push(member.name);
            }
        }
        if reader == Reader::Model && !matches!(self.page, Page::None) {
            properties.insert(
                PAGE.to_owned(),
                json!({"type": "string", "format": "uri-reference", "description": "Where people read it"}),
            );
            required.push(PAGE);
        }
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    }

    fn cut(&self, members: &Map<String, Value>, origin: &str) -> Value {
        let mut kept = Map::new();
        for member in self.members().filter(|member| !member.is_for_programs) {
            match members.get(member.name) {
                // An optional member is worth its letters only where it says something.
                Some(Value::Null) if member.is_optional => {}
                Some(value) => {
                    kept.insert(member.name.to_owned(), member.shape.cut(value, origin));
                }
                None => {}
            }
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
        let page = match self.page {
            Page::None => None,
            Page::In(folder) => Some(format!("{origin}/{folder}/{}", text("id"))),
            Page::ByKind => Some(format!("{origin}/{}s/{}", text("kind"), text("id"))),
            Page::Graph => Some(format!("{origin}/graph/{}/{}", text("kind"), text("id"))),
        };
        if let Some(page) = page {
            kept.insert(PAGE.to_owned(), json!(page));
        }
        Value::Object(kept)
    }
}
