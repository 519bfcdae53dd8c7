//! `etalon lock`

use super::build::write_if_changed;
use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome};
use crate::diagnostic::Failure;
use crate::govern::propose::{Proposal, propose};
use crate::project::{AGREED, Project};
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// Number versions after those of this revision: the tip of the branch that the change goes to
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// From when on the numbers mean this [default: today]
    #[arg(long, value_name = "DATE")]
    effective: Option<Date>,
    /// Write nothing, and end with 1 if something would be written
    #[arg(long)]
    check: bool,
}

/// Writes what the definitions are now to the lock: the next version of all that changed, for its parties to approve.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    session.sound("", output)?;
    let base = options.against.as_ref().map(|revision| session.at(revision)).transpose()?;
    let now = session.state("now");
    let base = base.as_ref().map(|base| base.state("base"));
    let proposal = propose(&now, base.as_ref(), options.effective.unwrap_or_else(|| today(&session.project)));
    let written = write(&session, &proposal, options.check)?;
    if output.is_json() {
        let document = serde_json::json!({ "written": written, "proposed": proposal.said });
        output.print(&format!("{document:#}\n"));
    } else {
        for line in &proposal.said {
            output.print(&format!("{line}\n"));
        }
        output.say(match (written, options.check) {
            (true, true) => "the lock is not up to date: run `etalon lock`",
            (true, false) => "written; `etalon approvals --missing` says who has yet to agree",
            (false, _) => "the lock is up to date",
        });
    }
    Ok(if written && options.check { Ended::Findings } else { Ended::Clean })
}

/// The day in the project's zone.
#[allow(clippy::disallowed_methods, reason = "keys and waivers end on a day")]
pub fn today(project: &Project) -> Date {
    let zone = TimeZone::get(&project.config.calendar.timezone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::now().to_zoned(zone).date()
}

/// Writes what differs: texts first, then what names them. Says whether something did.
pub fn write(session: &Session, proposal: &Proposal, only_look: bool) -> Result<bool, Failure> {
    let home = &session.project.home;
    let folder = home.join(AGREED);
    let mut files: Vec<(std::path::PathBuf, String)> =
        proposal.texts.iter().map(|(digest, text)| (folder.join(format!("{digest}.txt")), text.clone())).collect();
    if !proposal.lock.entries.is_empty() || session.project.governance.lock.is_some() {
        files.push((home.join("etalon.lock"), proposal.lock.text()));
    }
    if !proposal.chain.links.is_empty() || session.project.governance.trust.is_some() {
        files.push((home.join("etalon.trust"), proposal.chain.text()));
    }
    let mut written = false;
    for (path, text) in files {
        if only_look {
            written |= !std::fs::read(&path).is_ok_and(|known| known == text.as_bytes());
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| Failure::Write { path: folder.into(), source })?;
        }
        written |= write_if_changed(&path, text.as_bytes())?;
    }
    Ok(written)
}
