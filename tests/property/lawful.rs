//! Puts the laws to the test: on the evaluator, and on an engine.

use super::laws::{self, Case};
use super::making;
use super::random::Random;
use super::rounds;
use super::support::holding;
use super::support::world::Sound;
use crate::support::engine::{self, Engine};
use etalon::meaning::canonical;
use std::collections::BTreeMap;

/// How often each law was held against answers, by law and by who answered; and what broke one.
#[derive(Default)]
pub struct Held {
    pub counts: BTreeMap<&'static str, usize>,
    pub broken: Vec<String>,
}

/// The laws in the world of one seed.
pub fn hold(seed: u64, mut engine: Option<&mut Engine>, held: &mut Held) {
    let made = making::make(seed);
    let random = &mut Random(seed ^ 0x1aa5);
    let Case { worlds, checks } = laws::of(random, &made);
    let mut sound: Vec<Sound> = worlds
        .iter()
        .map(|world| world.read().unwrap_or_else(|said| panic!("seed {seed}: a variant is sound: {said}\n{world}")))
        .collect();
    digests(seed, &sound, held);
    // The requests of a world are put to it one after the other, so that each world is loaded once.
    let mut answers: BTreeMap<(usize, usize), (holding::Cells, Option<holding::Cells>)> = BTreeMap::new();
    for (place, sound) in sound.iter_mut().enumerate() {
        let mut loaded = false;
        for (at, check) in checks.iter().enumerate() {
            for (number, (_, query)) in check.asks.iter().enumerate().filter(|(_, (world, _))| *world == place) {
                let Ok((expected, sql)) = rounds::ask(sound, query) else { continue };
                let mut given = None;
                if let Some(engine) = engine.as_deref_mut() {
                    let own = engine::FAST.iter().position(|name| *name == engine.name).unwrap_or_default();
                    if !loaded {
                        let seeded = engine.reset().and_then(|()| engine.run(&sound.seed(engine.name)));
                        seeded.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
                        loaded = true;
                    }
                    if let Ok(sql) = &sql[own] {
                        match engine.query(sql) {
                            Ok(answer) => given = Some(holding::engine_cells(&answer, &expected, engine.name)),
                            Err(error) => held.broken.push(format!("seed {seed}: {query}\n{error}\n{sql}")),
                        }
                    }
                }
                answers.insert((at, number), (holding::evaluated_cells(&expected), given));
            }
        }
    }
    for (at, check) in checks.iter().enumerate() {
        let all: Vec<_> = (0..check.asks.len()).filter_map(|number| answers.get(&(at, number))).collect();
        if all.len() < check.asks.len() {
            continue;
        }
        let evaluated: Vec<_> = all.iter().map(|(evaluated, _)| evaluated.clone()).collect();
        let given: Option<Vec<_>> = all.iter().map(|(_, given)| given.clone()).collect();
        for (who, cells) in [("the definitions", Some(evaluated)), ("an engine", given)] {
            let Some(cells) = cells.filter(|cells| cells.iter().any(|rows| !rows.is_empty())) else { continue };
            *held.counts.entry(check.law).or_default() += 1;
            if !(check.holds)(&cells) {
                let asked: Vec<String> = check.asks.iter().map(|(_, query)| query.to_string()).collect();
                let (one, asked) = (&worlds[0], asked.join("\n"));
                held.broken.push(format!("seed {seed}, by {who}: {}\n{asked}\n{cells:?}\n{one}", check.law));
            }
        }
    }
}

/// Names, order and format are in no digest, but names of sources and columns are.
fn digests(seed: u64, sound: &[Sound], held: &mut Held) {
    let of = |at: usize| -> BTreeMap<String, String> {
        let model = &sound[at].model;
        let digests = canonical::digests(model);
        model
            .metrics
            .iter()
            .zip(digests)
            .map(|(metric, digest)| (metric.name.to_string(), digest.to_string()))
            .collect()
    };
    let first = of(0);
    for at in [3, 4] {
        *held.counts.entry("digests are those of the meaning").or_default() += first.len();
        if of(at) != first {
            held.broken.push(format!("seed {seed}: digests differ"));
        }
    }
}
