//! Casts: what a user asks for by `cast(x as type)`.

use super::Overflow;
use super::number::half_away;
use crate::meaning::Value;
use crate::model::Base;
use jiff::civil::Time;

/// A value as another type. A text that is none becomes null; a number that does not fit is an overflow.
pub fn cast(value: &Value, base: Base) -> Result<Value, Overflow> {
    let too_wide = || Overflow::of(format!("{value} is no `{base}`"));
    match (value, base) {
        (Value::Text(_), Base::Text) => Ok(value.clone()),
        (Value::Text(text), _) => Ok(from_text(text, base)?),
        (_, Base::Text) => Ok(Value::Text(value.to_string().into())),
        (Value::Integer(_) | Value::Decimal { .. }, Base::Integer | Base::Decimal { .. }) => {
            let (digits, scale) = match value {
                Value::Integer(value) => (i128::from(*value), 0),
                Value::Decimal { digits, scale } => (*digits, *scale),
                _ => (0, 0),
            };
            exact(digits, scale, base).ok_or_else(too_wide)
        }
        (Value::Double(value), Base::Integer) => {
            let whole = (value.abs() + 0.5).floor().copysign(*value);
            // From 2^53 on a double is whole already, and adding a half may round it up to another one.
            let whole = if value.abs() >= 9_007_199_254_740_992.0 { *value } else { whole };
            let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole);
            if fits { Ok(Value::Integer(whole as i64)) } else { Err(too_wide()) }
        }
        (Value::Double(double), Base::Decimal { .. }) => {
            // By the shortest digits that name the double, as it would be written.
            let (digits, scale) = written(*double).ok_or_else(too_wide)?;
            exact(digits, scale, base).ok_or_else(too_wide)
        }
        (_, Base::Double) => Ok(value.as_double().map_or(Value::Null, Value::double)),
        (Value::Date(date), Base::Timestamp) => Ok(Value::Timestamp(date.to_datetime(Time::midnight()))),
        (Value::Timestamp(moment), Base::Date) => Ok(Value::Date(moment.date())),
        _ => Ok(value.clone()),
    }
}

/// Digits at another scale, half away from zero, if they fit.
fn exact(digits: i128, scale: u8, base: Base) -> Option<Value> {
    match base {
        Base::Decimal { precision, scale: to } => {
            let digits = match to.checked_sub(scale) {
                Some(more) => digits.checked_mul(10i128.pow(u32::from(more)))?,
                None => half_away(digits, u32::from(scale - to))?,
            };
            let fits = digits.unsigned_abs() < 10u128.pow(u32::from(precision));
            fits.then_some(Value::Decimal { digits, scale: to })
        }
        _ => i64::try_from(half_away(digits, u32::from(scale))?).ok().map(Value::Integer),
    }
}

/// The decimal digits of a double as it is written, if they are at most 38.
fn written(value: f64) -> Option<(i128, u8)> {
    let text = format!("{value}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    // What lies behind 38 places is too small to change any decimal.
    let part = &part[..part.len().min(37)];
    let digits = format!("{whole}{part}").parse().ok()?;
    Some((digits, part.len() as u8))
}

/// A number or moment that a text says; null where it says none.
fn from_text(text: &str, base: Base) -> Result<Value, Overflow> {
    let trimmed = text.trim_matches(' ');
    match base {
        Base::Integer | Base::Decimal { .. } => match exact_text(trimmed) {
            Some((digits, scale)) => {
                exact(digits, scale, base).ok_or_else(|| Overflow::of(format!("'{text}' is no `{base}`")))
            }
            None => Ok(Value::Null),
        },
        _ => Ok(Value::read(trimmed, base).unwrap_or(Value::Null)),
    }
}

/// `-12.50` as digits and scale.
fn exact_text(text: &str) -> Option<(i128, u8)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || !is_digits(whole) || !is_digits(part) || part.len() > 37 {
        return None;
    }
    let digits: i128 = format!("{whole}{part}").parse().ok()?;
    Some((sign * digits, part.len() as u8))
}
