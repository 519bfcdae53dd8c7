//! Metrics: what is computed from rows, and how values are combined.

use super::expr::Expr;
use super::source::{PerSource, RowExpr};
use super::time::{Grain, Period};
use super::types::{Type, Unit};
use super::{GrainId, MetricId, SourceId, TeamId};
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
    /// `rolling`, `to_date`, `cumulative`: `m` over a window that ends with the period.
    Window {
        inner: Box<MetricExpr>,
        window: Window,
        span: Span,
    },
    /// `prior(m, 1 year)`: `m` at the period that begins so much earlier.
    Prior {
        inner: Box<MetricExpr>,
        count: u32,
        unit: Grain,
        span: Span,
    },
    /// `start_of(m, month)`: `m` at the period of the asked grain that holds the start of the longer period.
    StartOf {
        inner: Box<MetricExpr>,
        period: Period,
        span: Span,
    },
    /// `fill(m, 0)`: a value where there is none; inside `per` also for the periods without rows.
    Filled {
        inner: Box<MetricExpr>,
        /// A constant.
        value: Box<MetricExpr>,
    },
    /// `follow(n after m by k within …)`: rows of `n`, each given to the latest row of `m` before it.
    Follow(Box<Follow>),
}

impl MetricLeaf {
    /// The metric expressions that it acts on; none for a measure and for a metric by name.
    pub fn inner(&self) -> Vec<&MetricExpr> {
        match self {
            MetricLeaf::Measure(_) | MetricLeaf::Metric(_) => Vec::new(),
            MetricLeaf::Filtered { inner, .. }
            | MetricLeaf::Total { inner, .. }
            | MetricLeaf::Window { inner, .. }
            | MetricLeaf::Prior { inner, .. }
            | MetricLeaf::StartOf { inner, .. }
            | MetricLeaf::Filled { inner, .. } => vec![inner],
            MetricLeaf::Per(per) => per.argument.iter().chain(&per.filter).collect(),
            MetricLeaf::Follow(follow) => vec![&follow.counted, &follow.after],
        }
    }
}

impl Measure {
    /// Every expression of rows in it but the axis.
    pub fn row_exprs(&self) -> impl Iterator<Item = &RowExpr> {
        let pick = self.pick.iter().flat_map(|pick| &pick.per);
        let until = self.alive.iter().map(|alive| &alive.until);
        self.argument.iter().chain(&self.filter).chain(&self.rows).chain(pick).chain(until)
    }
}

/// Which rows before a period's end are looked at. All end where the period (clipped by the range) ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Window {
    /// So much time.
    Rolling { count: u32, unit: Grain },
    /// From the start of the longer period that holds the period.
    ToDate(Period),
    /// Everything.
    Cumulative,
}

/// `follow(n after m by k within 7 days)`
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Follow {
    /// The rows that are counted: `n`. One measure, perhaps of another metric, perhaps filtered.
    pub counted: MetricExpr,
    /// The rows that they are given to: `m`. One measure too.
    pub after: MetricExpr,
    /// What has to be equal, on a row of `n` and on a row of `m`; null equals nothing.
    pub by: (RowExpr, RowExpr),
    /// How long after; without it any time.
    pub within: Option<(u32, Grain)>,
    pub span: Span,
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
    /// `last per account_id`: of the rows in a period only those at one moment.
    pub pick: Option<Pick>,
    /// `while … until`: the rows are intervals, and count where they hold a moment of the period. `axis` is then their start.
    pub alive: Option<Alive>,
    pub span: Span,
}

/// `last per account_id`: for each period and each of these, the rows at the greatest (least) time among the rows of the
/// definition, found before any other filter or key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pick {
    pub last: bool,
    pub per: Vec<RowExpr>,
}

/// `while started_at until ended_at`: half-open intervals; a null end is open.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Alive {
    pub until: RowExpr,
    pub moment: Moment,
}

/// Which moment of a period an interval has to hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Moment {
    /// The last before the period's end.
    Last,
    First,
    /// Any at all.
    Any,
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
    /// The same, by a grain that a calendar table declares.
    Declared(GrainId),
    /// A part of each measure's own axis.
    Part(super::time::Part),
    /// A column that each source reaches by its own path.
    Column(PerSource<RowExpr>),
}

impl Key {
    /// The kind of period, for a key that is one.
    pub fn period(&self) -> Option<Period> {
        match self.kind {
            KeyKind::Grain(grain) => Some(Period::Standard(grain)),
            KeyKind::Declared(id) => Some(Period::Declared(id)),
            KeyKind::Part(_) | KeyKind::Column(_) => None,
        }
    }

    /// Whether both are the same cut: the same period, or the same thing from every source that both know.
    pub fn is_same_cut(&self, other: &Key) -> bool {
        match (&self.kind, &other.kind) {
            (KeyKind::Grain(one), KeyKind::Grain(other)) => one == other,
            (KeyKind::Declared(one), KeyKind::Declared(other)) => one == other,
            (KeyKind::Part(one), KeyKind::Part(other)) => one == other,
            (KeyKind::Column(one), KeyKind::Column(other)) => {
                let mut shared = one.iter().filter_map(|(source, expr)| Some((expr, other.get(source)?))).peekable();
                shared.peek().is_some() && shared.all(|(one, other)| one.kind == other.kind)
            }
            _ => false,
        }
    }

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
    /// Sums of parts are the whole at one moment, but not over time: balances, stocks.
    SemiAdditive,
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
    pub inner_grains: Vec<Period>,
    /// The offsets of `prior`, which have to be whole periods.
    pub shifts: Vec<(u32, Grain)>,
    /// The periods of `to_date` and `start_of`, in which the periods asked for have to lie.
    pub holders: Vec<Period>,
    /// The axes of all its measures.
    pub axes: Vec<(SourceId, RowExpr)>,
    /// The axes of what stands under a window, `prior` or `start_of`: a filter or key that reads one is refused, for it would
    /// cut off what they look back on.
    pub looked_back: Vec<(SourceId, RowExpr)>,
    /// A window, `prior` or `start_of` acts on the very period that is asked for (not on one of an inner `per`).
    pub windowed: bool,
    pub shifted: bool,
    /// A `total` takes the period that is asked for away.
    pub totalled: bool,
    /// Has to know a period or a range: `prior` and `while`. The word for a message.
    pub needs_range: Option<&'static str>,
    /// Has to know a range even where a period is asked for: what is under a `total` over periods.
    pub needs_range_anyway: Option<&'static str>,
    /// Has to know a period: `start_of`.
    pub needs_period: Option<&'static str>,
    /// A moment is picked in each period (`first`/`last per`, `while`), which a date part alone does not give.
    pub picks: bool,
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
    /// `fill 0`: its value where it has none; every period of the spine then has a row.
    pub fill: Option<MetricExpr>,
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
