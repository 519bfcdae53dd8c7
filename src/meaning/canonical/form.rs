//! A canonical form to read: one thing a line, in an order that depends on the meaning alone.

use super::digest::Digest;
use super::term::{Node, Op, Term, Terms};
use crate::meaning::wording::{self, Bond, Worded};
use crate::model::{Aggregate, Function, Unit};
use rustc_hash::FxHashMap;
use std::fmt;

/// The canonical form of one metric.
#[derive(Debug)]
pub struct Form {
    terms: Terms,
    root: Term,
}

impl Form {
    pub(super) fn new(terms: Terms, root: Term) -> Form {
        Form { terms, root }
    }

    pub fn digest(&self) -> Digest {
        self.terms.digest(self.root)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.terms, self.root))
    }
}

/// The form of the metric that a term is, a line for each thing.
pub fn text(terms: &Terms, root: Term) -> String {
    let mut printer =
        Printer { terms, brief: false, uses: FxHashMap::default(), said: FxHashMap::default(), lines: Vec::new() };
    printer.count(root);
    printer.metric(root);
    let mut text = format!("canonical form {}\nsemantics {}\n", super::FORMAT, super::SEMANTICS);
    for line in printer.lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str(&format!("digest {}\n", terms.digest(root)));
    text
}

/// A term in few words: columns by their names alone, and nothing declared before it is used.
pub fn phrase(terms: &Terms, term: Term) -> String {
    let mut printer =
        Printer { terms, brief: true, uses: FxHashMap::default(), said: FxHashMap::default(), lines: Vec::new() };
    printer.word(term).within(Bond::Not)
}

/// Writes the parts that are used before what uses them. A part that is used more than once has a line with a number.
struct Printer<'t> {
    terms: &'t Terms,
    /// No lines: each part stands where it is used.
    brief: bool,
    uses: FxHashMap<Term, usize>,
    /// What stands for a part that has a line.
    said: FxHashMap<Term, String>,
    lines: Vec<String>,
}

impl<'t> Printer<'t> {
    /// How often each part is used. A part is looked into once.
    fn count(&mut self, term: Term) {
        let uses = self.uses.entry(term).or_default();
        *uses += 1;
        if *uses == 1 {
            let terms = self.terms;
            terms.parts(term).iter().for_each(|part| self.count(*part));
        }
    }

    fn node(&self, term: Term) -> &'t Node {
        self.terms.node(term)
    }

    fn metric(&mut self, root: Term) {
        let node = self.node(root);
        let [formula, calendar] = node.parts[..] else { return };
        if let Op::Calendar { zone, week_starts, year_starts } = self.terms.op(calendar) {
            const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let day = DAYS.get(usize::from(*week_starts)).copied().unwrap_or("monday");
            self.lines.push(format!("calendar {zone}, weeks from {day}, years from month {year_starts}"));
        }
        let text = self.word(formula).text;
        self.lines.push(format!("formula {text}"));
        let unit = match &node.op {
            Op::Metric { unit: unit @ Unit::Of(_) } => unit.clone(),
            _ => Unit::PLAIN,
        };
        self.lines.push(format!("value {}, {unit}", wording::kind(node.base)));
    }

    /// A line of its own, written at the first use.
    fn line(&mut self, term: Term, kind: &str, name: String, text: &str) -> Worded {
        self.lines.push(format!("{kind}{name}{text}"));
        self.said.insert(term, name.clone());
        Worded::atom(name)
    }

    fn word(&mut self, term: Term) -> Worded {
        if let Some(said) = self.said.get(&term) {
            return Worded::atom(said.clone());
        }
        let node = self.node(term);
        match &node.op {
            Op::Source if self.brief => return Worded::atom(self.table(node.parts[0])),
            Op::Column { name, .. } if self.brief => return Worded::atom(wording::name(name)),
            Op::Join if self.brief => return self.word(node.parts[1]),
            Op::Source => return self.source(term, node),
            Op::Column { .. } => return self.column(term, node),
            Op::Join => return self.join(term, node),
            _ => {}
        }
        let worded = self.own(node);
        let is_small = node.parts.is_empty() || matches!(node.op, Op::Conditions | Op::Through);
        let shared = self.uses.get(&term).is_some_and(|uses| *uses > 1) && !is_small;
        if !self.brief && (shared || matches!(node.op, Op::Measure(_))) {
            let name = format!("${}", self.said.values().filter(|said| said.starts_with('$')).count() + 1);
            return self.line(term, "let ", name, &format!(" = {}", worded.text));
        }
        worded
    }

    fn text(&mut self, term: Term, bond: Bond) -> String {
        self.word(term).within(bond)
    }

    fn table(&self, term: Term) -> String {
        match self.terms.op(term) {
            Op::Table { name } => wording::name(name),
            _ => String::new(),
        }
    }

    fn source(&mut self, term: Term, node: &Node) -> Worded {
        let name = self.table(node.parts[0]);
        let key: Vec<String> = node.parts[1..].iter().map(|part| self.word(*part).text).collect();
        self.lines.push(format!("source {name} key {}", key.join(", ")));
        self.said.insert(term, name.clone());
        Worded::atom(name)
    }

    fn column(&mut self, term: Term, node: &Node) -> Worded {
        let Op::Column { name, unit, nullable, optional } = &node.op else { return Worded::atom("") };
        let null = if *nullable { "?" } else { "" };
        let unit = match unit {
            Unit::Of(powers) if !powers.is_empty() => format!(" in {unit}"),
            _ => String::new(),
        };
        let missing = if *optional { ", of a row that may be missing" } else { "" };
        let mark = if *optional { "?" } else { "" };
        let said = format!("{}.{}{mark}", self.table(node.parts[0]), wording::name(name));
        self.line(term, "column ", said, &format!(" {}{null}{unit}{missing}", node.base))
    }

    fn join(&mut self, term: Term, node: &Node) -> Worded {
        let [from, target, valid, ..] = node.parts[..] else { return Worded::atom("") };
        let pairs: Vec<String> = node.parts[3..]
            .chunks_exact(2)
            .map(|pair| format!("{} = {}", self.text(pair[0], Bond::Sum), self.text(pair[1], Bond::Sum)))
            .collect();
        let valid = match self.terms.parts(valid) {
            [moment, from, to] => {
                let words = [*moment, *from, *to].map(|part| self.text(part, Bond::Sum));
                format!(" valid {} between {} and {}", words[0], words[1], words[2])
            }
            _ => String::new(),
        };
        let (from, target) = (self.table(from), self.text(target, Bond::Atom));
        let name = format!("join_{}", self.said.values().filter(|said| said.starts_with("join_")).count() + 1);
        self.line(term, "", name, &format!(" from {from} to at most one of {target} on {}{valid}", pairs.join(" and ")))
    }

    /// A part in its own words.
    fn own(&mut self, node: &'t Node) -> Worded {
        let parts = &node.parts[..];
        match (&node.op, parts) {
            (Op::Literal(literal), _) => wording::constant(literal),
            (Op::Call(function), _) => {
                let mut arguments: Vec<Worded> = parts.iter().map(|part| self.word(*part)).collect();
                let turned = match function {
                    Function::Less => Some(Function::Greater),
                    Function::LessOrEqual => Some(Function::GreaterOrEqual),
                    _ => None,
                };
                // `amount > 0` reads better than `0 < amount`.
                match turned.filter(|_| self.terms.literal_of(parts[0]).is_some()) {
                    Some(turned) => {
                        arguments.reverse();
                        wording::call(turned, &arguments)
                    }
                    None => wording::call(*function, &arguments),
                }
            }
            (Op::Case, [arms @ .., otherwise]) => {
                let arms: Vec<(Worded, Worded)> =
                    arms.chunks_exact(2).map(|arm| (self.word(arm[0]), self.word(arm[1]))).collect();
                let otherwise = (!self.terms.is_absent(*otherwise)).then(|| self.word(*otherwise));
                wording::case(&arms, otherwise.as_ref())
            }
            (Op::Through, [join, value]) => {
                let text = format!("{}.{}", self.text(*join, Bond::Atom), self.text(*value, Bond::Atom));
                Worded::atom(text)
            }
            (Op::Lookup { null_matches }, [metric, until, pairs @ ..]) => {
                let metric = self.text(*metric, Bond::Atom);
                let keys: Vec<String> = pairs
                    .chunks_exact(2)
                    .map(|pair| format!("{} = {}", self.text(pair[0], Bond::Sum), self.text(pair[1], Bond::Sum)))
                    .collect();
                let until = match self.terms.is_absent(*until) {
                    true => String::new(),
                    false => format!(" until {}", self.text(*until, Bond::Sum)),
                };
                let null = if *null_matches { ", null for null" } else { "" };
                Worded::atom(format!("metric({metric} per {}{until}{null})", keys.join(", ")))
            }
            (Op::Measure(aggregate), _) => self.measure(*aggregate, parts),
            (Op::Pick { last }, keys) => {
                let word = if *last { "last" } else { "first" };
                let keys = self.list(keys);
                Worded::atom(if keys.is_empty() { word.to_owned() } else { format!("{word} per {keys}") })
            }
            (Op::Total { except }, [inner, keys @ ..]) => {
                let inner = self.text(*inner, Bond::Or);
                let keys = self.list(keys);
                Worded::atom(match (except, keys.is_empty()) {
                    (true, true) => format!("total({inner})"),
                    (true, false) => format!("total({inner} except {keys})"),
                    (false, _) => format!("total({inner} over {keys})"),
                })
            }
            (Op::Per(aggregate), [argument, own, keys @ ..]) => {
                let inside = self.aggregated(*aggregate, *argument, *own);
                let keys = self.list(keys);
                Worded::atom(wording::aggregate(*aggregate, &format!("{inside} per {keys}")))
            }
            (Op::Rolling { count, unit }, [inner]) => {
                Worded::atom(format!("rolling({}, {})", self.word(*inner).text, wording::length(*count, *unit)))
            }
            (Op::ToDate, [inner, period]) => {
                Worded::atom(format!("to_date({}, {})", self.word(*inner).text, self.word(*period).text))
            }
            (Op::Cumulative, [inner]) => Worded::atom(format!("cumulative({})", self.word(*inner).text)),
            (Op::Prior { count, unit }, [inner]) => {
                Worded::atom(format!("prior({}, {})", self.word(*inner).text, wording::length(*count, *unit)))
            }
            (Op::StartOf, [inner, period]) => {
                Worded::atom(format!("start_of({}, {})", self.word(*inner).text, self.word(*period).text))
            }
            (Op::Filled, [inner, value]) => {
                Worded::atom(format!("fill({}, {})", self.word(*inner).text, self.word(*value).text))
            }
            (Op::Dense, [inner, value]) => {
                let text = format!("{} fill {}", self.text(*inner, Bond::Or), self.word(*value).text);
                Worded::new(Bond::Scope, text)
            }
            (Op::Follow { within }, [counted, after, here, there, outer]) => {
                let within = within.map(|(count, unit)| format!(" within {}", wording::length(count, unit)));
                let sides = [*counted, *after].map(|side| self.text(side, Bond::Or));
                let by = [*here, *there].map(|side| self.text(side, Bond::Sum));
                let text = format!(
                    "follow({} after {} by {} = {}{})",
                    sides[0],
                    sides[1],
                    by[0],
                    by[1],
                    within.unwrap_or_default()
                );
                self.narrowed(text, " where ", *outer)
            }
            (Op::Restricted, [inner, pairs @ ..]) => {
                let mut text = self.text(*inner, Bond::Or);
                for pair in pairs.chunks_exact(2) {
                    let conditions = self.conditions(pair[1]);
                    text.push_str(&format!(" where {}: {conditions}", self.table(pair[0])));
                }
                Worded::new(Bond::Scope, text)
            }
            (Op::Conditions, _) => Worded::new(Bond::And, self.all(parts)),
            (Op::Period(grain), _) => Worded::atom(grain.name()),
            (Op::AxisPart(part), _) => Worded::atom(part.key_name()),
            (Op::Declared, [source, at, column]) => {
                let words = [*source, *at, *column].map(|part| self.text(part, Bond::Atom));
                Worded::atom(format!("period({} by {} of {})", words[2], words[1], words[0]))
            }
            (Op::Each, pairs) => {
                let each: Vec<String> = pairs
                    .chunks_exact(2)
                    .map(|pair| format!("{}: {}", self.table(pair[0]), self.word(pair[1]).text))
                    .collect();
                Worded::atom(format!("{{{}}}", each.join(", ")))
            }
            _ => Worded::atom(self.list(parts)),
        }
    }

    fn measure(&mut self, aggregate: Aggregate, parts: &[Term]) -> Worded {
        let [source, axis, argument, own, rows, outer, pick, alive] = parts[..] else { return Worded::atom("") };
        let source = self.text(source, Bond::Atom);
        let inside = self.aggregated(aggregate, argument, own);
        let mut text = format!("{} from {source}", wording::aggregate(aggregate, &inside));
        let axis = (!self.terms.is_absent(axis)).then(|| self.text(axis, Bond::Sum));
        match (axis, self.terms.op(alive)) {
            (Some(axis), Op::Alive(moment)) => {
                let until = self.text(self.terms.parts(alive)[0], Bond::Sum);
                let moment = format!("{moment:?}").to_lowercase();
                text.push_str(&format!(" while {axis} until {until} {moment}"));
            }
            (Some(axis), _) => text.push_str(&format!(" at {axis}")),
            _ => {}
        }
        let rows = self.conditions(rows);
        if !rows.is_empty() {
            text.push_str(&format!(" where {rows}"));
        }
        if !self.terms.is_absent(pick) {
            text.push_str(&format!(" {}", self.text(pick, Bond::Atom)));
        }
        self.narrowed(text, " then where ", outer)
    }

    fn narrowed(&mut self, mut text: String, word: &str, conditions: Term) -> Worded {
        let conditions = self.conditions(conditions);
        if conditions.is_empty() && !text.contains(" from ") {
            return Worded::atom(text);
        }
        if !conditions.is_empty() {
            text.push_str(&format!("{word}{conditions}"));
        }
        Worded::new(Bond::Scope, text)
    }

    fn aggregated(&mut self, aggregate: Aggregate, argument: Term, own: Term) -> String {
        let argument = (!self.terms.is_absent(argument)).then(|| self.word(argument));
        let own = self.conditions(own);
        let own = (!own.is_empty()).then_some(own.as_str());
        wording::aggregated(aggregate, argument.as_ref(), own)
    }

    fn conditions(&mut self, set: Term) -> String {
        let terms = self.terms;
        self.all(terms.parts(set))
    }

    fn all(&mut self, conditions: &[Term]) -> String {
        let each: Vec<String> = conditions.iter().map(|condition| self.text(*condition, Bond::Not)).collect();
        each.join(" and ")
    }

    fn list(&mut self, parts: &[Term]) -> String {
        parts.iter().map(|part| self.word(*part).text).collect::<Vec<_>>().join(", ")
    }
}
