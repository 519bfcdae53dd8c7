//! Operators that look at another stretch of time: `rolling`, `to_date`, `cumulative`, `prior`, `start_of`; and `fill`.

use super::definitions::{Definitions, Facts, facts};
use super::errors::{meaning, operators as errors, types as type_errors};
use super::expr;
use super::formula::Formula;
use super::operators;
use crate::model::{Expr, Grain, MetricExpr, MetricLeaf, Period, Type, Window};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};

/// The names of these operators.
pub const NAMES: [&str; 6] = ["rolling", "to_date", "cumulative", "prior", "start_of", "fill"];

/// A call of one of [`NAMES`], as the manual writes it.
fn usage(name: &str) -> &'static str {
    match name {
        "rolling" => "rolling(m, 28 days)",
        "to_date" => "to_date(m, year)",
        "cumulative" => "cumulative(m)",
        "prior" => "prior(m, 1 year)",
        "start_of" => "start_of(m, month)",
        _ => "fill(m, 0)",
    }
}

/// Types a call of one of [`NAMES`].
pub fn call(formula: &mut Formula, call: &ast::Call, span: Span) -> MetricExpr {
    let name = call.name.text.as_str();
    let second = usize::from(name != "cumulative");
    if call.arguments.len() != 1 + second {
        let wrong = type_errors::wrong_arguments(span, name, usage(name), call.arguments.len());
        formula.definitions.report(wrong);
        return Expr::broken();
    }
    if let Some(clause) = call.clauses.first() {
        formula.definitions.report(meaning::misplaced_clause(clause.span, name));
        return Expr::broken();
    }
    let inner = expr::check(&call.arguments[0], formula);
    if inner.ty.is_broken() {
        return inner;
    }
    if name == "fill" {
        return fill(formula, inner, &call.arguments[1]);
    }
    let of = facts(&inner, formula.definitions);
    if let Some(source) = of.time.timeless {
        let source = formula.definitions.model().source(source).name.clone();
        formula.definitions.report(meaning::no_time(call.name.span, name, &source));
        return Expr::broken();
    }
    if of.time.totalled {
        formula.definitions.report(errors::over_total(call.name.span, name));
        return Expr::broken();
    }
    let last = call.arguments.last().expect("the arguments were counted");
    let leaf = match name {
        "prior" => duration(formula, last, &of, name).map(|(count, unit)| MetricLeaf::Prior {
            inner: Box::new(inner.clone()),
            count,
            unit,
            span,
        }),
        "start_of" => period(formula, last, name).map(|period| MetricLeaf::StartOf {
            inner: Box::new(inner.clone()),
            period,
            span,
        }),
        _ => {
            if let Some(error) = over_another(&of, call.name.span, name) {
                formula.definitions.report(error);
                return Expr::broken();
            }
            let window = match name {
                "rolling" => duration(formula, last, &of, name).map(|(count, unit)| Window::Rolling { count, unit }),
                "to_date" => period(formula, last, name).map(Window::ToDate),
                _ => Some(Window::Cumulative),
            };
            window.map(|window| MetricLeaf::Window { inner: Box::new(inner.clone()), window, span })
        }
    };
    match leaf {
        Some(leaf) => Expr::leaf(leaf, Type { nullable: true, ..inner.ty }),
        None => Expr::broken(),
    }
}

/// A window over a window says nothing of how the inner values combine; over `prior` its own period would be forgotten.
fn over_another(inner: &Facts, span: Span, name: &str) -> Option<crate::diagnostic::Diagnostic> {
    if inner.time.windowed {
        return Some(errors::window_in_window(span, name));
    }
    inner.time.shifted.then(|| errors::window_over_prior(span, name))
}

/// `28 days`, not below what the axis keeps.
fn duration(formula: &mut Formula, written: &ast::Expr, of: &Facts, name: &str) -> Option<(u32, Grain)> {
    let ExprKind::Duration { count, unit } = &written.kind else {
        let wrong = type_errors::wrong_argument(written.span, name, "a length of time, such as `28 days`");
        formula.definitions.report(wrong);
        return None;
    };
    let grain = length(formula.definitions, *count, unit, written.span)?;
    if let Some(source) = of.time.whole_days.filter(|_| grain < Grain::Day) {
        let source = formula.definitions.model().source(source).name.clone();
        formula.definitions.report(meaning::grain_too_fine(written.span, grain.name(), &source));
        return None;
    }
    Some((*count, grain))
}

/// The unit of a length of time that is not nothing.
pub fn length(definitions: &mut dyn Definitions, count: u32, unit: &ast::Name, span: Span) -> Option<Grain> {
    let grain = Grain::of_duration(&unit.text);
    if grain.is_none() || count == 0 {
        let expected = "a length of time of at least 1, such as `28 days`";
        definitions.report(type_errors::wrong_argument(span, "a duration", expected));
        return None;
    }
    grain
}

/// `year`: a grain, or one of a declared calendar.
fn period(formula: &mut Formula, written: &ast::Expr, name: &str) -> Option<Period> {
    let word = match &written.kind {
        ExprKind::Path(path) if path.segments.len() == 1 => Some(&path.segments[0]),
        _ => None,
    };
    let model = formula.definitions.model();
    let known = word.and_then(|word| {
        Grain::named(&word.text).map(Period::Standard).or_else(|| model.grain_named(&word.text).map(Period::Declared))
    });
    if known.is_none() {
        let declared: Vec<String> = model.grains.iter().map(|grain| grain.name.to_string()).collect();
        let mut names: Vec<&str> = declared.iter().map(String::as_str).collect();
        names.extend(Grain::ALL.iter().map(|grain| grain.name()));
        let expected = match word.and_then(|word| crate::suggest::closest(&word.text, names.iter().copied())) {
            Some(near) => format!("a grain: did you mean `{near}`?"),
            None => "a grain, such as `year`".to_owned(),
        };
        formula.definitions.report(type_errors::wrong_argument(written.span, name, &expected));
    }
    known
}

/// `fill(m, 0)`: a constant of the metric's kind.
fn fill(formula: &mut Formula, inner: MetricExpr, written: &ast::Expr) -> MetricExpr {
    let value = expr::check(written, formula);
    match filled(&inner, value, written.span) {
        Ok(value) => {
            let ty = inner.ty.clone().or_null(false);
            let ty = Type { nullable: false, ..ty };
            Expr::leaf(MetricLeaf::Filled { inner: Box::new(inner), value: Box::new(value) }, ty)
        }
        Err(diagnostic) => {
            formula.definitions.report(diagnostic);
            Expr::broken()
        }
    }
}

/// The constant that fills a metric, made its kind of value.
pub fn filled(metric: &MetricExpr, value: MetricExpr, span: Span) -> Result<MetricExpr, crate::diagnostic::Diagnostic> {
    let is_constant = matches!(value.kind, crate::model::Kind::Literal(ref it) if *it != crate::model::Literal::Null);
    if !is_constant && !value.ty.is_broken() {
        return Err(type_errors::wrong_argument(span, "fill", "a constant, such as `0`"));
    }
    if value.ty.is_broken() {
        return Ok(value);
    }
    let (metric, value) = operators::unify((metric.clone(), span), (value, span))?;
    match metric.kind {
        crate::model::Kind::Call(crate::model::Function::Widen(_), _) => {
            let expected = format!("a constant of type `{}`", metric.ty.base);
            Err(type_errors::wrong_argument(span, "fill", &expected))
        }
        _ => Ok(value),
    }
}
