//! Reports, and the parts of a request that a command line has too.

use super::{Builder, first, has, of};
use crate::syntax::ast::{DateText, During, DuringKind, OrderKey, ReportItem};
use crate::syntax::grammar::{Pair, Rule};

impl Builder<'_> {
    pub(super) fn report_item(&mut self, item: Pair) -> Option<ReportItem> {
        let item = item.into_inner().next()?;
        let span = self.span(&item);
        Some(match item.as_rule() {
            Rule::owner => ReportItem::Owner(first(&item, Rule::name).map(|name| self.name(&name))?),
            Rule::means => ReportItem::Means(first(&item, Rule::text).map(|text| self.text(&text))?),
            Rule::show => ReportItem::Show(first(&item, Rule::names).map(|names| self.names(names))?),
            Rule::report_by => ReportItem::By(first(&item, Rule::paths).map(|paths| self.paths(paths))?),
            Rule::where_clause => ReportItem::Where(first(&item, Rule::expr).map(|expr| self.expr(expr))?),
            Rule::having => ReportItem::Having(first(&item, Rule::expr).map(|expr| self.expr(expr))?),
            Rule::during_item => ReportItem::During(first(&item, Rule::during).and_then(|it| during(self, it))?),
            Rule::order => ReportItem::Order(first(&item, Rule::order_keys).map(|keys| order_keys(self, keys))?),
            _ => {
                let rows = first(&item, Rule::integer).map(|rows| self.number(&rows, u64::MAX))?;
                ReportItem::Limit { rows, span }
            }
        })
    }
}

/// A range of time.
pub fn during(builder: &mut Builder, pair: Pair) -> Option<During> {
    let span = builder.span(&pair);
    let inner = pair.into_inner().next()?;
    let kind = match inner.as_rule() {
        Rule::last_periods => {
            let count = first(&inner, Rule::integer).map(|count| builder.number(&count, u32::MAX))?;
            DuringKind::Last { count, unit: first(&inner, Rule::name).map(|unit| builder.name(&unit))? }
        }
        Rule::this_period => DuringKind::This { unit: first(&inner, Rule::name).map(|unit| builder.name(&unit))? },
        Rule::range_until => DuringKind::Between { from: None, to: dates(builder, &inner).next() },
        _ => {
            let mut ends = dates(builder, &inner);
            let from = ends.next()?;
            if has(&inner, Rule::dots) {
                DuringKind::Between { from: Some(from), to: ends.next() }
            } else {
                DuringKind::Period(from)
            }
        }
    };
    Some(During { kind, span })
}

fn dates(builder: &Builder, pair: &Pair) -> std::vec::IntoIter<DateText> {
    let dates: Vec<DateText> = of(pair.clone(), Rule::date_text).map(|date| builder.date_text(&date)).collect();
    dates.into_iter()
}

/// `-revenue, month`, `month, revenue desc`
pub fn order_keys(builder: &mut Builder, pair: Pair) -> Vec<OrderKey> {
    let mut keys = Vec::new();
    for key in of(pair, Rule::order_key) {
        let descending = has(&key, Rule::minus) || has(&key, Rule::kw_desc);
        keys.extend(first(&key, Rule::path).map(|path| OrderKey { path: builder.path(&path), descending }));
    }
    keys
}
