//! `follow`: rows given to the latest row before them.

use super::formula::{Context, Engine, Table, single};
use super::measures::{Condition, Item, Out, Reader, key_of};
use crate::diagnostic::Diagnostic;
use crate::meaning::Value;
use crate::model::{Follow, Measure, PerSource, RowExpr, Type};
use crate::source::Span;
use jiff::civil::DateTime;
use rustc_hash::FxHashMap;

/// A row of either side: whose it is, when, and which.
struct Event {
    row: usize,
    whose: Value,
    at: DateTime,
    key: Vec<Value>,
}

impl<'a> Engine<'a, '_> {
    /// The rows of `n`, each given to the latest row of `m` of the same user within the window before it. Keys, filters and
    /// time are those of `m`'s row.
    pub fn follow(&self, follow: &Follow, ty: &Type, context: &Context) -> Result<Table, Box<Diagnostic>> {
        let model = self.rows.model;
        let (Some((n, n_filters)), Some((m, m_filters))) =
            (single(model, &follow.counted), single(model, &follow.after))
        else {
            return Ok(Table::default());
        };
        let n_rows = self.conditions_of(n, &n_filters, false)?;
        let m_rows = self.conditions_of(m, &m_filters, true)?;
        let mut befores: FxHashMap<Value, Vec<Event>> = FxHashMap::default();
        for event in self.events(m, &m_rows, &follow.by.1, follow.span)? {
            befores.entry(event.whose.clone()).or_default().push(event);
        }
        for events in befores.values_mut() {
            events.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
        }
        let filters = self.context_conditions(context, m.source, follow.span)?;
        let keys = self.key_programs(context, m.source, m.axis.as_ref(), follow.span)?;
        let positions = self.positions(m.source, m.axis.as_ref(), context, follow.span)?;
        let reader = Reader::new(self, n)?;
        let mut items: Vec<Item> = Vec::new();
        for event in self.events(n, &n_rows, &follow.by.0, follow.span)? {
            let Some(befores) = befores.get(&event.whose) else { continue };
            let earliest = follow.within.map(|(count, unit)| self.line.moved(event.at, -i64::from(count), unit));
            // Over one source a row does not follow itself, nor one of the same moment with a greater key.
            let end = match n.source == m.source {
                true => befores.partition_point(|before| (before.at, &before.key) < (event.at, &event.key)),
                false => befores.partition_point(|before| before.at <= event.at),
            };
            let before = befores[..end].last();
            let Some(before) = before.filter(|before| earliest.is_none_or(|earliest| earliest < before.at)) else {
                continue;
            };
            if let Some(at) = context.placed(positions[before.row])
                && self.all_hold(&filters, before.row)?
            {
                let keys = keys.iter().map(|key| self.rows.value(key, before.row)).collect::<Result<_, _>>()?;
                items.push(reader.item(self, event.row, keys, at)?);
            }
        }
        let mut table = Table::default();
        Out { table: &mut table, aggregate: n.aggregate, ty, span: follow.span }.spread(items, &context.slots)?;
        Ok(table)
    }

    fn conditions_of(
        &self,
        measure: &Measure,
        filters: &[&PerSource<RowExpr>],
        own: bool,
    ) -> Result<Vec<Condition<'a>>, Box<Diagnostic>> {
        let source = measure.source;
        // Which rows `n` counts is for its aggregate; a row of `m` that its aggregate lets out is not counted by `m`.
        let own = measure.filter.iter().filter(|_| own);
        let filters = filters.iter().filter_map(|filter| filter.get(source));
        measure.rows.iter().chain(filters).chain(own).map(|it| self.condition(source, it, measure.span)).collect()
    }

    /// The rows that satisfy the conditions, whose user and time are known.
    fn events(
        &self,
        measure: &Measure,
        conditions: &[Condition],
        by: &RowExpr,
        span: Span,
    ) -> Result<Vec<Event>, Box<Diagnostic>> {
        let by = self.rows.compile_at(measure.source, by, span)?;
        let axis = measure.axis.as_ref().map(|axis| self.rows.compile_at(measure.source, axis, span)).transpose()?;
        let key = key_of(self.rows, measure.source)?;
        let mut events = Vec::new();
        for row in 0..self.rows.count(measure.source) {
            if !self.all_hold(conditions, row)? {
                continue;
            }
            let whose = self.rows.value(&by, row)?;
            let at = axis.as_ref().map(|axis| self.rows.value(axis, row)).transpose()?;
            if let (false, Some(at)) = (whose.is_null(), at.and_then(|at| at.as_moment())) {
                let key = key.iter().map(|part| self.rows.value(part, row)).collect::<Result<_, _>>()?;
                events.push(Event { row, whose, at, key });
            }
        }
        Ok(events)
    }
}
