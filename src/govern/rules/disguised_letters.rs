//! G0404: a word with letters of another script that look like its own, or with letters that cannot be seen.

use super::letters::{is_disguised, is_invisible};
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::source::Span;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Names, titles and synonyms, each word for itself: a Greek title is Greek throughout, and a title may name a Greek letter. Of
/// what looks like another name that was said, and it is one mistake.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let alike = found.all().iter().filter(|known| known.code == &codes::LOOK_ALIKE_NAMES);
    let said: FxHashSet<SmolStr> = alike.filter_map(|known| known.about.clone()).collect();
    for metric in model.metrics.iter().filter(|metric| !said.contains(&metric.name)) {
        let labels = [Some(&*metric.name), metric.title.as_deref()].into_iter().flatten();
        for label in labels.chain(metric.also.iter().map(String::as_str)) {
            if let Some(diagnostic) = disguised(label, metric.name_span) {
                found.push(diagnostic.about(&metric.name));
                break;
            }
        }
    }
    let sources = model.sources.iter().map(|it| (&it.name, &it.title, it.span));
    let dimensions = model.dimensions.iter().map(|it| (&it.name, &it.title, it.span));
    let teams = model.teams.iter().map(|it| (&it.name, &it.title, it.span));
    let reports = model.reports.iter().map(|it| (&it.name, &it.title, it.span));
    for (name, title, span) in sources.chain(dimensions).chain(teams).chain(reports) {
        let labels = [Some(&**name), title.as_deref()];
        labels.into_iter().flatten().find_map(|label| disguised(label, span)).into_iter().for_each(|it| found.push(it));
    }
}

fn disguised(label: &str, span: Span) -> Option<Diagnostic> {
    if label.is_ascii() {
        return None;
    }
    let mut hidden = label.chars().filter(|letter| is_invisible(*letter) && !joins(*letter, label));
    if let Some(letter) = hidden.next() {
        let fact = format!("`{}` has a letter in it that cannot be seen: U+{:04X}", shown(label), letter as u32);
        return Some(found(span, fact));
    }
    let words = label.split(|letter: char| !letter.is_alphanumeric());
    let mixed = words.into_iter().find_map(|word| {
        let letter = word.chars().find(|letter| is_disguised(*letter))?;
        word.chars().any(|letter| letter.is_ascii_alphabetic()).then_some((word, letter))
    });
    let (word, letter) = mixed?;
    let fact =
        format!("`{word}` has a letter of another script in it, which looks like its own: U+{:04X}", letter as u32);
    Some(found(span, fact))
}

/// Joiners and signs of variation are how some scripts and pictures are written.
fn joins(letter: char, label: &str) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0f}') && !label.chars().any(|letter| letter.is_ascii_alphabetic())
}

/// A label without what cannot be seen.
fn shown(label: &str) -> String {
    label.chars().filter(|letter| !is_invisible(*letter)).collect()
}

fn found(span: Span, fact: String) -> Diagnostic {
    Diagnostic::new(&codes::DISGUISED_LETTERS, span, fact)
        .label("not what it looks like")
        .help("type it anew on a keyboard")
}
