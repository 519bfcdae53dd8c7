//! Expressions in the words of a dialect. What all warehouses say alike is said here; the rest is asked of the dialect.

use super::query::{Atom, Value};
use super::truth;
use crate::dialect::{AggregateCall, Argument, Binding as Tight, Call, Dialect, Words};
use crate::model::{Aggregate, Base, Function, Kind, Literal, Type};

/// A construct that the dialect has no exact way to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    pub construct: String,
}

fn unsupported(construct: impl Into<String>) -> Unsupported {
    Unsupported { construct: construct.into() }
}

type Rendered = Result<Words, Unsupported>;

/// Renders the expressions of one statement.
pub struct Renderer<'r> {
    pub dialect: &'r Dialect,
    pub zone: &'r str,
}

impl Renderer<'_> {
    /// An expression where a value stands.
    pub fn value(&self, value: &Value) -> Rendered {
        let words = self.words(value)?;
        Ok(if self.dialect.supports.truth_values { words } else { truth::as_value(value, words) })
    }

    /// An expression where a condition stands.
    pub fn condition(&self, value: &Value) -> Rendered {
        let words = self.words(value)?;
        Ok(if self.dialect.supports.truth_values { words } else { truth::as_condition(value, words) })
    }

    /// A value to be held against others for being the same.
    pub fn exact(&self, value: &Value) -> Rendered {
        let words = self.value(value)?;
        Ok(if value.ty.base == Base::Text { (self.dialect.exact_text)(words) } else { words })
    }

    /// An expression as it is said, where nothing asks for a value or a condition.
    pub fn words(&self, value: &Value) -> Rendered {
        match &value.kind {
            Kind::Leaf(atom) => self.atom(atom, &value.ty),
            Kind::Literal(literal) => self.literal(literal, &value.ty),
            Kind::Call(function, arguments) => self.call(*function, arguments, &value.ty),
            Kind::Case { arms, otherwise } => {
                let mut text = String::from("CASE");
                for (when, then) in arms {
                    let (when, then) = (self.condition(when)?, self.value(then)?);
                    text.push_str(" WHEN ");
                    text.push_str(&when.text);
                    text.push_str(" THEN ");
                    text.push_str(&then.text);
                }
                if let Some(otherwise) = otherwise {
                    text.push_str(" ELSE ");
                    text.push_str(&self.value(otherwise)?.text);
                }
                text.push_str(" END");
                Ok(Words::atom(text))
            }
        }
    }

    fn literal(&self, literal: &Literal, ty: &Type) -> Rendered {
        (self.dialect.literal)(literal, ty).ok_or_else(|| unsupported(format!("the constant {literal:?}")))
    }

    fn column(&self, table: &str, column: &str) -> Words {
        let column = (self.dialect.identifier)(column);
        if table.is_empty() {
            return Words::atom(column);
        }
        Words::atom(format!("{}.{column}", (self.dialect.identifier)(table)))
    }

    fn atom(&self, atom: &Atom, ty: &Type) -> Rendered {
        match atom {
            Atom::Stored { table, column } => Ok((self.dialect.read)(self.column(table, column), ty)),
            Atom::WellFormed { table, column } => {
                let formed = (self.dialect.well_formed)(&self.column(table, column), ty.base);
                formed.ok_or_else(|| unsupported(format!("test of how `{column}` is stored")))
            }
            Atom::Column { table, column } => Ok(self.column(table, column)),
            Atom::Aggregate { aggregate, argument, condition } => {
                self.aggregate(*aggregate, argument.as_deref(), condition.as_deref(), ty)
            }
            Atom::RowNumber { partition, order } => {
                let mut over = self.partition(partition)?;
                for (at, (value, descending)) in order.iter().enumerate() {
                    over.push_str(if at > 0 {
                        ", "
                    } else if over.is_empty() {
                        "ORDER BY "
                    } else {
                        " ORDER BY "
                    });
                    over.push_str(&self.order_term(value, *descending)?);
                }
                let words = Words::atom(format!("ROW_NUMBER() OVER ({over})"));
                if self.dialect.supports.row_numbers_are_signed {
                    return Ok(words);
                }
                self.ask(Function::Widen(Base::Integer), &[Argument { words, ty }], ty)
            }
            Atom::CountOver { value, partition } => {
                let value = self.value(value)?;
                Ok(Words::atom(format!("COUNT({}) OVER ({})", value.text, self.partition(partition)?)))
            }
            Atom::AvgOver { value, partition } => {
                let value = self.value(value)?;
                Ok(Words::atom(format!("AVG({}) OVER ({})", value.text, self.partition(partition)?)))
            }
            Atom::EndOver { value, last, partition } => {
                let value = self.value(value)?;
                let end = if *last { "MAX" } else { "MIN" };
                Ok(Words::atom(format!("{end}({}) OVER ({})", value.text, self.partition(partition)?)))
            }
            Atom::Next { value, partition } => {
                let (of, by) = (self.value(value)?, self.partition(partition)?);
                let order = self.order_term(value, false)?;
                // What may be null shows that there is no next row.
                let of = match self.dialect.supports.lead_of_nothing_is_null {
                    true => of.text,
                    false => format!("CASE WHEN {} IS NOT NULL THEN {} END", of.at(Tight::Add), of.text),
                };
                Ok(Words::atom(format!("LEAD({of}) OVER ({by} ORDER BY {order})")))
            }
            Atom::Running { aggregate, argument, partition, order, rows } => {
                let mut over = self.partition(partition)?;
                over.push_str(if over.is_empty() { "ORDER BY " } else { " ORDER BY " });
                over.push_str(&self.order_term(order, false)?);
                match rows {
                    Some(rows) => over.push_str(&format!(" ROWS BETWEEN {rows} PRECEDING AND CURRENT ROW")),
                    None => over.push_str(" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"),
                }
                self.running(*aggregate, argument, &over, ty)
            }
            Atom::Only { table, column } => {
                let from = (self.dialect.identifier)(table);
                Ok(Words::atom(format!("(SELECT {} FROM {from})", self.column(table, column).text)))
            }
            Atom::Same(left, right) => Ok((self.dialect.same)(&self.exact(left)?, &self.exact(right)?)),
            Atom::Now => (self.dialect.now)(self.zone).ok_or_else(|| unsupported("the time now in a named zone")),
        }
    }

    /// An aggregate over a window. Some warehouses sum integers to a wider type.
    fn running(&self, aggregate: Aggregate, argument: &Value, over: &str, ty: &Type) -> Rendered {
        let mut of = self.value(argument)?;
        let word = match aggregate {
            Aggregate::Sum => "SUM",
            Aggregate::CountValues => "COUNT",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
            other => return Err(unsupported(aggregate_name(other))),
        };
        if argument.ty.base == Base::Text && word.starts_with('M') {
            of = (self.dialect.byte_order)(of);
        }
        Ok(match (aggregate, ty.base) {
            (Aggregate::Sum, Base::Integer) => (self.dialect.integer_sum)(&of, over),
            _ => Words::atom(format!("{word}({}) OVER ({over})", of.text)),
        })
    }

    fn partition(&self, partition: &[Value]) -> Result<String, Unsupported> {
        let mut text = String::new();
        for (at, value) in partition.iter().enumerate() {
            text.push_str(if at > 0 { ", " } else { "PARTITION BY " });
            text.push_str(&self.exact(value)?.text);
        }
        Ok(text)
    }

    /// A value to order by: text by its bytes, nulls last.
    fn order_term(&self, value: &Value, descending: bool) -> Result<String, Unsupported> {
        let mut words = self.value(value)?;
        if value.ty.base == Base::Text {
            words = (self.dialect.byte_order)(words);
        }
        Ok(self.ordered(&words, descending, value.ty.nullable))
    }

    /// The words of an order term, nulls last.
    pub fn ordered(&self, words: &Words, descending: bool, nullable: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        match (nullable, self.dialect.supports.nulls_last) {
            (false, _) => format!("{}{direction}", words.text),
            (true, true) => format!("{}{direction} NULLS LAST", words.text),
            (true, false) => {
                format!("CASE WHEN {} IS NULL THEN 1 ELSE 0 END, {}{direction}", words.at(Tight::Add), words.text)
            }
        }
    }

    fn aggregate(
        &self,
        aggregate: Aggregate,
        argument: Option<&Value>,
        condition: Option<&Value>,
        ty: &Type,
    ) -> Rendered {
        let condition = condition.map(|condition| self.condition(condition)).transpose()?;
        let mut rendered = argument.map(|argument| self.value(argument)).transpose()?;
        if let (Some(words), Some(argument)) = (rendered.take(), argument) {
            let by_bytes = argument.ty.base == Base::Text && matches!(aggregate, Aggregate::Min | Aggregate::Max);
            let by_letters = argument.ty.base == Base::Text
                && matches!(aggregate, Aggregate::CountDistinct | Aggregate::ApproxCountDistinct);
            rendered = Some(match (by_bytes, by_letters) {
                (true, _) => (self.dialect.byte_order)(words),
                (_, true) => (self.dialect.exact_text)(words),
                _ => words,
            });
        }
        let behind = self.dialect.supports.filter_clause;
        if let (Some(condition), false) = (&condition, behind) {
            let counted = rendered.take().unwrap_or_else(|| Words::atom("1"));
            rendered = Some(Words::atom(format!("CASE WHEN {} THEN {} END", condition.text, counted.text)));
        }
        let integer = Type::plain(Base::Integer);
        let argument_type = argument.map_or(&integer, |argument| &argument.ty);
        let aggregate =
            if rendered.is_some() && aggregate == Aggregate::Count { Aggregate::CountValues } else { aggregate };
        let filter = condition.filter(|_| behind).map(|condition| condition.text);
        let call = AggregateCall {
            aggregate,
            argument: rendered.map(|words| Argument { words, ty: argument_type }),
            filter: filter.as_deref(),
            ty,
        };
        (self.dialect.aggregate)(&call).ok_or_else(|| unsupported(aggregate_name(aggregate)))
    }

    fn call(&self, function: Function, arguments: &[Value], ty: &Type) -> Rendered {
        let mut rendered = Vec::with_capacity(arguments.len());
        let conditions = truth::takes_conditions(function);
        let exact = matches!(function, Function::Equal | Function::NotEqual | Function::In | Function::NotIn);
        for argument in arguments {
            let words = match (conditions, exact) {
                (true, _) => self.condition(argument)?,
                (_, true) => self.exact(argument)?,
                _ => self.value(argument)?,
            };
            rendered.push(Argument { words, ty: &argument.ty });
        }
        let words = |at: usize| &rendered[at].words;
        Ok(match function {
            Function::And => chain(&rendered, " AND ", Tight::And),
            Function::Or => chain(&rendered, " OR ", Tight::Or),
            Function::Not => Words::new(format!("NOT {}", words(0).at(Tight::Compare)), Tight::Not),
            Function::Equal => Words::infix(words(0), "=", words(1), Tight::Compare),
            Function::NotEqual => Words::infix(words(0), "<>", words(1), Tight::Compare),
            Function::Less => self.ordering("<", &rendered),
            Function::LessOrEqual => self.ordering("<=", &rendered),
            Function::Greater => self.ordering(">", &rendered),
            Function::GreaterOrEqual => self.ordering(">=", &rendered),
            Function::In => listed("IN", &rendered),
            Function::NotIn => listed("NOT IN", &rendered),
            Function::IsNull => Words::new(format!("{} IS NULL", words(0).at(Tight::Add)), Tight::Compare),
            Function::IsNotNull => Words::new(format!("{} IS NOT NULL", words(0).at(Tight::Add)), Tight::Compare),
            Function::IsTrue => truth(words(0), "1", "0", "= 1"),
            Function::IsNotTrue => truth(words(0), "1", "0", "= 0"),
            Function::IsFalse => truth(&negated(words(0)), "1", "0", "= 1"),
            Function::IsNotFalse => truth(&negated(words(0)), "1", "0", "= 0"),
            Function::Coalesce => Words::call("COALESCE", rendered.iter().map(|argument| &argument.words)),
            Function::Nullif => {
                let (x, y) = (self.exact(&arguments[0])?, self.exact(&arguments[1])?);
                if x == *words(0) {
                    return Ok(Words::call("NULLIF", [&x, &y]));
                }
                let equal = Words::infix(&x, "=", &y, Tight::Compare);
                Words::atom(format!("CASE WHEN {} THEN NULL ELSE {} END", equal.text, words(0).text))
            }
            Function::Divide => {
                let divisor = if is_nonzero(&arguments[1]) {
                    words(1).clone()
                } else {
                    Words::atom(format!("NULLIF({}, 0)", words(1).text))
                };
                Words::infix(words(0), "/", &divisor, Tight::Multiply)
            }
            Function::Mod => {
                rendered[1].words = Words::atom(format!("NULLIF({}, 0)", rendered[1].words.text));
                self.ask(function, &rendered, ty)?
            }
            Function::Ln | Function::Sqrt => {
                let domain = if function == Function::Ln { "> 0" } else { ">= 0" };
                let argument = words(0);
                let guarded = format!("CASE WHEN {} {domain} THEN {} END", argument.at(Tight::Add), argument.text);
                rendered[0].words = Words::atom(guarded);
                self.ask(function, &rendered, ty)?
            }
            Function::Power => {
                let (base, exponent) = (words(0).at(Tight::Add), words(1).at(Tight::Add));
                let domain = format!(
                    "{base} > 0 OR ({base} = 0 AND {exponent} >= 0) OR ({base} < 0 AND {exponent} = FLOOR({exponent}))"
                );
                let power = self.ask(function, &rendered, ty)?;
                Words::atom(format!("CASE WHEN {domain} THEN {} END", power.text))
            }
            Function::Least | Function::Greatest => {
                let plain = self.ask(function, &rendered, ty)?;
                let missing: Vec<String> = rendered
                    .iter()
                    .filter(|argument| argument.ty.nullable)
                    .map(|argument| format!("{} IS NULL", argument.words.at(Tight::Add)))
                    .collect();
                if missing.is_empty() || self.dialect.supports.greatest_of_null_is_null {
                    plain
                } else {
                    Words::atom(format!("CASE WHEN {} THEN NULL ELSE {} END", missing.join(" OR "), plain.text))
                }
            }
            Function::Substring => {
                let mut domain: Vec<String> = Vec::new();
                for (at, least) in [(1, 1), (2, 0)] {
                    if arguments.get(at).is_some_and(|position| !matches!(position.kind, Kind::Literal(_))) {
                        domain.push(format!("{} >= {least}", words(at).at(Tight::Add)));
                    }
                }
                let part = self.ask(function, &rendered, ty)?;
                if domain.is_empty() {
                    part
                } else {
                    Words::atom(format!("CASE WHEN {} THEN {} END", domain.join(" AND "), part.text))
                }
            }
            _ => self.ask(function, &rendered, ty)?,
        })
    }

    fn ask(&self, function: Function, arguments: &[Argument], ty: &Type) -> Rendered {
        let call = Call { function, arguments, ty, zone: self.zone };
        (self.dialect.function)(&call).ok_or_else(|| unsupported(function_name(function)))
    }

    /// A comparison of order: text by its bytes.
    fn ordering(&self, op: &str, arguments: &[Argument]) -> Words {
        if arguments[0].ty.base == Base::Text {
            let left = (self.dialect.byte_order)(arguments[0].words.clone());
            return Words::infix(&left, op, &arguments[1].words, Tight::Compare);
        }
        Words::infix(&arguments[0].words, op, &arguments[1].words, Tight::Compare)
    }
}

fn chain(arguments: &[Argument], op: &str, binding: Tight) -> Words {
    let tighter = if binding == Tight::And { Tight::Not } else { Tight::And };
    let parts: Vec<String> = arguments.iter().map(|argument| argument.words.at(tighter)).collect();
    Words::new(parts.join(op), binding)
}

fn listed(op: &str, arguments: &[Argument]) -> Words {
    let items: Vec<&str> = arguments[1..].iter().map(|argument| argument.words.text.as_str()).collect();
    Words::new(format!("{} {op} ({})", arguments[0].words.at(Tight::Add), items.join(", ")), Tight::Compare)
}

fn negated(words: &Words) -> Words {
    Words::new(format!("NOT {}", words.at(Tight::Compare)), Tight::Not)
}

/// A two-valued truth, said so that every warehouse knows it.
fn truth(words: &Words, yes: &str, no: &str, test: &str) -> Words {
    Words::new(format!("CASE WHEN {} THEN {yes} ELSE {no} END {test}", words.text), Tight::Compare)
}

fn is_nonzero(value: &Value) -> bool {
    match &value.kind {
        Kind::Literal(Literal::Integer(number)) => *number != 0,
        Kind::Literal(Literal::Decimal { digits, .. }) => *digits != 0,
        Kind::Call(Function::Widen(_), inner) => is_nonzero(&inner[0]),
        _ => false,
    }
}

fn aggregate_name(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Count | Aggregate::CountValues => "count",
        Aggregate::CountDistinct => "count(distinct)",
        Aggregate::Sum => "sum",
        Aggregate::Avg => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
        Aggregate::PercentileCont { .. } => "percentile",
        Aggregate::PercentileDisc { .. } => "percentile_disc",
        Aggregate::Stddev { .. } => "stddev",
        Aggregate::Variance { .. } => "variance",
        Aggregate::First => "first",
        Aggregate::Last => "last",
        Aggregate::ApproxCountDistinct => "approx_count_distinct",
    }
}

/// The function as people write it.
fn function_name(function: Function) -> String {
    match function {
        Function::Like | Function::NotLike => "like (with a pattern that is not a constant)".into(),
        Function::Cast(base) | Function::Widen(base) => format!("cast(… as {base})"),
        Function::Truncate(grain) => format!("{}_of", grain.name()),
        Function::Difference(grain) => format!("{}_between", grain.plural()),
        Function::Part(part) => format!("part({}, …)", part.key_name()),
        Function::Shift { unit, .. } => format!("moving by {}", unit.plural()),
        Function::ToLocal => "the project's time zone".into(),
        Function::ToUtc | Function::FromUtc => "the time in UTC".into(),
        other => format!("{other:?}").to_lowercase(),
    }
}
