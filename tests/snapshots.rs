//! The SQL of a fixed list of requests on the sample, dialect by dialect, and that nothing but meaning changes it.

mod support;

use std::collections::BTreeMap;
use support::sample::{REQUESTS, compiled, project, texts, with_more};
use support::{case, program::etalon};

const WAREHOUSES: [&str; 5] = ["duckdb_local", "postgres_local", "sqlite_local", "snowflake_prod", "bigquery_mkt"];

#[test]
fn the_sql_of_each_dialect() {
    let project = with_more();
    let compiled = compiled(project.path());
    for warehouse in WAREHOUSES {
        let mut all = String::new();
        for (what, request) in REQUESTS {
            let mut words = case::words(request).expect("a request is well formed");
            words.extend(["--warehouse", warehouse].map(str::to_string));
            let sql = etalon(project.path(), &words).succeeded();
            let sql = sql.unwrap_or_else(|said| panic!("etalon {}: {said}", words.join(" ")));
            all += &format!("## {what}\netalon {request}\n\n{sql}\n");
        }
        let report = &compiled[&format!("{warehouse}/reports/board_pack.sql")];
        all += &format!("## a report\nboard_pack\n\n{report}");
        let version = format!("-- etalon {}\n", env!("CARGO_PKG_VERSION"));
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(warehouse, all.replace(&version, "-- etalon [version]\n"));
        });
    }
}

#[test]
fn the_same_definitions_give_the_same_bytes() {
    let texts = texts();
    let expected = compiled(project(&texts).path());
    assert_same(&expected, &compiled(project(&texts).path()), "compiled again");

    let all_in_one = |texts: Vec<&String>| {
        let text = texts.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        BTreeMap::from([("everything.metric".to_string(), text)])
    };
    assert_same(&expected, &compiled(project(&all_in_one(texts.values().collect())).path()), "in one file");
    let reversed = all_in_one(texts.values().rev().collect());
    assert_same(&expected, &compiled(project(&reversed).path()), "in one file, the last first");

    let last = texts.len();
    let renamed = texts.values().enumerate().map(|(at, text)| (format!("{:02}.metric", last - at), text.clone()));
    assert_same(&expected, &compiled(project(&renamed.collect()).path()), "in files of other names");
}

fn assert_same(expected: &BTreeMap<String, String>, actual: &BTreeMap<String, String>, how: &str) {
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(expected), names(actual), "{how}: other files");
    let other: Vec<String> = expected
        .iter()
        .filter(|(name, sql)| actual[*name] != **sql)
        .map(|(name, sql)| format!("{name}\n  before:\n{sql}\n  {how}:\n{}", actual[name]))
        .collect();
    let first = other.first().map(String::as_str).unwrap_or_default();
    assert!(other.is_empty(), "{how}: {} statements are not the same; the first is {first}", other.len());
}
