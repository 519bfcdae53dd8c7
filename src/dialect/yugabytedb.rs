//! YugabyteDB's YSQL: PostgreSQL 15's query layer over another store, and its words.
//! <https://docs.yugabyte.com/preview/api/ysql/>

use super::{Dialect, Proof, postgres};

pub static DIALECT: Dialect = Dialect {
    name: "yugabytedb",
    title: "YugabyteDB",
    version: "2025.1",
    proof: Proof::Emulator("PostgreSQL 15"),
    ..postgres::SHARED
};
