//! Two measures that are alike but for their conditions, and how their rows lie to each other.

use super::Apart;
use super::alike::{self, Term};
use super::cases::{self, Decided, Relation};
use crate::model::{Function, Kind, Measure, Model, RowExpr};

/// A measure of either side, with the filters that reach it from outside.
#[derive(Clone)]
pub struct Part<'m> {
    pub model: &'m Model,
    pub measure: &'m Measure,
    pub outer: Vec<Term<'m>>,
}

/// Two measures that are alike but for their conditions.
#[derive(Clone)]
pub struct Pair<'m> {
    pub a: Part<'m>,
    pub b: Part<'m>,
}

/// How the rows of two measures lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relations {
    /// The rows that decide whether there is a value.
    pub exist: Relation,
    /// The rows that are aggregated.
    pub count: Relation,
    pub cells: usize,
}

impl<'m> Part<'m> {
    fn term(&self, expr: &'m RowExpr) -> Term<'m> {
        Term { model: self.model, source: self.measure.source, expr }
    }

    /// What is aggregated.
    pub fn argument(&self) -> Option<Term<'m>> {
        self.measure.argument.as_ref().map(|expr| self.term(expr))
    }

    fn rows(&self) -> Vec<Term<'m>> {
        self.measure.rows.iter().map(|expr| self.term(expr)).collect()
    }

    fn own(&self) -> Vec<Term<'m>> {
        self.measure.filter.iter().map(|expr| self.term(expr)).collect()
    }
}

impl Pair<'_> {
    /// The conditions of each side that the other does not have.
    pub fn apart(&self) -> Apart {
        let [a, b] = [&self.a, &self.b].map(|part| {
            let all = [part.rows(), part.outer.clone(), part.own()].concat();
            all.into_iter().flat_map(conjuncts).collect::<Vec<_>>()
        });
        let only = |these: &[Term<'_>], those: &[Term<'_>]| -> Vec<RowExpr> {
            let lone = these.iter().filter(|one| !those.iter().any(|other| alike::rows(**one, *other)));
            lone.map(|term| term.expr.clone()).collect()
        };
        Apart { sources: [self.a.measure.source, self.b.measure.source], conditions: [only(&a, &b), only(&b, &a)] }
    }

    /// Nothing where there are too many cases to go through.
    pub fn relations(&self) -> Option<Relations> {
        let (a, b) = (&self.a, &self.b);
        let looks_at_rows = a.measure.pick.is_some() || a.measure.alive.is_some();
        let exist = if looks_at_rows {
            // Which moment is looked at depends on the rows of the definition alone.
            let rows = cases::decide(&a.rows(), &b.rows())?;
            let outer = cases::decide(&a.outer, &b.outer)?;
            match rows.relation {
                Relation::Equal => Decided { relation: outer.relation, cells: rows.cells + outer.cells },
                _ => Decided { relation: Relation::Crossing, cells: rows.cells },
            }
        } else {
            cases::decide(&[a.rows(), a.outer.clone()].concat(), &[b.rows(), b.outer.clone()].concat())?
        };
        if looks_at_rows && exist.relation == Relation::Crossing {
            return Some(Relations { exist: exist.relation, count: exist.relation, cells: exist.cells });
        }
        let all = |part: &Part<'_>| -> bool { part.measure.filter.is_none() };
        let count = if all(a) && all(b) {
            Decided { cells: 0, ..exist }
        } else {
            cases::decide(
                &[a.rows(), a.outer.clone(), a.own()].concat(),
                &[b.rows(), b.outer.clone(), b.own()].concat(),
            )?
        };
        Some(Relations { exist: exist.relation, count: count.relation, cells: exist.cells + count.cells })
    }
}

/// The parts of a conjunction, however nested.
fn conjuncts(term: Term<'_>) -> Vec<Term<'_>> {
    let term = term.opened();
    match &term.expr.kind {
        Kind::Call(Function::And, parts) => parts.iter().flat_map(|part| conjuncts(term.of(part))).collect(),
        _ => vec![term],
    }
}
