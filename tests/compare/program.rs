//! `etalon compare` as people meet it: what it says, with which exit, and what it reads of a repository.

use crate::SHOP;
use crate::support::program::{Run, etalon};
use crate::support::sample::write;
use std::process::Command;
use tempfile::TempDir;

const METRICS: &str = "\
metric revenue = sum(amount) from orders where status = 'complete'
metric turnover = sum(amount) from orders where status in ('complete', 'open') and status <> 'open'
metric all_of_it = sum(amount) from orders where status in ('complete', 'open')
metric doubled = count() from orders where quantity * 2 = 4
metric twos = count() from orders where quantity = 2
metric price = avg(amount / quantity) from orders
metric mean_price = sum(amount) / sum(quantity) from orders
metric sold = sum(amount) from orders
metric monthly = rolling(sold, 1 month)
metric four_weeks = rolling(sold, 28 days)
";

fn shop(metrics: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", "project: shop\n");
    write(folder.path(), "metrics/shop.metric", SHOP);
    write(folder.path(), "metrics/sales.metric", metrics);
    folder
}

fn run(folder: &TempDir, words: &[&str]) -> Run {
    etalon(folder.path(), words)
}

/// What is printed, with the exit code.
fn printed(words: &[&str]) -> String {
    let run = run(&shop(METRICS), words);
    format!("{}{}exit {}\n", run.out, run.err, run.code.expect("it ends by itself"))
}

#[test]
fn two_that_differ_in_a_condition() {
    insta::assert_snapshot!(printed(&["compare", "revenue", "all_of_it"]));
}

#[test]
fn two_that_are_built_differently() {
    insta::assert_snapshot!(printed(&["compare", "price", "mean_price"]));
}

#[test]
fn two_that_differ_by_month() {
    insta::assert_snapshot!(printed(&["compare", "four_weeks", "monthly"]));
}

#[test]
fn two_that_are_the_same_by_proof() {
    insta::assert_snapshot!(printed(&["compare", "revenue", "turnover"]));
}

#[test]
fn two_of_which_nothing_is_known() {
    insta::assert_snapshot!(printed(&["compare", "doubled", "twos", "--trials", "300"]));
}

#[test]
fn a_witness_as_json() {
    insta::assert_snapshot!(printed(&["compare", "revenue", "all_of_it", "--format", "json"]));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let words = ["compare", "price", "mean_price", "--seed", "7"];
    assert_eq!(printed(&words), printed(&words));
}

#[test]
fn a_slip_is_answered_with_the_name() {
    let run = run(&shop(METRICS), &["compare", "revenue", "turnovr"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.err, "error: there is no metric `turnovr`\nhelp: did you mean `turnover`?\n");
}

fn git(folder: &TempDir, words: &[&str]) {
    let identity = ["-c", "user.name=Dana", "-c", "user.email=dana@acme.example", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").arg("-C").arg(folder.path()).args(identity).args(words).output();
    let done = done.expect("git is installed");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository in which revenue came to count open orders, and then went back by other words.
fn history() -> TempDir {
    let folder = shop("metric revenue = sum(amount) from orders where status = 'complete'\n");
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "first"]);
    git(&folder, &["tag", "agreed"]);
    let wider = "metric revenue = sum(amount) from orders where status in ('complete', 'open')\n";
    write(folder.path(), "metrics/sales.metric", wider);
    git(&folder, &["commit", "--quiet", "-am", "second"]);
    write(
        folder.path(),
        "metrics/sales.metric",
        "metric revenue = sum(amount) from orders where status in ('complete', 'open') and status <> 'open'\n",
    );
    folder
}

#[test]
fn a_metric_at_two_revisions() {
    let folder = history();
    let run = run(&folder, &["compare", "revenue", "--from", "agreed", "--to", "HEAD"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    insta::assert_snapshot!(run.out);
}

#[test]
fn a_metric_then_and_now() {
    let folder = history();
    let run = run(&folder, &["compare", "revenue", "--from", "agreed"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.starts_with("`revenue` at agreed and `revenue` now mean the same"), "{}", run.out);
}

#[test]
fn a_project_in_a_folder_of_a_repository() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "README.md", "More than metrics.\n");
    write(folder.path(), "data/metrics/etalon.yaml", "project: shop\n");
    write(folder.path(), "data/metrics/shop.metric", &format!("{SHOP}metric a = count() from orders\n"));
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "first"]);
    let run = etalon(&folder.path().join("data"), &["compare", "a", "--from", "HEAD"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

/// A comparison that could not be made never reads as a clean one.
#[test]
fn what_cannot_be_read_cannot_be_compared() {
    let folder = history();
    let gone = run(&folder, &["compare", "revenue", "--from", "HEAD~7"]);
    assert_eq!((gone.code, gone.out.as_str()), (Some(2), ""));
    assert!(gone.err.starts_with("error: there is no revision `HEAD~7`\n"), "{}", gone.err);

    let option = run(&folder, &["compare", "revenue", "--from", "--output=here"]);
    assert_eq!(option.code, Some(2), "{}", option.out);

    let new = run(&folder, &["compare", "income", "--from", "HEAD"]);
    assert_eq!(new.code, Some(2));
    assert!(new.err.starts_with("error: there is no metric `income` at HEAD\n"), "{}", new.err);

    write(folder.path(), "metrics/sales.metric", "metric revenue = sum(amount) from nowhere\n");
    git(&folder, &["commit", "--quiet", "-am", "broken"]);
    write(folder.path(), "metrics/sales.metric", "metric revenue = sum(amount) from orders\n");
    let broken = run(&folder, &["compare", "revenue", "--from", "HEAD"]);
    assert_eq!((broken.code, broken.out.as_str()), (Some(2), ""));
    assert!(broken.err.contains("error: the definitions at HEAD have errors"), "{}", broken.err);

    let outside = run(&shop(METRICS), &["compare", "revenue", "--from", "HEAD"]);
    assert_eq!((outside.code, outside.out.as_str()), (Some(2), ""));
    assert!(outside.err.starts_with("error: git cannot read the project's history: "), "{}", outside.err);
}

#[test]
fn without_git_there_are_no_revisions() {
    let folder = history();
    let done = Command::new(env!("CARGO_BIN_EXE_etalon"))
        .args(["compare", "revenue", "--from", "HEAD"])
        .current_dir(folder.path())
        .env("PATH", "")
        .env("NO_COLOR", "1")
        .output()
        .expect("etalon runs");
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.starts_with("error: `git` cannot be run: "), "{said}");
}

/// The definitions stay, and the table behind a source does not.
#[test]
fn a_table_that_moved_is_a_difference() {
    let folder = shop("metric revenue = sum(amount) from orders\nmetric accounts = count() from customers\n");
    let config = |table: &str| {
        format!(
            "project: shop\nwarehouses:\n  prod:\n    dialect: duckdb\n    table: '{{source}}'\n    \
             sources: {{ orders: {{ table: {table} }} }}\n"
        )
    };
    write(folder.path(), "etalon.yaml", &config("orders"));
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "first"]);
    let same = run(&folder, &["compare", "revenue", "--from", "HEAD"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);

    write(folder.path(), "etalon.yaml", &config("orders_v2"));
    let moved = run(&folder, &["compare", "revenue", "--from", "HEAD"]);
    assert_eq!(moved.code, Some(1), "{}{}", moved.out, moved.err);
    let note = "Note: in the warehouse `prod` other rows may stand behind `orders`, of which no witness is possible.";
    assert!(moved.out.contains(note), "{}", moved.out);
    // Nobody moved the customers.
    let other = run(&folder, &["compare", "accounts", "--from", "HEAD"]);
    assert_eq!(other.code, Some(0), "{}{}", other.out, other.err);
}
