//! The attributes of metrics.

use super::{Builder, first, has};
use crate::source::Span;
use crate::syntax::ast::{Attribute, AttributeKind, Expr, ExprKind, Name, Status};
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn attribute(&mut self, pair: Pair) -> Option<Attribute> {
        let span = self.span(&pair);
        let kind = self.attribute_kind(&pair.into_inner().next()?)?;
        Some(Attribute { kind, span })
    }

    fn attribute_kind(&mut self, pair: &Pair) -> Option<AttributeKind> {
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
