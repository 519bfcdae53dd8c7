//! Files for GitHub and GitLab: sound, pinned, with no more rights than they need, and with the right base.

use crate::Machine;
use crate::support::program::Run;
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A file of this project.
pub fn own(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// A new project with files for both hosts.
fn both() -> Machine {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme", "--ci", "all"]).succeeded().unwrap();
    machine
}

fn workflow(machine: &Machine) -> Value {
    yaml(&machine.read("acme/.github/workflows/etalon.yml"))
}

/// The step of this name.
fn step<'v>(steps: &'v Value, name: &str) -> &'v Value {
    let steps = steps.as_sequence().expect("steps are a list");
    steps.iter().find(|step| step["name"].as_str() == Some(name)).unwrap_or_else(|| panic!("there is no step `{name}`"))
}

#[test]
fn the_host_is_the_one_that_origin_lies_on() {
    for (url, github, gitlab) in [
        (None, true, false),
        (Some("git@github.com:acme/metrics.git"), true, false),
        (Some("https://gitlab.acme.example/data/metrics.git"), false, true),
        (Some("https://git.acme.example/data/metrics.git"), true, false),
    ] {
        let machine = Machine::new();
        machine.write("acme/kept", "");
        machine.git("acme", &["init", "--quiet"]);
        if let Some(url) = url {
            machine.git("acme", &["remote", "add", "origin", url]);
        }
        machine.etalon("", &["init", "acme"]).succeeded().unwrap();
        assert_eq!(machine.path("acme/.github/workflows/etalon.yml").is_file(), github, "{url:?}");
        assert_eq!(machine.path("acme/.gitlab-ci.yml").is_file(), gitlab, "{url:?}");
        assert!(machine.path("acme/CODEOWNERS").is_file());
    }
}

#[test]
fn the_host_may_be_named_or_be_none() {
    for (ci, github, gitlab) in
        [("github", true, false), ("gitlab", false, true), ("all", true, true), ("none", false, false)]
    {
        let machine = Machine::new();
        machine.etalon("", &["init", "acme", "--ci", ci]).succeeded().unwrap();
        assert_eq!(machine.path("acme/.github").exists(), github, "{ci}");
        assert_eq!(machine.path("acme/.gitlab-ci.yml").exists(), gitlab, "{ci}");
        assert_eq!(machine.path("acme/CODEOWNERS").exists(), ci != "none");
    }
}

#[test]
fn every_file_that_is_yaml_or_json_is_read_as_such() {
    let machine = both();
    for name in [
        "etalon.yaml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        ".github/workflows/etalon.yml",
        "tests/revenue.yaml",
    ] {
        assert!(yaml(&machine.read(&format!("acme/{name}"))).is_mapping(), "{name}");
    }
    for name in ["action.yml", ".github/workflows/ci.yml", ".github/dependabot.yml"] {
        assert!(yaml(&own(name)).is_mapping(), "{name}");
    }
    assert!(yaml(&own(".pre-commit-hooks.yaml")).is_sequence());
    let settings: serde_json::Value = serde_json::from_str(&machine.read("acme/.vscode/settings.json")).unwrap();
    assert_eq!(settings["files.associations"]["*.metric"], "etalon");
    // No name that stands for something is left.
    for (name, text) in machine.files("acme") {
        assert!(!text.contains("__"), "{name}");
    }
}

/// The actions that a file uses, each with the commit and the version behind it.
fn used(text: &str) -> BTreeMap<String, String> {
    let uses = text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
    uses.filter(|action| *action != "./")
        .map(|action| {
            let (action, pin) = action.split_once('@').expect("an action is pinned");
            (action.to_owned(), pin.to_owned())
        })
        .collect()
}

/// A tag can be moved, a commit cannot. The made workflow and this project's own files say the same, so that who updates one
/// updates all.
#[test]
fn actions_are_pinned_to_the_same_commits_everywhere() {
    let machine = both();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for text in [
        machine.read("acme/.github/workflows/etalon.yml"),
        own("action.yml"),
        own(".github/workflows/ci.yml"),
        own("docs/ci.md"),
    ] {
        let used = used(&text);
        assert!(!used.is_empty());
        for (action, pin) in used {
            // In the docs this action itself has no commit yet.
            if action == "OWNER/etalon" {
                continue;
            }
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{action}@{pin}: no version"));
            assert!(commit.len() == 40 && commit.bytes().all(|digit| digit.is_ascii_hexdigit()), "{action}@{pin}");
            assert!(version.starts_with(|digit: char| digit.is_ascii_digit()), "{action}@{pin}");
            assert_eq!(known.entry(action.clone()).or_insert_with(|| pin.clone()), &pin, "{action}");
        }
    }
}

#[test]
fn the_workflow_has_no_more_rights_than_it_needs() {
    let machine = both();
    let workflow = workflow(&machine);
    assert!(workflow["permissions"].as_mapping().is_some_and(|rights| rights.is_empty()));
    let rights = workflow["jobs"]["metrics"]["permissions"].as_mapping().unwrap();
    let rights: Vec<(&str, &str)> =
        rights.iter().map(|(key, value)| (key.as_str().unwrap(), value.as_str().unwrap())).collect();
    assert_eq!(rights, [("contents", "read"), ("pull-requests", "write"), ("security-events", "write")]);
    let events = workflow["on"].as_mapping().unwrap();
    assert!(events.contains_key("pull_request") && !events.contains_key("pull_request_target"));
    let steps = &workflow["jobs"]["metrics"]["steps"];
    assert_eq!(steps[0]["with"]["persist-credentials"], Value::Bool(false));
    assert_eq!(steps[0]["with"]["fetch-depth"], Value::from(0));
    // What a pull request can choose reaches a script as a variable, never as text of the script.
    for step in
        steps.as_sequence().unwrap().iter().chain(yaml(&own("action.yml"))["runs"]["steps"].as_sequence().unwrap())
    {
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step:?}");
        let has_token = step["env"].as_mapping().is_some_and(|env| env.contains_key("GH_TOKEN"));
        assert_eq!(has_token, step["name"].as_str() == Some("Comment"), "{step:?}");
    }
}

/// Runs the script of a step in a clone, as the runner would.
#[cfg(unix)]
fn run_step(machine: &Machine, folder: &str, step: &Value, settings: &[(&str, &str)]) -> (Run, String) {
    let set: String = settings.iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    let script = format!(
        "{set}export GITHUB_OUTPUT='{0}' RUNNER_TEMP='{1}'\n: > '{0}'\n{2}",
        machine.path("said").display(),
        machine.path("").display(),
        step["run"].as_str().unwrap()
    );
    machine.write("step.sh", &script);
    let run = machine.program(
        "bash",
        &machine.path(folder),
        &["--noprofile", "--norc", "-eo", "pipefail", machine.path("step.sh").to_str().unwrap()],
    );
    (run, machine.read("said"))
}

/// A clone as GitHub's runner has it: the merge of a change into the tip of `main`. Gives the tip's commit.
#[cfg(unix)]
fn merge_result(machine: &Machine) -> String {
    machine.write("up/file", "1");
    machine.git("up", &["init", "--quiet", "-b", "main"]);
    machine.git("up", &["add", "."]);
    machine.git("up", &["commit", "--quiet", "-m", "fork point"]);
    machine.git("up", &["checkout", "--quiet", "-b", "change"]);
    machine.write("up/change", "1");
    machine.git("up", &["add", "."]);
    machine.git("up", &["commit", "--quiet", "-m", "change"]);
    machine.git("up", &["checkout", "--quiet", "main"]);
    machine.write("up/file", "2");
    machine.git("up", &["commit", "--quiet", "-am", "tip"]);
    let tip = machine.git("up", &["rev-parse", "HEAD"]).trim().to_owned();
    machine.git("", &["clone", "--quiet", "up", "clone"]);
    machine.git("clone", &["checkout", "--quiet", "--detach", "origin/main"]);
    machine.git("clone", &["merge", "--quiet", "--no-ff", "-m", "merge", "origin/change"]);
    tip
}

#[cfg(unix)]
fn base_steps() -> [Value; 2] {
    let machine = both();
    let made = step(&workflow(&machine)["jobs"]["metrics"]["steps"], "Find the base").clone();
    [made, step(&yaml(&own("action.yml"))["runs"]["steps"], "Find the base").clone()]
}

#[cfg(unix)]
#[test]
fn the_base_is_the_tip_that_the_merge_result_was_made_on() {
    let machine = Machine::new();
    let tip = merge_result(&machine);
    // The branch has gone on since: the merge result knows nothing of that, and the base is still its own.
    machine.write("up/file", "3");
    machine.git("up", &["commit", "--quiet", "-am", "later"]);
    machine.git("clone", &["fetch", "--quiet", "origin"]);
    for step in base_steps() {
        let (run, said) = run_step(&machine, "clone", &step, &[("EVENT", "pull_request"), ("BRANCH", "main")]);
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
        assert_eq!(said, format!("commit={tip}\n"));
    }
}

/// Else a change could be judged by itself, and be found clean.
#[cfg(unix)]
#[test]
fn what_is_no_commit_of_the_branch_is_no_base() {
    let machine = Machine::new();
    merge_result(&machine);
    // The pull request's own head in place of the merge result, of one commit, of two, and with a merge of its own.
    machine.git("clone", &["checkout", "--quiet", "--detach", "origin/change"]);
    for more in
        [&[][..], &["commit", "--allow-empty", "-m", "more"], &["merge", "--no-ff", "-m", "theirs", "origin/main"]]
    {
        if !more.is_empty() {
            machine.git("clone", more);
        }
        for step in base_steps() {
            let (run, said) = run_step(&machine, "clone", &step, &[("EVENT", "pull_request"), ("BRANCH", "main")]);
            assert_ne!(run.code, Some(0), "{more:?}: {said}");
            assert_eq!(said, "");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_shallow_clone_has_no_base_and_does_not_pass() {
    let machine = Machine::new();
    merge_result(&machine);
    let from = format!("file://{}", machine.path("clone").display());
    machine.git("", &["clone", "--quiet", "--depth", "1", &from, "shallow"]);
    for step in base_steps() {
        let (run, said) = run_step(&machine, "shallow", &step, &[("EVENT", "pull_request"), ("BRANCH", "main")]);
        assert_ne!(run.code, Some(0), "{said}");
        assert_eq!(said, "");
    }
}

#[cfg(unix)]
#[test]
fn a_push_has_no_base_and_a_queue_names_its_own() {
    let machine = Machine::new();
    let tip = merge_result(&machine);
    for step in base_steps() {
        let (run, said) = run_step(&machine, "clone", &step, &[("EVENT", "push")]);
        assert_eq!((run.code, said.as_str()), (Some(0), "commit=\n"));
        let (run, said) = run_step(&machine, "clone", &step, &[("EVENT", "merge_group"), ("QUEUE_BASE", &tip)]);
        assert_eq!((run.code, said), (Some(0), format!("commit={tip}\n")));
        let (run, _) = run_step(&machine, "clone", &step, &[("EVENT", "merge_group"), ("QUEUE_BASE", "0123abc")]);
        assert_ne!(run.code, Some(0));
    }
}

/// No comparison that could not be made passes, on either host: 1 are findings, which may be written down before the gate
/// says so; anything else stops.
#[test]
fn only_findings_are_let_through_on_the_way_to_the_gate() {
    let machine = both();
    for text in
        [machine.read("acme/.github/workflows/etalon.yml"), machine.read("acme/.gitlab-ci.yml"), own("action.yml")]
    {
        let tolerant: Vec<&str> = text.lines().filter(|line| line.contains("||") && line.contains("etalon ")).collect();
        assert!(tolerant.len() >= 2);
        for line in tolerant {
            assert!(line.ends_with("|| [ $? -eq 1 ]") || line.ends_with("|| code=$?"), "{line}");
        }
    }
    let gitlab = yaml(&machine.read("acme/.gitlab-ci.yml"));
    let script = gitlab["metrics"]["script"].as_sequence().unwrap();
    let last = script.last().unwrap().as_str().unwrap();
    assert_eq!(
        last.lines().last(),
        Some("etalon check --against \"$BASE\" ${TRUST_ROOT:+--trust-root \"$TRUST_ROOT\"}"),
        "the gate is the last word"
    );
    let reports = &gitlab["metrics"]["artifacts"]["reports"];
    assert_eq!(reports["codequality"].as_str(), Some("etalon-quality.json"));
}
