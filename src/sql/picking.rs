//! Of the rows read only those at the last (first) moment of each part.

use super::grouped::{Grouping, column};
use super::lower::{equal, same};
use super::query::{Atom, Join, Relation, Select, Table, Value};
use crate::model::{Aggregate, Expr, Type};
use crate::plan::Folded;
use smol_str::SmolStr;

/// Which rows are picked before they are grouped.
pub struct Picking {
    pub last: bool,
    pub moment: Value,
    pub periods: Vec<Value>,
    pub per: Vec<Value>,
    pub among: Vec<Value>,
}

/// Two selects of rows: those among which the moments are found, each with the moment of its part, and the grouping of those
/// that stand at it.
pub fn by_window<'g>(grouping: Grouping<'g>, pick: Picking, name: &SmolStr) -> (Select, Grouping<'g>) {
    let mut rows = Rows { name, columns: Vec::new() };
    let mut grouped = rows.of(grouping);
    let moment = rows.keep(pick.moment.clone(), "moment".to_owned());
    let ty = Type { nullable: true, ..pick.moment.ty.clone() };
    let partition = pick.periods.into_iter().chain(pick.per).collect();
    let over = Atom::EndOver { value: Box::new(pick.moment), last: pick.last, partition };
    let chosen = rows.keep(Expr::leaf(over, ty), "picked_moment".to_owned());
    grouped.grouping.filter.push(equal(moment, chosen));
    let Kept { grouping, from, joins } = grouped;
    let select = Select { columns: rows.columns, filter: pick.among, ..plain(from, joins) };
    (select, grouping)
}

/// Three selects: the moments of the parts, the rows that stand at them, and the grouping of those. Each row is in one period,
/// which its moment says, so that rows are found by part and moment; grouping and joining is cheaper than a window over all.
pub fn by_join<'g>(
    grouping: Grouping<'g>,
    pick: Picking,
    name: &SmolStr,
    ends: &SmolStr,
) -> (Select, Select, Grouping<'g>) {
    let mut rows = Rows { name, columns: Vec::new() };
    let Kept { grouping, from, mut joins } = rows.of(grouping);
    if rows.columns.is_empty() {
        // Rows that are only counted have something to count by.
        rows.keep(pick.moment.clone(), "moment".to_owned());
    }
    let parts = pick.periods.iter().chain(&pick.per).enumerate();
    let mut columns: Vec<(Value, SmolStr)> =
        parts.map(|(at, part)| (part.clone(), format!("part_{}", at + 1).into())).collect();
    let group = columns.len();
    let of = |at: usize, ty: &Type| column(ends, &format!("part_{}", at + 1).into(), ty);
    let picked = SmolStr::from("picked_moment");
    let mut on = vec![equal(pick.moment.clone(), column(ends, &picked, &pick.moment.ty))];
    let first = pick.periods.len();
    on.extend(pick.per.iter().enumerate().map(|(at, part)| same(part.clone(), of(first + at, &part.ty))));
    let aggregate = if pick.last { Aggregate::Max } else { Aggregate::Min };
    let ty = Type { nullable: true, ..pick.moment.ty.clone() };
    let end = Atom::Aggregate { aggregate, argument: Some(Box::new(pick.moment)), condition: None };
    columns.push((Expr::leaf(end, ty), picked));
    let moments =
        Select { columns, filter: pick.among.clone(), group: Some(group), ..plain(from.clone(), joins.clone()) };
    let table = Table { relation: Relation::Cte(ends.clone()), alias: SmolStr::default() };
    joins.push(Join { table, outer: false, on });
    let select = Select { columns: rows.columns, filter: pick.among, ..plain(from, joins) };
    (moments, select, grouping)
}

fn plain(from: Table, joins: Vec<Join>) -> Select {
    Select { distinct: false, columns: Vec::new(), from, joins, filter: Vec::new(), group: None, having: Vec::new() }
}

/// The columns of rows that are grouped later.
struct Rows<'r> {
    name: &'r SmolStr,
    columns: Vec<(Value, SmolStr)>,
}

/// A grouping of kept rows, and where the rows come from.
struct Kept<'g> {
    grouping: Grouping<'g>,
    from: Table,
    joins: Vec<Join>,
}

impl Rows<'_> {
    /// Makes a value a column of the rows.
    fn keep(&mut self, value: Value, what: String) -> Value {
        let what = SmolStr::from(what);
        let ty = value.ty.clone();
        self.columns.push((value, what.clone()));
        column(self.name, &what, &ty)
    }

    fn all(&mut self, values: Vec<Value>, what: &str, at: usize) -> Vec<Value> {
        let named = values.into_iter().enumerate();
        named.map(|(part, value)| self.keep(value, format!("{what}_{}_{}", at + 1, part + 1))).collect()
    }

    fn of<'g>(&mut self, grouping: Grouping<'g>) -> Kept<'g> {
        let keys = grouping.keys.into_iter().map(|(value, key)| (self.keep(value, key.to_string()), key)).collect();
        let mut folds = Vec::with_capacity(grouping.folds.len());
        for (at, fold) in grouping.folds.into_iter().enumerate() {
            // What decides whether there is a value decides first whether the row counts.
            let shared = fold.exists == fold.filter;
            let filter = self.all(fold.filter, "counted", at);
            let exists = if shared { filter.clone() } else { self.all(fold.exists, "present", at) };
            let order = self.all(fold.order, "ordered", at);
            let argument = self.all(fold.argument.into_iter().collect(), "argument", at).pop();
            folds.push(Folded { argument, filter, exists, order, ..fold });
        }
        let conditions = grouping.filter.into_iter().enumerate();
        let filter = conditions.map(|(at, value)| self.keep(value, format!("kept_{}", at + 1))).collect();
        let from = Table { relation: Relation::Cte(self.name.clone()), alias: SmolStr::default() };
        Kept {
            grouping: Grouping { from, joins: Vec::new(), filter, keys, folds, values: grouping.values },
            from: grouping.from,
            joins: grouping.joins,
        }
    }
}
