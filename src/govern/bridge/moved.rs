//! A part of one model as a part of another, in which things have other numbers.

use crate::model::{
    Alive, Column, DeclaredGrain, Follow, GrainId, Join, Key, KeyKind, Lookup, Measure, Metric, MetricExpr, MetricId,
    MetricLeaf, Over, Per, PerSource, Period, Pick, RowExpr, RowLeaf, Source, SourceId, Status, Team, TeamId,
    TimeFacts, Validity, Window,
};
use crate::source::{FileId, Span};

/// Where the things of a model are in the other.
pub struct Moved {
    pub sources: Vec<SourceId>,
    pub grains: Vec<GrainId>,
    /// How far metrics, teams and files are moved.
    pub metrics: u32,
    pub teams: u32,
    pub files: u32,
}

impl Moved {
    pub fn metric_id(&self, id: MetricId) -> MetricId {
        MetricId(id.0 + self.metrics)
    }

    fn team_id(&self, id: TeamId) -> TeamId {
        TeamId(id.0 + self.teams)
    }

    fn source_id(&self, id: SourceId) -> SourceId {
        self.sources[id.0 as usize]
    }

    fn span(&self, span: Span) -> Span {
        Span { file: FileId(span.file.0 + self.files), ..span }
    }

    pub fn team(&self, team: &Team) -> Team {
        let paid_on = team.paid_on.as_ref().map(|metrics| metrics.iter().map(|id| self.metric_id(*id)).collect());
        Team { paid_on, span: self.span(team.span), ..team.clone() }
    }

    pub fn source(&self, source: &Source) -> Source {
        let columns = source.columns.iter().map(|column| Column {
            derived: column.derived.as_ref().map(|derived| self.row(derived)),
            checks: column.checks.iter().map(|check| self.row(check)).collect(),
            span: self.span(column.span),
            ..column.clone()
        });
        let joins = source.joins.iter().map(|join| Join {
            target: self.source_id(join.target),
            valid: join.valid.as_ref().map(|valid| Validity { span: self.span(valid.span), ..valid.clone() }),
            span: self.span(join.span),
            ..join.clone()
        });
        let (columns, joins) = (columns.collect(), joins.collect());
        Source { columns, joins, span: self.span(source.span), ..source.clone() }
    }

    pub fn grain(&self, grain: &DeclaredGrain) -> DeclaredGrain {
        DeclaredGrain { source: self.source_id(grain.source), span: self.span(grain.span), ..grain.clone() }
    }

    pub fn metric(&self, metric: &Metric) -> Metric {
        Metric {
            formula: self.formula(&metric.formula),
            sources: metric.sources.iter().map(|id| self.source_id(*id)).collect(),
            time: self.time(&metric.time),
            owner: metric.owner.map(|team| self.team_id(team)),
            agreed_by: metric.agreed_by.iter().map(|team| self.team_id(*team)).collect(),
            fill: metric.fill.as_ref().map(|fill| self.formula(fill)),
            guardrails: metric.guardrails.iter().map(|id| self.metric_id(*id)).collect(),
            variant_of: metric.variant_of.as_ref().map(|(id, why)| (self.metric_id(*id), why.clone())),
            status: match &metric.status {
                Status::Deprecated { since, instead } => {
                    Status::Deprecated { since: *since, instead: instead.map(|id| self.metric_id(id)) }
                }
                other => other.clone(),
            },
            by: self.keys(&metric.by),
            span: self.span(metric.span),
            name_span: self.span(metric.name_span),
            ..metric.clone()
        }
    }

    fn time(&self, time: &TimeFacts) -> TimeFacts {
        let source = |id: Option<SourceId>| id.map(|id| self.source_id(id));
        let axes = |axes: &[(SourceId, RowExpr)]| {
            axes.iter().map(|(id, axis)| (self.source_id(*id), self.row(axis))).collect::<Vec<_>>()
        };
        TimeFacts {
            timeless: source(time.timeless),
            whole_days: source(time.whole_days),
            instants: source(time.instants),
            inner_grains: time.inner_grains.iter().map(|period| self.period(*period)).collect(),
            holders: time.holders.iter().map(|period| self.period(*period)).collect(),
            axes: axes(&time.axes),
            looked_back: axes(&time.looked_back),
            ..time.clone()
        }
    }

    fn period(&self, period: Period) -> Period {
        match period {
            Period::Standard(_) => period,
            Period::Declared(id) => Period::Declared(self.grains[id.0 as usize]),
        }
    }

    fn keys(&self, keys: &[Key]) -> Vec<Key> {
        keys.iter().map(|key| self.key(key)).collect()
    }

    pub fn key(&self, key: &Key) -> Key {
        let kind = match &key.kind {
            KeyKind::Declared(id) => KeyKind::Declared(self.grains[id.0 as usize]),
            KeyKind::Column(each) => KeyKind::Column(self.per_source(each)),
            other => other.clone(),
        };
        Key { kind, span: self.span(key.span), ..key.clone() }
    }

    pub fn per_source(&self, each: &PerSource<RowExpr>) -> PerSource<RowExpr> {
        PerSource::new(each.iter().map(|(id, expr)| (self.source_id(id), self.row(expr))).collect())
    }

    fn row(&self, expr: &RowExpr) -> RowExpr {
        expr.replace(&mut |leaf, ty| {
            let leaf = match leaf {
                RowLeaf::Column { path, source, column } => {
                    RowLeaf::Column { path: path.clone(), source: self.source_id(*source), column: *column }
                }
                RowLeaf::Lookup(lookup) => RowLeaf::Lookup(Box::new(Lookup {
                    metric: self.formula(&lookup.metric),
                    keys: lookup.keys.iter().map(|(key, value)| (self.key(key), self.row(value))).collect(),
                    null_matches: lookup.null_matches,
                    until: lookup.until.as_ref().map(|until| self.row(until)),
                    span: self.span(lookup.span),
                })),
            };
            RowExpr::leaf(leaf, ty.clone())
        })
    }

    fn formula(&self, expr: &MetricExpr) -> MetricExpr {
        expr.replace(&mut |leaf, ty| MetricExpr::leaf(self.leaf(leaf), ty.clone()))
    }

    fn leaf(&self, leaf: &MetricLeaf) -> MetricLeaf {
        let boxed = |inner: &MetricExpr| Box::new(self.formula(inner));
        match leaf {
            MetricLeaf::Measure(measure) => MetricLeaf::Measure(Box::new(self.measure(measure))),
            MetricLeaf::Metric(id) => MetricLeaf::Metric(self.metric_id(*id)),
            MetricLeaf::Filtered { inner, filter } => {
                MetricLeaf::Filtered { inner: boxed(inner), filter: self.per_source(filter) }
            }
            MetricLeaf::Total { inner, over } => {
                let over = match over {
                    Over::EveryDimension => Over::EveryDimension,
                    Over::Keys(keys) => Over::Keys(self.keys(keys)),
                    Over::Except(keys) => Over::Except(self.keys(keys)),
                };
                MetricLeaf::Total { inner: boxed(inner), over }
            }
            MetricLeaf::Per(per) => MetricLeaf::Per(Box::new(Per {
                aggregate: per.aggregate,
                argument: per.argument.as_ref().map(|argument| self.formula(argument)),
                filter: per.filter.as_ref().map(|filter| self.formula(filter)),
                keys: self.keys(&per.keys),
                span: self.span(per.span),
            })),
            MetricLeaf::Window { inner, window, span } => {
                let window = match *window {
                    Window::ToDate(period) => Window::ToDate(self.period(period)),
                    other => other,
                };
                MetricLeaf::Window { inner: boxed(inner), window, span: self.span(*span) }
            }
            MetricLeaf::Prior { inner, count, unit, span } => {
                MetricLeaf::Prior { inner: boxed(inner), count: *count, unit: *unit, span: self.span(*span) }
            }
            MetricLeaf::StartOf { inner, period, span } => {
                MetricLeaf::StartOf { inner: boxed(inner), period: self.period(*period), span: self.span(*span) }
            }
            MetricLeaf::Filled { inner, value } => MetricLeaf::Filled { inner: boxed(inner), value: boxed(value) },
            MetricLeaf::Follow(follow) => MetricLeaf::Follow(Box::new(Follow {
                counted: self.formula(&follow.counted),
                after: self.formula(&follow.after),
                by: (self.row(&follow.by.0), self.row(&follow.by.1)),
                within: follow.within,
                span: self.span(follow.span),
            })),
        }
    }

    fn measure(&self, measure: &Measure) -> Measure {
        let row = |expr: &Option<RowExpr>| expr.as_ref().map(|expr| self.row(expr));
        Measure {
            aggregate: measure.aggregate,
            source: self.source_id(measure.source),
            axis: row(&measure.axis),
            argument: row(&measure.argument),
            filter: row(&measure.filter),
            rows: row(&measure.rows),
            pick: measure
                .pick
                .as_ref()
                .map(|pick| Pick { last: pick.last, per: pick.per.iter().map(|expr| self.row(expr)).collect() }),
            alive: measure.alive.as_ref().map(|alive| Alive { until: self.row(&alive.until), moment: alive.moment }),
            span: self.span(measure.span),
        }
    }
}
