//! The tree of what was written. Names are not looked up, types not known, nothing folded: the formatter prints from here.

use crate::source::{FileId, Span};
use smol_str::SmolStr;

/// All files, in the order they were given.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    pub files: Vec<File>,
}

/// One file: what could be understood of it, in order of appearance.
#[derive(Clone, Debug)]
pub struct File {
    pub id: FileId,
    pub declarations: Vec<Declaration>,
    /// Every `#` comment, from `#` to before the line end.
    pub comments: Vec<Span>,
    /// Names of declarations and columns that were seen and not understood. That was said; a use of one needs no complaint.
    pub unread: Vec<Name>,
    /// Whether some of the text was not understood (then it is not formatted).
    pub broken: bool,
}

#[derive(Clone, Debug)]
pub enum Declaration {
    Team(Team),
    Source(Source),
    Metric(Metric),
    Dimension(Dimension),
    Report(Report),
    Calendar(Calendar),
}

impl Declaration {
    pub fn name(&self) -> &Name {
        match self {
            Declaration::Team(it) => &it.name,
            Declaration::Source(it) => &it.name,
            Declaration::Metric(it) => &it.name,
            Declaration::Dimension(it) => &it.name,
            Declaration::Report(it) => &it.name,
            Declaration::Calendar(it) => &it.name,
        }
    }

    pub fn span(&self) -> Span {
        match self {
            Declaration::Team(it) => it.span,
            Declaration::Source(it) => it.span,
            Declaration::Metric(it) => it.span,
            Declaration::Dimension(it) => it.span,
            Declaration::Report(it) => it.span,
            Declaration::Calendar(it) => it.span,
        }
    }
}

/// A name as written, without its double quotes.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: SmolStr,
    pub span: Span,
    pub quoted: bool,
}

/// A string with its quotes and escapes resolved.
#[derive(Clone, Debug)]
pub struct Text {
    pub value: String,
    pub span: Span,
    /// Written with `'''`.
    pub long: bool,
}

/// `customer.country.name`
#[derive(Clone, Debug)]
pub struct Path {
    pub segments: Vec<Name>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Team {
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<TeamItem>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum TeamItem {
    /// `lead 'dana@acme.example'`
    Lead(Text),
    /// `members 'lee@acme.example', 'kim@acme.example'`
    Members(Vec<Text>),
    /// `paid on bookings, win_rate`; empty for `paid on nothing`
    PaidOn { metrics: Vec<Name>, span: Span },
}

#[derive(Clone, Debug)]
pub struct Source {
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<SourceItem>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum SourceItem {
    /// `key order_id, line_no`
    Key {
        columns: Vec<Name>,
        span: Span,
    },
    /// `time ordered_at`
    Time {
        column: Name,
        span: Span,
    },
    Column(Column),
    Derived(Derived),
    Join(Join),
}

/// `amount decimal(12, 2)? in usd check >= 0`
#[derive(Clone, Debug)]
pub struct Column {
    pub name: Name,
    pub ty: TypeName,
    pub nullable: bool,
    pub unit: Option<UnitName>,
    pub checks: Vec<ColumnCheck>,
    pub span: Span,
}

/// `check >= 0`: the column's values compare so with the literal.
#[derive(Clone, Debug)]
pub struct ColumnCheck {
    pub op: BinaryOp,
    pub value: Expr,
    pub span: Span,
}

/// A type as written: `decimal(12, 2)`. Whether the name is one is for the checker to say.
#[derive(Clone, Debug)]
pub struct TypeName {
    pub name: Name,
    pub arguments: Vec<(u32, Span)>,
    pub span: Span,
}

/// `usd`, `usd per order`, `usd * day per order`
#[derive(Clone, Debug)]
pub struct UnitName {
    pub times: Vec<Name>,
    pub per: Vec<Name>,
    pub span: Span,
}

/// `net_amount = amount - coalesce(refunded, 0)`
#[derive(Clone, Debug)]
pub struct Derived {
    pub name: Name,
    pub value: Expr,
    pub span: Span,
}

/// `join price to prices on product_id = id and region valid ordered_at between valid_from and valid_to loops`
#[derive(Clone, Debug)]
pub struct Join {
    pub name: Name,
    pub target: Name,
    pub on: Vec<JoinPair>,
    pub valid: Option<Validity>,
    /// The join may lead back to where its path began.
    pub loops: bool,
    pub span: Span,
}

/// `rep_id = person_id`; without `= …` both sides have the same name.
#[derive(Clone, Debug)]
pub struct JoinPair {
    pub here: Name,
    pub there: Option<Name>,
}

/// `valid ordered_at between valid_from and valid_to`
#[derive(Clone, Debug)]
pub struct Validity {
    pub moment: Name,
    pub from: Name,
    pub to: Name,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Metric {
    pub name: Name,
    pub title: Option<Text>,
    pub formula: Expr,
    pub attributes: Vec<Attribute>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    pub kind: AttributeKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum AttributeKind {
    Title(Text),
    Means(Text),
    Owner(Name),
    AgreedBy(Vec<Name>),
    Unit(UnitName),
    Also(Vec<Text>),
    Guardrail(Vec<Name>),
    VariantOf { metric: Name, because: Text },
    Status(Status),
    Goal { up: bool },
    Format(Text),
    Grain(Name),
    By { keys: Vec<Path>, only: bool },
    Fill(Expr),
    Tags(Vec<Name>),
    Tier(Name),
}

#[derive(Clone, Debug)]
pub enum Status {
    Draft,
    Official,
    Deprecated { since: Option<DateText>, instead: Option<Name> },
}

/// A date as written, `2026-01-31`; it may not be one.
#[derive(Clone, Debug)]
pub struct DateText {
    pub text: SmolStr,
    pub span: Span,
}

/// `dimension region 'Sales region' { orders customer.region … accepted 'EMEA', 'AMER' }`
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: Name,
    pub title: Option<Text>,
    /// The source, and the path to the dimension from it.
    pub paths: Vec<(Name, Path)>,
    pub accepted: Vec<Text>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<ReportItem>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ReportItem {
    Owner(Name),
    Means(Text),
    Show(Vec<Name>),
    By(Vec<Path>),
    Where(Expr),
    Having(Expr),
    During(During),
    Order(Vec<OrderKey>),
    Limit { rows: u64, span: Span },
}

/// A metric or a key to order by.
#[derive(Clone, Debug)]
pub struct OrderKey {
    pub path: Path,
    pub descending: bool,
}

/// A range of time as written. Dates may be whole years (`2026`) or months (`2026-03`).
#[derive(Clone, Debug)]
pub struct During {
    pub kind: DuringKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum DuringKind {
    /// `2026-01-01..2026-06-30`, `2026-01..`, `..2026`; both ends belong to the range.
    Between { from: Option<DateText>, to: Option<DateText> },
    /// `2026`, `2026-03`, `2026-03-31`
    Period(DateText),
    /// `last 13 months`: whole ones, before the one that holds now.
    Last { count: u32, unit: Name },
    /// `this month`
    This { unit: Name },
}

/// `calendar retail from dim_date at day { grain period = fiscal_period }`
#[derive(Clone, Debug)]
pub struct Calendar {
    pub name: Name,
    pub title: Option<Text>,
    pub source: Name,
    pub at: Name,
    pub grains: Vec<(Name, Name)>,
    pub span: Span,
}

/// An expression, of rows or of metrics: which one is for the checker to say.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Null,
    Boolean(bool),
    /// Digits, perhaps with a point: `12`, `0.5`. Never a sign or an exponent.
    Number(SmolStr),
    Text(Text),
    /// `2026-01-31` or `date '2026-01-31'`
    Date(DateText),
    /// `timestamp '2026-01-31 10:00:00'`
    Timestamp(Text),
    /// `instant '2026-01-31 10:00:00'`, in UTC
    Instant(Text),
    /// `3 days`
    Duration {
        count: u32,
        unit: Name,
    },
    Path(Path),
    /// `( … )`
    Group(Box<Expr>),
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    Like {
        value: Box<Expr>,
        pattern: Box<Expr>,
        negated: bool,
    },
    Is {
        value: Box<Expr>,
        what: Is,
        negated: bool,
    },
    Case {
        operand: Option<Box<Expr>>,
        arms: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast {
        value: Box<Expr>,
        ty: TypeName,
    },
    Call(Call),
    /// `sum(x) from orders at paid_at where p`: also the whole formula of a metric, and each argument of a call.
    Scoped {
        inner: Box<Expr>,
        scope: Scope,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Not,
    Minus,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    /// `||`
    Concat,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Is {
    Null,
    True,
    False,
}

/// `name(distinct a, b per k over x …)`. A `where` after an argument is that argument's [`Scope`]; a `where` without an
/// argument (`count(where p)`) is a clause.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: Name,
    pub distinct: Option<Span>,
    pub arguments: Vec<Expr>,
    pub clauses: Vec<Clause>,
}

#[derive(Clone, Debug)]
pub struct Clause {
    pub kind: ClauseKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ClauseKind {
    Where(Expr),
    /// `per day, customer_id`
    Per(Vec<Path>),
    /// `over customer.region`
    Over(Vec<Path>),
    /// `except country`
    Except(Vec<Path>),
    /// `via rep`
    Via(Path),
    /// `until t`
    Until(Expr),
    /// `after visits` (of `follow`)
    After(Expr),
    /// `by customer_id` (of `follow`)
    By(Path),
    /// `within 7 days` (of `follow`)
    Within {
        count: u32,
        unit: Name,
    },
}

/// What follows an expression and binds last: where its rows come from and which of them count.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub from: Option<Name>,
    pub at: Option<Path>,
    pub pick: Option<Pick>,
    pub alive: Option<Alive>,
    pub filter: Option<Box<Expr>>,
}

/// `last per account_id`, `first per account_id`, `last`
#[derive(Clone, Debug)]
pub struct Pick {
    pub last: bool,
    pub per: Vec<Path>,
    pub span: Span,
}

/// `while started_at until ended_at first`
#[derive(Clone, Debug)]
pub struct Alive {
    pub from: Path,
    pub until: Path,
    pub moment: Moment,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    Last,
    First,
    Any,
}
