//! The story of the project: marketing drops the condition that sales agree from the leads that its bonus rests on.

use crate::history::{commit, edit, git, sample};
use crate::support::program::{Run, etalon};
use std::path::Path;
use tempfile::TempDir;

/// The sample at `start`, and Tom's change after it.
pub fn told() -> TempDir {
    let folder = sample();
    git(folder.path(), "tom@acme.example", &["checkout", "--quiet", "-b", "leads"]);
    let was = "  is_qualified = score >= 60 and accepted_at is not null";
    edit(folder.path(), &[("metrics/sources/marketing.metric", was, "  is_qualified = score >= 60")]);
    commit(folder.path(), "tom@acme.example", "fewer-steps");
    folder
}

pub fn diff(folder: &Path, words: &[&str]) -> Run {
    etalon(folder, &[&["diff", "--against", "start"], words].concat())
}

#[test]
fn the_comment_in_the_docs_is_the_one_that_is_printed() {
    let run = diff(told().path(), &["--format", "markdown"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pull-request-comment.md");
    let page = std::fs::read_to_string(page).unwrap_or_default();
    let (_, comment) = page.split_once("\n---\n\n").expect("the page has a line between itself and the comment");
    assert!(comment == run.out, "docs/pull-request-comment.md is not what is printed:\n{}", run.out);
}

/// It says what a head of sales has to know, worked out by head.
#[test]
fn the_comment_says_what_counts() {
    let out = diff(told().path(), &["--format", "markdown"]).out;
    for said in [
        "#### Qualified leads can only rise",
        "It takes in every row that it takes in today, and more.",
        "What a row no longer has to satisfy: *accepted\\_at is known*.",
        "| **Qualified leads** | no value | 1 |",
        "- **Who gains:** Marketing gains: part of its pay depends on Qualified leads.",
        "As git says, this change was written by `tom@acme.example` of Marketing.",
        "- **Who has to agree:** Finance, Sales and Marketing.",
        "Cost per qualified lead (can only fall)",
        "Monthly board pack",
        "- score >= 60 and accepted_at is not null\n+ score >= 60\n",
    ] {
        assert!(out.contains(said), "it does not say: {said}\n{out}");
    }
    // Sales is paid on other numbers, which do not move.
    assert!(!out.contains("Sales gains") && !out.contains("Sales may gain"), "{out}");
}

#[test]
fn at_a_terminal() {
    insta::assert_snapshot!(diff(told().path(), &[]).out);
}

#[test]
fn for_programs() {
    insta::assert_snapshot!(diff(told().path(), &["--format", "json"]).out);
}

#[test]
fn for_code_scanning() {
    let run = diff(told().path(), &["--format", "sarif"]);
    let document: serde_json::Value = serde_json::from_str(&run.out).expect("SARIF is JSON");
    assert_eq!(document["version"], "2.1.0");
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "C0005");
    assert_eq!(result["level"], "warning");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "metrics/sources/marketing.metric");
    assert_eq!(place["region"]["startLine"], 61);
}

#[test]
fn as_annotations() {
    insta::assert_snapshot!(diff(told().path(), &["--format", "github"]).out);
}
