//! `etalon checks --data`: whether the rows of files keep what metrics rest on.

use super::output::Output;
use super::session::Session;
use super::{Ended, Outcome, counted, ended, rows, table};
use crate::assertion::{self, Assertion, What};
use crate::diagnostic::{Failure, Found};
use crate::meaning::{Answer, Data};
use crate::model::{Model, SourceId};
use std::collections::BTreeSet;
use std::path::Path;

/// Shows the rows that break assertions. Ends with findings if there are any.
pub fn look(session: &mut Session, all: &[Assertion], folder: &Path, output: &Output) -> Outcome {
    if !folder.is_dir() {
        let fact = format!("there is no folder `{}`", folder.display());
        return Err(Failure::other(fact, "name the folder with the CSV files: `--data DIR`"));
    }
    let mut found = Found::default();
    let mut data = Data::empty(&session.model);
    let sources: BTreeSet<SourceId> =
        all.iter().flat_map(|assertion| assertion::sources(&session.model, assertion)).collect();
    for source in sources {
        let name = session.model.source(source).name.clone();
        rows::need(session, folder, (source, &name), &mut data, &mut found)?;
    }
    let model = &session.model;
    let mut answers: Vec<(&Assertion, Answer)> = Vec::with_capacity(all.len());
    if !found.has_errors() {
        // What a cell is, was seen when it was read.
        for assertion in all.iter().filter(|assertion| !matches!(assertion.what, What::Form(_))) {
            match assertion::broken(model, &data, assertion) {
                Ok(answer) => answers.push((assertion, answer)),
                Err(fault) => found.push(*fault),
            }
        }
    }
    if found.has_errors() {
        let result = ended(&found);
        output.findings(found, &session.project.sources);
        output.say("nothing is looked for in rows that cannot be read");
        return Ok(result);
    }
    if output.is_json() {
        output.print(&json(model, &answers));
    }
    let broken: Vec<&(&Assertion, Answer)> = answers.iter().filter(|(_, answer)| !answer.rows.is_empty()).collect();
    if !output.is_json() {
        for (at, (assertion, answer)) in broken.iter().enumerate() {
            let gap = if at > 0 { "\n" } else { "" };
            output.print(&format!("{gap}{}: {}\n", assertion.name, assertion::says(model, assertion)));
            output.print(&printed(answer, table::Rows::Table, output.result_terminal()));
        }
    }
    let all = counted(answers.len(), "check");
    match broken.len() {
        0 => output.say(&format!("{all}: the rows keep all of them")),
        number => output.say(&format!("{all}: the rows break {number}")),
    }
    Ok(if broken.is_empty() { Ended::Clean } else { Ended::Findings })
}

fn printed(answer: &Answer, form: table::Rows, width: Option<usize>) -> String {
    let percent = vec![false; answer.columns.len()];
    table::print(answer, form, &percent, width).text
}

/// Every check with the rows that break it.
fn json(model: &Model, answers: &[(&Assertion, Answer)]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let entries: Vec<String> = answers
        .iter()
        .map(|(assertion, answer)| {
            let metrics: Vec<&str> = assertion.metrics.iter().map(|id| model.metric(*id).name.as_str()).collect();
            format!(
                "{{\"name\": {}, \"kind\": {}, \"source\": {}, \"says\": {}, \"metrics\": {}, \"rows\": {}}}",
                quoted(&assertion.name),
                quoted(assertion.what.kind()),
                quoted(&model.source(assertion.source).name),
                quoted(&assertion::says(model, assertion)),
                serde_json::Value::from(metrics),
                printed(answer, table::Rows::Json, None).trim_end(),
            )
        })
        .collect();
    format!("{{\"checks\": [\n{}\n]}}\n", entries.join(",\n"))
}
