//! What is said of test files, E09; the parameters are the facts.

use super::yaml::NotYaml;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tests as codes;
use crate::meaning::csv::CsvFault;
use crate::model::{Base, Type};
use crate::source::Span;

type Said = Box<Diagnostic>;

fn say(code: &'static crate::diagnostic::Code, span: Span, fact: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, span, fact)
}

/// `did you mean …?`, or what there is.
fn near_or(near: Option<&str>, otherwise: String) -> String {
    near.map_or(otherwise, |near| format!("did you mean `{near}`?"))
}

/// "`a`, `b`"
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

pub fn not_yaml(error: &NotYaml) -> Said {
    let help = "check the indentation, and put values with `: ` or ` #` in them into quotes";
    Box::new(say(&codes::NOT_YAML, error.span, format!("this is not YAML: {}", error.fact)).help(help))
}

pub fn unknown_key(span: Span, key: &str, place: &str, near: Option<&str>, known: &[&str]) -> Said {
    let help = near_or(near, format!("{place} has {}", listed(known.iter().copied())));
    Box::new(say(&codes::UNKNOWN_KEY, span, format!("{place} has no `{key}`")).label("not known").help(help))
}

/// `what` takes something of another form.
pub fn expected(span: Span, what: &str, form: &str) -> Said {
    Box::new(
        say(&codes::NOT_A_TEST, span, format!("{what} takes {form}")).label("not that").help(format!("give {form}")),
    )
}

pub fn missing(span: Span, place: &str, key: &str, example: &str) -> Said {
    let said = say(&codes::NOT_A_TEST, span, format!("{place} has no `{key}`")).label("not whole");
    Box::new(said.help(format!("add `{key}: {example}`")))
}

pub fn both_expected(span: Span) -> Said {
    let said = say(&codes::NOT_A_TEST, span, "a test expects rows or an error, and this one expects both");
    Box::new(said.label("the second").help("keep `expect` or `expect_error`, or make two tests of it"))
}

pub fn unknown_code(span: Span, code: &str, near: Option<&str>) -> Said {
    let help = near_or(near, "give the code of a message, such as `E0201`".to_owned());
    Box::new(say(&codes::NOT_A_TEST, span, format!("there is no message with the code `{code}`")).help(help))
}

pub fn tolerance_of_nothing(span: Span) -> Said {
    let said = say(&codes::NOT_A_TEST, span, "`tolerance` is for doubles, and the result has none");
    Box::new(said.label("without effect").help("take it out: the other types are compared exactly"))
}

pub fn unknown_source(span: Span, name: &str, near: Option<&str>) -> Said {
    let help = near_or(near, "`etalon list sources` names them all".to_owned());
    Box::new(say(&codes::UNKNOWN_GIVEN, span, format!("there is no source `{name}`")).label("not declared").help(help))
}

pub fn unknown_column(span: Span, name: &str, source: &str, near: Option<&str>, known: &[&str]) -> Said {
    let help = near_or(near, format!("its columns are {}", listed(known.iter().copied())));
    let fact = format!("the source `{source}` has no column `{name}`");
    Box::new(say(&codes::UNKNOWN_GIVEN, span, fact).label("not declared").help(help))
}

pub fn derived_column(span: Span, name: &str, source: &str) -> Said {
    let fact = format!("`{name}` of `{source}` is computed from other columns");
    let said = say(&codes::UNKNOWN_GIVEN, span, fact).label("cannot be given");
    Box::new(said.help("take it out, and give the columns that it is computed from"))
}

/// How a value of a type is written.
fn example(base: Base) -> String {
    match base {
        Base::Boolean => "`true` or `false`".to_owned(),
        Base::Integer => "a whole number, such as `42`".to_owned(),
        Base::Decimal { scale: 0, .. } => "a whole number, such as `42`".to_owned(),
        Base::Decimal { precision, scale } => format!(
            "a number such as `10.{}`, with at most {} digits before the point and {scale} behind it",
            "0".repeat(usize::from(scale)),
            precision - scale
        ),
        Base::Double => "a number such as `0.25`".to_owned(),
        Base::Text | Base::Null | Base::Broken => "a text".to_owned(),
        Base::Date => "a day, such as `2026-01-31`".to_owned(),
        Base::Timestamp => "a moment, such as `2026-01-31 10:00:00`".to_owned(),
        Base::Instant => "a moment in UTC, such as `2026-01-31 10:00:00`".to_owned(),
    }
}

pub fn wrong_cell(span: Span, value: &str, column: &str, ty: &Type, quotient: bool) -> Said {
    let or = if quotient { " or a quotient such as `2/3`" } else { "" };
    let said = say(&codes::WRONG_CELL, span, format!("`{column}` is {}, and `{value}` is none", ty.base));
    Box::new(said.label(format!("no {}", ty.base)).help(format!("write {}{or}", example(ty.base))))
}

pub fn null_cell(span: Span, column: &str, source: &str) -> Said {
    let said = say(&codes::WRONG_CELL, span, format!("`{column}` of `{source}` is never null")).label("null");
    Box::new(said.help(format!("give a value; or leave `{column}` out of the row where nothing reads it")))
}

pub fn no_cell(span: Span, column: &str, ty: &Type) -> Said {
    let said = say(&codes::WRONG_CELL, span, format!("`{column}` takes one value")).label("not one value");
    Box::new(said.help(format!("write {}", example(ty.base))))
}

pub fn not_in_result(span: Span, name: &str, near: Option<&str>, known: &[&str]) -> Said {
    let help = near_or(near, format!("the columns are {}", listed(known.iter().copied())));
    Box::new(
        say(&codes::WRONG_COLUMNS, span, format!("the result has no column `{name}`"))
            .label("not asked for")
            .help(help),
    )
}

pub fn not_said(span: Span, names: &[&str]) -> Said {
    let said = say(&codes::WRONG_COLUMNS, span, format!("this row does not say {}", listed(names.iter().copied())));
    Box::new(said.label("not whole").help("a row names every column of the result; write `null` for no value"))
}

pub fn quote_not_closed(span: Span) -> Said {
    let said = say(&codes::WRONG_QUERY, span, "this quote is not closed").label("opened here");
    Box::new(said.help("close it, or put a backslash before it: words are split as in a shell"))
}

pub fn command_in_query(span: Span) -> Said {
    let said = say(&codes::WRONG_QUERY, span, "a query begins with its metrics").label("not a metric");
    Box::new(said.help("write what comes after `etalon query`: `revenue --by month`"))
}

pub fn unknown_option(span: Span, name: &str, known: &[&str]) -> Said {
    let near = crate::suggest::closest(name, known.iter().copied());
    let help = near_or(near, format!("what is asked is said by {}", listed(known.iter().copied())));
    Box::new(say(&codes::WRONG_QUERY, span, format!("a query has no `{name}`")).label("not known").help(help))
}

pub fn option_without_value(span: Span, name: &str) -> Said {
    let said = say(&codes::WRONG_QUERY, span, format!("nothing follows `{name}`")).label("takes a value");
    Box::new(said.help("say it behind the option: `--by month`"))
}

pub fn option_twice(span: Span, name: &str) -> Said {
    let said = say(&codes::WRONG_QUERY, span, format!("`{name}` is there twice")).label("the second");
    Box::new(said.help("keep one"))
}

pub fn limit_is_no_number(span: Span) -> Said {
    let said = say(&codes::WRONG_QUERY, span, "`--limit` takes a whole number").label("no number");
    Box::new(said.help("write such as `--limit 10`"))
}

pub fn needs_now(span: Span) -> Said {
    let said = say(&codes::NEEDS_NOW, span, "this counts from now, and the test does not say when that is");
    Box::new(said.label("counts from now").help("add `now: 2026-03-15` to the test or to the file"))
}

pub fn csv_not_read(span: Span, path: &str, reason: &str) -> Said {
    let said = say(&codes::ROWS_NOT_READ, span, format!("`{path}` cannot be read: {reason}")).label("no rows");
    Box::new(said.help("name a CSV file by its path from this file, or write the rows here"))
}

pub fn csv_wrong(span: Span, fault: &CsvFault, named: Span) -> Said {
    let said = say(&codes::ROWS_NOT_READ, span, fault.fact.as_str()).label("does not fit");
    Box::new(said.related(named, "read for this").help(fault.help.as_str()))
}

pub fn named_twice(span: Span, name: &str, first: Span) -> Said {
    let said = say(&codes::NAMED_TWICE, span, format!("there are two tests `{name}`")).label("the second");
    Box::new(said.related(first, "the first").help("name each test by what it shows"))
}
