//! Errors about metric operators, E04: windows, `prior`, `follow`, and what may be asked of metrics that hold them.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::meaning as codes;
use crate::model::Type;
use crate::source::Span;

pub fn window_in_window(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::WINDOW_IN_WINDOW,
        span,
        format!("`{name}` is over a metric that has a window of its own, and does not say how its values combine"),
    )
    .label("a window in a window")
    .help("say how the inner values combine: `avg(rolling(m, 7 days) per day)`")
}

pub fn window_over_prior(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::WINDOW_OVER_PRIOR,
        span,
        format!("`{name}` has no period to end with, for what it is over stands at another one"),
    )
    .label("over `prior` or `start_of`")
    .help(format!("put the window inside: `prior({name}(m, …), 1 year)`"))
}

pub fn over_total(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::WINDOW_OVER_PRIOR,
        span,
        format!("`{name}` has no period to stand at, for the `total` under it takes the period away"),
    )
    .label("over a `total` of periods")
    .help(format!("take it away last: `total({name}(m, …) over month)`"))
}

/// `fitting`: an offset that would do.
pub fn offset_not_whole(
    span: Span,
    metric: &str,
    grain: &str,
    (count, unit): (u32, &str),
    fitting: &str,
) -> Diagnostic {
    Diagnostic::new(
        &codes::OFFSET_NOT_WHOLE,
        span,
        format!("{metric} looks back by {count} {unit}, which is not a whole number of {grain}s"),
    )
    .label(format!("by {grain}"))
    .help(format!("define it with {fitting}, or ask by another grain"))
}

pub fn holder_too_fine(span: Span, metric: &str, grain: &str, holder: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::GRAINS_DO_NOT_NEST,
        span,
        format!("{metric} counts from the start of the {holder}, and a {grain} does not lie within one {holder}"),
    )
    .label(format!("not within one {holder}"))
    .help(format!("ask by a period that lies within one {holder}"))
}

pub fn several_grains(span: Span, metric: &str, one: &str, other: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::GRAINS_DO_NOT_NEST,
        span,
        format!("{metric} looks back from a period, and a {one} and a {other} do not lie within each other"),
    )
    .label("which period?")
    .help("ask by one of them")
}

pub fn needs_period(span: Span, metric: &str, operator: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NEEDS_PERIOD,
        span,
        format!("{metric} holds `{operator}`, which has no meaning without a period"),
    )
    .label("at which period?")
    .help("ask by a grain: `--by month`")
}

pub fn needs_range(span: Span, metric: &str, operator: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NEEDS_PERIOD,
        span,
        format!("{metric} holds `{operator}`, which needs a period or a range of time that ends"),
    )
    .label("when?")
    .help("ask by a grain: `--by month`; or for a range: `--during 2026-03`")
}

pub fn parts_alone(span: Span, metric: &str, part: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NEEDS_PERIOD,
        span,
        format!("{metric} picks a moment of each period, and `{part}` alone is no period"),
    )
    .label("comes round again")
    .help("add a grain: `--by month`, or leave this key out")
}

/// `what`: `this filter`, `the key …`.
pub fn reads_axis(span: Span, metric: &str, what: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::READS_AXIS,
        span,
        format!("{what} reads the time by which {metric} looks back, and would cut off what it looks back on"),
    )
    .label("moves with the rows, not with the period")
    .help("limit the result by `--during`, and cut it by a grain such as `month`")
}

pub fn follow_incomplete(span: Span, no_after: bool, usage: &str) -> Diagnostic {
    let missing = if no_after { "after what" } else { "by what the rows belong together" };
    Diagnostic::new(&codes::FOLLOW_ROWS, span, format!("`follow` does not say {missing}"))
        .label("incomplete")
        .help(format!("write it so: `{usage}`"))
}

pub fn not_rows_of_one_source(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::FOLLOW_ROWS, span, "`follow` gives rows to rows, and this is not a measure of one source")
        .label("rows of which source?")
        .help("name a metric such as `count() from orders`, perhaps with a `where`; combine results, not rows")
}

pub fn axes_differ(span: Span, counted: &Type, after: &Type) -> Diagnostic {
    Diagnostic::new(
        &codes::FOLLOW_ROWS,
        span,
        format!("what follows keeps time as `{}`, and what it follows as `{}`", counted.base, after.base),
    )
    .label("two kinds of time")
    .help("give one of them a derived column of the other's kind, and name it by `at`")
}

pub fn pick_needs_from(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::NEEDS_FROM, span, "which rows are picked is said where the rows come from")
        .label("of which source?")
        .help("write it after `from`: `sum(balance) from account_days last per account_id`")
}

pub fn pick_of_narrowed(span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::MISPLACED_CLAUSE,
        span,
        "a filter inside a formula that picks moments may be read as one before or one after the pick",
    )
    .label("before or after?")
    .help("before: write it after `from`; after: write it in the aggregate, `sum(x where p)`")
}

pub fn lookup_needs_period(span: Span, operator: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NEEDS_PERIOD,
        span,
        format!("a looked-up metric is over all time, and `{operator}` needs a period"),
    )
    .label("no period here")
    .help("look up a metric without it, or bound it: `metric(m until ordered_at)`")
}
