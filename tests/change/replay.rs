//! The sample grown by commits of every class, each classified as a person would: the table is in `commits.rs`.

use crate::commits::COMMITS;
use crate::history::{Moment, commit, edit, project, sample};
use etalon::govern::change::{Change, Changes, Effort, changes};
use std::time::{Duration, Instant};

/// A line of the table: class, kind, name, and what it moves, cuts and shows otherwise.
fn line(all: &Changes, change: &Change, metrics: usize) -> String {
    let mut text = format!("{} {} {}", change.class.name(), change.kind.name(), change.name);
    let mut moved: Vec<&str> = all.moved_by(change).map(|it| it.name.as_str()).collect();
    moved.sort();
    if moved.len() == metrics {
        text.push_str(": every metric");
    } else if !moved.is_empty() {
        text.push_str(&format!(": {}", moved.join(" ")));
    }
    if !change.cuts.is_empty() {
        let mut cuts: Vec<&str> = change.cuts.iter().map(|name| name.as_str()).collect();
        cuts.sort();
        text.push_str(&format!("; cuts {}", cuts.join(" ")));
    }
    text
}

#[test]
#[allow(clippy::disallowed_methods)] // How long it takes is a part of what is promised.
fn every_commit_is_classified_as_a_person_would() {
    assert!(COMMITS.len() >= 40, "{} commits", COMMITS.len());
    let folder = sample();
    for (at, it) in COMMITS.iter().enumerate() {
        edit(folder.path(), it.edits);
        commit(folder.path(), it.who, &format!("c{at:02}"));
    }
    let project = project(folder.path());
    let mut wrong = Vec::new();
    let mut took = Duration::ZERO;
    let mut before = Moment::at(&project, "start");
    for (at, it) in COMMITS.iter().enumerate() {
        let name = format!("c{at:02}");
        let after = Moment::at(&project, &name);
        let (base, now) =
            (before.side(&if at == 0 { "start".to_owned() } else { format!("c{:02}", at - 1) }), after.side(&name));
        let started = Instant::now();
        let found = changes(&base, &now, &[], &Effort::CLASSES);
        took += started.elapsed();
        let mut said: Vec<String> =
            found.all.iter().map(|change| line(&found, change, after.model.metrics.len())).collect();
        let mut wanted: Vec<String> = it.expect.iter().map(|line| (*line).to_owned()).collect();
        said.sort();
        wanted.sort();
        if said != wanted {
            let facts: Vec<&str> = found.all.iter().map(|change| change.fact.as_str()).collect();
            wrong.push(format!(
                "{name} {}\n  found  {}\n  wanted {}\n  {}",
                it.message,
                said.join("\n         "),
                wanted.join("\n         "),
                facts.join("\n  ")
            ));
        }
        before = after;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    println!("{} commits were classified in {took:?}", COMMITS.len());
    // Optimised, less than a second in all; here unoptimised, on a machine that others use too.
    let most = if cfg!(debug_assertions) { 60 } else { 1 };
    assert!(took < Duration::from_secs(most), "it took {took:?}");
}
