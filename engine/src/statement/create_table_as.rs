//! CREATE TABLE AS: a query's rows become a table's files, and the table appears with all of them at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{Field, FieldRef, Schema};
use futures::StreamExt;
use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{CatalogError, Column, SerDeInfo, StorageDescriptor, Table, TableName};
use prismlake_connectors::ObjectUri;

use super::create_external_table::NO_BUCKETS;
use super::ctas_options::{CtasBuckets, CtasOptions};
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::column_types::to_hive;
use crate::plan::hive_arrow::arrow_type;
use crate::plan::write_format::{remembered, serde_properties, stored_as};
use crate::plan::{PlannedQuery, plan_query};
use crate::prune::visible_objects;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::CreateTableAs;
use crate::sql::storage_format::shorthand;
use crate::write::{self, TableWrite, has_hash};

pub(super) async fn execute(
    create: CreateTableAs,
    context: QueryContext,
) -> Result<StartedStatement> {
    let name = context.table_name(&create.table)?;
    if context.catalog().table(&name).await?.is_some() {
        if create.if_not_exists {
            return Ok(StartedStatement::done());
        }
        return Err(CatalogError::TableExists(name).into());
    }
    let database = context.catalog().database(&name.database).await?;
    let Some(database) = database else {
        return Err(CatalogError::DatabaseNotFound(name.database).into());
    };
    let options = CtasOptions::parse(create.properties)?;
    let location = match &options.external_location {
        Some(location) => {
            let location = ObjectUri::parse(location)?.as_prefix();
            require_empty(&context, &location).await?;
            location
        }
        None => default_location(&context, &name, database.location_uri.as_deref())?,
    };
    let planned = plan_query(&context, &create.query).await?;
    let write = table_write(&name, create.comment, options, location, &planned, &context)?;
    if !create.with_data {
        if let Some(table) = write.create_table {
            context.catalog().create_table(table).await?;
        }
        return Ok(StartedStatement::done());
    }
    Ok(writing(context, planned, write))
}

/// A statement whose only result is that its rows are written. It watches for its own cancellation, to clean up after itself.
pub(super) fn writing(
    context: QueryContext,
    planned: PlannedQuery,
    table: TableWrite,
) -> StartedStatement {
    let work = async move {
        match write::run(&context, planned, table).await {
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    };
    StartedStatement {
        rows: futures::stream::once(work)
            .filter_map(|ended| async move { ended })
            .boxed(),
        cancels_itself: true,
        ..StartedStatement::done()
    }
}

/// A folder of this query's own: dropping a table leaves its files, and a new table of that name must not find them.
fn default_location(
    context: &QueryContext,
    name: &TableName,
    database: Option<&str>,
) -> Result<ObjectUri> {
    let base = match database {
        Some(location) => ObjectUri::parse(location)?,
        None => context
            .parts
            .warehouse
            .child(&format!("{}/", name.database)),
    };
    Ok(base.child(&format!("{}/{}/", name.table(), context.query.id)))
}

pub(super) async fn require_empty(context: &QueryContext, location: &ObjectUri) -> Result<()> {
    let objects = visible_objects(context.catalog().as_ref(), &context.stores, location).await?;
    match objects.first() {
        None => Ok(()),
        Some(object) => Err(QueryError::new(
            ErrorCode::HivePathAlreadyExists,
            format!(
                "Target directory is not empty: {location} holds {}; choose an empty one",
                object.uri.file_name()
            ),
        )),
    }
}

fn table_write(
    name: &TableName,
    comment: Option<String>,
    options: CtasOptions,
    location: ObjectUri,
    planned: &PlannedQuery,
    context: &QueryContext,
) -> Result<TableWrite> {
    let (data, keys) = written_columns(planned, &options.partitioned_by)?;
    if let Some(buckets) = &options.buckets {
        check_buckets(buckets, &data, &keys)?;
    }
    let classes = shorthand(stored_as(&options.format)).unwrap_or_default();
    let catalog_columns = |columns: &[(String, HiveType)]| {
        columns
            .iter()
            .map(|(name, hive_type)| Column::new(name, hive_type.to_string()))
            .collect::<Vec<Column>>()
    };
    let descriptor = StorageDescriptor {
        columns: catalog_columns(&data),
        location: Some(location.to_string()),
        input_format: classes.input_format,
        output_format: classes.output_format,
        compressed: true,
        number_of_buckets: options
            .buckets
            .as_ref()
            .map_or(NO_BUCKETS, |buckets| buckets.count),
        bucket_columns: options
            .buckets
            .map(|buckets| buckets.columns)
            .unwrap_or_default(),
        serde_info: SerDeInfo {
            name: None,
            serialization_library: classes.serde,
            parameters: serde_properties(&options.format),
        },
        ..StorageDescriptor::default()
    };
    let mut parameters = remembered(&options.format);
    parameters.insert("EXTERNAL".to_owned(), "TRUE".to_owned());
    let table = Table {
        description: comment,
        storage_descriptor: descriptor.clone(),
        partition_keys: catalog_columns(&keys),
        parameters,
        ..Table::external(name)
    };
    Ok(TableWrite {
        name: Some(name.clone()),
        create_table: Some(table),
        descriptor,
        location,
        format: options.format,
        sources: (0..data.len() + keys.len()).map(Some).collect(),
        schema: Arc::new(Schema::new(written_fields(&data))),
        keys: written_fields(&keys),
        open_partitions_max: context.parts.settings.limits.open_partitions_max,
    })
}

/// Rows are divided by columns of the files whose types have Hive's hash.
fn check_buckets(
    buckets: &CtasBuckets,
    data: &[WrittenColumn],
    keys: &[WrittenColumn],
) -> Result<()> {
    let invalid = |message| Err(QueryError::new(ErrorCode::InvalidTableProperty, message));
    for name in &buckets.columns {
        if keys.iter().any(|(key, _)| key == name) {
            return invalid(format!(
                "Bucketing columns {:?} are also used as partitioning columns: '{name}'",
                buckets.columns
            ));
        }
        let Some((_, hive_type)) = data.iter().find(|(column, _)| column == name) else {
            return invalid(format!(
                "Bucketing columns {:?} not present in schema: '{name}' is no column of the query",
                buckets.columns
            ));
        };
        if !has_hash(hive_type) {
            return Err(QueryError::not_supported(format!(
                "Table cannot be bucketed by column '{name}' of type {hive_type}; Hive's buckets are of boolean, integers, float, double, string and date, and of lists and maps of these"
            )));
        }
    }
    Ok(())
}

/// A column's name and the type that it is written in.
pub(super) type WrittenColumn = (String, HiveType);

/// The columns as the files hold them.
pub(super) fn written_fields(columns: &[WrittenColumn]) -> Vec<FieldRef> {
    columns
        .iter()
        .map(|(name, hive_type)| -> FieldRef {
            Arc::new(Field::new(name, arrow_type(hive_type), true))
        })
        .collect()
}

/// The query's columns with the types that they are written in: those of the files, and the partition keys after them.
pub(super) fn written_columns(
    planned: &PlannedQuery,
    partitioned_by: &[String],
) -> Result<(Vec<WrittenColumn>, Vec<WrittenColumn>)> {
    let mut columns = named_columns(planned)?;
    let first_key = columns.len().saturating_sub(partitioned_by.len());
    let keys = columns.split_off(first_key);
    let keys_at_the_end = keys.iter().map(|(name, _)| name).eq(partitioned_by.iter());
    if !keys_at_the_end || (columns.is_empty() && !keys.is_empty()) {
        return Err(QueryError::new(
            ErrorCode::HiveInvalidMetadata,
            format!(
                "Partition keys must be the last columns in the table and in the same order as the table properties: {partitioned_by:?}, and at least one column must come before them"
            ),
        ));
    }
    Ok((columns, keys))
}

/// The query's columns with the types that they are written in.
fn named_columns(planned: &PlannedQuery) -> Result<Vec<WrittenColumn>> {
    let mut seen = BTreeSet::new();
    planned
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let Some(name) = &column.name else {
                return Err(QueryError::new(
                    ErrorCode::MissingColumnName,
                    format!(
                        "Column name not specified at position {}; give it a name with AS",
                        place + 1
                    ),
                ));
            };
            let name = name.to_lowercase();
            if !seen.insert(name.clone()) {
                return Err(QueryError::new(
                    ErrorCode::DuplicateColumnName,
                    format!("Column name '{name}' specified more than once"),
                ));
            }
            let hive_type = to_hive(&name, &column.data_type)?;
            Ok((name, hive_type))
        })
        .collect()
}
