//! Queue, lock and breaker against models of a few lines: random sequences of calls by several clients, and of time that
//! passes. A sequence after which the two differ is made as short as it can be.

mod breaker;
mod lock;
mod queue;

use std::cell::Cell;
use std::fmt::Debug;

use anyhow::{Result, anyhow, ensure};
use linernotes_tests::database::{Database, ask};
use linernotes_tests::figure;
use proptest::collection::vec;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;
use sqlx::{AssertSqlSafe, raw_sql};
use tokio::runtime::Runtime;

const SEQUENCES: u32 = 40;
const LONGEST: usize = 40;
const CLIENTS: usize = 3;

/// What the real thing should do, in a few lines, and how to do the same to it.
trait Model: Default {
    type Step: Clone + Debug + 'static;
    /// What has to be remembered of the real thing.
    type Memory: Default;
    const NAME: &'static str;
    /// Statements, as the owner, after which the real thing is as the model is by default.
    const RESET: &'static str;

    fn step() -> BoxedStrategy<Self::Step>;

    /// Takes a step, and says what it should answer and what should stand in the database then.
    fn take(&mut self, step: &Self::Step) -> (Value, Value);

    /// Takes the step in the database, and says the same of it in the model's own words.
    async fn act(service: &Service<'_>, memory: &mut Self::Memory, step: &Self::Step) -> Result<(Value, Value)>;
}

/// The database as its clients have it: each transition is another one's.
struct Service<'a> {
    database: &'a Database,
}

impl Service<'_> {
    /// Asks as the service; every connection of the pool is a session of its own.
    async fn ask(&self, query: &str) -> Result<Value> {
        ask(&mut *self.database.service.acquire().await?, query).await
    }

    async fn as_owner(&self, statement: &str) -> Result<()> {
        self.database.run(statement).await
    }
}

#[test]
fn queue_lock_and_breaker_do_as_their_models() -> Result<()> {
    let runtime = Runtime::new()?;
    let database = runtime.block_on(Database::start())?;
    let outcome = (|| {
        let steps = hold::<queue::Queue>(&runtime, &database)?
            + hold::<lock::Lock>(&runtime, &database)?
            + hold::<breaker::Breaker>(&runtime, &database)?;
        figure("models", &format!("{steps} calls in {} sequences", 3 * SEQUENCES))
    })();
    // The database stops on a runtime.
    let _runtime = runtime.enter();
    drop(database);
    outcome
}

/// How many steps were taken.
fn hold<M: Model>(runtime: &Runtime, database: &Database) -> Result<usize> {
    let seed = std::env::var("LINERNOTES_MODEL_SEED").map_or(Ok(1), |seed| seed.parse::<u8>())?;
    let config = Config {
        cases: SEQUENCES,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let taken = Cell::new(0);
    let outcome = runner.run(&vec(M::step(), 1..LONGEST), |steps| {
        taken.set(taken.get() + steps.len());
        runtime
            .block_on(one::<M>(database, &steps))
            .map_err(|error| TestCaseError::fail(format!("{error:#}")))
    });
    outcome.map_err(|error| anyhow!("{} differs from its model (seed {seed}): {error}", M::NAME))?;
    Ok(taken.get())
}

async fn one<M: Model>(database: &Database, steps: &[M::Step]) -> Result<()> {
    raw_sql(AssertSqlSafe(M::RESET)).execute(&database.owner).await?;
    let service = Service { database };
    let (mut model, mut memory) = (M::default(), M::Memory::default());
    for (place, step) in steps.iter().enumerate() {
        let expected = model.take(step);
        let got = M::act(&service, &mut memory, step).await?;
        ensure!(
            got == expected,
            "step {place}, {step:?}: answered {} and left {}; the model answers {} and has {}",
            got.0,
            got.1,
            expected.0,
            expected.1
        );
    }
    Ok(())
}
