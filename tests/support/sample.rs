//! The sample project in a folder of a test's own, and folders held against each other.

use super::program::{Run, etalon};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the sample has no metric for.
const MORE: &str = "
metric first_amount 'Amount of the first order' = first(amount) from orders {
  owner finance
}

metric last_amount 'Amount of the last order' = last(amount) from orders {
  owner finance
}
";

/// One request for each way that a request is put together.
pub const REQUESTS: [(&str, &str); 14] = [
    ("one source", "query revenue --by month,customer.region --during 2026"),
    ("several sources, stacked", "query revenue bookings leads --by month,region"),
    ("a ratio", "query win_rate --by region"),
    ("a ratio of two sources", "query refund_rate cac --by quarter"),
    ("a filter on a metric", "query enterprise_bookings bookings --by week --where \"region = 'EMEA'\""),
    ("a total", "query region_share --by month,customer.region"),
    ("per: a metric of every key first", "query bookings_per_rep avg_daily_buyers --by quarter"),
    ("metric(): a number of every row", "query repeat_rate repeat_customers --by first_bought_in,segment"),
    ("a median", "query median_deal_size --by quarter,region"),
    ("the first and the last", "query first_amount last_amount --by month"),
    ("an axis of instants", "query visits visitors --by day,region --during 2026-03"),
    (
        "having, order and limit",
        "query revenue net_revenue --by month --having 'revenue > 1000' --order -revenue --limit 5",
    ),
    ("no metrics: the values there are", "query --by region,segment"),
    ("no keys", "query first_order_at commission_due"),
];

/// Where the sample's definitions lie.
pub fn definitions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics")
}

/// The definition files of the sample, each with its path below `metrics` and its text, in order of names.
pub fn texts() -> BTreeMap<String, String> {
    let mut texts = files(&definitions());
    texts.retain(|name, _| name.ends_with(".metric"));
    assert!(texts.len() > 5, "the sample has definitions: {:?}", texts.keys());
    texts.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("a definition is UTF-8"))).collect()
}

/// A project with the sample's `etalon.yaml` and these definition files.
pub fn project(texts: &BTreeMap<String, String>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let config = std::fs::read_to_string(definitions().join("etalon.yaml")).expect("the sample has an etalon.yaml");
    write(folder.path(), "metrics/etalon.yaml", &config);
    for (name, text) in texts {
        write(folder.path(), &format!("metrics/{name}"), text);
    }
    folder
}

/// The sample, with a warehouse for each engine whose tables are called as the sources are.
pub fn with_engines(engines: &[&str]) -> tempfile::TempDir {
    let folder = project(&texts());
    let path = folder.path().join("metrics/etalon.yaml");
    let config = std::fs::read_to_string(&path).expect("it was written");
    let (rest, _) = config.split_once("warehouses:").expect("the sample has warehouses");
    let warehouses = engines.iter().map(|name| {
        format!("  {name}_local: {{ dialect: {name}, table: '{{source}}', publish: 'published_{{name}}' }}\n")
    });
    let config = format!("{rest}warehouses:\n{}", warehouses.collect::<String>());
    std::fs::write(&path, config).expect("it was written");
    folder
}

/// The sample, and what it has no metric for.
pub fn with_more() -> tempfile::TempDir {
    let mut texts = texts();
    texts.insert("more.metric".to_string(), MORE.to_string());
    project(&texts)
}

/// Writes a file below a folder, and the folders it needs.
pub fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder can be made");
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Every file below a folder with its bytes, by its path with `/`.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("a folder can be read to its end").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder").display().to_string();
                found.insert(name.replace('\\', "/"), std::fs::read(&path).expect("a file can be read"));
            }
        }
    }
    found
}

/// The statements that `compile` makes of a project, by their path below `build`.
pub fn compiled(project: &Path) -> BTreeMap<String, String> {
    etalon(project, &["compile"]).succeeded().unwrap_or_else(|said| panic!("etalon compile: {said}"));
    let mut files = files(&project.join("build"));
    files.retain(|name, _| name.ends_with(".sql"));
    assert!(!files.is_empty(), "compile wrote no statement");
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).expect("SQL is UTF-8"))).collect()
}

/// A run's exit, and what it printed where, with the folder's own name taken out.
pub fn told(folder: &Path, run: &Run) -> String {
    let exit = run.code.map_or("a signal".to_string(), |code| code.to_string());
    format!("exit {exit}\n--- out\n{}--- err\n{}", plain(folder, &run.out), plain(folder, &run.err))
}

/// A text with the folder's own name taken out.
pub fn plain(folder: &Path, text: &str) -> String {
    let canonical = folder.canonicalize().expect("the folder is there");
    let text = text.replace(&canonical.display().to_string(), "[folder]");
    text.replace(&folder.display().to_string(), "[folder]")
}
