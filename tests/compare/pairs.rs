//! Pairs that look alike and differ, each with rows that show it.

use crate::{differ, model, rows, side, values, witness};
use etalon::meaning::compare::{Budget, compare};
use etalon::model::Calendar;

#[test]
fn less_or_equal_takes_in_the_border() {
    let witness = differ(
        "metric a = sum(amount where amount < 100) from orders
         metric b = sum(amount where amount <= 100) from orders",
    );
    assert_eq!(rows(&witness, "orders"), ["amount", "100.00"]);
    assert_eq!(values(&witness), ["null", "100.00"]);
}

#[test]
fn a_null_is_not_outside_of_a_list() {
    let witness = differ(
        "metric a = count(where channel not in ('web', 'shop')) from orders
         metric b = count(where (channel <> 'web' and channel <> 'shop') or channel is null) from orders",
    );
    assert_eq!(rows(&witness, "orders"), ["channel", "null"]);
    assert_eq!(values(&witness), ["0", "1"]);
}

#[test]
fn values_are_not_rows() {
    let witness = differ(
        "metric a = count(discount) from orders
         metric b = count() from orders",
    );
    assert_eq!(rows(&witness, "orders"), ["discount", "null"]);
    assert_eq!(values(&witness), ["0", "1"]);
}

#[test]
fn an_average_of_ratios_is_no_ratio_of_sums() {
    let witness = differ(
        "metric a = avg(amount / quantity) from orders
         metric b = sum(amount) / sum(quantity) from orders",
    );
    // (1/1 + 1/2) / 2 = 0.75, and 2/3.
    assert_eq!(rows(&witness, "orders"), ["amount | quantity", "1.00 | 1", "1.00 | 2"]);
    assert_eq!(values(&witness), ["0.75", "0.6666666666666666"]);
}

#[test]
fn a_filter_before_a_pick_moves_the_moment_that_is_picked() {
    let witness = differ(
        "metric a = sum(balance) from balances where kind = 'open' at day last per account_id
         metric plain = sum(balance) from balances at day last per account_id
         metric b = plain where kind = 'open'",
    );
    // Before: the last open balance, of the first of January. Behind: the last of all, of the second, is not open.
    let expected = ["account_id | day | kind | balance", "1 | 2025-01-01 | open | 1.00", "1 | 2025-01-02 | a | 1.00"];
    assert_eq!(rows(&witness, "balances"), expected);
    assert_eq!(values(&witness), ["1.00", "-"]);
}

#[test]
fn weeks_of_two_calendars_begin_on_different_days() {
    let definition = "metric a = count() from orders";
    let monday = model(definition, Calendar::default());
    let sunday = model(definition, Calendar { week_starts: 6, ..Calendar::default() });
    let comparison = compare(side(&monday, "a"), side(&sunday, "a"), Budget::default()).expect("they can be compared");
    assert_eq!(comparison.notes, ["weeks start on different days"]);
    let witness = witness(comparison);
    assert_eq!((witness.rows(), &witness.by[..]), (1, &["week".to_owned()][..]));
    // The first of January 2025 is a Wednesday: its week began on Sunday the 29th or on Monday the 30th.
    assert_eq!(rows(&witness, "orders"), ["ordered_at", "2025-01-01 00:00:00"]);
    let key = witness.keys[0].1.to_string();
    let expected = if key == "2024-12-30" { ["1", "-"] } else { ["-", "1"] };
    assert!(["2024-12-29", "2024-12-30"].contains(&key.as_str()), "{key}");
    assert_eq!(values(&witness), expected);
}

#[test]
fn a_moment_lies_in_another_day_elsewhere() {
    let definition = "metric a = count() from visits";
    let zone = |name: &str| model(definition, Calendar { timezone: name.to_owned(), ..Calendar::default() });
    let (one, other) = (zone("UTC"), zone("America/New_York"));
    let comparison = compare(side(&one, "a"), side(&other, "a"), Budget::default()).expect("they can be compared");
    assert_eq!(comparison.notes, ["the time zones differ: UTC and America/New_York"]);
    let witness = witness(comparison);
    // Midnight in London is still the evening before in New York.
    assert_eq!((witness.rows(), &witness.by[..]), (1, &["day".to_owned()][..]));
    assert_eq!(rows(&witness, "visits"), ["seen_at", "2025-01-01 00:00:00"]);
    let key = witness.keys[0].1.to_string();
    assert_eq!((key.as_str(), values(&witness)), ("2024-12-31", ["-".to_owned(), "1".to_owned()]));
}

#[test]
fn customers_are_not_orders() {
    let witness = differ(
        "metric a = count(distinct customer_id) from orders where customer_id is not null
         metric b = count() from orders where customer_id is not null",
    );
    assert_eq!(rows(&witness, "orders"), ["customer_id", "1", "1"]);
    assert_eq!(values(&witness), ["1", "2"]);
}

#[test]
fn a_sum_with_nothing_is_nothing() {
    let witness = differ(
        "metric ordered  = sum(amount) from orders
         metric refunded = sum(amount) from refunds
         metric a = coalesce(ordered, 0) + coalesce(refunded, 0)
         metric b = ordered + refunded",
    );
    assert_eq!(witness.rows(), 1);
    assert_eq!(values(&witness), ["1.00", "null"]);
}

#[test]
fn a_case_with_zero_is_never_null() {
    let witness = differ(
        "metric a = sum(case when channel = 'web' then amount else 0 end) from orders
         metric b = sum(amount where channel = 'web') from orders",
    );
    assert_eq!(rows(&witness, "orders"), ["channel", "a"]);
    assert_eq!(values(&witness), ["0.00", "null"]);
}

#[test]
fn an_average_ignores_nulls_and_counts_zeros() {
    let witness = differ(
        "metric a = avg(discount) from orders
         metric b = avg(coalesce(discount, 0)) from orders",
    );
    assert_eq!(rows(&witness, "orders"), ["discount", "null"]);
    assert_eq!(values(&witness), ["null", "0"]);
}

#[test]
fn a_month_is_not_28_days() {
    let witness = differ(
        "metric sold = sum(amount) from orders
         metric a = rolling(sold, 28 days)
         metric b = rolling(sold, 1 month)",
    );
    // The 28 days before the first of February begin with the fourth of January.
    assert_eq!(rows(&witness, "orders"), ["amount | ordered_at", "1.00 | 2025-01-01 00:00:00"]);
    assert_eq!(witness.by, ["month"]);
    assert_eq!(values(&witness), ["-", "1.00"]);
}

#[test]
fn a_filter_over_a_join_drops_what_leads_nowhere() {
    let witness = differ(
        "metric a = count() from orders where customer.is_test = false
         metric b = count() from orders where customer.is_test is not true",
    );
    // Nobody has the number 1.
    assert_eq!(rows(&witness, "orders"), ["customer_id", "1"]);
    assert_eq!(rows(&witness, "customers"), [""]);
    assert_eq!(values(&witness), ["-", "1"]);
}

#[test]
fn a_share_is_of_what_the_total_leaves() {
    let witness = differ(
        "metric sold = sum(amount) from orders
         metric a = sold / total(sold over customer.region)
         metric b = sold / total(sold)",
    );
    assert_eq!(witness.by, ["status"]);
    assert_eq!(rows(&witness, "orders"), ["status | amount", "a | 1.00", "b | 1.00"]);
    // Asked by status, nothing is taken away but by the second.
    assert_eq!(values(&witness), ["1", "0.5"]);
}

#[test]
fn filled_is_zero_where_another_metric_has_a_row() {
    let witness = differ(
        "metric sold = count() from orders
         metric a = fill(sold, 0)
         metric b = sold",
    );
    assert_eq!((witness.rows(), witness.beside.is_some()), (1, true));
    assert_eq!(values(&witness), ["0", "null"]);
}
