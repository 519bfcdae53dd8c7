//! The items of sources.

use super::expr::check_op;
use super::{Builder, first, has, of};
use crate::suggest::closest;
use crate::syntax::ast::{
    Column, ColumnCheck, Derived, Join, JoinPair, Name, SourceItem, TypeName, UnitName, Validity,
};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::{errors, items};

impl Builder<'_> {
    pub(super) fn source_item(&mut self, item: Pair) -> Option<SourceItem> {
        let item = item.into_inner().next()?;
        let span = self.span(&item);
        Some(match item.as_rule() {
            Rule::key => {
                let columns = first(&item, Rule::names).map(|names| self.names(names))?;
                SourceItem::Key { columns, span }
            }
            Rule::time => {
                let column = first(&item, Rule::name).map(|name| self.name(&name))?;
                SourceItem::Time { column, span }
            }
            Rule::join => SourceItem::Join(self.join(item)?),
            _ => {
                if let Some(value) = first(&item, Rule::expr) {
                    let name = first(&item, Rule::name).map(|name| self.name(&name))?;
                    let value = self.expr(value);
                    return Some(SourceItem::Derived(Derived { name, value, span }));
                }
                let text = item.as_str();
                let column = self.column(item)?;
                if self.is_slip(&column, text) {
                    return None;
                }
                SourceItem::Column(column)
            }
        })
    }

    /// Whether what has the form of a column is a slip: a name without a type, before the name of the next line; or a
    /// misspelt keyword, `kye order_id`.
    fn is_slip(&mut self, column: &Column, text: &str) -> bool {
        let (name, ty) = (&column.name, &column.ty);
        if items::TYPES.contains(&ty.name.text.as_str()) {
            return false;
        }
        let between = (name.span.end - column.span.start) as usize..(ty.span.start - column.span.start) as usize;
        if text.get(between).is_some_and(|between| between.contains('\n')) {
            self.found.push(errors::no_type(name.span, &name.text));
            return true;
        }
        let bare = ty.arguments.is_empty() && !column.nullable && column.unit.is_none() && column.checks.is_empty();
        if !bare || name.quoted || closest(&ty.name.text, items::TYPES).is_some() {
            return false;
        }
        if name.text == "join" {
            self.found.push(errors::join_without_on(column.span));
            return true;
        }
        let Some(source) = items::of("source") else { return false };
        let Some(near) = closest(&name.text, source.known.iter().map(|(word, _)| *word)) else { return false };
        self.found.push(errors::unknown_item(name.span, &name.text, "source", source.usage(near), &[]));
        true
    }

    fn column(&mut self, pair: Pair) -> Option<Column> {
        let span = self.span(&pair);
        let name = first(&pair, Rule::name).map(|name| self.name(&name))?;
        let ty = first(&pair, Rule::type_name).map(|ty| self.type_name(&ty))?;
        let unit = first(&pair, Rule::in_unit).and_then(|unit| first(&unit, Rule::unit)).map(|unit| self.unit(&unit));
        let mut checks = Vec::new();
        for check in of(pair.clone(), Rule::check) {
            let check_span = self.span(&check);
            let op = first(&check, Rule::compare).map(|op| check_op(&op));
            let value = first(&check, Rule::sum).map(|value| self.sum_expr(value));
            if let (Some(op), Some(value)) = (op, value) {
                checks.push(ColumnCheck { op, value, span: check_span });
            }
        }
        Some(Column { name, ty, nullable: has(&pair, Rule::question), unit, checks, span })
    }

    pub(super) fn unit(&mut self, pair: &Pair) -> UnitName {
        let side = |builder: &mut Self, rule| {
            let side = first(pair, rule).map(|side| of(side, Rule::name).map(|name| builder.name(&name)).collect());
            side.unwrap_or_default()
        };
        UnitName { times: side(self, Rule::unit_times), per: side(self, Rule::unit_per), span: self.span(pair) }
    }

    fn join(&mut self, pair: Pair) -> Option<Join> {
        let span = self.span(&pair);
        let mut names: Vec<Name> = of(pair.clone(), Rule::name).map(|name| self.name(&name)).collect();
        let (target, name) = (names.pop()?, names.pop()?);
        let mut on = Vec::new();
        for joined in of(pair.clone(), Rule::join_pair) {
            let mut sides = of(joined, Rule::name).map(|side| self.name(&side)).collect::<Vec<_>>().into_iter();
            on.extend(sides.next().map(|here| JoinPair { here, there: sides.next() }));
        }
        let valid = first(&pair, Rule::valid).and_then(|valid| {
            let span = self.span(&valid);
            let mut names: Vec<Name> = of(valid, Rule::name).map(|name| self.name(&name)).collect();
            let (to, from, moment) = (names.pop()?, names.pop()?, names.pop()?);
            Some(Validity { moment, from, to, span })
        });
        Some(Join { name, target, on, valid, loops: has(&pair, Rule::loops), span })
    }
}

/// `time date` is the time axis if a column `date` is declared, else a column `time` of that type; so too `key date`.
pub(super) fn settle_words(items: &mut [SourceItem]) {
    let declared: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            SourceItem::Column(column) => Some(column.name.text.clone()),
            SourceItem::Derived(column) => Some(column.name.text.clone()),
            _ => None,
        })
        .collect();
    for item in items {
        let (word, name, span) = match item {
            SourceItem::Time { column, span } => ("time", column.clone(), *span),
            SourceItem::Key { columns, span } if columns.len() == 1 => ("key", columns[0].clone(), *span),
            _ => continue,
        };
        if name.quoted || !items::TYPES.contains(&name.text.as_str()) || declared.contains(&name.text) {
            continue;
        }
        let word_span = crate::source::Span { end: span.start + word.len() as u32, ..span };
        *item = SourceItem::Column(Column {
            name: Name { text: word.into(), span: word_span, quoted: false },
            ty: TypeName { span: name.span, name, arguments: Vec::new() },
            nullable: false,
            unit: None,
            checks: Vec::new(),
            span,
        });
    }
}
