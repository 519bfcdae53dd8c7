//! Microsoft Fabric's warehouse: SQL Server's words. <https://learn.microsoft.com/fabric/data-warehouse/tsql-surface-area>

use super::{Dialect, Stored, tsql};

pub static DIALECT: Dialect = Dialect {
    name: "fabric",
    title: "Microsoft Fabric",
    version: "2026",
    // <https://learn.microsoft.com/sql/t-sql/statements/create-table-as-select-azure-sql-data-warehouse>
    stored: |kind, name, query| match kind {
        Stored::View => Some(format!("CREATE OR ALTER VIEW {name} AS\n{query}")),
        Stored::Table => Some(format!("DROP TABLE IF EXISTS {name};\nCREATE TABLE {name} AS\n{query}")),
    },
    ..tsql::SHARED
};
