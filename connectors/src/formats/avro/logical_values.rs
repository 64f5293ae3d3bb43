//! Avro's types as the types that Hive's columns are declared in, where Avro has no such type or another notation of it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatchOptions, StringBuilder};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use uuid::Uuid;

use crate::formats::nested_arrays::with_children;
use crate::formats::rows::decoder::RowError;

/// The batch with its enums and UUIDs as strings, its times as numbers, and its integers as narrow as they are declared.
pub(super) fn in_hives_types(
    batch: &RecordBatch,
    declared: &Schema,
) -> Result<RecordBatch, RowError> {
    let schema = batch.schema();
    let mut fields = Vec::with_capacity(batch.num_columns());
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        let declared = declared
            .fields()
            .iter()
            .find(|declared| declared.name().eq_ignore_ascii_case(field.name()));
        let column = converted_column(field, column, declared.map(|field| field.data_type()))?;
        fields.push(Field::new(
            field.name(),
            column.data_type().clone(),
            field.is_nullable(),
        ));
        columns.push(column);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = Arc::new(Schema::new(fields));
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}

fn converted_column(
    field: &Field,
    column: &ArrayRef,
    declared: Option<&DataType>,
) -> Result<ArrayRef, RowError> {
    Ok(match (column.data_type(), declared) {
        (DataType::FixedSizeBinary(16), _) if is_uuid(field) => {
            let values = column.as_fixed_size_binary();
            let mut texts = StringBuilder::with_capacity(values.len(), 36 * values.len());
            for value in values.iter() {
                let uuid = value.and_then(|bytes| Uuid::from_slice(bytes).ok());
                texts.append_option(uuid.map(|uuid| uuid.hyphenated().to_string()));
            }
            Arc::new(texts.finish())
        }
        (DataType::Dictionary(_, value), _) => cast(column, value)?,
        (DataType::Time32(_), _) => cast(column, &DataType::Int32)?,
        (DataType::Time64(_), _) => cast(column, &DataType::Int64)?,
        // Avro has no narrower integers.
        (DataType::Int32, Some(narrow @ (DataType::Int8 | DataType::Int16))) => {
            let checked = CastOptions {
                safe: false,
                ..CastOptions::default()
            };
            cast_with_options(column, narrow, &checked).map_err(|error| {
                RowError::malformed_file(format!(
                    "column '{}' is declared as {narrow}: {error}",
                    field.name()
                ))
            })?
        }
        _ => {
            let children = with_children(column, &mut |_, field, child| {
                converted_column(field, child, declared_child(declared, field))
            })?;
            children.unwrap_or_else(|| Arc::clone(column))
        }
    })
}

/// The type that a child of a column is declared with.
fn declared_child<'a>(declared: Option<&'a DataType>, child: &Field) -> Option<&'a DataType> {
    match declared? {
        DataType::List(item) => Some(item.data_type()),
        DataType::Map(entries, _) => Some(entries.data_type()),
        DataType::Struct(fields) => fields
            .iter()
            .find(|field| field.name().eq_ignore_ascii_case(child.name()))
            .map(|field| field.data_type()),
        _ => None,
    }
}

fn is_uuid(field: &Field) -> bool {
    let named = |key: &str, value: &str| {
        field
            .metadata()
            .get(key)
            .is_some_and(|found| found == value)
    };
    named("logicalType", "uuid") || named("ARROW:extension:name", "arrow.uuid")
}
