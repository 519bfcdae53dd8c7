//! What to compute, in which steps: `Model` + `Request` become a [`Plan`] of relations. No SQL words here.
//!
//! Invariants: every aggregate is computed at the grain of its own source before anything is combined, over joins that find
//! at most one row, so nothing fans out; a metric's value does not depend on what is planned beside it; whatever the request
//! was, each relation has one row for each combination of its keys.

mod asserted;
mod calendars;
mod days;
mod distinct;
mod ends;
mod follow;
mod frames;
mod inner;
mod line;
mod lookups;
mod measures;
mod planner;
mod scan;

pub use asserted::asserted;
pub use line::named;
pub use planner::plan;

use crate::model::{Aggregate, Calendar, Expr, Grain, JoinId, SourceId, Type};
use smol_str::SmolStr;

/// Relations in the order in which they are computed, and the result that is read from the last of them.
#[derive(Clone, Debug)]
pub struct Plan {
    pub calendar: Calendar,
    pub relations: Vec<Relation>,
    pub result: Result,
}

impl Plan {
    /// Every scan of a source.
    pub fn scans(&self) -> impl Iterator<Item = &Scan> {
        self.relations.iter().flat_map(|relation| match &relation.step {
            Step::Scan(scan) => vec![scan],
            Step::Follow(follow) => vec![&follow.after.scan, &follow.counted.scan],
            _ => Vec::new(),
        })
    }
}

/// A relation by its place in [`Plan::relations`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RelationId(pub usize);

/// Rows with keys first and values after them. The keys identify a row.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Unique within the plan.
    pub name: SmolStr,
    pub keys: Vec<Column>,
    pub values: Vec<Column>,
    pub step: Step,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: SmolStr,
    pub ty: Type,
}

#[derive(Clone, Debug)]
pub enum Step {
    Scan(Scan),
    Stack(Stack),
    Fold(Fold),
    Compute(Rows),
    Bounds(Vec<RelationId>),
    Spine(Spine),
    Dense(Dense),
    Divide(Divide),
    Regroup(Regroup),
    Changes(Changes),
    Follow(Box<Follow>),
    Succession(Box<Succession>),
}

/// Every combination of the other keys of a relation with every period of a spine: keys, and no values.
#[derive(Clone, Debug)]
pub struct Dense {
    pub base: RelationId,
    pub spine: RelationId,
    /// For each key of the base the key of the spine that takes its place.
    pub labels: Vec<Option<usize>>,
    /// Keys of the base and of the spine that are equal.
    pub on: Vec<(usize, usize)>,
}

/// The periods of a spine within each stretch of a relation, clipped by it.
#[derive(Clone, Debug)]
pub struct Divide {
    pub outer: RelationId,
    pub spine: RelationId,
    /// The stretches have no beginning.
    pub open: bool,
}

/// Values by days, grouped by the stretches that hold the days: what adds up is summed by day once, and read as days as often as
/// stretches overlap.
#[derive(Clone, Debug)]
pub struct Regroup {
    /// Its first key is the day.
    pub base: RelationId,
    /// Nothing where each day is read once, by the periods that it lies in.
    pub stretches: Option<RelationId>,
    /// The stretches have no beginning.
    pub open: bool,
    /// Each stretch reads one whole day.
    pub one_day: bool,
    /// For each key a key of the base, or of the stretches.
    pub keys: Vec<Regrouped>,
    /// For each value: which value of the base, and how those of several days become one.
    pub folds: Vec<(usize, Aggregate)>,
    /// Where there is one stretch for each day, one after the other: how far back it reaches.
    pub running: Option<Running>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regrouped {
    Base(usize),
    Label(usize),
    /// The period that the day lies in.
    Period(Grain),
}

/// How many values more, or fewer, there are than the day before, counted each once however many days of a window have it: from
/// values by day, which are the last key of the base as the day is the first. Their running sums are distinct counts, in time
/// linear in the values.
#[derive(Clone, Debug)]
pub struct Changes {
    pub base: RelationId,
    pub counted: Counted,
}

/// From a day that has a value, until when it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// So many days, or until the next day that has it.
    Days(u32),
    /// To the end of the period.
    Within(Grain),
    Forever,
}

/// What is read of days in their order, up to each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Running {
    /// So many, the day itself among them.
    Days(u32),
    /// From where the stretch begins to be read, which days of one period have in common.
    SinceStart,
    SinceEver,
    /// From the beginning, of changes: the first value of the base is their sum, and nothing is left where the sum of the second
    /// is 0.
    Changes {
        /// They start again where the stretches begin to be read.
        within: bool,
    },
}

/// Rows of a relation that are stretches, each with the one that begins next: where that one begins too early, or too late.
#[derive(Clone, Debug)]
pub struct Succession {
    pub base: RelationId,
    /// Only rows alike in these follow each other; a null is alike to nothing.
    pub within: Vec<Slot>,
    /// What orders rows that begin at once.
    pub ties: Vec<Slot>,
    /// Null: open.
    pub begins: Expr<Slot>,
    /// The first moment after it; null: open. What has no moment is left out.
    pub ends: Expr<Slot>,
    /// Moments between the two are looked for; otherwise moments that lie in both.
    pub gaps: bool,
}

/// Rows, each given to the latest row of another side before it, grouped by what that one is.
#[derive(Clone, Debug)]
pub struct Follow {
    pub counted: FollowSide,
    pub after: FollowSide,
    pub within: Option<(u32, Grain)>,
    pub same_source: bool,
    pub keys: Vec<Expr<Carried>>,
    pub filter: Vec<Expr<Carried>>,
    pub stretches: Option<RelationId>,
    /// What joins a pair to the stretches that hold it.
    pub on: Vec<Expr<Carried>>,
    pub fold: Folded<Carried>,
}

/// One side: its rows by their key (the keys of the scan), whose each is, when, and what is carried along by name.
#[derive(Clone, Debug)]
pub struct FollowSide {
    pub scan: Scan,
    pub by: Expr<Cell>,
    pub at: Expr<Cell>,
    pub carried: Vec<(SmolStr, Expr<Cell>)>,
}

/// What is read of a pair.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Carried {
    Column(SmolStr),
    Label(usize),
    Stretch(usize),
    Now,
}

/// A dense calendar: one row for each period from the one that holds the first moment of the bounds to the one that holds the
/// last, cut by a range.
#[derive(Clone, Debug)]
pub struct Spine {
    /// What is stepped by: it lies in the period of each label.
    pub grain: Grain,
    /// What each key of the relation is the name of.
    pub labels: Vec<SpineLabel>,
    /// Its moments are in UTC, and not wall time.
    pub universal: bool,
    /// No label's period lies in all others: the rows are the parts that the periods of the labels have in common.
    pub parts: bool,
    /// A relation without keys: the first moment and the last, or no row.
    pub bounds: RelationId,
    pub from: Option<Expr<Cell>>,
    pub until: Option<Expr<Cell>>,
}

/// A kind of period that a spine names its rows by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpineLabel {
    Grain(Grain),
    /// By the day the first and the last day of the period that a calendar table has it in; days that it lacks are in none.
    Calendar(RelationId),
}

/// The stretches of time that a scan reads by, instead of the periods of its own axis.
#[derive(Clone, Debug)]
pub struct Stretches {
    pub relation: RelationId,
    /// What joins a row to the stretches that hold it.
    pub on: Vec<Expr<Cell>>,
}

/// Rows of one source with the rows they lead to, grouped by keys and aggregated.
#[derive(Clone, Debug)]
pub struct Scan {
    pub source: SourceId,
    /// Tables joined, each at most one row for a row: table 0 is the source, table n is `hops[n - 1]`.
    pub hops: Vec<Hop>,
    pub stretches: Option<Stretches>,
    pub pick: Option<ScanPick>,
    pub lookups: Vec<ScanLookup>,
    pub keys: Vec<Expr<Cell>>,
    /// What every row satisfies.
    pub filter: Vec<Expr<Cell>>,
    pub folds: Vec<Folded<Cell>>,
}

/// Of the rows read only those at the last (first) moment of each part.
#[derive(Clone, Debug)]
pub struct ScanPick {
    pub last: bool,
    pub moment: Expr<Cell>,
    /// What has a moment of its own: the periods asked for, and in each of them the parts.
    pub periods: Vec<Expr<Cell>>,
    pub per: Vec<Expr<Cell>>,
    /// The rows among which the moment is found. The filter of the scan, and of its folds, comes after.
    pub among: Vec<Expr<Cell>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The table that the join is declared for.
    pub from: usize,
    pub join: JoinId,
    pub source: SourceId,
    /// Columns of both tables that are equal: here, there.
    pub on: Vec<(Expr<Cell>, Expr<Cell>)>,
    /// What holds of the version that is found, besides.
    pub valid: Vec<Expr<Cell>>,
}

/// A relation with at most one row for each row of the scan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScanLookup {
    pub relation: RelationId,
    /// Values of the scan's row, one for each key of the relation.
    pub keys: Vec<Expr<Cell>>,
    /// A null key finds the null row.
    pub null_matches: bool,
}

/// What a scan's expressions are made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cell {
    /// A column of the table's source; never a derived one.
    Column { table: usize, column: crate::model::ColumnId },
    /// What is in a column of the table, unread: whatever it is.
    AsStored { table: usize, column: crate::model::ColumnId },
    /// Whether that is written as the column's type is; the type of the leaf has the column's base.
    WellFormed { table: usize, column: crate::model::ColumnId },
    /// A value of a looked-up relation.
    Lookup { lookup: usize, value: usize },
    /// The wall time now.
    Now,
    /// The name of a stretch's period: a key of its relation.
    Label(usize),
    /// A moment of a stretch: a value of its relation.
    Stretch(usize),
}

/// One aggregate over rows whose expressions are over `L`.
#[derive(Clone, Debug)]
pub struct Folded<L> {
    pub aggregate: Aggregate,
    pub argument: Option<Expr<L>>,
    /// Only rows for which all of these are true.
    pub filter: Vec<Expr<L>>,
    /// Without a row for which all of these are true, the value is null even if the aggregate of nothing would be 0.
    /// Empty: there is always a row.
    pub exists: Vec<Expr<L>>,
    /// For `first` and `last`: what the rows are ordered by.
    pub order: Vec<Expr<L>>,
    pub ty: Type,
}

/// Relations with the same keys, put together: a row for each combination of keys that any of them has. Each value column
/// comes from one of them.
#[derive(Clone, Debug)]
pub struct Stack {
    pub inputs: Vec<RelationId>,
    /// For each value column: which input, and which of its values.
    pub values: Vec<(usize, usize)>,
}

/// Rows aggregated over some of their keys.
#[derive(Clone, Debug)]
pub struct Fold {
    pub rows: Rows,
    /// The keys of the base that stay.
    pub keys: Vec<usize>,
    pub folds: Vec<Folded<Slot>>,
}

/// A relation with others attached to each of its rows, and expressions over all their values.
#[derive(Clone, Debug)]
pub struct Rows {
    pub base: RelationId,
    pub attached: Vec<Attached>,
    /// Empty for a fold, which has its own expressions.
    pub outputs: Vec<Expr<Slot>>,
}

#[derive(Clone, Debug)]
pub struct Attached {
    pub relation: RelationId,
    /// For each key of the attached relation, what equals it (null equals null), of the base alone.
    pub keys: Vec<Expr<Slot>>,
}

/// A key or value of the base (relation 0) or of an attached relation (from 1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Slot {
    /// The wall time now.
    Now,
    Key(usize),
    Value {
        relation: usize,
        value: usize,
    },
}

/// What is read in the end.
#[derive(Clone, Debug)]
pub struct Result {
    pub rows: Rows,
    /// The columns: keys of the base, then `rows.outputs`.
    pub columns: Vec<Column>,
    pub having: Option<Expr<Slot>>,
    /// Columns by place, and whether descending.
    pub order: Vec<(usize, bool)>,
    pub limit: Option<u64>,
}
