//! G0403: names that are two for a computer and one for a reader.

use super::letters::skeleton;
use crate::check::folded;
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::Model;
use crate::source::Span;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Names, titles and synonyms of metrics, and names of sources, dimensions, teams and reports, that look alike within their kind.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    metrics(model, found);
    names("source", model.sources.iter().map(|it| (&it.name, it.span)), found);
    names("dimension", model.dimensions.iter().map(|it| (&it.name, it.span)), found);
    names("team", model.teams.iter().map(|it| (&it.name, it.span)), found);
    names("report", model.reports.iter().map(|it| (&it.name, it.span)), found);
}

/// Labels that are one when letters are taken for those they look like, and were not one before: those are E0205 and E0423.
/// Where every letter is of ASCII the two are the same.
fn metrics(model: &Model, found: &mut Found) {
    let labels = |at: usize| {
        let metric = &model.metrics[at];
        std::iter::once(&*metric.name).chain(metric.title.as_deref()).chain(metric.also.iter().map(String::as_str))
    };
    if (0..model.metrics.len()).all(|at| labels(at).all(str::is_ascii)) {
        return;
    }
    let mut first: FxHashMap<String, (usize, &str)> = FxHashMap::default();
    for at in 0..model.metrics.len() {
        for label in labels(at) {
            match first.get(&skeleton(label)) {
                Some((holder, known)) if *holder != at && folded(known) != folded(label) => {
                    let (metric, other) = (&model.metrics[at], &model.metrics[*holder]);
                    let ends = [(label, metric.name_span), (known, other.name_span)];
                    found.push(alike("metric", ends).about(&metric.name));
                }
                Some(_) => {}
                None => {
                    first.insert(skeleton(label), (at, label));
                }
            }
        }
    }
}

fn names<'m>(kind: &str, all: impl Iterator<Item = (&'m SmolStr, Span)>, found: &mut Found) {
    let mut first: FxHashMap<String, (&SmolStr, Span)> = FxHashMap::default();
    for (name, span) in all {
        match first.get(&seen(name)) {
            Some((known, other)) => found.push(alike(kind, [(name, span), (known, *other)])),
            None => {
                first.insert(seen(name), (name, span));
            }
        }
    }
}

/// A name as it is seen; `a_b` and `ab` are two.
fn seen(name: &str) -> String {
    name.split('_').map(skeleton).collect::<Vec<_>>().join("_")
}

fn alike(kind: &str, [(label, span), (known, other)]: [(&str, Span); 2]) -> Diagnostic {
    let fact = match label.is_ascii() && known.is_ascii() {
        true => format!("the {kind} `{label}` differs from `{known}` in capitals alone"),
        false => {
            format!("`{label}` looks like `{known}`, and is written with other letters: {}", letters(label, known))
        }
    };
    Diagnostic::new(&codes::LOOK_ALIKE_NAMES, span, fact)
        .label("looks like another")
        .related(other, "the other one")
        .help("type it anew on a keyboard, or choose another name")
}

/// The letters that are not of ASCII, by number.
fn letters(label: &str, known: &str) -> String {
    let foreign = |text: &str| -> Vec<char> { text.chars().filter(|letter| !letter.is_ascii()).collect() };
    let (of_label, of_known) = (foreign(label), foreign(known));
    let mut different: Vec<char> = of_label.iter().filter(|letter| !of_known.contains(letter)).copied().collect();
    different.extend(of_known.iter().filter(|letter| !of_label.contains(letter)));
    different.sort_unstable();
    different.dedup();
    let names: Vec<String> = different.iter().take(4).map(|letter| format!("U+{:04X}", *letter as u32)).collect();
    names.join(", ")
}
