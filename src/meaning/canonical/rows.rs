//! Expressions of rows: derived columns are written out to the columns of tables, paths to the joins they follow.

use super::build::{Canonical, Place};
use super::metrics::Filters;
use super::term::{Op, Term};
use crate::model::{ColumnId, Kind, Literal, Lookup, RowExpr, RowLeaf, SourceId, Type};

/// The most columns that a derived column is written out to for each path that leads to it. Beyond it stands once, and the
/// path before it: a column that doubles what it is made of, level by level, would grow without end.
const WRITTEN_OUT: usize = 256;

impl Canonical<'_> {
    /// An expression of the row at a place.
    pub(super) fn row(&mut self, place: &Place, expr: &RowExpr) -> Term {
        match &expr.kind {
            Kind::Leaf(RowLeaf::Column { path, source, column }) => {
                let place = place.over(path);
                self.column(&place, *source, *column)
            }
            Kind::Leaf(RowLeaf::Lookup(lookup)) => self.lookup(place, lookup, &expr.ty),
            Kind::Literal(literal) => self.literal(literal, &expr.ty),
            Kind::Call(function, arguments) => {
                let parts = arguments.iter().map(|argument| self.row(place, argument)).collect();
                self.terms.call(*function, expr.ty.base, parts)
            }
            Kind::Case { arms, otherwise } => {
                let mut parts = Vec::with_capacity(2 * arms.len() + 1);
                for (when, then) in arms {
                    parts.push(self.row(place, when));
                    parts.push(self.row(place, then));
                }
                parts.push(match otherwise {
                    Some(otherwise) => self.row(place, otherwise),
                    None => self.terms.absent(),
                });
                self.terms.value(Op::Case, expr.ty.base, parts)
            }
        }
    }

    pub(super) fn literal(&mut self, literal: &Literal, ty: &Type) -> Term {
        match literal {
            Literal::Integer(value) => self.terms.exact(i128::from(*value), 0, ty.base),
            Literal::Decimal { digits, scale } => self.terms.exact(*digits, *scale, ty.base),
            other => self.terms.literal(other.clone(), ty.base),
        }
    }

    /// A column of the row at a place.
    pub(super) fn column(&mut self, place: &Place, source: SourceId, id: ColumnId) -> Term {
        let asked = (place.clone(), id);
        if let Some(known) = self.columns.get(&asked) {
            return *known;
        }
        let column = self.model.source(source).column(id);
        let term = match &column.derived {
            None => {
                let op = Op::Column {
                    name: column.name.clone(),
                    unit: column.ty.unit.clone(),
                    nullable: column.ty.nullable,
                    optional: place.optional,
                };
                let table = self.table(source);
                let term = self.terms.column(op, column.ty.base, table);
                self.through(place, term)
            }
            // What is said of a row that is missing is said of nulls: so the path reaches each column of the definition.
            Some(derived) if place.hops.is_empty() || self.column_size(source, id) <= WRITTEN_OUT => {
                self.row(place, derived)
            }
            Some(derived) => {
                let there = Place { optional: true, ..Place::at(source) };
                let term = self.row(&there, derived);
                self.through(place, term)
            }
        };
        self.columns.insert(asked, term);
        term
    }

    /// A value of the row at the end of the hops of a place.
    fn through(&mut self, place: &Place, value: Term) -> Term {
        let mut holder = place.from;
        let mut joins: Vec<Term> = Vec::with_capacity(place.hops.len());
        for hop in &place.hops {
            joins.push(self.join(holder, *hop));
            holder = self.model.source(holder).join(*hop).target;
        }
        let base = self.terms.base(value);
        joins.into_iter().rev().fold(value, |value, join| self.terms.through(join, value, base))
    }

    fn lookup(&mut self, place: &Place, lookup: &Lookup, ty: &Type) -> Term {
        let metric = self.metric_expr(&lookup.metric, &Filters::none());
        let until = match &lookup.until {
            Some(until) => self.row(place, until),
            None => self.terms.absent(),
        };
        let mut pairs = Vec::with_capacity(lookup.keys.len());
        for (key, value) in &lookup.keys {
            let key = self.key(key);
            pairs.push((key, self.row(place, value)));
        }
        let mut parts = vec![metric, until];
        parts.extend(self.terms.sorted_pairs(pairs));
        self.terms.plain(Op::Lookup { null_matches: lookup.null_matches }, ty.base, parts)
    }

    /// How many columns of tables and lookups a column is written out to.
    fn column_size(&mut self, source: SourceId, id: ColumnId) -> usize {
        let Some(derived) = &self.model.source(source).column(id).derived else { return 1 };
        if let Some(known) = self.column_sizes.get(&(source, id)) {
            return *known;
        }
        let mut leaves = Vec::new();
        derived.leaves(&mut |leaf| leaves.push(leaf));
        let sizes = leaves.into_iter().map(|leaf| match leaf {
            RowLeaf::Column { source, column, .. } => self.column_size(*source, *column),
            RowLeaf::Lookup(lookup) => lookup.keys.len() + 1,
        });
        let size = sizes.fold(0, usize::saturating_add);
        self.column_sizes.insert((source, id), size);
        size
    }
}
