//! Reports, field by field.

use super::beside::{Beside, altered, apart, beside, quoted};
use super::written::{Between, place};
use super::{Change, Class, Kind, Place};
use crate::meaning::formula_text;
use crate::model::{Key, MetricExpr, MetricId, Model, Order, OrderBy, PerSource, Report, Request, RowExpr, TeamId};
use crate::source::Span;
use crate::syntax::ast::{Declaration, ReportItem};
use smol_str::SmolStr;

pub fn compare(between: &mut Between, all: &mut Vec<Change>) {
    let (base, now) = (between.base.model, between.now.model);
    for each in beside(&base.reports, &now.reports, |report| report.name.as_str()) {
        match each {
            Beside::Gone(_, report) => {
                let fact = format!("the report `{}` is removed", report.name);
                let place = Place::Base(report.span);
                all.push(Change::new(Class::Breaking, Kind::Report, report.name.as_str(), place, fact));
            }
            Beside::New(_, report) => {
                let fact = format!("the report `{}` is new", report.name);
                let place = Place::Now(report.span);
                all.push(Change::new(Class::Additive, Kind::Report, report.name.as_str(), place, fact));
            }
            Beside::Both((_, a), (_, b)) => both(between, a, b, all),
        }
    }
}

/// Where items of both reports stand that are of a kind.
fn spans(between: &Between, name: &SmolStr, is: fn(&ReportItem) -> Option<Span>) -> [Option<Span>; 2] {
    match between.both("report", name) {
        Some([Declaration::Report(before), Declaration::Report(after)]) => {
            [before.items.iter().find_map(is), after.items.iter().find_map(is)]
        }
        _ => [None, None],
    }
}

fn both(between: &mut Between, a: &Report, b: &Report, all: &mut Vec<Change>) {
    let Report { name, title, owner, means, request, span: _ } = a;
    #[rustfmt::skip]
    let Request {
        // Parts are those of published ratios, and sources those of a request without metrics: reports have neither.
        parts: _, sources: _, span: _,
        metrics, keys, filter, range, having, order, limit,
    } = request;
    let (base, now) = (between.base.model, between.now.model);
    let said = format!("the report `{name}`");
    let here = Place::Now(b.span);
    let change =
        |class: Class, place: Place, fact: String| Change::new(class, Kind::Report, name.as_str(), place, fact);
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("'{text}'"));
    let fact = altered("title", &said, quote(title), quote(&b.title));
    all.extend(fact.map(|fact| change(Class::Presentation, here, fact)));
    if means != &b.means {
        let fact = format!("the sentence that says what {said} is about is another");
        all.push(change(Class::Presentation, here, fact).texts(means.as_deref(), b.means.as_deref()));
    }
    let team = |model: &Model, owner: Option<TeamId>| owner.map(|id| format!("`{}`", model.team(id).name));
    let fact = altered("owner", &said, team(base, *owner), team(now, b.owner));
    all.extend(fact.map(|fact| change(Class::Trust, here, fact)));

    let show = |model: &Model, metrics: &[MetricId]| -> Vec<SmolStr> {
        metrics.iter().map(|id| model.metric(*id).name.clone()).collect()
    };
    let (was, is) = (show(base, metrics), show(now, &b.request.metrics));
    let (gone, new) = apart(&was, &is);
    if !gone.is_empty() {
        all.push(change(Class::Breaking, here, format!("{said} no longer shows {}", quoted(&gone))));
    }
    if !new.is_empty() {
        all.push(change(Class::Additive, here, format!("{said} also shows {}", quoted(&new))));
    }
    if gone.is_empty() && new.is_empty() && was != is {
        all.push(change(Class::Presentation, here, format!("{said} shows its metrics in another order")));
    }
    let names = |keys: &[Key]| keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>();
    let (was, is) = (names(keys), names(&b.request.keys));
    let (gone, new) = apart(&was, &is);
    if !gone.is_empty() {
        all.push(change(Class::Breaking, here, format!("{said} no longer has a row for each {}", quoted(&gone))));
    }
    if !new.is_empty() {
        let change = change(Class::Meaning, here, format!("{said} has a row for each {}", quoted(&new)));
        all.push(change.undecided("each of its numbers is of fewer rows"));
    }
    if gone.is_empty() && new.is_empty() && was != is {
        all.push(change(Class::Presentation, here, format!("{said} has its keys in another order")));
    }

    let filters = spans(between, name, |item| match item {
        ReportItem::Where(it) => Some(it.span),
        _ => None,
    });
    if let Some(texts) = between.reworded(filters[0], filters[1]) {
        let same = row_digests(between, 0, filter.as_ref()) == row_digests(between, 1, b.request.filter.as_ref());
        let place = place(filters[0], filters[1]);
        let change = match same {
            true => change(Class::Refactor, place, format!("the filter of {said} is put otherwise and means the same")),
            false => change(Class::Meaning, place, format!("{said} is of other rows")),
        };
        all.push(change.texts(texts.before, texts.after));
    }
    let conditions = spans(between, name, |item| match item {
        ReportItem::Having(it) => Some(it.span),
        _ => None,
    });
    let text = |model: &Model, having: &Option<MetricExpr>| having.as_ref().map(|it| formula_text(model, it));
    let (was, is) = (text(base, having), text(now, &b.request.having));
    if was != is {
        let fact = format!("{said} shows the rows of other values (`having`)");
        let place = place(conditions[0], conditions[1]);
        all.push(change(Class::Meaning, place, fact).texts(was.as_deref(), is.as_deref()));
    }
    if range != &b.request.range {
        let during = spans(between, name, |item| match item {
            ReportItem::During(it) => Some(it.span),
            _ => None,
        });
        let place = place(during[0], during[1].or(Some(b.span)));
        let before = during[0].map(|span| between.base.sources.slice(span));
        let after = during[1].map(|span| between.now.sources.slice(span));
        all.push(change(Class::Meaning, place, format!("{said} is of another time")).texts(before, after));
    }
    let ordered = |model: &Model, request: &Request, order: &[Order]| -> Vec<(String, bool)> {
        let by = |by: &OrderBy| match by {
            OrderBy::Key(at) => request.keys[*at].name.to_string(),
            OrderBy::Metric(at) => model.metric(request.metrics[*at]).name.to_string(),
        };
        order.iter().map(|order| (by(&order.by), order.descending)).collect()
    };
    if ordered(base, request, order) != ordered(now, &b.request, &b.request.order) {
        let limited = limit.is_some() || b.request.limit.is_some();
        let class = if limited { Class::Meaning } else { Class::Presentation };
        let fact = match limited {
            true => format!("{said} is ordered otherwise, and its limit then leaves other rows"),
            false => format!("{said} is ordered otherwise"),
        };
        all.push(change(class, here, fact));
    }
    let rows = |limit: Option<u64>| limit.map(|rows| rows.to_string());
    let fact = altered("limit", &said, rows(*limit), rows(b.request.limit));
    all.extend(fact.map(|fact| change(Class::Meaning, here, fact)));
}

/// A filter source by source.
fn row_digests(
    between: &mut Between,
    side: usize,
    filter: Option<&PerSource<RowExpr>>,
) -> Vec<(SmolStr, crate::meaning::canonical::Digest)> {
    let model = [between.base.model, between.now.model][side];
    let canonical = &mut between.canonical[side];
    let each = filter.iter().flat_map(|filter| filter.iter());
    each.map(|(source, expr)| (model.source(source).name.clone(), canonical.row_digest(source, expr))).collect()
}
