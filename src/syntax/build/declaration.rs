//! Declarations: each is a head, with the name, and the items of its block.

use super::{Builder, first, of};
use crate::source::Span;
use crate::syntax::ast::{
    Attribute, Calendar, Declaration, Dimension, Expr, Metric, Name, Path, Report, ReportItem, Source, SourceItem,
    Team, TeamItem, Text,
};
use crate::syntax::grammar::{Pair, Rule};

/// What stands before the block.
pub struct Head {
    pub name: Name,
    pub title: Option<Text>,
    /// Of a metric.
    pub formula: Option<Expr>,
    /// Of a calendar: its source and the column of days.
    pub from_at: Option<(Name, Name)>,
}

/// The items of a block, by the kind of declaration.
pub enum Body {
    Team(Vec<TeamItem>),
    Source(Vec<SourceItem>),
    Metric(Vec<Attribute>),
    Dimension { paths: Vec<(Name, Path)>, accepted: Vec<Text> },
    Report(Vec<ReportItem>),
    Calendar(Vec<(Name, Name)>),
}

impl Body {
    /// The body without items of what a keyword begins.
    pub fn empty(keyword: &str) -> Option<Body> {
        Some(match keyword {
            "team" => Body::Team(Vec::new()),
            "source" => Body::Source(Vec::new()),
            "metric" => Body::Metric(Vec::new()),
            "dimension" => Body::Dimension { paths: Vec::new(), accepted: Vec::new() },
            "report" => Body::Report(Vec::new()),
            "calendar" => Body::Calendar(Vec::new()),
            _ => return None,
        })
    }
}

impl Head {
    /// The declaration that a head and a body make; none of a metric without its formula.
    pub fn with(self, body: Body, span: Span) -> Option<Declaration> {
        let Head { name, title, formula, from_at } = self;
        Some(match body {
            Body::Team(items) => Declaration::Team(Team { name, title, items, span }),
            Body::Source(mut items) => {
                super::source::settle_words(&mut items);
                Declaration::Source(Source { name, title, items, span })
            }
            Body::Metric(attributes) => {
                Declaration::Metric(Metric { name, title, formula: formula?, attributes, span })
            }
            Body::Dimension { paths, accepted } => {
                Declaration::Dimension(Dimension { name, title, paths, accepted, span })
            }
            Body::Report(items) => Declaration::Report(Report { name, title, items, span }),
            Body::Calendar(grains) => {
                let (source, at) = from_at?;
                Declaration::Calendar(Calendar { name, title, source, at, grains, span })
            }
        })
    }
}

/// The declaration that a pair stands for. `None` only for a pair that is none.
pub fn declaration(builder: &mut Builder, pair: Pair) -> Option<Declaration> {
    let span = builder.span(&pair);
    let mut body = Body::empty(keyword(pair.as_rule()))?;
    let mut parts = pair.into_inner();
    let head = builder.head(parts.next()?)?;
    for part in parts {
        builder.items(part, &mut body);
    }
    // Of a tree that was cut off nothing can be said.
    head.with(body, span).filter(|_| !builder.deep)
}

fn keyword(rule: Rule) -> &'static str {
    match rule {
        Rule::team => "team",
        Rule::source => "source",
        Rule::metric => "metric",
        Rule::dimension => "dimension",
        Rule::report => "report",
        Rule::calendar => "calendar",
        _ => "",
    }
}

impl Builder<'_> {
    /// What stands before the block of a declaration.
    pub fn head(&mut self, pair: Pair) -> Option<Head> {
        let title = first(&pair, Rule::text).map(|text| self.text(&text));
        let formula = first(&pair, Rule::scoped).map(|formula| self.scoped(formula));
        let mut names = of(pair, Rule::name).map(|name| self.name(&name)).collect::<Vec<_>>().into_iter();
        Some(Head { name: names.next()?, title, formula, from_at: names.next().zip(names.next()) })
    }

    /// Adds the items of a block to a body of its kind.
    pub fn items(&mut self, pair: Pair, body: &mut Body) {
        for item in pair.into_inner() {
            match body {
                Body::Team(items) => items.extend(self.team_item(item)),
                Body::Source(items) => items.extend(self.source_item(item)),
                Body::Metric(attributes) => attributes.extend(self.attribute(item)),
                Body::Dimension { paths, accepted } => self.dimension_item(item, paths, accepted),
                Body::Report(items) => items.extend(self.report_item(item)),
                Body::Calendar(grains) => {
                    let mut pair = of(item, Rule::name).map(|name| self.name(&name)).collect::<Vec<_>>().into_iter();
                    grains.extend(pair.next().zip(pair.next()));
                }
            }
        }
    }

    fn team_item(&mut self, item: Pair) -> Option<TeamItem> {
        let span = self.span(&item);
        let item = item.into_inner().next()?;
        Some(match item.as_rule() {
            Rule::lead => TeamItem::Lead(first(&item, Rule::text).map(|text| self.text(&text))?),
            Rule::members => TeamItem::Members(first(&item, Rule::texts).map(|texts| self.texts(texts))?),
            _ => {
                let metrics = first(&item, Rule::names).map(|names| self.names(names)).unwrap_or_default();
                TeamItem::PaidOn { metrics, span }
            }
        })
    }

    fn dimension_item(&mut self, item: Pair, paths: &mut Vec<(Name, Path)>, accepted: &mut Vec<Text>) {
        let Some(item) = item.into_inner().next() else { return };
        if item.as_rule() == Rule::accepted {
            accepted.extend(first(&item, Rule::texts).map(|texts| self.texts(texts)).unwrap_or_default());
        } else {
            let source = first(&item, Rule::name).map(|name| self.name(&name));
            let path = first(&item, Rule::path).map(|path| self.path(&path));
            paths.extend(source.zip(path));
        }
    }
}
