//! Numbers written in text, of whatever length: `-0012.50`, `.5`, `1e3`.

/// The most digits of an exact number.
const DIGITS: usize = 38;

/// A number as its text says it: 0.`digits` · 10^`point`. No zero stands in front; zero has no digits.
pub struct Numeral {
    negative: bool,
    digits: String,
    point: i64,
}

impl Numeral {
    /// A sign, digits with perhaps a point among them, and perhaps an exponent; anything else is no number.
    pub fn read(text: &str) -> Option<Numeral> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (amount, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((amount, exponent)) => (amount, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
        if whole.len() + part.len() == 0 || !is_digits(whole) || !is_digits(part) {
            return None;
        }
        let written = format!("{whole}{part}");
        let digits = written.trim_start_matches('0');
        let zeros = written.len() - digits.len();
        let point = (whole.len() as i64 - zeros as i64).saturating_add(exponent);
        Some(Numeral { negative, digits: digits.to_owned(), point })
    }

    /// The number with so many places, rounded half away from zero, as digits; `None` where there are too many of them.
    pub fn at(&self, scale: u8) -> Option<i128> {
        let Ok(kept) = usize::try_from(self.point.saturating_add(i64::from(scale))) else { return Some(0) };
        if self.digits.is_empty() {
            return Some(0);
        }
        if kept > DIGITS {
            return None;
        }
        let present = &self.digits[..kept.min(self.digits.len())];
        let amount: i128 = format!("0{present:0<kept$}").parse().ok()?;
        let up = self.digits.as_bytes().get(kept).is_some_and(|digit| *digit >= b'5');
        let amount = amount + i128::from(up);
        Some(if self.negative { -amount } else { amount })
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One that is too long to hold is so large that its size no longer matters.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}
