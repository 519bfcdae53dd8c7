//! Which keys of time a metric can be had by, and whether what is asked says enough of time.

use super::axes;
use super::definitions::Definitions;
use super::errors::{meaning, operators as errors};
use crate::model::{Grain, Key, KeyKind, Period, Range, TimeFacts};
use crate::source::Span;

/// A key of time needs an axis that is fine enough, and periods that hold whole periods of any inner `per` and lie within
/// those that are looked back to. `metric` is what the messages call it.
pub fn key_is_allowed(definitions: &mut dyn Definitions, key: &Key, metric: &str, time: &TimeFacts) -> bool {
    let timed = match key.period() {
        Some(period) => grain_is_allowed(definitions, period, metric, time, key.span),
        None => !matches!(key.kind, KeyKind::Part(_)) || has_time(definitions, &key.name, time, key.span),
    };
    timed && axes::key_is_allowed(definitions, key, time, metric)
}

fn has_time(definitions: &mut dyn Definitions, what: &str, time: &TimeFacts, span: Span) -> bool {
    let Some(source) = time.timeless else { return true };
    let name = definitions.model().source(source).name.clone();
    definitions.report(meaning::no_time(span, what, &name));
    false
}

/// As [`key_is_allowed`], for a grain.
pub fn grain_is_allowed(
    definitions: &mut dyn Definitions,
    period: Period,
    metric: &str,
    time: &TimeFacts,
    span: Span,
) -> bool {
    let name = definitions.model().period_name(period).to_owned();
    if !has_time(definitions, &name, time, span) {
        return false;
    }
    let is_below_a_day = matches!(period, Period::Standard(grain) if grain < Grain::Day);
    if let Some(source) = time.whole_days.filter(|_| is_below_a_day) {
        let source = definitions.model().source(source).name.clone();
        definitions.report(meaning::grain_too_fine(span, &name, &source));
        return false;
    }
    let model = definitions.model();
    if let Some(inner) = time.inner_grains.iter().find(|inner| !model.nests(**inner, period)) {
        let inner = model.period_name(*inner).to_owned();
        definitions.report(meaning::grains_do_not_nest(span, &inner, &name, metric));
        return false;
    }
    if let Some(holder) = time.holders.iter().find(|holder| !model.nests(period, **holder)) {
        let holder = model.period_name(*holder).to_owned();
        definitions.report(errors::holder_too_fine(span, metric, &name, &holder));
        return false;
    }
    if let Some((count, unit)) = time.shifts.iter().find(|(count, unit)| !is_whole(*count, *unit, period)) {
        let unit_name = if *count == 1 { unit.name() } else { unit.plural() };
        let fitting = fitting(*count, *unit, period);
        definitions.report(errors::offset_not_whole(span, metric, &name, (*count, unit_name), &fitting));
        return false;
    }
    true
}

/// Whether an offset is a whole number of periods. Months are, of days and what is finer: by the clamped day of the month.
fn is_whole(count: u32, unit: Grain, period: Period) -> bool {
    let Period::Standard(grain) = period else { return false };
    match (months(unit), months(grain)) {
        (Some(unit), Some(grain)) => (u64::from(count) * unit).is_multiple_of(grain),
        (Some(_), None) => grain != Grain::Week,
        (None, Some(_)) => false,
        // A day of 23 hours is no whole number of hours earlier.
        (None, None) if unit < Grain::Day && grain >= Grain::Day => false,
        (None, None) => (u64::from(count) * seconds(unit)).is_multiple_of(seconds(grain)),
    }
}

fn months(grain: Grain) -> Option<u64> {
    match grain {
        Grain::Month => Some(1),
        Grain::Quarter => Some(3),
        Grain::Year => Some(12),
        _ => None,
    }
}

fn seconds(grain: Grain) -> u64 {
    match grain {
        Grain::Second => 1,
        Grain::Minute => 60,
        Grain::Hour => 3600,
        Grain::Day => 86_400,
        _ => 604_800,
    }
}

/// An offset near this one that is whole.
fn fitting(count: u32, unit: Grain, period: Period) -> String {
    match (period, months(unit)) {
        (Period::Standard(Grain::Week), Some(months)) => {
            format!("`{} weeks`", (u64::from(count) * months * 52 + 6) / 12)
        }
        (Period::Standard(grain), _) => format!("whole {}, such as `1 {}`", grain.plural(), grain.name()),
        (Period::Declared(_), _) => "`start_of` or `to_date`, which know this calendar".to_owned(),
    }
}

/// Whether a metric that acts on periods is told which.
pub fn are_known(
    definitions: &mut dyn Definitions,
    keys: &[Key],
    range: Option<&Range>,
    metric: &str,
    time: &TimeFacts,
    span: Span,
) -> bool {
    if let Some(operator) = time.needs_range_anyway.filter(|_| range.is_none_or(|range| range.until.is_none())) {
        definitions.report(errors::needs_range(span, metric, operator));
        return false;
    }
    let periods: Vec<(&Key, Period)> = keys.iter().filter_map(|key| key.period().map(|period| (key, period))).collect();
    if periods.is_empty() {
        let part = keys.iter().find(|key| key.is_time()).filter(|_| time.picks || time.needs_range.is_some());
        let error = match (time.needs_period, time.needs_range, part) {
            (Some(operator), _, _) => errors::needs_period(span, metric, operator),
            (None, _, Some(part)) => errors::parts_alone(part.span, metric, &part.name),
            (None, Some(operator), None) if range.is_none_or(|range| range.until.is_none()) => {
                errors::needs_range(span, metric, operator)
            }
            _ => return true,
        };
        definitions.report(error);
        return false;
    }
    let acts_on_periods = time.windowed || time.shifted;
    let model = definitions.model();
    let crossing = periods.iter().enumerate().find_map(|(at, (_, one))| {
        let other = periods[..at].iter().find(|(_, other)| !model.nests(*one, *other) && !model.nests(*other, *one))?;
        Some((periods[at].0, other.0))
    });
    if let Some((one, other)) = crossing.filter(|_| acts_on_periods) {
        definitions.report(errors::several_grains(one.span, metric, &one.name, &other.name));
        return false;
    }
    true
}
