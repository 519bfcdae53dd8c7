//! How fast the emitted SQL of windows is on ten million rows, against the best plain SQL that a person would write for the same
//! rows: `cargo bench --bench windows`. It takes some minutes.
//!
//! Both run in turn on the DuckDB that `tests/setup` installs, in one process, with the same threads. Each statement makes a
//! table, so that nothing is measured but the engine. Rows that differ fail the run. So does a statement slower than it may be:
//! each of its runs is held against the one by hand beside it, and the median of these ratios counts, so that what else the
//! machine does is in both sides of each.

#[path = "../tests/support/mod.rs"]
#[allow(unused_imports, reason = "the tests in it are not built here")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use support::engine::{self, Engine};
use support::program::etalon;
use support::rows::Value;

/// What is asked, and the file in `benches/windows` with the statement that a person wrote for it.
const QUERIES: [(&str, &str); 12] = [
    ("revenue_28d --by day", "revenue_28d"),
    ("revenue_7d --by day,shop_id", "revenue_7d_by_shop"),
    ("month_so_far --by day", "month_so_far"),
    ("year_so_far --by month,shop_id", "year_so_far_by_shop"),
    ("revenue_ever --by month", "revenue_ever"),
    ("revenue month_before growth --by month", "growth"),
    ("revenue year_before --by day", "year_before"),
    ("basket_28d --by day", "basket_28d"),
    ("buyers_28d --by day", "buyers_28d"),
    ("daily_revenue --by month", "daily_revenue"),
    ("closing_balance --by month,branch_id", "closing_balance"),
    ("typical_order --by month", "typical_order"),
];

/// What other tools emit for a rolling sum, and what it is held against.
const RANGE_JOIN: (&str, &str) = ("revenue_28d --by day,shop_id", "range_join");

/// How often each statement is timed at least, after one run that is not, and at most: short ones as often as a few seconds allow.
const RUNS: (usize, usize) = (9, 31);
const MILLISECONDS: f64 = 4000.0;
/// How much longer than by hand a statement may take.
const SLOWEST: f64 = 1.1;
/// How many times faster than a range join a rolling sum has to be.
const FASTER: f64 = 20.0;

fn main() {
    let Some(mut duckdb) = engine::at_hand(&["duckdb"]).pop() else {
        panic!("nothing was measured: DuckDB is not installed");
    };
    let rows = make(&mut duckdb);
    println!("DuckDB {}, {rows}, medians of {} to {} runs", duckdb.version, RUNS.0, RUNS.1);
    println!("{:<40} {:>9} {:>12} {:>6}", "query", "ours, ms", "by hand, ms", "ratio");
    let mut failures = Vec::new();
    for (request, file) in QUERIES {
        match measure(&mut duckdb, request, file, RUNS) {
            Ok(Took { ours, by_hand, ratio }) => {
                println!("{request:<40} {ours:>9.0} {by_hand:>12.0} {ratio:>6.2}");
                if ratio > SLOWEST {
                    failures.push(format!("{request}: {ratio:.2} times as long as by hand, more than {SLOWEST}"));
                }
            }
            Err(error) => failures.push(format!("{request}: {error}")),
        }
    }
    let (request, file) = RANGE_JOIN;
    match measure(&mut duckdb, request, file, (1, 1)) {
        Ok(Took { ours, by_hand: joined, ratio }) => {
            let faster = 1.0 / ratio;
            println!("{request:<40} {ours:>9.0} {joined:>12.0} a range join: {faster:.0} times as long");
            if faster < FASTER {
                failures.push(format!("{request}: {faster:.1} times faster than a range join, less than {FASTER}"));
            }
        }
        Err(error) => failures.push(format!("{request}: {error}")),
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/windows")
}

fn statement(file: &str) -> String {
    let path = folder().join(format!("{file}.sql"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Makes the tables in a file of their own, as a warehouse has them, and says how many rows they have.
fn make(duckdb: &mut Engine) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("windows.db");
    let _ = fs::remove_file(&file);
    let attach = format!("ATTACH '{}' AS warehouse; USE warehouse", file.display());
    let tables = ["orders", "account_days"];
    let mut said = Vec::new();
    for script in std::iter::once(attach).chain(tables.map(statement)).chain(["CHECKPOINT".to_owned()]) {
        duckdb.run(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    }
    for table in tables {
        let count = number(duckdb, &format!("SELECT COUNT(*) FROM {table}")).expect("a table can be counted");
        assert!(count >= 10_000_000, "{table} has only {count} rows");
        said.push(format!("{count} {table}"));
    }
    said.join(" and ")
}

/// How long runs took, in milliseconds, and how many times as long ours took as the one beside it: medians.
struct Took {
    ours: f64,
    by_hand: f64,
    ratio: f64,
}

/// Our statement and the one in a file, in turn, once their rows are the same.
fn measure(duckdb: &mut Engine, request: &str, file: &str, runs: (usize, usize)) -> Result<Took, String> {
    let mut words = vec!["query"];
    words.extend(request.split_whitespace().chain(["--dialect", "duckdb"]));
    let ours = etalon(&folder(), &words).succeeded()?;
    let by_hand = statement(file);
    let first = run(duckdb, "ours", &ours)?;
    run(duckdb, "by_hand", &by_hand)?;
    same_rows(duckdb)?;
    let runs = ((MILLISECONDS / first) as usize).clamp(runs.0, runs.1);
    let mut pairs = Vec::with_capacity(runs);
    for at in 0..runs {
        // Neither always comes after the other.
        if at % 2 == 0 {
            let of_ours = run(duckdb, "ours", &ours)?;
            pairs.push((of_ours, run(duckdb, "by_hand", &by_hand)?));
        } else {
            let of_theirs = run(duckdb, "by_hand", &by_hand)?;
            pairs.push((run(duckdb, "ours", &ours)?, of_theirs));
        }
    }
    let of = |value: fn(&(f64, f64)) -> f64| median(pairs.iter().map(value).collect());
    Ok(Took { ours: of(|pair| pair.0), by_hand: of(|pair| pair.1), ratio: of(|pair| pair.0 / pair.1) })
}

/// Makes a table of what a statement gives, and says how many milliseconds that took.
#[allow(clippy::disallowed_methods)] // Time is what is measured here.
fn run(duckdb: &mut Engine, table: &str, statement: &str) -> Result<f64, String> {
    let script = format!("CREATE OR REPLACE TEMP TABLE {table} AS\n{statement}");
    let started = Instant::now();
    duckdb.run(&script).map_err(|error| format!("{error}\n{statement}"))?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

/// Both tables have rows, and the same, each as often: types, values and doubles to the last bit.
fn same_rows(duckdb: &mut Engine) -> Result<(), String> {
    let columns = |duckdb: &mut Engine, table: &str| {
        let described = duckdb.query(&format!("SELECT column_name, column_type FROM (DESCRIBE {table})"))?;
        Ok::<_, String>(described.rows)
    };
    if columns(duckdb, "ours")? != columns(duckdb, "by_hand")? {
        return Err("the columns differ in name or type".to_owned());
    }
    if number(duckdb, "SELECT COUNT(*) FROM by_hand")? == 0 {
        return Err("there are no rows to compare".to_owned());
    }
    for (one, other) in [("ours", "by_hand"), ("by_hand", "ours")] {
        let only = number(duckdb, &format!("SELECT COUNT(*) FROM (FROM {one} EXCEPT ALL FROM {other})"))?;
        if only > 0 {
            return Err(format!("{only} rows are only in {one}, not in {other}"));
        }
    }
    Ok(())
}

fn number(duckdb: &mut Engine, sql: &str) -> Result<u64, String> {
    let answer = duckdb.query(sql)?;
    match answer.rows.first().and_then(|row| row.first()) {
        Some(Value::Exact(number)) => number.parse().map_err(|error| format!("{number}: {error}")),
        other => Err(format!("{sql}: not a number: {other:?}")),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
