//! Letters without their accents.

/// The letters that U+00C0 to U+024F are without accents, by Unicode's canonical decompositions (UnicodeData.txt, field 5); a dot
/// for those that are no other letter with an accent.
const LATIN: &str = "\
    AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.yAaAaAaCcCcCcCcDd..EeEeEeEeEeGgGgGgGg\
    Hh..IiIiIiIiI...JjKk.LlLlLl....NnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt..UuUuUuUuUuUuWwYyYZzZzZz.........\
    ........................Oo.............Uu............................AaIiOoUuUuUuUuUu.AaAa....GgKkOo\
    Oo..j...Gg..NnAa....AaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh......AaEeOoOoOoOoYy............................";
/// The same of U+1E00 to U+1EFF.
const MORE: &str = "\
    AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs\
    SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy......AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe\
    IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy......";

/// A letter without its accent: `é` is `e`. Accents that stand by themselves are no letters.
pub fn without(letter: char) -> char {
    let table = |from: u32, letters: &str| {
        let at = (letter as u32 - from) as usize;
        letters.as_bytes().get(at).map(|byte| char::from(*byte)).filter(|base| *base != '.')
    };
    let base = match letter {
        '\u{c0}'..='\u{24f}' => table(0xc0, LATIN),
        '\u{1e00}'..='\u{1eff}' => table(0x1e00, MORE),
        _ => None,
    };
    base.unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn letters_lose_their_accents_and_nothing_else() {
        let bare = |text: &str| text.chars().map(without).collect::<String>();
        assert_eq!(bare("Éàüñçšžőệ"), "Eauncszoe");
        assert_eq!(bare("revenue Ж ß ø 9"), "revenue Ж ß ø 9");
    }
}
