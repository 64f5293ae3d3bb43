//! `JoinSizes`: about how large the sides of a join are, so that the smaller one is held in memory, whatever is known of files.

use std::collections::HashMap;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::Statistics;
use datafusion::common::stats::Precision;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::logical_expr::JoinType;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec,
};
use datafusion::physical_plan::operator_statistics::{
    ExtendedStatistics, StatisticsProvider, StatisticsResult,
};
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};

/// What one row takes, about, where rows are counted.
const ROW_BYTES: u64 = 64;

/// Of so many rows a filter lets one through, and of so many an aggregation makes one.
const ROWS_FOR_ONE: u64 = 5;

/// Tells DataFusion's choice of a join's sides the bytes of every plan, by the sizes of the files that it reads. Without catalog
/// statistics it has nothing else to go by, and would hold the side that is written first: mostly the one with the facts.
///
/// The model is as plain as what is known: filters and aggregations leave a fifth, a join has the rows of its larger side.
#[derive(Debug, Default)]
pub(super) struct JoinSizes;

impl StatisticsProvider for JoinSizes {
    fn compute_statistics(
        &self,
        plan: &dyn ExecutionPlan,
        child_stats: &[ExtendedStatistics],
    ) -> Result<StatisticsResult> {
        let children: Vec<u64> = child_stats
            .iter()
            .map(|child| known(child.base()).unwrap_or(ROW_BYTES))
            .collect();
        let bytes = match children.as_slice() {
            [] => source_bytes(plan)?,
            children => bytes_over(plan, children),
        };
        let bytes = match plan.fetch().and_then(|rows| u64::try_from(rows).ok()) {
            Some(rows) => bytes.min(rows.saturating_mul(ROW_BYTES)),
            None => bytes,
        };
        let mut told = Statistics::new_unknown(&plan.schema());
        told.total_byte_size = Precision::Inexact(usize::try_from(bytes).unwrap_or(usize::MAX));
        Ok(StatisticsResult::Computed(ExtendedStatistics::new(told)))
    }
}

fn known(statistics: &Statistics) -> Option<u64> {
    u64::try_from(*statistics.total_byte_size.get_value()?).ok()
}

/// The bytes of the files that a scan reads, as far as it has their columns.
fn source_bytes(plan: &dyn ExecutionPlan) -> Result<u64> {
    let scan = plan
        .downcast_ref::<DataSourceExec>()
        .and_then(|scan| scan.data_source().downcast_ref::<FileScanConfig>());
    let Some(scan) = scan else {
        let statistics = StatisticsContext::new().compute(plan, &StatisticsArgs::new())?;
        return Ok(known(&statistics).unwrap_or(ROW_BYTES));
    };
    // A file that is read in ranges is there more than once.
    let files: HashMap<_, u64> = scan
        .file_groups
        .iter()
        .flat_map(|group| group.files())
        .map(|file| (&file.object_meta.location, file.object_meta.size))
        .collect();
    let bytes: u64 = files.values().sum();
    let all = width(scan.file_schema()).max(1);
    Ok(bytes / all * width(&plan.schema()).min(all))
}

/// What a row's values take, about.
fn width(schema: &Schema) -> u64 {
    let widths = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Null => 0,
        data_type => match data_type.primitive_width() {
            Some(width) => u64::try_from(width).unwrap_or(u64::MAX),
            None if *data_type == DataType::Boolean => 1,
            None if data_type.is_nested() => ROW_BYTES,
            None => 16,
        },
    });
    widths.sum()
}

fn bytes_over(plan: &dyn ExecutionPlan, children: &[u64]) -> u64 {
    let all: u64 = children
        .iter()
        .fold(0, |sum, child| sum.saturating_add(*child));
    if plan.is::<FilterExec>() {
        return all / ROWS_FOR_ONE;
    }
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        return match aggregate.mode() {
            _ if aggregate.group_expr().is_true_no_grouping() => ROW_BYTES,
            // The partial aggregation below it has what remains.
            AggregateMode::Final | AggregateMode::FinalPartitioned => all,
            _ => all / ROWS_FOR_ONE,
        };
    }
    let &[left, right] = children else {
        return all;
    };
    if plan.is::<CrossJoinExec>() {
        return (left / ROW_BYTES)
            .max(1)
            .saturating_mul(right.max(ROW_BYTES));
    }
    let join_type = if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        *join.join_type()
    } else if let Some(join) = plan.downcast_ref::<SortMergeJoinExec>() {
        join.join_type()
    } else if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        *join.join_type()
    } else {
        return all;
    };
    match join_type {
        JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => left,
        JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => right,
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => left.max(right),
    }
}
