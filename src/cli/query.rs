//! `etalon query`

use super::output::Output;
use super::session::Session;
use super::{Outcome, ended, rows, table};
use crate::check::asked::{Asked, request};
use crate::diagnostic::{Failure, Found};
use crate::dialect::Dialect;
use crate::emit;
use crate::meaning::{self, Data};
use crate::model::Request;
use crate::sql::binding::Binding;
use clap::Args;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

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
    /// Answer from the SOURCE.csv files of this folder [default: data beside the definitions]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["warehouse", "dialect"])]
    data: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_name = "FORM", value_enum, conflicts_with_all = ["warehouse", "dialect"])]
    output: Option<table::Rows>,
    /// The day that `last 3 months` counts from, when answering from files [default: today in the project's zone]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["warehouse", "dialect"])]
    now: Option<String>,
}

/// Prints the answer from files, or the statement for a warehouse.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let asked = Asked {
        metrics: &options.metrics,
        by: &options.by,
        filter: options.filter.as_deref(),
        having: options.having.as_deref(),
        during: options.during.as_deref(),
        order: options.order.as_deref(),
        limit: options.limit,
    };
    let target = match files(&session, options) {
        Some(folder) => Target::Files(folder),
        None => {
            let (dialect, binding) = session.target(options.warehouse.as_deref(), options.dialect.as_deref())?;
            Target::Warehouse(dialect, binding)
        }
    };
    // What is to be said of the project is `check`'s to say; here it is what is asked that counts.
    let mut found = Found::default();
    let request = request(&asked, &session.model, &mut session.project.sources, &mut found);
    if let Some(request) = request {
        match target {
            Target::Files(folder) => answer(&mut session, &request, &folder, options, output, &mut found)?,
            Target::Warehouse(dialect, binding) => {
                let what = emit::Emission { request: &request, title: None, do_not_aggregate: false };
                match emit::emit(&session.model, &what, dialect, &binding) {
                    Ok(statement) => output.print(&statement.sql),
                    Err(diagnostic) => found.push(*diagnostic),
                }
            }
        }
    }
    let result = ended(&found);
    if !found.is_empty() {
        output.findings(found, &session.project.sources);
    }
    Ok(result)
}

/// Who is asked.
enum Target {
    Files(PathBuf),
    Warehouse(&'static Dialect, Binding),
}

/// The folder to answer from: the one named, else the one beside the definitions unless a warehouse or dialect is named.
fn files(session: &Session, options: &Options) -> Option<PathBuf> {
    if options.data.is_some() {
        return options.data.clone();
    }
    let beside = session.project.data_folder();
    let wanted = options.warehouse.is_none() && options.dialect.is_none();
    (wanted && beside.is_dir()).then_some(beside)
}

/// Computes the answer from the files that the request reads, and prints it.
fn answer(
    session: &mut Session,
    request: &Request,
    folder: &Path,
    options: &Options,
    output: &Output,
    found: &mut Found,
) -> Result<(), Failure> {
    if !folder.is_dir() {
        return Err(Failure::other(
            format!("there is no folder `{}`", folder.display()),
            "name the folder with the CSV files: `--data DIR`",
        ));
    }
    let mut data = Data::empty(&session.model);
    for source in meaning::reads(&session.model, [request]).sources {
        let path = rows::file_of(session, folder, source);
        if !path.is_file() {
            let name = &session.model.source(source).name;
            return Err(Failure::other(
                format!("there is no `{}`, and what is asked reads `{name}`", path.display()),
                format!("put the rows of `{name}` there, with the names of its columns in the first line"),
            ));
        }
        rows::read(session, &path, source, &mut data, found)?;
    }
    if found.has_errors() {
        return Ok(());
    }
    let now = now(session, options)?;
    let model = &session.model;
    let asked = meaning::Asked { model, request, data: &data, now, conditions: None };
    match meaning::evaluate(&asked) {
        Ok(answer) => {
            let metrics = request.metrics.iter().map(|id| model.metric(*id).percent);
            let percent: Vec<bool> = request.keys.iter().map(|_| false).chain(metrics).collect();
            let form = options.output.unwrap_or(if output.is_json() { table::Rows::Json } else { table::Rows::Table });
            output.print(&table::print(&answer, form, &percent, output.result_width()));
            if answer.rows.is_empty() {
                output.say("no rows");
            }
        }
        Err(fault) => found.push(*fault),
    }
    Ok(())
}

/// The wall time in the project's zone, or midnight of the day that is named.
#[allow(clippy::disallowed_methods)] // `last 3 months` is counted from today unless somebody says from when.
fn now(session: &Session, options: &Options) -> Result<DateTime, Failure> {
    if let Some(text) = &options.now {
        let day: Option<Date> = text.parse().ok();
        return day.map(|day| day.at(0, 0, 0, 0)).ok_or_else(|| {
            Failure::other(format!("`{text}` is no day"), "write it as 2026-03-15: `--now 2026-03-15`")
        });
    }
    let zone = TimeZone::get(&session.model.calendar.timezone).unwrap_or(TimeZone::UTC);
    Ok(jiff::Timestamp::now().to_zoned(zone).datetime())
}
