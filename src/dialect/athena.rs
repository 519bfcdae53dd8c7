//! Athena, engine version 3: Trino's language. <https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html>
//!
//! It takes one statement at a time and replaces no table, so there are views only; the name of a view has no special letters
//! but the underscore. <https://docs.aws.amazon.com/athena/latest/ug/considerations-limitations-views.html>

use super::{Dialect, Longest, Proof, Stored, common, trino};

pub static DIALECT: Dialect = Dialect {
    name: "athena",
    title: "Athena",
    version: "engine version 3",
    grammar: || Box::new(sqlparser::dialect::GenericDialect {}),
    grammar_name: "generic SQL",
    proof: Proof::Emulator("DuckDB by sqlglot's translation, after Trino's grammar"),
    supports: trino::SUPPORTS,
    closing: "",
    longest_name: Some(Longest::Bytes(255)),
    identifier: trino::identifier,
    type_name: trino::type_name,
    literal: trino::literal,
    function: trino::function,
    aggregate: trino::aggregate,
    integer_sum: trino::DIALECT.integer_sum,
    read: |words, _| words,
    well_formed: |_, _| None,
    show: |words, _| words,
    byte_order: |words| words,
    exact_text: |words| words,
    same: trino::same,
    now: trino::now,
    stored: |kind, name, query| match kind {
        Stored::View => common::replaced(kind, name, query),
        Stored::Table => None,
    },
    periods: trino::periods,
};
