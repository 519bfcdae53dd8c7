//! What may be asked of a model.

use super::definitions::{Built, Definitions};
use super::errors::{meaning, types as type_errors};
use super::expr::{self, Scope};
use super::{axes, formula, keys, literals, operators, periods};
use crate::diagnostic::Found;
use crate::model::{
    Base, Bound, Expr, Grain, Key, MetricExpr, MetricId, MetricLeaf, Model, Order, OrderBy, Over, Range, Report,
    Request, SourceId, Type,
};
use crate::resolve::Names;
use crate::source::Span;
use crate::syntax::ast::{self, DuringKind, ReportItem};
use jiff::civil::{Date, date};

/// What is asked, as it was written: on a command line or in a report.
#[derive(Debug, Default)]
pub struct Ask {
    pub metrics: Vec<ast::Name>,
    pub by: Vec<ast::Path>,
    pub filter: Option<ast::Expr>,
    pub having: Option<ast::Expr>,
    pub during: Option<ast::During>,
    pub order: Vec<ast::OrderKey>,
    pub limit: Option<u64>,
    /// A place for what is wrong with the whole.
    pub span: Span,
}

/// The same by reference: a report's parts stay in its tree.
struct Written<'w> {
    metrics: Vec<&'w ast::Name>,
    by: &'w [ast::Path],
    filter: Option<&'w ast::Expr>,
    having: Option<&'w ast::Expr>,
    during: Option<&'w ast::During>,
    order: &'w [ast::OrderKey],
    limit: Option<u64>,
    span: Span,
}

/// Checks what is asked. `None` with the errors in `found`.
pub fn request(model: &Model, ask: &Ask, found: &mut Found) -> Option<Request> {
    let written = Written {
        metrics: ask.metrics.iter().collect(),
        by: &ask.by,
        filter: ask.filter.as_ref(),
        having: ask.having.as_ref(),
        during: ask.during.as_ref(),
        order: &ask.order,
        limit: ask.limit,
        span: ask.span,
    };
    check(model, &written, found)
}

/// A report, checked. `None` with the errors in `found`, silently where a metric it shows is broken.
pub fn report(model: &Model, names: &Names, report: &ast::Report, found: &mut Found) -> Option<Report> {
    let mut written = Written {
        metrics: Vec::new(),
        by: &[],
        filter: None,
        having: None,
        during: None,
        order: &[],
        limit: None,
        span: report.name.span,
    };
    let (mut owner, mut means) = (None, None);
    for item in &report.items {
        match item {
            ReportItem::Owner(name) => match names.teams.find(name) {
                Ok(at) => owner = Some(crate::model::TeamId(at as u32)),
                Err(diagnostic) => found.push(diagnostic),
            },
            ReportItem::Means(text) => means = Some(text.value.clone()),
            ReportItem::Show(metrics) => written.metrics.extend(metrics),
            ReportItem::By(paths) => written.by = paths,
            ReportItem::Where(filter) => written.filter = Some(filter),
            ReportItem::Having(having) => written.having = Some(having),
            ReportItem::During(during) => written.during = Some(during),
            ReportItem::Order(order) => written.order = order,
            ReportItem::Limit { rows, .. } => written.limit = Some(*rows),
        }
    }
    Some(Report {
        name: report.name.text.clone(),
        title: report.title.as_ref().map(|title| title.value.clone()),
        owner,
        means,
        request: check(model, &written, found)?,
        span: report.name.span,
    })
}

fn check(model: &Model, ask: &Written, found: &mut Found) -> Option<Request> {
    let errors_before = found.errors();
    let asked = ask.metrics.iter().filter_map(|name| model.metric_named(&name.text)).collect();
    let mut built = Built { model, found, asked };
    let metrics = metrics(&mut built, &ask.metrics)?;
    if metrics.iter().any(|id| model.metric(*id).ty.is_broken()) {
        return None;
    }
    if metrics.is_empty() {
        return listing(built, ask);
    }
    let having = ask.having.map(|having| check_having(&mut built, having, &metrics));
    let mut measured = metrics.clone();
    if let Some(having) = &having {
        having.leaves(&mut |leaf| {
            if let MetricLeaf::Metric(id) = leaf {
                measured.push(*id);
            }
        });
    }
    let mut sources: Vec<SourceId> = measured.iter().flat_map(|id| model.metric(*id).sources.clone()).collect();
    sources.sort();
    sources.dedup();
    built.asked.clone_from(&measured);
    let mut keys = keys::keys(&mut built, ask.by, &sources);
    if metrics.iter().any(|id| model.metric(*id).time.instants.is_some()) {
        keys::name_instants(&mut keys);
    }
    if keys.len() < ask.by.len() {
        return None;
    }
    for id in &measured[metrics.len()..] {
        may_be_cut(&mut built, *id, &keys);
    }
    if let Some(key) = keys.iter().find(|key| metrics.iter().any(|id| model.metric(*id).name == key.name)) {
        built.found.push(meaning::key_like_metric(key.span, &key.name));
        return None;
    }
    let rows_come_from_others = metrics.iter().any(|id| !model.metric(*id).only_totals);
    for (id, name) in metrics.iter().zip(&ask.metrics) {
        may_be_cut(&mut built, *id, &keys);
        note_totals(&mut built, &model.metric(*id).formula, &keys, name.span);
        let has_rows = || keys.iter().all(Key::is_time) && metrics.iter().any(|id| keeps(model, *id, &keys));
        if !rows_come_from_others && !has_rows() {
            built.found.push(meaning::only_totals(name.span, &name.text));
        }
    }
    let range = match ask.during {
        Some(during) => {
            let range = range(&mut built, during)?;
            for id in &measured {
                if let Some(source) = model.metric(*id).time.timeless {
                    let name = &model.source(source).name;
                    built.found.push(meaning::no_time(during.span, "a range of time", name));
                }
            }
            Some(range)
        }
        None => None,
    };
    for id in &measured {
        let metric = model.metric(*id);
        let name = format!("`{}`", metric.name);
        // A key that is refused says more than that no period is asked for.
        if built.found.errors() == errors_before {
            periods::are_known(&mut built, &keys, range.as_ref(), &name, &metric.time, ask.span);
        }
    }
    let filter = match ask.filter {
        Some(written) => {
            let filter = formula::per_source(&mut built, written, &sources)?;
            for id in &measured {
                let metric = model.metric(*id);
                let name = format!("`{}`", metric.name);
                axes::filter_is_allowed(&mut built, &filter, &metric.time, &name, written.span);
            }
            Some(filter)
        }
        None => None,
    };
    let order = order(&mut built, ask.order, &keys, &metrics);
    if built.found.errors() > errors_before {
        return None;
    }
    let limit = ask.limit;
    Some(Request {
        metrics,
        parts: Vec::new(),
        keys,
        sources: Vec::new(),
        filter,
        range,
        having,
        order,
        limit,
        span: ask.span,
    })
}

fn metrics(built: &mut Built, names: &[&ast::Name]) -> Option<Vec<MetricId>> {
    let mut metrics = Vec::with_capacity(names.len());
    let mut sound = true;
    for name in names {
        match built.model.metric_named(&name.text) {
            Some(id) if metrics.contains(&id) => {
                built.found.push(meaning::asked_twice(name));
                sound = false;
            }
            Some(id) => metrics.push(id),
            None => {
                let near = built.closest_metric(&name.text);
                built.found.push(crate::resolve::unknown("metric", name, near.as_deref()));
                sound = false;
            }
        }
    }
    sound.then_some(metrics)
}

/// Distinct values of dimensions, without a metric: each path begins at a source, or is a declared dimension.
fn listing(mut built: Built, ask: &Written) -> Option<Request> {
    if ask.by.is_empty() {
        built.found.push(meaning::nothing_asked(ask.span));
        return None;
    }
    for (what, span) in [("--having", ask.having.map(|having| having.span)), ("--during", ask.during.map(|it| it.span))]
    {
        if let Some(span) = span {
            built.found.push(meaning::not_without_metrics(span, what));
            return None;
        }
    }
    let mut sources: Option<Vec<SourceId>> = None;
    let mut rooted: Vec<ast::Path> = Vec::with_capacity(ask.by.len());
    for path in ask.by {
        let first = &path.segments[0];
        let reached: Vec<SourceId> = match (&path.segments[..], built.model.dimension_named(&first.text)) {
            ([_], Some(dimension)) => {
                rooted.push(path.clone());
                dimension.paths.iter().map(|(source, _)| source).collect()
            }
            ([_, rest @ ..], _) if !rest.is_empty() && built.model.source_named(&first.text).is_some() => {
                rooted.push(ast::Path { segments: rest.to_vec(), span: path.span });
                built.model.source_named(&first.text).into_iter().collect()
            }
            _ => {
                let names: Vec<&str> = built.model.sources.iter().map(|source| source.name.as_str()).collect();
                built.found.push(meaning::needs_a_source(path, &names));
                return None;
            }
        };
        sources = Some(match sources {
            None => reached,
            Some(known) => known.into_iter().filter(|source| reached.contains(source)).collect(),
        });
    }
    let sources = sources.filter(|sources| !sources.is_empty());
    let Some(sources) = sources else {
        built.found.push(super::errors::joins::no_common_source(ask.by[0].span));
        return None;
    };
    let keys = keys::keys(&mut built, &rooted, &sources);
    if keys.len() < rooted.len() {
        return None;
    }
    let filter = match ask.filter {
        Some(filter) => Some(formula::per_source(&mut built, filter, &sources)?),
        None => None,
    };
    let order = order(&mut built, ask.order, &keys, &[]);
    if built.found.has_errors() {
        return None;
    }
    let (range, having, metrics) = (None, None, Vec::new());
    let limit = ask.limit;
    Some(Request { metrics, parts: Vec::new(), keys, sources, filter, range, having, order, limit, span: ask.span })
}

/// Says which keys a `total` leaves, where the words of its formula may be read as saying otherwise.
fn note_totals(built: &mut Built, expr: &MetricExpr, keys: &[Key], asked_at: Span) {
    let model = built.model;
    expr.leaves(&mut |leaf| match leaf {
        MetricLeaf::Metric(id) => note_totals(built, &model.metric(*id).formula, keys, asked_at),
        MetricLeaf::Total { over: Over::Keys(taken), .. } => {
            let is_taken = |key: &&Key| taken.iter().any(|other| other.name == key.name);
            let left: Vec<&str> =
                keys.iter().filter(|key| !key.is_time() && !is_taken(key)).map(|key| key.name.as_str()).collect();
            let absent = taken.iter().find(|other| !keys.iter().any(|key| key.name == other.name));
            if absent.is_some() || !left.is_empty() {
                let absent = absent.map(|key| key.name.as_str());
                built.found.push(meaning::total_leaves_keys(asked_at, absent, &left));
            }
        }
        MetricLeaf::Total { .. } | MetricLeaf::Per(_) => {}
        _ => leaf.inner().into_iter().for_each(|inner| note_totals(built, inner, keys, asked_at)),
    });
}

/// Whether some total in a metric leaves all keys of time in place, so that its rows can be those of the result.
fn keeps(model: &Model, id: MetricId, times: &[Key]) -> bool {
    fn leaves(model: &Model, expr: &MetricExpr, times: &[Key]) -> bool {
        let mut found = false;
        expr.leaves(&mut |leaf| {
            found |= match leaf {
                MetricLeaf::Metric(id) => keeps(model, *id, times),
                MetricLeaf::Total { over: Over::Keys(taken), .. }
                    if times.iter().any(|key| taken.iter().any(|other| other.is_same_cut(key))) =>
                {
                    false
                }
                MetricLeaf::Measure(_) | MetricLeaf::Per(_) | MetricLeaf::Follow(_) => true,
                _ => leaf.inner().into_iter().any(|inner| leaves(model, inner, times)),
            };
        });
        found
    }
    leaves(model, &model.metric(id).formula, times)
}

/// Whether a metric can be had by these keys, and may be.
fn may_be_cut(built: &mut Built, id: MetricId, keys: &[Key]) {
    let metric = built.model.metric(id);
    for key in keys {
        periods::key_is_allowed(built, key, &format!("`{}`", metric.name), &metric.time);
        let is_cut = !key.is_time();
        if is_cut && metric.only_by && !metric.by.iter().any(|allowed| allowed.name == key.name) {
            let allowed: Vec<String> =
                metric.by.iter().filter(|key| !key.is_time()).map(|key| format!("`{}`", key.name)).collect();
            let allowed = if allowed.is_empty() { "time".to_owned() } else { allowed.join(", ") };
            built.found.push(meaning::not_an_allowed_cut(key.span, &metric.name, &key.name, &allowed));
        }
    }
}

/// `revenue > 0`: over metrics, shown or not.
struct Having<'d, 'm> {
    built: &'d mut Built<'m>,
    metrics: &'d [MetricId],
}

impl Scope for Having<'_, '_> {
    type Leaf = MetricLeaf;

    fn definitions(&mut self) -> &mut dyn Definitions {
        self.built
    }

    fn path(&mut self, path: &ast::Path) -> MetricExpr {
        let model = self.built.model;
        let id = match &path.segments[..] {
            [name] => model.metric_named(&name.text).filter(|id| !model.metric(*id).ty.is_broken()),
            _ => None,
        };
        match id {
            Some(id) => Expr::leaf(MetricLeaf::Metric(id), Type { nullable: true, ..model.metric(id).ty.clone() }),
            None => {
                let columns: Vec<&str> = self.metrics.iter().map(|id| model.metric(*id).name.as_str()).collect();
                let name = path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
                self.built.found.push(meaning::not_in_result(path.span, &name, &columns));
                Expr::broken()
            }
        }
    }

    fn call(&mut self, call: &ast::Call, span: Span) -> Option<MetricExpr> {
        if !formula::is_aggregate(&call.name.text) && call.name.text != "total" {
            return None;
        }
        self.built.found.push(meaning::misplaced_clause(span, "--having"));
        Some(Expr::broken())
    }

    fn scoped(&mut self, _: &ast::Expr, _: &ast::Scope, span: Span) -> MetricExpr {
        self.built.found.push(meaning::misplaced_clause(span, "--having"));
        Expr::broken()
    }

    fn calls(&self) -> &'static [&'static str] {
        &[]
    }
}

fn check_having(built: &mut Built, having: &ast::Expr, metrics: &[MetricId]) -> MetricExpr {
    let checked = expr::check(having, &mut Having { built, metrics });
    match operators::expect(&(checked.clone(), having.span), Base::Boolean) {
        Ok(()) => checked,
        Err(diagnostic) => {
            built.found.push(diagnostic);
            Expr::broken()
        }
    }
}

fn order(built: &mut Built, written: &[ast::OrderKey], keys: &[Key], metrics: &[MetricId]) -> Vec<Order> {
    let mut order: Vec<Order> = Vec::with_capacity(written.len());
    for key in written {
        let name = key.path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("_");
        let by = keys
            .iter()
            .position(|known| known.name == name)
            .map(OrderBy::Key)
            .or_else(|| metrics.iter().position(|id| built.model.metric(*id).name == name).map(OrderBy::Metric));
        match by {
            Some(by) if order.iter().any(|known| known.by == by) => {}
            Some(by) => order.push(Order { by, descending: key.descending }),
            None => {
                let columns: Vec<&str> = keys
                    .iter()
                    .map(|key| key.name.as_str())
                    .chain(metrics.iter().map(|id| built.model.metric(*id).name.as_str()))
                    .collect();
                built.found.push(meaning::not_in_result(key.path.span, &name, &columns));
            }
        }
    }
    order
}

fn range(built: &mut Built, during: &ast::During) -> Option<Range> {
    let range = match &during.kind {
        DuringKind::Between { from, to } => {
            let from = end_of(built, from.as_ref())?.map(|(first, _)| first);
            let until = end_of(built, to.as_ref())?.map(|(_, next)| next);
            if let (Some(from), Some(until)) = (from, until)
                && from >= until
            {
                let fact = format!("the range ends before it begins: {from} is after its end");
                built.found.push(meaning::bad_range(during.span, fact, "put the earlier date first"));
                return None;
            }
            Range { from: from.map(Bound::Day), until: until.map(Bound::Day) }
        }
        DuringKind::Period(text) => {
            let (first, next) = end_of(built, Some(text))??;
            Range { from: Some(Bound::Day(first)), until: Some(Bound::Day(next)) }
        }
        DuringKind::Last { count, unit } => {
            let grain = range_grain(built, unit)?;
            if *count == 0 {
                let help = "count from 1: `last 1 month` is the month before this one";
                built.found.push(meaning::bad_range(
                    during.span,
                    "a range of no periods holds nothing".to_owned(),
                    help,
                ));
                return None;
            }
            let bound = |periods| Some(Bound::FromNow { periods, grain });
            Range { from: bound(-i64::from(*count)), until: bound(0) }
        }
        DuringKind::This { unit } => {
            let grain = range_grain(built, unit)?;
            let bound = |periods| Some(Bound::FromNow { periods, grain });
            Range { from: bound(0), until: bound(1) }
        }
    };
    Some(range)
}

fn range_grain(built: &mut Built, unit: &ast::Name) -> Option<Grain> {
    let grain = Grain::of_duration(&unit.text);
    match grain.filter(|grain| *grain >= Grain::Day) {
        Some(grain) => Some(grain),
        None => {
            let fact = format!("`{}` is no length of a range", unit.text);
            built.found.push(meaning::bad_range(unit.span, fact, "use days, weeks, months, quarters or years"));
            None
        }
    }
}

/// The first day of a year, month or day as written, and the first day after it. `Some(None)` where nothing is written.
#[allow(clippy::option_option)] // The outer one is an error that was reported, the inner one an open end.
fn end_of(built: &mut Built, text: Option<&ast::DateText>) -> Option<Option<(Date, Date)>> {
    let Some(text) = text else { return Some(None) };
    let numbers: Option<Vec<i16>> = text.text.split('-').map(|part| part.parse().ok()).collect();
    let span = match numbers.as_deref() {
        Some([year @ 1..=9998]) => Some((date(*year, 1, 1), date(*year + 1, 1, 1))),
        Some([year @ 1..=9998, month @ 1..=12]) => {
            let next = if *month == 12 { date(*year + 1, 1, 1) } else { date(*year, *month as i8 + 1, 1) };
            Some((date(*year, *month as i8, 1), next))
        }
        _ => match literals::date(text) {
            Ok(day) => day.tomorrow().ok().map(|next| (day, next)),
            Err(diagnostic) => {
                built.found.push(diagnostic);
                return None;
            }
        },
    };
    if span.is_none() {
        let error = type_errors::bad_literal(
            text.span,
            format!("`{}` is beyond the calendar", text.text),
            "name an earlier day",
        );
        built.found.push(error);
    }
    Some(Some(span?))
}
