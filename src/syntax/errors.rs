//! Errors of form, E01, a function a message.

use super::ast::Name;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::syntax as codes;
use crate::source::Span;

/// What stands there, in words, and what could have.
pub fn unexpected(span: Span, found: &str, expected: &[String]) -> Diagnostic {
    let expected = match expected {
        [] => return Diagnostic::new(&codes::UNEXPECTED, span, format!("{found} does not fit here")).label("not here"),
        [one] => one.clone(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    };
    Diagnostic::new(&codes::UNEXPECTED, span, format!("expected {expected}, found {found}"))
        .label(format!("expected {expected}"))
}

/// What was meant by a word of another language, or by a frequent slip.
pub fn slip(found: &str) -> Option<String> {
    let advice = match found {
        "==" => "write `=` to compare",
        "&&" | "&" => "write `and`",
        "||" | "|" => "write `or`; `||` joins two texts",
        "!" => "write `not`, or `<>` for unequal",
        ";" => "leave it out: each declaration ends by itself",
        "select" | "group" | "having" | "with" => {
            "a metric is a formula, not a query: `metric revenue = sum(amount) from orders`"
        }
        "{" => "a block follows a name, a title or a formula",
        "%" => "write `mod(a, b)` for the remainder",
        "^" => "write `power(x, n)`",
        _ => return None,
    };
    Some(advice.to_owned())
}

pub fn unclosed(open: Span, what: &str, close: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNCLOSED, open, format!("{what} is not closed"))
        .label("opened here")
        .help(format!("close it with `{close}`"))
}

pub fn unopened(span: Span, bracket: char) -> Diagnostic {
    Diagnostic::new(&codes::UNCLOSED, span, format!("`{bracket}` closes nothing"))
        .label("nothing is open here")
        .help("take it out, or open what it closes")
}

pub fn outside(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::OUTSIDE_DECLARATION, span, "this belongs to no declaration")
        .label("not understood")
        .help("a declaration begins with `metric`, `source`, `team`, `dimension`, `report` or `calendar`")
}

pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::TOO_DEEP, span, "this nests deeper than anybody can follow")
        .label("too deep from here on")
        .help("give parts of it names: derived columns, or metrics of their own; a long `or` is an `in (…)`")
}

pub fn unknown_item(name: &Name, what: &str, usage: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_ITEM, name.span, format!("a {what} has no `{}`", name.text)).label("not known");
    match usage {
        Some(usage) => diagnostic.help(format!("did you mean `{usage}`?")),
        None => diagnostic.help(format!(
            "a {what} has {}",
            known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

pub fn wrong_value(span: Span, word: &str, usage: &str) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_VALUE, span, format!("`{word}` is followed by something that it does not take"))
        .help(format!("write `{usage}`"))
}

pub fn capitals(name: &Name) -> Diagnostic {
    let lower = name.text.to_lowercase();
    Diagnostic::new(&codes::BAD_NAME, name.span, format!("the name `{}` has capital letters", name.text))
        .label("names are in lower case")
        .help(format!("write `{lower}`, or `\"{}\"` if it has to be exactly so", name.text))
}

pub fn reserved(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_NAME, span, format!("`{word}` is a word of the language and cannot be a name here"))
        .label("a reserved word")
        .help(format!("write `\"{word}\"` in double quotes to use it as a name"))
}

pub fn clause_twice(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::CLAUSE_TWICE, span, "this is said twice of one formula")
        .label("again")
        .help("say it once; two conditions are joined by `and`")
}

pub fn not_needs_brackets(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED, span, "`not` binds looser than what stands around it")
        .label("ambiguous here")
        .help("put it in brackets: `(not …)`")
}

pub fn as_outside_cast(span: Span, call: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED, span, format!("`as` belongs to `cast`, and this is `{call}`"))
        .label("not here")
        .help("write `cast(x as decimal(12, 2))`")
}

pub fn number_too_great(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_VALUE, span, "the number is too great to count with").help("write a smaller number")
}

pub fn double_quotes(span: Span, text: &str) -> Diagnostic {
    let text = text.trim_matches('"');
    Diagnostic::new(&codes::UNEXPECTED, span, "double quotes make a name, and a text is expected")
        .label("a name, not a text")
        .help(format!("write `'{text}'`"))
}

pub fn bad_character(span: Span, letter: char) -> Diagnostic {
    let shown = if letter.is_control() { format!("U+{:04X}", u32::from(letter)) } else { letter.to_string() };
    Diagnostic::new(&codes::BAD_CHARACTER, span, format!("the character `{shown}` has no meaning here"))
        .label("not part of the language")
        .help("take it out, or put it into a text in single quotes")
}

pub fn too_many(span: Span, more: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_MANY, span, format!("{more} more errors of form in this file are not shown"))
        .help("mend the first ones, and check again")
}
