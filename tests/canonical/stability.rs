//! What changes a digest and what does not; the bytes; and how long it takes.

use super::shop::{SHOP, calendar, digest, read};
use etalon::meaning::canonical;
use etalon::model::Calendar;

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
