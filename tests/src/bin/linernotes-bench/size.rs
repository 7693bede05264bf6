//! The figures at size: a million producers with ten million credits, a million messages with ten million metrics.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use linernotes_stack::Options;
use linernotes_tests::Setup;
use linernotes_tests::size::{DataSet, LockWaits, explained, timed};
use sqlx::Connection;

use crate::figures::{Figures, millis, percentile, seconds};

const PRODUCERS: u64 = 1_000_000;
const MESSAGES: u64 = 1_000_000;
/// As many as lie stuck when nobody looks for a night.
const STUCK: u64 = 200_000;

/// The calls of an operator, those of the console among them.
const LOOKS: [&str; 13] = [
    "SELECT * FROM public.get_processing_stats()",
    "SELECT * FROM public.get_worker_issue_stats()",
    "SELECT * FROM public.get_queue_monitoring_data()",
    "SELECT public.get_system_health()",
    "SELECT * FROM public.diagnose_queue_tables()",
    "SELECT public.get_pipeline_status()",
    "SELECT * FROM public.list_stuck_messages('artist_discovery')",
    "SELECT public.get_pipeline_history()",
    "SELECT public.list_queue_messages('artist_discovery')",
    "SELECT public.list_queue_messages('artist_discovery', 'stuck')",
    "SELECT public.list_queue_messages('artist_discovery', search => 'no such text')",
    "SELECT public.list_dead_letter_groups()",
    "SELECT public.list_discoveries()",
];

/// The questions of the explorer's pages, with what they are to keep.
const PAGES: [(&str, &str); 15] = [
    ("SELECT public.get_catalogue_stats()", "p95 under 50 ms"),
    ("SELECT public.search_catalogue('track 77')", "p95 under 50 ms"),
    ("SELECT public.get_producer(size.id(0))", "p95 under 50 ms"),
    ("SELECT public.get_producer(size.id(5000))", "p95 under 50 ms"),
    ("SELECT public.get_producer_credits(size.id(0))", "p95 under 50 ms"),
    ("SELECT public.get_collaborators(size.id(0))", "p95 under 50 ms"),
    ("SELECT public.get_artist(size.artist_id(7))", "p95 under 50 ms"),
    (
        "SELECT * FROM public.get_artist_producers(size.artist_id(7))",
        "p95 under 50 ms",
    ),
    ("SELECT public.get_album(size.album_id(7))", "p95 under 50 ms"),
    ("SELECT public.get_track(size.track_id(7))", "p95 under 50 ms"),
    (
        "SELECT public.get_collaboration_graph('producer', size.id(0))",
        "p95 under 200 ms",
    ),
    (
        "SELECT public.get_collaboration_graph('producer', size.id(5000))",
        "p95 under 200 ms",
    ),
    (
        "SELECT public.get_collaboration_graph('artist', size.artist_id(7))",
        "p95 under 200 ms",
    ),
    (
        "SELECT public.get_collaboration_graph('artist', size.artist_id(7), 3, 1000)",
        "",
    ),
    (
        "SELECT public.find_connection(size.id(500), size.id(5000))",
        "p95 under 200 ms",
    ),
];

/// Measures all of it; the plans go to a file.
pub async fn measure(figures: &mut Figures) -> Result<()> {
    let start = Instant::now();
    eprintln!(
        "Loading {PRODUCERS} producers and {MESSAGES} messages; this takes some minutes and 9 GB in the temporary folder"
    );
    let data = DataSet::load(Setup::start_durable(|_| ()).await?, PRODUCERS, MESSAGES).await?;
    data.vacuum().await?;
    figures.add("loading the data sets", seconds(start.elapsed()), "");
    let mut plans = Plans::default();

    searches(&data, figures).await?;
    collaborations(&data, figures).await?;
    pages(&data, figures, &mut plans).await?;
    looks(&data, figures).await?;
    maintenance(&data, figures).await?;
    batches(&data, figures, &mut plans).await?;
    stuck(&data, figures).await?;

    for term in [
        "",
        "a",
        "91",
        "son berg",
        "john",
        "Björk Lunöström",
        "no such producer",
        "%",
    ] {
        plans
            .add(&data, &format!("SELECT * FROM linernotes.search_producers('{term}')"))
            .await?;
    }
    plans
        .add(
            &data,
            &format!("SELECT * FROM linernotes.get_producer_collaborations({FOREMOST}, 1000, 0)"),
        )
        .await?;
    for look in LOOKS {
        plans.add(&data, look).await?;
    }
    let path = plans.write()?;
    figures.add("query plans", path.display().to_string(), "");
    data.setup.stack.stop().await
}

/// The producer of 5,000 tracks.
const FOREMOST: &str = "size.id(0)";

async fn searches(data: &DataSet, figures: &mut Figures) -> Result<()> {
    let mut session = data.session("anon").await?;
    let terms = data.terms().await?;
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for _ in 0..5 {
        for (kind, term) in &terms {
            let start = Instant::now();
            sqlx::query("SELECT * FROM public.search_producers($1)")
                .bind(term)
                .fetch_all(&mut session)
                .await?;
            times.entry(kind.clone()).or_default().push(start.elapsed());
        }
    }
    let mut all: Vec<Duration> = times.values().flatten().copied().collect();
    for (kind, times) in &mut times {
        figures.add(format!("search_producers, {kind}"), spread(times), "p95 under 50 ms");
    }
    figures.add(
        format!("search_producers, all {} terms", terms.len()),
        spread(&mut all),
        "p95 under 50 ms",
    );
    Ok(session.close().await?)
}

async fn collaborations(data: &DataSet, figures: &mut Figures) -> Result<()> {
    let mut session = data.admin().await?;
    let call = format!("SELECT * FROM public.get_producer_collaborations({FOREMOST})");
    let mut times = timed(&mut session, &call, 20).await?;
    figures.add(
        "get_producer_collaborations of 5,000 tracks",
        spread(&mut times),
        "under 100 ms",
    );
    Ok(session.close().await?)
}

/// What the explorer's pages ask, about the most credited and about others.
async fn pages(data: &DataSet, figures: &mut Figures, plans: &mut Plans) -> Result<()> {
    let mut session = data.session("anon").await?;
    for (call, goal) in PAGES {
        let mut times = timed(&mut session, call, 20).await?;
        figures.add(name(call), spread(&mut times), goal);
        plans.add(data, call).await?;
    }
    let mut times = Vec::new();
    for (_, term) in data.terms().await? {
        let start = Instant::now();
        sqlx::query("SELECT public.search_catalogue($1)")
            .bind(term)
            .fetch_all(&mut session)
            .await?;
        times.push(start.elapsed());
    }
    figures.add("search_catalogue, all terms", spread(&mut times), "p95 under 50 ms");
    Ok(session.close().await?)
}

async fn looks(data: &DataSet, figures: &mut Figures) -> Result<()> {
    let mut session = data.session("service_role").await?;
    for look in LOOKS {
        let mut times = timed(&mut session, look, 20).await?;
        figures.add(name(look), spread(&mut times), "under 100 ms");
    }
    Ok(session.close().await?)
}

async fn batches(data: &DataSet, figures: &mut Figures, plans: &mut Plans) -> Result<()> {
    let mut session = data.admin().await?;
    let tracks = data.batch("track_discovery", 100, 20, "track_outcomes($1, 25)").await?;
    let statements = plans.add(data, &tracks.statement()).await?;
    let took = tracks.commit(&mut session).await?;
    let measured = format!("{} with {statements} statements", millis(took));
    figures.add(
        "commit of 20 albums with 500 tracks",
        measured,
        "a handful of statements",
    );

    let credits = data
        .batch("producer_identification", 100, 10, "credit_outcomes($1)")
        .await?;
    let measured = millis(credits.dequeue);
    figures.add(
        "dequeue of 10 albums with 25 titles that name producers each",
        measured,
        "",
    );
    let statements = plans.add(data, &credits.statement()).await?;
    let took = credits.commit(&mut session).await?;
    let measured = format!("{} with {statements} statements", millis(took));
    figures.add("commit of their 1,400 credits", measured, "a handful of statements");
    Ok(session.close().await?)
}

/// Maintenance with a quarter of the metrics expired, beside a worker that never rests.
async fn maintenance(data: &DataSet, figures: &mut Figures) -> Result<()> {
    let mut alone = data.worker_for(Duration::from_secs(5)).await?;
    figures.add("a worker's round trip alone", spread(&mut alone), "");
    let waits = LockWaits::watch(data, Duration::from_millis(100)).await?;
    let maintained = async {
        let mut session = data.session("service_role").await?;
        let mut times = timed(&mut session, "SELECT public.maintenance_clear_stale_entities(30)", 3).await?;
        figures.add(
            "maintenance_clear_stale_entities, most to do",
            spread(&mut times),
            "under 8 s",
        );
        anyhow::Ok(())
    };
    let (maintained, worked) = tokio::join!(maintained, data.worker_for(Duration::from_secs(15)));
    maintained?;
    let mut worked = worked?;
    figures.add("a worker's round trip beside it", spread(&mut worked), "");
    figures.add(
        "waits of more than 100 ms for a lock, meanwhile",
        waits.count()?.to_string(),
        "none: maintenance blocks no worker",
    );
    Ok(())
}

async fn stuck(data: &DataSet, figures: &mut Figures) -> Result<()> {
    data.add_stuck(STUCK).await?;
    let mut session = data.session("service_role").await?;
    let mut times = timed(
        &mut session,
        "SELECT * FROM public.list_stuck_messages('album_discovery')",
        1,
    )
    .await?;
    figures.add(
        format!("list_stuck_messages, {STUCK} rows"),
        spread(&mut times),
        "under 8 s",
    );
    let mut times = timed(&mut session, "SELECT public.reset_stuck_messages('album_discovery')", 1).await?;
    figures.add(
        format!("reset_stuck_messages, {STUCK} stuck"),
        spread(&mut times),
        "under 8 s",
    );
    Ok(session.close().await?)
}

fn spread(times: &mut [Duration]) -> String {
    match times {
        [] => "nothing".to_owned(),
        [only] => millis(*only),
        _ => format!(
            "p50 {}, p95 {}, most {}",
            millis(percentile(times, 50)),
            millis(percentile(times, 95)),
            millis(percentile(times, 100))
        ),
    }
}

/// `get_system_health` of `SELECT public.get_system_health()`.
fn name(look: &str) -> &str {
    let call = look.split_once("public.").map_or(look, |(_, call)| call);
    call.split_once("()").map_or(call, |(name, _)| name)
}

/// What was run, by which plans.
#[derive(Default)]
struct Plans(String);

impl Plans {
    /// Runs a statement once more (and takes it back), keeps the plans, and returns how many statements there were.
    async fn add(&mut self, data: &DataSet, statement: &str) -> Result<usize> {
        let statements = explained(data, statement).await?;
        let shown: String = statement.chars().take(200).collect();
        writeln!(self.0, "\n==== {shown}\n")?;
        for statement in &statements {
            // The text of a commit is megabytes long.
            let report: Vec<String> = statement
                .report
                .lines()
                .map(|line| line.chars().take(300).collect())
                .collect();
            writeln!(self.0, "{}\n", report.join("\n"))?;
        }
        Ok(statements.iter().filter(|statement| statement.touches_tables()).count())
    }

    fn write(&self) -> Result<PathBuf> {
        let path = Options::new("").repository.join("target/size-plans.txt");
        std::fs::write(&path, &self.0).with_context(|| path.display().to_string())?;
        Ok(path)
    }
}
