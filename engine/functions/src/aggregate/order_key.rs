//! Values that extremes are chosen by: how each type's are read from a column, compared, kept and written back.

use std::cmp::Ordering;
use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BooleanArray, FixedSizeBinaryArray,
    FixedSizeBinaryBuilder, PrimitiveArray, StringViewArray, StringViewBuilder, new_empty_array,
    new_null_array,
};
use arrow::compute::concat;
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::natives::{natives, retyped};
use super::row_buffer::{binary_column, without_slack};
use super::value_order::{NanOrder, Value, compare};
use crate::types::Type;

/// A kind of values with an order.
pub(super) trait OrderKey: Debug + Send + Sync + 'static {
    /// A value that is kept.
    type Kept: Debug + Clone + Send + Sync;

    /// A column as values are read from it.
    type Column;

    /// Whether kept values hold memory beyond themselves.
    const HEAP: bool;

    /// Reads a column.
    fn column(&self, column: &ArrayRef) -> Result<Self::Column>;

    /// Keeps a value.
    fn keep(&self, column: &Self::Column, row: usize) -> Self::Kept;

    /// The order of a value and a kept one.
    fn compare(&self, column: &Self::Column, row: usize, kept: &Self::Kept) -> Result<Ordering>;

    /// The order of two kept values.
    fn compare_kept(&self, left: &Self::Kept, right: &Self::Kept) -> Result<Ordering>;

    /// Kept values as a column.
    fn array<'a>(&self, kept: impl Iterator<Item = Option<&'a Self::Kept>>) -> Result<ArrayRef>;

    /// How they are stored.
    fn data_type(&self) -> DataType;

    /// The bytes that a kept value holds beyond itself.
    fn heap_size(&self, _kept: &Self::Kept) -> usize {
        0
    }
}

/// Numbers, and what is stored as numbers.
pub(super) struct NumberKey<T> {
    stored: DataType,
    nan: NanOrder,
    natives: PhantomData<fn() -> T>,
}

impl<T> Debug for NumberKey<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NumberKey")
            .field("stored", &self.stored)
            .finish()
    }
}

/// The order of numbers.
pub(super) trait Number: Debug + Copy + Send + Sync + 'static {
    fn order(self, other: Self, nan: NanOrder) -> Ordering;
}

macro_rules! integers {
    ($($number:ty),*) => {
        $(impl Number for $number {
            fn order(self, other: Self, _nan: NanOrder) -> Ordering {
                self.cmp(&other)
            }
        })*
    };
}

integers!(i8, i16, i32, i64, i128);

impl Number for f32 {
    fn order(self, other: Self, nan: NanOrder) -> Ordering {
        nan.compare(f64::from(self), f64::from(other))
    }
}

impl Number for f64 {
    fn order(self, other: Self, nan: NanOrder) -> Ordering {
        nan.compare(self, other)
    }
}

impl<T> OrderKey for NumberKey<T>
where
    T: ArrowPrimitiveType,
    T::Native: Number,
{
    type Kept = T::Native;
    type Column = PrimitiveArray<T>;

    const HEAP: bool = false;

    fn column(&self, column: &ArrayRef) -> Result<PrimitiveArray<T>> {
        natives::<T>(column)
    }

    fn keep(&self, column: &PrimitiveArray<T>, row: usize) -> T::Native {
        column.value(row)
    }

    fn compare(
        &self,
        column: &PrimitiveArray<T>,
        row: usize,
        kept: &T::Native,
    ) -> Result<Ordering> {
        Ok(column.value(row).order(*kept, self.nan))
    }

    fn compare_kept(&self, left: &T::Native, right: &T::Native) -> Result<Ordering> {
        Ok(left.order(*right, self.nan))
    }

    fn array<'a>(&self, kept: impl Iterator<Item = Option<&'a T::Native>>) -> Result<ArrayRef> {
        let values: PrimitiveArray<T> = kept.map(Option::<&T::Native>::copied).collect();
        retyped(values, &self.stored)
    }

    fn data_type(&self) -> DataType {
        self.stored.clone()
    }
}

/// Booleans: false is below true.
#[derive(Debug)]
pub(super) struct BooleanKey;

impl OrderKey for BooleanKey {
    type Kept = bool;
    type Column = BooleanArray;

    const HEAP: bool = false;

    fn column(&self, column: &ArrayRef) -> Result<BooleanArray> {
        match column.as_boolean_opt() {
            Some(column) => Ok(column.clone()),
            None => exec_err!("{} is not stored as booleans", column.data_type()),
        }
    }

    fn keep(&self, column: &BooleanArray, row: usize) -> bool {
        column.value(row)
    }

    fn compare(&self, column: &BooleanArray, row: usize, kept: &bool) -> Result<Ordering> {
        Ok(column.value(row).cmp(kept))
    }

    fn compare_kept(&self, left: &bool, right: &bool) -> Result<Ordering> {
        Ok(left.cmp(right))
    }

    fn array<'a>(&self, kept: impl Iterator<Item = Option<&'a bool>>) -> Result<ArrayRef> {
        Ok(Arc::new(
            kept.map(Option::<&bool>::copied).collect::<BooleanArray>(),
        ))
    }

    fn data_type(&self) -> DataType {
        DataType::Boolean
    }
}

/// Text and bytes, by their bytes: the order of UTF-8 is that of code points.
#[derive(Debug)]
pub(super) struct BytesKey {
    stored: DataType,
}

/// A column of text or bytes.
pub(super) enum BytesColumn {
    Text(StringViewArray),
    Binary(BinaryArray),
    Fixed(FixedSizeBinaryArray),
}

impl BytesColumn {
    fn bytes(&self, row: usize) -> &[u8] {
        match self {
            BytesColumn::Text(column) => column.value(row).as_bytes(),
            BytesColumn::Binary(column) => column.value(row),
            BytesColumn::Fixed(column) => column.value(row),
        }
    }
}

impl OrderKey for BytesKey {
    type Kept = Box<[u8]>;
    type Column = BytesColumn;

    const HEAP: bool = true;

    fn column(&self, column: &ArrayRef) -> Result<BytesColumn> {
        Ok(match column.data_type() {
            DataType::Utf8View => BytesColumn::Text(column.as_string_view().clone()),
            DataType::Binary => BytesColumn::Binary(column.as_binary().clone()),
            DataType::FixedSizeBinary(_) => {
                BytesColumn::Fixed(column.as_fixed_size_binary().clone())
            }
            other => return exec_err!("{other} is not stored as bytes"),
        })
    }

    fn keep(&self, column: &BytesColumn, row: usize) -> Box<[u8]> {
        column.bytes(row).into()
    }

    fn compare(&self, column: &BytesColumn, row: usize, kept: &Box<[u8]>) -> Result<Ordering> {
        Ok(column.bytes(row).cmp(kept))
    }

    fn compare_kept(&self, left: &Box<[u8]>, right: &Box<[u8]>) -> Result<Ordering> {
        Ok(left.cmp(right))
    }

    fn array<'a>(&self, kept: impl Iterator<Item = Option<&'a Box<[u8]>>>) -> Result<ArrayRef> {
        Ok(match &self.stored {
            DataType::Utf8View => {
                let mut texts = StringViewBuilder::new();
                for bytes in kept {
                    texts.append_option(bytes.map(|bytes| String::from_utf8_lossy(bytes)));
                }
                Arc::new(texts.finish())
            }
            DataType::FixedSizeBinary(width) => {
                let mut values = FixedSizeBinaryBuilder::new(*width);
                for bytes in kept {
                    match bytes {
                        Some(bytes) => values.append_value(bytes)?,
                        None => values.append_null(),
                    }
                }
                Arc::new(values.finish())
            }
            _ => binary_column(kept.map(|bytes| bytes.map(|bytes| bytes.to_vec())))?,
        })
    }

    fn data_type(&self) -> DataType {
        self.stored.clone()
    }

    fn heap_size(&self, kept: &Box<[u8]>) -> usize {
        kept.len()
    }
}

/// Arrays, rows, and times with time zone: a kept value is a column of one row.
#[derive(Debug)]
pub(super) struct NestedKey {
    data_type: Type,
    nan: NanOrder,
}

fn only(column: &ArrayRef) -> Value<'_> {
    Value { column, row: 0 }
}

impl OrderKey for NestedKey {
    type Kept = ArrayRef;
    type Column = ArrayRef;

    const HEAP: bool = true;

    fn column(&self, column: &ArrayRef) -> Result<ArrayRef> {
        Ok(Arc::clone(column))
    }

    fn keep(&self, column: &ArrayRef, row: usize) -> ArrayRef {
        let one = column.slice(row, 1);
        // If it cannot be copied, it keeps its batch alive.
        without_slack(&one).unwrap_or(one)
    }

    fn compare(&self, column: &ArrayRef, row: usize, kept: &ArrayRef) -> Result<Ordering> {
        compare(&self.data_type, self.nan, Value { column, row }, only(kept))
    }

    fn compare_kept(&self, left: &ArrayRef, right: &ArrayRef) -> Result<Ordering> {
        compare(&self.data_type, self.nan, only(left), only(right))
    }

    fn array<'a>(&self, kept: impl Iterator<Item = Option<&'a ArrayRef>>) -> Result<ArrayRef> {
        let null = new_null_array(&self.data_type(), 1);
        let kept: Vec<&ArrayRef> = kept.map(|value| value.unwrap_or(&null)).collect();
        if kept.is_empty() {
            return Ok(new_empty_array(&self.data_type()));
        }
        let kept: Vec<&dyn Array> = kept.into_iter().map(AsRef::as_ref).collect();
        Ok(concat(&kept)?)
    }

    fn data_type(&self) -> DataType {
        self.data_type.arrow()
    }

    fn heap_size(&self, kept: &ArrayRef) -> usize {
        kept.get_array_memory_size()
    }
}

/// What is made with a type's key, whose kind is known only when a call is bound.
pub(super) trait WithKey {
    type Made;

    fn with<K: OrderKey>(self, key: K) -> Self::Made;
}

/// Makes something with the key of a type.
pub(super) fn with_key<W: WithKey>(data_type: &Type, nan: NanOrder, made: W) -> W::Made {
    fn number<T>(stored: DataType, nan: NanOrder) -> NumberKey<T> {
        NumberKey {
            stored,
            nan,
            natives: PhantomData,
        }
    }
    let stored = data_type.arrow();
    match data_type {
        Type::Array(_)
        | Type::Row(_)
        | Type::TimestampWithTimeZone(_)
        | Type::TimeWithTimeZone(_) => made.with(NestedKey {
            data_type: data_type.clone(),
            nan,
        }),
        Type::Boolean | Type::Unknown => made.with(BooleanKey),
        Type::Tinyint => made.with(number::<Int8Type>(stored, nan)),
        Type::Smallint => made.with(number::<Int16Type>(stored, nan)),
        Type::Real => made.with(number::<Float32Type>(stored, nan)),
        Type::Double => made.with(number::<Float64Type>(stored, nan)),
        Type::Decimal { .. } => made.with(number::<Decimal128Type>(stored, nan)),
        Type::Integer | Type::Date | Type::IntervalYearToMonth => {
            made.with(number::<Int32Type>(stored, nan))
        }
        _ if stored.primitive_width() == Some(8) => made.with(number::<Int64Type>(stored, nan)),
        _ => made.with(BytesKey { stored }),
    }
}
