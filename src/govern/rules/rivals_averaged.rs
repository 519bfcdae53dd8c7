//! G0402: two numbers for one thing, and a third in the middle.

use super::is_official;
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Function, Kind, Literal, Metric, MetricExpr, MetricId, MetricLeaf, Model};

/// Metrics that are a mean of others, weighted or not, which are rivals: variants of one metric, or owned by different teams.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    for metric in model.metrics.iter().filter(|metric| is_official(metric)) {
        let Some(parts) = mean(&metric.formula) else { continue };
        let rivals = parts.iter().enumerate().find_map(|(at, one)| {
            let other = parts[at + 1..].iter().find(|other| are_rivals(model, *one, **other))?;
            Some((model.metric(*one), model.metric(*other)))
        });
        if let Some((one, other)) = rivals {
            found.push(averaged(metric, one, other));
        }
    }
}

fn are_rivals(model: &Model, one: MetricId, other: MetricId) -> bool {
    let (a, b) = (model.metric(one), model.metric(other));
    let owners_differ = a.owner.is_some() && b.owner.is_some() && a.owner != b.owner;
    owners_differ || root(model, one) == root(model, other)
}

/// The metric that one is a variant of, in the end.
fn root(model: &Model, metric: MetricId) -> MetricId {
    let mut at = metric;
    for _ in 0..model.metrics.len() {
        match &model.metric(at).variant_of {
            Some((of, _)) => at = *of,
            None => break,
        }
    }
    at
}

/// The metrics of which this is a mean: two or more, each times a share, and the shares are one together.
fn mean(formula: &MetricExpr) -> Option<Vec<MetricId>> {
    let mut shares = Vec::new();
    add_shares(formula, 1.0, &mut shares)?;
    shares.sort_by_key(|(metric, _)| *metric);
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    let is_mean = shares.iter().all(|(_, share)| *share > 0.0) && (sum - 1.0).abs() < 1e-9;
    let mut metrics: Vec<MetricId> = shares.into_iter().map(|(metric, _)| metric).collect();
    metrics.dedup();
    (is_mean && metrics.len() > 1).then_some(metrics)
}

/// The metrics that are added up, each with what it is multiplied by; nothing if it is not a sum of such.
fn add_shares(expr: &MetricExpr, factor: f64, shares: &mut Vec<(MetricId, f64)>) -> Option<()> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Metric(metric)) => shares.push((*metric, factor)),
        Kind::Leaf(MetricLeaf::Filled { inner, .. }) => add_shares(inner, factor, shares)?,
        Kind::Call(Function::Add, terms) => {
            for term in terms {
                add_shares(term, factor, shares)?;
            }
        }
        Kind::Call(Function::Multiply, factors) => match &factors[..] {
            [number, rest] | [rest, number] if constant(number).is_some() => {
                add_shares(rest, factor * constant(number)?, shares)?;
            }
            _ => return None,
        },
        Kind::Call(Function::Divide, parts) => match &parts[..] {
            [rest, number] => add_shares(rest, factor / constant(number)?, shares)?,
            _ => return None,
        },
        // What stands where a part has no value makes it no other mean.
        Kind::Call(Function::Coalesce | Function::Cast(_) | Function::Widen(_) | Function::Round(_), parts) => {
            add_shares(parts.first()?, factor, shares)?;
        }
        _ => return None,
    }
    Some(())
}

fn constant(expr: &MetricExpr) -> Option<f64> {
    match &expr.kind {
        Kind::Literal(Literal::Integer(number)) => Some(*number as f64),
        Kind::Literal(Literal::Decimal { digits, scale }) => Some(*digits as f64 / 10f64.powi(i32::from(*scale))),
        Kind::Call(Function::Cast(_) | Function::Widen(_), parts) => constant(parts.first()?),
        Kind::Call(Function::Divide, parts) => match &parts[..] {
            [above, below] => Some(constant(above)? / constant(below)?),
            _ => None,
        },
        _ => None,
    }
}

fn averaged(metric: &Metric, one: &Metric, other: &Metric) -> Diagnostic {
    let (name, a, b) = (&metric.name, &one.name, &other.name);
    Diagnostic::new(
        &codes::RIVALS_AVERAGED,
        metric.name_span,
        format!("`{name}` is the middle between `{a}` and `{b}`"),
    )
    .label("what nobody counts")
    .related(one.name_span, "the one")
    .related(other.name_span, "the other")
    .help(format!("agree on one of them, and mark the other: `status deprecated use {a}`"))
    .help("or show both side by side in a report")
    .about(name)
}
