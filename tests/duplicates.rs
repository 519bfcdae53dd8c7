//! What `etalon check` says of metrics that mean the same, are part of another, or are called alike.

mod reading;

use reading::read_and_check;

const SOURCES: &str = "
source orders {
  key order_id
  time ordered_at
  order_id integer
  customer_id integer
  channel text
  amount decimal(12, 2)
  ordered_at timestamp
  is_web = channel = 'web'
  join customer to customers on customer_id
}
source customers {
  key customer_id
  customer_id integer
  region text?
}
source balances {
  key account_id, day
  time day
  account_id integer
  day date
  amount decimal(12, 2)
}
metric revenue = sum(amount) from orders
metric customers_seen = count(distinct customer_id) from orders
";

/// The codes and messages that are said of these definitions beside those of the sources.
fn said(definitions: &str) -> Vec<String> {
    let said = read_and_check(&format!("{SOURCES}{definitions}"));
    said.all
        .iter()
        .filter(|it| it.code.id.starts_with("E042"))
        .map(|it| {
            assert_eq!(it.related.len(), 1, "{}: the other place is shown", it.message);
            format!("{} {}", it.code.id, it.message)
        })
        .collect()
}

#[test]
fn one_meaning_under_two_names() {
    assert_eq!(
        said("metric turnover = sum(amount where amount is not null) from orders"),
        ["E0421 `turnover` means the same as `revenue`"]
    );
    assert_eq!(
        said("metric a = revenue / customers_seen metric b = (sum(amount) from orders) / customers_seen"),
        ["E0421 `b` means the same as `a`"]
    );
    // A unit of its own makes no other number.
    assert_eq!(
        said("metric people = count(distinct customer_id) from orders { unit people }"),
        ["E0421 `people` means the same as `customers_seen`"]
    );
}

#[test]
fn a_name_on_its_way_out_is_no_finding() {
    let none: [String; 0] = [];
    assert_eq!(said("metric turnover = revenue { status deprecated use revenue }"), none);
    assert_eq!(said("metric turnover = revenue where is_web { status deprecated use revenue }"), none);
    assert_eq!(
        said("metric turnover = revenue { status deprecated use customers_seen }"),
        ["E0421 `turnover` means the same as `revenue`"]
    );
}

#[test]
fn a_part_of_another_metric() {
    let web = "E0422 `web` is `revenue` where channel = 'web', and does not say so";
    assert_eq!(said("metric web = revenue where channel = 'web'"), [web]);
    assert_eq!(said("metric web = sum(amount) from orders where is_web"), [web]);
    assert_eq!(said("metric web = sum(case when is_web then amount end) from orders"), [web]);
    assert_eq!(
        said("metric emea = revenue where customer.region = 'EMEA'"),
        ["E0422 `emea` is `revenue` where customers.region = 'EMEA', and does not say so"]
    );
    // The nearest of several is named.
    assert_eq!(
        said(
            "metric web = revenue where is_web { variant of revenue because 'it is asked for' }
             metric web_emea = revenue where is_web and customer.region = 'EMEA'"
        ),
        ["E0422 `web_emea` is `web` where customers.region = 'EMEA', and does not say so"]
    );
}

#[test]
fn a_part_of_what_is_made_of_several() {
    let base = "metric each = revenue / customers_seen ";
    assert_eq!(
        said(&format!("{base} metric web_each = each where is_web")),
        ["E0422 `web_each` is `each` where channel = 'web', and does not say so"]
    );
    assert_eq!(
        said(&format!(
            "{base} metric web_28 = rolling(each where is_web, 28 days) metric all_28 = rolling(each, 4 weeks)"
        )),
        ["E0422 `web_28` is `all_28` where channel = 'web', and does not say so"]
    );
    // A filter on one side of a ratio makes a share, not a part.
    let none: [String; 0] = [];
    assert_eq!(said(&format!("{base} metric odd = (revenue where is_web) / customers_seen")), none);
    assert_eq!(said("metric web_share = (revenue where is_web) / revenue"), none);
}

#[test]
fn what_says_that_it_is_a_variant_is_no_finding() {
    let none: [String; 0] = [];
    assert_eq!(said("metric web = revenue where is_web { variant of revenue because 'the shop has a plan' }"), none);
    assert_eq!(
        said(
            "metric web = revenue where is_web { variant of revenue because 'the shop has a plan' }
             metric large = revenue where is_web and amount > 9 { variant of web because 'so has its manager' }"
        ),
        none
    );
    // A variant of something that it is no part of does not say what it is a part of.
    assert_eq!(
        said("metric web = revenue where is_web { variant of customers_seen because 'why not' }"),
        ["E0422 `web` is `revenue` where channel = 'web', and does not say so"]
    );
}

#[test]
fn other_moments_and_axes_are_other_metrics() {
    let none: [String; 0] = [];
    let deposits = "metric deposits = sum(amount) from balances last per account_id ";
    // The moment is sought among fewer rows: no part of the other's rows.
    assert_eq!(
        said(&format!("{deposits} metric d2 = sum(amount) from balances last per account_id where amount > 0")),
        none
    );
    assert_eq!(
        said(&format!("{deposits} metric d2 = deposits where amount > 0")),
        ["E0422 `d2` is `deposits` where amount > 0, and does not say so"]
    );
    assert_eq!(said("metric biggest = max(amount) from orders where is_web"), none);
}

#[test]
fn names_that_readers_cannot_tell_apart() {
    assert_eq!(
        said("metric best 'Revenue!' = max(amount) from orders"),
        ["E0423 `best` is called `Revenue!`, which readers cannot tell from `revenue` of `revenue`"]
    );
    assert_eq!(
        said("metric a1 'Net sales' = max(amount) from orders metric b1 'Net-Sales' = min(amount) from orders"),
        ["E0423 `b1` is called `Net-Sales`, which readers cannot tell from `Net sales` of `a1`"]
    );
    assert_eq!(
        said("metric re_venue = max(amount) from orders"),
        ["E0423 `re_venue` is called `re_venue`, which readers cannot tell from `revenue` of `revenue`"]
    );
    let none: [String; 0] = [];
    assert_eq!(said("metric best 'Best' = max(amount) from orders { also 'the best' }"), none);
}

/// Many parts of one metric, each with its own filter, are found without holding each against each.
#[test]
#[allow(clippy::disallowed_methods, reason = "only measures")]
fn thousands_of_parts_take_little_time() {
    let mut text = String::new();
    for at in 0..3000 {
        text.push_str(&format!(
            "metric p{at} = sum(amount) from orders where channel = 'c{at}' and customer_id > {at}\n"
        ));
    }
    let before = std::time::Instant::now();
    assert_eq!(said(&text).len(), 3000);
    assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
}
