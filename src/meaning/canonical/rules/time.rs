//! Moments and lengths of time. Days and less are lengths that add up; months are not, for they clip at the end of a month.

use super::super::term::{Node, Op, Term, Terms};
use crate::model::Function::{self, *};
use crate::model::Grain;

/// A length in the smallest unit that says the same by any calendar: a week is seven days, a quarter three months, a year
/// twelve, and clipping happens once either way. A day is no number of hours where clocks change, so it stays.
pub fn smaller(count: i64, unit: Grain) -> Option<(i64, Grain)> {
    let (times, smaller) = match unit {
        Grain::Minute => (60, Grain::Second),
        Grain::Hour => (3600, Grain::Second),
        Grain::Week => (7, Grain::Day),
        Grain::Quarter => (3, Grain::Month),
        Grain::Year => (12, Grain::Month),
        Grain::Second | Grain::Day | Grain::Month => return None,
    };
    Some((count.checked_mul(times)?, smaller))
}

/// The same for the lengths of windows and offsets.
pub fn length(count: u32, unit: Grain) -> (u32, Grain) {
    smaller(i64::from(count), unit)
        .and_then(|(count, unit)| Some((u32::try_from(count).ok()?, unit)))
        .unwrap_or((count, unit))
}

fn shift(node: &Node) -> Option<(i64, Grain, Term)> {
    match node.op {
        Op::Call(Shift { count, unit }) => Some((count, unit, node.parts[0])),
        _ => None,
    }
}

fn shifted(terms: &mut Terms, node: &Node, count: i64, unit: Grain, moment: Term) -> Term {
    terms.call(Shift { count, unit }, node.base, vec![moment])
}

/// `x + 1 year` is `x + 12 months`.
pub fn smaller_units(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (count, unit, moment) = shift(node)?;
    let (count, unit) = smaller(count, unit)?;
    Some(shifted(terms, node, count, unit, moment))
}

/// `x + 0 days` is `x`.
pub fn no_shift(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (count, _, moment) = shift(node)?;
    (count == 0 && terms.base(moment) == node.base).then_some(moment)
}

/// `x + 2 days + 3 days` is `x + 5 days`. Not for months: the 31st of January a month later twice is the 28th of March.
pub fn shifted_twice(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (count, unit, moment) = shift(node)?;
    let (inner, same, start) = shift(terms.node(moment))?;
    if unit != same || unit == Grain::Month {
        return None;
    }
    Some(shifted(terms, node, count.checked_add(inner)?, unit, start))
}

/// The month of the day is the month: a period that lies in a longer one begins in it. Both have to be dates.
pub fn truncated_twice(terms: &mut Terms, node: &Node) -> Option<Term> {
    let Op::Call(Truncate(outer)) = node.op else { return None };
    let inner = node.parts[0];
    let Some(Function::Truncate(finer)) = terms.function(inner) else { return None };
    if outer < Grain::Day || !finer.nests_in(outer) {
        return None;
    }
    let moment = terms.parts(inner)[0];
    Some(terms.call(Truncate(outer), node.base, vec![moment]))
}
