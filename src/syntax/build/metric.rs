//! Metrics and their attributes.

use super::{Builder, first, has, of};
use crate::source::Span;
use crate::syntax::ast::{Attribute, AttributeKind, Expr, ExprKind, Metric, Name, Status};
use crate::syntax::grammar::{Pair, Rule};

/// Each attribute's keyword, with the whole as it is typed.
const ATTRIBUTES: [(&str, &str); 17] = [
    ("title", "title 'Revenue'"),
    ("means", "means 'Money from completed orders.'"),
    ("owner", "owner finance"),
    ("agreed", "agreed by sales, marketing"),
    ("unit", "unit usd per order"),
    ("also", "also 'net sales', 'turnover'"),
    ("guardrail", "guardrail refund_rate"),
    ("variant", "variant of revenue because 'the board reports it alone'"),
    ("status", "status draft | official | deprecated since 2026-01-01 use other_metric"),
    ("goal", "goal up | down"),
    ("format", "format '0.0%'"),
    ("grain", "grain month"),
    ("by", "by month, customer.region"),
    ("only", "only by month, customer.region"),
    ("fill", "fill 0"),
    ("tags", "tags board, weekly"),
    ("tier", "tier gold"),
];

impl Builder<'_> {
    pub(super) fn metric(&mut self, pair: Pair) -> Option<Metric> {
        let (name, title) = self.head(&pair)?;
        let span = self.span(&pair);
        let formula = first(&pair, Rule::scoped).map(|formula| self.scoped(formula))?;
        let mut attributes = Vec::new();
        for attribute in first(&pair, Rule::attributes).into_iter().flat_map(|all| of(all, Rule::attribute)) {
            let span = self.span(&attribute);
            let Some(inner) = attribute.into_inner().next() else { continue };
            if inner.as_rule() == Rule::unknown {
                self.unknown(&inner, "metric", &ATTRIBUTES);
                continue;
            }
            attributes.extend(self.attribute(&inner).map(|kind| Attribute { kind, span }));
        }
        Some(Metric { name, title, formula, attributes, span })
    }

    fn attribute(&mut self, pair: &Pair) -> Option<AttributeKind> {
        let text = |builder: &mut Self| first(pair, Rule::text).map(|text| builder.text(&text));
        let name = |builder: &mut Self| first(pair, Rule::name).map(|name| builder.name(&name));
        let names = |builder: &mut Self| first(pair, Rule::names).map(|names| builder.names(names));
        Some(match pair.as_rule() {
            Rule::title => AttributeKind::Title(text(self)?),
            Rule::means => AttributeKind::Means(text(self)?),
            Rule::owner => AttributeKind::Owner(name(self)?),
            Rule::agreed => AttributeKind::AgreedBy(names(self)?),
            Rule::in_unit_of => AttributeKind::Unit(first(pair, Rule::unit).map(|unit| self.unit(&unit))?),
            Rule::also => AttributeKind::Also(first(pair, Rule::texts).map(|texts| self.texts(texts))?),
            Rule::guardrail => AttributeKind::Guardrail(names(self)?),
            Rule::variant => AttributeKind::VariantOf { metric: name(self)?, because: text(self)? },
            Rule::status => AttributeKind::Status(self.status(pair)),
            Rule::goal => AttributeKind::Goal { up: has(pair, Rule::kw_up) },
            Rule::format => AttributeKind::Format(text(self)?),
            Rule::grain => AttributeKind::Grain(name(self)?),
            Rule::by => AttributeKind::By {
                keys: first(pair, Rule::paths).map(|paths| self.paths(paths))?,
                only: has(pair, Rule::kw_only),
            },
            Rule::fill => {
                let number = first(pair, Rule::number)?;
                let span = self.span(&number);
                AttributeKind::Fill(Expr { kind: ExprKind::Number(number.as_str().trim_end().into()), span })
            }
            Rule::tags => AttributeKind::Tags(names(self)?),
            Rule::tier => AttributeKind::Tier(match name(self) {
                Some(name) => name,
                None => {
                    let number = first(pair, Rule::tier_number)?;
                    let span: Span = self.span(&number);
                    Name { text: number.as_str().trim_end().into(), span, quoted: false }
                }
            }),
            _ => return None,
        })
    }

    fn status(&mut self, pair: &Pair) -> Status {
        let Some(deprecated) = first(pair, Rule::deprecated) else {
            return if has(pair, Rule::kw_draft) { Status::Draft } else { Status::Official };
        };
        let since = first(&deprecated, Rule::since).and_then(|since| first(&since, Rule::date));
        let instead = first(&deprecated, Rule::use_other).and_then(|other| first(&other, Rule::name));
        Status::Deprecated {
            since: since.map(|date| self.date_text(&date)),
            instead: instead.map(|name| self.name(&name)),
        }
    }
}
