//! Aggregates: which one a call is, and the type and unit of its result.

use super::definitions::Definitions;
use super::errors::{meaning, types as type_errors};
use super::operators::{self, Operand};
use crate::model::{Aggregate, Base, Kind, RowExpr, RowLeaf, SourceId, Type, Unit};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};

/// Which aggregate a call is, with the expression it aggregates.
pub fn aggregate<'c>(
    call: &'c ast::Call,
    arguments: &[&'c ast::Expr],
    span: Span,
) -> Result<(Aggregate, Option<&'c ast::Expr>), Box<crate::diagnostic::Diagnostic>> {
    let name = call.name.text.as_str();
    let wrong = |usage: &str| Box::new(type_errors::wrong_arguments(span, name, usage, arguments.len()));
    if let Some(distinct) = call.distinct.filter(|_| name != "count") {
        return Err(Box::new(meaning::misplaced_clause(distinct, name)));
    }
    if let "percentile" | "percentile_disc" = name {
        let [value, p] = arguments[..] else { return Err(wrong(&format!("{name}(x, 0.9)"))) };
        let (digits, scale) = fraction(p).ok_or_else(|| {
            Box::new(type_errors::wrong_argument(p.span, name, "a number from 0 to 1, such as `0.9`"))
        })?;
        let aggregate = match name {
            "percentile" => Aggregate::PercentileCont { digits, scale },
            _ => Aggregate::PercentileDisc { digits, scale },
        };
        return Ok((aggregate, Some(value)));
    }
    let argument = match arguments {
        [] => None,
        [one] => Some(*one),
        _ => return Err(wrong(&format!("{name}(x)"))),
    };
    if argument.is_none() && (name != "count" || call.distinct.is_some()) {
        let usage = if name == "count" { "count(distinct x)".to_owned() } else { format!("{name}(x)") };
        return Err(wrong(&usage));
    }
    let aggregate = match name {
        "count" if call.distinct.is_some() => Aggregate::CountDistinct,
        "count" if argument.is_some() => Aggregate::CountValues,
        "count" => Aggregate::Count,
        "sum" => Aggregate::Sum,
        "avg" => Aggregate::Avg,
        "min" => Aggregate::Min,
        "max" => Aggregate::Max,
        "median" => Aggregate::PercentileCont { digits: 5, scale: 1 },
        "stddev" => Aggregate::Stddev { population: false },
        "stddev_pop" => Aggregate::Stddev { population: true },
        "variance" => Aggregate::Variance { population: false },
        "variance_pop" => Aggregate::Variance { population: true },
        "first" => Aggregate::First,
        "last" => Aggregate::Last,
        _ => Aggregate::ApproxCountDistinct,
    };
    Ok((aggregate, argument))
}

/// A decimal from 0 to 1, as digits and scale.
fn fraction(expr: &ast::Expr) -> Option<(u64, u8)> {
    let ExprKind::Number(text) = &expr.kind else { return None };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let scale = u8::try_from(part.len()).ok().filter(|scale| *scale <= 9)?;
    let digits = format!("{whole}{part}").parse::<u64>().ok()?;
    (digits <= 10u64.pow(u32::from(scale))).then_some((digits, scale))
}

/// The type of an aggregate of values of a type. Without a row it is null.
pub fn aggregate_type<L>(
    aggregate: Aggregate,
    argument: Option<&Operand<L>>,
    unit: Unit,
) -> Result<Type, crate::diagnostic::Diagnostic> {
    let counted = |unit| Type { base: Base::Integer, nullable: true, unit };
    let Some(argument) = argument else { return Ok(counted(unit)) };
    let own = argument.0.ty.clone();
    let base = match aggregate {
        Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => {
            return Ok(counted(unit));
        }
        Aggregate::Sum => {
            operators::expect_number(argument)?;
            match own.base {
                Base::Decimal { scale, .. } => Base::Decimal { precision: 38, scale },
                base => base,
            }
        }
        Aggregate::Min | Aggregate::Max => match own.base {
            Base::Boolean => return Err(type_errors::wrong_type(argument.1, "a number, a text or a moment", &own)),
            base => base,
        },
        Aggregate::First | Aggregate::Last => own.base,
        Aggregate::PercentileDisc { .. } => {
            operators::expect_number(argument)?;
            own.base
        }
        Aggregate::Avg | Aggregate::PercentileCont { .. } | Aggregate::Stddev { .. } => {
            operators::expect_number(argument)?;
            Base::Double
        }
        Aggregate::Variance { .. } => {
            operators::expect_number(argument)?;
            return Ok(Type { base: Base::Double, nullable: true, unit: own.unit.times(&own.unit, 1) });
        }
    };
    Ok(Type { base, nullable: true, unit: own.unit })
}

/// What is counted when values of a key are counted: rows of the source whose key it is.
pub fn unit_of_key(definitions: &mut dyn Definitions, from: SourceId, expr: &RowExpr) -> Unit {
    let Kind::Leaf(RowLeaf::Column { path, source, column }) = &expr.kind else { return Unit::Any };
    let model = definitions.model();
    let holder = model.source(if path.is_empty() { from } else { *source });
    if holder.key == [*column] {
        return Unit::named(&singular(&holder.name));
    }
    let joined = holder.joins.iter().find(|join| join.on.len() == 1 && join.on[0].0 == *column);
    joined.map_or(Unit::Any, |join| Unit::named(&singular(&model.source(join.target).name)))
}

/// `orders` counts in orders, one of which is an `order`: units are compared and shown in the singular.
pub fn singular(name: &str) -> String {
    match name {
        _ if name.len() < 4 || name.ends_with("ss") || name.ends_with("us") || name.ends_with("is") => name.to_owned(),
        _ if name.ends_with("ies") => format!("{}y", &name[..name.len() - 3]),
        _ if ["ches", "shes", "xes", "sses"].iter().any(|end| name.ends_with(end)) => name[..name.len() - 2].to_owned(),
        _ => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}
