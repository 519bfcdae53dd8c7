//! G0405: signs that turn the direction of text, so that a reviewer sees other words than the compiler reads.

use super::letters::turns;
use crate::diagnostic::codes::concepts as codes;
use crate::diagnostic::{Diagnostic, Found};
use crate::govern::Side;
use crate::source::Span;

/// In the texts beside the definitions, comments too: the first of each line. In definitions it is an error of form, E0110.
pub fn look(side: &Side, found: &mut Found) {
    for (id, file) in side.sources.iter() {
        if file.text.is_ascii() || file.name.ends_with(".metric") {
            continue;
        }
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            if let Some((at, letter)) = line.char_indices().find(|(_, letter)| turns(*letter)) {
                let at = start + at;
                found.push(turned(Span::new(id, at, at + letter.len_utf8()), letter));
            }
            start += line.len();
        }
    }
}

fn turned(span: Span, letter: char) -> Diagnostic {
    let fact = format!(
        "U+{:04X} turns the direction of the text, so that it is shown in another order than it is read",
        letter as u32
    );
    Diagnostic::new(&codes::HIDDEN_DIRECTION, span, fact)
        .label("cannot be seen")
        .help("delete it: letters of Arabic and Hebrew turn by themselves")
}
