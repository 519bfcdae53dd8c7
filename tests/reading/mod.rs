//! Reading texts as files of a project, and what was said of them in plain lines.
#![allow(dead_code, reason = "every test binary includes the whole of this module and uses its own part of it")]

use etalon::diagnostic::{Diagnostic, Found};
use etalon::source::Sources;
use etalon::{check, model, syntax};
use std::fmt::Write;

/// What came of reading some files.
pub struct Said {
    /// How many declarations were understood.
    pub declarations: usize,
    pub all: Vec<Diagnostic>,
    sources: Sources,
}

/// Reads texts as files `a.metric`, `b.metric`, …
pub fn read(texts: &[&str]) -> Said {
    let mut sources = Sources::default();
    let files: Vec<_> =
        ('a'..='z').zip(texts).map(|(name, text)| sources.add(format!("{name}.metric"), *text)).collect();
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &files, &mut found);
    let declarations = ast.files.iter().map(|file| file.declarations.len()).sum();
    Said { declarations, all: found.sorted(), sources }
}

/// Reads and checks one text, as `etalon check` does.
pub fn read_and_check(text: &str) -> Said {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    let declarations = ast.files.iter().map(|file| file.declarations.len()).sum();
    let model = check::check(&ast, &model::Calendar::default(), &mut found);
    if !found.has_errors() {
        check::publications(&model, &mut found);
        etalon::meaning::duplicates(&model, &mut found);
        let comments: Vec<_> = ast.files.iter().flat_map(|file| file.comments.iter().copied()).collect();
        let side =
            etalon::govern::Side { comments: &comments, ..etalon::govern::Side::of_definitions(&model, &sources) };
        etalon::govern::rules::all(&side, &mut found);
    }
    Said { declarations, all: found.sorted(), sources }
}

/// Runs something on a thread with the stack that threads have by default.
pub fn small<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread can be started");
    thread.join().expect("nothing panics")
}

impl Said {
    pub fn codes(&self) -> Vec<&'static str> {
        self.all.iter().map(|each| each.code.id).collect()
    }

    /// Only the codes of form, E01.
    pub fn codes_of_form(&self) -> Vec<&'static str> {
        self.codes().into_iter().filter(|code| code.starts_with("E01")).collect()
    }

    /// `a:3 E0101` for each: file, line, code.
    pub fn places(&self) -> Vec<String> {
        let place = |each: &Diagnostic| {
            let file = self.sources.get(each.span.file);
            let name = file.name.trim_end_matches(".metric");
            format!("{name}:{} {}", file.line_column(each.span.start).0, each.code.id)
        };
        self.all.iter().map(place).collect()
    }

    /// Code, place, message, label and help of each, a block of lines each.
    pub fn lines(&self) -> String {
        let mut out = String::new();
        for each in &self.all {
            let file = self.sources.get(each.span.file);
            let (line, column) = file.line_column(each.span.start);
            let _ = writeln!(out, "{} {}:{line}:{column} {}", each.code.id, file.name, each.message);
            let _ = writeln!(out, "  `{}` {}", self.sources.slice(each.span).escape_debug(), each.label);
            for note in &each.notes {
                let _ = writeln!(out, "  note: {note}");
            }
            for help in &each.help {
                let _ = writeln!(out, "  help: {help}");
            }
        }
        out
    }
}
