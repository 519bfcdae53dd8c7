//! Ranges that are counted from now, by the clocks of the engines: the rows are made around today, and the evaluator is told the
//! day.

mod support;

use jiff::{ToSpan, Zoned};
use std::fmt::Write;
use support::engine;
use support::program::etalon;
use support::reference::Reference;
use support::{case, rows};

const MODEL: &str = "
source sales {
  key id
  time sold_on
  id      integer
  region  text
  amount  integer
  sold_on timestamp
}
metric revenue   = sum(amount) from sales
metric before    = prior(revenue, 1 month)
metric last_year = prior(revenue, 1 year)
metric growth    = revenue / prior(revenue, 1 month) - 1
metric recent    = rolling(revenue, 7 days)
metric so_far    = to_date(revenue, month)
";

/// Ranges that begin or end within the periods asked for are cut there, and so are the periods before them.
const REQUESTS: [&str; 9] = [
    "query revenue before --by month --during 'last 40 days'",
    "query revenue before last_year --by month,region --during 'last 100 days'",
    "query revenue --by week --during 'last 3 months'",
    "query before --during 'last 10 days'",
    "query revenue last_year --by quarter --during 'last 75 days'",
    "query revenue recent so_far --by day --during 'last 2 weeks'",
    "query revenue --by day --during 'this day'",
    "query growth --by month --during 'this year'",
    "query revenue last_year --by year --during 'last 400 days'",
];

#[test]
fn ranges_counted_from_now_are_those_of_the_definitions() {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    };
    write("etalon.yaml", "project: case\n");
    write("metrics/model.metric", MODEL);
    let today = Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let mut csv = "id,region,amount,sold_on\n".to_owned();
    for id in 0..900_i64 {
        let day = today.checked_sub((id - 20).days()).expect("it is in the calendar");
        let region = ["north", "south"][(id % 3 / 2) as usize];
        writeln!(csv, "{id},{region},{},{day} {:02}:30:00", 1 + id * 7 % 31, id % 24).expect("a text takes it");
    }
    write("data/sales.csv", &csv);
    let mut reference = Reference::of_project(project.path(), &project.path().join("data")).expect("it is sound");
    let requests: Vec<(Vec<String>, _)> = REQUESTS
        .iter()
        .map(|request| {
            let words = case::words(request).expect("a request is well formed");
            let answer = reference.answer(&[words.clone(), vec!["--now".into(), today.to_string()]].concat());
            let answer = answer.unwrap_or_else(|said| panic!("etalon {request}: {said}"));
            assert!(!answer.rows.is_empty(), "etalon {request}: no rows, so nothing is shown");
            (words, rows::as_table(&answer))
        })
        .collect();
    let failures = engine::each(&mut engine::at_hand(&engine::ALL), |engine| {
        let seed = etalon(project.path(), &["seed", "--data", "data", "--dialect", engine.name]).succeeded();
        let seed = seed.unwrap_or_else(|said| panic!("etalon seed: {said}"));
        engine.run(&seed).unwrap_or_else(|error| panic!("{}: {error}", engine.name));
        let mut failures = Vec::new();
        for (words, expected) in &requests {
            let command: Vec<&str> = words.iter().map(String::as_str).chain(["--dialect", engine.name]).collect();
            let outcome = etalon(project.path(), &command).succeeded().and_then(|sql| {
                let answer = engine.query(&sql).map_err(|error| format!("{error}\n{sql}"))?;
                rows::compare(expected, &answer, false).map_err(|diff| format!("{diff}{sql}"))
            });
            failures.extend(outcome.err().map(|text| format!("etalon {}: {text}", command.join(" "))));
        }
        engine::report(&format!("from now: {} requests on {} {}", requests.len(), engine.name, engine.version));
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}
