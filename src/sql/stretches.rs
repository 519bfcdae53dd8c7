//! Stretches of time as common table expressions: dense calendars, what each period reads, periods within stretches.

use super::lower::{Lowering, equal, select_from};
use super::query::{Atom, Body, Cte, Join, Periods, Relation as Named, Select, Table, Value};
use crate::model::{Aggregate, Base, Expr, Function, Grain, Literal, Type};
use crate::plan::{self, Cell, Column, Dense, Divide, Relation, RelationId, Spine, SpineLabel};
use smol_str::SmolStr;

impl Lowering<'_> {
    /// The first and last moment of all inputs; no row where none has any.
    pub(super) fn bounds(&mut self, relation: &Relation, inputs: &[RelationId]) -> Body {
        let all = |from: &Relation| {
            let columns = from.values.iter().zip(&relation.values);
            let columns = columns.map(|(column, named)| (self.column(from, column), named.name.clone())).collect();
            select_from(&from.name, columns)
        };
        let name = match inputs {
            [one] => self.named(*one).name.clone(),
            _ => {
                let name: SmolStr = format!("{}_rows", relation.name).into();
                let selects = inputs.iter().map(|id| all(self.named(*id))).collect();
                self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Union(selects) });
                name
            }
        };
        let end = |aggregate, at: usize| {
            let column = &relation.values[at];
            let atom = Atom::Column { table: name.clone(), column: column.name.clone() };
            let argument = Some(Box::new(Expr::leaf(atom, column.ty.clone())));
            Expr::leaf(Atom::Aggregate { aggregate, argument, condition: None }, column.ty.clone())
        };
        let (first, last) = (end(Aggregate::Min, 0), end(Aggregate::Max, 1));
        let known = Expr::call(Function::IsNotNull, vec![first.clone()], Type::plain(Base::Boolean));
        let columns = vec![(first, relation.values[0].name.clone()), (last, relation.values[1].name.clone())];
        Body::Select(Box::new(Select { group: Some(0), having: vec![known], ..select_from(&name, columns) }))
    }

    /// The starts of the periods, and then what each period is.
    pub(super) fn spine(&mut self, relation: &Relation, spine: &Spine) -> Body {
        let bounds = self.named(spine.bounds);
        let calendar = &self.plan.calendar;
        let moment = Type::plain(Base::Timestamp);
        let end = |at: usize| Expr { ty: moment.clone(), ..self.column(bounds, &bounds.values[at]) };
        let name: SmolStr = format!("{}_starts", relation.name).into();
        let start_name: SmolStr = "period_start".into();
        let periods = Periods {
            own: name.clone(),
            column: start_name.clone(),
            from: bounds.name.clone(),
            first: match spine.universal {
                true => calendar.truncate_utc(spine.grain, end(0)),
                false => at_midnight(calendar.truncate(spine.grain, end(0))),
            },
            last: end(1),
            grain: spine.grain,
        };
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Periods(Box::new(periods)) });
        let start = || Expr::leaf(Atom::Column { table: name.clone(), column: start_name.clone() }, moment.clone());
        let (joins, labels) = self.labels(relation, spine, start());
        if !spine.parts {
            let labels = labels.into_iter().map(|(label, _)| label).collect();
            let period = [start(), start().shifted(1, spine.grain)];
            return self.clipped(relation, spine, (&name, joins), labels, period);
        }
        // Of the periods that a day lies in the part that they have in common.
        let parts: SmolStr = format!("{}_parts", relation.name).into();
        let starts = labels.iter().map(|(label, _)| at_midnight(label.clone())).collect();
        let nexts = labels.iter().map(|(_, next)| next.clone()).collect();
        let period = [common(Function::Greatest, starts), common(Function::Least, nexts)];
        let values = labels.into_iter().map(|(label, _)| label).chain(period);
        let names = relation.keys.iter().chain(&relation.values).map(|column| column.name.clone());
        let columns = values.zip(names).collect();
        let select = Select { distinct: true, joins, ..select_from(&name, columns) };
        self.with.push(Cte { name: parts.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });
        let of = |column: &Column| {
            let atom = Atom::Column { table: parts.clone(), column: column.name.clone() };
            Expr::leaf(atom, column.ty.clone())
        };
        let labels = relation.keys.iter().map(of).collect();
        self.clipped(relation, spine, (&parts, Vec::new()), labels, [of(&relation.values[0]), of(&relation.values[1])])
    }

    /// What a moment's periods are called and where each ends; calendar tables are joined by its day.
    fn labels(&self, relation: &Relation, spine: &Spine, start: Value) -> (Vec<Join>, Vec<(Value, Value)>) {
        let calendar = &self.plan.calendar;
        let wall = if spine.universal { calendar.wall(start.clone()) } else { start.clone() };
        let mut joins: Vec<Join> = Vec::new();
        let mut label = |(label, key): (&SpineLabel, &Column)| match label {
            SpineLabel::Grain(grain) if *grain < Grain::Day && spine.universal => {
                let start = calendar.truncate_utc(*grain, start.clone());
                let next = start.clone().shifted(1, *grain);
                (plan::named(start, key.ty.base), next)
            }
            SpineLabel::Grain(grain) => {
                let label = calendar.truncate(*grain, wall.clone());
                let next = at_midnight(label.clone()).shifted(1, *grain);
                (label, next)
            }
            SpineLabel::Calendar(days) => {
                let days = self.named(*days);
                let known = |column: &Column| Expr { ty: Type::plain(column.ty.base), ..self.column(days, column) };
                let on = vec![equal(self.column(days, &days.keys[0]), calendar.truncate(Grain::Day, wall.clone()))];
                let in_period = Expr::call(
                    Function::IsNotNull,
                    vec![self.column(days, &days.values[0])],
                    Type::plain(Base::Boolean),
                );
                let table = Table { relation: Named::Cte(days.name.clone()), alias: SmolStr::default() };
                joins.push(Join { table, outer: false, on: on.into_iter().chain([in_period]).collect() });
                (known(&days.values[0]), at_midnight(known(&days.values[1])).shifted(1, Grain::Day))
            }
        };
        let labels = spine.labels.iter().zip(&relation.keys).map(&mut label).collect();
        (joins, labels)
    }

    /// The periods of a spine that lie within its limits, with what of each does.
    fn clipped(
        &self,
        relation: &Relation,
        spine: &Spine,
        (from, joins): (&SmolStr, Vec<Join>),
        labels: Vec<Value>,
        [start, next]: [Value; 2],
    ) -> Body {
        let moment = Type::plain(Base::Timestamp);
        let bound = |bound: &Option<Expr<Cell>>| {
            bound.as_ref().map(|bound| bound.replace(&mut |_, ty| Expr::leaf(Atom::Now, ty.clone())))
        };
        let (first, until) = (bound(&spine.from), bound(&spine.until));
        let call = |function, one: &Value, other, ty: &Type| Expr::call(function, vec![one.clone(), other], ty.clone());
        let truth = Type::plain(Base::Boolean);
        let mut filter = Vec::new();
        filter.extend(first.clone().map(|first| call(Function::Greater, &next, first, &truth)));
        filter.extend(until.clone().map(|until| call(Function::Less, &start, until, &truth)));
        let read_from = match first {
            Some(first) => call(Function::Greatest, &start, first, &moment),
            None => start.clone(),
        };
        let read_until = match until {
            Some(until) => call(Function::Least, &next, until, &moment),
            None => next.clone(),
        };
        let values = labels.into_iter().chain([start, next, read_from, read_until]);
        let names = relation.keys.iter().chain(&relation.values).map(|column| column.name.clone());
        let select = select_from(from, values.zip(names).collect());
        Body::Select(Box::new(Select { filter, joins, ..select }))
    }

    /// Every combination of a relation's other keys with every period of a spine.
    pub(super) fn dense(&mut self, relation: &Relation, dense: &Dense) -> Body {
        let (base, spine) = (self.named(dense.base), self.named(dense.spine));
        let columns = base.keys.iter().zip(&dense.labels).zip(&relation.keys).map(|((key, label), named)| {
            let value = match label {
                Some(at) => self.column(spine, &spine.keys[*at]),
                None => self.column(base, key),
            };
            (value, named.name.clone())
        });
        let mut on: Vec<Value> = Vec::with_capacity(dense.on.len().max(1));
        for (here, there) in &dense.on {
            on.push(equal(self.column(base, &base.keys[*here]), self.column(spine, &spine.keys[*there])));
        }
        if on.is_empty() {
            on.push(Expr::literal(Literal::Boolean(true), Type::plain(Base::Boolean)));
        }
        let table = Table { relation: Named::Cte(spine.name.clone()), alias: SmolStr::default() };
        let join = Join { table, outer: false, on };
        let select = select_from(&base.name, columns.collect());
        Body::Select(Box::new(Select { distinct: true, joins: vec![join], ..select }))
    }

    /// The periods of a spine that each stretch holds some of.
    pub(super) fn divide(&mut self, relation: &Relation, divide: &Divide) -> Body {
        let (outer, spine) = (self.named(divide.outer), self.named(divide.spine));
        let [start, next, from, until] = [0, 1, 2, 3];
        let of = |relation: &Relation, at: usize| self.column(relation, &relation.values[at]);
        let call = |function, one, other, ty: Type| Expr::call(function, vec![one, other], ty);
        let truth = || Type::plain(Base::Boolean);
        let mut on = vec![call(Function::Less, of(spine, start), of(outer, until), truth())];
        let mut read_from = of(spine, start);
        if !divide.open {
            on.push(call(Function::Greater, of(spine, next), of(outer, from), truth()));
            read_from = call(Function::Greatest, read_from, of(outer, from), Type::plain(Base::Timestamp));
        }
        let read_until = call(Function::Least, of(spine, next), of(outer, until), Type::plain(Base::Timestamp));
        let labels = outer.keys.iter().map(|key| self.column(outer, key));
        let labels = labels.chain(spine.keys.iter().map(|key| self.column(spine, key)));
        let values = labels.chain([of(spine, start), of(spine, next), read_from, read_until]);
        let names = relation.keys.iter().chain(&relation.values).map(|column| column.name.clone());
        let table = Table { relation: Named::Cte(spine.name.clone()), alias: SmolStr::default() };
        let join = Join { table, outer: false, on };
        let select = select_from(&outer.name, values.zip(names).collect());
        Body::Select(Box::new(Select { joins: vec![join], ..select }))
    }
}

/// The greatest or the least of moments; of one itself.
fn common(function: Function, mut moments: Vec<Value>) -> Value {
    match moments.len() {
        1 => moments.remove(0),
        _ => Expr::call(function, moments, Type::plain(Base::Timestamp)),
    }
}

/// A date as the moment it begins.
pub(super) fn at_midnight(value: Value) -> Value {
    match value.ty.base {
        Base::Date => {
            let ty = Type { base: Base::Timestamp, ..value.ty.clone() };
            Expr::call(Function::Cast(Base::Timestamp), vec![value], ty)
        }
        _ => value,
    }
}
