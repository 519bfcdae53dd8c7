//! A random world and the requests that are put to it, all of one seed.

use super::ask;
use super::data::{self, Era};
use super::metric::{Author, Metric};
use super::random::Random;
use super::schema::Schema;
use super::support::world::{self, Query, World};
use std::collections::{BTreeMap, BTreeSet};

/// What one round is about.
pub struct Made {
    pub world: World,
    pub queries: Vec<(Query, BTreeSet<&'static str>)>,
    /// Definitions that the checker refused, by code.
    pub refused: BTreeMap<String, usize>,
    pub defined: usize,
    pub schema: Schema,
    pub metrics: Vec<Metric>,
}

/// Metrics in a model, and requests put to it.
const METRICS: usize = 16;
const REQUESTS: usize = 40;

pub fn make(seed: u64) -> Made {
    let random = &mut Random(seed);
    let config = config(random);
    let calendar = world::calendar(&config).expect("the calendar is sound");
    let era = Era::random(random);
    let mut schema = Schema::random(random, &era);
    schema.calendar = random.percent(15);
    let base = schema.lines();
    let mut author = Author { schema: &schema, era: &era, metrics: Vec::new() };
    let mut refused = BTreeMap::new();
    let mut attempts = 0;
    while author.metrics.len() < METRICS && attempts < METRICS * 4 {
        attempts += 1;
        let Some(metric) = author.draft(random) else { continue };
        let lines = base.iter().cloned().chain(author.metrics.iter().map(|it| it.line())).chain([metric.line()]);
        match world::check(&lines.collect::<Vec<_>>().join("\n"), &calendar) {
            Ok(_) => author.metrics.push(metric),
            Err(said) => *refused.entry(said.chars().take(5).collect()).or_default() += 1,
        }
    }
    let queries = (0..REQUESTS).map(|_| ask::query(random, &author)).collect();
    let lines = base.into_iter().chain(author.metrics.iter().map(|it| it.line())).collect();
    let tables = data::tables(random, &schema, &era);
    let metrics = author.metrics;
    Made { world: World { config, lines, tables }, queries, refused, defined: metrics.len(), metrics, schema }
}

fn config(random: &mut Random) -> String {
    let zone = random.word(&["UTC", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"]);
    let week = random.word(&["monday", "monday", "sunday", "saturday"]);
    let year = random.word(&["january", "january", "february", "july", "october"]);
    format!("project: random\ncalendar: {{ timezone: {zone}, week_starts: {week}, year_starts: {year} }}\n")
}
