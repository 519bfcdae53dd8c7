//! Formatting keeps every word, text and comment, changes nothing the second time, and nothing in what is meant.

use etalon::diagnostic::Found;
use etalon::source::Sources;
use etalon::syntax;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// The tree of a text without its places, or nothing if it has errors.
fn tree(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let mut found = Found::default();
    let ast = syntax::parse(&sources, &[file], &mut found);
    if found.has_errors() || ast.files[0].broken {
        return None;
    }
    let shown = format!("{:?}", ast.files[0].declarations);
    // Places are `Span { file: FileId(0), start: 1, end: 2 }`: all that may differ.
    let mut tree = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("Span {") {
        tree.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, after)| after);
    }
    tree.push_str(rest);
    Some(tree)
}

/// The text in the one form, and its comments in order.
fn formatted(text: &str) -> (String, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add("a.metric", text);
    let ast = syntax::parse(&sources, &[file], &mut Found::default());
    let comments = ast.files[0].comments.iter().map(|span| sources.slice(*span).trim_end().to_owned()).collect();
    (syntax::format(&ast.files[0], &sources), comments)
}

/// The laws, for a text that parses. Long texts lose shared indentation in the tree, which formatting leaves alone.
fn holds(text: &str, name: &str) {
    let Some(before) = tree(text) else { return };
    let (once, comments) = formatted(text);
    let (twice, comments_after) = formatted(&once);
    assert_eq!(comments, comments_after, "{name}: a comment is lost or moved");
    assert_eq!(tree(&once).as_ref(), Some(&before), "{name}: means something else now\n{once}");
    assert_eq!(twice, once, "{name}: is not at rest after the first time");
    assert!(once.is_empty() || once.ends_with('\n'), "{name}: does not end with a line");
    assert!(!once.contains('\t') || text.contains('\t'), "{name}: has gained a tab");
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every definition that the project has: the sample, TPC-H, the models of cases, the pages of messages.
fn definitions() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for path in files(&root.join("metrics"), "metric").into_iter().chain(files(&root.join("tests/tpch"), "metric")) {
        texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a definition file is readable")));
    }
    let pages =
        files(&root.join("tests/cases"), "md").into_iter().chain(files(&root.join("src/diagnostic/pages"), "md"));
    for path in pages {
        let text = fs::read_to_string(&path).expect("a page is readable");
        for block in text.split("```etalon\n").skip(1) {
            texts.push((path.display().to_string(), block.split("```").next().unwrap_or("").to_owned()));
        }
    }
    assert!(texts.len() > 60, "only {} texts were found", texts.len());
    texts
}

#[test]
fn every_definition_of_the_project_keeps_its_meaning() {
    for (name, text) in definitions() {
        holds(&text, &name);
    }
}

#[test]
fn the_sample_project_is_in_the_one_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in files(&root.join("metrics"), "metric") {
        let text = fs::read_to_string(&path).expect("a definition file is readable");
        assert!(formatted(&text).0 == text, "{}: run `etalon fmt`", path.display());
    }
}

/// Words, texts and comments, cut where white space stands outside of texts.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = text.chars().peekable();
    let mut quote: Option<&str> = None;
    let mut rest = text;
    while let Some(letter) = letters.next() {
        let here = rest;
        rest = &rest[letter.len_utf8()..];
        match quote {
            Some(end) if here.starts_with(end) => {
                for _ in 1..end.len() {
                    words.last_mut().expect("never empty").push(letters.next().unwrap_or(' '));
                    rest = rest.get(1..).unwrap_or("");
                }
                words.last_mut().expect("never empty").push(letter);
                quote = None;
                continue;
            }
            Some(_) => {}
            None if letter.is_whitespace() => {
                if words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
                continue;
            }
            None if here.starts_with("'''") => {
                words.last_mut().expect("never empty").push_str("'''");
                letters.next();
                letters.next();
                rest = rest.get(2..).unwrap_or("");
                quote = Some("'''");
                continue;
            }
            None if letter == '\'' => quote = Some("'"),
            None if letter == '"' => quote = Some("\""),
            None if letter == '#' => quote = Some("\n"),
            None => {}
        }
        words.last_mut().expect("never empty").push(letter);
    }
    words.into_iter().map(|word| word.trim_end().to_owned()).filter(|word| !word.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Line ends and spaces put anywhere between words change neither words nor meaning nor the rest after one formatting.
    #[test]
    fn spaces_between_words_do_not_matter(seed in any::<u64>(), at in 0usize..1000) {
        let texts = definitions();
        let (name, text) = &texts[at % texts.len()];
        let mut state = seed | 1;
        let mut spread = String::new();
        for word in words(text) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            spread.push_str(&word);
            spread.push_str(if word.starts_with('#') { "\n" } else { [" ", "\n", "  ", "\n\n\n", "\t"][(state >> 33) as usize % 5] });
        }
        holds(&spread, name);
    }
}
