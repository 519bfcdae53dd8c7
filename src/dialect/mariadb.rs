//! MariaDB: MySQL's words, with collations of its own. <https://mariadb.com/kb/en/sql-statements-structure/>

use super::mysql::{self, MARIADB};
use super::{Dialect, Longest, Proof, common};

pub static DIALECT: Dialect = Dialect {
    name: "mariadb",
    title: "MariaDB",
    version: "10.11",
    grammar: || Box::new(sqlparser::dialect::MySqlDialect {}),
    grammar_name: "MySQL",
    proof: Proof::Engine("MariaDB 10.11"),
    supports: mysql::SUPPORTS,
    closing: "",
    longest_name: Some(Longest::Letters(64)),
    identifier: mysql::identifier,
    type_name: mysql::type_name,
    literal: mysql::literal::<MARIADB>,
    function: mysql::function::<MARIADB>,
    aggregate: mysql::aggregate,
    integer_sum: mysql::integer_sum,
    read: mysql::read::<MARIADB>,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    same: mysql::same,
    now: mysql::now,
    stored: common::replaced_view,
    periods: mysql::periods,
};
