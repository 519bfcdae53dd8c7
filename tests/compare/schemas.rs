//! One metric of two models whose sources are not the same.

use crate::{read, rows, side, values, witness};
use etalon::meaning::compare::{Budget, Comparison, Incomparable, compare};
use etalon::model::Calendar;

/// The metric `a` of two models.
fn then_and_now(then: &str, now: &str) -> Result<Comparison, Incomparable> {
    let [then, now] = [then, now].map(|text| read(text, Calendar::default()));
    compare(side(&then, "a"), side(&now, "a"), Budget::default())
}

const THEN: &str = "
source orders { key id  time placed  id integer  placed date  amount integer?  status text }
metric a = sum(amount) from orders where status = 'paid'
";

#[test]
fn a_column_may_be_new() {
    let more =
        "source orders { key id  time placed  id integer  placed date  amount integer?  status text  is_test boolean }
                metric a = sum(amount) from orders where status = 'paid' and not is_test";
    let witness = witness(then_and_now(THEN, more).expect("they can be compared"));
    assert_eq!(rows(&witness, "orders"), ["amount | status | is_test", "1 | paid | true"]);
    assert_eq!(values(&witness), ["1", "-"]);
}

#[test]
fn values_of_two_types_are_those_of_the_narrower() {
    // Whole numbers are all that both can hold.
    let now = THEN.replace("amount integer?", "amount decimal(6, 2)?").replace("= 'paid'", "<> 'paid'");
    let witness = witness(then_and_now(THEN, &now).expect("they can be compared"));
    assert_eq!(rows(&witness, "orders"), ["amount | status", "1 | a"]);
    assert_eq!(values(&witness), ["-", "1.00"]);
}

#[test]
fn a_derived_column_may_move_everything() {
    let then = "source orders { key id  time placed  id integer  placed date  amount integer  fee integer  net = amount - fee }
                metric a = sum(net) from orders";
    let now = then.replace("net = amount - fee", "net = amount - coalesce(nullif(fee, 1), 0)");
    let witness = witness(then_and_now(then, &now).expect("they can be compared"));
    assert_eq!(rows(&witness, "orders"), ["amount | fee", "1 | 1"]);
    assert_eq!(values(&witness), ["0", "1"]);
}

#[test]
fn a_join_may_lead_elsewhere() {
    let then = "source orders { key id  time placed  id integer  placed date  buyer integer?  payer integer?
                  join customer to customers on buyer = id }
                source customers { key id  id integer  is_test boolean }
                metric a = count() from orders where customer.is_test";
    let now = then.replace("on buyer = id", "on payer = id");
    let witness = witness(then_and_now(then, &now).expect("they can be compared"));
    assert_eq!(witness.rows(), 2, "{witness:#?}");
    let of_orders = rows(&witness, "orders");
    assert_eq!(of_orders[0], "buyer | payer");
    // One of the two leads to the test customer 1, the other nowhere.
    let expected = if of_orders[1].starts_with("1 |") { ["1", "-"] } else { ["-", "1"] };
    assert_eq!(values(&witness), expected, "{of_orders:?}");
}

#[test]
fn no_value_is_a_text_and_a_number() {
    let now = THEN.replace("status text", "status integer").replace("'paid'", "1");
    let refused = then_and_now(THEN, &now).expect_err("there are no rows for both");
    let expected = "`orders.status` is text on the one side and integer on the other, so that no rows fit both";
    assert_eq!(refused.0, expected);
}

#[test]
fn a_source_of_another_name_has_no_rows_in_common() {
    let refused = then_and_now(THEN, &THEN.replace("orders", "sales")).expect_err("there are no rows for both");
    assert_eq!(refused.0, "they rest on no source in common, so that no rows fit both");
}
