//! Joins whose misses no filter lets through: they can be inner joins, which every optimizer understands best.

use crate::model::{Expr, Function, Kind};
use crate::plan::{Cell, Scan};

/// For each hop of a scan, whether every row that the filter keeps has a match in it. What a hop's match needs, the matches
/// on the way to it, is then matched too.
pub fn matched(scan: &Scan) -> Vec<bool> {
    // Where moments are picked, what the filter drops has had its say before.
    let first = scan.pick.as_ref().map_or(&scan.filter, |pick| &pick.among);
    let mut matched: Vec<bool> =
        (1..=scan.hops.len()).map(|table| first.iter().any(|condition| rejects(condition, table))).collect();
    for at in (0..scan.hops.len()).rev() {
        let from = scan.hops[at].from;
        if matched[at] && from > 0 {
            matched[from - 1] = true;
        }
    }
    matched
}

/// Whether a condition is never true of a row whose columns of a table are all null.
fn rejects(condition: &Expr<Cell>, table: usize) -> bool {
    match &condition.kind {
        Kind::Call(Function::And, parts) => parts.iter().any(|part| rejects(part, table)),
        Kind::Call(Function::Or, parts) => parts.iter().all(|part| rejects(part, table)),
        Kind::Call(Function::IsNotNull | Function::IsTrue | Function::IsFalse, inner) => is_null(&inner[0], table),
        _ => is_null(condition, table),
    }
}

/// Whether an expression is null where all columns of a table are.
fn is_null(expr: &Expr<Cell>, table: usize) -> bool {
    match &expr.kind {
        Kind::Leaf(Cell::Column { table: of, .. } | Cell::AsStored { table: of, .. }) => *of == table,
        Kind::Leaf(Cell::WellFormed { .. } | Cell::Lookup { .. } | Cell::Now | Cell::Label(_) | Cell::Stretch(_))
        | Kind::Literal(_)
        | Kind::Case { .. } => false,
        Kind::Call(function, arguments) => match function {
            // These have values where an argument is null.
            Function::And
            | Function::Or
            | Function::IsNull
            | Function::IsNotNull
            | Function::IsTrue
            | Function::IsNotTrue
            | Function::IsFalse
            | Function::IsNotFalse
            | Function::Coalesce => false,
            Function::Nullif | Function::In | Function::NotIn => is_null(&arguments[0], table),
            _ => arguments.iter().any(|argument| is_null(argument, table)),
        },
    }
}
