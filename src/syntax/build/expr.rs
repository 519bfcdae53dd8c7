//! Expressions: the flat list of operands and operators that the grammar takes becomes a tree by precedence.

use super::{Builder, first, has, of};
use crate::source::Span;
use crate::syntax::ast::{
    Alive, BinaryOp, Call, Clause, ClauseKind, Expr, ExprKind, Is, Moment, Name, Pick, Scope, TypeName, UnaryOp,
};
use crate::syntax::errors;
use crate::syntax::grammar::{Pair, Rule};
use std::iter::Peekable;

/// How deep a tree may be: more than anybody writes, and what all stages follow on a stack of 2 MB in a debug build.
const DEEPEST: u32 = 160;

/// An expression with the depth of its tree.
type Deep = (Expr, u32);

/// The operands, operators and tests of an expression, in order.
type Tokens<'i> = Peekable<std::vec::IntoIter<Pair<'i>>>;

impl Builder<'_> {
    pub fn expr(&mut self, pair: Pair) -> Expr {
        self.deep_expr(pair).0
    }

    pub fn scoped(&mut self, pair: Pair) -> Expr {
        self.deep_scoped(pair).0
    }

    fn deep_expr(&mut self, pair: Pair) -> Deep {
        let mut tokens = pair.into_inner().collect::<Vec<_>>().into_iter().peekable();
        self.or(&mut tokens)
    }

    /// A node; too deep a tree is cut off with an error.
    fn node(&mut self, kind: ExprKind, span: Span, depth: u32) -> Deep {
        if depth > DEEPEST {
            if !self.deep {
                self.found.push(errors::too_deep(span));
                self.deep = true;
            }
            return (Expr { kind: ExprKind::Null, span }, 0);
        }
        (Expr { kind, span }, depth + 1)
    }

    fn binary(&mut self, op: BinaryOp, op_span: Span, left: Deep, right: Deep) -> Deep {
        let span = left.0.span.to(right.0.span);
        let depth = left.1.max(right.1);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.0), right: Box::new(right.0) };
        self.node(kind, span, depth)
    }

    fn or(&mut self, tokens: &mut Tokens) -> Deep {
        let mut left = self.and(tokens);
        while let Some((_, op)) = next_infix(tokens, |op| op == BinaryOp::Or) {
            let op_span = self.span(&op);
            let right = self.and(tokens);
            left = self.binary(BinaryOp::Or, op_span, left, right);
        }
        left
    }

    fn and(&mut self, tokens: &mut Tokens) -> Deep {
        let mut left = self.not(tokens);
        while let Some((_, op)) = next_infix(tokens, |op| op == BinaryOp::And) {
            let op_span = self.span(&op);
            let right = self.not(tokens);
            left = self.binary(BinaryOp::And, op_span, left, right);
        }
        left
    }

    fn not(&mut self, tokens: &mut Tokens) -> Deep {
        let mut nots = Vec::new();
        while let Some(prefix) = tokens.next_if(|token| token.as_rule() == Rule::prefix && has(token, Rule::kw_not)) {
            nots.push(self.span(&prefix));
        }
        let mut value = self.comparison(tokens);
        while let Some(span) = nots.pop() {
            let span = span.to(value.0.span);
            let depth = value.1;
            value = self.node(ExprKind::Unary { op: UnaryOp::Not, operand: Box::new(value.0) }, span, depth);
        }
        value
    }

    fn comparison(&mut self, tokens: &mut Tokens) -> Deep {
        let mut left = self.additive(tokens);
        loop {
            if let Some((op, sign)) = next_infix(tokens, is_comparison) {
                let op_span = self.span(&sign);
                let right = self.additive(tokens);
                left = self.binary(op, op_span, left, right);
            } else if let Some(test) = tokens.next_if(|token| token.as_rule() == Rule::test) {
                left = self.test(left, test);
            } else {
                return left;
            }
        }
    }

    fn additive(&mut self, tokens: &mut Tokens) -> Deep {
        let mut left = self.multiplicative(tokens);
        let adds = |op| matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Concat);
        while let Some((op, sign)) = next_infix(tokens, adds) {
            let op_span = self.span(&sign);
            let right = self.multiplicative(tokens);
            left = self.binary(op, op_span, left, right);
        }
        left
    }

    fn multiplicative(&mut self, tokens: &mut Tokens) -> Deep {
        let mut left = self.signed(tokens);
        let multiplies = |op| matches!(op, BinaryOp::Multiply | BinaryOp::Divide);
        while let Some((op, sign)) = next_infix(tokens, multiplies) {
            let op_span = self.span(&sign);
            let right = self.signed(tokens);
            left = self.binary(op, op_span, left, right);
        }
        left
    }

    fn signed(&mut self, tokens: &mut Tokens) -> Deep {
        let mut signs = Vec::new();
        while let Some(prefix) = tokens.next_if(|token| token.as_rule() == Rule::prefix) {
            let span = self.span(&prefix);
            if has(&prefix, Rule::kw_not) {
                self.found.push(errors::not_needs_brackets(span));
            } else {
                signs.push(span);
            }
        }
        let mut value = match tokens.next() {
            Some(primary) => self.primary(primary),
            // The grammar takes an operand after every operator, so that this is never reached; a null stands in.
            None => return (Expr { kind: ExprKind::Null, span: Span::new(self.file, self.base, self.base) }, 0),
        };
        while let Some(span) = signs.pop() {
            let span = span.to(value.0.span);
            let depth = value.1;
            value = self.node(ExprKind::Unary { op: UnaryOp::Minus, operand: Box::new(value.0) }, span, depth);
        }
        value
    }

    /// `is not null`, `in (…)`, `between … and …`, `like …` behind a value.
    fn test(&mut self, value: Deep, test: Pair) -> Deep {
        let span = value.0.span.to(self.span(&test));
        let negated = has(&test, Rule::kw_not);
        let boxed = Box::new(value.0);
        let Some(kind) = test.into_inner().find(|inner| inner.as_rule() != Rule::kw_not) else {
            return (*boxed, value.1);
        };
        match kind.as_rule() {
            Rule::is_test => {
                let what = match () {
                    () if has(&kind, Rule::kw_true) => Is::True,
                    () if has(&kind, Rule::kw_false) => Is::False,
                    () => Is::Null,
                };
                let negated = has(&kind, Rule::kw_not);
                self.node(ExprKind::Is { value: boxed, what, negated }, span, value.1)
            }
            Rule::in_test => {
                let mut depth = value.1;
                let mut list = Vec::new();
                for item in of(kind, Rule::expr) {
                    let (item, item_depth) = self.deep_expr(item);
                    depth = depth.max(item_depth);
                    list.push(item);
                }
                self.node(ExprKind::In { value: boxed, list, negated }, span, depth)
            }
            Rule::between_test => {
                let mut bounds: Vec<Deep> = of(kind, Rule::sum).map(|sum| self.sum(sum)).collect();
                let (high, low) = (bounds.pop(), bounds.pop());
                let (Some(low), Some(high)) = (low, high) else { return (*boxed, value.1) };
                let depth = value.1.max(low.1).max(high.1);
                let kind = ExprKind::Between { value: boxed, low: Box::new(low.0), high: Box::new(high.0), negated };
                self.node(kind, span, depth)
            }
            _ => {
                let Some(pattern) = of(kind, Rule::sum).next().map(|sum| self.sum(sum)) else {
                    return (*boxed, value.1);
                };
                let depth = value.1.max(pattern.1);
                self.node(ExprKind::Like { value: boxed, pattern: Box::new(pattern.0), negated }, span, depth)
            }
        }
    }

    fn sum(&mut self, pair: Pair) -> Deep {
        let mut tokens = pair.into_inner().collect::<Vec<_>>().into_iter().peekable();
        self.additive(&mut tokens)
    }

    /// `sum` as an expression of its own, for the literal of a column's check.
    pub fn sum_expr(&mut self, pair: Pair) -> Expr {
        self.sum(pair).0
    }

    fn primary(&mut self, pair: Pair) -> Deep {
        let span = self.span(&pair);
        let inner = match pair.as_rule() {
            Rule::primary => pair.into_inner().next(),
            _ => Some(pair),
        };
        let Some(inner) = inner else { return (Expr { kind: ExprKind::Null, span }, 0) };
        let kind = match inner.as_rule() {
            Rule::date => ExprKind::Date(self.date_text(&inner)),
            Rule::number | Rule::integer => ExprKind::Number(inner.as_str().trim_end().into()),
            Rule::text => ExprKind::Text(self.text(&inner)),
            Rule::kw_true => ExprKind::Boolean(true),
            Rule::kw_false => ExprKind::Boolean(false),
            Rule::duration => self.duration(inner),
            Rule::typed_text => self.typed_text(inner),
            Rule::group => {
                let (value, depth) = match first(&inner, Rule::scoped) {
                    Some(scoped) => self.deep_scoped(scoped),
                    None => (Expr { kind: ExprKind::Null, span }, 0),
                };
                return self.node(ExprKind::Group(Box::new(value)), span, depth);
            }
            Rule::case => return self.case(inner, span),
            Rule::call_or_path => return self.call_or_path(inner, span),
            _ => ExprKind::Null,
        };
        (Expr { kind, span }, 1)
    }

    fn duration(&mut self, pair: Pair) -> ExprKind {
        let (mut count, mut unit) = (0, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::integer => count = self.number(&inner, u32::MAX),
                Rule::duration_unit => {
                    unit =
                        Some(Name { text: inner.as_str().trim_end().into(), span: self.span(&inner), quoted: false });
                }
                _ => {}
            }
        }
        match unit {
            Some(unit) => ExprKind::Duration { count, unit },
            None => ExprKind::Null,
        }
    }

    fn typed_text(&mut self, pair: Pair) -> ExprKind {
        let kind = first(&pair, Rule::typed).map(|typed| typed.as_str().trim_end().to_owned());
        let Some(text) = first(&pair, Rule::text).map(|text| self.text(&text)) else { return ExprKind::Null };
        match kind.as_deref() {
            Some("date") => {
                ExprKind::Date(crate::syntax::ast::DateText { text: text.value.as_str().into(), span: text.span })
            }
            Some("timestamp") => ExprKind::Timestamp(text),
            _ => ExprKind::Instant(text),
        }
    }

    fn case(&mut self, pair: Pair, span: Span) -> Deep {
        let (mut operand, mut arms, mut otherwise) = (None, Vec::new(), None);
        let mut depth = 0;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::arm => {
                    let mut parts: Vec<Expr> = Vec::with_capacity(2);
                    for part in of(inner, Rule::expr) {
                        let (part, part_depth) = self.deep_expr(part);
                        depth = depth.max(part_depth);
                        parts.push(part);
                    }
                    if let (Some(then), Some(when)) = (parts.pop(), parts.pop()) {
                        arms.push((when, then));
                    }
                }
                Rule::expr => {
                    let (value, value_depth) = self.deep_expr(inner);
                    depth = depth.max(value_depth);
                    let slot = if arms.is_empty() { &mut operand } else { &mut otherwise };
                    *slot = Some(Box::new(value));
                }
                _ => {}
            }
        }
        self.node(ExprKind::Case { operand, arms, otherwise }, span, depth)
    }

    fn call_or_path(&mut self, pair: Pair, span: Span) -> Deep {
        let Some(arguments) = first(&pair, Rule::arguments) else {
            let path = self.path(&pair);
            return (Expr { kind: ExprKind::Path(path), span }, 1);
        };
        let Some(name) = first(&pair, Rule::name).map(|name| self.name(&name)) else {
            return (Expr { kind: ExprKind::Null, span }, 1);
        };
        let mut call = Call { name, distinct: None, arguments: Vec::new(), clauses: Vec::new() };
        let mut depth = 0;
        let mut cast_to: Option<TypeName> = None;
        for inner in arguments.into_inner() {
            match inner.as_rule() {
                Rule::distinct => call.distinct = Some(self.span(&inner)),
                Rule::scoped => {
                    let (argument, argument_depth) = self.deep_scoped(inner);
                    depth = depth.max(argument_depth);
                    call.arguments.push(argument);
                }
                Rule::clause => {
                    let clause_span = self.span(&inner);
                    let Some(inner) = inner.into_inner().next() else { continue };
                    if inner.as_rule() == Rule::as_clause {
                        cast_to = first(&inner, Rule::type_name).map(|ty| self.type_name(&ty));
                    } else if let Some((kind, clause_depth)) = self.clause(inner) {
                        depth = depth.max(clause_depth);
                        call.clauses.push(Clause { kind, span: clause_span });
                    }
                }
                _ => {}
            }
        }
        match cast_to {
            Some(ty) if call.name.text == "cast" && call.arguments.len() == 1 && call.clauses.is_empty() => {
                let value = Box::new(call.arguments.remove(0));
                self.node(ExprKind::Cast { value, ty }, span, depth)
            }
            Some(ty) => {
                self.found.push(errors::as_outside_cast(ty.span, &call.name.text));
                self.node(ExprKind::Call(call), span, depth)
            }
            None => self.node(ExprKind::Call(call), span, depth),
        }
    }

    fn clause(&mut self, pair: Pair) -> Option<(ClauseKind, u32)> {
        let rule = pair.as_rule();
        let paths = |builder: &mut Self, pair: &Pair| first(pair, Rule::paths).map(|paths| builder.paths(paths));
        let path = |builder: &mut Self, pair: &Pair| first(pair, Rule::path).map(|path| builder.path(&path));
        let kind = match rule {
            Rule::where_clause | Rule::until_clause => {
                let (value, depth) = self.deep_expr(first(&pair, Rule::expr)?);
                let kind = if rule == Rule::where_clause { ClauseKind::Where(value) } else { ClauseKind::Until(value) };
                return Some((kind, depth));
            }
            Rule::after_clause => {
                let (value, depth) = self.deep_scoped(first(&pair, Rule::scoped)?);
                return Some((ClauseKind::After(value), depth));
            }
            Rule::per_clause => ClauseKind::Per(paths(self, &pair)?),
            Rule::over_clause => ClauseKind::Over(paths(self, &pair)?),
            Rule::except_clause => ClauseKind::Except(paths(self, &pair)?),
            Rule::via_clause => ClauseKind::Via(path(self, &pair)?),
            Rule::by_clause => ClauseKind::By(path(self, &pair)?),
            _ => {
                let count = first(&pair, Rule::integer).map(|count| self.number(&count, u32::MAX))?;
                let unit = first(&pair, Rule::name).map(|unit| self.name(&unit))?;
                ClauseKind::Within { count, unit }
            }
        };
        Some((kind, 0))
    }

    fn deep_scoped(&mut self, pair: Pair) -> Deep {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let Some(value) = inner.next() else { return (Expr { kind: ExprKind::Null, span }, 0) };
        let (value, mut depth) = self.deep_expr(value);
        let mut scope = Scope::default();
        let mut any = false;
        for clause in inner.filter_map(|clause| clause.into_inner().next()) {
            any = true;
            depth = depth.max(self.scope_clause(clause, &mut scope));
        }
        if !any {
            return (value, depth);
        }
        self.node(ExprKind::Scoped { inner: Box::new(value), scope }, span, depth)
    }

    fn scope_clause(&mut self, clause: Pair, scope: &mut Scope) -> u32 {
        let span = self.span(&clause);
        let rule = clause.as_rule();
        let mut depth = 0;
        let twice = match rule {
            Rule::from_clause => {
                let from = first(&clause, Rule::name).map(|name| self.name(&name));
                std::mem::replace(&mut scope.from, from).is_some()
            }
            Rule::at_clause => {
                let at = first(&clause, Rule::path).map(|path| self.path(&path));
                std::mem::replace(&mut scope.at, at).is_some()
            }
            Rule::where_clause => {
                let filter = first(&clause, Rule::expr).map(|expr| {
                    let (filter, filter_depth) = self.deep_expr(expr);
                    depth = filter_depth;
                    Box::new(filter)
                });
                std::mem::replace(&mut scope.filter, filter).is_some()
            }
            Rule::pick_clause => {
                let per = first(&clause, Rule::paths).map(|paths| self.paths(paths)).unwrap_or_default();
                let pick = Pick { last: has(&clause, Rule::kw_last), per, span };
                scope.pick.replace(pick).is_some()
            }
            _ => {
                let mut paths: Vec<_> = of(clause.clone(), Rule::path).map(|path| self.path(&path)).collect();
                let moment = match () {
                    () if has(&clause, Rule::kw_first) => Moment::First,
                    () if has(&clause, Rule::kw_any) => Moment::Any,
                    () => Moment::Last,
                };
                match (paths.pop(), paths.pop()) {
                    (Some(until), Some(from)) => scope.alive.replace(Alive { from, until, moment, span }).is_some(),
                    _ => false,
                }
            }
        };
        if twice {
            self.found.push(errors::clause_twice(span));
        }
        depth
    }

    pub fn type_name(&mut self, pair: &Pair) -> TypeName {
        let name = first(pair, Rule::name).map(|name| self.name(&name));
        let arguments =
            of(pair.clone(), Rule::integer).map(|it| (self.number(&it, u32::MAX), self.span(&it))).collect();
        let span = self.span(pair);
        let name = name.unwrap_or(Name { text: "".into(), span, quoted: false });
        TypeName { name, arguments, span }
    }
}

/// The next token if it is an infix operator of the kind wanted.
fn next_infix<'i>(tokens: &mut Tokens<'i>, wanted: impl Fn(BinaryOp) -> bool) -> Option<(BinaryOp, Pair<'i>)> {
    let token = tokens.peek().filter(|token| matches!(token.as_rule(), Rule::infix | Rule::sum_infix))?;
    let op = operator(token.as_str());
    if !wanted(op) {
        return None;
    }
    tokens.next().map(|token| (op, token))
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
}

/// The operator that is written so.
fn operator(text: &str) -> BinaryOp {
    match text {
        "or" => BinaryOp::Or,
        "and" => BinaryOp::And,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "||" => BinaryOp::Concat,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "=" => BinaryOp::Equal,
        "<>" | "!=" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessOrEqual,
        ">" => BinaryOp::Greater,
        _ => BinaryOp::GreaterOrEqual,
    }
}

/// The operator of a column's check.
pub fn check_op(pair: &Pair) -> BinaryOp {
    operator(pair.as_str())
}
