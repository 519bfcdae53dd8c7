//! What is said of a metric besides its formula, and of teams.

use super::building::Building;
use super::definitions::Facts;
use super::errors::{meaning, names as name_errors, types as type_errors};
use super::formula::Formula;
use super::{accents, expr, keys, literals, periods, sources, windows};
use crate::model::{Grain, Metric, MetricExpr, MetricId, Period, Status, Team, TeamId, Unit};
use crate::source::Span;
use crate::syntax::ast::{self, AttributeKind, TeamItem};
use rustc_hash::FxHashMap;

/// All teams. What they are paid on is looked up among the metrics.
pub fn teams(building: &mut Building) {
    for written in building.names.teams.iter() {
        let mut team = Team {
            name: written.name.text.clone(),
            title: written.title.as_ref().map(|title| title.value.clone()),
            leads: Vec::new(),
            members: Vec::new(),
            paid_on: None,
            span: written.name.span,
        };
        for item in &written.items {
            match item {
                TeamItem::Lead(lead) => team.leads.push(lead.value.clone()),
                TeamItem::Members(members) => team.members.extend(members.iter().map(|text| text.value.clone())),
                TeamItem::PaidOn { metrics, .. } => {
                    let found = metrics.iter().filter_map(|name| metric_id(building, name)).collect::<Vec<_>>();
                    team.paid_on.get_or_insert_default().extend(found);
                }
            }
        }
        building.model.teams.push(team);
    }
}

fn metric_id(building: &mut Building, name: &ast::Name) -> Option<MetricId> {
    match building.names.metrics.find(name) {
        Ok(at) => Some(MetricId(at as u32)),
        Err(diagnostic) => {
            building.found.push(diagnostic);
            None
        }
    }
}

fn team_id(building: &mut Building, name: &ast::Name) -> Option<TeamId> {
    match building.names.teams.find(name) {
        Ok(at) => Some(TeamId(at as u32)),
        Err(diagnostic) => {
            building.found.push(diagnostic);
            None
        }
    }
}

/// A metric with its attributes.
pub fn metric(building: &mut Building, written: &ast::Metric, formula: MetricExpr, facts: Facts) -> Metric {
    let mut metric = Metric {
        name: written.name.text.clone(),
        title: written.title.as_ref().map(|title| title.value.clone()),
        formula,
        unit: facts.ty.unit.clone(),
        ty: facts.ty,
        additivity: facts.additivity,
        sources: facts.sources,
        time: *facts.time,
        only_totals: facts.only_totals,
        means: None,
        owner: None,
        agreed_by: Vec::new(),
        percent: false,
        fill: None,
        also: Vec::new(),
        guardrails: Vec::new(),
        variant_of: None,
        status: Status::Official,
        goal_up: None,
        format: None,
        grain: None,
        by: Vec::new(),
        only_by: false,
        tags: Vec::new(),
        tier: None,
        span: written.span,
        name_span: written.name.span,
    };
    let mut said: Vec<std::mem::Discriminant<AttributeKind>> = Vec::new();
    for attribute in &written.attributes {
        let kind = std::mem::discriminant(&attribute.kind);
        if said.contains(&kind)
            && !matches!(attribute.kind, AttributeKind::Also(_) | AttributeKind::Tags(_) | AttributeKind::Guardrail(_))
        {
            building.found.push(meaning::attribute_twice(attribute.span, attribute_name(&attribute.kind)));
            continue;
        }
        said.push(kind);
        apply(building, attribute, &mut metric);
    }
    if metric.unit == Unit::Any {
        metric.unit = Unit::PLAIN;
    }
    metric.ty.unit = metric.unit.clone();
    metric
}

fn attribute_name(kind: &AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Title(_) => "title",
        AttributeKind::Means(_) => "means",
        AttributeKind::Owner(_) => "owner",
        AttributeKind::AgreedBy(_) => "agreed by",
        AttributeKind::Unit(_) => "unit",
        AttributeKind::Also(_) => "also",
        AttributeKind::Guardrail(_) => "guardrail",
        AttributeKind::VariantOf { .. } => "variant of",
        AttributeKind::Status(_) => "status",
        AttributeKind::Goal { .. } => "goal",
        AttributeKind::Format(_) => "format",
        AttributeKind::Grain(_) => "grain",
        AttributeKind::By { .. } => "by",
        AttributeKind::Fill(_) => "fill",
        AttributeKind::Tags(_) => "tags",
        AttributeKind::Tier(_) => "tier",
    }
}

fn apply(building: &mut Building, attribute: &ast::Attribute, metric: &mut Metric) {
    match &attribute.kind {
        AttributeKind::Title(text) => metric.title = Some(text.value.clone()),
        AttributeKind::Means(text) => metric.means = Some(text.value.clone()),
        AttributeKind::Owner(name) => metric.owner = team_id(building, name),
        AttributeKind::AgreedBy(names) => {
            metric.agreed_by = names.iter().filter_map(|name| team_id(building, name)).collect();
        }
        AttributeKind::Unit(written) => unit(building, written, metric),
        AttributeKind::Also(texts) => metric.also.extend(texts.iter().map(|text| text.value.clone())),
        AttributeKind::Guardrail(names) => {
            for name in names {
                metric.guardrails.extend(other_metric(building, name, metric, "guardrail"));
            }
        }
        AttributeKind::VariantOf { metric: name, because } => {
            let of = other_metric(building, name, metric, "variant of");
            metric.variant_of = of.map(|of| (of, because.value.clone()));
        }
        AttributeKind::Status(ast::Status::Draft) => metric.status = Status::Draft,
        AttributeKind::Status(ast::Status::Official) => metric.status = Status::Official,
        AttributeKind::Status(ast::Status::Deprecated { since, instead }) => {
            let since = since.as_ref().and_then(|text| match literals::date(text) {
                Ok(date) => Some(date),
                Err(diagnostic) => {
                    building.found.push(diagnostic);
                    None
                }
            });
            let instead = instead.as_ref().and_then(|name| other_metric(building, name, metric, "use"));
            metric.status = Status::Deprecated { since, instead };
        }
        AttributeKind::Goal { up } => metric.goal_up = Some(*up),
        AttributeKind::Format(text) => metric.format = Some(text.value.clone()),
        AttributeKind::Grain(name) => match Grain::named(&name.text) {
            Some(grain) => {
                let period = Period::Standard(grain);
                let said = format!("`{}`", metric.name);
                let allowed = periods::grain_is_allowed(building, period, &said, &metric.time, name.span);
                metric.grain = allowed.then_some(grain);
            }
            None => building.found.push(meaning::not_asked_of_key(name.span, &name.text)),
        },
        AttributeKind::By { keys: written, only } => {
            metric.only_by = *only;
            if !metric.sources.is_empty() {
                let keys = keys::keys(building, written, &metric.sources.clone());
                for key in &keys {
                    periods::key_is_allowed(building, key, &format!("`{}`", metric.name), &metric.time);
                }
                metric.by = keys;
            }
        }
        AttributeKind::Fill(value) => metric.fill = fill(building, metric, value),
        AttributeKind::Tags(names) => metric.tags.extend(names.iter().map(|name| name.text.clone())),
        AttributeKind::Tier(name) => metric.tier = Some(name.text.clone()),
    }
}

/// `fill 0`: a constant of the metric's kind, and an axis whose periods can be filled.
fn fill(building: &mut Building, metric: &Metric, written: &ast::Expr) -> Option<MetricExpr> {
    let value = expr::check(written, &mut Formula::new(building));
    if metric.ty.is_broken() || value.ty.is_broken() {
        return None;
    }
    match windows::filled(&metric.formula, value, written.span) {
        Ok(value) => Some(value),
        Err(diagnostic) => {
            building.found.push(diagnostic);
            None
        }
    }
}

fn other_metric(building: &mut Building, name: &ast::Name, metric: &Metric, attribute: &str) -> Option<MetricId> {
    if name.text == metric.name {
        building.found.push(name_errors::attribute_metric_itself(name.span, attribute, &metric.name));
        return None;
    }
    metric_id(building, name)
}

/// The declared unit has to be the one that the formula gives; where the formula gives none it is taken as said.
fn unit(building: &mut Building, written: &ast::UnitName, metric: &mut Metric) {
    if metric.ty.is_broken() {
        return;
    }
    let declared = sources::unit(written);
    metric.percent = written.times.len() == 1 && written.times[0].text == "percent" && written.per.is_empty();
    if metric.unit == Unit::Any || declared == metric.unit || counts(&metric.formula, &declared) {
        metric.unit = declared;
    } else {
        building.found.push(type_errors::wrong_unit(written.span, &declared, &metric.unit));
    }
}

/// The unit that a metric declares, where the formula leaves that to it.
pub fn declared_unit(written: &ast::Metric, formula: &MetricExpr, derived: &Unit) -> Option<Unit> {
    let unit = written.attributes.iter().find_map(|attribute| match &attribute.kind {
        AttributeKind::Unit(unit) => Some(sources::unit(unit)),
        _ => None,
    })?;
    (*derived == Unit::Any || counts(formula, &unit)).then_some(unit)
}

/// "Counting gives the unit named after the metric or declared": a count of rows may be called what its owner calls it.
fn counts(formula: &MetricExpr, declared: &Unit) -> bool {
    use crate::model::{Aggregate, Kind, MetricLeaf};
    let aggregate = match &formula.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => measure.aggregate,
        Kind::Leaf(MetricLeaf::Per(per)) => per.aggregate,
        Kind::Leaf(MetricLeaf::Filtered { inner, .. } | MetricLeaf::Total { inner, .. }) => {
            return counts(inner, declared);
        }
        _ => return false,
    };
    let is_count = matches!(
        aggregate,
        Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct | Aggregate::ApproxCountDistinct
    );
    is_count && matches!(declared, Unit::Of(powers) if powers.len() == 1 && powers[0].1 == 1)
}

/// Names, titles and synonyms, after folding: nobody may claim a synonym that another metric goes by.
pub fn claims(building: &mut Building) {
    let mut claimed: FxHashMap<String, (MetricId, Span)> = FxHashMap::default();
    for (at, written) in building.names.metrics.iter().enumerate() {
        claimed.insert(folded(&written.name.text), (MetricId(at as u32), written.name.span));
    }
    for (at, written) in building.names.metrics.iter().enumerate() {
        if let Some(title) = &written.title {
            claimed.entry(folded(&title.value)).or_insert((MetricId(at as u32), title.span));
        }
    }
    for (at, written) in building.names.metrics.iter().enumerate() {
        for attribute in &written.attributes {
            let AttributeKind::Also(texts) = &attribute.kind else { continue };
            for text in texts {
                let id = MetricId(at as u32);
                match claimed.get(&folded(&text.value)) {
                    Some((holder, other)) if *holder != id => {
                        let holder = &building.names.metrics.at(holder.0 as usize).name.text;
                        building.found.push(name_errors::claimed(text.span, &text.value, holder, *other));
                    }
                    Some(_) => {}
                    None => {
                        claimed.insert(folded(&text.value), (id, text.span));
                    }
                }
            }
        }
    }
}

/// Letters and digits alone, in lower case and without accents: `Net sales`, `net_sales` and `NÉT-SALES` are one name.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    let letters = text.chars().filter(|letter| letter.is_alphanumeric()).map(accents::without);
    letters.flat_map(char::to_lowercase).collect()
}
