//! Findings in the formats of continuous integration: SARIF, GitHub's commands, GitLab's report, JUnit.

mod support;

use serde_json::Value as Json;
use std::process::Command;
use support::program::{Run, etalon};
use support::sample::write;
use tempfile::TempDir;

const SOURCE: &str = "\
source orders {
  key  order_id
  time ordered_at
  order_id    integer
  amount      decimal(12, 2) in usd
  ordered_at  timestamp
}
";

/// `turnover` means the same as `revenue`, and the median of the last is published nowhere.
const METRICS: &str = "\
metric revenue  = sum(amount) from orders
metric turnover = sum(amount) from orders
metric typical  = median(amount) from orders
";

/// A project in the folder `shop, 100%` of a repository, in which a colon and a comma are in a name too.
fn repository(metrics: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let done = Command::new("git").arg("-C").arg(folder.path()).args(["init", "--quiet"]).status();
    assert!(done.expect("git is installed").success());
    write(folder.path(), "shop, 100%/etalon.yaml", "project: shop\n");
    write(folder.path(), "shop, 100%/metrics/orders.metric", SOURCE);
    write(folder.path(), "shop, 100%/metrics/a:b.metric", metrics);
    folder
}

fn check(folder: &TempDir, format: &str) -> Run {
    etalon(&folder.path().join("shop, 100%"), &["check", "--format", format])
}

const WRONG: &str = "metric wrong = sum(amuont) from orders\n";

fn parsed(run: &Run) -> Json {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}\n{}{}", run.out, run.err))
}

#[test]
fn sarif_names_files_from_the_top_of_the_repository() {
    let run = check(&repository(METRICS), "sarif");
    assert_eq!(run.code, Some(0), "{}", run.err);
    let document = parsed(&run);
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = run["results"].as_array().expect("a list");
    let same = results.iter().find(|it| it["ruleId"] == "E0421").expect("turnover is revenue");
    assert_eq!(same["level"], "warning");
    let place = &same["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "shop%2C%20100%25/metrics/a%3Ab.metric");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 16 }));
    assert_eq!(same["relatedLocations"][0]["message"]["text"], "defined first here");
    let rule = &run["tool"]["driver"]["rules"][same["ruleIndex"].as_u64().expect("a number") as usize];
    assert_eq!(rule["id"], "E0421");
    let help = rule["help"]["markdown"].as_str().expect("the page");
    assert!(help.starts_with("# E0421 same-meaning\n"), "{help}");
    assert!(same["message"]["text"].as_str().expect("a text").contains("\nhelp: use `revenue`, and let it be called"));
}

/// What is known again by its fingerprint is not new because a comment above it pushed it down.
#[test]
fn fingerprints_survive_a_move() {
    let moved = format!("# A comment,\n# of two lines.\n\n{METRICS}");
    for (format, path) in [("sarif", "/runs/0/results"), ("gitlab", "")] {
        let prints = |metrics: &str| -> Vec<Json> {
            let document = parsed(&check(&repository(metrics), format));
            let results = document.pointer(path).and_then(Json::as_array).expect("a list").clone();
            let print = |it: &Json| match format {
                "sarif" => it["partialFingerprints"].clone(),
                _ => it["fingerprint"].clone(),
            };
            results.iter().map(print).collect()
        };
        let before = prints(METRICS);
        assert!(before.len() >= 2, "{before:?}");
        assert_eq!(before, prints(&moved));
        let mut each: Vec<String> = before.iter().map(Json::to_string).collect();
        each.sort();
        each.dedup();
        assert_eq!(each.len(), before.len(), "each has its own");
    }
}

#[test]
fn github_sees_errors_first_and_nothing_breaks_out_of_a_command() {
    let folder =
        repository(&format!("metric typical = median(amount) from orders\n{}", METRICS.replace("typical ", "middle ")));
    write(folder.path(), "shop, 100%/etalon.yaml", "project: shop\npolicy: { rules: { E0421: error } }\n");
    let run = check(&folder, "github");
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.out);
}

#[test]
fn warnings_for_github() {
    let run = check(&repository(METRICS), "github");
    assert_eq!(run.code, Some(0));
    insta::assert_snapshot!(format!("{}--- standard error\n{}", run.out, run.err));
}

#[test]
fn gitlab_gets_a_list_with_severities() {
    let run = check(&repository(&format!("{METRICS}{WRONG}")), "gitlab");
    assert_eq!(run.code, Some(1));
    let list = parsed(&run);
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["severity"], "critical");
    assert_eq!(list[0]["check_name"], "E0204 unknown-column");
    assert_eq!(list[0]["location"]["path"], "shop, 100%/metrics/a:b.metric");
    assert_eq!(list[0]["location"]["lines"]["begin"], 4);
    // The log of the run says it to people.
    assert!(run.err.contains("error[E0204]"), "{}", run.err);
    assert_eq!(check(&repository("metric revenue = sum(amount) from orders"), "gitlab").out, "[]\n");
}

#[test]
fn junit_has_a_case_for_each_finding_and_one_for_none() {
    let run = check(&repository(&format!("{METRICS}{WRONG}")), "junit");
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.out);
    let clean = check(&repository("metric revenue = sum(amount) from orders"), "junit");
    assert_eq!(clean.code, Some(0));
    assert!(
        clean.out.contains("<testsuites name=\"etalon\" tests=\"1\" failures=\"0\" errors=\"0\">"),
        "{}",
        clean.out
    );
}

/// Nothing could be looked at: whoever reads the document alone must not take it for a clean one.
#[test]
fn a_failure_is_no_clean_result_in_any_format() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let failed = |format: &str| {
        let run = etalon(folder.path(), &["check", "--format", format]);
        assert_eq!(run.code, Some(2), "{format}: {}", run.out);
        run.out
    };
    let sarif: Json = serde_json::from_str(&failed("sarif")).expect("JSON");
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 2);
    let said = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().expect("a text");
    assert!(said.starts_with("there is no project here"), "{said}");
    assert!(failed("github").starts_with("::error title=etalon could not run::there is no project here"));
    let gitlab: Json = serde_json::from_str(&failed("gitlab")).expect("JSON");
    assert_eq!(gitlab[0]["severity"], "blocker");
    assert!(failed("junit").contains("<error message=\"there is no project here"));
}

#[test]
fn who_does_not_speak_a_format_says_so() {
    let folder = repository(METRICS);
    let shop = folder.path().join("shop, 100%");
    for (command, format) in [("list", "sarif"), ("fmt", "github"), ("test", "gitlab"), ("query", "junit")] {
        let run = etalon(&shop, &[command, "--format", format]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command}");
        assert!(
            run.err.starts_with(&format!(
                "error: this command does not speak `--format {format}`\nhelp: take `--format human`"
            )),
            "{}",
            run.err
        );
    }
}

/// Where the definitions' own folder is the repository, their paths begin in it.
#[test]
fn a_repository_that_begins_at_the_definitions() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "metrics/etalon.yaml", "project: shop\n");
    write(folder.path(), "metrics/orders.metric", &format!("{SOURCE}{WRONG}"));
    let metrics = folder.path().join("metrics");
    let path = || {
        let run = etalon(&metrics, &["check", "--format", "gitlab"]);
        parsed(&run)[0]["location"]["path"].as_str().map(str::to_owned)
    };
    assert_eq!(path().as_deref(), Some("metrics/orders.metric"));
    let done = Command::new("git").arg("-C").arg(&metrics).args(["init", "--quiet"]).status();
    assert!(done.expect("git is installed").success());
    assert_eq!(path().as_deref(), Some("orders.metric"));
}
