//! `etalon seed`

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome, ended};
use crate::diagnostic::Failure;
use crate::sql::seed;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// The folder with SOURCE.csv files [default: data beside the definitions]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Write SQL for this warehouse of etalon.yaml
    #[arg(long, value_name = "NAME", conflicts_with = "dialect")]
    warehouse: Option<String>,
    /// Write SQL in this dialect, with tables named like the sources
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
}

/// Prints a table and its rows for each source that has a file.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let (dialect, binding) = session.target(options.warehouse.as_deref(), options.dialect.as_deref())?;
    let data = match &options.data {
        Some(folder) => folder.clone(),
        None => session.project.data_folder(),
    };
    if !data.is_dir() {
        return Err(Failure::other(
            format!("there is no folder `{}`", data.display()),
            "name the folder with the CSV files: `--data DIR`",
        ));
    }
    let mut any = false;
    for source in &session.model.sources {
        let path = data.join(format!("{}.csv", source.name));
        if !path.is_file() {
            output.say(&format!("no data for `{}`: there is no {}", source.name, path.display()));
            continue;
        }
        any = true;
        let text = std::fs::read_to_string(&path).map_err(|source| Failure::Read { path: path.clone(), source })?;
        let table = seed::Table { source, dialect, binding: &binding };
        let sql = table.statements(&text).map_err(|error| {
            let help = "mend the file: empty is null, dates are 2026-01-31, timestamps 2026-01-31 10:00:00";
            Failure::other(format!("{}: {error}", path.display()), help)
        })?;
        output.print(&sql);
    }
    if !any {
        return Err(Failure::other(
            format!("`{}` has no file named after a source", data.display()),
            "each source's rows are in SOURCE.csv, with the names of its columns in the first line",
        ));
    }
    Ok(Ended::Clean)
}
