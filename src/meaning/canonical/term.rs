//! Terms: what canonical forms are made of. Equal terms are one term, so a part that is used many times is there once, and a
//! form stays as small as the definitions it is made of.

use super::digest::{self, Digest};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Moment, Part, Unit};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A term, by its place in [`Terms`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Term(u32);

/// What a term says of its parts. Where a part may be missing, [`Op::Absent`] stands for it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    Absent,
    /// `[table]`. `optional`: may be missing with its whole row, because a join leads to it.
    Column {
        name: SmolStr,
        unit: Unit,
        nullable: bool,
        optional: bool,
    },
    /// `[join, value]`: a value of the row that a join leads to.
    Through,
    /// `[metric, until, key, value, key, value, …]`: pairs sorted.
    Lookup {
        null_matches: bool,
    },
    Literal(Literal),
    /// Its arguments.
    Call(Function),
    /// `[when, then, when, then, …, otherwise]`
    Case,
    /// `[source, axis, argument, own, rows, outer, pick, alive]`. `own`, `rows` and `outer` are sets of conditions: the
    /// aggregate's own; those that decide whether there is a value; those that come after the pick.
    Measure(Aggregate),
    /// `[key…]`, sorted.
    Pick {
        last: bool,
    },
    /// `[until]`
    Alive(Moment),
    /// `[inner, key…]`: keys sorted. `except` tells which way they are meant.
    Total {
        except: bool,
    },
    /// `[argument, own, key…]`: keys sorted.
    Per(Aggregate),
    /// `[inner]`
    Rolling {
        count: u32,
        unit: Grain,
    },
    /// `[inner, period]`
    ToDate,
    /// `[inner]`
    Cumulative,
    /// `[inner]`
    Prior {
        count: u32,
        unit: Grain,
    },
    /// `[inner, period]`
    StartOf,
    /// `[inner, value]`: `fill(m, 0)`
    Filled,
    /// `[inner, value]`: the attribute `fill`, which adds rows as well.
    Dense,
    /// `[counted, after, here, there, outer]`
    Follow {
        within: Option<(u32, Grain)>,
    },
    /// `[inner, table, set, table, set, …]`: filters that stay where they are, because what they filter is too large to
    /// be written out once for each.
    Restricted,
    /// Conditions, all of which have to be true: sorted, each once.
    Conditions,
    /// A key: the period of each measure's own axis.
    Period(Grain),
    /// `[source, at, column]`: a period that a calendar table declares.
    Declared,
    /// A key: a part of each measure's own axis.
    AxisPart(Part),
    /// A key: `[table, value, table, value, …]`, sorted.
    Each,
    Table {
        name: SmolStr,
    },
    /// `[table, key column, …]`, in the order of the key.
    Source,
    /// `[table, target source, valid, here, there, here, there, …]`: pairs sorted.
    Join,
    /// `[moment, from, to]`
    Valid,
    Calendar {
        zone: String,
        week_starts: u8,
        year_starts: u8,
    },
    /// `[formula, calendar]`
    Metric {
        unit: Unit,
    },
}

/// One term's own part of [`Terms`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    pub op: Op,
    /// Of a value; [`Base::Null`] of what is none. Only columns and casts have a precision: elsewhere it says how far a number
    /// may grow, not which number it is.
    pub base: Base,
    pub parts: Vec<Term>,
}

/// What is known of a term besides its node.
#[derive(Clone, Copy, Debug)]
struct Facts {
    digest: Digest,
    nullable: bool,
    /// Has measures that rows come from, so that leaving it out may leave out rows.
    measures: bool,
    /// The calendar or the zone of the project has a say in it.
    timed: bool,
}

/// All terms that were made so far.
#[derive(Debug, Default)]
pub struct Terms {
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    known: FxHashMap<Node, Term>,
    /// The normal form of each node that was asked for.
    pub(super) normal: FxHashMap<Node, Term>,
    /// What each condition is where only rows that satisfy it are kept.
    pub(super) held: FxHashMap<Term, Term>,
    /// What each rule was applied to, by its place in the table of rules, and what came of it.
    #[cfg(test)]
    pub(super) fired: Vec<(usize, Node, Term)>,
}

impl Terms {
    /// The node of a value.
    pub(super) fn node_of(&self, op: Op, base: Base, parts: Vec<Term>) -> Node {
        Node { op, base: without_precision(base), parts }
    }

    /// The term of these parts as they are, without any rule.
    pub fn plain(&mut self, op: Op, base: Base, parts: Vec<Term>) -> Term {
        let node = self.node_of(op, base, parts);
        self.insert(node)
    }

    /// A column keeps the whole of its type.
    pub fn column(&mut self, op: Op, base: Base, source: Term) -> Term {
        self.insert(Node { op, base, parts: vec![source] })
    }

    /// A value of the row that a join leads to: of the type that it has there.
    pub fn through(&mut self, join: Term, value: Term, base: Base) -> Term {
        self.insert(Node { op: Op::Through, base, parts: vec![join, value] })
    }

    /// Something that is no value: a source, a key, a set.
    pub fn part(&mut self, op: Op, parts: Vec<Term>) -> Term {
        self.insert(Node { op, base: Base::Null, parts })
    }

    pub fn absent(&mut self) -> Term {
        self.part(Op::Absent, Vec::new())
    }

    pub fn literal(&mut self, literal: Literal, base: Base) -> Term {
        let base = if literal == Literal::Null { Base::Null } else { base };
        self.plain(Op::Literal(literal), base, Vec::new())
    }

    pub fn truth(&mut self, truth: bool) -> Term {
        self.literal(Literal::Boolean(truth), Base::Boolean)
    }

    pub fn null(&mut self) -> Term {
        self.literal(Literal::Null, Base::Null)
    }

    fn insert(&mut self, node: Node) -> Term {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let facts = self.facts_of(&node);
        let term = Term(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.facts.push(facts);
        self.known.insert(node, term);
        term
    }

    fn facts_of(&self, node: &Node) -> Facts {
        let any = |of: fn(&Facts) -> bool| node.parts.iter().any(|part| of(&self.facts[part.0 as usize]));
        let digest = digest::of(node, node.parts.iter().map(|part| self.digest(*part)));
        let measures = match node.op {
            // What a row looks up gives the metric no rows.
            Op::Lookup { .. } => false,
            Op::Measure(_) => true,
            _ => any(|facts| facts.measures),
        };
        let timed = any(|facts| facts.timed)
            || match node.op {
                Op::Measure(_) => self.node(node.parts[1]).op != Op::Absent,
                Op::Call(Function::ToLocal) | Op::Period(_) | Op::Declared | Op::AxisPart(_) => true,
                _ => false,
            };
        Facts { digest, nullable: self.may_be_null(node), measures, timed }
    }

    /// Whether a value may be null. A metric may have no rows at all; of a row it follows from its columns.
    fn may_be_null(&self, node: &Node) -> bool {
        let parts = &node.parts;
        let any = || parts.iter().any(|part| self.nullable(*part));
        match &node.op {
            Op::Column { nullable, optional, .. } => *nullable || *optional,
            Op::Literal(literal) => *literal == Literal::Null,
            Op::Call(function) => match function {
                Function::IsNull
                | Function::IsNotNull
                | Function::IsTrue
                | Function::IsNotTrue
                | Function::IsFalse
                | Function::IsNotFalse => false,
                Function::Coalesce => parts.iter().all(|part| self.nullable(*part)),
                Function::In | Function::NotIn => self.nullable(parts[0]),
                Function::Divide | Function::Mod => any() || !self.is_positive_literal(parts[1]),
                Function::Widen(_) => any(),
                Function::Cast(_) => any() || self.base(parts[0]) == Base::Text,
                Function::Nullif | Function::Power | Function::Sqrt | Function::Ln | Function::Exp => true,
                Function::Substring => true,
                _ => any(),
            },
            Op::Case => parts.iter().skip(1).step_by(2).chain(parts.last()).any(|part| {
                // Without `otherwise` it is null where no condition is true.
                self.nullable(*part) || self.node(*part).op == Op::Absent
            }),
            _ => true,
        }
    }

    fn is_positive_literal(&self, term: Term) -> bool {
        match &self.node(term).op {
            Op::Literal(Literal::Integer(value)) => *value > 0,
            Op::Literal(Literal::Decimal { digits, .. }) => *digits > 0,
            Op::Call(Function::Widen(_)) => self.is_positive_literal(self.node(term).parts[0]),
            _ => false,
        }
    }

    pub fn node(&self, term: Term) -> &Node {
        &self.nodes[term.0 as usize]
    }

    pub fn op(&self, term: Term) -> &Op {
        &self.node(term).op
    }

    pub fn parts(&self, term: Term) -> &[Term] {
        &self.node(term).parts
    }

    pub fn base(&self, term: Term) -> Base {
        self.node(term).base
    }

    pub fn digest(&self, term: Term) -> Digest {
        self.facts[term.0 as usize].digest
    }

    pub fn nullable(&self, term: Term) -> bool {
        self.facts[term.0 as usize].nullable
    }

    pub fn timed(&self, term: Term) -> bool {
        self.facts[term.0 as usize].timed
    }

    /// Whether it can be left out without losing a row: "a composed metric has data where one of its leaves has".
    pub fn droppable(&self, term: Term) -> bool {
        !self.facts[term.0 as usize].measures
    }

    pub fn is_absent(&self, term: Term) -> bool {
        *self.op(term) == Op::Absent
    }

    /// The function that a term calls.
    pub fn function(&self, term: Term) -> Option<Function> {
        match self.op(term) {
            Op::Call(function) => Some(*function),
            _ => None,
        }
    }

    pub fn literal_of(&self, term: Term) -> Option<&Literal> {
        match self.op(term) {
            Op::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    pub fn is_truth(&self, term: Term, truth: bool) -> bool {
        self.literal_of(term) == Some(&Literal::Boolean(truth))
    }

    pub fn is_null(&self, term: Term) -> bool {
        self.literal_of(term) == Some(&Literal::Null)
    }

    /// In the order of digests: one that depends on nobody's names or lines.
    pub fn sort(&self, terms: &mut [Term]) {
        terms.sort_by_key(|term| self.digest(*term));
    }

    /// Sorted, each once.
    pub fn sorted_set(&self, mut terms: Vec<Term>) -> Vec<Term> {
        self.sort(&mut terms);
        terms.dedup();
        terms
    }

    /// Pairs in the order of their digests, each once, as one list.
    pub fn sorted_pairs(&self, mut pairs: Vec<(Term, Term)>) -> Vec<Term> {
        pairs.sort_by_key(|(left, right)| (self.digest(*left), self.digest(*right)));
        pairs.dedup();
        pairs.into_iter().flat_map(|(left, right)| [left, right]).collect()
    }
}

/// How far a computed number may grow is no part of what it is.
fn without_precision(base: Base) -> Base {
    match base {
        Base::Decimal { scale, .. } => Base::Decimal { precision: 0, scale },
        base => base,
    }
}
