//! `etalon approvals`

mod export;
mod owners;

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome};
use crate::diagnostic::Failure;
use crate::govern::judge;
use crate::govern::lock::Entry;
use crate::govern::policy::Approvals;
use crate::govern::standing::Standing;
use crate::suggest::closest;
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Only these metrics and reports
    names: Vec<String>,
    /// Only what somebody has yet to agree to; ends with 1 if there is some
    #[arg(long)]
    missing: bool,
    /// By the rules of this revision, and with those who agreed to what it has
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// Write each approval with its signature to this folder, for `ssh-keygen -Y verify`
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Print a block for CODEOWNERS: whose review a change of each file of definitions asks for
    #[arg(long, conflicts_with_all = ["names", "missing", "export"])]
    codeowners: bool,
    /// Print allowed_signers as it was agreed on
    #[arg(long, conflicts_with_all = ["names", "missing", "export", "codeowners"])]
    allowed_signers: bool,
}

/// Shows who has agreed to what, and who has yet to.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let session = Session::open(project)?;
    session.sound("", output)?;
    let now = session.state("now");
    if options.codeowners {
        output.print(&owners::block(&session, &now));
        return Ok(Ended::Clean);
    }
    if options.allowed_signers {
        output.print(&export::signers(now.agreed_trust().0));
        return Ok(Ended::Clean);
    }
    if let Some(name) = options.names.iter().find(|name| !now.lock.entries.keys().any(|(_, known)| known == *name)) {
        let near = closest(name, now.lock.entries.keys().map(|(_, name)| name.as_str()));
        let help = near.map_or("`etalon lock` proposes it".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::other(format!("`{name}` is not in etalon.lock"), help));
    }
    let base = options.against.as_ref().map(|revision| session.at(revision)).transpose()?;
    let base = base.as_ref().map(|base| base.state("base"));
    let wanted = |entry: &&Entry| options.names.is_empty() || options.names.contains(&entry.record.facts.name);
    let stands: Vec<(&Entry, Standing)> = now
        .lock
        .entries
        .values()
        .filter(wanted)
        .map(|entry| (entry, judge::stands(&now, base.as_ref(), entry)))
        .filter(|(_, standing)| !options.missing || !standing.is_complete())
        .collect();
    if let Some(folder) = &options.export {
        let written = export::write(&now, &stands, folder)?;
        output.say(&format!("{written} approvals written to {}", folder.display()));
        return Ok(Ended::Clean);
    }
    let is_complete = stands.iter().all(|(_, standing)| standing.is_complete());
    if output.is_json() {
        let each: Vec<_> = stands.iter().map(|(entry, standing)| document(entry, standing)).collect();
        output.print(&format!("{:#}\n", json!({ "approvals": each })));
    } else {
        let asks = base.as_ref().unwrap_or(&now).agreed_trust().0.approvals != Approvals::None;
        stands.iter().for_each(|(entry, standing)| output.print(&lines(entry, standing, asks)));
        if now.lock.entries.is_empty() {
            output.say("nothing is locked yet: `etalon lock` proposes what there is");
        } else if stands.is_empty() {
            output.say("nothing is missing");
        }
    }
    Ok(if options.missing && !is_complete { Ended::Findings } else { Ended::Clean })
}

fn lines(entry: &Entry, standing: &Standing, asks: bool) -> String {
    let record = &entry.record;
    let facts = &record.facts;
    let state = match (facts.status.is_in_force(), standing.is_complete()) {
        // What nobody was asked for is not agreed on.
        (true, true) if !asks => "locked; the policy asks for no approvals".to_owned(),
        (true, true) => "approved".to_owned(),
        (true, false) => "proposed".to_owned(),
        (false, true) => facts.status.name().to_owned(),
        (false, false) => format!("{}, proposed", facts.status.name()),
    };
    let mut text = format!("{}@{}  {state}\n", facts.name, record.version);
    for (team, person) in &standing.agreed {
        text.push_str(&format!("  {team}: {person}\n"));
    }
    for team in &standing.missing {
        text.push_str(&format!("  {team}: has yet to approve it\n"));
    }
    for (at, why) in &standing.void {
        let approval = &entry.approvals[*at];
        text.push_str(&format!("  {}: {} does not count: {why}\n", approval.team, approval.person));
    }
    text
}

fn document(entry: &Entry, standing: &Standing) -> serde_json::Value {
    let record = &entry.record;
    let void: Vec<_> = standing
        .void
        .iter()
        .map(|(at, why)| {
            let approval = &entry.approvals[*at];
            json!({ "team": approval.team, "person": approval.person, "why": why.to_string() })
        })
        .collect();
    json!({
        "kind": record.facts.kind.name(),
        "name": record.facts.name,
        "version": record.version,
        "status": record.facts.status.name(),
        "definition": record.facts.definition.map(|digest| digest.to_string()),
        "effective": record.effective.to_string(),
        "approved": standing.agreed,
        "missing": standing.missing,
        "void": void,
    })
}
