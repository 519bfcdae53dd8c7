//! `etalon checks` as people meet it: what it says, what it writes, and what is in the list.

mod support;

use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use support::program::etalon;
use support::sample::{files, told, write};
use tempfile::TempDir;

const CONFIG: &str = "\
project: shop

warehouses:
  ours: { dialect: duckdb, table: '{source}' }
  theirs:
    dialect: snowflake
    table: 'ANALYTICS.MART.{source}'
    sources:
      orders: { table: RAW.SHOP.ORDERS_V2, columns: { order_id: id } }
      customers: { query: 'SELECT customer_id, region FROM RAW.SHOP.PEOPLE' }
";

const MODEL: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id    integer
  customer_id integer?
  amount      decimal(12, 2) in usd check >= 0
  note        text
  ordered_at  timestamp

  join customer to customers on customer_id
}

source customers {
  key customer_id

  customer_id integer
  region      text
}

source stores {
  key store_id

  store_id integer
}

metric revenue = sum(amount) from orders {
  means 'Money.'
}

metric order_count = count() from orders {
  means 'How many.'
}

metric average = revenue / order_count {
  means 'Of an order.'
}

metric emea = revenue where customer.region = 'EMEA' {
  means   'Money from there.'
  variant of revenue because 'EMEA reports it alone'
}
";

fn shop() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", CONFIG);
    write(folder.path(), "metrics/model.metric", MODEL);
    folder
}

macro_rules! says {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) })
    };
}

/// The names of the checks of a list in JSON.
fn listed(folder: &Path, words: &[&str]) -> Vec<String> {
    let words = [&["checks", "--format", "json"], words].concat();
    let list = etalon(folder, &words).succeeded().unwrap_or_else(|said| panic!("{words:?}: {said}"));
    let list: Json = serde_json::from_str(&list).expect("the list is JSON");
    let names = list["checks"].as_array().expect("a list of checks").iter();
    names.map(|check| check["name"].as_str().expect("a name").to_string()).collect()
}

fn written(folder: &Path) -> BTreeSet<String> {
    let build = folder.join("build");
    if !build.exists() {
        return BTreeSet::new();
    }
    files(&build).into_keys().filter(|name| name.ends_with(".sql")).collect()
}

#[test]
fn what_cannot_be_run_says_what_to_type() {
    let folder = shop();
    for (name, words) in [
        ("typo_in_a_metric", &["checks", "revenu"][..]),
        ("unknown_warehouse", &["checks", "--warehouse", "our"]),
        ("unknown_dialect", &["checks", "--dialect", "duckdv"]),
        ("several_warehouses_in_one_stream", &["checks", "--stdout"]),
        ("a_folder_and_no_file", &["checks", "--stdout", "--out", "there"]),
        ("a_warehouse_and_a_dialect", &["checks", "--warehouse", "ours", "--dialect", "duckdb"]),
    ] {
        let run = etalon(folder.path(), words);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{words:?}: {}", run.err);
        says!(name, told(folder.path(), &run));
    }
    assert!(written(folder.path()).is_empty(), "something was written");
}

#[test]
fn a_project_with_an_error_writes_nothing() {
    let folder = shop();
    write(folder.path(), "metrics/more.metric", "metric broken = revenu { means 'Nothing.' }\n");
    let run = etalon(folder.path(), &["checks"]);
    assert_eq!((run.code, run.error_codes()), (Some(1), vec!["E0201".to_string()]));
    assert!(written(folder.path()).is_empty(), "something was written");
}

#[test]
fn a_file_for_each_check_and_warehouse_is_written_once() {
    let folder = shop();
    let run = etalon(folder.path(), &["checks"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    says!("written", told(folder.path(), &run));
    let first = files(&folder.path().join("build"));
    let names: Vec<&String> = first.keys().collect();
    says!("files", format!("{names:#?}"));
    says!("written_again", told(folder.path(), &etalon(folder.path(), &["checks"])));
    assert_eq!(first, files(&folder.path().join("build")));

    let elsewhere = shop();
    etalon(elsewhere.path(), &["checks"]).succeeded().expect("the same project");
    assert_eq!(first, files(&elsewhere.path().join("build")), "the bytes depend on the folder");
}

#[test]
fn compile_and_checks_leave_each_other_alone() {
    let folder = shop();
    etalon(folder.path(), &["checks"]).succeeded().expect("checks are written");
    let checks = written(folder.path());
    etalon(folder.path(), &["compile"]).succeeded().expect("metrics are written");
    let both = written(folder.path());
    assert!(both.is_superset(&checks) && both.len() > checks.len(), "{both:?}");
    etalon(folder.path(), &["checks"]).succeeded().expect("checks are written again");
    assert_eq!(both, written(folder.path()));
    let again = etalon(folder.path(), &["compile"]);
    assert!(again.err.contains(", 0 written"), "{}", again.err);
}

#[test]
fn what_is_no_longer_asserted_goes() {
    let folder = shop();
    etalon(folder.path(), &["checks"]).succeeded().expect("checks are written");
    let amount = "build/ours/checks/orders__amount__not_null.sql";
    assert!(folder.path().join(amount).is_file());
    write(
        folder.path(),
        "metrics/model.metric",
        &MODEL.replace("amount      decimal(12, 2)", "amount      decimal(12, 2)?"),
    );
    etalon(folder.path(), &["checks"]).succeeded().expect("checks are written");
    assert!(!folder.path().join(amount).exists(), "a promise that nobody makes is still asserted");
}

#[test]
fn metrics_limit_the_checks_to_what_they_read() {
    let folder = shop();
    let of = |metrics: &[&str]| listed(folder.path(), &[metrics, &["--warehouse", "ours"]].concat());
    let count = ["orders__key", "orders__order_id__not_null", "orders__ordered_at__not_null"];
    assert_eq!(of(&["order_count"]), count);
    let revenue = [
        "orders__amount__check",
        "orders__amount__not_null",
        "orders__key",
        "orders__order_id__not_null",
        "orders__ordered_at__not_null",
    ];
    assert_eq!(of(&["revenue"]), revenue);
    assert_eq!(of(&["average"]), revenue, "a metric rests on what its parts rest on");
    let filtered = ["customers__customer_id__not_null", "customers__key", "customers__region__not_null"];
    assert_eq!(of(&["emea"]), [&filtered[..], &revenue[..]].concat(), "and on what its filter reads");
    // No metric reads notes or stores, so nothing rests on them.
    assert_eq!(of(&[]), of(&["emea", "average"]));
    let dangling = listed(folder.path(), &["emea", "--warehouse", "ours", "--dangling"]);
    assert!(dangling.contains(&"orders__customer__match".to_string()), "{dangling:?}");
}

#[test]
fn cuts_dimensions_and_reports_are_rested_on() {
    let folder = shop();
    let of = || listed(folder.path(), &["order_count", "--warehouse", "ours"]);
    let before = of();
    let key = "customers__key".to_string();
    assert!(!before.contains(&key));
    let declared = [
        (
            "dimension area { orders customer.region accepted 'EMEA', 'AMER' }\n",
            Some("customers__region__area__accepted"),
        ),
        ("report weekly { show order_count by week, customer.region }\n", None),
        ("report far { show order_count where customer.region <> 'EMEA' }\n", None),
    ];
    for (text, more) in declared {
        write(folder.path(), "metrics/more.metric", text);
        let now = of();
        assert!(now.contains(&key), "{text}: {now:?}");
        assert!(more.is_none_or(|more| now.contains(&more.to_string())), "{text}: {now:?}");
    }
    write(folder.path(), "metrics/more.metric", "");
    let cut = MODEL.replace("  means 'How many.'", "  means 'How many.'\n  by month, customer.region");
    write(folder.path(), "metrics/model.metric", &cut);
    assert!(of().contains(&key), "{:?}", of());
}

#[test]
fn json_says_all_of_a_check() {
    let folder = shop();
    let run = etalon(folder.path(), &["checks", "--format", "json", "--warehouse", "theirs"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    says!("json", run.out.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    assert!(written(folder.path()).is_empty(), "a list was asked for, and files were written");
}

#[test]
fn a_statement_is_printed_for_one_target() {
    let folder = shop();
    let run = etalon(folder.path(), &["checks", "order_count", "--stdout", "--warehouse", "ours"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let plain = etalon(folder.path(), &["checks", "order_count", "--stdout", "--dialect", "duckdb"]);
    assert_eq!(run.out, plain.out);
    assert_eq!(run.out, etalon(folder.path(), &["checks", "order_count", "--dialect", "duckdb"]).out);
    assert_eq!(run.out.matches(";\n").count(), 3, "{}", run.out);
    assert!(written(folder.path()).is_empty(), "statements were printed, and files were written");
    etalon(folder.path(), &["checks", "order_count", "--dialect", "duckdb", "--out", "there"])
        .succeeded()
        .expect("files");
    let there: Vec<String> = files(&folder.path().join("there/duckdb/checks")).into_keys().collect();
    assert_eq!(there, ["orders__key.sql", "orders__order_id__not_null.sql", "orders__ordered_at__not_null.sql"]);
}

#[test]
fn rows_of_files_are_shown() {
    let folder = shop();
    let csv = |name: &str, text: &str| write(folder.path(), &format!("rows/{name}.csv"), text);
    let look = || etalon(folder.path(), &["checks", "emea", "--data", "rows"]);
    let none = look();
    assert_eq!(none.code, Some(2));
    says!("no_folder_of_rows", told(folder.path(), &none));

    csv(
        "orders",
        "order_id,customer_id,amount,note,ordered_at\n1,1,-2.50,a,2026-01-05 10:00:00\n1,9,3.00,b,2026-01-06 10:00:00\n",
    );
    let missing = look();
    assert_eq!(missing.code, Some(2));
    says!("no_file_of_rows", told(folder.path(), &missing));

    csv("customers", "customer_id,region\n1,\n");
    let unread = look();
    assert_eq!((unread.code, unread.error_codes()), (Some(1), vec!["E0706".to_string()]), "{}", unread.err);
    says!("a_null_in_a_file", told(folder.path(), &unread));

    csv("customers", "customer_id,region\n1,EMEA\n");
    let broken = look();
    assert_eq!(broken.code, Some(1));
    says!("broken_in_files", told(folder.path(), &broken));
    let dangling = etalon(folder.path(), &["checks", "emea", "--dangling", "--data", "rows", "--format", "json"]);
    assert_eq!((dangling.code, dangling.err.as_str()), (Some(1), ""));
    says!("broken_in_files_as_json", dangling.out);

    csv("orders", "order_id,customer_id,amount,note,ordered_at\n1,1,2.50,a,2026-01-05 10:00:00\n");
    let kept = look();
    assert_eq!(kept.code, Some(0));
    says!("kept_in_files", told(folder.path(), &kept));
    assert!(written(folder.path()).is_empty(), "rows were looked at, and statements were written");
}

/// What the page shows is what the command says.
#[test]
fn the_readme_shows_a_check_of_the_sample() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("README.md")).expect("the page can be read");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().display().to_string();
    etalon(root, &["checks", "--warehouse", "duckdb_local", "--out", &out]).succeeded().expect("the sample is sound");
    let (_, shown) = page.split_once("$ cat build/duckdb_local/checks/").expect("the page shows a check");
    let (file, shown) = shown.split_once('\n').expect("a file is named");
    let made = fs::read_to_string(folder.path().join("duckdb_local/checks").join(file)).expect("the file is made");
    assert!(shown.starts_with(&format!("{made}```\n")), "the page shows another statement than\n{made}");
}

/// The project of `tests/checks/shop.md`.
fn checked() -> TempDir {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks/shop.md");
    let text = fs::read_to_string(text).expect("the case can be read");
    let model = text.split("```etalon\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a model");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", "project: checked\n");
    write(folder.path(), "metrics/model.metric", model);
    folder
}

/// What a statement takes for granted is what is asserted.
#[test]
fn a_statement_names_the_versions_it_rests_on() {
    let folder = checked();
    let sql = etalon(folder.path(), &["query", "list_sold", "--dialect", "duckdb"]).succeeded().expect("a statement");
    let assumed =
        "of rows of prices with one product_id at most one is valid at a moment: from valid_from, until valid_to";
    assert!(sql.contains(&format!("-- assumes: {assumed}\n")) && !sql.contains("price_id"), "{sql}");
    let checks = ["checks", "list_sold", "--dialect", "duckdb", "--stdout"];
    let checks = etalon(folder.path(), &checks).succeeded().expect("statements");
    assert!(checks.contains(&format!("__versions: {assumed}\n")), "{checks}");
}

#[test]
fn neither_files_nor_order_show() {
    let folder = shop();
    let said = |folder: &TempDir| etalon(folder.path(), &["checks", "--dangling", "--format", "json"]).out;
    let expected = said(&folder);
    let mut blocks: Vec<&str> = MODEL.split("\n}\n").filter(|block| !block.trim().is_empty()).collect();
    blocks.reverse();
    let model: String = blocks.iter().map(|block| format!("{block}\n}}\n")).collect();
    let (first, second) = model.split_at(model.find("source stores").expect("a source of the model"));
    write(folder.path(), "metrics/model.metric", first);
    write(folder.path(), "metrics/another.metric", second);
    assert!(expected.contains("orders__key"));
    assert_eq!(said(&folder), expected);
}

/// One check of every kind, in each dialect.
#[test]
fn the_sql_of_each_dialect() {
    const SHOWN: [&str; 12] = [
        "contracts__started_at__ended_at__interval",
        "dim_date__period__apart",
        "dim_date__period__season__nested",
        "dim_date__retail__days",
        "dim_date__retail__gaps",
        "prices__price__check",
        "prices__product_id__valid_from__valid_to__versions",
        "reps__region__accepted",
        "sales__key",
        "sales__line__not_null",
        "sales__product__match",
        "sales__sold_at__form",
    ];
    let folder = checked();
    for dialect in ["bigquery", "duckdb", "postgres", "snowflake", "sqlite"] {
        let words = ["checks", "--dangling", "--format", "json", "--dialect", dialect];
        let list = etalon(folder.path(), &words).succeeded().unwrap_or_else(|said| panic!("{dialect}: {said}"));
        let list: Json = serde_json::from_str(&list).expect("the list is JSON");
        let all = list["checks"].as_array().expect("a list of checks");
        let shown = all.iter().filter(|check| SHOWN.contains(&check["name"].as_str().unwrap_or_default()));
        let sql: Vec<&str> = shown.filter_map(|check| check["sql"][dialect].as_str()).collect();
        assert_eq!(sql.len(), if dialect == "sqlite" { 12 } else { 11 }, "{dialect}");
        let version = format!("-- etalon {}\n", env!("CARGO_PKG_VERSION"));
        says!(format!("sql_{dialect}"), sql.join("\n").replace(&version, "-- etalon [version]\n"));
    }
}
