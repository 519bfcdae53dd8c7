//! Two lists held beside each other by name, and how what differs between them is said.

use std::collections::BTreeMap;

/// One thing on both sides, or on one.
pub enum Beside<'a, T> {
    Gone(usize, &'a T),
    New(usize, &'a T),
    Both((usize, &'a T), (usize, &'a T)),
}

/// By name, in order of names. The numbers are the places in the lists.
pub fn beside<'a, T>(base: &'a [T], now: &'a [T], name: impl Fn(&T) -> &str) -> Vec<Beside<'a, T>> {
    let mut by_name: BTreeMap<&str, [Option<(usize, &T)>; 2]> = BTreeMap::new();
    for (side, list) in [base, now].into_iter().enumerate() {
        for (at, it) in list.iter().enumerate() {
            by_name.entry(name(it)).or_default()[side] = Some((at, it));
        }
    }
    let all = by_name.into_values().filter_map(|each| match each {
        [Some(old), Some(new)] => Some(Beside::Both(old, new)),
        [Some((at, it)), None] => Some(Beside::Gone(at, it)),
        [None, Some((at, it))] => Some(Beside::New(at, it)),
        [None, None] => None,
    });
    all.collect()
}

/// The names that only the first list has, and those that only the second has.
pub fn apart<T: PartialEq + Clone>(base: &[T], now: &[T]) -> (Vec<T>, Vec<T>) {
    let only = |these: &[T], those: &[T]| these.iter().filter(|it| !those.contains(it)).cloned().collect();
    (only(base, now), only(now, base))
}

/// `` `a`, `b` ``
pub fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// How one thing that is said of another differs: it changes, is new, or is gone. Nothing where it does not.
pub fn altered(what: &str, of: &str, before: Option<String>, after: Option<String>) -> Option<String> {
    match (before, after) {
        (before, after) if before == after => None,
        (Some(before), Some(after)) => Some(format!("the {what} of {of} changes from {before} to {after}")),
        (None, Some(after)) => Some(format!("{of} has the {what} {after}, and had none")),
        (Some(before), None) => Some(format!("{of} loses the {what} {before}")),
        (None, None) => None,
    }
}

/// The same, of a list.
pub fn altered_list(what: &str, of: &str, before: &[String], after: &[String]) -> Option<String> {
    let (gone, new) = apart(before, after);
    let mut said = Vec::new();
    if !new.is_empty() {
        said.push(format!("gain {}", new.join(", ")));
    }
    if !gone.is_empty() {
        said.push(format!("lose {}", gone.join(", ")));
    }
    match (said.is_empty(), before == after) {
        (_, true) => None,
        (true, false) => Some(format!("the {what} of {of} stand in another order")),
        (false, false) => Some(format!("the {what} of {of} {}", said.join(" and "))),
    }
}
