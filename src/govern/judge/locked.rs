//! Whether the lock says what the definitions say.

use super::errors;
use super::lapses::Lapse;
use crate::diagnostic::Found;
use crate::govern::apart::apart;
use crate::govern::record::{Facts, Kind};
use crate::govern::state::State;
use std::collections::BTreeSet;

/// Holds the definitions against the lock, both ways; gives what is in both, and differs.
pub fn check(now: &State, facts: &[Facts], found: &mut Found) -> Vec<Lapse> {
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
        if entry.record.facts.status.is_in_force() && !defined.contains(&(*kind, name.as_str())) {
            found.push(errors::gone(now, entry));
        }
    }
    lapses
}
