//! The program as people meet it: what it says, where, with which exit, and what it does to their files.

mod support;

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use support::program::etalon;
use support::sample::{files, plain, told, write};
use tempfile::TempDir;

const CONFIG: &str = "\
project: shop

warehouses:
  ours: { dialect: duckdb, table: '{source}' }
  theirs: { dialect: sqlite, table: 'shop.{source}' }
";

const MODEL: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id    integer
  customer_id integer?
  amount      decimal(12, 2) in usd
  ordered_at  timestamp

  join customer to customers on customer_id
}

source customers {
  key customer_id

  customer_id integer
  region      text?
}

metric revenue = sum(amount) from orders {
  means 'Money.'
  by    month
}

metric order_count = count() from orders {
  means 'How many.'
}
";

/// A project of the shop, with these definitions behind its own.
fn shop(more: &str) -> TempDir {
    project(CONFIG, &format!("{MODEL}{more}"))
}

fn project(config: &str, model: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", config);
    write(folder.path(), "metrics/model.metric", model);
    folder
}

/// The root of the sample.
fn sample() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compiles, and gives what was said to people.
fn compile(folder: &TempDir) -> String {
    let run = etalon(folder.path(), &["compile"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    plain(folder.path(), &run.err)
}

fn build(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    files(&folder.path().join("build"))
}

/// Runs in a folder with COLUMNS set.
fn in_columns(folder: &Path, columns: &str, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
    let output = command.args(words).current_dir(folder).env("COLUMNS", columns).env("NO_COLOR", "1").output();
    let output = output.expect("etalon can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("what is printed is UTF-8")
}

macro_rules! says {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) })
    };
}

#[test]
fn without_a_project_it_says_how_to_begin_one() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let run = etalon(folder.path(), &["check"]);
    assert_eq!(run.code, Some(2));
    says!("no_project", told(folder.path(), &run));
    assert!(files(folder.path()).is_empty(), "check wrote something");
    let named = etalon(folder.path(), &["check", "--project", "nowhere"]);
    assert_eq!(named.code, Some(2));
    says!("no_such_project", told(folder.path(), &named));
}

#[test]
fn a_typo_is_answered_with_the_name() {
    let folder = shop("metric average = revenu / order_count {\n  means 'Of an order.'\n}\n");
    let run = etalon(folder.path(), &["check"]);
    assert_eq!((run.code, run.error_codes()), (Some(1), vec!["E0201".to_string()]));
    says!("typo_in_a_definition", told(folder.path(), &run));

    let folder = shop("");
    let run = etalon(folder.path(), &["query", "revenu", "--dialect", "duckdb"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    says!("typo_in_a_request", told(folder.path(), &run));
    let run = etalon(folder.path(), &["explain", "revenu"]);
    assert_eq!(run.code, Some(2));
    says!("typo_in_explain", told(folder.path(), &run));
}

#[test]
fn what_cannot_be_run_ends_with_2() {
    let folder = shop("");
    for (name, words) in [
        ("unknown_flag", &["check", "--colour"][..]),
        ("unknown_command", &["chek"]),
        ("unknown_dialect", &["query", "revenue", "--dialect", "duckdv"]),
        ("unknown_warehouse", &["query", "revenue", "--warehouse", "our"]),
        ("no_warehouse", &["query", "revenue"]),
        ("unknown_warehouse_of_compile", &["compile", "--warehouse", "our"]),
    ] {
        let run = etalon(folder.path(), words);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{words:?}: {}", run.err);
        says!(name, told(folder.path(), &run));
    }
    assert_eq!(etalon(folder.path(), &["explain", "E0999"]).code, Some(2));
    assert!(!folder.path().join("build").exists());
}

#[test]
fn json_has_the_same_keys_always() {
    let folder = shop("metric average = revenu / order_count {\n  means 'Of an order.'\n}\n");
    let run = etalon(folder.path(), &["check", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    says!("json", told(folder.path(), &run));
    let document: Json = serde_json::from_str(&run.out).expect("the output is JSON");
    let entries = document["diagnostics"].as_array().expect("a list of diagnostics");
    assert!(!entries.is_empty());
    let keys = "code column end endColumn endLine file help label line message name notes related severity start";
    for entry in entries {
        let mut found: Vec<&str> = entry.as_object().expect("an object").keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), keys);
        let (start, end) = (entry["start"].as_u64().expect("a number"), entry["end"].as_u64().expect("a number"));
        let text = fs::read_to_string(folder.path().join(entry["file"].as_str().expect("a path"))).expect("a file");
        assert_eq!(&text[start as usize..end as usize], "revenu");
    }

    let sound = etalon(shop("").path(), &["check", "--format", "json"]);
    let document: Json = serde_json::from_str(&sound.out).expect("the output is JSON");
    assert!(document["diagnostics"].is_array());
    let nowhere = tempfile::tempdir().expect("a temporary folder can be made");
    let failed = etalon(nowhere.path(), &["check", "--format", "json"]);
    assert_eq!(failed.code, Some(2));
    let document: Json = serde_json::from_str(&failed.out).expect("the output is JSON");
    assert!(document["failure"].is_string() && document["help"].is_string(), "{document}");
    for words in [&["list"][..], &["list", "sources"], &["explain", "revenue"]] {
        let words = [words, &["--format", "json"]].concat();
        let text = etalon(sample(), &words).succeeded().unwrap_or_else(|said| panic!("{words:?}: {said}"));
        serde_json::from_str::<Json>(&text).unwrap_or_else(|error| panic!("{words:?}: {error}\n{text}"));
    }
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    for words in [&["seed", "--dialect", "duckdb"][..], &["list"], &["explain", "revenue"], &["completions", "bash"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_etalon"))
            .args(words)
            .current_dir(sample())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("etalon can be run");
        let mut out = child.stdout.take().expect("stdout is piped");
        out.read_exact(&mut [0]).expect("there is a first byte");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked") && !said.contains("roken pipe"), "{words:?}: {said}");
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
    }
}

#[test]
fn compile_writes_what_changed_and_nothing_else() {
    let folder = shop("");
    says!("compiled", compile(&folder));
    let first = build(&folder);
    let written = times(&folder);
    says!("compiled_again", compile(&folder));
    assert_eq!(first, build(&folder));
    assert_eq!(written, times(&folder), "the second run wrote a file");

    let other = shop("");
    compile(&other);
    assert_eq!(first, build(&other), "the bytes depend on the folder");

    // A change that changes no statement.
    write(folder.path(), "metrics/model.metric", &format!("# A comment.\n{MODEL}"));
    compile(&folder);
    let statements = |times: BTreeMap<String, std::time::SystemTime>| {
        times.into_iter().filter(|(name, _)| name.ends_with(".sql")).collect::<Vec<_>>()
    };
    assert_eq!(statements(written), statements(times(&folder)), "a comment rewrote a statement");
}

fn times(folder: &TempDir) -> BTreeMap<String, std::time::SystemTime> {
    let build = folder.path().join("build");
    let time = |name: &String| fs::metadata(build.join(name)).and_then(|it| it.modified()).expect("a file has a time");
    files(&build).keys().map(|name| (name.clone(), time(name))).collect()
}

#[test]
fn what_is_no_longer_made_goes_and_what_people_made_stays() {
    let folder = shop("metric gone = max(amount) from orders\n\nmetric mine = min(amount) from orders\n");
    compile(&folder);
    let path = |name: &str| folder.path().join("build/ours/metrics").join(name);
    assert!(path("gone.sql").exists() && path("mine.sql").exists());
    fs::write(path("mine.sql"), "-- changed by hand\n").expect("a file can be written");
    write(folder.path(), "build/ours/metrics/foreign.sql", "-- never made\n");
    write(folder.path(), "build/notes.txt", "notes\n");

    write(folder.path(), "metrics/model.metric", MODEL);
    says!("removed", compile(&folder));
    assert!(!path("gone.sql").exists(), "a stale file stays");
    assert_eq!(fs::read_to_string(path("mine.sql")).expect("it stays"), "-- changed by hand\n");
    assert_eq!(fs::read_to_string(path("foreign.sql")).expect("it stays"), "-- never made\n");
    assert!(folder.path().join("build/notes.txt").exists());
    assert!(!folder.path().join("build/theirs/metrics/mine.sql").exists(), "the unchanged one goes");
}

#[test]
fn a_manifest_removes_nothing_outside_its_folder() {
    let folder = shop("");
    compile(&folder);
    let outside = "-- not made by etalon\n";
    // The hash of this text, so that only the path can save it.
    let hash = sha256(outside);
    let manifest = folder.path().join("build/manifest.json");
    let text = fs::read_to_string(&manifest).expect("there is a manifest");
    let absolute = folder.path().join("metrics/x.sql").display().to_string();
    let places = [
        ("../../x.sql", "x.sql"),
        ("../metrics/x.sql", "metrics/x.sql"),
        ("ours/metrics/../../../x.sql", "x.sql"),
        ("../x.sql", "x.sql"),
        ("x.sql", "build/x.sql"),
        (absolute.as_str(), "metrics/x.sql"),
    ];
    for (said, real) in places {
        // `../../x.sql` is above the project.
        let victim = match said {
            "../../x.sql" => {
                folder.path().parent().expect("a folder above").join(format!("x-{}.sql", std::process::id()))
            }
            _ => folder.path().join(real),
        };
        let said = match said {
            "../../x.sql" => format!("../../x-{}.sql", std::process::id()),
            _ => said.to_string(),
        };
        fs::write(&victim, outside).expect("a file can be written");
        let mut document: Json = serde_json::from_str(&text).expect("a manifest is JSON");
        let mut entry = document["files"]["ours/metrics/revenue.sql"].clone();
        assert!(entry.is_object(), "{text}");
        entry["sha256"] = hash.clone().into();
        document["files"][said.as_str()] = entry;
        fs::write(&manifest, document.to_string()).expect("a file can be written");
        compile(&folder);
        let kept = fs::read_to_string(&victim);
        assert!(kept.is_ok_and(|text| text == outside), "{said} in the manifest removed {}", victim.display());
        fs::remove_file(&victim).expect("a file can be removed");
        let after = fs::read_to_string(&manifest).expect("there is a manifest");
        assert_eq!(after, text, "the manifest is not put right after {said}");
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_edited_or_missing_file_is_written_again() {
    let folder = shop("");
    compile(&folder);
    let first = build(&folder);
    write(folder.path(), "build/ours/metrics/revenue.sql", "SELECT 1;\n");
    fs::remove_file(folder.path().join("build/theirs/metrics/revenue.sql")).expect("a file can be removed");
    says!("rewritten", compile(&folder));
    assert_eq!(first, build(&folder));
    fs::write(folder.path().join("build/manifest.json"), "{ not json").expect("a file can be written");
    compile(&folder);
    assert_eq!(first, build(&folder));
}

#[test]
fn a_project_with_an_error_writes_nothing() {
    let broken = format!("{MODEL}metric broken = sum(amout) from orders\n");
    let folder = project(CONFIG, &broken);
    let run = etalon(folder.path(), &["compile"]);
    assert_eq!((run.code, run.error_codes()), (Some(1), vec!["E0204".to_string()]));
    says!("broken", told(folder.path(), &run));
    assert!(!folder.path().join("build").exists(), "a failing project wrote");

    write(folder.path(), "metrics/model.metric", MODEL);
    compile(&folder);
    let before = (build(&folder), times(&folder));
    write(folder.path(), "metrics/model.metric", &broken.replace("count()", "max(amount)"));
    assert_eq!(etalon(folder.path(), &["compile"]).code, Some(1));
    assert_eq!(before, (build(&folder), times(&folder)), "a failing project wrote");
}

#[test]
fn what_does_not_hold_together_has_its_code() {
    let cases = [
        ("cyclic_metrics", "E0203", "metric a = b + 1\n\nmetric b = c * 2\n\nmetric c = a\n"),
        ("metric_of_itself", "E0203", "metric a = a + 1\n"),
        ("duplicate_metrics", "E0202", "metric revenue = count() from orders\n"),
        ("duplicate_sources", "E0202", "source orders {\n  key id\n  id integer\n}\n"),
        (
            "ambiguous_path",
            "E0507",
            "source lines {
  key line_id
  line_id  integer
  buyer_id integer
  payer_id integer
  join buyer to customers on buyer_id = customer_id
  join payer to customers on payer_id = customer_id
}

metric line_count = count() from lines where region = 'EMEA'
",
        ),
        (
            "cyclic_joins",
            "E0504",
            "source chickens {
  key chicken_id
  chicken_id integer
  egg_id     integer
  join egg to eggs on egg_id
}

source eggs {
  key egg_id
  egg_id     integer
  chicken_id integer
  join chicken to chickens on chicken_id
}
",
        ),
    ];
    for (name, code, more) in cases {
        let folder = shop(more);
        let run = etalon(folder.path(), &["check"]);
        let text = told(folder.path(), &run);
        assert_eq!((run.code, run.error_codes()), (Some(1), vec![code.to_string()]), "{name}: {text}");
        says!(name, text);
    }
}

#[test]
fn explain_fits_the_terminal() {
    let page = in_columns(sample(), "80", &["explain", "E0204"]);
    says!("explain_a_code", page);
    assert_eq!(page, in_columns(sample(), "80", &["explain", "e0204"]));
    assert_eq!(page, in_columns(sample(), "80", &["explain", "unknown-column"]));
    for columns in ["60", "120"] {
        let text = in_columns(sample(), columns, &["explain", "revenue"]);
        let most: usize = columns.parse().expect("a number");
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > most).collect();
        assert!(long.is_empty(), "wider than {columns}: {long:?}");
        let name = format!("explain_in_{columns}");
        says!(name, text);
    }
}

#[test]
fn explain_prints_the_canonical_form() {
    let text = etalon(sample(), &["explain", "repeat_rate", "--canonical"]).succeeded().expect("a sound project");
    says!("explain_canonical", text);
    let json = etalon(sample(), &["explain", "repeat_rate", "--canonical", "--format", "json"]);
    let object: Json = serde_json::from_str(&json.succeeded().expect("a sound project")).expect("it is JSON");
    assert_eq!(object["form"].as_str(), Some(text.as_str()));
    assert_eq!(text.lines().last(), Some(format!("digest {}", object["digest"].as_str().expect("a text")).as_str()));
}

#[test]
fn every_kind_is_listed() {
    for kind in ["metrics", "sources", "dimensions", "reports", "teams"] {
        let text = in_columns(sample(), "200", &["list", kind]);
        says!(format!("list_{kind}"), text);
        let json = etalon(sample(), &["list", kind, "--format", "json"]).succeeded().expect("a sound project");
        let entries: Json = serde_json::from_str(&json).expect("the list is JSON");
        assert_eq!(entries.as_array().expect("a list").len(), text.lines().count() - 1, "{kind}");
    }
}

#[test]
fn completions_know_the_commands() {
    let nowhere = tempfile::tempdir().expect("a temporary folder can be made");
    for shell in ["bash", "zsh", "fish"] {
        let script = etalon(nowhere.path(), &["completions", shell]).succeeded().expect("no project is needed");
        for word in ["check", "compile", "query", "explain", "--project"] {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(etalon(nowhere.path(), &["completions", "cmd"]).code, Some(2));
}

#[test]
fn settings_that_do_not_fit_are_shown_at_their_place() {
    let cases = [
        ("yaml_unknown_key", "E0702", "project: shop\ncalender:\n  timezone: Europe/Berlin\n"),
        ("yaml_unknown_key_inside", "E0702", "project: shop\ncalendar:\n  timezon: Europe/Berlin\n"),
        ("yaml_bad_zone", "E0703", "project: shop\ncalendar:\n  timezone: Europe/Berlim\n"),
        ("yaml_bad_day", "E0703", "project: shop\ncalendar:\n  week_starts: mon\n"),
        ("yaml_bad_dialect", "E0703", "project: shop\nwarehouses:\n  a: { dialect: duckdv, table: '{source}' }\n"),
        (
            "yaml_bad_warehouse_name",
            "E0703",
            "project: shop\nwarehouses:\n  ../a: { dialect: duckdb, table: '{source}' }\n",
        ),
        (
            "yaml_unknown_source",
            "E0704",
            "project: shop\nwarehouses:\n  a:\n    dialect: duckdb\n    sources:\n      ordres: { table: t }\n",
        ),
        ("yaml_not_yaml", "E0701", "project: [shop\n"),
    ];
    for (name, code, config) in cases {
        let folder = project(config, MODEL);
        let run = etalon(folder.path(), &["check"]);
        let text = told(folder.path(), &run);
        assert_eq!((run.code, run.error_codes()), (Some(1), vec![code.to_string()]), "{name}: {text}");
        says!(name, text);
    }
    let only_codes = [
        ("E0703", "calendar:\n  week_starts: monday\n"),
        ("E0703", "project: shop\nwarehouses:\n  a: { dialect: duckdb, table: 'x..{source}' }\n"),
    ];
    for (code, config) in only_codes {
        let run = etalon(project(config, MODEL).path(), &["check"]);
        assert_eq!((run.code, run.error_codes()), (Some(1), vec![code.to_string()]), "{config}: {}", run.err);
    }
}
