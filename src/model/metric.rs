//! Metrics: what is computed from rows, and how values are combined.

use super::expr::Expr;
use super::source::{PerSource, RowExpr};
use super::time::Grain;
use super::types::{Type, Unit};
use super::{MetricId, SourceId, TeamId};
use crate::source::Span;
use smol_str::SmolStr;

/// An expression of metrics.
pub type MetricExpr = Expr<MetricLeaf>;

/// What a metric expression is made of: changes of context (LANGUAGE: "metric operators").
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum MetricLeaf {
    Measure(Box<Measure>),
    /// Another metric, by its name.
    Metric(MetricId),
    /// `m where p`: `p` reaches every measure under `m`, each by its own source.
    Filtered {
        inner: Box<MetricExpr>,
        filter: PerSource<RowExpr>,
    },
    /// `total(m over …)`: `m` with some keys taken out.
    Total {
        inner: Box<MetricExpr>,
        over: Over,
    },
    /// `agg(m per …)`: `m` for each combination of the outer keys and these, then aggregated over these.
    Per(Box<Per>),
}

/// Which keys `total` takes out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Over {
    /// Every key that is not of time.
    EveryDimension,
    /// These, if they are there.
    Keys(Vec<Key>),
    /// Every key that is not of time, but for these.
    Except(Vec<Key>),
}

/// An aggregate of the rows of one source.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Measure {
    pub aggregate: Aggregate,
    pub source: SourceId,
    /// The time axis: of the source, unless `at` names another. `None` where the source has no time.
    pub axis: Option<RowExpr>,
    /// What is aggregated; nothing for `count()`.
    pub argument: Option<RowExpr>,
    /// The aggregate's own `where`. It never decides whether there is a value.
    pub filter: Option<RowExpr>,
    /// The definition's `from … where`: without a row that satisfies it the value is null.
    pub rows: Option<RowExpr>,
    pub span: Span,
}

/// How many values become one. Nulls are ignored, but by `Count`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Aggregate {
    /// `count()`: rows.
    Count,
    /// `count(x)`: values that are not null.
    CountValues,
    CountDistinct,
    Sum,
    /// A double.
    Avg,
    Min,
    Max,
    /// Position 1 + p(n-1) among the sorted values, interpolated: a double. p is `digits` / 10^`scale`, in 0..=1.
    PercentileCont {
        digits: u64,
        scale: u8,
    },
    /// The value in row ceil(p·n), at least the first.
    PercentileDisc {
        digits: u64,
        scale: u8,
    },
    Stddev {
        population: bool,
    },
    Variance {
        population: bool,
    },
    /// At the least (time, key); the value may be null.
    First,
    /// At the greatest (time, key); the value may be null.
    Last,
    ApproxCountDistinct,
}

/// `agg(m where p per k)`
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Per {
    pub aggregate: Aggregate,
    /// What is aggregated: metrics in the inner context; nothing for `count(per k)` and `count(where p per k)`.
    pub argument: Option<MetricExpr>,
    /// The aggregate's own `where`, over metrics in the inner context.
    pub filter: Option<MetricExpr>,
    pub keys: Vec<Key>,
    pub span: Span,
}

/// A grouping key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    /// The name of its column in a result.
    pub name: SmolStr,
    pub kind: KeyKind,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum KeyKind {
    /// The period of each measure's own axis.
    Grain(Grain),
    /// A part of each measure's own axis.
    Part(super::time::Part),
    /// A column that each source reaches by its own path.
    Column(PerSource<RowExpr>),
}

impl Key {
    pub fn is_time(&self) -> bool {
        !matches!(self.kind, KeyKind::Column(_))
    }
}

/// How a metric's values for parts of a whole make up the value for the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Additivity {
    /// Sums of parts are the whole.
    Additive,
    /// The least (greatest) of parts is that of the whole.
    Reaggregable,
    NonAdditive,
}

/// What the measures under a metric have to do with time.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TimeFacts {
    /// A source of it that has no time axis.
    pub timeless: Option<SourceId>,
    /// A source of it whose axis is a date, so that nothing below a day can be asked.
    pub whole_days: Option<SourceId>,
    /// A source of it whose axis is an instant.
    pub instants: Option<SourceId>,
    /// The grains of its `per`.
    pub inner_grains: Vec<Grain>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    Draft,
    Official,
    Deprecated { since: Option<jiff::civil::Date>, instead: Option<MetricId> },
}

/// A metric with everything that is declared of it.
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: SmolStr,
    pub title: Option<String>,
    pub formula: MetricExpr,
    pub ty: Type,
    pub additivity: Additivity,
    /// The sources of all its measures, each once, in order of id.
    pub sources: Vec<SourceId>,
    pub time: TimeFacts,
    /// Every measure of it stands under `total`, so that it has no rows of its own.
    pub only_totals: bool,
    pub means: Option<String>,
    pub owner: Option<TeamId>,
    pub agreed_by: Vec<TeamId>,
    /// The declared unit, else the derived one.
    pub unit: Unit,
    /// `unit percent`: shown as per cent; the value stays a fraction.
    pub percent: bool,
    pub also: Vec<String>,
    pub guardrails: Vec<MetricId>,
    pub variant_of: Option<(MetricId, String)>,
    pub status: Status,
    pub goal_up: Option<bool>,
    pub format: Option<String>,
    /// The grain it is published at, and whether that was said.
    pub grain: Option<Grain>,
    /// The cuts that `compile` publishes.
    pub by: Vec<Key>,
    /// `only by`: no other cut may be asked for.
    pub only_by: bool,
    pub tags: Vec<SmolStr>,
    pub tier: Option<SmolStr>,
    pub span: Span,
    pub name_span: Span,
}
