//! Metrics made up by chance, of which many mean the same.

use super::shop::{REQUESTS, Random, SHOP, answer, calendar, rows};
use etalon::diagnostic::Found;
use etalon::meaning::Value;
use etalon::meaning::canonical::{self, Digest};
use etalon::model::Base;
use etalon::source::Sources;
use etalon::{check, syntax};

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
