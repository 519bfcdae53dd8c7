//! `etalon compile`

use super::build::{self, Build, Made};
use super::output::Output;
use super::session::{Session, find_dialect};
use super::{Ended, Outcome, ended};
use crate::check::{self, Publication, Published};
use crate::diagnostic::codes::warehouse as codes;
use crate::diagnostic::{Diagnostic, Failure, Found};
use crate::dialect::{Dialect, Stored};
use crate::emit::dbt::{ModelProperties, StandIns};
use crate::emit::{self, Emission};
use crate::model::Source;
use crate::plan;
use crate::project::{Project, Warehouse};
use crate::sql::binding::parts;
use crate::sql::query::Relation;
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
    /// What to wrap each statement in
    #[arg(long = "as", value_name = "FORM", value_enum, default_value_t)]
    form: Form,
}

/// What publications become.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Form {
    /// A query
    #[default]
    Select,
    /// A view of the publication's name
    View,
    /// A table of the publication's name, made anew
    Table,
    /// A model of dbt, its tables by `source(…)`
    Dbt,
}

/// Writes vetted SQL for every warehouse: all of it or, if anything is wrong, nothing.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut found = Found::default();
    let project = Project::load(project, &mut found)?;
    // The same definitions in another form are other files.
    let inputs = match options.form {
        Form::Select => project.digest(),
        form => format!("{} as {form:?}", project.digest()).to_lowercase(),
    };
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
    let targets: Vec<Target> = targets
        .into_iter()
        .map(|(warehouse, dialect)| Target {
            warehouse,
            dialect,
            stand_ins: (options.form == Form::Dbt)
                .then(|| StandIns::of(&session.model, &warehouse.binding, &session.project.config.project)),
        })
        .collect();
    let made: Vec<(Vec<Made>, Vec<ModelProperties>, Found)> = publications
        .par_iter()
        .map(|publication| {
            let made = make(&session, publication, &targets, options.form, &build);
            progress.step();
            made
        })
        .collect();
    let mut unsaid = session.found.clone();
    let mut files = Vec::with_capacity(publications.len() * targets.len());
    let mut models = Vec::new();
    for (made, properties, found) in made {
        files.extend(made);
        models.extend(properties);
        unsaid.extend(found);
    }
    progress.done();
    if unsaid.has_errors() {
        output.findings(unsaid, &session.project.sources);
        output.say("nothing is written until every warehouse can compute everything");
        return Ok(Ended::Findings);
    }
    for target in &targets {
        if let Some(stand_ins) = &target.stand_ins {
            let text = stand_ins
                .properties(models.clone())
                .map_err(|error| Failure::other(error.to_string(), "report this: properties are always YAML"))?;
            let name = &target.warehouse.name;
            let path = format!("{name}/{}", build::PROPERTIES);
            files.push(Made::file(name, target.dialect.name, path, Vec::new(), text));
        }
    }
    let written: Vec<String> = targets.iter().map(|target| target.warehouse.name.clone()).collect();
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

/// A warehouse that is written for.
struct Target<'t> {
    warehouse: &'t Warehouse,
    dialect: &'static Dialect,
    /// For models of dbt.
    stand_ins: Option<StandIns>,
}

/// One publication for all warehouses: planned once, said in each dialect.
fn make(
    session: &Session,
    publication: &Publication,
    targets: &[Target],
    form: Form,
    build: &Build,
) -> (Vec<Made>, Vec<ModelProperties>, Found) {
    let model = &session.model;
    let plan = plan::plan(model, &publication.request);
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
    for target in targets {
        let Target { warehouse, dialect, .. } = *target;
        let statement = |binding| emit::statement(model, &emission, &plan, dialect, binding);
        let wrapped = statement(&warehouse.binding).and_then(|sql| {
            let file = match (form, &target.stand_ins) {
                (Form::Dbt, Some(stand_ins)) => stand_ins.text(&statement(&stand_ins.binding)?),
                (Form::View | Form::Table, _) => {
                    let kind = if form == Form::View { Stored::View } else { Stored::Table };
                    let place = parts(&warehouse.publish);
                    let place: Vec<String> =
                        place.iter().map(|part| part.replace("{name}", &publication.name)).collect();
                    if let Some(source) = replaced(session, warehouse, &place) {
                        return Err(replaces_a_source(session, publication, warehouse, source));
                    }
                    emit::stored(&sql, kind, dialect, &place)
                        .ok_or_else(|| not_stored(session, publication, dialect))?
                }
                _ => sql.clone(),
            };
            Ok((sql, file))
        });
        let (sql, text) = match wrapped {
            Ok(wrapped) => wrapped,
            Err(diagnostic) => {
                found.push(*diagnostic);
                continue;
            }
        };
        let mut file = Made::new(&warehouse.name, dialect.name, kind, &publication.name, metrics.clone(), text);
        if !build.was_vetted(&file) {
            if let Err(diagnostic) = emit::check(model, &emission, &plan, &sql, dialect, &warehouse.binding) {
                found.push(*diagnostic);
                continue;
            }
            file.newly_vetted = true;
        }
        made.push(file);
    }
    let properties = match form {
        Form::Dbt => vec![ModelProperties::of(model, &publication.name, emission.title, &plan)],
        _ => Vec::new(),
    };
    (made, properties, found)
}

/// The source whose table a name is, as far as both are said: `leads` may be `RAW.leads`.
fn replaced<'s>(session: &'s Session, warehouse: &Warehouse, place: &[String]) -> Option<&'s str> {
    let is_same = |table: &[String]| {
        table.iter().rev().zip(place.iter().rev()).all(|(one, other)| one.to_lowercase() == other.to_lowercase())
    };
    let bound = |source: &&Source| match warehouse.binding.relation(&source.name) {
        Relation::Physical(table) => is_same(&table),
        Relation::Query(_) | Relation::Cte(_) => false,
    };
    session.model.sources.iter().find(bound).map(|source| source.name.as_str())
}

fn replaces_a_source(
    session: &Session,
    publication: &Publication,
    warehouse: &Warehouse,
    source: &str,
) -> Box<Diagnostic> {
    let model = &session.model;
    let span = publication.request.metrics.first().map_or(publication.request.span, |id| model.metric(*id).name_span);
    let fact =
        format!("`{}` would replace the table of the source `{source}` in `{}`", publication.name, warehouse.name);
    Box::new(
        Diagnostic::new(&codes::REPLACES_A_SOURCE, span, fact)
            .label("this is what the view or table would be called")
            .help("give publications a schema of their own in etalon.yaml: `publish: 'metrics.{name}'`"),
    )
}

/// The warehouse keeps no such thing.
fn not_stored(session: &Session, publication: &Publication, dialect: &Dialect) -> Box<Diagnostic> {
    let model = &session.model;
    let span = publication.request.metrics.first().map_or(publication.request.span, |id| model.metric(*id).name_span);
    let fact = format!("{} makes neither a view nor a table of a query", dialect.title);
    Box::new(
        Diagnostic::new(&codes::WAREHOUSE_CANNOT, span, fact)
            .label(format!("`{}` would be one", publication.name))
            .help("compile it as a query: `--as select`"),
    )
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
