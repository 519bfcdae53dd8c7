//! Aggregates: how many values become one.

use super::Value;
use super::scalar::Overflow;
use super::value::exact_of;
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
                // Summed exactly, and rounded once.
                Some(Value::Integer(_) | Value::Decimal { .. }) => exact_sum(known())?.as_double(),
                Some(_) => Some(doubles(known()).iter().sum()),
            };
            Ok(sum.map_or(Value::Null, |sum| Value::double(sum / count as f64)))
        }
        Aggregate::PercentileCont { digits, scale } => Ok(percentile(known(), digits, scale)),
        Aggregate::PercentileDisc { digits, scale } => {
            let mut sorted: Vec<&Value> = known().collect();
            sorted.sort();
            let unit = 10u128.pow(u32::from(scale));
            let row = (u128::from(digits) * sorted.len() as u128).div_ceil(unit).max(1) as usize;
            Ok(sorted.get(row - 1).map_or(Value::Null, |value| (*value).clone()))
        }
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

fn sum<'v>(mut values: impl Iterator<Item = &'v Value> + Clone, ty: &Type) -> Result<Value, Overflow> {
    let Some(first) = values.clone().next() else { return Ok(Value::Null) };
    if let Value::Double(_) = first {
        return Ok(Value::double(values.filter_map(Value::as_double).sum()));
    }
    match exact_sum(&mut values)? {
        Value::Decimal { digits, scale } => {
            exact_of(digits, scale, ty).ok_or_else(|| Overflow::of(format!("a sum of {digits} is no `{}`", ty.base)))
        }
        other => Ok(other),
    }
}

/// The sum of exact numbers, with the greatest of their scales.
fn exact_sum<'v>(values: impl Iterator<Item = &'v Value>) -> Result<Value, Overflow> {
    let (mut total, mut scale) = (0i128, 0u8);
    for value in values {
        let (digits, own) = match value {
            Value::Integer(value) => (i128::from(*value), 0),
            Value::Decimal { digits, scale } => (*digits, *scale),
            _ => continue,
        };
        let overflow = || Overflow::of("a sum has more than 38 digits");
        let common = scale.max(own);
        let at = |digits: i128, from: u8| digits.checked_mul(10i128.pow(u32::from(common - from)));
        let sum = at(total, scale).zip(at(digits, own)).and_then(|(total, digits)| total.checked_add(digits));
        total = sum.ok_or_else(overflow)?;
        scale = common;
    }
    Ok(Value::Decimal { digits: total, scale })
}

/// At position 1 + p(n-1) among the sorted values, interpolated. The position is exact, the value a double.
fn percentile<'v>(values: impl Iterator<Item = &'v Value>, digits: u64, scale: u8) -> Value {
    let mut sorted: Vec<&Value> = values.collect();
    sorted.sort();
    let Some(last) = sorted.len().checked_sub(1) else { return Value::Null };
    let unit = 10u128.pow(u32::from(scale));
    let position = u128::from(digits) * last as u128;
    let (below, part) = ((position / unit) as usize, position % unit);
    let at = |place: usize| sorted.get(place).and_then(|value| value.as_double()).unwrap_or_default();
    let low = at(below);
    if part == 0 {
        return Value::double(low);
    }
    Value::double(low + (at(below + 1) - low) * (part as f64 / unit as f64))
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
