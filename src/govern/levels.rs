//! How much rules weigh: `policy.rules` of etalon.yaml.

use super::policy::{Level, Policy};
use crate::diagnostic::codes::rules as codes;
use crate::diagnostic::{ALL, Code, Diagnostic, Found};
use crate::source::Span;
use crate::suggest::closest;

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
