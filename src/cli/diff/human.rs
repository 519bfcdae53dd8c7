//! A difference for people at a terminal.

use super::super::compare::human::shown;
use super::super::counted;
use super::super::output::Output;
use super::{Told, phrases};
use crate::govern::change::{Change, Class, Moved, Sought, Stake};
use console::measure_text_width;

/// How many metrics downstream are shown one by one.
const SHOWN: usize = 12;

pub fn render(told: &Told, output: &Output) -> String {
    let changes = told.changes;
    let width = output.result_width().min(100);
    let mut text = String::new();
    if changes.all.is_empty() {
        return format!("Nothing differs from {}.\n", told.base.when);
    }
    for class in Class::ALL {
        for change in changes.of(class) {
            let page = Page { told, width };
            text.push_str(&page.change(change));
            text.push('\n');
        }
    }
    let authors: Vec<String> = changes
        .authors
        .iter()
        .map(|author| match author.teams.is_empty() {
            true => author.address.clone(),
            false => format!("{} ({})", author.address, author.teams.join(", ")),
        })
        .collect();
    if changes.weigh() && !authors.is_empty() {
        let said = format!("Authors, as git says: {}.", authors.join(", "));
        text.push_str(&wrapped(&said, "", "", width));
    }
    let counts = phrases::counts(changes).join(", ");
    text.push_str(&wrapped(&format!("Against {}: {counts}.", told.base.when), "", "", width));
    text
}

struct Page<'t> {
    told: &'t Told<'t>,
    width: usize,
}

impl Page<'_> {
    fn change(&self, change: &Change) -> String {
        let (told, width) = (self.told, self.width);
        let mut text =
            format!("{}[{}] {}\n", change.class.name(), change.class.code().id, phrases::place(told, change.place));
        text.push_str(&wrapped(&change.fact, "  ", "  ", width));
        let sides = [("- ", &change.before), ("+ ", &change.after)];
        for (sign, side) in sides.iter().filter_map(|(sign, side)| Some((*sign, side.as_ref()?))) {
            for line in side.lines().map(str::trim_end) {
                text.push_str(&format!("    {sign}{line}\n"));
            }
        }
        let moves_elsewhere = change.warehouse.is_some() && !change.moved.is_empty();
        if let Some(why) = change.undecided.as_ref().filter(|_| !moves_elsewhere) {
            text.push_str(&wrapped(
                &format!("Not decided, so taken for a change of meaning: {why}."),
                "  ",
                "  ",
                width,
            ));
        }
        let moved: Vec<&Moved> = told.changes.moved_by(change).collect();
        if !moved.is_empty() {
            text.push_str(&format!("\n  It moves {}:\n", counted(moved.len(), "metric")));
        }
        for it in moved.iter().take(SHOWN) {
            text.push_str(&self.moved(it));
        }
        if moved.len() > SHOWN {
            let more = format!("… and {} more downstream; `--format json` has them all.", moved.len() - SHOWN);
            text.push_str(&wrapped(&more, "    ", "    ", width));
        }
        if moved.iter().take(SHOWN).any(|it| matches!(it.witness, Sought::Left)) {
            let said = match told.effort.budget.trials {
                0 => "No rows were made up.",
                _ => {
                    "Rows were made up for the first at the cause and for those that somebody is paid on; of the others only the direction was worked out."
                }
            };
            text.push_str(&wrapped(said, "    ", "    ", width));
        }
        let beside = [("Cut otherwise", &change.cuts), ("Shown in the reports", &change.reports)];
        for (what, names) in beside.iter().filter(|(_, names)| !names.is_empty()) {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            text.push_str(&wrapped(&format!("{what}: {}.", names.join(", ")), "  ", "    ", width));
        }
        for line in self.gains(&moved) {
            text.push_str(&wrapped(&line, "  ", "    ", width));
        }
        let parties = phrases::parties(told, change);
        if !parties.is_empty() {
            text.push_str(&wrapped(&format!("Has to be agreed by: {}.", parties.join(", ")), "  ", "    ", width));
        }
        text
    }

    fn moved(&self, moved: &Moved) -> String {
        let mut said = phrases::value(moved.direction.as_ref());
        if let Some(scope) = phrases::scope(moved) {
            said.push_str(&format!("; {scope}"));
        }
        let mut text = wrapped(&format!("{}: {said}.", moved.name), "    ", "      ", self.width);
        let [gone, new] = phrases::conditions(self.told, moved);
        for (what, conditions) in [("No longer asked", gone), ("Now asked", new)] {
            if !conditions.is_empty() {
                text.push_str(&wrapped(
                    &format!("{what}: {}.", conditions.join("; ")),
                    "      ",
                    "        ",
                    self.width,
                ));
            }
        }
        for note in &moved.notes {
            text.push_str(&wrapped(&format!("Note: {note}."), "      ", "        ", self.width));
        }
        match &moved.witness {
            Sought::Found(witness) => {
                let names = [&self.told.base.when, &self.told.now.when];
                for line in shown(witness, names).lines() {
                    text.push_str(&format!("{}\n", format!("      {line}").trim_end()));
                }
                let budget = self.told.effort.budget;
                let bounds = format!(
                    "(made-up rows, at most {} a source, {} from seed {})",
                    budget.rows(),
                    counted(budget.trials, "trial"),
                    budget.seed
                );
                text.push_str(&wrapped(&bounds, "      ", "      ", self.width));
            }
            Sought::NotFound { trials } => {
                let said = format!(
                    "No rows were found on which it differs, in {}, which proves nothing.",
                    counted(*trials, "trial")
                );
                text.push_str(&wrapped(&said, "      ", "      ", self.width));
            }
            Sought::Same { cells } => {
                let said = format!(
                    "Its value is the same on all rows, by proof ({} gone through); its digest is not.",
                    counted(*cells, "case")
                );
                text.push_str(&wrapped(&said, "      ", "      ", self.width));
            }
            Sought::Impossible(why) => {
                text.push_str(&wrapped(&format!("No witness possible: {why}."), "      ", "      ", self.width));
            }
            Sought::Left => {}
        }
        text
    }

    /// A line for each team that is paid on what moves.
    fn gains(&self, moved: &[&Moved]) -> Vec<String> {
        let teams = phrases::paid(moved.iter().copied());
        let lines = teams.into_iter().map(|(team, metrics)| {
            let each: Vec<String> = metrics.iter().map(|(name, stake)| format!("{} on {name}", gain(*stake))).collect();
            let authors = phrases::authors(self.told.changes, team);
            let by = match authors.is_empty() {
                true => String::new(),
                false => format!(" As git says, the change was written by {} of this team.", phrases::listed(&authors)),
            };
            format!("Paid: {team} {}.{by}", each.join(", "))
        });
        lines.collect()
    }
}

fn gain(stake: Stake) -> &'static str {
    match stake {
        Stake::Gains => "gains",
        Stake::MayGain => "may gain",
        Stake::Loses => "loses",
    }
}

/// A paragraph in lines of at most this width; words are never cut.
fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && measure_text_width(&line) + 1 + measure_text_width(word) > width {
            out.push_str(&line);
            out.push('\n');
            line = rest.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.push_str(&line);
    out.push('\n');
    out
}
