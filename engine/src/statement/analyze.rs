//! ANALYZE: the footers of a table's files are read, as far as the catalog has no entries that hold, and what they tell is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use chrono::Utc;
use datafusion::logical_expr::{Expr, col, lit};
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_catalog::{CatalogError, Table, TableName};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::DataFormat;
use prismlake_connectors::formats::footer_statistics::read_footer_statistics;
use prismlake_connectors::formats::object_reader::ObjectReader;
use prismlake_connectors::formats::parquet::FooterCache;
use prismlake_connectors::store::{DataObject, version_of};

use super::table_ddl::require_table;
use crate::error::{ErrorCode, QueryError, Result};
use crate::file_statistics::{ValidEntries, column_figures, entry_of};
use crate::plan::partition_values::typed_value;
use crate::plan::scan_schema;
use crate::plan::table_format::data_format;
use crate::prune::{ListedPartition, PartitionKeys, PartitionStore, PartitionsWanted, list_files};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::Analyze;

/// Footers read at once: enough to hide a store's latency, few enough not to be throttled.
const FOOTERS_IN_FLIGHT: usize = 32;
/// Entries put into the catalog in one transaction: readers of the catalog wait for each but a moment.
const ENTRIES_AT_ONCE: usize = 500;
/// How often the table's figures are tried to be set while others change the table.
const UPDATES_TRIED: usize = 5;

const COLUMN: &str = "rows";

/// The statement's one column: the rows analyzed, as Trino tells them.
pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(
        COLUMN,
        DataType::Int64,
        false,
    )]))
}

pub(super) async fn execute(context: &QueryContext, analyze: Analyze) -> Result<StartedStatement> {
    let (name, table) = require_table(context, &analyze.table).await?;
    let (columns, key_fields) = scan_schema(&table)?;
    for column in &analyze.columns {
        let is_key = key_fields.iter().any(|key| key.name() == column);
        if !is_key && columns.field_with_name(column).is_err() {
            return Err(QueryError::new(
                ErrorCode::ColumnNotFound,
                format!("table {name} has no column '{column}'"),
            ));
        }
    }
    let keys = PartitionKeys::new(&table, &key_fields);
    let filters = conditions(&name, &keys, &analyze.partition)?;
    let wanted = PartitionsWanted::plan(&keys, &filters, &context.parts.session)?;
    let listing = list_files(context, &name, &table, &keys, wanted).await?;
    let listed = files_with_footers(&name, &table, &listing.partitions)?;

    let catalog = context.catalog().as_ref();
    let objects = listed.iter().map(|file| &file.object);
    let folders = whole_folders(&listing.partitions);
    let mut known = ValidEntries::look_up(catalog, objects, folders.clone()).await?;
    for (folder, names) in known.take_unlisted() {
        if ObjectUri::parse(&folder).is_ok_and(|folder| is_within(&folder, &folders)) {
            catalog.forget_file_statistics(&folder, names).await?;
        }
    }
    // Where columns go by their places, names in files say nothing of the table's.
    let takes_names = listed
        .iter()
        .all(|file| file.format.column_mapping() == ColumnMapping::ByName);
    let (mut entries, mut unknown) = (Vec::new(), Vec::new());
    for file in listed {
        match known.take(&file.object) {
            Some(entry) => entries.push(entry),
            None => unknown.push(file),
        }
    }
    let mut read = futures::stream::iter(unknown)
        .map(|file| read_entry(file, Arc::clone(&context.parts.footers)))
        .buffer_unordered(FOOTERS_IN_FLIGHT)
        .try_chunks(ENTRIES_AT_ONCE);
    while let Some(chunk) = read.try_next().await.map_err(|error| error.1)? {
        let new: Vec<FileStatistics> = chunk.into_iter().flatten().collect();
        catalog.put_file_statistics(new.clone()).await?;
        entries.extend(new);
    }
    let rows: u64 = entries.iter().map(|entry| entry.row_count).sum();
    if analyze.partition.is_empty() {
        if takes_names {
            let figures = column_figures(&table, &columns, &analyze.columns, &entries, Utc::now());
            catalog.put_column_statistics(&name, None, figures).await?;
        }
        let totals = [
            ("numFiles", listing.files),
            ("numRows", rows),
            ("totalSize", listing.bytes),
        ];
        set_totals(context, &name, table, totals).await?;
    }
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    RecordBatch::try_new(schema(), vec![Arc::new(Int64Array::from(vec![rows]))])
        .map(StartedStatement::rows)
        .map_err(|error| QueryError::internal(error.to_string()))
}

/// The filters that a PARTITION clause stands for.
fn conditions(
    name: &TableName,
    keys: &PartitionKeys,
    partition: &[(String, Option<String>)],
) -> Result<Vec<Expr>> {
    let mut filters = Vec::new();
    for (key, value) in partition {
        let Ok(field) = keys.schema.field_with_name(key) else {
            return Err(QueryError::new(
                ErrorCode::ColumnNotFound,
                format!("table {name} has no partition key '{key}'"),
            ));
        };
        if let Some(value) = value {
            let value = typed_value(key, field.data_type(), value)?;
            filters.push(if value.is_null() {
                col(key).is_null()
            } else {
                col(key).eq(lit(value))
            });
        }
    }
    Ok(filters)
}

/// The locations that were listed as folders, not as the one object that they name: what is not listed there is gone.
fn whole_folders(partitions: &[ListedPartition]) -> BTreeSet<ObjectUri> {
    partitions
        .iter()
        .filter(|partition| {
            !partition
                .objects
                .iter()
                .any(|object| object.uri == partition.location)
        })
        .map(|partition| partition.location.as_prefix())
        .collect()
}

fn is_within(folder: &ObjectUri, folders: &BTreeSet<ObjectUri>) -> bool {
    let mut ancestors = folder.key().match_indices('/').map(|(at, _)| at + 1);
    folders.contains(&folder.with_key(""))
        || ancestors.any(|end| {
            let ancestor = folder.key().get(..end).unwrap_or_default();
            folders.contains(&folder.with_key(ancestor))
        })
}

/// A file to be told of.
struct ListedFile {
    object: DataObject,
    format: DataFormat,
    store: PartitionStore,
}

/// The files listed. Where one has no footer the table's rows are not known without reading all of it.
fn files_with_footers(
    name: &TableName,
    table: &Table,
    partitions: &[ListedPartition],
) -> Result<Vec<ListedFile>> {
    let mut files = Vec::new();
    for partition in partitions {
        let format = data_format(&partition.descriptor, &table.parameters)?;
        if !format.has_footers() {
            return Err(QueryError::not_supported(format!(
                "ANALYZE reads the footers of Parquet and ORC files; those of table {name} at {} have none",
                partition.location
            )));
        }
        files.extend(partition.objects.iter().map(|object| ListedFile {
            object: object.clone(),
            format: format.clone(),
            store: partition.store.clone(),
        }));
    }
    Ok(files)
}

async fn read_entry(file: ListedFile, footers: Arc<FooterCache>) -> Result<Option<FileStatistics>> {
    let ListedFile {
        object,
        format,
        store,
    } = file;
    let version = version_of(&object.meta);
    let reader = ObjectReader::new(store.store, &store.base, object.meta);
    let told = read_footer_statistics(&format, reader, &footers).await?;
    Ok(told.map(|told| entry_of(&object.uri, version, &told)))
}

/// Sets the table's parameters of these names, as Hive does. Others may change the table meanwhile.
async fn set_totals(
    context: &QueryContext,
    name: &TableName,
    mut table: Table,
    totals: [(&str, u64); 3],
) -> Result<()> {
    let totals: BTreeMap<String, String> = totals
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_string()))
        .collect();
    for attempt in 1.. {
        let version = table.version_id.clone();
        table.parameters.extend(totals.clone());
        table.last_analyzed_time = Some(Utc::now());
        match context.catalog().update_table(table, Some(&version)).await {
            Err(CatalogError::ConcurrentModification(_)) if attempt < UPDATES_TRIED => {}
            updated => return Ok(updated?),
        }
        table = context
            .catalog()
            .table(name)
            .await?
            .ok_or_else(|| CatalogError::TableNotFound(name.clone()))?;
    }
    Ok(())
}
