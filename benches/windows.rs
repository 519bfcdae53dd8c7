//! How fast the emitted SQL of windows is on ten million rows, against the best plain SQL that a person would write for the same
//! rows: `cargo bench --bench windows`. It takes some minutes.
//!
//! Both run in turn on the DuckDB that `tests/setup` installs, in one process, with the same threads. Each statement makes a
//! table, so that nothing is measured but the engine. Rows that differ fail the run. So does a statement slower than it may be,
//! by its median and by its fastest run: what else the machine does may be in the one, but hardly in both.

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
const RUNS: (usize, usize) = (7, 31);
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
    println!("{:<40} {:>9} {:>12} {:>6} {:>15}", "query", "ours, ms", "by hand, ms", "ratio", "of the fastest");
    let mut failures = Vec::new();
    for (request, file) in QUERIES {
        match measure(&mut duckdb, request, file, RUNS) {
            Ok((ours, by_hand)) => {
                let (ratio, fastest) = (ours.median / by_hand.median, ours.fastest / by_hand.fastest);
                let (of_ours, of_hand) = (ours.median, by_hand.median);
                println!("{request:<40} {of_ours:>9.0} {of_hand:>12.0} {ratio:>6.2} {fastest:>15.2}");
                if ratio.min(fastest) > SLOWEST {
                    failures.push(format!("{request}: {ratio:.2} times as long as by hand, more than {SLOWEST}"));
                }
            }
            Err(error) => failures.push(format!("{request}: {error}")),
        }
    }
    let (request, file) = RANGE_JOIN;
    match measure(&mut duckdb, request, file, (1, 1)) {
        Ok((ours, joined)) => {
            let (ours, joined) = (ours.median, joined.median);
            let faster = joined / ours;
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

/// How long runs took, in milliseconds.
struct Took {
    median: f64,
    fastest: f64,
}

/// The times of our statement and of the one in a file, once their rows are the same.
fn measure(duckdb: &mut Engine, request: &str, file: &str, runs: (usize, usize)) -> Result<(Took, Took), String> {
    let mut words = vec!["query"];
    words.extend(request.split_whitespace().chain(["--dialect", "duckdb"]));
    let ours = etalon(&folder(), &words).succeeded()?;
    let by_hand = statement(file);
    let first = run(duckdb, "ours", &ours)?;
    run(duckdb, "by_hand", &by_hand)?;
    same_rows(duckdb)?;
    let runs = ((MILLISECONDS / first) as usize).clamp(runs.0, runs.1);
    let (mut of_ours, mut of_theirs) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for _ in 0..runs {
        of_ours.push(run(duckdb, "ours", &ours)?);
        of_theirs.push(run(duckdb, "by_hand", &by_hand)?);
    }
    Ok((took(of_ours), took(of_theirs)))
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

fn took(mut times: Vec<f64>) -> Took {
    times.sort_by(f64::total_cmp);
    Took { median: times[times.len() / 2], fastest: times[0] }
}
