//! The lock is text that people merge.

use crate::repo::{Repo, key, path};

/// Approves everything that awaits anybody.
fn agree(repo: &Repo) {
    for (team, person) in [("finance", "ines"), ("sales", "dana"), ("marketing", "priya")] {
        repo.good(&["approve", "--all", "--as", team, "--key", &path(&key(person))]);
    }
}

fn change(repo: &Repo, branch: &str, from: &str, to: &str) {
    repo.git(&["checkout", "-q", "-b", branch, "main"]);
    repo.edit("metrics/metrics.metric", from, to);
    repo.lock();
    agree(repo);
    repo.commit("ines", branch);
}

const WON: (&str, &str) = (
    "metric deals_won 'Deals won' = count() from deals where stage = 'won'",
    "metric deals_won 'Deals won' = count() from deals where stage = 'won' and amount > 0",
);
const OLD: (&str, &str) =
    ("'Forms' = count() from leads where score > 0 {", "'Forms' = count() from leads where score > 1 {");

/// Two branches change two metrics: both land, without a conflict, and nothing has to be approved again.
#[test]
fn branches_that_touch_different_metrics_merge() {
    let repo = Repo::governed();
    change(&repo, "one", WON.0, WON.1);
    change(&repo, "two", OLD.0, OLD.1);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "one"]);
    repo.git(&["merge", "-q", "--no-edit", "two"]);
    let run = repo.etalon(&["check", "--against", "main~1"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(repo.entry("deals_won").record.version, 2);
    assert_eq!(repo.entry("old_leads").record.version, 2);
}

/// One metric changes its own lines of the lock and those of what rests on it, and no others.
#[test]
fn a_change_of_one_metric_touches_few_lines() {
    let repo = Repo::governed();
    change(&repo, "one", OLD.0, OLD.1);
    let changed = repo.git(&["diff", "--numstat", "main", "one", "--", "etalon.lock"]);
    let mut numbers = changed.split_whitespace().filter_map(|word| word.parse::<usize>().ok());
    let (added, removed) = (numbers.next().expect("it is counted"), numbers.next().expect("it is counted"));
    // version, definition, text, previous and the approval of one team; the day may be another
    assert!(added <= 6 && removed <= 5, "{changed}");
    let lines = repo.git(&["diff", "-U0", "main", "one", "--", "etalon.lock"]);
    assert!(
        lines.lines().filter(|line| line.starts_with("+metric")).all(|line| line.starts_with("+metric old_leads ")),
        "{lines}"
    );
}

/// Two branches that add a metric at the same place merge by taking the lines of both, as `.gitattributes` may say.
#[test]
fn lines_of_both_sides_are_the_facts_of_both() {
    let repo = Repo::governed();
    repo.git(&["checkout", "-q", "main"]);
    repo.write(".gitattributes", "etalon.lock merge=union\n");
    repo.commit("ines", "Merge the lock by its lines");
    for name in ["new_a", "new_b"] {
        repo.git(&["checkout", "-q", "-b", name, "main"]);
        let definition =
            format!("metric {name} = count() from leads where score > {} {{ owner marketing }}\n", name.len());
        let definition = if name == "new_b" { definition.replace("> 5", "> 7") } else { definition };
        repo.write(&format!("metrics/{name}.metric"), &definition);
        repo.lock();
        agree(&repo);
        repo.commit("priya", name);
    }
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "new_a"]);
    repo.git(&["merge", "-q", "--no-edit", "new_b"]);
    let run = repo.etalon(&["check", "--against", "main~1"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    repo.good(&["lock"]);
    assert_eq!(repo.entry("new_a").approvals.len() + repo.entry("new_b").approvals.len(), 2);
}

/// Two branches that change one metric: the second is told to number it anew, and to have it approved.
#[test]
fn branches_that_touch_one_metric_do_not_both_land() {
    let repo = Repo::governed();
    change(&repo, "one", WON.0, WON.1);
    repo.git(&["checkout", "-q", "-b", "two", "main"]);
    repo.edit(
        "metrics/metrics.metric",
        WON.0,
        "metric deals_won 'Deals won' = count() from deals where stage in ('won', 'signed')",
    );
    repo.lock();
    agree(&repo);
    repo.commit("ines", "two");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-edit", "one"]);
    repo.git(&["checkout", "-q", "two"]);
    let run = repo.check();
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.err.contains("`deals_won` is version 2 in etalon.lock"), "{}", run.err);
    repo.lock();
    assert_eq!(repo.entry("deals_won").record.version, 3);
}
