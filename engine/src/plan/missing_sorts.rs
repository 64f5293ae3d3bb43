//! `MissingSorts`: an operator that needs its rows in an order has a sort below it where nothing else gives that order.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ExecutionPlanProperties, ReplaceChildrenOptions,
};

/// Comes right before DataFusion's check of a finished plan, which refuses it otherwise.
///
/// DataFusion moves a sort below an outer join, where a literal that is sorted by first is constant and so left out of the sort; above the
/// join it is not known to be constant: `SELECT * FROM t RIGHT JOIN (SELECT 2 AS b, c FROM u) ON t.a = b ORDER BY b, c`.
#[derive(Debug, Default)]
pub(super) struct MissingSorts;

impl PhysicalOptimizerRule for MissingSorts {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let mut missing = false;
            let mut children = Vec::new();
            for (child, required) in node
                .children()
                .into_iter()
                .zip(node.required_input_ordering())
            {
                let Some(required) = required.map(|required| required.into_single()) else {
                    children.push(Arc::clone(child));
                    continue;
                };
                let given = child.equivalence_properties();
                if given.ordering_satisfy_requirement(required.clone())? {
                    children.push(Arc::clone(child));
                    continue;
                }
                missing = true;
                let is_spread = child.output_partitioning().partition_count() > 1;
                let sort = SortExec::new(LexOrdering::from(required), Arc::clone(child))
                    .with_preserve_partitioning(is_spread);
                children.push(Arc::new(sort));
            }
            if !missing {
                return Ok(Transformed::no(node));
            }
            let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            node.replace_children(children, options)
                .map(Transformed::yes)
        })
        .data()
    }

    fn name(&self) -> &str {
        "missing_sorts"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
