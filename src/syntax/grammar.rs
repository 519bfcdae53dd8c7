//! The one file that sees pest: running a rule over a piece of text, and what to say when it does not fit.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest_derive::Parser as DeriveParser;

#[derive(DeriveParser)]
#[grammar = "../grammar/etalon.pest"]
struct Grammar;

/// A piece of text that a rule took.
pub type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Where a text stopped fitting, from its start, and what could have stood there in words of the language.
#[derive(Debug)]
pub struct Misfit {
    pub offset: usize,
    pub expected: Vec<String>,
    /// A name could have stood there.
    pub wants_name: bool,
    /// A text could have stood there.
    pub wants_text: bool,
    /// A comma could have stood there, or something that goes on a value before it.
    pub after_value: bool,
}

/// Runs a rule over as much of a text as it takes; the text begins with a token.
pub fn run_some(rule: Rule, text: &str) -> Option<Pair<'_>> {
    Grammar::parse(rule, text).ok().and_then(|mut pairs| pairs.next())
}

/// Runs a rule over the whole of a text.
pub fn run(rule: Rule, text: &str) -> Result<Vec<Pair<'_>>, Misfit> {
    match Grammar::parse(rule, text) {
        Ok(pairs) => Ok(pairs.filter(|pair| pair.as_rule() != Rule::EOI).collect()),
        Err(error) => {
            let offset = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            let mut rules = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => Vec::new(),
            };
            rules.sort();
            rules.dedup();
            let wants_name = rules.iter().any(|rule| matches!(described(*rule), Words::Thing("a name")));
            let wants_text =
                rules.iter().any(|rule| matches!(described(*rule), Words::Thing("a text in single quotes")));
            let after_value = rules.iter().any(|rule| matches!(rule, Rule::comma | Rule::infix | Rule::test));
            Err(Misfit { offset, expected: words(&rules), wants_name, wants_text, after_value })
        }
    }
}

/// What stands for the end of the text among what is expected.
pub const END: &str = "the end";

const OPERATOR: &str = "an operator";

/// A rule in words of the language.
enum Words {
    /// What it is.
    Thing(&'static str),
    /// What to type.
    Typed(String),
    /// Too small a part to name.
    Silent,
}

fn described(rule: Rule) -> Words {
    let thing = match rule {
        Rule::name | Rule::names | Rule::bare | Rule::quoted | Rule::path | Rule::paths | Rule::call_or_path => {
            "a name"
        }
        Rule::text | Rule::texts | Rule::short_text | Rule::long_text => "a text in single quotes",
        Rule::integer | Rule::tier_number => "a whole number",
        Rule::number => "a number",
        Rule::date => "a date",
        Rule::expr | Rule::primary | Rule::scoped | Rule::sum | Rule::case | Rule::group => "an expression",
        Rule::infix | Rule::compare | Rule::test | Rule::is_test | Rule::in_test | Rule::between_test => OPERATOR,
        Rule::like_test | Rule::sum_infix => OPERATOR,
        Rule::type_name => "a type",
        Rule::unit => "a unit",
        Rule::column | Rule::source_item => "a column",
        Rule::attribute => "an attribute",
        Rule::team_item => "`lead`, `members` or `paid on`",
        Rule::report_item => "a part of a report",
        Rule::dimension_item | Rule::way => "a source with its path",
        Rule::date_text | Rule::during | Rule::range | Rule::range_until => "a range such as `2026-01-01..2026-06-30`",
        Rule::declaration | Rule::metric | Rule::source | Rule::team | Rule::report => "a declaration",
        Rule::calendar_grain => "`grain`",
        Rule::scope_clause | Rule::clause => "a clause such as `where`",
        Rule::EOI => END,
        _ => "",
    };
    if !thing.is_empty() {
        return Words::Thing(thing);
    }
    let typed = match rule {
        Rule::comma => ",",
        Rule::dot => ".",
        Rule::equals => "=",
        Rule::open_brace => "{",
        Rule::close_brace => "}",
        Rule::open_paren | Rule::arguments => "(",
        Rule::close_paren => ")",
        Rule::dots => "..",
        _ => {
            let name = format!("{rule:?}");
            return match name.strip_prefix("kw_") {
                Some(word) => Words::Typed(word.to_owned()),
                None => Words::Silent,
            };
        }
    };
    Words::Typed(typed.to_owned())
}

fn words(rules: &[Rule]) -> Vec<String> {
    let mut things: Vec<String> = Vec::new();
    let mut typed: Vec<String> = Vec::new();
    for rule in rules {
        let (list, word) = match described(*rule) {
            Words::Thing(thing) => (&mut things, thing.to_owned()),
            Words::Typed(word) => (&mut typed, format!("`{word}`")),
            Words::Silent => continue,
        };
        if !list.contains(&word) {
            list.push(word);
        }
    }
    // An operator may always go on a value, and so may what makes it a path or a call: one word says it all.
    if things.iter().any(|thing| thing == OPERATOR) {
        const PARTS: [&str; 9] = ["`.`", "`(`", "`and`", "`or`", "`not`", "`in`", "`is`", "`like`", "`between`"];
        typed.retain(|word| !PARTS.contains(&word.as_str()));
    }
    // What can be typed is listed where it is little; else the things alone say enough.
    if typed.len() <= 5 || things.is_empty() {
        typed.truncate(6);
        typed.extend(things);
        return typed;
    }
    things
}
