//! `etalon check`

use super::build::write_if_changed;
use super::lock::today;
use super::output::Output;
use super::session::Session;
use super::{Outcome, counted, ended};
use crate::check;
use crate::diagnostic::{Failure, Found};
use crate::govern::judge::{Judged, judge};
use crate::govern::policy::Policy;
use crate::govern::record::digest_of;
use crate::govern::{baseline, levels, rules, subjects, waivers};
use crate::meaning;
use crate::meaning::canonical::Digest;
use crate::project::authors;
use clap::Args;
use std::borrow::Cow;
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
    /// Write what is found to etalon.baseline, where it is counted and no error
    #[arg(long, conflicts_with = "against")]
    write_baseline: bool,
}

fn root(text: &str) -> Result<Digest, String> {
    digest_of(text).ok_or_else(|| "a digest is `sha256:` and 64 hexadecimal digits".to_owned())
}

/// Checks all definitions, and that what they mean is what was agreed on; says how much there is of what.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
    let base = options.against.as_ref().map(|revision| session.at(revision)).transpose()?;
    if let Some(base) = &base {
        // A base that says nothing cannot be held against anything: that is no clean result.
        base.sound("of the base", output)?;
    }
    let mut found = std::mem::take(&mut session.found);
    let is_sound = !found.has_errors();
    if is_sound {
        check::publications(&session.model, &mut found);
        // Neither knows of the other, and each goes through everything.
        let (model, side, mut of_rules) = (&session.model, session.side("now"), Found::default());
        rayon::join(|| meaning::duplicates(model, &mut found), || rules::all(&side, &mut of_rules));
        found.extend(of_rules);
        subjects::name(&session.model, &mut found);
    } else {
        rules::on_text(&session.side("now"), &mut found);
    }
    let policy = policy(&session, base.as_ref());
    levels::check(&session.project.config.policy, &mut found);
    levels::apply(&policy, &mut found);
    if is_sound {
        let policy = policy.into_owned();
        settle(&mut session, base.as_ref(), &policy, options, output, &mut found)?;
        let said = agreement(&session, base.as_ref(), options, &mut found)?;
        said.iter().for_each(|said| output.say(said));
    } else if options.write_baseline {
        output.say("etalon.baseline is not written until everything holds together");
    }
    let result = ended(&found);
    let clean = !found.has_errors();
    let model = &session.model;
    let summary = format!(
        "{}, {}, {}: {}",
        counted(model.metrics.len(), "metric"),
        counted(model.sources.len(), "source"),
        counted(model.reports.len(), "report"),
        if clean { "everything holds together" } else { "not sound yet" }
    );
    output.findings(found, &session.project.sources);
    output.say(&summary);
    Ok(result)
}

/// What rules weigh and what is waived: a change that is judged cannot lower the one or add to the other.
fn policy<'s>(session: &'s Session, base: Option<&Session>) -> Cow<'s, Policy> {
    let now = &session.project.config.policy;
    match base {
        None => Cow::Borrowed(now),
        Some(base) => Cow::Owned(levels::judged_by(now, &base.project.config.policy)),
    }
}

/// Lets through what the project agreed to let through, and says what is wrong with that.
fn settle(
    session: &mut Session,
    base: Option<&Session>,
    policy: &Policy,
    options: &Options,
    output: &Output,
    found: &mut Found,
) -> Result<(), Failure> {
    let mut complaints = waivers::apply(policy, &session.model, today(&session.project), found);
    complaints.extend(waivers::not_yet(&session.project.config.policy, policy));
    if options.write_baseline {
        write_baseline(session, output, found)?;
    }
    let (project, model) = (&session.project, &session.model);
    if let Some(file) = project.governance.baseline {
        complaints.extend(baseline::apply(file, model, &project.sources, found));
        if let Some(base) = base {
            let before = base.project.governance.baseline.map(|file| base.project.sources.get(file).text.as_str());
            complaints.extend(baseline::grown(file, &project.sources, before));
        }
    }
    levels::apply(policy, &mut complaints);
    found.extend(complaints);
    Ok(())
}

/// Writes what is found to the baseline, which then is the project's.
fn write_baseline(session: &mut Session, output: &Output, found: &mut Found) -> Result<(), Failure> {
    let project = &mut session.project;
    let text = baseline::written(found, &session.model, &project.sources);
    let before = project.governance.baseline.map(|file| baseline::count(&project.sources.get(file).text));
    let count = baseline::count(&text);
    if before.is_none() && count == 0 {
        output.say("nothing is found that a baseline could hold, so that none is written");
        return Ok(());
    }
    write_if_changed(&project.beside_config("etalon.baseline"), text.as_bytes())?;
    output.say(&match before {
        Some(before) => format!("etalon.baseline: {}, {before} before", counted(count, "finding")),
        None => format!("etalon.baseline: {}", counted(count, "finding")),
    });
    project.governance.baseline = Some(project.sources.add("etalon.baseline", text));
    Ok(())
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
        let names: Vec<&str> = authors.iter().map(String::as_str).collect();
        let names = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        let version = env!("CARGO_PKG_VERSION");
        format!("judged by `{revision}` ({commit}), {rules}; by etalon {version}; authors, as git says: {names}")
    });
    let today = today(&session.project);
    let root = options.trust_root;
    judge(&Judged { now: &now, base: base_state.as_ref(), authors, today, root }, found);
    Ok(said)
}
