//! `etalon query`

use super::output::Output;
use super::session::Session;
use super::{Outcome, ended};
use crate::check::asked::{Asked, request};
use crate::emit;
use clap::Args;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// Metrics; none lists the distinct values of the keys
    metrics: Vec<String>,
    /// Keys: grains (`month`), date parts (`day_of_week`), paths (`customer.region`), dimensions
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    by: Vec<String>,
    /// A condition on rows, resolved from each metric's own source: "channel = 'web'"
    #[arg(long = "where", value_name = "CONDITION")]
    filter: Option<String>,
    /// A condition on the result's metrics: "revenue > 0"
    #[arg(long, value_name = "CONDITION", allow_hyphen_values = true)]
    having: Option<String>,
    /// A range of each metric's own time: 2026-01-01..2026-06-30, 2026-03, "last 13 months"
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    during: Option<String>,
    /// Columns to order by, `-` before one for descending: -revenue,month
    #[arg(long, value_name = "COLUMNS", allow_hyphen_values = true)]
    order: Option<String>,
    /// The most rows
    #[arg(long, value_name = "ROWS")]
    limit: Option<u64>,
    /// Write SQL for this warehouse of etalon.yaml
    #[arg(long, value_name = "NAME", conflicts_with = "dialect")]
    warehouse: Option<String>,
    /// Write SQL in this dialect, with tables named like the sources
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
}

/// Prints the statement for what is asked.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let (dialect, binding) = session.target(options.warehouse.as_deref(), options.dialect.as_deref())?;
    let asked = Asked {
        metrics: &options.metrics,
        by: &options.by,
        filter: options.filter.as_deref(),
        having: options.having.as_deref(),
        during: options.during.as_deref(),
        order: options.order.as_deref(),
        limit: options.limit,
    };
    // What is to be said of the project is `check`'s to say; here it is what is asked that counts.
    let mut found = crate::diagnostic::Found::default();
    let request = request(&asked, &session.model, &mut session.project.sources, &mut found);
    if let Some(request) = request {
        let what = emit::Emission { request: &request, title: None, do_not_aggregate: false };
        match emit::emit(&session.model, &what, dialect, &binding) {
            Ok(statement) => output.print(&statement.sql),
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    let result = ended(&found);
    if !found.is_empty() {
        output.findings(found, &session.project.sources);
    }
    Ok(result)
}
