//! Whether a metric's values for parts make up its value for the whole.

use super::definitions::Definitions;
use crate::model::{Additivity, Aggregate, Function, Kind, Literal, MetricExpr, MetricLeaf};
use crate::source::Span;

/// Sums and counts are additive, the least and the greatest re-aggregable; `where` keeps it. A product with a constant and
/// sums of additive metrics stay additive; everything else ends it.
pub fn of(expr: &MetricExpr, definitions: &mut dyn Definitions) -> Additivity {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => match of_aggregate(measure.aggregate) {
            Additivity::Additive if measure.pick.is_some() || measure.alive.is_some() => Additivity::SemiAdditive,
            // The greatest of what stands at each month's end is not the greatest at the year's end.
            Additivity::Reaggregable if measure.pick.is_some() || measure.alive.is_some() => Additivity::NonAdditive,
            additivity => additivity,
        },
        Kind::Leaf(MetricLeaf::Metric(id)) => definitions.metric(*id, Span::default()).additivity,
        Kind::Leaf(MetricLeaf::Filtered { inner, .. }) => of(inner, definitions),
        // Each row is given to one row, and counts once.
        Kind::Leaf(MetricLeaf::Follow(follow)) => of(&follow.counted, definitions),
        Kind::Leaf(MetricLeaf::Filled { inner, value }) if is_zero(value) => of(inner, definitions),
        Kind::Leaf(
            MetricLeaf::Total { .. }
            | MetricLeaf::Per(_)
            | MetricLeaf::Window { .. }
            | MetricLeaf::Prior { .. }
            | MetricLeaf::StartOf { .. }
            | MetricLeaf::Filled { .. },
        ) => Additivity::NonAdditive,
        // Null where one side has no rows, while the other side's rows go on counting in the whole: not additive by the
        // letter, unless the missing side is made 0.
        Kind::Call(Function::Add | Function::Subtract, sides) => {
            match sides.iter().map(|side| of_term(side, definitions)).max() {
                Some(Additivity::Additive) if sides.iter().all(is_never_missing) || same_rows(sides) => {
                    Additivity::Additive
                }
                _ => Additivity::NonAdditive,
            }
        }
        Kind::Call(Function::Negate | Function::Widen(_), inner) => match of(&inner[0], definitions) {
            Additivity::Additive => Additivity::Additive,
            _ => Additivity::NonAdditive,
        },
        Kind::Call(Function::Multiply, sides) => match (is_constant(&sides[0]), is_constant(&sides[1])) {
            (false, true) => of_scaled(&sides[0], definitions),
            (true, false) => of_scaled(&sides[1], definitions),
            _ => Additivity::NonAdditive,
        },
        Kind::Call(Function::Coalesce, _) => of_term(expr, definitions),
        _ => Additivity::NonAdditive,
    }
}

pub fn of_aggregate(aggregate: Aggregate) -> Additivity {
    match aggregate {
        Aggregate::Count | Aggregate::CountValues | Aggregate::Sum => Additivity::Additive,
        Aggregate::Min | Aggregate::Max => Additivity::Reaggregable,
        _ => Additivity::NonAdditive,
    }
}

fn of_scaled(expr: &MetricExpr, definitions: &mut dyn Definitions) -> Additivity {
    match of(expr, definitions) {
        Additivity::Additive => Additivity::Additive,
        _ => Additivity::NonAdditive,
    }
}

/// `coalesce(m, 0)` is as additive as `m`: what is missing adds nothing.
fn of_term(expr: &MetricExpr, definitions: &mut dyn Definitions) -> Additivity {
    match &expr.kind {
        Kind::Call(Function::Coalesce, values) if values.len() == 2 && is_zero(&values[1]) => {
            of(&values[0], definitions)
        }
        Kind::Call(Function::Coalesce, _) => Additivity::NonAdditive,
        _ => of(expr, definitions),
    }
}

fn is_never_missing(expr: &MetricExpr) -> bool {
    matches!(&expr.kind, Kind::Call(Function::Coalesce, values) if values.len() == 2 && is_zero(&values[1]))
}

/// Measures over exactly the same rows, of values that are never null, are missing together.
fn same_rows(sides: &[MetricExpr]) -> bool {
    let measure = |side: &MetricExpr| match &side.kind {
        Kind::Leaf(MetricLeaf::Measure(measure))
            if measure.argument.as_ref().is_none_or(|argument| !argument.ty.nullable) && measure.filter.is_none() =>
        {
            Some((measure.source, measure.rows.clone(), measure.axis.clone()))
        }
        _ => None,
    };
    let mut each = sides.iter().map(measure);
    match each.next() {
        Some(Some(first)) => each.all(|other| other.as_ref() == Some(&first)),
        _ => false,
    }
}

fn is_constant(expr: &MetricExpr) -> bool {
    let mut leaves = 0;
    expr.leaves(&mut |_| leaves += 1);
    leaves == 0
}

fn is_zero(expr: &MetricExpr) -> bool {
    match &expr.kind {
        Kind::Literal(Literal::Integer(0) | Literal::Decimal { digits: 0, .. }) => true,
        Kind::Call(Function::Widen(_), inner) => is_zero(&inner[0]),
        _ => false,
    }
}
