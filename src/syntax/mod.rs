//! Text to [`ast::Ast`], as written, comments kept; and the formatter.
//!
//! Invariants: one file sees pest; nothing here looks a name up; no input panics, and every stage is linear in its input.

pub mod ast;
mod build;
mod errors;
mod format;
mod grammar;
mod items;
mod lexer;
mod limit;
mod misfit;
mod recover;
mod split;

pub use format::format;

use crate::diagnostic::Found;
use crate::source::{FileId, Sources};
use ast::{Ast, Declaration, During, Expr, File, Name, OrderKey, Path};
use build::Builder;
use grammar::{Misfit, Pair, Rule};
use limit::Limited;
use misfit::Part;
use rayon::prelude::*;
use recover::{Recovered, Wounded};
use split::Piece;

/// The words, texts and signs of a piece of text, without its comments and blanks: two that have the same differ in layout only.
pub fn words(text: &str) -> Vec<&str> {
    lexer::tokens(text).iter().map(|token| token.text(text)).collect()
}

/// How many errors of form are kept of one file.
const MOST_ERRORS: usize = 100;

/// How many declarations are parsed before their errors are counted: so that errors take bounded memory.
const BATCH: usize = 16 * 1024;

/// What is known of a file while it is parsed.
struct Progress {
    file: File,
    hurt: Vec<usize>,
    /// What the scanner found.
    scanned: Limited,
    parsed: Limited,
    /// How many declarations were read once more in parts.
    recovered: usize,
}

/// Parses files: what could be understood of each, and everything that could not.
pub fn parse(sources: &Sources, files: &[FileId], found: &mut Found) -> Ast {
    let scanned: Vec<(Progress, Vec<Piece>)> = files.par_iter().map(|file| scan(sources, *file)).collect();
    let (mut progress, pieces): (Vec<Progress>, Vec<Vec<Piece>>) = scanned.into_iter().unzip();
    let jobs: Vec<(usize, Piece)> =
        pieces.into_iter().enumerate().flat_map(|(at, all)| all.into_iter().map(move |piece| (at, piece))).collect();
    for batch in jobs.chunks(BATCH) {
        parse_batch(sources, batch, &mut progress);
    }
    let mut ast = Ast { files: Vec::with_capacity(files.len()) };
    for Progress { mut file, scanned, parsed, .. } in progress {
        file.broken = !scanned.is_empty() || !parsed.is_empty();
        ast.files.push(file);
        found.extend(scanned.merge(parsed));
    }
    ast
}

fn scan(sources: &Sources, file: FileId) -> (Progress, Vec<Piece>) {
    let mut scanned = Limited::default();
    let pieces = split::split(file, &sources.get(file).text, &mut scanned);
    let declarations = Vec::with_capacity(pieces.declarations.len());
    let file = File { id: file, declarations, comments: pieces.comments, unread: Vec::new(), broken: false };
    let progress = Progress { file, hurt: pieces.hurt, scanned, parsed: Limited::default(), recovered: 0 };
    (progress, pieces.declarations)
}

/// One declaration, read as a whole or in parts.
enum Outcome {
    Fits(Option<Declaration>, Limited),
    /// It has to be read in parts.
    Misfits,
    Recovered(Recovered, Limited),
    /// There are enough errors of its file.
    Left(Option<Name>),
}

fn parse_batch(sources: &Sources, batch: &[(usize, Piece)], progress: &mut [Progress]) {
    let mut outcomes: Vec<Outcome> = batch
        .par_iter()
        .with_min_len(16)
        .map(|(at, piece)| {
            let file = progress[*at].file.id;
            let wounded = wounded(sources, file, &[], piece);
            if piece.refused {
                return Outcome::Left(recover::name(&wounded));
            }
            match grammar::run(Rule::one_declaration, wounded.text) {
                Ok(pairs) => {
                    let mut found = Limited::default();
                    let mut builder = Builder::new(file, wounded.base, &mut found);
                    let pair = pairs.into_iter().next();
                    Outcome::Fits(pair.and_then(|pair| build::declaration(&mut builder, pair)), found)
                }
                Err(_) => Outcome::Misfits,
            }
        })
        .collect();
    for (outcome, (at, piece)) in outcomes.iter_mut().zip(batch) {
        let progress = &mut progress[*at];
        if matches!(outcome, Outcome::Misfits) {
            progress.recovered += 1;
            if progress.recovered > MOST_ERRORS {
                let wounded = wounded(sources, progress.file.id, &[], piece);
                if !piece.hurt {
                    let start = piece.range.start;
                    progress.parsed.skip(crate::source::Span::new(progress.file.id, start, start));
                }
                *outcome = Outcome::Left(recover::name(&wounded));
            }
        }
    }
    outcomes.par_iter_mut().zip(batch).for_each(|(outcome, (at, piece))| {
        if matches!(outcome, Outcome::Misfits) {
            let progress = &progress[*at];
            let mut found = Limited::default();
            let wounded = wounded(sources, progress.file.id, &progress.hurt, piece);
            let recovered = recover::recover(&wounded, &mut found);
            *outcome = Outcome::Recovered(recovered, found);
        }
    });
    for (outcome, (at, _)) in outcomes.into_iter().zip(batch) {
        let progress = &mut progress[*at];
        match outcome {
            Outcome::Fits(declaration, found) => {
                progress.file.declarations.extend(declaration);
                progress.parsed.extend(found);
            }
            Outcome::Recovered(recovered, found) => {
                progress.file.declarations.extend(recovered.declaration);
                progress.file.unread.extend(recovered.unread);
                progress.parsed.extend(found);
            }
            Outcome::Left(name) => progress.file.unread.extend(name),
            Outcome::Misfits => {}
        }
    }
}

fn wounded<'t>(sources: &'t Sources, file: FileId, hurt: &'t [usize], piece: &Piece) -> Wounded<'t> {
    Wounded { file, text: &sources.get(file).text[piece.range.clone()], base: piece.range.start, hurt }
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
    let before = found.len();
    let mut complaints = Limited::default();
    let built = if split::check(file, text, &mut complaints) {
        match grammar::run(rule, text) {
            Ok(pairs) => {
                let mut builder = Builder::new(file, 0, &mut complaints);
                pairs.into_iter().next().and_then(|pair| build(&mut builder, pair))
            }
            Err(misfit) => {
                complaints.push(say_typed(&misfit, file, text));
                None
            }
        }
    } else {
        None
    };
    found.extend(complaints.merge(Limited::default()));
    built.filter(|_| found.len() == before)
}

fn say_typed(misfit: &Misfit, file: FileId, text: &str) -> crate::diagnostic::Diagnostic {
    let before = lexer::tokens(&text[..misfit.offset]).pop();
    misfit::say(misfit, Part { file, text, base: 0, end: "the end" }, before)
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
