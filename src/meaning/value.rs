//! A value of a row or of a result.

use crate::model::{Base, Literal};
use jiff::civil::{Date, DateTime};
use smol_str::SmolStr;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// One value. Numbers are equal when their amounts are (`1 = 1.00`); null equals null here, as keys do, and comes last.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    /// `digits` / 10^`scale`, of at most 38 digits.
    Decimal {
        digits: i128,
        scale: u8,
    },
    /// Never NaN nor infinite.
    Double(f64),
    Text(SmolStr),
    Date(Date),
    /// Wall time, to the microsecond.
    Timestamp(DateTime),
    /// A moment, as the wall time in UTC, to the microsecond.
    Instant(DateTime),
}

/// The most digits that an exact number has.
const DIGITS: u32 = 38;

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The truth of a condition: `None` for null.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A double, or null where it is no number that can be shown.
    pub fn double(value: f64) -> Value {
        if value.is_finite() { Value::Double(value) } else { Value::Null }
    }

    /// The nearest binary number.
    pub fn as_double(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            // By its digits, so that it is the nearest one: a division by a power of ten would round twice.
            Value::Decimal { .. } => self.to_string().parse().ok(),
            Value::Double(value) => Some(*value),
            _ => None,
        }
    }

    /// A moment's wall time; of an instant that in UTC. A date is its midnight.
    pub fn as_moment(&self) -> Option<DateTime> {
        match self {
            Value::Date(date) => Some(date.to_datetime(jiff::civil::Time::midnight())),
            Value::Timestamp(moment) | Value::Instant(moment) => Some(*moment),
            _ => None,
        }
    }

    /// A cell's text as a value of a type: as CSV files and test files write it. Fails with what was expected.
    pub fn read(text: &str, base: Base) -> Result<Value, String> {
        let wrong = || format!("`{text}` is no {base}");
        let trimmed = text.trim();
        match base {
            Base::Text => Ok(Value::Text(text.into())),
            Base::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" => Ok(Value::Boolean(true)),
                "false" | "f" | "0" => Ok(Value::Boolean(false)),
                _ => Err(wrong()),
            },
            Base::Integer => trimmed.parse().map(Value::Integer).map_err(|_| wrong()),
            Base::Decimal { precision, scale } => read_decimal(trimmed, precision, scale).ok_or_else(wrong),
            Base::Double => match trimmed.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Value::Double(value)),
                _ => Err(wrong()),
            },
            Base::Date => read_moment(trimmed)
                .filter(|moment| moment.time() == jiff::civil::Time::midnight())
                .map(|moment| Value::Date(moment.date()))
                .ok_or_else(wrong),
            Base::Timestamp => read_moment(trimmed).map(Value::Timestamp).ok_or_else(wrong),
            Base::Instant => {
                let utc = trimmed.strip_suffix('Z').or_else(|| trimmed.strip_suffix("+00:00")).unwrap_or(trimmed);
                read_moment(utc).map(Value::Instant).ok_or_else(wrong)
            }
            Base::Null | Base::Broken => Err(wrong()),
        }
    }
}

/// Digits with at most `scale` places after the point.
fn read_decimal(text: &str, precision: u8, scale: u8) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let places = part.trim_end_matches('0');
    if whole.len() + part.len() == 0 || !all_digits(whole) || !all_digits(part) || places.len() > usize::from(scale) {
        return None;
    }
    let padded = format!("{whole}{places}{}", "0".repeat(usize::from(scale) - places.len()));
    let digits: i128 = padded.parse().ok()?;
    if digits >= 10i128.pow(u32::from(precision).min(DIGITS)) {
        return None;
    }
    Some(Value::Decimal { digits: if negative { -digits } else { digits }, scale })
}

/// `2026-01-31`, `2026-01-31 10:00`, `2026-01-31T10:00:00.25`
fn read_moment(text: &str) -> Option<DateTime> {
    let with_blank = text.replacen(' ', "T", 1);
    let moment: DateTime = match with_blank.len() {
        10 => with_blank.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight()),
        _ => with_blank.parse().ok()?,
    };
    (moment.subsec_nanosecond() % 1000 == 0).then_some(moment)
}

impl Value {
    /// The constant that names this value; a double has none.
    pub fn literal(&self) -> Option<Literal> {
        Some(match self {
            Value::Null => Literal::Null,
            Value::Boolean(truth) => Literal::Boolean(*truth),
            Value::Integer(value) => Literal::Integer(*value),
            Value::Decimal { digits, scale } => Literal::Decimal { digits: *digits, scale: *scale },
            Value::Double(_) => return None,
            Value::Text(text) => Literal::Text(text.clone()),
            Value::Date(date) => Literal::Date(*date),
            Value::Timestamp(moment) => Literal::Timestamp(*moment),
            Value::Instant(moment) => Literal::Instant(*moment),
        })
    }
}

impl From<&Literal> for Value {
    fn from(literal: &Literal) -> Value {
        match literal {
            Literal::Null => Value::Null,
            Literal::Boolean(truth) => Value::Boolean(*truth),
            Literal::Integer(value) => Value::Integer(*value),
            Literal::Decimal { digits, scale } => Value::Decimal { digits: *digits, scale: *scale },
            Literal::Text(text) => Value::Text(text.clone()),
            Literal::Date(date) => Value::Date(*date),
            Literal::Timestamp(moment) => Value::Timestamp(*moment),
            Literal::Instant(moment) => Value::Instant(*moment),
        }
    }
}

/// Without zeros at the end: one form for each amount.
fn reduced(mut digits: i128, mut scale: u8) -> (i128, u8) {
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    (digits, scale)
}

/// Digits and scale of an exact number.
pub fn exact(value: &Value) -> Option<(i128, u8)> {
    match value {
        Value::Integer(value) => Some((i128::from(*value), 0)),
        Value::Decimal { digits, scale } => Some((*digits, *scale)),
        _ => None,
    }
}

/// By amount, whatever the scales. Where one cannot be brought to the other's scale it is the larger by far.
fn compare_exact(left: (i128, u8), right: (i128, u8)) -> Ordering {
    let scale = left.1.max(right.1);
    let at = |(digits, own): (i128, u8)| digits.checked_mul(10i128.pow(u32::from(scale - own)));
    match (at(left), at(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (None, _) => left.0.cmp(&0),
        (_, None) => 0.cmp(&right.0),
    }
}

impl Value {
    /// Where kinds come in an order of values of different kinds, which no column has.
    fn rank(&self) -> u8 {
        match self {
            Value::Boolean(_) => 0,
            Value::Integer(_) | Value::Decimal { .. } => 1,
            Value::Double(_) => 2,
            Value::Text(_) => 3,
            Value::Date(_) => 4,
            Value::Timestamp(_) => 5,
            Value::Instant(_) => 6,
            Value::Null => 7,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
            // -0.0 and 0.0 are one number.
            (Value::Double(left), Value::Double(right)) => (left + 0.0).total_cmp(&(right + 0.0)),
            (Value::Text(left), Value::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
            (Value::Date(left), Value::Date(right)) => left.cmp(right),
            (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(right),
            (Value::Instant(left), Value::Instant(right)) => left.cmp(right),
            _ => match (exact(self), exact(other)) {
                (Some(left), Some(right)) => compare_exact(left, right),
                _ => self.rank().cmp(&other.rank()),
            },
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Value::Null => {}
            Value::Boolean(truth) => truth.hash(state),
            Value::Integer(value) => (i128::from(*value), 0u8).hash(state),
            Value::Decimal { digits, scale } => reduced(*digits, *scale).hash(state),
            Value::Double(value) => (value + 0.0).to_bits().hash(state),
            Value::Text(text) => text.hash(state),
            Value::Date(date) => date.hash(state),
            Value::Timestamp(moment) | Value::Instant(moment) => moment.hash(state),
        }
    }
}

/// As it would be written in a cell: nothing for null, `2026-01-31`, `2026-01-31 10:00:00`, every digit of a decimal's scale.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Boolean(truth) => write!(f, "{truth}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Decimal { digits, scale: 0 } => write!(f, "{digits}"),
            Value::Decimal { digits, scale } => {
                let sign = if *digits < 0 { "-" } else { "" };
                let unit = 10u128.pow(u32::from(*scale));
                let amount = digits.unsigned_abs();
                write!(f, "{sign}{}.{:0width$}", amount / unit, amount % unit, width = usize::from(*scale))
            }
            Value::Double(value) => write!(f, "{value}"),
            Value::Text(text) => f.write_str(text),
            Value::Date(date) => write!(f, "{date}"),
            Value::Timestamp(moment) | Value::Instant(moment) => {
                write!(f, "{} {}", moment.date(), moment.time())
            }
        }
    }
}

/// The number as a value of this exact kind, or `None` where it has more digits than any of them.
pub fn exact_of(digits: i128, scale: u8, base: Base) -> Option<Value> {
    match base {
        Base::Integer => i64::try_from(digits).ok().filter(|_| scale == 0).map(Value::Integer),
        _ => (digits.unsigned_abs() < 10u128.pow(DIGITS)).then_some(Value::Decimal { digits, scale }),
    }
}
