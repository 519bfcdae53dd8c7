//! A statement that was found somewhere, held against what definitions compile to: now, and at the commits before.

use super::super::output::Output;
use super::super::session::Session;
use super::super::{Ended, Outcome};
use super::apart::{self, Hunk};
use super::errors;
use super::known::{Known, Pasted, candidates};
use crate::diagnostic::{Diagnostic, Failure, Found, json};
use crate::emit::{Standing, one_line};
use crate::project::Commit;
use crate::source::{FileId, Span};
use crate::vet::tokens::{Tokens, tokens};
use serde_json::json;

/// How alike a statement without a header has to be to one that is compiled, to be called an edited one.
const ALIKE: f64 = 0.6;
/// The most places that differ which are shown.
const SHOWN: usize = 8;

/// What a statement is.
enum Answer {
    /// What the definitions compile to.
    AsCompiled(Known),
    /// What they compiled to at a commit.
    Superseded(Known, Commit),
    /// One of both with other tokens, or with a header that is not its own.
    Edited(Known),
    Unknown,
}

/// Says what a statement is.
pub fn verify(mut session: Session, name: &str, text: String, history: usize, output: &Output) -> Outcome {
    let file = session.project.sources.add(name, text.clone());
    let mut pasted = Pasted::new(&text);
    let now = candidates(&mut session, &pasted)?;
    let mut found = Found::default();
    let answer = match same(&mut pasted, now) {
        Ok(known) => match wrong_header(&pasted, &known) {
            None => Answer::AsCompiled(known),
            Some((says, is)) => {
                found.push(errors::wrong_header(first_line(file, &text), &says, &is));
                Answer::Edited(known)
            }
        },
        Err(now) => earlier(&session, &mut pasted, now, history, file, &mut found)?,
    };
    say(&answer, &session, found, output);
    Ok(if matches!(answer, Answer::AsCompiled(_)) { Ended::Clean } else { Ended::Findings })
}

/// The candidate of the same tokens, or all of them back.
fn same(pasted: &mut Pasted, mut candidates: Vec<Known>) -> Result<Known, Vec<Known>> {
    let at = candidates.iter().position(|known| {
        let own = tokens(&known.sql, known.dialect);
        let its = pasted.tokens(known.dialect);
        own.zip(its).is_some_and(|(own, its)| own.words == its.words)
    });
    match at {
        Some(at) => Ok(candidates.swap_remove(at)),
        None => Err(candidates),
    }
}

/// What a header says that is not so of the statement below it, and what is.
fn wrong_header(pasted: &Pasted, known: &Known) -> Option<(String, String)> {
    for stated in &pasted.header.metrics {
        let says = format!("`{}`", stated.name);
        let Some(metric) = known.metrics.iter().find(|metric| metric.name == stated.name) else {
            return Some((says, known.name()));
        };
        if stated.digest != metric.digest {
            let digest = |digest: &Option<String>| digest.as_deref().map_or("none".to_owned(), short);
            return Some((
                format!("{says} is of the digest {}", digest(&stated.digest)),
                format!("of {}", digest(&metric.digest)),
            ));
        }
        if stated.version.is_some() && stated.version != metric.version {
            return Some((format!("{says} is of version {}", stated.version.unwrap_or_default()), known.name()));
        }
    }
    let stated = pasted.header.metrics.iter().map(|stated| stated.standing);
    let stated = stated.chain(pasted.header.report.as_ref().map(|report| report.standing)).min()?;
    (stated == Standing::Approved && known.standing != Standing::Approved)
        .then(|| (format!("`{}`", stated.word()), format!("`{}`", known.standing.word())))
}

/// Looks through the commits before, the newest first; else for what it was before somebody changed it.
fn earlier(
    session: &Session,
    pasted: &mut Pasted,
    now: Vec<Known>,
    most: usize,
    file: FileId,
    found: &mut Found,
) -> Result<Answer, Failure> {
    let (commits, unread) = match session.project.history(most) {
        Ok(commits) => (commits, None),
        Err(failure) => (Vec::new(), Some(format!("no earlier definitions were looked through: {failure}"))),
    };
    let looked = match &unread {
        Some(why) => why.clone(),
        None => match commits.len() {
            0 => "no earlier definitions were looked through: no commit has touched them".to_owned(),
            1 => "the one commit that touched the definitions was looked through".to_owned(),
            number => format!("the last {number} commits that touched the definitions were looked through"),
        },
    };
    let is_stated = |known: &Known, pasted: &Pasted| {
        let stated = &pasted.header.metrics;
        !stated.is_empty()
            && stated.iter().all(|stated| {
                known.metrics.iter().any(|metric| metric.name == stated.name && metric.digest == stated.digest)
            })
    };
    // What the header says it is comes first: of the definitions now, else of the newest commit that has its digest.
    let mut base = now.iter().any(|known| is_stated(known, pasted)).then_some(None);
    let mut of_base = Vec::new();
    for commit in commits {
        let Ok(mut then) = session.at(&commit.id) else { continue };
        if then.found.has_errors() {
            continue;
        }
        match same(pasted, candidates(&mut then, pasted)?) {
            Ok(known) => {
                found.push(superseded(&known, &commit, &now, first_line(file, pasted.text)));
                return Ok(Answer::Superseded(known, commit));
            }
            Err(others) => {
                if base.is_none() && others.iter().any(|known| is_stated(known, pasted)) {
                    (base, of_base) = (Some(Some(commit)), others);
                }
            }
        }
    }
    let named = !pasted.header.is_empty();
    let candidates = if matches!(base, Some(Some(_))) { of_base } else { now };
    let mut nearest: Option<(f64, Known, Tokens)> = None;
    for known in candidates {
        let Some(own) = tokens(&known.sql, known.dialect) else { continue };
        let Some(its) = pasted.tokens(known.dialect) else { continue };
        let likeness = apart::likeness(&own.words, &its.words);
        if nearest.as_ref().is_none_or(|(best, ..)| likeness > *best) {
            nearest = Some((likeness, known, own));
        }
    }
    match nearest {
        Some((likeness, known, own)) if likeness >= ALIKE || named && likeness > 0.3 => {
            let its = pasted.tokens(known.dialect).cloned().unwrap_or_default();
            let mut diagnostic = edited(pasted.text, file, &known, &own, &its);
            let of = match &base {
                Some(Some(commit)) => format!(", by the definitions at {}", when(commit)),
                _ => String::new(),
            };
            diagnostic = diagnostic.note(format!("held against `{}`{of}", known.what));
            if !named {
                diagnostic = diagnostic.note("it has no header, so that it is not known which question it answered");
            }
            found.push(diagnostic.note(looked));
            Ok(Answer::Edited(known))
        }
        _ => {
            found.push(errors::unknown(first_line(file, pasted.text)).note(looked));
            Ok(Answer::Unknown)
        }
    }
}

/// `1a2b3c4d5e6f (2026-03-01, Count open orders too)`
fn when(commit: &Commit) -> String {
    format!("{} ({}, {})", &commit.id[..12], commit.date, one_line(&commit.subject))
}

fn superseded(known: &Known, commit: &Commit, now: &[Known], span: Span) -> Diagnostic {
    let mut diagnostic = errors::superseded(span, &known.name(), &when(commit));
    let present = now.iter().find(|other| other.what == known.what);
    for metric in &known.metrics {
        let same_name = |other: &&Known| other.metrics.iter().any(|it| it.name == metric.name);
        let other = now.iter().find(same_name);
        let digest = other.and_then(|other| other.metrics.iter().find(|it| it.name == metric.name)?.digest.clone());
        diagnostic = diagnostic.note(match (&metric.digest, digest) {
            (Some(then), Some(now)) if *then == now => {
                format!("`{}` means what it meant; it is written otherwise, or its rows lie elsewhere", metric.name)
            }
            (Some(then), Some(now)) => {
                format!("`{}` meant {} and means {} now", metric.name, short(then), short(&now))
            }
            _ => format!("`{}` is not asked for in this way any more", metric.name),
        });
    }
    if let Some(present) = present {
        let take = match present.what.starts_with("etalon ") {
            true => format!("ask again: `{}`", present.what),
            false => format!("take `{}` of what `etalon compile` writes", present.what),
        };
        diagnostic = diagnostic.help(take);
    }
    match known.metrics.first() {
        Some(metric) => diagnostic.help(format!(
            "see what changed: `etalon compare {} --from {}`",
            super::super::shell::quoted(&metric.name),
            &commit.id[..12]
        )),
        None => diagnostic,
    }
}

/// `sha256:4a0645342310…`
fn short(digest: &str) -> String {
    format!("sha256:{}…", digest.get(..12).unwrap_or(digest))
}

/// Each place that differs, with the condition or column it stands in.
fn edited(text: &str, file: FileId, known: &Known, own: &Tokens, its: &Tokens) -> Diagnostic {
    let hunks = apart::hunks(&own.words, &its.words);
    let mut places = hunks.iter().take(SHOWN).map(|hunk| place(text, file, known, own, its, hunk));
    let (span, label, note) = places.next().unwrap_or((first_line(file, text), String::new(), String::new()));
    let mut diagnostic = errors::edited_statement(span, &known.name()).label(label).note(note);
    for (span, label, note) in places {
        diagnostic = diagnostic.related(span, label);
        if !diagnostic.notes.contains(&note) {
            diagnostic = diagnostic.note(note);
        }
    }
    if hunks.len() > SHOWN {
        diagnostic = diagnostic.note(format!("and {} more places", hunks.len() - SHOWN));
    }
    diagnostic
}

fn place(text: &str, file: FileId, known: &Known, own: &Tokens, its: &Tokens, hunk: &Hunk) -> (Span, String, String) {
    let start = its.places.get(hunk.found.start).map_or(text.trim_end().len(), |place| place.start);
    let end = hunk.found.clone().last().map_or(start, |last| its.places[last].end);
    let words = apart::said(&known.sql, own, &hunk.compiled);
    let label = match (hunk.compiled.is_empty(), hunk.found.is_empty()) {
        (true, _) => "not compiled".to_owned(),
        (_, true) => format!("taken out: {words}"),
        _ => format!("compiled: {words}"),
    };
    let compiled = apart::piece(&known.sql, own, &hunk.compiled);
    let found = apart::piece(text, its, &hunk.found);
    let note = match (hunk.compiled.is_empty(), hunk.found.is_empty()) {
        (true, _) => format!("`{found}` was added"),
        // What is left of its neighbours is no other spelling of it.
        (_, true) if found.is_empty() || apart::is_whole(own, &hunk.compiled) => format!("`{compiled}` was taken out"),
        _ => format!("`{found}` was compiled as `{compiled}`"),
    };
    (Span::new(file, start, end), label, note)
}

/// The first line of the statement behind its header.
fn first_line(file: FileId, text: &str) -> Span {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        if !shown.is_empty() && !shown.starts_with("--") {
            let start = at + (line.len() - line.trim_start().len());
            return Span::new(file, start, start + shown.len());
        }
        at += line.len();
    }
    Span::new(file, 0, text.trim_end().len().min(text.find('\n').unwrap_or(text.len())))
}

fn say(answer: &Answer, session: &Session, found: Found, output: &Output) {
    let (verdict, known, commit) = match answer {
        Answer::AsCompiled(known) => ("as_compiled", Some(known), None),
        Answer::Superseded(known, commit) => ("superseded", Some(known), Some(commit)),
        Answer::Edited(known) => ("edited", Some(known), None),
        Answer::Unknown => ("unknown", None, None),
    };
    if output.is_json() {
        let document = json!({
            "verdict": verdict,
            "of": known.map(|known| &known.what),
            "place": known.map(|known| &known.place),
            "dialect": known.map(|known| known.dialect.name),
            "metrics": known.map(|known| &known.metrics),
            "status": known.map(|known| known.standing.word()),
            "commit": commit.map(|commit| &commit.id),
            "diagnostics": json::entries(&found.sorted(), &session.project.sources),
        });
        output.print(&format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
        return;
    }
    if let (Answer::AsCompiled(known), Some(first)) = (answer, known) {
        let verb = if known.metrics.len() > 1 && known.report.is_none() { "compile" } else { "compiles" };
        let (name, place) = (known.name(), &known.place);
        let mut text = format!("It is what {name} {verb} to on {place}, {}.\n", first.standing.word());
        for metric in &known.metrics {
            text += &format!("  {} sha256:{}\n", metric.name, metric.digest.as_deref().unwrap_or("none"));
        }
        output.print(&text);
    } else {
        output.findings(found, &session.project.sources);
    }
}
