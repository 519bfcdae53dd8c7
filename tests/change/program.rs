//! `etalon diff` as people meet it: what it says, with which exit, and what it reads of a repository.

use crate::history::{commit, edit, git, sample};
use crate::story::{diff, told};
use crate::support::program::etalon;
use crate::support::sample::write;
use std::process::Command;

#[test]
fn nothing_differs() {
    let folder = sample();
    let run = diff(folder.path(), &[]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "Nothing differs from start.\n"), "{}", run.err);
    let run = diff(folder.path(), &["--format", "markdown"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "### Nothing changes\n\nAgainst `start`, nothing differs.\n"));
}

#[test]
fn what_nobody_has_to_agree_to_ends_with_0() {
    let folder = sample();
    edit(folder.path(), &[("metrics/marketing.metric", "metric leads 'Leads' =", "metric leads 'Inquiries' =")]);
    let run = diff(folder.path(), &[]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    insta::assert_snapshot!(run.out);
}

#[test]
fn on_a_narrow_terminal() {
    let folder = told();
    let done = Command::new(env!("CARGO_BIN_EXE_etalon"))
        .args(["diff", "--against", "start"])
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .env("COLUMNS", "60")
        .output()
        .expect("etalon runs");
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    // Rows and texts stay whole, what is said of them is wrapped.
    let long: Vec<&str> = out.lines().filter(|line| line.chars().count() > 60).collect();
    assert!(long.is_empty(), "{long:?}\n{out}");
}

/// Trust, what is gone, warehouses and reports, as a page and at a terminal.
fn much() -> tempfile::TempDir {
    let folder = sample();
    edit(
        folder.path(),
        &[
            ("metrics/teams.metric", "paid on qualified_leads", "paid on nothing"),
            ("metrics/teams.metric", "members 'tom@acme.example'", "members 'tom@acme.example', 'zoe@acme.example'"),
            (
                "metrics/etalon.yaml",
                "table: 'ANALYTICS.MART.{source}' }",
                "table: 'ANALYTICS.MART.{source}', sources: { account_days: { table: RAW.BANK.DAYS } } }",
            ),
            ("metrics/reports.metric", "  limit  1000\n", "  limit  100\n"),
            ("metrics/finance.metric", "  also      'net sales', 'turnover'\n", "  also      'net sales'\n"),
            ("metrics/sales.metric", "metric deals_won 'Deals won'", "metric deals_won '<b>Deals</b> | @sales `*x*`'"),
            (
                "metrics/sales.metric",
                "",
                "\nmetric lost = count() from opportunities at closed_at where stage = 'lost' { owner sales }\n",
            ),
        ],
    );
    commit(folder.path(), "zoe@acme.example", "much");
    folder
}

#[test]
fn many_classes_at_a_terminal() {
    insta::assert_snapshot!(diff(much().path(), &[]).out);
}

#[test]
fn many_classes_as_a_comment() {
    insta::assert_snapshot!(diff(much().path(), &["--format", "markdown"]).out);
}

#[test]
fn against_a_folder() {
    let folder = told();
    let other = sample();
    let path = other.path().display().to_string();
    let run = etalon(folder.path(), &["diff", "--against", &path, "--trials", "0"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.out.contains("`is_qualified` of `leads` is computed otherwise"), "{}", run.out);
    assert!(!run.out.contains("as git says"), "git says nothing of a folder: {}", run.out);
    // Without a repository, too.
    let plain = tempfile::tempdir().expect("a temporary folder can be made");
    write(plain.path(), "etalon.yaml", "project: acme\n");
    let run = etalon(plain.path(), &["diff", "--against", &path, "--trials", "0"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
}

#[test]
fn a_folder_and_a_revision_of_one_name() {
    let folder = told();
    write(folder.path(), "old/etalon.yaml", "project: acme\n");
    git(folder.path(), "tom@acme.example", &["branch", "old"]);
    let run = etalon(folder.path(), &["diff", "--against", "old"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(
        run.err,
        "error: `old` is both a folder and a revision\nhelp: write `./old` for the folder, or `heads/old` for the branch\n"
    );
    assert_eq!(etalon(folder.path(), &["diff", "--against", "./old"]).code, Some(1));
    assert_eq!(etalon(folder.path(), &["diff", "--against", "heads/old"]).code, Some(0));
}

/// A comparison that could not be made never reads as a clean one.
#[test]
fn a_base_that_was_not_fetched() {
    let folder = told();
    let clone = tempfile::tempdir().expect("a temporary folder can be made");
    let from = format!("file://{}", folder.path().display());
    let done = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", "--no-tags", "--branch", "leads", &from, "shop"])
        .current_dir(clone.path())
        .output()
        .expect("git is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for format in ["human", "json", "markdown", "sarif", "github"] {
        let run = etalon(&clone.path().join("shop"), &["diff", "--against", "start", "--format", format]);
        assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
        let said = [run.out, run.err].concat();
        assert!(
            said.contains("the revision `start` is not in this clone, which holds a part of the history only"),
            "{said}"
        );
        assert!(said.contains("fetch-depth: 0"), "{said}");
    }
}

#[test]
fn what_cannot_be_read_cannot_be_compared() {
    let folder = told();
    let run = etalon(folder.path(), &["diff", "--against", "strat"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.starts_with("error: there is no revision `strat`\n"), "{}", run.err);

    write(folder.path(), "metrics/broken.metric", "metric broken = sum(amount) from nowhere\n");
    let run = diff(folder.path(), &[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("E0201") && run.err.contains("the definitions of the project have errors"), "{}", run.err);
    commit(folder.path(), "tom@acme.example", "broken");
    std::fs::remove_file(folder.path().join("metrics/broken.metric")).expect("it was written");
    let run = etalon(folder.path(), &["diff", "--against", "broken"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("the definitions of broken have errors"), "{}", run.err);
}

#[test]
fn whoever_works_here_is_an_author_of_what_is_not_committed() {
    let folder = sample();
    git(folder.path(), "ines@acme.example", &["config", "user.email", "priya@acme.example"]);
    let was = "  is_qualified = score >= 60 and accepted_at is not null";
    edit(folder.path(), &[("metrics/sources/marketing.metric", was, "  is_qualified = score >= 60")]);
    let run = diff(folder.path(), &["--trials", "0"]);
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("As git says, the change was written by priya@acme.example of this team."), "{}", run.out);
}

#[test]
fn no_other_command_speaks_these_formats() {
    let folder = sample();
    for format in ["markdown", "sarif", "github"] {
        let run = etalon(folder.path(), &["list", "--format", format]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        let wanted = format!("error: this command does not speak `--format {format}`\n");
        assert!(run.err.starts_with(&wanted), "{}", run.err);
    }
}

#[test]
fn the_same_bytes_twice() {
    let folder = told();
    for format in ["human", "json", "markdown", "sarif", "github"] {
        assert_eq!(diff(folder.path(), &["--format", format]).out, diff(folder.path(), &["--format", format]).out);
    }
}
