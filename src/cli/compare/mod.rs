//! `etalon compare`

pub(super) mod human;
pub(super) mod json;

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome};
use crate::diagnostic::Failure;
use crate::govern::bindings;
use crate::meaning::compare::{Budget, Comparison, Incomparable, Side, Verdict, compare, rests_on};
use crate::model::Model;
use crate::suggest::closest;
use clap::Args;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// A metric
    metric: String,
    /// The metric to hold against it
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    other: Option<String>,
    /// Hold the metric as it was at this revision of the git repository against what it is now
    #[arg(long, value_name = "REV")]
    from: Option<String>,
    /// … or against what it was at this revision
    #[arg(long, value_name = "REV", requires = "from")]
    to: Option<String>,
    /// How many times rows are made up in search of a difference
    #[arg(long, value_name = "N", default_value_t = Budget::default().trials)]
    trials: usize,
    /// Where the search begins: the same number makes the same rows
    #[arg(long, value_name = "N", default_value_t = Budget::default().seed)]
    seed: u64,
}

/// A metric of a project, with what it is called beside the other.
struct Named<'s> {
    side: Side<'s>,
    name: String,
}

/// Says whether two metrics mean the same, and shows rows on which they do not.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let now = Session::open(project)?;
    let budget = Budget { trials: options.trials, seed: options.seed };
    let (first, second, names) = match (&options.from, &options.other) {
        (Some(from), _) => {
            let first = now.at(from)?;
            let second = options.to.as_ref().map(|to| now.at(to)).transpose()?;
            let later = options.to.as_ref().map_or("now".to_owned(), |to| format!("at {to}"));
            (Some(first), second, [format!("at {from}"), later])
        }
        (None, _) => (None, None, [String::new(), String::new()]),
    };
    let (left, right) = (first.as_ref().unwrap_or(&now), second.as_ref().unwrap_or(&now));
    for (session, when) in [(left, &names[0]), (right, &names[1])] {
        sound(session, when, output)?;
    }
    let other = options.other.as_ref().unwrap_or(&options.metric);
    let sides = [named(left, &options.metric, &names[0])?, named(right, other, &names[1])?];
    let mut comparison = compare(sides[0].side, sides[1].side, budget).map_err(|Incomparable(why)| {
        Failure::other(format!("{} and {} cannot be compared: {why}", sides[0].name, sides[1].name), "")
    })?;
    let sources = sides.iter().flat_map(|side| rests_on(side.side)).map(|name| name.to_string()).collect();
    let moved = bindings::moved(&left.side(&names[0]), &right.side(&names[1]), &sources);
    let is_moved = !moved.is_empty();
    comparison.notes.extend(moved);
    output.print(&match output.is_json() {
        true => json::render(&sides, &comparison, budget),
        false => human::render(&sides, &comparison, budget),
    });
    Ok(ended(&comparison, is_moved))
}

/// Rows from elsewhere are a difference even where the definitions are the same.
fn ended(comparison: &Comparison, is_moved: bool) -> Ended {
    match comparison.verdict {
        _ if is_moved => Ended::Findings,
        Verdict::Same | Verdict::SameByProof { .. } => Ended::Clean,
        Verdict::Differ(_) => Ended::Findings,
        Verdict::Unknown { .. } => Ended::Unknown,
    }
}

/// Definitions with errors have no meaning to be compared.
fn sound(session: &Session, when: &str, output: &Output) -> Result<(), Failure> {
    if !session.found.has_errors() {
        return Ok(());
    }
    if !output.is_json() {
        output.findings(session.found.clone(), &session.project.sources);
    }
    let place = if when.is_empty() { String::new() } else { format!(" {when}") };
    Err(Failure::other(
        format!("the definitions{place} have errors, so that nothing can be compared"),
        "mend them first",
    ))
}

fn named<'s>(session: &'s Session, name: &str, when: &str) -> Result<Named<'s>, Failure> {
    let model: &Model = &session.model;
    let said = if when.is_empty() { format!("`{name}`") } else { format!("`{name}` {when}") };
    let Some(metric) = model.metric_named(name) else {
        let place = if when.is_empty() { String::new() } else { format!(" {when}") };
        let near = closest(name, model.metrics.iter().map(|metric| metric.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`etalon list` names them all".to_owned(),
        };
        return Err(Failure::other(format!("there is no metric `{name}`{place}"), help));
    };
    Ok(Named { side: Side { model, metric }, name: said })
}
