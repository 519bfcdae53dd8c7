//! A difference as a comment on a pull request, for people who know the business and no code: first what changes for whom,
//! then an example in numbers, who gains, who has to agree; the text itself is folded away.

use super::{Told, phrases};
use crate::govern::change::{Author, Change, Class, Moved, Sought, Stake};
use crate::meaning::Value;
use crate::meaning::compare::Witness;
use crate::model::Metric;

/// How many metrics are named one by one.
const NAMED: usize = 15;

pub fn render(told: &Told) -> String {
    let page = Page { told };
    let changes = told.changes;
    if changes.all.is_empty() {
        return format!("### Nothing changes\n\nAgainst {}, nothing differs.\n", code(&told.base.when));
    }
    let mut text = String::new();
    if changes.weigh() {
        text.push_str(&page.summary());
    } else {
        text.push_str(
            "### No number changes\n\nEverything that this change does is listed below; nobody has to agree to it.\n",
        );
    }
    let (moving, other): (Vec<&Change>, Vec<&Change>) =
        changes.all.iter().filter(|it| it.class.weighs()).partition(|it| !it.moved.is_empty());
    for change in moving {
        text.push_str(&page.moving(change));
    }
    for (class, title) in [
        (Class::Meaning, "What else may change"),
        (Class::Breaking, "What is gone, or has another form"),
        (Class::Trust, "Who may agree to what, and who is paid on what"),
    ] {
        let list: Vec<&Change> = other.iter().copied().filter(|it| it.class == class).collect();
        text.push_str(&page.list(title, &list, false));
    }
    for (class, title) in [
        (Class::Additive, "New"),
        (Class::Refactor, "Put otherwise, and proved to mean the same"),
        (Class::Presentation, "How numbers are shown"),
        (Class::Cosmetic, "Spelling, order, comments"),
    ] {
        text.push_str(&page.list(title, &changes.of(class).collect::<Vec<_>>(), true));
    }
    let counts = phrases::counts(changes).join(", ");
    let authors: Vec<String> = changes.authors.iter().map(|author| page.author(author)).collect();
    let by = match authors.is_empty() || !changes.weigh() {
        true => String::new(),
        false => format!(" Written, as git says, by {}.", phrases::listed(&authors)),
    };
    text.push_str(&format!("\n<sub>etalon diff --against {}: {counts}.{by}</sub>\n", escaped(&told.base.when)));
    text
}

struct Page<'t> {
    told: &'t Told<'t>,
}

impl Page<'_> {
    /// The first lines: how many numbers move, and who has to agree.
    fn summary(&self) -> String {
        let changes = self.told.changes;
        let mut names: Vec<&str> = changes.moved.iter().map(|it| it.name.as_str()).collect();
        names.sort();
        names.dedup();
        let head = match names.len() {
            0 => "This change needs to be agreed to".to_owned(),
            1 => "One number would mean something else".to_owned(),
            many => format!("{many} numbers would mean something else"),
        };
        let mut parties: Vec<String> = Vec::new();
        for change in changes.all.iter().filter(|it| it.class.weighs()) {
            for party in phrases::parties(self.told, change) {
                let title = self.team(party);
                if !parties.contains(&title) {
                    parties.push(title);
                }
            }
        }
        let mut text = format!("### {head}\n");
        if !parties.is_empty() {
            text.push_str(&format!("\nIt needs the agreement of {}.\n", phrases::listed(&parties)));
        }
        text
    }

    /// A change that moves numbers.
    fn moving(&self, change: &Change) -> String {
        let told = self.told;
        let moved: Vec<&Moved> = told.changes.moved_by(change).collect();
        let first = moved[0];
        let title = self.title(first);
        let value = phrases::value(first.direction.as_ref());
        let (value, nulls) = value.split_once("; ").unwrap_or((value.as_str(), ""));
        let mut text = format!("\n#### {title} {value}\n\n");
        let scope = phrases::scope(first);
        match scope {
            Some(scope) => text.push_str(&format!("{}.", sentence(scope))),
            None => text.push_str(&format!("{}.", sentence(&change.fact))),
        }
        if !nulls.is_empty() {
            text.push_str(&format!(" {}.", sentence(nulls)));
        }
        text.push('\n');
        let [gone, new] = phrases::conditions(told, first);
        for (what, conditions) in
            [("What a row no longer has to satisfy", gone), ("What a row has to satisfy now", new)]
        {
            if !conditions.is_empty() {
                let conditions: Vec<String> = conditions.iter().map(|it| format!("*{}*", escaped(it))).collect();
                text.push_str(&format!("\n{what}: {}.\n", conditions.join("; ")));
            }
        }
        if let Some(why) = change.undecided.as_ref().filter(|_| change.warehouse.is_none()) {
            let why = escaped(why);
            text.push_str(&format!("\nThis could not be decided, and so is treated as another number: {why}.\n"));
        }
        text.push_str(&self.example(&moved));
        text.push('\n');
        text.push_str(&self.gains(&moved));
        let parties: Vec<String> = phrases::parties(told, change).iter().map(|it| self.team(it)).collect();
        let agree = match parties.is_empty() {
            true => "nobody is named: no team owns these numbers".to_owned(),
            false => phrases::listed(&parties),
        };
        text.push_str(&format!("- **Who has to agree:** {agree}.\n"));
        if moved.len() > 1 {
            text.push_str(&format!("- **What moves with it:** {}.\n", self.others(&moved[1..])));
        }
        if !change.reports.is_empty() {
            let reports: Vec<String> = change.reports.iter().map(|name| self.report(name)).collect();
            text.push_str(&format!("- **Where it is shown:** {}.\n", phrases::listed(&reports)));
        }
        if !change.cuts.is_empty() {
            let cuts: Vec<String> = change.cuts.iter().take(NAMED).map(|name| self.named(name)).collect();
            let more = change.cuts.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            text.push_str(&format!("- **What is cut otherwise:** {}{more}.\n", cuts.join(", ")));
        }
        if scope.is_some() {
            text.push_str(&format!("- **Why:** {}.\n", sentence(&change.fact)));
        }
        text.push_str(&self.folded(change));
        text
    }

    /// The smallest rows that show it, and both numbers.
    fn example(&self, moved: &[&Moved]) -> String {
        let witness = moved.iter().find_map(|it| match &it.witness {
            Sought::Found(witness) => Some((*it, witness.as_ref())),
            _ => None,
        });
        let Some((it, witness)) = witness else {
            let said = match &moved[0].witness {
                Sought::Same { .. } => {
                    "Its value is the same on all rows, by proof; what was agreed to is worded otherwise.".to_owned()
                }
                Sought::Impossible(why) => format!("There is no example: {}.", escaped(why)),
                Sought::NotFound { .. } => {
                    "No example was found. That proves nothing: it may still be another number.".to_owned()
                }
                Sought::Found(_) | Sought::Left => return String::new(),
            };
            return format!("\n{said}\n");
        };
        let mut text = "\nAn example, with made-up rows:\n".to_owned();
        for table in witness.tables.iter().filter(|table| !table.rows.is_empty()) {
            if table.columns.is_empty() {
                let count = table.rows.len();
                let rows = if count == 1 { "row" } else { "rows" };
                text.push_str(&format!("\n{} {rows} of {}, whatever it holds\n", count, code(&table.source)));
                continue;
            }
            let header: Vec<String> = table.columns.iter().map(|column| escaped(column)).collect();
            let rows = table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>());
            text.push_str(&format!("\n{}\n\n{}", code(&table.source), aligned(&header, rows, false)));
        }
        text.push_str(&format!("\n{}", self.values(it, witness)));
        let empty = witness.tables.iter().filter(|table| table.rows.is_empty());
        let empty: Vec<String> = empty.map(|table| code(&table.source)).collect();
        if !empty.is_empty() {
            text.push_str(&format!("\nThere are no rows of {}.\n", phrases::listed(&empty)));
        }
        text
    }

    fn values(&self, moved: &Moved, witness: &Witness) -> String {
        let mut header: Vec<String> = witness.keys.iter().map(|(name, _)| escaped(name)).collect();
        let range = witness.range.as_ref().map(|range| format!(", during {}", escaped(range))).unwrap_or_default();
        header.extend([String::new(), "today".to_owned(), "with this change".to_owned()]);
        let mut row: Vec<String> = witness.keys.iter().map(|(_, value)| cell(value)).collect();
        row.push(format!("**{}**{range}", self.title(moved)));
        row.extend(witness.values.iter().map(|value| match value {
            None | Some(Value::Null) => "no value".to_owned(),
            Some(value) => cell(value),
        }));
        aligned(&header, std::iter::once(row), true)
    }

    /// A line for each team that is paid on what moves, and each thing that the change is to it.
    fn gains(&self, moved: &[&Moved]) -> String {
        let mut text = String::new();
        for (team, metrics) in phrases::paid(moved.iter().copied()) {
            let mut by = String::new();
            let authors: Vec<String> = phrases::authors(self.told.changes, team).iter().map(|it| code(it)).collect();
            if !authors.is_empty() {
                let (who, team) = (phrases::listed(&authors), self.team(team));
                by = format!(" As git says, this change was written by {who} of {team}.");
            }
            for (stake, head, word) in [
                (Stake::Gains, "Who gains", "gains"),
                (Stake::MayGain, "Who may gain", "may gain, or lose"),
                (Stake::Loses, "Who loses", "loses"),
            ] {
                let names: Vec<String> =
                    metrics.iter().filter(|(_, it)| *it == stake).map(|(name, _)| self.named(name)).collect();
                if !names.is_empty() {
                    let (team, names) = (self.team(team), phrases::listed(&names));
                    text.push_str(&format!("- **{head}:** {team} {word}: part of its pay depends on {names}.{by}\n"));
                }
            }
        }
        text
    }

    /// Metrics further down, each with where it goes.
    fn others(&self, moved: &[&Moved]) -> String {
        let mut all: Vec<String> = moved
            .iter()
            .take(NAMED)
            .map(|it| {
                let value = phrases::value(it.direction.as_ref());
                let value = value.split(';').next().unwrap_or_default().to_owned();
                format!("{} ({value})", self.title(it))
            })
            .collect();
        if moved.len() > NAMED {
            all.push(format!("{} more", moved.len() - NAMED));
        }
        phrases::listed(&all)
    }

    /// The text itself, for those who read it.
    fn folded(&self, change: &Change) -> String {
        let place = escaped(&phrases::place(self.told, change.place));
        let mut lines = String::new();
        for (sign, side) in [('-', &change.before), ('+', &change.after)] {
            for line in side.iter().flat_map(|text| text.lines()) {
                lines.push_str(&format!("{sign} {}\n", line.trim_end()));
            }
        }
        if lines.is_empty() {
            return format!("\n<sub>{place}</sub>\n");
        }
        format!("\n<details><summary>The text that changed: {place}</summary>\n\n{}\n</details>\n", fenced(&lines))
    }

    /// What needs no more than a sentence each.
    fn list(&self, title: &str, changes: &[&Change], is_folded: bool) -> String {
        if changes.is_empty() {
            return String::new();
        }
        let lines: String = changes
            .iter()
            .map(|change| {
                let why = change.undecided.as_ref().map(|why| format!(": {}", escaped(why))).unwrap_or_default();
                let parties: Vec<String> = phrases::parties(self.told, change).iter().map(|it| self.team(it)).collect();
                let agree = match parties.is_empty() {
                    true => String::new(),
                    false => format!(". Who has to agree: {}", phrases::listed(&parties)),
                };
                format!("- {}{why}{agree}.\n", sentence(&change.fact))
            })
            .collect();
        let is_trust = changes.iter().any(|change| change.class == Class::Trust);
        let note = if is_trust { "\nThese are judged by the rules as they were before this change.\n" } else { "" };
        match is_folded {
            true => format!("\n<details><summary>{title} ({})</summary>\n\n{lines}\n</details>\n", changes.len()),
            false => format!("\n#### {title}\n\n{lines}{note}"),
        }
    }

    fn metric(&self, name: &str) -> Option<&Metric> {
        self.told.now.model.metric_named(name).map(|id| self.told.now.model.metric(id))
    }

    /// What people call a metric.
    fn named(&self, name: &str) -> String {
        let title = self.metric(name).and_then(|metric| metric.title.as_deref());
        escaped(title.unwrap_or(name))
    }

    fn title(&self, moved: &Moved) -> String {
        self.named(&moved.name)
    }

    fn team(&self, name: &str) -> String {
        let models = [self.told.base.model, self.told.now.model];
        let team = models.iter().flat_map(|model| &model.teams).find(|team| team.name == name);
        escaped(team.and_then(|team| team.title.as_deref()).unwrap_or(name))
    }

    fn author(&self, author: &Author) -> String {
        let teams: Vec<String> = author.teams.iter().map(|team| self.team(team)).collect();
        let of = if teams.is_empty() { String::new() } else { format!(" ({})", teams.join(", ")) };
        format!("{}{of}", escaped(&author.address))
    }

    fn report(&self, name: &str) -> String {
        let report = self.told.now.model.reports.iter().find(|report| report.name == name);
        escaped(report.and_then(|report| report.title.as_deref()).unwrap_or(name))
    }
}

/// A message as a sentence begins; what stands in backticks stays, what a reader could take for markup does not.
fn sentence(fact: &str) -> String {
    let parts: Vec<&str> = fact.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(fact);
    }
    let said: String =
        parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { escaped(part) }).collect();
    let mut letters = said.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => said,
    }
}

/// What somebody wrote, as they wrote it: nothing in it is a link, a mention or a tag.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A name after it would be called.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

/// In a span of code that nothing in it can end.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let text = text.replace('|', "\\|");
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// In a block that nothing in it can end.
fn fenced(lines: &str) -> String {
    let longest = lines.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{lines}{fence}\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "*empty*".to_owned(),
        Value::Text(text) if text.is_empty() => "''".to_owned(),
        value => escaped(&value.to_string()),
    }
}

fn aligned(header: &[String], rows: impl Iterator<Item = Vec<String>>, numbers: bool) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let count = header.len();
    let rule = (0..count).map(|at| if numbers && at + 2 >= count { "---:" } else { "---" });
    let rule: Vec<String> = rule.map(str::to_owned).collect();
    format!("{}{}{}", line(header), line(&rule), rows.map(|row| line(&row)).collect::<String>())
}
