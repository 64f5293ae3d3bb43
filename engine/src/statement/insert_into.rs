//! INSERT INTO: a query's rows are added to a table as new files, and to its catalog as new partitions.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use prismlake_catalog::{Table, TableName};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::column_mapping::reads;

use super::create_table_as::writing;
use super::table_ddl::require_table;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::write_format::table_write_format;
use crate::plan::{PlannedQuery, plan_query, scan_schema};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::InsertInto;
use crate::write::TableWrite;

pub(super) async fn execute(insert: InsertInto, context: QueryContext) -> Result<StartedStatement> {
    let (name, table) = require_table(&context, &insert.table).await?;
    if !table.storage_descriptor.bucket_columns.is_empty() {
        return Err(QueryError::not_supported(format!(
            "table {name} is bucketed; INSERT INTO bucketed tables is not supported"
        )));
    }
    let format = table_write_format(&table.storage_descriptor, &table.parameters)?;
    let (schema, keys) = scan_schema(&table)?;
    let location = table.storage_descriptor.location.as_deref().unwrap_or("");
    let location = ObjectUri::parse(location)?.as_prefix();
    let planned = plan_query(&context, insert.query).await?;
    let targets: Vec<FieldRef> = schema.fields().iter().chain(&keys).cloned().collect();
    let sources = sources(&name, &table, &targets, &insert.columns, &planned)?;
    let write = TableWrite {
        name: Some(name),
        create_table: None,
        descriptor: table.storage_descriptor,
        location,
        format,
        schema: Arc::clone(&schema),
        keys,
        sources,
        open_partitions_max: context.parts.settings.limits.open_partitions_max,
    };
    Ok(writing(context, planned, write))
}

/// For each of the table's columns the query's column that it takes.
fn sources(
    name: &TableName,
    table: &Table,
    targets: &[FieldRef],
    columns: &[String],
    planned: &PlannedQuery,
) -> Result<Vec<Option<usize>>> {
    let given = planned.schema.fields().len();
    let order: Vec<String> = if columns.is_empty() {
        targets.iter().map(|field| field.name().clone()).collect()
    } else {
        columns.iter().map(|column| column.to_lowercase()).collect()
    };
    for (place, column) in order.iter().enumerate() {
        if !targets.iter().any(|field| field.name() == column) {
            return Err(QueryError::new(
                ErrorCode::ColumnNotFound,
                format!("Insert column name does not exist in target table: {column}"),
            ));
        }
        if order.iter().take(place).any(|earlier| earlier == column) {
            return Err(QueryError::new(
                ErrorCode::DuplicateColumnName,
                format!("Insert column name is specified more than once: {column}"),
            ));
        }
    }
    if order.len() != given {
        return Err(mismatch(name, table, planned));
    }
    targets
        .iter()
        .map(|target| {
            let Some(source) = order.iter().position(|column| column == target.name()) else {
                return Ok(None);
            };
            let from = planned.schema.field(source).data_type();
            if !can_insert(target.data_type(), from) {
                return Err(mismatch(name, table, planned));
            }
            Ok(Some(source))
        })
        .collect()
}

fn mismatch(name: &TableName, table: &Table, planned: &PlannedQuery) -> QueryError {
    let declared: Vec<&str> = table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(|column| column.type_text())
        .collect();
    let given: Vec<String> = planned
        .schema
        .fields()
        .iter()
        .map(|field| field.data_type().to_string())
        .collect();
    QueryError::new(
        ErrorCode::TypeMismatch,
        format!(
            "Insert query has mismatched column types: Table {name}: [{}], Query: [{}]; partition keys come last, and casts must be written",
            declared.join(", "),
            given.join(", ")
        ),
    )
}

/// Whether values of a query's type go into a column: of the same kind, checked value by value where they might not fit.
/// Literals are bigint, so a narrower integer takes them.
fn can_insert(target: &DataType, source: &DataType) -> bool {
    reads(target, source)
        || (target.is_integer() && source.is_integer())
        || (target.is_floating() && source.is_numeric())
        || (matches!(target, DataType::Decimal128(_, _))
            && (source.is_integer() || matches!(source, DataType::Decimal128(_, _))))
        || (matches!(target, DataType::Timestamp(_, _)) && *source == DataType::Date32)
        || same_nesting(target, source)
}

fn same_nesting(target: &DataType, source: &DataType) -> bool {
    match (target, source) {
        (DataType::List(target), DataType::List(source) | DataType::LargeList(source)) => {
            can_insert(target.data_type(), source.data_type())
        }
        (DataType::Struct(target), DataType::Struct(source)) => {
            target.len() == source.len()
                && target
                    .iter()
                    .zip(source)
                    .all(|(target, source)| can_insert(target.data_type(), source.data_type()))
        }
        _ => false,
    }
}
