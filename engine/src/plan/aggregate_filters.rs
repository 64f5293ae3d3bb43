//! `AggregateFilters`: a condition that no column decides stays above an aggregation that makes a row of nothing.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::GroupingSet;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Aggregate, Expr, Filter, LogicalPlan};
use datafusion::optimizer::push_down_filter::PushDownFilter;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// DataFusion's push-down of filters, which takes care of aggregations without keys:
///
/// ```text
/// Filter: <false>                            Aggregate: groupBy=[[]], aggr=[[count(*)]]
///   Aggregate: groupBy=[[]], aggr=[[…]]        Filter: <false>
///     TableScan: t                               TableScan: t
/// ```
///
/// It makes the right of the left, as all columns of the condition are keys, there being none. The left has no rows; the right has
/// one. Here such conditions stay where they are: `HAVING (SELECT false)`, `LEFT JOIN (SELECT count(*) …) ON false`.
#[derive(Debug)]
pub(super) struct AggregateFilters {
    push_down: PushDownFilter,
}

impl AggregateFilters {
    pub(super) fn new() -> AggregateFilters {
        AggregateFilters {
            push_down: PushDownFilter::new(),
        }
    }
}

impl OptimizerRule for AggregateFilters {
    fn name(&self) -> &str {
        self.push_down.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.push_down.apply_order()
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let Some((conditions, input)) = above_one_row(&plan) else {
            return self.push_down.rewrite(plan, config);
        };
        let (fixed, movable): (Vec<&Expr>, Vec<&Expr>) = conditions
            .into_iter()
            .partition(|condition| condition.column_refs().is_empty());
        let Some(fixed) = conjunction(fixed.into_iter().cloned()) else {
            return self.push_down.rewrite(plan, config);
        };
        let Some(movable) = conjunction(movable.into_iter().cloned()) else {
            return Ok(Transformed::no(plan));
        };
        let below = LogicalPlan::Filter(Filter::try_new(movable, Arc::clone(input))?);
        self.push_down.rewrite(below, config)?.map_data(|below| {
            Ok(LogicalPlan::Filter(Filter::try_new(
                fixed,
                Arc::new(below),
            )?))
        })
    }
}

/// The conditions of one filter, or of several, and the aggregation below them that has a row where its input has none.
fn above_one_row(plan: &LogicalPlan) -> Option<(Vec<&Expr>, &Arc<LogicalPlan>)> {
    let LogicalPlan::Filter(filter) = plan else {
        return None;
    };
    let mut conditions = split_conjunction(&filter.predicate);
    let mut input = &filter.input;
    while let LogicalPlan::Filter(filter) = input.as_ref() {
        conditions.extend(split_conjunction(&filter.predicate));
        input = &filter.input;
    }
    match input.as_ref() {
        LogicalPlan::Aggregate(aggregate) if has_empty_set(aggregate) => Some((conditions, input)),
        _ => None,
    }
}

fn has_empty_set(aggregate: &Aggregate) -> bool {
    match aggregate.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        [Expr::GroupingSet(_)] => true,
        _ => false,
    }
}
