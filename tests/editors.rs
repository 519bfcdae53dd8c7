//! What editors colour follows the language: a word that the grammar has and an editor does not know is found here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The words of the language: those that the grammar has as keywords, its types and units of time.
fn keywords() -> BTreeSet<String> {
    let grammar = read("grammar/etalon.pest");
    let mut words = BTreeSet::new();
    for line in grammar.lines() {
        let Some((rule, text)) = line.split_once(" = @{ ") else { continue };
        let is_words = rule.starts_with("kw_") || rule == "type_word" || rule == "duration_unit";
        let quoted = text.split('"').skip(1).step_by(2).filter(|word| word.len() > 1);
        words.extend(quoted.filter(|_| is_words).map(str::to_owned));
    }
    assert!(words.len() > 90, "only {} words were found in the grammar: the reading of it is broken", words.len());
    words
}

/// The functions that the compiler knows, by its own tables: `("abs", "abs(x)"),` of rows, `"count",` of metrics.
fn functions() -> BTreeSet<String> {
    let of_rows = read("src/check/functions.rs");
    let of_rows = of_rows.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.strip_suffix("\"),"));
    let of_metrics = read("src/check/formula.rs");
    let of_metrics = of_metrics.lines().filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\","));
    let names: BTreeSet<String> =
        of_rows.chain(of_metrics).filter_map(|line| line.split('"').next()).map(str::to_owned).collect();
    assert!(names.contains("nullif") && names.contains("follow") && names.len() > 45, "{names:?}");
    names
}

/// The words of a file of patterns.
fn words(text: &str) -> BTreeSet<String> {
    // `\bkey` and `\<key` begin with a sign that is no part of the word; `\s` and `\w` stand for others.
    let plain = text.replace("\\\\b", " ").replace("\\b", " ").replace("\\<", " ").replace("\\>", " ");
    let plain = plain.replace("\\\\s", " ").replace("\\s", " ").replace("\\zs", " ").replace("\\ze", " ");
    plain.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').map(str::to_owned).collect()
}

#[test]
fn every_word_of_the_language_is_known_to_every_editor() {
    for file in ["editors/vscode/syntaxes/metric.tmLanguage.json", "editors/vim/syntax/etalon.vim"] {
        let known = words(&read(file));
        let missing: Vec<String> = keywords().into_iter().filter(|word| !known.contains(word)).collect();
        assert!(missing.is_empty(), "{file} does not know {missing:?}");
    }
}

#[test]
fn every_function_is_known_to_every_editor() {
    for file in ["editors/vscode/syntaxes/metric.tmLanguage.json", "editors/vim/syntax/etalon.vim"] {
        let known = words(&read(file));
        // `month_of` and `days_between` are put together from units.
        let is_known = |name: &String| {
            known.contains(name)
                || ["_of", "s_between"]
                    .iter()
                    .any(|end| name.strip_suffix(end).is_some_and(|unit| known.contains(unit)))
        };
        let missing: Vec<String> = functions().into_iter().filter(|name| !is_known(name)).collect();
        assert!(missing.is_empty(), "{file} does not know {missing:?}");
    }
}

/// An editor says nothing of a file that it cannot read: no colours come.
#[test]
fn the_extension_holds_together() {
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_str(&read(&format!("editors/vscode/{name}"))).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let package = json("package.json");
    let language = &package["contributes"]["languages"][0];
    let grammar = &package["contributes"]["grammars"][0];
    assert_eq!(language["extensions"][0], ".metric");
    assert_eq!(language["id"], grammar["language"]);
    json(language["configuration"].as_str().unwrap());
    let grammar_file = json(grammar["path"].as_str().unwrap());
    assert_eq!(grammar_file["scopeName"], grammar["scopeName"]);
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    // Each `include` leads somewhere.
    let text = grammar_file.to_string();
    for name in text.split("\"include\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(grammar_file["repository"][name].is_object(), "there is no `#{name}`");
    }
    // What `etalon init` writes for VS Code names the same language.
    let settings: serde_json::Value =
        serde_json::from_str(&read("src/cli/init/templates/vscode/settings.json")).unwrap();
    assert_eq!(settings["files.associations"]["*.metric"], language["id"]);
}
