//! Materialize: PostgreSQL's words, where it has them. <https://materialize.com/docs/sql/functions/>
//!
//! There are no percentiles, and a spread comes from sums of squares, which lose digits: both are worked out from rows. A view is
//! replaced; what a table would hold is a materialized view there, which follows its sources and is another thing.

use super::{Binding, Dialect, Longest, Proof, Stored, Supports, Words, common, postgres, postgres_like};
use crate::model::{Aggregate, Function};

pub static DIALECT: Dialect = Dialect {
    name: "materialize",
    title: "Materialize",
    version: "26",
    proof: Proof::Emulator("PostgreSQL 15"),
    supports: Supports { percentile_aggregate: false, ..postgres::SHARED.supports },
    // <https://materialize.com/docs/sql/identifiers/>
    longest_name: Some(Longest::Bytes(255)),
    function: |asked| match asked.function {
        Function::ToUtc | Function::FromUtc => moved(&asked.arguments[0].words, "UTC"),
        Function::ToLocal => moved(&asked.arguments[0].words, asked.zone),
        _ => postgres_like::function(asked),
    },
    aggregate: |asked| match asked.aggregate {
        Aggregate::PercentileCont { .. } | Aggregate::Stddev { .. } | Aggregate::Variance { .. } => None,
        _ => (postgres::SHARED.aggregate)(asked),
    },
    byte_order: |words| words,
    now: |zone| moved(&Words::atom("NOW()"), zone),
    stored: |kind, name, query| match kind {
        Stored::View => common::replaced(kind, name, query),
        Stored::Table => None,
    },
    ..postgres::SHARED
};

/// Into or out of a zone, whose name has to be made a text. <https://materialize.com/docs/sql/functions/timezone-and-at-time-zone/>
fn moved(x: &Words, zone: &str) -> Option<Words> {
    let zone = common::cast(&common::quoted_text(zone)?, "TEXT");
    Some(Words::atom(format!("({} AT TIME ZONE {})", x.at(Binding::Unary), zone.text)))
}
