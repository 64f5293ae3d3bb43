//! Unions as structs, which is how Hive's catalog types and Trino see them: `tag`, and a field for each alternative.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int8Array, RecordBatchOptions, StructArray, UnionArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::nullif;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, UnionFields};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use crate::formats::nested_arrays::with_children;

/// The schema with structs in place of unions.
pub(super) fn without_unions(schema: &Schema) -> Schema {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| plain_field(field))
        .collect();
    Schema::new(fields)
}

/// The batch with structs in place of unions; `schema` is its own without them.
pub(super) fn batch_without_unions(
    batch: RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, ArrowError> {
    if batch.schema().fields() == schema.fields() {
        return Ok(batch);
    }
    let columns = batch
        .columns()
        .iter()
        .map(plain_array)
        .collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn plain_field(field: &Field) -> Field {
    Field::new(
        field.name(),
        plain_type(field.data_type()),
        field.is_nullable(),
    )
}

fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Union(alternatives, _) => DataType::Struct(struct_fields(alternatives)),
        DataType::List(item) => DataType::List(Arc::new(plain_field(item))),
        DataType::Map(entries, sorted) => DataType::Map(Arc::new(plain_field(entries)), *sorted),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| plain_field(field)).collect())
        }
        other => other.clone(),
    }
}

fn struct_fields(alternatives: &UnionFields) -> Fields {
    std::iter::once(Field::new("tag", DataType::Int8, true))
        .chain(alternatives.iter().enumerate().map(|(place, (_, field))| {
            Field::new(format!("field{place}"), plain_type(field.data_type()), true)
        }))
        .collect()
}

fn plain_array(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if let DataType::Union(alternatives, _) = array.data_type() {
        return union_as_struct(array.as_union(), alternatives);
    }
    let children = with_children(array, &mut |_, _, child| plain_array(child))?;
    Ok(children.unwrap_or_else(|| Arc::clone(array)))
}

/// A union whose alternative is NULL is NULL itself: the decoder does not tell the two apart.
fn union_as_struct(union: &UnionArray, alternatives: &UnionFields) -> Result<ArrayRef, ArrowError> {
    let tags = union.type_ids();
    let mut valid = vec![false; union.len()];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int8Array::from(tags.to_vec()))];
    for (tag, _) in alternatives.iter() {
        let other: BooleanArray = tags.iter().map(|of| Some(*of != tag)).collect();
        let values = plain_array(&nullif(union.child(tag), &other)?)?;
        for (row, is_valid) in valid.iter_mut().enumerate() {
            *is_valid |= values.is_valid(row);
        }
        columns.push(values);
    }
    let nulls = NullBuffer::from(valid);
    let structs = StructArray::try_new(struct_fields(alternatives), columns, Some(nulls))?;
    Ok(Arc::new(structs))
}
