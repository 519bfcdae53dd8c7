//! Two definitions held against each other: what is said of pairs that look alike.

use etalon::check;
use etalon::diagnostic::Found;
use etalon::meaning::Value;
use etalon::meaning::compare::{Budget, Comparison, Side, Verdict, Witness, compare};
use etalon::model::{Calendar, Model};
use etalon::source::Sources;
use etalon::syntax;

const SHOP: &str = "\
source orders {
  key  order_id
  time ordered_at

  order_id    integer
  customer_id integer?
  status      text
  channel     text?
  amount      decimal(12, 2) in usd check >= 0
  discount    decimal(12, 2)? in usd
  quantity    integer check > 0
  ordered_at  timestamp

  join customer to customers on customer_id
}

source customers {
  key customer_id

  customer_id integer
  region      text?
  is_test     boolean
}

source refunds {
  key  refund_id
  time refunded_on

  refund_id   integer
  amount      decimal(12, 2) in usd check >= 0
  refunded_on date
}

source balances {
  key  account_id, day
  time day

  account_id integer
  day        date
  kind       text
  balance    decimal(12, 2) in usd
}

source visits {
  key  visit_id
  time seen_at

  visit_id integer
  seen_at  instant
}
";

fn model(definitions: &str, calendar: Calendar) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("model.metric", format!("{SHOP}{definitions}"));
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    let model = check::check(&ast, &calendar, &mut found);
    let said: Vec<String> = found.clone().sorted().iter().map(|it| format!("{}: {}", it.code.id, it.message)).collect();
    assert!(!found.has_errors(), "{said:?}");
    model
}

fn side<'m>(model: &'m Model, name: &str) -> Side<'m> {
    Side { model, metric: model.metric_named(name).unwrap_or_else(|| panic!("there is a metric `{name}`")) }
}

/// The metrics `a` and `b` of these definitions.
fn compared(definitions: &str) -> Comparison {
    let model = model(definitions, Calendar::default());
    compare(side(&model, "a"), side(&model, "b"), Budget::default()).expect("they can be compared")
}

fn witness(comparison: Comparison) -> Witness {
    match comparison.verdict {
        Verdict::Differ(witness) => *witness,
        other => panic!("{other:?}"),
    }
}

/// The witness of a pair that differs, which has to be small.
fn differ(definitions: &str) -> Witness {
    let witness = witness(compared(definitions));
    eprintln!("{witness:#?}");
    assert!(witness.rows() <= 3, "{witness:#?}");
    witness
}

/// Both values as printed; `-` for no row.
fn values(witness: &Witness) -> [String; 2] {
    witness.values.clone().map(|value| match value {
        None => "-".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(value) => value.to_string(),
    })
}

#[test]
fn less_or_equal_takes_in_the_border() {
    let witness = differ(
        "metric a = sum(amount where amount < 100) from orders
         metric b = sum(amount where amount <= 100) from orders",
    );
    assert_eq!(witness.rows(), 1);
    assert_eq!(values(&witness), ["null", "100.00"]);
}

#[test]
fn probe() {
    let pairs: &[(&str, &str)] = &[
        (
            "notin",
            "metric a = count(where channel not in ('web')) from orders
          metric b = count(where channel <> 'web' or channel is null) from orders",
        ),
        (
            "countx",
            "metric a = count(discount) from orders
          metric b = count() from orders",
        ),
        (
            "avgratio",
            "metric a = avg(amount / quantity) from orders
          metric b = sum(amount) / sum(quantity) from orders",
        ),
        (
            "semi",
            "metric a = sum(balance) from balances where kind = 'open' at day last per account_id
          metric plain = sum(balance) from balances at day last per account_id
          metric b = plain where kind = 'open'",
        ),
        (
            "distinct",
            "metric a = count(distinct customer_id) from orders
          metric b = count() from orders",
        ),
        (
            "coalesce",
            "metric r = sum(amount) from refunds
          metric o = sum(amount) from orders
          metric a = coalesce(o, 0) + coalesce(r, 0)
          metric b = o + r",
        ),
        (
            "case",
            "metric a = sum(case when channel = 'web' then amount else 0 end) from orders
          metric b = sum(amount where channel = 'web') from orders",
        ),
        (
            "avgnull",
            "metric a = avg(discount) from orders
          metric b = avg(coalesce(discount, 0)) from orders",
        ),
        (
            "rolling",
            "metric o = sum(amount) from orders
          metric a = rolling(o, 28 days)
          metric b = rolling(o, 1 month)",
        ),
        (
            "where",
            "metric a = sum(amount where status = 'x') from orders
          metric b = sum(amount) from orders where status = 'x'",
        ),
        (
            "exists",
            "metric a = count(where status = 'x') from orders
          metric b = count() from orders where status = 'x'",
        ),
        (
            "total",
            "metric o = sum(amount) from orders
          metric a = o / total(o over customer.region)
          metric b = o / total(o)",
        ),
        (
            "lookup",
            "metric o = count() from orders
          metric a = count() from customers where metric(o) > 1
          metric b = count() from customers where metric(o) >= 1",
        ),
        (
            "join",
            "metric a = count() from orders where customer.is_test = false
          metric b = count() from orders where customer.is_test is not true",
        ),
        (
            "prior",
            "metric o = count() from orders
          metric a = prior(o, 1 month)
          metric b = prior(o, 1 year)",
        ),
        (
            "per",
            "metric o = count() from orders
          metric a = avg(o per day)
          metric b = avg(o per customer_id)",
        ),
        (
            "follow",
            "metric o = count() from orders
          metric v = count() from visits
          metric a = median(amount) from orders
          metric b = avg(amount) from orders",
        ),
        (
            "threeval",
            "metric a = count() from orders where not (discount > 5)
          metric b = count() from orders where discount < 5",
        ),
        (
            "lower",
            "metric a = count() from orders where lower(status) = 'x'
          metric b = count() from orders where status = 'x'",
        ),
        (
            "unknown",
            "metric a = count() from orders where quantity * 2 = 4
          metric b = count() from orders where quantity = 2",
        ),
        (
            "proof",
            "metric a = count() from orders where quantity > 3
          metric b = count() from orders where quantity >= 4",
        ),
        (
            "todate",
            "metric o = count() from orders
          metric a = to_date(o, month)
          metric b = to_date(o, quarter)",
        ),
        (
            "fill",
            "metric o = count() from orders
          metric a = fill(o, 0)
          metric b = o",
        ),
        (
            "stddev",
            "metric a = stddev(amount) from orders
          metric b = stddev_pop(amount) from orders",
        ),
        (
            "threshold",
            "metric a = count(distinct customer_id) from orders where quantity > 1000
          metric b = count(distinct customer_id) from orders where quantity > 1001",
        ),
    ];
    for (name, definitions) in pairs {
        if std::env::var("ONLY").is_ok_and(|it| it != *name) {
            continue;
        }
        let start = std::time::Instant::now();
        let comparison = compared(definitions);
        println!("== {name} {:?}  {:?}", start.elapsed(), comparison.direction);
        match comparison.verdict {
            Verdict::Differ(witness) => {
                println!(
                    "   {} rows, {:?}, by {:?} {:?} keys {:?} trials {}",
                    witness.rows(),
                    values(&witness),
                    witness.by,
                    witness.range,
                    witness.keys.iter().map(|(_, v)| v.to_string()).collect::<Vec<_>>(),
                    witness.trials
                );
                for table in &witness.tables {
                    println!("   {} {:?}", table.source, table.columns.iter().map(|c| c.as_str()).collect::<Vec<_>>());
                    for row in &table.rows {
                        println!(
                            "      {}",
                            row.iter()
                                .map(|v| if v.is_null() { "null".into() } else { v.to_string() })
                                .collect::<Vec<String>>()
                                .join(" | ")
                        );
                    }
                }
            }
            other => println!("   {other:?}"),
        }
    }
}
