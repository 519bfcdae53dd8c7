//! The evaluator as an engine: what the definitions say, computed on a case's rows without any SQL.

use super::case::Case;
use super::markdown::{Cell, Table};
use super::rows::{Answer, Value};
use etalon::check::asked::{self, Asked};
use etalon::diagnostic::{Diagnostic, Found};
use etalon::dialect::Dialect;
use etalon::meaning::{self, Data};
use etalon::model::{Calendar, Model, Request, SourceId};
use etalon::project::{Project, config};
use etalon::source::Sources;
use etalon::sql::binding::Binding;
use etalon::sql::seed;
use etalon::{check, emit, syntax};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A case's model and rows.
pub struct Reference {
    model: Model,
    data: Data,
    sources: Sources,
}

impl Reference {
    /// Reads a sound case. Fails with what is wrong with its model or its rows.
    pub fn of(case: &Case) -> Result<Reference, String> {
        let mut sources = Sources::default();
        let mut found = Found::default();
        let calendar = calendar(case)?;
        let file = sources.add("model.metric", case.model.as_str());
        let ast = syntax::parse(&sources, &[file], &mut found);
        let model = check::check(&ast, &calendar, &mut found);
        if found.has_errors() {
            return Err(said(found));
        }
        let mut data = Data::empty(&model);
        for (name, table) in &case.data {
            load(&model, &mut data, name, table)?;
        }
        Ok(Reference { model, data, sources })
    }

    /// Reads a project on the disk and the CSV files of a folder.
    pub fn of_project(root: &Path, rows: &Path) -> Result<Reference, String> {
        let mut found = Found::default();
        let project = Project::load(Some(root), &mut found).map_err(|failure| failure.to_string())?;
        let ast = syntax::parse(&project.sources, &project.files, &mut found);
        let model = check::check(&ast, &project.config.calendar, &mut found);
        if found.has_errors() {
            return Err(said(found));
        }
        let mut data = Data::empty(&model);
        for at in 0..model.sources.len() {
            let id = SourceId(at as u32);
            let path = rows.join(format!("{}.csv", model.source(id).name));
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            data.read_csv(&model, id, &text, true)
                .map_err(|fault| format!("{}:{}: {}", path.display(), fault.at.start, fault.fact))?;
        }
        Ok(Reference { model, data, sources: project.sources })
    }

    /// Everything that the project publishes, by the name of its file.
    pub fn published(&self) -> BTreeMap<String, Answer> {
        let publications = check::publications(&self.model, &mut Found::default());
        let answered = publications.into_iter().map(|publication| {
            let folder = match publication.what {
                check::Published::Metric(_) => "metrics",
                check::Published::Report(_) => "reports",
            };
            let name = format!("{folder}/{}.sql", publication.name);
            let answer = self.evaluated(&publication.request, today());
            (name.clone(), answer.unwrap_or_else(|error| panic!("{name}: {error}")))
        });
        answered.collect()
    }

    /// Answers a request, in the words after `etalon`.
    pub fn answer(&mut self, words: &[String]) -> Result<Answer, String> {
        let request = self.request(words)?;
        let now = Words::of(words).option("--now").map(str::parse::<Date>).transpose();
        self.evaluated(&request, now.map_err(|error| error.to_string())?.unwrap_or_else(today))
    }

    /// Checks a request, in the words after `etalon`.
    pub fn request(&mut self, words: &[String]) -> Result<Request, String> {
        let words = Words::of(words);
        let mut found = Found::default();
        let asked = Asked {
            metrics: &words.metrics,
            by: &words.by,
            filter: words.option("--where"),
            having: words.option("--having"),
            during: words.option("--during"),
            order: words.option("--order"),
            limit: words.option("--limit").and_then(|text| text.parse().ok()),
        };
        asked::request(&asked, &self.model, &mut self.sources, &mut found).ok_or_else(|| said(found))
    }

    /// The statement for a request in a dialect, as `etalon query --dialect` prints it.
    pub fn statement(&self, request: &Request, dialect: &Dialect) -> Result<String, Box<Diagnostic>> {
        let what = emit::Emission { request, title: None, do_not_aggregate: false, provenance: None };
        emit::emit(&self.model, &what, dialect, &Binding::plain()).map(|statement| statement.sql)
    }

    /// What fills an engine with the rows of these sources, as `etalon seed --dialect` prints it.
    pub fn seed(&self, names: &BTreeSet<&str>, dialect: &Dialect) -> Result<String, String> {
        let binding = Binding::plain();
        let sources = (0..self.model.sources.len()).map(|at| SourceId(at as u32));
        let given = sources.filter(|id| names.contains(self.model.source(*id).name.as_str()));
        let table = |id| seed::Table { source: self.model.source(id), dialect, binding: &binding };
        given.map(|id| table(id).statements(&self.data, id)).collect()
    }

    fn evaluated(&self, request: &Request, now: Date) -> Result<Answer, String> {
        let now = now.at(0, 0, 0, 0);
        let asked = meaning::Asked { model: &self.model, request, data: &self.data, now, conditions: None };
        let answer = meaning::evaluate(&asked).map_err(|fault| format!("{}: {}", fault.code.id, fault.message))?;
        Ok(Answer {
            columns: answer.columns.iter().map(|column| column.name.to_string()).collect(),
            rows: answer.rows.into_iter().map(|row| row.into_iter().map(value).collect()).collect(),
        })
    }
}

/// The engines count `last 3 months` from their own clocks.
fn today() -> Date {
    jiff::Zoned::now().date()
}

fn calendar(case: &Case) -> Result<Calendar, String> {
    if case.config.is_empty() {
        return Ok(Calendar::default());
    }
    let mut sources = Sources::default();
    let mut found = Found::default();
    let file = sources.add("etalon.yaml", case.config.as_str());
    let config = config::read(&sources, file, &mut found);
    if found.has_errors() { Err(said(found)) } else { Ok(config.calendar) }
}

fn said(found: Found) -> String {
    let lines = found.sorted();
    let whole = |each: &Diagnostic| {
        let more = each.notes.iter().chain(&each.help).map(|text| format!("\n  {text}")).collect::<String>();
        format!("{} {}\n  {}{more}", each.code.id, each.message, each.label)
    };
    lines.iter().map(whole).collect::<Vec<_>>().join("\n")
}

fn load(model: &Model, data: &mut Data, name: &str, table: &Table) -> Result<(), String> {
    let source = model.source_named(name).ok_or_else(|| format!("there is no source `{name}`"))?;
    for row in &table.rows {
        let mut wrong = None;
        data.add(model, source, |column| {
            let column = model.source(source).column(column);
            let at = table.columns.iter().position(|name| *name == column.name)?;
            match &row[at] {
                Cell::Null => Some(meaning::Value::Null),
                Cell::Quoted(text) | Cell::Bare(text) => match meaning::Value::read(text, column.ty.base) {
                    Ok(value) => Some(value),
                    Err(fact) => {
                        wrong = Some(format!("{name}.{}: {fact}", column.name));
                        None
                    }
                },
            }
        });
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
    }
    Ok(())
}

fn value(value: meaning::Value) -> Value {
    match value {
        meaning::Value::Null => Value::Null,
        meaning::Value::Boolean(truth) => Value::Boolean(truth),
        meaning::Value::Integer(_) | meaning::Value::Decimal { .. } => Value::Exact(value.to_string()),
        meaning::Value::Double(double) => Value::Double(double),
        meaning::Value::Text(text) => Value::Text(text.to_string()),
        meaning::Value::Date(_) | meaning::Value::Timestamp(_) | meaning::Value::Instant(_) => {
            Value::Time(value.to_string())
        }
    }
}

/// The words of `etalon query`.
struct Words {
    metrics: Vec<String>,
    by: Vec<String>,
    options: Vec<(String, String)>,
}

impl Words {
    fn of(words: &[String]) -> Words {
        let mut all = Words { metrics: Vec::new(), by: Vec::new(), options: Vec::new() };
        let mut words = words.iter().skip(1);
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                all.metrics.push(word.clone());
                continue;
            }
            let (name, text) = match word.split_once('=') {
                Some((name, text)) => (name.to_string(), text.to_string()),
                None => (word.clone(), words.next().cloned().unwrap_or_default()),
            };
            match name.as_str() {
                "--by" => all.by.extend(text.split(',').map(str::to_string)),
                _ => all.options.push((name, text)),
            }
        }
        all
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}
