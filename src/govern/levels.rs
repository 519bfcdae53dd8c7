//! How much rules weigh: `policy.rules` of etalon.yaml.

use super::policy::{Level, Policy, Waiver};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{ALL, Code, Diagnostic, Found};
use crate::source::Span;
use crate::suggest::closest;
use std::collections::BTreeMap;

/// Says which rules of the policy there are not, and which it cannot lower.
pub fn check(policy: &Policy, found: &mut Found) {
    for (rule, (level, span)) in &policy.rules {
        match Code::find(rule) {
            None => found.push(unknown_rule(*span, rule)),
            Some(code) if !code.is_rule() && !is_as_heavy(*level, code) => {
                found.push(hard_rule(*span, code, &format!("the policy makes it `{}`", level.name())));
            }
            Some(_) => {}
        }
    }
}

fn is_as_heavy(level: Level, code: &Code) -> bool {
    matches!(level, Level::At(severity) if severity >= code.severity)
}

/// What a change is judged by: each rule as heavy as its base or itself makes it, and the waivers that both have.
pub fn judged_by(now: &Policy, base: &Policy) -> Policy {
    let key = |waiver: &Waiver| {
        let Waiver { rule, metric, digest, reason, by, expires, span: _ } = waiver;
        (rule.clone(), metric.clone(), digest.clone(), reason.clone(), by.clone(), *expires)
    };
    let known: Vec<_> = base.waivers.iter().map(key).collect();
    let waivers = now.waivers.iter().filter(|waiver| known.contains(&key(waiver))).cloned().collect();
    let weight = |policy: &Policy, code: &'static Code| {
        let said = policy.rules.iter().find(|(rule, _)| Code::find(rule) == Some(code)).map(|(_, (level, _))| *level);
        said.unwrap_or(Level::At(code.severity))
    };
    let mut rules = BTreeMap::new();
    for (rule, (_, span)) in now.rules.iter().chain(&base.rules) {
        let Some(code) = Code::find(rule) else { continue };
        let level = match (weight(now, code), weight(base, code)) {
            (Level::At(one), Level::At(other)) => Level::At(one.max(other)),
            (Level::At(one), Level::Off) | (Level::Off, Level::At(one)) => Level::At(one),
            (Level::Off, Level::Off) => Level::Off,
        };
        rules.insert(code.id.to_owned(), (level, *span));
    }
    Policy { rules, waivers, ..now.clone() }
}

/// Gives each finding of a rule the weight that the policy says, and takes those away that are off. Errors stay what they are.
pub fn apply(policy: &Policy, found: &mut Found) {
    if policy.rules.is_empty() {
        return;
    }
    let levels: Vec<(&'static Code, Level)> = policy
        .rules
        .iter()
        .filter_map(|(rule, (level, _))| Some((Code::find(rule)?, *level)))
        .filter(|(code, _)| code.is_rule())
        .collect();
    let level = |code: &'static Code| levels.iter().find(|(known, _)| *known == code).map(|(_, level)| *level);
    found.retain(|diagnostic| level(diagnostic.code) != Some(Level::Off));
    for diagnostic in found.iter_mut() {
        if let Some(Level::At(severity)) = level(diagnostic.code) {
            diagnostic.severity = severity;
        }
    }
}

pub(super) fn unknown_rule(span: Span, rule: &str) -> Diagnostic {
    let rules = || ALL.iter().flat_map(|family| family.iter()).filter(|code| code.is_rule());
    let near = closest(rule, rules().map(|code| code.name)).or_else(|| {
        let written = rule.to_uppercase();
        closest(&written, rules().map(|code| code.id))
    });
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_RULE, span, format!("there is no rule `{rule}`"));
    let known = near.and_then(Code::find);
    match known {
        Some(code) => diagnostic.label("not a rule").help(format!("did you mean `{}` ({})?", code.name, code.id)),
        None => diagnostic.label("not a rule").help("write a rule's code or name, such as `G0301` or `same-meaning`"),
    }
}

pub(super) fn hard_rule(span: Span, code: &Code, what: &str) -> Diagnostic {
    let fact = format!("`{}` ({}) is an error in every project, and {what}", code.name, code.id);
    Diagnostic::new(&codes::HARD_RULE, span, fact)
        .label("cannot be lowered or waived")
        .help(format!("take this out, and mend what it finds: `etalon explain {}`", code.id))
}
