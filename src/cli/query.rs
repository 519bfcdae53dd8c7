//! `etalon query`

use super::output::Output;
use super::provenance::Standings;
use super::session::Session;
use super::{Outcome, answer, ended, shell, table};
use crate::check::asked::{Asked, request};
use crate::diagnostic::{Diagnostic, Failure, Found};
use crate::dialect::Dialect;
use crate::emit;
use crate::model::Request;
use crate::sql::binding::Binding;
use clap::Args;
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
    pub filter: Option<String>,
    /// A condition on the result's metrics: "revenue > 0"
    #[arg(long, value_name = "CONDITION", allow_hyphen_values = true)]
    pub having: Option<String>,
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
    pub warehouse: Option<String>,
    /// Write SQL in this dialect, with tables named like the sources
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,
    /// Answer from the SOURCE.csv files of this folder [default: that of etalon.yaml, else data beside the definitions]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["warehouse", "dialect"])]
    pub data: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_name = "FORM", value_enum, conflicts_with_all = ["warehouse", "dialect"])]
    pub output: Option<table::Rows>,
    /// The day that `last 3 months` counts from, when answering from files [default: today in the project's zone]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["warehouse", "dialect"])]
    pub now: Option<String>,
    /// Ask the definitions of this revision of the git repository
    #[arg(long, value_name = "REV")]
    pub as_of: Option<String>,
    /// Say in the statement that it is of this revision
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["as_of", "data", "output", "now"])]
    pub revision: Option<String>,
}

impl Options {
    /// The question as it is typed: so it can be compiled again.
    pub fn asked(&self) -> String {
        let by = (!self.by.is_empty()).then(|| self.by.join(","));
        let limit = self.limit.map(|limit| limit.to_string());
        let options = [
            ("--by", by.as_deref()),
            ("--where", self.filter.as_deref()),
            ("--having", self.having.as_deref()),
            ("--during", self.during.as_deref()),
            ("--order", self.order.as_deref()),
            ("--limit", limit.as_deref()),
            ("--warehouse", self.warehouse.as_deref()),
            ("--dialect", self.dialect.as_deref()),
        ];
        shell::line(&self.metrics, &options)
    }

    /// What is asked.
    pub fn question(&self) -> Asked<'_> {
        Asked {
            metrics: &self.metrics,
            by: &self.by,
            filter: self.filter.as_deref(),
            having: self.having.as_deref(),
            during: self.during.as_deref(),
            order: self.order.as_deref(),
            limit: self.limit,
        }
    }

    /// An option that only answers from files have, if one is given.
    fn of_answers(&self) -> Option<&'static str> {
        let output = self.output.map(|_| "--output");
        output.or(self.now.as_ref().map(|_| "--now"))
    }
}

/// Prints the answer from files, or the statement for a warehouse.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    let mut revision = options.revision.clone();
    if let Some(as_of) = &options.as_of {
        revision = Some(session.project.commit(as_of)?);
        session = session.at(as_of)?;
    }
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let named = options.warehouse.is_some() || options.dialect.is_some();
    let target = match answer::folder(&session, options.data.as_deref(), named) {
        Some(folder) => Target::Files(folder),
        None => {
            let target = session.target(options.warehouse.as_deref(), options.dialect.as_deref());
            let (dialect, binding) = target.map_err(|failure| if named { failure } else { or_files(failure) })?;
            if let Some(option) = options.of_answers() {
                return Err(Failure::other(
                    format!(
                        "`{option}` is of answers from files, and there is no folder `data` beside the definitions"
                    ),
                    "name the folder with the CSV files: `--data DIR`",
                ));
            }
            Target::Warehouse(dialect, binding)
        }
    };
    // What is to be said of the project is `check`'s to say; here it is what is asked that counts.
    let mut found = Found::default();
    let request = request(&options.question(), &session.model, &mut session.project.sources, &mut found);
    if let Some(request) = request {
        match target {
            Target::Files(folder) => {
                let files = answer::Files {
                    folder: &folder,
                    is_named: options.data.is_some(),
                    output: options.output,
                    now: options.now.as_deref(),
                    names: None,
                };
                answer::print(&mut session, &request, &files, output, &mut found)?;
            }
            Target::Warehouse(dialect, binding) => {
                match statement(&session, &request, options, revision.as_deref(), dialect, &binding) {
                    Ok(sql) => output.print(&sql),
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

/// The statement that a question comes to.
pub fn statement(
    session: &Session,
    request: &Request,
    options: &Options,
    revision: Option<&str>,
    dialect: &Dialect,
    binding: &Binding,
) -> Result<String, Box<Diagnostic>> {
    let standings = Standings::asked(session, request, revision);
    let provenance = standings.question(request, options);
    let what = emit::Emission { request, title: None, do_not_aggregate: false, provenance: Some(&provenance) };
    emit::emit(&session.model, &what, dialect, binding).map(|statement| statement.sql)
}

/// Who is asked.
enum Target {
    Files(PathBuf),
    Warehouse(&'static Dialect, Binding),
}

/// Where no warehouse can be taken, files are another way to an answer.
pub fn or_files(failure: Failure) -> Failure {
    match failure {
        Failure::Other { fact, help } => {
            Failure::other(fact, format!("{help}; or the folder with the CSV files: `--data DIR`"))
        }
        other => other,
    }
}
