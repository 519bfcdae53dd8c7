//! A failure made smaller: rows, definitions and words of the request are left out while the two sides still differ.

use super::support::world::{Query, World};

/// The smallest world and request found that fail.
pub struct Smaller {
    pub world: World,
    pub query: Query,
    pub found: String,
}

/// How many smaller ones are tried.
const TRIES: usize = 1200;

/// Leaves out what it can. Nothing if the failure does not come back.
/// `fails` says how a world and a request fail, if they do.
pub fn shrink(
    fails: &mut dyn FnMut(&World, &Query) -> Option<String>,
    world: &World,
    query: &Query,
) -> Option<Smaller> {
    let mut tries = 0;
    let found = fails(world, query)?;
    let kind = kind(&found);
    let mut best = Smaller { world: world.clone(), query: query.clone(), found };
    let mut changed = true;
    while changed {
        changed = false;
        let mut at = 0;
        // A step that helped leaves another one in its place.
        while let Some((world, query)) = candidates(&best.world, &best.query).into_iter().nth(at) {
            tries += 1;
            if tries > TRIES {
                return Some(best);
            }
            match fails(&world, &query) {
                Some(found) if self::kind(&found) == kind => {
                    best = Smaller { world, query, found };
                    changed = true;
                }
                _ => at += 1,
            }
        }
    }
    Some(best)
}

/// Rows that differ stay rows that differ; an error stays that error.
fn kind(found: &str) -> String {
    found.lines().next().filter(|line| !line.starts_with("  ")).unwrap_or_default().chars().take(30).collect()
}

/// Everything that is a little smaller, the greatest steps first.
fn candidates(world: &World, query: &Query) -> Vec<(World, Query)> {
    let mut all = Vec::new();
    let mut smaller = |change: &dyn Fn(&mut World, &mut Query)| {
        let (mut world, mut query) = (world.clone(), query.clone());
        change(&mut world, &mut query);
        all.push((world, query));
    };
    if query.limit.is_some() || query.order.is_some() {
        smaller(&|_, query| (query.limit, query.order) = (None, None));
        smaller(&|_, query| query.limit = None);
    }
    if query.having.is_some() {
        smaller(&|_, query| query.having = None);
    }
    if query.filter.is_some() {
        smaller(&|_, query| query.filter = None);
    }
    if query.during.is_some() {
        smaller(&|_, query| query.during = None);
    }
    for at in 0..query.metrics.len() {
        if query.metrics.len() > 1 {
            smaller(&|_, query| drop(query.metrics.remove(at)));
        }
    }
    for at in 0..query.by.len() {
        smaller(&|_, query| drop(query.by.remove(at)));
    }
    // A metric that the one asked for rests on.
    for at in 0..query.metrics.len() {
        let head = format!("metric {} =", query.metrics[at]);
        let line = world.lines.iter().find(|line| line.starts_with(&head)).cloned().unwrap_or_default();
        for other in names(&line[head.len().min(line.len())..]) {
            smaller(&|_, query| query.metrics[at] = other.clone());
        }
    }
    // All metrics that nothing needs at once, then line by line, then rows.
    let unused: Vec<usize> = (0..world.lines.len())
        .filter(|&at| {
            let name = world.lines[at].strip_prefix("metric ").and_then(|rest| rest.split(' ').next());
            name.is_some_and(|name| {
                let named = |text: &str| names(text).iter().any(|other| other == name);
                !query.metrics.iter().any(|it| it == name)
                    && !query.having.iter().any(|it| named(it))
                    && !world.lines.iter().enumerate().any(|(other, line)| {
                        other != at && line.split_once('=').is_some_and(|(_, formula)| named(formula))
                    })
            })
        })
        .collect();
    if !unused.is_empty() {
        smaller(&|world, _| {
            let mut at = 0;
            world.lines.retain(|_| {
                at += 1;
                !unused.contains(&(at - 1))
            });
        });
    }
    for at in 0..world.lines.len() {
        let line = &world.lines[at];
        if line.starts_with("source ") || line.starts_with("dimension ") {
            let end = at + world.lines[at..].iter().position(|line| line.ends_with('}')).unwrap_or_default();
            smaller(&|world, _| drop(world.lines.drain(at..=end)));
        } else if line != "}" {
            smaller(&|world, _| drop(world.lines.remove(at)));
        }
        if let Some((before, _)) =
            line.rsplit_once(" where ").filter(|(before, _)| line.starts_with("metric ") && !before.is_empty())
        {
            let before = before.to_owned();
            smaller(&|world, _| world.lines[at] = before.clone());
        }
    }
    for at in 0..world.tables.len() {
        let count = world.tables[at].rows.len();
        let mut size = count;
        while size > 0 {
            for from in (0..count).step_by(size) {
                smaller(&|world, _| drop(world.tables[at].rows.drain(from..(from + size).min(count))));
            }
            size /= 2;
        }
    }
    if !world.config.contains("timezone: UTC, week_starts: monday, year_starts: january") {
        let plain = "project: random\ncalendar: { timezone: UTC, week_starts: monday, year_starts: january }\n";
        smaller(&|world, _| world.config = plain.to_owned());
    }
    all
}

/// The metrics that a text names.
fn names(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_metric =
        |word: &&str| word.strip_prefix('m').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    words.filter(is_metric).map(str::to_owned).collect()
}
