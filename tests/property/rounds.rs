//! A round: one random world, its requests compiled and evaluated, and what every engine answers.

use super::making::{self, Made};
use super::number;
use super::smaller;
use super::support::holding;
use super::support::world::{Query, Sound, World};
use super::tally::Tally;
use crate::support::engine::{self, Engine};
use etalon::meaning;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

/// Failures that were made smaller and are told in full; of the others the seeds are.
static SHOWN: AtomicU64 = AtomicU64::new(0);

/// The code of a statement that does not pass its own vetting: a fault of the compiler.
const NOT_VETTED: &str = "E0602";

/// A world ready to be put to engines.
pub struct Prepared {
    pub seed: u64,
    pub made: Made,
    pub sound: Sound,
    pub asks: Vec<Ask>,
    pub tally: Tally,
}

/// A request that the compiler took, with what the definitions say.
pub struct Ask {
    pub query: Query,
    pub operators: BTreeSet<&'static str>,
    pub expected: meaning::Answer,
    /// One for each engine.
    pub sql: Vec<Result<String, String>>,
}

/// Makes and reads the world of a seed, and compiles and evaluates its requests.
pub fn prepare(seed: u64) -> Prepared {
    let made = making::make(seed);
    let mut sound = made.world.read().unwrap_or_else(|said| panic!("seed {seed} is sound: {said}\n{}", made.world));
    let mut tally = Tally::default();
    tally.definitions(&made);
    let mut asks = Vec::new();
    for (query, operators) in &made.queries {
        match catch_unwind(AssertUnwindSafe(|| ask(&mut sound, query))) {
            Ok(Ok((expected, sql))) => {
                for said in sql.iter().filter_map(|sql| sql.as_ref().err()) {
                    tally.refused(said);
                    if said.starts_with(NOT_VETTED) {
                        tally.failures.push(told(seed, said, &mut not_vetted, &made.world, query));
                    }
                }
                asks.push(Ask { query: query.clone(), operators: operators.clone(), expected, sql });
            }
            Ok(Err(said)) => {
                (0..engine::FAST.len()).for_each(|_| tally.refused(&said));
                if said.starts_with(NOT_VETTED) {
                    tally.failures.push(told(seed, &said, &mut not_vetted, &made.world, query));
                }
            }
            Err(_) => tally.failures.push(told(seed, "the compiler panics", &mut panics, &made.world, query)),
        }
    }
    Prepared { seed, made, sound, asks, tally }
}

/// What the definitions say and the statements, or why not.
pub fn ask(sound: &mut Sound, query: &Query) -> Result<(meaning::Answer, Vec<Result<String, String>>), String> {
    let request = sound.request(query)?;
    let sql = sound.compile(&request, &engine::FAST);
    if let Some(Err(said)) = sql.iter().find(|sql| sql.is_err())
        && sql.iter().all(Result::is_err)
    {
        return Err(said.clone());
    }
    Ok((holding::evaluated(sound, &request)?, sql))
}

/// Puts all requests of a round to an engine.
pub fn run(engine: &mut Engine, round: &Prepared) -> Tally {
    let mut tally = Tally::default();
    let place = engine::FAST.iter().position(|name| *name == engine.name).expect("the engine is one of them");
    let seed = round.sound.seed(engine.name);
    if let Err(error) = engine.reset().and_then(|()| engine.run(&seed)) {
        tally.failures.push(format!("seed {} on {}: {error}\n{}", round.seed, engine.name, round.made.world));
        return tally;
    }
    let mut failed: Option<(&Ask, String)> = None;
    for ask in &round.asks {
        let Ok(sql) = &ask.sql[place] else { continue };
        tally.compared(&ask.operators, !ask.expected.rows.is_empty());
        if let Err(found) = held(engine, sql, ask) {
            if is_fault_of_engine(engine, sql, ask) {
                tally.faults_of_engines.push(format!("seed {} on {}: {}", round.seed, engine.name, ask.query));
                continue;
            }
            tally.disagreements.push(format!("seed {} on {}: {}", round.seed, engine.name, ask.query));
            failed.get_or_insert((ask, found));
        }
    }
    if let Some((ask, found)) = failed {
        let shown = SHOWN.fetch_add(1, Ordering::Relaxed) < number("ETALON_PROPERTY_SHOWN", 3);
        if !shown {
            return tally;
        }
        let smaller =
            smaller::shrink(&mut |world, query| difference(engine, world, query), &round.made.world, &ask.query);
        let found = match &smaller {
            Some(smaller) => format!("{}\n{}\n{}", smaller.world, smaller.query, smaller.found),
            None => format!("{}\n{}\n{found}", round.made.world, ask.query),
        };
        tally.failures.push(format!("==== ETALON_SEED={} on {}\n{found}", round.seed, engine.name));
    }
    tally
}

/// Whether the engine says what the definitions say; the error shows the statement and both answers.
fn held(engine: &mut Engine, sql: &str, ask: &Ask) -> Result<(), String> {
    let answer = engine.query(sql).map_err(|error| format!("{error}\n{sql}"))?;
    let ordered = ask.query.order.is_some() || ask.query.limit.is_some();
    holding::same(&ask.expected, &answer, ordered, engine.name).map_err(|both| format!("{both}\n{sql}"))
}

/// Whether an engine answers otherwise by a known fault of its own: DuckDB 1.5.1 to 1.5.5 takes two parts of a statement with the
/// same joins and different columns for one (duckdb#25819), and is right without the optimizer that does.
fn is_fault_of_engine(engine: &mut Engine, sql: &str, ask: &Ask) -> bool {
    if engine.name != "duckdb" {
        return false;
    }
    let without = engine.run("SET disabled_optimizers = 'common_subplan'").and_then(|()| held(engine, sql, ask));
    without.is_ok() & engine.run("RESET disabled_optimizers").is_ok()
}

/// A failure of the compiler, made smaller.
fn told(
    seed: u64,
    said: &str,
    fails: &mut dyn FnMut(&World, &Query) -> Option<String>,
    world: &World,
    query: &Query,
) -> String {
    let smaller = smaller::shrink(fails, world, query);
    let (world, query) = smaller.as_ref().map_or((world, query), |it| (&it.world, &it.query));
    format!("==== ETALON_SEED={seed}: {said}\n{world}\n{query}")
}

/// Whether the compiler makes a statement that its own vetting does not let through.
fn not_vetted(world: &World, query: &Query) -> Option<String> {
    let mut sound = world.read().ok()?;
    let request = sound.request(query).ok()?;
    sound
        .compile(&request, &engine::FAST)
        .into_iter()
        .find_map(|sql| sql.err().filter(|said| said.starts_with(NOT_VETTED)))
}

/// Whether the compiler or the evaluator panics.
fn panics(world: &World, query: &Query) -> Option<String> {
    let mut sound = world.read().ok()?;
    catch_unwind(AssertUnwindSafe(|| ask(&mut sound, query).ok())).err().map(|_| "a panic".to_owned())
}

/// How an engine and the definitions differ about a request of a world, if they do.
fn difference(engine: &mut Engine, world: &World, query: &Query) -> Option<String> {
    let place = engine::FAST.iter().position(|name| *name == engine.name)?;
    let mut sound = world.read().ok()?;
    let (expected, sql) = catch_unwind(AssertUnwindSafe(|| ask(&mut sound, query))).ok()?.ok()?;
    let statement = sql[place].as_ref().ok()?;
    engine.reset().and_then(|()| engine.run(&sound.seed(engine.name))).ok()?;
    let ask = Ask { query: query.clone(), operators: BTreeSet::new(), expected, sql: sql.clone() };
    held(engine, statement, &ask).err().filter(|_| !is_fault_of_engine(engine, statement, &ask))
}
