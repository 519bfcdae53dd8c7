//! Case files: one sentence each, with the model, the data and the request that prove it, and the rows a head worked out.

use super::engine;
use super::markdown::{Cell, Piece, Table, pieces};
use std::path::{Path, PathBuf};

/// One case file.
#[derive(Debug)]
pub struct Case {
    /// Its path under `tests/cases`, without the ending.
    pub name: String,
    pub path: PathBuf,
    /// All engines, unless the case says `engines: …`.
    pub engines: Vec<&'static str>,
    pub model: String,
    pub config: String,
    pub data: Vec<(String, Table)>,
    /// What `etalon check` must find; nothing for a sound model.
    pub found_by_check: Vec<Finding>,
    pub steps: Vec<Step>,
}

/// A request and what must come of it.
#[derive(Debug)]
pub struct Step {
    pub line: usize,
    /// The words after `etalon`.
    pub words: Vec<String>,
    pub expected: Expected,
}

#[derive(Debug)]
pub enum Expected {
    Rows(Table),
    Findings(Vec<Finding>),
}

/// A line under `## Error`: a code, and pieces that its message has.
#[derive(Debug)]
pub struct Finding {
    pub code: String,
    pub says: Vec<String>,
}

impl Step {
    /// Whether the order of rows was asked for.
    pub fn is_ordered(&self) -> bool {
        self.words.iter().any(|word| word == "--order" || word.starts_with("--order=") || word == "--limit")
    }

    /// Whether the request names its own dialect, so that it is not put to each engine.
    pub fn names_dialect(&self) -> bool {
        self.words.iter().any(|word| ["--dialect", "--warehouse"].iter().any(|option| word.starts_with(option)))
    }
}

/// Every case under a folder, in order of name. Unreadable ones are errors, each with its place.
pub fn all(folder: &Path) -> (Vec<Case>, Vec<String>) {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()));
        for entry in entries {
            let path = entry.expect("a folder can be read to its end").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md") {
                files.push(path);
            }
        }
    }
    files.sort();
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("").display().to_string();
        let text = std::fs::read_to_string(&path).expect("a case file is UTF-8");
        match parse(&name, &path, &text) {
            Ok(case) => cases.push(case),
            Err(error) => errors.push(format!("{}:{error}", path.display())),
        }
    }
    (cases, errors)
}

/// Reads a case. An error begins with its line number.
pub fn parse(name: &str, path: &Path, text: &str) -> Result<Case, String> {
    let mut case = Case {
        name: name.to_string(),
        path: path.to_path_buf(),
        engines: engine::ALL.to_vec(),
        model: String::new(),
        config: String::new(),
        data: Vec::new(),
        found_by_check: Vec::new(),
        steps: Vec::new(),
    };
    let mut section = String::new();
    let mut source: Option<String> = None;
    let mut request: Option<(usize, Vec<String>)> = None;
    let mut last_line = 1;
    for piece in pieces(text)? {
        match piece {
            Piece::Heading { level: 1, .. } if section.is_empty() => section = "title".to_string(),
            Piece::Heading { line, level: 2, text } => {
                if !["Model", "Config", "Data", "Request", "Rows", "Error"].contains(&text.as_str()) {
                    return Err(format!(
                        "{line}: a section is Model, Config, Data, Request, Rows or Error, not {text}"
                    ));
                }
                if request.is_some() && text == "Request" {
                    return Err(format!("{line}: the request before this one has neither rows nor an error"));
                }
                section = text;
            }
            Piece::Heading { level: 3, text, .. } if section == "Data" => source = Some(text),
            Piece::Heading { line, text, .. } => return Err(format!("{line}: the heading {text} has no place here")),
            Piece::Prose { line, text } if section == "title" => {
                if let Some(names) = text.strip_prefix("engines:") {
                    case.engines = engines(names).map_err(|error| format!("{line}: {error}"))?;
                }
            }
            Piece::Prose { .. } => {}
            Piece::Bullet { line, text } if section == "Error" => {
                let finding = finding(&text).map_err(|error| format!("{line}: {error}"))?;
                match (&request, case.steps.last_mut()) {
                    (Some(_), _) => {
                        let (line, words) = request.take().expect("matched above");
                        case.steps.push(Step { line, words, expected: Expected::Findings(vec![finding]) });
                    }
                    (None, Some(Step { expected: Expected::Findings(findings), .. })) => findings.push(finding),
                    (None, Some(_)) => return Err(format!("{line}: this error belongs to no request")),
                    (None, None) => case.found_by_check.push(finding),
                }
            }
            Piece::Bullet { .. } => {}
            Piece::Fence { line, language, text } => match (section.as_str(), language.as_str()) {
                ("Model", "etalon") => case.model += &text,
                ("Config", "yaml") => case.config += &text,
                ("Request", "sh") if request.is_none() => {
                    let mut words = words(&text).map_err(|error| format!("{line}: {error}"))?;
                    if words.is_empty() || words.remove(0) != "etalon" {
                        return Err(format!("{line}: a request begins with `etalon`"));
                    }
                    request = Some((line, words));
                }
                _ => return Err(format!("{line}: a block of `{language}` has no place under {section}")),
            },
            Piece::Table(table) => match section.as_str() {
                "Data" => {
                    let line = table.line;
                    let source = source.take().ok_or(format!("{line}: name the source of this table: ### source"))?;
                    case.data.push((source, table));
                }
                "Rows" => {
                    let line = table.line;
                    let (at, words) = request.take().ok_or(format!("{line}: these rows belong to no request"))?;
                    case.steps.push(Step { line: at, words, expected: Expected::Rows(table) });
                }
                _ => return Err(format!("{}: a table has no place under {section}", table.line)),
            },
        }
        last_line = text.lines().count().max(last_line);
    }
    if let Some((line, _)) = request {
        return Err(format!("{line}: this request has neither rows nor an error"));
    }
    if case.model.is_empty() {
        return Err(format!("{last_line}: no `## Model` with a block of etalon"));
    }
    if case.steps.is_empty() && case.found_by_check.is_empty() {
        return Err(format!("{last_line}: nothing is requested and no error is expected, so nothing is proved"));
    }
    Ok(case)
}

/// Names of engines, or of those that are left out, as in `all but snowflake`; `reference` alone is none of them: only the evaluator answers, as it answers every case.
fn engines(names: &str) -> Result<Vec<&'static str>, String> {
    if let Some(others) = names.trim().strip_prefix("all but ") {
        let others = engines(others)?;
        return Ok(engine::ALL.into_iter().filter(|name| !others.contains(name)).collect());
    }
    names
        .split([',', ' ', '.'])
        .filter(|name| !name.is_empty() && *name != "reference")
        .map(|name| engine::ALL.into_iter().find(|known| *known == name).ok_or(format!("no engine `{name}`")))
        .collect()
}

/// `E0501 `one piece`, `another``
fn finding(text: &str) -> Result<Finding, String> {
    let code = text.split([' ', ':', ',']).next().unwrap_or_default().trim_matches('`').to_string();
    let is_code = code.len() == 5 && code.starts_with('E') && code[1..].bytes().all(|b| b.is_ascii_digit());
    if !is_code {
        return Err(format!("an error begins with its code, as E0501, not {code}"));
    }
    let after = text.split_once(&code).map(|(_, rest)| rest.strip_prefix('`').unwrap_or(rest)).unwrap_or_default();
    let says = after.split('`').skip(1).step_by(2).map(str::to_string).collect();
    Ok(Finding { code, says })
}

/// Splits a command line into words as a shell does: quotes of both kinds, backslashes, and lines that go on.
pub fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(inner) => word.push(inner),
                        None => return Err("a quote is not closed".to_string()),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(escaped @ ('"' | '\\' | '$' | '`')) => word.push(escaped),
                            Some(other) => word.extend(['\\', other]),
                            None => return Err("a quote is not closed".to_string()),
                        },
                        Some(inner) => word.push(inner),
                        None => return Err("a quote is not closed".to_string()),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') => words.extend(word.take()),
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => return Err("the line ends in a backslash".to_string()),
            },
            '\n' => return Err("one request has one command".to_string()),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The data of a source as `etalon seed` reads it: nothing between the commas is null, `""` is the empty text.
pub fn csv(table: &Table) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut lines = vec![table.columns.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",")];
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Null => String::new(),
            Cell::Quoted(text) => quoted(text),
            Cell::Bare(text) if text.contains([',', '"', '\n']) => quoted(text),
            Cell::Bare(text) => text.clone(),
        });
        lines.push(cells.collect::<Vec<_>>().join(","));
    }
    lines.join("\n") + "\n"
}

#[test]
fn a_command_is_split_as_a_shell_would() {
    let split = words("etalon query m \\\n  --where \"a = 'x y'\" --by 'c d',e\\ f \"\"").expect("well formed");
    assert_eq!(split, ["etalon", "query", "m", "--where", "a = 'x y'", "--by", "c d,e f", ""]);
    assert!(words("a 'b").is_err());
}

#[test]
fn a_case_that_proves_nothing_is_refused() {
    let model = "# T\n\n## Model\n```etalon\nsource s {}\n```\n";
    assert!(parse("t", Path::new("t.md"), model).is_err());
    let unanswered = format!("{model}## Request\n```sh\netalon query m\n```\n");
    assert!(parse("t", Path::new("t.md"), &unanswered).is_err_and(|error| error.starts_with("8:")));
    let case = parse("t", Path::new("t.md"), &format!("{unanswered}## Error\n- E0501 at `x`, `y z`\n- E0502\n"));
    let Ok([Step { expected: Expected::Findings(findings), .. }]) = case.as_ref().map(|case| &case.steps[..]) else {
        panic!("one step with findings, not {case:?}")
    };
    assert_eq!(findings[0].code, "E0501");
    assert_eq!(findings[0].says, ["x", "y z"]);
    assert_eq!(findings[1].code, "E0502");
}
