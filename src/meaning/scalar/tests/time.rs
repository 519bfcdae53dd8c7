use super::*;
use crate::model::Function::{Difference, Part, Shift, ToLocal, Truncate};
use crate::model::{Grain, Part as Number};

#[track_caller]
fn shifted(moment: Value, count: i64, unit: Grain, expected: &str) {
    gives(Shift { count, unit }, &[moment], Base::Timestamp, expected);
}

#[test]
fn months_clip_at_the_last_day() {
    shifted(date("2026-01-31"), 1, Grain::Month, "date 2026-02-28");
    shifted(date("2024-01-31"), 1, Grain::Month, "date 2024-02-29");
    shifted(date("2026-03-31"), -1, Grain::Month, "date 2026-02-28");
    shifted(date("2026-02-28"), 1, Grain::Month, "date 2026-03-28");
    shifted(date("2026-08-31"), 1, Grain::Quarter, "date 2026-11-30");
    shifted(date("2024-02-29"), 1, Grain::Year, "date 2025-02-28");
    shifted(date("2024-02-29"), -4, Grain::Year, "date 2020-02-29");
    // 1900 was no leap year, 2000 was one.
    shifted(date("2000-02-29"), -100, Grain::Year, "date 1900-02-28");
    shifted(timestamp("2026-10-31 23:59:59.5"), 4, Grain::Month, "timestamp 2027-02-28 23:59:59.5");
}

#[test]
fn days_and_less_are_lengths() {
    shifted(date("2024-02-28"), 1, Grain::Day, "date 2024-02-29");
    shifted(date("2025-12-31"), 1, Grain::Week, "date 2026-01-07");
    shifted(timestamp("2025-12-31 23:59:59"), 1, Grain::Second, "timestamp 2026-01-01 00:00:00");
    shifted(timestamp("2026-01-01 00:30:00"), -45, Grain::Minute, "timestamp 2025-12-31 23:45:00");
    // Wall time knows no clocks that change: 2026-03-08 02:30 does not exist in New York, and is a wall time all the same.
    shifted(timestamp("2026-03-07 02:30:00"), 1, Grain::Day, "timestamp 2026-03-08 02:30:00");
    shifted(timestamp("2026-03-08 01:30:00"), 1, Grain::Hour, "timestamp 2026-03-08 02:30:00");
    shifted(instant("2026-03-08 06:30:00"), 24, Grain::Hour, "instant 2026-03-09 06:30:00");
    shifted(instant("2026-03-08 06:30:00"), 1, Grain::Day, "instant 2026-03-09 06:30:00");
}

#[test]
fn beyond_the_calendar_is_an_overflow() {
    shifted(date("9999-12-31"), 1, Grain::Day, "overflow");
    shifted(date("9999-12-31"), 1, Grain::Month, "overflow");
    shifted(date("-009999-01-01"), -1, Grain::Second, "overflow");
    for unit in Grain::ALL {
        shifted(timestamp("2026-01-01 00:00:00"), i64::MAX, unit, "overflow");
        shifted(timestamp("2026-01-01 00:00:00"), i64::MIN, unit, "overflow");
    }
}

#[test]
fn periods_begin_where_the_calendar_says() {
    let moment = || timestamp("2026-11-23 10:49:32.25");
    for (grain, start) in [
        (Grain::Second, "timestamp 2026-11-23 10:49:32"),
        (Grain::Minute, "timestamp 2026-11-23 10:49:00"),
        (Grain::Hour, "timestamp 2026-11-23 10:00:00"),
        (Grain::Day, "date 2026-11-23"),
        (Grain::Week, "date 2026-11-23"),
        (Grain::Month, "date 2026-11-01"),
        (Grain::Quarter, "date 2026-10-01"),
        (Grain::Year, "date 2026-01-01"),
    ] {
        gives(Truncate(grain), &[moment()], Base::Timestamp, start);
    }
    gives(Truncate(Grain::Hour), &[instant("2026-11-23 10:49:32")], Base::Instant, "instant 2026-11-23 10:00:00");
    // Monday 2025-12-29 begins the week of New Year 2026; 2026-11-22 was a Sunday.
    gives(Truncate(Grain::Week), &[date("2026-01-01")], Base::Date, "date 2025-12-29");
    gives(Truncate(Grain::Week), &[date("2026-11-22")], Base::Date, "date 2026-11-16");
    gives(Truncate(Grain::Quarter), &[date("2026-03-31")], Base::Date, "date 2026-01-01");
    // The calendar of 400 years has whole weeks, so that its first day is a Monday as 0001-01-01 is.
    gives(Truncate(Grain::Week), &[date("-009999-01-03")], Base::Date, "date -009999-01-01");
}

#[test]
fn differences_count_borders() {
    for (grain, from, to, between) in [
        (Grain::Second, "2026-01-01 00:00:00.9", "2026-01-01 00:00:01", 1),
        (Grain::Second, "2026-01-01 00:00:00.1", "2026-01-01 00:00:00.9", 0),
        (Grain::Minute, "2026-01-01 00:00:59", "2026-01-01 00:01:00", 1),
        (Grain::Hour, "2025-12-31 23:59:59", "2026-01-01 00:00:00", 1),
        (Grain::Hour, "1969-12-31 23:59:59", "1970-01-01 00:30:00", 1),
        (Grain::Day, "2026-01-01 23:59:59", "2026-01-02 00:00:00", 1),
        (Grain::Day, "2026-01-01 00:00:00", "2026-01-01 23:59:59", 0),
        (Grain::Day, "2024-02-28 00:00:00", "2024-03-01 00:00:00", 2),
        // Sunday to Monday, Monday to Sunday.
        (Grain::Week, "2026-11-22 00:00:00", "2026-11-23 00:00:00", 1),
        (Grain::Week, "2026-11-23 00:00:00", "2026-11-29 23:59:59", 0),
        (Grain::Week, "1969-12-28 00:00:00", "1969-12-29 00:00:00", 1),
        (Grain::Month, "2026-01-31 00:00:00", "2026-02-01 00:00:00", 1),
        (Grain::Quarter, "2025-12-31 00:00:00", "2026-01-01 00:00:00", 1),
        (Grain::Quarter, "2026-01-01 00:00:00", "2026-03-31 00:00:00", 0),
        (Grain::Year, "2025-12-31 00:00:00", "2026-01-01 00:00:00", 1),
    ] {
        gives(Difference(grain), &[timestamp(from), timestamp(to)], Base::Integer, &format!("integer {between}"));
        gives(Difference(grain), &[timestamp(to), timestamp(from)], Base::Integer, &format!("integer {}", -between));
    }
    // Python: (date(9999, 12, 31) - date(1, 1, 1)).days
    gives(Difference(Grain::Day), &[date("0001-01-01"), date("9999-12-31")], Base::Integer, "integer 3652058");
    gives(Difference(Grain::Day), &[date("2026-01-01"), timestamp("2026-01-02 09:00:00")], Base::Integer, "integer 1");
}

#[test]
fn parts_are_numbers_read_off_a_moment() {
    let table = |moment: Value, numbers: [i64; 9]| {
        for (part, number) in Number::ALL.into_iter().zip(numbers) {
            gives(Part(part), std::slice::from_ref(&moment), Base::Integer, &format!("integer {number}"));
        }
    };
    // second, minute, hour, day of week, of month, of year, month, quarter, year
    table(timestamp("2024-12-31 23:58:59.999999"), [59, 58, 23, 2, 31, 366, 12, 4, 2024]);
    table(timestamp("2026-11-22 00:00:00"), [0, 0, 0, 7, 22, 326, 11, 4, 2026]);
    table(date("2026-04-01"), [0, 0, 0, 3, 1, 91, 4, 2, 2026]);
}

/// New York in 2026: clocks go from 02:00 to 03:00 on March 8th (07:00 UTC) and from 02:00 to 01:00 on November 1st (06:00 UTC).
#[test]
fn instants_have_the_wall_time_of_the_zone() {
    for (moment, wall) in [
        ("2026-03-08 06:59:59", "2026-03-08 01:59:59"),
        ("2026-03-08 07:00:00", "2026-03-08 03:00:00"),
        ("2026-11-01 05:30:00", "2026-11-01 01:30:00"),
        ("2026-11-01 06:30:00", "2026-11-01 01:30:00"),
        ("2026-01-01 04:59:59.000001", "2025-12-31 23:59:59.000001"),
        // Where an end that is never reached is often put.
        ("9999-12-31 23:59:59", "9999-12-31 18:59:59"),
    ] {
        gives(ToLocal, &[instant(moment)], Base::Timestamp, &format!("timestamp {wall}"));
    }
    gives(ToLocal, &[instant("-009999-01-01 00:00:00")], Base::Timestamp, "overflow");
    let utc = call(ToLocal, &[instant("9999-12-31 23:59:59.999999")], &Type::plain(Base::Timestamp), &TimeZone::UTC);
    assert_eq!(shown(utc), "timestamp 9999-12-31 23:59:59.999999");
    let tokyo = TimeZone::get("Asia/Tokyo").expect("the zone is bundled");
    let beyond = call(ToLocal, &[instant("9999-12-31 23:59:59")], &Type::plain(Base::Timestamp), &tokyo);
    assert_eq!(shown(beyond), "overflow");
}
