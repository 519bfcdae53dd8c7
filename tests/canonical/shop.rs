//! A small shop: its sources, rows made up for them, and what is asked.

use etalon::check::asked::{self, Asked};
use etalon::diagnostic::Found;
use etalon::meaning::canonical::{self, Digest};
use etalon::meaning::{self, Data, Value};
use etalon::model::{Base, Calendar, Model, SourceId};
use etalon::source::Sources;
use etalon::{check, syntax};

pub const SHOP: &str = "
source orders {
  key  order_id
  time ordered_at
  order_id    integer
  customer_id integer?
  rep_id      integer?
  channel     text?
  status      text
  amount      decimal(8, 2)
  refund      decimal(8, 2)?
  weight      double?
  quantity    integer
  gift        boolean?
  ordered_at  timestamp
  shipped_at  timestamp?
  net     = amount - coalesce(refund, 0)
  is_done = status = 'complete'
  join customer to customers on customer_id
  join rep      to customers on rep_id = customer_id
}

source customers {
  key  customer_id
  time signed_up
  customer_id integer
  region      text?
  is_test     boolean
  signed_up   date
}

source visits {
  key  visit_id
  time seen_at
  visit_id    integer
  customer_id integer?
  channel     text
  seen_at     timestamp
  join customer to customers on customer_id
}

source balances {
  key  account_id, day
  time day
  account_id integer
  day        date
  balance    decimal(8, 2)
  kind       text
}

source subscriptions {
  key  subscription_id
  subscription_id integer
  plan       text
  started_on date
  ended_on   date?
  monthly    decimal(8, 2)
}

dimension place {
  orders customer.region
  visits customer.region
}

metric revenue = sum(net) from orders where is_done
metric sold    = count() from orders
metric seen    = count() from visits
metric deposit = sum(balance) from balances last per account_id
metric mrr     = sum(monthly) from subscriptions while started_on until ended_on
";

pub fn read(text: &str, calendar: &Calendar) -> (Model, Sources) {
    let mut sources = Sources::default();
    let mut found = Found::default();
    let file = sources.add("shop.metric", text);
    let ast = syntax::parse(&sources, &[file], &mut found);
    let model = check::check(&ast, calendar, &mut found);
    if found.has_errors() {
        let all = found.sorted();
        let said: Vec<String> = all
            .iter()
            .filter(|it| it.code.severity == etalon::diagnostic::Severity::Error)
            .map(|it| format!("{}: {} at `{}`", it.code.id, it.message, sources.slice(it.span)))
            .collect();
        panic!("{}\n{}", said.join("\n"), text.lines().rev().take(2).collect::<Vec<_>>().join("\n"));
    }
    (model, sources)
}

pub fn calendar() -> Calendar {
    Calendar { timezone: "America/New_York".into(), week_starts: 0, year_starts: 1 }
}

pub fn digest(model: &Model, name: &str) -> Digest {
    canonical::digest(model, model.metric_named(name).expect("the metric is declared"))
}

/// SplitMix64: the same numbers for the same seed.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}

/// A few rows of every source: keys once each, nulls, values that come again, times near the ends of months.
pub fn rows(model: &Model, random: &mut Random) -> Data {
    const DAYS: [&str; 7] =
        ["2025-01-31", "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2024-02-29"];
    let mut data = Data::empty(model);
    for (at, source) in model.sources.iter().enumerate() {
        for row in 0..random.below(7) {
            data.add(model, SourceId(at as u32), |column| {
                let column_name = source.column(column).name.as_str();
                let ty = &source.column(column).ty;
                let is_key = source.key.contains(&column);
                if ty.nullable && random.below(3) == 0 {
                    return Some(Value::Null);
                }
                let day = DAYS[if is_key { row } else { random.below(DAYS.len()) }];
                let text = match (column_name, ty.base) {
                    ("started_on", _) => "2025-12-31".to_owned(),
                    (_, Base::Integer) if is_key => row.to_string(),
                    (_, Base::Integer) => random.below(6).to_string(),
                    (_, Base::Decimal { .. }) => ["0", "1", "1.50", "-2.25", "10"][random.below(5)].to_owned(),
                    (_, Base::Double) => ["0", "0.5", "-1.25", "3"][random.below(4)].to_owned(),
                    (_, Base::Boolean) => ["true", "false"][random.below(2)].to_owned(),
                    (_, Base::Date) => day.to_owned(),
                    (_, Base::Timestamp) => format!("{day} {}", ["00:00:00", "23:59:59", "12:30:00"][random.below(3)]),
                    ("status", _) => ["complete", "Complete", "a", "b"][random.below(4)].to_owned(),
                    ("region", _) => ["EMEA", "AMER"][random.below(2)].to_owned(),
                    ("channel", _) => ["web", "ads", "Web"][random.below(3)].to_owned(),
                    _ => ["a", "b"][random.below(2)].to_owned(),
                };
                Some(Value::read(&text, ty.base).expect("the text is a value of its type"))
            });
        }
    }
    data
}

/// What is asked of each pair of metrics; what a metric cannot be asked is left out.
pub const REQUESTS: [(&[&str], Option<&str>); 5] = [
    (&[], None),
    (&["month"], None),
    (&["month"], Some("2025..2026")),
    (&["day"], Some("2025-12..2026-02")),
    (&["month", "channel"], Some("2026-01")),
];

/// The rows of a metric, if it may be asked so; `None` where the rows overflow as well.
pub fn answer(
    model: &Model,
    sources: &mut Sources,
    data: &Data,
    metric: &str,
    (by, during): (&[&str], Option<&str>),
) -> Option<Vec<Vec<Value>>> {
    let metrics = [metric.to_owned()];
    let by: Vec<String> = by.iter().map(|key| (*key).to_owned()).collect();
    let asked = Asked { metrics: &metrics, by: &by, during, ..Asked::default() };
    let request = asked::request(&asked, model, sources, &mut Found::default())?;
    let now = jiff::civil::date(2026, 3, 15).at(12, 0, 0, 0);
    let asked = meaning::Asked { model, request: &request, data, now, conditions: None };
    meaning::evaluate(&asked).ok().map(|answer| answer.rows)
}
