//! What lapses together is one finding: at its cause where a base shows it, else at the metric that the others rest on.

use crate::diagnostic::Diagnostic;
use crate::govern::change::{Changes, Place};
use crate::govern::record::Kind;
use crate::govern::state::State;
use crate::meaning::read_by_formula;
use crate::model::{MetricId, Model};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A metric or report that is no longer what was agreed on, or not yet.
pub struct Lapse {
    pub kind: Kind,
    pub name: String,
    /// Whose approval is missing; empty where that is not asked yet.
    pub missing: BTreeSet<String>,
    /// What is said of it where it stands alone.
    pub alone: Diagnostic,
}

/// How many names a finding lists.
const NAMED: usize = 12;

/// The findings for these lapses, those with one cause as one.
pub fn findings(now: &State, changes: Option<&Changes>, lapses: Vec<Lapse>, what: &str) -> Vec<Diagnostic> {
    let causes = match changes {
        Some(changes) => by_change(changes),
        None => BTreeMap::new(),
    };
    let roots = roots(now.side.model, &lapses);
    let mut groups: BTreeMap<Cause, Vec<Lapse>> = BTreeMap::new();
    for lapse in lapses {
        let key = (lapse.kind, lapse.name.clone());
        let cause = match causes.get(&key) {
            Some(change) => Cause::Change(*change),
            None => Cause::Root(roots.get(&key).cloned().unwrap_or(key)),
        };
        groups.entry(cause).or_default().push(lapse);
    }
    let mut found = Vec::new();
    let mut many: Vec<Lapse> = Vec::new();
    let is_crowd = groups.len() > NAMED;
    for (cause, mut group) in groups {
        let change = match &cause {
            Cause::Change(at) => changes.and_then(|changes| changes.all.get(*at)),
            Cause::Root(_) => None,
        };
        match (&change, group.len()) {
            // Where so much differs at once, one thing far away is likely to be behind it.
            (None, _) if is_crowd => many.extend(group),
            (_, 1) => found.extend(group.pop().map(|lapse| lapse.alone)),
            (Some(change), _) => {
                let place = match change.place {
                    Place::Now(span) => Some(span),
                    Place::Base(_) => None,
                };
                found.push(together(group, place, what, Some(&change.fact)));
            }
            (None, _) => found.push(together(group, None, what, None)),
        }
    }
    if !many.is_empty() {
        found.push(together(many, None, what, None));
    }
    found
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// A change, by its place.
    Change(usize),
    /// What it rests on and lapses as well, or itself.
    Root((Kind, String)),
}

/// The change that each metric and report means something else by: the heaviest that moves it.
fn by_change(changes: &Changes) -> BTreeMap<(Kind, String), usize> {
    let mut causes = BTreeMap::new();
    for (at, change) in changes.all.iter().enumerate() {
        let moved = changes.moved_by(change).map(|moved| (Kind::Metric, moved.name.to_string()));
        let cuts = change.cuts.iter().map(|name| (Kind::Metric, name.to_string()));
        let reports = change.reports.iter().map(|name| (Kind::Report, name.to_string()));
        for each in moved.chain(cuts).chain(reports) {
            causes.entry(each).or_insert(at);
        }
    }
    causes
}

/// For each metric that rests on another one that lapses too: the farthest such one.
fn roots(model: &Model, lapses: &[Lapse]) -> BTreeMap<(Kind, String), (Kind, String)> {
    let lapsed: BTreeSet<MetricId> = lapses
        .iter()
        .filter(|lapse| lapse.kind == Kind::Metric)
        .filter_map(|lapse| model.metric_named(&lapse.name))
        .collect();
    let mut known: BTreeMap<MetricId, MetricId> = BTreeMap::new();
    for id in &lapsed {
        root(model, *id, &lapsed, &mut known);
    }
    let key = |id: &MetricId| (Kind::Metric, model.metric(*id).name.to_string());
    known.iter().map(|(id, root)| (key(id), key(root))).collect()
}

fn root(
    model: &Model,
    id: MetricId,
    lapsed: &BTreeSet<MetricId>,
    known: &mut BTreeMap<MetricId, MetricId>,
) -> MetricId {
    if let Some(root) = known.get(&id) {
        return *root;
    }
    let mut upstream: Vec<MetricId> = read_by_formula(model, &model.metric(id).formula).metrics.into_iter().collect();
    upstream.sort();
    let next = upstream.into_iter().find(|up| *up != id && lapsed.contains(up));
    let found = next.map_or(id, |up| root(model, up, lapsed, known));
    known.insert(id, found);
    found
}

fn together(mut group: Vec<Lapse>, place: Option<Span>, what: &str, cause: Option<&str>) -> Diagnostic {
    group.sort_by(|one, other| (one.alone.span, &one.name).cmp(&(other.alone.span, &other.name)));
    let first = &group[0];
    let kind = |kind: Kind| group.iter().filter(|lapse| lapse.kind == kind).count();
    let counted = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let counts: Vec<String> =
        [counted(kind(Kind::Metric), "metric"), counted(kind(Kind::Report), "report")].into_iter().flatten().collect();
    let because = match cause {
        Some(fact) => format!(", because {fact}"),
        None => String::new(),
    };
    let message = format!("{} are {what}{because}", counts.join(" and "));
    let label = if place.is_some() { "all of them rest on this" } else { "the first of them" };
    let mut diagnostic = Diagnostic::new(first.alone.code, place.unwrap_or(first.alone.span), message).label(label);
    diagnostic = diagnostic.note(named(group.iter().map(|lapse| lapse.name.as_str())));
    let teams: BTreeSet<&String> = group.iter().flat_map(|lapse| &lapse.missing).collect();
    for team in &teams {
        let of_team = group.iter().filter(|lapse| lapse.missing.contains(*team));
        diagnostic =
            diagnostic.note(format!("`{team}` has yet to approve {}", named(of_team.map(|lapse| lapse.name.as_str()))));
    }
    if teams.is_empty() {
        diagnostic.help.extend(first.alone.help.first().cloned());
    }
    for team in teams {
        let names: Vec<&str> =
            group.iter().filter(|lapse| lapse.missing.contains(team)).map(|lapse| lapse.name.as_str()).collect();
        let what = if names.len() > NAMED { "--all --against REV".to_owned() } else { names.join(" ") };
        diagnostic = diagnostic.help(format!("somebody of `{team}` runs `etalon approve {what} --as {team}`"));
    }
    diagnostic
}

fn named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len() > NAMED {
        true => format!("{} and {} more", names[..NAMED].join(", "), names.len() - NAMED),
        false => names.join(", "),
    }
}
