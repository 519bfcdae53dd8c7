//! Canonical forms: one digest for every spelling of a meaning, another for every other meaning, and equal rows for equal
//! digests.

use etalon::check::asked::{self, Asked};
use etalon::diagnostic::Found;
use etalon::meaning::canonical::{self, Digest};
use etalon::meaning::{self, Data, Value};
use etalon::model::{Base, Calendar, Model, SourceId};
use etalon::source::Sources;
use etalon::{check, syntax};

const SHOP: &str = "
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

/// Two formulas that mean the same. `P` and `Q` stand for conditions, `M` and `N` for metrics.
const SAME: &[(&str, &str)] = &[
    ("sum(net) from orders where P and Q", "sum(net) from orders where Q and P"),
    ("sum(net) from orders where P", "(sum(net) from orders) where P"),
    ("(M where P) where Q", "M where P and Q"),
    ("M where P and P", "M where P"),
    ("(M / N) where P", "(M where P) / (N where P)"),
    ("(M + N) where P", "(N where P) + (M where P)"),
    ("M - N", "M + (-N)"),
    ("(median(amount) from orders) * 1", "median(amount) from orders"),
    ("M + 0", "M"),
    ("-(-M)", "M"),
    ("coalesce(M, 0) + coalesce(N, 0)", "coalesce(N, 0) + coalesce(M, null, 0)"),
    ("case when M > N then M else N end", "case when N < M then M else N end"),
    ("case when not (M <= N) then M end", "case when M > N then M else null end"),
    ("M where channel <> 'web' or channel is null", "M where (channel = 'web') is not true"),
    ("M where P or gift or gift is null", "M where (not gift) is not true or P"),
    ("sum(case when P then amount end) from orders", "sum(amount where P) from orders"),
    ("avg(case when P then amount else null end) from orders", "avg(amount where P) from orders"),
    ("count(case when P then 1 end) from orders", "count(where P) from orders"),
    ("count(case when P then 0 end) from orders", "count(where P) from orders"),
    ("count(distinct case when P then channel end) from orders", "count(distinct channel where P) from orders"),
    ("median(case when P then amount end) from orders", "percentile(amount where P, 0.50) from orders"),
    ("count(order_id) from orders", "count() from orders"),
    ("count(order_id where P) from orders", "count(where P) from orders"),
    ("count(refund) from orders", "count(where refund is not null) from orders"),
    ("sum(refund where refund is not null) from orders", "sum(refund) from orders"),
    ("min(weight where weight is not null and P) from orders", "min(weight where P) from orders"),
    ("sum(amount where P) from orders where P", "sum(amount) from orders where P"),
    ("count(where P and Q) from orders where Q", "count(where P) from orders where Q"),
    ("sum(amount - coalesce(refund, 0)) from orders where status = 'complete'", "revenue"),
    ("sum(net) from orders where status in ('complete')", "revenue"),
    ("sum(net) from orders where 'complete' = status", "revenue"),
    ("sum(net) from orders where status like 'complete'", "revenue"),
    ("count() from orders where status = 'a' or status = 'b'", "count() from orders where status in ('b', 'a', 'b')"),
    ("count() from orders where not (status = 'a' or status = 'b')", "sold where status not in ('a', 'b')"),
    ("count() from orders where not (P and Q)", "count() from orders where (not P) or (not Q)"),
    ("count() from orders where gift is true", "count() from orders where gift"),
    ("count() from orders where gift = true", "count() from orders where gift"),
    ("count() from orders where coalesce(gift, false)", "count() from orders where gift"),
    ("count() from orders where gift = false", "count() from orders where not gift"),
    ("count() from orders where case when gift then true else false end", "count() from orders where gift"),
    ("count() from orders where quantity between 2 and 5", "count() from orders where quantity > 1 and quantity < 6"),
    ("count() from orders where refund > 1 and refund is not null", "count() from orders where 1.00 < refund"),
    (
        "count() from orders where ordered_at >= 2026-01-31",
        "sold where not ordered_at < timestamp '2026-01-31 00:00:00'",
    ),
    ("count() from orders where P or (P and Q)", "count() from orders where P"),
    ("sum(amount * 2 * 3) from orders", "sum(6 * amount) from orders"),
    ("sum(amount + net + 1) from orders", "sum(1 + (net + amount)) from orders"),
    ("sum(amount - refund) from orders", "sum(-refund + amount) from orders"),
    ("sum(quantity - (quantity - 3)) from orders", "sum(quantity - quantity + 3) from orders"),
    ("sum(weight * quantity) from orders", "sum(quantity * weight) from orders"),
    ("max(coalesce(refund, coalesce(amount, 0))) from orders", "max(coalesce(refund, amount)) from orders"),
    (
        "max(case when refund is null then amount else refund end) from orders",
        "max(coalesce(refund, amount)) from orders",
    ),
    ("max(least(amount, refund)) from orders", "max(least(refund, amount, refund)) from orders"),
    ("count(distinct lower(lower(channel))) from orders", "count(distinct lower(channel)) from orders"),
    ("count() from orders where shipped_at > ordered_at + 1 week", "sold where ordered_at + 7 days < shipped_at"),
    (
        "count() from orders where day_of(ordered_at) = month_of(day_of(ordered_at))",
        "sold where day_of(ordered_at) = month_of(ordered_at)",
    ),
    ("count() from orders at shipped_at where P", "(count() from orders at shipped_at) where P"),
    ("total(M over channel) where P", "total(M where P over channel)"),
    ("total(M over channel, status_k)", "total(M over status_k, channel)"),
    ("total(M) where P", "total(M where P)"),
    ("prior(M, 1 year) where P", "prior(M where P, 12 months)"),
    ("prior(M, 1 quarter)", "prior(M, 3 months)"),
    ("rolling(M, 1 week) where P", "rolling(M where P, 7 days)"),
    ("rolling(M + N, 7 days)", "rolling(N + M, 1 week)"),
    ("to_date(M, year) where P", "to_date(M where P, year)"),
    ("cumulative(M) where P", "cumulative(M where P)"),
    ("fill(M, 0) where P", "fill(M where P, 0)"),
    ("avg(M per day, channel) where P", "avg((M where P) per channel, day)"),
    ("sum(case when M > 1 then N end per channel)", "sum(N where 1 < M per channel)"),
    ("count(where M > 1 and N > 1 per channel)", "count(where N > 1 and M > 1 per channel)"),
    ("prior(rolling(M, 7 days) where P, 1 month)", "prior(rolling(M where P, 1 week), 1 month)"),
    ("(deposit where kind = 'a') where balance > 0", "deposit where balance > 0 and kind = 'a'"),
    ("mrr where plan = 'a'", "sum(monthly) from subscriptions while started_on until ended_on where plan = 'a'"),
    (
        "follow(sold after seen by customer_id within 1 week)",
        "follow(sold after count(visit_id) from visits by customer_id within 7 days)",
    ),
    (
        "count() from customers where metric(sold via customer) > 1",
        "count() from customers where 1 < metric((count(order_id) from orders) via customer)",
    ),
];

/// Conditions on orders and visits alike.
const CONDITIONS: &[&str] = &[
    "channel = 'web'",
    "channel in ('web', 'ads')",
    "channel is not null",
    "customer.region = 'EMEA'",
    "place <> 'EMEA'",
    "customer.is_test is not true",
    "not customer.is_test",
    "(channel = 'web' or customer.region is null)",
    "customer_id > 2",
];

const METRICS: &[&str] =
    &["revenue", "(max(net) from orders)", "(sum(amount where gift) from orders)", "(median(amount) from orders)"];

/// Formulas that look alike and mean something else.
const DIFFERENT: &[(&str, &str)] = &[
    ("count() from orders where amount < 10", "count() from orders where amount <= 10"),
    (
        "count() from orders where channel not in ('web')",
        "count() from orders where not (channel = 'web') or channel is null",
    ),
    ("count(where gift) from orders", "count() from orders where gift"),
    ("count() from orders where not gift", "count() from orders where gift is not true"),
    ("count(channel) from orders", "count() from orders"),
    ("count(channel) from orders", "count(distinct channel) from orders"),
    ("sum(case when gift then amount else 0 end) from orders", "sum(amount where gift) from orders"),
    ("avg(case when gift then amount else 0 end) from orders", "avg(amount where gift) from orders"),
    ("first(case when gift then amount end) from orders", "first(amount where gift) from orders"),
    ("sum(net) from orders where is_done", "sum(amount) from orders where is_done"),
    ("sum(net) from orders where is_done", "sum(net) from orders where status = 'Complete'"),
    ("count() from orders", "count() from orders at shipped_at"),
    ("count() from orders where customer.is_test", "count() from orders where rep.is_test"),
    ("avg(amount / quantity) from orders", "sum(amount) / sum(quantity) from orders"),
    ("sum(weight + 1.5 + 2.5) from orders", "sum(weight + 4.0) from orders"),
    ("sum(weight) + sum(amount where gift) from orders", "sum(weight) + sum(amount) from orders"),
    ("deposit where kind = 'a'", "sum(balance) from balances last per account_id where kind = 'a'"),
    ("deposit", "sum(balance) from balances first per account_id"),
    ("deposit", "sum(balance) from balances last"),
    ("mrr", "sum(monthly) from subscriptions while started_on until ended_on first"),
    ("mrr", "sum(monthly) from subscriptions while started_on until ended_on any"),
    ("total(revenue over channel)", "total(revenue except channel)"),
    ("total(revenue over channel)", "revenue"),
    ("prior(prior(revenue, 1 month), 1 month)", "prior(revenue, 2 months)"),
    ("rolling(revenue, 28 days)", "rolling(revenue, 1 month)"),
    ("to_date(revenue, year)", "to_date(revenue, quarter)"),
    ("fill(revenue, 0)", "coalesce(revenue, 0)"),
    ("avg(revenue per day)", "avg(revenue per month)"),
    ("avg(revenue per day)", "avg(fill(revenue, 0) per day)"),
    ("median(amount) from orders", "percentile_disc(amount, 0.5) from orders"),
    ("stddev(amount) from orders", "stddev_pop(amount) from orders"),
    ("follow(sold after seen by customer_id)", "follow(sold after seen by customer_id within 7 days)"),
    (
        "follow(sold after seen where channel = 'web' by customer_id)",
        "(follow(sold after seen by customer_id)) where channel = 'web'",
    ),
    ("revenue / sold", "sold / revenue"),
    ("(revenue / sold) where channel = 'web'", "(revenue where channel = 'web') / sold"),
    ("coalesce(revenue, (max(net) from orders))", "coalesce((max(net) from orders), revenue)"),
    (
        "count() from customers where metric(sold via customer) > 1",
        "count() from customers where metric((sold where channel = 'web') via customer) > 1",
    ),
    ("count() from orders where quantity + 1 > 2 or gift", "count() from orders where quantity + 1 > 2 and gift"),
    ("count() from orders where amount = 1 or amount = 2", "count() from orders where amount = 1 or refund = 2"),
    (
        "count() from orders where ordered_at + 1 month > shipped_at",
        "count() from orders where ordered_at + 30 days > shipped_at",
    ),
    ("count() from orders where cast(amount as integer) = 2", "count() from orders where amount = 2"),
    ("min(amount) from orders", "max(amount) from orders"),
];

fn read(text: &str, calendar: &Calendar) -> (Model, Sources) {
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

fn calendar() -> Calendar {
    Calendar { timezone: "America/New_York".into(), week_starts: 0, year_starts: 1 }
}

fn digest(model: &Model, name: &str) -> Digest {
    canonical::digest(model, model.metric_named(name).expect("the metric is declared"))
}

/// The formula with what its letters stand for.
fn filled(template: &str, letters: &Letters) -> String {
    let mut text = template.replace("status_k", "place");
    for (letter, stands) in [("P", letters.p), ("Q", letters.q), ("M", letters.m), ("N", letters.n)] {
        let mut replaced = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(letter) {
            let alone =
                |letter: Option<char>| !letter.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '\'');
            replaced.push_str(&rest[..at]);
            let is_letter =
                alone(rest[..at].chars().last().or(replaced.chars().last())) && alone(rest[at + 1..].chars().next());
            replaced.push_str(if is_letter { stands } else { letter });
            rest = &rest[at + 1..];
        }
        replaced.push_str(rest);
        text = replaced;
    }
    text
}

#[derive(Clone, Copy)]
struct Letters {
    p: &'static str,
    q: &'static str,
    m: &'static str,
    n: &'static str,
}

/// SplitMix64: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn letters(&mut self) -> Letters {
        Letters {
            p: CONDITIONS[self.below(CONDITIONS.len())],
            q: CONDITIONS[self.below(CONDITIONS.len())],
            m: METRICS[self.below(METRICS.len())],
            n: METRICS[self.below(METRICS.len())],
        }
    }
}

/// A few rows of every source: keys once each, nulls, values that come again, times near the ends of months.
fn rows(model: &Model, random: &mut Random) -> Data {
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
const REQUESTS: [(&[&str], Option<&str>); 5] = [
    (&[], None),
    (&["month"], None),
    (&["month"], Some("2025..2026")),
    (&["day"], Some("2025-12..2026-02")),
    (&["month", "channel"], Some("2026-01")),
];

/// The rows of a metric, if it may be asked so; `None` where the rows overflow as well.
fn answer(
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

#[test]
fn spellings_of_one_meaning_have_one_digest_and_one_answer() {
    const SEED: u64 = 3;
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (mut trials, mut with_rows) = (0, 0);
    for (left, right) in SAME {
        let has_letters = filled(left, &random.letters()) != *left;
        let mut asked = 0;
        for _ in 0..if has_letters { 6 } else { 2 } {
            let letters = random.letters();
            let (left, right) = (filled(left, &letters), filled(right, &letters));
            let text = format!("{SHOP}\nmetric left_ = {left}\nmetric right_ = {right}\n");
            let (model, mut sources) = read(&text, &calendar());
            let forms = ["left_", "right_"]
                .map(|name| canonical::form(&model, model.metric_named(name).expect("it is declared")).to_string());
            assert_eq!(forms[0], forms[1], "{left}\n{right}");
            assert_eq!(digest(&model, "left_"), digest(&model, "right_"), "{left}\n{right}\n{}", forms[0]);
            for _ in 0..8 {
                let data = rows(&model, &mut random);
                for request in REQUESTS {
                    let one = answer(&model, &mut sources, &data, "left_", request);
                    let two = answer(&model, &mut sources, &data, "right_", request);
                    assert_eq!(one, two, "seed {SEED}: {left}\n{right}\nby {request:?}");
                    trials += 1;
                    asked += usize::from(one.is_some());
                    with_rows += usize::from(one.is_some_and(|rows| !rows.is_empty()));
                }
            }
        }
        assert!(asked > 0, "nothing could be asked of {left}");
    }
    println!("{trials} trials, {with_rows} with rows");
    assert!(with_rows > 4_000, "only {with_rows} of {trials} answers had rows");
}

#[test]
fn another_meaning_has_another_digest() {
    for (left, right) in DIFFERENT {
        let text = format!("{SHOP}\nmetric left_ = {left}\nmetric right_ = {right}\n");
        let (model, _) = read(&text, &calendar());
        assert_ne!(digest(&model, "left_"), digest(&model, "right_"), "{left}\n{right}");
    }
}

/// A formula made up of a few parts, so that by chance many mean the same.
fn made_up(random: &mut Random, depth: usize) -> String {
    let mut pick = |of: &[&str]| of[random.below(of.len())].to_owned();
    let condition =
        pick(&["channel = 'web'", "gift", "gift is true", "not gift", "channel = 'ads'", "gift or channel = 'web'"]);
    if depth == 0 || pick(&["", "leaf", "leaf"]).is_empty() {
        let at = pick(&["", "", "", " at shipped_at"]);
        return match pick(&["sum", "count", "case", "value", "named", "named"]).as_str() {
            "sum" => format!("(sum(amount where {condition}) from orders{at})"),
            "count" => format!("(count(where {condition}) from orders{at})"),
            "case" => {
                let end = pick(&["end", "else null end", "else 0 end"]);
                let aggregate = pick(&["sum", "count", "avg"]);
                format!("({aggregate}(case when {condition} then amount {end}) from orders{at})")
            }
            "value" => {
                let aggregate = pick(&["count(amount)", "count(refund)", "sum(refund)", "min(refund)", "count()"]);
                format!("({aggregate} from orders{at} where {condition})")
            }
            _ => pick(&["revenue", "sold", "sold", "(sum(amount) from orders)"]),
        };
    }
    let number = pick(&["1", "2", "0"]);
    let shape = pick(&[
        "where",
        "where",
        "where",
        "+",
        "-",
        "*",
        "/",
        "coalesce",
        "coalesce2",
        "negate",
        "case",
        "total",
        "prior",
        "rolling",
        "to_date",
        "cumulative",
        "fill",
        "per",
        "count per",
        "same",
    ]);
    let length = pick(&["7 days", "1 week"]);
    let earlier = pick(&["1 month", "1 year", "12 months"]);
    let key = pick(&["channel", "day"]);
    let one = made_up(random, depth - 1);
    let two = if random.below(3) == 0 { one.clone() } else { made_up(random, depth - 1) };
    match shape.as_str() {
        "where" => format!("({one} where {condition})"),
        "+" | "-" | "*" | "/" => format!("({one} {shape} {two})"),
        "coalesce" => format!("coalesce({one}, {number})"),
        "coalesce2" => format!("coalesce({one}, {two})"),
        "negate" => format!("(- {one})"),
        "case" => format!("(case when {one} > {number} then {two} else {one} end)"),
        "total" => format!("total({one} over channel)"),
        "prior" => format!("prior({one}, {earlier})"),
        "rolling" => format!("rolling({one}, {length})"),
        "to_date" => format!("to_date({one}, year)"),
        "cumulative" => format!("cumulative({one})"),
        "fill" => format!("fill({one}, {number})"),
        "per" => format!("avg({one} where {two} > {number} per {key})"),
        "count per" => format!("count(where {one} > {number} and {two} > {number} per {key})"),
        _ => format!("(case when {one} > {two} then {one} end)"),
    }
}

/// Made-up metrics that got one digest by chance answer alike.
#[test]
fn equal_digests_answer_alike() {
    const SEED: u64 = 11;
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let mut text = String::from(SHOP);
    let mut formulas = Vec::new();
    for at in 0..10_000 {
        let formula = made_up(&mut random, at % 3);
        text.push_str(&format!("metric f{at} = {formula}\n"));
        formulas.push(formula);
    }
    let mut sources = Sources::default();
    let file = sources.add("shop.metric", text);
    let ast = syntax::parse(&sources, &[file], &mut Found::default());
    // What does not hold together is left out.
    let model = check::check(&ast, &calendar(), &mut Found::default());
    let mut canonical = canonical::Canonical::new(&model);
    let mut groups = std::collections::BTreeMap::<Digest, Vec<usize>>::new();
    for (at, formula) in formulas.iter().enumerate() {
        let id = model.metric_named(&format!("f{at}")).expect("it is declared");
        if model.metric(id).ty.base == Base::Broken {
            continue;
        }
        let group = groups.entry(canonical.digest(id)).or_default();
        if group.len() < 6 && !group.iter().any(|known| formulas[*known] == *formula) {
            group.push(at);
        }
    }
    groups.retain(|_, group| group.len() > 1);
    let (mut trials, mut with_rows) = (0, 0);
    for _ in 0..5 {
        let data = rows(&model, &mut random);
        for group in groups.values() {
            for request in [REQUESTS[1], REQUESTS[3], REQUESTS[4]] {
                let mut first: Option<(usize, Vec<Vec<Value>>)> = None;
                for at in group {
                    let Some(rows) = answer(&model, &mut sources, &data, &format!("f{at}"), request) else { continue };
                    trials += 1;
                    with_rows += usize::from(!rows.is_empty());
                    match &first {
                        None => first = Some((*at, rows)),
                        Some((other, known)) => assert_eq!(
                            *known, rows,
                            "seed {SEED}: by {request:?}\n{}\n{}",
                            formulas[*other], formulas[*at]
                        ),
                    }
                }
            }
        }
    }
    println!("{} groups, {trials} answers, {with_rows} with rows", groups.len());
    assert!(groups.len() > 200 && with_rows > 4_000, "{} groups, {with_rows} answers with rows", groups.len());
}

/// Each pair is the project before and after an edit; the digest of `m` stays.
#[test]
fn names_order_and_words_do_not_count() {
    let before =
        format!("{SHOP}\nmetric m = sum(net where customer.region = 'EMEA' and place = 'EMEA') / sold from_\n")
            .replace(" from_", "")
            .replace("sum(net where customer.region = 'EMEA' and place = 'EMEA')", "x_")
            + "metric x_ = sum(net where customer.region = 'EMEA') from orders where is_done\n";
    let (model, _) = read(&before, &calendar());
    let original = digest(&model, "m");
    let edits: [(&str, &str); 9] = [
        ("x_", "sold_in_emea"),
        ("is_done", "is_finished"),
        ("net ", "net_value "),
        ("join customer to", "join buyer to"),
        ("metric m =", "metric m 'A title' ="),
        (
            "metric sold    = count() from orders",
            "metric sold = count(order_id) from orders { means 'Orders.' goal up }",
        ),
        ("  gift        boolean?\n", ""),
        ("  quantity    integer\n  gift        boolean?\n", "  gift        boolean?\n  quantity    integer\n"),
        ("metric seen    = count() from visits", "metric seen = count() from visits where channel = 'x'"),
    ];
    for (from, to) in edits {
        let mut after = before.replace(from, to);
        assert_ne!(after, before, "the edit {from} changes nothing");
        if from.starts_with("net") {
            after = after.replace("sum(net)", "sum(net_value)").replace("sum(net where", "sum(net_value where");
        }
        if from.starts_with("join") {
            after = after.replace("customer.region", "buyer.region").replace("visits buyer", "visits customer");
        }
        // The other source's role keeps its name where only one is renamed.
        let after =
            after.replace("join buyer to customers on customer_id\n}", "join customer to customers on customer_id\n}");
        let (model, _) = read(&after, &calendar());
        assert_eq!(digest(&model, "m"), original, "{from} → {to}");
    }
}

/// A change far below the metric changes its digest, though no line of the metric was touched.
#[test]
fn the_digest_is_transitive() {
    let before = format!("{SHOP}\nmetric m = avg(revenue / sold per customer.region)\n");
    let (model, _) = read(&before, &calendar());
    let original = digest(&model, "m");
    let edits = [
        ("key  order_id", "key  order_id, channel"),
        ("time ordered_at", "time shipped_at"),
        ("amount      decimal(8, 2)", "amount      decimal(9, 2)"),
        (
            "amount      decimal(8, 2)\n  refund      decimal(8, 2)?",
            "amount      decimal(8, 2) in usd\n  refund      decimal(8, 2)? in usd",
        ),
        ("refund      decimal(8, 2)?", "refund      decimal(8, 2)"),
        ("net     = amount - coalesce(refund, 0)", "net     = amount - coalesce(refund, 1)"),
        ("is_done = status = 'complete'", "is_done = status = 'done'"),
        (
            "join customer to customers on customer_id\n  join rep ",
            "join customer to customers on rep_id = customer_id\n  join rep ",
        ),
        ("region      text?", "region      text"),
        ("metric sold    = count() from orders", "metric sold = count() from orders { fill 0 }"),
        ("  key  customer_id\n  time signed_up", "  key  customer_id, region\n  time signed_up"),
    ];
    for (from, to) in edits {
        let mut after = before.replacen(from, to, 1);
        assert_ne!(after, before, "the edit {from} changes nothing");
        if to.contains("key  customer_id, region") {
            let on = "on customer_id and status = region";
            after = after.replace("to customers on customer_id", &format!("to customers {on}"));
            after = after.replace(
                "to customers on rep_id = customer_id",
                "to customers on rep_id = customer_id and status = region",
            );
            after = after.replace("visit_id    integer\n", "visit_id    integer\n  status text\n");
        }
        let (model, _) = read(&after, &calendar());
        assert_ne!(digest(&model, "m"), original, "{from} → {to}");
    }
    let calendars = [
        Calendar { timezone: "Europe/Berlin".into(), ..calendar() },
        Calendar { week_starts: 6, ..calendar() },
        Calendar { year_starts: 2, ..calendar() },
    ];
    for other in calendars {
        let (model, _) = read(&before, &other);
        assert_ne!(digest(&model, "m"), original, "{other:?}");
    }
}

/// A column, a metric and a filter that each use the one before it twice would be 2⁶⁰ times as large, were they written out.
#[test]
fn what_doubles_level_by_level_does_not_blow_up() {
    const LEVELS: usize = 60;
    let mut text =
        String::from("source t {\n key id\n time day\n id integer\n up integer?\n a boolean?\n n integer\n day date\n");
    text.push_str(" join one to t on up = id loops\n join two to t on n = id loops\n");
    text.push_str(" b0 = a\n c0 = n\n d0 = n\n s0 = n\n");
    for level in 1..LEVELS {
        let before = level - 1;
        text.push_str(&format!(" b{level} = not (b{before} and a) or (b{before} and n > {level})\n"));
        text.push_str(&format!(" c{level} = c{before} * 2 + c{before}\n"));
        text.push_str(&format!(" d{level} = coalesce(one.d{before}, two.d{before} + 1)\n"));
        text.push_str(&format!(" s{level} = s{before} + s{before}\n"));
    }
    text.push_str("}\nmetric m0 = count() from t\n");
    for level in 1..LEVELS {
        let before = level - 1;
        text.push_str(&format!(
            "metric m{level} = coalesce(m{before} where n > {level}, 0) + coalesce(m{before} where n < {level}, 0)\n"
        ));
    }
    let last = LEVELS - 1;
    text.push_str(&format!("metric all_ = sum(c{last} + d{last} + s{last} where b{last}) from t\n"));
    let (model, _) = read(&text, &calendar());
    let all = canonical::digests(&model);
    assert_eq!(all.len(), LEVELS + 1);
    let mut sorted = all.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), all.len(), "every level means something else");
    let form = canonical::form(&model, model.metric_named("all_").expect("it is declared")).to_string();
    assert!(form.len() < 200_000, "the form has {} bytes", form.len());
}

/// What is printed of a formula and of a computed column can be typed again, and means the same.
#[test]
fn printed_definitions_mean_the_same() {
    let mut text = String::from(SHOP);
    let mut random = Random(5);
    for (at, (left, right)) in SAME.iter().chain(DIFFERENT).enumerate() {
        let letters = random.letters();
        text.push_str(&format!(
            "metric l{at} = {}\nmetric r{at} = {}\n",
            filled(left, &letters),
            filled(right, &letters)
        ));
    }
    assert_eq!(again(&text), 2 * (SAME.len() + DIFFERENT.len()) + 5);
}

#[test]
fn printed_definitions_of_the_sample_mean_the_same() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics");
    let mut text = String::new();
    for folder in [root.clone(), root.join("sources")] {
        let files = std::fs::read_dir(folder).expect("the sample is there").flatten().map(|entry| entry.path());
        for file in files.filter(|file| file.extension().is_some_and(|it| it == "metric")) {
            text.push_str(&std::fs::read_to_string(file).expect("a file of the sample can be read"));
        }
    }
    assert!(again(&text) > 50);
}

/// Adds, for each metric, one that is defined by what is printed of it, and compares the two; says how many there were.
fn again(text: &str) -> usize {
    let (model, _) = read(text, &calendar());
    let mut more = text.to_owned();
    for metric in &model.metrics {
        more.push_str(&format!(
            "\nmetric \"{} again\" = {}",
            metric.name,
            meaning::formula_text(&model, &metric.formula)
        ));
    }
    // Of each measure's rows, a count of them where a computed column is not null, written out.
    let mut columns = Vec::new();
    for (at, source) in model.sources.iter().enumerate() {
        for column in &source.columns {
            let Some(derived) = &column.derived else { continue };
            let printed = meaning::row_text(&model, SourceId(at as u32), derived);
            let name = format!("{}.{}", source.name, column.name);
            more.push_str(&format!("\nmetric \"{name}\" = count(distinct {}) from {}", column.name, source.name));
            more.push_str(&format!("\nmetric \"{name} again\" = count(distinct {printed}) from {}", source.name));
            columns.push(name);
        }
    }
    let (model, _) = read(&more, &calendar());
    let metrics = model.metrics.iter().filter(|metric| !metric.name.ends_with(" again"));
    let mut count = 0;
    let mut formulas = canonical::Canonical::new(&model);
    for metric in metrics {
        let [one, two] = [metric.name.to_string(), format!("{} again", metric.name)]
            .map(|name| formulas.formula(model.metric_named(&name).expect("it is declared")));
        if metric.fill.is_none() {
            assert_eq!(one, two, "{}: {}", metric.name, meaning::formula_text(&model, &metric.formula));
        }
        count += 1;
    }
    count - columns.len()
}

/// The bytes of this form were put together by a few lines of Python from what src/meaning/canonical/digest.rs says of them,
/// and hashed there. To change them is to change every digest that anybody has agreed to: raise `FORMAT`.
#[test]
fn the_bytes_of_the_format_stay() {
    let (model, _) = read("source t {\n key id\n id integer\n}\nmetric m = count() from t\n", &calendar());
    let expected = "6d7308d0a6d8054a745b0399831c3b6cc9adb82d1d290b1cfc33b4c48c0193d8";
    assert_eq!(digest(&model, "m").to_string(), expected);
    let form = "canonical form 1
semantics 1
column t.id integer
source t key t.id
let $1 = count() from t
formula $1
value integer, t
digest 6d7308d0a6d8054a745b0399831c3b6cc9adb82d1d290b1cfc33b4c48c0193d8
";
    assert_eq!(canonical::form(&model, model.metric_named("m").expect("it is declared")).to_string(), form);
}

/// A grain that a calendar table declares is another way to ask, until a metric is made with it.
#[test]
fn a_calendar_table_counts_where_it_is_used() {
    let days = "source dim_date {\n key day\n day date\n fiscal integer\n other integer\n}\n";
    let of = |calendar_text: &str, name: &str| {
        let text = format!("{SHOP}{days}metric ytd = to_date(revenue, year)\n{calendar_text}");
        let (model, _) = read(&text, &calendar());
        digest(&model, name)
    };
    let retail = "calendar retail from dim_date at day { grain period = fiscal }\n";
    assert_eq!(of("", "ytd"), of(retail, "ytd"));
    let used = |calendar_text: &str| of(&format!("{calendar_text}metric ptd = to_date(revenue, period)\n"), "ptd");
    assert_ne!(used(retail), used(&retail.replace("= fiscal", "= other")));
    assert_eq!(used(retail), used(&retail.replace("retail", "four_four_five")));
}

/// The order of metrics, and which are asked first, do not show in a digest.
#[test]
fn digests_of_all_are_the_digests_of_each() {
    let (model, _) = read(SHOP, &calendar());
    let all = canonical::digests(&model);
    for (at, metric) in model.metrics.iter().enumerate() {
        assert_eq!(all[at], digest(&model, &metric.name), "{}", metric.name);
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "only measures")]
fn many_metrics_take_little_time() {
    let mut text = String::from(SHOP);
    for at in 0..10_000 {
        let (one, two) = (at % 97, at % 89);
        text.push_str(&match at % 4 {
            0 => format!(
                "metric n{at} = sum(net where quantity > {at}) from orders where status = 's{one}' and is_done\n"
            ),
            1 => format!("metric n{at} = n{} / sold where channel in ('c{two}', 'd{at}')\n", at - 1),
            2 => format!("metric n{at} = rolling(n{}, {} days)\n", at - 1, at + 1),
            _ => format!("metric n{at} = case when n{} > {at} then n{} else 0 end\n", at - 2, at - 3),
        });
    }
    let (model, _) = read(&text, &calendar());
    #[allow(clippy::disallowed_methods)] // How long it takes is what this test is about.
    let before = std::time::Instant::now();
    let all = canonical::digests(&model);
    let took = before.elapsed();
    println!("{} digests in {took:?}", all.len());
    assert!(took.as_secs() < 10, "{took:?}");
}
