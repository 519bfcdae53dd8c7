//! How a dialect says what the language has: a page for people, worked out by checking and rendering each thing, not written.

use crate::check;
use crate::diagnostic::Found;
use crate::dialect::{AggregateCall, Argument, Dialect, Limit, PeriodsCall, Words};
use crate::model::{Aggregate, Base, Calendar, Expr, Grain, Literal, RowLeaf, SourceId, Type};
use crate::source::Sources;
use crate::sql::query::{Atom, Value};
use crate::sql::said;
use crate::syntax;
use std::fmt::Write;

/// The columns that the examples are about.
const COLUMNS: &str = "n integer? m integer? x decimal(12, 2)? y double? z double? t text? u text? b boolean? d date? e date? \
                       s timestamp? i instant?";

/// What the language has, by heading.
const EXPRESSIONS: [(&str, &[&str]); 7] = [
    (
        "Operators",
        &[
            "n + m",
            "x + x",
            "n * m",
            "x * x",
            "y / z",
            "n / m",
            "-n",
            "t || u",
            "t = u",
            "t < u",
            "t in ('a', 'b')",
            "t like 'a%'",
            "t like u",
            "n is null",
            "b is not true",
            "b and n > 0",
        ],
    ),
    (
        "Numbers",
        &[
            "abs(n)",
            "round(x, 1)",
            "round(y, 1)",
            "round(n, -2)",
            "floor(x)",
            "ceil(y)",
            "mod(n, m)",
            "mod(y, z)",
            "power(y, z)",
            "sqrt(y)",
            "ln(y)",
            "exp(y)",
            "least(n, m)",
            "greatest(x, 0.5)",
            "coalesce(n, 0)",
            "nullif(n, m)",
        ],
    ),
    (
        "Text",
        &[
            "lower(t)",
            "upper(t)",
            "trim(t)",
            "length(t)",
            "substring(t, 2, 3)",
            "replace(t, 'a', u)",
            "starts_with(t, u)",
            "ends_with(t, u)",
            "contains(t, u)",
        ],
    ),
    (
        "Casts",
        &[
            "cast(y as integer)",
            "cast(x as integer)",
            "cast(y as decimal(12, 2))",
            "cast(n as decimal(12, 2))",
            "cast(n as double)",
            "cast(t as integer)",
            "cast(t as date)",
            "cast(t as timestamp)",
            "cast(n as text)",
            "cast(x as text)",
            "cast(b as text)",
            "cast(d as text)",
            "cast(s as date)",
            "cast(d as timestamp)",
            "cast(i as timestamp)",
        ],
    ),
    (
        "Grains",
        &[
            "second_of(s)",
            "minute_of(s)",
            "hour_of(s)",
            "day_of(s)",
            "week_of(d)",
            "month_of(d)",
            "quarter_of(d)",
            "year_of(d)",
            "month_of(i)",
        ],
    ),
    (
        "Time",
        &[
            "d + 3 days",
            "d - 1 month",
            "s + 36 hours",
            "s + 1 quarter",
            "i + 1 day",
            "days_between(d, e)",
            "weeks_between(d, e)",
            "months_between(d, e)",
            "hours_between(s, s)",
        ],
    ),
    (
        "Parts",
        &[
            "part(hour, s)",
            "part(day_of_week, d)",
            "part(day, d)",
            "part(day_of_year, d)",
            "part(month, d)",
            "part(quarter, d)",
            "part(year, d)",
        ],
    ),
];

/// What is longer is cut: the offsets of a zone would fill a page.
const LONGEST: usize = 240;

/// The page of a dialect, in Markdown. The same build gives the same bytes.
pub fn page(dialect: &Dialect) -> String {
    let mut page = format!(
        "# {}\n\n`dialect: {}` · follows {} {} · {}\n\nWritten by `etalon dialects {}`. The columns are `{}`.\n",
        dialect.title,
        dialect.name,
        dialect.title,
        dialect.version,
        dialect.proof.says(),
        dialect.name,
        COLUMNS.replace("? ", "?, "),
    );
    types(dialect, &mut page);
    for (heading, rows) in expressions(dialect) {
        table(&mut page, heading, ["Etalon", dialect.title], &rows);
    }
    table(&mut page, "Aggregates", ["Etalon", dialect.title], &aggregates(dialect));
    table(&mut page, "Statements", ["", ""], &statements(dialect));
    page
}

fn table(page: &mut String, heading: &str, head: [&str; 2], rows: &[(String, String)]) {
    let _ = write!(page, "\n## {heading}\n\n| {} | {} |\n| --- | --- |\n", head[0], head[1]);
    for (left, right) in rows {
        let _ = writeln!(page, "| {left} | {right} |");
    }
}

/// A piece of SQL in a cell: bars would end the cell.
fn code(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    let fence = if text.contains('`') { "``" } else { "`" };
    let space = if text.contains('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

fn types(dialect: &Dialect, page: &mut String) {
    let bases = [
        ("boolean", Base::Boolean, Literal::Boolean(true)),
        ("integer", Base::Integer, Literal::Integer(42)),
        ("decimal(12, 2)", Base::Decimal { precision: 12, scale: 2 }, Literal::Decimal { digits: 1250, scale: 2 }),
        ("double", Base::Double, Literal::Null),
        ("text", Base::Text, Literal::Text("it's".into())),
        ("date", Base::Date, Literal::Date(jiff::civil::date(2026, 1, 31))),
        ("timestamp", Base::Timestamp, Literal::Timestamp(jiff::civil::date(2026, 1, 31).at(10, 0, 0, 0))),
        ("instant", Base::Instant, Literal::Instant(jiff::civil::date(2026, 1, 31).at(10, 0, 0, 0))),
    ];
    let _ = write!(
        page,
        "\n## Types\n\n| Etalon | stored as | a constant | a column is read as |\n| --- | --- | --- | --- |\n"
    );
    for (name, base, literal) in bases {
        let ty = Type::plain(base);
        let stored = (dialect.type_name)(base).map_or("none".to_owned(), |name| code(&name));
        let constant = match base {
            Base::Double => String::new(),
            _ => (dialect.literal)(&literal, &ty).map_or("none".to_owned(), |words| code(&words.text)),
        };
        let read = (dialect.read)(Words::atom("c"), &ty).text;
        let read = if read == "c" { String::new() } else { code(&read) };
        let _ = writeln!(page, "| `{name}` | {stored} | {constant} | {read} |");
    }
}

/// Each expression and how it is said, checked as a derived column of a source of its own.
fn expressions(dialect: &Dialect) -> Vec<(&'static str, Vec<(String, String)>)> {
    let mut text = "source rows {\n  key k\n  k integer\n".to_owned();
    for column in COLUMNS.split("? ") {
        let _ = writeln!(text, "  {}?", column.trim_end_matches('?'));
    }
    let all = EXPRESSIONS.iter().flat_map(|(_, expressions)| expressions.iter());
    for (at, expression) in all.enumerate() {
        let _ = writeln!(text, "  e_{at} = {expression}");
    }
    text.push_str("}\n");
    let (mut sources, mut found) = (Sources::default(), Found::default());
    let file = sources.add("spelling.metric", text.as_str());
    let ast = syntax::parse(&sources, &[file], &mut found);
    let model = check::check(&ast, &Calendar::default(), &mut found);
    let source = model.source(SourceId(0));
    let mut derived = source.columns.iter().filter_map(|column| column.derived.as_ref());
    let said = |expression: &Expr<RowLeaf>| {
        let value: Value = expression.replace(&mut |leaf, ty| {
            let column = match leaf {
                RowLeaf::Column { column, .. } => source.column(*column).name.clone(),
                RowLeaf::Lookup(_) => unreachable!("no example looks anything up"),
            };
            Expr::leaf(Atom::Column { table: "".into(), column }, ty.clone())
        });
        match said(&value, dialect, "UTC") {
            Ok(text) => code(&text),
            Err(_) => "none: E0601".to_owned(),
        }
    };
    let mut rows = |expressions: &[&str]| -> Vec<(String, String)> {
        let each = expressions.iter().map(|text| (code(text), derived.next().map_or(String::new(), said)));
        each.collect()
    };
    EXPRESSIONS.iter().map(|(heading, expressions)| (*heading, rows(expressions))).collect()
}

fn aggregates(dialect: &Dialect) -> Vec<(String, String)> {
    let of = |aggregate, base, result| (aggregate, Type::plain(base).or_null(true), Type::plain(result).or_null(true));
    let decimal = |precision| Base::Decimal { precision, scale: 2 };
    let all = [
        ("count()", None, of(Aggregate::Count, Base::Integer, Base::Integer)),
        ("count(n)", Some("n"), of(Aggregate::CountValues, Base::Integer, Base::Integer)),
        ("count(distinct t)", Some("t"), of(Aggregate::CountDistinct, Base::Text, Base::Integer)),
        ("sum(n)", Some("n"), of(Aggregate::Sum, Base::Integer, Base::Integer)),
        ("sum(x)", Some("x"), of(Aggregate::Sum, decimal(12), decimal(38))),
        ("avg(x)", Some("x"), of(Aggregate::Avg, decimal(12), Base::Double)),
        ("min(d)", Some("d"), of(Aggregate::Min, Base::Date, Base::Date)),
        ("max(t)", Some("t"), of(Aggregate::Max, Base::Text, Base::Text)),
        ("median(y)", Some("y"), of(Aggregate::PercentileCont { digits: 5, scale: 1 }, Base::Double, Base::Double)),
        (
            "percentile_disc(y, 0.9)",
            Some("y"),
            of(Aggregate::PercentileDisc { digits: 9, scale: 1 }, Base::Double, Base::Double),
        ),
        ("stddev(y)", Some("y"), of(Aggregate::Stddev { population: false }, Base::Double, Base::Double)),
        ("variance_pop(y)", Some("y"), of(Aggregate::Variance { population: true }, Base::Double, Base::Double)),
        ("first(n)", Some("n"), of(Aggregate::First, Base::Integer, Base::Integer)),
        ("approx_count_distinct(t)", Some("t"), of(Aggregate::ApproxCountDistinct, Base::Text, Base::Integer)),
    ];
    let mut rows: Vec<(String, String)> = Vec::with_capacity(all.len() + 1);
    for (text, column, (aggregate, ty, result)) in &all {
        let argument = column.map(|column| Argument { words: Words::atom(column), ty });
        let ranks = matches!(aggregate, Aggregate::PercentileCont { .. }) && !dialect.supports.percentile_aggregate;
        let call = AggregateCall { aggregate: *aggregate, argument, filter: None, ty: result };
        let said = (dialect.aggregate)(&call).filter(|_| !ranks);
        let two_passes = matches!(aggregate, Aggregate::Stddev { .. } | Aggregate::Variance { .. });
        let otherwise = if two_passes { "in two passes, by a window" } else { "by ranks, in a window" };
        rows.push((code(text), said.map_or(otherwise.to_owned(), |words| code(&words.text))));
    }
    let column =
        |name: &str, base| Expr::leaf(Atom::Column { table: "".into(), column: name.into() }, Type::plain(base));
    let sum = Atom::Aggregate {
        aggregate: Aggregate::Sum,
        argument: Some(Box::new(column("y", Base::Double))),
        condition: Some(Box::new(column("b", Base::Boolean))),
    };
    let sum: Value = Expr::leaf(sum, Type::plain(Base::Double).or_null(true));
    let text = said(&sum, dialect, "UTC").map_or("none: E0601".to_owned(), |text| code(&text));
    rows.push((code("sum(y where b)"), text));
    rows
}

fn statements(dialect: &Dialect) -> Vec<(String, String)> {
    let supports = dialect.supports;
    let value =
        |name: &str, base| Expr::leaf(Atom::Column { table: "".into(), column: name.into() }, Type::plain(base));
    let same: Value = Expr::leaf(
        Atom::Same(Box::new(value("n", Base::Integer)), Box::new(value("m", Base::Integer))),
        Type::plain(Base::Boolean),
    );
    let periods = PeriodsCall {
        own: "months",
        column: "period_start",
        from: "span",
        first: Words::atom("span.first"),
        last: Words::atom("span.last"),
        next: Words::atom("…"),
        grain: Grain::Month,
    };
    let limit = match supports.limit {
        Limit::Limit => "LIMIT 10",
        Limit::FetchFirst => "FETCH FIRST 10 ROWS ONLY",
        Limit::Top => "SELECT TOP (10)",
    };
    let or_none = |text: Option<String>| text.map_or("none".to_owned(), |text| code(&text));
    let view = |kind| or_none((dialect.stored)(kind, "v", "SELECT …;\n"));
    let yes = |has: bool, no: &str| if has { "yes".to_owned() } else { no.to_owned() };
    let rows = [
        ("a name", code(&(dialect.identifier)("Order ID"))),
        ("the longest name", dialect.longest_name.map_or("any".to_owned(), |longest| longest.to_string())),
        ("equal or both null", said(&same, dialect, "UTC").map_or("none".to_owned(), |text| code(&text))),
        ("the months from first to last", or_none((dialect.periods)(&periods))),
        ("the time now", or_none((dialect.now)("UTC").map(|words| words.text))),
        ("text in the order of its bytes", code(&(dialect.byte_order)(Words::atom("t")).text)),
        ("text letter by letter", code(&(dialect.exact_text)(Words::atom("t")).text)),
        ("the first ten rows", code(limit)),
        ("nulls last", yes(supports.nulls_last, "a `CASE` in front")),
        ("groups by position", yes(supports.group_by_ordinal, "by expressions")),
        ("conditions are values", yes(supports.truth_values, "1 and 0")),
        ("`AS` before a table's name", yes(supports.table_as, "left out")),
        (
            "at the end of each statement",
            if dialect.closing.is_empty() { String::new() } else { code(dialect.closing) },
        ),
        ("a view", view(crate::dialect::Stored::View)),
        ("a table", view(crate::dialect::Stored::Table)),
    ];
    rows.into_iter().map(|(what, how)| (what.to_owned(), how)).collect()
}
