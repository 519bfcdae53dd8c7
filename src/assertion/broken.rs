//! The rows in memory that break an assertion: what its statement would give, found without SQL.

use super::{Assertion, What, own, shown_as, unused};
use crate::diagnostic::Diagnostic;
use crate::meaning::{Answer, AnswerColumn, Data, Value, values};
use crate::model::{Base, ColumnId, GrainId, JoinId, Model, RowExpr, RowLeaf, SourceId, Type};
use jiff::ToSpan;
use jiff::civil::DateTime;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

type Found = Result<Answer, Box<Diagnostic>>;

/// The rows that break an assertion, in an order of their own; no rows, if all is well. Fails where a value does not fit its type.
pub fn broken(model: &Model, data: &Data, assertion: &Assertion) -> Found {
    Looking { model, data, source: assertion.source }.rows(&assertion.what)
}

struct Looking<'l> {
    model: &'l Model,
    data: &'l Data,
    source: SourceId,
}

/// A stretch of time with what is shown of it. A null bound is open.
struct Stretch {
    within: Vec<Value>,
    begins: Option<DateTime>,
    ends: Option<DateTime>,
    ties: Vec<Value>,
    shown: Vec<Value>,
}

impl Looking<'_> {
    fn rows(&self, what: &What) -> Found {
        let source = self.model.source(self.source);
        let column = |id: &ColumnId| own(self.model, self.source, *id);
        match what {
            What::Key => self.repeated(&source.key),
            What::Days(grain) => self.repeated(&[self.model.grain(*grain).at]),
            What::NotNull(id) => self.filtered(&[column(id)], Vec::new(), |values| values[0].is_null()),
            What::Check(id, at) => {
                let kept = source.column(*id).checks[*at].clone();
                self.filtered(&[column(id)], vec![kept], |values| values[1].truth() == Some(false))
            }
            // A value in memory is of its type.
            What::Form(id) => self.filtered(&[column(id)], Vec::new(), |_| false),
            What::Match(id) => self.dangling(*id),
            What::Interval(from, to) => self.filtered(
                &[from.clone(), to.clone()],
                Vec::new(),
                |values| matches!((values[0].as_moment(), values[1].as_moment()), (Some(from), Some(to)) if to < from),
            ),
            What::Accepted(dimension, value) => {
                let accepted = &self.model.dimension(*dimension).accepted;
                self.filtered(std::slice::from_ref(value), Vec::new(), |values| match &values[0] {
                    Value::Text(text) => accepted.iter().all(|known| known.as_str() != text.as_str()),
                    _ => false,
                })
            }
            What::Versions { on, from, to } => self.versions(on, *from, *to),
            What::Gaps(grain) => self.gaps(*grain),
            What::Apart(grain) => self.apart(*grain),
            What::Nested(finer, coarser) => self.nested(*finer, *coarser),
        }
    }

    fn own(&self, columns: &[ColumnId]) -> Vec<RowExpr> {
        columns.iter().map(|column| own(self.model, self.source, *column)).collect()
    }

    fn values(&self, exprs: &[RowExpr]) -> Result<Vec<Vec<Value>>, Box<Diagnostic>> {
        values(self.model, self.data, self.source, exprs)
    }

    /// What expressions of the source are called, each by a name of its own.
    fn named(&self, exprs: &[RowExpr]) -> Vec<AnswerColumn> {
        let mut columns: Vec<AnswerColumn> = Vec::new();
        for expr in exprs {
            add(&mut columns, &shown_as(self.model, self.source, expr), expr.ty.clone());
        }
        columns
    }

    /// Rows by their key and some values, each once, of which something is true. It is asked of the values and of more.
    fn filtered(&self, shown: &[RowExpr], more: Vec<RowExpr>, wrong: impl Fn(&[Value]) -> bool) -> Found {
        let key = self.own(&self.model.source(self.source).key);
        let extra: Vec<RowExpr> = shown.iter().filter(|value| !key.contains(value)).cloned().collect();
        let columns = self.named(&key.iter().chain(&extra).cloned().collect::<Vec<_>>());
        let asked: Vec<RowExpr> = key.iter().chain(&extra).chain(shown).chain(&more).cloned().collect();
        let wide = columns.len();
        let rows = self.values(&asked)?.into_iter().filter(|values| wrong(&values[wide..]));
        let rows: BTreeSet<Vec<Value>> = rows
            .map(|mut values| {
                values.truncate(wide);
                values
            })
            .collect();
        Ok(Answer { columns, rows: rows.into_iter().collect() })
    }

    fn repeated(&self, key: &[ColumnId]) -> Found {
        let key = self.own(key);
        let mut columns = self.named(&key);
        add(&mut columns, "rows_alike", Type::plain(Base::Integer));
        let mut counts: BTreeMap<Vec<Value>, i64> = BTreeMap::new();
        for values in self.values(&key)? {
            *counts.entry(values).or_default() += 1;
        }
        let several = counts.into_iter().filter(|(_, count)| *count > 1);
        let rows = several.map(|(mut key, count)| {
            key.push(Value::Integer(count));
            key
        });
        Ok(Answer { columns, rows: rows.collect() })
    }

    fn dangling(&self, id: JoinId) -> Found {
        let join = self.model.source(self.source).join(id);
        let ours: Vec<ColumnId> = join.on.iter().map(|(ours, _)| *ours).collect();
        let theirs = join.on.iter().map(|(_, theirs)| {
            let ty = self.model.source(join.target).column(*theirs).ty.clone().or_null(true);
            RowExpr::leaf(RowLeaf::Column { path: vec![id], source: join.target, column: *theirs }, ty)
        });
        let wide = ours.len();
        self.filtered(&self.own(&ours), theirs.collect(), |values| {
            let (ours, theirs) = values.split_at(wide);
            ours.iter().all(|value| !value.is_null()) && ours != theirs
        })
    }

    fn versions(&self, on: &[ColumnId], from: ColumnId, to: ColumnId) -> Found {
        let mut columns: Vec<ColumnId> = on.to_vec();
        columns.extend([from, to].iter().filter(|column| !on.contains(column)));
        let key = &self.model.source(self.source).key;
        columns.extend(key.iter().filter(|key| !on.contains(key) && **key != from && **key != to));
        let place = |column| columns.iter().position(|it| *it == column).unwrap_or_default();
        let exprs = self.own(&columns);
        let rows: BTreeSet<Vec<Value>> = self.values(&exprs)?.into_iter().collect();
        let stretches = rows.into_iter().map(|shown| Stretch {
            within: shown[..on.len()].to_vec(),
            begins: shown[place(from)].as_moment(),
            ends: shown[place(to)].as_moment(),
            ties: shown[on.len()..].to_vec(),
            shown,
        });
        let known = |stretch: &Stretch| stretch.within.iter().all(|value| !value.is_null());
        Ok(succession(self.named(&exprs), on.len(), stretches.filter(known).collect(), false))
    }

    fn gaps(&self, grain: GrainId) -> Found {
        let day = self.own(&[self.model.grain(grain).at]);
        let days: BTreeSet<Vec<Value>> = self.values(&day)?.into_iter().collect();
        let stretches = days.into_iter().filter(|shown| !shown[0].is_null()).map(|shown| Stretch {
            within: Vec::new(),
            begins: shown[0].as_moment(),
            ends: shown[0].as_moment().map(next_day),
            ties: Vec::new(),
            shown,
        });
        Ok(succession(self.named(&day), 0, stretches.collect(), true))
    }

    fn apart(&self, grain: GrainId) -> Found {
        let grain = self.model.grain(grain);
        let exprs = self.own(&[grain.column, grain.at]);
        let mut columns = self.named(&exprs[..1]);
        for end in ["first_day", "last_day"] {
            add(&mut columns, end, Type::plain(Base::Date));
        }
        let mut periods: BTreeMap<Value, (Value, Value)> = BTreeMap::new();
        for values in self.values(&exprs)? {
            let [period, day] = <[Value; 2]>::try_from(values).expect("two were asked for");
            if !period.is_null() && !day.is_null() {
                let ends = periods.entry(period).or_insert_with(|| (day.clone(), day.clone()));
                ends.0 = ends.0.clone().min(day.clone());
                ends.1 = ends.1.clone().max(day);
            }
        }
        let stretches = periods.into_iter().map(|(period, (first, last))| Stretch {
            within: Vec::new(),
            begins: first.as_moment(),
            ends: last.as_moment().map(next_day),
            ties: vec![period.clone()],
            shown: vec![period, first, last],
        });
        Ok(succession(columns, 0, stretches.collect(), false))
    }

    fn nested(&self, finer: GrainId, coarser: GrainId) -> Found {
        let (finer, coarser) = (self.model.grain(finer), self.model.grain(coarser));
        let exprs = self.own(&[finer.column, coarser.column]);
        let mut columns = self.named(&exprs[..1]);
        for name in [format!("{}_values", coarser.name), format!("days_with_{}", coarser.name), "days".to_owned()] {
            add(&mut columns, &name, Type::plain(Base::Integer));
        }
        let mut periods: BTreeMap<Value, (BTreeSet<Value>, i64, i64)> = BTreeMap::new();
        for values in self.values(&exprs)? {
            let [period, outer] = <[Value; 2]>::try_from(values).expect("two were asked for");
            if !period.is_null() {
                let (outers, known, all) = periods.entry(period).or_default();
                *all += 1;
                *known += i64::from(!outer.is_null());
                outers.extend(Some(outer).filter(|outer| !outer.is_null()));
            }
        }
        let wrong = periods.into_iter().filter(|(_, (outers, known, all))| outers.len() > 1 || known < all);
        let rows = wrong.map(|(period, (outers, known, all))| {
            vec![period, Value::Integer(outers.len() as i64), Value::Integer(known), Value::Integer(all)]
        });
        Ok(Answer { columns, rows: rows.collect() })
    }
}

/// Each stretch beside the one that begins next, where that one begins before it ends, or with a gap after it.
fn succession(named: Vec<AnswerColumn>, within: usize, mut stretches: Vec<Stretch>, gaps: bool) -> Answer {
    let mut columns = named.clone();
    for column in &named[within..] {
        add(&mut columns, &format!("next_{}", column.name), column.ty.clone());
    }
    if !gaps {
        // What holds no moment is in nobody's way.
        stretches.retain(|it| !matches!((it.begins, it.ends), (Some(begins), Some(ends)) if ends <= begins));
    }
    stretches.sort_by(|one, other| {
        let order = |it: &Stretch| (it.within.clone(), it.begins, it.ties.clone());
        order(one).cmp(&order(other))
    });
    let pairs = stretches.windows(2).filter(|pair| pair[0].within == pair[1].within);
    let wrong = pairs.filter(|pair| match (pair[0].ends, pair[1].begins) {
        (Some(ends), Some(begins)) if gaps => ends < begins,
        (Some(ends), Some(begins)) => begins < ends,
        _ => !gaps,
    });
    let rows = wrong.map(|pair| [&pair[0].shown[..], &pair[1].shown[within..]].concat());
    Answer { columns, rows: rows.collect() }
}

fn next_day(day: DateTime) -> DateTime {
    day.checked_add(1.day()).unwrap_or(DateTime::MAX)
}

/// A column more, under a name that no other has.
fn add(columns: &mut Vec<AnswerColumn>, name: &str, ty: Type) {
    let taken: Vec<SmolStr> = columns.iter().map(|column| column.name.clone()).collect();
    columns.push(AnswerColumn { name: unused(name, taken.iter()), ty });
}
