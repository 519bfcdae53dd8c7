//! The words that digests and printed forms use. They are part of the format: to change one is to change every digest.

use super::term::Op;
use crate::model::{Aggregate, Base, Function};

/// What kind of term it is.
pub fn op(op: &Op) -> &'static str {
    match op {
        Op::Absent => "absent",
        Op::Column { .. } => "column",
        Op::Through => "through",
        Op::Lookup { .. } => "lookup",
        Op::Literal(_) => "literal",
        Op::Call(_) => "call",
        Op::Case => "case",
        Op::Measure(_) => "measure",
        Op::Pick { .. } => "pick",
        Op::Alive(_) => "alive",
        Op::Total { .. } => "total",
        Op::Per(_) => "per",
        Op::Rolling { .. } => "rolling",
        Op::ToDate => "to_date",
        Op::Cumulative => "cumulative",
        Op::Prior { .. } => "prior",
        Op::StartOf => "start_of",
        Op::Filled => "fill",
        Op::Dense => "dense",
        Op::Follow { .. } => "follow",
        Op::Restricted => "restricted",
        Op::Conditions => "conditions",
        Op::Period(_) => "period",
        Op::Declared => "declared",
        Op::AxisPart(_) => "part",
        Op::Each => "each",
        Op::Table { .. } => "table",
        Op::Source => "source",
        Op::Join => "join",
        Op::Valid => "valid",
        Op::Calendar { .. } => "calendar",
        Op::Metric { .. } => "metric",
    }
}

/// A kind of value, without precision and scale.
pub fn base(base: Base) -> &'static str {
    match base {
        Base::Broken => "broken",
        Base::Null => "null",
        Base::Boolean => "boolean",
        Base::Integer => "integer",
        Base::Decimal { .. } => "decimal",
        Base::Double => "double",
        Base::Text => "text",
        Base::Date => "date",
        Base::Timestamp => "timestamp",
        Base::Instant => "instant",
    }
}

/// An aggregate, without the share of a percentile.
pub fn aggregate(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Count => "count",
        Aggregate::CountValues => "count_values",
        Aggregate::CountDistinct => "count_distinct",
        Aggregate::Sum => "sum",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::PercentileCont { .. } => "percentile",
        Aggregate::PercentileDisc { .. } => "percentile_disc",
        Aggregate::Stddev { population: false } => "stddev",
        Aggregate::Stddev { population: true } => "stddev_pop",
        Aggregate::Variance { population: false } => "variance",
        Aggregate::Variance { population: true } => "variance_pop",
        Aggregate::First => "first",
        Aggregate::Last => "last",
        Aggregate::ApproxCountDistinct => "approx_count_distinct",
    }
}

/// A function, without what it is told besides its arguments.
pub fn function(function: Function) -> &'static str {
    match function {
        Function::And => "and",
        Function::Or => "or",
        Function::Not => "not",
        Function::Equal => "equal",
        Function::NotEqual => "not_equal",
        Function::Less => "less",
        Function::LessOrEqual => "less_or_equal",
        Function::Greater => "greater",
        Function::GreaterOrEqual => "greater_or_equal",
        Function::In => "in",
        Function::NotIn => "not_in",
        Function::Like => "like",
        Function::NotLike => "not_like",
        Function::IsNull => "is_null",
        Function::IsNotNull => "is_not_null",
        Function::IsTrue => "is_true",
        Function::IsNotTrue => "is_not_true",
        Function::IsFalse => "is_false",
        Function::IsNotFalse => "is_not_false",
        Function::Add => "add",
        Function::Subtract => "subtract",
        Function::Multiply => "multiply",
        Function::Divide => "divide",
        Function::Negate => "negate",
        Function::Concat => "concat",
        Function::Coalesce => "coalesce",
        Function::Nullif => "nullif",
        Function::Abs => "abs",
        Function::Round(_) => "round",
        Function::Floor => "floor",
        Function::Ceil => "ceil",
        Function::Mod => "mod",
        Function::Power => "power",
        Function::Sqrt => "sqrt",
        Function::Ln => "ln",
        Function::Exp => "exp",
        Function::Least => "least",
        Function::Greatest => "greatest",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Length => "length",
        Function::Substring => "substring",
        Function::Replace => "replace",
        Function::StartsWith => "starts_with",
        Function::EndsWith => "ends_with",
        Function::Contains => "contains",
        Function::Cast(_) => "cast",
        Function::Widen(_) => "widen",
        Function::Shift { .. } => "shift",
        Function::Truncate(_) => "truncate",
        Function::Difference(_) => "difference",
        Function::Part(_) => "part",
        Function::ToLocal => "to_local",
        Function::ToUtc => "to_utc",
        Function::FromUtc => "from_utc",
        Function::SecondsLater => "seconds_later",
    }
}
