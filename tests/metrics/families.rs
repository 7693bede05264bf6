//! The metrics as the database names them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use linernotes_tests::database::Database;

pub struct Family {
    pub kind: String,
    pub help: String,
    pub labels: BTreeSet<String>,
}

/// All families with the labels of their samples. There is a message, a run, an issue, so that none lacks samples.
pub async fn all(database: &Database) -> Result<BTreeMap<String, Family>> {
    let mut transaction = database.owner.begin().await?;
    sqlx::raw_sql("SELECT public.start_artist_discovery('Velvet Pier'), linernotes.raise_issue('a', 'b', 'c')")
        .execute(&mut *transaction)
        .await?;
    let rows: Vec<(String, String, String, Vec<String>)> = sqlx::query_as(
        "SELECT family.metric, family.kind, family.help, array_remove(array_agg(DISTINCT label.name), NULL)
         FROM linernotes.metric_families() AS family
         LEFT JOIN public.get_metrics() AS sample USING (metric)
         LEFT JOIN LATERAL jsonb_object_keys(sample.labels) AS label (name) ON TRUE
         GROUP BY 1, 2, 3",
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.rollback().await?;
    Ok(rows
        .into_iter()
        .map(|(metric, kind, help, labels)| {
            let labels = labels.into_iter().collect();
            (metric, Family { kind, help, labels })
        })
        .collect())
}

/// The names of metrics in an expression or a document.
pub fn mentioned(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| word.starts_with("linernotes_"))
        .map(str::to_owned)
        .collect()
}
