//! The stretches of time that a context reads: one for each period, or one for the whole.

use super::line::Line;
use crate::meaning::Value;
use crate::model::{Grain, Key, Period};
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// What rows without a time are to a stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timeless {
    /// They are outside of it.
    Outside,
    /// They belong to it as well: the whole, when no time is involved.
    Also,
    /// They alone belong to it: the null period.
    Only,
}

/// A stretch of time, half-open, with the names of its period.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The value of each key of time, in order of the keys.
    pub labels: Vec<Value>,
    /// The period as the calendar has it, whatever part of it is read; nothing for the whole and for the null period.
    pub period: Option<(DateTime, DateTime)>,
    pub from: Option<DateTime>,
    pub until: Option<DateTime>,
    pub timeless: Timeless,
}

impl Slot {
    fn null(keys: usize) -> Slot {
        Slot { labels: vec![Value::Null; keys], period: None, from: None, until: None, timeless: Timeless::Only }
    }

    /// Whether more is read than the period.
    pub fn looks_back(&self) -> bool {
        self.period.is_some_and(|(start, _)| self.from.is_none_or(|from| from < start))
    }

    /// Whether a row at this time is read.
    pub fn holds(&self, at: Option<DateTime>) -> bool {
        match at {
            None => self.timeless != Timeless::Outside,
            Some(at) => {
                self.timeless != Timeless::Only
                    && self.from.is_none_or(|from| from <= at)
                    && self.until.is_none_or(|until| at < until)
            }
        }
    }
}

/// The stretches of a context.
#[derive(Clone, Debug)]
pub struct Slots {
    /// The keys of time.
    pub keys: Vec<Key>,
    pub list: Vec<Slot>,
    /// No moment lies in two of them, and they are in order of time (but for the null period).
    pub disjoint: bool,
    /// The range that they were cut by, as long as no operator has changed them.
    asked: Option<Option<Stretch>>,
    /// The range around them, whatever has changed them: a row without a time is outside of it.
    around: Option<Stretch>,
    /// An operator has changed what is read, so that a row belongs by its time alone, whatever its period is called.
    pub moved: bool,
}

/// A range of positions: the first, and the first after.
pub type Stretch = (Option<DateTime>, Option<DateTime>);

impl Slots {
    /// One stretch for everything in a range.
    pub fn whole(range: Option<Stretch>) -> Slots {
        let timeless = if range.is_some() { Timeless::Outside } else { Timeless::Also };
        let (from, until) = range.unwrap_or((None, None));
        Slots {
            keys: Vec::new(),
            list: vec![Slot { labels: Vec::new(), period: None, from, until, timeless }],
            disjoint: true,
            asked: Some(range),
            around: range,
            moved: false,
        }
    }

    /// Whether all rows belong, whatever their time, so that it need not be read.
    pub fn is_everything(&self) -> bool {
        matches!(&self.list[..], [Slot { from: None, until: None, timeless: Timeless::Also, .. }])
    }

    /// The range around them.
    pub fn range(&self) -> Option<Stretch> {
        self.around
    }

    /// Stretches with a name each, of any kind.
    pub fn named(key: Key, list: Vec<Slot>) -> Slots {
        Slots { keys: vec![key], list, disjoint: false, asked: None, around: None, moved: true }
    }

    /// Every period from the first to the last position, cut by a range; and the null period, where there is no range.
    pub fn periods(line: &Line, keys: Vec<Key>, extent: Option<(DateTime, DateTime)>, range: Option<Stretch>) -> Slots {
        let mut list = Vec::new();
        if let Some((first, last)) = extent {
            let (from, until) = range.unwrap_or((None, None));
            let within = Slot { labels: Vec::new(), period: None, from, until, timeless: Timeless::Outside };
            // From the start of the first period to the end of the last, so that both are cut by the range alone.
            let start = period_of(line, &keys, first).map_or(first, |(start, _)| start);
            let end = period_of(line, &keys, last).map_or(just_after(last), |(_, next)| next);
            list = inner(line, &keys, &within, (start, end));
        }
        // A range holds no row without a time, but it may hold days that a calendar table lacks.
        if range.is_none() || keys.iter().any(|key| matches!(key.period(), Some(Period::Declared(_)))) {
            list.push(Slot::null(keys.len()));
        }
        Slots { keys, list, disjoint: true, asked: Some(range), around: range, moved: false }
    }

    /// The periods of more keys within each stretch, all of them: only where it has no start or no end of its own, they go from
    /// the first or to the last position of `extent`.
    pub fn divided(&self, line: &Line, more: &[Key], extent: Option<(DateTime, DateTime)>) -> Slots {
        if more.is_empty() {
            return self.clone();
        }
        let mut list = Vec::new();
        for slot in &self.list {
            let named = |mut inner: Slot| {
                let own = std::mem::take(&mut inner.labels);
                inner.labels = slot.labels.iter().cloned().chain(own).collect();
                inner
            };
            if slot.timeless != Timeless::Only {
                let first = slot.from.or(extent.map(|(first, _)| first));
                let end = slot.until.or(extent.map(|(_, last)| just_after(last)));
                if let Some(within) = first.zip(end) {
                    list.extend(inner(line, more, slot, within).into_iter().map(named));
                }
            }
            if slot.timeless != Timeless::Outside {
                list.push(named(Slot::null(more.len())));
            }
        }
        let keys = self.keys.iter().chain(more).cloned().collect();
        let disjoint = self.disjoint && self.list.len() < 2;
        Slots { keys, list, disjoint, asked: None, around: self.around, moved: self.moved }
    }

    /// What the stretches are without some of the keys of time. Where an operator has changed them, those of one name become one.
    pub fn without(&self, line: &Line, gone: &dyn Fn(&Key) -> bool) -> Slots {
        let kept: Vec<usize> = (0..self.keys.len()).filter(|at| !gone(&self.keys[*at])).collect();
        if kept.len() == self.keys.len() {
            return self.clone();
        }
        if let Some(range) = self.asked {
            if kept.is_empty() {
                return Slots::whole(range);
            }
            let mut starts = self.list.iter().filter_map(|slot| slot.from);
            let extent = starts.next().map(|first| (first, starts.next_back().unwrap_or(first)));
            return Slots::periods(line, kept.iter().map(|at| self.keys[*at].clone()).collect(), extent, range);
        }
        let mut list: Vec<Slot> = Vec::new();
        for slot in &self.list {
            let labels: Vec<Value> = kept.iter().map(|at| slot.labels[*at].clone()).collect();
            match list.iter_mut().find(|known| known.labels == labels) {
                None => list.push(Slot { labels, ..slot.clone() }),
                Some(known) => join(known, slot),
            }
        }
        let keys = kept.iter().map(|at| self.keys[*at].clone()).collect();
        Slots { keys, list, disjoint: false, asked: None, around: self.around, moved: self.moved }
    }

    /// Each stretch as a function of it; a stretch may be dropped.
    pub fn map(&self, change: impl FnMut(&Slot) -> Option<Slot>) -> Slots {
        Slots {
            keys: self.keys.clone(),
            list: self.list.iter().filter_map(change).collect(),
            disjoint: false,
            asked: None,
            around: self.around,
            moved: true,
        }
    }

    /// The finest of the periods that are asked for.
    pub fn finest(&self, line: &Line, at: DateTime) -> Option<Period> {
        let starts = |period: &Period| line.start(*period, at);
        self.keys.iter().filter_map(Key::period).max_by_key(|period| (starts(period), std::cmp::Reverse(*period)))
    }
}

/// One stretch with another of the same name.
fn join(known: &mut Slot, other: &Slot) {
    known.timeless = match (known.timeless, other.timeless) {
        (Timeless::Only, Timeless::Only) => Timeless::Only,
        (Timeless::Outside, Timeless::Outside) => Timeless::Outside,
        _ => Timeless::Also,
    };
    if other.timeless == Timeless::Only {
        return;
    }
    if known.period.is_none() && known.from.is_none() && known.until.is_none() {
        (known.period, known.from, known.until) = (other.period, other.from, other.until);
        return;
    }
    let both = |one: Option<DateTime>, two: Option<DateTime>| one.zip(two);
    known.from = both(known.from, other.from).map(|(one, two)| one.min(two));
    known.until = both(known.until, other.until).map(|(one, two)| one.max(two));
    known.period = known.period.zip(other.period).map(|(one, two)| (one.0.min(two.0), one.1.max(two.1)));
}

/// Where a stretch ends whose last position this is.
fn just_after(last: DateTime) -> DateTime {
    last.checked_add(SignedDuration::from_micros(1)).unwrap_or(last)
}

/// What the periods that hold a position have in common; nothing for a day that a calendar table does not have.
fn period_of(line: &Line, keys: &[Key], at: DateTime) -> Option<(DateTime, DateTime)> {
    let periods = || keys.iter().filter_map(Key::period);
    let starts: Vec<DateTime> = periods().map(|period| line.start(period, at)).collect::<Option<_>>()?;
    let next = periods().zip(&starts).map(|(period, start)| line.next(period, *start)).min()?;
    Some((starts.into_iter().max()?, next))
}

/// The periods in a stretch, clipped by it: only those that hold a position from the first to before the end. With several keys
/// the parts that their periods have in common.
fn inner(line: &Line, keys: &[Key], within: &Slot, (first, end): (DateTime, DateTime)) -> Vec<Slot> {
    let periods: Vec<Period> = keys.iter().filter_map(Key::period).collect();
    let first = within.from.map_or(first, |from| from.max(first));
    let end = within.until.map_or(end, |until| until.min(end));
    let mut list = Vec::new();
    let mut at = first;
    while at < end {
        let Some((start, next)) = period_of(line, keys, at) else {
            // A day that a calendar table does not have.
            at = line.next(Period::Standard(Grain::Day), line.start(Period::Standard(Grain::Day), at).unwrap_or(at));
            continue;
        };
        let from = within.from.map_or(start, |from| from.max(start));
        let until = within.until.map_or(next, |until| until.min(next));
        if from < until {
            let label = |period: &Period| line.start(*period, at).map(|start| line.label(*period, start));
            let labels = periods.iter().filter_map(label).collect();
            let period = Some((start, next));
            list.push(Slot { labels, period, from: Some(from), until: Some(until), timeless: Timeless::Outside });
        }
        if next <= at {
            break;
        }
        at = next;
    }
    list
}
