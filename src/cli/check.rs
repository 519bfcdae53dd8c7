//! `etalon check`

use super::build::write_if_changed;
use super::output::Output;
use super::session::Session;
use super::{Outcome, counted, ended};
use crate::check;
use crate::diagnostic::{Failure, Found};
use crate::govern::{baseline, levels, rules, subjects, waivers};
use crate::meaning;
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// Write what is found to etalon.baseline, where it is counted and no error
    #[arg(long)]
    write_baseline: bool,
}

/// Checks all definitions, and says how much there is of what.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut session = Session::open(project)?;
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
    levels::check(&session.project.config.policy, &mut found);
    levels::apply(&session.project.config.policy, &mut found);
    if is_sound {
        settle(&mut session, options, output, &mut found)?;
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

/// Lets through what the project agreed to let through, and says what is wrong with that.
fn settle(session: &mut Session, options: &Options, output: &Output, found: &mut Found) -> Result<(), Failure> {
    let mut complaints = waivers::apply(&session.project.config.policy, &session.model, today(session), found);
    if options.write_baseline {
        write_baseline(session, output, found)?;
    }
    let (project, model) = (&session.project, &session.model);
    if let Some(file) = project.governance.baseline {
        complaints.extend(baseline::apply(file, model, &project.sources, found));
    }
    levels::apply(&project.config.policy, &mut complaints);
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

/// The day in the project's zone.
#[allow(clippy::disallowed_methods)] // A waiver ends on a day.
fn today(session: &Session) -> Date {
    let zone = TimeZone::get(&session.model.calendar.timezone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::now().to_zoned(zone).date()
}
