//! `GroupingSetKeys`: what is known of a key's values below grouping sets is not known of them above, where it is NULL as well.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, PhysicalGroupBy};

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
                        Arc::new(SometimesNull { key }) as _
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

/// A key of grouping sets. Its value is the key's, of which nothing may be concluded: it says that it is volatile.
#[derive(Debug, Eq)]
struct SometimesNull {
    key: Arc<dyn PhysicalExpr>,
}

// Not derived: comparison of trait objects would be one by value.
impl PartialEq for SometimesNull {
    fn eq(&self, other: &SometimesNull) -> bool {
        *self.key == *other.key
    }
}

impl Hash for SometimesNull {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Display for SometimesNull {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(formatter)
    }
}

impl PhysicalExpr for SometimesNull {
    fn data_type(&self, input_schema: &Schema) -> Result<DataType> {
        self.key.data_type(input_schema)
    }

    fn nullable(&self, input_schema: &Schema) -> Result<bool> {
        self.key.nullable(input_schema)
    }

    fn return_field(&self, input_schema: &Schema) -> Result<FieldRef> {
        self.key.return_field(input_schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.key.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.key]
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let Ok([key]) = <[Arc<dyn PhysicalExpr>; 1]>::try_from(children) else {
            return Err(DataFusionError::Internal(
                "a grouping key is one expression".to_owned(),
            ));
        };
        Ok(Arc::new(SometimesNull { key }))
    }

    fn is_volatile_node(&self) -> bool {
        true
    }

    fn fmt_sql(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt_sql(formatter)
    }
}
