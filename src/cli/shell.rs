//! Words as they are typed at a shell: written into headers, and read from them.

/// A word in quotes where it needs them.
pub fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "_-.,:/@%+=".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        format!("\"{word}\"")
    }
}

/// Words and those options that are given, as a line.
pub fn line(words: &[String], options: &[(&str, Option<&str>)]) -> String {
    let mut line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    for (option, value) in options {
        // A value that begins with `-` is one word with its option.
        line.extend(value.map(|value| match value.starts_with('-') {
            true => format!("{option}={}", quoted(value)),
            false => format!("{option} {}", quoted(value)),
        }));
    }
    line.join(" ")
}

/// The words of a line; nothing where a quote is not closed.
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        closing if closing == letter => break,
                        inside => word.push(inside),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(letters.next()?),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::{quoted, words};

    #[test]
    fn what_is_quoted_reads_as_the_same_words() {
        let all = ["revenue", "channel = 'web'", "a \"b\" c", "it's \"both\"", "", "-revenue,month", "$HOME `x` \\ !"];
        let line = all.map(quoted).join(" ");
        assert_eq!(words(&line).expect("every quote is closed"), all);
        assert_eq!(quoted("channel = 'web'"), "\"channel = 'web'\"");
        assert_eq!(words("a 'b"), None);
    }
}
