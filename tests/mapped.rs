//! Physical names: a source's table, its columns and the query in its place are what `etalon.yaml` says, on every engine, quoted as
//! the warehouse quotes.

mod support;

use std::fmt::Write as _;
use support::engine;
use support::markdown::{Piece, Table, pieces};
use support::program::etalon;
use support::rows;
use support::sample::write;

const MODEL: &str = "
source orders { key order_id order_id integer amount decimal(12, 2) region text }
source payments { key payment_id payment_id integer amount decimal(12, 2) }
source large { key payment_id payment_id integer amount decimal(12, 2) }
metric revenue    = sum(amount) from orders
metric paid       = sum(amount) from payments
metric paid_large = sum(amount) from large
";

/// A name with a blank and capitals, one that is a word of SQL, one in capitals, and a query.
const NAMES: &str = "
    sources:
      orders: { table: 'Shop Orders', columns: { order_id: 'Order No', amount: AMOUNT, region: select } }
      payments: { table: raw_payments, columns: { payment_id: pid } }
      large: { query: 'SELECT pid AS payment_id, amount FROM raw_payments WHERE amount > 10' }
";

/// Requests and what comes of the rows below: 10.50 + 5.25 in EMEA, 20.00 in AMER; 10.00 + 30.00 was paid, of which 30.00 is large.
const ASKED: [(&str, &str); 2] = [
    ("revenue --by region", "| region | revenue |\n| --- | --- |\n| AMER | 20.00 |\n| EMEA | 15.75 |\n"),
    ("paid paid_large", "| paid | paid_large |\n| --- | --- |\n| 40.00 | 30.00 |\n"),
];

fn table(text: &str) -> Table {
    let found = pieces(text).expect("a table is well formed");
    let table = found.into_iter().find_map(|piece| if let Piece::Table(table) = piece { Some(table) } else { None });
    table.expect("there is a table")
}

#[test]
fn tables_and_columns_are_called_as_the_warehouse_calls_them() {
    let project = tempfile::tempdir().expect("a temporary folder can be made");
    let mut config = "project: mapped\nwarehouses:\n".to_owned();
    for name in engine::ALL {
        write!(config, "  {name}_own:\n    dialect: {name}{NAMES}").expect("a text takes it");
    }
    write(project.path(), "etalon.yaml", &config);
    write(project.path(), "metrics/shop.metric", MODEL);
    write(project.path(), "data/orders.csv", "order_id,amount,region\n1,10.50,EMEA\n2,20.00,AMER\n3,5.25,EMEA\n");
    write(project.path(), "data/payments.csv", "payment_id,amount\n1,10.00\n2,30.00\n");
    let failures = engine::each(&mut engine::at_hand(&engine::ALL), |engine| {
        let warehouse = format!("{}_own", engine.name);
        let asked = |words: &str| {
            let words: Vec<&str> = words.split(' ').chain(["--warehouse", &warehouse]).collect();
            etalon(project.path(), &words).succeeded()
        };
        let seed = asked("seed --data data").unwrap_or_else(|said| panic!("etalon seed: {said}"));
        engine.run(&seed).unwrap_or_else(|error| panic!("{}: {error}\n{seed}", engine.name));
        let mut failures = Vec::new();
        for (words, expected) in ASKED {
            let outcome = asked(&format!("query {words}")).and_then(|sql| {
                let answer = engine.query(&sql).map_err(|error| format!("{error}\n{sql}"))?;
                rows::compare(&table(expected), &answer, false).map_err(|diff| format!("{diff}{sql}"))
            });
            failures.extend(outcome.err().map(|said| format!("{}: etalon query {words}: {said}", engine.name)));
        }
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}
