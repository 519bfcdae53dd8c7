//! What the lock has to say of the definitions as they are.

use super::line::line;
use super::record::{Binding, Bound, Facts, Form, Kind, Status, said};
use super::side::{self, Side};
use crate::meaning::canonical::{Canonical, Digest};
use crate::meaning::{read_by_formula, read_by_keys};
use crate::model::{self, ColumnId, Key, KeyKind, Metric, MetricId, Model, Report, SourceId, TeamId};
use crate::sql::query::Relation;
use std::collections::BTreeSet;

/// The facts of every metric and report that people have to agree on, in order of kinds and names. The digest of the canonical
/// text is left out: it is as the definition's, and costs more.
pub fn facts(side: &Side) -> Vec<Facts> {
    let mut derivation = Derivation::of(side);
    let ids = (0..side.model.metrics.len()).map(|at| MetricId(at as u32));
    let mut all: Vec<Facts> = ids.filter_map(|id| derivation.metric(id)).collect();
    all.extend(side.model.reports.iter().map(|report| derivation.report(report)));
    all
}

/// The facts of some of them, each part worked out once.
pub struct Derivation<'s> {
    side: &'s Side<'s>,
    canonical: Canonical<'s>,
    footprints: Footprints<'s>,
}

impl<'s> Derivation<'s> {
    pub fn of(side: &'s Side<'s>) -> Self {
        let footprints = Footprints { model: side.model, known: vec![None; side.model.metrics.len()] };
        Derivation { side, canonical: Canonical::new(side.model), footprints }
    }

    /// Nothing for a draft.
    pub fn metric(&mut self, id: MetricId) -> Option<Facts> {
        let model = self.side.model;
        let metric = model.metric(id);
        let status = match metric.status {
            model::Status::Draft => return None,
            model::Status::Official => Status::Official,
            model::Status::Deprecated { .. } => Status::Deprecated,
        };
        let columns = metric.by.iter().filter(|key| matches!(key.kind, KeyKind::Column(_)));
        let mut cuts: Vec<(String, Digest)> =
            columns.map(|key| (key.name.to_string(), self.canonical.cut_digest(key, &metric.sources))).collect();
        cuts.sort();
        cuts.dedup();
        let mut columns = self.footprints.of(id).clone();
        columns.extend(read_by_keys(model, &metric.by, &metric.sources).columns);
        let (owner, parties) = parties(model, metric.owner, &metric.agreed_by);
        Some(Facts {
            kind: Kind::Metric,
            name: metric.name.to_string(),
            status,
            tier: metric.tier.as_ref().map(ToString::to_string),
            form: Form::CURRENT,
            definition: Some(self.canonical.digest(id)),
            statement: Some(statement(model, metric)),
            text: None,
            cuts,
            bindings: bindings(self.side, &columns),
            owner,
            parties,
        })
    }

    pub fn report(&mut self, report: &Report) -> Facts {
        of_report(self.side.model, report, &mut self.canonical)
    }

    /// A key as a metric's rows are cut by it.
    pub fn cut(&mut self, key: &Key, metric: MetricId) -> Digest {
        self.canonical.cut_digest(key, &self.side.model.metric(metric).sources)
    }
}

fn parties(model: &Model, owner: Option<TeamId>, others: &[TeamId]) -> (Option<String>, Vec<String>) {
    let name = |id: &TeamId| model.team(*id).name.to_string();
    let parties: BTreeSet<String> = owner.iter().chain(others).map(name).collect();
    (owner.as_ref().map(name), parties.into_iter().collect())
}

/// The sentence that people read, and agree to beside the formula.
fn statement(model: &Model, metric: &Metric) -> Digest {
    let mut lines = Vec::new();
    let mut say = |what: &str, words: &str| lines.push(line(&[what, words]));
    metric.title.iter().for_each(|title| say("title", title));
    metric.means.iter().for_each(|means| say("means", means));
    let also: BTreeSet<&String> = metric.also.iter().collect();
    also.into_iter().for_each(|name| say("also", name));
    say("unit", &if metric.percent { "percent".to_owned() } else { metric.unit.to_string() });
    metric.goal_up.iter().for_each(|up| say("goal", if *up { "up" } else { "down" }));
    metric.format.iter().for_each(|format| say("format", format));
    let guardrails: BTreeSet<&str> = metric.guardrails.iter().map(|id| model.metric(*id).name.as_str()).collect();
    guardrails.into_iter().for_each(|name| say("guardrail", name));
    if let Some((of, because)) = &metric.variant_of {
        say("variant", &line(&[model.metric(*of).name.as_str(), because]));
    }
    Digest::of_bytes(lines.join("\n"))
}

fn of_report(model: &Model, report: &Report, canonical: &mut Canonical) -> Facts {
    let request = &report.request;
    let sources: BTreeSet<SourceId> =
        request.metrics.iter().flat_map(|id| model.metric(*id).sources.iter().copied()).collect();
    let sources: Vec<SourceId> = sources.into_iter().chain(request.sources.iter().copied()).collect();
    let mut lines = Vec::new();
    let mut say = |fields: &[&str]| lines.push(line(fields));
    request.metrics.iter().for_each(|id| say(&["show", &model.metric(*id).name]));
    let keys: Vec<(String, Digest)> =
        request.keys.iter().map(|key| (key.name.to_string(), canonical.cut_digest(key, &sources))).collect();
    keys.iter().for_each(|(name, digest)| say(&["by", name, &said(digest)]));
    for (source, condition) in request.filter.iter().flat_map(|filter| filter.iter()) {
        say(&["where", &model.source(source).name, &said(&canonical.row_digest(source, condition))]);
    }
    if let Some(having) = &request.having {
        say(&["having", &said(&canonical.expr_digest(having))]);
    }
    if let Some(range) = &request.range {
        let bound = |bound: &Option<model::Bound>| match bound {
            None => "open".to_owned(),
            Some(model::Bound::Day(day)) => day.to_string(),
            Some(model::Bound::FromNow { periods, grain }) => format!("{periods} {} from now", grain.name()),
        };
        say(&["during", &bound(&range.from), &bound(&range.until)]);
    }
    for order in &request.order {
        let name = match order.by {
            model::OrderBy::Key(at) => request.keys[at].name.as_str(),
            model::OrderBy::Metric(at) => model.metric(request.metrics[at]).name.as_str(),
        };
        say(&["order", name, if order.descending { "descending" } else { "ascending" }]);
    }
    request.limit.iter().for_each(|limit| say(&["limit", &limit.to_string()]));
    let definition = Digest::of_bytes(lines.join("\n"));
    let words = [&report.title, &report.means].map(|text| text.as_deref().unwrap_or_default());
    let owners: Vec<TeamId> = match report.owner {
        Some(owner) => vec![owner],
        // A report that nobody owns is its metrics' owners'.
        None => request.metrics.iter().filter_map(|id| model.metric(*id).owner).collect(),
    };
    let (owner, parties) = parties(model, report.owner, &owners);
    Facts {
        kind: Kind::Report,
        name: report.name.to_string(),
        status: Status::Official,
        tier: None,
        form: Form::CURRENT,
        definition: Some(definition),
        statement: Some(Digest::of_bytes(line(&words))),
        text: None,
        cuts: keys,
        bindings: Vec::new(),
        owner,
        parties,
    }
}

/// What each warehouse calls these columns and their tables.
fn bindings(side: &Side, columns: &BTreeSet<(SourceId, ColumnId)>) -> Vec<Binding> {
    let each = side.warehouses.iter().map(|warehouse| binding(side.model, warehouse, columns));
    let mut all: Vec<Binding> = each.collect();
    all.sort();
    all
}

fn binding(model: &Model, warehouse: &side::Bound, columns: &BTreeSet<(SourceId, ColumnId)>) -> Binding {
    let mut lines = vec![line(&["dialect", warehouse.dialect])];
    let mut bound = Bound::Table;
    let mut last = None;
    for (source, column) in columns {
        let name = &model.source(*source).name;
        if last != Some(*source) {
            last = Some(*source);
            let own = warehouse.binding.sources.get(name);
            if let Some(query) = own.and_then(|own| own.query.as_ref()) {
                bound = Bound::Query;
                lines.push(line(&["query", name, query]));
            } else if let Relation::Physical(parts) = warehouse.binding.relation(name) {
                bound =
                    bound.max(if own.is_some_and(|own| own.table.is_some()) { Bound::Mapped } else { Bound::Table });
                let fields = ["table", name].into_iter().chain(parts.iter().map(String::as_str));
                lines.push(line(&fields.collect::<Vec<_>>()));
            }
        }
        let column = model.source(*source).column(*column);
        let physical = warehouse.binding.column(name, &column.name);
        if column.derived.is_none() && physical != column.name {
            bound = bound.max(Bound::Mapped);
            lines.push(line(&["column", name, &column.name, &physical]));
        }
    }
    Binding { warehouse: warehouse.name.to_owned(), bound, digest: Digest::of_bytes(lines.join("\n")) }
}

/// The columns that metrics rest on, however far away, each metric's worked out once.
struct Footprints<'m> {
    model: &'m Model,
    known: Vec<Option<BTreeSet<(SourceId, ColumnId)>>>,
}

impl Footprints<'_> {
    fn of(&mut self, id: MetricId) -> &BTreeSet<(SourceId, ColumnId)> {
        let at = id.0 as usize;
        if self.known[at].is_none() {
            let reads = read_by_formula(self.model, &self.model.metric(id).formula);
            let mut columns: BTreeSet<(SourceId, ColumnId)> = reads.columns.into_iter().collect();
            // A source whose rows are counted is read, whatever of its columns is.
            for source in &reads.sources {
                columns.extend(self.model.source(*source).key.iter().map(|column| (*source, *column)));
            }
            for upstream in reads.metrics {
                if upstream != id {
                    columns.extend(self.of(upstream).clone());
                }
            }
            self.known[at] = Some(columns);
        }
        self.known[at].get_or_insert_default()
    }
}
