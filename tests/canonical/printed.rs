//! What is printed of definitions can be typed again.

use super::pairs::{DIFFERENT, Letters, SAME, filled};
use super::shop::{Random, SHOP, calendar, read};
use etalon::meaning::{self, canonical};
use etalon::model::SourceId;

/// What is printed of a formula and of a computed column can be typed again, and means the same.
#[test]
fn printed_definitions_mean_the_same() {
    let mut text = String::from(SHOP);
    let mut random = Random(5);
    for (at, (left, right)) in SAME.iter().chain(DIFFERENT).enumerate() {
        let letters = Letters::any(&mut random);
        text.push_str(&format!(
            "metric l{at} = {}\nmetric r{at} = {}\n",
            filled(left, &letters),
            filled(right, &letters)
        ));
    }
    assert_eq!(again(&text), 2 * (SAME.len() + DIFFERENT.len()) + 5);
}

#[test]
fn printed_definitions_of_the_sample_mean_the_same() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics");
    let mut text = String::new();
    for folder in [root.clone(), root.join("sources")] {
        let files = std::fs::read_dir(folder).expect("the sample is there").flatten().map(|entry| entry.path());
        for file in files.filter(|file| file.extension().is_some_and(|it| it == "metric")) {
            text.push_str(&std::fs::read_to_string(file).expect("a file of the sample can be read"));
        }
    }
    assert!(again(&text) > 50);
}

/// Adds, for each metric, one that is defined by what is printed of it, and compares the two; says how many there were.
fn again(text: &str) -> usize {
    let (model, _) = read(text, &calendar());
    let mut more = text.to_owned();
    for metric in &model.metrics {
        more.push_str(&format!(
            "\nmetric \"{} again\" = {}",
            metric.name,
            meaning::formula_text(&model, &metric.formula)
        ));
    }
    // Of each measure's rows, a count of them where a computed column is not null, written out.
    let mut columns = Vec::new();
    for (at, source) in model.sources.iter().enumerate() {
        for column in &source.columns {
            let Some(derived) = &column.derived else { continue };
            let printed = meaning::row_text(&model, SourceId(at as u32), derived);
            let name = format!("{}.{}", source.name, column.name);
            more.push_str(&format!("\nmetric \"{name}\" = count(distinct {}) from {}", column.name, source.name));
            more.push_str(&format!("\nmetric \"{name} again\" = count(distinct {printed}) from {}", source.name));
            columns.push(name);
        }
    }
    let (model, _) = read(&more, &calendar());
    let metrics = model.metrics.iter().filter(|metric| !metric.name.ends_with(" again"));
    let mut count = 0;
    let mut formulas = canonical::Canonical::new(&model);
    for metric in metrics {
        let [one, two] = [metric.name.to_string(), format!("{} again", metric.name)]
            .map(|name| formulas.formula(model.metric_named(&name).expect("it is declared")));
        if metric.fill.is_none() {
            assert_eq!(one, two, "{}: {}", metric.name, meaning::formula_text(&model, &metric.formula));
        }
        count += 1;
    }
    count - columns.len()
}
