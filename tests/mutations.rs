//! The mutation table: for every metric of the sample and of TPC-H, rewrites that keep its meaning keep its digest, and edits
//! that change it change the digest and have a witness.

mod mutation;
mod support;

use etalon::meaning::canonical;
use etalon::meaning::compare::{Budget, Side, Verdict, compare};
use mutation::{Mutant, Project, changing, keeping};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::engine;

/// At least so many of either kind for every metric.
const EACH: usize = 30;

fn projects() -> Vec<(&'static str, Project)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    vec![("sample", Project::read(root)), ("tpch", Project::read(&root.join("tests/tpch")))]
}

/// Mutants of different texts.
fn distinct(project: &Project, mutants: Vec<Mutant>) -> Vec<Mutant> {
    let mut texts = BTreeSet::new();
    mutants.into_iter().filter(|mutant| texts.insert((mutant.name.clone(), mutant.text(project)))).collect()
}

#[test]
fn rewrites_that_keep_the_meaning_keep_the_digest() {
    let mut table: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (name, project) in projects() {
        let digests = canonical::digests(&project.model);
        let metrics: Vec<String> = project.metrics();
        let outcomes: Vec<(Vec<&'static str>, Vec<String>)> = metrics
            .par_iter()
            .zip(&digests)
            .map(|(metric, digest)| {
                let (mut kept, mut wrong) = (Vec::new(), Vec::new());
                for mutant in distinct(&project, keeping::all(&project, metric)) {
                    let Some((model, id)) = project.checked(&mutant) else { continue };
                    kept.push(mutant.operator);
                    if canonical::digest(&model, id) != *digest {
                        wrong.push(format!("{name} {metric}: {}: the digest changed", mutant.operator));
                    }
                }
                if kept.len() < EACH {
                    wrong.push(format!("{name} {metric}: only {} rewrites", kept.len()));
                }
                (kept, wrong)
            })
            .collect();
        for (kept, wrong) in outcomes {
            kept.into_iter().for_each(|operator| *table.entry(operator).or_default() += 1);
            failures.extend(wrong);
        }
    }
    let lines: Vec<String> = table.iter().map(|(operator, count)| format!("{operator:<40} {count:>6}")).collect();
    let total: usize = table.values().sum();
    engine::report(&format!(
        "\nrewrites that keep the meaning          digests equal\n{}\n{total} in all",
        lines.join("\n")
    ));
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Of so many edits per hundred a witness has to be found.
const WITNESSED: usize = 95;

/// What became of one edit.
struct Outcome {
    operator: &'static str,
    metric: String,
    digest_differs: bool,
    /// The rows of the witness.
    witness: Option<usize>,
    /// Both sides were proved to be the same, so that the edit is none.
    is_same: bool,
}

#[test]
fn edits_that_change_the_meaning_change_the_digest_and_have_a_witness() {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut failures = Vec::new();
    for (name, project) in projects() {
        let digests = canonical::digests(&project.model);
        let metrics: Vec<String> = project.metrics();
        let each: Vec<Vec<Outcome>> = metrics
            .par_iter()
            .zip(&digests)
            .map(|(metric, digest)| {
                let mutants = distinct(&project, changing::all(&project, metric));
                let mut each: Vec<Outcome> = Vec::new();
                for mutant in &mutants {
                    // An added condition is the simplest of edits: so many that there are enough.
                    let changes = each.iter().filter(|outcome| !outcome.is_same).count();
                    if mutant.operator != changing::CONDITION_ADDED || changes < EACH {
                        each.extend(outcome(&project, metric, *digest, mutant));
                    }
                }
                each
            })
            .collect();
        for (metric, each) in metrics.iter().zip(each) {
            let changes = each.iter().filter(|outcome| !outcome.is_same).count();
            if changes < EACH {
                failures.push(format!("{name} {metric}: only {changes} edits"));
            }
            outcomes.extend(each);
        }
    }
    let same = outcomes.iter().filter(|outcome| outcome.is_same).count();
    let changes: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.is_same).collect();
    let mut table: BTreeMap<&'static str, [usize; 4]> = BTreeMap::new();
    for outcome in &changes {
        let row = table.entry(outcome.operator).or_default();
        row[0] += 1;
        row[1] += usize::from(outcome.digest_differs);
        row[2] += usize::from(outcome.witness.is_some());
        row[3] = row[3].max(outcome.witness.unwrap_or(0));
        if !outcome.digest_differs {
            failures.push(format!("{}: {}: the digest is the same", outcome.metric, outcome.operator));
        }
    }
    let line = |operator: &str, row: &[usize; 4]| {
        format!("{operator:<34} {:>6} {:>9} {:>9} {:>9}", row[0], row[1], row[2], row[3])
    };
    let head = format!(
        "{:<34} {:>6} {:>9} {:>9} {:>9}",
        "edits that change the meaning", "edits", "digests", "witnesses", "most rows"
    );
    let mut all = [0; 4];
    table.values().for_each(|row| (0..3).for_each(|at| all[at] += row[at]));
    all[3] = table.values().map(|row| row[3]).max().unwrap_or(0);
    let lines: Vec<String> = table.iter().map(|(operator, row)| line(operator, row)).collect();
    engine::report(&format!(
        "\n{head}\n{}\n{}\n{same} edits were proved to be none",
        lines.join("\n"),
        line("all", &all)
    ));
    if all[2] * 100 < all[0] * WITNESSED {
        let without: Vec<String> = changes
            .iter()
            .filter(|outcome| outcome.witness.is_none())
            .map(|outcome| format!("{}: {}", outcome.metric, outcome.operator))
            .collect();
        failures.push(format!("{} of {} edits have a witness; without:\n{}", all[2], all[0], without.join("\n")));
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Holds a mutant against the original.
fn outcome(project: &Project, metric: &str, digest: canonical::Digest, mutant: &Mutant) -> Option<Outcome> {
    let (model, id) = project.checked(mutant)?;
    let original = project.model.metric_named(metric)?;
    let sides = (Side { model: &project.model, metric: original }, Side { model: &model, metric: id });
    let compared = compare(sides.0, sides.1, Budget::default()).unwrap_or_else(|why| panic!("{metric}: {}", why.0));
    let (witness, is_same) = match compared.verdict {
        Verdict::Same | Verdict::SameByProof { .. } => (None, true),
        Verdict::Differ(witness) => (Some(witness.rows()), false),
        Verdict::Unknown { .. } => (None, false),
    };
    let digest_differs = canonical::digest(&model, id) != digest;
    Some(Outcome { operator: mutant.operator, metric: metric.to_string(), digest_differs, witness, is_same })
}
