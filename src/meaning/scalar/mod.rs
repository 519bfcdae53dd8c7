//! Functions of values: what each means, said once.

mod cast;
mod number;
mod numeral;
#[cfg(test)]
mod tests;
mod text;
mod time;

pub use time::later;

use super::Value;
use super::value::{exact, exact_of};
use crate::model::{Base, Function, Type};
use jiff::tz::TimeZone;
use std::fmt;

/// A result that its type cannot hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overflow {
    /// Such as `9223372036854775807 + 1 is no 64-bit integer`.
    pub fact: String,
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fact)
    }
}

impl Overflow {
    pub fn of(fact: impl Into<String>) -> Overflow {
        Overflow { fact: fact.into() }
    }
}

/// A function of values that the checker has made fit. `ty` is the type of the result. A null argument gives null, but for
/// the functions that ask for null themselves.
pub fn call(function: Function, arguments: &[Value], ty: &Type, zone: &TimeZone) -> Result<Value, Overflow> {
    use Function::*;
    match function {
        And => return Ok(all(arguments, true)),
        Or => return Ok(all(arguments, false)),
        IsNull => return Ok(Value::Boolean(arguments[0].is_null())),
        IsNotNull => return Ok(Value::Boolean(!arguments[0].is_null())),
        IsTrue => return Ok(Value::Boolean(arguments[0].truth() == Some(true))),
        IsNotTrue => return Ok(Value::Boolean(arguments[0].truth() != Some(true))),
        IsFalse => return Ok(Value::Boolean(arguments[0].truth() == Some(false))),
        IsNotFalse => return Ok(Value::Boolean(arguments[0].truth() != Some(false))),
        Coalesce => return Ok(arguments.iter().find(|value| !value.is_null()).cloned().unwrap_or(Value::Null)),
        // The value stays where there is nothing to compare it with.
        Nullif => {
            let equal = !arguments[0].is_null() && arguments[0] == arguments[1];
            return Ok(if equal { Value::Null } else { arguments[0].clone() });
        }
        _ => {}
    }
    if arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    let truth = |truth: bool| Ok(Value::Boolean(truth));
    match function {
        Not => Ok(arguments[0].truth().map_or(Value::Null, |truth| Value::Boolean(!truth))),
        Equal => truth(arguments[0] == arguments[1]),
        NotEqual => truth(arguments[0] != arguments[1]),
        Less => truth(arguments[0] < arguments[1]),
        LessOrEqual => truth(arguments[0] <= arguments[1]),
        Greater => truth(arguments[0] > arguments[1]),
        GreaterOrEqual => truth(arguments[0] >= arguments[1]),
        In => truth(arguments[1..].contains(&arguments[0])),
        NotIn => truth(!arguments[1..].contains(&arguments[0])),
        Least => Ok(arguments.iter().min().cloned().unwrap_or(Value::Null)),
        Greatest => Ok(arguments.iter().max().cloned().unwrap_or(Value::Null)),
        Like | NotLike | Concat | Lower | Upper | Trim | Length | Substring | Replace | StartsWith | EndsWith
        | Contains => Ok(text::call(function, arguments)),
        Cast(base) => cast::cast(&arguments[0], base),
        Widen(base) => Ok(widened(&arguments[0], base)),
        Shift { count, unit } => time::shift(&arguments[0], count, unit),
        Truncate(grain) => Ok(time::truncate(&arguments[0], grain)),
        Difference(grain) => Ok(time::difference(grain, &arguments[0], &arguments[1])),
        Part(part) => Ok(time::part(&arguments[0], part)),
        ToLocal => time::to_local(&arguments[0], zone),
        ToUtc => time::to_local(&arguments[0], &TimeZone::UTC),
        SecondsLater => time::seconds_later(&arguments[0], &arguments[1]),
        FromUtc => Ok(time::from_utc(&arguments[0])),
        _ => number::call(function, arguments, ty),
    }
}

/// `and` of truths, or `or` where `neutral` is false: the other truth decides, else null, else the neutral one.
fn all(arguments: &[Value], neutral: bool) -> Value {
    if arguments.iter().any(|value| value.truth() == Some(!neutral)) {
        return Value::Boolean(!neutral);
    }
    if arguments.iter().any(Value::is_null) { Value::Null } else { Value::Boolean(neutral) }
}

/// The same value as a wider kind. A decimal that would need more digits than there are keeps its places: it is the same number.
fn widened(value: &Value, base: Base) -> Value {
    match (value, base) {
        (_, Base::Decimal { scale, .. }) => {
            let wider = exact(value).and_then(|(digits, own)| {
                let digits = digits.checked_mul(10i128.pow(u32::from(scale.checked_sub(own)?)))?;
                exact_of(digits, scale, base)
            });
            wider.unwrap_or_else(|| value.clone())
        }
        (number, Base::Double) => number.as_double().map_or(Value::Null, Value::double),
        (Value::Date(date), Base::Timestamp) => Value::Timestamp(date.to_datetime(jiff::civil::Time::midnight())),
        _ => value.clone(),
    }
}
