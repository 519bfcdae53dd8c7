//! Every command line that the made files, the project's own action and its hooks type is one that the program has.

use crate::Machine;
use crate::hosts::{own, yaml};
use serde_yaml::Value;
use std::collections::BTreeSet;

/// The commands that the files type, all of them: one that is added to a file is added here, and one that goes from the
/// program is found by the test below.
const TYPED: [&str; 10] =
    ["approvals", "approve", "check", "compile", "diff", "fmt", "lock", "query", "test", "verify"];

/// Command lines of the kinds that the files have to have, with all their flags.
const EXPECTED: [&str; 10] = [
    "etalon lock",
    "etalon approve revenue --as finance --key ~/.ssh/id_ed25519",
    "etalon approve --trust --as finance --key ~/.ssh/id_ed25519",
    "etalon approvals",
    "etalon diff --against $BASE --format markdown",
    "etalon check --against $BASE --trust-root $TRUST_ROOT --format github",
    "etalon check --against $BASE --trust-root $TRUST_ROOT --format sarif",
    "etalon check --against $BASE --trust-root $TRUST_ROOT --format gitlab",
    "etalon check --against $BASE --trust-root $TRUST_ROOT --format junit",
    "etalon verify build/",
];

/// A command line, in words.
type Line = Vec<String>;

/// A command line with what the shell puts in if a variable is set: `${ROOT:+--root "$ROOT"}`.
fn plain(line: &str) -> String {
    match line.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once(":+")?.1.split_once('}')?))) {
        Some((before, (inner, after))) => format!("{before}{inner}{}", plain(after)),
        None => line.to_owned(),
    }
}

/// The lines of a script that begin with `etalon`, up to what the shell takes for itself.
fn in_script(script: &str) -> Vec<Line> {
    let line = |line: &str| {
        let line = line.trim().trim_start_matches("- ");
        let line = line.split_once(" # ").map_or(line, |(code, _)| code);
        let line = plain(line);
        if !line.starts_with("etalon ") {
            return None;
        }
        let ends = |word: &&str| {
            !matches!(*word, "||" | "&&" | "|" | ";") && !word.starts_with('>') && !word.starts_with("2>")
        };
        let words = line.split_whitespace().take_while(ends);
        Some(words.map(|word| word.trim_matches(['"', '\'']).to_owned()).collect())
    };
    script.lines().filter_map(line).collect()
}

/// All that a file of YAML runs: `run` of steps, scripts of jobs, hooks with their arguments.
fn in_yaml(value: &Value, found: &mut Vec<Line>) {
    let Value::Mapping(mapping) = value else {
        value.as_sequence().into_iter().flatten().for_each(|each| in_yaml(each, found));
        return;
    };
    if let (Some(Value::String(entry)), arguments) = (mapping.get("entry"), mapping.get("args")) {
        let arguments = arguments.and_then(Value::as_sequence).into_iter().flatten().filter_map(Value::as_str);
        found.extend(in_script(entry).into_iter().map(|mut line| {
            line.extend(arguments.clone().map(str::to_owned));
            line
        }));
    }
    for (key, value) in mapping {
        match (key.as_str(), value) {
            (Some("run"), Value::String(script)) => found.extend(in_script(script)),
            (Some("script" | "before_script"), Value::Sequence(scripts)) => {
                scripts.iter().filter_map(Value::as_str).for_each(|script| found.extend(in_script(script)));
            }
            _ => in_yaml(value, found),
        }
    }
}

/// The blocks of code of a page.
fn in_page(page: &str) -> Vec<Line> {
    page.split("```").skip(1).step_by(2).flat_map(in_script).collect()
}

/// All command lines, of all files.
fn typed() -> BTreeSet<Line> {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme", "--ci", "all"]).succeeded().unwrap();
    let mut found = Vec::new();
    for name in [".github/workflows/etalon.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"] {
        let before = found.len();
        in_yaml(&yaml(&machine.read(&format!("acme/{name}"))), &mut found);
        assert!(found.len() > before + 1, "no commands were found in {name}");
    }
    for name in ["action.yml", ".pre-commit-hooks.yaml"] {
        let before = found.len();
        in_yaml(&yaml(&own(name)), &mut found);
        assert!(found.len() > before + 1, "no commands were found in {name}");
    }
    found.extend(in_script(&machine.read("acme/.githooks/pre-commit")));
    for page in [machine.read("acme/README.md"), own("docs/ci.md")] {
        let lines = in_page(&page);
        assert!(!lines.is_empty());
        found.extend(lines);
    }
    let report = machine.etalon("", &["init", "other", "--format", "json"]).succeeded().unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    found.extend(report["next"].as_array().unwrap().iter().flat_map(|line| in_script(line.as_str().unwrap())));
    found.into_iter().collect()
}

/// What is wrong with a command line by the program's own help.
fn wrong(machine: &Machine, line: &Line) -> Option<String> {
    let (command, rest) = line[1..].split_first()?;
    let help = machine.etalon("", &[command, "--help"]);
    if help.code != Some(0) {
        return Some(format!("there is no command `{command}`"));
    }
    let has = |word: &str| {
        help.out.split(|letter: char| letter.is_whitespace() || ",[]:".contains(letter)).any(|known| known == word)
    };
    for (at, flag) in rest.iter().enumerate().filter(|(_, word)| word.starts_with('-')) {
        if !has(flag) {
            return Some(format!("`etalon {command}` has no `{flag}`"));
        }
        let value = rest.get(at + 1).filter(|value| flag == "--format" && !value.starts_with('$'));
        if let Some(value) = value
            && !has(value)
        {
            return Some(format!("`etalon {command}` has no `{flag} {value}`"));
        }
    }
    None
}

#[test]
fn the_files_type_what_they_are_meant_to() {
    let typed = typed();
    let commands: BTreeSet<&str> = typed.iter().filter_map(|line| line.get(1)).map(String::as_str).collect();
    assert_eq!(commands, TYPED.into_iter().collect());
    let lines: BTreeSet<String> = typed.iter().map(|line| line.join(" ")).collect();
    for expected in EXPECTED {
        assert!(lines.contains(expected), "no file types `{expected}`: {lines:#?}");
    }
}

#[test]
fn the_program_has_every_command_and_flag_that_the_files_type() {
    let machine = Machine::new();
    let wrong: Vec<String> = typed()
        .iter()
        .filter_map(|line| wrong(&machine, line).map(|wrong| format!("{}: {wrong}", line.join(" "))))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The reading above sees what is not there.
#[test]
fn a_flag_that_is_none_is_seen() {
    let machine = Machine::new();
    let wrong = |line: &str| wrong(&machine, &in_script(line)[0]);
    assert_eq!(wrong("etalon check"), None);
    assert_eq!(wrong("  etalon test --format junit > tests.xml"), None);
    assert_eq!(wrong("etalon chek").unwrap(), "there is no command `chek`");
    assert_eq!(wrong("etalon test --formt junit").unwrap(), "`etalon test` has no `--formt`");
    assert_eq!(wrong("etalon test --format unit || true").unwrap(), "`etalon test` has no `--format unit`");
}
