//! The columns around a subquery that it refers to.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, Subquery};

/// The columns of a schema that a plan takes from around it, those of the subqueries within it included. Each is there once.
pub(super) fn references(plan: &LogicalPlan, around: &DFSchema) -> Result<Vec<Column>> {
    let mut found = Vec::new();
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| collect(expr, around, &mut found))
    })?;
    Ok(found)
}

/// All columns of a plan with this schema.
pub(super) fn columns_of(schema: &DFSchema) -> Vec<Expr> {
    schema.columns().into_iter().map(Expr::Column).collect()
}

/// Whether a plan takes any column from around it.
pub(super) fn refers_to(plan: &LogicalPlan, around: &DFSchema) -> Result<bool> {
    Ok(!references(plan, around)?.is_empty())
}

/// Whether an expression within a subquery takes any column from around it.
pub(super) fn expr_refers_to(expr: &Expr, around: &DFSchema) -> Result<bool> {
    let mut found = Vec::new();
    collect(expr, around, &mut found)?;
    let mut refers = !found.is_empty();
    expr.apply(|part| {
        if let Some(subquery) = subquery_of(part) {
            refers |= refers_to(&subquery.subquery, around)?;
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(refers)
}

fn collect(expr: &Expr, around: &DFSchema, found: &mut Vec<Column>) -> Result<TreeNodeRecursion> {
    expr.apply(|part| {
        if let Expr::OuterReferenceColumn(_, column) = part
            && around.has_column(column)
            && !found.contains(column)
        {
            found.push(column.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })
}

/// The subquery that an expression consists of.
pub(super) fn subquery_of(expr: &Expr) -> Option<&Subquery> {
    match expr {
        Expr::ScalarSubquery(subquery) => Some(subquery),
        Expr::Exists(exists) => Some(&exists.subquery),
        Expr::InSubquery(predicate) => Some(&predicate.subquery),
        Expr::SetComparison(comparison) => Some(&comparison.subquery),
        _ => None,
    }
}

/// The expression with another plan for its subquery, if it has one.
pub(super) fn with_subquery(mut expr: Expr, plan: LogicalPlan) -> Expr {
    let subquery = match &mut expr {
        Expr::ScalarSubquery(subquery) => subquery,
        Expr::Exists(exists) => &mut exists.subquery,
        Expr::InSubquery(predicate) => &mut predicate.subquery,
        Expr::SetComparison(comparison) => &mut comparison.subquery,
        _ => return expr,
    };
    subquery.outer_ref_columns = plan.all_out_ref_exprs();
    subquery.subquery = Arc::new(plan);
    expr
}

pub(super) fn has_subquery(expr: &Expr) -> bool {
    expr.exists(|part| Ok(subquery_of(part).is_some()))
        .unwrap_or(false)
}

/// A column around a subquery, and the column that stands for it within.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) around: Column,
    pub(super) within: Column,
    pub(super) field: FieldRef,
}

/// The expression with columns of its own plan for those around it; in subqueries within it these are around them.
pub(super) fn bound(expr: Expr, bindings: &[Binding]) -> Result<Expr> {
    expr.transform_down(|part| {
        if let Expr::OuterReferenceColumn(_, column) = &part
            && let Some(binding) = bindings.iter().find(|one| one.around == *column)
        {
            return Ok(Transformed::yes(Expr::Column(binding.within.clone())));
        }
        match subquery_of(&part) {
            Some(subquery) => {
                let plan = renamed(subquery.subquery.as_ref().clone(), bindings)?;
                Ok(Transformed::yes(with_subquery(part, plan)))
            }
            None => Ok(Transformed::no(part)),
        }
    })
    .data()
}

/// A plan that takes the bound columns from around it.
fn renamed(plan: LogicalPlan, bindings: &[Binding]) -> Result<LogicalPlan> {
    plan.transform_down_with_subqueries(|node| {
        node.map_expressions(|expr| {
            expr.transform_down(|part| {
                let Expr::OuterReferenceColumn(_, column) = &part else {
                    return Ok(Transformed::no(part));
                };
                Ok(match bindings.iter().find(|one| one.around == *column) {
                    Some(binding) => Transformed::yes(Expr::OuterReferenceColumn(
                        Arc::clone(&binding.field),
                        binding.within.clone(),
                    )),
                    None => Transformed::no(part),
                })
            })
        })
    })
    .data()
}
