//! The typed, sound meaning of all files: what every tool reads.
//!
//! Invariants: knows nothing of how it was written (but for spans to point at) and nothing of warehouses. Once the gate is
//! passed no [`types::Base::Broken`] is left in it.

pub mod expr;
pub mod metric;
pub mod request;
pub mod source;
pub mod time;
pub mod types;
pub mod zone;

pub use expr::{Expr, Function, Kind, Literal};
pub use metric::{
    Additivity, Aggregate, Alive, Follow, Key, KeyKind, Measure, Metric, MetricExpr, MetricLeaf, Moment, Over, Per,
    Pick, Status, TimeFacts, Window,
};
pub use request::{Bound, Order, OrderBy, Range, Request};
pub use source::{Column, Join, Lookup, PerSource, RowExpr, RowLeaf, Source, Validity};
pub use time::{Calendar, DeclaredGrain, Grain, Part, Period};
pub use types::{Base, Type, Unit};

use crate::source::Span;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
    )*};
}
ids! {
    /// A team, by its place in [`Model::teams`].
    TeamId
    /// A source, by its place in [`Model::sources`].
    SourceId
    /// A column, by its place in its source.
    ColumnId
    /// A join, by its place in its source.
    JoinId
    /// A metric, by its place in [`Model::metrics`].
    MetricId
    /// A dimension, by its place in [`Model::dimensions`].
    DimensionId
    /// A grain of a calendar table, by its place in [`Model::grains`].
    GrainId
    /// A report, by its place in [`Model::reports`].
    ReportId
}

/// All that the files of a project say. Everything is sorted by name, so that neither files nor order show.
#[derive(Debug, Default)]
pub struct Model {
    pub calendar: Calendar,
    pub teams: Vec<Team>,
    pub sources: Vec<Source>,
    pub metrics: Vec<Metric>,
    pub dimensions: Vec<Dimension>,
    pub reports: Vec<Report>,
    /// The grains of calendar tables: of each calendar from the finest to the coarsest, each of which lies in the next.
    pub grains: Vec<DeclaredGrain>,
    metric_names: FxHashMap<SmolStr, MetricId>,
}

impl Model {
    /// Nothing but a calendar.
    pub fn new(calendar: Calendar) -> Model {
        Model { calendar, ..Model::default() }
    }

    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    pub fn metric(&self, id: MetricId) -> &Metric {
        &self.metrics[id.0 as usize]
    }

    pub fn team(&self, id: TeamId) -> &Team {
        &self.teams[id.0 as usize]
    }

    pub fn dimension(&self, id: DimensionId) -> &Dimension {
        &self.dimensions[id.0 as usize]
    }

    /// Sources are sorted by name.
    pub fn source_named(&self, name: &str) -> Option<SourceId> {
        self.sources.binary_search_by(|source| source.name.as_str().cmp(name)).ok().map(|at| SourceId(at as u32))
    }

    /// Dimensions are sorted by name.
    pub fn dimension_named(&self, name: &str) -> Option<&Dimension> {
        let at = self.dimensions.binary_search_by(|dimension| dimension.name.as_str().cmp(name)).ok()?;
        self.dimensions.get(at)
    }

    pub fn grain(&self, id: GrainId) -> &DeclaredGrain {
        &self.grains[id.0 as usize]
    }

    pub fn grain_named(&self, name: &str) -> Option<GrainId> {
        self.grains.iter().position(|grain| grain.name == name).map(|at| GrainId(at as u32))
    }

    /// Whether each period of the one lies within one period of the other: by the calendar, or because a calendar table
    /// says so by listing its grains from the finest to the coarsest.
    pub fn nests(&self, inner: Period, outer: Period) -> bool {
        match (inner, outer) {
            (Period::Standard(inner), Period::Standard(outer)) => inner.nests_in(outer),
            (Period::Standard(inner), Period::Declared(_)) => inner <= Grain::Day,
            (Period::Declared(_), Period::Standard(_)) => false,
            (Period::Declared(inner), Period::Declared(outer)) => {
                inner <= outer && self.grain(inner).calendar == self.grain(outer).calendar
            }
        }
    }

    /// The name of a kind of period.
    pub fn period_name(&self, period: Period) -> &str {
        match period {
            Period::Standard(grain) => grain.name(),
            Period::Declared(id) => &self.grain(id).name,
        }
    }

    pub fn metric_named(&self, name: &str) -> Option<MetricId> {
        self.metric_names.get(name).copied()
    }

    /// To be called once all metrics are in.
    pub fn index(&mut self) {
        self.metric_names =
            self.metrics.iter().enumerate().map(|(at, metric)| (metric.name.clone(), MetricId(at as u32))).collect();
    }
}

#[derive(Clone, Debug)]
pub struct Team {
    pub name: SmolStr,
    pub title: Option<String>,
    pub leads: Vec<String>,
    pub members: Vec<String>,
    /// `None` where nothing was said; empty for `paid on nothing`.
    pub paid_on: Option<Vec<MetricId>>,
    pub span: Span,
}

/// The same thing, reached from several sources by their own paths.
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: SmolStr,
    pub title: Option<String>,
    pub paths: PerSource<RowExpr>,
    pub ty: Type,
    pub accepted: Vec<String>,
    pub span: Span,
}

/// A saved request.
#[derive(Clone, Debug)]
pub struct Report {
    pub name: SmolStr,
    pub title: Option<String>,
    pub owner: Option<TeamId>,
    pub means: Option<String>,
    pub request: Request,
    pub span: Span,
}
