//! The values of a column while they are read: a value that fails half-way can be taken back, which Arrow's builders cannot.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, Decimal128Array, ListArray, MapArray,
    PrimitiveArray, StringArray, StringViewBuilder, StructArray,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowNativeType, DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampNanosecondType,
};
use datafusion::error::{DataFusionError, Result};

use crate::types::Type;

/// The values of a primitive type; those of NULLs are garbage.
#[derive(Debug)]
pub(in crate::json) struct Primitives<T> {
    values: Vec<T>,
    valid: Vec<bool>,
}

impl<T: Default> Primitives<T> {
    fn new() -> Primitives<T> {
        Primitives {
            values: Vec::new(),
            valid: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, value: T) {
        self.values.push(value);
        self.valid.push(true);
    }

    fn push_null(&mut self) {
        self.values.push(T::default());
        self.valid.push(false);
    }

    fn truncate(&mut self, length: usize) {
        self.values.truncate(length);
        self.valid.truncate(length);
    }

    fn array<A: ArrowPrimitiveType<Native = T>>(self) -> PrimitiveArray<A>
    where
        T: ArrowNativeType,
    {
        PrimitiveArray::new(
            ScalarBuffer::from(self.values),
            Some(NullBuffer::from(self.valid)),
        )
    }
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(in crate::json) struct Texts {
    text: String,
    ends: Vec<usize>,
    valid: Vec<bool>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.end(true);
    }

    fn end(&mut self, valid: bool) {
        self.ends.push(self.text.len());
        self.valid.push(valid);
    }

    fn truncate(&mut self, length: usize) {
        self.ends.truncate(length);
        self.valid.truncate(length);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn views(self) -> ArrayRef {
        let mut output = StringViewBuilder::with_capacity(self.ends.len());
        let mut from = 0;
        for (end, valid) in self.ends.iter().zip(&self.valid) {
            if *valid {
                output.append_value(self.text.get(from..*end).unwrap_or(""));
            } else {
                output.append_null();
            }
            from = *end;
        }
        Arc::new(output.finish())
    }

    fn strings(self) -> Result<ArrayRef> {
        let offsets = offsets(&self.ends)?;
        let values = self.text.into_bytes().into();
        Ok(Arc::new(StringArray::try_new(
            offsets,
            values,
            Some(NullBuffer::from(self.valid)),
        )?))
    }
}

/// The values of an SQL type.
#[derive(Debug)]
pub(in crate::json) enum Column {
    Boolean(Primitives<bool>),
    Tinyint(Primitives<i8>),
    Smallint(Primitives<i16>),
    Integer(Primitives<i32>),
    Bigint(Primitives<i64>),
    Real(Primitives<f32>),
    Double(Primitives<f64>),
    Decimal(Primitives<i128>, u8, u8),
    Text(Texts),
    Date(Primitives<i32>),
    /// Times and timestamps, in their unit.
    Time(Primitives<i64>),
    /// Where each array ends among the elements of all.
    Array(Vec<usize>, Vec<bool>, Box<Column>),
    /// Where each map ends among the keys and values of all.
    Map(Vec<usize>, Vec<bool>, Box<[Column; 2]>),
    Row(Vec<bool>, Vec<Column>),
}

impl Column {
    /// An empty column; nothing for types that JSON is not read into.
    pub(in crate::json) fn new(data_type: &Type) -> Option<Column> {
        Some(match data_type {
            Type::Boolean => Column::Boolean(Primitives::new()),
            Type::Tinyint => Column::Tinyint(Primitives::new()),
            Type::Smallint => Column::Smallint(Primitives::new()),
            Type::Integer => Column::Integer(Primitives::new()),
            Type::Bigint => Column::Bigint(Primitives::new()),
            Type::Real => Column::Real(Primitives::new()),
            Type::Double => Column::Double(Primitives::new()),
            Type::Decimal { precision, scale } => {
                Column::Decimal(Primitives::new(), *precision, *scale)
            }
            Type::Varchar(_) | Type::Char(_) | Type::Json => Column::Text(Texts::default()),
            Type::Date => Column::Date(Primitives::new()),
            Type::Time(_) | Type::Timestamp(_) => Column::Time(Primitives::new()),
            Type::Array(element) => {
                Column::Array(Vec::new(), Vec::new(), Box::new(Column::new(element)?))
            }
            Type::Map(key, value) => Column::Map(
                Vec::new(),
                Vec::new(),
                Box::new([Column::new(key)?, Column::new(value)?]),
            ),
            Type::Row(fields) => Column::Row(
                Vec::new(),
                fields
                    .iter()
                    .map(|field| Column::new(&field.data_type))
                    .collect::<Option<_>>()?,
            ),
            _ => return None,
        })
    }

    /// How many values there are.
    pub(in crate::json) fn len(&self) -> usize {
        match self {
            Column::Boolean(values) => values.valid.len(),
            Column::Tinyint(values) => values.valid.len(),
            Column::Smallint(values) => values.valid.len(),
            Column::Integer(values) | Column::Date(values) => values.valid.len(),
            Column::Bigint(values) | Column::Time(values) => values.valid.len(),
            Column::Real(values) => values.valid.len(),
            Column::Double(values) => values.valid.len(),
            Column::Decimal(values, ..) => values.valid.len(),
            Column::Text(texts) => texts.valid.len(),
            Column::Array(_, valid, _) | Column::Map(_, valid, _) | Column::Row(valid, _) => {
                valid.len()
            }
        }
    }

    /// Adds a NULL.
    pub(in crate::json) fn push_null(&mut self) {
        match self {
            Column::Boolean(values) => values.push_null(),
            Column::Tinyint(values) => values.push_null(),
            Column::Smallint(values) => values.push_null(),
            Column::Integer(values) | Column::Date(values) => values.push_null(),
            Column::Bigint(values) | Column::Time(values) => values.push_null(),
            Column::Real(values) => values.push_null(),
            Column::Double(values) => values.push_null(),
            Column::Decimal(values, ..) => values.push_null(),
            Column::Text(texts) => texts.end(false),
            Column::Array(ends, valid, elements) => {
                ends.push(elements.len());
                valid.push(false);
            }
            Column::Map(ends, valid, entries) => {
                ends.push(entries.first().map_or(0, Column::len));
                valid.push(false);
            }
            Column::Row(valid, fields) => {
                fields.iter_mut().for_each(Column::push_null);
                valid.push(false);
            }
        }
    }

    /// Takes back all values but the first.
    pub(in crate::json) fn truncate(&mut self, length: usize) {
        match self {
            Column::Boolean(values) => values.truncate(length),
            Column::Tinyint(values) => values.truncate(length),
            Column::Smallint(values) => values.truncate(length),
            Column::Integer(values) | Column::Date(values) => values.truncate(length),
            Column::Bigint(values) | Column::Time(values) => values.truncate(length),
            Column::Real(values) => values.truncate(length),
            Column::Double(values) => values.truncate(length),
            Column::Decimal(values, ..) => values.truncate(length),
            Column::Text(texts) => texts.truncate(length),
            Column::Array(ends, valid, elements) => {
                ends.truncate(length);
                valid.truncate(length);
                elements.truncate(ends.last().copied().unwrap_or(0));
            }
            Column::Map(ends, valid, entries) => {
                ends.truncate(length);
                valid.truncate(length);
                let end = ends.last().copied().unwrap_or(0);
                entries.iter_mut().for_each(|entries| entries.truncate(end));
            }
            Column::Row(valid, fields) => {
                valid.truncate(length);
                fields.iter_mut().for_each(|field| field.truncate(length));
            }
        }
    }

    /// The values as a column of that type stores them.
    pub(in crate::json) fn finish(self, data_type: &Type) -> Result<ArrayRef> {
        match self {
            Column::Text(texts) => Ok(texts.views()),
            other => other.nested(&data_type.nested_arrow()),
        }
    }

    fn nested(self, stored: &DataType) -> Result<ArrayRef> {
        use arrow::datatypes::TimeUnit::{Microsecond, Nanosecond};
        Ok(match (self, stored) {
            (Column::Boolean(values), _) => Arc::new(BooleanArray::new(
                BooleanBuffer::from(values.values),
                Some(NullBuffer::from(values.valid)),
            )),
            (Column::Tinyint(values), _) => Arc::new(values.array::<Int8Type>()),
            (Column::Smallint(values), _) => Arc::new(values.array::<Int16Type>()),
            (Column::Integer(values), _) => Arc::new(values.array::<Int32Type>()),
            (Column::Bigint(values), _) => Arc::new(values.array::<Int64Type>()),
            (Column::Real(values), _) => Arc::new(values.array::<Float32Type>()),
            (Column::Double(values), _) => Arc::new(values.array::<Float64Type>()),
            (Column::Decimal(values, precision, scale), _) => {
                let values: Decimal128Array = values.array();
                let scale = i8::try_from(scale).unwrap_or(i8::MAX);
                Arc::new(values.with_precision_and_scale(precision, scale)?)
            }
            (Column::Text(texts), _) => texts.strings()?,
            (Column::Date(values), _) => Arc::new(values.array::<Date32Type>()),
            (Column::Time(values), DataType::Timestamp(Nanosecond, _)) => {
                Arc::new(values.array::<TimestampNanosecondType>())
            }
            (Column::Time(values), DataType::Timestamp(..)) => {
                Arc::new(values.array::<TimestampMicrosecondType>())
            }
            (Column::Time(values), DataType::Time64(Microsecond)) => {
                Arc::new(values.array::<Time64MicrosecondType>())
            }
            (Column::Time(values), _) => Arc::new(values.array::<Time64NanosecondType>()),
            (Column::Array(ends, valid, elements), DataType::List(field)) => {
                let elements = elements.nested(field.data_type())?;
                let nulls = Some(NullBuffer::from(valid));
                Arc::new(ListArray::try_new(
                    Arc::clone(field),
                    offsets(&ends)?,
                    elements,
                    nulls,
                )?)
            }
            (Column::Map(ends, valid, entries), DataType::Map(field, sorted)) => {
                let DataType::Struct(fields) = field.data_type() else {
                    return Err(mismatch(stored));
                };
                let columns = entries.into_iter().zip(fields);
                let columns = columns.map(|(column, field)| column.nested(field.data_type()));
                let entries =
                    StructArray::try_new(fields.clone(), columns.collect::<Result<_>>()?, None)?;
                let nulls = Some(NullBuffer::from(valid));
                Arc::new(MapArray::try_new(
                    Arc::clone(field),
                    offsets(&ends)?,
                    entries,
                    nulls,
                    *sorted,
                )?)
            }
            (Column::Row(valid, columns), DataType::Struct(fields)) => {
                let columns = columns.into_iter().zip(fields);
                let columns = columns.map(|(column, field)| column.nested(field.data_type()));
                let nulls = Some(NullBuffer::from(valid));
                Arc::new(StructArray::try_new(
                    fields.clone(),
                    columns.collect::<Result<_>>()?,
                    nulls,
                )?)
            }
            _ => return Err(mismatch(stored)),
        })
    }
}

fn mismatch(stored: &DataType) -> DataFusionError {
    DataFusionError::Internal(format!("values of JSON are not stored as {stored}"))
}

/// Arrow's offsets of these ends, which do not hold more than 2^31 - 1 values or bytes in a batch.
fn offsets(ends: &[usize]) -> Result<OffsetBuffer<i32>> {
    let too_large =
        || DataFusionError::ResourcesExhausted("the values of a batch are too large".to_owned());
    let last = ends.last().copied().unwrap_or(0);
    i32::try_from(last).map_err(|_| too_large())?;
    let mut from = 0;
    let lengths = ends
        .iter()
        .map(|end| end - std::mem::replace(&mut from, *end));
    Ok(OffsetBuffer::from_lengths(lengths))
}
