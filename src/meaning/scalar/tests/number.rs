use super::*;
use crate::model::Function::*;

const NINES: &str = "99999999999999999999999999999999999999";

#[test]
fn integers_have_64_bits() {
    gives(Add, &[integer(i64::MAX), integer(1)], Base::Integer, "overflow");
    gives(Add, &[integer(i64::MAX), integer(-1)], Base::Integer, "integer 9223372036854775806");
    gives(Subtract, &[integer(i64::MIN), integer(1)], Base::Integer, "overflow");
    gives(Subtract, &[integer(-1), integer(i64::MAX)], Base::Integer, "integer -9223372036854775808");
    gives(Multiply, &[integer(3_037_000_500), integer(3_037_000_500)], Base::Integer, "overflow");
    gives(Multiply, &[integer(3_037_000_499), integer(3_037_000_499)], Base::Integer, "integer 9223372030926249001");
    gives(Negate, &[integer(i64::MIN)], Base::Integer, "overflow");
    gives(Negate, &[integer(i64::MAX)], Base::Integer, "integer -9223372036854775807");
    gives(Abs, &[integer(i64::MIN)], Base::Integer, "overflow");
    gives(Round(-1), &[integer(i64::MAX)], Base::Integer, "overflow");
    gives(Round(-18), &[integer(i64::MAX)], Base::Integer, "integer 9000000000000000000");
}

#[test]
fn decimals_are_exact_and_have_38_digits() {
    gives(Add, &[decimal("0.10"), decimal("0.20")], of(4, 2), "decimal 0.30");
    gives(Subtract, &[decimal("0.30"), decimal("0.10")], of(4, 2), "decimal 0.20");
    gives(Multiply, &[decimal("-1.25"), decimal("0.8")], of(5, 3), "decimal -1.000");
    gives(Multiply, &[decimal("2.50"), integer(3)], of(22, 2), "decimal 7.50");
    gives(Add, &[decimal(NINES), decimal("1")], of(38, 0), "overflow");
    gives(Subtract, &[decimal(NINES), decimal("1")], of(38, 0), "decimal 99999999999999999999999999999999999998");
    gives(Subtract, &[decimal(&format!("-{NINES}")), decimal("1")], of(38, 0), "overflow");
    gives(
        Multiply,
        &[decimal("9999999999999999999"), decimal("9999999999999999999")],
        of(38, 0),
        "decimal 99999999999999999980000000000000000001",
    );
    gives(Round(-1), &[decimal(NINES)], of(38, 0), "overflow");
    gives(Negate, &[decimal("0.00")], of(3, 2), "decimal 0.00");
}

#[test]
fn quotients_are_doubles_and_null_on_zero() {
    gives(Divide, &[double(7.0), double(2.0)], Base::Double, "double 3.5");
    gives(Divide, &[double(1.0), double(0.0)], Base::Double, "null");
    gives(Divide, &[double(0.0), double(-0.0)], Base::Double, "null");
    // Beyond the largest double.
    gives(Divide, &[double(1e308), double(1e-10)], Base::Double, "null");
    gives(Multiply, &[double(1e200), double(1e200)], Base::Double, "null");
    gives(Add, &[double(1e308), double(1e308)], Base::Double, "null");
}

#[test]
fn remainders_have_the_sign_of_the_dividend() {
    for (x, divisor, rest) in [(7, 3, 1), (-7, 3, -1), (7, -3, 1), (-7, -3, -1), (6, 3, 0), (i64::MIN, -1, 0)] {
        gives(Mod, &[integer(x), integer(divisor)], Base::Integer, &format!("integer {rest}"));
    }
    gives(Mod, &[integer(7), integer(0)], Base::Integer, "null");
    gives(Mod, &[decimal("-7.50"), decimal("2.00")], of(3, 2), "decimal -1.50");
    gives(Mod, &[decimal("7.50"), decimal("0.00")], of(3, 2), "null");
    gives(Mod, &[double(-7.5), double(2.0)], Base::Double, "double -1.5");
    gives(Mod, &[double(7.5), double(0.0)], Base::Double, "null");
}

#[test]
fn rounding_goes_half_away_from_zero() {
    for (x, digits, rounded) in [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.4", 0, "2"),
        ("-0.4", 0, "0"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("9.995", 2, "10.00"),
        ("-9.994", 2, "-9.99"),
        ("1.25", 4, "1.25"),
        ("1.25", 2, "1.25"),
        ("1250.5", -2, "1300"),
        ("-1249.9", -2, "-1200"),
        ("50", -2, "100"),
        ("-50", -2, "-100"),
        ("49.99", -2, "0"),
        ("5.5", -18, "0"),
    ] {
        gives(Round(digits), &[decimal(x)], of(38, 0), &format!("decimal {rounded}"));
    }
    for (x, digits, rounded) in
        [(25, -1, 30), (-25, -1, -30), (24, -1, 20), (25, 0, 25), (25, 3, 25), (4, -1, 0), (7, -18, 0)]
    {
        gives(Round(digits), &[integer(x)], Base::Integer, &format!("integer {rounded}"));
    }
    // In binary: 0.285 * 100 is 28.499999999999996, and 1.005 * 100 is 100.49999999999999.
    for (x, digits, rounded) in [
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (0.285, 2, "0.28"),
        (1.005, 2, "1"),
        (1250.0, -2, "1300"),
        (-1250.0, -2, "-1300"),
        (1249.9, -2, "1200"),
    ] {
        gives(Round(digits), &[double(x)], Base::Double, &format!("double {rounded}"));
    }
    // Has no places to round.
    gives(Round(18), &[double(1e300)], Base::Double, &format!("double 1{}", "0".repeat(300)));
}

#[test]
fn floors_and_ceilings_go_down_and_up() {
    for (x, floor, ceil) in [
        ("1.5", "1", "2"),
        ("-1.5", "-2", "-1"),
        ("2.0", "2", "2"),
        ("-2.00", "-2", "-2"),
        ("0.01", "0", "1"),
        ("-0.01", "-1", "0"),
    ] {
        gives(Floor, &[decimal(x)], of(5, 0), &format!("decimal {floor}"));
        gives(Ceil, &[decimal(x)], of(5, 0), &format!("decimal {ceil}"));
    }
    gives(Floor, &[integer(-7)], Base::Integer, "integer -7");
    gives(Ceil, &[integer(i64::MIN)], Base::Integer, "integer -9223372036854775808");
    gives(Floor, &[double(-1.5)], Base::Double, "double -2");
    gives(Ceil, &[double(1.2)], Base::Double, "double 2");
    gives(Abs, &[decimal("-1.50")], of(3, 2), "decimal 1.50");
    gives(Abs, &[double(-1.5)], Base::Double, "double 1.5");
}

#[test]
fn outside_its_domain_a_function_is_null() {
    gives(Sqrt, &[double(2.25)], Base::Double, "double 1.5");
    gives(Sqrt, &[double(-1.0)], Base::Double, "null");
    gives(Ln, &[double(1.0)], Base::Double, "double 0");
    gives(Ln, &[double(0.0)], Base::Double, "null");
    gives(Ln, &[double(-1.0)], Base::Double, "null");
    gives(Exp, &[double(0.0)], Base::Double, "double 1");
    gives(Exp, &[double(710.0)], Base::Double, "null");
    gives(Exp, &[double(-1000.0)], Base::Double, "double 0");
    gives(Power, &[double(2.0), double(-2.0)], Base::Double, "double 0.25");
    gives(Power, &[double(-2.0), double(3.0)], Base::Double, "double -8");
    gives(Power, &[double(-8.0), double(0.5)], Base::Double, "null");
    gives(Power, &[double(0.0), double(0.0)], Base::Double, "double 1");
    gives(Power, &[double(0.0), double(-1.0)], Base::Double, "null");
    gives(Power, &[double(10.0), double(400.0)], Base::Double, "null");
}

#[test]
fn widening_keeps_the_value() {
    gives(Widen(of(21, 2)), &[integer(-3)], of(21, 2), "decimal -3.00");
    gives(Widen(of(37, 18)), &[integer(i64::MIN)], of(37, 18), "decimal -9223372036854775808.000000000000000000");
    gives(Widen(of(6, 4)), &[decimal("1.5")], of(6, 4), "decimal 1.5000");
    gives(Widen(Base::Double), &[decimal("0.10")], Base::Double, "double 0.1");
    gives(Widen(Base::Double), &[integer(9_007_199_254_740_993)], Base::Double, "double 9007199254740992");
    // The nearest double of 38 nines is 1e38; of the two neighbours of 2^53 + 1 the even one.
    gives(Widen(Base::Double), &[decimal(NINES)], Base::Double, &format!("double 1{}", "0".repeat(38)));
    // With another place it would have 39 digits: it stays as it is, and is the same number.
    gives(
        Widen(of(38, 1)),
        &[decimal("10000000000000000000000000000000000000")],
        of(38, 1),
        "decimal 10000000000000000000000000000000000000",
    );
}
