//! Expressions of metrics: aggregates of rows, other metrics, and the operators that change their context.

use super::aggregates::{aggregate, aggregate_type, singular, unit_of_key};
use super::definitions::{Definitions, facts};
use super::errors::{meaning, operators as errors, types as type_errors};
use super::expr::{self, Scope};
use super::{axes, keys, operators, paths, periods, row, windows};
use crate::model::{
    Aggregate, Alive, Base, Expr, Function, Kind, Measure, MetricExpr, MetricLeaf, Moment, Over, Per, PerSource, Pick,
    RowExpr, SourceId, Type, Unit,
};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, ExprKind};

pub fn is_aggregate(name: &str) -> bool {
    CALLS[..15].contains(&name)
}

/// The names of calls that act on metrics and not on rows.
pub fn is_operator(name: &str) -> bool {
    CALLS[15..].contains(&name)
}

/// The names of aggregates, then those of operators.
const CALLS: [&str; 23] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "median",
    "percentile",
    "percentile_disc",
    "stddev",
    "stddev_pop",
    "variance",
    "variance_pop",
    "first",
    "last",
    "approx_count_distinct",
    "total",
    "rolling",
    "to_date",
    "cumulative",
    "prior",
    "start_of",
    "fill",
    "follow",
];

/// Where the inline aggregates of a formula take their rows from.
#[derive(Clone)]
struct Origin {
    source: SourceId,
    axis: Option<RowExpr>,
    rows: Vec<RowExpr>,
    pick: Option<Pick>,
    alive: Option<Alive>,
}

/// A formula of a metric, or a part of one.
pub struct Formula<'d> {
    pub(super) definitions: &'d mut dyn Definitions,
    from: Option<Origin>,
}

impl<'d> Formula<'d> {
    pub fn new(definitions: &'d mut dyn Definitions) -> Self {
        Formula { definitions, from: None }
    }
}

impl Scope for Formula<'_> {
    type Leaf = MetricLeaf;

    fn definitions(&mut self) -> &mut dyn Definitions {
        self.definitions
    }

    fn path(&mut self, path: &ast::Path) -> MetricExpr {
        let [name] = &path.segments[..] else {
            self.definitions.report(meaning::not_a_metric(path));
            return Expr::broken();
        };
        let Some(id) = self.definitions.metric_named(&name.text) else {
            let closest = self.definitions.closest_metric(&name.text);
            let from = self.from.as_ref().map(|from| self.definitions.model().source(from.source));
            let error = match from {
                Some(source) if source.column_named(&name.text).is_some() => {
                    meaning::column_outside_aggregate(name, &source.name)
                }
                _ => crate::resolve::unknown("metric", name, closest.as_deref()),
            };
            self.definitions.report(error);
            return Expr::broken();
        };
        if self.from.is_some() {
            self.definitions.report(meaning::mixed_from(name));
            return Expr::broken();
        }
        let ty = self.definitions.metric(id, name.span).ty;
        if ty.is_broken() {
            return Expr::broken();
        }
        Expr::leaf(MetricLeaf::Metric(id), Type { nullable: true, ..ty })
    }

    fn call(&mut self, call: &ast::Call, span: Span) -> Option<MetricExpr> {
        let name = call.name.text.as_str();
        match name {
            "total" => return Some(self.total(call, span)),
            "follow" => return Some(super::follow::call(self, call, span)),
            _ if windows::NAMES.contains(&name) => return Some(windows::call(self, call, span)),
            _ => {}
        }
        if name == "metric" {
            self.definitions.report(meaning::lookup_in_formula(call.name.span));
            return Some(Expr::broken());
        }
        if !is_aggregate(name) {
            return None;
        }
        let is_per = call.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Per(_)));
        Some(if is_per { self.per(call, span) } else { self.measure(call, span) })
    }

    fn scoped(&mut self, inner: &ast::Expr, scope: &ast::Scope, span: Span) -> MetricExpr {
        let picks = scope.pick.as_ref().map(|pick| pick.span).or(scope.alive.as_ref().map(|alive| alive.span));
        if let Some(span) = picks.filter(|_| scope.from.is_none()) {
            self.definitions.report(errors::pick_needs_from(span));
            return Expr::broken();
        }
        match (&scope.from, &self.from) {
            (Some(from), None) => self.over_source(inner, from, scope),
            (Some(from), Some(_)) => {
                self.definitions.report(meaning::from_twice(from.span));
                Expr::broken()
            }
            (None, Some(_)) => self.narrowed(inner, scope),
            (None, None) => self.filtered(inner, scope, span),
        }
    }

    fn calls(&self) -> &'static [&'static str] {
        &CALLS
    }

    fn sum(&mut self, left: &MetricExpr, right: &MetricExpr, op: Span) {
        if sides_may_miss(left, right, self.definitions) {
            self.definitions.report(meaning::missing_is_null(op));
        }
    }
}

impl Formula<'_> {
    /// `sum(x) / count() from orders at paid_at where p`
    fn over_source(&mut self, inner: &ast::Expr, from: &ast::Name, scope: &ast::Scope) -> MetricExpr {
        let model = self.definitions.model();
        let Some(source) = model.source_named(&from.text) else {
            let near = crate::suggest::closest(&from.text, model.sources.iter().map(|source| source.name.as_str()));
            let error = crate::resolve::unknown("source", from, near);
            self.definitions.report(error);
            return Expr::broken();
        };
        let Ok((axis, pick, alive)) = self.moments(source, from, scope) else { return Expr::broken() };
        let rows = match &scope.filter {
            None => Vec::new(),
            Some(filter) => {
                let condition = row::check_condition(self.definitions, source, filter);
                if condition.ty.is_broken() {
                    // The formula is looked at all the same, for its own errors.
                    let from = Origin { source, axis, rows: Vec::new(), pick, alive };
                    expr::check(inner, &mut Formula { definitions: self.definitions, from: Some(from) });
                    return Expr::broken();
                }
                condition.conjuncts()
            }
        };
        let from = Origin { source, axis, rows, pick, alive };
        expr::check(inner, &mut Formula { definitions: self.definitions, from: Some(from) })
    }

    /// When the rows count: their axis, which of them are picked, or how long they are alive.
    #[allow(clippy::type_complexity)] // Three parts of a scope, taken apart at once by its only caller.
    fn moments(
        &mut self,
        source: SourceId,
        from: &ast::Name,
        scope: &ast::Scope,
    ) -> Result<(Option<RowExpr>, Option<Pick>, Option<Alive>), ()> {
        let Some(written) = &scope.alive else {
            let axis = self.axis(source, scope.at.as_ref(), from.span)?;
            let Some(written) = &scope.pick else { return Ok((axis, None, None)) };
            if axis.is_none() {
                let word = if written.last { "last" } else { "first" };
                let name = self.definitions.model().source(source).name.clone();
                self.definitions.report(meaning::no_time(written.span, word, &name));
                return Err(());
            }
            let mut per = Vec::with_capacity(written.per.len());
            for path in &written.per {
                let key = row::Rows { definitions: self.definitions, source }.path(path);
                if key.ty.is_broken() {
                    return Err(());
                }
                per.push(key);
            }
            return Ok((axis, Some(Pick { last: written.last, per }), None));
        };
        let stray = scope.at.as_ref().map(|at| at.span).or(scope.pick.as_ref().map(|pick| pick.span));
        if let Some(span) = stray {
            self.definitions.report(meaning::misplaced_clause(span, "while … until"));
            return Err(());
        }
        let axis = self.axis(source, Some(&written.from), from.span)?.ok_or(())?;
        let until = self.axis(source, Some(&written.until), from.span)?.ok_or(())?;
        if axis.ty.base != until.ty.base {
            let error = type_errors::types_differ(written.from.span, &axis.ty, written.until.span, &until.ty);
            self.definitions.report(error);
            return Err(());
        }
        let moment = match written.moment {
            ast::Moment::Last => Moment::Last,
            ast::Moment::First => Moment::First,
            ast::Moment::Any => Moment::Any,
        };
        Ok((Some(axis), None, Some(Alive { until, moment })))
    }

    /// The time axis: what `at` names, else the source's own.
    fn axis(&mut self, source: SourceId, at: Option<&ast::Path>, from: Span) -> Result<Option<RowExpr>, ()> {
        let Some(path) = at else {
            let time = self.definitions.model().source(source).time;
            return Ok(time.map(|column| paths::column(self.definitions, Vec::new(), source, column, from)));
        };
        let axis = row::Rows { definitions: self.definitions, source }.path(path);
        if axis.ty.is_broken() {
            return Err(());
        }
        match operators::expect_time(&(axis.clone(), path.span)) {
            Ok(()) => Ok(Some(axis)),
            Err(diagnostic) => {
                self.definitions.report(diagnostic);
                Err(())
            }
        }
    }

    /// `(sum(x) where p) / count() from orders`: fewer of the rows that the formula has.
    fn narrowed(&mut self, inner: &ast::Expr, scope: &ast::Scope) -> MetricExpr {
        let mut from = self.from.clone().expect("called only where there is a source");
        if let Some(at) = &scope.at {
            match self.axis(from.source, Some(at), at.span) {
                Ok(axis) => from.axis = axis,
                Err(()) => return Expr::broken(),
            }
        }
        if let Some(filter) = &scope.filter {
            if from.pick.is_some() {
                self.definitions.report(errors::pick_of_narrowed(filter.span));
                return Expr::broken();
            }
            let condition = row::check_condition(self.definitions, from.source, filter);
            if condition.ty.is_broken() {
                return Expr::broken();
            }
            from.rows.extend(condition.conjuncts());
        }
        expr::check(inner, &mut Formula { definitions: self.definitions, from: Some(from) })
    }

    /// `m where p`: `p` is resolved from each source that `m` is measured from.
    fn filtered(&mut self, inner: &ast::Expr, scope: &ast::Scope, span: Span) -> MetricExpr {
        if let Some(at) = &scope.at {
            self.definitions.report(meaning::at_without_from(at.span));
            return Expr::broken();
        }
        let checked = expr::check(inner, self);
        let Some(filter) = &scope.filter else { return checked };
        if checked.ty.is_broken() {
            return checked;
        }
        let of = facts(&checked, self.definitions);
        if of.sources.is_empty() {
            self.definitions.report(meaning::nothing_to_filter(span));
            return Expr::broken();
        }
        let written = filter;
        match per_source(self.definitions, filter, &of.sources) {
            Some(filter) => {
                if !axes::filter_is_allowed(self.definitions, &filter, &of.time, "the metric", written.span) {
                    return Expr::broken();
                }
                let ty = Type { nullable: true, ..checked.ty.clone() };
                Expr::leaf(MetricLeaf::Filtered { inner: Box::new(checked), filter }, ty)
            }
            None => Expr::broken(),
        }
    }

    /// `total(m over a, b)`, `total(m except a)`, `total(m)`
    fn total(&mut self, call: &ast::Call, span: Span) -> MetricExpr {
        let [argument] = &call.arguments[..] else {
            let usage = "total(m over customer.region)";
            let error = type_errors::wrong_arguments(span, "total", usage, call.arguments.len());
            self.definitions.report(error);
            return Expr::broken();
        };
        let inner = expr::check(argument, self);
        if inner.ty.is_broken() {
            return inner;
        }
        let sources = facts(&inner, self.definitions).sources;
        let over = match &call.clauses[..] {
            [] => Over::EveryDimension,
            [ast::Clause { kind: ClauseKind::Over(written), .. }] => {
                let keys = keys::keys(self.definitions, written, &sources);
                if keys.len() < written.len() {
                    return Expr::broken();
                }
                Over::Keys(keys)
            }
            [ast::Clause { kind: ClauseKind::Except(written), .. }] => {
                let keys = keys::keys(self.definitions, written, &sources);
                if keys.len() < written.len() {
                    return Expr::broken();
                }
                Over::Except(keys)
            }
            [.., clause] => {
                self.definitions.report(meaning::misplaced_clause(clause.span, "total"));
                return Expr::broken();
            }
        };
        let ty = Type { nullable: true, ..inner.ty.clone() };
        Expr::leaf(MetricLeaf::Total { inner: Box::new(inner), over }, ty)
    }

    /// `avg(m where p per day, customer_id)`
    fn per(&mut self, call: &ast::Call, span: Span) -> MetricExpr {
        let Some((aggregate, argument, filter)) = self.aggregate_parts(call, span) else { return Expr::broken() };
        let mut per_keys: &[ast::Path] = &[];
        for clause in &call.clauses {
            match &clause.kind {
                ClauseKind::Per(paths) => per_keys = paths,
                ClauseKind::Where(_) => {}
                _ => {
                    self.definitions.report(meaning::misplaced_clause(clause.span, &call.name.text));
                    return Expr::broken();
                }
            }
        }
        if matches!(aggregate, Aggregate::First | Aggregate::Last) {
            self.definitions.report(meaning::no_first_per(call.name.span, &call.name.text));
            return Expr::broken();
        }
        let argument = argument.map(|argument| (expr::check(argument, self), argument.span));
        let filter = filter.map(|filter| (expr::check(filter, self), filter.span));
        let mut sources: Vec<SourceId> = Vec::new();
        let mut only_totals = true;
        for (part, _) in argument.iter().chain(&filter) {
            if part.ty.is_broken() {
                return Expr::broken();
            }
            let of = facts(part, self.definitions);
            only_totals &= of.only_totals || of.sources.is_empty();
            sources.extend(of.sources);
        }
        sources.sort();
        sources.dedup();
        if sources.is_empty() || only_totals {
            let says = if sources.is_empty() { meaning::per_of_nothing } else { meaning::per_of_totals };
            self.definitions.report(says(span));
            return Expr::broken();
        }
        let keys = keys::keys(self.definitions, per_keys, &sources);
        if keys.len() < per_keys.len() {
            return Expr::broken();
        }
        if !self.inner_periods_fit(&keys, argument.iter().chain(&filter)) {
            return Expr::broken();
        }
        let ty = filter
            .as_ref()
            .map_or(Ok(()), |filter| operators::expect(filter, Base::Boolean))
            .and_then(|()| aggregate_type(aggregate, argument.as_ref(), Unit::Any));
        let mut ty = match ty {
            Ok(ty) => ty,
            Err(diagnostic) => {
                self.definitions.report(diagnostic);
                return Expr::broken();
            }
        };
        if aggregate == Aggregate::Count {
            ty.unit = self.unit_of_groups(&keys);
        }
        let per = Per {
            aggregate,
            argument: argument.map(|(argument, _)| argument),
            filter: filter.map(|(filter, _)| filter),
            keys,
            span,
        };
        Expr::leaf(MetricLeaf::Per(Box::new(per)), ty)
    }

    /// The inner keys against what the inner metrics look back on: as those of a request, but that a period of the outer
    /// context may be meant where no inner one is named.
    fn inner_periods_fit<'p>(
        &mut self,
        keys: &[crate::model::Key],
        parts: impl Iterator<Item = &'p (MetricExpr, Span)>,
    ) -> bool {
        for (part, _) in parts {
            let time = facts(part, self.definitions).time;
            if !keys.iter().all(|key| periods::key_is_allowed(self.definitions, key, "the inner metric", &time)) {
                return false;
            }
        }
        true
    }

    /// Counting groups by a column that is one source's key counts that source's rows.
    fn unit_of_groups(&mut self, keys: &[crate::model::Key]) -> Unit {
        let [crate::model::Key { kind: crate::model::KeyKind::Column(each), .. }] = keys else { return Unit::Any };
        let Some((source, expr)) = each.iter().next() else { return Unit::Any };
        unit_of_key(self.definitions, source, expr)
    }

    /// `sum(x where p)` over the rows of the formula's source.
    fn measure(&mut self, call: &ast::Call, span: Span) -> MetricExpr {
        let Some(from) = self.from.clone() else {
            self.definitions.report(meaning::needs_from(call.name.span, &call.name.text));
            return Expr::broken();
        };
        let Some((aggregate, argument, filter)) = self.aggregate_parts(call, span) else { return Expr::broken() };
        if let Some(clause) = call.clauses.iter().find(|clause| !matches!(clause.kind, ClauseKind::Where(_))) {
            self.definitions.report(meaning::misplaced_clause(clause.span, &call.name.text));
            return Expr::broken();
        }
        let argument = argument.map(|it| (row::check(self.definitions, from.source, it), it.span));
        let filter = filter.map(|it| row::check_condition(self.definitions, from.source, it));
        let broken = argument.as_ref().is_some_and(|(argument, _)| argument.ty.is_broken())
            || filter.as_ref().is_some_and(|filter| filter.ty.is_broken());
        if broken {
            return Expr::broken();
        }
        if matches!(aggregate, Aggregate::First | Aggregate::Last) && from.axis.is_none() {
            let name = self.definitions.model().source(from.source).name.clone();
            self.definitions.report(meaning::no_time(call.name.span, &call.name.text, &name));
            return Expr::broken();
        }
        let unit = match aggregate {
            Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => match &argument {
                Some((argument, _)) => unit_of_key(self.definitions, from.source, argument),
                None => Unit::Any,
            },
            _ => Unit::named(&singular(&self.definitions.model().source(from.source).name)),
        };
        let ty = match aggregate_type(aggregate, argument.as_ref(), unit) {
            Ok(ty) => ty,
            Err(diagnostic) => {
                self.definitions.report(diagnostic);
                return Expr::broken();
            }
        };
        let measure = Measure {
            aggregate,
            source: from.source,
            axis: from.axis,
            argument: argument.map(|(argument, _)| argument),
            filter,
            rows: Expr::all(from.rows),
            pick: from.pick,
            alive: from.alive,
            span,
        };
        Expr::leaf(MetricLeaf::Measure(Box::new(measure)), ty)
    }

    /// The aggregate that a call names, its argument and its own `where`.
    #[allow(clippy::type_complexity)] // Three parts of a call, taken apart at once by both callers.
    fn aggregate_parts<'c>(
        &mut self,
        call: &'c ast::Call,
        span: Span,
    ) -> Option<(Aggregate, Option<&'c ast::Expr>, Option<&'c ast::Expr>)> {
        let mut filter = call.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Where(filter) => Some(filter),
            _ => None,
        });
        let mut plain: Vec<&ast::Expr> = Vec::new();
        for argument in &call.arguments {
            match &argument.kind {
                ExprKind::Scoped {
                    inner,
                    scope: ast::Scope { from: None, at: None, pick: None, alive: None, filter: Some(own) },
                } if filter.is_none() => {
                    filter = Some(own);
                    plain.push(inner);
                }
                _ => plain.push(argument),
            }
        }
        match aggregate(call, &plain, span) {
            Ok((aggregate, argument)) => Some((aggregate, argument, filter)),
            Err(diagnostic) => {
                self.definitions.report(*diagnostic);
                None
            }
        }
    }
}

/// A condition as each source has it, or `None` with the first error reported.
pub fn per_source(
    definitions: &mut dyn Definitions,
    condition: &ast::Expr,
    sources: &[SourceId],
) -> Option<PerSource<RowExpr>> {
    let mut each = Vec::with_capacity(sources.len());
    for &source in sources {
        let checked = row::check_condition(definitions, source, condition);
        if checked.ty.is_broken() {
            return None;
        }
        each.push((source, checked));
    }
    Some(PerSource::new(each))
}

/// Whether one side of a sum may be without rows where the other has some: their measures are over different sources, or
/// over rows chosen differently, and neither says what no rows mean.
fn sides_may_miss(left: &MetricExpr, right: &MetricExpr, definitions: &mut dyn Definitions) -> bool {
    let is_constant = |expr: &MetricExpr| {
        let mut leaves = 0;
        expr.leaves(&mut |_| leaves += 1);
        leaves == 0
    };
    let is_safe = |expr: &MetricExpr| matches!(&expr.kind, Kind::Call(Function::Coalesce, _)) || is_constant(expr);
    if left.ty.is_broken() || right.ty.is_broken() || is_safe(left) || is_safe(right) {
        return false;
    }
    match (rows_of(left), rows_of(right)) {
        (Some(left), Some(right)) => left != right,
        _ => facts(left, definitions).sources != facts(right, definitions).sources,
    }
}

/// The source and rows of a side that is one measure.
fn rows_of(expr: &MetricExpr) -> Option<(SourceId, &Option<RowExpr>)> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => Some((measure.source, &measure.rows)),
        _ => None,
    }
}
