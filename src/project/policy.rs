//! `policy` of etalon.yaml, read.

use super::config::Reader;
use crate::diagnostic::Severity;
use crate::govern::policy::{Approvals, Level, Policy, Waiver};
use serde_yaml::{Mapping, Value};

/// The fields of a waiver, all of which it has to have.
const WAIVER: [&str; 6] = ["rule", "metric", "digest", "reason", "by", "expires"];

/// What `policy` says; what does not fit is an error at its place.
pub fn read(reader: &mut Reader, mapping: &Mapping) -> Policy {
    let known = ["approvals", "trust", "bots", "compromised", "rules", "waivers"];
    reader.known(mapping, &["policy"], "`policy`", &known);
    let mut policy = Policy::default();
    match reader.string(mapping, &["policy"], "approvals").as_deref() {
        None | Some("none") => {}
        Some("named") => policy.approvals = Approvals::Named,
        Some("signed") => policy.approvals = Approvals::Signed,
        Some(_) => reader.wrong(&["policy", "approvals"], "approvals", "`none`, `named` or `signed`"),
    }
    policy.trustees = texts(reader, mapping, "trust", "teams, such as `[finance, sales]`");
    policy.bots = texts(reader, mapping, "bots", "addresses, such as `['ci@acme.example']`");
    for (key, since) in reader.mapping(mapping, &["policy"], "compromised").unwrap_or_default() {
        match (key.as_str(), since.as_u64().and_then(|since| u32::try_from(since).ok())) {
            (Some(key), Some(since)) if key.starts_with("SHA256:") => {
                policy.compromised.insert(key.to_owned(), since);
            }
            _ => {
                let expected = "fingerprints of keys, each with the first number of etalon.trust at which it was no longer safe: \
                                `'SHA256:…': 3`";
                reader.wrong(&["policy", "compromised"], "compromised", expected);
            }
        }
    }
    for (rule, level) in reader.mapping(mapping, &["policy"], "rules").unwrap_or_default() {
        let Value::String(rule) = rule else {
            reader.wrong(&["policy", "rules"], "rules", "the codes of rules with their levels: `G0301: error`");
            continue;
        };
        match level_of(&level) {
            Some(level) => {
                let span = reader.place(&["policy", "rules", &rule]);
                policy.rules.insert(rule, (level, span));
            }
            None => reader.wrong(&["policy", "rules", &rule], &rule, "`off`, `note`, `warn` or `error`"),
        }
    }
    let waivers = match mapping.get("waivers") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Sequence(waivers)) => waivers,
        Some(_) => {
            reader.wrong(
                &["policy", "waivers"],
                "waivers",
                "a list, each with a rule, metric, digest, reason, by, expires",
            );
            &[]
        }
    };
    policy.waivers = waivers.iter().enumerate().filter_map(|(at, each)| waiver(reader, at, each)).collect();
    policy
}

fn level_of(value: &Value) -> Option<Level> {
    match value {
        // YAML reads a bare `off` as false.
        Value::Bool(false) => Some(Level::Off),
        Value::String(word) => match word.as_str() {
            "off" => Some(Level::Off),
            "note" => Some(Level::At(Severity::Note)),
            "warn" => Some(Level::At(Severity::Warning)),
            "error" => Some(Level::At(Severity::Error)),
            _ => None,
        },
        _ => None,
    }
}

fn texts(reader: &mut Reader, mapping: &Mapping, key: &str, expected: &str) -> Vec<String> {
    let list = match mapping.get(key) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Sequence(list)) => list.iter().map(|each| each.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    };
    list.unwrap_or_else(|| {
        reader.wrong(&["policy", key], key, expected);
        Vec::new()
    })
}

fn waiver(reader: &mut Reader, at: usize, value: &Value) -> Option<Waiver> {
    let span = reader.nth_place(&["policy", "waivers"], "rule", at);
    let Value::Mapping(fields) = value else {
        reader.wrong_at(
            span,
            "waivers",
            "a mapping: `{ rule: G0301, metric: csat, digest: …, reason: …, by: …, expires: … }`",
        );
        return None;
    };
    for key in fields.keys() {
        let key = key.as_str().unwrap_or_default();
        if !WAIVER.contains(&key) {
            reader.wrong_at(span, "waivers", &format!("only {}; found `{key}`", WAIVER.join(", ")));
            return None;
        }
    }
    let mut said = Vec::with_capacity(WAIVER.len());
    for key in WAIVER {
        match fields.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => said.push(text.to_owned()),
            None => {
                reader.wrong_at(span, "waivers", &format!("a text for `{key}` in each waiver"));
                return None;
            }
        }
    }
    let [rule, metric, digest, reason, by, expires] = <[String; 6]>::try_from(said).ok()?;
    let Ok(expires) = expires.parse() else {
        reader.wrong_at(span, "expires", "the last day on which the waiver holds, such as 2026-12-31");
        return None;
    };
    let digest = digest.trim_start_matches("sha256:").to_owned();
    Some(Waiver { rule, metric, digest, reason, by, expires, span })
}
