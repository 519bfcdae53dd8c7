//! Functions of values held against numbers worked out by a head, or by Python's exact arithmetic and calendar.

mod cast;
mod logic;
mod number;
mod text;
mod time;

use super::call;
use crate::meaning::Value;
use crate::model::{Base, Function, Type};
use jiff::tz::TimeZone;

pub fn integer(value: i64) -> Value {
    Value::Integer(value)
}

/// `-12.50` with the places that are written.
pub fn decimal(text: &str) -> Value {
    let scale = text.split_once('.').map_or(0, |(_, places)| places.len()) as u8;
    Value::Decimal { digits: text.replace('.', "").parse().expect("digits"), scale }
}

pub fn double(value: f64) -> Value {
    Value::Double(value)
}

pub fn text(value: &str) -> Value {
    Value::Text(value.into())
}

pub fn truth(value: bool) -> Value {
    Value::Boolean(value)
}

pub fn date(value: &str) -> Value {
    Value::read(value, Base::Date).expect("a date")
}

pub fn timestamp(value: &str) -> Value {
    Value::read(value, Base::Timestamp).expect("a timestamp")
}

pub fn instant(value: &str) -> Value {
    Value::read(value, Base::Instant).expect("an instant")
}

pub fn of(precision: u8, scale: u8) -> Base {
    Base::Decimal { precision, scale }
}

/// The value with its kind and every place of it: `decimal 1.50`, which equals `decimal 1.5` and is not the same.
pub fn shown(result: Result<Value, super::Overflow>) -> String {
    let Ok(value) = result else { return "overflow".to_owned() };
    let kind = match &value {
        Value::Null => return "null".to_owned(),
        Value::Boolean(_) => "boolean",
        Value::Integer(_) => "integer",
        Value::Decimal { .. } => "decimal",
        Value::Double(_) => "double",
        Value::Text(_) => "text",
        Value::Date(_) => "date",
        Value::Timestamp(_) => "timestamp",
        Value::Instant(_) => "instant",
    };
    format!("{kind} {value}")
}

/// Calls the function for a result of this kind, in New York.
#[track_caller]
pub fn gives(function: Function, arguments: &[Value], base: Base, expected: &str) {
    let zone = TimeZone::get("America/New_York").expect("the zone is bundled");
    let result = call(function, arguments, &Type::plain(base), &zone);
    assert_eq!(shown(result), expected, "{function:?} of {arguments:?}");
}
