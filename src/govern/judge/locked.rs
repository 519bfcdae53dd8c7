//! Whether the lock says what the definitions say.

use super::errors;
use super::lapses::Lapse;
use crate::diagnostic::Found;
use crate::govern::apart::apart;
use crate::govern::record::{Facts, Kind};
use crate::govern::state::State;
use crate::meaning::canonical::Digest;
use std::collections::BTreeSet;

/// Holds the definitions against the lock, both ways; gives what is in both, and differs.
pub fn check(now: &State, base: Option<&State>, facts: &[Facts], found: &mut Found) -> Vec<Lapse> {
    let mut lapses = Vec::new();
    let mut defined: BTreeSet<(Kind, &str)> = BTreeSet::new();
    for wanted in facts {
        defined.insert((wanted.kind, &wanted.name));
        let Some(entry) = now.lock.get(wanted.kind, &wanted.name) else {
            found.push(errors::not_in_lock(now, wanted));
            continue;
        };
        let locked = &entry.record.facts;
        let apart = apart(locked, wanted);
        if !apart.is_empty() {
            let alone = errors::lock_differs(now, entry, wanted, &apart);
            lapses.push(Lapse { kind: wanted.kind, name: wanted.name.clone(), missing: BTreeSet::new(), alone });
        }
    }
    for ((kind, name), entry) in &now.lock.entries {
        // What the base has was looked at when it came to be the base's.
        let is_new =
            base.and_then(|base| base.lock.get(*kind, name)).is_none_or(|before| before.record != entry.record);
        if is_new && !has_text(now, &entry.record.facts) {
            found.push(errors::text_missing(now, entry));
        }
        if entry.record.facts.status.is_in_force() && !defined.contains(&(*kind, name.as_str())) {
            found.push(errors::gone(now, entry));
        }
    }
    lapses
}

/// Whether the canonical text that people signed by its digest is there to be read, and is of that meaning.
fn has_text(now: &State, facts: &Facts) -> bool {
    let (Some(text), Some(definition)) = (facts.text, facts.definition) else { return true };
    let known = (now.text_of)(&text).filter(|known| Digest::of_bytes(known) == text);
    known.is_some_and(|known| known.ends_with(&format!("\ndigest {definition}\n")))
}
