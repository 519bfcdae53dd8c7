//! `etalon check`

use super::lock::today;
use super::output::Output;
use super::session::Session;
use super::{Outcome, counted, ended};
use crate::check;
use crate::diagnostic::{Failure, Found};
use crate::govern::judge::{Judged, judge};
use crate::govern::record::digest_of;
use crate::meaning;
use crate::meaning::canonical::Digest;
use crate::project::authors;
use clap::Args;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// Judge the change by what is trusted and agreed on at this revision: the tip of the branch that it goes to
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// What the first entry of etalon.trust has to be, as long as the base has none: `sha256:…`, as `etalon trust` says it
    #[arg(long, value_name = "DIGEST", value_parser = root)]
    trust_root: Option<Digest>,
}

fn root(text: &str) -> Result<Digest, String> {
    digest_of(text).ok_or_else(|| "a digest is `sha256:` and 64 hexadecimal digits".to_owned())
}

/// Checks all definitions, and that what they mean is what was agreed on; says how much there is of what.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    let base = options.against.as_ref().map(|revision| session.at(revision)).transpose()?;
    if !session.found.has_errors() {
        check::publications(&session.model, &mut session.found);
        meaning::duplicates(&session.model, &mut session.found);
        let mut found = Found::default();
        let said = agreement(&session, base.as_ref(), options, &mut found)?;
        session.found.extend(found);
        if let Some(said) = said {
            output.say(&said);
        }
    }
    let result = ended(&session.found);
    let clean = !session.found.has_errors();
    let model = &session.model;
    let summary = format!(
        "{}, {}, {}: {}",
        counted(model.metrics.len(), "metric"),
        counted(model.sources.len(), "source"),
        counted(model.reports.len(), "report"),
        if clean { "everything holds together" } else { "not sound yet" }
    );
    output.findings(session.found, &session.project.sources);
    output.say(&summary);
    Ok(result)
}

/// Whether what the definitions mean is what was agreed on; gives what it was judged by.
fn agreement(
    session: &Session,
    base: Option<&Session>,
    options: &Options,
    found: &mut Found,
) -> Result<Option<String>, Failure> {
    let now = session.state("now");
    let base_state = base.map(|base| base.state("base"));
    let authors = match &options.against {
        Some(revision) => authors::since(&session.project.home, revision)?,
        None => BTreeSet::new(),
    };
    let commit = base.and_then(|base| base.project.read_from()).map_or("", |commit| commit.get(..12).unwrap_or(commit));
    let said = base_state.as_ref().zip(options.against.as_ref()).map(|(base, revision)| {
        let rules = match base.chain.last() {
            Some(last) => format!("entry {} of etalon.trust", last.sequence),
            None => "its policy, with nothing trusted yet".to_owned(),
        };
        let authors = if authors.is_empty() {
            "nobody".to_owned()
        } else {
            authors.iter().cloned().collect::<Vec<_>>().join(", ")
        };
        let version = env!("CARGO_PKG_VERSION");
        format!("judged by `{revision}` ({commit}), {rules}; by etalon {version}; authors, as git says: {authors}")
    });
    let root = options.trust_root;
    judge(&Judged { now: &now, base: base_state.as_ref(), authors, today: today(), root }, found);
    Ok(said)
}
