//! The items of blocks, each in the cells that stand in columns.

use super::Printer;
use super::expr::comparison;
use super::lines::{WHOLE_BLOCK, width};
use crate::source::Span;
use crate::syntax::ast::{
    AttributeKind, Column, Declaration, During, DuringKind, Join, ReportItem, SourceItem, Status, TeamItem, UnitName,
};
use std::ops::Range;

/// An item: its tokens, and how it is printed.
pub struct Item {
    pub tokens: Range<usize>,
    pub class: u8,
    pub cells: Vec<String>,
}

/// What is known of an item before its end is: where its first part stands, and how many words stand before that.
struct Begun {
    place: Span,
    words: usize,
    class: u8,
    cells: Vec<String>,
}

impl Printer<'_> {
    /// The items of a block, whose tokens end with the closing brace.
    pub fn items(&self, declaration: &Declaration, block: Range<usize>) -> Vec<Item> {
        let mut begun: Vec<Begun> = match declaration {
            Declaration::Team(team) => team.items.iter().map(|item| self.team_item(item)).collect(),
            Declaration::Source(source) => source.items.iter().map(|item| self.source_item(item)).collect(),
            Declaration::Metric(metric) => {
                metric.attributes.iter().map(|item| self.attribute(&item.kind, item.span)).collect()
            }
            Declaration::Dimension(dimension) => {
                let paths = dimension.paths.iter().map(|(source, path)| Begun {
                    place: source.span,
                    words: 0,
                    class: 1,
                    cells: vec![self.name(source), self.path(path)],
                });
                // Of texts in a row without a comma between them, each begins a list of its own.
                let mut accepted: Vec<Vec<Span>> = Vec::new();
                for text in &dimension.accepted {
                    let before = self.token_at(text.span.start as usize).saturating_sub(1);
                    match accepted.last_mut() {
                        Some(list) if self.tokens[before].is(self.text, ",") => list.push(text.span),
                        _ => accepted.push(vec![text.span]),
                    }
                }
                let accepted = accepted.iter().map(|list| Begun {
                    place: list[0],
                    words: 1,
                    class: 0,
                    cells: vec![format!("accepted {}", self.list(list, |text| self.verbatim(*text)))],
                });
                paths.chain(accepted).collect()
            }
            Declaration::Report(report) => report.items.iter().map(|item| self.report_item(item)).collect(),
            Declaration::Calendar(calendar) => calendar
                .grains
                .iter()
                .map(|(grain, column)| Begun {
                    place: grain.span,
                    words: 1,
                    class: 1,
                    cells: vec![format!("grain {}", self.name(grain)), format!("= {}", self.name(column))],
                })
                .collect(),
        };
        begun.sort_by_key(|item| item.place.start);
        let starts: Vec<usize> =
            begun.iter().map(|item| self.token_at(item.place.start as usize) - item.words).collect();
        let ends: Vec<usize> = starts.iter().skip(1).copied().chain([block.end.saturating_sub(1)]).collect();
        let items = begun.into_iter().zip(starts.into_iter().zip(ends));
        items.map(|(Begun { class, cells, .. }, (start, end))| Item { tokens: start..end, class, cells }).collect()
    }

    fn team_item(&self, item: &TeamItem) -> Begun {
        let (place, words, cells) = match item {
            TeamItem::Lead(text) => (text.span, 1, ["lead".to_owned(), self.verbatim(text.span)]),
            TeamItem::Members(texts) => {
                let all = self.list(texts, |text| self.verbatim(text.span));
                (texts.first().map_or_else(Span::default, |text| text.span), 1, ["members".to_owned(), all])
            }
            TeamItem::PaidOn { metrics, span } if metrics.is_empty() => {
                (*span, 0, ["paid on".to_owned(), "nothing".to_owned()])
            }
            TeamItem::PaidOn { metrics, span } => {
                (*span, 0, ["paid on".to_owned(), self.list(metrics, |metric| self.name(metric))])
            }
        };
        Begun { place, words, class: WHOLE_BLOCK, cells: cells.into() }
    }

    fn source_item(&self, item: &SourceItem) -> Begun {
        let begun = |place, class, cells| Begun { place, words: 0, class, cells };
        match item {
            SourceItem::Key { columns, span } => {
                begun(*span, 1, vec!["key".to_owned(), self.list(columns, |column| self.name(column))])
            }
            SourceItem::Time { column, span } => begun(*span, 1, vec!["time".to_owned(), self.name(column)]),
            SourceItem::Column(column) => begun(column.span, 2, vec![self.name(&column.name), self.column(column)]),
            SourceItem::Derived(derived) => {
                let name = self.name(&derived.name);
                let value = self.laid(&derived.value, 5 + width(&name), 4, 0);
                begun(derived.span, 3, vec![name, format!("= {value}")])
            }
            SourceItem::Join(join) => begun(join.span, 4, self.join(join)),
        }
    }

    /// What stands after a column's name.
    fn column(&self, column: &Column) -> String {
        let mut out = self.type_name(&column.ty);
        if column.nullable {
            out.push('?');
        }
        if let Some(unit) = &column.unit {
            out.push_str(&format!(" in {}", self.unit(unit)));
        }
        for check in &column.checks {
            out.push_str(&format!(" check {} {}", comparison(check.op), self.flat(&check.value)));
        }
        out
    }

    fn unit(&self, unit: &UnitName) -> String {
        let side = |names: &[crate::syntax::ast::Name]| {
            names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(" * ")
        };
        if unit.per.is_empty() { side(&unit.times) } else { format!("{} per {}", side(&unit.times), side(&unit.per)) }
    }

    fn join(&self, join: &Join) -> Vec<String> {
        let pairs: Vec<String> = join
            .on
            .iter()
            .map(|pair| match &pair.there {
                Some(there) => format!("{} = {}", self.name(&pair.here), self.name(there)),
                None => self.name(&pair.here),
            })
            .collect();
        let mut on = format!("on {}", pairs.join(" and "));
        if let Some(valid) = &join.valid {
            let (moment, from, to) = (self.name(&valid.moment), self.name(&valid.from), self.name(&valid.to));
            on.push_str(&format!(" valid {moment} between {from} and {to}"));
        }
        if join.loops {
            on.push_str(" loops");
        }
        vec![format!("join {}", self.name(&join.name)), format!("to {}", self.name(&join.target)), on]
    }

    fn attribute(&self, kind: &AttributeKind, place: Span) -> Begun {
        let text = |text: &crate::syntax::ast::Text| self.verbatim(text.span);
        let names = |names: &[crate::syntax::ast::Name]| self.list(names, |name| self.name(name));
        let (word, value) = match kind {
            AttributeKind::Title(title) => ("title", text(title)),
            AttributeKind::Means(means) => ("means", text(means)),
            AttributeKind::Owner(owner) => ("owner", self.name(owner)),
            AttributeKind::AgreedBy(teams) => ("agreed by", names(teams)),
            AttributeKind::Unit(unit) => ("unit", self.unit(unit)),
            AttributeKind::Also(texts) => ("also", self.list(texts, text)),
            AttributeKind::Guardrail(metrics) => ("guardrail", names(metrics)),
            AttributeKind::VariantOf { metric, because } => {
                // Too long to give the others its column.
                let cells = vec![format!("variant of {} because {}", self.name(metric), text(because))];
                return Begun { place, words: 0, class: 0, cells };
            }
            AttributeKind::Status(status) => ("status", self.status(status)),
            AttributeKind::Goal { up } => ("goal", if *up { "up" } else { "down" }.to_owned()),
            AttributeKind::Format(format) => ("format", text(format)),
            AttributeKind::Grain(grain) => ("grain", self.name(grain)),
            AttributeKind::By { keys, only: false } => ("by", self.paths(keys)),
            AttributeKind::By { keys, only: true } => ("only by", self.paths(keys)),
            AttributeKind::Fill(value) => ("fill", self.flat(value)),
            AttributeKind::Tags(tags) => ("tags", names(tags)),
            AttributeKind::Tier(tier) => ("tier", self.name(tier)),
        };
        Begun { place, words: 0, class: WHOLE_BLOCK, cells: vec![word.to_owned(), value] }
    }

    fn status(&self, status: &Status) -> String {
        match status {
            Status::Draft => "draft".to_owned(),
            Status::Official => "official".to_owned(),
            Status::Deprecated { since, instead } => {
                let since = since.as_ref().map(|date| format!(" since {}", self.date(date))).unwrap_or_default();
                let instead = instead.as_ref().map(|name| format!(" use {}", self.name(name))).unwrap_or_default();
                format!("deprecated{since}{instead}")
            }
        }
    }

    fn report_item(&self, item: &ReportItem) -> Begun {
        let names = |names: &[crate::syntax::ast::Name]| self.list(names, |name| self.name(name));
        let of_first = |spans: Option<Span>| spans.unwrap_or_default();
        let (place, words, word, value) = match item {
            ReportItem::Owner(owner) => (owner.span, 1, "owner", self.name(owner)),
            ReportItem::Means(means) => (means.span, 1, "means", self.verbatim(means.span)),
            ReportItem::Show(metrics) => (of_first(metrics.first().map(|it| it.span)), 1, "show", names(metrics)),
            ReportItem::By(keys) => (of_first(keys.first().map(|it| it.span)), 1, "by", self.paths(keys)),
            ReportItem::Where(filter) => (filter.span, 1, "where", self.laid(filter, 9, 4, 0)),
            ReportItem::Having(filter) => (filter.span, 1, "having", self.laid(filter, 9, 4, 0)),
            ReportItem::During(during) => (during.span, 1, "during", self.during(during)),
            ReportItem::Order(keys) => {
                let first = keys.first().map(|key| key.path.span).unwrap_or_default();
                // A key may have a sign before it.
                let signed = self.token_at(first.start as usize).saturating_sub(1);
                let words = if self.tokens[signed].is(self.text, "-") { 3 } else { 2 };
                let keys = self
                    .list(keys, |key| format!("{}{}", self.path(&key.path), if key.descending { " desc" } else { "" }));
                (first, words, "order", format!("by {keys}"))
            }
            ReportItem::Limit { rows, span } => (*span, 0, "limit", rows.to_string()),
        };
        Begun { place, words, class: WHOLE_BLOCK, cells: vec![word.to_owned(), value] }
    }

    fn during(&self, during: &During) -> String {
        let end =
            |date: &Option<crate::syntax::ast::DateText>| date.as_ref().map(|date| self.date(date)).unwrap_or_default();
        match &during.kind {
            DuringKind::Between { from, to } => format!("{}..{}", end(from), end(to)),
            DuringKind::Period(date) => self.date(date),
            DuringKind::Last { count, unit } => format!("last {count} {}", self.name(unit)),
            DuringKind::This { unit } => format!("this {}", self.name(unit)),
        }
    }
}
