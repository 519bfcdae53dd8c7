//! Stretches in the order in which they begin, each beside the next.

use super::lower::{Lowering, equal, select_from};
use super::query::{Atom, Body, Cte, Join, Relation as Named, Table, Value};
use crate::model::{Base, Expr, Function, Kind, Literal, Type};
use crate::plan::{Relation, Slot, Succession};
use smol_str::SmolStr;

impl Lowering<'_> {
    /// The rows of the base numbered by where they begin, then each joined to the one behind it: linear, however many
    /// versions of one thing there are, and still every stretch that runs into a later one runs into the next.
    pub(super) fn succession(&mut self, relation: &Relation, succession: &Succession) -> Body {
        let base = self.named(succession.base);
        let columns: Vec<_> = base.keys.iter().chain(&base.values).collect();
        let of_base = |slot: &Slot| {
            let at = match *slot {
                Slot::Key(at) => at,
                Slot::Value { value, .. } => base.keys.len() + value,
                Slot::Now => unreachable!("no stretch begins or ends now"),
            };
            columns[at]
        };
        let read = |expr: &Expr<Slot>| {
            expr.replace(&mut |slot, ty| Expr { ty: ty.clone(), ..self.column(base, of_base(slot)) })
        };
        let own = |wanted: &str| {
            let mut name = SmolStr::new(wanted);
            while columns.iter().any(|column| column.name.eq_ignore_ascii_case(&name)) {
                name = format!("{name}_").into();
            }
            name
        };
        let (begins, ends) = (read(&succession.begins), read(&succession.ends));
        let within: Vec<Value> = succession.within.iter().map(|slot| self.column(base, of_base(slot))).collect();
        let mut order = Vec::new();
        if begins.ty.nullable {
            // What has always been begins before everything, where a null would come last.
            let arms = vec![(is_null(&begins), integer(0))];
            let otherwise = Some(Box::new(integer(1)));
            order.push((Expr { kind: Kind::Case { arms, otherwise }, ty: Type::plain(Base::Integer) }, false));
        }
        order.push((begins.clone(), false));
        order.extend(succession.ties.iter().map(|slot| (self.column(base, of_base(slot)), false)));
        let place = Atom::RowNumber { partition: within.clone(), order };
        let (begins_name, ends_name, place_name) = (own("begins"), own("ends"), own("place"));
        let mut numbered: Vec<(Value, SmolStr)> =
            columns.iter().map(|column| (self.column(base, column), column.name.clone())).collect();
        numbered.push((begins.clone(), begins_name.clone()));
        numbered.push((ends.clone(), ends_name.clone()));
        numbered.push((Expr::leaf(place, Type::plain(Base::Integer)), place_name.clone()));
        let mut filter: Vec<Value> = within.iter().filter(|value| value.ty.nullable).map(is_not_null).collect();
        if !succession.gaps {
            filter.extend(before(&begins, &ends));
        }
        let name: SmolStr = format!("{}_in_order", base.name).into();
        let mut select = select_from(&base.name, numbered);
        select.filter = filter;
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });

        let next = own("later");
        let of = |table: &SmolStr, column: &SmolStr, ty: &Type| {
            Expr::leaf(Atom::Column { table: table.clone(), column: column.clone() }, ty.clone())
        };
        let whole = Type::plain(Base::Integer);
        let behind = Expr::call(Function::Add, vec![of(&name, &place_name, &whole), integer(1)], whole.clone());
        let mut on: Vec<Value> = Vec::new();
        for slot in &succession.within {
            let column = of_base(slot);
            on.push(equal(of(&name, &column.name, &column.ty), of(&next, &column.name, &column.ty)));
        }
        on.push(equal(behind, of(&next, &place_name, &whole)));
        let (ends, begins) = (of(&name, &ends_name, &ends.ty), of(&next, &begins_name, &begins.ty));
        let found = if succession.gaps { before(&ends, &begins) } else { before(&begins, &ends) };
        let shown = columns.iter().map(|column| of(&name, &column.name, &column.ty));
        let behind = columns.iter().enumerate().filter(|(at, _)| !succession.within.contains(&Slot::Key(*at)));
        let shown = shown.chain(behind.map(|(_, column)| of(&next, &column.name, &column.ty)));
        let shown = shown.zip(relation.keys.iter().map(|key| key.name.clone())).collect();
        let table = Table { relation: Named::Cte(name.clone()), alias: next.clone() };
        let mut select = select_from(&name, shown);
        select.joins = vec![Join { table, outer: false, on }];
        select.filter = found.into_iter().collect();
        Body::Select(Box::new(select))
    }
}

/// One moment lies before another; a null bound lies beyond all.
fn before(one: &Value, other: &Value) -> Option<Value> {
    let nullable = one.ty.nullable || other.ty.nullable;
    let ty = Type::plain(Base::Boolean).or_null(nullable);
    let less = Expr::call(Function::Less, vec![one.clone(), other.clone()], ty);
    let open = [one, other].into_iter().filter(|bound| bound.ty.nullable).map(is_null);
    Expr::any(open.chain([less]).collect())
}

fn is_null(value: &Value) -> Value {
    Expr::call(Function::IsNull, vec![value.clone()], Type::plain(Base::Boolean))
}

fn is_not_null(value: &Value) -> Value {
    Expr::call(Function::IsNotNull, vec![value.clone()], Type::plain(Base::Boolean))
}

fn integer(value: i64) -> Value {
    Expr::literal(Literal::Integer(value), Type::plain(Base::Integer))
}
