//! Answers from CSV files: which are read, from when time is counted, and how the rows are shown.

use super::output::Output;
use super::session::Session;
use super::{counted, rows, table};
use crate::diagnostic::{Failure, Found};
use crate::meaning::{self, Data};
use crate::model::Request;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Which rows are read, from when time is counted, and how the answer is shown.
pub struct Files<'f> {
    pub folder: &'f Path,
    /// Whether the command line names the folder.
    pub is_named: bool,
    pub output: Option<table::Rows>,
    pub now: Option<&'f str>,
    /// By source: what its file is called, where that is not the source's own name.
    pub names: Option<&'f [SmolStr]>,
}

/// The folder to answer from: the one named, else that of the project unless a warehouse or dialect is named.
pub fn folder(session: &Session, named: Option<&Path>, is_sql: bool) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_path_buf());
    }
    let beside = session.project.data_folder();
    (!is_sql && (session.project.config.data.is_some() || beside.is_dir())).then_some(beside)
}

/// Computes the answer from the files that the request reads, and prints it.
#[allow(clippy::disallowed_methods)] // How long it took is said to who waits at a terminal; nothing depends on it.
pub fn print(
    session: &mut Session,
    request: &Request,
    files: &Files,
    output: &Output,
    found: &mut Found,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let folder = files.folder;
    if !folder.is_dir() {
        return Err(Failure::other(
            format!("there is no folder `{}`", folder.display()),
            match files.is_named {
                true => "name the folder with the CSV files: `--data DIR`",
                false => "`data` of etalon.yaml names it: name the folder with the CSV files there, or by `--data DIR`",
            },
        ));
    }
    let mut data = Data::empty(&session.model);
    for source in meaning::reads(&session.model, [request]).sources {
        let own = session.model.source(source).name.clone();
        let name = files.names.map_or(&own, |names| &names[source.0 as usize]);
        rows::need(session, folder, (source, name), &mut data, found)?;
    }
    if found.has_errors() {
        return Ok(());
    }
    let now = now(session, files.now)?;
    let model = &session.model;
    let asked = meaning::Asked { model, request, data: &data, now, conditions: None };
    match meaning::evaluate(&asked) {
        Ok(answer) => {
            let metrics = request.metrics.iter().map(|id| model.metric(*id).percent);
            let percent: Vec<bool> = request.keys.iter().map(|_| false).chain(metrics).collect();
            let form = files.output.unwrap_or(if output.is_json() { table::Rows::Json } else { table::Rows::Table });
            let terminal = output.result_terminal();
            let printed = table::print(&answer, form, &percent, terminal);
            output.print(&printed.text);
            if printed.cut {
                output.say("texts that end in … are cut to the terminal's width; `--output csv` has them whole");
            }
            if terminal.is_some() {
                let taken = begun.elapsed().as_millis();
                output.say(&format!("{} in {taken} ms", counted(answer.rows.len(), "row")));
            } else if answer.rows.is_empty() {
                output.say("no rows");
            }
        }
        Err(fault) => found.push(*fault),
    }
    Ok(())
}

/// The wall time in the project's zone, or midnight of the day that is named.
#[allow(clippy::disallowed_methods)] // `last 3 months` is counted from today unless somebody says from when.
fn now(session: &Session, named: Option<&str>) -> Result<DateTime, Failure> {
    if let Some(text) = named {
        let day: Option<Date> = text.parse().ok();
        return day.map(|day| day.at(0, 0, 0, 0)).ok_or_else(|| {
            Failure::other(format!("`{text}` is no day"), "write it as 2026-03-15: `--now 2026-03-15`")
        });
    }
    let zone = TimeZone::get(&session.model.calendar.timezone).unwrap_or(TimeZone::UTC);
    Ok(jiff::Timestamp::now().to_zoned(zone).datetime())
}
