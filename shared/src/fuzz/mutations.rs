//! Changes that make a true answer an unexpected one.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A step of the path into a document.
#[derive(Debug, Clone)]
pub enum Step {
    Member(String),
    Item(usize),
}

/// The path to a member.
pub type Path = Vec<Step>;

/// The paths to all members of all objects, outer ones first.
pub fn members(document: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(document, &mut Vec::new(), &mut paths);
    paths.retain(|path| matches!(path.last(), Some(Step::Member(_))));
    paths
}

fn walk(value: &Value, path: &mut Path, paths: &mut Vec<Path>) {
    let steps: Vec<(Step, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (Step::Member(key.clone()), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (Step::Item(at), value))
            .collect(),
        _ => return,
    };
    for (step, value) in steps {
        path.push(step);
        paths.push(path.clone());
        walk(value, path, paths);
        path.pop();
    }
}

/// The path without its indexes: `artists.items[].id`.
pub fn pattern(path: &[Step]) -> String {
    let mut pattern = String::new();
    for step in path {
        match step {
            Step::Member(key) => {
                if !pattern.is_empty() {
                    pattern.push('.');
                }
                pattern.push_str(key);
            }
            Step::Item(_) => pattern.push_str("[]"),
        }
    }
    pattern
}

/// The document with another value at `path`, or without that member.
pub fn with(document: &Value, path: &[Step], value: Option<Value>) -> Value {
    let mut document = document.clone();
    let Some((Step::Member(last), way)) = path.split_last() else {
        return document;
    };
    let holder = way.iter().try_fold(&mut document, |at, step| match step {
        Step::Member(key) => at.get_mut(key.as_str()),
        Step::Item(number) => at.get_mut(*number),
    });
    if let Some(Value::Object(members)) = holder {
        match value {
            Some(value) => {
                members.insert(last.clone(), value);
            }
            None => {
                members.remove(last);
            }
        }
    }
    document
}

/// One value of each type, and values that often cause errors.
pub fn other_values() -> Vec<Value> {
    vec![
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(i32::MAX),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("  \u{0}\u{feff} "),
        json!("a\u{0}b"),
        json!("null"),
        json!([]),
        json!([null, 7, "x", [[]], {}]),
        json!({}),
        json!({ "id": "x", "name": null, "items": {} }),
    ]
}

/// Adds unknown members to every object.
pub fn with_unknown_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut more: Map<String, Value> = members
                .iter()
                .map(|(key, value)| (key.clone(), with_unknown_members(value)))
                .collect();
            more.insert(
                "__new".to_owned(),
                json!({ "id": "x", "items": [1, null], "name": "y" }),
            );
            more.insert(String::new(), Value::Null);
            Value::Object(more)
        }
        Value::Array(items) => items.iter().map(with_unknown_members).collect(),
        other => other.clone(),
    }
}

/// Any small JSON document, whose members have names that the providers use.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-zA-Z0-9]{1,22}".prop_map(Value::from),
        prop::sample::select(other_values()),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        let key = prop_oneof![
            4 => prop::sample::select(KEYS.to_vec()).prop_map(ToOwned::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((key, inner), 0..8).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

const KEYS: [&str; 44] = [
    "access_token",
    "expires_in",
    "error",
    "artists",
    "items",
    "next",
    "offset",
    "total",
    "id",
    "name",
    "followers",
    "images",
    "url",
    "albums",
    "tracks",
    "external_ids",
    "upc",
    "isrc",
    "duration_ms",
    "releases",
    "recordings",
    "recording",
    "isrcs",
    "relations",
    "type",
    "artist",
    "work",
    "media",
    "position",
    "length",
    "count",
    "track-count",
    "artist-credit",
    "aliases",
    "attributes",
    "attribute-values",
    "title",
    "entities",
    "claims",
    "P2003",
    "mainsnak",
    "datavalue",
    "value",
    "response",
];

/// A change to one member.
#[derive(Debug, Clone)]
pub enum Change {
    Remove,
    Replace(Value),
    /// A text, repeated this many times.
    Long(String, usize),
    /// A list that has the member's value this many times.
    Many(usize),
    /// This many lists, each inside the one before.
    Deep(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => Just(Change::Remove),
        2 => Just(Change::Replace(Value::Null)),
        4 => any_json().prop_map(Change::Replace),
        1 => (any::<String>(), 1_usize..20_000).prop_map(|(text, times)| Change::Long(text, times)),
        1 => (0_usize..300).prop_map(Change::Many),
        1 => (0_usize..400).prop_map(Change::Deep),
    ]
}

/// Up to eight changes, each at a member chosen by its number.
pub fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Change)>> {
    vec((any::<prop::sample::Index>(), change()), 1..8)
}

/// The longest text that a change makes.
const LONGEST: usize = 200_000;

/// The document after `changes`, as text, because a `Value` can't be nested as deeply as some changes are.
pub fn changed(document: &Value, changes: &[(prop::sample::Index, Change)]) -> String {
    let mut document = document.clone();
    let mut deep = 0;
    for (at, change) in changes {
        let paths = members(&document);
        if paths.is_empty() {
            break;
        }
        let path = at.get(&paths);
        let value = match change {
            Change::Remove => None,
            Change::Replace(value) => Some(value.clone()),
            Change::Long(text, times) => Some(json!(text.repeat((*times).min(LONGEST / text.len().max(1))))),
            Change::Many(times) => {
                let value = path.iter().try_fold(&document, |at, step| match step {
                    Step::Member(key) => at.get(key.as_str()),
                    Step::Item(number) => at.get(*number),
                });
                let item = value.cloned().unwrap_or_default();
                // A list that is repeated again and again would soon grow too large.
                let times = (*times).min(LONGEST / item.to_string().len());
                Some(Value::Array(vec![item; times]))
            }
            Change::Deep(depth) => {
                deep = *depth;
                Some(json!("__deep"))
            }
        };
        document = with(&document, path, value);
    }
    let nested = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    document
        .to_string()
        .replace("\"__deep\"", if deep == 0 { "null" } else { &nested })
}

#[derive(Debug, Clone)]
pub enum Damage {
    Cut(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    /// The first member of the object that begins there appears twice, the second time with this value.
    Twice(prop::sample::Index, &'static str),
}

pub fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    let inserted = prop_oneof![
        vec(any::<u8>(), 1..6),
        prop::sample::select(vec![
            b"\xef\xbb\xbf".to_vec(),
            b"\\ud800".to_vec(),
            b"\\u0000".to_vec(),
            b"\xff\xfe".to_vec(),
            b"1e999".to_vec(),
            b"[[[[[[[[".to_vec(),
        ]),
    ];
    prop_oneof![
        place().prop_map(Damage::Cut),
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (place(), inserted).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (place(), prop::sample::select(vec!["null", "[]", "{}", "7", "\"x\""]))
            .prop_map(|(at, value)| Damage::Twice(at, value)),
    ]
}

pub fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        if bytes.is_empty() {
            break;
        }
        match damage {
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Damage::Flip(at, with) => {
                let at = at.index(bytes.len());
                bytes[at] ^= with;
            }
            Damage::Insert(at, more) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Damage::Twice(at, value) => {
                let from = at.index(bytes.len());
                let Some(brace) = bytes[from..].iter().position(|b| *b == b'{').map(|at| from + at) else {
                    continue;
                };
                let key: Vec<u8> = bytes[brace + 1..]
                    .iter()
                    .copied()
                    .take_while(|b| *b != b':')
                    .take(80)
                    .collect();
                let copy = [&key[..], b":", value.as_bytes(), b","].concat();
                let after = brace + 1;
                bytes.splice(after..after, copy);
            }
        }
    }
    bytes
}
