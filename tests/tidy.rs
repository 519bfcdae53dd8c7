//! The rules of the house, checked in its own text: which room may use which, how long a file is, and no crumbs.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up. A room uses those on lines above its own, never one below, never a sibling on its own line.
const ROOMS: [&[&str]; 19] = [
    &["source", "suggest"],
    &["diagnostic"],
    &["syntax"],
    &["resolve"],
    &["model"],
    &["check"],
    &["meaning"],
    &["assertion", "testing"],
    &["plan"],
    &["dialect"],
    &["sql"],
    &["vet"],
    &["emit"],
    &["govern"],
    &["audit", "exchange"],
    &["catalogue"],
    &["engine", "project"],
    &["lsp", "cli"],
    &["main"],
];

fn level(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn source_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = files("src", "rs");
    assert!(files.len() > 40, "the walk over src/ found only {} files", files.len());
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is readable");
            (path.strip_prefix(root).expect("it is below the root").display().to_string(), text)
        })
        .collect()
}

/// `src/check/row.rs` is in `check`, `src/vet.rs` is `vet`.
fn room_of(path: &str) -> &str {
    let rest = path.trim_start_matches("src/");
    rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
}

/// The rooms that a text names: `crate::model`, `etalon::model` in main.
fn rooms_used(text: &str) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or(line);
        for start in code.match_indices("crate::").map(|(at, word)| at + word.len()) {
            let rest = &code[start..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => {
                    let list = list.split('}').next().unwrap_or(list);
                    list.split(',').map(|name| name.trim().split("::").next().unwrap_or("")).collect()
                }
                None => vec![rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")],
            };
            used.extend(names.into_iter().filter(|name| !name.is_empty()).map(|name| (number + 1, name.to_owned())));
        }
    }
    used
}

#[test]
fn no_arrow_runs_back() {
    let mut arrows = Vec::new();
    let mut seen = 0;
    for (path, text) in source_files() {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let own = level(room).unwrap_or_else(|| panic!("{path}: the room `{room}` has no place in the list of rooms"));
        for (line, used) in rooms_used(&text) {
            if used == room {
                continue;
            }
            seen += 1;
            match level(&used) {
                Some(above) if above < own => {}
                Some(_) => arrows.push(format!("{path}:{line}: `{room}` uses `{used}`, which is not above it")),
                None => arrows.push(format!("{path}:{line}: `{used}` is no room")),
            }
        }
    }
    assert!(seen > 50, "only {seen} arrows were found: the reading of them is broken");
    assert!(arrows.is_empty(), "\n{}", arrows.join("\n"));
}

#[test]
fn only_one_file_sees_pest() {
    let users: Vec<String> =
        source_files().into_iter().filter(|(_, text)| text.contains("pest::")).map(|(path, _)| path).collect();
    assert_eq!(users.len(), 1, "pest is seen by {users:?}");
}

#[test]
fn no_warehouse_is_named_outside_its_dialect() {
    // What they are called where they are chosen, and in people's mouths.
    let names = etalon::dialect::ALL.iter().flat_map(|dialect| [dialect.name.to_owned(), dialect.title.to_lowercase()]);
    let names: Vec<String> = names.chain(["mssql", "googlesql", "sqlserver"].map(str::to_owned)).collect();
    assert!(names.len() > 40, "only {} names", names.len());
    let mut named = Vec::new();
    for (path, text) in source_files() {
        if path.starts_with("src/dialect/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            let code = code.split("//").next().unwrap_or(code).to_lowercase();
            if names.iter().any(|name| code.contains(name.as_str())) {
                named.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(named.is_empty(), "\n{}", named.join("\n"));
}

#[test]
fn no_crumbs() {
    let crumbs = ["todo!", "unimplemented!", "dbg!", "FIXME", "TODO", "#[ignore"];
    let mut found = Vec::new();
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")).chain(files("grammar", "pest")) {
        if path.ends_with("tests/tidy.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file is readable");
        for (number, line) in text.lines().enumerate() {
            if crumbs.iter().any(|crumb| line.contains(crumb)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Rooms stay small: split by meaning before a file grows past this.
#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    const MOST: usize = 700;
    let long: Vec<String> = source_files()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

/// Between the text and the statements nothing reads the disk, the clock or the environment: the same input gives the same
/// bytes.
#[test]
fn the_compiler_itself_is_pure() {
    const IMPURE: [&str; 8] = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "SystemTime",
        "Instant::now",
        "Zoned::now",
        "Timestamp::now",
    ];
    let doors = ["project", "cli", "main", "engine", "lsp"];
    let mut found = Vec::new();
    for (path, text) in source_files() {
        if doors.contains(&room_of(&path)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if IMPURE.iter().any(|word| line.contains(word)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Every room begins with what it is for and what always holds in it.
#[test]
fn rooms_say_their_invariants() {
    for (path, text) in source_files() {
        if path.ends_with("/mod.rs") && path.matches('/').count() == 2 {
            assert!(text.starts_with("//!"), "{path} does not begin with what the room is for");
            assert!(text.contains("Invariant"), "{path} does not say its invariants");
        }
    }
}
