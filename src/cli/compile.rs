//! `etalon compile`

use super::build::{self, Build, Made};
use super::output::Output;
use super::session::{Session, find_dialect};
use super::{Ended, Outcome, ended};
use crate::check::{self, Publication, Published};
use crate::diagnostic::Found;
use crate::dialect::Dialect;
use crate::emit::{self, Emission};
use crate::project::{Project, Warehouse};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Only for this warehouse of etalon.yaml; may be said several times
    #[arg(long, value_name = "NAME")]
    warehouse: Vec<String>,
    /// The folder to write to [default: build/ in the project]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes vetted SQL for every warehouse: all of it or, if anything is wrong, nothing.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut found = Found::default();
    let project = Project::load(project, &mut found)?;
    let inputs = project.digest();
    let folder = options.out.clone().unwrap_or_else(|| project.root.join("build"));
    let names = project.config.warehouses.iter().map(|warehouse| warehouse.name.clone()).collect();
    let build = Build::open(&folder, &build::COMPILED, names)?;
    if options.warehouse.is_empty()
        && found.is_empty()
        && let Some(found) = build.unchanged(&inputs)
    {
        output.findings(found, &project.sources);
        for line in build.summary_of_unchanged() {
            output.say(&line);
        }
        return Ok(Ended::Clean);
    }
    let mut session = Session::of(project, found);
    let publications = match session.found.has_errors() {
        true => Vec::new(),
        false => check::publications(&session.model, &mut session.found),
    };
    if session.found.has_errors() {
        output.findings(session.found, &session.project.sources);
        output.say("nothing is written until everything holds together");
        return Ok(Ended::Findings);
    }
    let all = &session.project.config.warehouses;
    let mut targets: Vec<(&Warehouse, &'static Dialect)> = Vec::new();
    if options.warehouse.is_empty() {
        for warehouse in all {
            targets.push((warehouse, find_dialect(&warehouse.dialect)?));
        }
    } else {
        for name in &options.warehouse {
            let warehouse = session.warehouse(name)?;
            if !targets.iter().any(|(known, _)| known.name == warehouse.name) {
                targets.push((warehouse, find_dialect(&warehouse.dialect)?));
            }
        }
    }
    let progress = Progress::new(publications.len(), output.quiet || output.is_json());
    let made: Vec<(Vec<Made>, Found)> = publications
        .par_iter()
        .map(|publication| {
            let made = make(&session, publication, &targets, &build);
            progress.step();
            made
        })
        .collect();
    let mut unsaid = session.found.clone();
    let mut files = Vec::with_capacity(publications.len() * targets.len());
    for (made, found) in made {
        files.extend(made);
        unsaid.extend(found);
    }
    progress.done();
    if unsaid.has_errors() {
        output.findings(unsaid, &session.project.sources);
        output.say("nothing is written until every warehouse can compute everything");
        return Ok(Ended::Findings);
    }
    let written: Vec<String> = targets.iter().map(|(warehouse, _)| warehouse.name.clone()).collect();
    let summary = build.write(files, &written, &session.project.config.project, &inputs, &unsaid)?;
    let result = ended(&unsaid);
    output.findings(unsaid, &session.project.sources);
    for line in summary {
        output.say(&line);
    }
    if targets.is_empty() {
        output.say("etalon.yaml names no warehouse, so there was nothing to write");
    }
    Ok(result)
}

/// One publication for all warehouses: planned once, said in each dialect.
fn make(
    session: &Session,
    publication: &Publication,
    targets: &[(&Warehouse, &'static Dialect)],
    build: &Build,
) -> (Vec<Made>, Found) {
    let model = &session.model;
    let plan = match emit::plan(model, &publication.request) {
        Ok(plan) => plan,
        Err(diagnostic) => {
            let mut found = Found::default();
            found.push(*diagnostic);
            return (Vec::new(), found);
        }
    };
    let report = match publication.what {
        Published::Report(id) => Some(&model.reports[id.0 as usize]),
        Published::Metric(_) => None,
    };
    let emission = Emission {
        request: &publication.request,
        title: report.and_then(|report| report.title.as_deref()),
        do_not_aggregate: publication.do_not_aggregate,
    };
    let kind = if report.is_some() { "reports" } else { "metrics" };
    let metrics: Vec<String> =
        publication.request.metrics.iter().map(|id| model.metric(*id).name.to_string()).collect();
    let (mut made, mut found) = (Vec::with_capacity(targets.len()), Found::default());
    for (warehouse, dialect) in targets {
        let sql = match emit::statement(model, &emission, &plan, dialect, &warehouse.binding) {
            Ok(sql) => sql,
            Err(diagnostic) => {
                found.push(*diagnostic);
                continue;
            }
        };
        let mut file = Made::new(&warehouse.name, dialect.name, kind, &publication.name, metrics.clone(), sql);
        if !build.was_vetted(&file) {
            if let Err(diagnostic) = emit::check(model, &emission, &plan, &file.sql, dialect, &warehouse.binding) {
                found.push(*diagnostic);
                continue;
            }
            file.newly_vetted = true;
        }
        made.push(file);
    }
    (made, found)
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
