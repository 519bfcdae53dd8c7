//! What is known to be at least zero, of metrics and of rows.

use super::align::{Aligned, AlignedLeaf};
use super::alike::{self, Term};
use super::pairs::Part;
use crate::model::{Aggregate, Expr, Function, Kind, Literal, RowExpr, RowLeaf};

/// Whether a value is at least zero wherever it is not null.
pub fn is_positive(expr: &Aligned) -> bool {
    at_least_zero(expr, &|leaf| match leaf {
        AlignedLeaf::Measure(pair) => {
            let argument = |side: &Part| side.argument().is_some_and(|term| row_is_positive(&term));
            aggregate_is_positive(pair.a.measure.aggregate, argument(&pair.a) && argument(&pair.b))
        }
        AlignedLeaf::Within(inner) | AlignedLeaf::Follow(inner, _) => is_positive(inner),
        AlignedLeaf::Per { aggregate, argument, .. } => {
            aggregate_is_positive(*aggregate, argument.as_deref().is_some_and(is_positive))
        }
        AlignedLeaf::Filled { inner, value } => is_positive(inner) && value.as_ref().is_some_and(literal_is_positive),
    })
}

fn aggregate_is_positive(aggregate: Aggregate, argument: bool) -> bool {
    use Aggregate::*;
    match aggregate {
        Count | CountValues | CountDistinct | ApproxCountDistinct | Stddev { .. } | Variance { .. } => true,
        Sum | Avg | Min | Max | PercentileCont { .. } | PercentileDisc { .. } | First | Last => argument,
    }
}

pub fn row_is_positive(term: &Term) -> bool {
    at_least_zero(term.opened().expr, &|leaf| match leaf {
        RowLeaf::Column { source, column, .. } => {
            let column = term.model.source(*source).column(*column);
            let derived = |expr| row_is_positive(&Term { model: term.model, source: *source, expr });
            column.checks.iter().any(promises_positive) || column.derived.as_ref().is_some_and(derived)
        }
        RowLeaf::Lookup(_) => false,
    })
}

/// `check >= 0`
fn promises_positive(check: &RowExpr) -> bool {
    match &check.kind {
        Kind::Call(Function::GreaterOrEqual | Function::Greater | Function::Equal, of) => {
            alike::constant(&of[1]).is_some_and(literal_is_positive)
        }
        _ => false,
    }
}

fn at_least_zero<L>(expr: &Expr<L>, leaf: &dyn Fn(&L) -> bool) -> bool {
    let of = |expr: &Expr<L>| at_least_zero(expr, leaf);
    match &expr.kind {
        Kind::Leaf(it) => leaf(it),
        Kind::Literal(literal) => literal_is_positive(literal),
        Kind::Case { arms, otherwise } => {
            arms.iter().all(|(_, then)| of(then)) && otherwise.as_ref().is_none_or(|value| of(value))
        }
        Kind::Call(function, arguments) => match function {
            Function::Abs | Function::Sqrt | Function::Exp | Function::Length => true,
            Function::Add | Function::Multiply | Function::Divide | Function::Coalesce | Function::Least => {
                arguments.iter().all(of)
            }
            Function::Greatest => arguments.iter().any(of),
            Function::Widen(_) | Function::Round(_) | Function::Floor | Function::Ceil => of(&arguments[0]),
            Function::Mod | Function::Nullif => of(&arguments[0]),
            _ => false,
        },
    }
}

fn literal_is_positive(literal: &Literal) -> bool {
    match literal {
        // Where there is no value there is none below zero.
        Literal::Null => true,
        Literal::Integer(value) => *value >= 0,
        Literal::Decimal { digits, .. } => *digits >= 0,
        _ => false,
    }
}

pub fn is_zero(expr: &Aligned) -> bool {
    alike::constant(expr).is_some_and(is_zero_literal)
}

pub fn is_zero_literal(literal: &Literal) -> bool {
    matches!(literal, Literal::Integer(0) | Literal::Decimal { digits: 0, .. })
}
