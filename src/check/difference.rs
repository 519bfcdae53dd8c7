//! The difference of two values of metrics, as the checker types it: for a statement that shows both.

use super::operators;
use crate::diagnostic::Found;
use crate::model::{Expr, Function};
use crate::source::Span;
use crate::syntax::ast::BinaryOp;

/// `after - before`. Where both sum up over rows, one that is not there counts as nothing; both missing is null. Fails with
/// what keeps them from being subtracted.
pub fn difference<L: Clone>(after: Expr<L>, before: Expr<L>, sums_up: bool) -> Result<Expr<L>, String> {
    let mut found = Found::default();
    let nowhere = Span::default();
    let (one, other) = ((after.clone(), nowhere), (before.clone(), nowhere));
    let both = operators::binary(BinaryOp::Subtract, nowhere, one, other, &mut found);
    if let Some(problem) = found.sorted().into_iter().next() {
        return Err(problem.message);
    }
    if !sums_up {
        return Ok(both);
    }
    let (base, ty) = (both.ty.base, both.ty.clone());
    let less = Expr::call(Function::Negate, vec![before.clone()], before.ty);
    let parts = vec![both, operators::widen(after, base), operators::widen(less, base)];
    Ok(Expr::call(Function::Coalesce, parts, ty))
}
