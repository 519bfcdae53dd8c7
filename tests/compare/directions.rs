//! Where a change leads: which rows it takes in, and whether the value can only rise or only fall.

use crate::proofs::{Conditions, by, every_case};
use crate::{model, side};
use etalon::meaning::Value;
use etalon::meaning::compare::{Budget, Moves, Scope, compare};
use etalon::model::Calendar;
use std::collections::BTreeMap;

/// `narrowed: falls, vanishes`
fn direction(definitions: &str) -> String {
    let model = model(definitions, Calendar::default());
    let budget = Budget { trials: 0, seed: 1 };
    let direction = compare(side(&model, "a"), side(&model, "b"), budget).expect("they can be compared").direction;
    let scope = match direction.scope {
        Scope::Same => "same",
        Scope::Narrowed => "narrowed",
        Scope::Widened => "widened",
        Scope::Shifted => "shifted",
    };
    let Moves { rise, fall, vanish, appear } = direction.value;
    let moves = [(rise, "rises"), (fall, "falls"), (vanish, "vanishes"), (appear, "appears")];
    let moves: Vec<&str> = moves.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| *word).collect();
    format!("{scope}: {}", moves.join(", "))
}

/// The direction from a formula over all orders to the same over some of them.
fn narrowed(formula: &str) -> String {
    direction(&format!(
        "metric a = {formula} from orders where quantity > 1
         metric b = {formula} from orders where quantity > 2"
    ))
}

#[test]
fn fewer_rows_are_counted_fewer() {
    assert_eq!(narrowed("count()"), "narrowed: falls, vanishes");
    assert_eq!(narrowed("count(distinct customer_id)"), "narrowed: falls, vanishes");
}

#[test]
fn the_greatest_of_fewer_is_not_greater() {
    assert_eq!(narrowed("max(discount)"), "narrowed: falls, vanishes");
    assert_eq!(narrowed("min(discount)"), "narrowed: rises, vanishes");
}

#[test]
fn a_sum_falls_where_nothing_in_it_is_below_zero() {
    // `amount` has `check >= 0`, `discount` has none.
    assert_eq!(narrowed("sum(amount)"), "narrowed: falls, vanishes");
    assert_eq!(narrowed("sum(discount)"), "narrowed: rises, falls, vanishes");
    assert_eq!(narrowed("sum(amount * quantity)"), "narrowed: falls, vanishes");
    assert_eq!(narrowed("sum(amount - discount)"), "narrowed: rises, falls, vanishes");
}

#[test]
fn an_average_goes_either_way() {
    assert_eq!(narrowed("avg(amount)"), "narrowed: rises, falls, vanishes");
    assert_eq!(narrowed("median(amount)"), "narrowed: rises, falls, vanishes");
}

#[test]
fn a_filter_of_the_aggregate_leaves_a_zero() {
    let own = "metric a = count(where quantity > 1) from orders
               metric b = count(where quantity > 2) from orders";
    assert_eq!(direction(own), "narrowed: falls");
    let sum = "metric a = sum(amount where quantity > 2) from orders
               metric b = sum(amount where quantity > 1) from orders";
    assert_eq!(direction(sum), "widened: rises, appears");
}

#[test]
fn other_rows_go_either_way() {
    let shifted = "metric a = count() from orders where quantity > 1
                   metric b = count() from orders where status = 'x'";
    assert_eq!(direction(shifted), "shifted: rises, falls, vanishes, appears");
    let built_differently = "metric a = count() from orders
                             metric b = count() from customers";
    assert_eq!(direction(built_differently), "shifted: rises, falls, vanishes, appears");
}

/// The direction of a formula with `n`, which falls from `a` to `b`, and `m`, which stays.
fn through(formula: &str) -> String {
    direction(&format!(
        "metric n = count() from orders where quantity > 1
         metric fewer = count() from orders where quantity > 2
         metric m = avg(amount) from refunds
         metric signed = avg(discount) from orders
         metric a = {}
         metric b = {}",
        formula.replace('$', "n"),
        formula.replace('$', "fewer")
    ))
}

#[test]
fn signs_are_kept_through_a_formula() {
    assert_eq!(through("prior($, 1 year)"), "narrowed: falls, vanishes");
    assert_eq!(through("m * $"), "narrowed: falls, vanishes");
    assert_eq!(through("signed * $"), "narrowed: rises, falls, vanishes");
    assert_eq!(through("$ / m"), "narrowed: falls, vanishes");
    assert_eq!(through("$ / signed"), "narrowed: rises, falls, vanishes");
    // Less below the line is more; where nothing is left there is no value.
    assert_eq!(through("m / $"), "narrowed: rises, vanishes");
    assert_eq!(through("1 - $ / m"), "narrowed: rises, vanishes");
    assert_eq!(through("coalesce($, 0)"), "narrowed: falls");
    assert_eq!(through("coalesce($, 5)"), "narrowed: rises, falls");
    assert_eq!(through("0 - coalesce($, 0)"), "narrowed: rises");
    assert_eq!(through("ln($ / n)"), "narrowed: rises, falls, vanishes, appears");
}

#[test]
fn an_aggregate_of_groups_loses_groups() {
    assert_eq!(through("sum($ per day)"), "narrowed: falls, vanishes");
    assert_eq!(through("max($ per day)"), "narrowed: falls, vanishes");
    // The least of fewer days may be greater, that of smaller counts less.
    assert_eq!(through("min($ per day)"), "narrowed: rises, falls, vanishes");
    assert_eq!(through("avg($ per day)"), "narrowed: rises, falls, vanishes");
}

const AGGREGATES: [&str; 8] = [
    "count()",
    "count(discount)",
    "count(distinct quantity)",
    "sum(amount)",
    "sum(discount)",
    "min(discount)",
    "max(discount)",
    "avg(amount)",
];

/// Formulas of `$`, which changes, and `all`, which stays.
const FORMULAS: [&str; 11] = [
    "$",
    "coalesce($, 0)",
    "all - $",
    "$ - all",
    "$ / all",
    "all / $",
    "$ / coalesce($, 2)",
    "sum($ per quantity)",
    "min($ per quantity)",
    "max($ per quantity)",
    "case when all > 3 then $ else coalesce($, 1) end",
];

/// What really happened from one value to another.
fn moved(from: Option<&Value>, to: Option<&Value>) -> Moves {
    let number = |value: Option<&Value>| value.and_then(Value::as_double);
    match (number(from), number(to)) {
        (Some(from), Some(to)) => Moves { rise: to > from + 1e-9, fall: to < from - 1e-9, ..Moves::default() },
        (Some(_), None) => Moves { vanish: true, ..Moves::default() },
        (None, Some(_)) => Moves { appear: true, ..Moves::default() },
        (None, None) => Moves::default(),
    }
}

/// On made-up rows no value goes where it was said not to go.
#[test]
fn what_is_said_not_to_happen_does_not() {
    const PAIRS: usize = 300;
    let mut conditions = Conditions(7);
    let mut definitions = "metric everything = count() from orders\n".to_owned();
    for at in 0..PAIRS {
        let aggregate = AGGREGATES[at % AGGREGATES.len()];
        let (wide, more) = (conditions.next(1), conditions.next(1));
        let narrow = format!("({wide}) and ({more})");
        let [from, to] = match at % 3 {
            0 => [wide, narrow],
            1 => [narrow, wide],
            _ => [wide, more],
        };
        // The condition is the definition's, or the aggregate's own.
        let own = aggregate.replace("count()", "count($)").replace(')', " where $)").replace("($ where", "(where");
        let measure = |condition: &str| match at % 2 {
            0 => format!("{aggregate} from orders where {condition}"),
            _ => format!("{} from orders", own.replace('$', condition)),
        };
        let formula = FORMULAS[conditions.below(FORMULAS.len() as u64) as usize].replace("all", &format!("all{at}"));
        definitions.push_str(&format!("metric all{at} = {aggregate} from orders\n"));
        for (name, condition) in [("a", &from), ("b", &to)] {
            definitions.push_str(&format!("metric part_{name}{at} = {}\n", measure(condition)));
            definitions
                .push_str(&format!("metric {name}{at} = {}\n", formula.replace('$', &format!("part_{name}{at}"))));
        }
    }
    let model = model(&definitions, Calendar::default());
    let data = every_case(&model);
    let mut ruled_out = 0;
    for at in 0..PAIRS {
        let names = [format!("a{at}"), format!("b{at}")];
        let [one, other] = names.each_ref().map(|name| side(&model, name));
        let said = compare(one, other, Budget { trials: 0, seed: 1 }).expect("they can be compared").direction.value;
        for column in ["order_id", "channel", "quantity", "discount"] {
            let answers = names.each_ref().map(|name| {
                // Beside a metric that has every row: a value that is null is another than none.
                let rows = by(column, &model, &data, &[name, "everything"]).into_iter();
                rows.map(|row| (row[0].clone(), row[1].clone())).collect::<BTreeMap<_, _>>()
            });
            for key in answers[0].keys().chain(answers[1].keys()) {
                let Moves { rise, fall, vanish, appear } = moved(answers[0].get(key), answers[1].get(key));
                let allowed = [(rise, said.rise), (fall, said.fall), (vanish, said.vanish), (appear, said.appear)];
                let broken = allowed.iter().any(|(happened, allowed)| *happened && !allowed);
                assert!(
                    !broken,
                    "pair {at} at {key}: {said:?}, {:?} to {:?}",
                    answers[0].get(key),
                    answers[1].get(key)
                );
            }
        }
        ruled_out += usize::from(!(said.rise && said.fall));
    }
    assert!(ruled_out > PAIRS / 3, "a direction is said of {ruled_out}");
}
