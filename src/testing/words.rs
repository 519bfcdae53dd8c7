//! The words of a query, split as a shell splits them, each byte with its place in the text.

use super::errors;
use crate::check::asked::Asked;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// One word. Quotes and backslashes are gone from it.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pub text: String,
    /// Where each byte of the text stands in the query.
    pub offsets: Vec<usize>,
}

impl Word {
    fn push(&mut self, letter: char, offset: usize) {
        self.text.push(letter);
        self.offsets.extend((0..letter.len_utf8()).map(|byte| offset + byte));
    }

    fn after(&self, length: usize) -> Word {
        Word { text: self.text[length..].to_owned(), offsets: self.offsets[length..].to_vec() }
    }
}

/// Splits a query into words. Fails with the place of a quote that is not closed.
pub fn split(query: &str) -> Result<Vec<Word>, usize> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut letters = query.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some((_, end)) if end == letter => break,
                        // Between double quotes a backslash takes their meaning off quotes and backslashes.
                        Some((place, '\\')) if letter == '"' => match letters.next() {
                            Some((place, escaped @ ('"' | '\\' | '$' | '`'))) => word.push(escaped, place),
                            Some((next, other)) => {
                                word.push('\\', place);
                                word.push(other, next);
                            }
                            None => return Err(at),
                        },
                        Some((place, inner)) => word.push(inner, place),
                        None => return Err(at),
                    }
                }
            }
            '\\' => match letters.next() {
                Some((_, '\n')) => words.extend(word.take()),
                Some((place, escaped)) => word.get_or_insert_default().push(escaped, place),
                None => return Err(at),
            },
            blank if blank.is_whitespace() => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter, at),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The options of `etalon query` that say what is asked.
const OPTIONS: [&str; 6] = ["--by", "--where", "--having", "--during", "--order", "--limit"];

/// What the words of a query ask.
#[derive(Debug, Default)]
pub struct Words {
    pub metrics: Vec<Word>,
    pub by: Vec<Word>,
    pub filter: Option<Word>,
    pub having: Option<Word>,
    pub during: Option<Word>,
    pub order: Option<Word>,
    pub limit: Option<u64>,
}

impl Words {
    /// Reads a query. `place` says where its bytes stand in the test file.
    pub fn read(query: &str, place: &dyn Fn(usize, usize) -> Span) -> Result<Words, Box<Diagnostic>> {
        let words = split(query).map_err(|at| errors::quote_not_closed(place(at, at + 1)))?;
        let spanned = |word: &Word| match (word.offsets.first(), word.offsets.last()) {
            (Some(first), Some(last)) => place(*first, last + 1),
            _ => place(0, query.len()),
        };
        let mut asked = Words::default();
        let mut words = words.into_iter().peekable();
        if let Some(first) = words.peek().filter(|word| ["etalon", "query"].contains(&word.text.as_str())) {
            return Err(errors::command_in_query(spanned(first)));
        }
        while let Some(word) = words.next() {
            if !word.text.starts_with('-') || word.text == "-" {
                asked.metrics.push(word);
                continue;
            }
            let name = word.text.split('=').next().unwrap_or(&word.text);
            let span = spanned(&word);
            let Some(option) = OPTIONS.into_iter().find(|known| *known == name) else {
                return Err(errors::unknown_option(span, name, &OPTIONS));
            };
            let value = match word.text.get(name.len() + 1..) {
                Some(_) => word.after(name.len() + 1),
                None => words.next().ok_or_else(|| errors::option_without_value(span, option))?,
            };
            let one = match option {
                "--by" => {
                    asked.by.push(value);
                    continue;
                }
                "--limit" => {
                    let rows = value.text.parse().map_err(|_| errors::limit_is_no_number(spanned(&value)))?;
                    if asked.limit.replace(rows).is_some() {
                        return Err(errors::option_twice(span, option));
                    }
                    continue;
                }
                "--where" => &mut asked.filter,
                "--having" => &mut asked.having,
                "--during" => &mut asked.during,
                _ => &mut asked.order,
            };
            if one.replace(value).is_some() {
                return Err(errors::option_twice(span, option));
            }
        }
        Ok(asked)
    }

    /// Calls `ask` with the same as texts.
    pub fn asked<T>(&self, ask: impl FnOnce(&Asked) -> T) -> T {
        let texts = |words: &[Word]| words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        let text = |word: &'_ Option<Word>| word.as_ref().map(|word| word.text.clone());
        let (metrics, by) = (texts(&self.metrics), texts(&self.by));
        let (filter, having) = (text(&self.filter), text(&self.having));
        let (during, order) = (text(&self.during), text(&self.order));
        ask(&Asked {
            metrics: &metrics,
            by: &by,
            filter: filter.as_deref(),
            having: having.as_deref(),
            during: during.as_deref(),
            order: order.as_deref(),
            limit: self.limit,
        })
    }

    /// Where the bytes of the text that an option becomes stand in the query; `None` for another name.
    pub fn offsets(&self, name: &str) -> Option<Vec<usize>> {
        let joined = |words: &[Word]| {
            let mut offsets = Vec::new();
            for word in words {
                offsets.extend(&word.offsets);
                // The separator that the words are joined by.
                offsets.push(word.offsets.last().map_or(0, |last| last + 1));
            }
            offsets.pop();
            offsets
        };
        let one = |word: &Option<Word>| word.as_ref().map(|word| word.offsets.clone());
        match name {
            "metrics" => Some(joined(&self.metrics)),
            "--by" => Some(joined(&self.by)),
            "--where" => one(&self.filter),
            "--having" => one(&self.having),
            "--during" => one(&self.during),
            "--order" => one(&self.order),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(query: &str) -> Vec<String> {
        split(query).expect("the quotes are closed").into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        assert_eq!(texts("revenue --by month,region"), ["revenue", "--by", "month,region"]);
        assert_eq!(texts(r#"--where "channel = 'web'""#), ["--where", "channel = 'web'"]);
        assert_eq!(texts(r#"--where 'a = "b"' --by=x"#), ["--where", "a = \"b\"", "--by=x"]);
        assert_eq!(texts(r#"a\ b "c\"d\e" '' f'g'"#), ["a b", "c\"d\\e", "", "fg"]);
        assert_eq!(texts("revenue \\\n  --by month\n"), ["revenue", "--by", "month"]);
        assert_eq!(split("a 'b c").map(|words| words.len()), Err(2));
    }

    #[test]
    fn every_byte_of_a_word_knows_its_place() {
        let query = r#"x --where "a = \"é\"""#;
        let word = split(query).expect("closed").pop().expect("three words");
        assert_eq!(word.text, "a = \"é\"");
        for (byte, at) in word.text.bytes().zip(&word.offsets) {
            assert_eq!(byte, query.as_bytes()[*at]);
        }
    }
}
