//! The rules of the normal form, each a small function with the reason why it keeps the value. A rule is given a node whose
//! parts are normal already, and says what it is instead; what it makes goes through the rules again, so that nothing is left
//! to apply. "Sound" here means under three-valued logic, for every value that the types allow, wherever neither side
//! overflows. At the level of metrics a rule must not lose a measure either, for a result has rows where a measure has:
//! see [`Terms::droppable`].

pub mod aggregate;
mod choice;
mod compare;
pub mod filter;
mod logic;
mod numbers;
pub mod time;
mod words;

use super::term::{Node, Op, Term, Terms};
use crate::model::{Base, Function, Literal};

/// One rewriting.
#[derive(Debug)]
pub struct Rule {
    #[cfg(test)]
    pub name: &'static str,
    apply: fn(&mut Terms, &Node) -> Option<Term>,
}

macro_rules! rules {
    ($($room:ident: $($rule:ident)*;)*) => {
        /// All rules, in the order in which they are tried.
        pub const RULES: &[Rule] = &[$($(Rule { #[cfg(test)] name: stringify!($rule), apply: $room::$rule },)*)*];
    };
}
rules! {
    numbers: unwidened needless_widening needless_cast widened_negative;
    logic: not_constant not_not de_morgan not_comparison;
    logic: nested_logic neutral_operand deciding_operand same_operands one_of_several absorbed or_null ordered_logic;
    logic: is_false_is_not is_true_of_held is_true_of_certain is_null_of_certain;
    compare: less_is_greater compared_constants compared_with_truth strict_to_inclusive ordered_equality;
    compare: listed one_listed listed_constant;
    numbers: subtraction negated_constant negated_twice negated_sum negated_factor negative_constant_factor negated_quotient;
    numbers: nested_sum nested_product constant_terms constant_factors neutral_double ordered_sum ordered_product rounding_of_whole;
    choice: nested_choice null_choice certain_choice repeated_choice ordered_extreme;
    choice: null_otherwise never_true always_true held_conditions same_as_otherwise same_result truth_by_case null_by_case;
    words: like_without_wildcards not_like_without_wildcards joined_words twice_the_same;
    time: smaller_units no_shift shifted_twice truncated_twice;
}

impl Terms {
    /// The normal form of a value with these parts, which are normal themselves.
    pub fn value(&mut self, op: Op, base: Base, parts: Vec<Term>) -> Term {
        let node = self.node_of(op, base, parts);
        if let Some(known) = self.normal.get(&node) {
            return *known;
        }
        let found = RULES.iter().enumerate().find_map(|(at, rule)| Some((at, (rule.apply)(self, &node)?)));
        let term = match found {
            Some((_at, term)) => {
                #[cfg(test)]
                self.fired.push((_at, node.clone(), term));
                term
            }
            None => self.plain(node.op.clone(), node.base, node.parts.clone()),
        };
        self.normal.insert(node, term);
        term
    }

    pub fn call(&mut self, function: Function, base: Base, parts: Vec<Term>) -> Term {
        self.value(Op::Call(function), base, parts)
    }

    fn test(&mut self, function: Function, parts: Vec<Term>) -> Term {
        self.call(function, Base::Boolean, parts)
    }

    pub fn not(&mut self, term: Term) -> Term {
        self.test(Function::Not, vec![term])
    }

    /// `and` or `or` of any number of operands.
    pub fn logic(&mut self, function: Function, parts: Vec<Term>) -> Term {
        match parts[..] {
            [] => self.truth(function == Function::And),
            [one] => one,
            _ => self.test(function, parts),
        }
    }

    /// An exact number of this kind. One amount is one literal, however many zeros were written.
    pub fn exact(&mut self, mut digits: i128, mut scale: u8, base: Base) -> Term {
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        match (base, i64::try_from(digits)) {
            (Base::Integer, Ok(value)) if scale == 0 => self.literal(Literal::Integer(value), base),
            _ => self.literal(Literal::Decimal { digits, scale }, base),
        }
    }

    /// Digits and scale of an exact constant.
    fn amount(&self, term: Term) -> Option<(i128, u8)> {
        match self.literal_of(term)? {
            Literal::Integer(value) => Some((i128::from(*value), 0)),
            Literal::Decimal { digits, scale } => Some((*digits, *scale)),
            _ => None,
        }
    }

    /// The same amount as a value of another exact kind.
    fn as_kind(&mut self, term: Term, base: Base) -> Term {
        if kind(self.base(term)) == kind(base) {
            return term;
        }
        match self.amount(term) {
            Some((digits, scale)) if is_exact(base) => self.exact(digits, scale, base),
            _ if is_exact(base) => self.call(Function::Widen(kind(base)), base, vec![term]),
            _ => term,
        }
    }
}

/// Integers and decimals: sums and products of them are what they are in whatever order, as long as nothing overflows.
fn is_exact(base: Base) -> bool {
    base.scale().is_some()
}

/// A kind of value without how far it may grow.
fn kind(base: Base) -> Base {
    match base {
        Base::Decimal { scale, .. } => Base::Decimal { precision: 0, scale },
        base => base,
    }
}

/// The most operands that nested sums, products and texts are written out to. A sum that doubles what it is made of, level by
/// level, would grow without end.
const WRITTEN_OUT: usize = 64;

/// The operands of a node with those of parts that call the same function put in their place, if there are such parts.
fn flattened(terms: &Terms, node: &Node, is_same: impl Fn(&Node) -> bool) -> Option<Vec<Term>> {
    let mut all = Vec::new();
    let mut changed = false;
    for part in &node.parts {
        let inner = terms.node(*part);
        if inner.op == node.op && is_same(inner) && all.len() + inner.parts.len() <= WRITTEN_OUT {
            all.extend(&inner.parts);
            changed = true;
        } else {
            all.push(*part);
        }
    }
    changed.then_some(all)
}

/// The operands in order, if they were not; each once where `once`.
fn reordered(terms: &Terms, node: &Node, once: bool) -> Option<Vec<Term>> {
    let mut sorted = node.parts.clone();
    terms.sort(&mut sorted);
    if once {
        sorted.dedup();
    }
    (sorted != node.parts).then_some(sorted)
}
