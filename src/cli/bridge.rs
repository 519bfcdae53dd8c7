//! `etalon bridge`

use super::output::Output;
use super::provenance::Agreement;
use super::session::{Session, find_dialect};
use super::{Ended, Outcome, answer, ended, query, shell, table};
use crate::check::asked::{self, request};
use crate::diagnostic::{Failure, Found};
use crate::dialect::Dialect;
use crate::emit::{self, Agreed, Disclosures, Emission, Provenance, Question, Standing};
use crate::govern::Bound;
use crate::govern::bridge::{Apart, Asked, Bridge, bridge};
use crate::model::{MetricId, Request};
use crate::suggest::closest;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Options {
    /// A metric
    metric: String,
    /// As it was at this revision of the git repository
    #[arg(long, value_name = "REV")]
    from: String,
    /// … and at this one [default: as it is now]
    #[arg(long, value_name = "REV")]
    to: Option<String>,
    /// Keys, as of `query`
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    by: Vec<String>,
    /// A condition on rows, as of `query`
    #[arg(long = "where", value_name = "CONDITION")]
    filter: Option<String>,
    /// A range of each metric's own time, as of `query`
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    during: Option<String>,
    /// Write SQL for this warehouse of etalon.yaml
    #[arg(long, value_name = "NAME", conflicts_with = "dialect")]
    pub warehouse: Option<String>,
    /// Write SQL in this dialect, with tables named like the sources
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Answer from the SOURCE.csv files of this folder [default: as of `query`]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["warehouse", "dialect"])]
    data: Option<PathBuf>,
    /// How to print the answer
    #[arg(long, value_name = "FORM", value_enum, conflicts_with_all = ["warehouse", "dialect"])]
    output: Option<table::Rows>,
    /// The day that `last 3 months` counts from, when answering from files [default: today in the project's zone]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["warehouse", "dialect"])]
    now: Option<String>,
}

/// A statement with both values, and who stands behind them.
pub struct Made {
    pub sql: String,
    pub dialect: &'static Dialect,
    pub metrics: [Agreed; 2],
    pub standing: Standing,
}

/// A project at one moment, with the question put to it.
struct Then {
    session: Session,
    when: String,
    /// Whose definitions they are, in words.
    revision: String,
    /// The commit, if they are those of one.
    commit: Option<String>,
    metric: MetricId,
    request: Request,
}

/// Prints both values and their difference, or the statement that gives them.
pub fn run(project: Option<&Path>, options: &Options, output: &Output) -> Outcome {
    let now = Session::open(project)?;
    let named = options.warehouse.is_some() || options.dialect.is_some();
    let files = answer::folder(&now, options.data.as_deref(), named);
    let mut found = Found::default();
    let Some([before, after]) = both(&now, options, Some(output))? else { return Ok(Ended::Findings) };
    let Some(folder) = files else {
        let (dialect, bounds) = target(&before, &after, options)?;
        let bridge = laid(&before, &after, bounds)?;
        let made = emitted(&before, &after, &bridge, options, dialect);
        match made {
            Ok(made) => output.print(&made.sql),
            Err(diagnostic) => {
                found.push(*diagnostic);
                output.findings(found.clone(), &bridge.sources);
            }
        }
        return Ok(ended(&found));
    };
    let bridge = laid(&before, &after, [None, None])?;
    let mut session = after.session;
    (session.model, session.project.sources) = (bridge.model, bridge.sources);
    let files = answer::Files {
        folder: &folder,
        is_named: options.data.is_some(),
        output: options.output,
        now: options.now.as_deref(),
        names: Some(&bridge.files),
    };
    answer::print(&mut session, &bridge.request, &files, output, &mut found)?;
    let result = ended(&found);
    if !found.is_empty() {
        output.findings(found, &session.project.sources);
    }
    Ok(result)
}

/// The statement, for who holds another against it; nothing where the question does not fit the definitions.
pub fn statement(now: &Session, options: &Options) -> Result<Option<Made>, Failure> {
    let Some([before, after]) = both(now, options, None)? else { return Ok(None) };
    let (dialect, bounds) = target(&before, &after, options)?;
    let bridge = laid(&before, &after, bounds)?;
    Ok(emitted(&before, &after, &bridge, options, dialect).ok())
}

/// The project at both revisions; nothing where the question is wrong, which was then said.
fn both(now: &Session, options: &Options, output: Option<&Output>) -> Result<Option<[Then; 2]>, Failure> {
    let Some(before) = then(now, Some(&options.from), options, output)? else { return Ok(None) };
    let after = then(now, options.to.as_deref(), options, output)?;
    Ok(after.map(|after| [before, after]))
}

fn then(
    now: &Session,
    revision: Option<&str>,
    options: &Options,
    output: Option<&Output>,
) -> Result<Option<Then>, Failure> {
    let (mut session, when, commit) = match revision {
        Some(revision) => (now.at(revision)?, format!("at {revision}"), Some(now.project.commit(revision)?)),
        None => (now.again(), "now".to_owned(), None),
    };
    if session.found.has_errors() {
        if let Some(output) = output.filter(|output| !output.is_json()) {
            output.findings(session.found, &session.project.sources);
        }
        let fact = format!("the definitions {when} have errors, so that nothing can be asked of them");
        return Err(Failure::other(fact, "mend them first"));
    }
    let metric = session.model.metric_named(&options.metric).ok_or_else(|| {
        let near = closest(&options.metric, session.model.metrics.iter().map(|metric| metric.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a metric that both have".to_owned(),
        };
        Failure::other(format!("there is no metric `{}` {when}", options.metric), help)
    })?;
    let metrics = [quoted(&options.metric)];
    let question = asked::Asked {
        metrics: &metrics,
        by: &options.by,
        filter: options.filter.as_deref(),
        during: options.during.as_deref(),
        ..asked::Asked::default()
    };
    let mut found = Found::default();
    let Some(request) = request(&question, &session.model, &mut session.project.sources, &mut found) else {
        if let Some(output) = output {
            output.findings(found, &session.project.sources);
            output.say(&format!("this was asked of the definitions {when}"));
        }
        return Ok(None);
    };
    // Definitions that are those of a commit can be asked again when others lie here.
    let (revision, commit) = match (commit, now.project.head().wait()) {
        (Some(commit), _) => (format!("revision {commit}"), Some(commit)),
        (None, Some(head)) if !head.differs => (format!("revision {}", head.commit), Some(head.commit)),
        (None, Some(head)) => (format!("the definitions here, changed since revision {}", head.commit), None),
        (None, None) => ("the definitions here".to_owned(), None),
    };
    Ok(Some(Then { session, when, revision, commit, metric, request }))
}

/// A name as it is asked for.
fn quoted(name: &str) -> String {
    let plain = |letter: char| letter == '_' || letter.is_alphanumeric();
    if name.chars().all(plain) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

type Bounds<'b> = [Option<Bound<'b>>; 2];

/// Whom the statement is for, and what each revision calls things there.
fn target<'t>(before: &'t Then, after: &'t Then, options: &Options) -> Result<(&'static Dialect, Bounds<'t>), Failure> {
    if let Some(option) = options.output.map(|_| "--output").or(options.now.as_ref().map(|_| "--now")) {
        let fact = format!("`{option}` is of answers from files, and there is no folder `data` beside the definitions");
        return Err(Failure::other(fact, "name the folder with the CSV files: `--data DIR`"));
    }
    let named = options.warehouse.is_some() || options.dialect.is_some();
    let only = match &after.session.project.config.warehouses[..] {
        [only] if !named => Some(only.name.as_str()),
        _ => None,
    };
    let Some(name) = options.warehouse.as_deref().or(only) else {
        let target = after.session.target(None, options.dialect.as_deref());
        let (dialect, _) = target.map_err(|failure| if named { failure } else { query::or_files(failure) })?;
        return Ok((dialect, [None, None]));
    };
    let now = after.session.warehouse(name)?;
    let then = before.session.warehouse(name).map_err(|_| {
        let fact = format!("there is no warehouse `{name}` {}", before.when);
        Failure::other(fact, "name one that both have, or a dialect with tables named like the sources: `--dialect`")
    })?;
    if then.dialect != now.dialect {
        let fact = format!("the warehouse `{name}` was {} {} and is {}", then.dialect, before.when, now.dialect);
        return Err(Failure::other(fact, "name a dialect with tables named like the sources: `--dialect`"));
    }
    Ok((find_dialect(&now.dialect)?, [Some(then.bound()), Some(now.bound())]))
}

fn laid(before: &Then, after: &Then, bounds: Bounds) -> Result<Bridge, Failure> {
    let [then, now] = bounds;
    let before = Asked {
        side: before.session.side(&before.when),
        bound: then,
        metric: before.metric,
        request: before.request.clone(),
    };
    let after = Asked {
        side: after.session.side(&after.when),
        bound: now,
        metric: after.metric,
        request: after.request.clone(),
    };
    bridge(&before, &after).map_err(|Apart { fact, help }| Failure::other(fact, help))
}

fn emitted(
    before: &Then,
    after: &Then,
    bridge: &Bridge,
    options: &Options,
    dialect: &'static Dialect,
) -> Result<Made, Box<crate::diagnostic::Diagnostic>> {
    let names = [0, 1].map(|at| bridge.model.metric(bridge.request.metrics[at]).name.to_string());
    let agreed = |then: &Then, name: &String| {
        let agreed = Agreement::in_session(&then.session).metric(then.metric);
        Agreed { name: name.clone(), ..agreed }
    };
    let metrics = [agreed(before, &names[0]), agreed(after, &names[1])];
    let column = |then: &Then, name: &String| {
        format!("{} is {} of {}", emit::word(name), emit::word(&options.metric), then.revision)
    };
    let disclosures = Disclosures::of(&after.session.model);
    let provenance = Provenance {
        metrics: metrics.iter().collect(),
        disclosed: disclosures.lines(std::iter::once(after.metric)),
        columns: vec![column(before, &names[0]), column(after, &names[1])],
        filters: options.filter.iter().cloned().collect(),
        asked: Some(Question::Bridge(options.line(before, after))),
        ..Provenance::default()
    };
    let what =
        Emission { request: &bridge.request, title: None, do_not_aggregate: false, provenance: Some(&provenance) };
    let standing = provenance.standing();
    let statement = emit::emit(&bridge.model, &what, dialect, &bridge.binding)?;
    Ok(Made { sql: statement.sql, dialect, metrics: metrics.clone(), standing })
}

impl Options {
    /// The question as it is typed, with commits in place of what moves.
    fn line(&self, before: &Then, after: &Then) -> String {
        let by = (!self.by.is_empty()).then(|| self.by.join(","));
        let options = [
            ("--from", before.commit.as_deref()),
            ("--to", after.commit.as_deref()),
            ("--by", by.as_deref()),
            ("--where", self.filter.as_deref()),
            ("--during", self.during.as_deref()),
            ("--warehouse", self.warehouse.as_deref()),
            ("--dialect", self.dialect.as_deref()),
        ];
        shell::line(std::slice::from_ref(&self.metric), &options)
    }
}
