//! Text to [`ast::Ast`], as written, comments kept; and the formatter.
//!
//! Invariants: one file sees pest; nothing here looks a name up; no input panics, and every stage is linear in its input.

pub mod ast;
mod build;
mod errors;
mod grammar;
mod split;

use crate::diagnostic::{Diagnostic, Found};
use crate::source::{FileId, Sources, Span};
use ast::{Ast, Declaration, During, Expr, File, Name, OrderKey, Path};
use build::Builder;
use grammar::{Misfit, Pair, Rule};
use rayon::prelude::*;
use std::ops::Range;

/// How many errors of form are kept of one file.
const MOST_ERRORS: usize = 100;

/// Parses files: what could be understood of each, and everything that could not.
pub fn parse(sources: &Sources, files: &[FileId], found: &mut Found) -> Ast {
    let split: Vec<(split::Pieces, Found)> = files
        .par_iter()
        .map(|file| {
            let mut found = Found::default();
            (split::split(*file, &sources.get(*file).text, &mut found), found)
        })
        .collect();
    let jobs: Vec<(usize, Range<usize>)> = split
        .iter()
        .enumerate()
        .flat_map(|(at, (pieces, _))| pieces.declarations.iter().map(move |piece| (at, piece.clone())))
        .collect();
    let parsed: Vec<(usize, Option<Declaration>, Found)> = jobs
        .into_par_iter()
        .with_min_len(16)
        .map(|(at, piece)| {
            let mut found = Found::default();
            let declaration = parse_declaration(sources, files[at], piece, &mut found);
            (at, declaration, found)
        })
        .collect();
    let mut ast = Ast { files: Vec::with_capacity(files.len()) };
    let mut errors: Vec<Found> = Vec::with_capacity(files.len());
    for (file, (pieces, found)) in files.iter().zip(split) {
        let broken = pieces.broken;
        ast.files.push(File { id: *file, declarations: Vec::new(), comments: pieces.comments, broken });
        errors.push(found);
    }
    for (at, declaration, found) in parsed {
        ast.files[at].broken |= !found.is_empty();
        ast.files[at].declarations.extend(declaration);
        errors[at].extend(found);
    }
    for each in errors {
        found.extend(limited(each));
    }
    ast
}

/// The first errors of a file, and how many more there are.
fn limited(found: Found) -> Found {
    if found.len() <= MOST_ERRORS {
        return found;
    }
    let mut all = found.sorted();
    let more = all.len().saturating_sub(MOST_ERRORS);
    let mut kept = Found::default();
    let last = all.get(MOST_ERRORS).map(|diagnostic| diagnostic.span);
    all.truncate(MOST_ERRORS);
    for diagnostic in all {
        kept.push(diagnostic);
    }
    if let Some(span) = last {
        kept.push(errors::too_many(span, more));
    }
    kept
}

fn parse_declaration(sources: &Sources, file: FileId, piece: Range<usize>, found: &mut Found) -> Option<Declaration> {
    let base = piece.start;
    let text = &sources.get(file).text[piece];
    let pairs = run(Rule::one_declaration, file, text, base, found)?;
    let mut builder = Builder { file, base, found };
    build::declaration(&mut builder, pairs.into_iter().next()?)
}

/// Runs a rule over a piece of a file; what does not fit is an error at its place.
fn run<'t>(rule: Rule, file: FileId, text: &'t str, base: usize, found: &mut Found) -> Option<Vec<Pair<'t>>> {
    match grammar::run(rule, text) {
        Ok(pairs) => Some(pairs),
        Err(misfit) => {
            found.push(say(&misfit, file, text, base));
            None
        }
    }
}

/// The error for the place where a text stopped fitting.
fn say(misfit: &Misfit, file: FileId, text: &str, base: usize) -> Diagnostic {
    let rest = &text[misfit.offset..];
    let token = token(rest);
    let span = Span::new(file, base + misfit.offset, base + misfit.offset + token.len());
    if token.is_empty() {
        let end = base + text[..misfit.offset].trim_end().len();
        return errors::unexpected(Span::new(file, end, end), "the end", &misfit.expected);
    }
    if token.starts_with('"') && misfit.wants_text && !misfit.wants_name {
        return errors::double_quotes(span, token);
    }
    if split::is_reserved(token) && misfit.wants_name && misfit.expected.len() <= 2 {
        return errors::reserved(span, token);
    }
    let error = errors::unexpected(span, &format!("`{token}`"), &misfit.expected);
    match errors::slip(token) {
        Some(advice) => error.help(advice),
        None => error,
    }
}

/// The word, text or sign that a text begins with, on one line.
fn token(text: &str) -> &str {
    let line = text.split(['\n', '\r']).next().unwrap_or("");
    let Some(start) = line.chars().next() else { return "" };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let length = match start {
        letter if is_word(letter) => line.find(|letter| !is_word(letter)).unwrap_or(line.len()),
        '\'' | '"' => line[1..].find(start).map_or(line.len(), |length| length + 2),
        _ => ["==", "&&", "||", "<=", ">=", "<>", "!="]
            .into_iter()
            .find(|sign| line.starts_with(sign))
            .map_or(start.len_utf8(), str::len),
    };
    &line[..length]
}

/// One whole text by one rule: for what is written on a command line.
fn whole<T>(
    rule: Rule,
    sources: &Sources,
    file: FileId,
    found: &mut Found,
    build: impl FnOnce(&mut Builder, Pair) -> Option<T>,
) -> Option<T> {
    let text = &sources.get(file).text;
    // The same look at texts, brackets and depth that declarations get.
    let mut scanned = Found::default();
    split::split(file, &format!("metric m = {text}"), &mut scanned);
    if scanned.has_errors() {
        let offset = "metric m = ".len() as u32;
        for mut diagnostic in scanned.sorted() {
            let limit = text.len() as u32;
            diagnostic.span.start = diagnostic.span.start.saturating_sub(offset).min(limit);
            diagnostic.span.end = diagnostic.span.end.saturating_sub(offset).min(limit);
            found.push(diagnostic);
        }
        return None;
    }
    let pairs = run(rule, file, text, 0, found)?;
    let errors = found.len();
    let mut builder = Builder { file, base: 0, found };
    let built = build(&mut builder, pairs.into_iter().next()?);
    built.filter(|_| found.len() == errors)
}

/// `--where`, `--having`
pub fn parse_predicate(sources: &Sources, file: FileId, found: &mut Found) -> Option<Expr> {
    whole(Rule::one_predicate, sources, file, found, |builder, pair| Some(builder.expr(pair)))
}

/// `--by month,customer.region`
pub fn parse_keys(sources: &Sources, file: FileId, found: &mut Found) -> Vec<Path> {
    whole(Rule::one_paths, sources, file, found, |builder, pair| Some(builder.paths(pair))).unwrap_or_default()
}

/// `--during 2026-01-01..2026-06-30`
pub fn parse_during(sources: &Sources, file: FileId, found: &mut Found) -> Option<During> {
    whole(Rule::one_during, sources, file, found, build::during)
}

/// `--order -revenue,month`
pub fn parse_order(sources: &Sources, file: FileId, found: &mut Found) -> Vec<OrderKey> {
    whole(Rule::one_order, sources, file, found, |builder, pair| Some(build::order_keys(builder, pair)))
        .unwrap_or_default()
}

/// `revenue, win_rate`
pub fn parse_names(sources: &Sources, file: FileId, found: &mut Found) -> Vec<Name> {
    whole(Rule::one_names, sources, file, found, |builder, pair| Some(builder.names(pair))).unwrap_or_default()
}
