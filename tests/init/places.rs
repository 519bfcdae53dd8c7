//! Folders of every name and in every place.

use crate::{Machine, names};

/// A project of this name in the folder, as the program says.
fn project(machine: &Machine, folder: &str) -> String {
    let report = machine.etalon("", &["init", "--format", "json", "--", folder]).succeeded();
    let report = report.unwrap_or_else(|said| panic!("{folder:?}: {said}"));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    for words in [&["test"][..], &["compile"]] {
        machine.etalon(folder, words).succeeded().unwrap_or_else(|said| panic!("{folder:?} {words:?}: {said}"));
    }
    report["project"].as_str().unwrap().to_owned()
}

#[test]
fn a_folder_may_be_called_anything() {
    let machine = Machine::new();
    for (folder, name) in [
        ("acme", "acme"),
        ("Acme Metrics", "Acme-Metrics"),
        ("it's: \"ours\" # really", "it-s-ours-really"),
        ("__project__", "__project__"),
        ("${{ secrets.TOKEN }}", "secrets.TOKEN"),
        ("$(touch pwned)", "touch-pwned"),
        ("-rf", "rf"),
        ("мера", "metrics"),
        ("..hidden..", "hidden"),
        ("two\nlines", "two-lines"),
        ("007", "007"),
        ("true", "true"),
        ("deep/er/metrics", "metrics"),
    ] {
        assert_eq!(project(&machine, folder), name, "{folder:?}");
    }
}

#[test]
fn this_folder_is_the_default() {
    let machine = Machine::new();
    machine.write("acme/notes.txt", "a folder that is not empty is fine\n");
    machine.etalon("acme", &["init"]).succeeded().unwrap();
    assert!(machine.read("acme/etalon.yaml").contains("project: 'acme'\n"));
    machine.etalon("acme", &["compile"]).succeeded().unwrap();
}

#[test]
fn a_name_that_would_need_quotes_is_answered_with_one_that_does_not() {
    let machine = Machine::new();
    let run = machine.etalon("", &["init", "acme", "--name", "Acme Inc."]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "error: `Acme Inc.` is no name for a project\nhelp: take letters, digits, `_`, `-` and `.`: `--name Acme-Inc`\n"
    );
    machine.etalon("", &["init", "acme", "--name", "Acme-Inc"]).succeeded().unwrap();
    assert!(machine.read("acme/etalon.yaml").contains("project: 'Acme-Inc'\n"));
}

/// Hosts look for their files where the repository begins, and nowhere else.
#[test]
fn in_a_larger_repository_the_host_s_files_lie_where_it_looks() {
    let machine = Machine::new();
    machine.write("mono/src/main.py", "");
    machine.git("mono", &["init", "--quiet"]);
    let run = machine.etalon("mono", &["init", "data team's/metrics", "--ci", "all"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let files = machine.files("mono");
    let outside: Vec<&str> = names(&files).into_iter().filter(|name| !name.contains("/metrics/")).collect();
    assert_eq!(
        outside,
        [
            ".github/workflows/etalon.yml",
            ".gitlab-ci.yml",
            ".pre-commit-config.yaml",
            "CODEOWNERS",
            "data team's/.gitignore",
            "src/main.py",
        ]
    );
    assert!(run.out.contains("\n  ../../.gitlab-ci.yml\n"), "{}", run.out);
    for name in [".github/workflows/etalon.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"] {
        assert!(machine.read(&format!("mono/{name}")).contains("'data team''s/metrics'"), "{name}");
    }
    assert!(machine.read("mono/CODEOWNERS").contains("# /data\\ team's/metrics/etalon.lock "));
    machine.etalon("mono/data team's", &["compile"]).succeeded().unwrap();
    machine.git("mono", &["add", "."]);
    assert!(!machine.git("mono", &["status", "--porcelain"]).contains("build"));
}

#[test]
fn a_folder_that_files_for_ci_cannot_name_is_said_before_anything_is_written() {
    let machine = Machine::new();
    machine.write("mono/kept", "");
    machine.git("mono", &["init", "--quiet"]);
    let run = machine.etalon("mono", &["init", "${{ secrets.TOKEN }}"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err.lines().next(),
        Some("error: the folder \"${{ secrets.TOKEN }}\" has a sign in its name that files for CI cannot hold")
    );
    assert_eq!(names(&machine.files("mono")), ["kept"]);
}

#[test]
fn a_project_beside_another_is_one_of_its_own_and_says_so() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    let run = machine.etalon("acme", &["init", "lab"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.err.contains("note: `../etalon.yaml` is a project in a folder above; this is one of its own\n"),
        "{}",
        run.err
    );
    machine.etalon("acme", &["compile"]).succeeded().unwrap();
    machine.etalon("acme/lab", &["compile"]).succeeded().unwrap();
}

/// What is defined in it would be read as the other project's, and each name be there twice.
#[test]
fn a_folder_among_another_project_s_definitions_is_refused() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    let before = machine.files("acme");
    let run = machine.etalon("acme", &["init", "metrics/lab"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.starts_with("error: `metrics/lab` lies among the definitions of the project that `"),
        "{}",
        run.err
    );
    assert_eq!(machine.files("acme"), before);
}

/// A host checks a repository out into a folder of its name, and `metrics` is a likely one.
#[test]
fn a_repository_called_metrics_is_a_project_by_itself() {
    let machine = Machine::new();
    machine.etalon("", &["init", "acme"]).succeeded().unwrap();
    std::fs::rename(machine.path("acme"), machine.path("metrics")).unwrap();
    machine.git("metrics", &["init", "--quiet"]);
    machine.git("metrics", &["add", "."]);
    machine.git("metrics", &["commit", "--quiet", "-m", "first"]);
    machine.etalon("metrics", &["compile"]).succeeded().unwrap();
    assert!(machine.path("metrics/build/manifest.json").is_file());
    assert!(!machine.path("build").exists());
    let same = machine.etalon("metrics", &["compare", "revenue", "--from", "HEAD"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);

    // And one that was begun under that name.
    let machine = Machine::new();
    machine.etalon("", &["init", "metrics"]).succeeded().unwrap();
    machine.git("metrics", &["init", "--quiet"]);
    machine.git("metrics", &["add", "."]);
    machine.git("metrics", &["commit", "--quiet", "-m", "first"]);
    machine.etalon("metrics", &["compile"]).succeeded().unwrap();
    assert!(machine.path("metrics/build/manifest.json").is_file());
    assert_eq!(machine.git("metrics", &["status", "--porcelain"]), "");
    assert_eq!(machine.etalon("metrics", &["compare", "revenue", "--from", "HEAD"]).code, Some(0));
}

#[test]
fn a_file_is_no_folder() {
    let machine = Machine::new();
    machine.write("notes", "ours\n");
    let run = machine.etalon("", &["init", "notes"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "error: `notes` is a file\nhelp: name a folder for the project: one that is there, or a new one\n"
    );
    assert_eq!(machine.read("notes"), "ours\n");
}

/// What is said to be typed next is typed as it stands.
#[test]
fn the_way_into_the_folder_is_a_word_of_the_shell() {
    let machine = Machine::new();
    for folder in ["acme", "it's ours", "-P", "$(touch pwned)", "two\nlines"] {
        let report = machine.etalon("", &["init", "--format", "json", "--", folder]).succeeded().unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let command = format!("{} && cat etalon.yaml", report["next"][0].as_str().unwrap());
        let run = machine.program("sh", &machine.path(""), &["-c", &command]);
        assert!(run.out.contains("\nproject: '"), "{command}: {}", run.err);
    }
    assert!(!machine.path("pwned").exists());
}

#[test]
fn two_folders_are_one_too_many() {
    let machine = Machine::new();
    let run = machine.etalon("", &["--project", "one", "init", "two"]);
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!(run.err);
}

#[test]
fn the_folder_may_be_named_as_for_every_command() {
    let machine = Machine::new();
    machine.etalon("", &["--project", "acme", "init"]).succeeded().unwrap();
    machine.etalon("", &["--project", "acme", "compile"]).succeeded().unwrap();
}
