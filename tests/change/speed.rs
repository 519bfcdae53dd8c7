//! How long a difference takes of five thousand metrics, of which one line moves a thousand.

use etalon::diagnostic::Found;
use etalon::govern::Side;
use etalon::govern::change::{Effort, changes};
use etalon::model::{Calendar, Model};
use etalon::source::Sources;
use etalon::{check, syntax};
use std::time::{Duration, Instant};

/// Five sources of a thousand metrics each, in files of a hundred: a tenth are counts of rows that satisfy one column, and the
/// others are made of those.
fn project(first: &str) -> (Sources, Model) {
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let mut files = Vec::new();
    for source in 0..5 {
        let good = if source == 0 { first } else { "status = 'done'" };
        let text = format!(
            "source s{source} {{\n  key id\n  time at_day\n  id integer\n  status text\n  kind integer\n  at_day date\n  good = {good}\n}}\n"
        );
        files.push(sources.add(format!("metrics/s{source}.metric"), text));
        for file in 0..10 {
            let mut text = format!("metric m{source}_{file} = count() from s{source} where good and kind > {file}\n");
            for at in 1..100 {
                // Each of the one before: chains of ten.
                let inner =
                    if at % 10 == 1 { format!("m{source}_{file}") } else { format!("m{source}_{file}_{}", at - 1) };
                text.push_str(&format!("metric m{source}_{file}_{at} = {inner} + {at}\n"));
            }
            files.push(sources.add(format!("metrics/m{source}_{file}.metric"), text));
        }
    }
    let ast = syntax::parse(&sources, &files, &mut found);
    let model = check::check(&ast, &Calendar::default(), &mut found);
    assert!(!found.has_errors(), "{:?}", found.sorted().first());
    (sources, model)
}

#[test]
#[allow(clippy::disallowed_methods)] // How long it takes is what is asked.
fn a_line_that_moves_a_thousand_of_five_thousand() {
    let (base, now) = (project("status = 'done'"), project("status in ('done', 'sent')"));
    assert_eq!(base.1.metrics.len(), 5000);
    let started = Instant::now();
    let found = changes(
        &Side::of_definitions(&base.1, &base.0),
        &Side::of_definitions(&now.1, &now.0),
        &[],
        &Effort::default(),
    );
    let took = started.elapsed();
    println!("a thousand metrics moved in {took:?}");
    assert_eq!(found.all.len(), 1, "one line, one finding");
    assert_eq!(found.moved.len(), 1000);
    assert!(found.moved.iter().all(|it| it.direction.is_some_and(|it| it.value.rise && !it.value.fall)));
    let most = if cfg!(debug_assertions) { 120 } else { 3 };
    assert!(took < Duration::from_secs(most), "it took {took:?}");
}
