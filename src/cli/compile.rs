//! `etalon compile`

use super::build::{self, Build, Origin};
use super::making::{Form, Making};
use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome, ended};
use crate::diagnostic::Found;
use crate::project::{Head, Project};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Only for this warehouse of etalon.yaml; may be said several times
    #[arg(long, value_name = "NAME")]
    warehouse: Vec<String>,
    /// The folder to write to [default: build/ in the project; build/as-of/COMMIT with --as-of]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to wrap each statement in
    #[arg(long = "as", value_name = "FORM", value_enum, default_value_t)]
    form: Form,
    /// Compile the definitions of this revision of the git repository
    #[arg(long, value_name = "REV")]
    as_of: Option<String>,
    /// Say in each statement that it is of this revision; else only the manifest does
    #[arg(long, value_name = "TEXT", conflicts_with = "as_of")]
    revision: Option<String>,
}

/// Writes vetted SQL for every warehouse: all of it or, if anything is wrong, nothing.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut found = Found::default();
    let mut project = Project::load(project, &mut found)?;
    let root = project.root.clone();
    let (head, as_of) = match &options.as_of {
        None => (project.head(), None),
        Some(revision) => {
            let commit = project.commit(revision)?;
            found = Found::default();
            project = project.at_revision(revision, &mut found)?;
            (Head::at(&commit), Some(commit))
        }
    };
    let origin =
        Origin { form: options.form, revision: options.revision.clone().or(as_of.clone()), as_of: as_of.clone() };
    let inputs = origin.inputs(&project.digest());
    let beside = as_of.as_ref().map(|commit| format!("build/{}/{}", build::AS_OF, &commit[..12]));
    let folder = options.out.clone().unwrap_or_else(|| root.join(beside.as_deref().unwrap_or("build")));
    let names = project.config.warehouses.iter().map(|warehouse| warehouse.name.clone()).collect();
    let mut build = Build::open(&folder, &build::COMPILED, names)?;
    if options.warehouse.is_empty()
        && found.is_empty()
        && let Some(found) = build.unchanged(&inputs)
    {
        build.lies_at(head.wait())?;
        output.findings(found, &project.sources);
        for line in build.summary_of_unchanged() {
            output.say(&line);
        }
        return Ok(Ended::Clean);
    }
    let mut session = Session::of(project, found);
    let mut found = std::mem::take(&mut session.found);
    if found.has_errors() {
        return broken(found, &session, output);
    }
    let said = origin.revision.as_deref();
    let making = Making::new(&session, options.form, &options.warehouse, said, |_| true, &mut found)?;
    if found.has_errors() {
        return broken(found, &session, output);
    }
    let progress = Progress::new(making.len(), output.quiet || output.is_json());
    let files = making.files(&build, &mut found, &|| progress.step())?;
    progress.done();
    if found.has_errors() {
        output.findings(found, &session.project.sources);
        output.say("nothing is written until every warehouse can compute everything");
        return Ok(Ended::Findings);
    }
    let written = making.warehouses();
    let nowhere = written.is_empty();
    build.comes_from(&session.project.config.project, &inputs, origin, head.wait());
    let summary = build.write(files, &written, &found)?;
    let result = ended(&found);
    output.findings(found, &session.project.sources);
    for line in summary {
        output.say(&line);
    }
    if nowhere {
        output.say("etalon.yaml names no warehouse, so there was nothing to write");
    }
    Ok(result)
}

fn broken(found: Found, session: &Session, output: &Output) -> Outcome {
    output.findings(found, &session.project.sources);
    output.say("nothing is written until everything holds together");
    Ok(Ended::Findings)
}

/// A bar for work that takes longer than a second, if somebody is looking.
struct Progress {
    bar: ProgressBar,
    started: std::time::Instant,
    hidden: bool,
}

impl Progress {
    #[allow(clippy::disallowed_methods)] // How long work takes decides whether a bar is shown, and nothing else.
    fn new(length: usize, hidden: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} statements") {
            bar.set_style(style);
        }
        Progress { bar, started: std::time::Instant::now(), hidden }
    }

    fn step(&self) {
        self.bar.inc(1);
        if !self.hidden && self.bar.is_hidden() && self.started.elapsed().as_millis() > 1000 {
            // A target that is no terminal stays silent by itself.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn done(&self) {
        self.bar.finish_and_clear();
    }
}
