//! What the rows can do that the definitions do not allow.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::rows as codes;
use crate::meaning::Value;
use crate::model::{DeclaredGrain, Join, Source};
use crate::source::Span;
use jiff::civil::Date;

/// A key as `7` or `7, 'EMEA'`.
fn said(key: &[Value]) -> String {
    key.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

pub fn key_not_unique(source: &Source, key: &[Value], rows: (usize, usize)) -> Box<Diagnostic> {
    let names: Vec<&str> = source.key.iter().map(|column| source.column(*column).name.as_str()).collect();
    let fact = format!(
        "rows {} and {} of `{}` have the same key: {} is {}",
        rows.0 + 1,
        rows.1 + 1,
        source.name,
        names.join(", "),
        said(key)
    );
    Box::new(
        Diagnostic::new(&codes::KEY_NOT_UNIQUE, source.span, fact)
            .label("its key is to identify a row")
            .help("mend the rows, or add to the key what tells them apart"),
    )
}

pub fn does_not_fit(span: Span, what: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(&codes::DOES_NOT_FIT, span, format!("a value does not fit its type: {what}"))
            .label("computed here")
            .help("widen the type by a `cast`, or look at the rows"),
    )
}

pub fn validity_overlaps(
    source: &Source,
    join: &Join,
    target: &Source,
    row: usize,
    rows: (usize, usize),
) -> Box<Diagnostic> {
    let fact = format!(
        "rows {} and {} of `{}` are both valid for row {} of `{}`",
        rows.0 + 1,
        rows.1 + 1,
        target.name,
        row + 1,
        source.name
    );
    Box::new(
        Diagnostic::new(&codes::VALIDITY_OVERLAPS, join.span, fact)
            .label("finds two versions")
            .help("versions of one thing must not overlap: mend the rows' validity"),
    )
}

pub fn not_given(source: &Source, column: &str, row: usize) -> Box<Diagnostic> {
    let fact = format!("row {} of `{}` does not say `{column}`, which is read here", row + 1, source.name);
    Box::new(
        Diagnostic::new(&codes::NOT_GIVEN, source.span, fact)
            .label(format!("`{column}` is never null"))
            .help(format!("give the row a value for `{column}`")),
    )
}

pub fn day_twice(grain: &DeclaredGrain, day: Date) -> Box<Diagnostic> {
    let fact = format!("the calendar `{}` has the day {day} twice", grain.calendar);
    Box::new(
        Diagnostic::new(&codes::CALENDAR_BROKEN, grain.span, fact)
            .label("each day once")
            .help("keep one row for each day in the calendar's table"),
    )
}

pub fn period_apart(grain: &DeclaredGrain, value: &Value) -> Box<Diagnostic> {
    let fact =
        format!("the days of {} `{value}` do not follow each other in the calendar `{}`", grain.name, grain.calendar);
    Box::new(
        Diagnostic::new(&codes::CALENDAR_BROKEN, grain.span, fact)
            .label("one stretch of days")
            .help("give each period a value of its own, such as the year with the number of the period"),
    )
}

pub fn does_not_nest(grain: &DeclaredGrain, outer: &str, day: Date) -> Box<Diagnostic> {
    let fact = format!("the {} that begins on {day} does not lie within one {outer}", grain.name);
    Box::new(
        Diagnostic::new(&codes::CALENDAR_BROKEN, grain.span, fact)
            .label("listed as the finer one")
            .help("list the grains of a calendar from the finest to the coarsest, each within the next"),
    )
}
