//! Formulas in plain words, for people who know the business and no SQL.

use crate::check::written;
use crate::model::{
    Aggregate, Expr, Follow, Function, Grain, Kind, Literal, Lookup, MetricExpr, MetricLeaf, Model, Moment, Over,
    RowExpr, RowLeaf, SourceId, Window,
};

/// What a metric's formula says.
pub fn formula(model: &Model, expr: &MetricExpr) -> String {
    Speaker { model }.metric(expr)
}

/// What an expression of a source's rows says.
pub fn row(model: &Model, source: SourceId, expr: &RowExpr) -> String {
    Speaker { model }.row(source, expr)
}

struct Speaker<'m> {
    model: &'m Model,
}

impl Speaker<'_> {
    fn metric(&self, expr: &MetricExpr) -> String {
        match &expr.kind {
            Kind::Leaf(leaf) => self.metric_leaf(leaf),
            _ => self.compound(expr, &|inner| self.metric(inner)),
        }
    }

    fn metric_leaf(&self, leaf: &MetricLeaf) -> String {
        match leaf {
            MetricLeaf::Metric(id) => self.model.metric(*id).name.to_string(),
            MetricLeaf::Measure(measure) => {
                let source = self.model.source(measure.source);
                let said = |expr: &RowExpr| self.row(measure.source, expr);
                let argument = measure.argument.as_ref().map(said);
                let mut text =
                    self.aggregate(measure.aggregate, argument.as_deref(), &format!("rows of {}", source.name));
                if measure.argument.is_some() {
                    text.push_str(&format!(" over {}", source.name));
                }
                let conditions: Vec<String> = measure.filter.iter().chain(&measure.rows).map(said).collect();
                if !conditions.is_empty() {
                    text.push_str(&format!(" where {}", conditions.join(" and ")));
                }
                if let Some(pick) = &measure.pick {
                    let each: Vec<String> = pick.per.iter().map(said).collect();
                    let each = if each.is_empty() { String::new() } else { format!(" of each {}", each.join(" and ")) };
                    let word = if pick.last { "last" } else { "first" };
                    text.push_str(&format!(", at the {word} moment{each} in the period"));
                }
                if let Some(alive) = &measure.alive {
                    let moment = match alive.moment {
                        Moment::Last => "the last moment",
                        Moment::First => "the first moment",
                        Moment::Any => "any moment",
                    };
                    let from = measure.axis.as_ref().map(said).unwrap_or_default();
                    text.push_str(&format!(
                        ", that at {moment} of the period are between {from} and {}",
                        said(&alive.until)
                    ));
                    return text;
                }
                let default = source.time;
                if let Some(axis) = &measure.axis {
                    let is_default = matches!(&axis.kind, Kind::Leaf(RowLeaf::Column { path, column, .. }) if path.is_empty() && Some(*column) == default);
                    if !is_default {
                        text.push_str(&format!(", dated by {}", said(axis)));
                    }
                }
                text
            }
            MetricLeaf::Filtered { inner, filter } => {
                let condition = filter.iter().next().map(|(source, expr)| self.row(source, expr)).unwrap_or_default();
                format!("{}, only where {condition}", self.metric(inner))
            }
            MetricLeaf::Window { inner, window, .. } => {
                let inner = self.metric(inner);
                match window {
                    Window::Rolling { count, unit } => {
                        format!("{inner}, over the {} that end with the period", length(*count, *unit))
                    }
                    Window::ToDate(period) => {
                        format!("{inner}, from the start of the {} on", self.model.period_name(*period))
                    }
                    Window::Cumulative => format!("{inner}, from the beginning on"),
                }
            }
            MetricLeaf::Prior { inner, count, unit, .. } => {
                format!("{} {} before", self.metric(inner), length(*count, *unit))
            }
            MetricLeaf::StartOf { inner, period, .. } => {
                format!("{} at the start of the {}", self.metric(inner), self.model.period_name(*period))
            }
            MetricLeaf::Filled { inner, value } => {
                format!("{} ({} if there is none)", self.metric(inner), self.metric(value))
            }
            MetricLeaf::Follow(follow) => {
                let within = follow.within.map(|(count, unit)| format!(" within {}", length(count, unit)));
                format!(
                    "{} that follow {} of the same {}{}",
                    self.metric(&follow.counted),
                    self.metric(&follow.after),
                    self.followed_by(follow),
                    within.unwrap_or_default()
                )
            }
            MetricLeaf::Total { inner, over } => {
                let inner = self.metric(inner);
                let names = |keys: &[crate::model::Key]| {
                    keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(", ")
                };
                match over {
                    Over::EveryDimension => format!("the total of {inner} over everything it is cut by but time"),
                    Over::Keys(keys) => format!("the total of {inner} over all values of {}", names(keys)),
                    Over::Except(keys) => format!("the total of {inner} over everything but time and {}", names(keys)),
                }
            }
            MetricLeaf::Per(per) => {
                let keys: Vec<&str> = per.keys.iter().map(|key| key.name.as_str()).collect();
                let keys = keys.join(" and ");
                let argument = per.argument.as_ref().map(|argument| self.metric(argument));
                let mut text = self.aggregate(per.aggregate, argument.as_deref(), &format!("each {keys}"));
                if per.argument.is_some() {
                    text.push_str(&format!(" for each {keys}"));
                }
                if let Some(filter) = &per.filter {
                    text.push_str(&format!(" where {}", self.metric(filter)));
                }
                text
            }
        }
    }

    /// What both rows of a `follow` have in common, as its second side says it.
    fn followed_by(&self, follow: &Follow) -> String {
        let mut source = None;
        super::explain::measures(self.model, &follow.after, &mut |measure| source = Some(measure.source));
        source.map(|source| self.row(source, &follow.by.1)).unwrap_or_default()
    }

    fn aggregate(&self, aggregate: Aggregate, argument: Option<&str>, rows: &str) -> String {
        let of = argument.unwrap_or(rows);
        match aggregate {
            Aggregate::Count => format!("the number of {rows}"),
            Aggregate::CountValues => format!("how often there is a {of}"),
            Aggregate::CountDistinct => format!("the number of different {of}"),
            Aggregate::ApproxCountDistinct => format!("about the number of different {of}"),
            Aggregate::Sum => format!("the sum of {of}"),
            Aggregate::Avg => format!("the average of {of}"),
            Aggregate::Min => format!("the least {of}"),
            Aggregate::Max => format!("the greatest {of}"),
            Aggregate::PercentileCont { digits: 5, scale: 1 } => format!("the median of {of}"),
            Aggregate::PercentileCont { digits, scale } | Aggregate::PercentileDisc { digits, scale } => {
                format!(
                    "the value that a share of {} of all {of} do not exceed",
                    crate::dialect::decimal(i128::from(digits), scale)
                )
            }
            Aggregate::Stddev { .. } => format!("the standard deviation of {of}"),
            Aggregate::Variance { .. } => format!("the variance of {of}"),
            Aggregate::First => format!("the first {of}"),
            Aggregate::Last => format!("the last {of}"),
        }
    }

    fn row(&self, source: SourceId, expr: &RowExpr) -> String {
        match &expr.kind {
            Kind::Leaf(RowLeaf::Column { path, source: end, column }) => {
                let name = &self.model.source(*end).column(*column).name;
                match path.is_empty() {
                    true => name.to_string(),
                    false => format!("{}.{name}", written(self.model, source, path)),
                }
            }
            Kind::Leaf(RowLeaf::Lookup(lookup)) => self.lookup(lookup),
            _ => self.compound(expr, &|inner| self.row(source, inner)),
        }
    }

    fn lookup(&self, lookup: &Lookup) -> String {
        let keys: Vec<&str> = lookup.keys.iter().map(|(key, _)| key.name.as_str()).collect();
        format!("{} (for its {})", self.metric(&lookup.metric), keys.join(" and "))
    }

    fn compound<L>(&self, expr: &Expr<L>, say: &dyn Fn(&Expr<L>) -> String) -> String {
        match &expr.kind {
            Kind::Leaf(_) => String::new(),
            Kind::Literal(literal) => constant(literal),
            Kind::Case { arms, otherwise } => {
                let mut parts: Vec<String> =
                    arms.iter().map(|(when, then)| format!("{} if {}", say(then), say(when))).collect();
                parts.push(match otherwise {
                    Some(otherwise) => format!("else {}", say(otherwise)),
                    None => "else nothing".to_owned(),
                });
                parts.join(", ")
            }
            Kind::Call(function, arguments) => self.function(*function, arguments, say),
        }
    }

    fn function<L>(&self, function: Function, arguments: &[Expr<L>], say: &dyn Fn(&Expr<L>) -> String) -> String {
        let part = |at: usize| {
            let text = say(&arguments[at]);
            let loose = matches!(
                &arguments[at].kind,
                Kind::Call(
                    Function::Add | Function::Subtract | Function::Divide | Function::Multiply | Function::Or,
                    _
                ) | Kind::Case { .. }
            );
            if loose { format!("({text})") } else { text }
        };
        let all = |word: &str| (0..arguments.len()).map(part).collect::<Vec<_>>().join(word);
        let listed = || arguments[1..].iter().map(say).collect::<Vec<_>>().join(", ");
        let called = |name: &str| format!("{name}({})", arguments.iter().map(say).collect::<Vec<_>>().join(", "));
        match function {
            Function::And => all(" and "),
            Function::Or => all(" or "),
            Function::Not => format!("not {}", part(0)),
            Function::Equal => all(" is "),
            Function::NotEqual => all(" is not "),
            Function::Less => all(" is less than "),
            Function::LessOrEqual => all(" is at most "),
            Function::Greater => all(" is more than "),
            Function::GreaterOrEqual => all(" is at least "),
            Function::In => format!("{} is one of {}", part(0), listed()),
            Function::NotIn => format!("{} is none of {}", part(0), listed()),
            Function::Like => all(" is like "),
            Function::NotLike => all(" is not like "),
            Function::IsNull => format!("{} is not known", part(0)),
            Function::IsNotNull => format!("{} is known", part(0)),
            Function::IsTrue => format!("{} holds", part(0)),
            Function::IsNotTrue => format!("{} does not hold", part(0)),
            Function::IsFalse => format!("{} is false", part(0)),
            Function::IsNotFalse => format!("{} is not false", part(0)),
            Function::Add => all(" plus "),
            Function::Subtract => all(" minus "),
            Function::Multiply => all(" times "),
            Function::Divide => all(" divided by "),
            Function::Negate => format!("minus {}", part(0)),
            Function::Concat => all(" followed by "),
            Function::Coalesce => format!("{} (or {} if there is none)", part(0), listed()),
            Function::Nullif => format!("{} (unless it is {})", part(0), listed()),
            Function::Abs => format!("the size of {}", part(0)),
            Function::Round(digits) => format!("{} rounded to {digits} digits", part(0)),
            Function::Floor => format!("{} rounded down", part(0)),
            Function::Ceil => format!("{} rounded up", part(0)),
            Function::Mod => called("the remainder of "),
            Function::Power => all(" to the power of "),
            Function::Sqrt => format!("the square root of {}", part(0)),
            Function::Ln => format!("the logarithm of {}", part(0)),
            Function::Exp => format!("the exponential of {}", part(0)),
            Function::Least => format!("the least of {}", arguments.iter().map(say).collect::<Vec<_>>().join(", ")),
            Function::Greatest => {
                format!("the greatest of {}", arguments.iter().map(say).collect::<Vec<_>>().join(", "))
            }
            Function::Lower => format!("{} in small letters", part(0)),
            Function::Upper => format!("{} in capitals", part(0)),
            Function::Trim => format!("{} without blanks around it", part(0)),
            Function::Length => format!("the length of {}", part(0)),
            Function::Substring => called("a part of "),
            Function::Replace => called("with letters replaced: "),
            Function::StartsWith => all(" begins with "),
            Function::EndsWith => all(" ends with "),
            Function::Contains => all(" contains "),
            Function::Cast(base) => format!("{} as {base}", part(0)),
            Function::Widen(_) => say(&arguments[0]),
            Function::Shift { count, unit } => {
                let word = if count < 0 { "before" } else { "after" };
                format!(
                    "{} {} {word} {}",
                    count.abs(),
                    if count.abs() == 1 { unit.name() } else { unit.plural() },
                    part(0)
                )
            }
            Function::Truncate(grain) => format!("the {} of {}", grain.name(), part(0)),
            Function::Difference(grain) => format!("the {} from {}", grain.plural(), all(" to ")),
            Function::Part(name) => format!("the {} of {}", name.key_name().replace('_', " "), part(0)),
            Function::SecondsLater => all(" and the seconds "),
            Function::ToLocal | Function::ToUtc | Function::FromUtc => say(&arguments[0]),
        }
    }
}

fn length(count: u32, unit: Grain) -> String {
    format!("{count} {}", if count == 1 { unit.name() } else { unit.plural() })
}

fn constant(literal: &Literal) -> String {
    match literal {
        Literal::Null => "nothing".to_owned(),
        Literal::Boolean(true) => "true".to_owned(),
        Literal::Boolean(false) => "false".to_owned(),
        Literal::Integer(value) => value.to_string(),
        Literal::Decimal { digits, scale } => {
            let text = crate::dialect::decimal(*digits, *scale);
            let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            text.to_owned()
        }
        Literal::Text(text) => format!("'{text}'"),
        Literal::Date(date) => date.to_string(),
        Literal::Timestamp(at) | Literal::Instant(at) => at.to_string().replace('T', " "),
    }
}
