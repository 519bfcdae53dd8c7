//! What is made holds together at once, and stays as people have it.

use crate::{Machine, names};

#[test]
fn the_check_of_a_new_project_passes() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    machine.git("acme", &["init", "--quiet"]);
    machine.git("acme", &["add", "."]);
    machine.git("acme", &["commit", "--quiet", "-m", "first"]);
    machine.etalon("acme", &["check"]).succeeded().unwrap();
}

#[test]
fn a_new_project_tests_answers_and_compiles_at_once() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    machine.git("acme", &["init", "--quiet"]);
    machine.git("acme", &["add", "."]);
    machine.git("acme", &["commit", "--quiet", "-m", "first"]);
    for words in [&["test"][..], &["fmt", "--check"], &["compile"], &["checks"]] {
        machine.etalon("acme", words).succeeded().unwrap_or_else(|said| panic!("{words:?}: {said}"));
    }
    // 120.00 + 80.50 + 249.50 in January, of which 80.50 went back; 60.00 + 35.00 and 15.00; 310.00 + 42.25 and 42.25. The
    // cancelled order of 400.00 and the one of 99.00 that is only placed count nowhere.
    let words = ["query", "revenue", "refund_rate", "--by", "month", "--output", "csv"];
    let rows = machine.etalon("acme", &words).succeeded().unwrap();
    let rows: Vec<Vec<&str>> = rows.lines().map(|line| line.split(',').collect()).collect();
    let expected = [
        ("2026-01-01", "450.00", 80.5 / 450.0),
        ("2026-02-01", "95.00", 15.0 / 95.0),
        ("2026-03-01", "352.25", 42.25 / 352.25),
    ];
    assert_eq!(rows[0], ["month", "revenue", "refund_rate"]);
    assert_eq!(rows.len(), 1 + expected.len());
    for (row, (month, revenue, rate)) in rows[1..].iter().zip(expected) {
        assert_eq!(row[..2], [month, revenue]);
        assert!((row[2].parse::<f64>().unwrap() - rate).abs() < 1e-9, "{row:?}");
    }
    // What is compiled is not committed.
    assert_eq!(machine.git("acme", &["status", "--porcelain"]), "");
    assert!(machine.path("acme/build/prod/metrics/revenue.sql").is_file());
}

#[test]
fn what_it_says() {
    let machine = Machine::new();
    let run = machine.etalon("", &["init", "acme"]);
    insta::assert_snapshot!(format!("{}---\n{}", run.err, run.out));
}

#[test]
fn what_it_says_a_second_time() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    let before = machine.files("acme");
    let run = machine.etalon("", &["init", "acme"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(machine.files("acme"), before);
    insta::assert_snapshot!(format!("{}---\n{}", run.err, run.out));
}

#[test]
fn every_dialect_serves() {
    let machine = Machine::new();
    let listed = machine.etalon("", &["dialects", "--format", "json"]).succeeded().unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    assert!(listed.len() > 10);
    for dialect in listed.iter().map(|dialect| dialect["name"].as_str().unwrap()) {
        machine.etalon("", &["init", dialect, "--dialect", dialect]).succeeded().unwrap();
        machine.etalon(dialect, &["compile"]).succeeded().unwrap_or_else(|said| panic!("{dialect}: {said}"));
        assert!(machine.read(&format!("{dialect}/etalon.yaml")).contains(&format!("dialect: {dialect},")));
    }
}

#[test]
fn a_dialect_that_is_none_is_answered_with_the_nearest() {
    let machine = Machine::new();
    let run = machine.etalon("", &["init", "acme", "--dialect", "postgress"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.err, "error: there is no dialect `postgress`\nhelp: did you mean `postgres`?\n");
    assert!(!machine.path("acme").exists());
}

#[test]
fn a_dry_run_writes_nothing_and_lists_what_a_run_makes() {
    let machine = Machine::new();
    let dry = machine.etalon("", &["init", "acme", "--dry-run", "--format", "json"]).succeeded().unwrap();
    assert!(!machine.path("acme").exists());
    let wet = machine.etalon("", &["init", "acme", "--format", "json"]).succeeded().unwrap();
    assert_eq!(dry.replace("\"dry_run\": true", "\"dry_run\": false"), wet);
    let report: serde_json::Value = serde_json::from_str(&wet).unwrap();
    let mut made: Vec<&str> = report["made"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    made.sort_unstable();
    assert_eq!(made, names(&machine.files("acme")));
}

#[test]
fn files_that_are_there_stay_and_what_they_lack_is_said() {
    let machine = Machine::new();
    machine.write("acme/README.md", "ours\n");
    machine.write("acme/.gitignore", "node_modules\n");
    machine.write("acme/.gitattributes", "etalon.lock merge=union\n# etalon.trust -merge\n");
    machine.write("acme/data/orders.csv", "order_id\n1\n");
    let run = machine.etalon("", &["init", "acme"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(machine.read("acme/README.md"), "ours\n");
    assert_eq!(machine.read("acme/.gitignore"), "node_modules\n");
    assert_eq!(machine.read("acme/data/orders.csv"), "order_id\n1\n");
    assert!(run.err.contains("note: `.gitignore` stays as it is: add the line `/build/` to it\n"), "{}", run.err);
    assert!(run.err.contains("note: `.gitattributes` stays as it is: add the line `etalon.trust -merge` to it\n"));
    assert!(!run.err.contains("merge=union` to it"), "it has that line: {}", run.err);
    // Nothing is left beside.
    assert!(names(&machine.files("acme")).iter().all(|name| !name.ends_with(".tmp")));
}

/// A sample `revenue` beside somebody's own would be a name claimed twice.
#[test]
fn a_project_with_definitions_gets_no_samples() {
    let machine = Machine::new();
    let own = "source sales {\n  key id\n\n  id integer\n}\n\nmetric revenue = count() from sales\n";
    machine.write("acme/metrics/etalon.yaml", "project: acme\n");
    machine.write("acme/metrics/own.metric", own);
    let run = machine.etalon("", &["init", "acme"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let files = machine.files("acme");
    let metrics: Vec<&str> = names(&files).into_iter().filter(|name| name.starts_with("metrics/")).collect();
    assert_eq!(
        metrics,
        [
            "metrics/.editorconfig",
            "metrics/.gitattributes",
            "metrics/.githooks/pre-commit",
            "metrics/.vscode/settings.json",
            "metrics/README.md",
            "metrics/allowed_signers",
            "metrics/etalon.yaml",
            "metrics/own.metric",
        ]
    );
    assert!(machine.read("acme/.github/workflows/etalon.yml").contains("working-directory: 'metrics'"));
    assert_eq!(machine.read("acme/.gitignore").lines().nth(1), Some("/build/"));
    machine.etalon("acme", &["check"]).succeeded().unwrap();
    machine.etalon("acme/metrics", &["check"]).succeeded().unwrap();
}

#[cfg(unix)]
#[test]
fn a_run_that_fails_takes_back_what_it_made() {
    let machine = Machine::new();
    // `tests` is no folder, so that no test can be put into it.
    machine.write("acme/tests", "");
    let run = machine.etalon("", &["init", "acme"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.starts_with("error: cannot write `"), "{}", run.err);
    assert_eq!(names(&machine.files("acme")), ["tests"]);
}

/// Where a folder lies behind a link, the files in it are somebody else's.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    let machine = Machine::new();
    machine.write("elsewhere/kept", "");
    machine.write("acme/kept", "");
    std::os::unix::fs::symlink(machine.path("elsewhere"), machine.path("acme/metrics")).unwrap();
    let run = machine.etalon("", &["init", "acme"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert_eq!(run.err.lines().next(), Some("error: `metrics` is a link that leads out of the project"));
    assert_eq!(names(&machine.files("elsewhere")), ["kept"]);
    assert_eq!(names(&machine.files("acme")), ["kept", "metrics/kept"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_file_that_is_there() {
    let machine = Machine::new();
    machine.write("acme/kept", "");
    std::os::unix::fs::symlink(machine.path("nowhere"), machine.path("acme/README.md")).unwrap();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    assert!(!machine.path("nowhere").exists());
}
