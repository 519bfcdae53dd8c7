//! `follow` as common table expressions: both sides, their pairs, and the groups of the latest of each.

use super::grouped::Grouping;
use super::lower::{Lowering, equal, select_from};
use super::query::{Atom, Body, Cte, Join, Relation as Named, Select, Table, Value};
use crate::model::{Base, Expr, Function, Literal, Type};
use crate::plan::{Carried, Cell, Column, Follow, FollowSide, Relation, RelationId};
use smol_str::SmolStr;

/// A side of `follow` as it is named.
struct Side {
    name: SmolStr,
    types: Vec<(SmolStr, Type)>,
    /// How many columns identify a row.
    keys: usize,
    carried: Vec<(SmolStr, Type)>,
}

impl Side {
    fn of(&self, column: &str) -> Value {
        let ty = self.types.iter().find(|(name, _)| name == column).map(|(_, ty)| ty.clone());
        let atom = Atom::Column { table: self.name.clone(), column: column.into() };
        Expr::leaf(atom, ty.expect("a side has the columns that it was given"))
    }
}

impl<'l> Lowering<'l> {
    /// Rows given to the latest row before them: both sides, the pairs with their rank, and the groups of the first of each.
    pub(super) fn follow(&mut self, relation: &Relation, follow: &Follow) -> Body {
        let after = self.side(relation, "after", &follow.after);
        let counted = self.side(relation, "counted", &follow.counted);
        let pairs: SmolStr = format!("{}_pairs", relation.name).into();
        let mut columns: Vec<(Value, SmolStr)> = Vec::new();
        let mut on = vec![equal(counted.of("whose"), after.of("whose"))];
        let compared =
            |function, left: Value, right: Value| Expr::call(function, vec![left, right], Type::plain(Base::Boolean));
        let keys = |side: &Side| (0..side.keys).map(|at| side.of(&format!("key_{}", at + 1))).collect::<Vec<_>>();
        if follow.same_source {
            let earlier = compared(Function::Less, after.of("at_moment"), counted.of("at_moment"));
            let mut before = vec![earlier];
            let mut alike = vec![equal(after.of("at_moment"), counted.of("at_moment"))];
            for (theirs, ours) in keys(&after).into_iter().zip(keys(&counted)) {
                let less = compared(Function::Less, theirs.clone(), ours.clone());
                before.extend(Expr::all(alike.iter().cloned().chain([less]).collect()));
                alike.push(equal(theirs, ours));
            }
            on.extend(Expr::any(before));
        } else {
            on.push(compared(Function::LessOrEqual, after.of("at_moment"), counted.of("at_moment")));
        }
        if let Some((count, unit)) = follow.within {
            let earliest = counted.of("at_moment").shifted(-i64::from(count), unit);
            on.push(compared(Function::Greater, after.of("at_moment"), earliest));
        }
        let mut order = vec![(after.of("at_moment"), true)];
        order.extend(keys(&after).into_iter().map(|key| (key, true)));
        let rank = Atom::RowNumber { partition: keys(&counted), order };
        let integer = Type::plain(Base::Integer);
        columns.push((Expr::leaf(rank, integer.clone()), "follows_rank".into()));
        for side in [&after, &counted] {
            columns.extend(side.carried.iter().map(|(name, _)| (side.of(name), name.clone())));
        }
        let table = Table { relation: Named::Cte(counted.name.clone()), alias: SmolStr::default() };
        let join = Join { table, outer: false, on };
        let select = Select { joins: vec![join], ..select_from(&after.name, columns) };
        self.with.push(Cte { name: pairs.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });

        let paired =
            |name: &str, ty: &Type| Expr::leaf(Atom::Column { table: pairs.clone(), column: name.into() }, ty.clone());
        let carried = |expr: &Expr<Carried>| {
            expr.replace(&mut |leaf, ty| match leaf {
                Carried::Column(name) => paired(name, ty),
                Carried::Label(at) => self.of_stretches(follow.stretches, |relation| &relation.keys[*at], ty),
                Carried::Stretch(at) => self.of_stretches(follow.stretches, |relation| &relation.values[*at], ty),
                Carried::Now => Expr::leaf(Atom::Now, ty.clone()),
            })
        };
        let first = equal(paired("follows_rank", &integer), Expr::literal(Literal::Integer(1), integer.clone()));
        let joins = follow.stretches.iter().map(|id| {
            let table = Table { relation: Named::Cte(self.named(*id).name.clone()), alias: SmolStr::default() };
            Join { table, outer: false, on: follow.on.iter().map(carried).collect() }
        });
        let grouping = Grouping {
            from: Table { relation: Named::Cte(pairs.clone()), alias: SmolStr::default() },
            joins: joins.collect(),
            filter: [first].into_iter().chain(follow.filter.iter().map(carried)).collect(),
            keys: follow.keys.iter().map(carried).zip(relation.keys.iter().map(|key| key.name.clone())).collect(),
            folds: vec![self.folded(&follow.fold, carried)],
            values: &relation.values,
        };
        self.grouped(relation, grouping)
    }

    fn of_stretches(
        &self,
        stretches: Option<RelationId>,
        column: impl Fn(&'l Relation) -> &'l Column,
        ty: &Type,
    ) -> Value {
        let relation = self.named(stretches.expect("stretches that are named are there"));
        let atom = Atom::Column { table: relation.name.clone(), column: column(relation).name.clone() };
        Expr::leaf(atom, ty.clone())
    }

    /// One side of `follow` as a common table expression: whose each row is, when, which, and what is carried along.
    fn side(&mut self, relation: &Relation, what: &str, side: &FollowSide) -> Side {
        let aliases = self.aliases(&side.scan);
        let (from, joins) = self.tables(&side.scan, &aliases);
        let cells = |expr: &Expr<Cell>| self.cells(&side.scan, &aliases, expr);
        let mut columns = vec![(cells(&side.by), SmolStr::from("whose")), (cells(&side.at), "at_moment".into())];
        for (at, key) in side.scan.keys.iter().enumerate() {
            columns.push((cells(key), format!("key_{}", at + 1).into()));
        }
        columns.extend(side.carried.iter().map(|(name, value)| (cells(value), name.clone())));
        let known = |value: &Value| Expr::call(Function::IsNotNull, vec![value.clone()], Type::plain(Base::Boolean));
        let mut filter: Vec<Value> = side.scan.filter.iter().map(cells).collect();
        filter.extend(columns[..2].iter().map(|(value, _)| known(value)));
        let types: Vec<(SmolStr, Type)> =
            columns.iter().map(|(value, name)| (name.clone(), value.ty.clone())).collect();
        let name: SmolStr = format!("{}_{what}", relation.name).into();
        let select = Select { distinct: false, columns, from, joins, filter, group: None, having: Vec::new() };
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Select(Box::new(select)) });
        let carried = types[2 + side.scan.keys.len()..].to_vec();
        Side { name, types, keys: side.scan.keys.len(), carried }
    }
}
