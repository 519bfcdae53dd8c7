//! The type of a value: what it is, whether it may be null, and its unit.

use smol_str::SmolStr;
use std::fmt;

/// Kinds of value. Integers have 64 bits; decimals are exact, at most 38 digits; a `timestamp` is wall time without a
/// zone and an `instant` a moment in UTC, both to the microsecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Base {
    /// What an expression with an error has. Nothing more is said about it.
    Broken,
    /// The type of a bare `null`.
    Null,
    Boolean,
    Integer,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Double,
    Text,
    Date,
    Timestamp,
    Instant,
}

impl Base {
    /// The scale of an exact number: 0 for integers.
    pub fn scale(self) -> Option<u8> {
        match self {
            Base::Integer => Some(0),
            Base::Decimal { scale, .. } => Some(scale),
            _ => None,
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Base::Integer | Base::Decimal { .. } | Base::Double)
    }

    /// A point of time: `date`, `timestamp` or `instant`.
    pub fn is_time(self) -> bool {
        matches!(self, Base::Date | Base::Timestamp | Base::Instant)
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Base::Broken => f.write_str("unknown"),
            Base::Null => f.write_str("null"),
            Base::Boolean => f.write_str("boolean"),
            Base::Integer => f.write_str("integer"),
            Base::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Base::Double => f.write_str("double"),
            Base::Text => f.write_str("text"),
            Base::Date => f.write_str("date"),
            Base::Timestamp => f.write_str("timestamp"),
            Base::Instant => f.write_str("instant"),
        }
    }
}

/// A unit of measure, as a product of powers: `usd per order` is `{usd: 1, order: -1}`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// Of a literal: takes the unit of what it is added to or compared with, and is plain in products.
    Any,
    /// Sorted by name, no zero powers; empty for a plain number.
    Of(Vec<(SmolStr, i8)>),
}

impl Unit {
    pub const PLAIN: Unit = Unit::Of(Vec::new());

    pub fn named(name: &str) -> Unit {
        Unit::Of(vec![(SmolStr::new(name), 1)])
    }

    pub fn is_plain(&self) -> bool {
        matches!(self, Unit::Any) || *self == Unit::PLAIN
    }

    /// The unit of a product, with `power` 1, or of a quotient, with `power` -1.
    pub fn times(&self, other: &Unit, power: i8) -> Unit {
        if let (Unit::Any, Unit::Any) = (self, other) {
            return Unit::Any;
        }
        let mut powers = match self {
            Unit::Any => Vec::new(),
            Unit::Of(powers) => powers.clone(),
        };
        if let Unit::Of(others) = other {
            for (name, n) in others {
                match powers.binary_search_by(|(known, _)| known.cmp(name)) {
                    Ok(at) => {
                        powers[at].1 = powers[at].1.saturating_add(n.saturating_mul(power));
                        if powers[at].1 == 0 {
                            powers.remove(at);
                        }
                    }
                    Err(at) => powers.insert(at, (name.clone(), n.saturating_mul(power))),
                }
            }
        }
        Unit::Of(powers)
    }
}

impl fmt::Display for Unit {
    /// `usd per order`; a plain number is `plain number`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let powers = match self {
            Unit::Of(powers) if !powers.is_empty() => powers,
            _ => return f.write_str("plain number"),
        };
        let side = |sign: i8| {
            powers
                .iter()
                .filter(move |(_, n)| n.signum() == sign)
                .map(|(name, n)| if n.abs() == 1 { name.to_string() } else { format!("{name}^{}", n.abs()) })
                .collect::<Vec<_>>()
                .join(" * ")
        };
        match (side(1), side(-1)) {
            (top, below) if below.is_empty() => f.write_str(&top),
            (top, below) if top.is_empty() => write!(f, "1 per {below}"),
            (top, below) => write!(f, "{top} per {below}"),
        }
    }
}

/// Everything the checker knows of a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Type {
    pub base: Base,
    pub nullable: bool,
    pub unit: Unit,
}

impl Type {
    pub const BROKEN: Type = Type { base: Base::Broken, nullable: true, unit: Unit::Any };

    /// A value without a unit that is never null.
    pub fn plain(base: Base) -> Type {
        Type { base, nullable: false, unit: Unit::PLAIN }
    }

    pub fn or_null(self, nullable: bool) -> Type {
        Type { nullable: self.nullable || nullable, ..self }
    }

    pub fn is_broken(&self) -> bool {
        self.base == Base::Broken
    }
}

impl fmt::Display for Type {
    /// `decimal(12, 2)? in usd`, as a column would be declared.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.base, if self.nullable { "?" } else { "" })?;
        match &self.unit {
            Unit::Of(powers) if !powers.is_empty() => write!(f, " in {}", self.unit),
            _ => Ok(()),
        }
    }
}
