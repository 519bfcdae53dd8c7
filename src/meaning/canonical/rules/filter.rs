//! Conditions where only what satisfies them is kept: filters, an aggregate's own `where`, the conditions of a `case`. There
//! null and false are one.

use super::super::term::{Op, Term, Terms};
use crate::model::Function::{self, *};
use crate::model::Literal;

impl Terms {
    /// A condition that is true for the same rows. It may be null where the other is false.
    pub fn held(&mut self, term: Term) -> Term {
        if let Some(known) = self.held.get(&term) {
            return *known;
        }
        let held = self.rewritten(term);
        self.held.insert(term, held);
        held
    }

    fn rewritten(&mut self, term: Term) -> Term {
        let node = self.node(term).clone();
        match (&node.op, &node.parts[..]) {
            // Null is never true.
            (Op::Literal(Literal::Null), _) => self.truth(false),
            // True where one (all) of the operands is.
            (Op::Call(function @ (And | Or)), parts) => {
                let held = parts.iter().map(|part| self.held(*part)).collect();
                self.logic(*function, held)
            }
            (Op::Call(IsTrue), [inner]) => self.held(*inner),
            // `coalesce(p, false)`: what stands for null is not true.
            (Op::Call(Coalesce), [inner, otherwise]) if self.is_truth(*otherwise, false) => self.held(*inner),
            // `case when p then true end`, `case when p then q else false end`
            (Op::Case, [when, then, otherwise]) if self.is_never(*otherwise) => {
                let both = self.logic(And, vec![*when, *then]);
                self.held(both)
            }
            // `x = x` is true where there is an `x`; `x <> x` and `x < x` never are.
            (Op::Call(Equal | LessOrEqual), [left, right]) if left == right => self.test(IsNotNull, vec![*left]),
            (Op::Call(NotEqual | Less), [left, right]) if left == right && self.droppable(*left) => self.truth(false),
            _ => term,
        }
    }

    /// Nothing, null or false.
    fn is_never(&self, term: Term) -> bool {
        self.is_absent(term) || self.is_null(term) || self.is_truth(term, false)
    }

    /// Conditions that all have to be true, as a set.
    pub fn conditions(&mut self, all: Vec<Term>) -> Term {
        let parts = self.conjuncts(all);
        self.part(Op::Conditions, parts)
    }

    /// The parts of conditions that all have to be true, sorted, each once, without those that follow from the others.
    pub fn conjuncts(&mut self, all: Vec<Term>) -> Vec<Term> {
        let together = self.logic(And, all);
        let held = self.held(together);
        let parts = match self.function(held) {
            Some(And) => self.parts(held).to_vec(),
            _ if self.is_truth(held, true) => Vec::new(),
            _ => vec![held],
        };
        let kept = parts.iter().copied().filter(|part| !self.follows(*part, &parts)).collect();
        self.sorted_set(kept)
    }

    /// `x is not null` follows from every comparison of `x` that is true.
    pub(super) fn follows(&self, part: Term, from: &[Term]) -> bool {
        if self.function(part) != Some(IsNotNull) {
            return false;
        }
        let value = self.parts(part)[0];
        from.iter().any(|other| self.function(*other).is_some_and(is_strict) && self.parts(*other).contains(&value))
    }
}

/// Null for any null operand.
pub fn is_strict(function: Function) -> bool {
    matches!(
        function,
        Equal | NotEqual | Less | LessOrEqual | In | NotIn | Like | NotLike | StartsWith | EndsWith | Contains
    )
}
