//! Expressions of one row of a source: columns, paths and looked-up metrics.

use super::definitions::{Definitions, facts};
use super::errors::{joins, meaning, operators as errors};
use super::expr::{self, Scope};
use super::formula::{self, Formula};
use super::{keys, operators, paths};
use crate::model::{Base, Expr, KeyKind, Kind, Lookup, MetricExpr, RowExpr, RowLeaf, SourceId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind};
use paths::Place;

/// The rows of one source.
pub struct Rows<'d> {
    pub definitions: &'d mut dyn Definitions,
    pub source: SourceId,
}

/// Types a row-level expression.
pub fn check(definitions: &mut dyn Definitions, source: SourceId, expr: &ast::Expr) -> RowExpr {
    expr::check(expr, &mut Rows { definitions, source })
}

/// Types a condition on rows.
pub fn check_condition(definitions: &mut dyn Definitions, source: SourceId, expr: &ast::Expr) -> RowExpr {
    let checked = check(definitions, source, expr);
    match operators::expect(&(checked.clone(), expr.span), Base::Boolean) {
        Ok(()) => checked,
        Err(diagnostic) => {
            definitions.report(diagnostic);
            Expr::broken()
        }
    }
}

impl Scope for Rows<'_> {
    type Leaf = RowLeaf;

    fn definitions(&mut self) -> &mut dyn Definitions {
        self.definitions
    }

    fn path(&mut self, path: &ast::Path) -> RowExpr {
        match paths::follow(self.definitions.model(), self.source, path) {
            Ok(Place::Column { path: hops, source, column }) => {
                paths::column(self.definitions, hops, source, column, path.span)
            }
            Ok(Place::Dimension(place)) => place,
            Ok(Place::Row { source, .. }) => {
                let error = joins::ends_at_join(path, self.definitions.model().source(source));
                self.definitions.report(error);
                Expr::broken()
            }
            Err(diagnostic) => {
                let hinted = match self.definitions.metric_named(&path.segments[0].text) {
                    Some(_) if path.segments.len() == 1 => meaning::metric_in_row(&path.segments[0]),
                    _ => diagnostic,
                };
                self.definitions.report(hinted);
                Expr::broken()
            }
        }
    }

    fn call(&mut self, call: &ast::Call, span: Span) -> Option<RowExpr> {
        if call.name.text == "metric" {
            return Some(self.lookup(call, span));
        }
        if formula::is_aggregate(&call.name.text) || formula::is_operator(&call.name.text) {
            self.definitions.report(meaning::aggregate_in_row(call.name.span, &call.name.text));
            return Some(Expr::broken());
        }
        None
    }

    fn scoped(&mut self, _: &ast::Expr, scope: &ast::Scope, span: Span) -> RowExpr {
        let at = scope.filter.as_ref().map_or(span, |filter| filter.span);
        self.definitions.report(meaning::scope_in_row(at));
        Expr::broken()
    }

    fn calls(&self) -> &'static [&'static str] {
        &["metric"]
    }

    fn is_lookup(leaf: &RowLeaf) -> bool {
        expr::is_lookup_leaf(leaf)
    }
}

impl Rows<'_> {
    /// `metric(m where p per path via way)`
    fn lookup(&mut self, call: &ast::Call, span: Span) -> RowExpr {
        let [argument] = &call.arguments[..] else {
            let error = super::errors::types::wrong_arguments(span, "metric", "metric(m)", call.arguments.len());
            self.definitions.report(error);
            return Expr::broken();
        };
        let (mut per, mut via, mut until) = (None, None, None);
        for clause in &call.clauses {
            match &clause.kind {
                ClauseKind::Per(paths) if paths.len() == 1 && per.is_none() => per = Some(&paths[0]),
                ClauseKind::Via(path) if via.is_none() => via = Some(path),
                ClauseKind::Until(moment) if until.is_none() => until = Some(moment),
                _ => {
                    self.definitions.report(meaning::misplaced_clause(clause.span, "metric"));
                    return Expr::broken();
                }
            }
        }
        let metric = expr::check(argument, &mut Formula::new(self.definitions));
        let of = facts(&metric, self.definitions);
        if metric.ty.is_broken() || of.sources.is_empty() {
            return Expr::broken();
        }
        if let Some(operator) = of.time.needs_range.or(of.time.needs_period) {
            self.definitions.report(errors::lookup_needs_period(call.arguments[0].span, operator));
            return Expr::broken();
        }
        if of.only_totals {
            self.definitions.report(meaning::lookup_of_totals(call.arguments[0].span));
            return Expr::broken();
        }
        let found = self.looked_up(metric, &of.sources, per, via, span);
        match until {
            Some(written) => self.bounded(found, written, &of.time),
            None => found,
        }
    }

    /// `metric(m until t)`: only what lies before `t`, which is a moment of the same kind as `m`'s own.
    fn bounded(&mut self, found: RowExpr, written: &ast::Expr, time: &crate::model::TimeFacts) -> RowExpr {
        let moment = expr::check(written, self);
        if found.ty.is_broken() || moment.ty.is_broken() {
            return Expr::broken();
        }
        if let Some(source) = time.timeless {
            let name = self.definitions.model().source(source).name.clone();
            self.definitions.report(meaning::no_time(written.span, "until", &name));
            return Expr::broken();
        }
        if let Err(diagnostic) = operators::expect_time(&(moment.clone(), written.span)) {
            self.definitions.report(diagnostic);
            return Expr::broken();
        }
        let is_instant = moment.ty.base == Base::Instant;
        if let Some((_, axis)) = time.axes.iter().find(|(_, axis)| (axis.ty.base == Base::Instant) != is_instant) {
            let error = super::errors::types::wrong_type(written.span, &axis.ty.base.to_string(), &moment.ty);
            self.definitions.report(error);
            return Expr::broken();
        }
        match found.kind {
            Kind::Leaf(RowLeaf::Lookup(lookup)) => {
                let lookup = Lookup { until: Some(moment), ..*lookup };
                Expr::leaf(RowLeaf::Lookup(Box::new(lookup)), found.ty)
            }
            kind => Expr { kind, ty: found.ty },
        }
    }

    fn looked_up(
        &mut self,
        metric: MetricExpr,
        sources: &[SourceId],
        per: Option<&ast::Path>,
        via: Option<&ast::Path>,
        span: Span,
    ) -> RowExpr {
        match per {
            None => {
                let key = self.definitions.model().source(self.source).key.clone();
                self.by_row(metric, sources, self.source, Vec::new(), &key, via, span)
            }
            Some(path) => match paths::follow(self.definitions.model(), self.source, path) {
                Ok(Place::Row { path: hops, source }) => {
                    let key = self.definitions.model().source(source).key.clone();
                    self.by_row(metric, sources, source, hops, &key, via, span)
                }
                Ok(Place::Column { .. } | Place::Dimension(_)) => self.by_value(metric, sources, path, span),
                Err(diagnostic) => {
                    self.definitions.report(diagnostic);
                    Expr::broken()
                }
            },
        }
    }

    /// Looked up by the key of a row: this one's, or the one that `hops` lead to.
    #[allow(clippy::too_many_arguments)] // One call's parts; a struct for them would be used once.
    fn by_row(
        &mut self,
        metric: MetricExpr,
        sources: &[SourceId],
        target: SourceId,
        hops: Vec<crate::model::JoinId>,
        key: &[crate::model::ColumnId],
        via: Option<&ast::Path>,
        span: Span,
    ) -> RowExpr {
        let Some(ways) = self.ways(sources, target, via, span) else { return Expr::broken() };
        let mut each = Vec::with_capacity(key.len());
        for column in key {
            let mut reached = Vec::with_capacity(ways.len());
            for (source, way) in &ways {
                let value = paths::column(self.definitions, way.clone(), target, *column, span);
                reached.push((*source, paths::through_foreign_key(self.definitions, *source, value)));
            }
            let value = paths::column(self.definitions, hops.clone(), target, *column, span);
            if value.ty.is_broken() || reached.iter().any(|(_, expr)| expr.ty.is_broken()) {
                return Expr::broken();
            }
            let name = self.definitions.model().source(target).column(*column).name.clone();
            let ty = value.ty.clone();
            let kind = KeyKind::Column(crate::model::PerSource::new(reached));
            each.push((crate::model::Key { name, kind, ty, span }, value));
        }
        looked_up(metric, each, false, span)
    }

    /// The way from each of the metric's sources to the row it is looked up for.
    fn ways(
        &mut self,
        sources: &[SourceId],
        target: SourceId,
        via: Option<&ast::Path>,
        span: Span,
    ) -> Option<Vec<(SourceId, Vec<crate::model::JoinId>)>> {
        let mut ways = Vec::with_capacity(sources.len());
        for &source in sources {
            let model = self.definitions.model();
            let way = match via {
                Some(path) => match paths::follow(model, source, path) {
                    Ok(Place::Row { path: hops, source: end }) if end == target => Ok(hops),
                    Ok(_) => Err(joins::via_leads_elsewhere(path, &model.source(target).name)),
                    Err(diagnostic) => Err(diagnostic),
                },
                None => paths::only_way(model, source, target).map_err(|several| {
                    joins::no_single_way(span, &model.source(source).name, &model.source(target).name, &several)
                }),
            };
            match way {
                Ok(way) => ways.push((source, way)),
                Err(diagnostic) => {
                    self.definitions.report(diagnostic);
                    return None;
                }
            }
        }
        Some(ways)
    }

    /// Looked up by a value of this row, such as its customer's region: null is a value like any other.
    fn by_value(&mut self, metric: MetricExpr, sources: &[SourceId], path: &ast::Path, span: Span) -> RowExpr {
        let value = self.path(path);
        if value.ty.is_broken() {
            return Expr::broken();
        }
        let Some(key) = keys::column_key(self.definitions, path, sources) else { return Expr::broken() };
        looked_up(metric, vec![(key, value)], true, span)
    }
}

fn looked_up(metric: MetricExpr, keys: Vec<(crate::model::Key, RowExpr)>, null_matches: bool, span: Span) -> RowExpr {
    let ty = Type { nullable: true, ..metric.ty.clone() };
    Expr::leaf(RowLeaf::Lookup(Box::new(Lookup { metric, keys, null_matches, until: None, span })), ty)
}
