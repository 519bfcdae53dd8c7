//! What etalon.yaml says beside the calendar and what warehouses read: the project's name, policy, keys that say nothing of
//! meaning; and who holds which key.

use super::beside::{altered, altered_list, apart};
use super::calendars::setting;
use super::written::Between;
use super::{Change, Class, Kind, Place};
use crate::govern::policy::{Policy, Waiver};
use crate::source::Span;
use serde_yaml::{Mapping, Value};
use std::collections::{BTreeMap, BTreeSet};

pub fn compare(between: &Between, all: &mut Vec<Change>) {
    if between.base.project != between.now.project {
        let fact = format!(
            "the project is called `{}`, no longer `{}`: what was agreed for the one was not for the other",
            between.now.project, between.base.project
        );
        all.push(Change::new(Class::Trust, Kind::Project, between.now.project, setting(between, "project"), fact));
    }
    policy(between, all);
    signers(between, all);
    others(between, all);
}

fn policy(between: &Between, all: &mut Vec<Change>) {
    let Policy { approvals, trustees, bots, compromised, rules, waivers } = between.base.policy;
    let now = between.now.policy;
    let mut push = |key: &str, fact: Option<String>| {
        let place = setting(between, key);
        all.extend(fact.map(|fact| Change::new(Class::Trust, Kind::Policy, key, place, fact)));
    };
    let said = "the policy";
    let ticked = |list: &[String]| list.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>();
    let level = |name: &str| Some(format!("`{name}`"));
    push("approvals", altered("kind of approvals", said, level(approvals.name()), level(now.approvals.name())));
    push("trust", altered_list("teams that agree to trust", said, &ticked(trustees), &ticked(&now.trustees)));
    push("bots", altered_list("bots", said, &ticked(bots), &ticked(&now.bots)));
    let keys = |compromised: &BTreeMap<String, u32>| -> Vec<String> {
        compromised.iter().map(|(key, since)| format!("`{key}` since entry {since} of etalon.trust")).collect()
    };
    push("compromised", altered_list("compromised keys", said, &keys(compromised), &keys(&now.compromised)));
    let named: BTreeSet<&String> = rules.keys().chain(now.rules.keys()).collect();
    for rule in named {
        let of = |policy: &Policy| policy.rules.get(rule).map(|(level, _)| format!("`{}`", level.name()));
        push("rules", altered(&format!("level of `{rule}`"), said, of(between.base.policy), of(now)));
    }
    let list = |waivers: &[Waiver]| waivers.iter().map(waiver).collect::<Vec<_>>();
    push("waivers", altered_list("waivers", said, &list(waivers), &list(&now.waivers)));
}

fn waiver(waiver: &Waiver) -> String {
    let Waiver { rule, metric, digest, reason, by, expires, span: _ } = waiver;
    let digest = digest.get(..12).unwrap_or(digest);
    format!("`{rule}` for `{metric}` at {digest} until {expires} by `{by}` because '{reason}'")
}

/// Lines of `allowed_signers`; comments and blank lines say nothing.
fn signers(between: &Between, all: &mut Vec<Change>) {
    let lines = |text: Option<&str>| -> Vec<String> {
        let lines = text.unwrap_or_default().lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
    };
    let (before, after) = (lines(between.base.signers), lines(between.now.signers));
    let (gone, new) = apart(&before, &after);
    let file = between.now.sources.iter().find(|(_, file)| file.name.ends_with("allowed_signers"));
    let place = |line: &str| match file {
        Some((id, file)) => {
            let at = file.text.find(line).unwrap_or(0);
            Place::Now(Span::new(id, at, at + if at > 0 { line.len() } else { 0 }))
        }
        None => setting(between, "project"),
    };
    let who = |line: &str| line.split_whitespace().next().unwrap_or(line).to_owned();
    for line in &new {
        let changed = gone.iter().any(|old| who(old) == who(line));
        let what = if changed { "has another key or other limits on it" } else { "is given a key" };
        let fact = format!("`{}` {what}", who(line));
        let old = gone.iter().find(|old| who(old) == who(line)).map(String::as_str);
        let change = Change::new(Class::Trust, Kind::Signers, who(line), place(line), fact);
        all.push(change.texts(old, Some(line)));
    }
    for line in gone.iter().filter(|old| !new.iter().any(|line| who(old) == who(line))) {
        let fact = format!("`{}` loses a key", who(line));
        all.push(Change::new(Class::Trust, Kind::Signers, who(line), place(line), fact).texts(Some(line), None));
    }
}

/// The keys of etalon.yaml that no other comparison reads. What is not known here is not known to mean nothing.
fn others(between: &Between, all: &mut Vec<Change>) {
    let read = |side: &super::Side| -> Mapping {
        let file = side.sources.iter().find(|(_, file)| file.name.ends_with("etalon.yaml"));
        let value = file.and_then(|(_, file)| serde_yaml::from_str::<Value>(&file.text).ok());
        match value {
            Some(Value::Mapping(mapping)) => mapping,
            _ => Mapping::new(),
        }
    };
    let (before, after) = (read(between.base), read(between.now));
    let keys: BTreeSet<&str> = before.keys().chain(after.keys()).filter_map(Value::as_str).collect();
    for key in keys {
        match key {
            // Read by the comparisons of this room.
            "project" | "calendar" | "policy" => {}
            "warehouses" => publications(between, &before, &after, all),
            "data" if before.get(key) != after.get(key) => {
                let fact = "sample rows lie in another folder";
                all.push(Change::new(Class::Presentation, Kind::Project, key, setting(between, key), fact));
            }
            "data" => {}
            _ if before.get(key) != after.get(key) => {
                let fact = format!("`{key}` of etalon.yaml is another");
                let change = Change::new(Class::Meaning, Kind::Project, key, setting(between, key), fact);
                all.push(change.undecided("no comparison knows what it decides"));
            }
            _ => {}
        }
    }
}

/// Where each warehouse publishes.
fn publications(between: &Between, before: &Mapping, after: &Mapping, all: &mut Vec<Change>) {
    let of = |root: &Mapping, name: &str| root.get("warehouses").and_then(|all| all.get(name)).cloned();
    for warehouse in &between.base.warehouses {
        let (Some(old), Some(new)) = (of(before, warehouse.name), of(after, warehouse.name)) else { continue };
        let place = |value: &Value| value.get("publish").and_then(Value::as_str).unwrap_or("{name}").to_owned();
        let (was, is) = (place(&old), place(&new));
        if was != is {
            let fact = format!("what the warehouse `{}` publishes is called otherwise", warehouse.name);
            let at = setting(between, warehouse.name);
            let change = Change::new(Class::Breaking, Kind::Warehouse, warehouse.name, at, fact);
            all.push(change.texts(Some(&was), Some(&is)));
        }
    }
}
