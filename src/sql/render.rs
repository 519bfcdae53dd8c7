//! Statements as text: named common table expressions, one column a line, a stable order, a comment above.

use super::expr::{Renderer, Unsupported};
use super::query::{Atom, Body, Join, Periods, Query, Relation, Select, Table, Value};
use crate::dialect::{Binding as Tight, Dialect, Limit, PeriodsCall, Words};
use crate::model::{Base, Expr, Type};

/// The text of a statement, ending in `;` and a line end. Fails with the construct that the dialect cannot say.
pub fn render(query: &Query, dialect: &Dialect, zone: &str) -> Result<String, Unsupported> {
    let ordered = !query.order.is_empty();
    let top = query.limit.filter(|_| dialect.supports.limit == Limit::Top);
    let renderer = Renderer { dialect, zone };
    let mut writer = Writer { renderer, ordered, top, text: String::with_capacity(2048) };
    let reads_itself = query.with.iter().any(|cte| matches!(cte.body, Body::Periods(_)));
    let with = if reads_itself && dialect.supports.with_recursive { "WITH RECURSIVE " } else { "WITH " };
    for line in &query.header {
        writer.comment(line);
    }
    for (at, cte) in query.with.iter().enumerate() {
        writer.text.push_str(if at == 0 { with } else { ",\n" });
        let name = writer.named(&cte.name)?;
        writer.text.push_str(&name);
        writer.text.push_str(" AS (\n");
        writer.body(&cte.body, 1, false)?;
        writer.text.push_str("\n)");
    }
    if !query.with.is_empty() {
        writer.text.push('\n');
    }
    writer.body(&query.body, 0, true)?;
    for (at, term) in query.order.iter().enumerate() {
        writer.text.push_str(if at == 0 { "\nORDER BY\n  " } else { ",\n  " });
        let column = Words::atom((dialect.identifier)(&term.column));
        let column = if term.is_text { (dialect.byte_order)(column) } else { column };
        let ordered = writer.renderer.ordered(&column, term.descending, true);
        writer.text.push_str(&ordered);
    }
    match (query.limit, dialect.supports.limit) {
        (Some(limit), Limit::Limit) => writer.text.push_str(&format!("\nLIMIT {limit}")),
        (Some(limit), Limit::FetchFirst) => writer.text.push_str(&format!("\nFETCH FIRST {limit} ROWS ONLY")),
        (_, Limit::Top) | (None, _) => {}
    }
    if !dialect.closing.is_empty() {
        writer.text.push('\n');
        writer.text.push_str(dialect.closing);
    }
    writer.text.push_str(";\n");
    Ok(writer.text)
}

/// One expression by itself.
pub fn said(value: &Value, dialect: &Dialect, zone: &str) -> Result<String, Unsupported> {
    Renderer { dialect, zone }.words(value).map(|words| words.text)
}

/// Whether a letter makes others show in another order than they stand in, so that a comment could look like what it is not.
fn reorders(letter: char) -> bool {
    matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

struct Writer<'w> {
    renderer: Renderer<'w>,
    /// The statement is ordered by names of its columns.
    ordered: bool,
    /// How many rows of the body are kept, where that is said in front of its columns.
    top: Option<u64>,
    text: String,
}

impl Writer<'_> {
    /// A line of comment; whatever breaks lines in it stays within the comment.
    fn comment(&mut self, line: &str) {
        for part in line.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{B}', '\u{C}']) {
            self.text.push_str("--");
            if !part.is_empty() {
                self.text.push(' ');
                self.text.extend(part.chars().filter(|letter| !letter.is_control() && !reorders(*letter)));
            }
            self.text.push('\n');
        }
    }

    /// A name that the statement gives.
    fn named(&self, name: &str) -> Result<String, Unsupported> {
        let dialect = self.renderer.dialect;
        match dialect.longest_name {
            Some(longest) if !longest.holds(name) => {
                Err(Unsupported { construct: format!("way to name a column `{name}`: names have at most {longest}") })
            }
            _ => Ok((dialect.identifier)(name)),
        }
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth {
            self.text.push_str("  ");
        }
    }

    fn line(&mut self, depth: usize, words: &str) {
        self.text.push('\n');
        self.indent(depth);
        self.text.push_str(words);
    }

    /// `shown`: the columns are what a reader sees, not what another select reads.
    fn body(&mut self, body: &Body, depth: usize, shown: bool) -> Result<(), Unsupported> {
        match body {
            Body::Select(select) => self.select(select, depth, shown),
            Body::Periods(periods) => self.periods(periods, depth),
            Body::Union(selects) => {
                for (at, select) in selects.iter().enumerate() {
                    if at > 0 {
                        self.line(depth, "UNION ALL\n");
                    }
                    self.select(select, depth, shown)?;
                }
                Ok(())
            }
        }
    }

    fn periods(&mut self, periods: &Periods, depth: usize) -> Result<(), Unsupported> {
        let quote = self.renderer.dialect.identifier;
        let named = |name: &str| quote(name);
        let column = named(&periods.column);
        let start =
            Expr::leaf(Atom::Column { table: "".into(), column: periods.column.clone() }, Type::plain(Base::Timestamp));
        let call = PeriodsCall {
            own: &named(&periods.own),
            column: &column,
            from: &named(&periods.from),
            first: self.renderer.value(&periods.first)?,
            last: self.renderer.value(&periods.last)?,
            next: self.renderer.value(&start.shifted(1, periods.grain))?,
            grain: periods.grain,
        };
        let construct = || format!("calendar of {}", periods.grain.plural());
        let text = (self.renderer.dialect.periods)(&call).ok_or_else(|| Unsupported { construct: construct() })?;
        for (at, line) in text.lines().enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            self.indent(depth);
            self.text.push_str(line);
        }
        Ok(())
    }

    fn select(&mut self, select: &Select, depth: usize, shown: bool) -> Result<(), Unsupported> {
        self.indent(depth);
        // Where `=` does not tell all texts apart, neither does `DISTINCT`: groups do, which say more.
        let all = select.columns.len();
        let by_groups = select.distinct && !self.exact_keys(&select.columns)?.is_empty();
        self.text.push_str(if select.distinct && !by_groups { "SELECT DISTINCT" } else { "SELECT" });
        if let Some(top) = self.top.filter(|_| shown) {
            self.text.push_str(&format!(" TOP ({top})"));
        }
        for (at, (value, name)) in select.columns.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            let mut words = self.renderer.value(value)?;
            if shown {
                words = (self.renderer.dialect.show)(words, &value.ty);
            }
            let alias = self.named(name)?;
            self.line(depth + 1, &words.text);
            // SQLite orders by a name that was given, and by none that several tables have.
            let keeps_names = self.renderer.dialect.supports.joined_columns_keep_names && !(shown && self.ordered);
            let is_renamed = !keeps_names && !select.joins.is_empty();
            if is_renamed || !ends_with_column(&words.text, &alias) {
                self.text.push_str(" AS ");
                self.text.push_str(&alias);
            }
        }
        self.line(depth, "FROM ");
        self.table(&select.from);
        for join in &select.joins {
            self.join(join, depth)?;
        }
        self.conditions("WHERE", &select.filter, depth)?;
        match select.group.or(by_groups.then_some(all)) {
            Some(keys) if keys > 0 => self.group(&select.columns[..keys], depth)?,
            _ => {}
        }
        self.conditions("HAVING", &select.having, depth)
    }

    fn group(&mut self, keys: &[(Value, smol_str::SmolStr)], depth: usize) -> Result<(), Unsupported> {
        self.line(depth, "GROUP BY");
        for (at, (value, _)) in keys.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            if self.renderer.dialect.supports.group_by_ordinal {
                self.text.push_str(&format!(" {}", at + 1));
            } else {
                let words = self.renderer.value(value)?;
                self.line(depth + 1, &words.text);
            }
        }
        for key in self.exact_keys(keys)? {
            self.text.push(',');
            self.line(depth + 1, &key);
        }
        Ok(())
    }

    /// What tells texts apart that a group by themselves would not.
    fn exact_keys(&self, keys: &[(Value, smol_str::SmolStr)]) -> Result<Vec<String>, Unsupported> {
        let mut exact = Vec::new();
        let dialect = self.renderer.dialect;
        if (dialect.exact_text)(Words::atom("x")).text == "x" {
            return Ok(exact);
        }
        for (value, _) in keys.iter().filter(|(value, _)| value.ty.base == Base::Text) {
            exact.push(self.renderer.exact(value)?.text);
        }
        Ok(exact)
    }

    fn conditions(&mut self, word: &str, conditions: &[Value], depth: usize) -> Result<(), Unsupported> {
        for (at, condition) in conditions.iter().enumerate() {
            let words = self.renderer.condition(condition)?;
            let text = if conditions.len() > 1 { words.at(Tight::Not) } else { words.text };
            if at == 0 {
                self.line(depth, word);
                self.text.push(' ');
                self.text.push_str(&text);
            } else {
                self.line(depth + 1, "AND ");
                self.text.push_str(&text);
            }
        }
        Ok(())
    }

    fn join(&mut self, join: &Join, depth: usize) -> Result<(), Unsupported> {
        self.line(depth, if join.outer { "LEFT JOIN " } else { "JOIN " });
        self.table(&join.table);
        for (at, condition) in join.on.iter().enumerate() {
            let words = self.renderer.condition(condition)?;
            self.line(depth + 1, if at == 0 { "ON " } else { "AND " });
            self.text.push_str(&words.at(Tight::Not));
        }
        Ok(())
    }

    fn table(&mut self, table: &Table) {
        let quote = self.renderer.dialect.identifier;
        let (name, same) = match &table.relation {
            Relation::Physical(parts) => {
                let quoted: Vec<String> = parts.iter().map(|part| quote(part)).collect();
                (quoted.join("."), parts.len() == 1 && parts[0] == table.alias.as_str())
            }
            Relation::Query(query) => (format!("(\n{}\n)", query.trim().trim_end_matches(';')), false),
            Relation::Cte(name) => (quote(name), *name == table.alias),
        };
        self.text.push_str(&name);
        if !same && !table.alias.is_empty() {
            self.text.push_str(if self.renderer.dialect.supports.table_as { " AS " } else { " " });
            self.text.push_str(&quote(&table.alias));
        }
    }
}

/// `orders.status` needs no `AS status`.
fn ends_with_column(words: &str, alias: &str) -> bool {
    words.strip_suffix(alias).is_some_and(|before| {
        before.ends_with('.') && before.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
    })
}
