//! A run of tests as JUnit XML, which continuous integration reads: a suite for each file.

use super::{Entry, Report, human};
use crate::cli::output::Output;
use crate::testing::Outcome as End;
use std::fmt::Write;

pub fn render(report: &Report) -> String {
    let (_, failed, unreadable) = report.counts();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"etalon\" tests=\"{}\" failures=\"{failed}\" errors=\"{unreadable}\" time=\"{:.3}\">",
        report.entries.len(),
        report.elapsed.as_secs_f64()
    );
    for suite in report.entries.chunk_by(|left, right| left.file == right.file) {
        let failed = suite.iter().filter(|entry| !entry.passed() && !entry.is_unreadable()).count();
        let unreadable = suite.iter().filter(|entry| entry.is_unreadable()).count();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"{unreadable}\">",
            escaped(suite[0].file),
            suite.len()
        );
        suite.iter().for_each(|entry| case(&mut text, entry, report));
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, entry: &Entry, report: &Report) {
    let file = escaped(entry.file);
    let _ = write!(
        text,
        "    <testcase name=\"{}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"",
        escaped(&entry.name),
        entry.line
    );
    let element = match &entry.end {
        End::Passed => {
            text.push_str("/>\n");
            return;
        }
        End::Unreadable(_) => "error",
        _ => "failure",
    };
    let details = human::details(entry, report, &Output::plain());
    let _ = writeln!(
        text,
        ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>",
        escaped(&entry.summary()),
        escaped(&details)
    );
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
