//! `etalon bridge`: one statement, or one answer, with what a metric was, what it is, and the difference.

mod support;

use std::path::Path;
use std::process::Command;
use support::engine;
use support::program::{Run, etalon};
use support::sample::write;
use tempfile::TempDir;

const CONFIG: &str = "\
project: shop
calendar: { week_starts: monday }
warehouses:
  ours: { dialect: duckdb, table: '{source}' }
";

const ORDERS: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id    integer
  region      text?
  status      text
  amount      decimal(12, 2) in usd
  ordered_at  timestamp
}
";

const THEN: &str = "\
metric sold  = sum(amount) from orders where status = 'complete'
metric usual = avg(amount) from orders where status = 'complete'
metric named = count(distinct region) from orders
";

const NOW: &str = "\
metric sold  = sum(amount) from orders where amount > 4.50
metric usual = avg(amount) from orders where amount > 4.50
metric named = max(region) from orders
";

const ROWS: &str = "\
order_id,region,status,amount,ordered_at
1,EU,complete,10.00,2026-01-05 10:00:00
2,,complete,5.00,2026-01-06 10:00:00
3,EU,open,7.00,2026-02-07 10:00:00
4,,open,2.50,2026-03-08 10:00:00
5,EU,complete,4.00,2026-03-09 10:00:00
";

fn git(folder: &Path, words: &[&str]) {
    let identity = ["-c", "user.name=Dana", "-c", "user.email=dana@acme.example", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").arg("-C").arg(folder).args(identity).args(words).output().expect("git is installed");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository in which what is sold came to be counted otherwise; the tag `agreed` is before that.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", CONFIG);
    write(folder.path(), "metrics/orders.metric", ORDERS);
    write(folder.path(), "metrics/sales.metric", THEN);
    write(folder.path(), "rows/orders.csv", ROWS);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "first"]);
    git(folder.path(), &["tag", "agreed"]);
    write(folder.path(), "metrics/sales.metric", NOW);
    folder
}

fn bridged(folder: &TempDir, words: &[&str]) -> Run {
    etalon(folder.path(), &[&["bridge"], words].concat())
}

fn answer(folder: &TempDir, words: &[&str]) -> String {
    let run = bridged(folder, &[words, &["--data", "rows", "--output", "csv"]].concat());
    assert_eq!(run.code, Some(0), "{words:?}: {}{}", run.out, run.err);
    run.out.replace("\r\n", "\n")
}

#[test]
fn both_values_and_their_difference() {
    let folder = shop();
    // A row that only one has is kept, and so is the order without a region.
    let rows = "\
month,region,sold_before,sold_after,difference
2026-01-01,EU,10.00,10.00,0.00
2026-01-01,,5.00,5.00,0.00
2026-02-01,EU,,7.00,7.00
2026-03-01,EU,4.00,,-4.00
";
    assert_eq!(answer(&folder, &["sold", "--from", "agreed", "--by", "month,region"]), rows);
    let of_march = "month,sold_before,sold_after,difference\n2026-03-01,4.00,,-4.00\n";
    let words = ["sold", "--from", "agreed", "--by", "month", "--where", "region = 'EU'", "--during", "2026-03"];
    assert_eq!(answer(&folder, &words), of_march);
    let all = "sold_before,sold_after,difference\n19.00,22.00,3.00\n";
    assert_eq!(answer(&folder, &["sold", "--from", "agreed"]), all);
    // There and back.
    git(folder.path(), &["commit", "--quiet", "-am", "second"]);
    let back = "sold_before,sold_after,difference\n22.00,19.00,-3.00\n";
    assert_eq!(answer(&folder, &["sold", "--from", "HEAD", "--to", "agreed"]), back);
}

#[test]
fn what_does_not_sum_up_has_no_difference_from_nothing() {
    let rows = "month,usual_before,usual_after,difference\n2026-01-01,7.5,7.5,0\n2026-02-01,,7,\n2026-03-01,4,,\n";
    assert_eq!(answer(&shop(), &["usual", "--from", "agreed", "--by", "month"]), rows);
}

#[test]
fn every_engine_gives_the_rows_of_the_two_separate_questions() {
    let folder = shop();
    for engine in &mut engine::at_hand(&["duckdb", "postgres", "sqlite"]) {
        let target = ["--dialect", engine.name];
        let seed = etalon(folder.path(), &[&["seed", "--data", "rows"][..], &target].concat()).succeeded();
        engine.run(&seed.unwrap_or_else(|said| panic!("etalon seed: {said}"))).expect("the rows load");
        for (metric, by, rows) in [("sold", "month,region", 4), ("sold", "region", 2), ("usual", "month", 3)] {
            let question = [metric, "--by", by, target[0], target[1]];
            let mut ask = |words: &[&str]| {
                let words = [words, &question].concat();
                let sql = etalon(folder.path(), &words).succeeded().unwrap_or_else(|said| panic!("{words:?}: {said}"));
                let answer = engine.query(&sql).unwrap_or_else(|error| panic!("{words:?}: {error}\n{sql}"));
                let text = |row: &Vec<support::rows::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>();
                answer.rows.iter().map(text).collect::<Vec<_>>()
            };
            let keys = by.split(',').count();
            let both = ask(&["bridge", "--from", "agreed"]);
            let sides = [ask(&["query", "--as-of", "agreed"]), ask(&["query"])];
            let place = format!("{metric} by {by} on {}", engine.name);
            assert_eq!(both.len(), rows, "{place}: {both:?}");
            let known =
                |row: &&Vec<String>, side: &[Vec<String>]| side.iter().any(|other| other[..keys] == row[..keys]);
            for (at, side) in sides.iter().enumerate() {
                for row in side {
                    let of_both = both.iter().find(|other| other[..keys] == row[..keys]);
                    let value = of_both.map(|other| &other[keys + at]);
                    assert_eq!(value, Some(&row[keys]), "{place}: {row:?} of {both:?}");
                }
                for row in both.iter().filter(|row| !known(row, side)) {
                    assert!(row[keys + at].contains("null") || row[keys + at].is_empty(), "{place}: {row:?}");
                }
            }
            assert!(both.iter().all(|row| sides.iter().any(|side| known(&row, side))), "{place}: {both:?}");
        }
        engine::report(&format!("{} {}: bridges", engine.name, engine.version));
    }
}

#[test]
fn the_statement_says_what_it_holds_against_what() {
    let folder = shop();
    let run = bridged(&folder, &["sold", "--from", "agreed", "--by", "month", "--dialect", "duckdb"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let done = Command::new("git").arg("-C").arg(folder.path()).args(["rev-parse", "HEAD"]).output();
    let head = String::from_utf8_lossy(&done.expect("git is installed").stdout).trim().to_owned();
    insta::assert_snapshot!(run.out.replace(&head, "[commit]"));
}

#[test]
fn what_a_warehouse_called_its_tables_then() {
    let folder = shop();
    let config = "\
project: shop
calendar: { week_starts: monday }
warehouses:
  ours:
    dialect: duckdb
    table: '{source}'
    sources: { orders: { table: 'raw.\"orders.v2\"', columns: { amount: total } } }
";
    write(folder.path(), "etalon.yaml", config);
    let run = bridged(&folder, &["sold", "--from", "agreed", "--warehouse", "ours"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.contains("FROM orders AS orders_before\n"), "{}", run.out);
    assert!(run.out.contains("SUM(orders_before.amount) AS sold_before"), "{}", run.out);
    assert!(run.out.contains("FROM raw.\"orders.v2\" AS orders\n"), "{}", run.out);
    assert!(run.out.contains("SUM(orders.total) AS sold_after"), "{}", run.out);
}

/// What cannot be held against each other is refused with the reason, and nothing is printed.
#[test]
fn what_has_no_difference() {
    let folder = shop();
    let refused = |words: &[&str], fact: &str| {
        let run = bridged(&folder, words);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{words:?}: {}", run.err);
        assert!(run.err.contains(fact), "{words:?}: {}", run.err);
    };
    let named = ["named", "--from", "agreed", "--dialect", "duckdb"];
    refused(&named, "`named_after` and `named_before` have no difference: ");
    refused(
        &["solt", "--from", "agreed", "--dialect", "duckdb"],
        "there is no metric `solt` at agreed\nhelp: did you mean `sold`?",
    );
    let columns = format!("{ORDERS}dimension difference {{ orders region }}\n");
    write(folder.path(), "metrics/orders.metric", &columns);
    git(folder.path(), &["commit", "--quiet", "-am", "A dimension of this name"]);
    let key = ["sold", "--from", "HEAD", "--by", "difference", "--dialect", "duckdb"];
    refused(&key, "the key `difference` is called like a column of the answer");
    refused(&["sold", "--from", "nowhere", "--dialect", "duckdb"], "there is no revision `nowhere`");
    refused(&["sold", "--from", "agreed", "--output", "csv"], "is of answers from files");
    write(folder.path(), "etalon.yaml", &CONFIG.replace("monday", "sunday"));
    let weeks = ["sold", "--from", "agreed", "--by", "week", "--dialect", "duckdb"];
    refused(&weeks, "the calendars at agreed and now differ: weeks start on different days");
    write(folder.path(), "etalon.yaml", &CONFIG.replace("duckdb", "sqlite"));
    refused(
        &["sold", "--from", "agreed", "--warehouse", "ours"],
        "the warehouse `ours` was duckdb at agreed and is sqlite",
    );
    write(folder.path(), "etalon.yaml", CONFIG);
    let by = bridged(&folder, &["sold", "--from", "agreed", "--by", "regoin", "--dialect", "duckdb"]);
    assert_eq!((by.code, by.error_codes()), (Some(1), vec!["E0204".to_owned()]), "{}", by.err);
}
