//! `etalon seed`

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome, ended, rows};
use crate::diagnostic::{Failure, Found};
use crate::meaning::Data;
use crate::model::SourceId;
use crate::sql::seed;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// The folder with SOURCE.csv files [default: that of etalon.yaml, else data beside the definitions]
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
    let mut session = Session::open(project)?;
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
    let mut found = Found::default();
    let mut rows = Data::empty(&session.model);
    for at in 0..session.model.sources.len() {
        let id = SourceId(at as u32);
        let path = rows::file_of(&session, &data, id);
        if !path.is_file() {
            let name = &session.model.source(id).name;
            output.say(&format!("no data for `{name}`: there is no {}", path.display()));
            continue;
        }
        any = true;
        rows::read(&mut session, &path, id, &mut rows, &mut found)?;
        if found.is_empty() {
            let table = seed::Table { source: session.model.source(id), dialect, binding: &binding };
            let sql = table.statements(&rows, id).map_err(|fact| Failure::other(fact, "seed another warehouse"))?;
            output.print(&sql);
        }
    }
    if !found.is_empty() {
        let result = ended(&found);
        output.findings(found, &session.project.sources);
        return Ok(result);
    }
    if !any {
        return Err(Failure::other(
            format!("`{}` has no file named after a source", data.display()),
            "each source's rows are in SOURCE.csv, with the names of its columns in the first line",
        ));
    }
    Ok(Ended::Clean)
}
