//! What is asked of a model.

use super::metric::{Key, MetricExpr};
use super::source::{PerSource, RowExpr};
use super::time::Grain;
use super::{MetricId, SourceId};
use crate::source::Span;
use jiff::civil::Date;
use smol_str::SmolStr;

/// Metrics by keys, under a filter, within a range of time.
#[derive(Clone, Debug)]
pub struct Request {
    pub metrics: Vec<MetricId>,
    /// Columns behind the metrics: the parts that a published ratio is made of, by name.
    pub parts: Vec<(SmolStr, MetricExpr)>,
    pub keys: Vec<Key>,
    /// For a request without metrics: the sources whose values of the keys are listed.
    pub sources: Vec<SourceId>,
    pub filter: Option<PerSource<RowExpr>>,
    pub range: Option<Range>,
    /// Over metrics, shown or not: its leaves are [`super::MetricLeaf::Metric`].
    pub having: Option<MetricExpr>,
    pub order: Vec<Order>,
    pub limit: Option<u64>,
    pub span: Span,
}

/// A column of the result to order by. Nulls come last either way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    pub by: OrderBy,
    pub descending: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderBy {
    /// A place in [`Request::keys`].
    Key(usize),
    /// A place in [`Request::metrics`].
    Metric(usize),
}

/// A half-open range of wall time, bound to each measure's own axis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    pub from: Option<Bound>,
    /// The first moment after the range.
    pub until: Option<Bound>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bound {
    Day(Date),
    /// The start of the period that lies so many periods after the one that holds now, by the warehouse's clock in the
    /// project's zone.
    FromNow {
        periods: i64,
        grain: Grain,
    },
}
