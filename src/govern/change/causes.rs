//! Which metrics a change moves, however far downstream: each metric whose digest differs is laid at the changed things that
//! it rests on, and what cannot be laid anywhere is a change of its own.

use super::item::{Item, Rests, items};
use super::sources::shape;
use super::stakes::{paid, parties};
use super::warehouses::OPAQUE;
use super::written::Between;
use super::{Change, Class, Effort, Kind, Moved, Place, Sought};
use crate::meaning::compare::{self, Course, Incomparable, Verdict};
use crate::meaning::read_by_row;
use crate::model::{Key, KeyKind, MetricId, Model};
use crate::source::Span;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A metric on both sides.
type Both = (MetricId, MetricId);

pub fn attach(between: &mut Between, all: &mut Vec<Change>, effort: &Effort) -> Vec<Moved> {
    let mut moved = of_meaning(between, all);
    cuts(between, all);
    let pattern = elsewhere(between, all, &mut moved);
    reports(between, all, &moved);
    follow(between, all, &mut moved, pattern, effort);
    for change in all.iter_mut().filter(|change| change.class == Class::Meaning) {
        if change.moved.iter().any(|at| moved[*at].is_retyped) {
            change.class = Class::Breaking;
        }
    }
    moved
}

/// The metrics whose digest differs, each at its causes.
fn of_meaning(between: &mut Between, all: &mut Vec<Change>) -> Vec<Moved> {
    let (base, now) = (between.base.model, between.now.model);
    let pairs: Vec<Both> = (0..base.metrics.len())
        .filter_map(|at| Some((MetricId(at as u32), now.metric_named(&base.metrics[at].name)?)))
        .filter(|(a, b)| between.digests[0][a.0 as usize] != between.digests[1][b.0 as usize])
        .collect();
    let place_of: FxHashMap<&SmolStr, usize> =
        pairs.iter().enumerate().map(|(at, (a, _))| (&base.metric(*a).name, at)).collect();
    // By what it rests on itself, and which metrics that moved too name it.
    let causes: FxHashMap<Item, Vec<usize>> =
        all.iter().enumerate().fold(FxHashMap::default(), |mut causes, (at, it)| {
            if let Some(item) = &it.cause {
                causes.entry(item.clone()).or_insert_with(Vec::new).push(at);
            }
            causes
        });
    let mut direct: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); pairs.len()];
    for (at, (a, b)) in pairs.iter().enumerate() {
        let of = |model: &Model, id: MetricId, sources: &crate::source::Sources, timed| {
            Rests::of(model, id, formula_words(model, id, sources), timed)
        };
        let timed = between.canonical[0].is_timed(*a) | between.canonical[1].is_timed(*b);
        let rests = [of(base, *a, between.base.sources, timed), of(now, *b, between.now.sources, timed)];
        let mut own: BTreeSet<usize> = BTreeSet::new();
        let mut named: BTreeSet<usize> = BTreeSet::new();
        for (model, rests) in [base, now].into_iter().zip(&rests) {
            own.extend(rests.items.iter().filter_map(|item| causes.get(item)).flatten());
            named.extend(rests.metrics.iter().filter_map(|id| place_of.get(&model.metric(*id).name)));
        }
        own.into_iter().for_each(|cause| direct[cause].push(at));
        named.into_iter().for_each(|metric| users[metric].push(at));
    }
    let mut distances: Vec<Option<usize>> = vec![None; pairs.len()];
    for (cause, direct) in direct.into_iter().enumerate().filter(|(_, direct)| !direct.is_empty()) {
        let reached = downstream(direct, &users);
        for (at, distance) in &reached {
            let least = distances[*at].map_or(*distance, |known| known.min(*distance));
            distances[*at] = Some(least);
        }
        all[cause].moved = reached.into_iter().map(|(at, _)| at).collect();
    }
    unexplained(between, &pairs, &mut distances, &users, all);
    let moved = pairs.into_iter().zip(distances);
    moved.map(|((a, b), distance)| begin(between, (a, b), distance.unwrap_or(0))).collect()
}

/// Everything that rests on these, with how many metrics lie between: the nearest first.
fn downstream(direct: Vec<usize>, users: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut seen: FxHashSet<usize> = direct.iter().copied().collect();
    let mut open: VecDeque<(usize, usize)> = direct.into_iter().map(|at| (at, 0)).collect();
    let mut reached = Vec::new();
    while let Some((at, distance)) = open.pop_front() {
        reached.push((at, distance));
        for user in &users[at] {
            if seen.insert(*user) {
                open.push_back((*user, distance + 1));
            }
        }
    }
    reached
}

/// Metrics that moved though nothing is known to have moved them: a change each, but for those downstream of another.
fn unexplained(
    between: &Between,
    pairs: &[Both],
    distances: &mut [Option<usize>],
    users: &[Vec<usize>],
    all: &mut Vec<Change>,
) {
    let open: BTreeSet<usize> = (0..pairs.len()).filter(|at| distances[*at].is_none()).collect();
    let used: BTreeSet<usize> =
        open.iter().flat_map(|at| &users[*at]).copied().filter(|at| open.contains(at)).collect();
    let mut roots: Vec<usize> = open.difference(&used).copied().collect();
    if roots.is_empty() {
        roots.extend(open.iter().copied());
    }
    for root in roots {
        let metric = between.now.model.metric(pairs[root].1);
        let fact = format!("`{}` means something else, though its own words are the same", metric.name);
        let place = Place::Now(metric.name_span);
        let mut change = Change::new(Class::Meaning, Kind::Metric, metric.name.as_str(), place, fact).undecided(
            "which of the things it rests on did that could not be told: perhaps a name now stands for another thing",
        );
        let reached = downstream(vec![root], users);
        for (at, distance) in &reached {
            distances[*at] = Some(distances[*at].map_or(*distance, |known| known.min(*distance)));
        }
        change.moved = reached.into_iter().map(|(at, _)| at).collect();
        all.push(change);
    }
}

/// The words of a declared formula: from its `=` to its block.
fn formula_words<'s>(model: &Model, id: MetricId, sources: &'s crate::source::Sources) -> &'s str {
    let Span { file, start, end } = model.metric(id).span;
    let text = sources.slice(Span { file, start, end });
    text.split_once('{').map_or(text, |(formula, _)| formula)
}

fn begin(between: &Between, (a, b): Both, distance: usize) -> Moved {
    let (base, now) = (between.base.model, between.now.model);
    let (old, new) = (base.metric(a), now.metric(b));
    Moved {
        name: new.name.clone(),
        base: a,
        now: b,
        digests: [between.digests[0][a.0 as usize], between.digests[1][b.0 as usize]],
        distance,
        direction: None,
        conditions: None,
        notes: Vec::new(),
        is_retyped: shape(old.ty.base) != shape(new.ty.base) || old.unit != new.unit || old.percent != new.percent,
        witness: Sought::Left,
        paid: paid((base, a), (now, b), None),
        parties: parties(base, old),
    }
}

/// Metrics of which a published cut is another value, and reports with such a key, at the changes that its way goes through.
fn cuts(between: &mut Between, all: &mut [Change]) {
    if !all.iter().any(|change| change.cause.is_some()) {
        return;
    }
    let (base, now) = (between.base.model, between.now.model);
    for metric in &base.metrics {
        let Some(other) = now.metric_named(&metric.name).map(|id| now.metric(id)) else { continue };
        for through in moved_keys(between, &metric.by, &other.by) {
            for change in caused(all, &through).filter(|it| !it.cuts.contains(&metric.name)) {
                change.cuts.push(metric.name.clone());
            }
        }
    }
    for report in &base.reports {
        let Some(other) = now.reports.iter().find(|it| it.name == report.name) else { continue };
        for through in moved_keys(between, &report.request.keys, &other.request.keys) {
            for change in caused(all, &through).filter(|it| !it.reports.contains(&report.name)) {
                change.reports.push(report.name.clone());
            }
        }
    }
}

/// What the ways of those keys go through that are another value than they were, from a source that both sides have.
fn moved_keys(between: &mut Between, before: &[Key], after: &[Key]) -> Vec<FxHashSet<Item>> {
    let (base, now) = (between.base.model, between.now.model);
    let mut all = Vec::new();
    for key in before {
        let Some(new) = after.iter().find(|it| it.name == key.name) else { continue };
        let (KeyKind::Column(was), KeyKind::Column(is)) = (&key.kind, &new.kind) else { continue };
        for (source, old_way) in was.iter() {
            let other = now.source_named(&base.source(source).name);
            let Some((id, new_way)) = other.and_then(|id| Some((id, is.get(id)?))) else { continue };
            if between.canonical[0].row_digest(source, old_way) == between.canonical[1].row_digest(id, new_way) {
                continue;
            }
            let mut through = items(base, &read_by_row(base, source, old_way));
            through.extend(items(now, &read_by_row(now, id, new_way)));
            through.insert(Item::Dimension(key.name.clone()));
            all.push(through);
        }
    }
    all
}

/// The changes of these things.
fn caused<'c>(all: &'c mut [Change], through: &FxHashSet<Item>) -> impl Iterator<Item = &'c mut Change> {
    all.iter_mut().filter(|it| it.cause.as_ref().is_some_and(|item| through.contains(item)))
}

/// Metrics that rest on sources of which a warehouse reads other rows: where they begin in the list.
fn elsewhere(between: &Between, all: &mut [Change], moved: &mut Vec<Moved>) -> usize {
    let start = moved.len();
    if all.iter().all(|change| change.elsewhere.is_none()) {
        return start;
    }
    let now = between.now.model;
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); now.metrics.len()];
    let mut readers: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
    for (at, metric) in now.metrics.iter().enumerate() {
        let reads = crate::meaning::read_by_formula(now, &metric.formula);
        reads.metrics.iter().for_each(|id| users[id.0 as usize].push(at));
        for source in &reads.sources {
            readers.entry(now.source(*source).name.clone()).or_default().push(at);
        }
    }
    users.iter_mut().for_each(|list| list.sort());
    for change in all.iter_mut() {
        let Some(sources) = change.elsewhere.clone() else { continue };
        let direct: BTreeSet<usize> =
            sources.iter().filter_map(|source| readers.get(source)).flatten().copied().collect();
        for (at, distance) in downstream(direct.into_iter().collect(), &users) {
            let Some(old) = between.base.model.metric_named(&now.metrics[at].name) else { continue };
            let mut it = begin(between, (old, MetricId(at as u32)), distance);
            it.witness = Sought::Impossible(OPAQUE.to_owned());
            change.moved.push(moved.len());
            moved.push(it);
        }
    }
    start
}

/// Reports that show what moved.
fn reports(between: &Between, all: &mut [Change], moved: &[Moved]) {
    for change in all.iter_mut().filter(|change| !change.moved.is_empty()) {
        let ids: FxHashSet<MetricId> = change.moved.iter().map(|at| moved[*at].now).collect();
        let shows = between.now.model.reports.iter().filter(|it| it.request.metrics.iter().any(|id| ids.contains(id)));
        for report in shows {
            if !change.reports.contains(&report.name) {
                change.reports.push(report.name.clone());
            }
        }
        change.reports.sort();
    }
}

/// Where the metrics go that moved, and rows that show it: most is found out of those nearest to a cause.
fn follow(between: &Between, all: &mut [Change], moved: &mut [Moved], end: usize, effort: &Effort) {
    let (base, now) = (between.base.model, between.now.model);
    // Those that somebody is paid on, and those of a tier, before their like.
    let rank = |moved: &[Moved], at: usize| {
        let it = &moved[at];
        (it.distance, it.paid.is_empty(), base.metric(it.base).tier.is_none(), it.name.clone())
    };
    for change in all.iter_mut() {
        change.moved.sort_by_key(|at| rank(moved, *at));
    }
    let mut order: Vec<usize> = (0..end).collect();
    order.sort_by_key(|at| (moved[*at].paid.is_empty(), moved[*at].distance, moved[*at].name.clone()));
    order.truncate(effort.courses);
    let sides = |it: &Moved| {
        let a = compare::Side { model: base, metric: it.base };
        (a, compare::Side { model: now, metric: it.now })
    };
    let courses: Vec<(usize, Course)> = order
        .par_iter()
        .map(|at| {
            let (a, b) = sides(&moved[*at]);
            (*at, compare::course(a, b))
        })
        .collect();
    for (at, course) in courses {
        let it = &mut moved[at];
        it.paid = paid((base, it.base), (now, it.now), Some(&course.direction));
        it.direction = Some(course.direction);
        it.conditions = course.conditions;
        it.notes = course.notes;
        if let Some(cells) = course.same {
            it.witness = Sought::Same { cells };
        }
    }
    let mut wanted: Vec<usize> = Vec::new();
    for change in all.iter() {
        let wants = |it: &Moved| (it.distance == 0 || !it.paid.is_empty()) && matches!(it.witness, Sought::Left);
        let open = change.moved.iter().filter(|at| **at < end && wants(&moved[**at]));
        for at in open.take(effort.witnesses) {
            if !wanted.contains(at) && wanted.len() < effort.witnesses_in_all {
                wanted.push(*at);
            }
        }
    }
    let found: Vec<(usize, Sought)> = wanted
        .par_iter()
        .map(|at| {
            let (a, b) = sides(&moved[*at]);
            let sought = match compare::compare(a, b, effort.budget).map(|comparison| comparison.verdict) {
                Ok(Verdict::Differ(witness)) => Sought::Found(witness),
                Ok(Verdict::Unknown { trials }) => Sought::NotFound { trials },
                Ok(Verdict::SameByProof { cells }) => Sought::Same { cells },
                Ok(Verdict::Same) => Sought::Left,
                Err(Incomparable(why)) => Sought::Impossible(why),
            };
            (*at, sought)
        })
        .collect();
    for (at, sought) in found {
        moved[at].witness = sought;
    }
}
