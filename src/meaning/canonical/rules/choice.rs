//! `coalesce`, `case`, `least` and `greatest`.

use super::super::term::{Node, Op, Term, Terms};
use super::{flattened, reordered};
use crate::model::Function::{self, *};
use crate::model::Literal;
use rustc_hash::FxHashSet;

fn called(node: &Node) -> Option<Function> {
    match node.op {
        Op::Call(function) => Some(function),
        _ => None,
    }
}

fn coalesce(terms: &mut Terms, node: &Node, parts: Vec<Term>) -> Term {
    match parts[..] {
        [] => terms.null(),
        [one] => terms.as_kind(one, node.base),
        _ => terms.call(Coalesce, node.base, parts),
    }
}

/// `coalesce(a, coalesce(b, c))` is `coalesce(a, b, c)`: the first that is not null; the least (greatest) of the least
/// likewise, and any null makes either null.
pub fn nested_choice(terms: &mut Terms, node: &Node) -> Option<Term> {
    let function = called(node).filter(|it| matches!(it, Coalesce | Least | Greatest))?;
    let parts = flattened(terms, node, |_| true)?;
    Some(terms.call(function, node.base, parts))
}

/// `coalesce(a, null)` is `a`.
pub fn null_choice(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Coalesce).then_some(())?;
    let kept: Vec<Term> = node.parts.iter().copied().filter(|part| !terms.is_null(*part)).collect();
    (kept.len() < node.parts.len()).then(|| coalesce(terms, node, kept))
}

/// What comes after a value that is never null is never chosen.
pub fn certain_choice(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Coalesce).then_some(())?;
    let end = node.parts.iter().position(|part| !terms.nullable(*part))? + 1;
    let droppable = node.parts[end..].iter().all(|part| terms.droppable(*part));
    (end < node.parts.len() && droppable).then(|| coalesce(terms, node, node.parts[..end].to_vec()))
}

/// `coalesce(a, b, a)` is `coalesce(a, b)`: where `a` is asked again it is null again.
pub fn repeated_choice(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Coalesce).then_some(())?;
    let mut seen = FxHashSet::default();
    let kept: Vec<Term> = node.parts.iter().copied().filter(|part| seen.insert(*part)).collect();
    (kept.len() < node.parts.len()).then(|| coalesce(terms, node, kept))
}

/// `least(b, a, a)` is `least(a, b)`.
pub fn ordered_extreme(terms: &mut Terms, node: &Node) -> Option<Term> {
    let function = called(node).filter(|it| matches!(it, Least | Greatest))?;
    match reordered(terms, node, true)?[..] {
        [one] => Some(terms.as_kind(one, node.base)),
        ref parts => Some(terms.call(function, node.base, parts.to_vec())),
    }
}

/// Conditions with their results, and `otherwise`.
type Arms = (Vec<(Term, Term)>, Term);

fn arms(node: &Node) -> Option<Arms> {
    let (otherwise, arms) = node.parts.split_last().filter(|_| node.op == Op::Case)?;
    Some((arms.chunks_exact(2).map(|arm| (arm[0], arm[1])).collect(), *otherwise))
}

/// A `case` of these arms; without any it is what comes otherwise.
fn case(terms: &mut Terms, node: &Node, (arms, otherwise): Arms) -> Term {
    if !arms.is_empty() {
        let parts = arms.into_iter().flat_map(|(when, then)| [when, then]).chain([otherwise]).collect();
        return terms.value(Op::Case, node.base, parts);
    }
    match terms.is_absent(otherwise) {
        true => terms.null(),
        false => terms.as_kind(otherwise, node.base),
    }
}

/// `else null` says nothing.
pub fn null_otherwise(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (arms, otherwise) = arms(node)?;
    if !terms.is_null(otherwise) {
        return None;
    }
    let absent = terms.absent();
    Some(case(terms, node, (arms, absent)))
}

/// An arm whose condition is false or null is never taken.
pub fn never_true(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (mut arms, otherwise) = arms(node)?;
    let before = arms.len();
    arms.retain(|(when, then)| !(terms.is_truth(*when, false) || terms.is_null(*when)) || !terms.droppable(*then));
    (arms.len() < before).then(|| case(terms, node, (arms, otherwise)))
}

/// An arm whose condition is true is what comes otherwise, and nothing comes after it.
pub fn always_true(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (mut arms, otherwise) = arms(node)?;
    let at = arms.iter().position(|(when, _)| terms.is_truth(*when, true))?;
    let rest = arms[at + 1..].iter().flat_map(|(when, then)| [*when, *then]).chain([otherwise]);
    if !rest.into_iter().all(|part| terms.droppable(part)) {
        return None;
    }
    let then = arms[at].1;
    arms.truncate(at);
    Some(case(terms, node, (arms, then)))
}

/// A condition that is null is as good as false, as in a filter.
pub fn held_conditions(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (arms, otherwise) = arms(node)?;
    let held: Vec<(Term, Term)> = arms.iter().map(|(when, then)| (terms.held(*when), *then)).collect();
    (held != arms).then(|| case(terms, node, (held, otherwise)))
}

/// `case when p then a when q then b else b end` is `case when p then a else b end`.
pub fn same_as_otherwise(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (mut arms, otherwise) = arms(node)?;
    let (when, then) = *arms.last()?;
    let same = then == otherwise || (terms.is_null(then) && terms.is_absent(otherwise));
    if !same || !terms.droppable(when) {
        return None;
    }
    arms.pop();
    Some(case(terms, node, (arms, otherwise)))
}

/// `case when p then a when q then a … end` is `case when p or q then a … end`: `p or q` is true where one of them is.
pub fn same_result(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (mut arms, otherwise) = arms(node)?;
    let at = arms.windows(2).position(|pair| pair[0].1 == pair[1].1)?;
    let (second, _) = arms.remove(at + 1);
    arms[at].0 = terms.logic(Or, vec![arms[at].0, second]);
    Some(case(terms, node, (arms, otherwise)))
}

/// `case when p then true else false end` is `p is true`; with the two changed, `p is not true`.
pub fn truth_by_case(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (arms, otherwise) = arms(node)?;
    let [(when, then)] = arms[..] else { return None };
    let literals = (terms.literal_of(then)?.clone(), terms.literal_of(otherwise)?.clone());
    match literals {
        (Literal::Boolean(true), Literal::Boolean(false)) => Some(terms.test(IsTrue, vec![when])),
        (Literal::Boolean(false), Literal::Boolean(true)) => Some(terms.test(IsNotTrue, vec![when])),
        _ => None,
    }
}

/// `case when x is null then y else x end` is `coalesce(x, y)`, and so is `case when x is not null then x else y end`.
pub fn null_by_case(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (arms, otherwise) = arms(node)?;
    let [(when, then)] = arms[..] else { return None };
    let (first, second) = match terms.function(when)? {
        IsNull => (otherwise, then),
        IsNotNull => (then, otherwise),
        _ => return None,
    };
    let tested = terms.parts(when)[0];
    (tested == first && !terms.is_absent(second)).then(|| terms.call(Coalesce, node.base, vec![first, second]))
}
