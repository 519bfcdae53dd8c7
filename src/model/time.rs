//! Grains, parts and the project's calendar.

use super::expr::{Expr, Function};
use super::types::{Base, Type};
use super::{ColumnId, GrainId, SourceId};
use crate::source::Span;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use smol_str::SmolStr;

/// A length of period. Weeks, quarters and years begin where the project's [`Calendar`] says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Grain {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Grain {
    pub const ALL: [Grain; 8] =
        [Grain::Second, Grain::Minute, Grain::Hour, Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year];

    pub fn name(self) -> &'static str {
        match self {
            Grain::Second => "second",
            Grain::Minute => "minute",
            Grain::Hour => "hour",
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
        }
    }

    pub fn plural(self) -> &'static str {
        match self {
            Grain::Second => "seconds",
            Grain::Minute => "minutes",
            Grain::Hour => "hours",
            Grain::Day => "days",
            Grain::Week => "weeks",
            Grain::Month => "months",
            Grain::Quarter => "quarters",
            Grain::Year => "years",
        }
    }

    /// The grain of this name, in the singular.
    pub fn named(text: &str) -> Option<Grain> {
        Grain::ALL.into_iter().find(|grain| grain.name() == text)
    }

    /// The unit of a duration: `day` or `days`.
    pub fn of_duration(text: &str) -> Option<Grain> {
        Grain::ALL.into_iter().find(|grain| grain.name() == text || grain.plural() == text)
    }

    /// Whether each period of this grain lies within one period of the other, by any calendar: a week lies in no month.
    pub fn nests_in(self, other: Grain) -> bool {
        self == other || (self < other && self != Grain::Week && (other != Grain::Week || self <= Grain::Day))
    }

    /// What names a period: its first day, or its first second below a day.
    pub fn key_base(self, axis: Base) -> Base {
        if self >= Grain::Day { Base::Date } else { axis }
    }
}

/// A length of period of either kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Period {
    Standard(Grain),
    /// Of a calendar table.
    Declared(GrainId),
}

/// A grain that a calendar table adds: days with the same value of a column are one period, named by its first day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclaredGrain {
    pub name: SmolStr,
    /// The calendar that declares it.
    pub calendar: SmolStr,
    pub source: SourceId,
    /// The column with the days.
    pub at: ColumnId,
    /// The column with what the days of a period have in common.
    pub column: ColumnId,
    pub span: Span,
}

/// A number read off a moment, the same for periods that come round again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    Second,
    Minute,
    Hour,
    /// 1 to 7 from Monday.
    DayOfWeek,
    DayOfMonth,
    DayOfYear,
    Month,
    Quarter,
    Year,
}

impl Part {
    pub const ALL: [Part; 9] = [
        Part::Second,
        Part::Minute,
        Part::Hour,
        Part::DayOfWeek,
        Part::DayOfMonth,
        Part::DayOfYear,
        Part::Month,
        Part::Quarter,
        Part::Year,
    ];

    /// As a key of a query: `month_of_year`.
    pub fn key_name(self) -> &'static str {
        match self {
            Part::Second => "second_of_minute",
            Part::Minute => "minute_of_hour",
            Part::Hour => "hour_of_day",
            Part::DayOfWeek => "day_of_week",
            Part::DayOfMonth => "day_of_month",
            Part::DayOfYear => "day_of_year",
            Part::Month => "month_of_year",
            Part::Quarter => "quarter_of_year",
            Part::Year => "year_number",
        }
    }

    /// In `part(month, x)`: the short name or the name as a key.
    pub fn named(text: &str) -> Option<Part> {
        let short = match text {
            "second" => Part::Second,
            "minute" => Part::Minute,
            "hour" => Part::Hour,
            "day" => Part::DayOfMonth,
            "month" => Part::Month,
            "quarter" => Part::Quarter,
            "year" => Part::Year,
            _ => return Part::ALL.into_iter().find(|part| part.key_name() == text),
        };
        Some(short)
    }
}

/// The calendar of the project: every truncation follows it, on every warehouse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// An IANA zone name; `UTC` unless the project says.
    pub timezone: String,
    /// 0 for Monday to 6 for Sunday.
    pub week_starts: u8,
    /// 1 for January to 12 for December: the first month of the fiscal year.
    pub year_starts: u8,
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar { timezone: "UTC".into(), week_starts: 0, year_starts: 1 }
    }
}

impl Calendar {
    /// Whether clocks in the project's zone always show UTC.
    pub fn is_utc(&self) -> bool {
        matches!(self.timezone.as_str(), "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Z")
    }

    /// The wall time of a moment: an `instant` in the project's zone; a `date` or `timestamp` as it is.
    pub fn local<L>(&self, moment: Expr<L>) -> Expr<L> {
        if moment.ty.base != Base::Instant {
            return moment;
        }
        let ty = Type { base: Base::Timestamp, ..moment.ty.clone() };
        Expr::call(Function::ToLocal, vec![moment], ty)
    }

    /// The start of the period that holds the moment. Weeks are cut by moving the day that begins them to Monday and
    /// back; fiscal quarters and years by moving the first month to January and back. Months clip at their ends, which
    /// moves no day out of its month.
    pub fn truncate<L>(&self, grain: Grain, moment: Expr<L>) -> Expr<L> {
        let nullable = moment.ty.nullable;
        let moment = self.local(moment);
        let base = grain.key_base(moment.ty.base);
        let cut =
            |moment: Expr<L>| Expr::call(Function::Truncate(grain), vec![moment], Type::plain(base).or_null(nullable));
        match grain {
            Grain::Week if self.week_starts != 0 => {
                // The days from this week's first day to the Monday that follows it.
                let days = i64::from(7 - self.week_starts);
                cut(moment.shifted(days, Grain::Day)).shifted(-days, Grain::Day)
            }
            Grain::Quarter | Grain::Year if self.year_starts != 1 => {
                let months = i64::from(self.year_starts) - 1;
                cut(moment.shifted(-months, Grain::Month)).shifted(months, Grain::Month)
            }
            _ => cut(moment),
        }
    }

    /// A part of the moment. Quarters and years are the fiscal ones; a fiscal year bears the number of the calendar year
    /// in which it ends.
    pub fn part<L>(&self, part: Part, moment: Expr<L>) -> Expr<L> {
        let moment = self.local(moment);
        let ty = Type::plain(Base::Integer).or_null(moment.ty.nullable);
        let months = i64::from(self.year_starts) - 1;
        let moment = match part {
            Part::Quarter if months != 0 => moment.shifted(-months, Grain::Month),
            Part::Year if months != 0 => moment.shifted(12 - months, Grain::Month),
            _ => moment,
        };
        Expr::call(Function::Part(part), vec![moment], ty)
    }

    /// The start of the period that holds a moment of wall time.
    pub fn start_of(&self, grain: Grain, at: DateTime) -> DateTime {
        let date = at.date();
        let midnight = |date: Date| date.to_datetime(Time::midnight());
        let first_of = |month: i32, year: i32| {
            let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12) + 1);
            midnight(Date::new(year as i16, month as i8, 1).unwrap_or(Date::MIN))
        };
        // Months from the first of the fiscal year, which is `year_starts`.
        let since = (i32::from(date.month()) - i32::from(self.year_starts)).rem_euclid(12);
        let (month, year) = (i32::from(date.month()) - 1, i32::from(date.year()));
        match grain {
            Grain::Second => date.at(at.hour(), at.minute(), at.second(), 0),
            Grain::Minute => date.at(at.hour(), at.minute(), 0, 0),
            Grain::Hour => date.at(at.hour(), 0, 0, 0),
            Grain::Day => midnight(date),
            Grain::Week => {
                let weekday = i32::from(date.weekday().to_monday_zero_offset());
                let back = (weekday - i32::from(self.week_starts)).rem_euclid(7);
                midnight(date.checked_sub(back.days()).unwrap_or(Date::MIN))
            }
            Grain::Month => first_of(month, year),
            Grain::Quarter => first_of(month - since % 3, year),
            Grain::Year => first_of(month - since, year),
        }
    }
}
