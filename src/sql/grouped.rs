//! Grouping and aggregating, at once or, where rows have to be ranked first, in two steps.

use super::query::{Atom, Join, Relation, Select, Table, Value};
use crate::dialect::{AggregateCall, Argument, Dialect, Words};
use crate::model::{Aggregate, Base, Expr, Function, Literal, Type};
use crate::plan::{Column, Folded};
use smol_str::SmolStr;

/// Rows to be grouped by keys.
pub struct Grouping<'g> {
    pub from: Table,
    pub joins: Vec<Join>,
    pub filter: Vec<Value>,
    pub keys: Vec<(Value, SmolStr)>,
    pub folds: Vec<Folded<Atom>>,
    /// The columns that the folds become.
    pub values: &'g [Column],
}

/// One group of everything has a row only if there is one.
pub fn some_row(keys: usize) -> Vec<Value> {
    if keys > 0 {
        return Vec::new();
    }
    vec![greater_than_zero(count(None))]
}

/// One select with a `GROUP BY`.
pub fn at_once(grouping: Grouping) -> Select {
    let having = some_row(grouping.keys.len());
    let group = Some(grouping.keys.len());
    let values = grouping.folds.into_iter().zip(grouping.values).map(|(fold, column)| {
        let condition = Expr::all(fold.filter.clone());
        let value = aggregate(fold.aggregate, fold.argument.clone(), condition, &fold.ty);
        (guarded(value, &fold, Expr::all(fold.exists.clone())), column.name.clone())
    });
    let columns = grouping.keys.into_iter().chain(values).collect();
    Select {
        distinct: false,
        columns,
        from: grouping.from,
        joins: grouping.joins,
        filter: grouping.filter,
        group,
        having,
    }
}

/// Whether the aggregate needs the rank of each row: the dialect has no aggregate for it that is exact.
pub fn needs_ranks(fold: &Folded<Atom>, dialect: &Dialect) -> bool {
    match fold.aggregate {
        Aggregate::First | Aggregate::Last => true,
        Aggregate::PercentileCont { .. } | Aggregate::PercentileDisc { .. } => {
            let double = Type::plain(Base::Double);
            let argument = Argument { words: Words::atom("x"), ty: &double };
            let call =
                AggregateCall { aggregate: fold.aggregate, argument: Some(argument), filter: None, ty: &fold.ty };
            !dialect.supports.percentile_aggregate || (dialect.aggregate)(&call).is_none()
        }
        Aggregate::Stddev { .. } | Aggregate::Variance { .. } => {
            let double = Type::plain(Base::Double);
            let argument = Argument { words: Words::atom("x"), ty: &double };
            let call =
                AggregateCall { aggregate: fold.aggregate, argument: Some(argument), filter: None, ty: &fold.ty };
            (dialect.aggregate)(&call).is_none()
        }
        _ => false,
    }
}

/// Two selects: rows with keys, arguments, conditions and ranks; and the groups of those.
pub fn by_ranks(grouping: Grouping, name: &SmolStr, dialect: &Dialect) -> (Select, Select) {
    let key_values: Vec<Value> = grouping.keys.iter().map(|(value, _)| value.clone()).collect();
    let mut rows: Vec<(Value, SmolStr)> = grouping.keys.clone();
    let mut columns: Vec<(Value, SmolStr)> = Vec::with_capacity(grouping.keys.len() + grouping.folds.len());
    for (value, key) in &grouping.keys {
        columns.push((column(name, key, &value.ty), key.clone()));
    }
    let count = grouping.folds.len();
    for (at, (fold, value)) in grouping.folds.into_iter().zip(grouping.values).enumerate() {
        let suffix = if count == 1 { String::new() } else { format!("_{}", at + 1) };
        let mut keep = |value: Value, what: &str| {
            let column_name: SmolStr = format!("{what}{suffix}").into();
            let ty = value.ty.clone();
            rows.push((value, column_name.clone()));
            column(name, &column_name, &ty)
        };
        let counted = Expr::all(fold.filter.clone()).map(|filter| keep(filter, "counted"));
        let exists = match Expr::all(fold.exists.clone()) {
            Some(_) if fold.exists == fold.filter => counted.clone(),
            Some(exists) => Some(keep(exists, "present")),
            None => None,
        };
        let result = if needs_ranks(&fold, dialect) {
            ranked(&fold, &key_values, counted.as_ref(), &mut keep)
        } else {
            let argument = fold.argument.clone().map(|argument| keep(argument, "argument"));
            aggregate(fold.aggregate, argument, counted, &fold.ty)
        };
        columns.push((guarded(result, &fold, exists), value.name.clone()));
    }
    let keys = grouping.keys.len();
    let inner = Select {
        distinct: false,
        columns: rows,
        from: grouping.from,
        joins: grouping.joins,
        filter: grouping.filter,
        group: None,
        having: Vec::new(),
    };
    let outer = Select {
        distinct: false,
        columns,
        from: Table { relation: Relation::Cte(name.clone()), alias: SmolStr::default() },
        joins: Vec::new(),
        filter: Vec::new(),
        group: Some(keys),
        having: some_row(keys),
    };
    (inner, outer)
}

/// The aggregate of ranked rows. `keep` makes a value a column of the rows.
fn ranked(
    fold: &Folded<Atom>,
    keys: &[Value],
    counted: Option<&Value>,
    keep: &mut impl FnMut(Value, &str) -> Value,
) -> Value {
    let argument = fold.argument.clone().expect("aggregates that rank have an argument");
    match fold.aggregate {
        Aggregate::First | Aggregate::Last => {
            let descending = fold.aggregate == Aggregate::Last;
            let mut partition = keys.to_vec();
            partition.extend(Expr::all(fold.filter.clone()).map(|filter| case(filter, integer(1), Some(integer(0)))));
            let order = fold.order.iter().map(|value| (value.clone(), descending)).collect();
            let value = keep(argument, "argument");
            let rank = keep(Expr::leaf(Atom::RowNumber { partition, order }, Type::plain(Base::Integer)), "row_rank");
            let first = call(Function::Equal, vec![rank, integer(1)], Base::Boolean);
            let wanted =
                Expr::all(counted.cloned().into_iter().chain([first]).collect()).expect("one condition is there");
            only(Expr { ty: fold.ty.clone(), ..case(wanted, value, None) })
        }
        Aggregate::PercentileCont { digits, scale } => {
            let value = call(Function::Widen(Base::Double), vec![argument.clone()], Base::Double);
            let value = if argument.ty.base == Base::Double { argument } else { value };
            percentile(fold, value, keys, keep, |value, rank, count| interpolated(value, rank, count, digits, scale))
        }
        Aggregate::PercentileDisc { digits, scale } => {
            percentile(fold, argument, keys, keep, |value, rank, count| nearest(value, rank, count, digits, scale))
        }
        Aggregate::Stddev { population } => {
            let variance = spread(fold, argument, keys, keep, population);
            let ty = variance.ty.clone();
            Expr::call(Function::Sqrt, vec![variance], ty)
        }
        Aggregate::Variance { population } => spread(fold, argument, keys, keep, population),
        _ => unreachable!("only these look at rows before they aggregate"),
    }
}

/// The variance in two passes: the mean first, then the squares of what differs from it. Of one value there is no sample
/// variance.
fn spread(
    fold: &Folded<Atom>,
    argument: Value,
    keys: &[Value],
    keep: &mut impl FnMut(Value, &str) -> Value,
    population: bool,
) -> Value {
    let as_double = |value: Value| match value.ty.base {
        Base::Double => value,
        _ => call(Function::Widen(Base::Double), vec![value], Base::Double),
    };
    let value = as_double(argument);
    let value = match Expr::all(fold.filter.clone()) {
        Some(filter) => case(filter, value, None),
        None => value,
    };
    let double = Type::plain(Base::Double).or_null(true);
    let mean = Atom::AvgOver { value: Box::new(value.clone()), partition: keys.to_vec() };
    let value = keep(value, "argument");
    let mean = keep(Expr::leaf(mean, double.clone()), "mean");
    let off = call(Function::Subtract, vec![value.clone(), mean], Base::Double);
    let square = call(Function::Multiply, vec![off.clone(), off], Base::Double);
    let sum = aggregate(Aggregate::Sum, Some(square), None, &double);
    let count = aggregate(Aggregate::CountValues, Some(value), None, &Type::plain(Base::Integer));
    let freedom = if population { count } else { call(Function::Subtract, vec![count, integer(1)], Base::Integer) };
    call(Function::Divide, vec![sum, as_double(freedom)], Base::Double)
}

/// Values ranked among those that count, nulls behind them, and how many there are.
fn percentile(
    fold: &Folded<Atom>,
    value: Value,
    keys: &[Value],
    keep: &mut impl FnMut(Value, &str) -> Value,
    pick: impl Fn(Value, Value, Value) -> Value,
) -> Value {
    let value = match Expr::all(fold.filter.clone()) {
        Some(filter) => case(filter, value, None),
        None => value,
    };
    let integer_type = Type::plain(Base::Integer);
    let rank = Atom::RowNumber { partition: keys.to_vec(), order: vec![(value.clone(), false)] };
    let count = Atom::CountOver { value: Box::new(value.clone()), partition: keys.to_vec() };
    let value = keep(value, "argument");
    let rank = keep(Expr::leaf(rank, integer_type.clone()), "value_rank");
    let count = keep(Expr::leaf(count, integer_type), "value_count");
    pick(value, rank, count)
}

/// Position p(n-1) from 0, between the two values around it: with p = d/S and t = d(n-1) - (rank-1)S, all integers, a value
/// weighs 1 - |t|/S where |t| < S. Exact to where it lies; only the weighing is in binary.
fn interpolated(value: Value, rank: Value, count: Value, digits: u64, scale: u8) -> Value {
    let one_less = |value: Value| call(Function::Subtract, vec![value, integer(1)], Base::Integer);
    let whole = 10i64.pow(u32::from(scale));
    let position = times(one_less(count), digits as i64);
    let offset = call(Function::Subtract, vec![position, times(one_less(rank), whole)], Base::Integer);
    let distance = call(Function::Abs, vec![offset], Base::Integer);
    let near = call(Function::Less, vec![distance.clone(), integer(whole)], Base::Boolean);
    let share = call(Function::Subtract, vec![integer(whole), distance], Base::Integer);
    let as_double = |value: Value| call(Function::Widen(Base::Double), vec![value], Base::Double);
    let weight = call(Function::Divide, vec![as_double(share), as_double(integer(whole))], Base::Double);
    let ty = Type { nullable: true, ..value.ty.clone() };
    let weighed = Expr::call(Function::Multiply, vec![value, weight], ty.clone());
    aggregate(Aggregate::Sum, Some(case(near, weighed, None)), None, &ty)
}

/// The value in row ceil(p·n), at least the first: with p = d/S, the rank with (rank-1)S < d·n <= rank·S.
fn nearest(value: Value, rank: Value, count: Value, digits: u64, scale: u8) -> Value {
    let whole = 10i64.pow(u32::from(scale));
    let wanted = if digits == 0 {
        call(Function::Equal, vec![rank, integer(1)], Base::Boolean)
    } else {
        let position = times(count, digits as i64);
        let before = times(call(Function::Subtract, vec![rank.clone(), integer(1)], Base::Integer), whole);
        let after = call(Function::Less, vec![before, position.clone()], Base::Boolean);
        let within = call(Function::LessOrEqual, vec![position, times(rank, whole)], Base::Boolean);
        Expr::all(vec![after, within]).expect("two conditions are there")
    };
    only(case(wanted, value, None))
}

/// The one value among nulls.
pub fn only(value: Value) -> Value {
    let ty = Type { nullable: true, ..value.ty.clone() };
    if ty.base != Base::Boolean {
        return aggregate(Aggregate::Max, Some(value), None, &ty);
    }
    // Not every warehouse knows the greatest of two truths.
    let no = Expr::call(Function::Not, vec![value.clone()], ty.clone());
    let number = Type::plain(Base::Integer).or_null(true);
    let kind = crate::model::Kind::Case { arms: vec![(value, integer(1)), (no, integer(0))], otherwise: None };
    let most = aggregate(Aggregate::Max, Some(Expr { kind, ty: number.clone() }), None, &number);
    Expr::call(Function::Equal, vec![most, integer(1)], ty)
}

/// Null where no row exists, though the aggregate of nothing would be 0.
fn guarded(value: Value, fold: &Folded<Atom>, exists: Option<Value>) -> Value {
    let counts = matches!(
        fold.aggregate,
        Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct | Aggregate::ApproxCountDistinct
    );
    let Some(exists) = exists.filter(|_| counts) else { return value };
    let ty = fold.ty.clone();
    if fold.aggregate == Aggregate::Count && fold.filter == fold.exists {
        return Expr::call(Function::Nullif, vec![value, integer(0)], ty);
    }
    Expr { ty, ..case(greater_than_zero(count(Some(exists))), value, None) }
}

fn aggregate(aggregate: Aggregate, argument: Option<Value>, condition: Option<Value>, ty: &Type) -> Value {
    let atom = Atom::Aggregate { aggregate, argument: argument.map(Box::new), condition: condition.map(Box::new) };
    Expr::leaf(atom, ty.clone())
}

fn count(condition: Option<Value>) -> Value {
    aggregate(Aggregate::Count, None, condition, &Type::plain(Base::Integer))
}

fn greater_than_zero(value: Value) -> Value {
    call(Function::Greater, vec![value, integer(0)], Base::Boolean)
}

fn integer(value: i64) -> Value {
    Expr::literal(Literal::Integer(value), Type::plain(Base::Integer))
}

fn times(value: Value, factor: i64) -> Value {
    if factor == 1 { value } else { call(Function::Multiply, vec![value, integer(factor)], Base::Integer) }
}

fn call(function: Function, arguments: Vec<Value>, base: Base) -> Value {
    let nullable = arguments.iter().any(|argument| argument.ty.nullable);
    Expr::call(function, arguments, Type::plain(base).or_null(nullable))
}

fn case(when: Value, then: Value, otherwise: Option<Value>) -> Value {
    let ty = then.ty.clone().or_null(otherwise.is_none());
    Expr { kind: crate::model::Kind::Case { arms: vec![(when, then)], otherwise: otherwise.map(Box::new) }, ty }
}

pub(super) fn column(table: &SmolStr, name: &SmolStr, ty: &Type) -> Value {
    Expr::leaf(Atom::Column { table: table.clone(), column: name.clone() }, ty.clone())
}
