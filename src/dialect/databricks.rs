//! Databricks SQL: Spark's language, with tables that are replaced in one step. <https://docs.databricks.com/sql/language-manual/>

use super::{Dialect, Longest, Proof, common, spark};

pub static DIALECT: Dialect = Dialect {
    name: "databricks",
    title: "Databricks SQL",
    version: "Runtime 16",
    grammar: || Box::new(sqlparser::dialect::DatabricksDialect {}),
    grammar_name: "Databricks",
    proof: Proof::Emulator("Spark 4.0"),
    supports: spark::SUPPORTS,
    closing: "",
    longest_name: Some(Longest::Letters(255)),
    identifier: spark::identifier,
    type_name: spark::type_name,
    literal: spark::literal,
    function: spark::function,
    aggregate: spark::aggregate,
    integer_sum: spark::integer_sum,
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    same: spark::same,
    now: spark::now,
    stored: common::replaced,
    periods: spark::periods,
};
