//! Statistics of the columns of tables and partitions.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;
use futures::{StreamExt, TryStreamExt, stream};
use prismlake_catalog::model::ColumnStatistics;
use prismlake_catalog::{Result, TableName};

use super::client::GlueClient;
use super::column_statistics_shape::{statistics_to_glue, statistics_to_model};
use super::failure::{ENTITY_NOT_FOUND, GlueFailure};
use super::{partitions, tables};

/// Columns that one call changes; Glue's bound.
const COLUMNS_PUT_A_CALL: usize = 25;
/// Columns that one call reads; Glue's bound.
const COLUMNS_READ_A_CALL: usize = 100;
/// Calls under way at once; few tables have more columns.
const CALLS_AT_ONCE: usize = 4;

/// Adds statistics, in place of older ones.
pub(super) async fn put(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
    statistics: Vec<ColumnStatistics>,
) -> Result<()> {
    const OPERATION: &str = "UpdateColumnStatistics";
    let inputs: Result<Vec<glue::ColumnStatistics>, BuildError> =
        statistics.into_iter().map(statistics_to_glue).collect();
    let inputs = inputs.map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    for batch in inputs.chunks(COLUMNS_PUT_A_CALL) {
        let errors = match put_batch(client, name, partition, batch.to_vec()).await {
            Ok(errors) => errors,
            Err(failure) => return Err(refused(client, name, partition, failure).await),
        };
        if let Some(error) = errors.into_iter().next() {
            return Err(GlueFailure::of_item(OPERATION, error.error).into());
        }
    }
    Ok(())
}

async fn put_batch(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
    batch: Vec<glue::ColumnStatistics>,
) -> Result<Vec<glue::ColumnStatisticsError>, GlueFailure> {
    let errors = match partition {
        None => {
            let call = client.api.update_column_statistics_for_table();
            call.set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .set_column_statistics_list(Some(batch))
                .send()
                .await
                .map_err(|error| GlueFailure::of("UpdateColumnStatisticsForTable", error))?
                .errors
        }
        Some(values) => {
            let call = client.api.update_column_statistics_for_partition();
            call.set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .set_partition_values(Some(values.to_vec()))
                .set_column_statistics_list(Some(batch))
                .send()
                .await
                .map_err(|error| GlueFailure::of("UpdateColumnStatisticsForPartition", error))?
                .errors
        }
    };
    Ok(errors.unwrap_or_default())
}

/// Statistics by their columns' names. Glue has to be asked for columns by name: those that table or partition have now.
pub(super) async fn get(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
) -> Result<Vec<ColumnStatistics>> {
    let table = tables::require(client, name).await?;
    let mut columns = table.storage_descriptor.columns;
    columns.extend(table.partition_keys);
    if let Some(values) = partition {
        let own = partitions::require(client, name, values).await?;
        columns.extend(own.storage_descriptor.columns);
    }
    let mut names: Vec<String> = columns.into_iter().map(|column| column.name).collect();
    names.sort();
    names.dedup();
    let calls: Vec<Vec<String>> = names
        .chunks(COLUMNS_READ_A_CALL)
        .map(<[String]>::to_vec)
        .collect();
    let answers: Result<Vec<Vec<glue::ColumnStatistics>>, GlueFailure> = stream::iter(calls)
        .map(|names| get_batch(client, name, partition, names))
        .buffered(CALLS_AT_ONCE)
        .try_collect()
        .await;
    let answers = match answers {
        Ok(answers) => answers,
        Err(failure) => return Err(refused(client, name, partition, failure).await),
    };
    let found = answers.into_iter().flatten();
    let mut statistics: Vec<ColumnStatistics> = found.filter_map(statistics_to_model).collect();
    statistics.sort_by(|one, other| one.column_name.cmp(&other.column_name));
    Ok(statistics)
}

async fn get_batch(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
    columns: Vec<String>,
) -> Result<Vec<glue::ColumnStatistics>, GlueFailure> {
    let (operation, found, errors) = match partition {
        None => {
            const OPERATION: &str = "GetColumnStatisticsForTable";
            let call = client.api.get_column_statistics_for_table();
            let answer = call
                .set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .set_column_names(Some(columns))
                .send()
                .await
                .map_err(|error| GlueFailure::of(OPERATION, error))?;
            (OPERATION, answer.column_statistics_list, answer.errors)
        }
        Some(values) => {
            const OPERATION: &str = "GetColumnStatisticsForPartition";
            let call = client.api.get_column_statistics_for_partition();
            let answer = call
                .set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .set_partition_values(Some(values.to_vec()))
                .set_column_names(Some(columns))
                .send()
                .await
                .map_err(|error| GlueFailure::of(OPERATION, error))?;
            (OPERATION, answer.column_statistics_list, answer.errors)
        }
    };
    for error in errors.unwrap_or_default() {
        let failure = GlueFailure::of_item(operation, error.error);
        // A column without statistics.
        if failure.code() != Some(ENTITY_NOT_FOUND) {
            return Err(failure);
        }
    }
    Ok(found.unwrap_or_default())
}

/// Removes the statistics of a column; whether there were any.
pub(super) async fn drop(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
    column: &str,
) -> Result<bool> {
    let column = column.to_lowercase();
    let dropped = match partition {
        None => {
            let call = client.api.delete_column_statistics_for_table();
            let answer = call
                .set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .column_name(column)
                .send()
                .await;
            answer
                .map(|_| ())
                .map_err(|error| GlueFailure::of("DeleteColumnStatisticsForTable", error))
        }
        Some(values) => {
            let call = client.api.delete_column_statistics_for_partition();
            let answer = call
                .set_catalog_id(client.account.clone())
                .database_name(name.database.as_str())
                .table_name(name.table())
                .set_partition_values(Some(values.to_vec()))
                .column_name(column)
                .send()
                .await;
            answer
                .map(|_| ())
                .map_err(|error| GlueFailure::of("DeleteColumnStatisticsForPartition", error))
        }
    };
    match dropped {
        Ok(()) => Ok(true),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            require_owner(client, name, partition).await?;
            Ok(false)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// What a failure means: Glue has one code for a table, a partition and a column that is not there.
async fn refused(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
    failure: GlueFailure,
) -> prismlake_catalog::CatalogError {
    if failure.code() == Some(ENTITY_NOT_FOUND)
        && let Err(error) = require_owner(client, name, partition).await
    {
        return error;
    }
    failure.into()
}

async fn require_owner(
    client: &GlueClient,
    name: &TableName,
    partition: Option<&[String]>,
) -> Result<()> {
    match partition {
        None => tables::require(client, name).await.map(|_| ()),
        Some(values) => partitions::require(client, name, values).await.map(|_| ()),
    }
}
