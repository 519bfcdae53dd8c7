//! The keys of a mapping in a test file.

use super::errors;
use super::yaml::{Kind, Node};
use crate::diagnostic::Found;
use crate::source::Span;
use crate::suggest::closest;

/// The entries of a mapping.
pub struct Fields<'n> {
    entries: &'n [(Node, Node)],
    pub span: Span,
    /// Known keys that an unknown one was taken to mean.
    meant: Vec<String>,
}

impl<'n> Fields<'n> {
    /// The keys of a node, and complaints about those that are not known. `None` with a complaint for another form.
    pub fn of(node: &'n Node, place: &str, form: &str, known: &[&str], found: &mut Found) -> Option<Fields<'n>> {
        let Kind::Map(entries) = &node.kind else {
            found.push(*errors::expected(node.span, place, form));
            return None;
        };
        let mut meant = Vec::new();
        for (key, _) in entries {
            let name = text_of(key).unwrap_or_default();
            if !known.contains(&name) {
                let near = closest(name, known.iter().copied());
                meant.extend(near.map(str::to_owned));
                found.push(*errors::unknown_key(key.span, name, place, near, known));
            }
        }
        // The first key stands for a mapping of many lines.
        Some(Fields { entries, meant, span: entries.first().map_or(node.span, |(key, _)| key.span) })
    }

    /// A key and its value.
    pub fn get(&self, name: &str) -> Option<(&'n Node, &'n Node)> {
        self.entries.iter().find(|(key, _)| text_of(key) == Some(name)).map(|(key, value)| (key, value))
    }

    /// Whether a key is there, if only misspelt.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some() || self.meant.iter().any(|meant| meant == name)
    }

    /// The text of a key; a complaint where it is no text.
    pub fn text(&self, name: &str, form: &str, found: &mut Found) -> Option<(&'n Node, &'n str)> {
        let (key, value) = self.get(name)?;
        match text_of(value) {
            Some(text) if !text.trim().is_empty() => Some((value, text)),
            _ => {
                found.push(*errors::expected(key.span, &format!("`{name}`"), form));
                None
            }
        }
    }
}

/// The text of a scalar.
pub fn text_of(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Scalar(text) => Some(text),
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
    }
}
