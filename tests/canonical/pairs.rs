//! Pairs of formulas: those that mean the same, and those that only look alike.

use super::shop::Random;

/// Two formulas that mean the same. `P` and `Q` stand for conditions, `M` and `N` for metrics.
pub const SAME: &[(&str, &str)] = &[
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
pub const CONDITIONS: &[&str] = &[
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

pub const METRICS: &[&str] =
    &["revenue", "(max(net) from orders)", "(sum(amount where gift) from orders)", "(median(amount) from orders)"];

/// Formulas that look alike and mean something else.
pub const DIFFERENT: &[(&str, &str)] = &[
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

/// The formula with what its letters stand for.
pub fn filled(template: &str, letters: &Letters) -> String {
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
pub struct Letters {
    pub p: &'static str,
    pub q: &'static str,
    pub m: &'static str,
    pub n: &'static str,
}

impl Letters {
    /// Conditions and metrics by chance.
    pub fn any(random: &mut Random) -> Letters {
        Letters {
            p: CONDITIONS[random.below(CONDITIONS.len())],
            q: CONDITIONS[random.below(CONDITIONS.len())],
            m: METRICS[random.below(METRICS.len())],
            n: METRICS[random.below(METRICS.len())],
        }
    }
}
