//! Window functions: the plan node below the expressions that call them.

use datafusion::common::Column;
use datafusion::logical_expr::utils::find_window_exprs;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::select::replaced;
use crate::error::Result;

/// Computes the window functions within the expressions, which then name their columns.
pub(super) fn with_windows(plan: LogicalPlan, exprs: &mut [&mut Expr]) -> Result<LogicalPlan> {
    let windows = find_window_exprs(exprs.iter().map(|expr| &**expr));
    if windows.is_empty() {
        return Ok(plan);
    }
    let replacements: Vec<(Expr, Expr)> = windows
        .iter()
        .map(|window| {
            let column = Column::new_unqualified(window.schema_name().to_string());
            (window.clone(), Expr::Column(column))
        })
        .collect();
    for expr in exprs {
        **expr = replaced(std::mem::take(&mut **expr), &replacements)?;
    }
    Ok(LogicalPlanBuilder::window_plan(plan, windows)?)
}

/// Whether an expression calls a window function.
pub(super) fn has_windows(expr: &Expr) -> bool {
    !find_window_exprs([expr]).is_empty()
}
