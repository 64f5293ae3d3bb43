//! INSERT INTO: a query's rows are added to a table as new files, and to its catalog as new partitions.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use prismlake_catalog::Table;
use prismlake_connectors::ObjectUri;
use prismlake_functions::types::{Type, can_coerce};
use sqlparser::ast::{Expr, SelectItem, SetExpr};

use super::create_table_as::writing;
use super::table_ddl::require_table;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::column_types::{of_hive, stored_type};
use crate::plan::write_format::table_write_format;
use crate::plan::{TypedQuery, scan_schema, type_query};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{self, InsertInto};
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
    let typed = type_query(&context, &insert.query).await?;
    let targets: Vec<FieldRef> = schema.fields().iter().chain(&keys).cloned().collect();
    let (sources, types) = sources(&table, &targets, &insert.columns, &typed)?;
    let planned = typed.with_column_types(&types)?.plan().await?;
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

/// The parameters that are values of the rows themselves, by their places, with the types of the columns that they go to.
pub(super) async fn parameter_types(
    context: &QueryContext,
    insert: &InsertInto,
) -> Result<Vec<(usize, Type)>> {
    let (_, table) = require_table(context, &insert.table).await?;
    let names = table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(|column| column.name.to_lowercase());
    let mut columns: Vec<(String, Type)> = names.zip(column_types(&table)?).collect();
    if !insert.columns.is_empty() {
        columns = insert
            .columns
            .iter()
            .filter_map(|name| {
                let name = name.to_lowercase();
                columns.iter().find(|(column, _)| *column == name).cloned()
            })
            .collect();
    }
    let rows: Vec<Vec<&Expr>> = match insert.query.body.as_ref() {
        SetExpr::Values(values) => values
            .rows
            .iter()
            .map(|row| row.content.iter().collect())
            .collect(),
        SetExpr::Select(select) => vec![
            select
                .projection
                .iter()
                .filter_map(|item| match item {
                    SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                        Some(expr)
                    }
                    _ => None,
                })
                .collect(),
        ],
        _ => Vec::new(),
    };
    Ok(rows
        .iter()
        .flat_map(|row| row.iter().zip(&columns))
        .filter_map(|(value, (_, data_type))| {
            Some((sql::parameter_place(value)?, data_type.clone()))
        })
        .collect())
}

/// For each of the table's columns the query's column that it takes, and for each of these the type that it is coerced to.
fn sources(
    table: &Table,
    targets: &[FieldRef],
    columns: &[String],
    typed: &TypedQuery,
) -> Result<(Vec<Option<usize>>, Vec<Type>)> {
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
    let given: Vec<&Type> = typed
        .analyzed
        .columns
        .iter()
        .map(|column| &column.data_type)
        .collect();
    let declared = column_types(table)?;
    let wanted: Vec<&Type> = order
        .iter()
        .filter_map(|column| {
            let place = targets.iter().position(|field| field.name() == column)?;
            declared.get(place)
        })
        .collect();
    let fits = wanted.len() == given.len()
        && wanted
            .iter()
            .zip(&given)
            .all(|(to, from)| can_insert(from, to));
    if !fits {
        return Err(mismatch(&wanted, &given));
    }
    let types = wanted.into_iter().cloned().collect();
    let sources = targets
        .iter()
        .map(|target| order.iter().position(|column| column == target.name()))
        .collect();
    Ok((sources, types))
}

/// The types of all of a table's columns, partition keys last.
fn column_types(table: &Table) -> Result<Vec<Type>> {
    table
        .storage_descriptor
        .columns
        .iter()
        .chain(&table.partition_keys)
        .map(|column| Ok(of_hive(&stored_type(table, column)?)))
        .collect()
}

fn mismatch(wanted: &[&Type], given: &[&Type]) -> QueryError {
    let list = |types: &[&Type]| {
        types
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    QueryError::new(
        ErrorCode::TypeMismatch,
        format!(
            "Insert query has mismatched column types: Table: [{}], Query: [{}]",
            list(wanted),
            list(given)
        ),
    )
}

/// Whether values of a type go into a column without a cast: those that can be coerced, and text of any length, which is checked row by row.
fn can_insert(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Varchar(_), Type::Varchar(_)) | (Type::Char(_), Type::Char(_)) => true,
        // A column's timestamps have one precision for all.
        (Type::Timestamp(_), Type::Timestamp(_)) => true,
        (Type::Array(from), Type::Array(to)) => can_insert(from, to),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            can_insert(from_key, to_key) && can_insert(from_value, to_value)
        }
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to)
                    .all(|(from, to)| can_insert(&from.data_type, &to.data_type))
        }
        _ => can_coerce(from, to),
    }
}
