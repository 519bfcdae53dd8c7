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

/// What was meant by a word or sign of another language, or by a frequent slip.
pub fn slip(found: &str) -> Option<&'static str> {
    Some(match found {
        "==" => "write `=` to compare",
        "&&" | "&" => "write `and`",
        "||" | "|" => "write `or`; `||` joins two texts",
        "!" => "write `not`, or `<>` for unequal",
        ";" => "leave it out: each declaration ends by itself",
        "--" | "//" | "/*" => "a comment begins with `#`",
        "`" | "[" => "a name that is no plain word is written in double quotes",
        "**" | "^" => "write `power(x, n)`",
        "%" => "write `mod(a, b)` for the remainder",
        "," => "leave it out: a comma stands only within a list of names, and within what a function is given",
        "select" | "with" => "leave it out: a metric is a formula, `metric revenue = sum(amount) from orders`",
        "group" => "leave it out: who asks for a metric says by what, as in `--by month` or a report's `by month`",
        "having" | "order" | "limit" => "leave it out: it belongs to a query or a report, not to a formula",
        "as" => "leave it out: the name goes first, `metric revenue = …`",
        "join" => "leave it out: joins are declared in the source, and followed by a path, `customer.region`",
        "‘" | "’" | "“" | "”" => "write straight quotes: `'text'`",
        _ => return None,
    })
}

/// What is not closed: a bracket.
pub fn unclosed(open: Span, bracket: char) -> Diagnostic {
    let (what, close) = if bracket == '(' { ("a bracket", ")") } else { ("a block", "}") };
    Diagnostic::new(&codes::UNCLOSED, open, format!("{what} is not closed"))
        .label("opened here")
        .help(format!("close it with `{close}`"))
}

/// What is not closed: a text or a quoted name.
pub fn unclosed_text(span: Span, written: &str) -> Diagnostic {
    let (what, close) = match () {
        () if written.starts_with("'''") => ("a long text", "'''"),
        () if written.starts_with('"') => ("a quoted name", "\""),
        () => ("a text", "'"),
    };
    let error = Diagnostic::new(&codes::UNCLOSED, span, format!("{what} is not closed"))
        .label("opened here")
        .help(format!("close it with `{close}`"));
    if close == "'" { error.note("a text over several lines is written between `'''` and `'''`") } else { error }
}

pub fn unopened(span: Span, bracket: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNCLOSED, span, format!("`{bracket}` closes nothing"))
        .label("nothing is open here")
        .help("take it out, or open what it closes")
}

/// Text between declarations, with the keyword that its first word is near to.
pub fn outside(span: Span, word: &str, near: Option<&str>, advice: Option<&str>) -> Diagnostic {
    let error = Diagnostic::new(&codes::OUTSIDE_DECLARATION, span, "this belongs to no declaration");
    match (near, advice) {
        (Some(near), _) if word.eq_ignore_ascii_case(near) => error
            .label(format!("`{word}` begins nothing"))
            .help(format!("words of the language are in lower case: write `{near}`")),
        (Some(near), _) => error.label(format!("`{word}` begins nothing")).help(format!("did you mean `{near}`?")),
        (None, Some(advice)) => error.label("not understood").help(advice),
        (None, None) => error
            .label("not understood")
            .help("a declaration begins with `metric`, `source`, `team`, `dimension`, `report` or `calendar`"),
    }
}

pub fn too_long(span: Span, tokens: usize, most: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_LONG, span, format!("this has {tokens} words and signs, and the most is {most}"))
        .label("begins here")
        .help("split it; long lists of values belong into a table that a source joins")
}

pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::TOO_DEEP, span, "this nests deeper than anybody can follow")
        .label("too deep from here on")
        .help("give parts of it names: derived columns, or metrics of their own; a long `or` is an `in (…)`")
}

/// An item that a declaration does not have: how the nearest one is typed, or which there are.
pub fn unknown_item(span: Span, word: &str, what: &str, usage: Option<&str>, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&codes::UNKNOWN_ITEM, span, format!("a {what} has no `{word}`")).label("not known");
    match usage {
        Some(usage) => diagnostic.help(format!("did you mean `{usage}`?")),
        None => {
            let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
            diagnostic.help(format!("a {what} has {}", known.join(", ")))
        }
    }
}

pub fn wrong_value(span: Span, word: &str, found: &str, usage: &str) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_VALUE, span, format!("`{word}` does not take {found}"))
        .label(format!("not after `{word}`"))
        .help(format!("write `{usage}`"))
}

pub fn join_without_on(span: Span) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED, span, "this join does not say which columns match")
        .label("`to` or `on` is missing after it")
        .help("write `join customer to customers on customer_id`")
}

pub fn no_type(span: Span, column: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNEXPECTED, span, format!("the column {column} has no type"))
        .label("expected a type after it")
        .help(format!("write `{column} integer`, or `text`, `decimal(12, 2)`, `date`, `timestamp`, …"))
}

pub fn capital_keyword(span: Span, word: &str) -> Diagnostic {
    let lower = word.to_lowercase();
    Diagnostic::new(&codes::BAD_NAME, span, format!("`{word}` has capital letters"))
        .label("words of the language are in lower case")
        .help(format!("write `{lower}`"))
}

pub fn foreign_name(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(&codes::BAD_NAME, span, format!("the name `{word}` has letters beyond a to z"))
        .label("names are of a to z, 0 to 9 and `_`")
        .help(format!("write `\"{word}\"` in double quotes"))
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
    let code = format!("U+{:04X}", u32::from(letter));
    let (shown, advice) = match letter {
        '\r' => ("a carriage return without a line feed".to_owned(), "save the file with line ends of LF or CR LF"),
        '\u{A0}' | '\u{2007}' | '\u{202F}' => (format!("the no-break space {code}"), "write a plain space"),
        '‘' | '’' | '“' | '”' => (format!("the quote `{letter}`"), "write straight quotes: `'text'`"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            (format!("the invisible character {code}, which makes text appear in another order,"), "take it out")
        }
        _ if letter.is_control() || letter.is_whitespace() || letter == '\u{FEFF}' => {
            (format!("the invisible character {code}"), "take it out")
        }
        _ => (format!("the character `{letter}`"), "take it out, or put it into a text in single quotes"),
    };
    Diagnostic::new(&codes::BAD_CHARACTER, span, format!("{shown} has no meaning here"))
        .label("not part of the language")
        .help(advice)
}

pub fn too_many(span: Span, more: usize) -> Diagnostic {
    Diagnostic::new(&codes::TOO_MANY, span, format!("at least {more} more errors of form in this file are not shown"))
        .help("mend the first ones, and check again")
}
