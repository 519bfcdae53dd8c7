//! `etalon compile --as`: views, tables and models of dbt, as their warehouses take them.

mod support;

use support::engine;
use support::program::etalon;
use support::sample::{files, with_engines, write};

/// What makes both views and tables here: BigQuery's reference implementation makes none, Spark no view of its own temporary ones.
const ENGINES: [&str; 12] = [
    "clickhouse",
    "cockroachdb",
    "datafusion",
    "duckdb",
    "mariadb",
    "mysql",
    "postgres",
    "redshift",
    "risingwave",
    "snowflake",
    "sqlite",
    "trino",
];

fn compiled(project: &std::path::Path, words: &[&str]) -> Vec<(String, String)> {
    let all = [&["compile"], words].concat();
    etalon(project, &all).succeeded().unwrap_or_else(|said| panic!("etalon {}: {said}", all.join(" ")));
    let mut files = files(&project.join("build"));
    files.retain(|name, _| name.ends_with(".sql"));
    let text = |bytes| String::from_utf8(bytes).expect("SQL is UTF-8");
    files.into_iter().map(|(name, bytes)| (name, text(bytes))).collect()
}

/// The name of a publication, from its file.
fn name(file: &str) -> String {
    let name = file.rsplit('/').next().and_then(|name| name.strip_suffix(".sql"));
    name.map(|name| format!("published_{name}")).expect("a statement's file")
}

#[test]
fn views_and_tables_hold_the_rows_of_their_statement_and_are_made_anew() {
    let project = with_engines(&ENGINES);
    let plain = compiled(project.path(), &[]);
    let root = env!("CARGO_MANIFEST_DIR");
    let forms = ["view", "table"].map(|form| (form, compiled(project.path(), &["--as", form])));
    for (form, wrapped) in &forms {
        assert_eq!(wrapped.len(), plain.len(), "as {form}: one file for each statement");
    }
    engine::each(&mut engine::at_hand(&ENGINES), |engine| {
        let seed = etalon(project.path(), &["seed", "--project", root, "--dialect", engine.name]).succeeded();
        engine.run(&seed.unwrap_or_else(|said| panic!("etalon seed: {said}"))).expect("the sample's data loads");
        let folder = format!("{}_local/", engine.name);
        for (form, wrapped) in &forms {
            let mut held = 0;
            for (file, sql) in wrapped.iter().filter(|(file, _)| file.starts_with(&folder)) {
                let place = format!("{file} as {form} on {}", engine.name);
                // Twice: the second time it is there already.
                for _ in 0..2 {
                    engine.run(sql).unwrap_or_else(|error| panic!("{place}: {error}\n{sql}"));
                }
                let (_, statement) = plain.iter().find(|(other, _)| other == file).expect("the same file");
                let count = format!("SELECT COUNT(*) AS n FROM {}", name(file));
                let stored = engine.query(&count).unwrap_or_else(|error| panic!("{place}: {error}"));
                let asked = engine.query(statement).unwrap_or_else(|error| panic!("{place}: {error}"));
                assert_eq!(stored.rows[0][0].to_string(), asked.rows.len().to_string(), "{place}: other rows");
                let kind = form.to_uppercase();
                engine.run(&format!("DROP {kind} {}", name(file))).unwrap_or_else(|error| panic!("{place}: {error}"));
                held += 1;
            }
            assert!(held > 0, "no statement as {form} for {}", engine.name);
            engine::report(&format!("{} {}: {held} statements as {form}", engine.name, engine.version));
        }
    });
}

#[test]
fn a_view_stands_where_the_warehouse_says() {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    write(
        project.path(),
        "etalon.yaml",
        "project: shop\nwarehouses:\n  prod: { dialect: snowflake, table: 'A.RAW.{source}', publish: 'A.METRICS.{name}' }\n",
    );
    let model = "source orders { id integer key id }\nmetric placed = count() from orders\n";
    write(project.path(), "metrics/orders.metric", model);
    let made = compiled(project.path(), &["--as", "view"]);
    assert!(made[0].1.contains("\nCREATE OR REPLACE VIEW \"A\".\"METRICS\".placed AS\nSELECT"), "{}", made[0].1);

    write(
        project.path(),
        "etalon.yaml",
        "project: shop\nwarehouses:\n  prod: { dialect: snowflake, publish: 'A.METRICS' }\n",
    );
    let run = etalon(project.path(), &["compile", "--as", "view"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("with `{name}` in it, such as 'ANALYTICS.METRICS.{name}'"), "{}", run.err);
}

#[test]
fn no_table_of_a_source_is_replaced() {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    write(
        project.path(),
        "etalon.yaml",
        "project: shop\nwarehouses:\n  prod: { dialect: postgres, table: 'raw.{source}' }\n",
    );
    let model = "source orders { id integer key id }\nmetric \"Orders\" = count() from orders\n";
    write(project.path(), "metrics/orders.metric", model);
    compiled(project.path(), &["--as", "select"]);
    for form in ["view", "table"] {
        let run = etalon(project.path(), &["compile", "--as", form]);
        assert_eq!((run.code, run.error_codes()), (Some(1), vec!["E0603".to_string()]), "{}", run.err);
        assert!(run.err.contains("`Orders` would replace the table of the source `orders`"), "{}", run.err);
    }
    write(
        project.path(),
        "etalon.yaml",
        "project: shop\nwarehouses:\n  prod: { dialect: postgres, table: 'raw.{source}', publish: 'kpi.{name}' }\n",
    );
    compiled(project.path(), &["--as", "table"]);
}

#[test]
fn a_model_of_dbt_is_the_statement_with_its_sources() {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    write(
        project.path(),
        "etalon.yaml",
        "project: shop\nwarehouses:\n  prod:\n    dialect: postgres\n    table: 'raw.{source}'\n    sources: { refunds: { table: back.returned } }\n",
    );
    let model = "source orders { id integer key id }\nsource refunds { id integer why text key id }\n\
                 metric placed = count() from orders { means 'All of them.' }\n\
                 metric odd = count() from refunds where why in ('{{ x }}', '{% y %}', '{# z')\n";
    write(project.path(), "metrics/shop.metric", model);
    let made = compiled(project.path(), &["--as", "dbt"]);
    let text = |name: &str| made.iter().find(|(file, _)| file.ends_with(name)).map(|(_, sql)| sql.as_str());
    let placed = text("metrics/placed.sql").expect("it was made");
    assert!(
        placed.contains("FROM {{ source('shop_raw', 'orders') }} AS orders\n") && !placed.trim_end().ends_with(';'),
        "{placed}"
    );
    // What would be Jinja's own in a constant comes out of Jinja as it stands.
    let odd = text("metrics/odd.sql").expect("it was made");
    assert!(odd.contains("FROM {{ source('shop_back', 'refunds') }} AS refunds"), "{odd}");
    let rendered = odd.replace("{{ '{' }}", "{").replace("{{ source('shop_back', 'refunds') }}", "back.returned");
    assert!(rendered.contains("IN ('{{ x }}', '{% y %}', '{# z')"), "{rendered}");

    let properties =
        std::fs::read_to_string(project.path().join("build/prod/metrics/etalon.yml")).expect("it was made");
    let expected = "\
# Written by etalon: change the definitions, not this file.
version: 2
sources:
- name: shop_back
  schema: back
  tables:
  - name: refunds
    identifier: returned
- name: shop_raw
  schema: raw
  tables:
  - name: orders
models:
- name: odd
  description: ''
  columns:
  - name: odd
- name: placed
  description: All of them.
  columns:
  - name: placed
    description: All of them.
";
    assert_eq!(properties, expected);
    // Back to queries, what dbt had is gone.
    compiled(project.path(), &[]);
    assert!(!project.path().join("build/prod/metrics/etalon.yml").exists());
}
