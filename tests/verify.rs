//! `etalon verify`, headers and manifests: what left the compiler, told apart from what somebody made of it.

mod support;

use serde_json::{Value as Json, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use support::program::{Run, etalon};
use support::sample::{plain, write};
use tempfile::TempDir;

const CONFIG: &str = "\
project: shop
warehouses:
  ours: { dialect: duckdb, table: '{source}' }
  theirs: { dialect: sqlite, table: 'shop.{source}' }
";

const SHOP: &str = "\
team finance { lead 'ines@acme.example' paid on nothing }
team sales { lead 'dana@acme.example' paid on margin }
team market { lead 'priya@acme.example' }

source orders {
  key  order_id
  time ordered_at

  order_id    integer
  amount      decimal(12, 2) in usd
  cost        decimal(12, 2) in usd
  status      text
  ordered_at  timestamp
}

metric revenue 'Revenue' = sum(amount) from orders where status = 'complete' {
  means     'Money from completed orders.'
  owner     finance
  agreed by market
  guardrail returns
}

metric returns = count() from orders where status = 'returned' { owner finance }
metric costs   = sum(cost) from orders { owner finance }
metric margin  = revenue - costs { owner finance }
metric sketch  = count() from orders { status draft owner finance }

report pack 'The pack' { show revenue, sketch by month where status <> 'test' }
";

fn shop() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", CONFIG);
    write(folder.path(), "metrics/shop.metric", SHOP);
    folder
}

/// The shop in a repository, its definitions committed.
fn repository() -> TempDir {
    let folder = shop();
    write(folder.path(), ".gitignore", "build/\n");
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path(), "Orders of the shop");
    folder
}

fn git(folder: &Path, words: &[&str]) -> String {
    let identity = ["-c", "user.name=Dana", "-c", "user.email=dana@acme.example", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(identity).args(words);
    let dates = [("GIT_AUTHOR_DATE", "2026-03-01T10:00:00Z"), ("GIT_COMMITTER_DATE", "2026-03-01T10:00:00Z")];
    let done = command.envs(dates).output().expect("git is installed");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

fn commit(folder: &Path, message: &str) -> String {
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "-m", message]);
    git(folder, &["rev-parse", "HEAD"])
}

fn compiled(folder: &Path, words: &[&str]) {
    let run = etalon(folder, &[&["compile"], words].concat());
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
}

/// Replaces a text in a file, where it has to be.
fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains(from), "{file} has no {from}:\n{text}");
    fs::write(path, text.replace(from, to)).expect("the file can be written");
}

/// Verifies a text on standard input.
fn pasted(folder: &Path, text: &str, words: &[&str]) -> Run {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_etalon"))
        .args(["verify", "-"])
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("etalon runs");
    let mut stdin = child.stdin.take().expect("it has an input");
    stdin.write_all(text.as_bytes()).expect("it reads its input");
    drop(stdin);
    let done = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Run { out: text(&done.stdout), err: text(&done.stderr), code: done.status.code() }
}

/// What a run says, without what changes from run to run.
fn said(folder: &Path, run: &Run) -> String {
    let text = format!("{}{}", run.out, run.err);
    let head = git_head(folder);
    let text = plain(folder, &text).replace(&head, "[commit]").replace(&head[..12], "[commit]");
    format!("{}exit {}\n", digests_apart(&text), run.code.expect("it ends by itself"))
}

fn git_head(folder: &Path) -> String {
    git(folder, &["rev-parse", "HEAD"])
}

/// Digests change with the version of their form, and are no matter of a message.
fn digests_apart(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        let length = from.find(|letter: char| !letter.is_ascii_hexdigit()).unwrap_or(from.len());
        let (word, after) = from.split_at(length);
        out += before;
        if length >= 12 {
            let known = seen.iter().position(|other| other[..12] == word[..12]).unwrap_or_else(|| {
                seen.push(word.to_owned());
                seen.len() - 1
            });
            out += &format!("[digest {}]", known + 1);
        } else {
            out += word;
        }
        rest = after;
    }
    out + rest
}

fn codes(run: &Run) -> Vec<String> {
    run.error_codes()
}

const REVENUE: &str = "ours/metrics/revenue.sql";

fn file(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("build").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_build_as_it_was_compiled() {
    let folder = repository();
    for form in ["select", "view", "table", "dbt"] {
        compiled(folder.path(), &["--as", form]);
        let run = etalon(folder.path(), &["verify"]);
        assert_eq!(run.code, Some(0), "as {form}: {}{}", run.out, run.err);
        assert!(run.out.contains("as the definitions compile to: 4 draft, 8 proposed"), "{}", run.out);
    }
    assert_eq!(etalon(folder.path(), &["checks"]).code, Some(0));
    assert_eq!(etalon(folder.path(), &["verify", "build"]).code, Some(0));
}

#[test]
fn a_file_that_was_changed_by_hand() {
    let folder = repository();
    compiled(folder.path(), &[]);
    change(folder.path(), "build/ours/metrics/revenue.sql", "'complete'", "'open'");
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0601"], "{}", run.err);
    insta::assert_snapshot!(said(folder.path(), &run));
    compiled(folder.path(), &[]);
    assert_eq!(etalon(folder.path(), &["verify"]).code, Some(0), "compiled again it is mended");
}

#[test]
fn a_build_of_other_definitions() {
    let folder = repository();
    compiled(folder.path(), &[]);
    change(folder.path(), "metrics/shop.metric", "where status = 'complete'", "where status = 'open'");
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0602"], "{}", run.err);
    insta::assert_snapshot!(said(folder.path(), &run));
    // What it means stays, what it is called does not.
    git(folder.path(), &["checkout", "--quiet", "metrics"]);
    change(folder.path(), "metrics/shop.metric", "metric revenue 'Revenue'", "metric revenue 'Money'");
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0602"], "{}", run.err);
    assert!(run.err.contains("4 files of the same meaning"), "{}", run.err);
    assert!(!run.err.contains("means something else"), "{}", run.err);
}

/// Writes the hash of the file that lies there into the manifest, as somebody would who wants it to look right.
fn forge(folder: &Path, name: &str) {
    use sha2::{Digest, Sha256};
    let bytes = fs::read(folder.join("build").join(name)).expect("the file is there");
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut manifest: Json = serde_json::from_str(&file(folder, "manifest.json")).expect("a manifest is JSON");
    manifest["files"][name]["sha256"] = json!(hash);
    write(&folder.join("build"), "manifest.json", &manifest.to_string());
}

#[test]
fn a_manifest_that_was_made_to_fit() {
    let folder = repository();
    compiled(folder.path(), &[]);
    change(folder.path(), "build/ours/metrics/revenue.sql", "'complete'", "'open'");
    forge(folder.path(), REVENUE);
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0603"], "{}", run.err);
    // Also where the definitions have moved on: those of the commit are asked.
    change(folder.path(), "metrics/shop.metric", "status = 'returned'", "status = 'sent back'");
    let later = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&later), ["G0602", "G0603"], "{}", later.err);
    git(folder.path(), &["checkout", "--quiet", "metrics"]);
    // A run that takes the manifest's word would leave it.
    compiled(folder.path(), &[]);
    assert_eq!(etalon(folder.path(), &["verify"]).code, Some(0));

    let mut manifest: Json = serde_json::from_str(&file(folder.path(), "manifest.json")).expect("a manifest is JSON");
    manifest["files"][REVENUE]["status"] = json!("approved");
    write(&folder.path().join("build"), "manifest.json", &manifest.to_string());
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0603"], "{}", run.err);
    assert!(run.err.contains("another digest, version or status"), "{}", run.err);
}

#[test]
fn files_that_are_gone_and_files_that_nobody_made() {
    let folder = repository();
    compiled(folder.path(), &[]);
    fs::remove_file(folder.path().join("build/theirs/metrics/margin.sql")).expect("it is there");
    write(folder.path(), "build/ours/metrics/true_revenue.sql", "SELECT SUM(amount) FROM orders;\n");
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0604", "G0605"], "{}", run.err);
    insta::assert_snapshot!(said(folder.path(), &run));
}

/// Whoever may change a build does not get to see what else lies on the machine that verifies it.
#[cfg(unix)]
#[test]
fn a_path_that_leads_elsewhere_is_not_followed() {
    let folder = repository();
    write(folder.path(), "secret.txt", "the secret\n");
    compiled(folder.path(), &[]);
    change(folder.path(), "build/manifest.json", "\"ours/metrics/costs.sql\"", "\"../secret.txt\"");
    let link = folder.path().join("build/theirs/metrics/revenue.sql");
    fs::remove_file(&link).expect("it is there");
    std::os::unix::fs::symlink("../../../secret.txt", &link).expect("a link can be made");
    let foreign = folder.path().join("build/theirs/metrics/foreign.sql");
    std::os::unix::fs::symlink("../../../secret.txt", foreign).expect("a link can be made");
    for words in [&["verify"][..], &["verify", "--format", "json"]] {
        let run = etalon(folder.path(), words);
        assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
        assert!(!format!("{}{}", run.out, run.err).contains("the secret"), "{}{}", run.out, run.err);
    }
    let run = etalon(folder.path(), &["verify"]);
    assert!(run.err.contains("`../secret.txt` is a file elsewhere"), "{}", run.err);
    assert!(run.err.contains("`theirs/metrics/revenue.sql` is a file elsewhere"), "{}", run.err);
    assert!(run.err.contains("`theirs/metrics/foreign.sql` is a file elsewhere"), "{}", run.err);
}

#[test]
fn a_build_of_another_compiler() {
    let folder = repository();
    compiled(folder.path(), &[]);
    let version = format!("\"etalon\": \"{}\"", env!("CARGO_PKG_VERSION"));
    change(folder.path(), "build/manifest.json", &version, "\"etalon\": \"0.0.9\"");
    let run = etalon(folder.path(), &["verify"]);
    assert_eq!(codes(&run), ["G0606"], "{}", run.err);
    assert!(run.err.contains("but for comments, this version writes every statement as it is there"), "{}", run.err);
}

#[test]
fn what_could_not_be_looked_at_is_not_clean() {
    let folder = repository();
    let none = etalon(folder.path(), &["verify"]);
    assert_eq!((none.code, none.out.as_str()), (Some(2), ""), "{}", none.err);
    compiled(folder.path(), &[]);
    write(folder.path(), "metrics/broken.metric", "metric broken = sum(nothing) from orders\n");
    let broken = etalon(folder.path(), &["verify"]);
    assert_eq!((broken.code, broken.out.as_str()), (Some(2), ""), "{}", broken.err);
    fs::remove_file(folder.path().join("metrics/broken.metric")).expect("it is there");
    write(folder.path(), "build/manifest.json", "{ \"version\": 2 ");
    let torn = etalon(folder.path(), &["verify"]);
    assert_eq!((torn.code, torn.out.as_str()), (Some(2), ""), "{}", torn.err);
    assert!(torn.err.contains("has not the form of a manifest"), "{}", torn.err);
}

#[test]
fn answers_for_programs() {
    let folder = repository();
    compiled(folder.path(), &[]);
    change(folder.path(), "build/ours/metrics/revenue.sql", "'complete'", "'open'");
    let run = etalon(folder.path(), &["verify", "--format", "json"]);
    let answer: Json = serde_json::from_str(&run.out).expect("it is JSON");
    assert_eq!(answer["verdict"], "findings");
    assert_eq!(answer["files"], 12);
    assert_eq!(answer["status"], json!({ "draft": 4, "proposed": 8 }));
    assert_eq!(answer["diagnostics"][0]["code"], "G0601");
    assert_eq!(run.code, Some(1));
    let run = pasted(folder.path(), &file(folder.path(), "theirs/metrics/revenue.sql"), &["--format", "json"]);
    let answer: Json = serde_json::from_str(&run.out).expect("it is JSON");
    assert_eq!(answer["verdict"], "as_compiled");
    assert_eq!((&answer["place"], &answer["dialect"]), (&json!("theirs"), &json!("sqlite")));
    assert_eq!(answer["metrics"][0]["name"], "revenue");
    assert_eq!(run.code, Some(0));
}

#[test]
fn a_statement_from_a_dashboard() {
    let folder = repository();
    compiled(folder.path(), &[]);
    let sql = file(folder.path(), REVENUE);
    let body: String = sql.lines().filter(|line| !line.starts_with("--")).map(|line| format!("{line} ")).collect();
    let lowered = body.replace("SELECT", "select").replace("WHERE", "\n\twhere /* only these */").replace(';', "");
    for text in [&sql, &body, &lowered] {
        let run = pasted(folder.path(), text, &[]);
        assert_eq!(run.code, Some(0), "{text}\n{}{}", run.out, run.err);
        assert!(run.out.starts_with("It is what `revenue` compiles to on ours, proposed."), "{}", run.out);
    }
    compiled(folder.path(), &["--as", "view"]);
    let view = pasted(folder.path(), &file(folder.path(), REVENUE), &[]);
    assert_eq!(view.code, Some(0), "{}{}", view.out, view.err);
    let report = pasted(folder.path(), &file(folder.path(), "theirs/reports/pack.sql"), &[]);
    assert!(report.out.starts_with("It is what the report `pack` compiles to on theirs, draft."), "{}", report.out);
}

#[test]
fn an_answer_to_a_question_is_compiled_again() {
    let folder = repository();
    for words in [
        vec!["revenue", "--by", "month", "--dialect", "postgres"],
        vec!["revenue", "margin", "--where", "status <> 'it''s \"odd\"'", "--warehouse", "theirs"],
        vec![
            "revenue",
            "--by",
            "month",
            "--order",
            "-revenue",
            "--limit",
            "3",
            "--during",
            "2026",
            "--dialect",
            "spark",
        ],
        vec!["revenue", "--having", "revenue > 0", "--by", "day", "--revision", "v1, \"final\"", "--warehouse", "ours"],
    ] {
        let sql = etalon(folder.path(), &[&["query"], &words[..]].concat()).succeeded().expect("it compiles");
        let run = pasted(folder.path(), &sql, &[]);
        assert_eq!(run.code, Some(0), "{words:?}\n{sql}\n{}{}", run.out, run.err);
    }
}

#[test]
fn a_statement_that_was_changed() {
    let folder = repository();
    let words = ["query", "revenue", "--by", "month", "--dialect", "duckdb"];
    let sql = etalon(folder.path(), &words).succeeded().expect("it compiles");
    let changed = sql.replace("'complete'", "'open'");
    let run = pasted(folder.path(), &changed, &[]);
    assert_eq!(codes(&run), ["G0608"], "{}", run.err);
    insta::assert_snapshot!(said(folder.path(), &run));
    let more = sql.replace("GROUP BY", "  AND orders.amount > 5\nGROUP BY");
    let run = pasted(folder.path(), &more, &[]);
    assert!(run.err.contains("`orders.amount > 5` was added"), "{}", run.err);
    let less = sql.replace("WHERE orders.status = 'complete'\n", "");
    let run = pasted(folder.path(), &less, &[]);
    assert!(run.err.contains("`orders.status = 'complete'` was taken out"), "{}", run.err);
    // The header alone.
    let approved = sql.replace(" proposed\n", " approved by finance, market\n");
    let run = pasted(folder.path(), &approved, &[]);
    assert_eq!(codes(&run), ["G0608"], "{}", run.err);
    assert!(run.err.contains("the header says `approved`, and the statement is `proposed`"), "{}", run.err);
}

#[test]
fn a_statement_of_earlier_definitions() {
    let folder = repository();
    compiled(folder.path(), &[]);
    let with_header = file(folder.path(), REVENUE);
    let without: String = with_header.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    let first = git_head(folder.path());
    change(folder.path(), "metrics/shop.metric", "where status = 'complete'", "where status = 'open'");
    commit(folder.path(), "Open orders\u{202e} count, too");
    write(folder.path(), "notes.md", "Of no matter to any definition.\n");
    commit(folder.path(), "Notes");
    for text in [&with_header, &without] {
        let run = pasted(folder.path(), text, &[]);
        assert_eq!(codes(&run), ["G0607"], "{}{}", run.out, run.err);
        assert!(
            run.err.contains(&format!("compiled to at {} (2026-03-01, Orders of the shop)", &first[..12])),
            "{}",
            run.err
        );
    }
    let run = pasted(folder.path(), &with_header, &[]);
    insta::assert_snapshot!(said(folder.path(), &run).replace(&first[..12], "[first]"));
    // Of the old ones, and changed since: told against what its header says it was.
    let run = pasted(folder.path(), &with_header.replace("'complete'", "'completed'"), &[]);
    assert_eq!(codes(&run), ["G0608"], "{}", run.err);
    assert!(
        run.err.contains("`orders.status = 'completed'` was compiled as `orders.status = 'complete'`"),
        "{}",
        run.err
    );
    // Not looked for that far.
    let run = pasted(folder.path(), &with_header, &["--history", "1"]);
    assert_eq!(codes(&run), ["G0608"], "{}", run.err);
}

#[test]
fn a_statement_of_nobody() {
    let folder = repository();
    for text in ["SELECT SUM(amount) FROM orders", "", "no SQL 'at all", "\u{0}\u{1}"] {
        let run = pasted(folder.path(), text, &[]);
        assert_eq!(codes(&run), ["G0609"], "{text:?}: {}{}", run.out, run.err);
    }
    // Without a repository there is no history, and that is said.
    let run = pasted(shop().path(), "SELECT 1", &[]);
    assert!(run.err.contains("no earlier definitions were looked through: "), "{}", run.err);
}

#[test]
fn a_header_says_who_stands_behind_a_number() {
    let folder = repository();
    compiled(folder.path(), &[]);
    let header = |name: &str| {
        let sql = file(folder.path(), name);
        let lines = sql.lines().take_while(|line| line.starts_with("--"));
        lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(digests_apart(&[header(REVENUE), header("theirs/reports/pack.sql")].join("\n\n")));
}

/// Whatever somebody calls a metric: it is no line of SQL, and no fact.
#[test]
fn nothing_that_people_write_becomes_a_fact_or_a_statement() {
    let folder = shop();
    let digest = "0".repeat(64);
    let forged = format!("metric revenue@9 sha256:{digest} approved by finance");
    let hostile = format!(
        "metric \"x */ DROP TABLE orders; --\" '''A title\n{forged}\nDROP TABLE orders;''' = count() from orders {{\n  \
         means '''First.\u{2028}{forged}\u{2029}{forged}\nstatus: approved\u{85}etalon 9'''\n  owner \"a\u{2028}{forged}\"\n}}\n\
         team \"a\u{2028}{forged}\" 'A' {{ lead 'a@acme.example' }}\n\
         report \"status: approved\" '{forged}' {{ show \"x */ DROP TABLE orders; --\" by month where status <> 'a' }}\n"
    );
    write(folder.path(), "metrics/hostile.metric", &hostile);
    compiled(folder.path(), &[]);
    let name = "x%20%2A%2F%20%44%52%4F%50%20%54%41%42%4C%45%20orders%3B%20%2D%2D";
    for file_name in [format!("ours/metrics/{name}.sql"), "ours/reports/status%3A%20approved.sql".to_owned()] {
        let sql = file(folder.path(), &file_name);
        let (header, body): (Vec<&str>, Vec<&str>) = sql.lines().partition(|line| line.starts_with("--"));
        let facts = |word: &str| header.iter().filter(|line| line.starts_with(&format!("-- {word}"))).count();
        assert_eq!(facts("metric "), 1, "{sql}");
        assert_eq!(facts("status: "), 1, "{sql}");
        assert_eq!(facts("etalon "), 1, "{sql}");
        assert!(!sql.contains(&format!("\n-- {forged}")), "{sql}");
        assert!(body[0] == "SELECT" && !body.iter().any(|line| line.starts_with("DROP")), "{sql}");
        let run = pasted(folder.path(), &sql, &[]);
        assert_eq!(run.code, Some(0), "{sql}\n{}{}", run.out, run.err);
    }
    let words = ["query", "revenue", "--where", &format!("status <> 'x'\n-- {forged}"), "--dialect", "duckdb"];
    let run = etalon(folder.path(), &words);
    assert!(!run.out.contains(&format!("\n-- {forged}")), "{}", run.out);
    let words = ["query", "revenue", "--revision", &format!("1\n{forged}"), "--dialect", "duckdb"];
    let run = etalon(folder.path(), &words).succeeded().expect("it compiles");
    assert!(run.contains(&format!("-- project shop, revision 1 {forged}\n")), "{run}");
}

/// A revision in each header would write each file again at each commit.
#[test]
fn a_commit_changes_the_manifest_and_no_statement() {
    let folder = repository();
    compiled(folder.path(), &[]);
    let sql = file(folder.path(), REVENUE);
    let manifest = || -> Json { serde_json::from_str(&file(folder.path(), "manifest.json")).expect("JSON") };
    assert_eq!(manifest()["revision"], json!({ "commit": git_head(folder.path()), "differs": false }));
    write(folder.path(), "notes.md", "Of no matter to any definition.\n");
    let second = commit(folder.path(), "Notes");
    compiled(folder.path(), &[]);
    assert_eq!(manifest()["revision"], json!({ "commit": second, "differs": false }));
    assert_eq!(file(folder.path(), REVENUE), sql);
    change(folder.path(), "metrics/shop.metric", "Money from", "Proceeds of");
    compiled(folder.path(), &[]);
    assert_eq!(manifest()["revision"]["differs"], json!(true));
    // A definition that nobody has added is one that the commit does not have.
    git(folder.path(), &["checkout", "--quiet", "metrics"]);
    write(folder.path(), "metrics/more.metric", "metric more = count() from orders\n");
    compiled(folder.path(), &[]);
    assert_eq!(manifest()["revision"]["differs"], json!(true));
    fs::remove_file(folder.path().join("metrics/more.metric")).expect("it is there");
    compiled(folder.path(), &["--revision", "v1.2"]);
    assert!(file(folder.path(), REVENUE).contains("\n-- project shop, revision v1.2\n"));
    assert_eq!(etalon(folder.path(), &["verify"]).code, Some(0));
    // Outside a repository there is none.
    let outside = shop();
    compiled(outside.path(), &[]);
    let text = file(outside.path(), "manifest.json");
    assert!(!text.contains("revision"), "{text}");
}

#[test]
fn earlier_definitions_are_compiled_beside_the_present_ones() {
    let folder = repository();
    let first = git_head(folder.path());
    change(folder.path(), "metrics/shop.metric", "where status = 'complete'", "where status = 'open'");
    commit(folder.path(), "Open orders count");
    compiled(folder.path(), &[]);
    compiled(folder.path(), &["--as-of", "HEAD~1"]);
    let then = format!("as-of/{}", &first[..12]);
    assert!(file(folder.path(), REVENUE).contains("'open'"));
    let sql = file(folder.path(), &format!("{then}/{REVENUE}"));
    assert!(sql.contains("'complete'") && sql.contains(&format!("-- project shop, revision {first}\n")), "{sql}");
    for build in ["build".to_owned(), format!("build/{then}")] {
        let run = etalon(folder.path(), &["verify", &build]);
        assert_eq!(run.code, Some(0), "{build}: {}{}", run.out, run.err);
    }
    let query = ["query", "revenue", "--as-of", &first[..12], "--dialect", "duckdb"];
    let asked = etalon(folder.path(), &query).succeeded().expect("it compiles");
    assert!(asked.contains("'complete'") && asked.contains(&format!("revision {first}\n")), "{asked}");
    // The rows are those that lie there now.
    write(
        folder.path(),
        "rows/orders.csv",
        "order_id,amount,cost,status,ordered_at\n1,10.00,1.00,complete,2026-01-05 10:00:00\n2,3.00,1.00,open,2026-01-06 10:00:00\n",
    );
    let then = etalon(folder.path(), &["query", "revenue", "--as-of", &first, "--data", "rows", "--output", "csv"]);
    assert_eq!(then.out, "revenue\r\n10.00\r\n", "{}", then.err);
    let now = etalon(folder.path(), &["query", "revenue", "--data", "rows", "--output", "csv"]);
    assert_eq!(now.out, "revenue\r\n3.00\r\n", "{}", now.err);
    let gone = etalon(folder.path(), &["compile", "--as-of", "HEAD~7"]);
    assert_eq!((gone.code, gone.out.as_str()), (Some(2), ""), "{}", gone.err);
}

/// Every page of a code: its example, typed at a shell, gives that code, and what mends it ends well in the same folder.
#[test]
fn the_pages_of_these_codes_are_run() {
    let program = Path::new(env!("CARGO_BIN_EXE_etalon")).parent().expect("a program lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("there is a PATH"));
    let family: Vec<_> =
        etalon::diagnostic::ALL.iter().copied().flatten().filter(|it| it.id.starts_with("G06")).collect();
    assert!(family.len() >= 9, "{family:?}");
    for code in family {
        let folder = shop();
        write(folder.path(), "etalon.yaml", "project: shop\nwarehouses: { prod: { dialect: duckdb } }\n");
        fs::rename(folder.path().join("metrics/shop.metric"), folder.path().join("metrics/sales.metric"))
            .expect("it is there");
        git(folder.path(), &["init", "--quiet"]);
        commit(folder.path(), "The shop");
        let block = |heading: &str| {
            let section = code.page.split("\n## ").find_map(|part| part.strip_prefix(heading)).expect("it is there");
            section.split("```sh\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a block of commands")
        };
        let typed = |commands: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", commands]).current_dir(folder.path()).env("PATH", &path).env("NO_COLOR", "1");
            let done = shell.output().expect("there is a shell");
            (
                done.status.code(),
                format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)),
            )
        };
        let (exit, said) = typed(block("Example\n"));
        assert!(exit == Some(1) && said.contains(&format!("error[{}]", code.id)), "{}: {exit:?} {said}", code.id);
        let (exit, said) = typed(block("Mended\n"));
        assert_eq!(exit, Some(0), "{}, mended: {said}", code.id);
    }
}
