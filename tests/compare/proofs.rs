//! What is the same by proof, and what is not said to be.

use crate::{compared, model, side};
use etalon::check::asked;
use etalon::diagnostic::Found;
use etalon::meaning::compare::{Budget, Verdict, compare};
use etalon::meaning::{Asked, Data, Value, evaluate};
use etalon::model::{Calendar, Model};
use etalon::source::Sources;

/// The number of cases, if the pair is the same by proof.
fn cases(definitions: &str) -> Option<usize> {
    match compared(definitions).verdict {
        Verdict::SameByProof { cells } => Some(cells),
        _ => None,
    }
}

#[test]
fn what_is_written_otherwise_has_one_digest() {
    let pair = "metric sold = sum(amount) from orders
                metric a = sold where status = 'x' and quantity > 1
                metric b = sum(amount) from orders where quantity >= 2 and status = 'x'";
    assert_eq!(compared(pair).verdict, Verdict::Same);
}

#[test]
fn whole_numbers_have_nothing_between() {
    // 2, 3, 4, 5, 6: below, at and above what is named.
    let whole = "metric a = count() from orders where quantity > 3
                 metric b = count() from orders where quantity >= 4 or quantity > 5";
    assert_eq!(cases(whole), Some(5));
    let money = "metric a = count() from orders where amount > 3
                 metric b = count() from orders where amount >= 4 or amount > 5";
    assert_eq!(cases(money), None);
}

#[test]
fn nulls_are_a_case_of_their_own() {
    // web, any other text, null.
    let texts = "metric a = sum(amount where channel = 'web' or channel <> 'web') from orders
                 metric b = sum(amount where channel is not null) from orders";
    assert_eq!(cases(texts), Some(3));
    // Below zero, zero, above, null.
    let coalesced = "metric a = count() from orders where coalesce(discount, 0) > 0
                     metric b = count() from orders where discount > 0";
    assert_eq!(cases(coalesced), Some(4));
    let not_equal = "metric a = count() from orders where coalesce(discount, 0) >= 0
                     metric b = count() from orders where discount >= 0";
    assert_eq!(cases(not_equal), None);
}

#[test]
fn what_is_unknown_may_be_anything() {
    // ``lower(status)` is 'x' or another text and never null; `quantity` is below 1, 1 or above.
    let lower = "metric a = count() from orders where lower(status) = 'x' and quantity > 1 or lower(status) = 'x' and quantity <= 1
                 metric b = count() from orders where 'x' = lower(status)";
    assert_eq!(cases(lower), Some(6));
    // Equal, but by arithmetic: no case shows it.
    let doubled = "metric a = count() from orders where quantity * 2 = 4
                   metric b = count() from orders where quantity = 2";
    match compared(doubled).verdict {
        Verdict::Unknown { trials } => assert_eq!(trials, Budget::default().trials),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_measure_of_a_formula_is_proved() {
    let ratio = "metric a = count(where quantity > 3) / sum(amount where discount > 1) from orders
                 metric b = count(where quantity > 3 or quantity > 4) / sum(amount where coalesce(discount, 1) > 1) from orders";
    assert!(cases(ratio).is_some());
    let one_differs = "metric a = count(where quantity > 3) / sum(amount where discount > 1) from orders
                       metric b = count(where quantity > 3 or quantity > 4) / sum(amount where discount >= 1) from orders";
    assert_eq!(cases(one_differs), None);
}

#[test]
fn another_unit_is_not_the_same() {
    let model = model(
        "metric a = count() from orders { unit orders }
         metric b = count() from orders { unit sales }",
        Calendar::default(),
    );
    let comparison = compare(side(&model, "a"), side(&model, "b"), Budget::default()).expect("they can be compared");
    assert_eq!(comparison.verdict, Verdict::Unknown { trials: Budget::default().trials });
    assert_eq!(comparison.notes, ["the units differ: order and sale"]);
}

#[test]
fn rows_that_a_check_forbids_are_no_witness() {
    // `amount` is at least 0 and `quantity` at least 1.
    let verdict = compared(
        "metric a = count(where amount >= 0 or quantity <= 0) from orders
         metric b = count() from orders",
    )
    .verdict;
    assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
}

/// Conditions made of comparisons with 1 to 4 and with two texts.
pub struct Conditions(pub u64);

impl Conditions {
    pub fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    pub fn next(&mut self, depth: u32) -> String {
        let number = 1 + self.below(4);
        let compare = ["=", "<>", "<", "<=", ">", ">="][self.below(6) as usize];
        let text = ["web", "shop"][self.below(2) as usize];
        match self.below(if depth == 0 { 7 } else { 12 }) {
            0..=1 => format!("quantity {compare} {number}"),
            2 => format!("discount {compare} {number}"),
            3 => format!("channel = '{text}'"),
            4 => format!("channel not in ('{text}', 'b')"),
            5 => "discount is null".to_owned(),
            6 => format!("coalesce(discount, {number}) {compare} 2"),
            7 => format!("not ({})", self.next(depth - 1)),
            8 => format!("({}) is not true", self.next(depth - 1)),
            9 => format!(
                "case when {} then {} else {} end",
                self.next(depth - 1),
                self.next(depth - 1),
                self.next(depth - 1)
            ),
            10 => format!("({} or {})", self.next(depth - 1), self.next(depth - 1)),
            _ => format!("({} and {})", self.next(depth - 1), self.next(depth - 1)),
        }
    }
}

/// One row for every case there is.
pub fn every_case(model: &Model) -> Data {
    let mut data = Data::empty(model);
    let orders = model.source_named("orders").expect("there are orders");
    let discounts = (-2..=10).map(|half| Value::Decimal { digits: 50 * half, scale: 2 }).chain([Value::Null]);
    let mut id = 0;
    for discount in discounts {
        for quantity in 0..=5 {
            for channel in ["web", "shop", "b", "c", ""] {
                id += 1;
                data.add(model, orders, |column| {
                    let text = |text: &str| if text.is_empty() { Value::Null } else { Value::Text(text.into()) };
                    Some(match model.source(orders).column(column).name.as_str() {
                        "discount" => discount.clone(),
                        "quantity" => Value::Integer(quantity),
                        // Some of the sums and counts by `quantity` are zero.
                        "amount" => Value::Decimal { digits: i128::from(id % 7 / 2) * 100, scale: 2 },
                        "channel" => text(channel),
                        "order_id" => Value::Integer(id),
                        "ordered_at" => Value::Timestamp(jiff::civil::datetime(2025, 1, 1, 0, 0, 0, 0)),
                        _ => return None,
                    })
                });
            }
        }
    }
    data
}

/// The values of metrics for each value of a column.
pub fn by(column: &str, model: &Model, data: &Data, metrics: &[&str]) -> Vec<Vec<Value>> {
    let metrics: Vec<String> = metrics.iter().map(|name| (*name).to_owned()).collect();
    let by = [column.to_owned()];
    let asked = asked::Asked { metrics: &metrics, by: &by, ..asked::Asked::default() };
    let request =
        asked::request(&asked, model, &mut Sources::default(), &mut Found::default()).expect("it can be asked");
    let now = jiff::civil::datetime(2025, 6, 1, 0, 0, 0, 0);
    let answer = evaluate(&Asked { model, request: &request, data, now, conditions: None });
    answer.expect("the rows are sound").rows
}

/// The proof says "the same" exactly where all cases, evaluated one by one, say so.
#[test]
fn a_proof_agrees_with_every_row_there_could_be() {
    const PAIRS: usize = 400;
    let mut conditions = Conditions(1);
    let mut definitions = String::new();
    for at in 0..PAIRS {
        let one = conditions.next(2);
        // Most are nearly the same, so that some are the same.
        let other = match at % 4 {
            0 => conditions.next(2),
            1 => format!("not (not ({one}))"),
            2 => format!("({one}) is true and quantity >= {}", 1 + conditions.below(2)),
            _ => one.replace("quantity > 1", "quantity >= 2").replace("quantity <= 3", "quantity < 4"),
        };
        definitions.push_str(&format!("metric a{at} = count(where {one}) from orders\n"));
        definitions.push_str(&format!("metric b{at} = count(where {other}) from orders\n"));
    }
    let model = model(&definitions, Calendar::default());
    let data = every_case(&model);
    let (mut same, mut differ) = (0, 0);
    for at in 0..PAIRS {
        let names = [format!("a{at}"), format!("b{at}")];
        let sides = names.each_ref().map(|name| side(&model, name));
        // Without a single trial, only a proof can say anything.
        let verdict = compare(sides[0], sides[1], Budget { trials: 0, seed: 1 }).expect("they can be compared").verdict;
        let proved = matches!(verdict, Verdict::Same | Verdict::SameByProof { .. });
        let [one, other] = names.each_ref().map(|name| by("order_id", &model, &data, &[name]));
        let equal = one == other;
        assert_eq!(proved, equal, "pair {at}: {verdict:?}");
        (same, differ) = (same + usize::from(equal), differ + usize::from(!equal));
    }
    assert!(same > PAIRS / 4 && differ > PAIRS / 4, "{same} are the same, {differ} differ");
}
