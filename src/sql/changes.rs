//! How many values come and go with each day.

use super::lower::{Lowering, select_from};
use super::query::{Atom, Body, Cte, Select, Value};
use crate::model::{Aggregate, Base, Expr, Function, Grain, Kind, Type};
use crate::plan::{Changes, Counted, Relation};
use smol_str::SmolStr;

impl Lowering<'_> {
    pub(super) fn changes(&mut self, relation: &Relation, changes: &Changes) -> Body {
        let base = self.named(changes.base);
        let (day, keys) = base.keys.split_first().expect("values by day have a day");
        let (value, others) = keys.split_last().expect("values by day have a value");
        let named = |table: &SmolStr, column: &str, ty: &Type| {
            Expr::leaf(Atom::Column { table: table.clone(), column: column.into() }, ty.clone())
        };
        let known = |day: Value| Expr::call(Function::IsNotNull, vec![day], Type::plain(Base::Boolean));
        let name: SmolStr = format!("{}_next", relation.name).into();
        let of = |column: &crate::plan::Column| named(&name, &column.name, &column.ty);
        let date = Type::plain(Base::Date);
        let all = others.iter().chain([value]).map(|key| (self.column(base, key), key.name.clone()));
        let first = self.column(base, day);
        let mut rows: Vec<(Value, SmolStr)> = all.clone().collect();
        let group = match changes.counted {
            Counted::Days(_) => {
                let partition = others.iter().chain([value]).map(|key| self.column(base, key)).collect();
                let next = Atom::Next { value: Box::new(Expr { ty: date.clone(), ..first.clone() }), partition };
                rows.push((first.clone(), day.name.clone()));
                rows.push((Expr::leaf(next, date.clone().or_null(true)), "next_day".into()));
                None
            }
            Counted::Within(period) => {
                rows.push((self.plan.calendar.truncate(period, first.clone()), "period".into()));
                rows.push((aggregate(Aggregate::Min, Some(first.clone())), day.name.clone()));
                Some(others.len() + 2)
            }
            Counted::Forever => {
                rows.push((aggregate(Aggregate::Min, Some(first.clone())), day.name.clone()));
                Some(others.len() + 1)
            }
        };
        let filter = vec![known(first)];
        let select = Select { filter, group, ..select_from(&base.name, rows) };
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });
        let names: Vec<SmolStr> =
            relation.keys.iter().chain(&relation.values).map(|column| column.name.clone()).collect();
        let counts = || [aggregate(Aggregate::CountValues, Some(of(value))), aggregate(Aggregate::Count, None)];
        let keyed = |at: Value, counts: [Value; 2]| {
            let values = std::iter::once(at).chain(others.iter().map(of)).chain(counts);
            let columns = values.zip(names.iter().cloned()).collect();
            Select { group: Some(relation.keys.len()), ..select_from(&name, columns) }
        };
        let begin = keyed(of(day), counts());
        let Counted::Days(days) = changes.counted else { return Body::Select(Box::new(begin)) };
        let end = Expr { ty: date.clone(), ..of(day) }.shifted(i64::from(days), Grain::Day);
        let next = named(&name, "next_day", &date.clone().or_null(true));
        let sooner =
            Expr::call(Function::Less, vec![next.clone(), end.clone()], Type::plain(Base::Boolean).or_null(true));
        let until = Kind::Case { arms: vec![(sooner, next)], otherwise: Some(Box::new(end)) };
        let less = counts().map(|count| Expr::call(Function::Negate, vec![count], Type::plain(Base::Integer)));
        let ended = keyed(Expr { kind: until, ty: date }, less);
        let both: SmolStr = format!("{}_rows", relation.name).into();
        let body = Body::Union(vec![begin, ended]);
        self.with.push(Cte { name: both.clone(), comment: String::new(), body });
        let keys = relation.keys.iter().map(|key| (named(&both, &key.name, &key.ty), key.name.clone()));
        let sums = relation
            .values
            .iter()
            .map(|sum| (aggregate(Aggregate::Sum, Some(named(&both, &sum.name, &sum.ty))), sum.name.clone()));
        let select = select_from(&both, keys.chain(sums).collect());
        Body::Select(Box::new(Select { group: Some(relation.keys.len()), ..select }))
    }
}

fn aggregate(aggregate: Aggregate, argument: Option<Value>) -> Value {
    let ty = match (aggregate, &argument) {
        (Aggregate::Min, Some(argument)) => argument.ty.clone(),
        _ => Type::plain(Base::Integer),
    };
    let argument = argument.map(Box::new);
    Expr::leaf(Atom::Aggregate { aggregate, argument, condition: None }, ty)
}
