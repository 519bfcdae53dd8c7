//! The comment above a statement read back: which metrics, of which digest, what was asked. What people wrote (titles, what a
//! metric means) stands in lines that no fact has the form of.

use super::provenance::{Question, Standing};

/// The facts of a statement's header, those that could be read.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Header {
    pub metrics: Vec<Stated>,
    pub report: Option<Stated>,
    pub asked: Option<Question>,
    pub revision: Option<String>,
    /// The version of the compiler.
    pub etalon: Option<String>,
}

/// A metric or report as a header names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    pub name: String,
    pub version: Option<u32>,
    /// In hexadecimal digits.
    pub digest: Option<String>,
    pub standing: Standing,
}

impl Header {
    /// Of the comment that a text begins with.
    pub fn read(sql: &str) -> Header {
        let mut header = Header::default();
        let lines = sql.trim_start_matches('\u{FEFF}').lines().map(str::trim_end);
        for line in lines.map_while(|line| line.is_empty().then_some("").or_else(|| line.strip_prefix("--"))) {
            let Some(line) = line.strip_prefix(' ') else { continue };
            if let Some(rest) = line.strip_prefix("metric ") {
                header.metrics.extend(stated(rest).filter(|metric| metric.digest.is_some()));
            } else if let Some(rest) = line.strip_prefix("report ") {
                header.report = header.report.or_else(|| stated(rest));
            } else if let Some(rest) = line.strip_prefix("asked: ") {
                header.asked.get_or_insert_with(|| Question::Query(rest.to_owned()));
            } else if let Some(rest) = line.strip_prefix("bridged: ") {
                header.asked.get_or_insert_with(|| Question::Bridge(rest.to_owned()));
            } else if let Some((_, revision)) = line.strip_prefix("project ").and_then(|rest| {
                let (_, rest) = name(rest)?;
                rest.strip_prefix(", ")?.split_once("revision ")
            }) {
                header.revision.get_or_insert_with(|| revision.to_owned());
            } else if let Some(version) = line.strip_prefix("etalon ") {
                header.etalon.get_or_insert_with(|| version.to_owned());
            }
        }
        header
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.report.is_none() && self.asked.is_none()
    }
}

/// `revenue@3 sha256:… approved by finance, sales`
fn stated(text: &str) -> Option<Stated> {
    let (name, mut rest) = name(text)?;
    let mut version = None;
    if let Some(after) = rest.strip_prefix('@') {
        let (number, after) = after.split_once(' ')?;
        version = Some(number.parse().ok()?);
        rest = after;
    } else {
        rest = rest.strip_prefix(' ')?;
    }
    let mut digest = None;
    if let Some(after) = rest.strip_prefix("sha256:") {
        let (digits, after) = after.split_once(' ')?;
        let is_hex = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        digest = Some(is_hex.then(|| digits.to_ascii_lowercase())?);
        rest = after;
    }
    let word = rest.split(' ').next()?;
    let standing = Standing::ALL.into_iter().find(|standing| standing.word() == word)?;
    Some(Stated { name, version, digest, standing })
}

/// A name as [`super::word`] writes it, and what follows.
fn name(text: &str) -> Option<(String, &str)> {
    if let Some(inside) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut letters = inside.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            match (letter, letters.peek()) {
                ('"', Some((_, '"'))) => {
                    letters.next();
                    name.push('"');
                }
                ('"', _) => return Some((name, &inside[at + 1..])),
                _ => name.push(letter),
            }
        }
        return None;
    }
    let end = text.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}
