//! Expressions as text: on one line if they fit, else broken where they bind loosest.

use super::Printer;
use super::lines::{pad, width};
use crate::source::Span;
use crate::syntax::ast::{
    BinaryOp, Call, ClauseKind, DateText, Expr, ExprKind, Is, Moment, Name, Path, Scope, TypeName, UnaryOp,
};

/// How long a line may be before it is broken.
pub const WIDTH: usize = 100;

impl Printer<'_> {
    /// An expression from a column on; lines after the first are indented, and `tail` more has to fit behind it.
    pub fn laid(&self, expr: &Expr, column: usize, indent: usize, tail: usize) -> String {
        let flat = self.flat(expr);
        if fits(&flat, column, tail) {
            return flat;
        }
        match &expr.kind {
            ExprKind::Binary { op, .. } => self.laid_chain(expr, *op, column, indent),
            ExprKind::Group(inner) => self.laid_inside("(", inner, indent),
            ExprKind::Unary { op, operand } => {
                let sign = if *op == UnaryOp::Not { "not " } else { "-" };
                format!("{sign}{}", self.laid(operand, column + sign.len(), indent, tail))
            }
            ExprKind::Call(call) => self.laid_call(call, indent),
            ExprKind::Case { operand, arms, otherwise } => {
                let mut out = "case".to_owned();
                if let Some(operand) = operand {
                    out.push_str(&format!(" {}", self.flat(operand)));
                }
                for (when, then) in arms {
                    new_line(indent + 2, &mut out);
                    let when = format!("when {} then ", self.laid(when, indent + 7, indent + 6, 6));
                    let column = indent + 2 + when.rsplit('\n').next().map_or(0, width);
                    out.push_str(&when);
                    out.push_str(&self.laid(then, column, indent + 6, 0));
                }
                if let Some(otherwise) = otherwise {
                    new_line(indent + 2, &mut out);
                    out.push_str(&format!("else {}", self.laid(otherwise, indent + 7, indent + 6, 0)));
                }
                new_line(indent, &mut out);
                out.push_str("end");
                out
            }
            ExprKind::In { value, list, negated } => {
                let value = self.flat(value);
                let mut out = format!("{value}{} in (", not(*negated));
                let items: Vec<String> = list.iter().map(|item| self.flat(item)).collect();
                filled(&items, indent + 2, &mut out);
                new_line(indent, &mut out);
                out.push(')');
                out
            }
            ExprKind::Scoped { inner, scope } => {
                let mut out = self.laid(inner, column, indent, 0);
                for clause in self.clauses(scope) {
                    new_line(indent, &mut out);
                    out.push_str(&self.laid_clause(&clause, indent));
                }
                out
            }
            _ => flat,
        }
    }

    /// A clause of a scope on a line of its own.
    pub fn laid_clause(&self, clause: &ScopeClause, indent: usize) -> String {
        match clause {
            ScopeClause::Words(words) => words.clone(),
            ScopeClause::Where(filter) => format!("where {}", self.laid(filter, indent + 6, indent + 2, 0)),
        }
    }

    /// `a and b and c`, `a + b - c`: an operand a line, with its operator before it.
    fn laid_chain(&self, expr: &Expr, op: BinaryOp, column: usize, indent: usize) -> String {
        let mut rest = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op: inner, left, right, .. } = &first.kind {
            if binding(*inner) != binding(op) {
                break;
            }
            rest.push((*inner, right));
            first = left;
        }
        let mut out = self.laid(first, column, indent, 0);
        for (op, right) in rest.into_iter().rev() {
            new_line(indent, &mut out);
            let sign = operator(op);
            let column = indent + sign.len() + 1;
            out.push_str(&format!("{sign} {}", self.laid(right, column, indent + 2, 0)));
        }
        out
    }

    fn laid_inside(&self, open: &str, inner: &Expr, indent: usize) -> String {
        let mut out = open.to_owned();
        new_line(indent + 2, &mut out);
        out.push_str(&self.laid(inner, indent + 2, indent + 2, 0));
        new_line(indent, &mut out);
        out.push(')');
        out
    }

    fn laid_call(&self, call: &Call, indent: usize) -> String {
        let mut out = format!("{}(", self.name(&call.name));
        let parts = self.call_parts(call);
        for (at, part) in parts.iter().enumerate() {
            new_line(indent + 2, &mut out);
            match part {
                CallPart::Argument(argument, distinct) => {
                    let word = if *distinct { "distinct " } else { "" };
                    let comma = usize::from(matches!(parts.get(at + 1), Some(CallPart::Argument(..))));
                    let column = indent + 2 + word.len();
                    out.push_str(word);
                    out.push_str(&self.laid(argument, column, indent + 2, comma));
                }
                CallPart::Clause(text) => out.push_str(text),
            }
            if matches!(parts.get(at + 1), Some(CallPart::Argument(..))) {
                out.push(',');
            }
        }
        new_line(indent, &mut out);
        out.push(')');
        out
    }

    /// An expression on one line.
    pub fn flat(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Null => "null".to_owned(),
            ExprKind::Boolean(value) => value.to_string(),
            ExprKind::Number(digits) => digits.to_string(),
            ExprKind::Text(text) => self.verbatim(text.span),
            ExprKind::Date(date) if self.verbatim(date.span).starts_with('\'') => {
                format!("date {}", self.verbatim(date.span))
            }
            ExprKind::Date(date) => self.date(date),
            ExprKind::Timestamp(text) => format!("timestamp {}", self.verbatim(text.span)),
            ExprKind::Instant(text) => format!("instant {}", self.verbatim(text.span)),
            ExprKind::Duration { count, unit } => format!("{count} {}", self.name(unit)),
            ExprKind::Path(path) => self.path(path),
            ExprKind::Group(inner) => format!("({})", self.flat(inner)),
            ExprKind::Unary { op: UnaryOp::Not, operand } => format!("not {}", self.flat(operand)),
            ExprKind::Unary { op: UnaryOp::Minus, operand } => {
                let operand = self.flat(operand);
                // Two signs side by side look like a comment of SQL, and are refused as one.
                if operand.starts_with('-') { format!("- {operand}") } else { format!("-{operand}") }
            }
            ExprKind::Binary { op, left, right, .. } => {
                format!("{} {} {}", self.flat(left), operator(*op), self.flat(right))
            }
            ExprKind::Between { value, low, high, negated } => {
                let (value, low, high) = (self.flat(value), self.flat(low), self.flat(high));
                format!("{value}{} between {low} and {high}", not(*negated))
            }
            ExprKind::In { value, list, negated } => {
                format!("{}{} in ({})", self.flat(value), not(*negated), self.list(list, |item| self.flat(item)))
            }
            ExprKind::Like { value, pattern, negated } => {
                format!("{}{} like {}", self.flat(value), not(*negated), self.flat(pattern))
            }
            ExprKind::Is { value, what, negated } => {
                let what = match what {
                    Is::Null => "null",
                    Is::True => "true",
                    Is::False => "false",
                };
                format!("{} is{} {what}", self.flat(value), not(*negated))
            }
            ExprKind::Case { operand, arms, otherwise } => {
                let mut out = "case ".to_owned();
                if let Some(operand) = operand {
                    out.push_str(&format!("{} ", self.flat(operand)));
                }
                for (when, then) in arms {
                    out.push_str(&format!("when {} then {} ", self.flat(when), self.flat(then)));
                }
                if let Some(otherwise) = otherwise {
                    out.push_str(&format!("else {} ", self.flat(otherwise)));
                }
                out + "end"
            }
            ExprKind::Cast { value, ty } => format!("cast({} as {})", self.flat(value), self.type_name(ty)),
            ExprKind::Call(call) => self.flat_call(call),
            ExprKind::Scoped { inner, scope } => {
                let mut out = self.flat(inner);
                for clause in self.clauses(scope) {
                    out.push(' ');
                    out.push_str(&match clause {
                        ScopeClause::Words(words) => words,
                        ScopeClause::Where(filter) => format!("where {}", self.flat(filter)),
                    });
                }
                out
            }
        }
    }

    fn flat_call(&self, call: &Call) -> String {
        let mut out = format!("{}(", self.name(&call.name));
        for (at, part) in self.call_parts(call).into_iter().enumerate() {
            match part {
                CallPart::Argument(argument, distinct) => {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(if distinct { "distinct " } else { "" });
                    out.push_str(&self.flat(argument));
                }
                CallPart::Clause(text) => {
                    out.push_str(if at > 0 { " " } else { "" });
                    out.push_str(&text);
                }
            }
        }
        out + ")"
    }

    fn call_parts<'e>(&self, call: &'e Call) -> Vec<CallPart<'e>> {
        let arguments = call.arguments.iter().enumerate();
        let mut parts: Vec<CallPart> =
            arguments.map(|(at, argument)| CallPart::Argument(argument, at == 0 && call.distinct.is_some())).collect();
        for clause in &call.clauses {
            let text = match &clause.kind {
                ClauseKind::Where(value) => format!("where {}", self.flat(value)),
                ClauseKind::Per(paths) => format!("per {}", self.paths(paths)),
                ClauseKind::Over(paths) => format!("over {}", self.paths(paths)),
                ClauseKind::Except(paths) => format!("except {}", self.paths(paths)),
                ClauseKind::Via(path) => format!("via {}", self.path(path)),
                ClauseKind::Until(value) => format!("until {}", self.flat(value)),
                ClauseKind::After(value) => format!("after {}", self.flat(value)),
                ClauseKind::By(path) => format!("by {}", self.path(path)),
                ClauseKind::Within { count, unit } => format!("within {count} {}", self.name(unit)),
            };
            parts.push(CallPart::Clause(text));
        }
        parts
    }

    /// The clauses of a scope, as they were ordered: `first from s per day` within a call is not `from s first per day`.
    pub fn clauses<'e>(&self, scope: &'e Scope) -> Vec<ScopeClause<'e>> {
        let mut all: Vec<(u32, ScopeClause)> = Vec::new();
        if let Some(from) = &scope.from {
            all.push((from.span.start, ScopeClause::Words(format!("from {}", self.name(from)))));
        }
        if let Some(at) = &scope.at {
            all.push((at.span.start, ScopeClause::Words(format!("at {}", self.path(at)))));
        }
        if let Some(pick) = &scope.pick {
            let word = if pick.last { "last" } else { "first" };
            let per = if pick.per.is_empty() { String::new() } else { format!(" per {}", self.paths(&pick.per)) };
            all.push((pick.span.start, ScopeClause::Words(format!("{word}{per}"))));
        }
        if let Some(alive) = &scope.alive {
            let moment = match alive.moment {
                // What is picked behind it would be taken for the moment.
                Moment::Last if scope.pick.is_some() => " last",
                Moment::Last => "",
                Moment::First => " first",
                Moment::Any => " any",
            };
            let (from, until) = (self.path(&alive.from), self.path(&alive.until));
            all.push((alive.span.start, ScopeClause::Words(format!("while {from} until {until}{moment}"))));
        }
        if let Some(filter) = &scope.filter {
            all.push((filter.span.start, ScopeClause::Where(filter)));
        }
        all.sort_by_key(|(start, _)| *start);
        all.into_iter().map(|(_, clause)| clause).collect()
    }

    pub fn type_name(&self, ty: &TypeName) -> String {
        let name = self.name(&ty.name);
        if ty.arguments.is_empty() {
            return name;
        }
        format!("{name}({})", self.list(&ty.arguments, |(argument, _)| argument.to_string()))
    }

    pub fn name(&self, name: &Name) -> String {
        self.verbatim(name.span)
    }

    pub fn path(&self, path: &Path) -> String {
        path.segments.iter().map(|segment| self.name(segment)).collect::<Vec<_>>().join(".")
    }

    pub fn paths(&self, paths: &[Path]) -> String {
        self.list(paths, |path| self.path(path))
    }

    pub fn date(&self, date: &DateText) -> String {
        self.verbatim(date.span)
    }

    pub fn list<T>(&self, items: &[T], print: impl Fn(&T) -> String) -> String {
        items.iter().map(print).collect::<Vec<_>>().join(", ")
    }

    /// What was written, with plain line ends.
    pub fn verbatim(&self, span: Span) -> String {
        self.text[span.start as usize..span.end as usize].replace("\r\n", "\n")
    }
}

/// What stands between the brackets of a call.
enum CallPart<'e> {
    Argument(&'e Expr, bool),
    Clause(String),
}

/// A clause of a scope: only `where` can be long.
pub enum ScopeClause<'e> {
    Words(String),
    Where(&'e Expr),
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "<>",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Concat => "||",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}

pub fn comparison(op: BinaryOp) -> &'static str {
    operator(op)
}

/// Operators of one level stand below each other.
fn binding(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 0,
        BinaryOp::And => 1,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Concat => 3,
        BinaryOp::Multiply | BinaryOp::Divide => 4,
        _ => 2,
    }
}

fn not(negated: bool) -> &'static str {
    if negated { " not" } else { "" }
}

/// Whether a text fits from a column on, with what has to follow it. Lines of a long text are as long as they are.
pub fn fits(text: &str, column: usize, tail: usize) -> bool {
    column + text.split('\n').next().map_or(0, width) + tail <= WIDTH
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    pad(indent, out);
}

/// Items with commas, as many on a line as fit.
fn filled(items: &[String], indent: usize, out: &mut String) {
    let mut column = WIDTH;
    for (at, item) in items.iter().enumerate() {
        let size = width(item) + usize::from(at + 1 < items.len());
        if column + 1 + size > WIDTH {
            new_line(indent, out);
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(item);
        if at + 1 < items.len() {
            out.push(',');
        }
        column += size;
    }
}
