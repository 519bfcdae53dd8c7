//! Metrics that rows look up: over all time, or up to a moment of the row.

use super::frames::{self, moment};
use super::measures::Parts;
use super::planner::{Planner, Within, columns_of, grouped_name, unique_name};
use super::scan::Builder;
use super::{Column, RelationId, Rows, Slot, Step};
use crate::model::{
    Base, Expr, Function, Grain, Key, KeyKind, Kind, Lookup, MetricExpr, MetricLeaf, RowExpr, SourceId, Type,
};
use smol_str::SmolStr;

impl Planner<'_> {
    /// A relation with one value, the metric over all time by these keys: planned once, however often it is looked up.
    pub fn looked_up(&mut self, metric: &MetricExpr, keys: &[Key]) -> RelationId {
        let wanted = (metric.clone(), keys.to_vec());
        if let Some(&relation) = self.looked_up.get(&wanted) {
            return relation;
        }
        let outer = self.range.take();
        let around = self.within.take();
        let universal = std::mem::take(&mut self.universal);
        let relation = self.by_keys(metric, keys);
        self.within = around;
        self.universal = universal;
        self.range = outer;
        self.looked_up.insert(wanted, relation);
        relation
    }

    /// A relation with one value, a metric by keys.
    fn by_keys(&mut self, metric: &MetricExpr, keys: &[Key]) -> RelationId {
        let name = match &metric.kind {
            Kind::Leaf(MetricLeaf::Metric(id)) => self.model.metric(*id).name.clone(),
            _ => SmolStr::new("looked_up"),
        };
        let mut parts = Parts::new(self.model, keys, self.is_endless());
        let expr = parts.take_apart(metric, &Vec::new(), &name);
        let rows = self.assemble(parts, vec![expr], keys, None);
        let alone = self.relations[rows.base.0].values.len() == 1
            && matches!(rows.outputs[0].kind, Kind::Leaf(Slot::Value { relation: 0, .. }));
        if alone {
            rows.base
        } else {
            let value = Column { name: name.clone(), ty: metric.ty.clone().or_null(true) };
            let relation_name = grouped_name(&name, keys);
            self.add(&relation_name, columns_of(keys), vec![value], Step::Compute(rows))
        }
    }

    /// The same for what lies before a moment of each row of a source: by the keys, and then by the moment.
    pub fn looked_up_until(&mut self, source: SourceId, lookup: &Lookup, until: &RowExpr) -> RelationId {
        let wanted = (source, lookup.clone());
        if let Some(&relation) = self.bounded.get(&wanted) {
            return relation;
        }
        let outer = self.range.take();
        let around = self.within.take();
        let universal = std::mem::replace(&mut self.universal, until.ty.base == Base::Instant);
        let of: Vec<Key> = lookup.keys.iter().map(|(key, _)| key.clone()).collect();
        let end = Key {
            name: unique_name(&"until".into(), &of),
            // Never asked for as a period: it only says that the key is the name of a stretch, as those of time are.
            kind: KeyKind::Grain(Grain::Second),
            ty: until.ty.clone(),
            span: lookup.span,
        };
        let mut keys = of.clone();
        keys.push(end.clone());
        let relation = self.moments(source, lookup, until, &keys);
        self.within = Some(Within { relation, framed: true, open: true, of });
        let relation = self.by_keys(&lookup.metric, &keys);
        self.within = around;
        self.universal = universal;
        self.range = outer;
        self.bounded.insert(wanted, relation);
        relation
    }

    /// The stretches that end with a moment of the rows of a source, by what each is read for and the moment.
    fn moments(&mut self, source: SourceId, lookup: &Lookup, until: &RowExpr, keys: &[Key]) -> RelationId {
        let mut builder = Builder::new(self, source);
        let end = builder.expr(until);
        let values: Vec<_> = lookup.keys.iter().map(|(_, value)| builder.expr(value)).collect();
        let known = |expr: &Expr<_>| Expr::call(Function::IsNotNull, vec![expr.clone()], Type::plain(Base::Boolean));
        let mut filter = vec![known(&end)];
        if !lookup.null_matches {
            filter.extend(values.iter().map(known));
        }
        let scan = builder.done(values.into_iter().chain([end]).collect(), filter, Vec::new());
        let columns = columns_of(keys);
        let last = columns.len() - 1;
        let name = format!("{}_moments", self.model().source(source).name);
        let rows = self.add(&name, columns.clone(), Vec::new(), Step::Scan(scan));
        let at = || {
            let key = Expr::leaf(Slot::Key(last), Type { nullable: false, ..columns[last].ty.clone() });
            self.on_line(key)
        };
        // The second that the last moment before it lies in, by which a window knows its longer period.
        let second = || self.start_on_line(Grain::Second, at());
        let is_whole = Expr::call(Function::Equal, vec![second(), at()], Type::plain(Base::Boolean));
        let before = second().shifted(-1, Grain::Second);
        let start = Expr {
            kind: Kind::Case { arms: vec![(is_whole, before)], otherwise: Some(Box::new(second())) },
            ty: moment(),
        };
        let outputs = vec![start.clone(), at(), start, at()];
        let rows = Rows { base: rows, attached: Vec::new(), outputs };
        self.add(&format!("up_to_{name}"), columns, frames::stretch_columns(), Step::Compute(rows))
    }
}
