//! The project's zone on the line of UTC, on which an hour that clocks repeat is two hours.

use super::expr::{Expr, Function, Kind, Literal};
use super::time::{Calendar, Grain};
use super::types::{Base, Type};
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

/// The years for which a zone's transitions are written out; before and after them the nearest offset holds.
const YEARS: (i16, i16) = (1970, 2070);

/// How far a zone's clocks are ahead of UTC, in seconds: at first, and then from each moment in UTC on. From the time zone
/// database that the compiler was built with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offsets {
    pub first: i64,
    pub changes: Vec<(DateTime, i64)>,
}

impl Offsets {
    /// Nothing for a name that is no zone.
    pub fn of(zone: &str) -> Option<Offsets> {
        let zone = TimeZone::get(zone).ok()?;
        let year = |year| -> Option<Timestamp> { Some(date(year, 1, 1).to_zoned(TimeZone::UTC).ok()?.timestamp()) };
        let (start, end) = (year(YEARS.0)?, year(YEARS.1)?);
        let first = i64::from(zone.to_offset(start).seconds());
        let mut changes = Vec::new();
        let mut last = first;
        for transition in zone.following(start).take_while(|transition| transition.timestamp() < end) {
            let next = i64::from(transition.offset().seconds());
            if next != last {
                changes.push((TimeZone::UTC.to_datetime(transition.timestamp()), next));
                last = next;
            }
        }
        Some(Offsets { first, changes })
    }

    /// Each offset with the moment in UTC until which it holds; the last holds on.
    fn spans(&self) -> impl Iterator<Item = (Option<DateTime>, i64)> {
        let offsets = std::iter::once(self.first).chain(self.changes.iter().map(|(_, offset)| *offset));
        let ends = self.changes.iter().map(|(at, _)| Some(*at)).chain([None]);
        ends.zip(offsets)
    }
}

impl Calendar {
    fn offsets(&self) -> Offsets {
        Offsets::of(&self.timezone).unwrap_or(Offsets { first: 0, changes: Vec::new() })
    }

    /// The start of the hour, minute or second, of wall time, that holds a moment; both are in UTC, as `timestamp`.
    pub fn truncate_utc<L: Clone>(&self, grain: Grain, utc: Expr<L>) -> Expr<L> {
        let seconds = match grain {
            Grain::Hour => 3600,
            Grain::Minute => 60,
            _ => 1,
        };
        // Only what an offset has beyond whole periods moves where they begin.
        let mut spans: Vec<(Option<DateTime>, i64)> = Vec::new();
        for (until, offset) in self.offsets().spans() {
            let rest = offset.rem_euclid(seconds);
            match spans.last_mut() {
                Some(last) if last.1 == rest => last.0 = until,
                _ => spans.push((until, rest)),
            }
        }
        by_span(&utc, spans, |rest| {
            let moved = if rest == 0 { utc.clone() } else { utc.clone().shifted(rest, Grain::Second) };
            let cut = Expr::call(Function::Truncate(grain), vec![moved], utc.ty.clone());
            if rest == 0 { cut } else { cut.shifted(-rest, Grain::Second) }
        })
    }

    /// The moment in UTC of a wall time, both as `timestamp`: the earlier of two, and of none the one as long after the gap began.
    pub fn utc<L: Clone>(&self, wall: Expr<L>) -> Expr<L> {
        let offsets = self.offsets();
        let mut before = offsets.first;
        let mut spans = Vec::with_capacity(offsets.changes.len() + 1);
        for (at, offset) in &offsets.changes {
            let shown = before.max(*offset);
            spans.push((at.checked_add(jiff::SignedDuration::from_secs(shown)).ok(), before));
            before = *offset;
        }
        spans.push((None, before));
        by_span(&wall, spans, |offset| match offset {
            0 => wall.clone(),
            _ => wall.clone().shifted(-offset, Grain::Second),
        })
    }

    /// The wall time of a moment in UTC, both as `timestamp`.
    pub fn wall<L>(&self, utc: Expr<L>) -> Expr<L> {
        if self.is_utc() {
            return utc;
        }
        let ty = Type { base: Base::Instant, ..utc.ty.clone() };
        self.local(Expr::call(Function::FromUtc, vec![utc], ty))
    }
}

/// What holds of a moment, by the span that it lies in: each with the moment until which it lasts.
fn by_span<L: Clone>(moment: &Expr<L>, spans: Vec<(Option<DateTime>, i64)>, what: impl Fn(i64) -> Expr<L>) -> Expr<L> {
    let mut arms = Vec::with_capacity(spans.len());
    let mut last = 0;
    for (until, value) in spans {
        last = value;
        if let Some(until) = until {
            let limit = Expr::literal(Literal::Timestamp(until), Type::plain(Base::Timestamp));
            let truth = Type::plain(Base::Boolean).or_null(moment.ty.nullable);
            arms.push((Expr::call(Function::Less, vec![moment.clone(), limit], truth), what(value)));
        }
    }
    if arms.is_empty() {
        return what(last);
    }
    Expr { kind: Kind::Case { arms, otherwise: Some(Box::new(what(last))) }, ty: moment.ty.clone() }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn new_york_is_five_hours_behind_in_winter_and_four_in_summer() {
        let offsets = Offsets::of("America/New_York").expect("it is a zone");
        assert_eq!(offsets.first, -5 * 3600);
        let known = |at: &str| offsets.changes.iter().find(|(moment, _)| moment.to_string() == at).map(|(_, it)| *it);
        assert_eq!(known("2026-03-08T07:00:00"), Some(-4 * 3600));
        assert_eq!(known("2026-11-01T06:00:00"), Some(-5 * 3600));
    }

    #[test]
    fn a_zone_without_changes_has_one_offset() {
        assert_eq!(Offsets::of("Asia/Kolkata"), Some(Offsets { first: 19_800, changes: Vec::new() }));
        assert_eq!(Offsets::of("Mars/Olympus"), None);
    }
}
