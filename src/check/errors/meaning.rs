//! Errors about meaning, E04: aggregates, grains, time, what may be asked.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::meaning as codes;
use crate::source::Span;
use crate::syntax::ast::{self, Name};

pub fn needs_from(span: Span, aggregate: &str) -> Diagnostic {
    Diagnostic::new(&codes::NEEDS_FROM, span, format!("`{aggregate}` does not say which rows it is over"))
        .label("of which source?")
        .help(format!("name the source after the formula: `{aggregate}(…) from orders`"))
        .help(format!("or, to aggregate another metric, say per what: `{aggregate}(m per day)`"))
}

pub fn mixed_from(name: &Name) -> Diagnostic {
    Diagnostic::new(
        &codes::MIXED_FROM,
        name.span,
        format!("`{}` is a metric, and this formula takes its rows `from` a source", name.text),
    )
    .label("has its own rows")
    .help("define the aggregate as a metric of its own, and combine the two by name")
}

pub fn from_twice(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::MIXED_FROM, span, "a formula takes its rows from one source")
        .label("a second source")
        .help("define two metrics, one for each source, and combine them by name")
}

pub fn not_a_metric(path: &ast::Path) -> Diagnostic {
    let written = path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
    Diagnostic::new(
        &codes::NOT_A_METRIC,
        path.span,
        format!("`{written}` is a column, and a value of many rows is needed"),
    )
    .label("one value for each row")
    .help(format!("aggregate it: `sum({written}) from …`, or use it in a `where`"))
}

pub fn column_outside_aggregate(name: &Name, source: &str) -> Diagnostic {
    let text = &name.text;
    Diagnostic::new(
        &codes::NOT_A_METRIC,
        name.span,
        format!("`{text}` is a column of `{source}`, and a value of many rows is needed"),
    )
    .label("one value for each row")
    .help(format!("aggregate it: `sum({text})`, `count(distinct {text})`, `max({text})`"))
}

pub fn metric_in_row(name: &Name) -> Diagnostic {
    Diagnostic::new(
        &codes::AGGREGATE_IN_ROW,
        name.span,
        format!("`{}` is a metric, and a value of one row is needed", name.text),
    )
    .label("a value of many rows")
    .help(format!("look it up for this row's key: `metric({})`", name.text))
}

pub fn aggregate_in_row(span: Span, aggregate: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::AGGREGATE_IN_ROW,
        span,
        format!("`{aggregate}` is over many rows, and a value of one row is needed"),
    )
    .label("over many rows")
    .help("define it as a metric, and look it up for this row's key: `metric(…)`")
}

pub fn lookup_in_formula(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::NOT_A_METRIC, span, "`metric(…)` looks a metric up for one row, and a formula has no row")
        .label("no row to look it up for")
        .help("write the metric's name alone")
}

pub fn scope_in_row(span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::MISPLACED_CLAUSE,
        span,
        "`where` and `from` belong to metrics, and this is a value of one row",
    )
    .label("not in a row")
    .help("choose with `case when … then … end`")
}

pub fn misplaced_clause(span: Span, call: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISPLACED_CLAUSE, span, format!("`{call}` does not take this"))
        .label("does not belong here")
        .help("take it out, or move it to the call that it belongs to")
}

pub fn at_without_from(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::MISPLACED_CLAUSE, span, "`at` names the time axis of rows, and there is no `from`")
        .label("of which source?")
        .help("a metric keeps the axis it is defined with: `sum(x) from orders at paid_at`")
}

pub fn nothing_to_filter(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::MISPLACED_CLAUSE, span, "there are no rows that this `where` could choose from")
        .label("a constant")
        .help("filter a metric: `revenue where channel = 'web'`")
}

pub fn per_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::NOT_A_METRIC, span, "`per` aggregates a metric, and none is named")
        .label("which metric?")
        .help("name one: `avg(orders_placed per day)`; to count rows of a source by a key, `count(distinct key) from source`")
}

pub fn per_of_totals(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::ONLY_TOTALS, span, "what is aggregated is made of totals alone, which make no groups")
        .label("adds no groups")
        .help("name a metric that has rows of its own: `avg(m / total(m) per day)`")
}

pub fn lookup_of_totals(span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::ONLY_TOTALS,
        span,
        "what is looked up is made of totals alone, which have no rows for this key",
    )
    .label("the same for every row")
    .help("look up a metric that has rows of its own: `metric(m / total(m))`")
}

pub fn no_first_per(span: Span, aggregate: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::MISPLACED_CLAUSE,
        span,
        format!("`{aggregate}` needs rows in time, and groups of `per` have no time"),
    )
    .label("of rows only")
    .help("use `min`, `max` or `avg`, or take it from a source")
}

pub fn no_time(span: Span, what: &str, source: &str) -> Diagnostic {
    Diagnostic::new(&codes::NO_TIME, span, format!("`{what}` needs time, and `{source}` has none"))
        .label("by which time?")
        .help(format!("give `{source}` a time axis: `time ordered_at`, or name one after `from {source}`: `at …`"))
}

pub fn grain_too_fine(span: Span, grain: &str, source: &str) -> Diagnostic {
    Diagnostic::new(&codes::GRAIN_TOO_FINE, span, format!("`{source}` keeps whole days, and `{grain}` is finer"))
        .label("finer than the data")
        .help("ask by `day` or coarser")
}

pub fn grains_do_not_nest(span: Span, inner: &str, outer: &str, metric: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::GRAINS_DO_NOT_NEST,
        span,
        format!("{metric} is computed per {inner}, and a {inner} does not lie within one {outer}"),
    )
    .label(format!("cuts a {inner} in two"))
    .help(format!("ask by `{inner}`, or by a period that holds whole {inner}s"))
}

pub fn not_an_allowed_cut(span: Span, metric: &str, key: &str, allowed: &str) -> Diagnostic {
    Diagnostic::new(&codes::NOT_AGREED_CUT, span, format!("`{metric}` may only be cut by {allowed}"))
        .label(format!("`{key}` is not among them"))
        .help("leave this key out, or have it added to `only by` in the metric's definition")
}

pub fn group_by_double(path: &ast::Path) -> Diagnostic {
    Diagnostic::new(
        &codes::GROUP_BY_DOUBLE,
        path.span,
        "a double cannot be a key: two roundings of one number would be two groups",
    )
    .label("a double")
    .help("group by `round(cast(… as decimal(18, 2)), 2)`, or by ranges with `case`, in a derived column")
}

pub fn key_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(&codes::NOTHING_ASKED, span, format!("the key `{name}` is asked for twice"))
        .label("again")
        .related(first, "first here")
        .help("name it once")
}

pub fn key_like_metric(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NOTHING_ASKED,
        span,
        format!("the result would have two columns `{name}`: a key and a metric"),
    )
    .label("the key")
    .help("give the key another name: declare it as a `dimension`")
}

pub fn lookup_may_be_null(span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::LOOKUP_MAY_BE_NULL,
        span,
        "a looked-up metric is null where there are no rows, and null is not 0",
    )
    .label("never true where there are no rows")
    .help("write `coalesce(metric(…), 0)`")
}

pub fn missing_is_null(span: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::MISSING_IS_NULL,
        span,
        "one side may have no rows where the other has, and the result is then null",
    )
    .label("a value plus nothing is null")
    .help("say what no rows mean: `coalesce(…, 0)` on each side that may be missing")
}

pub fn bad_range(span: Span, fact: String, help: &str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_RANGE, span, fact).help(help)
}

pub fn nothing_asked(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::NOTHING_ASKED, span, "neither a metric nor a key is asked for")
        .help("name a metric, or dimensions to list: `--by customers.region`")
}

pub fn asked_twice(name: &Name) -> Diagnostic {
    Diagnostic::new(&codes::NOTHING_ASKED, name.span, format!("`{}` is asked for twice", name.text))
        .label("again")
        .help("name it once")
}

pub fn needs_a_source(path: &ast::Path, sources: &[&str]) -> Diagnostic {
    let name = path.segments[0].text.as_str();
    let diagnostic = Diagnostic::new(
        &codes::NOTHING_ASKED,
        path.span,
        format!("without a metric, a path begins at a source, and `{name}` is none"),
    )
    .label("from which source?");
    match crate::suggest::closest(name, sources.iter().copied()) {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => {
            diagnostic.help("write `source.column`, such as `customers.region`, or the name of a declared dimension")
        }
    }
}

pub fn not_without_metrics(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&codes::NOTHING_ASKED, span, format!("`{what}` needs a metric, and none is asked for"))
        .help("name a metric")
}

pub fn not_in_result(span: Span, name: &str, columns: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::NOT_IN_RESULT, span, format!("`{name}` is not a column of the result"))
        .label("not asked for");
    match crate::suggest::closest(name, columns.iter().copied()) {
        Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
        None => diagnostic.help(format!(
            "the columns are {}",
            columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

pub fn only_totals(span: Span, metric: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::ONLY_TOTALS,
        span,
        format!("`{metric}` is made of totals alone, so nothing says which rows there are"),
    )
    .label("adds no rows")
    .help("ask for it beside a metric that has rows of its own, or without these keys")
}

pub fn attribute_twice(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&codes::ATTRIBUTE_TWICE, span, format!("`{name}` is said twice")).label("again").help("say it once")
}

pub fn not_published(span: Span, metric: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::NOT_PUBLISHED,
        span,
        format!("`{metric}` cannot be summed up from parts and declares no cuts, so `compile` publishes nothing of it"),
    )
    .label("not published")
    .help("declare the cuts it is wanted in: `by month, customer.region`")
}

pub fn not_asked_of_key(span: Span, grain: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISPLACED_CLAUSE, span, format!("`{grain}` is no grain"))
        .help("the grains are second, minute, hour, day, week, month, quarter and year")
}

/// `absent`: a key that the total takes away and that was not asked for. `left`: keys that stay.
pub fn total_leaves_keys(span: Span, absent: Option<&str>, left: &[&str]) -> Diagnostic {
    let fact = match absent {
        Some(key) => format!("`total` takes the key `{key}` away, which is not asked for"),
        None => "`total` takes only the keys away that it names".to_owned(),
    };
    let left: Vec<String> = left.iter().map(|key| format!("`{key}`")).collect();
    let label = if left.is_empty() {
        "no key is left but time".to_owned()
    } else {
        format!("still cut by {}", left.join(", "))
    };
    Diagnostic::new(&codes::TOTAL_LEAVES_KEYS, span, fact).label(label)
}
