//! `etalon explain`

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome, ended, words};
use crate::check;
use crate::diagnostic::{ALL, Code, Failure};
use crate::meaning::canonical;
use crate::model::{
    Additivity, ColumnId, Kind, Metric, MetricExpr, MetricId, MetricLeaf, Model, RowLeaf, SourceId, Status,
};
use crate::suggest::closest;
use clap::Args;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// A metric, or the code of a message: E0204
    what: String,
    /// Print the canonical form of the metric: all that its meaning rests on, in an order and a spelling of its own
    #[arg(long)]
    canonical: bool,
}

/// Prints the page of a code, or everything about a metric.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    if let Some(code) = Code::find(&options.what) {
        output.print(code.page);
        return Ok(Ended::Clean);
    }
    if looks_like_code(&options.what) {
        let ids: Vec<&str> = ALL.iter().flat_map(|family| family.iter()).map(|code| code.id).collect();
        let ranges = ids.chunk_by(|one, other| one.as_bytes()[0] == other.as_bytes()[0]);
        let ranges: Vec<String> = ranges.map(|ids| format!("{} to {}", ids[0], ids[ids.len() - 1])).collect();
        let help = format!("the codes go from {}", ranges.join(", "));
        return Err(Failure::other(format!("there is no message with the code `{}`", options.what), help));
    }
    let session = Session::open(project)?;
    let model = &session.model;
    let Some(id) = model.metric_named(&options.what) else {
        if session.found.has_errors() {
            let result = ended(&session.found);
            output.findings(session.found, &session.project.sources);
            return Ok(result);
        }
        let near = closest(&options.what, model.metrics.iter().map(|metric| metric.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`etalon list` names them all".to_owned(),
        };
        return Err(Failure::other(format!("there is no metric `{}`", options.what), help));
    };
    if model.metric(id).ty.is_broken() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    if options.canonical {
        canonical_form(model, id, output);
        return Ok(Ended::Clean);
    }
    let facts = facts(model, id);
    if output.is_json() {
        let object: serde_json::Map<String, serde_json::Value> =
            facts.into_iter().map(|(key, value)| (key.replace(' ', "_"), value.into())).collect();
        output.print(&format!("{}\n", serde_json::to_string_pretty(&object).unwrap_or_default()));
    } else {
        output.print(&laid_out(&facts, output.width()));
    }
    Ok(Ended::Clean)
}

fn canonical_form(model: &Model, id: MetricId, output: &Output) {
    let form = canonical::form(model, id);
    if output.is_json() {
        let object = serde_json::json!({
            "metric": model.metric(id).name.as_str(),
            "digest": form.digest().to_string(),
            "form": form.to_string(),
        });
        output.print(&format!("{object:#}\n"));
    } else {
        output.print(&form.to_string());
    }
}

fn looks_like_code(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.len() >= 4
        && letters.all(|letter| letter.is_ascii_digit())
}

/// What there is to say of a metric, each with its heading.
fn facts(model: &Model, id: MetricId) -> Vec<(String, String)> {
    let metric = model.metric(id);
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut say = |heading: &str, text: String| {
        if !text.is_empty() {
            facts.push((heading.to_owned(), text));
        }
    };
    let title = metric.title.as_ref().map(|title| format!(" — {title}")).unwrap_or_default();
    say("metric", format!("{}{title}", metric.name));
    say("means", metric.means.clone().unwrap_or_default());
    say("formula", words::formula(model, &metric.formula));
    for (name, text) in derived(model, &metric.formula) {
        say("where", format!("{name}: {text}"));
    }
    let unit = if metric.percent { "percent".to_owned() } else { metric.unit.to_string() };
    say("value", format!("{}, {unit}", metric.ty.base));
    say("sums up", additivity(metric));
    say("sources", metric.sources.iter().map(|id| model.source(*id).name.as_str()).collect::<Vec<_>>().join(", "));
    say("time", time(model, metric));
    say("cut by", cuts(model, metric));
    say("owner", metric.owner.map(|team| team_name(model, team)).unwrap_or_else(|| "nobody yet".to_owned()));
    say("agreed by", metric.agreed_by.iter().map(|team| team_name(model, *team)).collect::<Vec<_>>().join(", "));
    say("paid on it", paid(model, id));
    say(
        "guardrails",
        metric.guardrails.iter().map(|id| model.metric(*id).name.as_str()).collect::<Vec<_>>().join(", "),
    );
    say("also called", metric.also.join(", "));
    let variant = metric.variant_of.as_ref();
    say(
        "variant of",
        variant.map(|(of, why)| format!("{}, because {why}", model.metric(*of).name)).unwrap_or_default(),
    );
    say("goal", metric.goal_up.map(|up| if up { "up" } else { "down" }.to_owned()).unwrap_or_default());
    say("status", status(model, metric));
    say("used by", users(model, id));
    facts
}

fn team_name(model: &Model, team: crate::model::TeamId) -> String {
    let team = model.team(team);
    team.title.clone().unwrap_or_else(|| team.name.to_string())
}

fn additivity(metric: &Metric) -> String {
    match metric.additivity {
        Additivity::Additive => "yes: values of parts add up to the value of the whole".to_owned(),
        Additivity::Reaggregable => "by itself: the least (greatest) of the parts is that of the whole".to_owned(),
        Additivity::SemiAdditive => "at one moment: values of parts add up, but not those of periods".to_owned(),
        Additivity::NonAdditive => {
            "no: values of parts must not be added or averaged; ask for each cut on its own".to_owned()
        }
    }
}

fn time(model: &Model, metric: &Metric) -> String {
    match metric.time.timeless {
        Some(source) => format!("none: {} has no time", model.source(source).name),
        None => {
            let mut axes: Vec<String> = Vec::new();
            measures(model, &metric.formula, &mut |measure| {
                if let Some(axis) = &measure.axis {
                    let said = words::row(model, measure.source, axis);
                    let axis = format!("{}.{said}", model.source(measure.source).name);
                    if !axes.contains(&axis) {
                        axes.push(axis);
                    }
                }
            });
            axes.join(", ")
        }
    }
}

/// Calls `visit` for each measure under a formula, through the metrics it names.
pub fn measures(model: &Model, formula: &MetricExpr, visit: &mut dyn FnMut(&crate::model::Measure)) {
    let mut leaves = Vec::new();
    formula.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            MetricLeaf::Measure(measure) => visit(measure),
            MetricLeaf::Metric(id) => measures(model, &model.metric(*id).formula, visit),
            _ => leaf.inner().into_iter().for_each(|inner| measures(model, inner, visit)),
        }
    }
}

/// The derived columns that a formula itself names, with what they are.
fn derived(model: &Model, formula: &MetricExpr) -> Vec<(String, String)> {
    let mut columns: Vec<(SourceId, ColumnId)> = Vec::new();
    let mut leaves = Vec::new();
    formula.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        if let MetricLeaf::Measure(measure) = leaf {
            for expr in measure.row_exprs() {
                expr.leaves(&mut |leaf| {
                    if let RowLeaf::Column { source, column, .. } = leaf {
                        columns.push((*source, *column));
                    }
                });
            }
        }
    }
    columns.sort();
    columns.dedup();
    columns
        .into_iter()
        .filter_map(|(source, column)| {
            let column = model.source(source).column(column);
            let derived = column.derived.as_ref()?;
            Some((column.name.to_string(), words::row(model, source, derived)))
        })
        .collect()
}

/// Declared dimensions, and columns that every source of the metric reaches by the same path.
fn cuts(model: &Model, metric: &Metric) -> String {
    const MOST: usize = 40;
    if metric.only_by {
        let names: Vec<&str> = metric.by.iter().map(|key| key.name.as_str()).collect();
        return format!("only {}", names.join(", "));
    }
    let mut names: Vec<String> = model
        .dimensions
        .iter()
        .filter(|dimension| metric.sources.iter().all(|source| dimension.paths.get(*source).is_some()))
        .map(|dimension| dimension.name.to_string())
        .collect();
    let Some((first, rest)) = metric.sources.split_first() else { return String::new() };
    let reached = |source: SourceId| -> Vec<(String, (SourceId, ColumnId))> {
        let mut all = Vec::new();
        for (hops, end) in check::walk(model, source) {
            let prefix = check::written(model, source, &hops);
            for (at, column) in model.source(end).columns.iter().enumerate() {
                let is_key = model.source(end).key.contains(&ColumnId(at as u32)) && hops.is_empty();
                let usable = matches!(
                    column.ty.base,
                    crate::model::Base::Text | crate::model::Base::Boolean | crate::model::Base::Date
                );
                if usable && !is_key {
                    let name =
                        if prefix.is_empty() { column.name.to_string() } else { format!("{prefix}.{}", column.name) };
                    all.push((name, (end, ColumnId(at as u32))));
                }
            }
        }
        all
    };
    let others: Vec<Vec<(String, (SourceId, ColumnId))>> = rest.iter().map(|source| reached(*source)).collect();
    for cut in reached(*first) {
        if others.iter().all(|other| other.contains(&cut)) {
            names.push(cut.0);
        }
    }
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

fn paid(model: &Model, id: MetricId) -> String {
    let paid = model.teams.iter().filter(|team| team.paid_on.as_ref().is_some_and(|metrics| metrics.contains(&id)));
    paid.map(|team| team.title.clone().unwrap_or_else(|| team.name.to_string())).collect::<Vec<_>>().join(", ")
}

fn status(model: &Model, metric: &Metric) -> String {
    match &metric.status {
        Status::Draft => "draft".to_owned(),
        Status::Official => "official".to_owned(),
        Status::Deprecated { since, instead } => {
            let since = since.map(|date| format!(" since {date}")).unwrap_or_default();
            let instead = instead.map(|id| format!(", use {}", model.metric(id).name)).unwrap_or_default();
            format!("deprecated{since}{instead}")
        }
    }
}

fn users(model: &Model, id: MetricId) -> String {
    let uses = |metric: &&Metric| {
        let mut found = false;
        names(&metric.formula, &mut |used| found |= used == id);
        found
    };
    model.metrics.iter().filter(uses).map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Calls `visit` for each metric that a formula names itself.
fn names(formula: &MetricExpr, visit: &mut dyn FnMut(MetricId)) {
    let mut leaves = Vec::new();
    formula.leaves(&mut |leaf| leaves.push(leaf));
    for leaf in leaves {
        match leaf {
            MetricLeaf::Metric(id) => visit(*id),
            MetricLeaf::Measure(measure) => {
                for expr in measure.row_exprs() {
                    expr.leaves(&mut |leaf| {
                        if let RowLeaf::Lookup(lookup) = leaf
                            && let Kind::Leaf(MetricLeaf::Metric(id)) = &lookup.metric.kind
                        {
                            visit(*id);
                        }
                    });
                }
            }
            _ => leaf.inner().into_iter().for_each(|inner| names(inner, visit)),
        }
    }
}

/// Headings to the left, texts beside them, wrapped where the terminal ends.
fn laid_out(facts: &[(String, String)], width: usize) -> String {
    let left = facts.iter().map(|(heading, _)| heading.len()).max().unwrap_or(0) + 2;
    let room = width.saturating_sub(left).max(30);
    let mut text = String::new();
    for (heading, said) in facts {
        let mut first = true;
        for paragraph in said.lines() {
            for line in wrapped(paragraph, room) {
                let heading = if first { heading.as_str() } else { "" };
                text.push_str(format!("{heading:<left$}{line}").trim_end());
                text.push('\n');
                first = false;
            }
        }
    }
    text
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a last line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
