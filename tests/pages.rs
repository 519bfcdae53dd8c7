//! Every page of a code: its example gives that code, and mended it does not.

mod reading;

use etalon::diagnostic::{ALL, Severity};
use reading::read_and_check;

/// The first block of code below a heading: its language and its text.
fn block<'p>(page: &'p str, heading: &str) -> Option<(&'p str, &'p str)> {
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(heading))?;
    let (_, rest) = section.split_once("```")?;
    let (language, rest) = rest.split_once('\n')?;
    Some((language, rest.split("\n```").next()?))
}

#[test]
fn every_example_gives_its_code_and_mended_does_not() {
    let mut wrong = Vec::new();
    let (mut checked, mut other) = (0, 0);
    for code in ALL.iter().flat_map(|family| family.iter()) {
        let (Some((language, example)), Some((_, mended))) =
            (block(code.page, "Example\n"), block(code.page, "Mended\n"))
        else {
            wrong.push(format!("{}: the page has no example or does not mend it", code.id));
            continue;
        };
        if language != "etalon" {
            other += 1;
            continue;
        }
        checked += 1;
        let said = read_and_check(example);
        if !said.codes().contains(&code.id) {
            wrong.push(format!("{}: the example does not give it, but\n{}", code.id, said.lines()));
        }
        let said = read_and_check(mended);
        if said.all.iter().any(|each| each.code.id == code.id || each.code.severity == Severity::Error) {
            wrong.push(format!("{}: mended it still gives\n{}", code.id, said.lines()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // The examples of the others are commands and settings, which other tests run.
    assert!(checked >= 45 && other <= 40, "{checked} pages were checked, {other} were not");
}
