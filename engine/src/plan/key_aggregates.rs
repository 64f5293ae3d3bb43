//! `KeyAggregates`: questions about partition keys alone, and counts of rows, are answered from what the catalog knows of files.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatchOptions, new_null_array};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::scalar::ScalarValue;

/// Replaces a partial aggregation over columns that are constant in each file by rows made from the files' row counts, one a file.
///
/// It does so where the rows of every file of the scan are known, nothing filters them, and the aggregates are `count`, `min` and
/// `max`. Files without rows give none. Before, for `SELECT dt, count(*) FROM t GROUP BY dt`:
///
/// ```text
/// AggregateExec: mode=FinalPartitioned, gby=[dt], aggr=[count(*)]
///   AggregateExec: mode=Partial, gby=[dt], aggr=[count(*)]
///     DataSourceExec: file_groups={…}, projection=[dt]
/// ```
///
/// After:
///
/// ```text
/// AggregateExec: mode=FinalPartitioned, gby=[dt], aggr=[count(*)]
///   DataSourceExec: partitions=1
/// ```
///
/// It comes before all other rules: partial and final aggregations are not merged yet, and scans have no filters pushed into them.
#[derive(Debug, Default)]
pub(super) struct KeyAggregates;

impl PhysicalOptimizerRule for KeyAggregates {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_down(|node| {
            let states = match node.downcast_ref::<AggregateExec>() {
                // What cannot be computed yet, such as a subquery, or not at all is left to the query's run.
                Some(aggregate) => partial_states(aggregate).unwrap_or_default(),
                None => None,
            };
            let Some(states) = states else {
                return Ok(Transformed::no(node));
            };
            let schema = states.schema();
            let rows = MemorySourceConfig::try_new_exec(&[vec![states]], schema, None)?;
            Ok(Transformed::yes(rows as Arc<dyn ExecutionPlan>))
        })
        .data()
    }

    fn name(&self) -> &str {
        "key_aggregates"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// What the aggregation would give for rows that stand for files; `None` where it asks for more than is known.
fn partial_states(aggregate: &AggregateExec) -> Result<Option<RecordBatch>> {
    let groups = aggregate.group_expr();
    let is_plain = *aggregate.mode() == AggregateMode::Partial
        && !groups.has_grouping_set()
        && aggregate.limit_options().is_none()
        && aggregate.filter_expr().iter().all(Option::is_none)
        && aggregate.aggr_expr().iter().all(|of| is_known(of));
    if !is_plain
        || groups.expr().iter().any(|(group, _)| is_volatile(group))
        || !reads_files(aggregate.input())
    {
        return Ok(None);
    }
    let Some(files) = file_rows(aggregate.input())? else {
        return Ok(None);
    };
    let schema = aggregate.schema();
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (group, _) in groups.expr() {
        columns.push(evaluate(group, &files.keys)?);
    }
    for of in aggregate.aggr_expr() {
        let [argument] = of.expressions().try_into().map_err(|_| {
            datafusion::error::DataFusionError::Internal("an aggregate of one argument".to_owned())
        })?;
        let values = evaluate(&argument, &files.keys)?;
        columns.push(match of.fun().name() {
            "count" => counts(&values, &files.rows),
            _ => values,
        });
    }
    let columns = columns
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| cast(column, field.data_type()))
        .collect::<std::result::Result<Vec<ArrayRef>, _>>()?;
    Ok(Some(batch(schema, columns, files.rows.len())?))
}

/// Whether an aggregate's partial state over one file is known: its rows, or the one value that is both least and greatest.
fn is_known(of: &AggregateFunctionExpr) -> bool {
    matches!(of.fun().name(), "count" | "min" | "max")
        && !of.is_distinct()
        && of.order_bys().is_empty()
        && of.state_fields().is_ok_and(|fields| fields.len() == 1)
        && of.expressions().len() == 1
        && !of.expressions().iter().any(is_volatile)
}

/// The rows of each file, 0 where the counted value is NULL.
fn counts(values: &ArrayRef, rows: &[i64]) -> ArrayRef {
    let nulls = values.logical_nulls();
    let counts = rows.iter().enumerate().map(|(place, rows)| {
        let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(place));
        if is_null { 0 } else { *rows }
    });
    Arc::new(counts.collect::<Int64Array>())
}

/// The files that have rows: for each the values of the plan's columns, and how many rows have them.
struct FileRows {
    keys: RecordBatch,
    rows: Vec<i64>,
}

/// Whether there is a scan of files below: constants alone are aggregated as they are.
fn reads_files(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.downcast_ref::<DataSourceExec>()
        .is_some_and(|scan| scan.data_source().is::<FileScanConfig>())
        || plan.children().into_iter().any(reads_files)
}

fn file_rows(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<FileRows>> {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>() {
        return match scan.data_source().downcast_ref::<FileScanConfig>() {
            Some(config) => scanned_files(config, &plan.schema()),
            None => Ok(None),
        };
    }
    if let Some(projection) = plan.downcast_ref::<ProjectionExec>() {
        let expressions = projection.expr().iter().map(|projected| &projected.expr);
        if expressions.clone().any(is_volatile) {
            return Ok(None);
        }
        let Some(files) = file_rows(projection.input())? else {
            return Ok(None);
        };
        let columns = expressions
            .map(|expression| evaluate(expression, &files.keys))
            .collect::<Result<Vec<_>>>()?;
        return Ok(Some(FileRows {
            keys: batch(plan.schema(), columns, files.rows.len())?,
            rows: files.rows,
        }));
    }
    if plan.downcast_ref::<UnionExec>().is_some() {
        let schema = plan.schema();
        let (mut keys, mut rows) = (Vec::new(), Vec::new());
        for input in plan.children() {
            let Some(files) = file_rows(input)? else {
                return Ok(None);
            };
            keys.push(batch(
                Arc::clone(&schema),
                files.keys.columns().to_vec(),
                files.rows.len(),
            )?);
            rows.extend(files.rows);
        }
        return Ok(Some(FileRows {
            keys: concat_batches(&schema, &keys)?,
            rows,
        }));
    }
    Ok(None)
}

/// The files of a scan that reads none of their own columns.
fn scanned_files(config: &FileScanConfig, schema: &SchemaRef) -> Result<Option<FileRows>> {
    let source = config.file_source();
    if config.limit.is_some() || source.filter().is_some() {
        return Ok(None);
    }
    let first_constant = config.file_schema().fields().len();
    let Some(projection) = source.projection() else {
        return Ok(None);
    };
    let is_of_constants = |expression: &Arc<dyn PhysicalExpr>| {
        !is_volatile(expression)
            && collect_columns(expression)
                .iter()
                .all(|column| column.index() >= first_constant)
    };
    if !projection
        .iter()
        .all(|projected| is_of_constants(&projected.expr))
    {
        return Ok(None);
    }
    let mut files: Vec<(&PartitionedFile, i64)> = Vec::new();
    for file in config.file_groups.iter().flat_map(|group| group.iter()) {
        let rows = match (file.statistics.as_deref(), &file.range) {
            (Some(statistics), None) => statistics.num_rows,
            _ => return Ok(None),
        };
        let Precision::Exact(rows) = rows else {
            return Ok(None);
        };
        let Ok(rows) = i64::try_from(rows) else {
            return Ok(None);
        };
        if rows > 0 {
            files.push((file, rows));
        }
    }
    let rows: Vec<i64> = files.iter().map(|(_, rows)| *rows).collect();
    let table_schema = source.table_schema().table_schema();
    let columns = table_schema
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            // A column that no expression looks at.
            let Some(constant) = place.checked_sub(first_constant) else {
                return Ok(new_null_array(field.data_type(), rows.len()));
            };
            if files.is_empty() {
                return Ok(new_null_array(field.data_type(), 0));
            }
            let values = files
                .iter()
                .filter_map(|(file, _)| file.partition_values.get(constant).cloned());
            ScalarValue::iter_to_array(values)
        })
        .collect::<Result<Vec<_>>>()?;
    let constants = batch(nullable(table_schema), columns, rows.len())?;
    let columns = projection
        .iter()
        .map(|projected| evaluate(&projected.expr, &constants))
        .collect::<Result<Vec<_>>>()?;
    Ok(Some(FileRows {
        keys: batch(Arc::clone(schema), columns, rows.len())?,
        rows,
    }))
}

/// The schema with columns that may be NULL, for those that are not read.
fn nullable(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter();
    Arc::new(Schema::new(
        fields
            .map(|field| field.as_ref().clone().with_nullable(true))
            .collect::<Vec<_>>(),
    ))
}

fn evaluate(expression: &Arc<dyn PhysicalExpr>, rows: &RecordBatch) -> Result<ArrayRef> {
    expression.evaluate(rows)?.into_array(rows.num_rows())
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}
