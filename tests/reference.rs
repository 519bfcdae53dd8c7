//! Every case file, on the evaluator: what the definitions say, without any SQL.
//!
//! `ETALON_CASES=part-of-a-name` runs only the cases that have it in their path.

mod support;

use std::path::Path;
use support::case::{self, Expected};
use support::reference::Reference;
use support::rows;

#[test]
fn every_case_gives_its_rows_by_the_definitions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut cases, mut failures) = case::all(&folder);
    if let Ok(part) = std::env::var("ETALON_CASES") {
        cases.retain(|case| case.name.contains(&part));
    }
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    let mut requests = 0;
    for case in cases.iter().filter(|case| case.found_by_check.is_empty()) {
        let fault = |line: usize, text: &str| format!("{}:{line}: {text}", case.path.display());
        let mut reference = match Reference::of(case) {
            Ok(reference) => reference,
            Err(error) => {
                failures.push(fault(1, &error));
                continue;
            }
        };
        for step in &case.steps {
            let outcome = match &step.expected {
                Expected::Rows(expected) => {
                    reference.answer(&step.words).and_then(|answer| rows::compare(expected, &answer, step.is_ordered()))
                }
                // What only a warehouse cannot do is nothing to the definitions.
                Expected::Findings(findings) if findings.iter().any(|it| it.code.starts_with("E06")) => continue,
                Expected::Findings(findings) => {
                    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
                    match reference.answer(&step.words) {
                        Ok(_) => Err(format!("expected {codes:?}, and there was an answer")),
                        // The pieces of messages are looked for where the program runs, if it runs this case at all.
                        Err(said)
                            if codes.iter().all(|code| said.contains(code))
                                && (!case.engines.is_empty()
                                    || findings.iter().flat_map(|it| &it.says).all(|piece| said.contains(piece))) =>
                        {
                            Ok(())
                        }
                        Err(said) => Err(format!("expected {findings:?}, found\n{said}")),
                    }
                }
            };
            requests += 1;
            let command = step.words.join(" ");
            failures.extend(outcome.err().map(|text| fault(step.line, &format!("etalon {command}: {text}"))));
        }
    }
    assert!(failures.is_empty(), "{} of {requests} failed\n\n{}\n", failures.len(), failures.join("\n\n"));
}
