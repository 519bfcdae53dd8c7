//! Casts: what a user asks for by `cast(x as type)`.

use super::Overflow;
use super::number::half_away;
use super::numeral::Numeral;
use crate::meaning::Value;
use crate::meaning::value::exact;
use crate::model::Base;
use jiff::civil::{Date, DateTime, Time};

/// A value as another type. A text that is none becomes null; a number that does not fit is an overflow.
pub fn cast(value: &Value, base: Base) -> Result<Value, Overflow> {
    let too_wide = || Overflow::of(format!("{value} is no `{base}`"));
    match (value, base) {
        (Value::Text(text), _) => from_text(text, base),
        (_, Base::Text) => Ok(Value::Text(value.to_string().into())),
        (Value::Double(x), Base::Integer | Base::Decimal { .. }) => {
            let scale = base.scale().unwrap_or(0);
            // What is beyond the digits of an exact number becomes the last of them here, which no type holds.
            let digits = (x * 10f64.powi(i32::from(scale))).round() as i128;
            fitting(digits, base).ok_or_else(too_wide)
        }
        (_, Base::Integer | Base::Decimal { .. }) => match exact(value) {
            Some((digits, scale)) => {
                let digits = at_scale(digits, scale, base.scale().unwrap_or(0));
                digits.and_then(|digits| fitting(digits, base)).ok_or_else(too_wide)
            }
            None => Ok(value.clone()),
        },
        (_, Base::Double) => Ok(value.as_double().map_or(Value::Null, Value::double)),
        (Value::Date(date), Base::Timestamp) => Ok(Value::Timestamp(date.to_datetime(Time::midnight()))),
        (Value::Timestamp(moment), Base::Date) => Ok(Value::Date(moment.date())),
        _ => Ok(value.clone()),
    }
}

/// The digits of the same number with other places, half away from zero.
fn at_scale(digits: i128, from: u8, to: u8) -> Option<i128> {
    match to.checked_sub(from) {
        Some(more) => digits.checked_mul(10i128.pow(u32::from(more))),
        None => half_away(digits, u32::from(from - to)),
    }
}

/// Digits with the places of an exact type, if it holds them.
fn fitting(digits: i128, base: Base) -> Option<Value> {
    match base {
        Base::Decimal { precision, scale } => {
            let fits = digits.unsigned_abs() < 10u128.pow(u32::from(precision));
            fits.then_some(Value::Decimal { digits, scale })
        }
        _ => i64::try_from(digits).ok().map(Value::Integer),
    }
}

/// A number with blanks around it, or a moment as constants of time are written; null for any other text.
fn from_text(text: &str, base: Base) -> Result<Value, Overflow> {
    let number = text.trim_matches(|letter: char| letter.is_ascii_whitespace());
    Ok(match base {
        Base::Integer | Base::Decimal { .. } => match Numeral::read(number) {
            Some(numeral) => {
                let digits = numeral.at(base.scale().unwrap_or(0));
                let value = digits.and_then(|digits| fitting(digits, base));
                value.ok_or_else(|| Overflow::of(format!("'{text}' is no `{base}`")))?
            }
            None => Value::Null,
        },
        Base::Double => match Numeral::read(number) {
            Some(_) => number.parse().map_or(Value::Null, Value::double),
            None => Value::Null,
        },
        Base::Date => date(text).map_or(Value::Null, Value::Date),
        Base::Timestamp => timestamp(text).map_or(Value::Null, Value::Timestamp),
        _ => Value::Text(text.into()),
    })
}

fn date(text: &str) -> Option<Date> {
    if has_shape(text, "0000-00-00") { text.parse().ok() } else { None }
}

/// To the second or a part of it, down to the microsecond.
fn timestamp(text: &str) -> Option<DateTime> {
    let (day, clock) = text.split_once(' ')?;
    let (second, part) = clock.split_once('.').unwrap_or((clock, "0"));
    let has_part = (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    // Read as it stands, a leap second would be the second before it.
    if !has_shape(second, "00:00:00") || second.ends_with(":60") || !has_part {
        return None;
    }
    Some(date(day)?.to_datetime(clock.parse().ok()?))
}

/// A digit for each 0, else the very letter.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}
