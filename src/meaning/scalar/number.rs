//! Arithmetic: exact for integers and decimals, binary64 for doubles.

use super::Overflow;
use crate::meaning::Value;
use crate::meaning::value::{exact, exact_of};
use crate::model::{Function, Type};

/// A function of numbers, none of them null.
pub fn call(function: Function, arguments: &[Value], ty: &Type) -> Result<Value, Overflow> {
    match (function, arguments) {
        (Function::Divide, [one, two]) => Ok(match (one.as_double(), two.as_double()) {
            (Some(one), Some(two)) if two != 0.0 => Value::double(one / two),
            _ => Value::Null,
        }),
        (Function::Power, [one, two]) => Ok(of_doubles(one, two, f64::powf)),
        (Function::Sqrt, [x]) => Ok(of_double(x, f64::sqrt)),
        (Function::Ln, [x]) => Ok(of_double(x, f64::ln)),
        (Function::Exp, [x]) => Ok(of_double(x, f64::exp)),
        (_, [Value::Double(x)]) => Ok(match function {
            Function::Negate => Value::double(-x),
            Function::Abs => Value::double(x.abs()),
            Function::Floor => Value::double(x.floor()),
            Function::Ceil => Value::double(x.ceil()),
            Function::Round(digits) => Value::double(rounded(*x, digits)),
            _ => Value::Null,
        }),
        (_, [Value::Double(one), Value::Double(two)]) => Ok(match function {
            Function::Add => Value::double(one + two),
            Function::Subtract => Value::double(one - two),
            Function::Multiply => Value::double(one * two),
            Function::Mod if *two != 0.0 => Value::double(one % two),
            _ => Value::Null,
        }),
        (_, [x]) => exact_one(function, x, ty),
        (_, [one, two]) => exact_two(function, one, two, ty),
        _ => Ok(Value::Null),
    }
}

fn of_double(x: &Value, function: fn(f64) -> f64) -> Value {
    x.as_double().map_or(Value::Null, |x| Value::double(function(x)))
}

fn of_doubles(one: &Value, two: &Value, function: fn(f64, f64) -> f64) -> Value {
    one.as_double().zip(two.as_double()).map_or(Value::Null, |(one, two)| Value::double(function(one, two)))
}

/// Half away from zero, in binary64: sign(x) · floor(|x| · 10ⁿ + 0.5) / 10ⁿ.
fn rounded(x: f64, digits: i8) -> f64 {
    let unit = 10f64.powi(i32::from(digits.unsigned_abs()));
    let scaled = if digits < 0 { x.abs() / unit } else { x.abs() * unit };
    // So large that it has no digits there to round.
    if !scaled.is_finite() {
        return x;
    }
    let whole = (scaled + 0.5).floor();
    (if digits < 0 { whole * unit } else { whole / unit }).copysign(x)
}

fn fitting(digits: Option<i128>, scale: u8, ty: &Type, fact: impl Fn() -> String) -> Result<Value, Overflow> {
    let overflow = || Overflow::of(format!("{} has more digits than `{}` holds", fact(), ty.base));
    digits.and_then(|digits| exact_of(digits, scale, ty.base)).ok_or_else(overflow)
}

fn exact_one(function: Function, x: &Value, ty: &Type) -> Result<Value, Overflow> {
    let Some((digits, scale)) = exact(x) else { return Ok(Value::Null) };
    let unit = 10i128.pow(u32::from(scale));
    match function {
        Function::Negate => fitting(digits.checked_neg(), scale, ty, || format!("-({x})")),
        Function::Abs => fitting(digits.checked_abs(), scale, ty, || format!("abs({x})")),
        Function::Floor => fitting(Some(digits.div_euclid(unit)), 0, ty, || format!("floor({x})")),
        Function::Ceil => fitting(Some(-(-digits).div_euclid(unit)), 0, ty, || format!("ceil({x})")),
        Function::Round(places) => {
            let kept = scale.min(places.max(0) as u8);
            let dropped = i32::from(scale) - i32::from(places);
            let (digits, back) = if dropped <= 0 {
                (Some(digits), 0)
            } else {
                let back = if places < 0 { u32::from(places.unsigned_abs()) } else { 0 };
                (half_away(digits, dropped as u32), back)
            };
            let digits = digits.and_then(|digits| digits.checked_mul(10i128.checked_pow(back)?));
            fitting(digits, kept, ty, || format!("round({x}, {places})"))
        }
        _ => Ok(Value::Null),
    }
}

/// Without the last digits, rounded half away from zero.
pub fn half_away(digits: i128, dropped: u32) -> Option<i128> {
    // More digits than there are: nothing is left, and nothing rounds up.
    let Some(unit) = 10i128.checked_pow(dropped) else { return Some(0) };
    let (whole, rest) = (digits / unit, digits % unit);
    let up = rest.unsigned_abs() >= unit.unsigned_abs() - rest.unsigned_abs();
    Some(if up { whole + digits.signum() } else { whole })
}

fn exact_two(function: Function, one: &Value, two: &Value, ty: &Type) -> Result<Value, Overflow> {
    let Some(((a, a_scale), (b, b_scale))) = exact(one).zip(exact(two)) else { return Ok(Value::Null) };
    let scale = a_scale.max(b_scale);
    let at = |digits: i128, own: u8| digits.checked_mul(10i128.pow(u32::from(scale - own)));
    match function {
        Function::Add => {
            let sum = at(a, a_scale).zip(at(b, b_scale)).and_then(|(a, b)| a.checked_add(b));
            fitting(sum, scale, ty, || format!("{one} + {two}"))
        }
        Function::Subtract => {
            let difference = at(a, a_scale).zip(at(b, b_scale)).and_then(|(a, b)| a.checked_sub(b));
            fitting(difference, scale, ty, || format!("{one} - {two}"))
        }
        Function::Multiply => fitting(a.checked_mul(b), a_scale + b_scale, ty, || format!("{one} * {two}")),
        Function::Mod if b == 0 => Ok(Value::Null),
        Function::Mod => {
            let rest = at(a, a_scale).zip(at(b, b_scale)).and_then(|(a, b)| a.checked_rem(b));
            fitting(rest, scale, ty, || format!("mod({one}, {two})"))
        }
        _ => Ok(Value::Null),
    }
}
