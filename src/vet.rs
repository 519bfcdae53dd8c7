//! The last look: a statement is parsed by its dialect's grammar and reads only what was declared.
//!
//! A syntax gate, not a judge: sqlparser accepts much that a warehouse refuses, so the header says which grammar looked, and
//! no more.

pub mod tokens;

use crate::dialect::Dialect;
use sqlparser::ast::{
    Expr, ObjectName, ObjectNamePart, Query, Select, SelectItem, Statement, TableFactor, Visit, Visitor,
};
use sqlparser::parser::{Parser, ParserOptions};
use sqlparser::tokenizer::Tokenizer;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// The version of the grammars, for headers.
pub const GRAMMARS: &str = "sqlparser 0.63";

/// What a statement may read: tables by the parts of their names, each with its columns, all as [`written`].
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    pub tables: HashMap<Vec<String>, HashSet<String>>,
}

/// Fails with what is wrong: text that the grammar refuses, more than one statement, `*`, a table or column nobody declared.
pub fn vet(sql: &str, dialect: &Dialect, allowed: &Allowed) -> Result<(), String> {
    let grammar = (dialect.grammar)();
    let tokens = Tokenizer::new(grammar.as_ref(), sql).tokenize_with_location().map_err(|error| error.to_string())?;
    let mut parser = Parser::new(grammar.as_ref())
        .with_options(ParserOptions::new().with_unescape(true))
        .with_recursion_limit(400)
        .with_tokens_with_locations(tokens);
    let statements = parser.parse_statements().map_err(|error| error.to_string())?;
    let [Statement::Query(query)] = &statements[..] else {
        return Err("not exactly one query".to_owned());
    };
    let mut reader = Reader { allowed, ..Reader::new(allowed) };
    reader.common_tables(query);
    match query.visit(&mut reader) {
        ControlFlow::Break(problem) => Err(problem),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// A name as it stands in a statement, without its quotes: Snowflake's reserved words are quoted in upper case.
pub fn written(dialect: &Dialect, name: &str) -> String {
    let text = (dialect.identifier)(name);
    if text == name {
        return text;
    }
    let grammar = (dialect.grammar)();
    let parser = Parser::new(grammar.as_ref()).with_options(ParserOptions::new().with_unescape(true));
    let read = parser.try_with_sql(&text).and_then(|mut parser| parser.parse_identifier());
    read.map_or_else(|_| name.to_owned(), |identifier| identifier.value)
}

struct Reader<'a> {
    allowed: &'a Allowed,
    common: HashMap<String, HashSet<String>>,
    /// What the aliases of each open select stand for; `None` for what cannot be looked into.
    scopes: Vec<HashMap<String, Option<HashSet<String>>>>,
    /// Inside a query that stands in place of a table, as configured: its text is the owner's, not ours.
    opaque: usize,
}

impl<'a> Reader<'a> {
    fn new(allowed: &'a Allowed) -> Self {
        Reader { allowed, common: HashMap::new(), scopes: Vec::new(), opaque: 0 }
    }

    fn common_tables(&mut self, query: &Query) {
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            let columns = match table.query.body.as_ref() {
                sqlparser::ast::SetExpr::Select(select) => projected(select),
                sqlparser::ast::SetExpr::SetOperation { left, .. } => leftmost(left),
                _ => HashSet::new(),
            };
            self.common.insert(table.alias.name.value.clone(), columns);
        }
    }

    fn columns_of(&self, name: &ObjectName) -> Result<HashSet<String>, String> {
        let parts: Vec<String> = name.0.iter().map(part).collect();
        if let [one] = &parts[..]
            && let Some(columns) = self.common.get(one)
        {
            return Ok(columns.clone());
        }
        self.allowed.tables.get(&parts).cloned().ok_or_else(|| format!("reads `{name}`, which no source is bound to"))
    }
}

fn part(part: &ObjectNamePart) -> String {
    match part {
        ObjectNamePart::Identifier(name) => name.value.clone(),
        other => other.to_string(),
    }
}

fn leftmost(body: &sqlparser::ast::SetExpr) -> HashSet<String> {
    match body {
        sqlparser::ast::SetExpr::Select(select) => projected(select),
        sqlparser::ast::SetExpr::SetOperation { left, .. } => leftmost(left),
        _ => HashSet::new(),
    }
}

/// The names of a select's columns.
fn projected(select: &Select) -> HashSet<String> {
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(|name| name.value.clone()),
        _ => None,
    };
    select.projection.iter().filter_map(name).collect()
}

impl Visitor for Reader<'_> {
    type Break = String;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        if self.opaque > 0 {
            return ControlFlow::Continue(());
        }
        if select
            .projection
            .iter()
            .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)))
        {
            return ControlFlow::Break("selects `*`".to_owned());
        }
        let mut scope = HashMap::new();
        let joined = select
            .from
            .iter()
            .flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)));
        for factor in joined {
            match factor {
                TableFactor::Table { name, alias, .. } => {
                    let columns = match self.columns_of(name) {
                        Ok(columns) => columns,
                        Err(problem) => return ControlFlow::Break(problem),
                    };
                    let last = name.0.last().map(part).unwrap_or_default();
                    let known_as = alias.as_ref().map_or(last, |alias| alias.name.value.clone());
                    scope.insert(known_as, Some(columns));
                }
                TableFactor::Derived { alias: Some(alias), .. } => {
                    scope.insert(alias.name.value.clone(), None);
                }
                // An array laid out as rows reads no table; what it is made of is looked at as any expression is.
                TableFactor::UNNEST { alias: Some(alias), .. } | TableFactor::JsonTable { alias: Some(alias), .. } => {
                    scope.insert(alias.name.value.clone(), None);
                }
                other => return ControlFlow::Break(format!("reads from `{other}`, which is no table")),
            }
        }
        self.scopes.push(scope);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<String> {
        if self.opaque == 0 {
            self.scopes.pop();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        if matches!(factor, TableFactor::Derived { .. }) {
            self.opaque += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<String> {
        if matches!(factor, TableFactor::Derived { .. }) {
            self.opaque -= 1;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
        if self.opaque > 0 {
            return ControlFlow::Continue(());
        }
        if let Expr::CompoundIdentifier(names) = expr {
            let [table, column] = &names[..] else {
                return ControlFlow::Break(format!("reads `{expr}`, which is no column"));
            };
            let known = self.scopes.last().and_then(|scope| scope.get(&table.value));
            return match known {
                Some(None) => ControlFlow::Continue(()),
                Some(Some(columns)) if columns.contains(&column.value) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(format!("reads `{expr}`, which is not declared")),
            };
        }
        ControlFlow::Continue(())
    }
}
