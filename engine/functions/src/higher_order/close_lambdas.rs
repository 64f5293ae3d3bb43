//! The rule that closes the lambdas of plans, before any rule of the optimizer sees them.

use std::any::Any;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr::HigherOrderFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::closed_call::closed_call;
use super::function::BoundHigherOrder;

/// Makes ordinary function calls of this library's calls with lambdas: what a lambda captures becomes arguments.
///
/// Before: `transform(a, x -> x + b)`, after: `transform((parameter0) -> parameter0 + capture0, a, b)`, where the lambda is part of the
/// function. It comes after the rule that coerces types, and no function of this library that takes lambdas runs without it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CloseLambdas;

impl AnalyzerRule for CloseLambdas {
    fn name(&self) -> &str {
        "close_lambdas"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let closed = plan.transform_up_with_subqueries(|plan| {
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|expr| {
                let name = names.save(&expr);
                let closed = close_lambdas(expr)?;
                Ok(closed.update_data(|expr| name.restore(expr)))
            })?
            .map_data(LogicalPlan::recompute_schema)
        })?;
        Ok(closed.data)
    }
}

/// Closes the lambdas of an expression that is in no plan.
pub fn close_lambdas(expr: Expr) -> Result<Transformed<Expr>> {
    // Inner lambdas first: what they capture of outer ones is then seen as arguments.
    expr.transform_up(|expr| match expr {
        Expr::HigherOrderFunction(HigherOrderFunction { func, args }) => {
            let function: &dyn Any = func.inner().as_ref();
            match function.downcast_ref::<BoundHigherOrder>() {
                Some(function) => Ok(Transformed::yes(closed_call(function, args)?)),
                None => {
                    let other = HigherOrderFunction::new(func, args);
                    Ok(Transformed::no(Expr::HigherOrderFunction(other)))
                }
            }
        }
        other => Ok(Transformed::no(other)),
    })
}
