//! Values by days as values by periods and by stretches: days grouped, days joined to the stretches that hold them, and windows
//! over consecutive days.

use super::lower::{Lowering, equal, same, select_from};
use super::query::{Atom, Body, Cte, Join, Relation as Named, Select, Table, Value};
use super::stretches::at_midnight;
use crate::model::{Aggregate, Base, Expr, Function, Grain, Literal, Type};
use crate::plan::{Column, Regroup, Regrouped, Relation, RelationId, Running};
use smol_str::SmolStr;

impl<'l> Lowering<'l> {
    pub(super) fn regroup(&mut self, relation: &Relation, regroup: &Regroup) -> Body {
        let select = match (regroup.stretches, regroup.running) {
            (Some(stretches), Some(running)) => self.running(relation, regroup, stretches, running),
            (Some(stretches), None) => self.by_stretches(relation, regroup, stretches),
            (None, _) => self.by_periods(relation, regroup),
        };
        Body::Select(Box::new(select))
    }

    /// Days, grouped by the periods that they lie in; where the day itself is a key, each stays what it is.
    fn by_periods(&self, relation: &Relation, regroup: &Regroup) -> Select {
        let base = self.named(regroup.base);
        let key = |of: &Regrouped| match of {
            Regrouped::Base(at) => self.column(base, &base.keys[*at]),
            Regrouped::Label(_) => unreachable!("only a stretch has a label"),
            Regrouped::Period(grain) => self.plan.calendar.truncate(*grain, self.column(base, &base.keys[0])),
        };
        let keys = regroup.keys.iter().map(key);
        let each_day = regroup.keys.contains(&Regrouped::Base(0));
        let values = regroup.folds.iter().map(|(at, aggregate)| {
            let value = self.column(base, &base.values[*at]);
            if each_day { value } else { folded(*aggregate, value) }
        });
        let columns = keys.chain(values).zip(names(relation)).collect();
        let group = (!each_day).then_some(regroup.keys.len());
        Select { group, ..select_from(&base.name, columns) }
    }

    /// Days, joined to every stretch that holds them.
    fn by_stretches(&self, relation: &Relation, regroup: &Regroup, stretches: RelationId) -> Select {
        let (base, stretches) = (self.named(regroup.base), self.named(stretches));
        let own = self.column(base, &base.keys[0]);
        let day = at_midnight(own.clone());
        let compared = |function, limit: &str| Some(compare(function, day.clone(), self.limit(stretches, limit)?));
        let from = compared(Function::GreaterOrEqual, "read_from").filter(|_| !regroup.open);
        let read = self.limit(stretches, "read_from").filter(|_| regroup.one_day);
        let on = match read {
            // A join by what is equal, and not by what lies between.
            Some(read) => vec![equal(own, self.plan.calendar.truncate(Grain::Day, read))],
            None => from.into_iter().chain(compared(Function::Less, "read_until")).collect(),
        };
        let key = |of: &Regrouped| match of {
            Regrouped::Label(at) => self.column(stretches, &stretches.keys[*at]),
            Regrouped::Base(at) => self.column(base, &base.keys[*at]),
            Regrouped::Period(grain) => self.plan.calendar.truncate(*grain, self.column(base, &base.keys[0])),
        };
        let keys = regroup.keys.iter().map(key);
        let folds = regroup.folds.iter().map(|(at, fold)| folded(*fold, self.column(base, &base.values[*at])));
        let columns = keys.chain(folds).zip(names(relation)).collect();
        let group = Some(regroup.keys.len());
        let having = super::grouped::some_row(regroup.keys.len());
        Select { joins: vec![inner(&stretches.name, on)], group, having, ..select_from(&base.name, columns) }
    }

    /// A window over consecutive days, one row for each from the first day of its part to the last that reads one: linear in the
    /// days, where a join would meet each day as often as stretches hold it.
    fn running(&mut self, relation: &Relation, regroup: &Regroup, stretches: RelationId, running: Running) -> Select {
        let (base, stretches) = (self.named(regroup.base), self.named(stretches));
        let parts: Option<SmolStr> =
            (base.keys.len() > 1).then(|| self.parts(base, format!("{}_parts", relation.name).into()));
        let of_part = |at: usize| {
            let table = parts.clone().unwrap_or_else(|| base.name.clone());
            let key = &base.keys[at];
            Expr::leaf(Atom::Column { table, column: key.name.clone() }, key.ty.clone())
        };
        let start = self.limit(stretches, "period_start").expect("a stretch has a start");
        let mut joins = Vec::with_capacity(2);
        if let Some(parts) = &parts {
            let end = |column: &str| {
                let ty = Type::plain(Base::Date);
                at_midnight(Expr::leaf(Atom::Column { table: parts.clone(), column: column.into() }, ty))
            };
            let begun = compare(Function::GreaterOrEqual, start.clone(), end("first_day"));
            let lasting = match running {
                Running::Days(days) => {
                    let end = end("last_day").shifted(i64::from(days), Grain::Day);
                    Some(compare(Function::Less, start.clone(), end))
                }
                Running::SinceStart | Running::SinceEver | Running::Changes { .. } => None,
            };
            joins.push(inner(parts, std::iter::once(begun).chain(lasting).collect()));
        }
        let day = self.column(base, &base.keys[0]);
        let others = 1..base.keys.len();
        let mut on = vec![equal(at_midnight(day.clone()), start.clone())];
        on.extend(others.clone().map(|at| same(self.column(base, &base.keys[at]), of_part(at))));
        joins.push(Join { outer: true, ..inner(&base.name, on) });
        let starts_again = matches!(running, Running::SinceStart | Running::Changes { within: true });
        let since = self.limit(stretches, "read_from").filter(|_| starts_again);
        let partition: Vec<Value> = others.map(&of_part).chain(since).collect();
        let over = |aggregate, argument: Value, ty: Type| {
            let rows = match running {
                Running::Days(days) => Some(days.saturating_sub(1)),
                Running::SinceStart | Running::SinceEver | Running::Changes { .. } => None,
            };
            let (partition, order) = (partition.clone(), Box::new(start.clone()));
            let atom = Atom::Running { aggregate, argument: Box::new(argument), partition, order, rows };
            Expr::leaf(atom, ty)
        };
        let key = |of: &Regrouped| match of {
            Regrouped::Label(at) => self.column(stretches, &stretches.keys[*at]),
            Regrouped::Base(at) => of_part(*at),
            Regrouped::Period(_) => unreachable!("a stretch has its own labels"),
        };
        let folds = regroup.folds.iter().zip(&relation.values).map(|((at, fold), value)| {
            over(*fold, self.column(base, &base.values[*at]), value.ty.clone().or_null(true))
        });
        let days = match running {
            Running::Changes { .. } => {
                over(Aggregate::Sum, self.column(base, &base.values[1]), Type::plain(Base::Integer).or_null(true))
            }
            _ => over(Aggregate::CountValues, day, Type::plain(Base::Integer)),
        };
        let values = regroup.keys.iter().map(key).chain(folds);
        let columns = values.zip(names(relation)).chain([(days, "days_read".into())]).collect();
        let name: SmolStr = format!("{}_days", relation.name).into();
        let select = Select { joins, ..select_from(&stretches.name, columns) };
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });
        let of = |column: &str, ty: &Type| {
            Expr::leaf(Atom::Column { table: name.clone(), column: column.into() }, ty.clone())
        };
        let all = relation.keys.iter().chain(&relation.values);
        let columns = all.map(|column| (of(&column.name, &column.ty), column.name.clone())).collect();
        let none = Expr::literal(Literal::Integer(0), Type::plain(Base::Integer));
        let read = compare(Function::Greater, of("days_read", &Type::plain(Base::Integer)), none);
        Select { filter: vec![read], ..select_from(&name, columns) }
    }

    /// The combinations of the keys behind the day, and from which day to which each has rows.
    fn parts(&mut self, base: &Relation, name: SmolStr) -> SmolStr {
        let day = self.column(base, &base.keys[0]);
        let others = base.keys[1..].iter().map(|key| (self.column(base, key), key.name.clone()));
        let ends = [(Aggregate::Min, "first_day"), (Aggregate::Max, "last_day")];
        let ends = ends.map(|(aggregate, column)| (folded(aggregate, day.clone()), SmolStr::from(column)));
        let group = Some(base.keys.len() - 1);
        let select = Select { group, ..select_from(&base.name, others.chain(ends).collect()) };
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });
        name
    }

    /// A moment of a relation of stretches, by its name.
    fn limit(&self, stretches: &'l Relation, name: &str) -> Option<Value> {
        let column = stretches.values.iter().find(|column| column.name == name)?;
        Some(self.column(stretches, column))
    }
}

fn names(relation: &Relation) -> impl Iterator<Item = SmolStr> {
    let columns: Vec<&Column> = relation.keys.iter().chain(&relation.values).collect();
    columns.into_iter().map(|column| column.name.clone())
}

fn inner(name: &SmolStr, on: Vec<Value>) -> Join {
    let table = Table { relation: Named::Cte(name.clone()), alias: SmolStr::default() };
    Join { table, outer: false, on }
}

fn folded(aggregate: Aggregate, value: Value) -> Value {
    let ty = Type { nullable: true, ..value.ty.clone() };
    Expr::leaf(Atom::Aggregate { aggregate, argument: Some(Box::new(value)), condition: None }, ty)
}

fn compare(function: Function, left: Value, right: Value) -> Value {
    let nullable = left.ty.nullable || right.ty.nullable;
    Expr::call(function, vec![left, right], Type::plain(Base::Boolean).or_null(nullable))
}
