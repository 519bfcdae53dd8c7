//! What is said of what left the compiler, G06.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::emitted as codes;
use crate::source::Span;

pub fn edited_file(span: Span, path: &str, lines: &str, compiled: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::EDITED_FILE, span, format!("`{path}` was changed after it was compiled"));
    let diagnostic = match compiled {
        Some(line) if !line.trim().is_empty() => diagnostic.label(format!("compiled: {}", line.trim())),
        _ => diagnostic.label("not compiled so"),
    };
    diagnostic.note(lines.to_owned()).help("compile again, and change the definitions where the number is wrong")
}

pub fn stale(span: Span, number: usize, all: usize) -> Diagnostic {
    let fact = match number {
        0 => "not everything that these definitions compile to is there".to_owned(),
        _ => format!("{number} of {all} files are of other definitions than these"),
    };
    Diagnostic::new(&codes::STALE_BUILD, span, fact).label("compiled of these inputs").help("compile again")
}

pub fn forged(span: Span, path: &str, why: &str) -> Diagnostic {
    let fact = format!("`{path}` is as its manifest says, and not what its definitions compile to");
    Diagnostic::new(&codes::FORGED_MANIFEST, span, fact)
        .label(why.to_owned())
        .help("remove the folder and compile again; find out who changed both the file and manifest.json")
}

pub fn wrong_entry(span: Span, path: &str, why: &str) -> Diagnostic {
    let fact = format!("manifest.json does not say of `{path}` what was compiled");
    Diagnostic::new(&codes::FORGED_MANIFEST, span, fact)
        .label(why.to_owned())
        .help("compile again; find out who changed manifest.json")
}

pub fn leads_out(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(&codes::FORGED_MANIFEST, span, format!("`{path}` is a file elsewhere"))
        .label("leads out of the folder")
        .help("remove the folder and compile again; find out who put the path or the link there")
}

pub fn missing(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISSING_FILE, span, format!("`{path}` is not there any more"))
        .label("was compiled")
        .help("compile again")
}

pub fn foreign(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(&codes::FOREIGN_FILE, span, format!("nobody compiled `{path}`"))
        .label("not of the compiler")
        .help("take it out of the folder; a number that is needed has a definition")
}

pub fn other_compiler(span: Span, then: &str) -> Diagnostic {
    let now = env!("CARGO_PKG_VERSION");
    let fact = format!("this was compiled by etalon {then}, and this is etalon {now}");
    Diagnostic::new(&codes::OTHER_COMPILER, span, fact)
        .label("another version may write the same number otherwise")
        .help(format!("compile again, or verify with etalon {then}"))
}

pub fn superseded(span: Span, name: &str, when: &str) -> Diagnostic {
    Diagnostic::new(
        &codes::SUPERSEDED_STATEMENT,
        span,
        format!("this is what {name} compiled to at {when}, and not what it compiles to now"),
    )
    .label("superseded")
}

pub fn edited_statement(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&codes::EDITED_STATEMENT, span, format!("this is {name}, changed after it was compiled"))
        .help("take the statement as it is compiled, or change the definition")
}

pub fn wrong_header(span: Span, says: &str, is: &str) -> Diagnostic {
    Diagnostic::new(&codes::EDITED_STATEMENT, span, format!("the header says {says}, and the statement is {is}"))
        .label("not the compiler's header for this statement")
        .help("take the statement with the header that it is compiled with")
}

pub fn unknown(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_STATEMENT, span, "no definition compiles to this, or to anything like it")
        .label("not known")
        .help("if it computes a number that has a definition, take that: `etalon list` names them all")
}
