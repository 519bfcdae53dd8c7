//! `etalon diff`

mod findings;
mod human;
mod json;
mod markdown;
mod phrases;

use super::output::Output;
use super::session::Session;
use super::{Ended, Format, Outcome};
use crate::diagnostic::{Failure, Found, github, sarif};
use crate::govern::Side;
use crate::govern::change::{Changes, Effort, changes};
use crate::meaning::compare::Budget;
use crate::project::{Project, authors};
use clap::Args;
use std::path::Path;

#[derive(Args, Debug)]
pub struct Options {
    /// What to hold the project against: a commit, branch or tag of its git repository, or a folder with another copy of it
    #[arg(long, value_name = "REV|DIR")]
    against: String,
    /// How many times rows are made up for a metric in search of a difference; 0 for none
    #[arg(long, value_name = "N", default_value_t = Effort::default().budget.trials)]
    trials: usize,
    /// Where the search begins: the same number makes the same rows
    #[arg(long, value_name = "N", default_value_t = Effort::default().budget.seed)]
    seed: u64,
}

/// What a writer of any format has at hand.
pub struct Told<'s> {
    pub base: &'s Side<'s>,
    pub now: &'s Side<'s>,
    pub changes: &'s Changes,
    pub effort: &'s Effort,
}

/// Says what changed, each difference in its class.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let now = Session::open(project)?;
    let (base, authors) = base(&now, &options.against)?;
    for (session, when) in [(&base, format!("of {}", options.against)), (&now, "of the project".to_owned())] {
        sound(session, &when, output)?;
    }
    let (before, after) = (base.side(&options.against), now.side("now"));
    let budget = Budget { trials: options.trials, seed: options.seed };
    let effort = match options.trials {
        0 => Effort { budget, ..Effort::CLASSES },
        _ => Effort { budget, ..Effort::default() },
    };
    let changes = changes(&before, &after, &authors, &effort);
    let told = Told { base: &before, now: &after, changes: &changes, effort: &effort };
    output.print(&match output.format() {
        Format::Json => json::render(&told),
        Format::Markdown => markdown::render(&told),
        Format::Sarif => sarif::render(&findings::of(&told), &[], after.sources),
        Format::Github => github::render(&findings::of(&told), &[], after.sources),
        // No other format is let through to it.
        _ => human::render(&told, output),
    });
    Ok(if changes.weigh() { Ended::Findings } else { Ended::Clean })
}

/// The other side, and whom git names as authors of what changed since.
fn base(now: &Session, against: &str) -> Result<(Session, Vec<String>), Failure> {
    let mut found = Found::default();
    let folder = Path::new(against);
    let is_project = ["etalon.yaml", "metrics/etalon.yaml"].iter().any(|file| folder.join(file).is_file());
    if is_project {
        if now.project.knows_revision(against) {
            return Err(Failure::other(
                format!("`{against}` is both a folder and a revision"),
                format!("write `./{against}` for the folder, or `heads/{against}` for the branch"),
            ));
        }
        let project = Project::load(Some(folder), &mut found)?;
        return Ok((Session::of(project, found), Vec::new()));
    }
    if folder.is_dir() && !now.project.knows_revision(against) {
        return Err(Failure::other(
            format!("there is no `etalon.yaml` in the folder `{against}`, and no revision of that name"),
            "name a folder that has `etalon.yaml` or `metrics/etalon.yaml`, or a commit, a branch or a tag",
        ));
    }
    let project = now.project.at_revision(against, &mut found)?;
    let authors = authors::since(&now.project.definitions, against)?.into_iter().collect();
    Ok((Session::of(project, found), authors))
}

/// Definitions with errors have no meaning to be compared. Never said as "nothing changed".
fn sound(session: &Session, when: &str, output: &Output) -> Result<(), Failure> {
    if !session.found.has_errors() {
        return Ok(());
    }
    if !output.is_json() {
        output.findings(session.found.clone(), &session.project.sources);
    }
    Err(Failure::other(
        format!("the definitions {when} have errors, so that nothing can be compared"),
        "mend them first: `etalon check`",
    ))
}
