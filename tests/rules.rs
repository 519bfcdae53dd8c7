//! What the rules of governance find on definitions, and what they let be.

mod reading;

use reading::read_and_check;

const SHOP: &str = "
source orders {
  key order_id
  time ordered_at
  order_id integer
  refunded boolean
  channel text
  amount decimal(12, 2) in usd
  ordered_at timestamp
}
team sales     'Sales'     { lead 'dana@acme.example' paid on bookings }
team marketing 'Marketing' { lead 'priya@acme.example' paid on nothing }
team finance   'Finance'   { lead 'ines@acme.example' paid on nothing }
metric bookings = sum(amount) from orders { owner finance guardrail refund_share }
metric refund_share 'Refunds' = count(where refunded) / count() from orders { owner finance by month }
";

const NONE: [&str; 0] = [];

/// Code and message of what is found of these rules beside what the shop has, which is nothing.
fn said(definitions: &str) -> Vec<String> {
    let said = read_and_check(&format!("{SHOP}{definitions}"));
    let of_rules = |id: &str| id.starts_with("G03") || id.starts_with("G04") || id.starts_with("E042") || id == "E0205";
    assert!(said.codes().iter().all(|id| of_rules(id) || *id == "E0416"), "{}", said.lines());
    said.all
        .iter()
        .filter(|each| each.code.id != "E0416")
        .map(|each| format!("{} {}", each.code.id, each.message))
        .collect()
}

#[test]
fn the_shop_is_clean() {
    assert_eq!(said(""), NONE);
}

#[test]
fn a_metric_in_the_hands_of_who_is_paid_on_it() {
    let alone = |metric: &str, why: &str| format!("G0301 `{metric}` is owned by `rich` alone, which is paid on {why}");
    let team = "team rich 'Rich' { lead 'kim@acme.example' paid on deals }";
    let part = "metric part = min(amount) from orders where refunded { owner rich }";
    assert_eq!(
        said(&format!("{team} metric deals = max(amount) from orders {{ owner rich guardrail refund_share }}")),
        [alone("deals", "it")]
    );
    // What pay rests on is moved from below as well.
    let below =
        format!("{team} {part} metric deals = part * 2 {{ owner finance agreed by rich guardrail refund_share }}");
    assert_eq!(said(&below), [alone("part", "`deals`, and that rests on it")]);
    let agreed = below.replace("{ owner rich }", "{ owner rich agreed by finance }");
    assert_eq!(said(&agreed), NONE);
    // That the owner agrees with itself is nobody else's consent.
    let itself = below.replace("{ owner rich }", "{ owner rich agreed by rich }");
    assert_eq!(said(&itself), [alone("part", "`deals`, and that rests on it")]);
    // What its pay does not rest on is its own to say, and a draft or a metric on its way out nobody goes by.
    assert_eq!(said("metric largest = max(amount) from orders { owner sales }"), NONE);
    assert_eq!(said(&below.replace("{ owner rich }", "{ owner rich status deprecated }")), NONE);
}

#[test]
fn pay_that_nothing_stands_against() {
    let paid = |attributes: &str, more: &str| {
        said(&format!(
            "team rich {{ lead 'kim@acme.example' paid on deals{more} }} metric deals = max(amount) from orders {{ owner finance {attributes} }}"
        ))
    };
    assert_eq!(paid("", ""), ["G0302 `rich` is paid on `deals`, which has no guardrail"]);
    assert_eq!(paid("guardrail refund_share", ""), NONE);
    let interested = "G0302 `rich` is paid on `deals`, and no team without an interest in it owns a guardrail of it";
    let own = "metric deals_kept = min(amount) from orders { owner rich agreed by finance }";
    let with_own = |guardrails: &str, more: &str| {
        said(&format!(
            "{own} team rich {{ lead 'kim@acme.example' paid on deals{more} }} metric deals = max(amount) from orders {{ owner finance guardrail {guardrails} }}"
        ))
    };
    assert_eq!(with_own("deals_kept", ""), [interested]);
    // One that somebody without an interest owns is enough.
    assert_eq!(with_own("deals_kept, refund_share", ""), NONE);
    // Who is paid on the guardrail has an interest too.
    let both = "team other { lead 'lee@acme.example' paid on kept } metric kept = min(amount) from orders { owner other agreed by finance guardrail refund_share }";
    assert_eq!(
        said(&format!(
            "{both} team rich {{ lead 'kim@acme.example' paid on deals }} metric deals = max(amount) from orders {{ owner finance guardrail kept }}"
        )),
        [interested]
    );
}

#[test]
fn a_report_shows_guardrails_beside_what_they_guard() {
    assert_eq!(
        said("report monthly { show bookings by month }"),
        ["G0303 the report `monthly` shows `bookings` without its guardrail `refund_share`"]
    );
    assert_eq!(said("report monthly { show refund_share, bookings by month }"), NONE);
    assert_eq!(said("report monthly { show refund_share by month }"), NONE);
}

#[test]
fn silence_about_pay_is_no_answer() {
    let silent = "team ops 'Operations' { lead 'kim@acme.example' }";
    assert_eq!(
        said(&format!("{silent} metric largest = max(amount) from orders {{ owner finance agreed by ops }}")),
        ["G0304 `ops` has a say in `largest`, and does not say which metrics its pay moves with"]
    );
    // A team without a say in any number owes no answer.
    assert_eq!(said(silent), NONE);
    assert_eq!(said(&format!("{silent} metric largest = max(amount) from orders {{ owner ops status draft }}")), NONE);
    assert_eq!(said("metric largest = max(amount) from orders { owner finance agreed by marketing }"), NONE);
}

#[test]
fn drafts_are_no_reports() {
    let draft = "metric largest = max(amount) from orders { owner finance status draft }";
    assert_eq!(
        said(&format!("{draft} report monthly {{ show largest by month }}")),
        ["G0305 the report `monthly` shows `largest`, which is a draft"]
    );
    assert_eq!(
        said(&format!(
            "{draft} metric half = largest / 2 {{ owner finance }} metric quarter = half / 2 {{ owner finance }}"
        )),
        ["G0306 `half` is no draft, and rests on `largest`, which is one"]
    );
    assert_eq!(said(&format!("{draft} metric half = largest / 2 {{ owner finance status draft }}")), NONE);
    let old = "metric largest = max(amount) from orders { owner finance status deprecated }";
    assert_eq!(said(&format!("{old} report monthly {{ show largest by month }}")), NONE);
}

#[test]
fn a_number_in_the_middle_of_two() {
    let two = "
metric by_sales = count() from orders { owner sales }
metric by_marketing = count() from orders where channel = 'web' { owner marketing variant of by_sales because 'of the web' }
metric other = count() from orders where channel = 'shop' { owner sales variant of by_sales because 'of shops' }
metric apart = count() from orders where refunded { owner sales status deprecated }
";
    let middle = |formula: &str| said(&format!("{two} metric middle = {formula} {{ owner finance }}"));
    let found = ["G0402 `middle` is the middle between `by_sales` and `by_marketing`"];
    let turned = ["G0402 `middle` is the middle between `by_marketing` and `by_sales`"];
    for formula in [
        "(by_sales + by_marketing) / 2",
        "0.5 * by_sales + by_marketing * 0.5",
        "(coalesce(by_sales, 0) + coalesce(by_marketing, 0)) / 2.0",
        "0.7 * by_sales + 0.3 * by_marketing",
        "by_sales / 2 + by_marketing / 2",
        "(by_sales + by_marketing) * (1 / 2)",
    ] {
        let said = middle(formula);
        assert!(said == found || said == turned, "{formula}: {said:?}");
    }
    // Three, of which two are rivals; and two of one owner that are variants of one.
    assert_eq!(middle("(by_sales + other + by_marketing) / 3").len(), 1);
    assert_eq!(middle("(by_sales + other) / 2").len(), 1);
    // A sum, a share, a difference, twice the one, the mean of one and of unlike things of one team.
    for formula in [
        "by_sales + by_marketing",
        "by_sales / (by_sales + by_marketing)",
        "(by_sales - by_marketing) / 2",
        "(by_sales + by_sales) / 2",
        "(by_sales + by_marketing) / 3",
        "(by_sales + apart) / 2",
        "1.5 * by_sales - 0.5 * by_marketing",
    ] {
        assert_eq!(middle(formula), NONE, "{formula}");
    }
}

#[test]
fn names_that_take_sides() {
    let word = |label: &str, plain: &str, word: &str| {
        format!("G0401 `{label}` is `{plain}` with the word `{word}`, which does not say what is different")
    };
    let variant = "variant of bookings because 'it is ours'";
    let metric = |name: &str, attributes: &str| {
        said(&format!("metric {name} = max(amount) from orders {{ owner finance {attributes} }}"))
    };
    assert_eq!(metric("sales_bookings", ""), [word("sales_bookings", "bookings", "sales")]);
    assert_eq!(metric("bookings_v2", ""), [word("bookings_v2", "bookings", "v2")]);
    assert_eq!(metric("largest 'Bookings (marketing)'", ""), [word("Bookings (marketing)", "bookings", "marketing")]);
    assert_eq!(metric("new_bookings", ""), [word("new_bookings", "bookings", "new")]);
    assert_eq!(metric("true_bookings", variant), [word("true_bookings", "bookings", "true")]);
    // A team's name of several words.
    assert_eq!(
        said(
            "team ops_west 'West Ops' { lead 'kim@acme.example' } metric bookings_of 'Bookings, West Ops' = max(amount) from orders { owner finance }"
        ),
        [word("Bookings, West Ops", "bookings", "West Ops")]
    );
    // By the title of the other as well.
    assert_eq!(metric("adjusted_refunds", ""), [word("adjusted_refunds", "refund_share", "adjusted")]);
    // With a reason there may be two; without a plain one beside it the word is only a word.
    assert_eq!(metric("sales_bookings", variant), NONE);
    assert_eq!(metric("gross_sales", ""), NONE);
    assert_eq!(metric("real_estate", ""), NONE);
    assert_eq!(metric("new_customers", ""), NONE);
    assert_eq!(metric("renewed_bookings", ""), NONE);
    assert_eq!(metric("true_bookings", "status draft"), NONE);
}

#[test]
fn letters_that_look_like_others() {
    // Cyrillic о and е.
    let alike = |label: &str, known: &str, letters: &str| {
        format!("G0403 `{label}` looks like `{known}`, and is written with other letters: {letters}")
    };
    let metric = |label: &str| said(&format!("metric largest {label} = max(amount) from orders {{ owner finance }}"));
    let mixed = |word: &str, code: &str| {
        format!("G0404 `{word}` has a letter of another script in it, which looks like its own: {code}")
    };
    assert_eq!(metric("'B\u{43e}okings'"), [alike("B\u{43e}okings", "bookings", "U+043E")]);
    assert_eq!(
        metric("'\u{ff22}\u{ff4f}\u{ff4f}kings'")[0],
        alike("\u{ff22}\u{ff4f}\u{ff4f}kings", "bookings", "U+FF22, U+FF4F")
    );
    // Without a double it is odd all the same.
    assert_eq!(metric("'Larg\u{435}st'"), [mixed("Larg\u{435}st", "U+0435")]);
    assert_eq!(metric("'Lar\u{200b}gest'"), ["G0404 `Largest` has a letter in it that cannot be seen: U+200B"]);
    // A script of its own, an accent, a Greek letter by itself, a picture of several signs.
    for label in ["'Наибольший заказ'", "'Größter Auftrag'", "'Spread in \u{3b1}'", "'最大の注文'", "'👩\u{200d}💻'"]
    {
        assert_eq!(metric(label), NONE, "{label}");
    }
    assert_eq!(
        said("team \"Sales\" { lead 'kim@acme.example' }"),
        ["G0403 the team `sales` differs from `Sales` in capitals alone"]
    );
}

#[test]
fn a_synonym_that_others_go_by() {
    let claim =
        |synonym: &str| said(&format!("metric largest = max(amount) from orders {{ owner finance also '{synonym}' }}"));
    assert_eq!(claim("Book-ings!"), ["E0205 `Book-ings!` already means `bookings`"]);
    // A title, and with an accent more.
    assert_eq!(claim("refunds"), ["E0205 `refunds` already means `refund_share`"]);
    assert_eq!(claim("B\u{f6}\u{f6}kings"), ["E0205 `B\u{f6}\u{f6}kings` already means `bookings`"]);
    assert_eq!(claim("B\u{43e}okings").first().map(|it| &it[..5]), Some("G0403"));
    assert_eq!(claim("bookings of a day"), NONE);
}

#[test]
fn names_that_are_one_file() {
    let found = said("metric \"Bookings\" = max(amount) from orders { owner finance }");
    assert!(
        found.contains(&"G0406 the statements of the metrics `bookings` and `Bookings` are one file on a disk where capitals do not count".to_owned()),
        "{found:?}"
    );
    assert_eq!(said("metric book_ings_of_a_day = max(amount) from orders { owner finance }"), NONE);
}

#[test]
fn comments_direct_nothing() {
    let directive = ["G0407 this comment looks like a directive, and does nothing"];
    for comment in
        ["# etalon:disable=all", "#etalon: ignore G0301", "# noqa", "#-- NOQA: F401", "# nosem", "# policy: off"]
    {
        assert_eq!(said(&format!("{comment}\n")), directive, "{comment}");
    }
    for comment in [
        "# etalon checks this at night",
        "# we do without noqa here",
        "# the policy of the house",
        "# noqazar is a town",
        "# é",
        "#",
    ] {
        assert_eq!(said(&format!("{comment}\n")), NONE, "{comment}");
    }
    // A text is no comment.
    assert_eq!(said("metric largest '# noqa' = max(amount) from orders { owner finance }"), NONE);
}
