//! How long the command itself takes on generated projects, as a user would feel it: whole processes, files and all.
//! `cargo bench --bench processes`. Prints the median of several runs, in milliseconds, beside its budget.

mod generate;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// `etalon.yaml` with a warehouse for each of five dialects.
fn config() -> String {
    let mut text = String::from(
        "project: bench\ncalendar: { timezone: Europe/Paris, week_starts: monday, year_starts: february }\nwarehouses:\n",
    );
    for dialect in ["bigquery", "duckdb", "postgres", "snowflake", "sqlite"] {
        text.push_str(&format!("  {dialect}_prod: {{ dialect: {dialect} }}\n"));
    }
    text
}

fn write(folder: &Path, metrics: usize) {
    fs::create_dir_all(folder.join("metrics")).expect("a folder for the project");
    fs::write(folder.join("etalon.yaml"), config()).expect("etalon.yaml is written");
    for (name, text) in generate::definitions(metrics) {
        fs::write(folder.join("metrics").join(name), text).expect("a file of definitions is written");
    }
}

#[allow(clippy::disallowed_methods)] // Time is what is measured here.
fn run(folder: &Path, arguments: &[&str]) -> f64 {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_etalon")).args(arguments).current_dir(folder).output();
    let took = started.elapsed().as_secs_f64() * 1000.0;
    let output = output.expect("the command runs");
    assert!(output.status.success(), "etalon {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    took
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(what: &str, metrics: usize, took: f64, budget: Option<f64>) {
    let budget = budget.map(|budget| format!("{budget:>8.0}")).unwrap_or_else(|| "       -".to_owned());
    println!("{what:<32} {metrics:>7} {took:>10.1} {budget}");
}

fn main() {
    println!("{:<32} {:>7} {:>10} {:>8}", "whole process", "metrics", "median ms", "budget");
    for metrics in [10, 1_000, 10_000] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), metrics);
        let large = metrics == 10_000;
        let times = (0..7).map(|_| run(folder.path(), &["-q", "check"])).collect();
        report("check", metrics, median(times), large.then_some(400.0));
        let query = ["query", "m0_0", "m0_3", "--by", "month,customer.region", "--dialect", "duckdb"];
        let times = (0..7).map(|_| run(folder.path(), &query)).collect();
        report("query, one cold process", metrics, median(times), (metrics == 1_000).then_some(40.0));
        let listed = ["checks", "--dialect", "duckdb", "--format", "json"];
        let times = (0..3).map(|_| run(folder.path(), &listed)).collect();
        report("checks, one dialect, listed", metrics, median(times), large.then_some(1_000.0));
        let cold = (0..3)
            .map(|_| {
                let _ = fs::remove_dir_all(folder.path().join("build"));
                run(folder.path(), &["-q", "checks"])
            })
            .collect();
        report("checks, 5 warehouses, cold", metrics, median(cold), None);
        let warm = (0..3).map(|_| run(folder.path(), &["-q", "checks"])).collect();
        report("checks, nothing changed", metrics, median(warm), None);
        let cold = (0..3)
            .map(|_| {
                let _ = fs::remove_dir_all(folder.path().join("build"));
                run(folder.path(), &["-q", "compile"])
            })
            .collect();
        report("compile, 5 warehouses, cold", metrics, median(cold), large.then_some(12_000.0));
        let warm = (0..5).map(|_| run(folder.path(), &["-q", "compile"])).collect();
        report("compile, nothing changed", metrics, median(warm), large.then_some(1_000.0));
    }
}
