//! What the one style looks like: what was written, and what `fmt` makes of it.

use etalon::diagnostic::Found;
use etalon::source::Sources;
use etalon::syntax;

fn formatted(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    assert!(!found.has_errors(), "{:?}", found.sorted());
    syntax::format(&ast.files[0], &sources)
}

#[test]
fn items_stand_in_columns_and_comments_stay() {
    let written = "# first\n\n\n# about orders\nsource orders 'One row each' { # open\n key order_id # unique\n time ordered_at\n\n\n \
                   order_id integer\n amount decimal(12,2)? in usd per order check >=0 # money\n # own\n ordered_at timestamp\n\n \
                   is_late=shipped_at>ordered_at+3 days\n net = amount - coalesce( refunded,0 )\n join customer to customers on \
                   customer_id\n join rep to people on rep_id=person_id\n # last\n}\nteam t {}\n";
    let form = "\
# first

# about orders
source orders 'One row each' {  # open
  key  order_id  # unique
  time ordered_at

  order_id   integer
  amount     decimal(12, 2)? in usd per order check >= 0  # money
  # own
  ordered_at timestamp

  is_late = shipped_at > ordered_at + 3 days
  net     = amount - coalesce(refunded, 0)
  join customer to customers on customer_id
  join rep      to people    on rep_id = person_id
  # last
}

team t {}
";
    assert_eq!(formatted(written), form);
}

#[test]
fn attributes_stand_one_a_line() {
    let written = "metric a 'A'=sum(x)from s{owner finance means 'Money.' agreed by sales,marketing variant of b because 'c'\n\
                   status deprecated since 2026-01-01 use b}\nreport r{show a,b by month order by month,a desc limit 10}";
    let form = "\
metric a 'A' = sum(x) from s {
  owner     finance
  means     'Money.'
  agreed by sales, marketing
  variant of b because 'c'
  status    deprecated since 2026-01-01 use b
}

report r {
  show  a, b
  by    month
  order by month, a desc
  limit 10
}
";
    assert_eq!(formatted(written), form);
}

#[test]
fn short_metrics_stand_below_each_other() {
    let written = "metric a=count()from s\nmetric longer = b/c # why\n\n\n\nmetric d 'D' = (a)";
    let form = "\
metric a      = count() from s
metric longer = b / c  # why

metric d 'D' = (a)
";
    assert_eq!(formatted(written), form);
}

#[test]
fn long_formulas_break_where_they_bind_loosest() {
    let written = "metric win_rate 'Deals won of all that ended' = count(where stage = 'won') / count(where stage in ('won', 'lost')) \
                   from opportunities at closed_at where not is_test and customer.region is not null and customer.segment <> 'internal use' or is_won";
    let form = "\
metric win_rate 'Deals won of all that ended'
  = count(where stage = 'won') / count(where stage in ('won', 'lost'))
    from opportunities
    at closed_at
    where not is_test and customer.region is not null and customer.segment <> 'internal use'
      or is_won
";
    assert_eq!(formatted(written), form);
}

#[test]
fn an_item_with_a_comment_inside_stays_as_it_was_written() {
    let written = "metric a =\n   b  # the first\n   +  c\nmetric d = 1\n";
    assert_eq!(formatted(written), "metric a =\n   b  # the first\n   +  c\n\nmetric d = 1\n");
}

#[test]
fn a_file_that_is_not_understood_is_left_alone() {
    let written = "metric a   =  1\nmetric b = = 2\n";
    let mut sources = Sources::default();
    let file = sources.add("a.metric", written);
    let ast = syntax::parse(&sources, &[file], &mut Found::default());
    assert!(ast.files[0].broken);
    assert_eq!(syntax::format(&ast.files[0], &sources), written);
}
