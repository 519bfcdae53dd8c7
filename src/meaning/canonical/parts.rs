//! Digests of what metrics are made of: to say which part of a definition it is that changed.

use super::build::{Canonical, Place};
use super::digest::Digest;
use super::metrics::Filters;
use crate::model::{
    ColumnId, GrainId, JoinId, Key, KeyKind, MetricExpr, MetricId, PerSource, Period, RowExpr, SourceId,
};

impl Canonical<'_> {
    /// A column, seen from its own source; a derived one by all that it is computed from.
    pub fn column_digest(&mut self, source: SourceId, column: ColumnId) -> Digest {
        let term = self.column(&Place::at(source), source, column);
        self.terms.digest(term)
    }

    /// A source with its key.
    pub fn source_digest(&mut self, source: SourceId) -> Digest {
        let term = self.source(source);
        self.terms.digest(term)
    }

    /// A join by what it equates.
    pub fn join_digest(&mut self, holder: SourceId, join: JoinId) -> Digest {
        let term = self.join(holder, join);
        self.terms.digest(term)
    }

    /// A grain of a calendar table.
    pub fn grain_digest(&mut self, grain: GrainId) -> Digest {
        let term = self.period(Period::Declared(grain));
        self.terms.digest(term)
    }

    /// An expression of a source's rows.
    pub fn row_digest(&mut self, source: SourceId, expr: &RowExpr) -> Digest {
        let term = self.row(&Place::at(source), expr);
        self.terms.digest(term)
    }

    /// An expression of metrics, each written out.
    pub fn expr_digest(&mut self, expr: &MetricExpr) -> Digest {
        let term = self.metric_expr(expr, &Filters::none());
        self.terms.digest(term)
    }

    /// A key as rows of these sources are cut by it.
    pub fn cut_digest(&mut self, key: &Key, sources: &[SourceId]) -> Digest {
        let term = match &key.kind {
            KeyKind::Column(each) => {
                let of_these = sources.iter().filter_map(|source| Some((*source, each.get(*source)?.clone())));
                let kind = KeyKind::Column(PerSource::new(of_these.collect()));
                self.key(&Key { kind, ..key.clone() })
            }
            _ => self.key(key),
        };
        self.terms.digest(term)
    }

    /// Whether the calendar of the project is a part of what a metric means.
    pub fn is_timed(&mut self, metric: MetricId) -> bool {
        let formula = self.formula(metric);
        self.terms.timed(formula)
    }
}
