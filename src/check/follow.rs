//! `follow(n after m by user within 7 days)`: rows given to the latest row of another metric before them.

use super::definitions::{Definitions, facts};
use super::errors::{meaning, operators as errors, types as type_errors};
use super::expr;
use super::formula::Formula;
use super::{operators, row, windows};
use crate::model::{Expr, Follow, Grain, Kind, Measure, MetricExpr, MetricLeaf, RowExpr, SourceId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind};

const USAGE: &str = "follow(orders_placed after visits by customer_id within 7 days)";

/// Types the call.
pub fn call(formula: &mut Formula, call: &ast::Call, span: Span) -> MetricExpr {
    let [counted] = &call.arguments[..] else {
        formula.definitions.report(type_errors::wrong_arguments(span, "follow", USAGE, call.arguments.len()));
        return Expr::broken();
    };
    let (mut after, mut by, mut within) = (None, None, None);
    for clause in &call.clauses {
        match &clause.kind {
            ClauseKind::After(expr) if after.is_none() => after = Some(expr),
            ClauseKind::By(path) if by.is_none() => by = Some(path),
            ClauseKind::Within { count, unit } if within.is_none() => within = Some((*count, unit, clause.span)),
            _ => {
                formula.definitions.report(meaning::misplaced_clause(clause.span, "follow"));
                return Expr::broken();
            }
        }
    }
    let (Some(after), Some(by)) = (after, by) else {
        formula.definitions.report(errors::follow_incomplete(span, after.is_none(), USAGE));
        return Expr::broken();
    };
    let Some((counted, n)) = single_measure(formula, counted) else { return Expr::broken() };
    let Some((after, m)) = single_measure(formula, after) else { return Expr::broken() };
    let Some(by) = by_what(formula.definitions, by, n.source, m.source) else { return Expr::broken() };
    let Some(within) = window(formula, within, &n, &m, span) else { return Expr::broken() };
    let ty = Type { nullable: true, ..counted.ty.clone() };
    Expr::leaf(MetricLeaf::Follow(Box::new(Follow { counted, after, by, within, span })), ty)
}

/// A side of `follow`: rows of one source in time, so one measure and nothing that acts on periods.
fn single_measure(formula: &mut Formula, written: &ast::Expr) -> Option<(MetricExpr, Measure)> {
    let checked = expr::check(written, formula);
    if checked.ty.is_broken() {
        return None;
    }
    let measure = measure_of(&checked, formula.definitions);
    let measure = measure.filter(|measure| measure.pick.is_none() && measure.alive.is_none());
    let Some(measure) = measure else {
        formula.definitions.report(errors::not_rows_of_one_source(written.span));
        return None;
    };
    if measure.axis.is_none() {
        let source = formula.definitions.model().source(measure.source).name.clone();
        formula.definitions.report(meaning::no_time(written.span, "follow", &source));
        return None;
    }
    Some((checked, measure))
}

/// The one measure that an expression is, perhaps by name or filtered.
fn measure_of(expr: &MetricExpr, definitions: &mut dyn Definitions) -> Option<Measure> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => Some((**measure).clone()),
        Kind::Leaf(MetricLeaf::Filtered { inner, .. }) => measure_of(inner, definitions),
        Kind::Leaf(MetricLeaf::Metric(id)) => {
            let formula = definitions.formula(*id)?;
            measure_of(&formula, definitions)
        }
        _ => None,
    }
}

/// What is equal on both rows.
fn by_what(
    definitions: &mut dyn Definitions,
    path: &ast::Path,
    n: SourceId,
    m: SourceId,
) -> Option<(RowExpr, RowExpr)> {
    use super::expr::Scope;
    let here = row::Rows { definitions, source: n }.path(path);
    let there = row::Rows { definitions, source: m }.path(path);
    if here.ty.is_broken() || there.ty.is_broken() {
        return None;
    }
    match operators::unify((here, path.span), (there, path.span)) {
        Ok(sides) => Some(sides),
        Err(diagnostic) => {
            definitions.report(diagnostic);
            None
        }
    }
}

/// How long after; both axes have to be of one kind, and as fine as the length.
#[allow(clippy::option_option)] // The outer one is an error that was reported, the inner one no limit.
fn window(
    formula: &mut Formula,
    within: Option<(u32, &ast::Name, Span)>,
    n: &Measure,
    m: &Measure,
    span: Span,
) -> Option<Option<(u32, Grain)>> {
    if let (Some(a), Some(b)) = (&n.axis, &m.axis)
        && a.ty.base != b.ty.base
    {
        formula.definitions.report(errors::axes_differ(span, &a.ty, &b.ty));
        return None;
    }
    let Some((count, unit, at)) = within else { return Some(None) };
    let grain = windows::length(formula.definitions, count, unit, at)?;
    let measured = Expr::leaf(MetricLeaf::Measure(Box::new(m.clone())), Type::BROKEN);
    let time = facts(&measured, formula.definitions).time;
    if let Some(source) = time.whole_days.filter(|_| grain < Grain::Day) {
        let source = formula.definitions.model().source(source).name.clone();
        formula.definitions.report(meaning::grain_too_fine(at, grain.name(), &source));
        return None;
    }
    if time.instants.is_some() && grain >= Grain::Month {
        let axis = m.axis.as_ref().map_or(Type::BROKEN, |axis| axis.ty.clone());
        formula.definitions.report(type_errors::wrong_type(at, "a length of days or less", &axis));
        return None;
    }
    Some(Some((count, grain)))
}
