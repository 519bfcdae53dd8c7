//! What reads the rows that break an assertion.

use super::planner::Planner;
use super::scan::{Builder, compared};
use super::{Cell, Column, Folded, Plan, Relation, RelationId, Result, Rows, Scan, Slot, Step, Succession};
use crate::assertion::{Assertion, What, own, shown_as, unused};
use crate::model::{
    Aggregate, Base, ColumnId, DeclaredGrain, Expr, Function, Grain, JoinId, Literal, Model, RowExpr, RowLeaf,
    SourceId, Type,
};
use smol_str::SmolStr;

/// Plans the rows that break an assertion: none, if all is well.
pub fn asserted(model: &Model, assertion: &Assertion) -> Plan {
    let asserting = Asserting { planner: Planner::new(model, None, false), model, source: assertion.source };
    asserting.plan(&assertion.what)
}

struct Asserting<'m> {
    planner: Planner<'m>,
    model: &'m Model,
    source: SourceId,
}

impl Asserting<'_> {
    fn plan(self, what: &What) -> Plan {
        let source = self.model.source(self.source);
        match what {
            What::Key => self.repeated(&source.key),
            What::Days(grain) => {
                let day = self.model.grain(*grain).at;
                self.repeated(&[day])
            }
            What::NotNull(id) => {
                let value = own(self.model, self.source, *id);
                self.rows(&[value], |_, shown| vec![unary(Function::IsNull, &shown[0])])
            }
            What::Check(id, at) => {
                let (value, condition) = (own(self.model, self.source, *id), &source.column(*id).checks[*at]);
                self.rows(&[value], |builder, _| {
                    let kept = builder.expr(condition);
                    let ty = kept.ty.clone();
                    vec![Expr::call(Function::Not, vec![kept], ty)]
                })
            }
            What::Form(id) => self.misformed(*id),
            What::Match(id) => self.dangling(*id),
            What::Interval(from, to) => self.rows(&[from.clone(), to.clone()], |_, shown| {
                let [from, to] = alike([shown[0].clone(), shown[1].clone()]);
                vec![compared(Function::Less, to, from)]
            }),
            What::Accepted(dimension, value) => {
                let accepted = &self.model.dimension(*dimension).accepted;
                let texts = accepted.iter().map(|text| Literal::Text(text.as_str().into()));
                let texts: Vec<Expr<Cell>> = texts.map(|text| Expr::literal(text, Type::plain(Base::Text))).collect();
                self.rows(std::slice::from_ref(value), |_, shown| {
                    let arguments = shown[..1].iter().cloned().chain(texts).collect();
                    vec![Expr::call(Function::NotIn, arguments, Type::plain(Base::Boolean).or_null(true))]
                })
            }
            What::Versions { on, from, to } => self.versions(on, *from, *to),
            What::Gaps(grain) => {
                let grain = self.model.grain(*grain);
                self.gaps(grain)
            }
            What::Apart(grain) => {
                let grain = self.model.grain(*grain);
                self.apart(grain)
            }
            What::Nested(finer, coarser) => {
                let (finer, coarser) = (self.model.grain(*finer), self.model.grain(*coarser));
                self.nested(finer, coarser)
            }
        }
    }

    /// Rows of the source, each once: its key and some values, where all of some conditions of those are true.
    fn rows(self, values: &[RowExpr], conditions: impl FnOnce(&mut Builder, &[Expr<Cell>]) -> Vec<Expr<Cell>>) -> Plan {
        let source = self.source;
        let said: Vec<SmolStr> = values.iter().map(|value| shown_as(self.model, source, value)).collect();
        self.scanned(|builder| {
            let shown: Vec<Expr<Cell>> = values.iter().map(|value| builder.expr(value)).collect();
            let filter = conditions(builder, &shown);
            (said.into_iter().zip(shown).collect(), filter)
        })
    }

    /// Rows by their key and what else is shown, under a filter.
    fn scanned(mut self, read: impl FnOnce(&mut Builder) -> (Vec<(SmolStr, Expr<Cell>)>, Vec<Expr<Cell>>)) -> Plan {
        let source = self.model.source(self.source);
        let mut builder = Builder::new(&mut self.planner, self.source);
        let mut shown: Vec<(SmolStr, Expr<Cell>)> =
            source.key.iter().map(|key| source.column(*key).name.clone()).zip(builder.key_columns()).collect();
        let (more, filter) = read(&mut builder);
        for (name, value) in more {
            // A column of the key that is shown already is not shown again.
            if !shown.iter().any(|(_, known)| *known == value) {
                shown.push((unused(&name, shown.iter().map(|(name, _)| name)), value));
            }
        }
        let keys = shown.iter().map(|(name, value)| Column { name: name.clone(), ty: value.ty.clone() }).collect();
        let scan = builder.done(shown.into_iter().map(|(_, value)| value).collect(), filter, Vec::new());
        let name = format!("{}_rows", source.name);
        let base = self.planner.add(&name, keys, Vec::new(), Step::Scan(scan));
        self.answer(base, None)
    }

    /// What is there more than once.
    fn repeated(mut self, columns: &[ColumnId]) -> Plan {
        let (keys, names) = self.columns(columns);
        let count = unused("rows_alike", names.iter().map(|key| &key.name));
        let folds = vec![folded(Aggregate::Count, None, Type::plain(Base::Integer))];
        let values = vec![Column { name: count, ty: Type::plain(Base::Integer) }];
        let scan = self.scan(keys, Vec::new(), folds);
        let base = self.add("by_key", names, values, Step::Scan(scan));
        let several =
            Expr::call(Function::Greater, vec![value(0, Base::Integer), integer(1)], Type::plain(Base::Boolean));
        self.answer(base, Some(several))
    }

    /// Cells that are not written as their type is.
    fn misformed(self, id: ColumnId) -> Plan {
        let column = self.model.source(self.source).column(id).clone();
        self.scanned(|_| {
            let stored = Expr::leaf(Cell::AsStored { table: 0, column: id }, Type::plain(Base::Text).or_null(true));
            let form = Cell::WellFormed { table: 0, column: id };
            let form = Expr::leaf(form, Type { base: column.ty.base, ..Type::plain(Base::Boolean) });
            let filter = vec![unary(Function::IsNotNull, &stored), unary(Function::IsNotTrue, &form)];
            (vec![(format!("{}_stored", column.name).into(), stored)], filter)
        })
    }

    /// Rows whose join finds none.
    fn dangling(self, id: JoinId) -> Plan {
        let (model, from) = (self.model, self.source);
        let join = model.source(from).join(id);
        let target = model.source(join.target);
        let ours: Vec<RowExpr> = join.on.iter().map(|(ours, _)| own(model, from, *ours)).collect();
        let theirs: Vec<(bool, RowExpr)> = join
            .on
            .iter()
            .map(|(_, theirs)| {
                let leaf = RowLeaf::Column { path: vec![id], source: join.target, column: *theirs };
                let column = target.column(*theirs);
                (column.derived.is_none(), RowExpr::leaf(leaf, column.ty.clone().or_null(true)))
            })
            .collect();
        self.rows(&ours, |builder, ours| {
            let mut filter: Vec<Expr<Cell>> = ours.iter().map(|ours| unary(Function::IsNotNull, ours)).collect();
            // A column of the table is null where there is no row; one that is computed may have a value there.
            match theirs.iter().find(|(is_stored, _)| *is_stored) {
                Some((_, theirs)) => filter.push(unary(Function::IsNull, &builder.expr(theirs))),
                None => {
                    let equal = ours
                        .iter()
                        .zip(&theirs)
                        .map(|(ours, (_, theirs))| compared(Function::Equal, ours.clone(), builder.expr(theirs)));
                    let all = Expr::all(equal.collect()).expect("a join goes by some column");
                    filter.push(unary(Function::IsNotTrue, &all));
                }
            }
            filter
        })
    }

    /// Versions of one thing that have not ended when the next begins.
    fn versions(mut self, on: &[ColumnId], from: ColumnId, to: ColumnId) -> Plan {
        let source = self.model.source(self.source);
        let mut columns: Vec<ColumnId> = on.to_vec();
        columns.extend([from, to].iter().filter(|column| !on.contains(column)));
        columns.extend(source.key.iter().filter(|key| !on.contains(key) && **key != from && **key != to));
        let place = |column: ColumnId| columns.iter().position(|it| *it == column).expect("it is among them");
        let (keys, names) = self.columns(&columns);
        let ordered = |column: &ColumnId| on.contains(column) || *column == from;
        let ties = (0..columns.len()).filter(|at| !ordered(&columns[*at])).map(Slot::Key).collect();
        let types: Vec<Type> = keys.iter().map(|key| key.ty.clone()).collect();
        let bound = |column: ColumnId| Expr::leaf(Slot::Key(place(column)), types[place(column)].clone());
        let [begins, ends] = alike([bound(from), bound(to)]);
        let scan = self.scan(keys, Vec::new(), Vec::new());
        let base = self.add("versions", names, Vec::new(), Step::Scan(scan));
        let within = on.iter().map(|column| Slot::Key(place(*column))).collect();
        self.succession(base, Succession { base, within, ties, begins, ends, gaps: false })
    }

    /// Days of a calendar whose next day is missing.
    fn gaps(mut self, grain: &DeclaredGrain) -> Plan {
        let (keys, names) = self.columns(&[grain.at]);
        let day = Expr::leaf(Slot::Key(0), Type::plain(Base::Date));
        let filter = keys.iter().filter(|key| key.ty.nullable).map(|key| unary(Function::IsNotNull, key)).collect();
        let scan = self.scan(keys, filter, Vec::new());
        let base = self.add("days", names, Vec::new(), Step::Scan(scan));
        let ends = day.clone().shifted(1, Grain::Day);
        self.succession(base, Succession { base, within: Vec::new(), ties: Vec::new(), begins: day, ends, gaps: true })
    }

    /// Periods of a calendar between whose days are days of another.
    fn apart(mut self, grain: &DeclaredGrain) -> Plan {
        let (keys, names) = self.columns(&[grain.column]);
        let day = self.column(grain.at);
        let filter = [&keys[0], &day].into_iter().filter(|value| value.ty.nullable);
        let filter = filter.map(|value| unary(Function::IsNotNull, value)).collect();
        let ty = Type::plain(Base::Date);
        let folds = [Aggregate::Min, Aggregate::Max].map(|end| folded(end, Some(day.clone()), ty.clone()));
        let values = ["first_day", "last_day"].map(|end| {
            let name = unused(end, names.iter().map(|key| &key.name));
            Column { name, ty: ty.clone() }
        });
        let scan = self.scan(keys, filter, folds.to_vec());
        let base = self.add("periods", names, values.to_vec(), Step::Scan(scan));
        let ends = value(1, Base::Date).shifted(1, Grain::Day);
        let begins = value(0, Base::Date);
        let ties = vec![Slot::Key(0)];
        self.succession(base, Succession { base, within: Vec::new(), ties, begins, ends, gaps: false })
    }

    /// Periods that lie in several coarser ones, or with some day in none.
    fn nested(mut self, finer: &DeclaredGrain, coarser: &DeclaredGrain) -> Plan {
        let (keys, names) = self.columns(&[finer.column]);
        let outer = self.column(coarser.column);
        let filter = keys.iter().filter(|key| key.ty.nullable).map(|key| unary(Function::IsNotNull, key)).collect();
        let ty = Type::plain(Base::Integer);
        let aggregates = [Aggregate::CountDistinct, Aggregate::CountValues, Aggregate::Count];
        let folds = aggregates.map(|aggregate| {
            folded(aggregate, Some(outer.clone()).filter(|_| aggregate != Aggregate::Count), ty.clone())
        });
        let said = [format!("{}_values", coarser.name), format!("days_with_{}", coarser.name), "days".to_owned()];
        let values = said.map(|said| Column { name: unused(&said, names.iter().map(|key| &key.name)), ty: ty.clone() });
        let scan = self.scan(keys, filter, folds.to_vec());
        let base = self.add("periods", names, values.to_vec(), Step::Scan(scan));
        let [distinct, known, all] = [0, 1, 2].map(|at| value(at, Base::Integer));
        let call = |function, one, other| Expr::call(function, vec![one, other], Type::plain(Base::Boolean));
        let several = call(Function::Greater, distinct, integer(1));
        let broken = Expr::any(vec![several, call(Function::Less, known, all)]);
        self.answer(base, broken)
    }

    fn column(&mut self, column: ColumnId) -> Expr<Cell> {
        Builder::new(&mut self.planner, self.source).column(0, self.source, column)
    }

    /// Columns of the source, and what they are called.
    fn columns(&mut self, columns: &[ColumnId]) -> (Vec<Expr<Cell>>, Vec<Column>) {
        let keys: Vec<Expr<Cell>> = columns.iter().map(|column| self.column(*column)).collect();
        let source = self.model.source(self.source);
        let names = columns.iter().zip(&keys);
        let names = names.map(|(id, key)| Column { name: source.column(*id).name.clone(), ty: key.ty.clone() });
        let names = names.collect();
        (keys, names)
    }

    /// A scan of the source by some of its own columns.
    fn scan(&mut self, keys: Vec<Expr<Cell>>, filter: Vec<Expr<Cell>>, folds: Vec<Folded<Cell>>) -> Scan {
        Builder::new(&mut self.planner, self.source).done(keys, filter, folds)
    }

    fn add(&mut self, what: &str, keys: Vec<Column>, values: Vec<Column>, step: Step) -> RelationId {
        let name = format!("{}_{what}", self.model.source(self.source).name);
        self.planner.add(&name, keys, values, step)
    }

    /// What follows on what: the columns of each row of the base, and those of the next.
    fn succession(mut self, base: RelationId, succession: Succession) -> Plan {
        let Relation { keys, values, .. } = &self.planner.relations[base.0];
        let both = keys.len();
        let mut columns: Vec<Column> = Vec::new();
        for prefix in ["", "next_"] {
            for (at, column) in keys.iter().chain(values).enumerate() {
                // What both have in common is shown once.
                if prefix.is_empty() || at >= both || !succession.within.contains(&Slot::Key(at)) {
                    let name = unused(&format!("{prefix}{}", column.name), columns.iter().map(|column| &column.name));
                    columns.push(Column { name, ty: column.ty.clone() });
                }
            }
        }
        let step = Step::Succession(Box::new(succession));
        let base = self.add("and_next", columns, Vec::new(), step);
        self.answer(base, None)
    }

    /// A relation's columns as the answer.
    fn answer(self, base: RelationId, having: Option<Expr<Slot>>) -> Plan {
        let relations = self.planner.relations;
        let relation = &relations[base.0];
        let outputs = relation.values.iter().enumerate();
        let outputs = outputs.map(|(at, column)| Expr::leaf(Slot::Value { relation: 0, value: at }, column.ty.clone()));
        let rows = Rows { base, attached: Vec::new(), outputs: outputs.collect() };
        let columns = relation.keys.iter().chain(&relation.values).cloned().collect();
        let result = Result { rows, columns, having, order: Vec::new(), limit: None };
        Plan { calendar: self.model.calendar.clone(), relations, result }
    }
}

/// A date meets a timestamp at its midnight.
fn alike<L>(moments: [Expr<L>; 2]) -> [Expr<L>; 2] {
    let [one, other] = &moments;
    if one.ty.base == other.ty.base { moments } else { moments.map(super::frames::at_midnight) }
}

fn unary(function: Function, value: &Expr<Cell>) -> Expr<Cell> {
    Expr::call(function, vec![value.clone()], Type::plain(Base::Boolean))
}

fn value(at: usize, base: Base) -> Expr<Slot> {
    Expr::leaf(Slot::Value { relation: 0, value: at }, Type::plain(base))
}

fn integer(value: i64) -> Expr<Slot> {
    Expr::literal(Literal::Integer(value), Type::plain(Base::Integer))
}

fn folded(aggregate: Aggregate, argument: Option<Expr<Cell>>, ty: Type) -> Folded<Cell> {
    Folded { aggregate, argument, filter: Vec::new(), exists: Vec::new(), order: Vec::new(), ty }
}
