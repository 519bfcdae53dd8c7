//! Whether two metrics mean the same, and where they do not, the smallest rows found on which they differ.
//!
//! A proof is a proof: no number of trials without a difference is ever called equal.

mod align;
mod alike;
mod cases;
mod contexts;
mod difference;
mod direction;
mod draw;
mod footprint;
mod lattice;
mod pairs;
mod schema;
mod search;
mod shrink;
mod signs;
mod truth;
mod witness;

pub use direction::{Direction, Moves, Scope};
pub use witness::{Shown, Witness};

use super::canonical;
use crate::model::{MetricId, Model, RowExpr, SourceId};
use align::Aligned;
use cases::Relation;
use footprint::Footprint;
use smol_str::SmolStr;

/// A metric of a model.
#[derive(Clone, Copy)]
pub struct Side<'m> {
    pub model: &'m Model,
    pub metric: MetricId,
}

/// How long a difference is looked for, and where the search begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    pub trials: usize,
    pub seed: u64,
}

impl Budget {
    /// The most rows that a source has in one trial.
    pub fn rows(self) -> usize {
        draw::most_rows(self.trials)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Budget { trials: 2000, seed: 1 }
    }
}

/// What two metrics are to each other.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// Their digests are equal.
    Same,
    /// Their formulas are alike, and their conditions are satisfied by the same rows.
    SameByProof {
        /// The cases that were gone through.
        cells: usize,
    },
    Differ(Box<Witness>),
    /// No difference was found, which proves nothing.
    Unknown {
        /// How often rows were made up on which both could be evaluated.
        trials: usize,
    },
}

/// A verdict, and what can be said of the change from the first metric to the second.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    pub verdict: Verdict,
    pub direction: Direction,
    /// Where the formulas are alike: the conditions that only one side has, measure by measure.
    pub conditions: Option<Vec<Apart>>,
    /// What differs beside the values.
    pub notes: Vec<String>,
}

/// The conditions on the rows of a source that only one side has.
#[derive(Clone, PartialEq, Debug)]
pub struct Apart {
    pub sources: [SourceId; 2],
    pub conditions: [Vec<RowExpr>; 2],
}

/// Why two metrics could not be compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incomparable(pub String);

/// What is known of a change without looking for rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Course {
    /// The cases that were gone through, where it is proved that no value changes.
    pub same: Option<usize>,
    pub direction: Direction,
    /// Where the formulas are alike: the conditions that only one side has, measure by measure.
    pub conditions: Option<Vec<Apart>>,
    /// What differs beside the values.
    pub notes: Vec<String>,
}

/// Where a change from the first to the second leads, of two whose digests differ.
pub fn course(a: Side, b: Side) -> Course {
    let notes = notes(a, b);
    let [left, right] = [a, b].map(|side| &side.model.metric(side.metric).formula);
    let one_calendar = a.model.calendar == b.model.calendar;
    let aligned = align::align((a.model, left), (b.model, right)).filter(|_| one_calendar && same_outside(a, b));
    let same = aligned.as_ref().and_then(align::cells_if_equal).filter(|_| notes.is_empty());
    let direction = match same {
        Some(_) => UNMOVED,
        None => direction::direction(aligned.as_ref()),
    };
    Course { same, direction, conditions: aligned.as_ref().map(apart), notes }
}

/// Where nothing leads elsewhere.
const UNMOVED: Direction =
    Direction { scope: Scope::Same, value: Moves { rise: false, fall: false, vanish: false, appear: false } };

/// Holds two metrics against each other. Fails where no rows can be made up that both can be evaluated on.
pub fn compare(a: Side, b: Side, budget: Budget) -> Result<Comparison, Incomparable> {
    if same_digest(a, b) {
        let notes = notes(a, b);
        return Ok(Comparison { verdict: Verdict::Same, direction: UNMOVED, conditions: None, notes });
    }
    let Course { same, direction, conditions, notes } = course(a, b);
    let verdict = match same {
        Some(cells) => Verdict::SameByProof { cells },
        None => search::search(a, b, budget)?,
    };
    Ok(Comparison { verdict, direction, conditions, notes })
}

/// The names of all sources that a metric rests on, however far away.
pub fn rests_on(side: Side) -> Vec<SmolStr> {
    let footprint = Footprint::of(side.model, side.metric);
    footprint.sources.iter().map(|source| side.model.source(*source).name.clone()).collect()
}

/// Whether both have one digest.
fn same_digest(a: Side, b: Side) -> bool {
    canonical::digest(a.model, a.metric) == canonical::digest(b.model, b.metric)
}

/// What is declared of both beside the formula and has a bearing on values.
fn same_outside(a: Side, b: Side) -> bool {
    let [one, other] = [a, b].map(|side| side.model.metric(side.metric));
    let fill = |metric: &crate::model::Metric| metric.fill.as_ref().map(|value| alike::constant(value).cloned());
    fill(one) == fill(other) && one.ty.base == other.ty.base
}

fn notes(a: Side, b: Side) -> Vec<String> {
    let [one, other] = [a, b].map(|side| side.model.metric(side.metric));
    let mut notes = Vec::new();
    if one.unit != other.unit || one.percent != other.percent {
        let said =
            |metric: &crate::model::Metric| if metric.percent { "percent".to_owned() } else { metric.unit.to_string() };
        notes.push(format!("the units differ: {} and {}", said(one), said(other)));
    }
    let [calendar, other] = [a, b].map(|side| &side.model.calendar);
    if calendar.timezone != other.timezone {
        notes.push(format!("the time zones differ: {} and {}", calendar.timezone, other.timezone));
    }
    if calendar.week_starts != other.week_starts {
        notes.push("weeks start on different days".to_owned());
    }
    if calendar.year_starts != other.year_starts {
        notes.push("years start in different months".to_owned());
    }
    notes
}

/// The conditions that have no partner on the other side, of all measures whose conditions are not equal.
fn apart(aligned: &Aligned) -> Vec<Apart> {
    let mut all: Vec<Apart> = Vec::new();
    align::pairs(aligned, &mut |pair| {
        let equal = |it: pairs::Relations| it.exist == Relation::Equal && it.count == Relation::Equal;
        if !pair.relations().is_some_and(equal) {
            let apart = pair.apart();
            if !all.contains(&apart) {
                all.push(apart);
            }
        }
    });
    all
}
