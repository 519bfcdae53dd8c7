//! The bytes of a term, and their digest. Every field is typed and has its length before it, so that no two terms have the
//! same bytes; a part is in them by its own digest.

use super::names;
use super::term::{Node, Op};
use crate::model::{Aggregate, Base, Function, Grain, Literal, Moment, Unit};
use jiff::civil::DateTime;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of any bytes.
    pub fn of_bytes(bytes: impl AsRef<[u8]>) -> Digest {
        Digest(Sha256::digest(bytes.as_ref()).into())
    }

    /// From 64 hexadecimal digits, in small letters.
    pub fn from_hex(text: &str) -> Option<Digest> {
        let digits = text.as_bytes();
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if digits.len() != 64 || !digits.iter().all(is_digit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Digest(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a term of these parts.
pub fn of(node: &Node, parts: impl ExactSizeIterator<Item = Digest>) -> Digest {
    let mut bytes = Bytes(Vec::with_capacity(64 + 32 * parts.len()));
    bytes.op(&node.op);
    bytes.base(node.base);
    bytes.number(parts.len() as i128);
    parts.for_each(|part| bytes.field(b'd', &part.0));
    Digest(Sha256::digest(&bytes.0).into())
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn field(&mut self, kind: u8, value: &[u8]) {
        self.0.push(kind);
        self.0.extend((value.len() as u32).to_be_bytes());
        self.0.extend(value);
    }

    fn word(&mut self, word: &str) {
        self.field(b'w', word.as_bytes());
    }

    fn text(&mut self, text: &str) {
        self.field(b't', text.as_bytes());
    }

    fn number(&mut self, number: i128) {
        self.field(b'n', &number.to_be_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.field(b'f', &[u8::from(flag)]);
    }

    fn op(&mut self, op: &Op) {
        self.word(names::op(op));
        match op {
            Op::Column { name, unit, nullable, optional } => {
                self.text(name);
                self.unit(unit);
                self.flag(*nullable);
                self.flag(*optional);
            }
            Op::Lookup { null_matches } => self.flag(*null_matches),
            Op::Literal(literal) => self.literal(literal),
            Op::Call(function) => self.function(*function),
            Op::Measure(aggregate) | Op::Per(aggregate) => self.aggregate(*aggregate),
            Op::Pick { last } => self.flag(*last),
            Op::Alive(moment) => self.word(match moment {
                Moment::Last => "last",
                Moment::First => "first",
                Moment::Any => "any",
            }),
            Op::Total { except } => self.flag(*except),
            Op::Rolling { count, unit } | Op::Prior { count, unit } => self.length(*count, *unit),
            Op::Follow { within } => {
                self.flag(within.is_some());
                if let Some((count, unit)) = within {
                    self.length(*count, *unit);
                }
            }
            Op::Period(grain) => self.word(grain.name()),
            Op::AxisPart(part) => self.word(part.key_name()),
            Op::Table { name } => self.text(name),
            Op::Calendar { zone, week_starts, year_starts } => {
                self.text(zone);
                self.number(i128::from(*week_starts));
                self.number(i128::from(*year_starts));
            }
            Op::Metric { unit } => {
                self.number(i128::from(super::FORMAT));
                self.number(i128::from(super::SEMANTICS));
                self.unit(unit);
            }
            Op::Absent
            | Op::Through
            | Op::Case
            | Op::ToDate
            | Op::Cumulative
            | Op::StartOf
            | Op::Filled
            | Op::Dense
            | Op::Restricted
            | Op::Conditions
            | Op::Declared
            | Op::Each
            | Op::Source
            | Op::Join
            | Op::Valid => {}
        }
    }

    fn length(&mut self, count: u32, unit: Grain) {
        self.number(i128::from(count));
        self.word(unit.name());
    }

    fn base(&mut self, base: Base) {
        self.word(names::base(base));
        if let Base::Decimal { precision, scale } = base {
            self.number(i128::from(precision));
            self.number(i128::from(scale));
        }
    }

    fn unit(&mut self, unit: &Unit) {
        // A unit that was never said is that of a plain number.
        let powers: &[_] = match unit {
            Unit::Any => &[],
            Unit::Of(powers) => powers,
        };
        self.number(powers.len() as i128);
        for (name, power) in powers {
            self.text(name);
            self.number(i128::from(*power));
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.word("null"),
            Literal::Boolean(truth) => self.flag(*truth),
            Literal::Integer(value) => self.number(i128::from(*value)),
            Literal::Decimal { digits, scale } => {
                self.number(*digits);
                self.number(i128::from(*scale));
            }
            Literal::Text(text) => self.text(text),
            Literal::Date(date) => self.text(&date.to_string()),
            Literal::Timestamp(moment) => self.moment("timestamp", moment),
            Literal::Instant(moment) => self.moment("instant", moment),
        }
    }

    fn moment(&mut self, kind: &str, moment: &DateTime) {
        self.word(kind);
        self.text(&moment.to_string());
    }

    fn function(&mut self, function: Function) {
        self.word(names::function(function));
        match function {
            Function::Round(digits) => self.number(i128::from(digits)),
            Function::Cast(base) | Function::Widen(base) => self.base(base),
            Function::Shift { count, unit } => {
                self.number(i128::from(count));
                self.word(unit.name());
            }
            Function::Truncate(grain) | Function::Difference(grain) => self.word(grain.name()),
            Function::Part(part) => self.word(part.key_name()),
            _ => {}
        }
    }

    fn aggregate(&mut self, aggregate: Aggregate) {
        self.word(names::aggregate(aggregate));
        match aggregate {
            Aggregate::PercentileCont { digits, scale } | Aggregate::PercentileDisc { digits, scale } => {
                self.number(i128::from(digits));
                self.number(i128::from(scale));
            }
            _ => {}
        }
    }
}
