//! CockroachDB: PostgreSQL's words, where it has them. <https://www.cockroachlabs.com/docs/stable/functions-and-operators>
//!
//! Texts are ordered by their bytes. An integer through an integer is a decimal, which no statement rests on. Names are not cut.
//! <https://www.cockroachlabs.com/docs/stable/postgresql-compatibility>

use super::{Dialect, Proof, postgres, postgres_like};

pub static DIALECT: Dialect = Dialect {
    name: "cockroachdb",
    title: "CockroachDB",
    version: "24.3",
    proof: Proof::Emulator("PostgreSQL 15"),
    longest_name: None,
    function: postgres_like::function,
    byte_order: |words| words,
    ..postgres::SHARED
};
