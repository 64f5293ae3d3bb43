//! `GroupingSetKeys`: what is known of a key's values below grouping sets is not known of them above, where it is NULL as well.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, PhysicalGroupBy};

use super::sometimes_null::SometimesNull;

/// Hides the keys that some grouping set leaves out behind [`SometimesNull`].
///
/// DataFusion's aggregation says of its output what its input says of the keys: that a key is constant, sorted, or the same in all rows
/// of a partition. With `WHERE a = 14 GROUP BY CUBE (a) ORDER BY a` the sort was left out, as the input's `a` is constant.
#[derive(Debug, Default)]
pub(super) struct GroupingSetKeys;

impl PhysicalOptimizerRule for GroupingSetKeys {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| {
            let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
                return Ok(Transformed::no(node));
            };
            let groups = aggregate.group_expr();
            if !groups.has_grouping_set() {
                return Ok(Transformed::no(node));
            }
            let keys = groups.expr().iter().zip(groups.exprs_nullable()).map(
                |((key, name), is_left_out)| {
                    let key = Arc::clone(key);
                    let key = if is_left_out && !key.is::<SometimesNull>() {
                        SometimesNull::of(key)
                    } else {
                        key
                    };
                    (key, name.clone())
                },
            );
            let groups = PhysicalGroupBy::new(
                keys.collect(),
                groups.null_expr().to_vec(),
                groups.groups().to_vec(),
                true,
            );
            let hidden = AggregateExec::try_new(
                *aggregate.mode(),
                groups,
                aggregate.aggr_expr().to_vec(),
                aggregate.filter_expr().to_vec(),
                Arc::clone(aggregate.input()),
                aggregate.input_schema(),
            )?
            .with_limit_options(aggregate.limit_options());
            Ok(Transformed::yes(Arc::new(hidden) as _))
        })
        .data()
    }

    fn name(&self) -> &str {
        "grouping_set_keys"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
