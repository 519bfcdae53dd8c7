//! What has to be true of the rows for metrics to be right: keys identify, versions do not overlap, values are as declared.
//!
//! Invariants: derived from definitions alone, nothing is invented that no definition says; each assertion is made once, however
//! many metrics rest on it; names are unique, and stay the same whatever is asked beside them; knows nothing of warehouses.

mod broken;
mod derive;
mod footprint;
mod wording;

pub use broken::broken;
pub use derive::{own, shown_as, sources, unused, versions};
pub use wording::{columns, join as join_name, rows, says};

use crate::model::{ColumnId, DimensionId, GrainId, JoinId, MetricId, Model, RowExpr, SourceId};
use footprint::Footprints;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Something that rows have to keep.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// `orders__key`, `orders__amount__not_null`: unique, and a file's name.
    pub name: SmolStr,
    /// Whose rows.
    pub source: SourceId,
    pub what: What,
    /// The metrics that rest on it, in order of names.
    pub metrics: Vec<MetricId>,
    /// Joins that find at most one row because of it: the source that declares each, and which.
    pub joins: Vec<(SourceId, JoinId)>,
}

/// What is asserted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum What {
    /// No two rows have the same key.
    Key,
    NotNull(ColumnId),
    /// `check >= 0`: one of the conditions of a column, by its place.
    Check(ColumnId, usize),
    /// A cell is written as its type is, where the warehouse's own types do not see to that.
    Form(ColumnId),
    /// A join by columns that are not null finds a row.
    Match(JoinId),
    /// What begins by one does not end before it by the other.
    Interval(RowExpr, RowExpr),
    /// Of rows alike in some columns at most one is valid at a moment.
    Versions {
        on: Vec<ColumnId>,
        from: ColumnId,
        to: ColumnId,
    },
    /// `accepted 'EMEA', …`: the values of a dimension where they come from.
    Accepted(DimensionId, RowExpr),
    /// A calendar table has each day once.
    Days(GrainId),
    /// A calendar table leaves out no day.
    Gaps(GrainId),
    /// The days of a period follow each other.
    Apart(GrainId),
    /// Each period of the first grain lies in one of the second.
    Nested(GrainId, GrainId),
}

impl What {
    /// Whether definitions promise it. A join that finds nothing has a meaning: null.
    pub fn is_promised(&self) -> bool {
        !matches!(self, What::Match(_))
    }

    /// The kind of assertion, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Key => "key",
            What::NotNull(_) => "not_null",
            What::Check(..) => "check",
            What::Form(_) => "form",
            What::Match(_) => "match",
            What::Interval(..) => "interval",
            What::Versions { .. } => "versions",
            What::Accepted(..) => "accepted",
            What::Days(_) => "days",
            What::Gaps(_) => "gaps",
            What::Apart(_) => "apart",
            What::Nested(..) => "nested",
        }
    }
}

/// All that the metrics of a sound model rest on, in order of names.
pub fn assertions(model: &Model) -> Vec<Assertion> {
    let mut footprints = Footprints::new(model);
    let mut by_subject: FxHashMap<(SourceId, What), usize> = FxHashMap::default();
    let mut all: Vec<Assertion> = Vec::new();
    // What each fact asks for, by the fact's number.
    let mut asked: Vec<Option<Vec<usize>>> = Vec::new();
    for at in 0..model.metrics.len() {
        let id = MetricId(at as u32);
        let facts = footprints.of(id);
        asked.resize(footprints.facts.len(), None);
        for fact in facts {
            let asked = asked[fact as usize].get_or_insert_with(|| {
                let subjects = derive::subjects(model, &footprints.facts[fact as usize]);
                let place = |subject: (SourceId, What)| {
                    *by_subject.entry(subject).or_insert_with_key(|(source, what)| {
                        let name = derive::name(model, *source, what).into();
                        let what = what.clone();
                        all.push(Assertion { name, source: *source, what, metrics: Vec::new(), joins: Vec::new() });
                        all.len() - 1
                    })
                };
                subjects.into_iter().map(place).collect()
            });
            for subject in asked.iter() {
                let metrics = &mut all[*subject].metrics;
                if metrics.last() != Some(&id) {
                    metrics.push(id);
                }
            }
        }
    }
    for fact in &footprints.facts {
        if let Some((join, subject)) = derive::proof(model, fact)
            && let Some(at) = by_subject.get(&subject)
        {
            all[*at].joins.push(join);
        }
    }
    for assertion in &mut all {
        assertion.joins.sort();
    }
    derive::settle_names(&mut all);
    all
}
