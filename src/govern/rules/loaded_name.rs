//! G0401: a name that says whose a number is, or that it is the right one, beside the metric that has the plain name.

use super::is_official;
use crate::check::folded;
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, MetricId, Model};
use rustc_hash::FxHashMap;

/// Words that pass judgement on the number of others. No reason makes a name of them.
const JUDGING: [&str; 13] = [
    "adjusted",
    "true",
    "real",
    "actual",
    "correct",
    "corrected",
    "proper",
    "right",
    "better",
    "best",
    "honest",
    "official",
    "genuine",
];

/// Words that say which of two numbers this is. One that is declared as a variant says why there are two.
const TELLING: [&str; 12] =
    ["internal", "new", "newer", "latest", "updated", "revised", "final", "own", "our", "alternative", "old", "custom"];

/// Names and titles that are another metric's name, title or synonym with such a word, or with a team's name.
///
/// Only beside the plain name: `gross_sales` is not of the team `sales`, and `real_estate` no judgement. A team's name and a
/// telling word are let be where the metric is declared a `variant of` that other one, for then its reason is shown wherever it
/// is; a judging word is not, for "the true one" is no reason.
pub fn look(side: &Side, found: &mut Found) {
    let model = side.model;
    let words = Words::of(model);
    let mut known: Option<FxHashMap<String, MetricId>> = None;
    for (at, metric) in model.metrics.iter().enumerate().filter(|(_, metric)| is_official(metric)) {
        let labels = [Some(metric.name.as_str()), metric.title.as_deref()];
        let loaded = labels.into_iter().flatten().find_map(|label| {
            words.in_label(label).into_iter().find_map(|(word, kind, plain)| {
                let known = known.get_or_insert_with(|| plain_names(model));
                let base = known.get(&plain).filter(|base| base.0 as usize != at)?;
                let excused = kind == Word::Telling && metric.variant_of.as_ref().is_some_and(|(of, _)| of == base);
                (!excused).then(|| loaded(metric, label, word, kind, model.metric(*base)))
            })
        });
        loaded.into_iter().for_each(|diagnostic| found.push(diagnostic));
    }
}

/// What metrics are called.
fn plain_names(model: &Model) -> FxHashMap<String, MetricId> {
    let mut known = FxHashMap::default();
    for (at, metric) in model.metrics.iter().enumerate() {
        let labels =
            std::iter::once(&*metric.name).chain(metric.title.as_deref()).chain(metric.also.iter().map(String::as_str));
        for label in labels {
            known.entry(folded(label)).or_insert(MetricId(at as u32));
        }
    }
    known
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Judging,
    /// Or a team's name.
    Telling,
}

/// The loaded words of a project, folded as names are.
struct Words {
    known: FxHashMap<String, Word>,
    /// The most words that a team's name has.
    longest: usize,
}

impl Words {
    fn of(model: &Model) -> Words {
        let mut words = Words { known: FxHashMap::default(), longest: 1 };
        let teams = model.teams.iter().flat_map(|team| std::iter::once(&*team.name).chain(team.title.as_deref()));
        for team in teams {
            words.longest = words.longest.max(split(team).count());
            words.known.insert(folded(team), Word::Telling);
        }
        words.known.extend(TELLING.iter().map(|word| (word.to_string(), Word::Telling)));
        words.known.extend(JUDGING.iter().map(|word| (word.to_string(), Word::Judging)));
        words.known.remove("");
        words
    }

    fn kind(&self, word: &str) -> Option<Word> {
        let key = folded(word);
        let is_version = key.len() > 1 && key.starts_with('v') && key[1..].bytes().all(|byte| byte.is_ascii_digit());
        self.known.get(&key).copied().or(is_version.then_some(Word::Telling))
    }

    /// The loaded words of a label, each with the label without it, folded.
    fn in_label<'l>(&self, label: &'l str) -> Vec<(&'l str, Word, String)> {
        let words: Vec<(usize, &str)> = split(label).collect();
        let mut loaded = Vec::new();
        for (first, (start, _)) in words.iter().enumerate() {
            for (end, last) in words[first..].iter().take(self.longest) {
                let end = end + last.len();
                let word = &label[*start..end];
                let Some(kind) = self.kind(word) else { continue };
                let plain = folded(&label[..*start]) + &folded(&label[end..]);
                if !plain.is_empty() {
                    loaded.push((word, kind, plain));
                }
            }
        }
        loaded
    }
}

/// The words of a label, with where they begin.
fn split(label: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = |letter: char| !letter.is_alphanumeric();
    let mut end = 0;
    label.split_inclusive(parts).filter_map(move |piece| {
        let start = end;
        end += piece.len();
        let word = piece.trim_end_matches(parts);
        (!word.is_empty()).then_some((start, word))
    })
}

fn loaded(metric: &Metric, label: &str, word: &str, kind: Word, base: &Metric) -> Diagnostic {
    let (name, plain) = (&metric.name, &base.name);
    let diagnostic = Diagnostic::new(
        &codes::LOADED_NAME,
        metric.name_span,
        format!("`{label}` is `{plain}` with the word `{word}`, which does not say what is different"),
    )
    .label("a name with an opinion")
    .related(base.name_span, "has the plain name")
    .help("name it by what it counts: `revenue_after_refunds`, `leads_of_partners`");
    let diagnostic = match kind {
        Word::Judging => diagnostic,
        Word::Telling => diagnostic.help(format!("or say why there are two: `variant of {plain} because '…'`")),
    };
    diagnostic.about(name)
}
