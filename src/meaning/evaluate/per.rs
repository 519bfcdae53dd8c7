//! `agg(m per k)`: a metric in a finer context, aggregated back.

use super::formula::{Context, Engine, Prepared, Table, joined};
use super::line::Line;
use super::measures::folded;
use super::slots::{Slot, Slots, Timeless};
use crate::diagnostic::Diagnostic;
use crate::meaning::Value;
use crate::model::{Grain, Key, Per, Period, Type};
use rustc_hash::{FxHashMap, FxHashSet};

impl<'a> Engine<'a, '_> {
    /// The aggregate of the inner metric over the inner keys, for each combination of the context's own.
    pub fn per(&self, per: &Per, ty: &Type, context: &Context<'_, 'a>) -> Result<Table, Box<Diagnostic>> {
        let inner = self.inner(per, context)?;
        let prepare = |part| self.prepare(part, &inner, true, per.span);
        let argument = per.argument.as_ref().map(prepare).transpose()?;
        let filter = per.filter.as_ref().map(prepare).transpose()?;
        let mark = per.filter.as_ref().and_then(|filter| self.rows.computing.mark_of(filter));
        let (keys, outer_keys) = (inner.keys.len(), context.keys.len());
        let outer_labels = context.slots.keys.len();
        let rows = rows(&inner, argument.iter().chain(&filter), outer_labels);
        let mut groups: FxHashMap<Vec<Value>, Vec<Value>> = FxHashMap::default();
        for row in rows {
            let outer = row[..outer_keys].iter().chain(&row[keys..keys + outer_labels]).cloned().collect();
            let group = groups.entry(outer).or_default();
            if let Some(filter) = &filter {
                let holds = filter.value(self.rows, &row)?.truth() == Some(true);
                self.rows.computing.mark(mark, holds);
                if !holds {
                    continue;
                }
            }
            let value = argument.as_ref().map_or(Ok(Value::Null), |argument| argument.value(self.rows, &row))?;
            group.push(value);
        }
        let mut table = Table::default();
        for (outer, values) in groups {
            let values: Vec<&Value> = values.iter().collect();
            table.values.insert(outer, folded(per.aggregate, &values, ty, per.span)?);
        }
        Ok(table)
    }

    /// The context of the inner metric: more keys, and within each stretch the periods of the inner grain.
    fn inner<'e>(&self, per: &Per, context: &Context<'e, 'a>) -> Result<Context<'e, 'a>, Box<Diagnostic>> {
        // In a window the key of time names the period that the window ends with: the rows in it have periods of their own.
        let looks_back = context.slots.list.iter().any(Slot::looks_back);
        let is_new = |key: &&Key| {
            let is_known = |known: &[Key]| known.iter().any(|known| known.is_same_cut(key));
            !is_known(&context.keys) && (looks_back || !is_known(&context.slots.keys))
        };
        let (periods, columns): (Vec<Key>, Vec<Key>) =
            per.keys.iter().filter(is_new).cloned().partition(|key| key.period().is_some());
        let mut keys = context.keys.clone();
        keys.extend(columns);
        let parts = || per.argument.iter().chain(&per.filter);
        let below_a_day = |key: &Key| matches!(key.period(), Some(Period::Standard(grain)) if grain < Grain::Day);
        let universal = periods.iter().any(below_a_day) && parts().any(|part| self.has_instants(part));
        let (line, slots) = if universal && !context.line.universal {
            (Line { universal: true, ..context.line.clone() }, in_utc(&context.line, &context.slots))
        } else {
            (context.line.clone(), context.slots.clone())
        };
        let open = slots
            .list
            .iter()
            .any(|slot| slot.timeless != Timeless::Only && (slot.from.is_none() || slot.until.is_none()));
        let mut extent = None;
        if open && !periods.is_empty() {
            for part in parts() {
                extent = joined(extent, self.extent(part, Some(&context.filters), &line)?);
            }
        }
        let slots = slots.divided(&line, &periods, extent);
        Ok(Context::new(keys, context.filters.clone(), slots, line))
    }
}

/// The inner rows: those that any part has, and where a part is filled every inner period for each combination of the other
/// keys that it has in a stretch. In order, so that a sum of doubles is always the same.
fn rows<'p>(inner: &Context, parts: impl Iterator<Item = &'p Prepared>, outer_labels: usize) -> Vec<Vec<Value>> {
    let width = inner.keys.len() + inner.slots.keys.len();
    let mut rows: FxHashSet<Vec<Value>> = FxHashSet::default();
    let mut combinations: FxHashSet<Vec<Value>> = FxHashSet::default();
    for part in parts {
        part.rows(false, width, &mut |row| {
            rows.insert(row.clone());
        });
        part.filled(&mut |filled| {
            filled.rows(true, width, &mut |row| {
                combinations.insert(row[..inner.keys.len() + outer_labels].to_vec());
            });
        });
    }
    if inner.slots.keys.len() > outer_labels {
        for combination in combinations {
            let (keys, outer) = combination.split_at(inner.keys.len());
            let within = |labels: &[Value]| labels[..outer_labels] == *outer;
            for slot in inner.slots.list.iter().filter(|slot| slot.timeless != Timeless::Only && within(&slot.labels)) {
                rows.insert(keys.iter().chain(&slot.labels).cloned().collect());
            }
        }
    }
    let mut rows: Vec<Vec<Value>> = rows.into_iter().collect();
    rows.sort();
    rows
}

/// Stretches of wall time as stretches of UTC.
fn in_utc(line: &Line, slots: &Slots) -> Slots {
    let mut moved = slots.map(|slot| {
        let mut slot = slot.clone();
        slot.from = slot.from.map(|at| line.utc(at));
        slot.until = slot.until.map(|at| line.utc(at));
        slot.period = slot.period.map(|(start, next)| (line.utc(start), line.utc(next)));
        Some(slot)
    });
    moved.disjoint = slots.disjoint;
    moved.moved = slots.moved;
    moved
}
