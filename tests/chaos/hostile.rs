//! Providers that are hostile all the time, every one of them in the same way.

use serde_json::{Value, json};

/// Of a hundred requests 20 get a 5xx, 10 a 429 with `Retry-After`, 5 an answer cut off, 5 one that comes too late, and 5
/// garbage: the right answer halved, a page of HTML with status 200, numbers for lists, or 50 MB.
/// The shares are counted and not drawn, so they are met in short runs, too.
pub fn faults() -> Vec<Value> {
    // A fault strikes its share of what those before it have left.
    let of_the_rest = [
        (20.0, json!({"kind": "status", "status": 503})),
        (12.5, json!({"kind": "status", "status": 429, "retry_after": 1})),
        (7.1, json!({"kind": "cut"})),
        (7.7, json!({"kind": "slow", "ms": 6000})),
        (2.5, json!({"kind": "malformed"})),
        (2.6, json!({"kind": "html"})),
        (2.6, json!({"kind": "wrong_types"})),
        (0.9, json!({"kind": "huge"})),
    ];
    let providers = ["spotify", "musicbrainz", "genius", "wikidata", "instagram"];
    let each = providers.iter().flat_map(|provider| {
        of_the_rest.iter().map(move |(percent, fault)| {
            let mut fault = fault.clone();
            fault["provider"] = json!(provider);
            fault["path"] = json!("/");
            fault["percent"] = json!(percent);
            fault
        })
    });
    each.collect()
}
