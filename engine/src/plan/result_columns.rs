//! A result's columns as clients take them: their types beyond Arrow's, and their values where Arrow has a type of its own.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use prismlake_functions::types::Type;

/// The key of a result column's metadata that holds its type as `typeof` shows it: Arrow's type does not tell all.
pub const TYPE_METADATA: &str = "prismlake.type";

/// The type of a result's column.
pub fn column_type(field: &Field) -> Type {
    field
        .metadata()
        .get(TYPE_METADATA)
        .and_then(|text| prismlake_functions::types::parse_type(text).ok())
        .or_else(|| Type::of_arrow(field.data_type()))
        .unwrap_or(Type::VARCHAR)
}

/// The columns of a result as programs exchange them: timestamps with time zone are Arrow's, in UTC.
pub fn exchanged_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match instant_type(field) {
            Some(instant) => field.as_ref().clone().with_data_type(instant),
            None => field.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// A batch of a result as programs exchange it.
pub fn exchanged(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .schema_ref()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| match instant_type(field) {
            Some(_) => instants(column),
            None => Ok(Arc::clone(column)),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(exchanged_schema(batch.schema_ref()), columns, &options)
}

/// The instants of timestamps with time zone, as Arrow's timestamps in UTC.
pub fn instants(values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let Some(parts) = values.as_struct_opt() else {
        return Ok(Arc::clone(values));
    };
    let Some(instants) = parts.columns().first() else {
        return Ok(Arc::clone(values));
    };
    let nulls = NullBuffer::union(parts.nulls(), instants.nulls());
    Ok(make_array(
        instants.to_data().into_builder().nulls(nulls).build()?,
    ))
}

fn instant_type(field: &Field) -> Option<DataType> {
    match (column_type(field), field.data_type()) {
        (Type::TimestampWithTimeZone(_), DataType::Struct(parts)) => {
            parts.first().map(|instant| instant.data_type().clone())
        }
        _ => None,
    }
}
