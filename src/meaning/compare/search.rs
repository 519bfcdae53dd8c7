//! The search for rows on which two metrics differ.

use super::contexts::{self, Context};
use super::difference::Bench;
use super::draw::{self, Dice, Moments};
use super::footprint::Footprint;
use super::schema::Schema;
use super::shrink::{self, Found};
use super::{Budget, Incomparable, Side, Verdict, witness};
use smol_str::SmolStr;

/// How many contexts the rows of one trial are asked in; the plainest is always among them.
const ASKED: usize = 4;
/// How many differences are made small, of which the smallest is shown.
const FINDS: usize = 8;
/// How many trials go on behind the first that found something.
const MORE: usize = 200;

/// What was done.
pub struct Ran {
    pub trials: usize,
    /// The sources whose rows either metric aggregates.
    pub measured: Vec<SmolStr>,
}

/// Makes up rows until the answers differ, and then makes them small.
pub fn search(a: Side, b: Side, budget: Budget) -> Result<Verdict, Incomparable> {
    let mut footprints = [a, b].map(|side| Footprint::of(side.model, side.metric));
    let sides = [(a.model, a.metric), (b.model, b.metric)];
    if contexts::nothing_shared(sides, &footprints) {
        return Err(Incomparable("they rest on no source in common, so that no rows fit both".to_owned()));
    }
    let contexts = contexts::contexts(sides, &footprints);
    if contexts.is_empty() {
        return Err(Incomparable("there are no keys and no range by which both can be asked for".to_owned()));
    }
    for Context { requests, .. } in &contexts {
        requests.iter().zip(&mut footprints).for_each(|(request, footprint)| footprint.add_request(request));
    }
    let [left, right] = &footprints;
    let schema = Schema::of([a.model, b.model], [left, right]).map_err(Incomparable)?;
    let bench = Bench::new(&schema, &contexts);
    let measured = [a, b].into_iter().flat_map(|side| {
        side.model.metric(side.metric).sources.iter().map(move |id| side.model.source(*id).name.clone())
    });
    let mut ran = Ran { trials: 0, measured: measured.collect() };
    match look(&bench, budget, &mut ran) {
        Some(found) => Ok(Verdict::Differ(Box::new(witness::show(&bench, found, &ran)))),
        None if ran.trials == 0 && budget.trials > 0 => Err(Incomparable(match bench.first_fault() {
            Some(fault) => format!("none of the rows made up could be evaluated: {fault}"),
            None => "none of the rows made up could be evaluated".to_owned(),
        })),
        None => Ok(Verdict::Unknown { trials: ran.trials }),
    }
}

fn look(bench: &Bench, budget: Budget, ran: &mut Ran) -> Option<Found> {
    let moments = Moments::of(bench.schema);
    let mut dice = Dice::new(budget.seed);
    let mut best: Option<Found> = None;
    let (mut finds, mut until) = (0, budget.trials);
    let mut trial = 0;
    while trial < until && finds < FINDS {
        let rows = draw::rows(bench.schema, &moments, &mut dice, trial);
        let count = bench.contexts.len();
        let others = (1..count).map(|at| 1 + (trial * (ASKED - 1) + at - 1) % (count - 1)).take(ASKED - 1);
        let asked: Vec<usize> = std::iter::once(0).chain(others).collect();
        let before = bench.answered();
        let difference = bench.difference(&rows, &asked);
        ran.trials += usize::from(bench.answered() > before);
        trial += 1;
        if let Some(difference) = difference {
            let found = shrink::fewest(bench, Found { rows, difference });
            if finds == 0 {
                until = until.min(trial + MORE);
            }
            finds += 1;
            if best.as_ref().is_none_or(|best| found.weight(bench) < best.weight(bench)) {
                best = Some(found);
            }
            if best.as_ref().is_some_and(Found::is_least) {
                break;
            }
        }
    }
    best.map(|best| shrink::plainest(bench, best))
}
