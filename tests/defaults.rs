//! The engines of the tests are awkward on purpose, so that what all other tests show rests on no setting: here each of them shows
//! that it is, in SQL that a careless hand would write.

mod support;

use support::engine::{self, Engine};

/// What a careless statement gives on an engine, and why that would be a wrong number.
struct Trap {
    engine: &'static str,
    what: &'static str,
    careless: &'static str,
    gives: &'static str,
}

const fn trap(engine: &'static str, what: &'static str, careless: &'static str, gives: &'static str) -> Trap {
    Trap { engine, what, careless, gives }
}

const TRAPS: [Trap; 17] = [
    trap("mysql", "a collation that folds case and accents", "SELECT COUNT(DISTINCT t) FROM trap", "1"),
    trap("mysql", "double quotes that hold texts", "SELECT \"t\" FROM trap LIMIT 1", "t"),
    trap("mysql", "a backslash that is a letter", "SELECT LENGTH('\\n')", "2"),
    trap("mysql", "bars that are no concatenation", "SELECT '1' || '0'", "1"),
    trap("mysql", "a session that is not in UTC", "SELECT @@session.time_zone", "+05:30"),
    trap("mariadb", "a collation that folds case and accents", "SELECT COUNT(DISTINCT t) FROM trap", "1"),
    trap("mariadb", "double quotes that hold names", "SELECT \"t\" FROM trap WHERE t = BINARY 'A'", "A"),
    trap("mariadb", "a backslash that escapes", "SELECT LENGTH('\\n')", "1"),
    trap("mariadb", "a session that is not in UTC", "SELECT @@session.time_zone", "+05:30"),
    trap(
        "clickhouse",
        "misses of a join that are 0",
        "SELECT b.x FROM (SELECT 1 AS k) AS a LEFT JOIN (SELECT 2 AS k, 3 AS x) AS b ON a.k = b.k",
        "0",
    ),
    trap("clickhouse", "null in a list", "SELECT CAST(NULL AS Nullable(Int64)) IN (1, NULL)", "1"),
    trap(
        "clickhouse",
        "integers that wrap",
        "SELECT toInt64(9223372036854775807) + toInt64(1)",
        "-9223372036854775808",
    ),
    trap("clickhouse", "a session that is not in UTC", "SELECT timezone()", "America/New_York"),
    trap(
        "postgres",
        "a session that is not in UTC",
        "SELECT CAST(TIMESTAMPTZ '2026-01-01 20:00:00+00' AS DATE)",
        "2026-01-02",
    ),
    trap("postgres", "texts in the order of a language", "SELECT 'a' < 'B'", "true"),
    trap("postgres", "days in front of months", "SELECT CAST('01/02/2026' AS DATE)", "2026-02-01"),
    trap("spark", "a session that is not in UTC", "SELECT current_timezone()", "America/New_York"),
];

#[test]
fn the_engines_are_as_awkward_as_they_are_said_to_be() {
    let mut engines = engine::at_hand(&["clickhouse", "mariadb", "mysql", "postgres", "snowflake", "spark"]);
    let failures = engine::each(&mut engines, |engine| {
        if ["mariadb", "mysql"].contains(&engine.name) {
            engine
                .run("CREATE TABLE trap (t VARCHAR(9));\nINSERT INTO trap VALUES ('a'), ('A'), ('ä');\n")
                .expect("a table");
        }
        let (name, mut failures) = (engine.name, Vec::new());
        for trap in TRAPS.iter().filter(|trap| trap.engine == name) {
            let given = only(engine, trap.careless);
            if given != Ok(trap.gives.to_owned()) {
                failures.push(format!("{}: {}: `{}` gives {given:?}", trap.engine, trap.what, trap.careless));
            }
        }
        if engine.name == "snowflake" {
            // A name without quotes is one in capitals; in quotes another.
            engine.run("CREATE TABLE folded (k INTEGER);\nINSERT INTO folded VALUES (7);\n").expect("a table");
            if only(engine, "SELECT \"K\" FROM \"FOLDED\"") != Ok("7".to_owned()) {
                failures.push("snowflake: names without quotes are not made capitals".to_owned());
            }
        }
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The one value of a statement, as a text.
fn only(engine: &mut Engine, sql: &str) -> Result<String, String> {
    let answer = engine.query(sql)?;
    match &answer.rows[..] {
        [row] if row.len() == 1 => Ok(row[0].to_string().trim_matches('\'').to_owned()),
        rows => Err(format!("{} rows", rows.len())),
    }
}
