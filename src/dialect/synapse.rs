//! Azure Synapse's dedicated pools: SQL Server's words. <https://learn.microsoft.com/azure/synapse-analytics/sql/overview-features>

use super::{Dialect, Stored, tsql};

pub static DIALECT: Dialect = Dialect {
    name: "synapse",
    title: "Azure Synapse",
    version: "dedicated pool, 2026",
    stored: |kind, name, query| match kind {
        // It is replaced by a batch of its own, which a statement is not.
        Stored::View => None,
        Stored::Table => Some(format!(
            "DROP TABLE IF EXISTS {name};\nCREATE TABLE {name} WITH (DISTRIBUTION = ROUND_ROBIN) AS\n{query}"
        )),
    },
    ..tsql::SHARED
};
