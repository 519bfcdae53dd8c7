//! What there is to say of a change, in words that fit a terminal and a page alike.

use super::super::words;
use super::Told;
use crate::govern::change::{Change, Changes, Class, Kind, Moved, Place, Stake};
use crate::meaning::compare::{Apart, Direction, Scope};
use crate::source::SourceFile;
use std::collections::BTreeMap;

/// `can only rise`, from today's value to that with the change.
pub fn value(direction: Option<&Direction>) -> String {
    let Some(direction) = direction else { return "may rise or fall".to_owned() };
    let moves = direction.value;
    let value = match (moves.rise, moves.fall) {
        (true, true) => "may rise or fall",
        (true, false) => "can only rise",
        (false, true) => "can only fall",
        (false, false) => "stays the same where it has a value",
    };
    let nulls = match (moves.vanish, moves.appear) {
        _ if moves.rise && moves.fall => "",
        (true, true) => "; it may lose a value it has, or have one where it has none",
        (true, false) => "; it may have no value where it has one today",
        (false, true) => "; it may have a value where it has none today",
        (false, false) => "",
    };
    format!("{value}{nulls}")
}

/// Which rows it takes in, where that is known.
pub fn scope(moved: &Moved) -> Option<&'static str> {
    moved.conditions.as_ref()?;
    Some(match moved.direction.as_ref()?.scope {
        Scope::Same => "it takes in the same rows",
        Scope::Narrowed => "it takes in fewer rows: none that it does not take in today",
        Scope::Widened => "it takes in every row that it takes in today, and more",
        Scope::Shifted => "it takes in other rows than today",
    })
}

/// The conditions that fall away, and those that are new, each in plain words and once.
pub fn conditions(told: &Told, moved: &Moved) -> [Vec<String>; 2] {
    let said = |side: usize| {
        let model = [told.base.model, told.now.model][side];
        let mut all: Vec<String> = Vec::new();
        for Apart { sources, conditions } in moved.conditions.iter().flatten() {
            for condition in &conditions[side] {
                let text = words::row(model, sources[side], condition);
                if !all.contains(&text) {
                    all.push(text);
                }
            }
        }
        all
    };
    [said(0), said(1)]
}

/// `sources/marketing.metric:59`, of the base as the revision's.
pub fn place(told: &Told, place: Place) -> String {
    let (sources, span) = match place {
        Place::Now(span) => (told.now.sources, span),
        Place::Base(span) => (told.base.sources, span),
    };
    let file: &SourceFile = sources.get(span.file);
    let (line, _) = file.line_column(span.start);
    match place {
        Place::Base(_) if !file.name.starts_with(&told.base.when) => {
            format!("{}:{line} of {}", file.name, told.base.when)
        }
        _ => format!("{}:{line}", file.name),
    }
}

/// The teams that are paid on what moves: by team, the metrics with what the change is to the team.
pub fn paid<'m>(moved: impl Iterator<Item = &'m Moved>) -> BTreeMap<&'m str, Vec<(&'m str, Stake)>> {
    let mut teams: BTreeMap<&str, Vec<(&str, Stake)>> = BTreeMap::new();
    for it in moved {
        for paid in &it.paid {
            let metrics = teams.entry(&paid.team).or_default();
            if !metrics.iter().any(|(name, _)| *name == it.name) {
                metrics.push((&it.name, paid.stake));
            }
        }
    }
    teams
}

/// The authors that a team lists.
pub fn authors<'c>(changes: &'c Changes, team: &str) -> Vec<&'c str> {
    let of_team = changes.authors.iter().filter(|author| author.teams.iter().any(|name| name == team));
    of_team.map(|author| author.address.as_str()).collect()
}

/// Who has to agree to a change, each once, as the base has it: the owner and the parties of what it moves, else of what it is
/// a change of. Nobody, to one that does not weigh.
pub fn parties<'c>(told: &'c Told, change: &'c Change) -> Vec<&'c str> {
    if !change.class.weighs() {
        return Vec::new();
    }
    let model = told.base.model;
    let of_metric = |name: &str| model.metric_named(name).map(|id| model.metric(id));
    let moved = told.changes.moved_by(change).filter_map(|it| of_metric(&it.name));
    let own = (change.kind == Kind::Metric && change.moved.is_empty()).then(|| of_metric(&change.name)).flatten();
    let teams = moved.chain(own).flat_map(|metric| metric.owner.iter().chain(&metric.agreed_by));
    let report = model.reports.iter().filter(|it| change.kind == Kind::Report && it.name == change.name.as_str());
    let mut all: Vec<&str> = Vec::new();
    for id in teams.chain(report.flat_map(|report| &report.owner)) {
        let team = model.team(*id).name.as_str();
        if !all.contains(&team) {
            all.push(team);
        }
    }
    all
}

/// `2 changes of meaning, 1 additive change`
pub fn counts(changes: &Changes) -> Vec<String> {
    let of = |class: Class| changes.of(class).count();
    let named = |class: Class| match class {
        Class::Meaning => ("change of meaning", "changes of meaning"),
        Class::Breaking => ("breaking change", "breaking changes"),
        Class::Trust => ("change of trust", "changes of trust"),
        Class::Additive => ("addition", "additions"),
        Class::Refactor => ("proved refactoring", "proved refactorings"),
        Class::Presentation => ("change of presentation", "changes of presentation"),
        Class::Cosmetic => ("cosmetic change", "cosmetic changes"),
    };
    let some = Class::ALL.into_iter().filter(|class| of(*class) > 0);
    some.map(|class| {
        let (one, many) = named(class);
        format!("{} {}", of(class), if of(class) == 1 { one } else { many })
    })
    .collect()
}

/// `a`, `a and b`, `a, b and c`
pub fn listed<T: AsRef<str>>(all: &[T]) -> String {
    match all {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}
