//! JUnit XML, which continuous integration reads: diagnostics as cases, and the writing of cases for whoever has some.

use super::human::{self, Style};
use super::{Diagnostic, Failure, Severity, Silenced};
use crate::source::Sources;
use std::fmt::Write;

/// One case: something that was looked at.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub file: String,
    pub line: usize,
    pub end: End,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum End {
    Passed,
    /// It passed, and something was said.
    Said(String),
    /// It was let through.
    Skipped(String),
    Failed {
        message: String,
        details: String,
    },
    /// It could not be looked at.
    Error {
        message: String,
        details: String,
    },
}

/// A document of cases, those of one file that follow each other in a suite.
pub fn document(cases: &[Case], seconds: Option<f64>) -> String {
    let time = seconds.map(|seconds| format!(" time=\"{seconds:.3}\"")).unwrap_or_default();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuites name=\"etalon\" {}{time}>", counts(cases));
    for suite in cases.chunk_by(|left, right| left.file == right.file) {
        let _ = writeln!(text, "  <testsuite name=\"{}\" {}>", escaped(&suite[0].file), counts(suite));
        suite.iter().for_each(|case| write_case(&mut text, case));
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn counts(cases: &[Case]) -> String {
    let of = |is: fn(&End) -> bool| cases.iter().filter(|case| is(&case.end)).count();
    let failed = of(|end| matches!(end, End::Failed { .. }));
    let errors = of(|end| matches!(end, End::Error { .. }));
    let skipped = match of(|end| matches!(end, End::Skipped(_))) {
        0 => String::new(),
        number => format!(" skipped=\"{number}\""),
    };
    format!("tests=\"{}\" failures=\"{failed}\" errors=\"{errors}\"{skipped}", cases.len())
}

fn write_case(text: &mut String, case: &Case) {
    let file = escaped(&case.file);
    let name = escaped(&case.name);
    let _ = write!(text, "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"", case.line);
    let inner = match &case.end {
        End::Passed => {
            text.push_str("/>\n");
            return;
        }
        End::Said(said) => format!("<system-out>{}</system-out>", escaped(said)),
        End::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
        End::Failed { message, details } => element("failure", message, details),
        End::Error { message, details } => element("error", message, details),
    };
    let _ = writeln!(text, ">\n      {inner}\n    </testcase>");
}

fn element(name: &str, message: &str, details: &str) -> String {
    format!("<{name} message=\"{}\">{}</{name}>", escaped(message), escaped(details))
}

/// A case for each finding: errors fail, what weighs less is said in a case that passes. Without any, one case that passed: an
/// empty document is what a run that did not happen leaves.
pub fn render(diagnostics: &[Diagnostic], silenced: &[Silenced], sources: &Sources) -> String {
    let case = |diagnostic: &Diagnostic, end: End| Case {
        name: format!("{} {}: {}", diagnostic.code.id, diagnostic.code.name, diagnostic.message),
        file: sources.path(diagnostic.span.file),
        line: sources.get(diagnostic.span.file).line_column(diagnostic.span.start).0,
        end,
    };
    let style = Style { colour: false, width: 100 };
    let mut cases: Vec<Case> = Vec::with_capacity(diagnostics.len() + silenced.len());
    for diagnostic in diagnostics {
        let details = human::each(std::slice::from_ref(diagnostic), sources, style);
        let end = match diagnostic.severity {
            Severity::Error => End::Failed { message: diagnostic.message.clone(), details },
            Severity::Warning | Severity::Note => End::Said(details),
        };
        cases.push(case(diagnostic, end));
    }
    cases.extend(silenced.iter().map(|each| case(&each.diagnostic, End::Skipped(each.by.says()))));
    cases.sort_by(|a, b| a.file.cmp(&b.file));
    if cases.is_empty() {
        cases.push(Case {
            name: "nothing to report".to_owned(),
            file: "definitions".to_owned(),
            line: 1,
            end: End::Passed,
        });
    }
    document(&cases, None)
}

/// A failure as the only case, an error.
pub fn failure(failure: &Failure) -> String {
    let message = failure.to_string();
    let details = failure.help().map(|help| format!("help: {help}")).unwrap_or_default();
    let end = End::Error { message, details };
    document(&[Case { name: "etalon could not run".to_owned(), file: "etalon.yaml".to_owned(), line: 1, end }], None)
}

/// A text as XML says it, in an attribute or between tags. What XML has no character for becomes the sign that stands for
/// such.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_breaks_out_of_xml() {
        assert_eq!(escaped("a<b>&\"c'\n\u{1}é"), "a&lt;b&gt;&amp;&quot;c&apos;&#10;\u{fffd}é");
        assert_eq!(escaped("]]>"), "]]&gt;");
    }
}
