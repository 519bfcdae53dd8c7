//! SQLite's moments: texts, moved and cut by its date functions. <https://www.sqlite.org/lang_datefunc.html>

use super::common;
use super::{Argument, Binding, Words};
use crate::model::zone::Offsets;
use crate::model::{Base, Grain, Part};

/// A moment to the second: its date functions round what is behind the seconds, and so the last of them into the next day.
fn to_second(x: &Argument) -> String {
    if x.ty.base == Base::Date { x.words.text.clone() } else { format!("SUBSTR({}, 1, 19)", x.words.text) }
}

/// Months clip at the month's last day, where SQLite itself would run over into the next month; what is behind the seconds
/// stays.
pub fn shift(x: &Argument, count: i64, unit: Grain) -> Words {
    let (count, unit) = common::shift_parts(count, unit);
    let text = &x.words.text;
    let second = to_second(x);
    let is_date = x.ty.base == Base::Date;
    let behind = |moved: String, from: usize| Words::new(format!("{moved} || SUBSTR({text}, {from})"), Binding::Unary);
    match unit {
        Grain::Month => {
            let days = format!("'+' || (STRFTIME('%d', {second}) - 1) || ' days'");
            let moved = format!("DATE({second}, 'start of month', '{count:+} months', {days})");
            let last = format!("DATE({second}, 'start of month', '{:+} months', '-1 day')", count + 1);
            let clipped = format!("MIN({moved}, {last})");
            if is_date { Words::atom(clipped) } else { behind(clipped, 11) }
        }
        _ if is_date => Words::atom(format!("DATE({text}, '{count:+} days')")),
        _ => behind(format!("DATETIME({second}, '{count:+} {}')", unit.plural()), 20),
    }
}

pub fn seconds_later(x: &Argument, seconds: &Argument) -> Words {
    let moved = format!("DATETIME({}, {} || ' seconds')", to_second(x), seconds.words.at(Binding::Unary));
    Words::new(format!("{moved} || SUBSTR({}, 20)", x.words.text), Binding::Unary)
}

pub fn truncate(x: &Argument, grain: Grain) -> Words {
    let text = &to_second(x);
    Words::atom(match grain {
        Grain::Second => format!("STRFTIME('%Y-%m-%d %H:%M:%S', {text})"),
        Grain::Minute => format!("STRFTIME('%Y-%m-%d %H:%M:00', {text})"),
        Grain::Hour => format!("STRFTIME('%Y-%m-%d %H:00:00', {text})"),
        Grain::Day => format!("DATE({text})"),
        Grain::Week => format!("DATE({text}, '-' || ((STRFTIME('%w', {text}) + 6) % 7) || ' days')"),
        Grain::Month => format!("DATE({text}, 'start of month')"),
        Grain::Quarter => {
            format!("DATE({text}, 'start of month', '-' || ((STRFTIME('%m', {text}) - 1) % 3) || ' months')")
        }
        Grain::Year => format!("DATE({text}, 'start of year')"),
    })
}

pub fn difference(from: &Argument, to: &Argument, grain: Grain) -> Words {
    let ordinal = |x: &Argument| {
        let part = |format: &str| format!("STRFTIME('{format}', {})", to_second(x));
        match grain {
            Grain::Year => format!("{} + 0", part("%Y")),
            Grain::Quarter => format!("{} * 4 + ({} - 1) / 3", part("%Y"), part("%m")),
            Grain::Month => format!("{} * 12 + {}", part("%Y"), part("%m")),
            Grain::Week | Grain::Day => format!("CAST(JULIANDAY({}) - 0.5 AS INTEGER)", truncate(x, grain).text),
            Grain::Hour => format!("STRFTIME('%s', {}) / 3600", truncate(x, grain).text),
            Grain::Minute => format!("STRFTIME('%s', {}) / 60", truncate(x, grain).text),
            Grain::Second => format!("STRFTIME('%s', {}) + 0", truncate(x, grain).text),
        }
    };
    match grain {
        Grain::Week => Words::new(format!("({} - {}) / 7", ordinal(to), ordinal(from)), Binding::Multiply),
        _ => Words::new(format!("({}) - ({})", ordinal(to), ordinal(from)), Binding::Add),
    }
}

pub fn part(x: &Argument, part: Part) -> Words {
    let number = |format: &str| format!("CAST(STRFTIME('{format}', {}) AS INTEGER)", to_second(x));
    match part {
        Part::Second => Words::atom(number("%S")),
        Part::Minute => Words::atom(number("%M")),
        Part::Hour => Words::atom(number("%H")),
        // 0 is Sunday there.
        Part::DayOfWeek => Words::new(format!("({} + 6) % 7 + 1", number("%w")), Binding::Add),
        Part::DayOfMonth => Words::atom(number("%d")),
        Part::DayOfYear => Words::atom(number("%j")),
        Part::Month => Words::atom(number("%m")),
        Part::Quarter => Words::new(format!("({} + 2) / 3", number("%m")), Binding::Multiply),
        Part::Year => Words::atom(number("%Y")),
    }
}

/// The wall time of a moment in UTC. SQLite knows no named zones, so the zone's offsets are written out, from the time zone
/// database that the compiler was built with; beyond the years written the last offset stays.
pub fn local(x: &Words, zone: &str) -> Option<Words> {
    let offsets = Offsets::of(zone)?;
    let mut last = offsets.first;
    let mut arms = String::new();
    for (moment, next) in &offsets.changes {
        arms.push_str(&format!(" WHEN {} < '{}' THEN '{last:+} seconds'", x.at(Binding::Add), common::moment(moment)));
        last = *next;
    }
    let offset =
        if arms.is_empty() { format!("'{last:+} seconds'") } else { format!("CASE{arms} ELSE '{last:+} seconds' END") };
    Some(Words::new(format!("DATETIME(SUBSTR({0}, 1, 19), {offset}) || SUBSTR({0}, 20)", x.text), Binding::Unary))
}

/// `2026-01-31 10:00:00`, or with six digits behind it that are not all zero. Adding nothing makes 30 February the day that it
/// would be, and an hour 24 the next day's first: as they stand they pass.
pub fn well_formed(x: &Words) -> Words {
    let text = &x.text;
    let whole = format!("SUBSTR({text}, 1, 19)");
    let digits = "[0-9]".repeat(6);
    Words::new(
        format!(
            "{whole} = STRFTIME('%Y-%m-%d %H:%M:%S', {whole}, '+0 days') AND (LENGTH({text}) = 19 \
             OR (SUBSTR({text}, 20) GLOB '.{digits}' AND SUBSTR({text}, 20) <> '.000000'))"
        ),
        Binding::And,
    )
}
