//! What warehouses that speak PostgreSQL's language say otherwise, since they are none: the words below mean the same on each of
//! them and on PostgreSQL, on which the tests run them.
//!
//! Texts are ordered by their bytes there, and only there is no collation to say. A date less a date is an interval, or a date and
//! a number no date, here or there, so days are counted by seconds and moved by intervals. Blanks around a number are taken off
//! before it is read, and a date is written out as a timestamp is.

use super::postgres;
use super::{Argument, Binding, Call, Words, common};
use crate::model::{Base, Function, Grain};

pub(super) fn function(asked: &Call) -> Option<Words> {
    let arguments = asked.arguments;
    let first = &arguments[0];
    let is_date = first.ty.base == Base::Date;
    Some(match asked.function {
        Function::Least => common::call("LEAST", arguments),
        Function::Greatest => common::call("GREATEST", arguments),
        Function::StartsWith => {
            let part = &arguments[1].words;
            let start = Words::atom(format!("LEFT({}, LENGTH({}))", first.words.text, part.text));
            Words::infix(&start, "=", part, Binding::Compare)
        }
        Function::Cast(to) if first.ty.base == Base::Text && to.is_number() => {
            let bare = [Argument { words: bare(first), ty: first.ty }];
            shaped_number(first, &(postgres::SHARED.function)(&Call { arguments: &bare, ..*asked })?)?
        }
        Function::Cast(Base::Text) if is_date => {
            Words::atom(format!("TO_CHAR(CAST({} AS TIMESTAMP), 'YYYY-MM-DD')", first.words.text))
        }
        Function::Cast(Base::Integer) if matches!(first.ty.base, Base::Decimal { .. }) => {
            Words::atom(format!("CAST(ROUND({}, 0) AS BIGINT)", first.words.text))
        }
        Function::Shift { count, unit } if is_date => {
            let (count, unit) = common::shift_parts(count, unit);
            let (op, size) = if count < 0 { ("-", count.unsigned_abs()) } else { ("+", count.unsigned_abs()) };
            let moved = format!("{} {op} INTERVAL '{size} {}'", first.words.at(Binding::Add), unit.name());
            Words::atom(format!("CAST({moved} AS DATE)"))
        }
        Function::Difference(grain @ (Grain::Day | Grain::Week)) => {
            let seconds = |x: &Argument| {
                let call = Call { function: Function::Truncate(grain), arguments: std::slice::from_ref(x), ..*asked };
                function(&call).map(|start| format!("EXTRACT(EPOCH FROM {})", start.text))
            };
            let length = if grain == Grain::Day { 86_400 } else { 604_800 };
            let (from, to) = (seconds(first)?, seconds(&arguments[1])?);
            Words::atom(format!("CAST(({to} - {from}) / {length} AS BIGINT)"))
        }
        _ => return (postgres::SHARED.function)(asked),
    })
}

/// A text without its blanks, to be read as a number.
pub(super) fn bare(x: &Argument) -> Words {
    Words::atom(format!("REGEXP_REPLACE({}, '[[:space:]]+', '', 'g')", x.words.text))
}

/// The number of a text that is one, blanks around it or none; else null.
pub(super) fn shaped_number(x: &Argument, number: &Words) -> Option<Words> {
    Some(common::shaped(&format!("{} ~ '{}'", x.words.at(Binding::Add), common::shape(Base::Double)?), number))
}
