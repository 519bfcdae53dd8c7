//! Metrics, field by field.

use super::beside::{Beside, altered, altered_list, apart, beside, quoted};
use super::item::Item;
use super::written::{Between, place};
use super::{Change, Class, Kind, Place};
use crate::meaning::row_text;
use crate::model::{Grain, Key, KeyKind, Metric, MetricId, Model, Status, TeamId};
use crate::source::Span;
use crate::syntax::ast::{self, AttributeKind, Declaration};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

pub fn compare(between: &Between, all: &mut Vec<Change>) {
    let (base, now) = (between.base.model, between.now.model);
    let mut gone = Vec::new();
    let mut new = Vec::new();
    for each in beside(&base.metrics, &now.metrics, |metric| metric.name.as_str()) {
        match each {
            Beside::Gone(at, metric) => gone.push((at, metric)),
            Beside::New(at, metric) => new.push((at, metric)),
            Beside::Both((before, old), (after, new)) => both(between, (before, old), (after, new), all),
        }
    }
    renamed(between, &mut gone, &mut new, all);
    for (_, metric) in gone {
        let fact = format!("the metric `{}` is removed", metric.name);
        all.push(Change::new(Class::Breaking, Kind::Metric, metric.name.as_str(), Place::Base(metric.name_span), fact));
    }
    for (_, metric) in new {
        let status = match metric.status {
            Status::Draft => " as a draft",
            Status::Official | Status::Deprecated { .. } => "",
        };
        let fact = format!("the metric `{}` is new{status}", metric.name);
        all.push(Change::new(Class::Additive, Kind::Metric, metric.name.as_str(), Place::Now(metric.name_span), fact));
    }
}

/// A metric that is gone, and one that is new and means the same, are one that changed its name.
fn renamed(
    between: &Between,
    gone: &mut Vec<(usize, &Metric)>,
    new: &mut Vec<(usize, &Metric)>,
    all: &mut Vec<Change>,
) {
    let mut by_digest: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (at, _) in new.iter() {
        by_digest.entry(between.digests[1][*at]).or_default().push(*at);
    }
    let mut taken = FxHashSet::default();
    gone.retain(|(at, metric)| {
        let Some(candidates) = by_digest.get_mut(&between.digests[0][*at]) else { return true };
        if candidates.is_empty() {
            return true;
        }
        let other = between.now.model.metric(MetricId(candidates.remove(0) as u32));
        let fact = format!("the metric `{}` is renamed to `{}`, and means the same", metric.name, other.name);
        let place = Place::Now(other.name_span);
        let change = Change::new(Class::Breaking, Kind::Metric, metric.name.as_str(), place, fact);
        all.push(change.texts(Some(&metric.name), Some(&other.name)));
        taken.insert(other.name.clone());
        false
    });
    new.retain(|(_, metric)| !taken.contains(&metric.name));
}

/// One metric on both sides, and what is written of it.
struct Pair<'a> {
    name: &'a SmolStr,
    said: String,
    written: Option<[&'a ast::Metric; 2]>,
    spans: [Span; 2],
}

impl Pair<'_> {
    /// Where an attribute stands now, else where it stood, else the metric's name.
    fn place(&self, is: impl Fn(&AttributeKind) -> bool) -> Place {
        let Some([before, after]) = self.written else { return Place::Now(self.spans[1]) };
        let of = |metric: &ast::Metric| metric.attributes.iter().find(|it| is(&it.kind)).map(|it| it.span);
        match (of(after), of(before)) {
            (Some(span), _) => Place::Now(span),
            (None, Some(span)) => Place::Base(span),
            (None, None) => Place::Now(self.spans[1]),
        }
    }

    fn change(&self, class: Class, place: Place, fact: impl Into<String>) -> Change {
        Change::new(class, Kind::Metric, self.name.as_str(), place, fact)
    }
}

fn both(between: &Between, (before, a): (usize, &Metric), (after, b): (usize, &Metric), all: &mut Vec<Change>) {
    let written = between.both("metric", &a.name);
    let written = written.and_then(|[before, after]| match (before, after) {
        (Declaration::Metric(before), Declaration::Metric(after)) => Some([before, after]),
        _ => None,
    });
    let pair = Pair { name: &a.name, said: format!("`{}`", a.name), written, spans: [a.name_span, b.name_span] };
    let same_digest = between.digests[0][before] == between.digests[1][after];
    formula(between, &pair, same_digest, all);
    outside(between, &pair, a, b, all);
    cuts(between.base.model, between.now.model, &pair, a, b, all);
}

/// What decides the number, and is in the digest: the formula, what fills it, the unit.
fn formula(between: &Between, pair: &Pair, same_digest: bool, all: &mut Vec<Change>) {
    let Some([before, after]) = pair.written else { return };
    let part = |metric: &ast::Metric, is: &dyn Fn(&AttributeKind) -> bool| {
        metric.attributes.iter().find(|it| is(&it.kind)).map(|it| it.span)
    };
    let is_fill = |kind: &AttributeKind| matches!(kind, AttributeKind::Fill(_));
    let is_unit = |kind: &AttributeKind| matches!(kind, AttributeKind::Unit(_));
    let said = &pair.said;
    let parts: [(&str, Option<Span>, Option<Span>); 3] = [
        ("formula", Some(before.formula.span), Some(after.formula.span)),
        ("fill", part(before, &is_fill), part(after, &is_fill)),
        ("unit", part(before, &is_unit), part(after, &is_unit)),
    ];
    for (what, old, new) in parts {
        let Some(texts) = between.reworded(old, new) else { continue };
        let place = place(old, new);
        let change = match (what, same_digest) {
            (_, true) if names(texts.before) == names(texts.after) => {
                pair.change(Class::Cosmetic, place, format!("the {what} of {said} is spelled otherwise"))
            }
            (_, true) => {
                let fact = format!("the {what} of {said} is put otherwise and means the same, by its digest");
                pair.change(Class::Refactor, place, fact)
            }
            ("formula", false) => {
                pair.change(Class::Meaning, place, format!("{said} is computed otherwise")).causing(item(pair))
            }
            ("fill", false) => {
                let fact = format!("{said} shows something else where it has no data");
                pair.change(Class::Meaning, place, fact).causing(item(pair))
            }
            (_, false) => {
                pair.change(Class::Breaking, place, format!("the unit of {said} changes")).causing(item(pair))
            }
        };
        all.push(change.texts(texts.before, texts.after));
    }
}

fn item(pair: &Pair) -> Item {
    Item::Metric(pair.name.clone())
}

/// The words of a text that may be names, each once.
pub fn names(text: Option<&str>) -> std::collections::BTreeSet<&str> {
    let words = text.map(crate::syntax::words).unwrap_or_default();
    words
        .into_iter()
        .filter(|word| word.starts_with(|first: char| first.is_alphabetic() || "_\"'".contains(first)))
        .collect()
}

/// What is declared of a metric beside the number. All fields are taken apart, so that a new one has to be given its class.
fn outside(between: &Between, pair: &Pair, a: &Metric, b: &Metric, all: &mut Vec<Change>) {
    #[rustfmt::skip]
    let Metric {
        name: _, span: _, name_span: _,
        // In the digest, by the words of the formula, of `fill` and of `unit`.
        formula: _, fill: _, unit: _,
        // Derived from the formula, and so from what is in the digest; of another type or unit it is said where it moves.
        ty: _, additivity: _, sources: _, time: _, only_totals: _,
        // What may be asked for: `cuts`.
        grain: _, by: _, only_by: _,
        title, means, owner, agreed_by, percent, also, guardrails, variant_of, status, goal_up, format, tags, tier,
    } = a;
    let said = &pair.said;
    let mut push = |class: Class, place: Place, fact: Option<String>| {
        all.extend(fact.map(|fact| pair.change(class, place, fact)));
    };
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("'{text}'"));
    let title_place = match pair.written {
        Some([_, ast::Metric { title: Some(title), .. }]) => Place::Now(title.span),
        _ => pair.place(|kind| matches!(kind, AttributeKind::Title(_))),
    };
    push(Class::Presentation, title_place, altered("title", said, quote(title), quote(&b.title)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Format(_)));
    push(Class::Presentation, place, altered("format", said, quote(format), quote(&b.format)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Tags(_)));
    let ticked = |names: &[SmolStr]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    push(Class::Presentation, place, altered_list("tags", said, &ticked(tags), &ticked(&b.tags)));
    if means != &b.means {
        let place = pair.place(|kind| matches!(kind, AttributeKind::Means(_)));
        let fact = format!("the sentence that says what {said} means is another");
        all.push(pair.change(Class::Presentation, place, fact).texts(means.as_deref(), b.means.as_deref()));
    }
    let mut push = |class: Class, place: Place, fact: Option<String>| {
        all.extend(fact.map(|fact| pair.change(class, place, fact)));
    };
    if percent != &b.percent {
        let (before, after) = (shown(*percent), shown(b.percent));
        let place = pair.place(|kind| matches!(kind, AttributeKind::Unit(_)));
        push(Class::Breaking, place, Some(format!("{said} is shown {after}, no longer {before}")));
    }
    let team = |model: &Model, id: &Option<TeamId>| id.map(|id| format!("`{}`", model.team(id).name));
    let teams = |model: &Model, ids: &[TeamId]| -> Vec<String> {
        ids.iter().map(|id| format!("`{}`", model.team(*id).name)).collect()
    };
    let metrics = |model: &Model, ids: &[MetricId]| -> Vec<String> {
        ids.iter().map(|id| format!("`{}`", model.metric(*id).name)).collect()
    };
    let (base, now) = (between.base.model, between.now.model);
    let place = pair.place(|kind| matches!(kind, AttributeKind::Owner(_)));
    push(Class::Trust, place, altered("owner", said, team(base, owner), team(now, &b.owner)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::AgreedBy(_)));
    let (before, after) = (teams(base, agreed_by), teams(now, &b.agreed_by));
    push(weight(&before, &after), place, altered_list("parties (`agreed by`)", said, &before, &after));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Guardrail(_)));
    let (before, after) = (metrics(base, guardrails), metrics(now, &b.guardrails));
    push(weight(&before, &after), place, altered_list("guardrails", said, &before, &after));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Tier(_)));
    let said_tier = |tier: &Option<SmolStr>| tier.as_ref().map(|tier| format!("`{tier}`"));
    push(Class::Trust, place, altered("tier", said, said_tier(tier), said_tier(&b.tier)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Goal { .. }));
    let goal = |up: Option<bool>| up.map(|up| if up { "`up`" } else { "`down`" }.to_owned());
    push(Class::Trust, place, altered("goal", said, goal(*goal_up), goal(b.goal_up)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::VariantOf { .. }));
    let whole = |model: &Model, of: &Option<(MetricId, String)>| {
        of.as_ref().map(|(id, _)| format!("`{}`", model.metric(*id).name))
    };
    let (before, after) = (whole(base, variant_of), whole(now, &b.variant_of));
    let reason = |of: &Option<(MetricId, String)>| of.as_ref().map(|(_, because)| format!("'{because}'"));
    if before == after {
        let fact = altered("reason for being a variant", said, reason(variant_of), reason(&b.variant_of));
        push(Class::Presentation, place, fact);
    } else {
        push(Class::Trust, place, altered("metric it is a variant of", said, before, after));
    }
    status_of(pair, (base, status), (now, &b.status), all);
    synonyms(between, pair, also, &b.also, all);
}

fn shown(percent: bool) -> &'static str {
    if percent { "in per cent" } else { "as a plain number" }
}

/// Whether only the order of a list differs.
fn weight(before: &[String], after: &[String]) -> Class {
    let (gone, new) = apart(before, after);
    if gone.is_empty() && new.is_empty() { Class::Cosmetic } else { Class::Trust }
}

fn status_of(pair: &Pair, (base, before): (&Model, &Status), (now, after): (&Model, &Status), all: &mut Vec<Change>) {
    let rank = |status: &Status| match status {
        Status::Draft => 0,
        Status::Deprecated { .. } => 1,
        Status::Official => 2,
    };
    let said = |model: &Model, status: &Status| match status {
        Status::Draft => "`draft`".to_owned(),
        Status::Official => "`official`".to_owned(),
        Status::Deprecated { since, instead } => {
            let since = since.map(|date| format!(" since {date}")).unwrap_or_default();
            let instead = instead.map(|id| format!(" use {}", model.metric(id).name)).unwrap_or_default();
            format!("`deprecated{since}{instead}`")
        }
    };
    let class = match rank(after).cmp(&rank(before)) {
        std::cmp::Ordering::Less => Class::Trust,
        std::cmp::Ordering::Equal => Class::Presentation,
        std::cmp::Ordering::Greater => Class::Additive,
    };
    let fact = altered("status", &pair.said, Some(said(base, before)), Some(said(now, after)));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Status(_)));
    all.extend(fact.map(|fact| pair.change(class, place, fact)));
}

/// What people call the metric. A name that stood for another number now stands for this one.
fn synonyms(between: &Between, pair: &Pair, before: &[String], after: &[String], all: &mut Vec<Change>) {
    let place = pair.place(|kind| matches!(kind, AttributeKind::Also(_)));
    let (gone, new) = apart(before, after);
    let said = &pair.said;
    let holder = |name: &String| {
        let called = |metric: &&Metric| {
            &metric.name != pair.name
                && (metric.also.contains(name) || metric.title.as_ref() == Some(name) || metric.name == name.as_str())
        };
        between.base.model.metrics.iter().find(called)
    };
    for name in &new {
        let change = match holder(name) {
            Some(other) => {
                let fact = format!("'{name}' stood for `{}` and now stands for {said}", other.name);
                pair.change(Class::Meaning, place, fact).undecided("whoever asks by that name gets another number")
            }
            None => pair.change(Class::Additive, place, format!("{said} is also called '{name}'")),
        };
        all.push(change);
    }
    for name in &gone {
        all.push(pair.change(Class::Breaking, place, format!("{said} is no longer called '{name}'")));
    }
    if gone.is_empty() && new.is_empty() && before != after {
        all.push(pair.change(
            Class::Cosmetic,
            place,
            format!("the names that {said} is also called by stand in another order"),
        ));
    }
}

/// What may be asked for and is published: the grain, the cuts, and whether there are others.
fn cuts(base: &Model, now: &Model, pair: &Pair, a: &Metric, b: &Metric, all: &mut Vec<Change>) {
    let said = &pair.said;
    let [before, after] = [a.grain, b.grain].map(|grain| grain.unwrap_or(Grain::Day));
    let place = pair.place(|kind| matches!(kind, AttributeKind::Grain(_)));
    if before != after {
        let fact = format!("{said} is published by `{}`, no longer by `{}`", after.name(), before.name());
        all.push(pair.change(Class::Breaking, place, fact));
    } else if a.grain != b.grain {
        let fact = format!(
            "that {said} is published by `{}` is {}",
            after.name(),
            ["no longer said", "said"][usize::from(b.grain.is_some())]
        );
        all.push(pair.change(Class::Presentation, place, fact));
    }
    let place = pair.place(|kind| matches!(kind, AttributeKind::By { .. }));
    let keys = |metric: &Metric| metric.by.iter().map(|key| key.name.clone()).collect::<Vec<_>>();
    let (gone, new) = apart(&keys(a), &keys(b));
    if !new.is_empty() {
        all.push(pair.change(Class::Additive, place, format!("{said} is also published by {}", quoted(&new))));
    }
    if !gone.is_empty() {
        all.push(pair.change(Class::Breaking, place, format!("{said} is no longer published by {}", quoted(&gone))));
    }
    if gone.is_empty() && new.is_empty() && keys(a) != keys(b) {
        all.push(pair.change(Class::Cosmetic, place, format!("the cuts of {said} stand in another order")));
    }
    match (a.only_by, b.only_by) {
        (false, true) => {
            all.push(pair.change(
                Class::Breaking,
                place,
                format!("{said} may be asked for by no other cuts than it publishes"),
            ));
        }
        (true, false) => {
            all.push(pair.change(Class::Additive, place, format!("{said} may be asked for by any cut")));
        }
        _ => {}
    }
    if pair.written.is_none() {
        return;
    }
    // A path may be another under the same name: `by customer.region` and `by region` both become a column of that name.
    for (old, new) in a.by.iter().filter_map(|key| Some((key, b.by.iter().find(|it| it.name == key.name)?))) {
        let (before, after) = (way(base, old), way(now, new));
        let is_own = own_way(pair, 0, old) != own_way(pair, 1, new);
        if before != after && is_own {
            let fact = format!("the cut of {said} by `{}` goes another way", old.name);
            let change =
                pair.change(Class::Meaning, place, fact).undecided("which rows fall under which value may differ");
            all.push(change.texts(Some(&before), Some(&after)));
        }
    }
}

/// The ways of a cut, by source.
fn way(model: &Model, key: &Key) -> String {
    match &key.kind {
        KeyKind::Column(each) => {
            let ways = each
                .iter()
                .map(|(source, expr)| format!("{} {}", model.source(source).name, row_text(model, source, expr)));
            ways.collect::<Vec<_>>().join(", ")
        }
        KeyKind::Grain(_) | KeyKind::Declared(_) | KeyKind::Part(_) => key.name.to_string(),
    }
}

/// The cut as it is written.
fn own_way(pair: &Pair, side: usize, key: &Key) -> Option<String> {
    let metric = pair.written?[side];
    metric.attributes.iter().find_map(|attribute| match &attribute.kind {
        AttributeKind::By { keys, .. } => keys
            .iter()
            .find(|path| path.span == key.span)
            .map(|path| path.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(".")),
        _ => None,
    })
}
