//! Whose key is whose: `allowed_signers`, in OpenSSH's form, so that `ssh-keygen -Y verify` reads the same file.
//! [ssh-keygen(1), "ALLOWED SIGNERS"](https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS)

use super::signature::{NAMESPACE, plain_key};
use jiff::civil::Date;
use std::ops::Range;

/// A key of a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Signer {
    /// An address.
    pub person: String,
    /// `ssh-ed25519 AAAA…`
    pub key: String,
    /// The first day on which it is good.
    pub after: Option<Date>,
    /// The first day on which it is no longer.
    pub before: Option<Date>,
}

impl Signer {
    /// Whether a key is good on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.after.is_none_or(|after| after <= day) && self.before.is_none_or(|before| day < before)
    }
}

/// A line that makes nobody a signer, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unusable {
    /// Of the line, in bytes.
    pub place: Range<usize>,
    pub why: String,
}

/// All keys of the file, sorted, and the lines that cannot be used.
pub fn read(text: &str) -> (Vec<Signer>, Vec<Unusable>) {
    let (mut signers, mut unusable) = (Vec::new(), Vec::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = start..start + line.trim_end().len();
        start += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match signers_of(line) {
            Ok(of_line) => signers.extend(of_line),
            Err(why) => unusable.push(Unusable { place, why }),
        }
    }
    signers.sort();
    signers.dedup();
    (signers, unusable)
}

fn signers_of(line: &str) -> Result<Vec<Signer>, String> {
    let (people, rest) = word(line);
    let (options, key) = match is_key_type(word(rest).0) {
        true => ("", rest),
        false => word(rest),
    };
    let people: Vec<&str> = people.trim_matches('"').split(',').collect();
    if let Some(pattern) = people.iter().find(|person| person.contains(['*', '?', '!'])) {
        return Err(format!("`{pattern}` is a pattern, and an approval is one person's"));
    }
    let key = plain_key(key).ok_or("there is no public key in it: `ines@acme.example ssh-ed25519 AAAA…`")?;
    let (mut after, mut before) = (None, None);
    for option in options_of(options) {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" if value.split(',').any(|namespace| namespace == NAMESPACE) => {}
            "namespaces" => return Err(format!("the key is for `{value}`, not for `{NAMESPACE}`")),
            "valid-after" => after = Some(day(value)?),
            "valid-before" => before = Some(day(value)?),
            "cert-authority" => return Err("certificates are not read: name the person's own key".to_owned()),
            _ => return Err(format!("`{name}` is no option of this file")),
        }
    }
    let signer = |person: &&str| Signer { person: (*person).to_owned(), key: key.clone(), after, before };
    Ok(people.iter().filter(|person| !person.is_empty()).map(signer).collect())
}

fn is_key_type(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-"].iter().any(|start| word.starts_with(start))
}

/// The first word, blanks within double quotes belonging to it, and what follows.
fn word(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|letter: char| {
        is_quoted ^= letter == '"';
        letter.is_whitespace() && !is_quoted
    });
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (word, rest.trim_start())
}

fn options_of(text: &str) -> Vec<String> {
    let mut options = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        is_quoted ^= letter == '"';
        match letter {
            ',' if !is_quoted => options.push(String::new()),
            _ => options.last_mut().expect("there is always a last one").push(letter),
        }
    }
    options.retain(|option| !option.is_empty());
    options
}

/// `YYYYMMDD`, perhaps with a time and `Z` behind it, which say nothing more here.
fn day(text: &str) -> Result<Date, String> {
    let said = || format!("`{text}` is no day: YYYYMMDD");
    let number = |range: Range<usize>| text.get(range).and_then(|digits| digits.parse().ok()).ok_or_else(said);
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    Date::new(year, month as i8, day as i8).map_err(|_| said())
}
