//! What the project asks of approvals and rules: `policy` of etalon.yaml.

use crate::diagnostic::Severity;
use crate::source::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// `policy` of etalon.yaml. Part of what is trusted: a change is judged by the policy of its base.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub approvals: Approvals,
    /// The teams that each have to agree to a change of what is trusted; every team with people where none is named.
    pub trustees: Vec<String>,
    /// Addresses that no approval counts from.
    pub bots: Vec<String>,
    /// Keys that somebody else may have, by fingerprint (`SHA256:…`): what they signed from this sequence of trust on is void.
    pub compromised: BTreeMap<String, u32>,
    /// Rules whose weight differs from their own, by the id or name that is written there, with the place of it.
    pub rules: BTreeMap<String, (Level, Span)>,
    pub waivers: Vec<Waiver>,
}

impl Policy {
    /// One that asks for nothing.
    pub const NONE: Policy = Policy {
        approvals: Approvals::None,
        trustees: Vec::new(),
        bots: Vec::new(),
        compromised: BTreeMap::new(),
        rules: BTreeMap::new(),
        waivers: Vec::new(),
    };
}

/// What makes an approval count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Approvals {
    /// None are asked for.
    #[default]
    None,
    /// A name in the lock; whoever reviews the change sees to it that it is true.
    Named,
    /// A signature.
    Signed,
}

impl Approvals {
    /// As it is written in etalon.yaml.
    pub fn name(self) -> &'static str {
        match self {
            Approvals::None => "none",
            Approvals::Named => "named",
            Approvals::Signed => "signed",
        }
    }
}

/// How much a rule weighs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Off,
    At(Severity),
}

impl Level {
    /// As it is written in etalon.yaml.
    pub fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::At(Severity::Note) => "note",
            Level::At(Severity::Warning) => "warn",
            Level::At(Severity::Error) => "error",
        }
    }
}

/// One finding of one rule that is let through for a while: while the metric means what it meant when that was agreed on.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The id or name of the rule, as written.
    pub rule: String,
    pub metric: String,
    /// The metric's digest, in hexadecimal digits.
    pub digest: String,
    pub reason: String,
    /// Who answers for it: an address.
    pub by: String,
    /// The last day on which it holds.
    pub expires: Date,
    pub span: Span,
}
