//! Expressions in the words of the language, as somebody would have typed them.

mod phrases;

pub use phrases::{Bond, Worded, aggregate, aggregated, call, case, constant, kind, length, name};

use crate::model::{
    Calendar, Expr, Function, Grain, JoinId, Key, KeyKind, Kind, Lookup, Measure, MetricExpr, MetricLeaf, Model, Over,
    PerSource, Period, RowExpr, RowLeaf, SourceId, Window,
};

/// An expression of a source's rows: `status = 'won' and amount > 10.00`.
pub fn row(model: &Model, source: SourceId, expr: &RowExpr) -> String {
    Writer { model, by_dimension: false }.row(source, expr).text
}

/// A formula: `sum(amount) / count() from orders where is_complete`.
pub fn formula(model: &Model, expr: &MetricExpr) -> String {
    Writer { model, by_dimension: false }.metric(expr).text
}

struct Writer<'m> {
    model: &'m Model,
    /// Say a dimension's name for the way that a source has to it: several sources are spoken of.
    by_dimension: bool,
}

impl Writer<'_> {
    fn row(&self, source: SourceId, expr: &RowExpr) -> Worded {
        match &expr.kind {
            Kind::Leaf(_) if self.by_dimension && self.dimension(source, expr).is_some() => {
                Worded::atom(self.dimension(source, expr).unwrap_or_default())
            }
            Kind::Leaf(RowLeaf::Column { path, source: end, column }) => {
                let name = name(&self.model.source(*end).column(*column).name);
                Worded::atom(match path.is_empty() {
                    true => name,
                    false => format!("{}.{name}", crate::check::written(self.model, source, path)),
                })
            }
            Kind::Leaf(RowLeaf::Lookup(lookup)) => self.lookup(source, lookup),
            _ => self.compound(expr, &|inner| self.row(source, inner)),
        }
    }

    /// The dimension that an expression is the way to.
    fn dimension(&self, source: SourceId, expr: &RowExpr) -> Option<String> {
        let is_way = |dimension: &&crate::model::Dimension| {
            dimension.paths.get(source).is_some_and(|path| path.kind == expr.kind)
        };
        self.model.dimensions.iter().find(is_way).map(|dimension| name(&dimension.name))
    }

    /// What each of several sources says in its own way, in words that fit all of them.
    fn each(&self, each: &PerSource<RowExpr>) -> Worded {
        let mut worded = each.iter().map(|(source, expr)| self.row(source, expr));
        let Some(first) = worded.next() else { return Worded::atom("") };
        match each.iter().next() {
            Some((source, expr)) if worded.any(|other| other.text != first.text) => {
                Writer { by_dimension: true, ..*self }.row(source, expr)
            }
            _ => first,
        }
    }

    fn key(&self, key: &Key) -> String {
        match &key.kind {
            KeyKind::Column(each) => self.each(each).text,
            _ => key.name.to_string(),
        }
    }

    /// `metric(m per customer via buyer until ordered_at)`
    fn lookup(&self, source: SourceId, lookup: &Lookup) -> Worded {
        let mut text = self.metric(&lookup.metric).within(Bond::Or);
        if let Some((key, value)) = lookup.keys.first() {
            if lookup.null_matches {
                text.push_str(&format!(" per {}", self.row(source, value).text));
            } else if let Some((path, target)) = self.row_of(source, value) {
                if !path.is_empty() {
                    text.push_str(&format!(" per {}", crate::check::written(self.model, source, &path)));
                }
                let from = match &key.kind {
                    KeyKind::Column(each) => each.iter().next(),
                    _ => None,
                };
                if let Some((from, key)) = from
                    && crate::check::walk(self.model, from).iter().filter(|(_, end)| *end == target).count() > 1
                    && let Some((way, _)) = self.row_of(from, key)
                {
                    text.push_str(&format!(" via {}", crate::check::written(self.model, from, &way)));
                }
            }
        }
        if let Some(until) = &lookup.until {
            text.push_str(&format!(" until {}", self.row(source, until).within(Bond::Sum)));
        }
        Worded::atom(format!("metric({text})"))
    }

    /// The joins that lead from a source to the row that a value is the key of, perhaps by the column that joins it, and
    /// the source of that row.
    fn row_of(&self, source: SourceId, value: &RowExpr) -> Option<(Vec<JoinId>, SourceId)> {
        let Kind::Leaf(RowLeaf::Column { path, source: holder, column }) = &value.kind else { return None };
        let here = self.model.source(*holder);
        if here.key.contains(column) && (*holder == source || !path.is_empty()) {
            return Some((path.clone(), *holder));
        }
        let at = here.joins.iter().position(|join| join.on.iter().any(|(own, _)| own == column))?;
        let mut path = path.clone();
        path.push(JoinId(at as u32));
        Some((path, here.joins[at].target))
    }

    fn compound<L>(&self, expr: &Expr<L>, word: &dyn Fn(&Expr<L>) -> Worded) -> Worded {
        match &expr.kind {
            Kind::Leaf(_) => Worded::atom(""),
            Kind::Literal(literal) => constant(literal),
            Kind::Case { arms, otherwise } => {
                let arms: Vec<(Worded, Worded)> = arms.iter().map(|(when, then)| (word(when), word(then))).collect();
                case(&arms, otherwise.as_deref().map(word).as_ref())
            }
            Kind::Call(function, arguments) => {
                if let Some(period) = periods(&self.model.calendar, expr) {
                    return Worded::atom(format!("{}_of({})", period.0.name(), word(period.1).text));
                }
                match (function, &arguments[..]) {
                    // Put in by the checker, and shifted where years begin elsewhere than in January.
                    (Function::Widen(_) | Function::ToLocal, [inner]) => word(inner),
                    (Function::Part(part), [inner]) => {
                        let moment = match &inner.kind {
                            Kind::Call(Function::Shift { unit: Grain::Month, .. }, moved)
                                if self.model.calendar.year_starts != 1 =>
                            {
                                &moved[0]
                            }
                            _ => inner,
                        };
                        Worded::atom(format!("part({}, {})", part.key_name(), word(moment).text))
                    }
                    _ => call(*function, &arguments.iter().map(word).collect::<Vec<_>>()),
                }
            }
        }
    }

    fn metric(&self, expr: &MetricExpr) -> Worded {
        match &expr.kind {
            Kind::Leaf(leaf) => self.metric_leaf(leaf),
            _ => self.compound(expr, &|inner| self.metric(inner)),
        }
    }

    fn metric_leaf(&self, leaf: &MetricLeaf) -> Worded {
        let keys = |keys: &[Key]| keys.iter().map(|key| self.key(key)).collect::<Vec<_>>().join(", ");
        let period = |period: &Period| self.model.period_name(*period).to_owned();
        Worded::atom(match leaf {
            MetricLeaf::Metric(id) => name(&self.model.metric(*id).name),
            MetricLeaf::Measure(measure) => return self.measure(measure),
            MetricLeaf::Filtered { inner, filter } => {
                let filter = self.each(filter).text;
                return Worded::new(Bond::Scope, format!("{} where {filter}", self.metric(inner).within(Bond::Or)));
            }
            MetricLeaf::Total { inner, over } => match over {
                Over::EveryDimension => format!("total({})", self.metric(inner).text),
                Over::Keys(over) => format!("total({} over {})", self.metric(inner).within(Bond::Or), keys(over)),
                Over::Except(kept) => format!("total({} except {})", self.metric(inner).within(Bond::Or), keys(kept)),
            },
            MetricLeaf::Per(per) => {
                let argument = per.argument.as_ref().map(|argument| self.metric(argument));
                let own = per.filter.as_ref().map(|filter| self.metric(filter).text);
                let inside = aggregated(per.aggregate, argument.as_ref(), own.as_deref());
                aggregate(per.aggregate, &format!("{inside} per {}", keys(&per.keys)))
            }
            MetricLeaf::Window { inner, window, .. } => {
                let inner = self.metric(inner).text;
                match window {
                    Window::Rolling { count, unit } => format!("rolling({inner}, {})", length(*count, *unit)),
                    Window::ToDate(to) => format!("to_date({inner}, {})", period(to)),
                    Window::Cumulative => format!("cumulative({inner})"),
                }
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                format!("prior({}, {})", self.metric(inner).text, length(*count, *unit))
            }
            MetricLeaf::StartOf { inner, period: of, .. } => {
                format!("start_of({}, {})", self.metric(inner).text, period(of))
            }
            MetricLeaf::Filled { inner, value } => {
                format!("fill({}, {})", self.metric(inner).text, self.metric(value).text)
            }
            MetricLeaf::Follow(follow) => {
                let by = self.followed_by(follow);
                let within = follow.within.map(|(count, unit)| format!(" within {}", length(count, unit)));
                let (counted, after) = (self.metric(&follow.counted), self.metric(&follow.after));
                let (counted, after) = (counted.within(Bond::Or), after.within(Bond::Or));
                format!("follow({counted} after {after} by {by}{})", within.unwrap_or_default())
            }
        })
    }

    /// What both rows of a `follow` have in common: the same words for both.
    fn followed_by(&self, follow: &crate::model::Follow) -> String {
        match single_source(self.model, &follow.after) {
            Some(source) => self.row(source, &follow.by.1).text,
            None => String::new(),
        }
    }

    fn measure(&self, measure: &Measure) -> Worded {
        let source = self.model.source(measure.source);
        let word = |expr: &RowExpr| self.row(measure.source, expr);
        let argument = measure.argument.as_ref().map(word);
        let own = measure.filter.as_ref().map(|filter| word(filter).text);
        let inside = aggregated(measure.aggregate, argument.as_ref(), own.as_deref());
        let mut text = format!("{} from {}", aggregate(measure.aggregate, &inside), name(&source.name));
        let is_default = |axis: &RowExpr| match &axis.kind {
            Kind::Leaf(RowLeaf::Column { path, column, .. }) => path.is_empty() && Some(*column) == source.time,
            _ => false,
        };
        match (&measure.axis, &measure.alive) {
            (Some(from), Some(alive)) => {
                let moment = match alive.moment {
                    crate::model::Moment::Last => "",
                    crate::model::Moment::First => " first",
                    crate::model::Moment::Any => " any",
                };
                text.push_str(&format!(" while {} until {}{moment}", word(from).text, word(&alive.until).text));
            }
            (Some(axis), None) if !is_default(axis) => text.push_str(&format!(" at {}", word(axis).text)),
            _ => {}
        }
        if let Some(pick) = &measure.pick {
            text.push_str(if pick.last { " last" } else { " first" });
            let per: Vec<String> = pick.per.iter().map(|key| word(key).text).collect();
            if !per.is_empty() {
                text.push_str(&format!(" per {}", per.join(", ")));
            }
        }
        if let Some(rows) = &measure.rows {
            text.push_str(&format!(" where {}", word(rows).text));
        }
        Worded::new(Bond::Scope, text)
    }
}

/// The source of an expression that is one measure.
fn single_source(model: &Model, expr: &MetricExpr) -> Option<SourceId> {
    match &expr.kind {
        Kind::Leaf(MetricLeaf::Measure(measure)) => Some(measure.source),
        Kind::Leaf(MetricLeaf::Metric(id)) => single_source(model, &model.metric(*id).formula),
        Kind::Leaf(MetricLeaf::Filtered { inner, .. }) => single_source(model, inner),
        _ => None,
    }
}

/// A truncation to periods that begin where the calendar says: moved there, cut, and moved back.
fn periods<'e, L>(calendar: &Calendar, expr: &'e Expr<L>) -> Option<(Grain, &'e Expr<L>)> {
    let Kind::Call(Function::Shift { count: back, unit: by }, cut) = &expr.kind else { return None };
    let Kind::Call(Function::Truncate(grain), moved) = &cut[0].kind else { return None };
    let Kind::Call(Function::Shift { count, unit }, moment) = &moved[0].kind else { return None };
    let expected = match grain {
        Grain::Week => (i64::from(7 - calendar.week_starts), Grain::Day),
        Grain::Quarter | Grain::Year => (1 - i64::from(calendar.year_starts), Grain::Month),
        _ => return None,
    };
    ((*count, *unit) == expected && *back == -count && by == unit).then(|| (*grain, &moment[0]))
}
