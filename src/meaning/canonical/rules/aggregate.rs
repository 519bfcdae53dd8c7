//! Aggregates: which rows they see and what they take of them.

use super::super::term::{Op, Term, Terms};
use crate::model::Function::{And, IsNotNull};
use crate::model::{Aggregate, Base};

/// An aggregate with its argument and the conditions of its own.
#[derive(Clone, Debug)]
pub struct Folding {
    pub aggregate: Aggregate,
    pub argument: Term,
    pub own: Vec<Term>,
}

impl Terms {
    /// The normal form of an aggregate, given the conditions that every row it sees satisfies anyway.
    pub fn folding(&mut self, mut it: Folding, given: &[Term]) -> Folding {
        it.aggregate = share_in_lowest_terms(it.aggregate);
        lifted_case(self, &mut it);
        counted_values(self, &mut it);
        it.own = self.conjuncts(it.own);
        own_conditions(self, &mut it, given);
        it
    }
}

/// The share 0.50 is the share 0.5.
fn share_in_lowest_terms(aggregate: Aggregate) -> Aggregate {
    let reduced = |mut digits: u64, mut scale: u8| {
        while scale > 0 && digits.is_multiple_of(10) {
            digits /= 10;
            scale -= 1;
        }
        (digits, scale)
    };
    match aggregate {
        Aggregate::PercentileCont { digits, scale } => {
            let (digits, scale) = reduced(digits, scale);
            Aggregate::PercentileCont { digits, scale }
        }
        Aggregate::PercentileDisc { digits, scale } => {
            let (digits, scale) = reduced(digits, scale);
            Aggregate::PercentileDisc { digits, scale }
        }
        other => other,
    }
}

/// Whether a null changes nothing in what it gives. `first` and `last` may be null themselves, and `count()` takes no value.
fn ignores_nulls(aggregate: Aggregate) -> bool {
    !matches!(aggregate, Aggregate::Count | Aggregate::First | Aggregate::Last)
}

/// `sum(case when p then x end)` is `sum(x where p)`: where `p` is not true the value is null, which the aggregate ignores;
/// and neither decides whether there is a row. Never with `else 0`: a zero is a value, and `avg`, `min` and `count` see it.
fn lifted_case(terms: &mut Terms, it: &mut Folding) {
    while ignores_nulls(it.aggregate) && *terms.op(it.argument) == Op::Case {
        let [when, then, otherwise] = terms.parts(it.argument)[..] else { return };
        if !terms.is_absent(otherwise) {
            return;
        }
        let base = terms.base(it.argument);
        it.own.push(when);
        it.argument = match terms.base(then) == base {
            true => then,
            false => terms.call(crate::model::Function::Widen(base), base, vec![then]),
        };
    }
}

/// `count(x)` is `count(where x is not null)`, which is `count()` where `x` is never null.
fn counted_values(terms: &mut Terms, it: &mut Folding) {
    if it.aggregate == Aggregate::CountValues {
        let there = terms.call(IsNotNull, Base::Boolean, vec![it.argument]);
        it.own.push(there);
        it.argument = terms.absent();
        it.aggregate = Aggregate::Count;
    }
}

/// What every row satisfies need not be asked again, nor that the value is not null where nulls are ignored.
fn own_conditions(terms: &mut Terms, it: &mut Folding, given: &[Term]) {
    let certain = terms.call(IsNotNull, Base::Boolean, vec![it.argument]);
    let ignores = ignores_nulls(it.aggregate);
    let all: Vec<Term> = given.iter().chain(&it.own).copied().collect();
    let kept = it.own.iter().copied().filter(|own| {
        let same = given.contains(own) || (ignores && *own == certain);
        !same && !terms.follows(*own, &all)
    });
    it.own = kept.collect();
    if it.own.len() > 1 {
        let together = terms.logic(And, it.own.clone());
        it.own = terms.conjuncts(vec![together]);
    }
}
