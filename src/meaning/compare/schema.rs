//! The tables that rows are made up for: what both metrics rest on, each model's sources and columns matched by name.

use super::super::{Data, Value};
use super::footprint::{Footprint, Place};
use super::truth;
use crate::model::{Base, ColumnId, Expr, Grain, Model, RowExpr, SourceId};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// Tables of both models.
pub struct Schema<'m> {
    pub models: [&'m Model; 2],
    pub tables: Vec<Table>,
    /// Windows, offsets and differences of either side.
    pub lengths: BTreeSet<(i64, Grain)>,
}

/// A source of either model or of both.
pub struct Table {
    pub name: SmolStr,
    pub columns: Vec<Column>,
    /// The source on each side, with the place here of each column there.
    sides: [Option<(SourceId, Vec<Option<usize>>)>; 2],
    /// What identifies a row, where all of it is read.
    pub keys: Vec<Vec<usize>>,
}

pub struct Column {
    pub name: SmolStr,
    /// What both sides can hold.
    pub base: Base,
    pub nullable: bool,
    /// What it is compared with.
    pub constants: BTreeSet<Value>,
    /// Columns of one number are matched with each other.
    pub link: Option<usize>,
    checks: Vec<Expr<usize>>,
    bases: [Option<Base>; 2],
}

/// The rows of all tables: by table, row, column.
pub type Rows = Vec<Vec<Vec<Value>>>;

impl<'m> Schema<'m> {
    /// The tables of two footprints. Fails with the reason where a column cannot hold the same value on both sides.
    pub fn of(models: [&'m Model; 2], footprints: [&Footprint<'m>; 2]) -> Result<Schema<'m>, String> {
        let mut names: BTreeSet<&SmolStr> = BTreeSet::new();
        for (model, footprint) in models.iter().zip(footprints) {
            names.extend(footprint.sources.iter().map(|source| &model.source(*source).name));
        }
        let tables = names.into_iter().map(|name| table(models, footprints, name)).collect::<Result<Vec<_>, _>>()?;
        let lengths = footprints.iter().flat_map(|footprint| footprint.lengths.iter().copied()).collect();
        let mut schema = Schema { models, tables, lengths };
        schema.link(footprints);
        Ok(schema)
    }

    /// Numbers the columns that are held against each other, over however many others.
    fn link(&mut self, footprints: [&Footprint<'m>; 2]) {
        let mut group: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (side, footprint) in footprints.iter().enumerate() {
            for (left, right) in &footprint.linked {
                let (Some(left), Some(right)) = (self.place(side, *left), self.place(side, *right)) else { continue };
                let next = group.len();
                let one = *group.entry(left).or_insert(next);
                let other = *group.entry(right).or_insert(one);
                group.values_mut().filter(|it| **it == other).for_each(|it| *it = one);
            }
        }
        for ((table, column), number) in group {
            self.tables[table].columns[column].link = Some(number);
        }
    }

    /// The table and column here of a column of a side.
    fn place(&self, side: usize, (source, column): Place) -> Option<(usize, usize)> {
        self.tables.iter().enumerate().find_map(|(at, table)| match &table.sides[side] {
            Some((own, columns)) if *own == source => columns[column.0 as usize].map(|column| (at, column)),
            _ => None,
        })
    }

    pub fn no_rows(&self) -> Rows {
        vec![Vec::new(); self.tables.len()]
    }

    /// Whether both models allow these rows: nulls, checks, keys. Overlapping validity is for the evaluator to find.
    pub fn allows(&self, rows: &Rows) -> bool {
        self.tables.iter().zip(rows).all(|(table, rows)| {
            let values =
                rows.iter().all(|row| table.columns.iter().zip(row).all(|(column, value)| column.allows(value)));
            values
                && table.keys.iter().all(|key| {
                    let mut seen = BTreeSet::new();
                    rows.iter().all(|row| seen.insert(key.iter().map(|at| &row[*at]).collect::<Vec<_>>()))
                })
        })
    }

    /// The rows as one side's data. The column that is hidden, by table and place, is not given.
    pub fn data(&self, side: usize, rows: &Rows, hidden: Option<(usize, usize)>) -> Data {
        let model = self.models[side];
        let mut data = Data::empty(model);
        for (at, (table, rows)) in self.tables.iter().zip(rows).enumerate() {
            let Some((source, columns)) = &table.sides[side] else { continue };
            for row in rows {
                data.add(model, *source, |column: ColumnId| {
                    let here = columns[column.0 as usize].filter(|here| hidden != Some((at, *here)))?;
                    Some(fitted(&row[here], table.columns[here].bases[side]?))
                });
            }
        }
        data
    }
}

impl Column {
    pub fn allows(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.nullable,
            _ => self.checks.iter().all(|check| truth::value(check, &[value]).truth() != Some(false)),
        }
    }
}

fn table<'m>(models: [&'m Model; 2], footprints: [&Footprint<'m>; 2], name: &SmolStr) -> Result<Table, String> {
    let sources = models.map(|model| model.source_named(name));
    let mut columns: Vec<Column> = Vec::new();
    let mut names: BTreeSet<&SmolStr> = BTreeSet::new();
    for side in [0, 1] {
        let read = footprints[side].columns.iter().filter(|(source, _)| Some(*source) == sources[side]);
        names.extend(read.map(|(source, column)| &models[side].source(*source).column(*column).name));
    }
    // In the order of the declaration.
    let place = |name: &SmolStr| {
        [0, 1].into_iter().find_map(|side| sources[side].and_then(|id| models[side].source(id).column_named(name)))
    };
    let mut names: Vec<&SmolStr> = names.into_iter().collect();
    names.sort_by_key(|name| place(name));
    for column in names {
        columns.push(merged(models, footprints, sources, name, column)?);
    }
    let sides = [0, 1].map(|side| {
        sources[side].map(|id| {
            let there = models[side].source(id).columns.iter();
            (id, there.map(|own| columns.iter().position(|it| it.name == own.name)).collect::<Vec<_>>())
        })
    });
    let keys = [0, 1].into_iter().filter_map(|side| {
        let (id, places) = sides[side].as_ref()?;
        models[side].source(*id).key.iter().map(|column| places[column.0 as usize]).collect::<Option<Vec<usize>>>()
    });
    let mut keys: Vec<Vec<usize>> = keys.filter(|key| !key.is_empty()).collect();
    keys.dedup();
    Ok(Table { name: name.clone(), columns, sides, keys })
}

/// A column that may be on both sides.
fn merged<'m>(
    models: [&'m Model; 2],
    footprints: [&Footprint<'m>; 2],
    sources: [Option<SourceId>; 2],
    source: &str,
    name: &SmolStr,
) -> Result<Column, String> {
    let mut merged: Option<Column> = None;
    for side in [0, 1] {
        let Some(id) = sources[side] else { continue };
        let Some(at) = models[side].source(id).column_named(name) else { continue };
        let own = models[side].source(id).column(at);
        if own.derived.is_some() {
            continue;
        }
        let constants = footprints[side].constants.get(&(id, at)).cloned().unwrap_or_default();
        let checks = own.checks.iter().map(checked);
        match &mut merged {
            None => {
                let mut column = Column {
                    name: name.clone(),
                    base: own.ty.base,
                    nullable: own.ty.nullable,
                    constants,
                    link: None,
                    checks: checks.collect(),
                    bases: [None, None],
                };
                column.bases[side] = Some(own.ty.base);
                merged = Some(column);
            }
            Some(column) => {
                column.base = common(column.base, own.ty.base).ok_or_else(|| {
                    format!(
                        "`{source}.{name}` is {} on the one side and {} on the other, so that no rows fit both",
                        column.base, own.ty.base
                    )
                })?;
                column.nullable &= own.ty.nullable;
                column.constants.extend(constants);
                column.checks.extend(checks);
                column.bases[side] = Some(own.ty.base);
            }
        }
    }
    merged.ok_or_else(|| format!("`{source}.{name}` is a column of a table on neither side"))
}

/// A check names nothing but its column.
fn checked(check: &RowExpr) -> Expr<usize> {
    check.replace(&mut |_, ty| Expr::leaf(0, ty.clone()))
}

/// What values of both types are: the narrower of two.
fn common(a: Base, b: Base) -> Option<Base> {
    Some(match (a, b) {
        (a, b) if a == b => a,
        (Base::Decimal { precision, scale }, Base::Decimal { precision: other, scale: other_scale }) => {
            let (whole, scale) = ((precision - scale).min(other - other_scale), scale.min(other_scale));
            Base::Decimal { precision: whole + scale, scale }
        }
        (Base::Integer, other) | (other, Base::Integer) if other.is_number() => Base::Integer,
        (exact @ Base::Decimal { .. }, Base::Double) | (Base::Double, exact @ Base::Decimal { .. }) => exact,
        (Base::Date, Base::Timestamp) | (Base::Timestamp, Base::Date) => Base::Date,
        _ => return None,
    })
}

/// The same value as one side's type has it.
fn fitted(value: &Value, base: Base) -> Value {
    match (value, base) {
        (Value::Integer(whole), Base::Decimal { scale, .. }) => {
            Value::Decimal { digits: i128::from(*whole) * 10i128.pow(u32::from(scale)), scale }
        }
        (Value::Decimal { digits, scale: own }, Base::Decimal { scale, .. }) if scale > *own => {
            Value::Decimal { digits: digits * 10i128.pow(u32::from(scale - own)), scale }
        }
        (Value::Integer(_) | Value::Decimal { .. }, Base::Double) => {
            value.as_double().map_or(Value::Null, Value::Double)
        }
        (Value::Date(date), Base::Timestamp) => Value::Timestamp(date.at(0, 0, 0, 0)),
        _ => value.clone(),
    }
}
