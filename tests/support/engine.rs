//! Real engines, each behind a worker process (`tests/engines/worker.py`) that is asked in lines of JSON.

use super::rows::{Answer, Value};
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Every engine that has a driver in `tests/engines/drivers`.
pub const ALL: [&str; 16] = [
    "bigquery",
    "clickhouse",
    "cockroachdb",
    "datafusion",
    "duckdb",
    "mariadb",
    "materialize",
    "mysql",
    "postgres",
    "redshift",
    "risingwave",
    "snowflake",
    "spark",
    "sqlite",
    "trino",
    "tsql",
];

/// Dialects that are said just like another: what its engine answers to the same words holds for them, and each statement has to
/// be those words.
pub const SAID_ALIKE: [(&str, &str); 6] = [
    ("athena", "trino"),
    ("databricks", "spark"),
    ("fabric", "tsql"),
    ("greenplum", "postgres"),
    ("synapse", "tsql"),
    ("yugabytedb", "postgres"),
];

/// Drivers that read statements by a grammar and run none: the dialect, and the file in `tests/engines/drivers`. A dialect may
/// have several; every statement has to pass all of them.
pub const GRAMMARS: [(&str, &str); 2] = [("oracle", "oracle"), ("oracle", "oracle_sqlglot")];

/// Those that answer in a millisecond, for tests that ask tens of thousands of times.
pub const FAST: [&str; 3] = ["duckdb", "postgres", "sqlite"];

/// Those that are no engine of their name, but another that a translation of its statements runs on.
pub const EMULATED: [&str; 4] = ["redshift", "snowflake", "trino", "tsql"];

/// Those that are no engine of their name, but a relative whose language they speak.
pub const RELATED: [&str; 3] = ["cockroachdb", "materialize", "risingwave"];

/// One running engine with one empty database in it.
pub struct Engine {
    pub name: &'static str,
    pub version: String,
    worker: Child,
    /// Nothing once the engine is to end: the worker ends when its input does.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// The engines of this machine, started; `ETALON_ASK=a,b` asks only those, and any that are required. One that is not installed is reported as not run; that is a failure when
/// `ETALON_REQUIRE_ENGINES` names it.
pub fn at_hand(names: &[&'static str]) -> Vec<Engine> {
    let required = std::env::var("ETALON_REQUIRE_ENGINES").unwrap_or_default();
    let required: Vec<&str> = required.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let grammar = |name: &str| GRAMMARS.iter().any(|(_, driver)| *driver == name);
    if let Some(unknown) = required.iter().find(|name| !ALL.contains(name) && !grammar(name)) {
        panic!(
            "ETALON_REQUIRE_ENGINES names `{unknown}`, for which there is no driver; there are {ALL:?} and {GRAMMARS:?}"
        );
    }
    let asked = std::env::var("ETALON_ASK").ok();
    let is_asked = |name: &str| asked.as_deref().is_none_or(|asked| asked.split(',').any(|one| one.trim() == name));
    let (names, others): (Vec<&'static str>, Vec<&'static str>) =
        names.iter().partition(|name| is_asked(name) || required.contains(name));
    others.iter().for_each(|name| report(&format!("NOT RUN on {name}: ETALON_ASK does not name it")));
    let started: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = names.iter().map(|name| scope.spawn(move || Engine::start(name))).collect();
        starts.into_iter().map(|start| start.join().expect("starting an engine does not panic")).collect()
    });
    let mut engines = Vec::new();
    for (name, start) in names.iter().zip(started) {
        match start.unwrap_or_else(|failure| panic!("{name} is installed and does not start: {failure}")) {
            Start::Ready(engine) => engines.push(*engine),
            Start::Missing(reason) if required.contains(name) => {
                panic!("{name} is required and not installed ({reason}): run tests/setup")
            }
            Start::Missing(reason) => report(&format!("NOT RUN on {name}: {reason}; tests/setup installs it")),
        }
    }
    engines
}

/// The same done with each engine, all at once.
pub fn each<T: Send>(engines: &mut [Engine], ask: impl Fn(&mut Engine) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = engines.iter_mut().map(|engine| scope.spawn(|| ask(engine))).collect();
        asked.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Says a line to whoever runs the tests. The test harness would keep `eprintln!` to itself when all is well.
pub fn report(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error can be written");
}

/// What came of starting an engine.
pub enum Start {
    Ready(Box<Engine>),
    Missing(String),
}

impl Engine {
    /// Starts the worker of an engine. An engine that is missing is not an error; one that fails is.
    pub fn start(name: &'static str) -> Result<Start, String> {
        // An engine whose packages do not go with the others' has an environment of its own.
        let kind = match name {
            "mariadb" => "mysql",
            "oracle_sqlglot" | "redshift" | "tsql" => "trino",
            name => name,
        };
        let own = installed().join(format!("venv-{kind}/bin/python"));
        let python = if own.exists() { own } else { installed().join("venv/bin/python") };
        if !python.exists() {
            return Ok(Start::Missing(format!("no {}", python.display())));
        }
        let worker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/worker.py");
        let mut worker = Command::new(python)
            .arg(worker)
            .arg(name)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let requests = worker.stdin.take();
        let answers = BufReader::new(worker.stdout.take().expect("stdout is piped"));
        let mut engine = Engine { name, version: String::new(), worker, requests, answers };
        let hello = engine.hear()?;
        if let Some(reason) = hello["missing"].as_str() {
            return Ok(Start::Missing(reason.to_string()));
        }
        engine.version = succeeded(&hello)?["version"].as_str().unwrap_or_default().to_string();
        Ok(Start::Ready(Box::new(engine)))
    }

    /// An empty database.
    pub fn reset(&mut self) -> Result<(), String> {
        self.ask(&json!({ "reset": true })).map(drop)
    }

    /// Runs statements that give no rows.
    pub fn run(&mut self, script: &str) -> Result<(), String> {
        self.ask(&json!({ "setup": script })).map(drop)
    }

    /// Fills a table from a CSV file with a header row, the quick way of this engine.
    pub fn load(&mut self, table: &str, csv: &Path) -> Result<(), String> {
        self.ask(&json!({ "load": table, "csv": csv })).map(drop)
    }

    /// The rows of a query.
    pub fn query(&mut self, sql: &str) -> Result<Answer, String> {
        let answer = self.ask(&json!({ "sql": sql }))?;
        let columns = array(&answer, "columns")?.iter().map(|c| c.as_str().unwrap_or_default().to_string()).collect();
        let rows = array(&answer, "rows")?
            .iter()
            .map(|row| row.as_array().into_iter().flatten().map(|value| self.read(value)).collect())
            .collect::<Result<_, String>>()?;
        Ok(Answer { columns, rows })
    }

    /// Reads a statement without running it; the error says why it is none.
    pub fn parse(&mut self, sql: &str) -> Result<(), String> {
        self.ask(&json!({ "parse": sql })).map(drop)
    }

    fn read(&self, value: &Json) -> Result<Value, String> {
        let value = Value::from_json(value)?;
        Ok(match value {
            Value::Time(text) if EMULATED.contains(&self.name) => match text.strip_suffix(" 00:00:00") {
                Some(day) => Value::Midnight(day.to_string()),
                None => Value::Time(text),
            },
            other => other,
        })
    }

    fn ask(&mut self, request: &Json) -> Result<Json, String> {
        let requests = self.requests.as_mut().expect("open while the engine lives");
        writeln!(requests, "{request}").map_err(|error| format!("the worker is gone: {error}"))?;
        let answer = self.hear()?;
        succeeded(&answer)?;
        Ok(answer)
    }

    fn hear(&mut self) -> Result<Json, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err("the worker ended without an answer; its last words are on standard error".to_string()),
            Ok(_) => serde_json::from_str(&line).map_err(|error| format!("the worker said {line:?}: {error}")),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.requests = None;
        self.worker.wait().ok();
    }
}

fn succeeded(answer: &Json) -> Result<&Json, String> {
    if answer["ok"] == true {
        Ok(answer)
    } else {
        Err(answer["error"].as_str().unwrap_or("no reason given").to_string())
    }
}

fn array<'a>(answer: &'a Json, name: &str) -> Result<&'a Vec<Json>, String> {
    answer[name].as_array().ok_or_else(|| format!("the worker's answer has no {name}"))
}

/// The folder that `tests/setup` fills.
pub fn installed() -> PathBuf {
    match std::env::var_os("ETALON_ENGINES") {
        Some(folder) => folder.into(),
        None => Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache/etalon-engines"),
    }
}
