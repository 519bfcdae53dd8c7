//! Random models, rows and requests: what the definitions say, against every engine at hand.
//!
//! `ETALON_SEED=n` begins with another seed, `ETALON_PROPERTY_ROUNDS=n` goes on for so many rounds.

mod ask;
mod data;
mod lawful;
mod laws;
mod making;
mod metric;
mod of_groups;
mod of_rows;
mod of_time;
mod of_values;
mod random;
mod rounds;
mod row;
mod schema;
mod smaller;
#[path = "../support/mod.rs"]
mod support;
mod tally;
mod variants;

use rayon::prelude::*;
use support::engine;
use tally::Tally;

/// Rounds of a run that asks for no number of them: enough for [`COMPARED`].
const ROUNDS: u64 = 190;
/// Rounds in which the laws are tried.
const LAW_ROUNDS: u64 = 24;
/// Rounds that are made ready while the engines answer those before.
const BATCH: u64 = 8;

/// What a run of all rounds compares at least, and each operator in it with rows.
const COMPARED: usize = 20_000;
const BY_OPERATOR: usize = 50;
/// At most one request in so many is refused, by code of the checker or for want of a plan.
const REFUSED: usize = 4;
/// Every operator that has to have been compared.
const OPERATORS: [&str; 45] = [
    "+ - *",
    "at",
    "avg",
    "calendar table",
    "case, coalesce",
    "count",
    "count distinct",
    "count of values",
    "cumulative",
    "date part",
    "during",
    "fill",
    "fill attribute",
    "filter",
    "first",
    "first/last per",
    "follow",
    "function",
    "grain",
    "having",
    "key",
    "last",
    "limit",
    "max",
    "median",
    "metric()",
    "metric(until)",
    "min",
    "no metric",
    "order",
    "per",
    "per, compared",
    "percentile",
    "percentile_disc",
    "prior",
    "ratio",
    "rolling",
    "share",
    "spread",
    "start_of",
    "sum",
    "to_date",
    "total",
    "where",
    "while",
];

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn engines_say_what_the_definitions_say() {
    let first = number("ETALON_SEED", 1);
    let rounds = number("ETALON_PROPERTY_ROUNDS", ROUNDS);
    let mut engines = engine::at_hand(&engine::FAST);
    let mut tally = Tally::default();
    let prepare = |from: u64| -> Vec<_> {
        let until = (from + BATCH).min(first + rounds);
        (from..until).into_par_iter().map(rounds::prepare).collect()
    };
    let mut ready = prepare(first);
    let mut from = first;
    while !ready.is_empty() {
        from += BATCH;
        let (next, tallies) = std::thread::scope(|scope| {
            let ready = &ready;
            let runs: Vec<_> = engines
                .iter_mut()
                .map(|engine| {
                    scope.spawn(move || ready.iter().map(|round| rounds::run(engine, round)).collect::<Vec<_>>())
                })
                .collect();
            let next = prepare(from);
            let tallies: Vec<Tally> =
                runs.into_iter().flat_map(|run| run.join().expect("running a round does not panic")).collect();
            (next, tallies)
        });
        ready.iter().for_each(|round| tally.add(&round.tally));
        tallies.iter().for_each(|each| tally.add(each));
        ready = next;
    }
    tally.report();
    assert!(
        tally.faults_of_engines.len() * 1000 <= tally.compared,
        "too much is called a fault of an engine:\n{}",
        tally.faults_of_engines.join("\n")
    );
    assert!(
        tally.failures.is_empty() && tally.disagreements.is_empty(),
        "{}\n\n{}",
        tally.failures.join("\n\n"),
        tally.disagreements.join("\n")
    );
    let asked = tally.compared + tally.refused.values().sum::<usize>();
    let refused = asked - tally.compared;
    assert!(refused * REFUSED <= asked || engines.is_empty(), "{refused} of {asked} requests are refused");
    // A run of fewer rounds, or with an engine missing, says what it compared, and no more.
    if rounds >= ROUNDS && engines.len() == engine::FAST.len() {
        assert!(tally.compared >= COMPARED, "only {} requests were compared", tally.compared);
        let seldom = |operator: &&str| tally.by_operator.get(*operator).is_none_or(|count| *count < BY_OPERATOR);
        let seldom: Vec<&&str> = OPERATORS.iter().filter(|operator| seldom(operator)).collect();
        assert!(seldom.is_empty(), "compared fewer than {BY_OPERATOR} times: {seldom:?}");
    }
}

#[test]
fn laws_hold() {
    let first = number("ETALON_SEED", 1);
    let rounds = number("ETALON_PROPERTY_ROUNDS", LAW_ROUNDS);
    let mut engines = engine::at_hand(&["duckdb"]);
    let mut held = lawful::Held::default();
    for seed in first..first + rounds {
        lawful::hold(seed, engines.first_mut(), &mut held);
    }
    let lines: String = held.counts.iter().map(|(law, count)| format!("  {law:<48} {count:>6}\n")).collect();
    engine::report(&format!("\nlaws, held so many times:\n{lines}"));
    let laws = [
        "a filter and its complement make up everything",
        "a parent without children changes nothing",
        "a total is the value without the key",
        "a value does not depend on what is beside it",
        "digests are those of the meaning",
        "formatting changes nothing",
        "names change nothing",
        "parts add up to the whole",
        "the order of declarations changes nothing",
    ];
    let seldom = laws.iter().find(|law| held.counts.get(*law).is_none_or(|count| (*count as u64) < rounds));
    assert!(rounds < LAW_ROUNDS || seldom.is_none(), "hardly tried: {seldom:?}");
    assert!(
        held.broken.is_empty(),
        "{} broken\n{}",
        held.broken.len(),
        held.broken[..held.broken.len().min(3)].join("\n\n")
    );
}
