//! `etalon query … --data`: answers from CSV files, through the program. The numbers are small enough for a head.

mod support;

use insta::assert_snapshot;
use serde_json::Value as Json;
use std::path::Path;
use support::markdown::{Piece, Table};
use support::program::{Run, etalon};
use support::rows::{self, Answer, Value};
use support::sample::{told, write};

const MODEL: &str = "
source orders {
  key order_id
  time ordered_at
  order_id    integer
  customer_id integer?
  status      text
  amount      decimal(12, 2) in usd
  ordered_at  timestamp
  join customer to customers on customer_id
}
source customers {
  key customer_id
  customer_id integer
  region      text?
}
source visits {
  key visit_id
  time seen_at
  visit_id integer
  seen_at  timestamp
}
metric revenue   = sum(amount) from orders where status = 'complete'
metric completed = count(where status = 'complete') / count() from orders { unit percent }
metric visited   = count() from visits
metric recent    = rolling(revenue, 7 days)
";

const ORDERS: &str = "order_id,customer_id,status,amount,ordered_at
1,7,complete,10.00,2026-01-05 10:00:00
2,7,open,99.00,2026-01-06
3,8,complete,2.50,2026-02-01T00:00:00
4,,complete,0.10,2026-02-28 23:59:59.999999
";

const CUSTOMERS: &str = "customer_id,region\n7,\"EMEA, north | \"\"a\"\"\"\n8,\"\"\n";

/// 1 and 4: 10.10 with 2.50 of customer 8, whose region is the empty text; order 4 has no customer.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", "project: shop\n");
    write(folder.path(), "metrics/shop.metric", MODEL);
    write(folder.path(), "rows/orders.csv", ORDERS);
    write(folder.path(), "rows/customers.csv", CUSTOMERS);
    folder
}

fn query(folder: &Path, words: &str) -> Run {
    let words = support::case::words(words).expect("words are well formed");
    etalon(folder, &words)
}

/// What a run printed and how it ended.
fn asked(words: &str) -> String {
    let folder = project();
    let run = query(folder.path(), words);
    told(folder.path(), &run)
}

#[test]
fn answers_in_every_form() {
    for (name, words) in [
        ("a table for people", "query revenue completed --by month --data rows"),
        ("null and empty text in a table", "query revenue --by customer.region --data rows"),
        ("csv", "query revenue completed --by customer.region --data rows --output csv"),
        ("json", "query revenue completed --by customer.region --data rows --output json"),
        ("markdown", "query revenue completed --by customer.region --data rows --output markdown"),
        ("a window", "query recent --by week --data rows"),
        ("a window as SQL", "query recent --by week --dialect duckdb"),
        ("no metric", "query --by customers.region --data rows --order=-region"),
    ] {
        assert_snapshot!(name, asked(words));
    }
}

#[test]
fn only_the_files_that_the_question_reads_are_needed() {
    assert_snapshot!("a file that is not there", asked("query visited --data rows"));
    assert_snapshot!("a folder that is not there", asked("query visited revenue --data nowhere"));
    assert_snapshot!("two ways to answer", asked("query revenue --data rows --dialect duckdb"));
}

#[test]
fn the_folder_beside_the_definitions_is_asked_by_itself() {
    let folder = project();
    write(folder.path(), "metrics/data/orders.csv", ORDERS);
    for (name, words) in [
        ("the month before now", "query revenue --during 'last 1 month' --now 2026-03-15"),
        ("now is no day", "query revenue --during 'last 1 month' --now 2026-15-03"),
        ("no rows", "query revenue --during 2030"),
    ] {
        let run = query(folder.path(), words);
        assert_snapshot!(name, told(folder.path(), &run));
    }
}

#[test]
fn rows_that_the_definitions_do_not_allow() {
    for (name, file, text) in [
        ("a word for a number", "orders", ORDERS.replace("2.50", "two")),
        ("an empty cell", "orders", ORDERS.replace("complete,0.10", ",0.10")),
        ("a column of another name", "orders", ORDERS.replace("status", "state")),
        ("a column too few", "orders", ORDERS.replace(",status", "")),
        ("a cell too few", "orders", ORDERS.replace("2,7,open,99.00", "2,7,99.00")),
        ("a key twice", "customers", CUSTOMERS.replace("\n8", "\n7")),
        ("nothing", "orders", String::new()),
        ("a column twice", "orders", ORDERS.replace("customer_id,status", "status,status")),
        ("a quote that is not closed", "orders", ORDERS.replace("4,,complete", "4,,\"complete")),
        ("a quote within", "customers", CUSTOMERS.replace("8,\"\"", "8,\"5\" pipe\"")),
    ] {
        let folder = project();
        write(folder.path(), &format!("rows/{file}.csv"), &text);
        let run = query(folder.path(), "query revenue --by customer.region --data rows");
        assert_snapshot!(name, told(folder.path(), &run));
    }
}

#[test]
fn options_of_answers_are_not_dropped_where_sql_is_written() {
    let folder = project();
    assert_snapshot!("neither files nor a warehouse", told(folder.path(), &query(folder.path(), "query revenue")));
    write(
        folder.path(),
        "etalon.yaml",
        "project: shop\nwarehouses: { ours: { dialect: duckdb, table: '{source}' } }\n",
    );
    assert_snapshot!(
        "a form of answers for SQL",
        told(folder.path(), &query(folder.path(), "query revenue --output csv"))
    );
    let sql = query(folder.path(), "query revenue");
    assert!(sql.code == Some(0) && sql.out.contains("SELECT"), "{}{}", sql.out, sql.err);
}

#[test]
fn etalon_yaml_names_the_folder() {
    let folder = project();
    let asked = |config: &str, words: &str| {
        write(folder.path(), "etalon.yaml", config);
        told(folder.path(), &query(folder.path(), words))
    };
    let warehouse = "warehouses: { ours: { dialect: duckdb, table: '{source}' } }";
    let named = asked(&format!("project: shop\ndata: rows\n{warehouse}\n"), "query revenue");
    assert_eq!(named.trim_end(), "exit 0\n--- out\nrevenue\n───────\n  12.60\n--- err");
    let seeded = asked("project: shop\ndata: rows\n", "seed --dialect duckdb");
    assert!(seeded.contains("99.00"), "{seeded}");
    assert_snapshot!("the folder of etalon.yaml is not there", asked("project: shop\ndata: row\n", "query revenue"));
    assert_snapshot!("the folder of etalon.yaml is elsewhere", asked("project: shop\ndata: ../rows\n", "check"));
}

/// `script` shows a program a terminal, whose width COLUMNS says.
#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_wide_texts_are_cut_and_that_is_said() {
    let folder = project();
    let shown = |columns: &str, options: &str| {
        let words = format!("{} query revenue --by customer.region --data rows{options}", env!("CARGO_BIN_EXE_etalon"));
        let mut command = std::process::Command::new("script");
        command.args(["-qec", &words, "/dev/null"]).current_dir(folder.path());
        command.env("COLUMNS", columns).env("NO_COLOR", "1").stdin(std::process::Stdio::null());
        let output = command.output().expect("`script` of util-linux runs");
        String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
    };
    let narrow = shown("20", "");
    let (table, said) =
        narrow.split_at(narrow.find("texts that end").unwrap_or_else(|| panic!("nothing said: {narrow}")));
    assert_eq!(
        table,
        "customer_r…  revenue\n───────────  ───────\n\"\"              2.50\nEMEA, nort…    10.00\n-               0.10\n"
    );
    assert!(said.contains("`--output csv`") && said.contains("\n3 rows in "), "{said}");
    let wide = shown("80", "");
    assert!(wide.contains("EMEA, north | \"a\"    10.00\n") && !wide.contains('…'), "{wide}");
    assert!(shown("20", " --output csv").contains("\"EMEA, north | \"\"a\"\"\",10.00"));
    // A program that reads has no width, whatever the shell around it says.
    let piped = shown("20", " | cat");
    assert!(piped.contains("EMEA, north | \"a\"    10.00\n") && !piped.contains(" in "), "{piped}");
}

/// The questions in the pages, and what they say is answered.
#[test]
fn pages_print_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, questions) in [("README.md", 2), ("metrics/README.md", 1)] {
        let text = std::fs::read_to_string(root.join(page)).expect("a page can be read");
        let blocks: Vec<&str> = text.split("```console\n$ etalon query").skip(1).collect();
        assert_eq!(blocks.len(), questions, "questions of {page}");
        for block in blocks {
            let block = block.split("```").next().unwrap_or_default();
            let (words, printed) = block.split_once('\n').expect("a command, then what it prints");
            let run = query(root, &format!("query{words}"));
            assert_eq!(run.code, Some(0), "{page}: {words}: {}", run.err);
            assert_eq!(run.out, printed, "{page}: {words}");
        }
    }
}

/// As the program prints them: the numbers that were worked out without the compiler.
#[test]
fn the_sample_answers_from_its_own_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("metrics/data/expected.md")).expect("expected.md can be read");
    let all = support::markdown::pieces(&text).expect("expected.md is well formed");
    let (mut request, mut held) = (None, 0);
    for piece in all {
        match piece {
            Piece::Heading { level: 2, text, .. } => {
                request = text.strip_prefix("`etalon ").map(|it| it.replace('`', ""))
            }
            Piece::Table(mut table) => {
                let words = request.take().expect("rows of a request");
                table.columns.iter_mut().for_each(|name| *name = name.replace('.', "_"));
                let run = query(root, &format!("{words} --output json"));
                let answer = read(&table, &run.succeeded().unwrap_or_else(|said| panic!("{words}: {said}")));
                rows::compare(&table, &answer, false).unwrap_or_else(|diff| panic!("etalon {words}: {diff}"));
                held += 1;
            }
            _ => {}
        }
    }
    assert!(held >= 10, "only {held} requests");
}

/// Rows of JSON. A number with a point may be a decimal or a double, which this form does not tell apart: it is held within
/// the tolerance of doubles.
fn read(table: &Table, json: &str) -> Answer {
    let list: Vec<serde_json::Map<String, Json>> = serde_json::from_str(json).expect("the output is JSON");
    let value = |json: &Json| match json {
        Json::Number(number) if number.is_f64() => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
        _ => Value::from_json(json).expect("a value"),
    };
    let row = |row: &serde_json::Map<String, Json>| {
        assert_eq!(row.len(), table.columns.len(), "columns of {json}");
        table.columns.iter().map(|name| value(row.get(name).unwrap_or_else(|| panic!("no `{name}`")))).collect()
    };
    Answer { columns: table.columns.clone(), rows: list.iter().map(row).collect() }
}
