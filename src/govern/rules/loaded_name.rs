//! G0401: a name that says whose a number is, or that it is the right one, beside the metric that has the plain name.

use super::is_official;
use crate::check::folded;
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::model::{Metric, MetricId, Model};
use rustc_hash::{FxHashMap, FxHashSet};

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
    let teams: FxHashSet<String> = model
        .teams
        .iter()
        .flat_map(|team| [Some(folded(&team.name)), team.title.as_deref().map(folded)])
        .flatten()
        .collect();
    let mut known: Option<FxHashMap<String, MetricId>> = None;
    for (at, metric) in model.metrics.iter().enumerate().filter(|(_, metric)| is_official(metric)) {
        let labels = [Some(metric.name.as_str()), metric.title.as_deref()];
        let loaded = labels.into_iter().flatten().find_map(|label| {
            candidates(label, &teams).into_iter().find_map(|(word, is_judging, plain)| {
                let known = known.get_or_insert_with(|| plain_names(model));
                let base = known.get(&plain).filter(|base| base.0 as usize != at)?;
                let excused = !is_judging && metric.variant_of.as_ref().is_some_and(|(of, _)| of == base);
                (!excused).then(|| loaded(metric, label, &word, is_judging, model.metric(*base)))
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

/// The words of a label that are loaded, whether each judges, and the label without it.
fn candidates(label: &str, teams: &FxHashSet<String>) -> Vec<(String, bool, String)> {
    let words: Vec<&str> =
        label.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut all = Vec::new();
    // A team's name may be several words.
    for length in 1..=words.len().min(3) {
        for start in 0..=words.len() - length {
            let word = words[start..start + length].join(" ");
            let key = folded(&word);
            let is_judging = JUDGING.contains(&key.as_str());
            let is_version =
                key.len() > 1 && key.starts_with('v') && key[1..].bytes().all(|byte| byte.is_ascii_digit());
            if is_judging || is_version || TELLING.contains(&key.as_str()) || teams.contains(&key) {
                let rest: String = words[..start].iter().chain(&words[start + length..]).copied().collect();
                all.push((word, is_judging, folded(&rest)));
            }
        }
    }
    all.retain(|(_, _, plain)| !plain.is_empty());
    all
}

fn loaded(metric: &Metric, label: &str, word: &str, is_judging: bool, base: &Metric) -> Diagnostic {
    let (name, plain) = (&metric.name, &base.name);
    let diagnostic = Diagnostic::new(
        &codes::LOADED_NAME,
        metric.name_span,
        format!("`{label}` is `{plain}` with the word `{word}`, which does not say what is different"),
    )
    .label("a name with an opinion")
    .related(base.name_span, "has the plain name")
    .help("name it by what it counts: `revenue_after_refunds`, `leads_of_partners`");
    let diagnostic = match is_judging {
        true => diagnostic,
        false => diagnostic.help(format!("or say why there are two: `variant of {plain} because '…'`")),
    };
    diagnostic.about(name)
}
