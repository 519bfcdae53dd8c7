//! One number under two names, one name for two numbers: what tells people apart who mean the same, or think they do.

use super::canonical::{Canonical, Likeness, Term};
use crate::check::folded;
use crate::diagnostic::codes::meaning as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::model::{Metric, MetricId, Model, Status};
use rustc_hash::{FxHashMap, FxHashSet};

/// The most conditions of which every subset is looked for; of more only those without one or two.
const EVERY_SUBSET: usize = 8;

/// Says which metrics of a sound model mean the same, are another with a filter, or are called alike.
pub fn duplicates(model: &Model, found: &mut Found) {
    titles(model, found);
    let mut canonical = Canonical::new(model);
    let ids: Vec<MetricId> = (0..model.metrics.len()).map(|at| MetricId(at as u32)).collect();
    let forms: Vec<_> = ids.iter().map(|id| canonical.formula(*id)).collect();
    let mut first: FxHashMap<_, MetricId> = FxHashMap::default();
    let mut twins: FxHashSet<MetricId> = FxHashSet::default();
    for id in in_order_of_place(model) {
        match first.get(&forms[id.0 as usize]) {
            None => {
                first.insert(forms[id.0 as usize], id);
            }
            Some(other) => {
                twins.insert(id);
                if !replaces(model, *other, id) && !replaces(model, id, *other) {
                    found.push(same_meaning(model.metric(id), model.metric(*other)));
                }
            }
        }
    }
    let single = ids.into_iter().filter(|id| !twins.contains(id) && !is_deprecated(model.metric(*id)));
    let likenesses: Vec<(MetricId, Likeness)> = single.filter_map(|id| Some((id, canonical.likeness(id)?))).collect();
    variants(model, &canonical, &likenesses, found);
}

/// As they stand in the files.
fn in_order_of_place(model: &Model) -> Vec<MetricId> {
    let mut ids: Vec<MetricId> = (0..model.metrics.len()).map(|at| MetricId(at as u32)).collect();
    ids.sort_by_key(|id| {
        let span = model.metric(*id).name_span;
        (span.file, span.start)
    });
    ids
}

fn is_deprecated(metric: &Metric) -> bool {
    matches!(metric.status, Status::Deprecated { .. })
}

/// Whether the one is deprecated and says to use the other.
fn replaces(model: &Model, new: MetricId, old: MetricId) -> bool {
    matches!(model.metric(old).status, Status::Deprecated { instead: Some(instead), .. } if instead == new)
}

fn same_meaning(metric: &Metric, other: &Metric) -> Diagnostic {
    let (name, known) = (&metric.name, &other.name);
    Diagnostic::new(&codes::SAME_MEANING, metric.name_span, format!("`{name}` means the same as `{known}`"))
        .label("the same number again")
        .related(other.name_span, "defined first here")
        .help(format!("use `{known}`, and let it be called `{name}` too: `also '{name}'`"))
        .help(format!("or, while old charts show it, mark it: `status deprecated use {known}`"))
        .about(name)
}

/// Metrics that are another one with more filters and do not say so.
fn variants(model: &Model, canonical: &Canonical, all: &[(MetricId, Likeness)], found: &mut Found) {
    let mut by_filters: FxHashMap<(_, &[_]), Vec<usize>> = FxHashMap::default();
    for (at, (_, it)) in all.iter().enumerate() {
        let Some((_, filter)) = it.filters.first() else { continue };
        by_filters.entry((it.skeleton, &filter[..])).or_default().push(at);
    }
    for (id, it) in all {
        let Some((_, filter)) = it.filters.first() else { continue };
        let fewer = subsets(filter);
        let candidates = fewer.iter().filter_map(|filter| by_filters.get(&(it.skeleton, &filter[..]))).flatten();
        let mut bases: Vec<(MetricId, Vec<_>)> = candidates
            .filter_map(|at| {
                let (base, of) = &all[*at];
                Some((*base, added(of, it)?))
            })
            .collect();
        // The nearest: what is added is the least.
        bases.sort_by_key(|(base, added)| (added.len(), *base));
        let Some((base, added)) = bases.first() else { continue };
        if bases.iter().any(|(base, _)| is_variant_of(model, *id, *base)) {
            continue;
        }
        let filter: Vec<String> = added.iter().map(|condition| canonical.condition_text(*condition)).collect();
        found.push(undeclared_variant(model.metric(*id), model.metric(*base), &filter.join(" and ")));
    }
}

/// The sets with fewer conditions, and the set itself: another measure may be the one that is filtered.
fn subsets<T: Copy>(set: &[T]) -> Vec<Vec<T>> {
    if set.len() <= EVERY_SUBSET {
        let chosen = |bits: usize| (0..set.len()).filter(|at| bits >> at & 1 == 1).map(|at| set[at]).collect();
        return (0..1usize << set.len()).map(chosen).collect();
    }
    let mut all = vec![set.to_vec()];
    for out in 0..set.len() {
        for other in out..set.len() {
            all.push((0..set.len()).filter(|at| *at != out && *at != other).map(|at| set[at]).collect());
        }
    }
    all
}

/// The conditions that a metric has more than another, if they are those of one filter over all of it.
fn added(base: &Likeness, metric: &Likeness) -> Option<Vec<Term>> {
    let pairs = || base.filters.iter().zip(&metric.filters);
    let mut more: Vec<(Term, Vec<Term>)> = Vec::new();
    for ((source, fewer), (_, all)) in pairs() {
        if !fewer.iter().all(|condition| all.contains(condition)) {
            return None;
        }
        for condition in all.iter().filter(|condition| !fewer.contains(condition)) {
            match more.iter_mut().find(|(it, _)| it == source) {
                Some((_, known)) if known.contains(condition) => {}
                Some((_, known)) => known.push(*condition),
                None => more.push((*source, vec![*condition])),
            }
        }
    }
    // Each measure of a source has all that was added to any.
    let everywhere = pairs().all(|((source, _), (_, all))| match more.iter().find(|(it, _)| it == source) {
        Some((_, more)) => more.iter().all(|condition| all.contains(condition)),
        None => false,
    });
    let mut conditions: Vec<Term> = Vec::new();
    for condition in more.into_iter().flat_map(|(_, conditions)| conditions) {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    (everywhere && !conditions.is_empty()).then_some(conditions)
}

/// Whether a metric says that it is a variant of another, or of one of its variants.
fn is_variant_of(model: &Model, metric: MetricId, base: MetricId) -> bool {
    let mut at = metric;
    for _ in 0..model.metrics.len() {
        let Some((of, _)) = &model.metric(at).variant_of else { return false };
        if *of == base {
            return true;
        }
        at = *of;
    }
    false
}

fn undeclared_variant(metric: &Metric, base: &Metric, filter: &str) -> Diagnostic {
    let (name, base_name) = (&metric.name, &base.name);
    let message = format!("`{name}` is `{base_name}` where {filter}, and does not say so");
    Diagnostic::new(&codes::UNDECLARED_VARIANT, metric.name_span, message)
        .label("a part of another metric")
        .related(base.name_span, "the whole")
        .help(format!("say why there are two: `variant of {base_name} because '…'`"))
        .help(format!("or ask `{base_name}` with a filter where it is needed"))
        .about(name)
}

/// Titles, names and synonyms that are one but for case and punctuation. Synonyms that others claim are errors already.
fn titles(model: &Model, found: &mut Found) {
    let mut claimed: FxHashMap<String, (MetricId, String)> = FxHashMap::default();
    let order = in_order_of_place(model);
    for id in &order {
        let metric = model.metric(*id);
        let names = std::iter::once(metric.name.as_str()).chain(metric.also.iter().map(String::as_str));
        let names: Vec<String> = names.map(str::to_owned).collect();
        for name in names {
            claim(model, *id, name, &mut claimed, found);
        }
    }
    for id in order {
        if let Some(title) = &model.metric(id).title {
            claim(model, id, title.clone(), &mut claimed, found);
        }
    }
}

fn claim(
    model: &Model,
    id: MetricId,
    said: String,
    claimed: &mut FxHashMap<String, (MetricId, String)>,
    found: &mut Found,
) {
    match claimed.get(&folded(&said)) {
        Some((holder, _)) if *holder == id => {}
        Some((holder, known)) => {
            let (metric, other) = (model.metric(id), model.metric(*holder));
            found.push(alike(metric, &said, other, known));
        }
        None => {
            claimed.insert(folded(&said), (id, said));
        }
    }
}

fn alike(metric: &Metric, said: &str, other: &Metric, known: &str) -> Diagnostic {
    let message =
        format!("`{}` is called `{said}`, which readers cannot tell from `{known}` of `{}`", metric.name, other.name);
    Diagnostic::new(&codes::CALLED_ALIKE, metric.name_span, message)
        .label("called alike")
        .related(other.name_span, "the other one")
        .help("one name, one number: choose a title that says what is different")
        .about(&metric.name)
}
