use super::*;

#[track_caller]
fn cast(value: Value, base: Base, expected: &str) {
    gives(Function::Cast(base), &[value], base, expected);
}

#[test]
fn to_an_integer_half_away_from_zero() {
    for (x, rounded) in [("2.5", 3), ("-2.5", -3), ("2.49", 2), ("-0.5", -1), ("0.4", 0)] {
        cast(decimal(x), Base::Integer, &format!("integer {rounded}"));
        cast(text(x), Base::Integer, &format!("integer {rounded}"));
        cast(double(x.parse().expect("a number")), Base::Integer, &format!("integer {rounded}"));
    }
    // One below a half, where adding a half gives 1; and 2^52 + 1, where it gives 2^52 + 2.
    cast(double(0.499_999_999_999_999_94), Base::Integer, "integer 0");
    cast(double(4_503_599_627_370_497.0), Base::Integer, "integer 4503599627370497");
    cast(double(-9_223_372_036_854_775_808.0), Base::Integer, "integer -9223372036854775808");
    cast(double(9_223_372_036_854_775_808.0), Base::Integer, "overflow");
    cast(double(1e300), Base::Integer, "overflow");
    cast(decimal("9223372036854775807.4"), Base::Integer, "integer 9223372036854775807");
    cast(decimal("9223372036854775807.5"), Base::Integer, "overflow");
}

#[test]
fn to_a_decimal_of_so_many_places() {
    cast(integer(-3), of(5, 2), "decimal -3.00");
    cast(integer(1000), of(5, 2), "overflow");
    cast(decimal("1.005"), of(3, 2), "decimal 1.01");
    cast(decimal("-1.005"), of(3, 2), "decimal -1.01");
    cast(decimal("9.995"), of(3, 2), "overflow");
    cast(decimal("9.994"), of(3, 2), "decimal 9.99");
    cast(decimal("1.5"), of(5, 3), "decimal 1.500");
    cast(decimal(&"9".repeat(38)), of(38, 2), "overflow");
    // As `round` does: in binary 1.005 * 100 is 100.49999999999999, and 0.125 * 100 a half.
    cast(double(1.005), of(3, 2), "decimal 1.00");
    cast(double(0.285), of(3, 2), "decimal 0.28");
    cast(double(-0.125), of(3, 2), "decimal -0.13");
    cast(double(0.1), of(19, 18), "decimal 0.100000000000000000");
    cast(double(1e-300), of(19, 18), "decimal 0.000000000000000000");
    cast(double(1e300), of(38, 18), "overflow");
    cast(double(1000.0), of(5, 2), "overflow");
}

#[test]
fn a_text_that_is_no_number_is_null() {
    let bases = [Base::Integer, of(9, 2), Base::Double];
    for none in [
        "", " ", "abc", "12a", "1 2", "1,5", "--1", "+-1", ".", "-", "-.", "1.2.3", "e5", "1e", "1e+", "0x10", "NaN",
        "inf", "1_000", "١",
    ] {
        for base in bases {
            cast(text(none), base, "null");
        }
    }
    for (written, whole, cents, binary) in [
        ("12", "12", "12.00", "12"),
        (" 12 ", "12", "12.00", "12"),
        ("+7", "7", "7.00", "7"),
        ("-0012.50", "-13", "-12.50", "-12.5"),
        (".5", "1", "0.50", "0.5"),
        ("5.", "5", "5.00", "5"),
        ("0.005", "0", "0.01", "0.005"),
        ("-0.0049", "0", "0.00", "-0.0049"),
        ("1e3", "1000", "1000.00", "1000"),
        ("-1.25E-1", "0", "-0.13", "-0.125"),
        ("0.0005e4", "5", "5.00", "5"),
        ("0e999", "0", "0.00", "0"),
    ] {
        cast(text(written), Base::Integer, &format!("integer {whole}"));
        cast(text(written), of(9, 2), &format!("decimal {cents}"));
        cast(text(written), Base::Double, &format!("double {binary}"));
    }
}

#[test]
fn a_text_with_too_large_a_number_is_an_overflow() {
    for large in
        ["9223372036854775808", "-9223372036854775809", "9223372036854775807.5", "1e19", "1e99999999999999999999"]
    {
        cast(text(large), Base::Integer, "overflow");
    }
    cast(text(&"9".repeat(60)), Base::Integer, "overflow");
    cast(text(&"9".repeat(60)), of(38, 0), "overflow");
    cast(text("9.995"), of(3, 2), "overflow");
    // Long, and yet no large number.
    cast(text(&format!("{}7", "0".repeat(60))), Base::Integer, "integer 7");
    cast(text(&format!("0.{}", "4".repeat(60))), Base::Integer, "integer 0");
    cast(text(&format!("1.23{}", "9".repeat(60))), of(3, 2), "decimal 1.24");
    cast(text("1e-99999999999999999999"), of(3, 2), "decimal 0.00");
    // A double beyond the largest is none.
    cast(text("1e999"), Base::Double, "null");
}

#[test]
fn a_text_of_a_moment_is_written_as_constants_are() {
    cast(text("2024-02-29"), Base::Date, "date 2024-02-29");
    for none in [
        "2026-02-29",
        "2026-13-01",
        "2026-1-5",
        "20260105",
        "2026-01-05 10:00:00",
        " 2026-01-05",
        "+2026-01-05",
        "",
        "today",
    ] {
        cast(text(none), Base::Date, "null");
    }
    cast(text("2026-01-31 23:59:59"), Base::Timestamp, "timestamp 2026-01-31 23:59:59");
    cast(text("2026-01-31 23:59:59.000001"), Base::Timestamp, "timestamp 2026-01-31 23:59:59.000001");
    for none in [
        "2026-01-31",
        "2026-01-31 24:00:00",
        "2026-01-31 23:59:60",
        "2026-01-31 23:59",
        "2026-01-31 23:59:59.",
        "2026-01-31 23:59:59.0000001",
        "2026-02-29 00:00:00",
        "2026-01-31 23:59:59Z",
        "2026-01-31 23:59:59-05:00",
    ] {
        cast(text(none), Base::Timestamp, "null");
    }
}

#[test]
fn to_text_with_every_place() {
    cast(integer(-7), Base::Text, "text -7");
    cast(decimal("-0.50"), Base::Text, "text -0.50");
    cast(decimal("12"), Base::Text, "text 12");
    cast(
        decimal("-99999999999999999999.999999999999999999"),
        Base::Text,
        "text -99999999999999999999.999999999999999999",
    );
    cast(double(0.1), Base::Text, "text 0.1");
    cast(truth(true), Base::Text, "text true");
    cast(date("2026-01-31"), Base::Text, "text 2026-01-31");
    cast(text("a "), Base::Text, "text a ");
}

#[test]
fn dates_and_timestamps_meet_at_midnight() {
    cast(date("2026-01-31"), Base::Timestamp, "timestamp 2026-01-31 00:00:00");
    cast(timestamp("2026-01-31 23:59:59.5"), Base::Date, "date 2026-01-31");
    cast(decimal("0.10"), Base::Double, "double 0.1");
    cast(double(1.5), Base::Double, "double 1.5");
    cast(truth(false), Base::Boolean, "boolean false");
}
