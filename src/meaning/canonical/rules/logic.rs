//! `and`, `or`, `not` and the tests for true, false and null. Three-valued logic is a lattice (false < null < true) with `and`
//! the lesser, `or` the greater and `not` the mirror image: commutative, associative, idempotent, absorbing, with De Morgan's
//! laws. The law of the excluded middle is not among them, and no rule uses it.

use super::super::term::{Node, Op, Term, Terms};
use super::reordered;
use crate::model::Function::{self, *};
use crate::model::Literal;
use rustc_hash::FxHashSet;

fn called(node: &Node) -> Option<Function> {
    match node.op {
        Op::Call(function) => Some(function),
        _ => None,
    }
}

/// `and` or `or`, with the other of the two.
fn connective(node: &Node) -> Option<(Function, Function)> {
    match called(node)? {
        And => Some((And, Or)),
        Or => Some((Or, And)),
        _ => None,
    }
}

fn negated(node: &Node) -> Option<Term> {
    (called(node) == Some(Not)).then(|| node.parts[0])
}

/// `not true` is false, `not null` null.
pub fn not_constant(terms: &mut Terms, node: &Node) -> Option<Term> {
    match terms.literal_of(negated(node)?)? {
        Literal::Boolean(truth) => {
            let truth = *truth;
            Some(terms.truth(!truth))
        }
        Literal::Null => Some(terms.null()),
        _ => None,
    }
}

/// `not not x` is `x`: the mirror image of the mirror image.
pub fn not_not(terms: &mut Terms, node: &Node) -> Option<Term> {
    let inner = terms.node(negated(node)?);
    negated(inner)
}

/// `not (a and b)` is `not a or not b`, and the other way round: De Morgan's laws hold in every such lattice.
pub fn de_morgan(terms: &mut Terms, node: &Node) -> Option<Term> {
    let inner = terms.node(negated(node)?).clone();
    let (_, other) = connective(&inner)?;
    let parts = inner.parts.iter().map(|part| terms.not(*part)).collect();
    Some(terms.logic(other, parts))
}

/// `not (a < b)` is `b <= a`, `not (a = b)` is `a <> b` and so on: where an operand is null both are null, else all values of
/// one type are in one order (no double is NaN). The tests for null and true are never null, so one is the other's opposite.
pub fn not_comparison(terms: &mut Terms, node: &Node) -> Option<Term> {
    let inner = terms.node(negated(node)?).clone();
    let opposite = match called(&inner)? {
        Equal => NotEqual,
        NotEqual => Equal,
        Less => LessOrEqual,
        LessOrEqual => Less,
        In => NotIn,
        NotIn => In,
        Like => NotLike,
        NotLike => Like,
        IsNull => IsNotNull,
        IsNotNull => IsNull,
        IsTrue => IsNotTrue,
        IsNotTrue => IsTrue,
        _ => return None,
    };
    let mut parts = inner.parts;
    if matches!(opposite, Less | LessOrEqual) {
        parts.reverse();
    }
    Some(terms.test(opposite, parts))
}

/// `a and (b and c)` is `a and b and c`: the least of three, however grouped.
pub fn nested_logic(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    let mut all = Vec::new();
    for part in &node.parts {
        match terms.function(*part) == Some(function) {
            true => all.extend(terms.parts(*part)),
            false => all.push(*part),
        }
    }
    (all.len() > node.parts.len()).then(|| terms.logic(function, all))
}

/// `a and true` is `a`, `a or false` is `a`: the ends of the lattice.
pub fn neutral_operand(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    let kept: Vec<Term> = node.parts.iter().copied().filter(|part| !terms.is_truth(*part, function == And)).collect();
    (kept.len() < node.parts.len()).then(|| terms.logic(function, kept))
}

/// `a and false` is false, `a or true` is true, also where `a` is null.
pub fn deciding_operand(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    let decides = function == Or;
    let found = node.parts.iter().any(|part| terms.is_truth(*part, decides));
    (found && node.parts.iter().all(|part| terms.droppable(*part))).then(|| terms.truth(decides))
}

/// `a and a` is `a`.
pub fn same_operands(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    let mut seen = FxHashSet::default();
    let kept: Vec<Term> = node.parts.iter().copied().filter(|part| seen.insert(*part)).collect();
    (kept.len() < node.parts.len()).then(|| terms.logic(function, kept))
}

/// `x = 1 or x in (2, 3)` is `x in (1, 2, 3)`, and `x <> 1 and x <> 2` is `x not in (1, 2)`: all are null where `x` is, else
/// the lists, which hold no null, are joined.
pub fn one_of_several(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    let (single, several) = if function == Or { (Equal, In) } else { (NotEqual, NotIn) };
    let subject = |terms: &Terms, part: Term| {
        let [subject, first, ..] = terms.parts(part)[..] else { return None };
        let matches = match terms.function(part)? {
            it if it == single => terms.literal_of(first).is_some(),
            it => it == several,
        };
        matches.then_some(subject)
    };
    let subjects: Vec<Option<Term>> = node.parts.iter().map(|part| subject(terms, *part)).collect();
    let twice = (0..subjects.len()).find_map(|at| {
        let it = subjects[at]?;
        subjects[..at].contains(&Some(it)).then_some(it)
    })?;
    let mut list = vec![twice];
    let mut rest = Vec::new();
    for (part, subject) in node.parts.iter().zip(subjects) {
        match subject == Some(twice) {
            true => list.extend(&terms.parts(*part)[1..]),
            false => rest.push(*part),
        }
    }
    let joined = terms.test(several, list);
    rest.push(joined);
    Some(terms.logic(function, rest))
}

/// `a and (a or b)` is `a`, `a or (a and b)` is `a`, `(a or b) and (a or b or c)` is `a or b`: the least of something and of
/// something at least as great.
pub fn absorbed(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, other) = connective(node)?;
    let own: FxHashSet<Term> = node.parts.iter().copied().collect();
    let operands = |part: Term, of: Function| match terms.function(part) == Some(of) {
        true => terms.parts(part),
        false => &[],
    };
    // Whether the node as a whole is beyond an operand of a part.
    let passed = |it: &Term| {
        let inner = operands(*it, function);
        own.contains(it) || (!inner.is_empty() && inner.iter().all(|it| own.contains(it)))
    };
    let absorbed = |part: Term| {
        let all = operands(part, other);
        let by_another = |by: &Term| {
            let fewer = operands(*by, other);
            !fewer.is_empty() && fewer.len() < all.len() && fewer.iter().all(|it| all.contains(it))
        };
        all.iter().any(passed) || (!all.is_empty() && node.parts.iter().any(by_another))
    };
    let kept: Vec<Term> =
        node.parts.iter().copied().filter(|part| !absorbed(*part) || !terms.droppable(*part)).collect();
    (kept.len() < node.parts.len()).then(|| terms.logic(function, kept))
}

/// `x <> 1 or x is null` is `(x = 1) is not true`: where `x` is null both are true, else both are `x <> 1`. So for every
/// operand that is null exactly where `x` is.
pub fn or_null(terms: &mut Terms, node: &Node) -> Option<Term> {
    (connective(node)?.0 == Or).then_some(())?;
    let mirrors = |terms: &Terms, part: Term, value: Term| {
        if part == value || terms.function(part) == Some(Not) && terms.parts(part)[0] == value {
            return true;
        }
        let others = terms.parts(part).iter().filter(|it| **it != value);
        terms.function(part).is_some_and(super::filter::is_strict)
            && terms.parts(part).contains(&value)
            && others.into_iter().all(|it| !terms.nullable(*it))
    };
    for test in node.parts.iter().copied().filter(|part| terms.function(*part) == Some(IsNull)) {
        let value = terms.parts(test)[0];
        let (same, mut rest): (Vec<Term>, Vec<Term>) =
            node.parts.iter().copied().filter(|part| *part != test).partition(|part| mirrors(terms, *part, value));
        if !same.is_empty() {
            let either = terms.logic(Or, same);
            let opposite = terms.not(either);
            rest.push(terms.test(IsNotTrue, vec![opposite]));
            return Some(terms.logic(Or, rest));
        }
    }
    None
}

/// `b and a` is `a and b`.
pub fn ordered_logic(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, _) = connective(node)?;
    reordered(terms, node, true).map(|parts| terms.logic(function, parts))
}

/// `x is false` is `(not x) is true`, `x is not false` is `(not x) is not true`.
pub fn is_false_is_not(terms: &mut Terms, node: &Node) -> Option<Term> {
    let test = match called(node)? {
        IsFalse => IsTrue,
        IsNotFalse => IsNotTrue,
        _ => return None,
    };
    let opposite = terms.not(node.parts[0]);
    Some(terms.test(test, vec![opposite]))
}

/// `x is true` asks of `x` what a filter asks: null counts as false, so whatever rests on that goes.
pub fn is_true_of_held(terms: &mut Terms, node: &Node) -> Option<Term> {
    let test = called(node).filter(|it| matches!(it, IsTrue | IsNotTrue))?;
    let held = terms.held(node.parts[0]);
    (held != node.parts[0]).then(|| terms.test(test, vec![held]))
}

/// `x is true` is `x`, and `x is not true` is `not x`, where `x` is never null.
pub fn is_true_of_certain(terms: &mut Terms, node: &Node) -> Option<Term> {
    let test = called(node)?;
    let certain = matches!(test, IsTrue | IsNotTrue) && !terms.nullable(node.parts[0]);
    match test {
        IsTrue if certain => Some(node.parts[0]),
        IsNotTrue if certain => Some(terms.not(node.parts[0])),
        _ => None,
    }
}

/// `x is null` is false where `x` is never null, and true for null itself.
pub fn is_null_of_certain(terms: &mut Terms, node: &Node) -> Option<Term> {
    let test = called(node).filter(|it| matches!(it, IsNull | IsNotNull))?;
    let value = node.parts[0];
    if terms.is_null(value) {
        return Some(terms.truth(test == IsNull));
    }
    (!terms.nullable(value) && terms.droppable(value)).then(|| terms.truth(test == IsNotNull))
}
