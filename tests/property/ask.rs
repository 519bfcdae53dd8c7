//! Random requests of a model.

use super::data::Era;
use super::metric::{Author, Grains, Metric};
use super::random::Random;
use super::schema::Kind;
use super::support::world::Query;
use std::collections::BTreeSet;

/// A request, and the operators that it rests on.
pub fn query(random: &mut Random, author: &Author) -> (Query, BTreeSet<&'static str>) {
    let mut operators = BTreeSet::new();
    if random.percent(3) {
        return listing(random);
    }
    let count = *random.one(&[1, 1, 1, 2, 2, 3]);
    let mut chosen: Vec<&Metric> = Vec::new();
    for _ in 0..count {
        // The later ones rest on more.
        let (one, other) = (random.below(author.metrics.len()), random.below(author.metrics.len()));
        let metric = &author.metrics[one.max(other)];
        if !chosen.iter().any(|it| it.name == metric.name) {
            chosen.push(metric);
        }
    }
    let refuses = chosen.iter().fold(Grains::default(), |all, it| all.and(it.traits.refuses));
    for metric in &chosen {
        operators.extend(&metric.operators);
    }
    let sources: Vec<usize> =
        chosen.iter().flat_map(|it| it.sources.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let looks_back = chosen.iter().any(|it| it.looks_back());
    let needs_period = looks_back || chosen.iter().any(|it| it.traits.stock);
    let mut query = Query { metrics: chosen.iter().map(|it| it.name.clone()).collect(), ..Query::default() };

    let paths = author.schema.common(&sources);
    let row = author.row(&paths, looks_back);
    if random.percent(if needs_period { 85 } else { 55 }) {
        // One that fits, if there is one; sometimes another, which is refused.
        let mut chosen = grain(random, author.era, author.schema.axis, needs_period);
        for _ in 0..20 {
            if refuses.has(chosen) {
                chosen = grain(random, author.era, author.schema.axis, needs_period);
            }
        }
        query.by.push(chosen.to_owned());
        operators.insert("grain");
        if random.percent(if looks_back { 3 } else { 8 }) {
            query.by.push(random.word(&["year", "month", "quarter", "day"]).to_owned());
        }
    }
    if random.percent(8) && !looks_back {
        query.by.push(random.word(&["month_of_year", "day_of_week", "quarter_of_year"]).to_owned());
        operators.insert("date part");
    }
    if author.schema.calendar && random.percent(12) {
        query.by.push(random.word(&["period", "season"]).to_owned());
        operators.insert("calendar table");
    }
    let keys = if chosen.iter().all(|it| it.traits.rowless) { 0 } else { *random.one(&[0, 0, 1, 1, 2]) };
    for _ in 0..keys {
        if let Some((path, _)) = row.any_path(random, &[Kind::Text, Kind::Integer, Kind::Boolean, Kind::Text]) {
            query.by.push(path);
            operators.insert("key");
        }
    }
    let mut seen = BTreeSet::new();
    query.by.retain(|key| seen.insert(key.clone()));
    if random.percent(30) {
        query.filter = Some(row.condition(random, 1));
        operators.insert("where");
    }
    if random.percent(if query.by.is_empty() && needs_period { 80 } else { 30 }) {
        query.during = Some(during(random, author.era));
        operators.insert("during");
    }
    let numbers: Vec<&&Metric> = chosen.iter().filter(|it| it.kind.is_number()).collect();
    if let Some(metric) = random.any(&numbers)
        && random.percent(15)
    {
        // Doubles are held against what they do not come near.
        let bound = if metric.kind == Kind::Double { "0.1234567" } else { random.word(&["0", "1", "3"]) };
        query.having = Some(format!("{} {} {bound}", metric.name, random.word(&[">", "<", "<="])));
        operators.insert("having");
    }
    let orderly: Vec<&&Metric> = chosen.iter().filter(|it| it.kind != Kind::Double).collect();
    if random.percent(15) {
        query.order = random.any(&orderly).map(|it| format!("{}{}", random.word(&["", "-"]), it.name));
        operators.insert("order");
    }
    if random.percent(10) {
        query.limit = Some(*random.one(&[1, 2, 5]));
        operators.insert("limit");
    }
    (query, operators)
}

/// The values that there are of a dimension, without a metric.
fn listing(random: &mut Random) -> (Query, BTreeSet<&'static str>) {
    let filter = random.percent(50).then(|| format!("thing {} 'i'", random.word(&["=", "<>", ">"])));
    (Query { by: vec!["thing".to_owned()], filter, ..Query::default() }, BTreeSet::from(["no metric"]))
}

/// A grain that gives not too many periods.
fn grain(random: &mut Random, era: &Era, axis: Kind, dense: bool) -> &'static str {
    // To find the start of an hour, statements spell out every change of the clocks: windows by hours of instants take seconds.
    let fine = era.days < 15 && (axis == Kind::Timestamp || (axis == Kind::Instant && !dense));
    match random.below(20) {
        0 | 1 if fine => "hour",
        2 if fine && !dense && era.days < 8 => "minute",
        0..=5 if era.days < 130 => "day",
        0 => "day",
        6 | 7 => "week",
        8..=14 => "month",
        15..=17 => "quarter",
        _ => "year",
    }
}

/// A range by days, months or years, sometimes open.
fn during(random: &mut Random, era: &Era) -> String {
    let (one, other) = (era.day(random), era.day(random));
    let (from, until) = (one.min(other), one.max(other));
    let month = |day: jiff::civil::Date| day.strftime("%Y-%m").to_string();
    match random.below(8) {
        0 => month(one),
        1 => one.strftime("%Y").to_string(),
        2 => format!("{from}.."),
        3 => format!("..{until}"),
        4 => format!("{}..{}", month(from), month(until)),
        _ => format!("{from}..{until}"),
    }
}
