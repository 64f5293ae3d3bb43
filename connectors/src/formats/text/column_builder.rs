//! `ColumnBuilder`: builds one column of any type, nested ones from the builders of their parts.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder,
    Float64Builder, Int8Builder, Int16Builder, Int32Builder, Int64Builder, ListArray, MapArray,
    StringBuilder, StringViewBuilder, StructArray, TimestampMicrosecondBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, TimeUnit};
use arrow::error::ArrowError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::scalar;

/// Builds one column.
pub(super) enum ColumnBuilder {
    Boolean(BooleanBuilder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    Decimal(Decimal128Builder, u8, i8),
    Text(StringBuilder),
    TextView(StringViewBuilder),
    Binary(BinaryBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    List(FieldRef, Box<ColumnBuilder>, Extents),
    Map(MapBuilder),
    Struct(StructBuilder),
}

/// The builder of maps.
pub(super) struct MapBuilder {
    entries: FieldRef,
    sorted: bool,
    pub(super) key: Box<ColumnBuilder>,
    pub(super) value: Box<ColumnBuilder>,
    extents: Extents,
}

/// The builder of structs.
pub(super) struct StructBuilder {
    pub(super) fields: Fields,
    pub(super) children: Vec<ColumnBuilder>,
    validity: Vec<bool>,
}

/// Where each list or map ends, and which ones are NULL.
#[derive(Default)]
pub(super) struct Extents {
    lengths: Vec<usize>,
    validity: Vec<bool>,
}

impl Extents {
    fn push(&mut self, length: Option<usize>) {
        self.lengths.push(length.unwrap_or(0));
        self.validity.push(length.is_some());
    }

    fn finish(&mut self) -> (OffsetBuffer<i32>, NullBuffer) {
        let extents = std::mem::take(self);
        (
            OffsetBuffer::from_lengths(extents.lengths),
            NullBuffer::from(extents.validity),
        )
    }
}

impl ColumnBuilder {
    /// A builder of that type; `None` for a type that text cannot hold.
    pub(super) fn for_type(data_type: &DataType) -> Option<ColumnBuilder> {
        Some(match data_type {
            DataType::Boolean => ColumnBuilder::Boolean(BooleanBuilder::new()),
            DataType::Int8 => ColumnBuilder::Int8(Int8Builder::new()),
            DataType::Int16 => ColumnBuilder::Int16(Int16Builder::new()),
            DataType::Int32 => ColumnBuilder::Int32(Int32Builder::new()),
            DataType::Int64 => ColumnBuilder::Int64(Int64Builder::new()),
            DataType::Float32 => ColumnBuilder::Float32(Float32Builder::new()),
            DataType::Float64 => ColumnBuilder::Float64(Float64Builder::new()),
            DataType::Decimal128(precision, scale) => ColumnBuilder::Decimal(
                Decimal128Builder::new()
                    .with_precision_and_scale(*precision, *scale)
                    .ok()?,
                *precision,
                *scale,
            ),
            DataType::Utf8 => ColumnBuilder::Text(StringBuilder::new()),
            DataType::Utf8View => ColumnBuilder::TextView(StringViewBuilder::new()),
            DataType::Binary => ColumnBuilder::Binary(BinaryBuilder::new()),
            DataType::Date32 => ColumnBuilder::Date(Date32Builder::new()),
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                ColumnBuilder::Timestamp(TimestampMicrosecondBuilder::new())
            }
            DataType::List(item) => ColumnBuilder::List(
                Arc::clone(item),
                Box::new(ColumnBuilder::for_type(item.data_type())?),
                Extents::default(),
            ),
            DataType::Map(entries, sorted) => {
                let DataType::Struct(fields) = entries.data_type() else {
                    return None;
                };
                let [key, value] = fields.iter().as_slice() else {
                    return None;
                };
                ColumnBuilder::Map(MapBuilder {
                    entries: Arc::clone(entries),
                    sorted: *sorted,
                    key: Box::new(ColumnBuilder::for_type(key.data_type())?),
                    value: Box::new(ColumnBuilder::for_type(value.data_type())?),
                    extents: Extents::default(),
                })
            }
            DataType::Struct(fields) => ColumnBuilder::Struct(StructBuilder {
                fields: fields.clone(),
                children: fields
                    .iter()
                    .map(|field| ColumnBuilder::for_type(field.data_type()))
                    .collect::<Option<_>>()?,
                validity: Vec::new(),
            }),
            _ => return None,
        })
    }

    /// Whether it builds strings, for which the empty text is a value.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, ColumnBuilder::Text(_) | ColumnBuilder::TextView(_))
    }

    /// Adds NULL.
    pub(super) fn append_null(&mut self) {
        match self {
            ColumnBuilder::Boolean(builder) => builder.append_null(),
            ColumnBuilder::Int8(builder) => builder.append_null(),
            ColumnBuilder::Int16(builder) => builder.append_null(),
            ColumnBuilder::Int32(builder) => builder.append_null(),
            ColumnBuilder::Int64(builder) => builder.append_null(),
            ColumnBuilder::Float32(builder) => builder.append_null(),
            ColumnBuilder::Float64(builder) => builder.append_null(),
            ColumnBuilder::Decimal(builder, ..) => builder.append_null(),
            ColumnBuilder::Text(builder) => builder.append_null(),
            ColumnBuilder::TextView(builder) => builder.append_null(),
            ColumnBuilder::Binary(builder) => builder.append_null(),
            ColumnBuilder::Date(builder) => builder.append_null(),
            ColumnBuilder::Timestamp(builder) => builder.append_null(),
            ColumnBuilder::List(_, _, extents) => extents.push(None),
            ColumnBuilder::Map(builder) => builder.extents.push(None),
            ColumnBuilder::Struct(builder) => {
                for child in &mut builder.children {
                    child.append_null();
                }
                builder.validity.push(false);
            }
        }
    }

    /// Ends a list or map of so many items, whose items have been added.
    pub(super) fn end_collection(&mut self, items: usize) {
        match self {
            ColumnBuilder::List(_, _, extents) => extents.push(Some(items)),
            ColumnBuilder::Map(builder) => builder.extents.push(Some(items)),
            _ => {}
        }
    }

    /// Adds a scalar's text. False, and nothing added, when it is no value of the type.
    pub(super) fn append_text(&mut self, text: &str) -> bool {
        macro_rules! parsed {
            ($builder:expr, $value:expr) => {
                match $value {
                    Some(value) => {
                        $builder.append_value(value);
                        true
                    }
                    None => false,
                }
            };
        }
        match self {
            ColumnBuilder::Boolean(builder) => parsed!(builder, scalar::boolean(text)),
            ColumnBuilder::Int8(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Int16(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Int32(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Int64(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Float32(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Float64(builder) => parsed!(builder, text.parse().ok()),
            ColumnBuilder::Decimal(builder, precision, scale) => {
                parsed!(builder, scalar::decimal(text, *precision, *scale))
            }
            ColumnBuilder::Text(builder) => {
                builder.append_value(text);
                true
            }
            ColumnBuilder::TextView(builder) => {
                builder.append_value(text);
                true
            }
            // Hive writes base64; text that is not that is taken as it is.
            ColumnBuilder::Binary(builder) => {
                match BASE64.decode(text) {
                    Ok(bytes) => builder.append_value(bytes),
                    Err(_) => builder.append_value(text.as_bytes()),
                }
                true
            }
            ColumnBuilder::Date(builder) => parsed!(builder, scalar::date(text)),
            ColumnBuilder::Timestamp(builder) => parsed!(builder, scalar::timestamp_micros(text)),
            ColumnBuilder::List(..) | ColumnBuilder::Map(_) | ColumnBuilder::Struct(_) => false,
        }
    }

    /// The column built so far; the builder begins anew.
    pub(super) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            ColumnBuilder::Boolean(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Int8(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Int16(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Int32(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Int64(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Float32(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Float64(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Decimal(builder, ..) => Arc::new(builder.finish()),
            ColumnBuilder::Text(builder) => Arc::new(builder.finish()),
            ColumnBuilder::TextView(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Binary(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Date(builder) => Arc::new(builder.finish()),
            ColumnBuilder::Timestamp(builder) => Arc::new(builder.finish()),
            ColumnBuilder::List(item, child, extents) => {
                let (offsets, nulls) = extents.finish();
                Arc::new(ListArray::try_new(
                    Arc::clone(item),
                    offsets,
                    child.finish()?,
                    Some(nulls),
                )?)
            }
            ColumnBuilder::Map(builder) => {
                let (offsets, nulls) = builder.extents.finish();
                let DataType::Struct(fields) = builder.entries.data_type() else {
                    return Err(ArrowError::SchemaError(
                        "a map's entries are no struct".to_owned(),
                    ));
                };
                let columns = vec![builder.key.finish()?, builder.value.finish()?];
                let entries = StructArray::try_new(fields.clone(), columns, None)?;
                Arc::new(MapArray::try_new(
                    Arc::clone(&builder.entries),
                    offsets,
                    entries,
                    Some(nulls),
                    builder.sorted,
                )?)
            }
            ColumnBuilder::Struct(builder) => {
                let validity = std::mem::take(&mut builder.validity);
                let columns = builder
                    .children
                    .iter_mut()
                    .map(ColumnBuilder::finish)
                    .collect::<Result<Vec<_>, _>>()?;
                Arc::new(StructArray::try_new(
                    builder.fields.clone(),
                    columns,
                    Some(NullBuffer::from(validity)),
                )?)
            }
        })
    }
}

impl StructBuilder {
    /// Ends a struct whose children have been added.
    pub(super) fn end(&mut self) {
        self.validity.push(true);
    }
}

/// A projected column: its field and the builder of its values.
pub(super) struct ProjectedColumn {
    pub(super) field: Field,
    pub(super) builder: ColumnBuilder,
}
