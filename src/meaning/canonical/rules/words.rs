//! Text. Comparing is exact, by code points; `like` has no escape character; a null gives null.

use super::super::term::{Node, Op, Term, Terms};
use super::flattened;
use crate::model::Function::{self, *};
use crate::model::{Base, Literal};
use smol_str::SmolStr;

fn called(node: &Node) -> Option<Function> {
    match node.op {
        Op::Call(function) => Some(function),
        _ => None,
    }
}

fn text_of(terms: &Terms, term: Term) -> Option<SmolStr> {
    match terms.literal_of(term)? {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// `x not like p` is `not (x like p)`, so that there is one of the two to write about.
pub fn not_like_without_wildcards(terms: &mut Terms, node: &Node) -> Option<Term> {
    let (function, pattern) = (called(node)?, node.parts.get(1).copied());
    if function != NotLike {
        return None;
    }
    // Only where the pattern says something simpler: else `like` and `not like` stay as they are.
    let text = text_of(terms, pattern?)?;
    plain_of(&text)?;
    let like = terms.test(Like, node.parts.clone());
    Some(terms.not(like))
}

/// What a pattern without `_` and with `%` at its ends alone asks for.
fn plain_of(pattern: &str) -> Option<(Function, &str)> {
    let open = pattern.starts_with('%');
    let rest = pattern.strip_prefix('%').unwrap_or(pattern);
    let close = rest.ends_with('%');
    let inner = rest.strip_suffix('%').unwrap_or(rest);
    if inner.contains(['%', '_']) || inner.is_empty() {
        return None;
    }
    Some(match (open, close) {
        (false, false) => (Equal, inner),
        (false, true) => (StartsWith, inner),
        (true, false) => (EndsWith, inner),
        (true, true) => (Contains, inner),
    })
}

/// `x like 'won'` is `x = 'won'`, `x like 'won%'` is `starts_with(x, 'won')`, and so on.
pub fn like_without_wildcards(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Like).then_some(())?;
    let pattern = text_of(terms, node.parts[1])?;
    let (function, inner) = plain_of(&pattern)?;
    let inner = terms.literal(Literal::Text(inner.into()), Base::Text);
    Some(terms.test(function, vec![node.parts[0], inner]))
}

/// `a || (b || c)` is `a || b || c`, and constants beside each other are one.
pub fn joined_words(terms: &mut Terms, node: &Node) -> Option<Term> {
    (called(node)? == Concat).then_some(())?;
    let flat = flattened(terms, node, |_| true);
    let parts = flat.as_ref().unwrap_or(&node.parts);
    let mut joined: Vec<Term> = Vec::new();
    for part in parts {
        let before = joined.last().and_then(|last| text_of(terms, *last));
        match (before, text_of(terms, *part)) {
            (Some(before), Some(text)) => {
                joined.pop();
                joined.push(terms.literal(Literal::Text(format!("{before}{text}").into()), Base::Text));
            }
            _ => joined.push(*part),
        }
    }
    match joined[..] {
        [one] => Some(one),
        _ => (joined != node.parts).then(|| terms.call(Concat, Base::Text, joined)),
    }
}

/// `lower(lower(x))` is `lower(x)`; the same for `upper`, `trim` and `abs`.
pub fn twice_the_same(terms: &mut Terms, node: &Node) -> Option<Term> {
    let function = called(node).filter(|it| matches!(it, Lower | Upper | Trim | Abs))?;
    (terms.function(node.parts[0]) == Some(function)).then(|| terms.as_kind(node.parts[0], node.base))
}
