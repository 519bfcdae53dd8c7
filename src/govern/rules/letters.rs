//! Letters that look like others, and those that cannot be seen.

use crate::check::folded;

/// Letters that look like one of ASCII: of the Latin, Greek, Cyrillic, Armenian, Georgian, Cherokee, Coptic and Lisu letters and
/// of signs made of letters those that Unicode's `confusables.txt` (UTS #39) maps to a letter of ASCII. Sorted.
#[rustfmt::skip]
const ALIKE: &[(char, char)] = &[
    ('ı', 'i'), ('ſ', 'f'), ('Ƅ', 'b'), ('ƍ', 'g'), ('Ɩ', 'l'), ('Ʀ', 'R'), ('ƽ', 's'), ('ǀ', 'l'), ('ɑ', 'a'), ('ɡ', 'g'), ('ɣ', 'y'), ('ɩ', 'i'),
    ('ɪ', 'i'), ('ɯ', 'w'), ('ʋ', 'u'), ('ʏ', 'y'), ('ͺ', 'i'), ('Ϳ', 'J'), ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'), ('Ζ', 'Z'), ('Η', 'H'), ('Ι', 'l'),
    ('Κ', 'K'), ('Μ', 'M'), ('Ν', 'N'), ('Ο', 'O'), ('Ρ', 'P'), ('Τ', 'T'), ('Υ', 'Y'), ('Χ', 'X'), ('α', 'a'), ('γ', 'y'), ('ι', 'i'), ('ν', 'v'),
    ('ο', 'o'), ('ρ', 'p'), ('σ', 'o'), ('υ', 'u'), ('ϒ', 'Y'), ('Ϝ', 'F'), ('ϱ', 'p'), ('ϲ', 'c'), ('ϳ', 'j'), ('Ϲ', 'C'), ('Ϻ', 'M'), ('Ѕ', 'S'),
    ('І', 'l'), ('Ј', 'J'), ('А', 'A'), ('В', 'B'), ('Е', 'E'), ('К', 'K'), ('М', 'M'), ('Н', 'H'), ('О', 'O'), ('Р', 'P'), ('С', 'C'), ('Т', 'T'),
    ('У', 'Y'), ('Х', 'X'), ('Ь', 'b'), ('а', 'a'), ('г', 'r'), ('е', 'e'), ('о', 'o'), ('р', 'p'), ('с', 'c'), ('у', 'y'), ('х', 'x'), ('ѕ', 's'),
    ('і', 'i'), ('ј', 'j'), ('ѡ', 'w'), ('Ѵ', 'V'), ('ѵ', 'v'), ('Ү', 'Y'), ('ү', 'y'), ('һ', 'h'), ('ҽ', 'e'), ('Ӏ', 'l'), ('ӏ', 'i'), ('ԁ', 'd'),
    ('Ԍ', 'G'), ('ԛ', 'q'), ('Ԝ', 'W'), ('ԝ', 'w'), ('Ս', 'U'), ('Տ', 'S'), ('Օ', 'O'), ('ա', 'w'), ('գ', 'q'), ('զ', 'q'), ('հ', 'h'), ('ո', 'n'),
    ('ռ', 'n'), ('ս', 'u'), ('ց', 'g'), ('ք', 'f'), ('օ', 'o'), ('ყ', 'y'), ('ჿ', 'o'), ('Ꭰ', 'D'), ('Ꭱ', 'R'), ('Ꭲ', 'T'), ('Ꭵ', 'i'), ('Ꭹ', 'Y'),
    ('Ꭺ', 'A'), ('Ꭻ', 'J'), ('Ꭼ', 'E'), ('Ꮃ', 'W'), ('Ꮇ', 'M'), ('Ꮋ', 'H'), ('Ꮍ', 'Y'), ('Ꮐ', 'G'), ('Ꮒ', 'h'), ('Ꮓ', 'Z'), ('Ꮟ', 'b'), ('Ꮢ', 'R'),
    ('Ꮤ', 'W'), ('Ꮥ', 'S'), ('Ꮩ', 'V'), ('Ꮪ', 'S'), ('Ꮮ', 'L'), ('Ꮯ', 'C'), ('Ꮲ', 'P'), ('Ꮶ', 'K'), ('Ꮷ', 'd'), ('Ᏻ', 'G'), ('Ᏼ', 'B'), ('ᴄ', 'c'),
    ('ᴏ', 'o'), ('ᴑ', 'o'), ('ᴜ', 'u'), ('ᴠ', 'v'), ('ᴡ', 'w'), ('ᴢ', 'z'), ('ᴦ', 'r'), ('ᶃ', 'g'), ('ᶌ', 'y'), ('ẝ', 'f'), ('ỿ', 'y'), ('ι', 'i'),
    ('ℂ', 'C'), ('ℊ', 'g'), ('ℋ', 'H'), ('ℌ', 'H'), ('ℍ', 'H'), ('ℎ', 'h'), ('ℐ', 'l'), ('ℑ', 'l'), ('ℒ', 'L'), ('ℓ', 'l'), ('ℕ', 'N'), ('ℙ', 'P'),
    ('ℚ', 'Q'), ('ℛ', 'R'), ('ℜ', 'R'), ('ℝ', 'R'), ('ℤ', 'Z'), ('ℨ', 'Z'), ('K', 'K'), ('ℬ', 'B'), ('ℭ', 'C'), ('ℯ', 'e'), ('ℰ', 'E'), ('ℱ', 'F'),
    ('ℳ', 'M'), ('ℴ', 'o'), ('ℹ', 'i'), ('ℽ', 'y'), ('ⅅ', 'D'), ('ⅆ', 'd'), ('ⅇ', 'e'), ('ⅈ', 'i'), ('ⅉ', 'j'), ('Ⅰ', 'l'), ('Ⅴ', 'V'), ('Ⅹ', 'X'),
    ('Ⅼ', 'L'), ('Ⅽ', 'C'), ('Ⅾ', 'D'), ('Ⅿ', 'M'), ('ⅰ', 'i'), ('ⅴ', 'v'), ('ⅹ', 'x'), ('ⅼ', 'l'), ('ⅽ', 'c'), ('ⅾ', 'd'), ('ⲅ', 'r'), ('Ⲏ', 'H'),
    ('Ⲓ', 'l'), ('Ⲕ', 'K'), ('Ⲙ', 'M'), ('Ⲛ', 'N'), ('Ⲟ', 'O'), ('ⲟ', 'o'), ('Ⲣ', 'P'), ('ⲣ', 'p'), ('Ⲥ', 'C'), ('ⲥ', 'c'), ('Ⲧ', 'T'), ('Ⲩ', 'Y'),
    ('Ⲭ', 'X'), ('Ⳑ', 'L'), ('ꓐ', 'B'), ('ꓑ', 'P'), ('ꓒ', 'd'), ('ꓓ', 'D'), ('ꓔ', 'T'), ('ꓖ', 'G'), ('ꓗ', 'K'), ('ꓙ', 'J'), ('ꓚ', 'C'), ('ꓜ', 'Z'),
    ('ꓝ', 'F'), ('ꓟ', 'M'), ('ꓠ', 'N'), ('ꓡ', 'L'), ('ꓢ', 'S'), ('ꓣ', 'R'), ('ꓦ', 'V'), ('ꓧ', 'H'), ('ꓪ', 'W'), ('ꓫ', 'X'), ('ꓬ', 'Y'), ('ꓮ', 'A'),
    ('ꓰ', 'E'), ('ꓲ', 'l'), ('ꓳ', 'O'), ('ꓴ', 'U'), ('ꙇ', 'i'), ('ꜱ', 's'), ('Ꞙ', 'F'), ('ꞙ', 'f'), ('ꞟ', 'u'), ('Ʝ', 'J'), ('Ꭓ', 'X'), ('Ꞵ', 'B'),
    ('ꬲ', 'e'), ('ꬵ', 'f'), ('ꬽ', 'o'), ('ꭇ', 'r'), ('ꭈ', 'r'), ('ꭎ', 'u'), ('ꭒ', 'u'), ('ꭚ', 'y'), ('ꭵ', 'i'), ('ꮁ', 'r'), ('ꮃ', 'w'), ('ꮓ', 'z'),
    ('ꮩ', 'v'), ('ꮪ', 's'), ('ꮯ', 'c'),
];

/// What a text looks like: letters that look like one of ASCII as that one, then folded as names are.
pub fn skeleton(text: &str) -> String {
    if text.is_ascii() {
        return folded(text);
    }
    let letters = text.chars().filter(|letter| !is_invisible(*letter)).map(looks_like);
    folded(&letters.collect::<String>())
}

fn looks_like(letter: char) -> char {
    let number = letter as u32;
    match letter {
        // The full-width forms of ASCII, in its order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(number - 0xff01 + 0x21).unwrap_or(letter),
        // The alphabets of mathematics: thirteen times A to Z and a to z, one after the other.
        '\u{1d400}'..='\u{1d6a3}' => {
            let at = ((number - 0x1d400) % 52) as u8;
            char::from(if at < 26 { b'A' + at } else { b'a' + at - 26 })
        }
        _ => match ALIKE.binary_search_by_key(&letter, |(known, _)| *known) {
            Ok(at) => ALIKE[at].1,
            Err(_) => letter,
        },
    }
}

/// Whether a letter takes no room, so that two texts which differ in it look the same.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a letter turns the direction in which the text behind it is shown (CVE-2021-42574, "Trojan Source").
pub fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a letter looks like one of ASCII and is none, accents apart.
pub fn is_disguised(letter: char) -> bool {
    !letter.is_ascii() && looks_like(letter).is_ascii()
}

#[cfg(test)]
mod tests {
    use super::{ALIKE, is_disguised, skeleton};

    #[test]
    fn the_table_can_be_searched() {
        assert!(ALIKE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn what_looks_alike_is_one() {
        // Cyrillic е, full width, mathematical bold, a zero-width space, an accent of its own.
        for text in ["R\u{435}venue", "\u{ff32}evenue", "\u{1d42b}evenue", "Rev\u{200b}enue", "Reve\u{301}nue"] {
            assert_eq!(skeleton(text), "revenue", "{text}");
        }
        assert_eq!(skeleton("выручка"), skeleton("выручка"));
        assert_ne!(skeleton("выручка"), skeleton("прибыль"));
        assert!(!is_disguised('é') && !is_disguised('ж') && is_disguised('а'));
    }
}
