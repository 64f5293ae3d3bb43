//! `CrossJoins`: inner joins for which NULLs are equal keep to themselves while others are put in another order.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{NullEquality, Result};
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::eliminate_cross_join::EliminateCrossJoin;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// DataFusion's elimination of cross joins, which makes one list of inner joins within each other and joins it anew as the topmost of
/// them does: `a JOIN b ON a.x = b.x JOIN c ON a.y IS NOT DISTINCT FROM c.y` found NULLs of `x` equal as well. Here a projection, which
/// DataFusion takes away again, keeps apart those that differ.
#[derive(Debug)]
pub(super) struct CrossJoins {
    elimination: EliminateCrossJoin,
}

impl CrossJoins {
    pub(super) fn new() -> CrossJoins {
        CrossJoins {
            elimination: EliminateCrossJoin::new(),
        }
    }
}

impl OptimizerRule for CrossJoins {
    fn name(&self) -> &str {
        self.elimination.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.elimination.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        if !plan.exists(|node| Ok(finds_nulls_equal(node)))? {
            return self.elimination.rewrite(plan, config);
        }
        let apart = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Join(join) if finds_nulls_equal_by(&join) => {
                let join = Join {
                    left: kept_apart(join.left)?,
                    right: kept_apart(join.right)?,
                    ..join
                };
                let apart = kept_apart(Arc::new(LogicalPlan::Join(join)))?;
                Ok(Transformed::yes(Arc::unwrap_or_clone(apart)))
            }
            other => Ok(Transformed::no(other)),
        })?;
        let mut rewritten = self.elimination.rewrite(apart.data, config)?;
        rewritten.transformed = true;
        Ok(rewritten)
    }
}

fn finds_nulls_equal(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Join(join) if finds_nulls_equal_by(join))
}

fn finds_nulls_equal_by(join: &Join) -> bool {
    join.join_type == JoinType::Inner
        && join.null_equality == NullEquality::NullEqualsNull
        && !join.on.is_empty()
}

fn kept_apart(plan: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
    if !matches!(plan.as_ref(), LogicalPlan::Join(join) if join.join_type == JoinType::Inner) {
        return Ok(plan);
    }
    let columns: Vec<Expr> = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    let apart = LogicalPlanBuilder::new_from_arc(plan).project(columns)?;
    Ok(Arc::new(apart.build()?))
}
