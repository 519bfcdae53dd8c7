//! Where two texts of one statement part: as lines of a file, and as tokens with the condition or column that they stand in.

use crate::vet::tokens::Tokens;
use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};
use std::ops::Range;

/// More tokens than this are compared from both ends only.
const MOST: usize = 20_000;

/// The lines that differ.
pub struct Lines {
    /// Of the text that was found, from 1; the first that differs, and what was compiled there.
    pub first: usize,
    pub compiled: Option<String>,
    /// `line 7 differs`, `lines 7, 9-12 differ, 2 are gone`
    pub said: String,
}

/// Compares a text with what was compiled.
pub fn lines(compiled: &str, found: &str) -> Lines {
    let diff = TextDiff::from_lines(compiled, found);
    let (mut changed, mut gone): (Vec<Range<usize>>, usize) = (Vec::new(), 0);
    let mut first = None;
    for op in diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        let (old, new) = (op.old_range(), op.new_range());
        let was = || compiled.lines().nth(old.start).filter(|_| !old.is_empty()).map(str::to_owned);
        first.get_or_insert_with(|| (new.start + 1, was()));
        match new.is_empty() {
            true => gone += old.len(),
            false => changed.push(new.start + 1..new.end + 1),
        }
    }
    let mut said = Vec::new();
    if !changed.is_empty() {
        let several = changed.len() > 1 || changed[0].len() > 1;
        let ranges: Vec<String> = changed.iter().take(12).map(range).collect();
        let more = if changed.len() > 12 { " and more" } else { "" };
        let (noun, verb) = if several { ("lines", "differ") } else { ("line", "differs") };
        said.push(format!("{noun} {}{more} {verb}", ranges.join(", ")));
    }
    if gone > 0 {
        said.push(format!("{gone} of the compiled lines {} gone", if gone == 1 { "is" } else { "are" }));
    }
    let (first, compiled) = first.unwrap_or((1, None));
    Lines { first, compiled, said: said.join("; ") }
}

fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        1 => lines.start.to_string(),
        _ => format!("{}-{}", lines.start, lines.end - 1),
    }
}

/// A stretch of tokens that differs: of what was compiled, and of what was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    pub compiled: Range<usize>,
    pub found: Range<usize>,
}

/// Every stretch that differs, in order.
pub fn hunks(compiled: &[String], found: &[String]) -> Vec<Hunk> {
    if compiled.len().max(found.len()) > MOST {
        let same = |(one, other): &(&String, &String)| one == other;
        let before = compiled.iter().zip(found).take_while(same).count();
        let rest = compiled[before..].iter().rev().zip(found[before..].iter().rev());
        let after = rest.take_while(same).count();
        let hunk = Hunk { compiled: before..compiled.len() - after, found: before..found.len() - after };
        return vec![hunk];
    }
    let ops = capture_diff_slices(Algorithm::Patience, compiled, found);
    let apart = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    apart.map(|op| Hunk { compiled: op.old_range(), found: op.new_range() }).collect()
}

/// How much of two lists of tokens is the same, wherever it stands: from 0 to 1.
pub fn likeness(one: &[String], other: &[String]) -> f64 {
    let mut counts: rustc_hash::FxHashMap<&str, i64> = rustc_hash::FxHashMap::default();
    for word in one {
        *counts.entry(word).or_default() += 1;
    }
    let mut shared = 0;
    for word in other {
        if let Some(count) = counts.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            shared += 2;
        }
    }
    f64::from(shared) / (one.len() + other.len()).max(1) as f64
}

/// What a condition, a column or a table of a statement ends at.
const ENDS: [&str; 18] = [
    "SELECT", "FROM", "WHERE", "AND", "OR", "GROUP", "ORDER", "HAVING", "ON", "LEFT", "INNER", "JOIN", "LIMIT", "WITH",
    "UNION", "BY", ",", ";",
];

/// The condition, column or table that a stretch of tokens stands in, as text on one line.
pub fn piece(text: &str, tokens: &Tokens, stretch: &Range<usize>) -> String {
    let Range { mut start, mut end } = *stretch;
    let is_end = |at: usize| ENDS.contains(&tokens.words[at].as_str());
    // A word that joins conditions is no part of the one before it or after it.
    while start < end && is_end(start) {
        start += 1;
    }
    while end > start && is_end(end - 1) {
        end -= 1;
    }
    let mut depth = 0;
    while start > 0 {
        match tokens.words[start - 1].as_str() {
            ")" => depth += 1,
            "(" if depth == 0 => break,
            "(" => depth -= 1,
            _ if depth == 0 && is_end(start - 1) => break,
            _ => {}
        }
        start -= 1;
    }
    depth = 0;
    // Brackets that the stretch itself leaves open.
    for word in &tokens.words[start..end] {
        depth += i32::from(word == "(") - i32::from(word == ")");
    }
    while end < tokens.words.len() {
        match tokens.words[end].as_str() {
            "(" => depth += 1,
            ")" if depth <= 0 => break,
            ")" => depth -= 1,
            _ if depth <= 0 && is_end(end) => break,
            _ => {}
        }
        end += 1;
    }
    said(text, tokens, &(start..end))
}

/// Whether a stretch is whole conditions or columns, with a word that joins them to others.
pub fn is_whole(tokens: &Tokens, stretch: &Range<usize>) -> bool {
    let is_end = |at: usize| ENDS.contains(&tokens.words[at].as_str());
    !stretch.is_empty() && (is_end(stretch.start) || is_end(stretch.end - 1))
}

/// A stretch of tokens as text on one line.
pub fn said(text: &str, tokens: &Tokens, stretch: &Range<usize>) -> String {
    if stretch.is_empty() {
        return String::new();
    }
    let text = &text[tokens.places[stretch.start].start..tokens.places[stretch.end - 1].end];
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
