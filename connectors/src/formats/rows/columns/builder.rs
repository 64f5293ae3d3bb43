//! `ColumnBuilder`: one column under construction of any type that the text formats know.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType,
};
use arrow::error::ArrowError;

use super::bytes::{ByteColumn, ByteLayout};
use super::nested::{ListColumn, MapColumn, StructColumn, map_entry_fields};
use super::primitive::{BooleanColumn, PrimitiveColumn};
use crate::formats::rows::scalar_text::{ScalarRules, decimal, number};

/// Text that is no value of the column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAValue;

/// A column under construction. It can be cut back to a former length, which undoes what a bad row has appended.
#[derive(Debug)]
pub(crate) enum ColumnBuilder {
    Boolean(BooleanColumn),
    Int8(PrimitiveColumn<Int8Type>),
    Int16(PrimitiveColumn<Int16Type>),
    Int32(PrimitiveColumn<Int32Type>),
    Int64(PrimitiveColumn<Int64Type>),
    Float32(PrimitiveColumn<Float32Type>),
    Float64(PrimitiveColumn<Float64Type>),
    Decimal(PrimitiveColumn<Decimal128Type>, u8, i8),
    Date(PrimitiveColumn<Date32Type>),
    Timestamp(PrimitiveColumn<Int64Type>, TimeUnit),
    Text(ByteColumn),
    Binary(ByteColumn),
    List(Box<ListColumn>),
    Map(Box<MapColumn>),
    Struct(Box<StructColumn>),
}

/// Evaluates an expression over the column that a builder holds, whatever its type.
macro_rules! over_column {
    ($builder:expr, $column:ident => $result:expr) => {
        match $builder {
            ColumnBuilder::Boolean($column) => $result,
            ColumnBuilder::Int8($column) => $result,
            ColumnBuilder::Int16($column) => $result,
            ColumnBuilder::Int32($column) => $result,
            ColumnBuilder::Int64($column) => $result,
            ColumnBuilder::Float32($column) => $result,
            ColumnBuilder::Float64($column) => $result,
            ColumnBuilder::Decimal($column, _, _) => $result,
            ColumnBuilder::Date($column) => $result,
            ColumnBuilder::Timestamp($column, _) => $result,
            ColumnBuilder::Text($column) => $result,
            ColumnBuilder::Binary($column) => $result,
            ColumnBuilder::List($column) => $result,
            ColumnBuilder::Map($column) => $result,
            ColumnBuilder::Struct($column) => $result,
        }
    };
}

impl ColumnBuilder {
    /// An empty column with room for `rows`. The error is the type, or the nested type, that is not supported.
    pub fn new(data_type: &DataType, rows: usize) -> Result<ColumnBuilder, DataType> {
        Ok(match data_type {
            DataType::Boolean => ColumnBuilder::Boolean(BooleanColumn::new(rows)),
            DataType::Int8 => ColumnBuilder::Int8(PrimitiveColumn::new(rows)),
            DataType::Int16 => ColumnBuilder::Int16(PrimitiveColumn::new(rows)),
            DataType::Int32 => ColumnBuilder::Int32(PrimitiveColumn::new(rows)),
            DataType::Int64 => ColumnBuilder::Int64(PrimitiveColumn::new(rows)),
            DataType::Float32 => ColumnBuilder::Float32(PrimitiveColumn::new(rows)),
            DataType::Float64 => ColumnBuilder::Float64(PrimitiveColumn::new(rows)),
            DataType::Decimal128(precision, scale) => {
                ColumnBuilder::Decimal(PrimitiveColumn::new(rows), *precision, *scale)
            }
            DataType::Date32 => ColumnBuilder::Date(PrimitiveColumn::new(rows)),
            DataType::Timestamp(
                unit @ (TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond),
                None,
            ) => ColumnBuilder::Timestamp(PrimitiveColumn::new(rows), *unit),
            DataType::Utf8 => ColumnBuilder::Text(ByteColumn::new(ByteLayout::Utf8, rows)),
            DataType::Utf8View => ColumnBuilder::Text(ByteColumn::new(ByteLayout::Utf8View, rows)),
            DataType::Binary => ColumnBuilder::Binary(ByteColumn::new(ByteLayout::Binary, rows)),
            DataType::List(field) => {
                let elements = ColumnBuilder::new(field.data_type(), 0)?;
                ColumnBuilder::List(Box::new(ListColumn::new(field, elements, rows)))
            }
            DataType::Map(field, ordered) => {
                let (fields, key, value) =
                    map_entry_fields(field).ok_or_else(|| data_type.clone())?;
                let entries = (
                    ColumnBuilder::new(key.data_type(), 0)?,
                    ColumnBuilder::new(value.data_type(), 0)?,
                );
                ColumnBuilder::Map(Box::new(MapColumn::new(
                    field, fields, *ordered, entries, rows,
                )))
            }
            DataType::Struct(fields) => {
                let columns = fields
                    .iter()
                    .map(|field| ColumnBuilder::new(field.data_type(), rows))
                    .collect::<Result<Vec<_>, _>>()?;
                ColumnBuilder::Struct(Box::new(StructColumn::new(fields, columns, rows)))
            }
            other => return Err(other.clone()),
        })
    }

    /// The number of whole values.
    pub fn len(&self) -> usize {
        over_column!(self, column => column.len())
    }

    pub fn push_null(&mut self) {
        over_column!(self, column => column.push_null())
    }

    /// Cuts back to `len` values, and drops what a nested value under way has appended.
    pub fn truncate(&mut self, len: usize) {
        over_column!(self, column => column.truncate(len))
    }

    /// Appends the value that `text` stands for under `rules`, or nothing if it stands for none.
    /// Nested columns have no such values.
    pub fn push_scalar(&mut self, text: &[u8], rules: &ScalarRules) -> Result<(), NotAValue> {
        match self {
            ColumnBuilder::Text(column) => column.push(text),
            ColumnBuilder::Boolean(column) => {
                column.push(number::parse_boolean(text).ok_or(NotAValue)?);
            }
            ColumnBuilder::Int8(column) => column.push(parse_integer(text, rules)?),
            ColumnBuilder::Int16(column) => column.push(parse_integer(text, rules)?),
            ColumnBuilder::Int32(column) => column.push(parse_integer(text, rules)?),
            ColumnBuilder::Int64(column) => column.push(parse_integer(text, rules)?),
            ColumnBuilder::Float32(column) => {
                column.push(number::parse_float(text).ok_or(NotAValue)?);
            }
            ColumnBuilder::Float64(column) => {
                column.push(number::parse_float(text).ok_or(NotAValue)?);
            }
            ColumnBuilder::Decimal(column, precision, scale) => {
                column.push(decimal::parse(text, *precision, *scale).ok_or(NotAValue)?);
            }
            ColumnBuilder::Date(column) => column.push(rules.date(text).ok_or(NotAValue)?),
            ColumnBuilder::Timestamp(column, unit) => {
                let instant = rules.timestamp(text).ok_or(NotAValue)?;
                column.push(instant.to_unit(*unit).ok_or(NotAValue)?);
            }
            ColumnBuilder::Binary(column) => {
                column.push(&rules.binary(text).ok_or(NotAValue)?);
            }
            ColumnBuilder::List(_) | ColumnBuilder::Map(_) | ColumnBuilder::Struct(_) => {
                return Err(NotAValue);
            }
        }
        Ok(())
    }

    /// The array of all values; the builder is empty again.
    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        match self {
            ColumnBuilder::Decimal(column, precision, scale) => Ok(Arc::new(
                column
                    .finish_typed()?
                    .with_precision_and_scale(*precision, *scale)?,
            )),
            ColumnBuilder::Timestamp(column, unit) => {
                let values = column.finish_typed()?;
                Ok(match unit {
                    TimeUnit::Nanosecond => {
                        Arc::new(values.reinterpret_cast::<TimestampNanosecondType>()) as ArrayRef
                    }
                    TimeUnit::Microsecond => {
                        Arc::new(values.reinterpret_cast::<TimestampMicrosecondType>())
                    }
                    _ => Arc::new(values.reinterpret_cast::<TimestampMillisecondType>()),
                })
            }
            other => over_column!(other, column => column.finish()),
        }
    }
}

fn parse_integer<T: TryFrom<i64>>(text: &[u8], rules: &ScalarRules) -> Result<T, NotAValue> {
    let value = number::parse_integer(text, rules.integers).ok_or(NotAValue)?;
    T::try_from(value).map_err(|_| NotAValue)
}
