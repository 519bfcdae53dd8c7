//! G0407: a comment that reads as if it turned something off.

use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::source::Span;

/// How directives of this and other tools begin.
const BEGINNINGS: [&str; 22] = [
    "etalon:",
    "etalon-disable",
    "etalon-ignore",
    "etalon disable",
    "etalon ignore",
    "etalon off",
    "noqa",
    "nosem",
    "nosec",
    "nolint",
    "noinspection",
    "sqlfluff:",
    "pylint:",
    "eslint-disable",
    "type: ignore",
    "fmt: off",
    "fmt: skip",
    "@suppress",
    "#[allow",
    "policy:",
    "waive ",
    "disable:",
];

/// Comments that begin so: no comment has a meaning, and a reviewer might think that this one has.
pub fn look(side: &Side, found: &mut Found) {
    for span in side.comments {
        let comment = side.sources.slice(*span);
        let said = comment.trim_start_matches(['#', '-', '/', '*', '!', ' ', '\t']);
        if BEGINNINGS.iter().any(|beginning| begins(said, beginning)) {
            found.push(directive(*span));
        }
    }
}

/// Whether a text begins with a directive: `noqa` and not `noqaz`.
fn begins(text: &str, beginning: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(beginning.len()) else { return false };
    let ends = !beginning.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric);
    start.eq_ignore_ascii_case(beginning) && ends
}

fn directive(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::COMMENT_DIRECTIVE, span, "this comment looks like a directive, and does nothing")
        .label("read by nobody")
        .help("levels and waivers of rules are in etalon.yaml, where they are agreed on: `policy: { rules: … , waivers: … }`")
        .help("else say it in other words")
}
