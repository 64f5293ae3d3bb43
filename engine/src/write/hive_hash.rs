//! Hive's hash of a column's values, by which rows were put into buckets before Hive 3, and by which Athena puts them.

use arrow::array::{Array, AsArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type,
};
use prismlake_catalog::hive_type::HiveType;

use crate::error::{QueryError, Result};

/// What each hash is multiplied by before the next is added, in lists, texts and over several columns.
const FACTOR: i32 = 31;

/// Whether values of the type have a hash.
pub(crate) fn has_hash(hive_type: &HiveType) -> bool {
    match hive_type {
        HiveType::Boolean
        | HiveType::TinyInt
        | HiveType::SmallInt
        | HiveType::Int
        | HiveType::BigInt
        | HiveType::Float
        | HiveType::Double
        | HiveType::String
        | HiveType::Date => true,
        HiveType::Array(element) => has_hash(element),
        HiveType::Map(key, value) => has_hash(key) && has_hash(value),
        // A query's text is written as `string`; varchar has another hash, and the files do not tell which it was.
        HiveType::Varchar(_)
        | HiveType::Char(_)
        | HiveType::Binary
        | HiveType::Decimal(_, _)
        | HiveType::Timestamp
        | HiveType::Struct(_) => false,
    }
}

/// The hash of rows over several columns.
pub(super) fn row_hashes<'a>(
    columns: impl Iterator<Item = &'a dyn Array>,
    rows: usize,
) -> Result<Vec<i32>> {
    let mut combined = vec![0_i32; rows];
    for column in columns {
        for (row, hash) in combined.iter_mut().zip(hashes(column)?) {
            *row = row.wrapping_mul(FACTOR).wrapping_add(hash);
        }
    }
    Ok(combined)
}

/// The hash of each value; that of NULL is 0.
fn hashes(array: &dyn Array) -> Result<Vec<i32>> {
    Ok(match array.data_type() {
        DataType::Boolean => or_zero(array.as_boolean().iter(), i32::from),
        DataType::Int8 => primitive::<Int8Type>(array.as_primitive(), i32::from),
        DataType::Int16 => primitive::<Int16Type>(array.as_primitive(), i32::from),
        DataType::Int32 => primitive::<Int32Type>(array.as_primitive(), |value| value),
        DataType::Int64 => primitive::<Int64Type>(array.as_primitive(), folded),
        DataType::Date32 => primitive::<Date32Type>(array.as_primitive(), |days| days),
        DataType::Float32 => primitive::<Float32Type>(array.as_primitive(), |value| {
            // Java has one NaN.
            let value = if value.is_nan() { f32::NAN } else { value };
            i32::from_be_bytes(value.to_be_bytes())
        }),
        DataType::Float64 => primitive::<Float64Type>(array.as_primitive(), |value| {
            let value = if value.is_nan() { f64::NAN } else { value };
            folded(i64::from_be_bytes(value.to_be_bytes()))
        }),
        DataType::Utf8 => or_zero(array.as_string::<i32>().iter(), text),
        DataType::LargeUtf8 => or_zero(array.as_string::<i64>().iter(), text),
        DataType::Utf8View => or_zero(array.as_string_view().iter(), text),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let elements = hashes(lists.values())?;
            ranges(array, lists.value_offsets())
                .map(|range| {
                    let list = range.and_then(|range| elements.get(range)).unwrap_or(&[]);
                    list.iter().fold(0_i32, |sum, hash| {
                        sum.wrapping_mul(FACTOR).wrapping_add(*hash)
                    })
                })
                .collect()
        }
        DataType::Map(_, _) => {
            let maps = array.as_map();
            let entries: Vec<i32> = hashes(maps.keys())?
                .into_iter()
                .zip(hashes(maps.values())?)
                .map(|(key, value)| key ^ value)
                .collect();
            ranges(array, maps.value_offsets())
                .map(|range| {
                    let map = range.and_then(|range| entries.get(range)).unwrap_or(&[]);
                    map.iter().fold(0_i32, |sum, hash| sum.wrapping_add(*hash))
                })
                .collect()
        }
        other => {
            return Err(QueryError::internal(format!(
                "values of type {other} have no Hive hash"
            )));
        }
    })
}

fn or_zero<T>(values: impl Iterator<Item = Option<T>>, hash: impl Fn(T) -> i32) -> Vec<i32> {
    values.map(|value| value.map_or(0, &hash)).collect()
}

fn primitive<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    hash: impl Fn(T::Native) -> i32,
) -> Vec<i32> {
    or_zero(array.iter(), hash)
}

/// Both halves of 64 bits in 32.
fn folded(value: i64) -> i32 {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    i32::from_be_bytes([a, b, c, d]) ^ i32::from_be_bytes([e, f, g, h])
}

/// Over the bytes of UTF-8, signed as Java's are.
fn text(text: &str) -> i32 {
    text.bytes().fold(0, |hash: i32, byte| {
        hash.wrapping_mul(FACTOR)
            .wrapping_add(i32::from(i8::from_be_bytes([byte])))
    })
}

/// Where the elements of each row lie; `None` for NULL.
fn ranges<'a>(
    array: &'a dyn Array,
    offsets: &'a [i32],
) -> impl Iterator<Item = Option<std::ops::Range<usize>>> + 'a {
    offsets
        .iter()
        .zip(offsets.iter().skip(1))
        .enumerate()
        .map(|(row, (start, end))| {
            if array.is_null(row) {
                return None;
            }
            Some(usize::try_from(*start).ok()?..usize::try_from(*end).ok()?)
        })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int8Array, Int16Builder,
        Int32Array, Int64Array, Int64Builder, ListBuilder, MapBuilder, StringArray, StringBuilder,
        StringViewArray,
    };

    use super::*;

    fn of(array: ArrayRef) -> Vec<i32> {
        row_hashes(std::iter::once(array.as_ref()), array.len()).unwrap()
    }

    #[test]
    fn values_hash_as_hive_and_trino_hash_them() {
        assert_eq!(
            of(Arc::new(BooleanArray::from(vec![
                None,
                Some(true),
                Some(false)
            ]))),
            [0, 1, 0]
        );
        assert_eq!(of(Arc::new(Int8Array::from(vec![5, -128]))), [5, -128]);
        assert_eq!(
            of(Arc::new(Int64Array::from(vec![
                Some(5),
                Some(i64::MIN),
                Some(i64::MAX),
                None
            ]))),
            [5, i32::MIN, i32::MIN, 0]
        );
        assert_eq!(
            of(Arc::new(Float32Array::from(vec![
                12.34,
                f32::MIN,
                f32::NAN,
                -f32::NAN
            ]))),
            [1_095_069_860, -8_388_609, 2_143_289_344, 2_143_289_344]
        );
        assert_eq!(
            of(Arc::new(Float64Array::from(vec![
                12.34,
                f64::MIN,
                5e-324,
                f64::INFINITY,
                f64::NEG_INFINITY,
                -f64::NAN
            ]))),
            [
                986_311_098,
                1_048_576,
                1,
                2_146_435_072,
                -1_048_576,
                2_146_959_360
            ]
        );
        let texts = vec![
            Some(""),
            Some("test string"),
            Some("\u{5f3a}\u{5927}\u{7684}Trino\u{5f15}\u{64ce}"),
            Some("\u{20ffc}\u{20ffd}\u{20ffe}\u{20fff}"),
            None,
        ];
        let expected = [0, -318_923_937, 1_688_501_507, -1_810_797_254, 0];
        assert_eq!(of(Arc::new(StringArray::from(texts.clone()))), expected);
        assert_eq!(of(Arc::new(StringViewArray::from(texts))), expected);
        assert_eq!(
            of(Arc::new(Date32Array::from(vec![0, 16_758, -6_983]))),
            [0, 16_758, -6_983]
        );
    }

    #[test]
    fn nested_values_hash_by_their_elements() {
        let mut lists = ListBuilder::new(Int16Builder::new());
        lists.append_null();
        lists.append_value([Some(5), Some(8), Some(13)]);
        lists.append_value([]);
        assert_eq!(of(Arc::new(lists.finish())), [0, 5_066, 0]);
        let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
        maps.append(true).unwrap();
        for (key, value) in [("key", 123), ("key2", 123_456_789), ("key3", -123_456)] {
            maps.keys().append_value(key);
            maps.values().append_value(value);
        }
        maps.append(true).unwrap();
        assert_eq!(of(Arc::new(maps.finish())), [0, 127_880_789]);
    }

    #[test]
    fn columns_combine_in_their_order() {
        let columns: [ArrayRef; 3] = [
            Arc::new(Int32Array::from(vec![1])),
            Arc::new(StringArray::from(vec!["two"])),
            Arc::new(BooleanArray::from(vec![true])),
        ];
        let hashes = row_hashes(columns.iter().map(AsRef::as_ref), 1).unwrap();
        assert_eq!(hashes, [3_574_518]);
    }
}
