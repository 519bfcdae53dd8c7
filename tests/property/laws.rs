//! Laws that hold between the answers to several requests, whatever the model: of the definitions, and of an engine.

use super::data::Era;
use super::making::Made;
use super::metric::{Author, Metric};
use super::random::Random;
use super::schema::{AREAS, Kind, PEOPLE, Reached};
use super::support::holding::{Cell, Cells};
use super::support::world::{self, Query, World};
use super::variants;

/// Whether a law holds between answers.
pub type Holds = dyn Fn(&[Cells]) -> bool;

/// Requests, and what holds between their answers.
pub struct Check {
    pub law: &'static str,
    pub asks: Vec<(usize, Query)>,
    pub holds: Box<Holds>,
}

/// Worlds that are alike but for one thing, and the checks that ask them by their places.
pub struct Case {
    pub worlds: Vec<World>,
    pub checks: Vec<Check>,
}

/// How many times each law is tried on a world.
const TRIES: usize = 4;

/// The checks of a world.
pub fn of(random: &mut Random, made: &Made) -> Case {
    let mut worlds = vec![made.world.clone()];
    let mut checks = Vec::new();
    for _ in 0..TRIES {
        checks.extend(beside(random, made));
        checks.extend(rolls_up(random, made));
        checks.extend(total(random, made, &mut worlds[0]));
        checks.extend(complement(random, made, &mut worlds[0]));
    }
    let same: [(&'static str, World); 4] = [
        ("a parent without children changes nothing", variants::childless(&worlds[0])),
        ("names change nothing", variants::renamed(&worlds[0])),
        ("the order of declarations changes nothing", variants::reordered(&worlds[0])),
        ("formatting changes nothing", variants::formatted(&worlds[0])),
    ];
    for (law, world) in same {
        worlds.push(world);
        for _ in 0..TRIES {
            let (query, _) = random.one(&made.queries);
            let of_people = |name: &String| {
                made.metrics
                    .iter()
                    .any(|it| it.name == *name && it.sources.iter().any(|at| [AREAS, PEOPLE].contains(at)))
            };
            if law.starts_with("a parent") && query.metrics.iter().any(of_people) {
                continue;
            }
            let other = if law.starts_with("names") { variants::renamed_query(query) } else { query.clone() };
            let asks = vec![(0, query.clone()), (worlds.len() - 1, other)];
            checks.push(Check { law, asks, holds: Box::new(|all| alike(&all[0], &all[1])) });
        }
    }
    Case { worlds, checks }
}

/// A metric's value does not depend on what is selected beside it.
fn beside(random: &mut Random, made: &Made) -> Option<Check> {
    let several: Vec<&Query> = made.queries.iter().map(|(query, _)| query).filter(|it| it.metrics.len() > 1).collect();
    let both = Query { having: None, order: None, limit: None, ..(*random.any(&several)?).clone() };
    let at = random.below(both.metrics.len());
    let metric = made.metrics.iter().find(|it| it.name == both.metrics[at])?;
    if metric.traits.rowless {
        return None;
    }
    let alone = Query { metrics: vec![both.metrics[at].clone()], ..both.clone() };
    let keys = both.by.len();
    let holds = move |all: &[Cells]| {
        all[1].iter().all(|row| {
            let mut same_keys = all[0].iter().filter(|other| other[..keys] == row[..keys]);
            same_keys.next().is_some_and(|other| other[keys + at].is(&row[keys])) && same_keys.next().is_none()
        })
    };
    let asks = vec![(0, both), (0, alone)];
    Some(Check { law: "a value does not depend on what is beside it", asks, holds: Box::new(holds) })
}

/// Sums and counts of parts make up those of the whole.
fn rolls_up(random: &mut Random, made: &Made) -> Option<Check> {
    let additive: Vec<&Metric> = made.metrics.iter().filter(|it| it.traits.additive && it.kind.is_number()).collect();
    let metric = random.any(&additive)?;
    let mut by = vec![key(random, &made.schema.common(&metric.sources))?];
    if random.percent(50) {
        by.push(random.word(&["month", "week", "year"]).to_owned());
    }
    let parts = Query { metrics: vec![metric.name.clone()], by, ..Query::default() };
    let whole = Query { by: Vec::new(), ..parts.clone() };
    let keys = parts.by.len();
    let holds = move |all: &[Cells]| sum(&all[0], keys) == sum(&all[1], 0);
    Some(Check { law: "parts add up to the whole", asks: vec![(0, parts), (0, whole)], holds: Box::new(holds) })
}

/// `total` equals the request without the key.
fn total(random: &mut Random, made: &Made, world: &mut World) -> Option<Check> {
    let metric = random.one(&made.metrics);
    let key = key(random, &made.schema.common(&metric.sources))?;
    let name = add(world, &format!("total({} over {key})", metric.name))?;
    let rest: Vec<String> =
        if random.percent(50) { vec![random.word(&["month", "year"]).to_owned()] } else { Vec::new() };
    let by = rest.iter().cloned().chain([key]).collect();
    let with = Query { metrics: vec![metric.name.clone(), name], by, ..Query::default() };
    let without = Query { metrics: vec![metric.name.clone()], by: rest.clone(), ..Query::default() };
    let keys = rest.len();
    let holds = move |all: &[Cells]| {
        all[0].iter().all(|row| {
            let whole = all[1].iter().find(|other| other[..keys] == row[..keys]);
            whole.map_or(row[keys + 2] == Cell::Null, |whole| whole[keys].is(&row[keys + 2]))
        })
    };
    Some(Check {
        law: "a total is the value without the key",
        asks: vec![(0, with), (0, without)],
        holds: Box::new(holds),
    })
}

/// What satisfies a condition and what does not, or is null, is everything.
fn complement(random: &mut Random, made: &Made, world: &mut World) -> Option<Check> {
    let additive: Vec<&Metric> = made.metrics.iter().filter(|it| it.traits.additive && it.kind.is_number()).collect();
    let metric = random.any(&additive)?;
    let paths = made.schema.common(&metric.sources);
    let era = Era::random(random);
    let author = Author { schema: &made.schema, era: &era, metrics: Vec::new() };
    let condition = author.row(&paths, false).condition(random, 2);
    let some = add(world, &format!("{} where {condition}", metric.name))?;
    let others = add(world, &format!("{} where not ({condition}) or ({condition}) is null", metric.name))?;
    let by: Vec<String> =
        key(random, &paths).into_iter().chain(random.percent(50).then(|| "month".to_owned())).collect();
    let keys = by.len();
    let query = Query { metrics: vec![metric.name.clone(), some, others], by, ..Query::default() };
    let holds = move |all: &[Cells]| {
        all[0].iter().all(|row| {
            let of = |at: usize| row[keys + at].number();
            of(0).zip(of(1)).zip(of(2)).is_some_and(|((whole, some), others)| near(some + others, whole))
        })
    };
    Some(Check {
        law: "a filter and its complement make up everything",
        asks: vec![(0, query)],
        holds: Box::new(holds),
    })
}

fn key(random: &mut Random, paths: &[Reached]) -> Option<String> {
    let fits: Vec<&Reached> =
        paths.iter().filter(|it| matches!(it.kind, Kind::Text | Kind::Integer | Kind::Boolean)).collect();
    random.any(&fits).map(|it| it.path.clone())
}

/// Adds a metric, if the model takes it.
fn add(world: &mut World, formula: &str) -> Option<String> {
    let name = format!("m{}", world.lines.iter().filter(|line| line.starts_with("metric ")).count());
    let line = format!("metric {name} = {formula}");
    let text = world.text() + &line;
    world::check(&text, &world::calendar(&world.config).ok()?).ok()?;
    world.lines.push(line);
    Some(name)
}

/// The sum of the column behind the keys; nothing if it is not of numbers. Numbers are rounded to what they can hold.
fn sum(rows: &Cells, keys: usize) -> Option<i64> {
    let numbers: Option<Vec<f64>> = rows.iter().map(|row| row[keys].number()).collect();
    numbers.map(|numbers| (numbers.iter().sum::<f64>() * 1e6).round() as i64)
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// The same rows, in any order.
fn alike(one: &Cells, other: &Cells) -> bool {
    let holds = |rows: &Cells, row: &[Cell]| {
        rows.iter().filter(|other| other.iter().zip(row).all(|(one, other)| one.is(other))).count()
    };
    one.len() == other.len() && one.iter().all(|row| holds(one, row) == holds(other, row))
}
