//! The checks that follow from definitions, on engines: rows that break them are found, exactly those, and nothing where all
//! is well.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::engine::{self, Engine};
use support::markdown::{Cell, Piece, Table, pieces};
use support::program::etalon;
use support::rows;
use support::sample::write;

/// A file of `tests/checks`: a model, its tables, rows that break checks, what must be found, and rows that break none.
struct Case {
    name: String,
    engines: Vec<&'static str>,
    model: String,
    tables: String,
    faulty: Vec<(String, Table)>,
    found: BTreeMap<String, Table>,
    sound: Vec<(String, Table)>,
    /// Checks that are not made.
    not_asserted: Vec<String>,
}

fn case(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks").join(name);
    let text = std::fs::read_to_string(&path).expect("a case can be read");
    let (model, tables) = (String::new(), String::new());
    let (faulty, found, sound) = (Vec::new(), BTreeMap::new(), Vec::new());
    // Whose tables are made by one text; BigQuery's reference implementation makes none.
    let engines = ["duckdb", "postgres", "sqlite"].to_vec();
    let not_asserted = Vec::new();
    let mut case = Case { name: name.to_string(), engines, model, tables, faulty, found, sound, not_asserted };
    let (mut part, mut of) = (String::new(), String::new());
    for piece in pieces(&text).unwrap_or_else(|error| panic!("{name}:{error}")) {
        match piece {
            Piece::Heading { level: 2, text, .. } => part = text,
            Piece::Heading { level: 3, text, .. } => of = text,
            Piece::Prose { text, .. } if text.starts_with("engines: ") => {
                case.engines.retain(|engine| text.contains(engine));
            }
            Piece::Fence { text, .. } if part == "Model" => case.model = text,
            Piece::Fence { text, .. } if part == "Tables" => case.tables = text,
            Piece::Bullet { text, .. } if part == "Not asserted" => case.not_asserted.push(text),
            Piece::Table(table) => match part.as_str() {
                "Data with faults" => case.faulty.push((of.clone(), table)),
                "Data without faults" => case.sound.push((of.clone(), table)),
                "Rows" => assert!(case.found.insert(of.clone(), table).is_none(), "{name}: {of} twice"),
                _ => panic!("{name}:{}: a table in `{part}`", table.line),
            },
            _ => {}
        }
    }
    assert!(!case.model.is_empty() && !case.found.is_empty(), "{name} says nothing");
    case
}

/// Statements that fill tables, with every value as a text that the engine makes one of the column's type.
fn inserts(data: &[(String, Table)]) -> String {
    let value = |cell: &Cell| match cell {
        Cell::Null => "NULL".to_string(),
        Cell::Quoted(text) | Cell::Bare(text) => format!("'{text}'"),
    };
    let row = |row: &Vec<Cell>| format!("({})", row.iter().map(value).collect::<Vec<_>>().join(", "));
    data.iter()
        .map(|(table, rows)| {
            let all: Vec<String> = rows.rows.iter().map(row).collect();
            format!("INSERT INTO {table} ({}) VALUES {};\n", rows.columns.join(", "), all.join(", "))
        })
        .collect()
}

/// The checks of a project in a dialect: name, kind and statement.
fn checks(project: &Path, dialect: &str, more: &[&str]) -> Vec<(String, String, String)> {
    let words = [&["checks", "--dialect", dialect, "--format", "json"], more].concat();
    let listed = etalon(project, &words).succeeded();
    let listed = listed.unwrap_or_else(|said| panic!("etalon checks --dialect {dialect}: {said}"));
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("the list is JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_string();
    let all = listed["checks"].as_array().expect("a list of checks");
    all.iter().map(|check| (text(&check["name"]), text(&check["kind"]), text(&check["sql"][dialect]))).collect()
}

/// What is wrong with the answers of an engine.
fn asked(engine: &mut Engine, case: &Case, all: &[(String, String, String)]) -> Vec<String> {
    let mut failures = Vec::new();
    for data in [&case.faulty, &case.sound] {
        let is_sound = std::ptr::eq(data, &case.sound);
        if is_sound && data.is_empty() {
            continue;
        }
        let loaded = engine.reset().and_then(|()| engine.run(&case.tables)).and_then(|()| match data.is_empty() {
            true => Ok(()),
            false => engine.run(&inserts(data)),
        });
        loaded.unwrap_or_else(|error| panic!("{}: the tables of {} do not load: {error}", engine.name, case.name));
        for (name, _, sql) in all {
            let outcome = engine.query(sql).and_then(|answer| match case.found.get(name).filter(|_| !is_sound) {
                Some(expected) => rows::compare(expected, &answer, false),
                None if answer.rows.is_empty() => Ok(()),
                None => Err(format!("nothing is wrong, and it gives {:?}", answer.rows)),
            });
            failures.extend(outcome.err().map(|error| format!("{}: {name}: {error}\n{sql}", engine.name)));
        }
    }
    failures
}

#[test]
fn rows_that_break_a_check_are_found_and_no_others() {
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let mut failures = Vec::new();
    for case in ["shop.md", "edges.md", "forms.md"].map(case) {
        let project = tempfile::tempdir().expect("a temporary folder can be made");
        write(project.path(), "etalon.yaml", "project: checked\n");
        write(project.path(), "metrics/model.metric", &case.model);
        for engine in &mut engine::at_hand(&case.engines) {
            let all = checks(project.path(), engine.name, &["--dangling"]);
            let names: BTreeSet<&String> = all.iter().map(|(name, ..)| name).collect();
            let lost: Vec<&String> = case.found.keys().filter(|name| !names.contains(name)).collect();
            assert!(lost.is_empty(), "{}: no check is called {lost:?}, there are {names:?}", case.name);
            let made: Vec<&String> = case.not_asserted.iter().filter(|name| names.contains(name)).collect();
            assert!(made.is_empty(), "{}: {made:?} are made, and nothing rests on them", case.name);
            kinds
                .extend(all.iter().filter(|(name, ..)| case.found.contains_key(name)).map(|(_, kind, _)| kind.clone()));
            failures.extend(asked(engine, &case, &all));
            let found = case.found.len();
            engine::report(&format!("{}: {} checks on {}, {found} with rows", case.name, all.len(), engine.name));
        }
    }
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
    let every = "accepted apart check days form gaps interval key match nested not_null versions";
    if !kinds.is_empty() {
        assert_eq!(kinds.into_iter().collect::<Vec<_>>().join(" "), every, "every kind is broken somewhere");
    }
}

/// Columns that files cannot have without a value: that is found as they are read.
const GIVEN: [(&str, &str); 3] = [("prices", "price"), ("sales", "line"), ("sales", "product_id")];

/// A table as a file, without the rows that cannot be read.
fn csv(name: &str, table: &Table) -> String {
    let is_given = |column: &String| GIVEN.contains(&(name, column.as_str()));
    let readable = |row: &&Vec<Cell>| {
        table.columns.iter().zip(*row).all(|(column, cell)| !(is_given(column) && *cell == Cell::Null))
    };
    let text = |cell: &Cell| match cell {
        Cell::Null => String::new(),
        Cell::Quoted(text) | Cell::Bare(text) => text.clone(),
    };
    let rows = table.rows.iter().filter(readable);
    let lines = rows.map(|row| row.iter().map(text).collect::<Vec<_>>().join(","));
    [table.columns.join(",")].into_iter().chain(lines).map(|line| line + "\n").collect()
}

/// What is said of a check's rows, as an answer with the columns of a table.
fn answer(check: &serde_json::Value, columns: &[String]) -> rows::Answer {
    let value = |json: &serde_json::Value| match json {
        serde_json::Value::Null => rows::Value::Null,
        serde_json::Value::Number(number) => rows::Value::Exact(number.to_string()),
        serde_json::Value::String(text) if text.len() >= 10 && text.starts_with("20") => {
            rows::Value::Time(text.clone())
        }
        serde_json::Value::String(text) => rows::Value::Text(text.clone()),
        other => panic!("{other} in a row"),
    };
    let row = |row: &serde_json::Value| {
        let row = row.as_object().expect("a row is an object");
        assert_eq!(row.keys().collect::<BTreeSet<_>>(), columns.iter().collect::<BTreeSet<_>>());
        columns.iter().map(|column| value(&row[column])).collect()
    };
    let all = check["rows"].as_array().expect("rows");
    rows::Answer { columns: columns.to_vec(), rows: all.iter().map(row).collect() }
}

#[test]
fn the_same_rows_are_found_in_files() {
    let case = case("shop.md");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(folder.path(), "etalon.yaml", "project: checked\n");
    write(folder.path(), "metrics/model.metric", &case.model);
    let words = ["checks", "--dangling", "--data", "rows", "--format", "json"];
    for (data, code) in [(&case.faulty, 1), (&case.sound, 0)] {
        for (name, table) in data {
            write(folder.path(), &format!("rows/{name}.csv"), &csv(name, table));
        }
        let run = etalon(folder.path(), &words);
        assert_eq!(run.code, Some(code), "{}{}", run.out, run.err);
        let said: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("no JSON: {}", run.out));
        let all = said["checks"].as_array().expect("a list of checks");
        assert!(all.len() > 30, "only {} checks", all.len());
        let mut broken = BTreeSet::new();
        for check in all {
            let name = check["name"].as_str().expect("a name");
            let mut expected = case.found.get(name).filter(|_| code == 1).cloned();
            if let Some(expected) = &mut expected {
                // The lines without a number are not in the file.
                let line = expected.columns.iter().position(|column| column == "line");
                expected.rows.retain(|row| line.is_none_or(|line| row[line] != Cell::Null));
            }
            match expected.filter(|expected| check["kind"] != "not_null" && !expected.rows.is_empty()) {
                Some(expected) => {
                    let answer = answer(check, &expected.columns);
                    rows::compare(&expected, &answer, false).unwrap_or_else(|diff| panic!("{name}: {diff}"));
                    broken.insert(name);
                }
                None => assert_eq!(check["rows"].as_array().map(Vec::len), Some(0), "{name}"),
            }
        }
        assert_eq!(broken.len(), if code == 1 { 15 } else { 0 }, "{broken:?}");
    }
}

#[test]
fn the_samples_rows_break_no_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = etalon(root, &["checks", "--data", "metrics/data"]);
    assert_eq!(data.code, Some(0), "{}{}", data.out, data.err);
    let failures = engine::each(&mut engine::at_hand(&engine::ALL), |engine| {
        let seed = etalon(root, &["seed", "--dialect", engine.name]).succeeded().expect("the sample can be seeded");
        engine.reset().and_then(|()| engine.run(&seed)).expect("the sample's data loads");
        let all = checks(root, engine.name, &[]);
        assert!(all.len() > 50, "only {} checks", all.len());
        let mut failures = Vec::new();
        for (name, _, sql) in &all {
            match engine.query(sql) {
                Ok(answer) if answer.rows.is_empty() => {}
                Ok(answer) => failures.push(format!("{}: {name} gives {:?}\n{sql}", engine.name, answer.rows)),
                Err(error) => failures.push(format!("{}: {name}: {error}\n{sql}", engine.name)),
            }
        }
        engine::report(&format!("sample: {} checks on {} {}", all.len(), engine.name, engine.version));
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}
