//! RisingWave: PostgreSQL's words, where it has them. <https://docs.risingwave.com/sql/functions/overview>
//!
//! A decimal has 28 digits there and no places of its own, so the sum of a column of more than 18, which might lose some, is E0601,
//! as is a product of more than 28; casts round to the places. (A column of 38 is taken for what sums are, and those are summed
//! again.) A spread comes from sums of squares, which lose digits, and is worked out from rows.
//! <https://docs.risingwave.com/sql/data-types/overview>

use super::{AggregateCall, Call, Dialect, Proof, Words, common, postgres, postgres_like};
use crate::model::{Aggregate, Base, Function};

pub static DIALECT: Dialect = Dialect {
    name: "risingwave",
    title: "RisingWave",
    version: "2.5",
    proof: Proof::Emulator("PostgreSQL 15"),
    longest_name: None,
    type_name,
    function,
    aggregate,
    byte_order: |words| words,
    stored: common::dropped,
    ..postgres::SHARED
};

/// The digits of a decimal.
const MOST: u8 = 28;
/// The digits of a decimal of which ten thousand million can be summed.
const SUMMED: u8 = 18;
/// The digits that a sum has by its type, and none by its rows.
const OF_SUMS: u8 = 38;

fn type_name(base: Base) -> Option<String> {
    match base {
        Base::Decimal { precision, .. } if precision > MOST => None,
        Base::Decimal { .. } => Some("NUMERIC".into()),
        _ => (postgres::SHARED.type_name)(base),
    }
}

fn function(asked: &Call) -> Option<Words> {
    let first = &asked.arguments[0];
    match asked.function {
        Function::Multiply => match asked.ty.base {
            Base::Decimal { precision, .. } if precision > MOST => None,
            _ => postgres_like::function(asked),
        },
        // A text may have more digits than that; a number has not.
        Function::Cast(Base::Decimal { precision, .. }) if precision > MOST && first.ty.base == Base::Text => None,
        Function::Cast(Base::Decimal { scale, .. }) => {
            let rounded = |x: &Words| Words::atom(format!("ROUND(CAST({} AS NUMERIC), {scale})", x.text));
            Some(match first.ty.base {
                Base::Text => postgres_like::shaped_number(first, &rounded(&postgres_like::bare(first)))?,
                Base::Double => rounded(&common::round_double(&first.words, scale as i8)),
                _ => rounded(&first.words),
            })
        }
        _ => postgres_like::function(asked),
    }
}

fn aggregate(asked: &AggregateCall) -> Option<Words> {
    let digits = match asked.argument.as_ref().map(|argument| argument.ty.base) {
        Some(Base::Decimal { precision, .. }) => precision,
        _ => 0,
    };
    match asked.aggregate {
        Aggregate::Stddev { .. } | Aggregate::Variance { .. } => None,
        Aggregate::Sum if digits > SUMMED && digits < OF_SUMS => None,
        _ => (postgres::SHARED.aggregate)(asked),
    }
}
