//! A model, rows and requests as texts: what a failure prints, what is made smaller, and what is read and checked.

use etalon::check::asked::{self, Asked};
use etalon::diagnostic::{Diagnostic, Found, Severity};
use etalon::meaning::{Data, Value};
use etalon::model::{Calendar, Model, Request, SourceId};
use etalon::project::config;
use etalon::source::Sources;
use etalon::sql::binding::Binding;
use etalon::sql::seed;
use etalon::{check, dialect, emit, plan, syntax};
use std::fmt::{self, Display, Formatter};

/// A model and its rows.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The text of `etalon.yaml`.
    pub config: String,
    /// The model line by line: each item that can be left out is on a line of its own.
    pub lines: Vec<String>,
    pub tables: Vec<Rows>,
}

/// The rows of a source as a CSV file has them; nothing is null.
#[derive(Clone, Debug)]
pub struct Rows {
    pub source: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// What `etalon query` is asked, in its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub metrics: Vec<String>,
    pub by: Vec<String>,
    pub filter: Option<String>,
    pub having: Option<String>,
    pub during: Option<String>,
    pub order: Option<String>,
    pub limit: Option<u64>,
}

/// A world that was read and is sound.
pub struct Sound {
    pub model: Model,
    pub data: Data,
    pub sources: Sources,
}

/// The project's calendar.
pub fn calendar(yaml: &str) -> Result<Calendar, String> {
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let file = sources.add("etalon.yaml", yaml);
    let config = config::read(&sources, file, &mut found);
    if found.has_errors() { Err(said(found)) } else { Ok(config.calendar) }
}

/// Checks a model's text.
pub fn check(text: &str, calendar: &Calendar) -> Result<(Model, Sources), String> {
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let file = sources.add("model.metric", text);
    let ast = syntax::parse(&sources, &[file], &mut found);
    let model = check::check(&ast, calendar, &mut found);
    if found.has_errors() { Err(said(found)) } else { Ok((model, sources)) }
}

/// What was found, each with its code in front.
pub fn said(found: Found) -> String {
    let errors = found.sorted();
    let errors = errors.iter().filter(|each| each.code.severity == Severity::Error);
    errors.map(|each: &Diagnostic| format!("{} {}", each.code.id, each.message)).collect::<Vec<_>>().join("\n")
}

impl World {
    pub fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// Reads and checks all of it.
    pub fn read(&self) -> Result<Sound, String> {
        let (model, sources) = check(&self.text(), &calendar(&self.config)?)?;
        let mut data = Data::empty(&model);
        for table in &self.tables {
            if let Some(source) = model.source_named(&table.source) {
                load(&model, &mut data, source, table)?;
            }
        }
        Ok(Sound { model, data, sources })
    }
}

fn load(model: &Model, data: &mut Data, source: SourceId, table: &Rows) -> Result<(), String> {
    for row in &table.rows {
        let mut wrong = None;
        data.add(model, source, |column| {
            let column = model.source(source).column(column);
            let at = table.columns.iter().position(|name| *name == column.name)?;
            let Some(text) = &row[at] else { return Some(Value::Null) };
            let value = Value::read(text, column.ty.base);
            value.map_err(|fact| wrong = Some(format!("{}.{}: {fact}", table.source, column.name))).ok()
        });
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
    }
    Ok(())
}

impl Sound {
    /// Checks a request.
    pub fn request(&mut self, query: &Query) -> Result<Request, String> {
        let mut found = Found::default();
        let asked = Asked {
            metrics: &query.metrics,
            by: &query.by,
            filter: query.filter.as_deref(),
            having: query.having.as_deref(),
            during: query.during.as_deref(),
            order: query.order.as_deref(),
            limit: query.limit,
        };
        asked::request(&asked, &self.model, &mut self.sources, &mut found).ok_or_else(|| said(found))
    }

    /// The statement in each of these dialects.
    pub fn compile(&self, request: &Request, dialects: &[&str]) -> Vec<Result<String, String>> {
        let plan = plan::plan(&self.model, request);
        let what = emit::Emission { request, title: None, do_not_aggregate: false, provenance: None };
        let compile = |name: &&str| {
            let dialect = dialect::find(name).expect("a dialect is asked by its name");
            let binding = Binding::plain();
            let sql = emit::statement(&self.model, &what, &plan, dialect, &binding).map_err(|error| one(&error))?;
            emit::check(&self.model, &what, &plan, &sql, dialect, &binding).map_err(|error| one(&error))?;
            Ok(sql)
        };
        dialects.iter().map(compile).collect()
    }

    /// What fills an engine with the rows.
    pub fn seed(&self, engine: &str) -> String {
        let dialect = dialect::find(engine).expect("every engine has a dialect");
        let binding = Binding::plain();
        let table = |at: usize| {
            let id = SourceId(at as u32);
            let table = seed::Table { source: self.model.source(id), dialect, binding: &binding };
            table.statements(&self.data, id).expect("every engine has every type")
        };
        (0..self.model.sources.len()).map(table).collect()
    }
}

fn one(error: &Diagnostic) -> String {
    format!("{} {}", error.code.id, error.message)
}

impl Display for World {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "etalon.yaml:\n{}\nmodel:\n{}", self.config, self.text())?;
        for table in &self.tables {
            writeln!(f, "{}:\n  {}", table.source, table.columns.join(","))?;
            // A calendar is long, and the same for all of an era.
            let shown = if table.source == "days" { 3 } else { table.rows.len() };
            for row in &table.rows[..shown.min(table.rows.len())] {
                let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
                writeln!(f, "  {}", cells.join(","))?;
            }
        }
        Ok(())
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "etalon query {}", self.metrics.join(" "))?;
        if !self.by.is_empty() {
            write!(f, " --by {}", self.by.join(","))?;
        }
        let options = [("where", &self.filter), ("having", &self.having), ("during", &self.during)];
        for (name, text) in options {
            if let Some(text) = text {
                write!(f, " --{name} \"{text}\"")?;
            }
        }
        if let Some(order) = &self.order {
            write!(f, " --order={order}")?;
        }
        self.limit.map_or(Ok(()), |limit| write!(f, " --limit {limit}"))
    }
}
