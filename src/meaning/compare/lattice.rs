//! Values next to each other: what one step more or less is, by type.

use super::super::Value;
use crate::model::Base;
use jiff::ToSpan;
use jiff::civil::DateTime;

/// The next greater value of this type, or nothing where there is none.
pub fn above(value: &Value, base: Base) -> Option<Value> {
    step(value, base, 1)
}

/// The next smaller value of this type. No text has one.
pub fn below(value: &Value, base: Base) -> Option<Value> {
    step(value, base, -1)
}

fn step(value: &Value, base: Base, by: i64) -> Option<Value> {
    match (base, value) {
        (Base::Integer, _) => {
            let whole = stepped(value, 0, by)?;
            i64::try_from(whole).ok().map(Value::Integer)
        }
        (Base::Decimal { scale, .. }, _) => Some(Value::Decimal { digits: stepped(value, scale, by)?, scale }),
        (Base::Double, _) => {
            let number = value.as_double()?;
            let next = if by > 0 { number.next_up() } else { number.next_down() };
            next.is_finite().then_some(Value::Double(next))
        }
        (Base::Date, Value::Date(date)) => date.checked_add(by.days()).ok().map(Value::Date),
        (Base::Timestamp, Value::Timestamp(moment)) => beside(*moment, by).map(Value::Timestamp),
        (Base::Instant, Value::Instant(moment)) => beside(*moment, by).map(Value::Instant),
        // Nothing lies between a text and the same with the least character behind it.
        (Base::Text, Value::Text(text)) if by > 0 => Some(Value::Text(format!("{text}\0").into())),
        (Base::Boolean, Value::Boolean(truth)) if *truth != (by > 0) => Some(Value::Boolean(by > 0)),
        _ => None,
    }
}

fn beside(moment: DateTime, by: i64) -> Option<DateTime> {
    moment.checked_add(by.microseconds()).ok()
}

/// The digits, at a scale, of the nearest number strictly above (below) an exact one.
fn stepped(value: &Value, scale: u8, by: i64) -> Option<i128> {
    let (digits, own) = match value {
        Value::Integer(value) => (i128::from(*value), 0),
        Value::Decimal { digits, scale } => (*digits, *scale),
        _ => return None,
    };
    if own <= scale {
        return digits.checked_mul(10i128.checked_pow(u32::from(scale - own))?)?.checked_add(i128::from(by));
    }
    let unit = 10i128.checked_pow(u32::from(own - scale))?;
    let (floor, rest) = (digits.div_euclid(unit), digits.rem_euclid(unit));
    Some(match (by > 0, rest) {
        (true, _) => floor + 1,
        (false, 0) => floor - 1,
        (false, _) => floor,
    })
}

/// Whether a value of this type can be this amount: no integer is 2.5.
pub fn holds(value: &Value, base: Base) -> bool {
    let exact = |scale| stepped(value, scale, -1).and_then(|digits| digits.checked_add(1));
    match base {
        Base::Integer => {
            exact(0).and_then(|whole| i64::try_from(whole).ok()).is_some_and(|it| Value::Integer(it) == *value)
        }
        Base::Decimal { scale, .. } => exact(scale).is_some_and(|digits| Value::Decimal { digits, scale } == *value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS: Base = Base::Decimal { precision: 10, scale: 2 };

    fn decimal(digits: i128, scale: u8) -> Value {
        Value::Decimal { digits, scale }
    }

    #[test]
    fn a_step_is_the_least_difference_of_the_type() {
        assert_eq!(above(&Value::Integer(3), Base::Integer), Some(Value::Integer(4)));
        assert_eq!(above(&decimal(25, 1), Base::Integer), Some(Value::Integer(3)));
        assert_eq!(below(&decimal(25, 1), Base::Integer), Some(Value::Integer(2)));
        assert_eq!(below(&decimal(-25, 1), Base::Integer), Some(Value::Integer(-3)));
        assert_eq!(above(&Value::Integer(100), CENTS), Some(decimal(10001, 2)));
        assert_eq!(below(&decimal(1005, 3), CENTS), Some(decimal(100, 2)));
        assert_eq!(above(&Value::Integer(i64::MAX), Base::Integer), None);
        assert_eq!(above(&Value::Boolean(true), Base::Boolean), None);
        assert_eq!(below(&Value::Text("a".into()), Base::Text), None);
    }

    #[test]
    fn a_type_holds_what_it_has_digits_for() {
        assert!(holds(&decimal(20, 1), Base::Integer));
        assert!(!holds(&decimal(25, 1), Base::Integer));
        assert!(holds(&decimal(1000, 3), CENTS));
        assert!(!holds(&decimal(1005, 3), CENTS));
    }
}
