//! Definitions made up from the grammar, with white space and comments anywhere: each parses, formatting keeps its tree and
//! its comments, and a second formatting changes nothing.

use etalon::diagnostic::Found;
use etalon::source::Sources;
use etalon::syntax;
use proptest::prelude::*;

/// Makes up definitions from a stream of numbers. A name is sometimes a word that is a keyword elsewhere.
struct Author {
    state: u64,
    out: String,
    /// How much more may nest.
    depth: u32,
    /// Whether comments and blank lines are put between words.
    careless: bool,
}

const NAMES: [&str; 33] = [
    "orders",
    "amount",
    "x",
    "y",
    "day",
    "days",
    "month",
    "date",
    "text",
    "first",
    "last",
    "source",
    "metric",
    "key",
    "time",
    "lead",
    "status",
    "unit",
    "format",
    "title",
    "by",
    "show",
    "order",
    "limit",
    "during",
    "while",
    "until",
    "over",
    "count",
    "\"Order ID\"",
    "\"end\"",
    "\"a.b\"",
    "grain",
];
const TYPES: [&str; 6] = ["integer", "decimal(12, 2)", "text", "date", "timestamp", "my_type"];
/// How deep expressions nest.
const DEEPEST: u32 = 4;
const UNITS: [&str; 6] = ["day", "days", "month", "years", "hour", "weeks"];

impl Author {
    fn upto(&mut self, most: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % most
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.upto(words.len() as u64) as usize]
    }

    fn maybe(&mut self) -> bool {
        self.upto(3) == 0
    }

    /// Words, with white space before each.
    fn say(&mut self, words: &str) {
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let gap = match self.upto(if self.careless { 40 } else { 30 }) {
                0 => "\n",
                1 => "\n\n\n  ",
                2 => "\t",
                3 => "\r\n",
                30 => " # a comment, it's one\n",
                31 => "\n  # another {\n\n",
                _ => " ",
            };
            self.out.push_str(gap);
            self.out.push_str(word);
        }
    }

    fn name(&mut self) {
        let name = self.one(&NAMES);
        // White space in a quoted name is part of it.
        self.out.push(' ');
        self.out.push_str(name);
    }

    fn text(&mut self) {
        let text = self.one(&["'it''s # one'", "''", "'two words'", "'''several\n   lines # of\n  text'''", "'grün'"]);
        self.out.push(' ');
        self.out.push_str(text);
    }

    fn list(&mut self, part: fn(&mut Self)) {
        part(self);
        while self.maybe() {
            self.say(",");
            part(self);
        }
    }

    fn path(&mut self) {
        self.name();
        while self.maybe() {
            self.say(".");
            self.name();
        }
    }

    fn expr(&mut self) {
        self.operand();
        for _ in 0..self.upto(3) {
            match self.upto(9) {
                0 => {
                    let not = self.one(&["", "not"]);
                    self.say(not);
                    self.say("in (");
                    self.list(Self::operand);
                    self.say(")");
                }
                1 => {
                    let what = self.one(&["is null", "is not null", "is true", "is not false"]);
                    self.say(what);
                }
                2 => {
                    let not = self.one(&["between", "not between"]);
                    self.say(not);
                    self.operand();
                    self.say("and");
                    self.operand();
                }
                3 => {
                    let not = self.one(&["like", "not like"]);
                    self.say(not);
                    self.text();
                }
                4 => {
                    let sign = self.one(&["and not", "or not", "and", "or"]);
                    self.say(sign);
                    self.operand();
                }
                _ => {
                    let sign = self.one(&["+", "-", "*", "/", "||", "=", "<>", "!=", "<", "<=", ">", ">="]);
                    self.say(sign);
                    self.operand();
                }
            }
        }
    }

    fn operand(&mut self) {
        if self.upto(8) == 0 {
            self.say("-");
        }
        if self.depth == 0 {
            return self.path();
        }
        self.depth -= 1;
        match self.upto(14) {
            0 => self.say("12.50"),
            1 => self.say("7"),
            2 => self.text(),
            3 => self.say("2026-01-31"),
            4 => {
                let typed = self.one(&["date", "timestamp", "instant"]);
                self.say(typed);
                self.say("'2026-01-31'");
            }
            5 => {
                // On its own in brackets, since a column that is named `days` may follow.
                self.say("( 3");
                let unit = self.one(&UNITS);
                self.say(unit);
                self.say(")");
            }
            6 => {
                self.say("(");
                self.scoped();
                self.say(")");
            }
            7 => {
                self.say("case");
                if self.maybe() {
                    self.expr();
                }
                for _ in 0..=self.upto(2) {
                    self.say("when");
                    self.expr();
                    self.say("then");
                    self.expr();
                }
                if self.maybe() {
                    self.say("else");
                    self.expr();
                }
                self.say("end");
            }
            8 | 9 => self.call(),
            10 => {
                self.say("cast (");
                self.scoped();
                self.say("as");
                let ty = self.one(&TYPES);
                self.say(ty);
                self.say(")");
            }
            11 => {
                let word = self.one(&["null", "true", "false"]);
                self.say(word);
            }
            _ => self.path(),
        }
        self.depth += 1;
    }

    fn call(&mut self) {
        let name = self.one(&["sum", "avg", "count", "follow", "total", "metric", "\"Odd\"", "last"]);
        self.say(name);
        self.say("(");
        let mut arguments = self.upto(3);
        let bare = arguments == 0;
        if arguments > 0 && self.upto(6) == 0 {
            self.say("distinct");
            self.path();
            arguments = 0;
        }
        for at in 0..arguments {
            if at > 0 {
                self.say(",");
            }
            self.scoped();
        }
        for _ in 0..self.upto(3) {
            // Without an argument before them, the other words are names. A condition right behind an argument is that
            // argument's.
            match self.upto(if bare { 2 } else { 8 }) {
                0 if bare => {
                    self.say("where");
                    self.expr();
                }
                1 => {
                    self.say("per");
                    self.list(Self::path);
                }
                2 => {
                    self.say("over");
                    self.list(Self::path);
                }
                3 => {
                    self.say("except");
                    self.list(Self::path);
                }
                4 => {
                    self.say("via");
                    self.path();
                }
                5 => {
                    self.say("after");
                    self.path();
                }
                6 => {
                    self.say("within 7");
                    let unit = self.one(&UNITS);
                    self.say(unit);
                }
                0 => {}
                _ => {
                    self.say("until");
                    self.path();
                }
            }
        }
        self.say(")");
    }

    fn scoped(&mut self) {
        self.expr();
        let mut clauses = ["from", "at", "pick", "while", "where"].to_vec();
        while self.maybe() && !clauses.is_empty() {
            let clause = clauses.remove(self.upto(clauses.len() as u64) as usize);
            match clause {
                "from" => {
                    self.say("from");
                    self.name();
                }
                "at" => {
                    self.say("at");
                    self.path();
                }
                "pick" => {
                    // Behind `while … until …` it would be that clause's moment.
                    clauses.retain(|clause| *clause != "while");
                    let word = self.one(&["last", "first"]);
                    self.say(word);
                    // Within an argument, the next argument would go on its list.
                    if self.depth == DEEPEST && self.maybe() {
                        self.say("per");
                        self.list(Self::path);
                    }
                }
                "while" => {
                    clauses.retain(|clause| *clause != "pick");
                    self.say("while");
                    self.path();
                    self.say("until");
                    self.path();
                    let moment = self.one(&["", "first", "any", "last"]);
                    self.say(moment);
                }
                _ => {
                    self.say("where");
                    self.expr();
                }
            }
        }
    }

    fn title(&mut self) {
        if self.maybe() {
            self.text();
        }
    }

    fn unit(&mut self) {
        self.list_of_units();
        if self.maybe() {
            self.say("per");
            self.list_of_units();
        }
    }

    fn list_of_units(&mut self) {
        self.name();
        if self.maybe() {
            self.say("*");
            self.name();
        }
    }

    fn source_item(&mut self) {
        match self.upto(8) {
            0 => {
                self.say("key");
                self.out.push_str(" \"Order ID\"");
                while self.maybe() {
                    self.say(",");
                    self.name();
                }
            }
            1 => self.say("time ordered_at"),
            2 | 3 => {
                self.out.push_str(" derived_");
                self.out.push_str(&self.state.to_string());
                self.say("=");
                self.expr();
            }
            4 => {
                self.say("join");
                self.name();
                self.say("to");
                self.name();
                self.say("on");
                self.name();
                if self.maybe() {
                    self.say("=");
                    self.name();
                }
                if self.maybe() {
                    self.say("and");
                    self.name();
                }
                if self.maybe() {
                    self.say("valid x between valid_from and valid_to");
                }
                if self.maybe() {
                    self.say("loops");
                }
            }
            _ => {
                let column = self.one(&["amount", "\"Order ID\"", "status", "first", "title", "unit", "last", "by"]);
                self.out.push('\n');
                self.out.push_str(column);
                let ty = self.one(&["integer", "decimal(12, 2)", "text", "date", "timestamp"]);
                self.out.push(' ');
                self.out.push_str(ty);
                if self.maybe() {
                    self.say("?");
                }
                if self.maybe() {
                    self.say("in");
                    self.unit();
                }
                if self.maybe() {
                    let check = self.one(&["check >= 0", "check < - 1.5", "check <> 'x' check = 3"]);
                    self.say(check);
                }
            }
        }
    }

    fn attribute(&mut self) {
        match self.upto(16) {
            0 => self.words_and("title", Self::text),
            1 => self.words_and("means", Self::text),
            2 => self.words_and("owner", Self::name),
            3 => self.words_and("agreed by", |author| author.list(Self::name)),
            4 => self.words_and("unit", Self::unit),
            5 => self.words_and("also", |author| author.list(Self::text)),
            6 => self.words_and("guardrail", |author| author.list(Self::name)),
            7 => {
                self.words_and("variant of", Self::name);
                self.words_and("because", Self::text);
            }
            8 => {
                let status = self.one(&["draft", "official", "deprecated since 2026-01-31 use other", "deprecated"]);
                self.words_and("status", |author| author.say(status));
            }
            9 => self.say("goal up"),
            10 => self.words_and("format", Self::text),
            11 => self.words_and("grain", Self::name),
            12 => self.words_and("by", |author| author.list(Self::path)),
            13 => self.words_and("only by", |author| author.list(Self::path)),
            14 => self.say("fill 0"),
            _ => self.say("tags a , b tier 1"),
        }
    }

    fn words_and(&mut self, words: &str, then: impl FnOnce(&mut Self)) {
        self.say(words);
        then(self);
    }

    fn report_item(&mut self) {
        match self.upto(7) {
            0 => self.words_and("show", |author| author.list(Self::name)),
            1 => self.words_and("by", |author| author.list(Self::path)),
            2 => self.words_and("where", Self::expr),
            3 => self.words_and("having", Self::expr),
            4 => {
                let during = self.one(&[
                    "2026-01-01..2026-06-30",
                    "2026-01..",
                    "..2026",
                    "2026",
                    "last 13 months",
                    "this month",
                ]);
                self.words_and("during", |author| author.say(during));
            }
            5 => self.say("order by month , - revenue , x desc , y asc"),
            _ => self.say("limit 10"),
        }
    }

    fn block(&mut self, item: fn(&mut Self)) {
        self.say("{");
        for _ in 0..self.upto(6) {
            item(self);
        }
        self.say("}");
    }

    fn declaration(&mut self) {
        self.out.push('\n');
        match self.upto(7) {
            0 => {
                self.out.push_str("source s");
                self.title();
                self.block(Self::source_item);
            }
            1 => {
                self.out.push_str("report r");
                self.title();
                self.block(Self::report_item);
            }
            2 => {
                self.out.push_str("team t");
                self.title();
                self.block(|author| {
                    let item = author.one(&["lead 'a'", "members 'a' , 'b'", "paid on x , y", "paid on nothing"]);
                    author.say(item);
                });
            }
            3 => {
                self.out.push_str("dimension d");
                self.title();
                self.block(|author| {
                    let item = author.one(&["orders customer . region", "leads region", "accepted 'EMEA' , 'AMER'"]);
                    author.say(item);
                });
            }
            4 => {
                self.out.push_str("calendar c from dim_date at day");
                self.block(|author| author.say("grain period = fiscal_period"));
            }
            _ => {
                self.out.push_str("metric m");
                self.title();
                self.say("=");
                self.scoped();
                if self.maybe() {
                    self.block(Self::attribute);
                }
            }
        }
    }
}

/// A text's tree without places, its comments, and the text in the one form. The tree is missing if it has errors.
fn read(text: &str) -> (Result<String, String>, Vec<String>, String) {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    let comments = ast.files[0].comments.iter().map(|span| sources.slice(*span).trim_end().to_owned()).collect();
    let formatted = syntax::format(&ast.files[0], &sources);
    if found.has_errors() {
        let said: Vec<String> =
            found.sorted().iter().map(|each| format!("{} {}", each.code.id, each.message)).collect();
        return (Err(said.join("\n")), comments, formatted);
    }
    let shown = format!("{:?}", ast.files[0].declarations);
    let mut tree = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("Span {") {
        tree.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, after)| after);
    }
    (Ok(tree + rest), comments, formatted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_what_was_made_up(seed in any::<u64>(), count in 1usize..5, careless in any::<bool>()) {
        let mut author = Author { state: seed | 1, out: String::new(), depth: DEEPEST, careless };
        for _ in 0..count {
            author.declaration();
        }
        let text = author.out;
        let (tree, comments, once) = read(&text);
        prop_assert!(tree.is_ok(), "{}\n{text}", tree.unwrap_err());
        let (tree_after, comments_after, twice) = read(&once);
        prop_assert_eq!(&tree_after, &tree, "another tree of\n{}\nformatted\n{}", &text, &once);
        let sorted = |mut list: Vec<String>| { list.sort(); list };
        prop_assert_eq!(sorted(comments_after), sorted(comments), "comments of\n{}\nformatted\n{}", &text, &once);
        prop_assert_eq!(&twice, &once, "not at rest:\n{}", &text);
    }
}
