//! The mutation table: for every metric of the sample and of TPC-H, rewrites that keep its meaning keep its digest, and edits
//! that change it change the digest and have a witness.

mod mutation;
mod support;

use etalon::meaning::canonical;
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
