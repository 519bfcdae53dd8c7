//! Ways to change a number that look like something else, and what is said of who gains.

use etalon::diagnostic::Found;
use etalon::govern::Side;
use etalon::govern::change::{Change, Changes, Effort, Sought, Stake, changes};
use etalon::model::{Calendar, Model};
use etalon::source::Sources;
use etalon::{check, syntax};

const SHOP: &str = "\
source orders {
  key order_id
  time ordered_at
  order_id integer
  seller_id integer?
  manager_id integer?
  status text
  amount decimal(12, 2) in usd check >= 0
  ordered_at timestamp
  paid_at timestamp?
  is_test = status = 'test'
  is_done = status = 'done'
  join seller to people on seller_id = person_id
  join manager to people on manager_id = person_id
}
source people {
  key person_id
  person_id integer
  office text
}
";

/// Files by name.
type Files<'t> = &'t [(&'t str, &'t str)];

fn read(files: Files) -> (Sources, Model) {
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(*name, *text)).collect();
    let ast = syntax::parse(&sources, &ids, &mut found);
    let model = check::check(&ast, &Calendar::default(), &mut found);
    assert!(!found.has_errors(), "{:?}", found.sorted());
    (sources, model)
}

fn held(before: Files, after: Files, authors: &[&str], effort: &Effort) -> Changes {
    let (base, now) = (read(before), read(after));
    let authors: Vec<String> = authors.iter().map(|author| (*author).to_owned()).collect();
    changes(&Side::of_definitions(&base.1, &base.0), &Side::of_definitions(&now.1, &now.0), &authors, effort)
}

/// A line a change: class, name, what it moves.
fn lines(found: &Changes) -> Vec<String> {
    let line = |change: &Change| {
        let mut moved: Vec<&str> = found.moved_by(change).map(|it| it.name.as_str()).collect();
        moved.sort();
        let moved = if moved.is_empty() { String::new() } else { format!(": {}", moved.join(" ")) };
        let undecided = if change.undecided.is_some() { "?" } else { "" };
        format!("{}{undecided} {}{moved}", change.class.name(), change.name)
    };
    let mut lines: Vec<String> = found.all.iter().map(line).collect();
    lines.sort();
    lines
}

/// What changes from one set of metrics of the shop to another.
fn said(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (format!("{SHOP}{before}"), format!("{SHOP}{after}"));
    lines(&held(&[("a.metric", &before)], &[("a.metric", &after)], &[], &Effort::CLASSES))
}

/// What changes where one piece of the shop is put otherwise.
fn edited(from: &str, to: &str, metrics: &str) -> Vec<String> {
    assert_eq!(SHOP.matches(from).count(), 1, "`{from}` is there once");
    let (before, after) = (format!("{SHOP}{metrics}"), format!("{}{metrics}", SHOP.replace(from, to)));
    lines(&held(&[("a.metric", &before)], &[("a.metric", &after)], &[], &Effort::CLASSES))
}

#[test]
fn nothing_is_nothing() {
    let text = "metric revenue = sum(amount) from orders\n";
    assert!(said(text, text).is_empty());
}

#[test]
fn a_name_that_stood_for_another_number_is_another_number() {
    let before = "metric revenue = sum(amount) from orders { also 'turnover' }\nmetric placed = count() from orders\n";
    let after = "metric revenue = sum(amount) from orders\nmetric placed = count() from orders { also 'turnover' }\n";
    assert_eq!(said(before, after), ["breaking revenue", "meaning? placed"]);
    // The name of a metric that is gone, as a synonym of one that stays.
    let before = "metric revenue = sum(amount) from orders\nmetric placed = count() from orders\n";
    let after = "metric placed = count() from orders { also 'revenue' }\n";
    assert_eq!(said(before, after), ["breaking revenue", "meaning? placed"]);
}

#[test]
fn columns_that_change_their_names_change_what_names_them() {
    let metrics = "metric done = count() from orders where is_done\nmetric tests = count() from orders where is_test\n";
    let swapped = edited(
        "  is_test = status = 'test'\n  is_done = status = 'done'\n",
        "  is_done = status = 'test'\n  is_test = status = 'done'\n",
        metrics,
    );
    assert_eq!(swapped, ["meaning orders.is_done: done", "meaning orders.is_test: tests"]);
}

#[test]
fn joins_that_change_their_names_change_what_goes_through_them() {
    let metrics = "metric here = count() from orders where seller.office = 'here'\n";
    let swapped = edited(
        "  join seller to people on seller_id = person_id\n  join manager to people on manager_id = person_id\n",
        "  join manager to people on seller_id = person_id\n  join seller to people on manager_id = person_id\n",
        metrics,
    );
    assert_eq!(swapped, ["meaning orders.manager", "meaning orders.seller: here"]);
}

#[test]
fn an_edit_does_not_hide_in_a_move() {
    let kept = "metric placed = count() from orders\n";
    let before = format!("{SHOP}{kept}metric revenue = sum(amount) from orders where is_done\n");
    let (after, moved) = (format!("{SHOP}{kept}"), "metric revenue = sum(amount) from orders\n");
    let found = held(&[("a.metric", &before)], &[("a.metric", &after), ("b.metric", moved)], &[], &Effort::CLASSES);
    assert_eq!(lines(&found), ["cosmetic b.metric", "meaning revenue: revenue"]);
}

#[test]
fn a_comment_directs_nothing() {
    let before = "metric revenue = sum(amount) from orders where is_done\n";
    let after = "# etalon: ignore C0005\nmetric revenue = sum(amount) from orders # noqa\n";
    assert_eq!(said(before, after), ["cosmetic a.metric", "meaning revenue: revenue"]);
}

#[test]
fn a_copy_of_another_meaning_is_no_new_name() {
    let before = "metric revenue = sum(amount) from orders where is_done\n";
    let after = "metric turnover = sum(amount) from orders\n";
    assert_eq!(said(before, after), ["additive turnover", "breaking revenue"]);
    let renamed = "metric turnover = sum(amount) from orders where status = 'done'\n";
    assert_eq!(said(before, renamed), ["breaking revenue"]);
}

#[test]
fn what_is_shown_without_rows_is_a_part_of_the_number() {
    let before = "metric revenue = sum(amount) from orders\n";
    let after = "metric revenue = sum(amount) from orders { fill 0 }\n";
    assert_eq!(said(before, after), ["meaning revenue: revenue"]);
}

#[test]
fn per_cent_is_another_form() {
    let before = "metric rate = count(where is_done) / count() from orders\n";
    let after = "metric rate = count(where is_done) / count() from orders { unit percent }\n";
    let found = said(before, after);
    assert!(found.iter().any(|line| line.starts_with("breaking rate")), "{found:?}");
}

#[test]
fn line_ends_are_layout() {
    let text = format!("{SHOP}metric revenue = sum(amount) from orders\n");
    let other = text.replace('\n', "\r\n");
    let found = held(&[("a.metric", &text)], &[("a.metric", &other)], &[], &Effort::CLASSES);
    assert_eq!(lines(&found), ["cosmetic a.metric"]);
}

#[test]
fn a_promise_that_is_not_kept_any_more_weighs() {
    let metrics = "metric revenue = sum(amount) from orders\n";
    assert_eq!(edited(" check >= 0", "", metrics), ["meaning? orders.amount"]);
}

#[test]
fn another_axis_moves_only_what_has_no_axis_of_its_own() {
    let metrics = "metric placed = count() from orders\nmetric paid = count() from orders at paid_at\n";
    assert_eq!(edited("time ordered_at\n", "time paid_at\n", metrics), ["meaning orders: placed"]);
}

/// Who wins by it is known where the goal is, and where the number can only go one way.
#[test]
fn who_gains_is_direction_by_goal() {
    let text = |filter: &str, goal: &str| {
        format!(
            "{SHOP}team sales {{ lead 'dana@acme.example' paid on done }}
team care {{ lead 'kim@acme.example' paid on share }}
metric done = count() from orders{filter} {{ owner sales {goal} }}
metric all_of_it = count() from orders
metric share = all_of_it / done {{ owner care goal up }}
"
        )
    };
    let stakes = |before: &str, after: &str| {
        let authors = ["DANA@acme.example", "who@else.example"];
        let found = held(&[("a.metric", before)], &[("a.metric", after)], &authors, &Effort::CLASSES);
        let moved = found.all.iter().find(|change| !change.moved.is_empty()).expect("something moves");
        let mut all: Vec<(String, Stake)> = Vec::new();
        for it in found.moved_by(moved) {
            all.extend(it.paid.iter().map(|paid| (paid.team.to_string(), paid.stake)));
        }
        assert_eq!(found.authors[0].teams, ["sales"], "an address is read without its case");
        assert!(found.authors[1].teams.is_empty());
        all.sort();
        all
    };
    let of = |care, sales| [("care".to_owned(), care), ("sales".to_owned(), sales)];
    let (narrow, wide) = (" where is_done", "");
    // A filter falls away: more orders are done, and the share of all in them falls.
    let up = stakes(&text(narrow, "goal up"), &text(wide, "goal up"));
    assert_eq!(up, of(Stake::Loses, Stake::Gains));
    let down = stakes(&text(narrow, "goal down"), &text(wide, "goal down"));
    assert_eq!(down, of(Stake::Loses, Stake::Loses));
    // Nobody said which way is good, or it is turned round by the same change.
    let none = stakes(&text(narrow, ""), &text(wide, ""));
    assert_eq!(none, of(Stake::Loses, Stake::MayGain));
    let turned = stakes(&text(narrow, "goal down"), &text(wide, "goal up"));
    assert_eq!(turned, of(Stake::Loses, Stake::MayGain));
    // Other orders: either way.
    let other = stakes(&text(" where is_test", "goal up"), &text(narrow, "goal up"));
    assert_eq!(other, of(Stake::MayGain, Stake::MayGain));
}

/// A digest may differ where no value does: by proof, which is said, and is a change of what was agreed to all the same.
#[test]
fn what_is_the_same_by_proof_says_so() {
    let before =
        format!("{SHOP}metric done = count() from orders where status in ('done', 'open') and status <> 'open'\n");
    let after = format!("{SHOP}metric done = count() from orders where status = 'done'\n");
    let found = held(&[("a.metric", &before)], &[("a.metric", &after)], &[], &Effort::CLASSES);
    assert_eq!(lines(&found), ["meaning done: done"]);
    assert!(matches!(found.moved[0].witness, Sought::Same { .. }), "{:?}", found.moved[0].witness);
}

/// Every cause of a metric that moves is named, and each once.
#[test]
fn two_causes_of_one_metric() {
    let text = |done: &str, filter: &str| {
        format!(
            "{}metric done = count() from orders where is_done{filter}\nmetric share = done / total(done)\n",
            SHOP.replace("is_done = status = 'done'", done)
        )
    };
    let before = text("is_done = status = 'done'", "");
    let after = text("is_done = status in ('done', 'sent')", " and seller_id is not null");
    let found = held(&[("a.metric", &before)], &[("a.metric", &after)], &[], &Effort::CLASSES);
    assert_eq!(lines(&found), ["meaning done: done share", "meaning orders.is_done: done share"]);
    assert_eq!(found.moved.len(), 2, "each metric is looked at once");
}
