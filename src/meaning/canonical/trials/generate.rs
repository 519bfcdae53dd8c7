//! Random definitions, as somebody would type them: columns that are computed from others.

use super::random::Random;

/// Kinds of value that are written about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Truth,
    Whole,
    Exact,
    Double,
    Text,
    Day,
    Moment,
}

pub const KINDS: [Kind; 7] = [Kind::Truth, Kind::Whole, Kind::Exact, Kind::Double, Kind::Text, Kind::Day, Kind::Moment];

/// The columns of the table, by kind; those with `?` may be null.
pub const COLUMNS: [(&str, &str); 18] = [
    ("id", "integer"),
    ("a", "integer?"),
    ("b", "integer?"),
    ("c", "integer"),
    ("d", "decimal(8, 2)?"),
    ("e", "decimal(6, 1)"),
    ("x", "double?"),
    ("y", "double"),
    ("t", "text?"),
    ("u", "text"),
    ("p", "boolean?"),
    ("q", "boolean?"),
    ("f", "boolean"),
    ("day1", "date?"),
    ("day2", "date"),
    ("at1", "timestamp?"),
    ("at2", "timestamp"),
    ("far", "integer?"),
];

/// A source with so many computed columns `v0`, `v1`, …, each of which may use those before it.
pub fn source(random: &mut Random, count: usize) -> (String, Vec<Kind>) {
    let mut text = String::from("source rows {\n  key id\n  time at2\n");
    for (name, ty) in COLUMNS {
        text.push_str(&format!("  {name} {ty}\n"));
    }
    text.push_str("  join other to rows on far = id loops\n");
    let mut writer = Writer { random, kinds: Vec::new(), levels: Vec::new(), level: 0 };
    for at in 0..count {
        writer.level = 0;
        let kind = if at % 2 == 0 { Kind::Truth } else { KINDS[at / 2 % KINDS.len()] };
        let expr = writer.expr(kind, 3);
        text.push_str(&format!("  v{at} = {expr}\n"));
        writer.kinds.push(kind);
        writer.levels.push(writer.level);
    }
    let kinds = writer.kinds;
    text.push_str("}\n");
    (text, kinds)
}

struct Writer<'r> {
    random: &'r mut Random,
    kinds: Vec<Kind>,
    levels: Vec<usize>,
    /// How many columns, one upon the other, the one that is being written rests on.
    level: usize,
}

impl Writer<'_> {
    fn pick(&mut self, of: &[&str]) -> String {
        self.random.one(of).to_owned()
    }

    /// A column that is there already.
    fn known(&mut self, kind: Kind) -> Option<String> {
        let at = self.random.below(self.kinds.len().max(1));
        if self.kinds.get(at) != Some(&kind) || self.levels[at] > 2 {
            return None;
        }
        self.level = self.level.max(self.levels[at] + 1);
        let path = if self.random.below(6) == 0 { "other." } else { "" };
        Some(format!("{path}v{at}"))
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if self.random.below(4) == 0
            && let Some(known) = self.known(kind)
        {
            return known;
        }
        self.pick(match kind {
            Kind::Truth => &["p", "q", "f", "p", "q", "true", "false", "null", "other.f", "a = 1", "b <> 2", "1 = a"],
            Kind::Whole => &["a", "b", "c", "a", "0", "1", "2", "-1", "other.c", "other.a"],
            Kind::Exact => &["d", "e", "d", "0.00", "1.0", "2.50", "-1.00", "other.e"],
            Kind::Double => &["x", "y", "x", "other.y"],
            Kind::Text => &["t", "u", "t", "'a'", "'ab'", "''", "other.u"],
            Kind::Day => &["day1", "day2", "2026-01-31", "2024-02-29", "other.day2"],
            Kind::Moment => &["at1", "at2", "timestamp '2026-01-31 23:59:59'", "other.at1"],
        })
    }

    /// An expression, in brackets unless it is a leaf or a call.
    fn expr(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.random.below(6) == 0 {
            return self.leaf(kind);
        }
        let next = depth - 1;
        let shared = self.random.below(12);
        if shared < 2 {
            return self.choice(kind, next, shared == 0);
        }
        match kind {
            Kind::Truth => self.truth(next),
            Kind::Whole => self.whole(next),
            Kind::Exact => self.exact(next),
            Kind::Double => self.double(next),
            Kind::Text => self.text(next),
            Kind::Day => self.day(next),
            Kind::Moment => self.moment(next),
        }
    }

    fn choice(&mut self, kind: Kind, depth: usize, case: bool) -> String {
        let value = self.expr(kind, depth);
        let other = if self.random.below(4) == 0 { value.clone() } else { self.expr(kind, depth) };
        if !case {
            let null = self.pick(&["", ", null", ""]);
            return format!("coalesce({value}, {other}{null})");
        }
        let when = self.expr(Kind::Truth, depth);
        match self.random.below(6) {
            0 => format!("(case when {when} then {value} end)"),
            1 => format!("(case when {when} then {value} else null end)"),
            2 => format!("(case when {value} is null then {other} else {value} end)"),
            3 => format!("(case when {value} is not null then {value} else {other} end)"),
            4 => {
                let second = self.expr(Kind::Truth, depth);
                format!("(case when {when} then {value} when {second} then {other} else {other} end)")
            }
            _ => {
                let second = self.expr(Kind::Truth, depth);
                format!("(case when {when} then {value} when {second} then {value} else {other} end)")
            }
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        match self.random.below(18) {
            17 => {
                let (value, constant) =
                    self.random.one(&[&("a", "1"), &("t", "'a'"), &("d", "1.00"), &("day1", "2026-01-31")]);
                let (sign, other) = (self.pick(&["<>", "=", "<"]), self.expr(Kind::Truth, 0));
                match self.random.below(3) {
                    0 => format!("({value} is null or {value} {sign} {constant})"),
                    1 => format!("({value} {sign} {constant} or {other} or {value} is null)"),
                    _ => format!("({other} is null or not {other})"),
                }
            }
            16 => {
                let when = self.expr(Kind::Truth, depth);
                let (then, otherwise) = self.random.one(&[&("true", "false"), &("false", "true"), &("p", "false")]);
                format!("(case when {when} then {then} else {otherwise} end)")
            }
            14 => {
                // One value held against several constants.
                let (kind, constants): (Kind, [&str; 4]) = match self.random.below(3) {
                    0 => (Kind::Whole, ["1", "2", "-1", "5"]),
                    1 => (Kind::Text, ["'a'", "'ab'", "''", "'won'"]),
                    _ => (Kind::Day, ["2026-01-31", "2026-01-01", "2024-02-29", "2025-12-31"]),
                };
                let (sign, word) = self.random.one(&[&("=", "or"), &("<>", "and"), &("=", "and")]);
                let value = self.expr(kind, 0);
                let (one, two) = (self.pick(&constants), self.pick(&constants));
                let more = if self.random.below(2) == 0 { format!(" {word} p") } else { String::new() };
                format!("({value} {sign} {one} {word} {two} {sign} {value}{more})")
            }
            15 => {
                let (sign, constant) = (self.pick(&["<", ">", "<=", ">="]), self.pick(&["1", "2", "0", "1.0"]));
                let value = self.expr(Kind::Whole, depth);
                if self.random.below(2) == 0 {
                    format!("({value} {sign} {constant})")
                } else {
                    format!("({constant} {sign} {value})")
                }
            }
            0..=3 => {
                let word = self.pick(&["and", "or"]);
                let mut parts: Vec<String> =
                    (0..2 + self.random.below(2)).map(|_| self.expr(Kind::Truth, depth)).collect();
                if self.random.below(3) == 0 {
                    // One that is absorbed by another, or the same again.
                    let other = self.pick(&["and", "or"]);
                    let again = self.expr(Kind::Truth, 0);
                    parts.push(format!("({} {other} {again})", parts[0]));
                }
                format!("({})", parts.join(&format!(" {word} ")))
            }
            4 | 5 => format!("(not {})", self.expr(Kind::Truth, depth)),
            6 => {
                let test = self.pick(&["is true", "is not true", "is false", "is not false", "is null", "is not null"]);
                format!("({} {test})", self.expr(Kind::Truth, depth))
            }
            7 => {
                let (sign, truth) = (self.pick(&["=", "<>"]), self.pick(&["true", "false", "f", "q"]));
                format!("({} {sign} {truth})", self.expr(Kind::Truth, depth))
            }
            8 => {
                let kind = KINDS[1 + self.random.below(6)];
                let test = self.pick(&["is null", "is not null"]);
                format!("({} {test})", self.expr(kind, depth))
            }
            9 => {
                let not = self.pick(&["", "not "]);
                let (subject, list) = match self.random.below(3) {
                    0 => (self.expr(Kind::Whole, depth), self.pick(&["1, 2", "2, 1, 2", "0", "-1, 5, 7", "1.0, 2"])),
                    1 => (self.expr(Kind::Text, depth), self.pick(&["'a', 'ab'", "'', 'a'", "'won'"])),
                    _ => (self.expr(Kind::Exact, depth), self.pick(&["1.00, 2", "0", "-1, 2.50"])),
                };
                format!("({subject} {not}in ({list}))")
            }
            10 => {
                let (not, sign) = (self.pick(&["", "not "]), self.expr(Kind::Text, depth));
                let pattern = self.pick(&["'a'", "'a%'", "'%b'", "'%b%'", "'a_'", "'%'", "'_%'", "'a%b'", "''"]);
                format!("({sign} {not}like {pattern})")
            }
            11 => {
                let function = self.pick(&["starts_with", "ends_with", "contains"]);
                format!("{function}({}, {})", self.expr(Kind::Text, depth), self.expr(Kind::Text, 0))
            }
            _ => {
                let kind = [Kind::Whole, Kind::Whole, Kind::Exact, Kind::Double, Kind::Text, Kind::Day, Kind::Moment]
                    [self.random.below(7)];
                let (left, right) = (self.expr(kind, depth), self.expr(kind, if depth > 1 { 1 } else { 0 }));
                if self.random.below(5) == 0 {
                    return format!("({left} between {right} and {})", self.expr(kind, 0));
                }
                let sign = self.pick(&["=", "<>", "<", "<=", ">", ">="]);
                format!("({left} {sign} {right})")
            }
        }
    }

    fn arithmetic(&mut self, kind: Kind, depth: usize) -> Option<String> {
        Some(match self.random.below(9) {
            0..=2 => {
                let (one, two, three) = (self.expr(kind, depth), self.expr(kind, depth), self.expr(kind, 0));
                let signs = (self.pick(&["+", "-"]), self.pick(&["+", "-"]));
                match self.random.below(3) {
                    0 => format!("({one} {} {two})", signs.0),
                    1 => format!("({one} {} ({two} {} {three}))", signs.0, signs.1),
                    _ => format!("({one} {} {two} {} {three})", signs.0, signs.1),
                }
            }
            3 => format!("(- {})", self.expr(kind, depth)),
            4 => {
                let function = self.pick(&["least", "greatest"]);
                let (one, two) = (self.expr(kind, depth), self.expr(kind, depth));
                match self.random.below(3) {
                    0 => format!("{function}({one}, {function}({two}, {one}))"),
                    1 => format!("{function}({one}, {one})"),
                    _ => format!("{function}({one}, {two})"),
                }
            }
            5 => {
                let function = self.pick(&["abs", "floor", "ceil", "round", "abs"]);
                format!("{function}({})", self.expr(kind, depth))
            }
            6 => {
                let digits = self.pick(&["0", "1", "2", "3", "-1"]);
                format!("round({}, {digits})", self.expr(kind, depth))
            }
            7 => format!("nullif({}, {})", self.expr(kind, depth), self.expr(kind, 0)),
            _ => return None,
        })
    }

    fn whole(&mut self, depth: usize) -> String {
        if self.random.below(2) == 0
            && let Some(text) = self.arithmetic(Kind::Whole, depth)
        {
            return text;
        }
        match self.random.below(6) {
            0 => {
                let (one, two, three) =
                    (self.expr(Kind::Whole, depth), self.expr(Kind::Whole, depth), self.expr(Kind::Whole, 0));
                if self.random.below(2) == 0 {
                    format!("({one} * {two})")
                } else {
                    format!("({one} * ({two} * {three}))")
                }
            }
            1 => format!("length({})", self.expr(Kind::Text, depth)),
            2 => {
                let unit = self.pick(&["days", "weeks", "months"]);
                format!("{unit}_between({}, {})", self.expr(Kind::Day, depth), self.expr(Kind::Day, depth))
            }
            3 => {
                let kind = [Kind::Whole, Kind::Text, Kind::Exact][self.random.below(3)];
                format!("cast({} as integer)", self.expr(kind, depth))
            }
            4 => {
                let part = self.pick(&["day_of_week", "month", "year", "quarter"]);
                format!("part({part}, {})", self.expr(Kind::Moment, depth))
            }
            _ => format!("mod({}, {})", self.expr(Kind::Whole, depth), self.expr(Kind::Whole, 0)),
        }
    }

    fn exact(&mut self, depth: usize) -> String {
        if self.random.below(2) == 0
            && let Some(text) = self.arithmetic(Kind::Exact, depth)
        {
            return text;
        }
        match self.random.below(4) {
            0 => {
                format!("({} * {})", self.pick(&["d", "e", "-e", "(d * 2)"]), self.pick(&["2", "1", "-3", "1.0", "d"]))
            }
            1 => format!("({} + {})", self.expr(Kind::Exact, depth), self.expr(Kind::Whole, 0)),
            2 => {
                let to = self.pick(&["decimal(8, 2)", "decimal(12, 3)", "decimal(20, 1)", "decimal(25, 2)"]);
                let kind = [Kind::Exact, Kind::Whole][self.random.below(2)];
                format!("cast({} as {to})", self.expr(kind, depth))
            }
            _ => format!("cast({} as decimal(9, 2))", self.pick(&["d", "e", "a", "c", "t"])),
        }
    }

    fn double(&mut self, depth: usize) -> String {
        if self.random.below(2) == 0
            && let Some(text) = self.arithmetic(Kind::Double, depth)
        {
            return text;
        }
        match self.random.below(4) {
            0 => format!("({} / {})", self.expr(Kind::Whole, depth), self.expr(Kind::Exact, depth)),
            1 => {
                let (one, two) = (self.expr(Kind::Double, depth), self.expr(Kind::Double, depth));
                let signs = (self.pick(&["", "- "]), self.pick(&["", "- "]));
                format!("(({}{one}) / ({}{two}))", signs.0, signs.1)
            }
            2 => {
                let kind = [Kind::Exact, Kind::Whole, Kind::Double][self.random.below(3)];
                format!("cast({} as double)", self.expr(kind, depth))
            }
            _ => {
                let other = match self.random.below(2) {
                    0 => self.pick(&["1", "0", "-1.0", "-2", "1.00"]),
                    _ => self.expr(Kind::Double, depth),
                };
                let sign = self.pick(&["*", "+", "-", "/"]);
                format!("({} {sign} {other})", self.expr(Kind::Double, depth))
            }
        }
    }

    fn text(&mut self, depth: usize) -> String {
        match self.random.below(6) {
            0 | 1 => {
                let (one, two, three) =
                    (self.expr(Kind::Text, depth), self.expr(Kind::Text, 0), self.expr(Kind::Text, 0));
                if self.random.below(2) == 0 {
                    format!("({one} || {two})")
                } else {
                    format!("({one} || ({two} || {three}))")
                }
            }
            2 | 3 => {
                let function = self.pick(&["lower", "upper", "trim"]);
                let inner = self.expr(Kind::Text, depth);
                if self.random.below(2) == 0 {
                    format!("{function}({function}({inner}))")
                } else {
                    format!("{function}({inner})")
                }
            }
            4 => {
                let kind = [Kind::Whole, Kind::Exact, Kind::Text][self.random.below(3)];
                format!("cast({} as text)", self.expr(kind, depth))
            }
            _ => format!("substring({}, {})", self.expr(Kind::Text, depth), self.pick(&["1, 2", "2", "1, 0"])),
        }
    }

    fn shift(&mut self, sub_day: bool) -> String {
        let unit = match sub_day {
            true => self.pick(&["days", "hours", "months", "weeks", "years", "minutes", "seconds"]),
            false => self.pick(&["days", "weeks", "months", "quarters", "years"]),
        };
        format!("{} {} {unit}", self.pick(&["+", "-"]), self.pick(&["0", "1", "2", "11"]))
    }

    fn day(&mut self, depth: usize) -> String {
        match self.random.below(4) {
            0 => format!("({} {})", self.expr(Kind::Day, depth), self.shift(false)),
            1 => format!("({} {} {})", self.expr(Kind::Day, depth), self.shift(false), self.shift(false)),
            _ => {
                let kind = [Kind::Day, Kind::Moment][self.random.below(2)];
                let grain = self.pick(&["day", "week", "month", "quarter", "year"]);
                format!("{grain}_of({})", self.expr(kind, depth))
            }
        }
    }

    fn moment(&mut self, depth: usize) -> String {
        match self.random.below(3) {
            0 => format!("({} {})", self.expr(Kind::Moment, depth), self.shift(true)),
            1 => format!("({} {} {})", self.expr(Kind::Moment, depth), self.shift(true), self.shift(true)),
            _ => format!("{}_of({})", self.pick(&["hour", "minute", "second"]), self.expr(Kind::Moment, depth)),
        }
    }
}
