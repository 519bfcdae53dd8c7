//! Aggregates held against numbers worked out by a head or with Python's fractions.

use super::fold;
use crate::meaning::Value;
use crate::model::{Aggregate, Base, Type};

fn decimal(text: &str) -> Value {
    Value::read(text, Base::Decimal { precision: 38, scale: 2 }).expect("a decimal")
}

fn decimals(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| if text.is_empty() { Value::Null } else { decimal(text) }).collect()
}

fn integers(values: &[i64]) -> Vec<Value> {
    values.iter().map(|value| Value::Integer(*value)).collect()
}

fn folded(aggregate: Aggregate, values: &[Value], base: Base) -> Result<Value, String> {
    let values: Vec<&Value> = values.iter().collect();
    fold(aggregate, &values, &Type::plain(base)).map_err(|overflow| overflow.fact)
}

/// Holds for kind and places too: `Decimal { digits: 11710, scale: 2 }`.
#[track_caller]
fn gives(aggregate: Aggregate, values: &[Value], base: Base, expected: Value) {
    let result = folded(aggregate, values, base);
    assert_eq!(format!("{result:?}"), format!("{:?}", Ok::<_, String>(expected)), "{aggregate:?} of {values:?}");
}

/// To one part in 10^12.
#[track_caller]
fn is_near(aggregate: Aggregate, values: &[Value], expected: f64) {
    let found = match folded(aggregate, values, Base::Double) {
        Ok(Value::Double(found)) => found,
        other => panic!("{aggregate:?} of {values:?} is {other:?}"),
    };
    assert!(
        (found - expected).abs() <= expected.abs() * 1e-12,
        "{aggregate:?} of {values:?} is {found}, not {expected}"
    );
}

const SAMPLE: Aggregate = Aggregate::Variance { population: false };
const POPULATION: Aggregate = Aggregate::Variance { population: true };
const EXACT: Base = Base::Decimal { precision: 38, scale: 2 };

fn cont(digits: u64, scale: u8) -> Aggregate {
    Aggregate::PercentileCont { digits, scale }
}

fn disc(digits: u64, scale: u8) -> Aggregate {
    Aggregate::PercentileDisc { digits, scale }
}

#[test]
fn nulls_count_as_rows_and_as_nothing_else() {
    let values = decimals(&["1.00", "", "3.00", "", "1.0"]);
    gives(Aggregate::Count, &values, Base::Integer, Value::Integer(5));
    gives(Aggregate::CountValues, &values, Base::Integer, Value::Integer(3));
    gives(Aggregate::CountDistinct, &values, Base::Integer, Value::Integer(2));
    gives(Aggregate::ApproxCountDistinct, &values, Base::Integer, Value::Integer(2));
    gives(Aggregate::Sum, &values, EXACT, decimal("5.00"));
    is_near(Aggregate::Avg, &values, 5.0 / 3.0);
    gives(Aggregate::Min, &values, EXACT, decimal("1.00"));
    gives(Aggregate::Max, &values, EXACT, decimal("3.00"));
    gives(cont(5, 1), &values, Base::Double, Value::Double(1.0));
}

#[test]
fn of_nulls_alone_counts_are_zero_and_all_else_is_null() {
    let nulls = [Value::Null, Value::Null];
    gives(Aggregate::Count, &nulls, Base::Integer, Value::Integer(2));
    for aggregate in [Aggregate::CountValues, Aggregate::CountDistinct, Aggregate::ApproxCountDistinct] {
        gives(aggregate, &nulls, Base::Integer, Value::Integer(0));
    }
    let spread = [SAMPLE, POPULATION, Aggregate::Stddev { population: false }, Aggregate::Stddev { population: true }];
    let others = [Aggregate::Sum, Aggregate::Avg, Aggregate::Min, Aggregate::Max, Aggregate::First, Aggregate::Last];
    for aggregate in others.into_iter().chain(spread).chain([cont(5, 1), disc(0, 0), disc(1, 0)]) {
        gives(aggregate, &nulls, Base::Double, Value::Null);
    }
}

#[test]
fn the_first_and_last_may_be_null() {
    let values = decimals(&["", "2.00", "1.00"]);
    gives(Aggregate::First, &values, EXACT, Value::Null);
    gives(Aggregate::Last, &values, EXACT, decimal("1.00"));
    gives(Aggregate::Last, &decimals(&["2.00", ""]), EXACT, Value::Null);
}

#[test]
fn sums_are_exact() {
    gives(Aggregate::Sum, &decimals(&["0.10"; 10]), EXACT, decimal("1.00"));
    gives(Aggregate::Sum, &integers(&[i64::MAX, 1, -1]), Base::Integer, Value::Integer(i64::MAX));
    gives(Aggregate::Sum, &integers(&[i64::MIN, -1, 1]), Base::Integer, Value::Integer(i64::MIN));
    for values in [[i64::MAX, 1], [i64::MIN, -1]] {
        let fact = folded(Aggregate::Sum, &integers(&values), Base::Integer).expect_err("it has no 64 bits");
        let sum = i128::from(values[0]) + i128::from(values[1]);
        assert_eq!(fact, format!("a sum of {sum} is no `integer`"));
    }
    // In the order of the rows: 1e16 + 1 is 1e16 in binary.
    let doubles = [1e16, 1.0, -1e16].map(Value::Double);
    gives(Aggregate::Sum, &doubles, Base::Double, Value::Double(0.0));
    gives(Aggregate::Sum, &[1e308, 1e308].map(Value::Double), Base::Double, Value::Null);
}

/// 9·10^37 twice is beyond 128 bits, and 9·10^37 once is not: whether a sum fits depends on the sum alone.
#[test]
fn a_sum_fits_in_every_order_or_in_none() {
    let large = |digits: i128| Value::Decimal { digits: digits * 10i128.pow(36), scale: 0 };
    let base = Base::Decimal { precision: 38, scale: 0 };
    for order in [[90, 90, -90], [90, -90, 90], [-90, 90, 90]] {
        gives(Aggregate::Sum, &order.map(large), base, large(90));
        gives(Aggregate::Sum, &order.map(|digits| large(-digits)), base, large(-90));
    }
    for beyond in [[90, 90, 0], [50, 50, 0], [-90, -90, -90]] {
        folded(Aggregate::Sum, &beyond.map(large), base).expect_err("it has more than 38 digits");
    }
    is_near(Aggregate::Avg, &[90, 90].map(large), 9e37);
    is_near(Aggregate::Avg, &[-90, -90, 0].map(large), -6e37);
}

#[test]
fn means_are_of_exact_sums() {
    is_near(Aggregate::Avg, &decimals(&["12.50", "-3.25", "0.10", "100.00", "7.75"]), 23.42);
    gives(Aggregate::Avg, &integers(&[1, 2, 2]), Base::Double, Value::Double(5.0 / 3.0));
    gives(
        Aggregate::Avg,
        &integers(&[i64::MAX, i64::MAX, 3]),
        Base::Double,
        Value::Double(6_148_914_691_236_517_206.0),
    );
    // Ten times 0.1 in binary is 0.9999999999999999.
    gives(Aggregate::Avg, &decimals(&["0.10"; 10]), Base::Double, Value::Double(0.1));
    gives(Aggregate::Avg, &[Value::Double(1.0), Value::Null, Value::Double(2.0)], Base::Double, Value::Double(1.5));
}

#[test]
fn least_and_greatest_go_by_amount_bytes_and_moment() {
    let texts: Vec<Value> = ["b", "Z", "é", "a "].map(|text| Value::Text(text.into())).into();
    gives(Aggregate::Min, &texts, Base::Text, Value::Text("Z".into()));
    gives(Aggregate::Max, &texts, Base::Text, Value::Text("é".into()));
    gives(
        Aggregate::CountDistinct,
        &["a", "a ", "A", "a"].map(|text| Value::Text(text.into())),
        Base::Integer,
        Value::Integer(3),
    );
    let days: Vec<Value> =
        ["2026-02-01", "2026-01-31"].iter().map(|day| Value::read(day, Base::Date).expect("a date")).collect();
    gives(Aggregate::Min, &days, Base::Date, days[1].clone());
    // Zero is one number, whatever its sign.
    gives(Aggregate::CountDistinct, &[0.0, -0.0].map(Value::Double), Base::Integer, Value::Integer(1));
}

#[test]
fn percentiles_have_exact_positions() {
    let values = decimals(&["12.50", "-3.25", "0.10", "100.00", "7.75"]);
    for (digits, scale, between, row) in [
        (0, 0, -3.25, "-3.25"),
        (25, 2, 0.1, "0.10"),
        (1, 1, -1.91, "-3.25"),
        (5, 1, 7.75, "7.75"),
        (9, 1, 65.0, "100.00"),
        (95, 2, 82.5, "100.00"),
        (1, 0, 100.0, "100.00"),
    ] {
        is_near(cont(digits, scale), &values, between);
        gives(disc(digits, scale), &values, EXACT, decimal(row));
    }
    gives(cont(5, 1), &integers(&[4, 1]), Base::Double, Value::Double(2.5));
    gives(cont(3, 1), &integers(&[7]), Base::Double, Value::Double(7.0));
    // In binary 0.07 * 100 is 7.000000000000001, of which the next whole number is 8, and 0.29 * 100 is below 29.
    let hundred: Vec<Value> = integers(&(1..=100).rev().collect::<Vec<_>>());
    gives(disc(7, 2), &hundred, Base::Integer, Value::Integer(7));
    gives(disc(29, 2), &hundred, Base::Integer, Value::Integer(29));
    let more: Vec<Value> = integers(&(1..=101).collect::<Vec<_>>());
    gives(cont(29, 2), &more, Base::Double, Value::Double(30.0));
}

#[test]
fn spread_is_taken_about_the_mean() {
    let values = decimals(&["12.50", "-3.25", "0.10", "100.00", "7.75", ""]);
    is_near(SAMPLE, &values, 1871.10075);
    is_near(POPULATION, &values, 1496.8806);
    is_near(Aggregate::Stddev { population: false }, &values, 43.256_222_095_786_406);
    is_near(Aggregate::Stddev { population: true }, &values, 38.689_541_222_402_73);
    // The mean of the squares less the square of the mean would have no digit right here: the variance of 1, 2 and 4.
    is_near(SAMPLE, &integers(&[1_000_000_001, 1_000_000_002, 1_000_000_004]), 7.0 / 3.0);
    gives(SAMPLE, &integers(&[5]), Base::Double, Value::Null);
    gives(Aggregate::Stddev { population: false }, &integers(&[5]), Base::Double, Value::Null);
    gives(POPULATION, &integers(&[5]), Base::Double, Value::Double(0.0));
    gives(SAMPLE, &integers(&[5, 5]), Base::Double, Value::Double(0.0));
}
