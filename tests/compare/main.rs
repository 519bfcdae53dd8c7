//! Two definitions held against each other.

mod directions;
mod pairs;

mod program;
mod proofs;
mod schemas;
#[path = "../support/mod.rs"]
mod support;

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

/// The shop with these definitions.
fn model(definitions: &str, calendar: Calendar) -> Model {
    read(&format!("{SHOP}{definitions}"), calendar)
}

fn read(text: &str, calendar: Calendar) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("model.metric", text);
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

/// The rows of a table as they are printed, texts as they are, `null` for null.
fn rows(witness: &Witness, source: &str) -> Vec<String> {
    let table = witness.tables.iter().find(|table| table.source == source).expect("the table is shown");
    let cell = |value: &Value| if value.is_null() { "null".to_owned() } else { value.to_string() };
    let row = |row: &Vec<Value>| row.iter().map(cell).collect::<Vec<_>>().join(" | ");
    let header = table.columns.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" | ");
    std::iter::once(header).chain(table.rows.iter().map(row)).collect()
}
