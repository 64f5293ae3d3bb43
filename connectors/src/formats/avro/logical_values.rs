//! Avro's types as the types that Hive's columns are declared in, where Avro has no such type or another notation of it.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatchOptions, StringBuilder, StructArray,
};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use arrow::record_batch::RecordBatch;
use uuid::Uuid;

use crate::formats::rows::decoder::RowError;

/// The batch with its enums and UUIDs as strings, its times as numbers, and its integers as narrow as they are declared.
pub(super) fn in_hives_types(
    batch: &RecordBatch,
    declared: &Schema,
) -> Result<RecordBatch, RowError> {
    let schema = batch.schema();
    let (fields, columns) = converted(schema.fields(), batch.columns(), declared.fields())?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = Arc::new(Schema::new(fields));
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}

fn converted(
    fields: &Fields,
    columns: &[ArrayRef],
    declared: &Fields,
) -> Result<(Fields, Vec<ArrayRef>), RowError> {
    let mut converted_fields: Vec<FieldRef> = Vec::with_capacity(columns.len());
    let mut converted_columns = Vec::with_capacity(columns.len());
    for (field, column) in fields.iter().zip(columns) {
        let declared = declared
            .iter()
            .find(|declared| declared.name().eq_ignore_ascii_case(field.name()));
        let column = converted_column(field, column, declared.map(|field| field.data_type()))?;
        let data_type = column.data_type().clone();
        converted_fields.push(Arc::new(Field::new(
            field.name(),
            data_type,
            field.is_nullable(),
        )));
        converted_columns.push(column);
    }
    Ok((converted_fields.into(), converted_columns))
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
        (DataType::List(item), Some(DataType::List(declared))) => {
            let lists = column.as_list::<i32>();
            let values = converted_column(item, lists.values(), Some(declared.data_type()))?;
            let data_type = values.data_type().clone();
            let item = Arc::new(Field::new(item.name(), data_type, item.is_nullable()));
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            Arc::new(ListArray::try_new(item, offsets, values, nulls)?)
        }
        (DataType::Map(entries, sorted), Some(DataType::Map(declared, _))) => {
            let maps = column.as_map();
            let inner: ArrayRef = Arc::new(maps.entries().clone());
            let inner = converted_column(entries, &inner, Some(declared.data_type()))?;
            let entries = Field::new(entries.name(), inner.data_type().clone(), false);
            let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
            let inner = inner.as_struct().clone();
            Arc::new(MapArray::try_new(
                Arc::new(entries),
                offsets,
                inner,
                nulls,
                *sorted,
            )?)
        }
        (DataType::Struct(fields), Some(DataType::Struct(declared))) => {
            let structs = column.as_struct();
            let (fields, columns) = converted(fields, structs.columns(), declared)?;
            let nulls = structs.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(
                fields,
                columns,
                nulls,
                structs.len(),
            )?)
        }
        _ => Arc::clone(column),
    })
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
