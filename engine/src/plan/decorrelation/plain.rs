//! Correlated subqueries that DataFusion's rules join as they are.

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Operator};

use super::references::{expr_refers_to, has_subquery, refers_to};

/// Aggregates whose value over no rows DataFusion knows.
const PLAIN_AGGREGATES: [&str; 5] = ["avg", "count", "max", "min", "sum"];

/// Whether EXISTS, IN or a comparison with ANY or ALL becomes a semi join of the subquery without its correlated filters.
pub(super) fn is_plain_predicate(plan: &LogicalPlan, around: &DFSchema) -> Result<bool> {
    is_filtered(plan, around, |_| Ok(true))
}

/// Whether rows join to an aggregation by the columns that filters below it find equal to columns around.
pub(super) fn is_plain_aggregation(plan: &LogicalPlan, around: &DFSchema) -> Result<bool> {
    match plan {
        LogicalPlan::Projection(projection) => Ok(!any_refers_to(&projection.expr, around)?
            && !projection.expr.iter().any(has_subquery)
            && is_plain_aggregation(&projection.input, around)?),
        LogicalPlan::Aggregate(aggregate) => Ok(aggregate.group_expr.is_empty()
            && aggregates_are_plain(aggregate)
            && !any_refers_to(&aggregate.aggr_expr, around)?
            && is_filtered(&aggregate.input, around, |condition| {
                Ok(!expr_refers_to(condition, around)? || is_equality(condition))
            })?),
        _ => Ok(false),
    }
}

fn aggregates_are_plain(aggregate: &Aggregate) -> bool {
    aggregate.aggr_expr.iter().all(|expr| {
        matches!(expr, Expr::AggregateFunction(call) if PLAIN_AGGREGATES.contains(&call.func.name()))
    })
}

fn any_refers_to(exprs: &[Expr], around: &DFSchema) -> Result<bool> {
    for expr in exprs {
        if expr_refers_to(expr, around)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a plan refers to what is around it in filters alone that are above all else, each condition being allowed.
fn is_filtered(
    plan: &LogicalPlan,
    around: &DFSchema,
    allowed: impl Fn(&Expr) -> Result<bool> + Copy,
) -> Result<bool> {
    if !refers_to(plan, around)? {
        return Ok(true);
    }
    match plan {
        LogicalPlan::Projection(projection) => Ok(!any_refers_to(&projection.expr, around)?
            && is_filtered(&projection.input, around, allowed)?),
        LogicalPlan::Filter(filter) => {
            for condition in split_conjunction(&filter.predicate) {
                let is_bound_below = has_subquery(condition) && expr_refers_to(condition, around)?;
                if is_bound_below || !allowed(condition)? {
                    return Ok(false);
                }
            }
            is_filtered(&filter.input, around, allowed)
        }
        _ => Ok(false),
    }
}

/// Whether a column is compared with what is around alone.
fn is_equality(condition: &Expr) -> bool {
    let Expr::BinaryExpr(binary) = condition else {
        return false;
    };
    binary.op == Operator::Eq
        && match (binary.left.as_ref(), binary.right.as_ref()) {
            (Expr::Column(_), other) | (other, Expr::Column(_)) => !other.any_column_refs(),
            _ => false,
        }
}
