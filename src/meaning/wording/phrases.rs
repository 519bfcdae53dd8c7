//! Constants, calls and lengths in the words of the language, whatever they are made of.

use crate::model::{Aggregate, Base, Function, Grain, Literal};

/// How tightly a text holds together: what binds less tightly than its place asks is put in brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Bond {
    /// `… from … where …`
    Scope,
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
    Atom,
}

/// A text with how tightly it holds together.
#[derive(Clone, Debug)]
pub struct Worded {
    pub text: String,
    pub bond: Bond,
}

impl Worded {
    pub fn new(bond: Bond, text: impl Into<String>) -> Worded {
        Worded { text: text.into(), bond }
    }

    pub fn atom(text: impl Into<String>) -> Worded {
        Worded::new(Bond::Atom, text)
    }

    /// The text, in brackets if it holds together less tightly than that.
    pub fn within(&self, bond: Bond) -> String {
        if self.bond >= bond { self.text.clone() } else { format!("({})", self.text) }
    }
}

/// A name as it has to be written.
pub fn name(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// `28 days`
pub fn length(count: u32, unit: Grain) -> String {
    format!("{count} {}", if count == 1 { unit.name() } else { unit.plural() })
}

/// What stands in the brackets of an aggregate.
pub fn aggregated(aggregate: Aggregate, argument: Option<&Worded>, own: Option<&str>) -> String {
    let distinct = if aggregate == Aggregate::CountDistinct { "distinct " } else { "" };
    let share = match aggregate {
        Aggregate::PercentileCont { digits: 5, scale: 1 } => None,
        Aggregate::PercentileCont { digits, scale } | Aggregate::PercentileDisc { digits, scale } => {
            Some(decimal(i128::from(digits), scale))
        }
        _ => None,
    };
    let own = own.map(|own| format!("where {own}"));
    let argument = argument.map(|argument| format!("{distinct}{}", argument.within(Bond::Or)));
    let first = [argument, own].into_iter().flatten().collect::<Vec<_>>().join(" ");
    [Some(first), share].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `sum(…)`
pub fn aggregate(aggregate: Aggregate, inside: &str) -> String {
    let name = match aggregate {
        Aggregate::Count | Aggregate::CountValues | Aggregate::CountDistinct => "count",
        Aggregate::ApproxCountDistinct => "approx_count_distinct",
        Aggregate::Sum => "sum",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::PercentileCont { digits: 5, scale: 1 } => "median",
        Aggregate::PercentileCont { .. } => "percentile",
        Aggregate::PercentileDisc { .. } => "percentile_disc",
        Aggregate::Stddev { population } => ["stddev", "stddev_pop"][usize::from(population)],
        Aggregate::Variance { population } => ["variance", "variance_pop"][usize::from(population)],
        Aggregate::First => "first",
        Aggregate::Last => "last",
    };
    format!("{name}({inside})")
}

/// `case when … then … else … end`
pub fn case(arms: &[(Worded, Worded)], otherwise: Option<&Worded>) -> Worded {
    let arms: String = arms
        .iter()
        .map(|(when, then)| format!(" when {} then {}", when.within(Bond::Or), then.within(Bond::Or)))
        .collect();
    let otherwise = otherwise.map(|value| format!(" else {}", value.within(Bond::Or))).unwrap_or_default();
    Worded::atom(format!("case{arms}{otherwise} end"))
}

/// `10.00`
pub fn decimal(digits: i128, scale: u8) -> String {
    crate::meaning::Value::Decimal { digits, scale }.to_string()
}

/// A constant as it is written.
pub fn constant(literal: &Literal) -> Worded {
    let signed = |negative: bool, text: String| Worded::new(if negative { Bond::Sign } else { Bond::Atom }, text);
    match literal {
        Literal::Null => Worded::atom("null"),
        Literal::Boolean(truth) => Worded::atom(truth.to_string()),
        Literal::Integer(value) => signed(*value < 0, value.to_string()),
        Literal::Decimal { digits, scale } => signed(*digits < 0, decimal(*digits, *scale)),
        Literal::Text(text) => Worded::atom(format!("'{}'", text.replace('\'', "''"))),
        Literal::Date(date) => Worded::atom(date.to_string()),
        Literal::Timestamp(moment) => Worded::atom(format!("timestamp '{} {}'", moment.date(), moment.time())),
        Literal::Instant(moment) => Worded::atom(format!("instant '{} {}Z'", moment.date(), moment.time())),
    }
}

/// A call of a function, whose arguments are worded.
pub fn call(function: Function, arguments: &[Worded]) -> Worded {
    let joined = |bond: Bond, sign: &str| {
        let each: Vec<String> = arguments.iter().map(|argument| argument.within(next(bond))).collect();
        Worded::new(bond, each.join(sign))
    };
    let test = |text: &str| Worded::new(Bond::Compare, format!("{} {text}", arguments[0].within(Bond::Sum)));
    let named = |name: &str| {
        let each: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
        Worded::atom(format!("{name}({})", each.join(", ")))
    };
    let list = || {
        let each: Vec<&str> = arguments[1..].iter().map(|argument| argument.text.as_str()).collect();
        format!("({})", each.join(", "))
    };
    match function {
        Function::And => joined(Bond::And, " and "),
        Function::Or => joined(Bond::Or, " or "),
        Function::Not => Worded::new(Bond::Not, format!("not {}", arguments[0].within(Bond::Not))),
        Function::Equal => joined(Bond::Compare, " = "),
        Function::NotEqual => joined(Bond::Compare, " <> "),
        Function::Less => joined(Bond::Compare, " < "),
        Function::LessOrEqual => joined(Bond::Compare, " <= "),
        Function::Greater => joined(Bond::Compare, " > "),
        Function::GreaterOrEqual => joined(Bond::Compare, " >= "),
        Function::In => test(&format!("in {}", list())),
        Function::NotIn => test(&format!("not in {}", list())),
        Function::Like => joined(Bond::Compare, " like "),
        Function::NotLike => joined(Bond::Compare, " not like "),
        Function::IsNull => test("is null"),
        Function::IsNotNull => test("is not null"),
        Function::IsTrue => test("is true"),
        Function::IsNotTrue => test("is not true"),
        Function::IsFalse => test("is false"),
        Function::IsNotFalse => test("is not false"),
        Function::Add => sum(arguments),
        Function::Subtract => infix(Bond::Sum, arguments, " - "),
        Function::Multiply => infix(Bond::Product, arguments, " * "),
        Function::Divide => infix(Bond::Product, arguments, " / "),
        Function::Concat => infix(Bond::Sum, arguments, " || "),
        Function::Negate => Worded::new(Bond::Sign, format!("-{}", arguments[0].within(Bond::Atom))),
        Function::Round(0) => named("round"),
        Function::Round(digits) => Worded::atom(format!("round({}, {digits})", arguments[0].text)),
        Function::Cast(base) => Worded::atom(format!("cast({} as {base})", arguments[0].within(Bond::Or))),
        Function::Widen(base) => Worded::atom(format!("widen({} as {})", arguments[0].within(Bond::Or), kind(base))),
        Function::Shift { count, unit } => {
            let sign = if count < 0 { "-" } else { "+" };
            let count = count.unsigned_abs();
            let unit = if count == 1 { unit.name() } else { unit.plural() };
            Worded::new(Bond::Sum, format!("{} {sign} {count} {unit}", arguments[0].within(Bond::Sum)))
        }
        Function::Truncate(grain) => named(&format!("{}_of", grain.name())),
        Function::Difference(grain) => named(&format!("{}_between", grain.plural())),
        Function::Part(part) => Worded::atom(format!("part({}, {})", part.key_name(), arguments[0].text)),
        Function::ToLocal => named("local"),
        _ => named(crate::meaning::canonical::function_name(function)),
    }
}

/// A kind of value, without how far a number may grow.
pub fn kind(base: Base) -> String {
    match base {
        Base::Decimal { precision: 0, scale } => format!("decimal with {scale} places"),
        base => base.to_string(),
    }
}

fn next(bond: Bond) -> Bond {
    match bond {
        Bond::Or => Bond::And,
        Bond::And => Bond::Not,
        Bond::Compare => Bond::Sum,
        Bond::Sum => Bond::Product,
        Bond::Product => Bond::Sign,
        other => other,
    }
}

/// Operators that group from the left.
fn infix(bond: Bond, arguments: &[Worded], sign: &str) -> Worded {
    let each = arguments.iter().enumerate().map(|(at, it)| it.within(if at == 0 { bond } else { next(bond) }));
    Worded::new(bond, each.collect::<Vec<_>>().join(sign))
}

/// A sum; what is negative is taken away.
fn sum(arguments: &[Worded]) -> Worded {
    let mut text = String::new();
    for (at, argument) in arguments.iter().enumerate() {
        match (at, argument.text.strip_prefix('-').filter(|_| argument.bond == Bond::Sign)) {
            (0, _) => text.push_str(&argument.within(Bond::Sum)),
            (_, Some(taken)) => text.push_str(&format!(" - {taken}")),
            (_, None) => text.push_str(&format!(" + {}", argument.within(Bond::Product))),
        }
    }
    Worded::new(Bond::Sum, text)
}
