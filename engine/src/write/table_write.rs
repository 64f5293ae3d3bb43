//! One write from its first row to its commit: streams are written in parallel, and the catalog takes all of it or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use arrow::array::ArrayRef;
use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use chrono::Utc;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::StreamExt;
use prismlake_catalog::file_name::WrittenBy;
use prismlake_catalog::writes::{AbandonedWrite, AbortOutcome, WRITE_RENEWAL_SECONDS};
use prismlake_catalog::{
    Partition, StorageDescriptor, Table, TableName, WriteCommit, WriteId, WriteIntent,
};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::data_format::WriteFormat;
use tokio::task::JoinSet;

use super::bucketing::Bucketing;
use super::janitor;
use super::partition_writer::{PartitionFile, PartitionWriter, WriteShared, cast_column};
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::PlannedQuery;
use crate::query::QueryContext;
use prismlake_catalog::partition_path::partition_path;

/// Where and how rows are written.
pub(crate) struct TableWrite {
    /// The table that is written to; `None` for UNLOAD, whose files belong to none.
    pub(crate) name: Option<TableName>,
    /// The table to create with the commit, for CTAS.
    pub(crate) create_table: Option<Table>,
    /// How the table is stored, for its new partitions.
    pub(crate) descriptor: StorageDescriptor,
    pub(crate) location: ObjectUri,
    pub(crate) format: WriteFormat,
    /// The columns of the files.
    pub(crate) schema: SchemaRef,
    /// The partition keys, which come after the columns in the query's rows.
    pub(crate) keys: Vec<FieldRef>,
    /// For each written column, then each key, the query's column that it takes; `None` is NULL.
    pub(crate) sources: Vec<Option<usize>>,
    pub(crate) open_partitions_max: usize,
}

impl TableWrite {
    pub(super) fn key_names(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.name().clone()).collect()
    }

    /// The rows' columns in the types of the files, and their keys.
    pub(super) fn split(&self, batch: &RecordBatch) -> Result<(RecordBatch, Vec<ArrayRef>)> {
        let mut columns = self
            .schema
            .fields()
            .iter()
            .chain(&self.keys)
            .zip(&self.sources)
            .map(|(field, source)| match source {
                Some(source) => match batch.columns().get(*source) {
                    Some(column) => cast_column(column, field),
                    None => Err(QueryError::internal("a written column has no source")),
                },
                None => Ok(arrow::array::new_null_array(
                    field.data_type(),
                    batch.num_rows(),
                )),
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        let keys = columns.split_off(self.schema.fields().len());
        let data = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| QueryError::internal(error.to_string()))?;
        Ok((data, keys))
    }
}

/// Runs the query and writes its rows; returns how many. Whatever goes wrong, or is cancelled, leaves nothing to be seen.
pub(crate) async fn run(
    context: &QueryContext,
    planned: PlannedQuery,
    table: TableWrite,
) -> Result<u64> {
    // Earlier writes that came to nothing are cleaned up here, where their objects would be in the way at most.
    if let Err(error) = janitor::sweep(context.catalog().as_ref(), &context.stores).await {
        tracing::warn!(%error, "abandoned writes could not be looked up");
    }
    let location = table.location.to_string();
    let id = context
        .catalog()
        .begin_write(WriteIntent {
            query_id: context.query.id.to_string(),
            location: location.clone(),
        })
        .await?;
    let cancelled = context.query.cancelled.clone();
    let written = tokio::select! {
        biased;
        () = cancelled.cancelled() => {
            Err(QueryError::new(ErrorCode::UserCanceled, "Query was canceled"))
        }
        error = keep_alive(context, id) => Err(error),
        written = write(context, planned, table, id) => written,
    };
    // The commit is one transaction and races with nothing: neither a cancellation nor a late renewal may undo it.
    let error = match written {
        Ok(written) => match context.catalog().commit_write(id, written.commit).await {
            Ok(()) => {
                context.accounting().add_rows(written.rows);
                return Ok(written.rows);
            }
            Err(error) => error.into(),
        },
        Err(error) => error,
    };
    give_up(context, &AbandonedWrite { id, location }).await;
    Err(error)
}

/// Files that lie in their places, unseen until they are committed.
struct Written {
    commit: WriteCommit,
    rows: u64,
}

/// Ends the write in the catalog first, so that a late commit cannot follow, and then removes its objects.
async fn give_up(context: &QueryContext, write: &AbandonedWrite) {
    let catalog = context.catalog().as_ref();
    let cleaned = match catalog.abort_write(write.id).await {
        Ok(AbortOutcome::Aborted) => janitor::clean(catalog, &context.stores, write)
            .await
            .map(|_| ()),
        // The answer to its commit was lost: the objects are data now.
        Ok(AbortOutcome::Committed) => Ok(()),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = cleaned {
        tracing::warn!(write = %write.id, %error, "a failed write is left for the janitor");
    }
}

/// Renews the write's lease for as long as it is polled; ends only with an error.
async fn keep_alive(context: &QueryContext, id: WriteId) -> QueryError {
    let mut due = tokio::time::interval(Duration::from_secs(WRITE_RENEWAL_SECONDS));
    loop {
        due.tick().await;
        if let Err(error) = context.catalog().renew_write(id).await {
            return error.into();
        }
    }
}

async fn write(
    context: &QueryContext,
    planned: PlannedQuery,
    table: TableWrite,
    id: WriteId,
) -> Result<Written> {
    let (_, store) = context.stores.open(&table.location).await?;
    let bucketing = Bucketing::of(&table.descriptor);
    let shared = Arc::new(WriteShared {
        bucketing,
        ids: WrittenBy {
            catalog: context.catalog().catalog_id().clone(),
            write: id,
        },
        table,
        store,
        time: Utc::now(),
        next_part: AtomicU64::new(0),
    });
    let files = write_files(context, planned, &shared).await?;
    let table = &shared.table;
    let values: BTreeSet<&Vec<String>> = files
        .iter()
        .map(|file| &file.values)
        .filter(|values| !values.is_empty())
        .collect();
    let partitions: Vec<Partition> = values
        .into_iter()
        .map(|values| {
            let folder = format!("{}/", partition_path(&table.key_names(), values));
            let location = table.location.child(&folder).to_string();
            Partition::new(values.clone(), &table.descriptor, location)
        })
        .collect();
    if let (Some(name), None) = (&table.name, &table.create_table) {
        for partition in &partitions {
            require_same_place(context, name, partition).await?;
        }
    }
    let rows = files.iter().map(|file| file.object.rows).sum();
    let file_statistics = files
        .iter()
        .filter_map(|file| file.object.statistics.clone())
        .collect();
    tracing::debug!(
        write = %id,
        files = files.len(),
        bytes = files.iter().map(|file| file.object.bytes).sum::<u64>(),
        first = ?files.first().map(|file| file.object.uri.to_string()),
        "written"
    );
    Ok(Written {
        commit: WriteCommit {
            table: table.name.clone(),
            create_table: table.create_table.clone(),
            partitions,
            file_statistics,
        },
        rows,
    })
}

/// A partition that was registered by hand may lie elsewhere, or in another format: rows written where the table would have it
/// would never be read.
async fn require_same_place(
    context: &QueryContext,
    name: &TableName,
    written: &Partition,
) -> Result<()> {
    let Some(known) = context.catalog().partition(name, &written.values).await? else {
        return Ok(());
    };
    let place = |partition: &Partition| {
        let location = partition.storage_descriptor.location.as_deref()?;
        Some(ObjectUri::parse(location).ok()?.as_prefix())
    };
    let serde = |partition: &Partition| {
        partition
            .storage_descriptor
            .serde_info
            .serialization_library
            .clone()
    };
    if place(&known) == place(written) && serde(&known) == serde(written) {
        return Ok(());
    }
    Err(QueryError::not_supported(format!(
        "partition {:?} of table {name} lies at {} in a format of its own or outside of the table's folders; rows cannot be added to it",
        written.values,
        known
            .storage_descriptor
            .location
            .as_deref()
            .unwrap_or("no place"),
    )))
}

/// Writes each stream of the plan in a task of its own. Dropping the set stops them all.
async fn write_files(
    context: &QueryContext,
    planned: PlannedQuery,
    shared: &Arc<WriteShared>,
) -> Result<Vec<PartitionFile>> {
    let PlannedQuery {
        session, physical, ..
    } = planned;
    context.accounting().plan_started(Arc::clone(&physical));
    let physical: Arc<dyn ExecutionPlan> = if shared.bucketing.is_some() {
        // One writer, so that a bucket is one file of each partition, as Hive has it.
        Arc::new(CoalescePartitionsExec::new(physical))
    } else {
        physical
    };
    let mut tasks = JoinSet::new();
    for stream in 0..physical.output_partitioning().partition_count() {
        let rows = physical.execute(stream, session.task_ctx())?;
        let (shared, accounting) = (Arc::clone(shared), Arc::clone(context.accounting()));
        let pool = Arc::clone(&session.runtime_env().memory_pool);
        tasks.spawn(async move {
            let mut rows = rows;
            let mut writer = PartitionWriter::new(shared);
            while let Some(batch) = rows.next().await {
                accounting.memory_seen(pool.as_ref());
                let written = match batch {
                    Ok(batch) => writer.write(&batch).await,
                    Err(error) => Err(error.into()),
                };
                if let Err(error) = written {
                    writer.abort().await;
                    return Err(error);
                }
            }
            writer.finish().await
        });
    }
    let mut files = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(written) => files.extend(written?),
            Err(error) => return Err(QueryError::internal(format!("a writer failed: {error}"))),
        }
    }
    Ok(files)
}
