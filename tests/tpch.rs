//! TPC-H's questions, asked as metrics, against its published answers. `tests/tpch/README.md` says where those come from.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use support::engine::{self, Engine};
use support::markdown::{Cell, Table};
use support::program::etalon;
use support::reference::Reference;
use support::{case, rows};

/// A question of the benchmark: its number, the request, and the answer's columns in the order of ours.
struct Question {
    number: u8,
    request: &'static str,
    columns: &'static str,
}

const QUESTIONS: [Question; 7] = [
    Question {
        number: 1,
        request: "query quantity_sold gross_sales revenue charged avg_quantity avg_price avg_discount lines_sold \
                  --by l_returnflag,l_linestatus --during ..1998-09-02 --order l_returnflag,l_linestatus",
        columns: "l_returnflag l_linestatus sum_qty sum_base_price sum_disc_price sum_charge avg_qty avg_price \
                  avg_disc count_order",
    },
    Question {
        number: 3,
        request: "query revenue --by l_orderkey,order.o_orderdate,order.o_shippriority \
                  --where \"order.customer.c_mktsegment = 'BUILDING' and order.o_orderdate < date '1995-03-15' \
                  and l_shipdate > date '1995-03-15'\" --order -revenue,order.o_orderdate --limit 10",
        columns: "l_orderkey o_orderdate o_shippriority revenue",
    },
    Question {
        number: 5,
        request: "query revenue --by supplier.nation.n_name \
                  --where \"supplier.nation.region.r_name = 'ASIA' and order.customer.c_nationkey = supplier.s_nationkey \
                  and order.o_orderdate >= date '1994-01-01' and order.o_orderdate < date '1995-01-01'\" --order -revenue",
        columns: "n_name revenue",
    },
    Question {
        number: 6,
        request: "query discount_given --where 'l_discount between 0.05 and 0.07 and l_quantity < 24' --during 1994",
        columns: "revenue",
    },
    Question {
        number: 10,
        request: "query revenue --by order.customer.c_custkey,order.customer.c_name,order.customer.c_acctbal,\
                  order.customer.nation.n_name,order.customer.c_address,order.customer.c_phone,order.customer.c_comment \
                  --where \"l_returnflag = 'R' and order.o_orderdate >= date '1993-10-01' \
                  and order.o_orderdate < date '1994-01-01'\" --order -revenue --limit 20",
        columns: "c_custkey c_name c_acctbal n_name c_address c_phone c_comment revenue",
    },
    Question {
        number: 12,
        request: "query late_urgent_lines late_other_lines --by l_shipmode \
                  --where \"l_shipmode in ('MAIL', 'SHIP')\" --during 1994 --order l_shipmode",
        columns: "l_shipmode high_line_count low_line_count",
    },
    Question { number: 14, request: "query promo_revenue --during 1995-09", columns: "promo_revenue" },
];

#[test]
fn the_answers_at_scale_factor_0_01_on_every_engine() {
    // BigQuery's reference implementation takes all rows with each query: it is not for sixty thousand of them.
    let mut engines = engine::at_hand(&["duckdb", "postgres", "sqlite"]);
    if engines.is_empty() {
        return;
    }
    let Some(made) = made("0.01") else { return };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let runs =
            engines.iter_mut().map(|engine| scope.spawn(|| fill(engine, &made).map(|()| ask_all(engine, &made))));
        let runs: Vec<_> = runs.collect();
        let outcomes = runs.into_iter().map(|run| run.join().expect("asking does not panic"));
        outcomes.flat_map(|outcome| outcome.unwrap_or_else(|error| vec![error])).collect()
    });
    let failures: Vec<String> = failures.into_iter().chain(by_the_definitions(&made)).collect();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn the_answers_at_scale_factor_1_on_duckdb() {
    if std::env::var_os("ETALON_TPCH_FULL").is_none() {
        engine::report("NOT RUN: TPC-H at scale factor 1; set ETALON_TPCH_FULL to run it (about half a minute)");
        return;
    }
    let Some(mut duckdb) = engine::at_hand(&["duckdb"]).pop() else { return };
    let Some(made) = made("1") else { return };
    let database = made.join("tpch.db");
    duckdb
        .run(&format!("ATTACH '{}' AS tpch (READ_ONLY); USE tpch", database.display()))
        .expect("the data can be opened");
    let failures = ask_all(&mut duckdb, &made);
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

/// The folder with data and answers at a scale, made if need be; nothing where DuckDB's packages are not installed.
fn made(scale: &str) -> Option<PathBuf> {
    let python = engine::installed().join("venv/bin/python");
    if !python.exists() {
        engine::report("NOT RUN: TPC-H needs DuckDB to make its data; tests/setup installs it");
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tpch-{scale}"));
    if !folder.exists() {
        let new = folder.with_extension(format!("new-{}", std::process::id()));
        let generate = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tpch/generate.py");
        let output = Command::new(python).arg(generate).arg(scale).arg(&new).output().expect("python can be run");
        assert!(output.status.success(), "generate.py: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(&new, &folder).expect("a folder can be renamed");
    }
    Some(folder)
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tpch")
}

/// Makes the tables as `etalon seed` does for tables without rows, and fills them the engine's quick way.
fn fill(engine: &mut Engine, made: &Path) -> Result<(), String> {
    let empty = tempfile::tempdir().map_err(|error| error.to_string())?;
    let files: Vec<PathBuf> = std::fs::read_dir(made.join("data"))
        .map_err(|error| error.to_string())?
        .map(|entry| entry.map(|entry| entry.path()).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    for file in &files {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        let header = text.lines().next().unwrap_or_default();
        let name = file.file_name().expect("a file has a name");
        std::fs::write(empty.path().join(name), format!("{header}\n")).map_err(|error| error.to_string())?;
    }
    let folder = empty.path().display().to_string();
    let seed = etalon(&project(), &["seed", "--data", &folder, "--dialect", engine.name]).succeeded()?;
    engine.reset()?;
    engine.run(&seed).map_err(|error| format!("{}: {error}\n{seed}", engine.name))?;
    for file in &files {
        let table = file.file_stem().expect("a file has a name").to_string_lossy();
        engine.load(&table, file).map_err(|error| format!("{}: {table}: {error}", engine.name))?;
    }
    Ok(())
}

/// Asks every question and gives what went wrong.
fn ask_all(engine: &mut Engine, made: &Path) -> Vec<String> {
    QUESTIONS
        .iter()
        .filter_map(|question| {
            let outcome = ask(engine, question, made);
            outcome.err().map(|error| format!("question {} on {}: {error}", question.number, engine.name))
        })
        .collect()
}

/// Asks the evaluator every question.
fn by_the_definitions(made: &Path) -> Vec<String> {
    let mut reference = match Reference::of_project(&project(), &made.join("data")) {
        Ok(reference) => reference,
        Err(error) => return vec![format!("the evaluator reads no data: {error}")],
    };
    let ask = |question: &Question| {
        let words = case::words(question.request)?;
        let answer = reference.answer(&words)?;
        let mut expected = published(question, made);
        if expected.columns.len() == answer.columns.len() {
            expected.columns.clone_from(&answer.columns);
        }
        rows::compare(&expected, &answer, true)
    };
    let outcomes: Vec<Result<(), String>> = QUESTIONS.iter().map(ask).collect();
    let failed = QUESTIONS.iter().zip(outcomes).filter_map(|(question, outcome)| Some((question, outcome.err()?)));
    failed.map(|(question, error)| format!("question {} by the definitions: {error}", question.number)).collect()
}

fn ask(engine: &mut Engine, question: &Question, made: &Path) -> Result<(), String> {
    let mut words = case::words(question.request)?;
    words.extend(["--dialect".to_string(), engine.name.to_string()]);
    let sql = etalon(&project(), &words).succeeded()?;
    let answer = engine.query(&sql).map_err(|error| format!("{error}\n{sql}"))?;
    let mut expected = published(question, made);
    // The benchmark names its columns otherwise; their order is what is compared.
    if expected.columns.len() == answer.columns.len() {
        expected.columns.clone_from(&answer.columns);
    }
    rows::compare(&expected, &answer, true).map_err(|diff| format!("{diff}{sql}"))
}

/// The published answer, its columns in the order of the question's.
fn published(question: &Question, made: &Path) -> Table {
    let path = made.join(format!("answers/{}.csv", question.number));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines().filter(|line| !line.is_empty()).map(|line| line.split('|').collect::<Vec<_>>());
    let header = lines.next().expect("an answer has a header");
    let place =
        |name: &str| header.iter().position(|column| *column == name).unwrap_or_else(|| panic!("no column {name}"));
    let columns: Vec<String> = question.columns.split_whitespace().map(str::to_string).collect();
    assert_eq!(columns.len(), header.len(), "every column of answer {} is compared", question.number);
    let places: Vec<usize> = columns.iter().map(|name| place(name)).collect();
    let rows: Vec<Vec<Cell>> =
        lines.map(|line| places.iter().map(|&at| Cell::Bare(line[at].to_string())).collect()).collect();
    assert!(!rows.is_empty(), "answer {} has rows", question.number);
    Table { line: 1, columns, rows }
}
