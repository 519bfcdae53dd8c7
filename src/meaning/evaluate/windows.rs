//! How the operators of time change the stretch that is read.

use super::line::Line;
use super::slots::{Slot, Slots, Timeless};
use crate::model::{Grain, Period, Window};
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// `rolling`, `to_date`, `cumulative`: the window that ends where the stretch ends, else where the data end.
pub fn window(line: &Line, slot: &Slot, window: Window, data_end: Option<DateTime>) -> Option<Slot> {
    if slot.timeless == Timeless::Only {
        return None;
    }
    let until = slot.until.or(data_end)?;
    let last = until.checked_sub(SignedDuration::from_micros(1)).unwrap_or(until);
    let from = match window {
        Window::Rolling { count, unit } => Some(line.moved(until, -i64::from(count), unit)),
        Window::ToDate(period) => Some(line.start(period, slot.period.map_or(last, |(start, _)| start))?),
        Window::Cumulative => None,
    };
    Some(Slot { from, until: Some(until), timeless: Timeless::Outside, ..slot.clone() })
}

/// Where data end for a window: with the day of the last row, or with its hour, where hours are counted.
pub fn data_end(line: &Line, window: Window, last: DateTime) -> Option<DateTime> {
    let grain = match window {
        Window::Rolling { unit, .. } | Window::ToDate(Period::Standard(unit)) => unit.min(Grain::Day),
        Window::ToDate(Period::Declared(_)) | Window::Cumulative => Grain::Day,
    };
    let period = Period::Standard(grain);
    line.start(period, last).map(|start| line.next(period, start))
}

/// `prior`: the period that begins so much earlier, cut at the same time since its start as this one is cut. Without a period
/// the range is moved.
pub fn prior(line: &Line, slots: &Slots, slot: &Slot, count: u32, unit: Grain) -> Option<Slot> {
    if slot.timeless == Timeless::Only {
        return None;
    }
    let back = |at: DateTime| line.moved(at, -i64::from(count), unit);
    let Some((start, next)) = slot.period else {
        let (from, until) = (slot.from.map(back), slot.until.map(back));
        return Some(Slot { from, until, timeless: Timeless::Outside, ..slot.clone() });
    };
    let earlier = back(start);
    let period = slots.finest(line, start)?;
    let earlier = line.start(period, earlier)?;
    let earlier_next = line.next(period, earlier);
    // As much later as the same clock shows after the start of the period.
    let cut = |at: Option<DateTime>, edge: DateTime, own_edge: DateTime| match at {
        Some(at) if at != edge => {
            let moved = earlier.checked_add(at.duration_since(start)).unwrap_or(own_edge);
            moved.min(earlier_next)
        }
        _ => own_edge,
    };
    let from = cut(slot.from, start, earlier);
    let until = cut(slot.until, next, earlier_next);
    Some(Slot { period: Some((earlier, earlier_next)), from: Some(from), until: Some(until), ..slot.clone() })
}

/// `start_of`: the period of the asked grain that holds the start of the longer one.
pub fn start_of(line: &Line, slots: &Slots, slot: &Slot, period: Period) -> Option<Slot> {
    let (start, _) = slot.period?;
    let finest = slots.finest(line, start)?;
    let first = line.start(finest, line.start(period, start)?)?;
    if first == start {
        return Some(slot.clone());
    }
    let next = line.next(finest, first);
    Some(Slot { period: Some((first, next)), from: Some(first), until: Some(next), ..slot.clone() })
}
