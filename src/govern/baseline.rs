//! `etalon.baseline`: findings that were there before their rules mattered. They are counted, and may only become fewer.

use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{Code, Diagnostic, Found, Severity, Silence, fingerprints};
use crate::meaning::canonical::Canonical;
use crate::model::Model;
use crate::source::{FileId, Sources, Span};
use rustc_hash::FxHashMap;

/// What stands above the lines.
const HEAD: &str = "\
# Findings that were here before their rules mattered: counted, not errors. A line holds while its metric means what it meant.
# Written by `etalon check --write-baseline`. Lines are taken out, never added.
";

/// A line: `E0422 web_revenue 3f9a…`, the code, what it is about (`-` if no metric), and the digest of what that means (else the
/// finding's own).
type Line = String;

/// The findings that a baseline may hold, as its text: those of rules that are more than notes.
pub fn written(found: &mut Found, model: &Model, sources: &Sources) -> String {
    found.sort();
    let mut lines = lines(found.all(), model, sources);
    lines.retain(|line| !line.is_empty());
    lines.sort();
    HEAD.to_owned() + &lines.iter().map(|line| format!("{line}\n")).collect::<String>()
}

/// How many findings a baseline's text holds.
pub fn count(text: &str) -> usize {
    entries(text).count()
}

/// Lets through what is in the baseline, each line one finding, and gives back what there is to say of the file itself.
pub fn apply(file: FileId, model: &Model, sources: &Sources, found: &mut Found) -> Found {
    let mut complaints = Found::default();
    let mut open: FxHashMap<&str, Vec<Span>> = FxHashMap::default();
    for (line, at) in entries(&sources.get(file).text) {
        let span = Span::new(file, at, at + line.len());
        match is_line(line) {
            true => open.entry(line).or_default().push(span),
            false => complaints.push(broken(span)),
        }
    }
    found.sort();
    let mut lines = lines(found.all(), model, sources).into_iter();
    found.silence(|_| {
        let line = lines.next()?;
        open.get_mut(line.as_str())?.pop().map(|_| Silence::Baseline)
    });
    let mut idle: Vec<Span> = open.into_values().flatten().collect();
    idle.sort();
    if let Some(first) = idle.first() {
        complaints.push(too_long(*first, idle.len()));
    }
    complaints
}

/// The lines that a baseline has more than the one it is judged by, each a finding: `before` is the text of the base, if it had
/// the file.
pub fn grown(file: FileId, sources: &Sources, before: Option<&str>) -> Found {
    let mut had: FxHashMap<&str, usize> = FxHashMap::default();
    for (line, _) in entries(before.unwrap_or_default()) {
        *had.entry(line).or_default() += 1;
    }
    let mut found = Found::default();
    for (line, at) in entries(&sources.get(file).text) {
        match had.get_mut(line).filter(|number| **number > 0) {
            Some(number) => *number -= 1,
            None => found.push(added(Span::new(file, at, at + line.len()), line)),
        }
    }
    found
}

/// The lines with something in them, with where they begin.
fn entries(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut end = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = end;
        end += line.len();
        let line = line.trim_end();
        (!line.is_empty() && !line.starts_with('#')).then_some((line, start))
    })
}

fn is_line(line: &str) -> bool {
    let parts: Vec<&str> = line.split(' ').collect();
    parts.len() == 3
        && Code::find(parts[0]).is_some_and(|code| code.is_rule() && code.id == parts[0])
        && parts.iter().all(|part| !part.is_empty())
}

/// A line for each; empty for what no baseline holds.
fn lines(diagnostics: &[Diagnostic], model: &Model, sources: &Sources) -> Vec<Line> {
    let mut canonical = Canonical::new(model);
    let prints = fingerprints(diagnostics.iter(), sources);
    let each = diagnostics.iter().zip(prints).map(|(diagnostic, print)| {
        if !diagnostic.code.is_rule() || diagnostic.severity == Severity::Note {
            return Line::new();
        }
        let metric = diagnostic.about.as_ref().and_then(|name| Some((name, model.metric_named(name)?)));
        match metric {
            // Names in quotes may have blanks in them.
            Some((name, id)) => {
                format!("{} {} {}", diagnostic.code.id, name.replace(char::is_whitespace, "_"), canonical.digest(id))
            }
            None => format!("{} - {print}", diagnostic.code.id),
        }
    });
    each.collect()
}

fn broken(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::BASELINE_BROKEN, span, "this is no line of a baseline")
        .label("expected a rule, a metric and a digest")
        .help("write the file anew: `etalon check --write-baseline`")
}

fn too_long(span: Span, number: usize) -> Diagnostic {
    let fact = match number {
        1 => "a line of the baseline is no longer found".to_owned(),
        number => format!("{number} lines of the baseline are no longer found"),
    };
    Diagnostic::new(&codes::BASELINE_IDLE, span, fact)
        .label("mended, or another meaning by now")
        .help("take it out, so that it cannot come back: `etalon check --write-baseline`")
}

fn added(span: Span, line: &str) -> Diagnostic {
    let rule = line.split(' ').next().unwrap_or(line);
    Diagnostic::new(
        &codes::BASELINE_GREW,
        span,
        format!("this line of {rule} is new in the baseline, which may only become shorter"),
    )
    .label("added by this change")
    .help("mend what it would let through, or agree on a waiver with a day: `waivers` in etalon.yaml")
}
