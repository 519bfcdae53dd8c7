//! The whole way from a request to a vetted statement, said once.

mod asserted;
pub mod dbt;
mod disclosure;
mod header;
mod provenance;
mod published;
pub mod spelling;

pub use asserted::Asserted;
pub use disclosure::Disclosures;
pub use header::{Header, Stated};
pub use provenance::{Agreed, Provenance, Question, Standing, one_line, word};
pub use published::stored;

use crate::assertion;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::warehouse as codes;
use crate::dialect::Dialect;
use crate::model::{Join, Metric, Model, Request, SourceId, Status};
use crate::plan::{self, Plan, Scan};
use crate::source::Span;
use crate::sql::binding::Binding;
use crate::sql::query::Relation;
use crate::sql::{Unsupported, lower, render};
use crate::vet::{self, Allowed};
use std::collections::BTreeSet;

/// What is to be emitted, and how it is introduced.
pub struct Emission<'e> {
    pub request: &'e Request,
    /// A report's title.
    pub title: Option<&'e str>,
    pub do_not_aggregate: bool,
    /// Who stands behind it; nothing for a statement that goes to nobody.
    pub provenance: Option<&'e Provenance<'e>>,
}

/// A statement that was vetted.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: String,
}

/// Plans, lowers, renders and vets. Fails at the request's or the metric's place if the warehouse cannot say it.
pub fn emit(
    model: &Model,
    what: &Emission,
    dialect: &Dialect,
    binding: &Binding,
) -> Result<Statement, Box<Diagnostic>> {
    let plan = plan::plan(model, what.request);
    let sql = statement(model, what, &plan, dialect, binding)?;
    check(model, what, &plan, &sql, dialect, binding)?;
    Ok(Statement { sql })
}

/// The statement's text, not yet vetted: for a caller who knows that this very text was vetted before.
pub fn statement(
    model: &Model,
    what: &Emission,
    plan: &Plan,
    dialect: &Dialect,
    binding: &Binding,
) -> Result<String, Box<Diagnostic>> {
    let mut query = lower(plan, model, dialect, binding);
    query.header = header(model, what, plan, dialect);
    render(&query, dialect, &model.calendar.timezone).map_err(|unsupported| {
        let metric = what.request.metrics.first().map(|id| model.metric(*id));
        let (span, name) = match metric {
            Some(metric) => (metric.name_span, metric.name.as_str()),
            None => (what.request.span, "this"),
        };
        cannot(span, name, dialect, &unsupported)
    })
}

fn cannot(span: Span, name: &str, dialect: &Dialect, unsupported: &Unsupported) -> Box<Diagnostic> {
    let fact = format!("{} cannot compute `{name}`: it has no exact {}", dialect.title, unsupported.construct);
    Box::new(
        Diagnostic::new(&codes::WAREHOUSE_CANNOT, span, fact)
            .label(format!("needs {}", unsupported.construct))
            .help("ask another warehouse for it, or define it without that"),
    )
}

/// Vets a statement against what its plan may read.
pub fn check(
    model: &Model,
    what: &Emission,
    plan: &Plan,
    sql: &str,
    dialect: &Dialect,
    binding: &Binding,
) -> Result<(), Box<Diagnostic>> {
    vet::vet(sql, dialect, &allowed(model, plan, dialect, binding)).map_err(|problem| {
        let span = what.request.metrics.first().map_or(what.request.span, |id| model.metric(*id).name_span);
        not_vetted(span, dialect, &problem)
    })
}

fn not_vetted(span: Span, dialect: &Dialect, problem: &str) -> Box<Diagnostic> {
    let fact = format!("the statement for {} did not pass its grammar: {problem}", dialect.title);
    Box::new(
        Diagnostic::new(&codes::NOT_VETTED, span, fact)
            .label("nothing is written that is not vetted")
            .help("this is a fault of the compiler: report it with this definition"),
    )
}

fn allowed(model: &Model, plan: &Plan, dialect: &Dialect, binding: &Binding) -> Allowed {
    let mut allowed = Allowed::default();
    for id in sources(plan) {
        let source = model.source(id);
        if let Relation::Physical(parts) = binding.relation(&source.name) {
            let columns = source.columns.iter().filter(|column| column.derived.is_none());
            let columns = columns.map(|column| vet::written(dialect, &binding.column(&source.name, &column.name)));
            let parts = parts.iter().map(|part| vet::written(dialect, part)).collect();
            allowed.tables.entry(parts).or_default().extend(columns);
        }
    }
    allowed
}

/// Every source that a plan reads.
fn sources(plan: &Plan) -> BTreeSet<SourceId> {
    let mut sources = BTreeSet::new();
    for scan in plan.scans() {
        sources.insert(scan.source);
        sources.extend(scan.hops.iter().map(|hop| hop.source));
    }
    sources
}

/// The comment above a statement: what it is, whose, how it was vetted, and what it takes for granted.
fn header(model: &Model, what: &Emission, plan: &Plan, dialect: &Dialect) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(title) = what.title {
        let name = what.provenance.and_then(|known| known.report).map_or("report".to_owned(), |it| word(&it.name));
        lines.push(format!("{name} ({title})"));
    }
    for id in &what.request.metrics {
        describe(model, model.metric(*id), &mut lines);
    }
    if let Some(provenance) = what.provenance {
        provenance.lines(&mut lines);
    }
    if what.do_not_aggregate {
        lines.push("do not aggregate: sums or averages of these values are not values of the metric".to_owned());
    }
    for source in assumed_unique(model, plan) {
        let source = model.source(source);
        let key: Vec<&str> = source.key.iter().map(|column| source.column(*column).name.as_str()).collect();
        lines.push(format!("assumes: {}.{} is unique", source.name, key.join(", ")));
    }
    lines.extend(assumed_versions(model, plan).into_iter().map(|versions| format!("assumes: {versions}")));
    lines.push(looked_at(dialect));
    lines.push(format!("etalon {}", env!("CARGO_PKG_VERSION")));
    lines.iter().map(|line| if line.starts_with(INDENT) { line.clone() } else { one_line(line) }).collect()
}

/// What sets a line of what a metric means apart from the facts.
const INDENT: &str = "  ";

/// How a statement was looked at, and no more than that.
fn looked_at(dialect: &Dialect) -> String {
    format!(
        "{} {}; {}; parsed as {} by {}; objects behind these names not examined",
        dialect.title,
        dialect.version,
        dialect.proof.says(),
        dialect.grammar_name,
        vet::GRAMMARS
    )
}

fn describe(model: &Model, metric: &Metric, lines: &mut Vec<String>) {
    let title = metric.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    let status = match &metric.status {
        Status::Draft => "; DRAFT".to_owned(),
        Status::Official => String::new(),
        Status::Deprecated { since, instead } => {
            let since = since.map(|date| format!(" since {date}")).unwrap_or_default();
            let instead = instead.map(|id| format!(", use {}", model.metric(id).name)).unwrap_or_default();
            format!("; DEPRECATED{since}{instead}")
        }
    };
    let owner = metric.owner.map(|team| format!("; owner {}", word(&model.team(team).name))).unwrap_or_default();
    let unit = match metric.percent {
        true => "; unit percent".to_owned(),
        false if metric.unit.is_plain() => String::new(),
        false => format!("; unit {}", metric.unit),
    };
    lines.push(format!("{}{title}{unit}{owner}{status}", word(&metric.name)));
    if let Some(means) = &metric.means {
        let said = means.lines().map(|line| one_line(line.trim())).filter(|line| !line.is_empty());
        lines.extend(said.map(|line| format!("{INDENT}{line}")));
    }
}

/// The sources whose keys have to be unique for no row to count twice: those joined to, and those counted by rank.
fn assumed_unique(model: &Model, plan: &Plan) -> BTreeSet<SourceId> {
    let mut joined = BTreeSet::new();
    for scan in plan.scans() {
        let by_key = joins(model, scan).filter(|join| assertion::versions(model, join).is_none());
        joined.extend(by_key.map(|join| join.target));
        if !scan.lookups.is_empty() {
            joined.insert(scan.source);
        }
    }
    joined.retain(|source| !model.source(*source).key.is_empty());
    joined
}

/// The versions that must not overlap for no row to count twice.
fn assumed_versions(model: &Model, plan: &Plan) -> BTreeSet<String> {
    plan.scans().flat_map(|scan| joins(model, scan)).filter_map(|join| assertion::versions(model, join)).collect()
}

/// The joins of a scan.
fn joins<'m>(model: &'m Model, scan: &Scan) -> impl Iterator<Item = &'m Join> {
    scan.hops.iter().map(|hop| {
        let holder = if hop.from == 0 { scan.source } else { scan.hops[hop.from - 1].source };
        model.source(holder).join(hop.join)
    })
}
