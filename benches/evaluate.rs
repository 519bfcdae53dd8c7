//! How long the evaluator takes on 100,000 fact rows: `cargo bench --bench evaluate`.

use criterion::{Criterion, criterion_group, criterion_main};
use etalon::check::asked::{self, Asked as Question};
use etalon::diagnostic::Found;
use etalon::meaning::{Asked, Data, Value, evaluate};
use etalon::model::{Calendar, Model};
use etalon::source::Sources;
use etalon::{check, syntax};
use std::hint::black_box;
use std::time::Duration;

const ROWS: i64 = 100_000;
const CUSTOMERS: i64 = 5_000;

const DEFINITIONS: &str = "
source orders {
  key order_id
  time ordered_at
  order_id integer
  customer_id integer
  channel text
  amount decimal(12, 2)
  refunded decimal(12, 2)?
  ordered_at timestamp
  net = amount - coalesce(refunded, 0)
  join customer to customers on customer_id
}
source customers {
  key customer_id
  customer_id integer
  region text
}
metric revenue = sum(net) from orders where channel <> 'test'
metric buyers = count(distinct customer_id) from orders
metric aov = revenue / buyers
metric recent = rolling(revenue, 28 days)
metric so_far = cumulative(revenue)
metric growth = revenue / prior(revenue, 1 year) - 1
metric daily_buyers = avg(buyers per day)
metric typical = median(revenue per customer_id)
";

fn model() -> (Model, Sources) {
    let mut sources = Sources::default();
    let mut found = Found::default();
    let file = sources.add("bench.metric", DEFINITIONS);
    let ast = syntax::parse(&sources, &[file], &mut found);
    let model = check::check(&ast, &Calendar::default(), &mut found);
    assert!(!found.has_errors(), "the definitions are sound: {:?}", found.sorted().first());
    (model, sources)
}

/// Three years of orders, by a generator that always gives the same.
fn rows(model: &Model) -> Data {
    let mut data = Data::empty(model);
    let mut state = 1u64;
    let mut next = |below: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below as u64) as i64
    };
    let orders = model.source_named("orders").expect("it is declared");
    let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
    for id in 0..ROWS {
        let at = start + jiff::SignedDuration::from_secs(next(3 * 365 * 86_400));
        let money = |digits: i64| Value::Decimal { digits: i128::from(digits), scale: 2 };
        let cells = [
            Value::Integer(id),
            Value::Integer(next(CUSTOMERS)),
            Value::Text(["web", "shop", "test"][next(3) as usize].into()),
            money(next(100_000)),
            if next(10) == 0 { money(next(1_000)) } else { Value::Null },
            Value::Timestamp(at),
        ];
        data.add(model, orders, |column| Some(cells[column.0 as usize].clone()));
    }
    let customers = model.source_named("customers").expect("it is declared");
    for id in 0..CUSTOMERS {
        let region = Value::Text(["east", "west", "north"][(id % 3) as usize].into());
        let cells = [Value::Integer(id), region];
        data.add(model, customers, |column| Some(cells[column.0 as usize].clone()));
    }
    data
}

fn evaluated(criterion: &mut Criterion) {
    let (model, mut sources) = model();
    let data = rows(&model);
    let mut group = criterion.benchmark_group("evaluate, 100,000 rows");
    for (metrics, by) in [
        ("revenue aov", "month,customer.region"),
        ("recent", "day"),
        ("so_far", "day,customer.region"),
        ("growth", "month,channel"),
        ("daily_buyers", "month"),
        ("typical", "customer.region"),
    ] {
        let names: Vec<String> = metrics.split(' ').map(str::to_string).collect();
        let keys: Vec<String> = by.split(',').map(str::to_string).collect();
        let question = Question { metrics: &names, by: &keys, ..Question::default() };
        let mut found = Found::default();
        let request = asked::request(&question, &model, &mut sources, &mut found).expect("the question is sound");
        let now = jiff::civil::date(2026, 12, 31).at(0, 0, 0, 0);
        let asked = Asked { model: &model, request: &request, data: &data, now, conditions: None };
        group.bench_function(format!("{metrics} by {by}"), |bench| {
            bench.iter(|| black_box(evaluate(&asked).expect("the rows are sound")));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = evaluated
}
criterion_main!(benches);
