//! `etalon query … --data`: answers from CSV files, through the program. The numbers are small enough for a head.

mod support;

use insta::assert_snapshot;
use std::path::Path;
use support::program::{Run, etalon};
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
    ] {
        let folder = project();
        write(folder.path(), &format!("rows/{file}.csv"), &text);
        let run = query(folder.path(), "query revenue --by customer.region --data rows");
        assert_snapshot!(name, told(folder.path(), &run));
    }
}
