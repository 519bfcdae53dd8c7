//! `etalon list`

use super::output::Output;
use super::session::Session;
use super::{Outcome, ended};
use crate::model::{Model, Status};
use clap::{Args, ValueEnum};
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// What to list
    #[arg(value_enum, default_value_t = Kind::Metrics)]
    kind: Kind,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
enum Kind {
    Metrics,
    Sources,
    Dimensions,
    Reports,
    Teams,
}

/// Prints a table, or the same as JSON.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    let result = ended(&session.found);
    if session.found.has_errors() {
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let (header, rows) = table(&session.model, options.kind);
    print(&header, &rows, output);
    Ok(result)
}

/// Rows under a header, aligned, or as JSON.
pub fn print(header: &[&str], rows: &[Vec<String>], output: &Output) {
    if output.is_json() {
        let entries: Vec<serde_json::Map<String, serde_json::Value>> = rows
            .iter()
            .map(|row| header.iter().zip(row).map(|(key, cell)| ((*key).to_owned(), cell.as_str().into())).collect())
            .collect();
        let mut text = serde_json::to_string_pretty(&entries).unwrap_or_default();
        text.push('\n');
        output.print(&text);
    } else {
        output.print(&aligned(header, rows, output.result_width()));
    }
}

fn table(model: &Model, kind: Kind) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let team = |id: &Option<crate::model::TeamId>| id.map(|id| model.team(id).name.to_string()).unwrap_or_default();
    match kind {
        Kind::Metrics => {
            let rows = model.metrics.iter().map(|metric| {
                let status = match metric.status {
                    Status::Draft => "draft",
                    Status::Official => "official",
                    Status::Deprecated { .. } => "deprecated",
                };
                let unit = if metric.percent { "percent".to_owned() } else { metric.unit.to_string() };
                vec![metric.name.to_string(), text(&metric.title), unit, team(&metric.owner), status.to_owned()]
            });
            (vec!["name", "title", "unit", "owner", "status"], rows.collect())
        }
        Kind::Sources => {
            let rows = model.sources.iter().map(|source| {
                let key: Vec<&str> = source.key.iter().map(|key| source.column(*key).name.as_str()).collect();
                let time = source.time.map(|time| source.column(time).name.to_string()).unwrap_or_default();
                let joins: Vec<&str> = source.joins.iter().map(|join| join.name.as_str()).collect();
                vec![source.name.to_string(), text(&source.title), key.join(", "), time, joins.join(", ")]
            });
            (vec!["name", "title", "key", "time", "joins"], rows.collect())
        }
        Kind::Dimensions => {
            let rows = model.dimensions.iter().map(|dimension| {
                let sources: Vec<&str> =
                    dimension.paths.iter().map(|(source, _)| model.source(source).name.as_str()).collect();
                vec![
                    dimension.name.to_string(),
                    text(&dimension.title),
                    dimension.ty.base.to_string(),
                    sources.join(", "),
                ]
            });
            (vec!["name", "title", "type", "sources"], rows.collect())
        }
        Kind::Reports => {
            let rows = model.reports.iter().map(|report| {
                let metrics: Vec<&str> =
                    report.request.metrics.iter().map(|id| model.metric(*id).name.as_str()).collect();
                let keys: Vec<&str> = report.request.keys.iter().map(|key| key.name.as_str()).collect();
                vec![report.name.to_string(), text(&report.title), metrics.join(", "), keys.join(", ")]
            });
            (vec!["name", "title", "shows", "by"], rows.collect())
        }
        Kind::Teams => {
            let rows = model.teams.iter().map(|team| {
                let paid = match &team.paid_on {
                    None => "not said".to_owned(),
                    Some(metrics) if metrics.is_empty() => "nothing".to_owned(),
                    Some(metrics) => {
                        metrics.iter().map(|id| model.metric(*id).name.as_str()).collect::<Vec<_>>().join(", ")
                    }
                };
                vec![team.name.to_string(), text(&team.title), team.leads.join(", "), paid]
            });
            (vec!["name", "title", "lead", "paid on"], rows.collect())
        }
    }
}

/// Columns as wide as their widest cell; the last one is cut where the terminal ends.
fn aligned(header: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let length = |text: &str| console::measure_text_width(text);
    let widths: Vec<usize> = (0..header.len())
        .map(|at| rows.iter().map(|row| length(&row[at])).chain([length(header[at])]).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    for row in std::iter::once(&header).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - length(cell) + 2));
        }
        let line = console::truncate_str(line.trim_end(), width, "…").into_owned();
        text.push_str(&line);
        text.push('\n');
    }
    text
}
