//! `OuterJoinConstants`: a column that is constant on one side of an outer join is not above it, where it is NULL as well.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::JoinType;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ExecutionPlanProperties, ReplaceChildrenOptions,
};

use super::sometimes_null::SometimesNull;

/// Hides the constants of the sides that outer joins fill up with NULLs behind [`SometimesNull`].
///
/// DataFusion takes them for constants of the join: `SELECT * FROM t LEFT JOIN (SELECT k FROM u WHERE k = 1) ON x = k ORDER BY k` was not
/// sorted.
#[derive(Debug, Default)]
pub(super) struct OuterJoinConstants;

impl PhysicalOptimizerRule for OuterJoinConstants {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let (left_is_filled, right_is_filled) = match join_type(node.as_ref()) {
                Some(JoinType::Left) => (false, true),
                Some(JoinType::Right) => (true, false),
                Some(JoinType::Full) => (true, true),
                _ => return Ok(Transformed::no(node)),
            };
            let mut hides = false;
            let mut children = Vec::new();
            for (child, is_filled) in node
                .children()
                .into_iter()
                .zip([left_is_filled, right_is_filled])
            {
                match is_filled.then(|| without_constants(child)).transpose()? {
                    Some(Some(hidden)) => {
                        hides = true;
                        children.push(hidden);
                    }
                    _ => children.push(Arc::clone(child)),
                }
            }
            if !hides {
                return Ok(Transformed::no(node));
            }
            let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            node.replace_children(children, options)
                .map(Transformed::yes)
        })
        .data()
    }

    fn name(&self) -> &str {
        "outer_join_constants"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn join_type(plan: &dyn ExecutionPlan) -> Option<JoinType> {
    if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        return Some(*join.join_type());
    }
    if let Some(join) = plan.downcast_ref::<SortMergeJoinExec>() {
        return Some(join.join_type());
    }
    let join = plan.downcast_ref::<NestedLoopJoinExec>()?;
    Some(*join.join_type())
}

/// The plan with its constants hidden; nothing if it has none.
fn without_constants(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let known = plan.equivalence_properties();
    let mut hides = false;
    let columns: Vec<ProjectionExpr> = plan
        .schema()
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), place));
            let is_constant = known.is_expr_constant(&column).is_some();
            hides |= is_constant;
            let shown = match is_constant {
                true => SometimesNull::of(column),
                false => column,
            };
            ProjectionExpr::new(shown, field.name().clone())
        })
        .collect();
    if !hides {
        return Ok(None);
    }
    let hidden = ProjectionExec::try_new(columns, Arc::clone(plan))?;
    Ok(Some(Arc::new(hidden)))
}
