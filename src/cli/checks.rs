//! `etalon checks`

use super::build::{self, Build, Made, Meant, Origin};
use super::output::Output;
use super::session::{Session, find_dialect};
use super::{Ended, Outcome, ended, held};
use crate::assertion::{self, Assertion};
use crate::diagnostic::{Failure, Found};
use crate::dialect::Dialect;
use crate::emit::Asserted;
use crate::model::{MetricId, Model};
use crate::project::Project;
use crate::sql::binding::Binding;
use crate::suggest::closest;
use clap::Args;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// Only what these metrics rest on; none means all of them
    metrics: Vec<String>,
    /// Also find the rows whose joins lead nowhere: that is no fault, their values are null, and often nobody meant it
    #[arg(long)]
    dangling: bool,
    /// Only for this warehouse of etalon.yaml; may be said several times
    #[arg(long, value_name = "NAME", conflicts_with = "dialect")]
    warehouse: Vec<String>,
    /// Print SQL in this dialect, with tables named like the sources; or write it to the folder of `--out`
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// The folder to write to [default: build/ in the project]
    #[arg(long, value_name = "DIR", conflicts_with = "stdout")]
    out: Option<PathBuf>,
    /// Print the statements, and write no file
    #[arg(long)]
    stdout: bool,
    /// Look for such rows in the SOURCE.csv files of this folder instead, and show them
    #[arg(long, value_name = "DIR", conflicts_with_all = ["warehouse", "dialect", "out", "stdout"])]
    data: Option<PathBuf>,
}

/// Where statements are to run.
struct Target {
    name: String,
    dialect: &'static Dialect,
    binding: Binding,
}

/// Writes or prints statements, or looks at files.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    match &options.data {
        Some(folder) => look(Session::open(project)?, folder, options, output),
        None => write(project, options, output),
    }
}

/// Looks for rows in files that break an assertion, and shows them.
fn look(mut session: Session, folder: &Path, options: &Options, output: &Output) -> Outcome {
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        return Ok(result);
    }
    let all = asked(&session.model, options)?;
    held::look(&mut session, &all, folder, output)
}

/// The assertions that are asked for.
fn asked(model: &Model, options: &Options) -> Result<Vec<Assertion>, Failure> {
    let wanted = metrics(model, &options.metrics)?;
    let mut all = assertion::assertions(model);
    all.retain(|assertion| options.dangling || assertion.what.is_promised());
    all.retain(|assertion| wanted.is_empty() || assertion.metrics.iter().any(|id| wanted.contains(id)));
    Ok(all)
}

/// Writes or prints a statement for each assertion and warehouse: all of it or, if anything is wrong, nothing.
fn write(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let mut found = Found::default();
    let project = Project::load(project, &mut found)?;
    let plainly = options.dialect.is_some() && options.out.is_none();
    let printed = options.stdout || plainly || output.is_json();
    let folder = options.out.clone().unwrap_or_else(|| project.root.join("build"));
    let names = project.config.warehouses.iter().map(|warehouse| warehouse.name.clone()).collect();
    let mut build = Build::open(&folder, &build::CHECKS, names)?;
    // A part of the checks is not what these definitions come to as a whole.
    let is_whole = options.metrics.is_empty() && options.warehouse.is_empty() && options.dialect.is_none();
    let inputs = if is_whole { inputs(&project, options) } else { String::new() };
    if is_whole
        && !printed
        && found.is_empty()
        && let Some(found) = build.unchanged(&inputs)
    {
        output.findings(found, &project.sources);
        for line in build.summary_of_unchanged() {
            output.say(&line);
        }
        return Ok(Ended::Clean);
    }
    let session = Session::of(project, found);
    if session.found.has_errors() {
        let result = ended(&session.found);
        output.findings(session.found, &session.project.sources);
        output.say("nothing is written until everything holds together");
        return Ok(result);
    }
    let model = &session.model;
    let all = asked(model, options)?;
    let targets = targets(&session, options)?;
    let made: Vec<(Vec<Option<Made>>, Found)> =
        all.par_iter().map(|assertion| make(model, assertion, &targets, &build)).collect();
    let mut found = Found::default();
    let mut files = Vec::with_capacity(made.len());
    for (made, unsaid) in made {
        files.push(made);
        found.extend(unsaid);
    }
    if found.has_errors() {
        let result = ended(&found);
        output.findings(found, &session.project.sources);
        output.say("nothing is written until every warehouse can compute everything");
        return Ok(result);
    }
    if output.is_json() {
        output.print(&listed(model, &all, &files, &targets));
    } else if printed {
        files.iter().flatten().flatten().for_each(|file| output.print(&file.sql));
    } else {
        let targets: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
        let files = files.into_iter().flatten().flatten().collect();
        build.comes_from(&session.project.config.project, &inputs, Origin::default(), None);
        for line in build.write(files, &targets, &found)? {
            output.say(&line);
        }
    }
    if targets.is_empty() && !printed {
        output.say("etalon.yaml names no warehouse, so there was nothing to write; `--dialect NAME` needs none");
    }
    Ok(ended(&found))
}

/// What the statements of all warehouses are made of.
fn inputs(project: &Project, options: &Options) -> String {
    let dangling = if options.dangling { " dangling" } else { "" };
    format!("{}{dangling}", project.digest())
}

/// The metrics of these names.
fn metrics(model: &Model, names: &[String]) -> Result<Vec<MetricId>, Failure> {
    let find = |name: &String| {
        model.metric_named(name).ok_or_else(|| {
            let near = closest(name, model.metrics.iter().map(|metric| metric.name.as_str()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`etalon list` names them all".to_owned(),
            };
            Failure::other(format!("there is no metric `{name}`"), help)
        })
    };
    names.iter().map(find).collect()
}

fn targets(session: &Session, options: &Options) -> Result<Vec<Target>, Failure> {
    if let Some(name) = &options.dialect {
        return Ok(vec![Target { name: name.clone(), dialect: find_dialect(name)?, binding: Binding::plain() }]);
    }
    let all = &session.project.config.warehouses;
    let names: Vec<&String> = match options.warehouse.is_empty() {
        true => all.iter().map(|warehouse| &warehouse.name).collect(),
        false => options.warehouse.iter().collect(),
    };
    let mut targets: Vec<Target> = Vec::with_capacity(names.len());
    for name in names {
        let warehouse = session.warehouse(name)?;
        if targets.iter().all(|known| known.name != warehouse.name) {
            let (name, binding) = (warehouse.name.clone(), warehouse.binding.clone());
            targets.push(Target { name, dialect: find_dialect(&warehouse.dialect)?, binding });
        }
    }
    if options.stdout && targets.len() != 1 {
        // The same names stand in every warehouse's statements; in one stream nobody could tell them apart.
        session.target(None, None)?;
    }
    Ok(targets)
}

/// One assertion for all targets: planned once, said in each dialect; nothing for those that it does not concern.
fn make(model: &Model, assertion: &Assertion, targets: &[Target], build: &Build) -> (Vec<Option<Made>>, Found) {
    let (mut made, mut found) = (Vec::with_capacity(targets.len()), Found::default());
    let asserted = Asserted::new(model, assertion);
    let metrics: Vec<Meant> = assertion.metrics.iter().map(|id| Meant::named(&model.metric(*id).name)).collect();
    for target in targets {
        if !asserted.concerns(target.dialect) {
            made.push(None);
            continue;
        }
        match asserted.statement(target.dialect, &target.binding) {
            Ok(sql) => {
                let dialect = target.dialect.name;
                let mut file = Made::new(&target.name, dialect, "checks", &assertion.name, metrics.clone(), sql);
                if !build.was_vetted(&file) {
                    if let Err(diagnostic) = asserted.check(&file.sql, target.dialect, &target.binding) {
                        found.push(*diagnostic);
                    }
                    file.newly_vetted = true;
                }
                made.push(Some(file));
            }
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    (made, found)
}

/// The list as JSON.
fn listed(model: &Model, all: &[Assertion], files: &[Vec<Option<Made>>], targets: &[Target]) -> String {
    let entries: Vec<serde_json::Value> = all
        .iter()
        .zip(files)
        .filter(|(_, files)| targets.is_empty() || files.iter().any(Option::is_some))
        .map(|(assertion, files)| {
            let sql: serde_json::Map<String, serde_json::Value> = targets
                .iter()
                .zip(files)
                .filter_map(|(target, file)| Some((target.name.clone(), file.as_ref()?.sql.as_str().into())))
                .collect();
            let joins: Vec<String> = assertion.joins.iter().map(|join| assertion::join_name(model, join)).collect();
            let metrics: Vec<&str> = assertion.metrics.iter().map(|id| model.metric(*id).name.as_str()).collect();
            serde_json::json!({
                "name": assertion.name.as_str(),
                "kind": assertion.what.kind(),
                "source": model.source(assertion.source).name.as_str(),
                "columns": assertion::columns(model, assertion),
                "says": assertion::says(model, assertion),
                "joins": joins,
                "metrics": metrics,
                "sql": sql,
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&serde_json::json!({ "checks": entries })).unwrap_or_default();
    text.push('\n');
    text
}
