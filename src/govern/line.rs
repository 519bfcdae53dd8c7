//! Lines of fields: the one form of the lock, of what is trusted and of what is signed.
//!
//! A line stands by itself, so that lines can be sorted, merged and searched. Fields are parted by one blank; a field that is not
//! of plain letters, digits and signs stands in the quotes of JSON, so that no field can end a line or look like two.

use std::ops::Range;

/// The line of these fields.
pub fn line<S: AsRef<str>>(fields: &[S]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field.as_ref())).collect();
    fields.join(" ")
}

fn quoted(field: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-+/=@:".contains(&byte);
    match !field.is_empty() && field.bytes().all(plain) {
        true => field.to_owned(),
        false => serde_json::Value::from(field).to_string(),
    }
}

/// The fields of a line, if it is one that [`line`] wrote.
pub fn fields(text: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let field = if rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let field = values.next()?.ok()?;
            rest = &rest[values.byte_offset()..];
            field
        } else {
            let end = rest.find(' ').unwrap_or(rest.len());
            let field = rest[..end].to_owned();
            rest = &rest[end..];
            field
        };
        fields.push(field);
        match rest.strip_prefix(' ') {
            Some(more) => rest = more,
            None => break,
        }
    }
    // One spelling only: what is signed must not have two.
    (rest.is_empty() && line(&fields) == text).then_some(fields)
}

/// A line of a file of lines.
pub struct Placed {
    /// Its words, in bytes of the file: digests and signatures at its end say nothing to people.
    pub place: Range<usize>,
    /// Empty if no [`line`] wrote it.
    pub fields: Vec<String>,
}

/// All lines of a file but for blank ones and comments.
pub fn placed(text: &str) -> impl Iterator<Item = Placed> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |whole| {
        let text = whole.trim_end_matches(['\n', '\r']);
        let place = start..start + worded(text);
        start += whole.len();
        let is_said = !text.trim().is_empty() && !text.starts_with('#');
        is_said.then(|| Placed { place, fields: fields(text).unwrap_or_default() })
    })
}

fn worded(text: &str) -> usize {
    let signature = text.rfind(' ').filter(|at| text.len() - at > 100);
    text.find(" sha256:").or(signature).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{fields, line};

    #[test]
    fn fields_come_back_whatever_they_hold() {
        let hostile = ["plain", "", "two words", "a\"b\\c", "line\nend", "größe", "#", "\u{202e}", "e@x:1"];
        let text = line(&hostile);
        assert_eq!(text.lines().count(), 1);
        assert_eq!(fields(&text).expect("it was written here"), hostile);
    }

    #[test]
    fn no_line_has_two_spellings() {
        for other in ["\"plain\" x", "a  b", " a", "a ", "\"a\"b", "\"\\u0061 b\""] {
            assert_eq!(fields(other), None, "{other}");
        }
    }
}
