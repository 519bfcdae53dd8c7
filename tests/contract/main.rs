//! The numeric contract in every dialect: every type, grain, function, aggregate and operator, and every text that wants to be
//! something else, goes out to the engine and comes back, held against the evaluator's value. A dialect without an engine has
//! its statements read by its grammars.
//!
//! `ETALON_CONTRACT=part` asks only for expressions that have it in them.

mod functions;
mod known;
#[path = "../support/mod.rs"]
mod support;
mod things;

use etalon::dialect;
use etalon::meaning;
use etalon::model::{Base, Function, Kind, Model, RowExpr};
use std::collections::BTreeMap;
use std::mem::discriminant;
use support::engine::{self, Engine};
use support::holding::{self, Cell, Cells};
use support::rows::Answer;
use support::world::{Query, Sound, World};

/// Expressions in one statement, where none of them is refused.
const TOGETHER: usize = 12;

/// A request with what it is about, the evaluator's answer, and its statement in each dialect.
struct Asked {
    what: Vec<String>,
    query: Query,
    expected: meaning::Answer,
    sql: BTreeMap<&'static str, Result<String, String>>,
}

#[test]
fn every_function_type_and_text_comes_back_as_it_is_defined() {
    let mut world = world();
    let sound = world.read().unwrap_or_else(|said| panic!("{said}\n{}", world.text()));
    every_function_is_asked(&sound.model);
    let queries = queries(&sound.model, &mut world);
    let mut sound = world.read().unwrap_or_else(|said| panic!("{said}\n{}", world.text()));
    let dialects: Vec<&'static str> = dialect::ALL.iter().map(|dialect| dialect.name).collect();
    let asked: Vec<Asked> = queries.iter().flat_map(|(what, query)| ask(&mut sound, what, query, &dialects)).collect();
    let expressions: usize = asked.iter().map(|asked| asked.what.len()).sum();

    let mut engines = engine::at_hand(&engine::ALL);
    let mut grammars = engine::at_hand(&engine::GRAMMARS.map(|(_, driver)| driver));
    let mut tallies = put(&mut engines, &mut grammars, &sound, &asked);
    // What fails among others is asked for by itself, so that it alone counts, and nothing hides behind it.
    for tally in &mut tallies {
        let failed = std::mem::take(&mut tally.failed);
        let again: Vec<Asked> = failed
            .iter()
            .flat_map(|(at, _)| {
                let (what, query) = (&asked[*at].what, &asked[*at].query);
                (0..what.len())
                    .map(|one| compiled(&mut sound, &what[one..=one], only(query, one), &dialects))
                    .collect::<Vec<_>>()
            })
            .collect();
        let engine = engines.iter_mut().find(|engine| engine.name == tally.name);
        let grammar = grammars.iter_mut().find(|grammar| grammar.name == tally.name);
        let second = match (engine, grammar) {
            (Some(engine), _) => run(engine, &sound, &again),
            (_, Some(grammar)) => read(grammar, &again),
            _ => unreachable!("only those at hand have failed"),
        };
        tally.good += second.good;
        tally.refused.extend(second.refused);
        for (at, said) in second.failed {
            tally.settle(&again[at].what[0], said);
        }
    }
    engine::report(&format!("\n{expressions} expressions and formulas, on every engine and grammar"));
    tallies.iter().for_each(|tally| engine::report(&tally.line()));
    let whole = std::env::var_os("ETALON_CONTRACT").is_none();
    let needless: Vec<String> = tallies.iter().filter(|_| whole).flat_map(Tally::needless).collect();
    let failures: Vec<String> = tallies.into_iter().flat_map(|tally| tally.wrong).chain(needless).collect();
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// What came of all requests on one engine, or in one grammar.
#[derive(Default)]
struct Tally {
    name: &'static str,
    good: usize,
    refused: Vec<String>,
    /// By request.
    failed: Vec<(usize, String)>,
    wrong: Vec<String>,
    /// What fails for a reason that is not ours.
    excused: Vec<&'static str>,
}

impl Tally {
    /// A failure of one expression: excused, or wrong.
    fn settle(&mut self, what: &str, said: String) {
        match known::EXCUSES.iter().find(|(name, begins, _)| *name == self.name && what.starts_with(begins)) {
            Some((.., why)) => self.excused.push(why),
            None => self.wrong.push(format!("{}: {what}\n{said}", self.name)),
        }
    }

    /// Excuses of this engine that nothing needed.
    fn needless(&self) -> impl Iterator<Item = String> {
        let own = known::EXCUSES.iter().filter(|(name, _, why)| *name == self.name && !self.excused.contains(why));
        own.map(|(name, begins, _)| format!("{name}: `{begins}…` is excused, and right: tests/contract/known.rs"))
    }

    fn line(&self) -> String {
        let mut line = format!(
            "{:<24} {:>5} right, {:>3} refused, {:>3} wrong",
            self.name,
            self.good,
            self.refused.len(),
            self.wrong.len()
        );
        if !self.refused.is_empty() {
            line.push_str(&format!("\n  refused: {}", self.refused.join(" · ")));
        }
        let mut excuses = self.excused.clone();
        excuses.sort_unstable();
        for group in excuses.chunk_by(|one, other| one == other) {
            line.push_str(&format!("\n  {} not shown: {}", group.len(), group[0]));
        }
        line
    }
}

/// Everything to everybody, each on a thread of its own.
fn put(engines: &mut [Engine], grammars: &mut [Engine], sound: &Sound, asked: &[Asked]) -> Vec<Tally> {
    std::thread::scope(|scope| {
        let runs: Vec<_> = engines.iter_mut().map(|engine| scope.spawn(move || run(engine, sound, asked))).collect();
        let reads: Vec<_> = grammars.iter_mut().map(|grammar| scope.spawn(move || read(grammar, asked))).collect();
        runs.into_iter().chain(reads).map(|run| run.join().expect("asking an engine does not panic")).collect()
    })
}

/// One source with every expression as a derived column, and a metric for each formula. Names that want to be something else are in
/// the case `text/hostile-names-and-texts-come-through`.
fn world() -> World {
    let part = std::env::var("ETALON_CONTRACT").unwrap_or_default();
    let wanted = |text: &String| text.contains(&part);
    let mut lines = vec!["source things {".to_owned(), "  key id".to_owned(), "  time tick".to_owned()];
    lines.extend(things::COLUMNS.lines().map(str::to_owned));
    let functions = functions::all().into_iter().flat_map(functions::expressions);
    // A text of one line that begins with no quote can be a constant of the language.
    let said = things::HOSTILE.iter().filter(|text| !text.starts_with('\'') && !text.contains(['\n', '\t']));
    let texts = said.flat_map(|text| {
        let quoted = format!("'{}'", text.replace('\'', "''"));
        [format!("s = {quoted}"), format!("{quoted} || s"), format!("case when t = 'a' then {quoted} else s end")]
    });
    for (at, expression) in functions.chain(texts).filter(wanted).enumerate() {
        lines.push(format!("  x_{at} = {expression}"));
    }
    lines.push("}".to_owned());
    lines.push("metric how_many = count() from things".to_owned());
    let formulas = functions::AGGREGATES.into_iter().flat_map(functions::formulas);
    for (at, formula) in formulas.filter(wanted).enumerate() {
        lines.push(format!("metric m_{at} = {formula} from things at tick"));
    }
    World {
        config: "project: contract\ncalendar:\n  timezone: Europe/Berlin\n".to_owned(),
        lines,
        tables: vec![things::rows("things")],
    }
}

/// The expressions as keys of a count, twelve at a time; those that are doubles and can be no key as the least of one row.
fn queries(model: &Model, world: &mut World) -> Vec<(Vec<String>, Query)> {
    let source = model.source(model.source_named("things").expect("the source is there"));
    let text_of =
        |name: &str, line: &str| line.trim().strip_prefix(name).map(|rest| rest.trim_start_matches(" = ").to_owned());
    let derived: Vec<(String, String, Base)> = source
        .columns
        .iter()
        .filter(|column| column.derived.is_some())
        .map(|column| {
            let name = column.name.to_string();
            let text = world.lines.iter().find_map(|line| text_of(&format!("{name} = "), line)).unwrap_or_default();
            (name, text, column.ty.base)
        })
        .collect();
    let (doubles, exact): (Vec<_>, Vec<_>) = derived.into_iter().partition(|(_, _, base)| *base == Base::Double);
    let mut queries = Vec::new();
    for some in exact.chunks(TOGETHER) {
        let by = std::iter::once("id".to_owned()).chain(some.iter().map(|(name, ..)| name.clone())).collect();
        let query = Query { metrics: vec!["how_many".to_owned()], by, ..Query::default() };
        queries.push((some.iter().map(|(_, text, _)| text.clone()).collect(), query));
    }
    for some in doubles.chunks(TOGETHER) {
        let least = |name: &String| format!("least_{name}");
        world.lines.extend(some.iter().map(|(name, ..)| format!("metric {} = min({name}) from things", least(name))));
        let metrics = some.iter().map(|(name, ..)| least(name)).collect();
        let by = vec!["id".to_owned()];
        queries
            .push((some.iter().map(|(_, text, _)| text.clone()).collect(), Query { metrics, by, ..Query::default() }));
    }
    let metrics: Vec<(String, String)> = world
        .lines
        .iter()
        .filter_map(|line| line.strip_prefix("metric m_")?.split_once(" = "))
        .map(|(at, formula)| (format!("m_{at}"), formula.to_owned()))
        .collect();
    for some in metrics.chunks(TOGETHER) {
        let names: Vec<String> = some.iter().map(|(name, _)| name.clone()).collect();
        let what: Vec<String> = some.iter().map(|(_, formula)| formula.clone()).collect();
        for (by, filter) in
            [(vec!["half".to_owned()], None), (Vec::new(), None), (Vec::new(), Some("id < 0".to_owned()))]
        {
            queries.push((what.clone(), Query { metrics: names.clone(), by, filter, ..Query::default() }));
        }
    }
    queries
}

/// The request compiled for every dialect; where one refuses, its parts by themselves.
fn ask(sound: &mut Sound, what: &[String], query: &Query, dialects: &[&'static str]) -> Vec<Asked> {
    let asked = compiled(sound, what, query.clone(), dialects);
    if asked.sql.values().all(Result::is_ok) || what.len() == 1 {
        return vec![asked];
    }
    (0..what.len()).map(|one| compiled(sound, &what[one..=one], only(query, one), dialects)).collect()
}

fn compiled(sound: &mut Sound, what: &[String], query: Query, dialects: &[&'static str]) -> Asked {
    let request = sound.request(&query).unwrap_or_else(|said| panic!("{query}: {said}"));
    let sql = dialects.iter().copied().zip(sound.compile(&request, dialects)).collect();
    let expected = holding::evaluated(sound, &request).unwrap_or_else(|said| panic!("{query}: {said}\n{what:#?}"));
    Asked { what: what.to_vec(), query, expected, sql }
}

/// One of the expressions of a request.
fn only(query: &Query, at: usize) -> Query {
    let mut one = query.clone();
    match query.metrics.len() {
        1 if query.by.len() > 1 => one.by = vec![query.by[0].clone(), query.by[at + 1].clone()],
        _ => one.metrics = vec![query.metrics[at].clone()],
    }
    one
}

fn run(engine: &mut Engine, sound: &Sound, all: &[Asked]) -> Tally {
    let mut tally = Tally { name: engine.name, ..Tally::default() };
    if let Err(error) = engine.reset().and_then(|()| engine.run(&sound.seed(engine.name))) {
        tally.wrong.push(format!("{}: the rows do not load: {error}", engine.name));
        return tally;
    }
    for (at, asked) in all.iter().enumerate() {
        match &asked.sql[engine.name] {
            Err(said) if said.starts_with("E0601") => tally.refused.extend(asked.what.iter().cloned()),
            Err(said) => tally.failed.push((at, said.clone())),
            Ok(sql) => match engine.query(sql) {
                Err(error) => tally.failed.push((at, format!("{error}\n{sql}"))),
                Ok(answer) => match holding::same(&asked.expected, &answer, false, engine.name) {
                    Err(_) if is_near(asked, &answer, engine.name) => tally.good += 1,
                    Ok(()) => tally.good += asked.what.len(),
                    Err(said) => tally.failed.push((at, format!("{said}\n{sql}"))),
                },
            },
        }
    }
    tally
}

/// An approximate count is right within a tenth.
fn is_near(asked: &Asked, answer: &Answer, engine: &str) -> bool {
    let approximate = asked.what.len() == 1 && asked.what[0].starts_with("approx_");
    let (wanted, given) =
        (holding::evaluated_cells(&asked.expected), holding::engine_cells(answer, &asked.expected, engine));
    let by_key = |mut rows: Cells| {
        rows.sort_by_key(|row| row[0].to_string());
        rows
    };
    let (wanted, given) = (by_key(wanted), by_key(given));
    let near = |(left, right): (&Cell, &Cell)| match (left.number(), right.number()) {
        (Some(left), Some(right)) => (left - right).abs() <= left.abs() / 10.0,
        _ => left == right,
    };
    approximate && wanted.len() == given.len() && wanted.iter().flatten().zip(given.iter().flatten()).all(near)
}

fn read(grammar: &mut Engine, all: &[Asked]) -> Tally {
    let mut tally = Tally { name: grammar.name, ..Tally::default() };
    let driver = grammar.name;
    for (dialect, _) in engine::GRAMMARS.iter().filter(|(_, of)| *of == driver) {
        for (at, asked) in all.iter().enumerate() {
            match &asked.sql[dialect] {
                Err(said) if said.starts_with("E0601") => tally.refused.extend(asked.what.iter().cloned()),
                Err(said) => tally.failed.push((at, said.clone())),
                Ok(sql) => match grammar.parse(sql) {
                    Ok(()) => tally.good += asked.what.len(),
                    Err(error) => tally.failed.push((at, format!("{error}\n{sql}"))),
                },
            }
        }
    }
    tally
}

/// Each function has a column that needs it: the lists hold what they say.
fn every_function_is_asked(model: &Model) {
    if std::env::var_os("ETALON_CONTRACT").is_some() {
        return;
    }
    let source = model.source(model.source_named("things").expect("the source is there"));
    let mut used: Vec<Function> = Vec::new();
    for column in source.columns.iter().filter_map(|column| column.derived.as_ref()) {
        calls(column, &mut used);
    }
    for function in functions::all() {
        let asked = used.iter().any(|used| discriminant(used) == discriminant(&function));
        assert!(asked || functions::expressions(function).is_empty(), "no column needs {function:?}");
    }
}

fn calls(expr: &RowExpr, used: &mut Vec<Function>) {
    match &expr.kind {
        Kind::Call(function, arguments) => {
            used.push(*function);
            arguments.iter().for_each(|argument| calls(argument, used));
        }
        Kind::Case { arms, otherwise } => {
            let arms = arms.iter().flat_map(|(when, then)| [when, then]);
            arms.chain(otherwise.as_deref()).for_each(|part| calls(part, used));
        }
        Kind::Leaf(_) | Kind::Literal(_) => {}
    }
}
