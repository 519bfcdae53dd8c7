//! From a plan's relations to common table expressions. Structure is decided here, by what the warehouse supports; words are
//! not.

use super::binding::Binding;
use super::grouped::{self, Grouping};
use super::query::{Atom, Body, Cte, Join, OrderTerm, Query, Relation as Named, Select, Table, Value};
use super::{picking, strict};
use crate::dialect::Dialect;
use crate::model::{Base, ColumnId, Expr, Function, Kind, Literal, Model, SourceId, Type};
use crate::plan::{Attached, Cell, Column, Folded, Plan, Relation, RelationId, Rows, Scan, Slot, Stack, Step};
use smol_str::SmolStr;

/// In bytes, what a relation's name has at most: with what is put behind it, it stays within the shortest that a warehouse lets
/// through.
const LONGEST: usize = 44;

/// Lowers a plan to one statement for a dialect and the names that a warehouse binds.
pub fn lower(plan: &Plan, model: &Model, dialect: &Dialect, binding: &Binding) -> Query {
    if plan.relations.iter().any(|relation| relation.name.len() > LONGEST + 4) {
        let mut plan = plan.clone();
        for (at, relation) in plan.relations.iter_mut().enumerate().filter(|(_, it)| it.name.len() > LONGEST + 4) {
            let end = (0..=LONGEST).rev().find(|end| relation.name.is_char_boundary(*end)).unwrap_or(0);
            relation.name = format!("{}_{}", relation.name[..end].trim_end_matches('_'), at + 1).into();
        }
        return lower(&plan, model, dialect, binding);
    }
    let tables = tables(plan, model, binding);
    if plan.relations.iter().any(|relation| is_taken(&relation.name, &tables)) {
        // A relation would hide the table that it reads.
        let mut plan = plan.clone();
        for relation in &mut plan.relations {
            while is_taken(&relation.name, &tables) {
                relation.name = format!("{}_", relation.name).into();
            }
        }
        return lower(&plan, model, dialect, binding);
    }
    let mut lowering = Lowering { plan, model, dialect, binding, with: Vec::new() };
    let result = &plan.result;
    // An order by an expression: the bytes of a text, nulls that have to be sent behind the others.
    let ordered = !result.order.is_empty() && !dialect.supports.nulls_last && !dialect.supports.order_by_expressions;
    let by_expression = ordered || result.order.iter().any(|(at, _)| result.columns[*at].ty.base == Base::Text);
    let direct =
        result.having.is_none() && result.rows.attached.is_empty() && !by_expression && lowering.is_plain(&result.rows);
    let last = result.rows.base.0;
    for (at, relation) in plan.relations.iter().enumerate() {
        if !(direct && at == last) {
            lowering.relation(relation);
        }
    }
    let body = if direct {
        lowering.direct(&plan.relations[last])
    } else {
        let mut select = lowering.rows(&result.rows, &result.columns);
        select.filter =
            result.having.iter().flat_map(|having| lowering.slots(&result.rows, having).conjuncts()).collect();
        if by_expression || (!result.order.is_empty() && !select.joins.is_empty()) {
            // Where several relations have a column of the name, the order is by that of the result.
            // An order by the bytes of a text is an expression, and those see columns of the rows read, not of the result.
            lowering.with.push(Cte {
                name: "result".into(),
                comment: String::new(),
                body: Body::Select(Box::new(select)),
            });
            select = everything_of("result", &result.columns);
        }
        Body::Select(Box::new(select))
    };
    let order = result.order.iter().map(|(at, descending)| OrderTerm {
        column: result.columns[*at].name.clone(),
        descending: *descending,
        is_text: result.columns[*at].ty.base == Base::Text,
    });
    Query { header: Vec::new(), order: order.collect(), limit: result.limit, with: lowering.with, body }
}

/// The tables that a plan reads and that are named by one word.
fn tables(plan: &Plan, model: &Model, binding: &Binding) -> Vec<String> {
    let mut tables = Vec::new();
    for scan in plan.scans() {
        for source in std::iter::once(scan.source).chain(scan.hops.iter().map(|hop| hop.source)) {
            if let Named::Physical(parts) = binding.relation(&model.source(source).name) {
                tables.extend(<[String; 1]>::try_from(parts).ok().map(|[name]| name));
            }
        }
    }
    tables
}

/// Whether a relation's name, or one made of it, is a table's. Capitals do not count: some warehouses fold them.
fn is_taken(name: &str, tables: &[String]) -> bool {
    tables.iter().any(|table| {
        let rest =
            table.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| &table[name.len()..]);
        rest.is_some_and(|rest| {
            [
                "",
                "_rows",
                "_ranked",
                "_starts",
                "_picked",
                "_after",
                "_counted",
                "_pairs",
                "_in_order",
                "_parts",
                "_days",
                "_ends",
                "_next",
            ]
            .iter()
            .any(|ending| rest.eq_ignore_ascii_case(ending))
        })
    })
}

pub(super) struct Lowering<'l> {
    pub(super) plan: &'l Plan,
    model: &'l Model,
    dialect: &'l Dialect,
    binding: &'l Binding,
    pub(super) with: Vec<Cte>,
}

impl<'l> Lowering<'l> {
    pub(super) fn named(&self, id: RelationId) -> &'l Relation {
        &self.plan.relations[id.0]
    }

    /// Whether the result is just a relation's columns as they stand, so that the relation can be the statement itself.
    fn is_plain(&self, rows: &Rows) -> bool {
        let base = self.named(rows.base);
        let in_order =
            rows.outputs.iter().enumerate().all(
                |(at, output)| matches!(output.kind, Kind::Leaf(Slot::Value { relation: 0, value }) if value == at),
            );
        in_order && rows.outputs.len() == base.values.len()
    }

    fn relation(&mut self, relation: &Relation) {
        let body = self.body(relation);
        self.with.push(Cte { name: relation.name.clone(), comment: String::new(), body });
    }

    /// The relation as the body of the statement, with the result's own column names.
    fn direct(&mut self, relation: &Relation) -> Body {
        let mut body = self.body(relation);
        if let Body::Select(select) = &mut body {
            for ((_, name), column) in select.columns.iter_mut().zip(&self.plan.result.columns) {
                *name = column.name.clone();
            }
        }
        body
    }

    fn body(&mut self, relation: &Relation) -> Body {
        match &relation.step {
            Step::Scan(scan) => self.scan(relation, scan),
            Step::Stack(stack) => self.stack(relation, stack),
            Step::Fold(fold) => {
                let (from, joins) = self.from(&fold.rows);
                let base = self.named(fold.rows.base);
                let keys = fold
                    .keys
                    .iter()
                    .map(|at| &base.keys[*at])
                    .zip(&relation.keys)
                    .map(|(key, column)| (self.column(base, key), column.name.clone()))
                    .collect();
                let folds: Vec<Folded<Atom>> =
                    fold.folds.iter().map(|folded| self.folded(folded, |expr| self.slots(&fold.rows, expr))).collect();
                let grouping = Grouping { from, joins, filter: Vec::new(), keys, folds, values: &relation.values };
                self.grouped(relation, grouping)
            }
            Step::Bounds(inputs) => self.bounds(relation, inputs),
            Step::Spine(spine) => self.spine(relation, spine),
            Step::Dense(dense) => self.dense(relation, dense),
            Step::Divide(divide) => self.divide(relation, divide),
            Step::Regroup(regroup) => self.regroup(relation, regroup),
            Step::Changes(changes) => self.changes(relation, changes),
            Step::Follow(follow) => self.follow(relation, follow),
            Step::Succession(succession) => self.succession(relation, succession),
            Step::Compute(rows) => {
                let columns: Vec<Column> = relation.keys.iter().chain(&relation.values).cloned().collect();
                Body::Select(Box::new(self.rows(rows, &columns)))
            }
        }
    }

    /// Rows grouped and aggregated; in two steps where an aggregate has to rank rows first.
    pub(super) fn grouped(&mut self, relation: &Relation, grouping: Grouping) -> Body {
        let ranked = grouping.folds.iter().any(|fold| grouped::needs_ranks(fold, self.dialect));
        if !ranked {
            return Body::Select(Box::new(grouped::at_once(grouping)));
        }
        let name: SmolStr = format!("{}_ranked", relation.name).into();
        let (rows, select) = grouped::by_ranks(grouping, &name, self.dialect);
        self.with.push(Cte { name, comment: String::new(), body: Body::Select(Box::new(rows)) });
        Body::Select(Box::new(select))
    }

    fn scan(&mut self, relation: &Relation, scan: &Scan) -> Body {
        let aliases = self.aliases(scan);
        let (from, joins) = self.tables(scan, &aliases);
        let cells = |expr: &Expr<Cell>| self.cells(scan, &aliases, expr);
        let grouping = Grouping {
            from,
            joins,
            filter: scan.filter.iter().map(cells).collect(),
            keys: scan.keys.iter().map(cells).zip(relation.keys.iter().map(|key| key.name.clone())).collect(),
            folds: scan.folds.iter().map(|folded| self.folded(folded, cells)).collect(),
            values: &relation.values,
        };
        let Some(pick) = &scan.pick else { return self.grouped(relation, grouping) };
        let pick = picking::Picking {
            last: pick.last,
            moment: cells(&pick.moment),
            periods: pick.periods.iter().map(cells).collect(),
            per: pick.per.iter().map(cells).collect(),
            among: pick.among.iter().map(cells).collect(),
        };
        let name: SmolStr = format!("{}_picked", relation.name).into();
        let (rows, grouping) = if scan.stretches.is_some() {
            // A row may be in several stretches.
            picking::by_window(grouping, pick, &name)
        } else {
            let ends: SmolStr = format!("{}_ends", relation.name).into();
            let (moments, rows, grouping) = picking::by_join(grouping, pick, &name, &ends);
            self.with.push(Cte { name: ends, comment: String::new(), body: Body::Select(Box::new(moments)) });
            (rows, grouping)
        };
        self.with.push(Cte { name, comment: String::new(), body: Body::Select(Box::new(rows)) });
        self.grouped(relation, grouping)
    }

    /// The source of a scan, and what its rows lead to.
    pub(super) fn tables(&self, scan: &Scan, aliases: &[SmolStr]) -> (Table, Vec<Join>) {
        let table = |source: SourceId, alias: &SmolStr| Table {
            relation: self.binding.relation(&self.model.source(source).name),
            alias: alias.clone(),
        };
        let cells = |expr: &Expr<Cell>| self.cells(scan, aliases, expr);
        let matched = strict::matched(scan);
        let mut joins = Vec::with_capacity(scan.hops.len() + scan.lookups.len());
        for (at, hop) in scan.hops.iter().enumerate() {
            let on = hop.on.iter().map(|(here, there)| equal(cells(here), cells(there)));
            let on = on.chain(hop.valid.iter().map(cells)).collect();
            joins.push(Join { table: table(hop.source, &aliases[at + 1]), outer: !matched[at], on });
        }
        for (at, lookup) in scan.lookups.iter().enumerate() {
            let found = self.named(lookup.relation);
            let alias = lookup_alias(at);
            let on = lookup
                .keys
                .iter()
                .zip(&found.keys)
                .map(|(value, key)| {
                    let column =
                        Expr::leaf(Atom::Column { table: alias.clone(), column: key.name.clone() }, key.ty.clone());
                    if lookup.null_matches { same(cells(value), column) } else { equal(cells(value), column) }
                })
                .collect();
            joins.push(Join { table: Table { relation: Named::Cte(found.name.clone()), alias }, outer: true, on });
        }
        if let Some(stretches) = &scan.stretches {
            let named = self.named(stretches.relation);
            let on = stretches.on.iter().map(cells).collect();
            let table = Table { relation: Named::Cte(named.name.clone()), alias: SmolStr::default() };
            joins.push(Join { table, outer: false, on });
        }
        (table(scan.source, &aliases[0]), joins)
    }

    /// A name for each table of a scan: the source's, then each join's, with its way before it where two are alike.
    pub(super) fn aliases(&self, scan: &Scan) -> Vec<SmolStr> {
        let mut aliases = vec![self.model.source(scan.source).name.clone()];
        for hop in &scan.hops {
            let holder = if hop.from == 0 { scan.source } else { scan.hops[hop.from - 1].source };
            let join = &self.model.source(holder).join(hop.join).name;
            let mut alias = join.clone();
            if aliases.contains(&alias) {
                alias = format!("{}_{join}", aliases[hop.from]).into();
            }
            while aliases.contains(&alias) {
                alias = format!("{alias}_").into();
            }
            aliases.push(alias);
        }
        aliases
    }

    pub(super) fn cells(&self, scan: &Scan, aliases: &[SmolStr], expr: &Expr<Cell>) -> Value {
        expr.replace(&mut |cell, ty| {
            let atom = match cell {
                Cell::Column { table, column } => {
                    let source = if *table == 0 { scan.source } else { scan.hops[*table - 1].source };
                    Atom::Stored { table: aliases[*table].clone(), column: self.physical(source, *column) }
                }
                Cell::AsStored { table, column } => {
                    let source = if *table == 0 { scan.source } else { scan.hops[*table - 1].source };
                    Atom::Column { table: aliases[*table].clone(), column: self.physical(source, *column) }
                }
                Cell::WellFormed { table, column } => {
                    let source = if *table == 0 { scan.source } else { scan.hops[*table - 1].source };
                    Atom::WellFormed { table: aliases[*table].clone(), column: self.physical(source, *column) }
                }
                Cell::Lookup { lookup, value } => {
                    let found = self.named(scan.lookups[*lookup].relation);
                    Atom::Column { table: lookup_alias(*lookup), column: found.values[*value].name.clone() }
                }
                Cell::Now => Atom::Now,
                Cell::Label(at) => self.of_stretch(scan, |relation| &relation.keys[*at]),
                Cell::Stretch(at) => self.of_stretch(scan, |relation| &relation.values[*at]),
            };
            Expr::leaf(atom, ty.clone())
        })
    }

    /// A column of the stretches that a scan reads by.
    fn of_stretch(&self, scan: &Scan, column: impl Fn(&'l Relation) -> &'l Column) -> Atom {
        let stretches = scan.stretches.as_ref().expect("a scan that names stretches has them");
        let relation = self.named(stretches.relation);
        Atom::Column { table: relation.name.clone(), column: column(relation).name.clone() }
    }

    fn physical(&self, source: SourceId, column: ColumnId) -> SmolStr {
        let source = self.model.source(source);
        self.binding.column(&source.name, &source.column(column).name)
    }

    pub(super) fn folded<L>(&self, folded: &Folded<L>, lower: impl Fn(&Expr<L>) -> Value) -> Folded<Atom> {
        Folded {
            aggregate: folded.aggregate,
            argument: folded.argument.as_ref().map(&lower),
            filter: folded.filter.iter().map(&lower).collect(),
            exists: folded.exists.iter().map(&lower).collect(),
            order: folded.order.iter().map(&lower).collect(),
            ty: folded.ty.clone(),
        }
    }

    /// `UNION ALL` of what the inputs have, nulls for what they have not, then one row for each combination of keys: so null
    /// keys meet, as they would not in a join.
    fn stack(&mut self, relation: &Relation, stack: &Stack) -> Body {
        let selects = stack.inputs.iter().enumerate().map(|(input, id)| {
            let from = self.named(*id);
            let keys =
                from.keys.iter().zip(&relation.keys).map(|(key, column)| (self.column(from, key), column.name.clone()));
            let values = stack.values.iter().zip(&relation.values).map(|((of, value), column)| {
                let value = if *of == input { self.column(from, &from.values[*value]) } else { nothing(&column.ty) };
                (value, column.name.clone())
            });
            Select {
                distinct: false,
                columns: keys.chain(values).collect(),
                from: Table { relation: Named::Cte(from.name.clone()), alias: SmolStr::default() },
                joins: Vec::new(),
                filter: Vec::new(),
                group: None,
                having: Vec::new(),
            }
        });
        let selects: Vec<Select> = selects.collect();
        let name: SmolStr = format!("{}_rows", relation.name).into();
        self.with.push(Cte { name: name.clone(), comment: String::new(), body: Body::Union(selects) });
        let of = |column: &Column| {
            Expr::leaf(Atom::Column { table: name.clone(), column: column.name.clone() }, column.ty.clone())
        };
        let keys = relation.keys.iter().map(|key| (of(key), key.name.clone()));
        let values = relation.values.iter().map(|column| (grouped::only(of(column)), column.name.clone()));
        let columns = keys.chain(values).collect();
        let from = Table { relation: Named::Cte(name.clone()), alias: SmolStr::default() };
        let select = Select {
            distinct: false,
            columns,
            from,
            joins: Vec::new(),
            filter: Vec::new(),
            group: Some(relation.keys.len()),
            having: grouped::some_row(relation.keys.len()),
        };
        Body::Select(Box::new(select))
    }

    pub(super) fn column(&self, relation: &Relation, column: &Column) -> Value {
        let atom = Atom::Column { table: relation.name.clone(), column: column.name.clone() };
        Expr::leaf(atom, column.ty.clone())
    }

    /// The base of rows, with what is attached to it. What is attached may be empty and takes no row away.
    fn from(&self, rows: &Rows) -> (Table, Vec<Join>) {
        let base = self.named(rows.base);
        // What has no keys has one value, which is read where it stands.
        let keyed = rows.attached.iter().filter(|attached| !attached.keys.is_empty());
        let joins = keyed.map(|attached| self.attach(rows, attached)).collect();
        (Table { relation: Named::Cte(base.name.clone()), alias: SmolStr::default() }, joins)
    }

    fn attach(&self, rows: &Rows, attached: &Attached) -> Join {
        let relation = self.named(attached.relation);
        let on: Vec<Value> = attached
            .keys
            .iter()
            .zip(&relation.keys)
            .map(|(of_base, key)| same(self.slots(rows, of_base), self.column(relation, key)))
            .collect();
        Join {
            table: Table { relation: Named::Cte(relation.name.clone()), alias: SmolStr::default() },
            outer: true,
            on,
        }
    }

    fn rows(&self, rows: &Rows, columns: &[Column]) -> Select {
        let (from, joins) = self.from(rows);
        let base = self.named(rows.base);
        let keys = base.keys.iter().map(|key| self.column(base, key));
        let outputs = rows.outputs.iter().map(|output| self.slots(rows, output));
        let columns = keys.chain(outputs).zip(columns).map(|(value, column)| (value, column.name.clone())).collect();
        Select { distinct: false, columns, from, joins, filter: Vec::new(), group: None, having: Vec::new() }
    }

    fn slots(&self, rows: &Rows, expr: &Expr<Slot>) -> Value {
        let base = self.named(rows.base);
        expr.replace(&mut |slot, ty| {
            let (relation, column) = match *slot {
                Slot::Now => return Expr::leaf(Atom::Now, ty.clone()),
                Slot::Key(key) => (base, &base.keys[key]),
                Slot::Value { relation: 0, value } => (base, &base.values[value]),
                Slot::Value { relation, value } => {
                    let attachment = &rows.attached[relation - 1];
                    let attached = self.named(attachment.relation);
                    if attachment.keys.is_empty() {
                        let column = attached.values[value].name.clone();
                        return Expr::leaf(Atom::Only { table: attached.name.clone(), column }, ty.clone());
                    }
                    (attached, &attached.values[value])
                }
            };
            Expr { ty: ty.clone(), ..self.column(relation, column) }
        })
    }
}

fn lookup_alias(at: usize) -> SmolStr {
    match at {
        0 => "found".into(),
        n => format!("found_{}", n + 1).into(),
    }
}

/// Columns of a common table expression.
pub(super) fn select_from(name: &SmolStr, columns: Vec<(Value, SmolStr)>) -> Select {
    Select {
        distinct: false,
        columns,
        from: Table { relation: Named::Cte(name.clone()), alias: SmolStr::default() },
        joins: Vec::new(),
        filter: Vec::new(),
        group: None,
        having: Vec::new(),
    }
}

fn everything_of(name: &str, columns: &[Column]) -> Select {
    let of = |column: &Column| {
        let atom = Atom::Column { table: name.into(), column: column.name.clone() };
        (Expr::leaf(atom, column.ty.clone()), column.name.clone())
    };
    Select {
        distinct: false,
        columns: columns.iter().map(of).collect(),
        from: Table { relation: Named::Cte(name.into()), alias: SmolStr::default() },
        joins: Vec::new(),
        filter: Vec::new(),
        group: None,
        having: Vec::new(),
    }
}

/// A null that says its type: in a union some warehouse would take it for text.
fn nothing(ty: &Type) -> Value {
    let null = Expr::literal(Literal::Null, Type { nullable: true, ..ty.clone() });
    Expr::call(Function::Cast(ty.base), vec![null], ty.clone())
}

pub(super) fn equal(left: Value, right: Value) -> Value {
    let nullable = left.ty.nullable || right.ty.nullable;
    Expr::call(Function::Equal, vec![left, right], Type::plain(Base::Boolean).or_null(nullable))
}

pub(super) fn same(left: Value, right: Value) -> Value {
    if !left.ty.nullable && !right.ty.nullable {
        return equal(left, right);
    }
    Expr::leaf(Atom::Same(Box::new(left), Box::new(right)), Type::plain(Base::Boolean))
}
