//! Declarations, each from the one pair that the grammar took.

use super::{Builder, first, has, of};
use crate::suggest::closest;
use crate::syntax::ast::{Calendar, Declaration, Dimension, Name, Team, TeamItem, Text};
use crate::syntax::errors;
use crate::syntax::grammar::{Pair, Rule};

/// The declaration that a pair stands for. `None` only for a pair that is none.
pub fn declaration(builder: &mut Builder, pair: Pair) -> Option<Declaration> {
    Some(match pair.as_rule() {
        Rule::team => Declaration::Team(builder.team(pair)?),
        Rule::source => Declaration::Source(builder.source(pair)?),
        Rule::metric => Declaration::Metric(builder.metric(pair)?),
        Rule::dimension => Declaration::Dimension(builder.dimension(pair)?),
        Rule::report => Declaration::Report(builder.report(pair)?),
        Rule::calendar => Declaration::Calendar(builder.calendar(pair)?),
        _ => return None,
    })
}

impl Builder<'_> {
    /// The name and title that every declaration begins with.
    pub(super) fn head(&mut self, pair: &Pair) -> Option<(Name, Option<Text>)> {
        let name = first(pair, Rule::name).map(|name| self.name(&name))?;
        let title = first(pair, Rule::text).map(|text| self.text(&text));
        Some((name, title))
    }

    fn team(&mut self, pair: Pair) -> Option<Team> {
        let (name, title) = self.head(&pair)?;
        let span = self.span(&pair);
        let mut items = Vec::new();
        for item in of(pair, Rule::team_item).filter_map(|item| item.into_inner().next()) {
            let item_span = self.span(&item);
            match item.as_rule() {
                Rule::lead => items.extend(first(&item, Rule::text).map(|text| TeamItem::Lead(self.text(&text)))),
                Rule::members => {
                    items.extend(first(&item, Rule::texts).map(|texts| TeamItem::Members(self.texts(texts))));
                }
                Rule::paid_on => {
                    let metrics = first(&item, Rule::names).map(|names| self.names(names)).unwrap_or_default();
                    items.push(TeamItem::PaidOn { metrics, span: item_span });
                }
                _ => self.unknown(
                    &item,
                    "team",
                    &[
                        ("lead", "lead 'dana@acme.example'"),
                        ("members", "members 'a@acme.example', 'b@acme.example'"),
                        ("paid", "paid on revenue"),
                    ],
                ),
            }
        }
        Some(Team { name, title, items, span })
    }

    /// An item that the grammar knows nothing of: a misspelt keyword, or a right one with a wrong value.
    pub(super) fn unknown(&mut self, pair: &Pair, what: &str, known: &[(&str, &str)]) {
        let Some(name) = first(pair, Rule::name).map(|name| self.name(&name)) else { return };
        let error = match known.iter().find(|(word, _)| *word == name.text) {
            Some((word, usage)) => errors::wrong_value(self.span(pair), word, usage),
            None => {
                let near = closest(&name.text, known.iter().map(|(word, _)| *word));
                let usage = near.and_then(|near| known.iter().find(|(word, _)| *word == near)).map(|(_, usage)| *usage);
                let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
                errors::unknown_item(&name, what, usage, &words)
            }
        };
        self.found.push(error);
    }

    fn dimension(&mut self, pair: Pair) -> Option<Dimension> {
        let (name, title) = self.head(&pair)?;
        let span = self.span(&pair);
        let (mut paths, mut accepted) = (Vec::new(), Vec::new());
        for item in of(pair, Rule::dimension_item).filter_map(|item| item.into_inner().next()) {
            if item.as_rule() == Rule::accepted {
                accepted.extend(first(&item, Rule::texts).map(|texts| self.texts(texts)).unwrap_or_default());
            } else {
                let source = first(&item, Rule::name).map(|name| self.name(&name));
                let path = first(&item, Rule::path).map(|path| self.path(&path));
                paths.extend(source.zip(path));
            }
        }
        Some(Dimension { name, title, paths, accepted, span })
    }

    fn calendar(&mut self, pair: Pair) -> Option<Calendar> {
        let span = self.span(&pair);
        let title = first(&pair, Rule::text).map(|text| self.text(&text));
        let mut names: Vec<Name> = of(pair.clone(), Rule::name).map(|name| self.name(&name)).collect();
        let mut grains = Vec::new();
        for grain in of(pair.clone(), Rule::calendar_grain) {
            let mut pair: Vec<Name> = of(grain, Rule::name).map(|name| self.name(&name)).collect();
            if let (Some(column), Some(name)) = (pair.pop(), pair.pop()) {
                grains.push((name, column));
            }
        }
        debug_assert!(has(&pair, Rule::kw_calendar));
        let (at, source, name) = (names.pop()?, names.pop()?, names.pop()?);
        Some(Calendar { name, title, source, at, grains, span })
    }
}
