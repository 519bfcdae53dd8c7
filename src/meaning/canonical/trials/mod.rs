//! Every rule, executed: what it was given and what it made of that, on random rows with nulls, zeros, duplicates and days at
//! the ends of months. One seed, so that a failure comes again.

mod generate;
mod random;
mod values;

use super::build::{Canonical, Place};
use super::rules::RULES;
use super::rules::aggregate::Folding;
use super::term::{Node, Op, Term};
use crate::check;
use crate::diagnostic::Found;
use crate::meaning::Value;
use crate::meaning::fold::fold;
use crate::model::{Aggregate, Base, Calendar, ColumnId, Expr, Function, Model, RowExpr, RowLeaf, SourceId, Type};
use crate::source::Sources;
use crate::syntax;
use generate::Kind;
use random::Random;
use rustc_hash::FxHashMap;
use values::Rows;

const SEED: u64 = 20_261_123;

/// A model of random definitions, with the kinds of those that are sound.
fn model(random: &mut Random, count: usize) -> (Model, Vec<(ColumnId, Kind)>) {
    let (text, kinds) = generate::source(random, count);
    let mut sources = Sources::default();
    let mut found = Found::default();
    let file = sources.add("random.metric", text);
    let ast = syntax::parse(&sources, &[file], &mut found);
    let calendar = Calendar { timezone: "UTC".into(), week_starts: 6, year_starts: 2 };
    let model = check::check(&ast, &calendar, &mut found);
    let source = &model.sources[0];
    let sound = kinds.into_iter().enumerate().filter_map(|(at, kind)| {
        let id = source.column_named(&format!("v{at}"))?;
        (!source.column(id).ty.is_broken()).then_some((id, kind))
    });
    let sound: Vec<_> = sound.collect();
    assert!(sound.len() * 10 > count * 7, "only {} of {count} random definitions are sound", sound.len());
    (model, sound)
}

const SOURCE: SourceId = SourceId(0);

fn leaf(model: &Model, column: ColumnId) -> RowExpr {
    let ty = model.source(SOURCE).column(column).ty.clone();
    Expr::leaf(RowLeaf::Column { path: Vec::new(), source: SOURCE, column }, ty)
}

/// The definition and its term have one value on every row, or one of them overflows.
#[test]
fn a_definition_and_its_term_are_equal_on_all_rows() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let mut trials = 0;
    for _ in 0..4 {
        let (model, columns) = model(&mut random, 1500);
        let rows = Rows::new(&model, &mut random, 24);
        let mut canonical = Canonical::new(&model);
        for (column, _) in columns {
            let term = canonical.column(&Place::at(SOURCE), SOURCE, column);
            let expr = leaf(&model, column);
            for row in 0..rows.len() {
                let written = rows.written(&model, &expr, Some(row));
                let formed = rows.term(&model, &canonical.terms, term, Some(row));
                let (Ok(written), Ok(formed)) = (written, formed) else { continue };
                let name = &model.source(SOURCE).column(column).name;
                assert_eq!(written, formed, "seed {SEED}: {name} on row {row}");
                trials += 1;
            }
        }
    }
    println!("{trials} trials");
    assert!(trials >= 100_000, "only {trials} trials");
}

/// Each rule, on the nodes that it was applied to: the node as it was and what the rule says it is have one value.
#[test]
fn each_rule_keeps_the_value() {
    const EACH: usize = 150;
    println!("seed {SEED}");
    let mut random = Random(SEED + 1);
    let mut trials: FxHashMap<&str, usize> = FxHashMap::default();
    for _ in 0..4 {
        let (model, columns) = model(&mut random, 2500);
        let rows = Rows::new(&model, &mut random, 24);
        let mut canonical = Canonical::new(&model);
        for (column, _) in columns {
            canonical.column(&Place::at(SOURCE), SOURCE, column);
        }
        let mut taken: FxHashMap<&str, usize> = FxHashMap::default();
        let fired: Vec<(usize, Node, Term)> = canonical.terms.fired.clone();
        for (rule, node, term) in fired {
            let name = RULES[rule].name;
            let seen = taken.entry(name).or_default();
            *seen += 1;
            if *seen > EACH {
                continue;
            }
            for row in 0..rows.len() {
                let before = rows.node(&model, &canonical.terms, &node.op, node.base, &node.parts, Some(row));
                let after = rows.term(&model, &canonical.terms, term, Some(row));
                let (Ok(before), Ok(after)) = (before, after) else { continue };
                assert_eq!(before, after, "seed {SEED}: {name} made {term:?} of {node:?} on row {row}");
                *trials.entry(name).or_default() += 1;
            }
        }
    }
    let mut rare = Vec::new();
    for rule in RULES {
        let count = trials.get(rule.name).copied().unwrap_or(0);
        println!("{:28}{count:>8}", rule.name);
        if count < 300 {
            rare.push(rule.name);
        }
    }
    let all: usize = trials.values().sum();
    println!("{all} trials");
    assert!(all >= 100_000, "only {all} trials");
    assert!(rare.is_empty(), "tried less than 300 times: {rare:?}");
}

/// A filter keeps the same rows, whether its conditions are taken as they are or as a set.
#[test]
fn conditions_keep_the_same_rows() {
    println!("seed {SEED}");
    let mut random = Random(SEED + 2);
    let (model, columns) = model(&mut random, 1500);
    let rows = Rows::new(&model, &mut random, 24);
    let truths: Vec<ColumnId> = columns.iter().filter(|(_, kind)| *kind == Kind::Truth).map(|(id, _)| *id).collect();
    let mut canonical = Canonical::new(&model);
    let (mut trials, mut kept) = (0, 0);
    for _ in 0..2000 {
        let chosen: Vec<ColumnId> = (0..1 + random.below(3)).map(|_| truths[random.below(truths.len())]).collect();
        let terms: Vec<Term> = chosen.iter().map(|id| canonical.column(&Place::at(SOURCE), SOURCE, *id)).collect();
        let set = canonical.terms.conjuncts(terms);
        for row in 0..rows.len() {
            let written: Result<Vec<Value>, _> =
                chosen.iter().map(|id| rows.written(&model, &leaf(&model, *id), Some(row))).collect();
            let formed: Result<Vec<Value>, _> =
                set.iter().map(|term| rows.term(&model, &canonical.terms, *term, Some(row))).collect();
            let (Ok(written), Ok(formed)) = (written, formed) else { continue };
            let all_true = |values: &[Value]| values.iter().all(|value| value.truth() == Some(true));
            assert_eq!(all_true(&written), all_true(&formed), "seed {SEED}: {chosen:?} on row {row}");
            trials += 1;
            kept += usize::from(all_true(&written));
        }
    }
    println!("{trials} trials, of which {kept} rows were kept");
    assert!(trials > 30_000 && kept > 3_000, "only {trials} trials, {kept} kept");
}

const AGGREGATES: [Aggregate; 12] = [
    Aggregate::CountValues,
    Aggregate::CountDistinct,
    Aggregate::Sum,
    Aggregate::Avg,
    Aggregate::Min,
    Aggregate::Max,
    Aggregate::PercentileCont { digits: 50, scale: 2 },
    Aggregate::PercentileDisc { digits: 30, scale: 2 },
    Aggregate::Stddev { population: false },
    Aggregate::Variance { population: true },
    Aggregate::First,
    Aggregate::Last,
];

/// What an aggregate gives for rows: each is its value and whether the aggregate's own `where` keeps it.
fn aggregated(aggregate: Aggregate, rows: &[(Value, bool)], ty: &Type) -> Option<Value> {
    let values: Vec<&Value> = rows.iter().filter(|(_, kept)| *kept).map(|(value, _)| value).collect();
    let counts = matches!(aggregate, Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct);
    match values.is_empty() {
        true if counts => Some(Value::Integer(0)),
        true => Some(Value::Null),
        false => fold(aggregate, &values, ty).ok(),
    }
}

/// An aggregate as it is written and as its form says it, over groups of rows.
#[test]
fn aggregates_give_the_same_for_all_groups() {
    println!("seed {SEED}");
    let mut random = Random(SEED + 3);
    let (model, columns) = model(&mut random, 2000);
    let of = |kind: fn(Kind) -> bool| -> Vec<ColumnId> {
        columns.iter().filter(|(_, it)| kind(*it)).map(|(id, _)| *id).collect()
    };
    let numbers = of(|kind| matches!(kind, Kind::Whole | Kind::Exact | Kind::Double));
    let truths = of(|kind| kind == Kind::Truth);
    let mut canonical = Canonical::new(&model);
    let (mut trials, mut lifted) = (0, 0);
    for round in 0..3000 {
        let rows = Rows::new(&model, &mut random, 1 + round % 7);
        let aggregate = AGGREGATES[random.below(AGGREGATES.len())];
        let value = leaf(&model, numbers[random.below(numbers.len())]);
        let truth = |random: &mut Random| leaf(&model, truths[random.below(truths.len())]);
        // The argument as it is, or under a condition.
        let argument = match random.below(3) {
            0 => value,
            _ => {
                let ty = value.ty.clone().or_null(true);
                let arms = vec![(truth(&mut random), value)];
                Expr { kind: crate::model::Kind::Case { arms, otherwise: None }, ty }
            }
        };
        let own = match random.below(3) {
            0 => truth(&mut random),
            1 => Expr::call(Function::IsNotNull, vec![argument.clone()], Type::plain(Base::Boolean)),
            _ => Expr::literal(crate::model::Literal::Boolean(true), Type::plain(Base::Boolean)),
        };
        let given = if random.below(2) == 0 { own.clone() } else { truth(&mut random) };
        let place = Place::at(SOURCE);
        let terms = [&argument, &own, &given].map(|expr| canonical.row(&place, expr));
        let givens = canonical.terms.conjuncts(vec![terms[2]]);
        let folding = Folding { aggregate, argument: terms[0], own: vec![terms[1]] };
        let folding = canonical.terms.folding(folding, &givens);
        lifted += usize::from(folding.argument != terms[0]);
        let is_true = |value: Value| value.truth() == Some(true);
        let mut written = Vec::new();
        let mut formed = Vec::new();
        let mut overflowed = false;
        for row in 0..rows.len() {
            let mut evaluate = |result: Result<Value, _>| {
                result.unwrap_or_else(|_| {
                    overflowed = true;
                    Value::Null
                })
            };
            if !is_true(evaluate(rows.written(&model, &given, Some(row)))) {
                continue;
            }
            let kept = is_true(evaluate(rows.written(&model, &own, Some(row))));
            written.push((evaluate(rows.written(&model, &argument, Some(row))), kept));
            let term = |term: Term| rows.term(&model, &canonical.terms, term, Some(row));
            let kept = folding.own.iter().all(|own| is_true(evaluate(term(*own))));
            let value = match *canonical.terms.op(folding.argument) {
                Op::Absent => Value::Null,
                _ => evaluate(term(folding.argument)),
            };
            formed.push((value, kept));
        }
        if overflowed || written.is_empty() {
            continue;
        }
        let ty = match argument.ty.base {
            Base::Decimal { scale, .. } => Type::plain(Base::Decimal { precision: 38, scale }),
            base => Type::plain(base),
        };
        let results = (aggregated(aggregate, &written, &ty), aggregated(folding.aggregate, &formed, &ty));
        let (Some(written), Some(formed)) = results else { continue };
        assert_eq!(written, formed, "seed {SEED}: {aggregate:?} in round {round}");
        trials += 1;
    }
    println!("{trials} trials, of which {lifted} with another argument");
    assert!(trials > 800 && lifted > 500, "only {trials} trials, {lifted} lifted");
}
