//! Aggregates: how many values become one.

#[cfg(test)]
mod tests;

use super::Value;
use super::scalar::Overflow;
use super::value::{exact, exact_of};
use crate::model::{Aggregate, Type};
use rustc_hash::FxHashSet;

/// The aggregate of the values of a group that is not empty; for `first` and `last` in their order. Nulls are ignored, but by
/// `count()`, `first` and `last`.
pub fn fold(aggregate: Aggregate, values: &[&Value], ty: &Type) -> Result<Value, Overflow> {
    let known = || values.iter().copied().filter(|value| !value.is_null());
    match aggregate {
        Aggregate::Count => Ok(Value::Integer(values.len() as i64)),
        Aggregate::CountValues => Ok(Value::Integer(known().count() as i64)),
        Aggregate::CountDistinct | Aggregate::ApproxCountDistinct => {
            Ok(Value::Integer(known().collect::<FxHashSet<_>>().len() as i64))
        }
        Aggregate::Min => Ok(known().min().cloned().unwrap_or(Value::Null)),
        Aggregate::Max => Ok(known().max().cloned().unwrap_or(Value::Null)),
        Aggregate::First => Ok(values.first().map_or(Value::Null, |value| (*value).clone())),
        Aggregate::Last => Ok(values.last().map_or(Value::Null, |value| (*value).clone())),
        Aggregate::Sum => sum(known(), ty),
        Aggregate::Avg => {
            let count = known().count();
            let sum = match known().next() {
                None => return Ok(Value::Null),
                // Summed exactly, so that only the sum and the quotient are rounded. Numbers whose sum has too many digits
                // have a mean all the same.
                Some(Value::Integer(_) | Value::Decimal { .. }) => exact_sum(known()).and_then(|sum| sum.as_double()),
                Some(_) => None,
            };
            Ok(Value::double(sum.unwrap_or_else(|| doubles(known()).iter().sum()) / count as f64))
        }
        Aggregate::PercentileCont { digits, scale } => Ok(between_rows(known(), digits, scale)),
        Aggregate::PercentileDisc { digits, scale } => Ok(row_at(known(), digits, scale)),
        Aggregate::Variance { population } => Ok(variance(&doubles(known()), population)),
        Aggregate::Stddev { population } => Ok(match variance(&doubles(known()), population) {
            Value::Double(variance) => Value::double(variance.sqrt()),
            other => other,
        }),
    }
}

fn doubles<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<f64> {
    values.filter_map(Value::as_double).collect()
}

fn sum<'v>(values: impl Iterator<Item = &'v Value> + Clone, ty: &Type) -> Result<Value, Overflow> {
    match values.clone().next() {
        None => Ok(Value::Null),
        Some(Value::Double(_)) => Ok(Value::double(values.filter_map(Value::as_double).sum())),
        Some(_) => {
            let sum = exact_sum(values).ok_or_else(|| Overflow::of("a sum has more than 38 digits"))?;
            let fitting = exact(&sum).and_then(|(digits, scale)| exact_of(digits, scale, ty.base));
            fitting.ok_or_else(|| Overflow::of(format!("a sum of {sum} is no `{}`", ty.base)))
        }
    }
}

/// The sum of exact numbers, with the greatest of their scales; `None` where it has too many digits, in whatever order they
/// come.
fn exact_sum<'v>(values: impl Iterator<Item = &'v Value> + Clone) -> Option<Value> {
    let scale = values.clone().filter_map(exact).map(|(_, scale)| scale).max()?;
    // The sum is `digits` + `wraps` * 2^128: what goes beyond the ends on the way may come back.
    let (mut digits, mut wraps) = (0i128, 0i128);
    for (own, own_scale) in values.filter_map(exact) {
        let added = own.checked_mul(10i128.pow(u32::from(scale - own_scale)))?;
        let (sum, wrapped) = digits.overflowing_add(added);
        digits = sum;
        if wrapped {
            wraps += added.signum();
        }
    }
    (wraps == 0).then_some(Value::Decimal { digits, scale })
}

/// At position 1 + p(n-1) among the sorted values, interpolated. The position is exact, the value a double.
fn between_rows<'v>(values: impl Iterator<Item = &'v Value>, digits: u64, scale: u8) -> Value {
    let mut values: Vec<&Value> = values.collect();
    let Some(last) = values.len().checked_sub(1) else { return Value::Null };
    let unit = 10u128.pow(u32::from(scale));
    let position = u128::from(digits) * last as u128;
    let (_, low, above) = values.select_nth_unstable((position / unit) as usize);
    let part = (position % unit) as f64 / unit as f64;
    let next = above.iter().min().filter(|_| part > 0.0).unwrap_or(low);
    let ends = low.as_double().zip(next.as_double());
    ends.map_or(Value::Null, |(low, next)| Value::double(low + (next - low) * part))
}

/// In row ceil(p·n) of the sorted values, at least the first.
fn row_at<'v>(values: impl Iterator<Item = &'v Value>, digits: u64, scale: u8) -> Value {
    let mut values: Vec<&Value> = values.collect();
    let unit = 10u128.pow(u32::from(scale));
    let row = (u128::from(digits) * values.len() as u128).div_ceil(unit).max(1) as usize;
    if row > values.len() { Value::Null } else { (*values.select_nth_unstable(row - 1).1).clone() }
}

/// In two passes: the squares of the distances from the mean. Of one value a sample has none.
fn variance(values: &[f64], population: bool) -> Value {
    let count = values.len() as f64;
    let degrees = if population { count } else { count - 1.0 };
    if degrees < 1.0 {
        return Value::Null;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Value::double(squares / degrees)
}
