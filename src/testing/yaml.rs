//! YAML with the place of every value.
//!
//! The YAML crate keeps no places, but it hands a value of one line out as a piece of the text itself, so that where the piece
//! lies in memory says where it stands in the text. It does so only when asked for a string; hence a text is read twice: once
//! for its shape, and once along that shape with every scalar as a string, which also keeps `10.00` as it was written. What
//! is no piece of the text (several lines, escapes) or is empty is looked for right behind what was read before it.

use crate::source::{FileId, Span};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_yaml::Value;
use std::cell::Cell;
use std::fmt;

/// One value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: Kind,
    pub span: Span,
    /// Whether the place holds exactly the value's text.
    pub verbatim: bool,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Null,
    /// As it was written, in quotes or not.
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// What is wrong with a text, and where.
#[derive(Debug)]
pub struct NotYaml {
    pub fact: String,
    pub span: Span,
}

/// Reads a text that is one YAML document.
pub fn read(file: FileId, text: &str) -> Result<Node, NotYaml> {
    if text.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
        return Ok(Node { kind: Kind::Null, span: Span::new(file, 0, 0), verbatim: false });
    }
    let shape: Value = serde_yaml::from_str(text).map_err(|error| refused(file, text, &error))?;
    let reader = Reader { file, text, at: Cell::new(0) };
    let seed = Seed { shape: &shape, reader: &reader };
    seed.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| refused(file, text, &error))
}

fn refused(file: FileId, text: &str, error: &serde_yaml::Error) -> NotYaml {
    let said = error.to_string();
    let fact = said.split(" at line ").next().unwrap_or(&said).to_owned();
    let mut start = error.location().map_or(0, |location| location.index().min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text[start..].find(['\n', '\r']).map_or(text.len(), |line| start + line);
    NotYaml { fact, span: Span::new(file, start, end) }
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    /// Where what was read last ends.
    at: Cell<usize>,
}

impl Reader<'_> {
    /// The place of a scalar, and whether it holds the scalar's very text.
    fn place(&self, scalar: &str, borrowed: bool) -> (Span, bool) {
        let offset = (scalar.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let end = offset.wrapping_add(scalar.len());
        if borrowed && !scalar.is_empty() && offset < end && end <= self.text.len() {
            self.at.set(end.max(self.at.get()));
            return (Span::new(self.file, offset, end), true);
        }
        (if scalar.is_empty() { self.next() } else { self.spread(scalar) }, false)
    }

    /// Where the value stands that is read next: of a list or a mapping, where it begins.
    fn next(&self) -> Span {
        let start = self.start();
        let rest = &self.text[start..];
        let line = rest.find(['\n', '\r', ',', '}', ']', '#']).unwrap_or(rest.len());
        Span::new(self.file, start, start + rest[..line].trim_end().len())
    }

    /// The offset of the next letter of a value: what belongs to the one before is left out.
    fn start(&self) -> usize {
        let rest = &self.text[self.at.get()..];
        self.at.get() + rest.find(|letter: char| !matches!(letter, ' ' | ':' | ',')).unwrap_or(rest.len())
    }

    /// The place of a scalar of several lines or with escapes: all that its words stand in.
    fn spread(&self, scalar: &str) -> Span {
        let start = self.start();
        let rest = &self.text[start..];
        let (from, to) = match rest.chars().next() {
            Some('"') => (1, 1 + closing(&rest[1..], '"')),
            Some('\'') => (1, 1 + closing(&rest[1..], '\'')),
            first => {
                let from = if matches!(first, Some('|' | '>')) { rest.find('\n').unwrap_or(rest.len()) } else { 0 };
                let mut to = from;
                for word in scalar.split_whitespace() {
                    to += rest[to..].find(word).map_or(0, |at| at + word.len());
                }
                (from + rest[from..to].len() - rest[from..to].trim_start().len(), to)
            }
        };
        self.at.set(start + to);
        Span::new(self.file, start + from, start + to)
    }
}

/// The offset of the quote that closes a text: not one behind a backslash, nor one of two single quotes.
fn closing(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let escapes = if quote == '"' { letter == '\\' } else { text[at..].starts_with("\'\'") };
        if escapes {
            letters.next();
        } else if letter == quote {
            return at;
        }
    }
    text.len()
}

/// Reads a value of which the shape is known.
struct Seed<'s> {
    shape: &'s Value,
    reader: &'s Reader<'s>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.shape {
            Value::Sequence(_) => deserializer.deserialize_seq(self),
            Value::Mapping(_) => deserializer.deserialize_map(self),
            Value::Tagged(tagged) => Err(D::Error::custom(format!("the tag `{}` means nothing here", tagged.tag))),
            _ => deserializer.deserialize_str(self),
        }
    }
}

impl Seed<'_> {
    fn scalar(self, text: &str, borrowed: bool) -> Node {
        let (span, verbatim) = self.reader.place(text, borrowed);
        let kind = if self.shape.is_null() { Kind::Null } else { Kind::Scalar(text.to_owned()) };
        Node { kind, span, verbatim }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the same value as before")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(self.scalar(text, false))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node, E> {
        Ok(self.scalar(text, true))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut span = self.reader.next();
        let mut nodes = Vec::new();
        for shape in self.shape.as_sequence().into_iter().flatten() {
            nodes.extend(sequence.next_element_seed(Seed { shape, reader: self.reader })?);
        }
        if let (Some(first), Some(last)) = (nodes.first(), nodes.last()) {
            span = first.span.to(last.span);
        }
        Ok(Node { kind: Kind::List(nodes), span, verbatim: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut span = self.reader.next();
        let mut entries: Vec<(Node, Node)> = Vec::new();
        for (key, value) in self.shape.as_mapping().into_iter().flatten() {
            let Some(key) = map.next_key_seed(Seed { shape: key, reader: self.reader })? else { break };
            let value = map.next_value_seed(Seed { shape: value, reader: self.reader })?;
            entries.push((key, value));
        }
        if let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) {
            span = first.span.to(last.span);
        }
        Ok(Node { kind: Kind::Map(entries), span, verbatim: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every scalar with the text at its place.
    fn scalars(text: &str) -> Vec<(String, String)> {
        fn walk(node: &Node, text: &str, all: &mut Vec<(String, String)>) {
            match &node.kind {
                Kind::Null => all.push(("null".into(), text[node.span.start as usize..node.span.end as usize].into())),
                Kind::Scalar(it) => {
                    all.push((it.clone(), text[node.span.start as usize..node.span.end as usize].into()));
                }
                Kind::List(nodes) => nodes.iter().for_each(|node| walk(node, text, all)),
                Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
                    walk(key, text, all);
                    walk(value, text, all);
                }),
            }
        }
        let mut all = Vec::new();
        walk(&read(FileId(0), text).expect("it is YAML"), text, &mut all);
        all
    }

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(value, place)| (value.to_string(), place.to_string())).collect()
    }

    #[test]
    fn a_value_keeps_its_text_and_its_place() {
        let text = "a: 10.00 # a\nb: [ null, ~, 'it''s', \"x y\", 2026-01-05 10:00:00 ]\né: { ü: 2/3, k: 0x10 }\n";
        let found = scalars(text);
        let expected = [
            ("a", "a"),
            ("10.00", "10.00"),
            ("b", "b"),
            ("null", "null"),
            ("null", "~"),
            ("it's", "it''s"),
            ("x y", "x y"),
            ("2026-01-05 10:00:00", "2026-01-05 10:00:00"),
            ("é", "é"),
            ("ü", "ü"),
            ("2/3", "2/3"),
            ("k", "k"),
            ("0x10", "0x10"),
        ];
        assert_eq!(found, pairs(&expected));
    }

    #[test]
    fn values_of_several_lines_and_empty_ones_stand_behind_their_key() {
        let text =
            "query: >-\n  revenue\n  --by month\nplain: a\n  b # c\nquoted: \"a \\\"b\\\" c\"\nnext:\nlast: ''\n";
        let found = scalars(text);
        let expected = [
            ("query", "query"),
            ("revenue --by month", "revenue\n  --by month"),
            ("plain", "plain"),
            ("a b", "a\n  b"),
            ("quoted", "quoted"),
            ("a \"b\" c", "a \\\"b\\\" c"),
            ("next", "next"),
            ("null", ""),
            ("last", "last"),
            ("", "''"),
        ];
        assert_eq!(found, pairs(&expected));
    }

    #[test]
    fn what_is_no_yaml_is_said_at_its_place() {
        let error = read(FileId(0), "a: 1\nb: [1, 2\nc: 3\n").expect_err("the list is not closed");
        assert!(error.span.start >= 5, "{error:?}");
        let error = read(FileId(0), "a: 1\na: 2\n").expect_err("a key twice");
        assert!(error.fact.contains("duplicate"), "{error:?}");
        assert!(read(FileId(0), "a: !b 1\n").is_err());
        assert!(matches!(read(FileId(0), "").expect("nothing is YAML").kind, Kind::Null));
        assert!(matches!(read(FileId(0), "# only a comment\n").expect("nothing").kind, Kind::Null));
    }

    /// Whatever is typed into a file: nothing panics, and every place lies in the text, between two letters.
    #[test]
    fn every_place_lies_in_the_text() {
        fn places(node: &Node, all: &mut Vec<Span>) {
            all.push(node.span);
            match &node.kind {
                Kind::Null | Kind::Scalar(_) => {}
                Kind::List(nodes) => nodes.iter().for_each(|node| places(node, all)),
                Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
                    places(key, all);
                    places(value, all);
                }),
            }
        }
        let text = "given: &rows\n  é: [{ a: 10.00, b: ~ }]\r\ntests:\n- name: 'it''s'\n  query: >-\n   a\n   ü\n  expect: *rows\n";
        let typed = [
            "", "\"", "'", "{", "]", ": ", "- ", "#", "|\n", ">", "&x ", "*x ", "!t ", "? ", "%", "\t", "\n", "ß",
            "\u{feff}", "<<: ",
        ];
        let mut read_well = 0;
        for (at, letter) in text.char_indices() {
            for typed in typed {
                for kept in [at, at + letter.len_utf8()] {
                    let text = format!("{}{typed}{}", &text[..at], &text[kept..]);
                    let mut all = Vec::new();
                    match read(FileId(0), &text) {
                        Ok(node) => {
                            read_well += 1;
                            places(&node, &mut all);
                        }
                        Err(error) => all.push(error.span),
                    }
                    for span in all {
                        let range = span.start as usize..span.end as usize;
                        assert!(text.get(range.clone()).is_some(), "{range:?} is no piece of {text:?}");
                    }
                }
            }
        }
        assert!(read_well > 1000, "only {read_well} texts were YAML");
    }
}
