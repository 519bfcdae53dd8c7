//! Greenplum 7: PostgreSQL 12 on many machines, and its words.
//! <https://techdocs.broadcom.com/us/en/vmware-tanzu/data-solutions/tanzu-greenplum/7/greenplum-database/landing-index.html>

use super::{Dialect, Proof, postgres};

pub static DIALECT: Dialect = Dialect {
    name: "greenplum",
    title: "Greenplum",
    version: "7",
    proof: Proof::Emulator("PostgreSQL 15"),
    ..postgres::SHARED
};
