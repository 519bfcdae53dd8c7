//! Every definition of the sample and of TPC-H, changed in one thing at a time: each change that matters has a witness.

use crate::edits;
use etalon::check;
use etalon::diagnostic::Found;
use etalon::meaning::compare::{Budget, Side, Verdict, compare};
use etalon::model::{
    ColumnId, Expr, Kind, Measure, MetricExpr, MetricId, MetricLeaf, Model, RowExpr, RowLeaf, SourceId,
};
use etalon::project::Project;
use etalon::source::Sources;
use etalon::syntax;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn project(folder: &str) -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    Project::load(Some(&folder), &mut Found::default()).expect("the project can be read")
}

fn model(project: &Project) -> Model {
    let mut found = Found::default();
    let ast = syntax::parse(&project.sources, &project.files, &mut found);
    let model = check::check(&ast, &project.config.calendar, &mut found);
    assert!(!found.has_errors());
    model
}

/// What became of one edit.
struct Outcome {
    metric: String,
    what: &'static str,
    verdict: &'static str,
    rows: usize,
    millis: u128,
}

fn outcome(old: &Model, new: &Model, id: MetricId, what: &'static str, budget: Budget) -> Outcome {
    let start = std::time::Instant::now();
    let compared = compare(Side { model: old, metric: id }, Side { model: new, metric: id }, budget);
    let (verdict, rows) = match compared.map(|it| it.verdict) {
        Ok(Verdict::Same) => ("same", 0),
        Ok(Verdict::SameByProof { .. }) => ("proved", 0),
        Ok(Verdict::Differ(witness)) => ("differ", witness.rows()),
        Ok(Verdict::Unknown { .. }) => ("unknown", 0),
        Err(why) => {
            eprintln!("{} {what}: {}", old.metric(id).name, why.0);
            ("failed", 0)
        }
    };
    Outcome { metric: old.metric(id).name.to_string(), what, verdict, rows, millis: start.elapsed().as_millis() }
}

#[test]
fn probe() {
    for folder in ["metrics", "tests/tpch/metrics"] {
        let folder = if folder == "metrics" { "." } else { "tests/tpch" };
        let project = project(folder);
        let old = model(&project);
        let budget = Budget { trials: 1000, seed: 1 };
        let start = std::time::Instant::now();
        let outcomes: Vec<Outcome> = (0..old.metrics.len())
            .into_par_iter()
            .flat_map_iter(|at| {
                let id = MetricId(at as u32);
                let mut new = model(&project);
                let all = edits::of_formula(&old, &old.metric(id).formula);
                let mut outcomes = Vec::new();
                for (what, formula) in all {
                    new.metrics[at].formula = formula;
                    outcomes.push(outcome(&old, &new, id, what, budget));
                }
                outcomes
            })
            .collect();
        println!("{folder}: {} edits in {:?}", outcomes.len(), start.elapsed());
        let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for it in &outcomes {
            *table.entry(it.what).or_default().entry(it.verdict).or_default() += 1;
            *table.entry("all").or_default().entry(it.verdict).or_default() += 1;
            if it.verdict == "differ" {
                *sizes.entry(it.rows).or_default() += 1;
            }
        }
        for (what, counts) in &table {
            println!("  {what:45} {counts:?}");
        }
        println!("  sizes {sizes:?}");
        for it in outcomes.iter().filter(|it| it.verdict != "differ") {
            println!("    {} {} {} {}ms", it.verdict, it.metric, it.what, it.millis);
        }
        let mut slow: Vec<&Outcome> = outcomes.iter().collect();
        slow.sort_by_key(|it| std::cmp::Reverse(it.millis));
        for it in slow.iter().take(8) {
            println!("    slow {} {} {} {}ms rows {}", it.verdict, it.metric, it.what, it.millis, it.rows);
        }
        for it in outcomes.iter().filter(|it| it.rows > 3) {
            println!("    big {} {} rows {}", it.metric, it.what, it.rows);
        }
    }
}
