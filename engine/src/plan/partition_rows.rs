//! `"table$partitions"`: a table's partitions as rows of their typed values, streamed from the catalog.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::{Partition, PartitionPredicate, Table, TableName};

use super::lake_table::scan_schema;
use super::partition_values::typed_value;
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::QueryContext;

/// Rows of a batch: a page of the catalog.
const BATCH_ROWS: usize = 1000;

/// The table of a table's partitions.
pub(super) fn table(
    context: &QueryContext,
    name: TableName,
    table: Table,
) -> Result<Arc<dyn TableProvider>> {
    if table.partition_keys.is_empty() {
        return Err(QueryError::new(
            ErrorCode::TableNotFound,
            format!(
                "Table '{name}' is not partitioned, so it has no \"{}$partitions\"",
                name.table()
            ),
        ));
    }
    let (_, keys) = scan_schema(&table)?;
    let schema: SchemaRef = Arc::new(arrow::datatypes::Schema::new(keys));
    let rows = PartitionRows {
        schema: Arc::clone(&schema),
        name,
        context: context.clone(),
    };
    Ok(Arc::new(StreamingTable::try_new(
        schema,
        vec![Arc::new(rows)],
    )?))
}

struct PartitionRows {
    schema: SchemaRef,
    name: TableName,
    context: QueryContext,
}

impl Debug for PartitionRows {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("PartitionRows")
            .field(&self.name)
            .finish()
    }
}

#[async_trait]
impl PartitionStream for PartitionRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let batches = self
            .context
            .catalog()
            .partitions(&self.name, PartitionPredicate::All)
            .map_err(|error| datafusion::error::DataFusionError::from(QueryError::from(error)))
            .try_chunks(BATCH_ROWS)
            .map(move |chunk| {
                let chunk = chunk.map_err(|error| error.1)?;
                Ok(batch(&schema, &chunk)?)
            });
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            batches,
        ))
    }
}

fn batch(schema: &SchemaRef, partitions: &[Partition]) -> Result<RecordBatch> {
    let columns = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(key, field)| {
            let values = partitions
                .iter()
                .filter_map(|partition| partition.values.get(key))
                .map(|stored| typed_value(field.name(), field.data_type(), stored))
                .collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::iter_to_array(values)?)
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|error| QueryError::internal(error.to_string()))
}
