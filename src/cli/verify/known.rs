//! The statements that definitions compile to, as a pasted one may be held against them.

use super::super::bridge;
use super::super::build::{Build, Made, Meant};
use super::super::making::{Form, Making};
use super::super::provenance::Standings;
use super::super::query;
use super::super::session::Session;
use super::super::shell;
use crate::check::asked::request;
use crate::check::{Publication, Published};
use crate::diagnostic::{Failure, Found};
use crate::dialect::Dialect;
use crate::emit::{Header, Question, Standing};
use crate::vet::tokens::{Tokens, tokens};
use clap::Parser;
use rustc_hash::{FxHashMap, FxHashSet};

/// A statement that was found, with its tokens in each dialect that somebody asked for.
pub struct Pasted<'t> {
    pub text: &'t str,
    pub header: Header,
    /// What may be the name of a metric.
    words: FxHashSet<String>,
    tokens: FxHashMap<&'static str, Option<Tokens>>,
}

impl<'t> Pasted<'t> {
    pub fn new(text: &'t str) -> Self {
        let part = |letter: char| !letter.is_alphanumeric() && letter != '_';
        let words = text.split(part).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        Pasted { text, header: Header::read(text), words, tokens: FxHashMap::default() }
    }

    /// Its tokens by the grammar of a dialect.
    pub fn tokens(&mut self, dialect: &'static Dialect) -> Option<&Tokens> {
        self.tokens.entry(dialect.name).or_insert_with(|| tokens(self.text, dialect)).as_ref()
    }

    /// Whether a publication may be it: the header names it, or the names of all its metrics stand in it.
    fn may_be(&self, session: &Session, publication: &Publication) -> bool {
        let model = &session.model;
        if let Published::Report(id) = publication.what
            && let Some(report) = &self.header.report
        {
            return model.reports[id.0 as usize].name == report.name;
        }
        let named = |name: &str| self.header.metrics.iter().any(|metric| metric.name == name);
        let there = |name: &str| {
            let mut parts = name.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            parts.all(|part| part.is_empty() || self.words.contains(&part.to_lowercase()))
        };
        publication
            .request
            .metrics
            .iter()
            .map(|id| model.metric(*id).name.as_str())
            .all(|name| named(name) || there(name))
    }
}

/// A statement that definitions compile to.
pub struct Known {
    /// Where the compiler writes it, or how it is asked for.
    pub what: String,
    /// The warehouse or dialect.
    pub place: String,
    pub dialect: &'static Dialect,
    pub metrics: Vec<Meant>,
    pub report: Option<String>,
    pub standing: Standing,
    pub sql: String,
}

impl Known {
    /// Its metrics, with versions: `` `revenue@3` ``; of a report its name.
    pub fn name(&self) -> String {
        if let Some(report) = &self.report {
            return format!("the report `{report}`");
        }
        let name = |metric: &Meant| match metric.version {
            Some(version) => format!("`{}@{version}`", metric.name),
            None => format!("`{}`", metric.name),
        };
        match self.metrics.is_empty() {
            true => "a list of values".to_owned(),
            false => self.metrics.iter().map(name).collect::<Vec<_>>().join(", "),
        }
    }
}

/// What may be the statement that was found: the question its header asks, else what is published, as queries and as views
/// and tables. What does not compile is no candidate.
pub fn candidates(session: &mut Session, pasted: &Pasted) -> Result<Vec<Known>, Failure> {
    if let Some(asked) = &pasted.header.asked {
        let revision = pasted.header.revision.clone();
        let known = match asked {
            Question::Query(words) => question(session, words, revision.as_deref()),
            Question::Bridge(words) => bridged(session, words),
        };
        if let Some(known) = known {
            return Ok(vec![known]);
        }
    }
    let mut known = Vec::new();
    for form in [Form::Select, Form::View, Form::Table] {
        known.extend(published(session, form, pasted)?);
    }
    Ok(known)
}

fn published(session: &Session, form: Form, pasted: &Pasted) -> Result<Vec<Known>, Failure> {
    // A view is not the query in it, and is seen by its first word.
    if form != Form::Select && !pasted.words.contains("create") {
        return Ok(Vec::new());
    }
    let mut found = Found::default();
    let wanted = |publication: &Publication| pasted.may_be(session, publication);
    let making = Making::new(session, form, &[], pasted.header.revision.as_deref(), wanted, &mut found)?;
    let files = making.files(&Build::nowhere(), &mut Found::default(), &|| {})?;
    Ok(files.into_iter().filter_map(of_file).collect())
}

fn of_file(made: Made) -> Option<Known> {
    let report = made.path.contains("/reports/").then(|| {
        let name = made.path.rsplit('/').next().unwrap_or_default();
        name.trim_end_matches(".sql").to_owned()
    });
    Some(Known {
        what: made.path,
        place: made.warehouse,
        dialect: crate::dialect::find(made.dialect)?,
        metrics: made.metrics,
        report,
        standing: made.standing?,
        sql: made.sql,
    })
}

/// `revenue --by month --dialect duckdb`
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: query::Options,
}

fn question(session: &mut Session, asked: &str, revision: Option<&str>) -> Option<Known> {
    let words = std::iter::once("query".to_owned()).chain(shell::words(asked)?);
    let Line { options } = Line::try_parse_from(words).ok()?;
    let (dialect, binding) = session.target(options.warehouse.as_deref(), options.dialect.as_deref()).ok()?;
    let mut found = Found::default();
    let request = request(&options.question(), &session.model, &mut session.project.sources, &mut found)?;
    let sql = query::statement(session, &request, &options, revision, dialect, &binding).ok()?;
    let standings = Standings::asked(session, &request, revision);
    let provenance = standings.question(&request, &options);
    Some(Known {
        what: format!("etalon query {asked}"),
        place: options.warehouse.clone().unwrap_or_else(|| dialect.name.to_owned()),
        dialect,
        metrics: provenance.metrics.iter().copied().map(Meant::from).collect(),
        report: None,
        standing: provenance.standing(),
        sql,
    })
}

/// `revenue --from agreed --by month --dialect duckdb`
#[derive(Parser)]
struct BridgeLine {
    #[command(flatten)]
    options: bridge::Options,
}

fn bridged(session: &Session, asked: &str) -> Option<Known> {
    let words = std::iter::once("bridge".to_owned()).chain(shell::words(asked)?);
    let BridgeLine { options } = BridgeLine::try_parse_from(words).ok()?;
    let made = bridge::statement(session, &options).ok()??;
    Some(Known {
        what: format!("etalon bridge {asked}"),
        place: options.warehouse.clone().unwrap_or_else(|| made.dialect.name.to_owned()),
        dialect: made.dialect,
        metrics: made.metrics.iter().map(Meant::from).collect(),
        report: None,
        standing: made.standing,
        sql: made.sql,
    })
}
