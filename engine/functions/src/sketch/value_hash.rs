//! Trino's 64-bit hash of values of every type (its `XX_HASH_64` operator), a column at a time.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, Float32Array, Float64Array,
    GenericBinaryArray, ListArray, MapArray, StringArray, StringViewArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type, TimeUnit,
};
use datafusion::common::exec_err;
use datafusion::error::Result;
use twox_hash::XxHash64;

use crate::types::Type;

/// What stands for NULL within arrays, maps and rows.
const NULL_HASH: u64 = 0;

/// Decimals of more digits take two words in Trino.
const SHORT_DECIMAL_DIGITS_MAX: u8 = 18;

const NANOS_PER_DAY: i64 = 86_400_000_000_000;
const NANOS_PER_MINUTE: i64 = 60_000_000_000;

/// The hash of each value; what stands where a value is NULL has no meaning.
pub(crate) fn hash_values(data_type: &Type, values: &ArrayRef) -> Result<Vec<u64>> {
    if *values.data_type() == DataType::Null {
        return Ok(vec![NULL_HASH; values.len()]);
    }
    Ok(match data_type {
        Type::Boolean => {
            let values: &BooleanArray = values.as_boolean();
            values
                .values()
                .iter()
                .map(|value| hash_i64(i64::from(value)))
                .collect()
        }
        Type::Real => {
            let values: &Float32Array = values.as_primitive::<Float32Type>();
            values
                .values()
                .iter()
                .map(|value| hash_real(*value))
                .collect()
        }
        Type::Double => {
            let values: &Float64Array = values.as_primitive::<Float64Type>();
            values
                .values()
                .iter()
                .map(|value| hash_double(*value))
                .collect()
        }
        Type::Decimal { precision, .. } => {
            let short = *precision <= SHORT_DECIMAL_DIGITS_MAX;
            let values = values.as_primitive::<Decimal128Type>();
            values
                .values()
                .iter()
                .map(|value| hash_decimal(*value, short))
                .collect()
        }
        Type::Time(_) => {
            // Picoseconds, in Trino.
            let scale = if is_nanoseconds(values.data_type()) {
                1_000
            } else {
                1_000_000
            };
            integers(values)?
                .into_iter()
                .map(|value| hash_i64(value.wrapping_mul(scale)))
                .collect()
        }
        Type::TimeWithTimeZone(_) => {
            let fields: &StructArray = values.as_struct();
            let nanos_a_unit = if is_nanoseconds(fields.column(0).data_type()) {
                1
            } else {
                1_000
            };
            let times = integers(fields.column(0))?;
            let offsets = integers(fields.column(1))?;
            times
                .into_iter()
                .zip(offsets)
                .map(|(time, offset)| {
                    let nanos = time.wrapping_mul(nanos_a_unit);
                    let utc = nanos.wrapping_sub(offset.wrapping_mul(NANOS_PER_MINUTE));
                    hash_i64(utc.rem_euclid(NANOS_PER_DAY))
                })
                .collect()
        }
        Type::Timestamp(_) => {
            let nanos = is_nanoseconds(values.data_type());
            let hash = |value: i64| {
                if nanos {
                    hash_split(value, 1_000, 1_000)
                } else {
                    hash_i64(value)
                }
            };
            integers(values)?.into_iter().map(hash).collect()
        }
        Type::TimestampWithTimeZone(precision) => {
            let instants = values.as_struct().column(0);
            let (units_a_milli, picos_a_unit) = if is_nanoseconds(instants.data_type()) {
                (1_000_000, 1_000)
            } else {
                (1_000, 1_000_000)
            };
            let hash = |value: i64| {
                if *precision <= 3 {
                    hash_i64(value.div_euclid(units_a_milli))
                } else {
                    hash_split(value, units_a_milli, picos_a_unit)
                }
            };
            integers(instants)?.into_iter().map(hash).collect()
        }
        Type::Char(_) => each_text(values, |text| {
            hash_bytes(text.trim_end_matches(' ').as_bytes())
        })?,
        Type::Varchar(_) | Type::Json => each_text(values, |text| hash_bytes(text.as_bytes()))?,
        Type::Uuid | Type::IpAddress => {
            let values: &FixedSizeBinaryArray = values.as_fixed_size_binary();
            (0..values.len())
                .map(|row| hash_words(values.value(row)))
                .collect()
        }
        Type::Array(element) => hash_lists(element, values.as_list::<i32>())?,
        Type::Map(key, value) => hash_maps(key, value, values.as_map())?,
        Type::Row(fields) => {
            let columns: &StructArray = values.as_struct();
            let mut hashes = vec![1_u64; values.len()];
            for (field, column) in fields.iter().zip(columns.columns()) {
                let of_field = hash_values(&field.data_type, column)?;
                for (row, (hash, of_field)) in hashes.iter_mut().zip(of_field).enumerate() {
                    let of_field = if column.is_null(row) {
                        NULL_HASH
                    } else {
                        of_field
                    };
                    *hash = hash.wrapping_mul(31).wrapping_add(of_field);
                }
            }
            hashes
        }
        _ => match values.data_type() {
            DataType::Binary => {
                let values: &GenericBinaryArray<i32> = values.as_binary();
                (0..values.len())
                    .map(|row| hash_bytes(values.value(row)))
                    .collect()
            }
            _ => integers(values)?.into_iter().map(hash_i64).collect(),
        },
    })
}

/// The hash of an integer as its eight little-endian bytes.
///
/// XXH64 of eight bytes, of which no more than this is left of the algorithm (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
pub(crate) fn hash_i64(value: i64) -> u64 {
    const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
    const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
    const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
    const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
    const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;
    let lane = value
        .cast_unsigned()
        .wrapping_mul(PRIME_2)
        .rotate_left(31)
        .wrapping_mul(PRIME_1);
    let hash = PRIME_5.wrapping_add(8) ^ lane;
    let hash = hash
        .rotate_left(27)
        .wrapping_mul(PRIME_1)
        .wrapping_add(PRIME_4);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(PRIME_2);
    let hash = (hash ^ (hash >> 29)).wrapping_mul(PRIME_3);
    hash ^ (hash >> 32)
}

/// The hash of bytes.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    XxHash64::oneshot(0, bytes)
}

/// Positive and negative zero are one value, and so are all NaNs.
fn hash_double(value: f64) -> u64 {
    let value = if value.is_nan() {
        f64::NAN
    } else {
        value + 0.0
    };
    hash_i64(value.to_bits().cast_signed())
}

fn hash_real(value: f32) -> u64 {
    let value = if value.is_nan() {
        f32::NAN
    } else {
        value + 0.0
    };
    hash_i64(i64::from(value.to_bits().cast_signed()))
}

fn hash_decimal(value: i128, short: bool) -> u64 {
    // The two words of the number: narrowing takes the lower.
    let (low, high) = (value as i64, (value >> 64) as i64);
    if short {
        hash_i64(low)
    } else {
        hash_i64(low) ^ hash_i64(high)
    }
}

/// A number of units as whole larger units, and the picoseconds of the rest.
fn hash_split(value: i64, units: i64, picos_a_unit: i64) -> u64 {
    hash_i64(value.div_euclid(units)) ^ hash_i64(value.rem_euclid(units) * picos_a_unit)
}

/// Sixteen bytes as two words.
fn hash_words(bytes: &[u8]) -> u64 {
    bytes
        .chunks(8)
        .fold(0, |hash, word| hash ^ hash_bytes(word))
}

fn hash_lists(element: &Type, lists: &ListArray) -> Result<Vec<u64>> {
    let elements = lists.values();
    let hashes = hash_values(element, elements)?;
    let of_list = |window: &[i32]| {
        places(window).fold(0_u64, |hash, place| {
            let of_element = match hashes.get(place) {
                Some(of_element) if elements.is_valid(place) => *of_element,
                _ => NULL_HASH,
            };
            hash.wrapping_mul(31).wrapping_add(of_element)
        })
    };
    Ok(lists.offsets().windows(2).map(of_list).collect())
}

fn hash_maps(key: &Type, value: &Type, maps: &MapArray) -> Result<Vec<u64>> {
    let keys = hash_values(key, maps.keys())?;
    let values = hash_values(value, maps.values())?;
    let of_map = |window: &[i32]| {
        places(window).fold(0_u64, |hash, place| {
            let of_key = keys.get(place).copied().unwrap_or(NULL_HASH);
            let of_value = match values.get(place) {
                Some(of_value) if maps.values().is_valid(place) => *of_value,
                _ => NULL_HASH,
            };
            hash.wrapping_add(of_key ^ of_value)
        })
    };
    Ok(maps.offsets().windows(2).map(of_map).collect())
}

/// The places of a list's elements, given its two offsets.
fn places(window: &[i32]) -> std::ops::Range<usize> {
    let place = |offset: Option<&i32>| offset.and_then(|of| usize::try_from(*of).ok()).unwrap_or(0);
    place(window.first())..place(window.last())
}

fn each_text(values: &ArrayRef, hash: impl Fn(&str) -> u64) -> Result<Vec<u64>> {
    if let Some(values) = values.as_any().downcast_ref::<StringViewArray>() {
        return Ok((0..values.len())
            .map(|row| hash(values.value(row)))
            .collect());
    }
    match values.as_any().downcast_ref::<StringArray>() {
        Some(values) => Ok((0..values.len())
            .map(|row| hash(values.value(row)))
            .collect()),
        None => exec_err!("text is not stored as {}", values.data_type()),
    }
}

fn is_nanoseconds(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Time64(TimeUnit::Nanosecond) | DataType::Timestamp(TimeUnit::Nanosecond, _)
    )
}

/// The numbers by which integers, dates, times and intervals are stored.
fn integers(values: &ArrayRef) -> Result<Vec<i64>> {
    let data = values.to_data();
    let as_stored = |stored: DataType| -> Result<ArrayRef> {
        Ok(arrow::array::make_array(
            data.clone().into_builder().data_type(stored).build()?,
        ))
    };
    let stored = match values.data_type().primitive_width() {
        Some(8) => as_stored(DataType::Int64)?,
        Some(4) => cast(
            &as_stored(DataType::Int32)?.as_primitive::<Int32Type>(),
            &DataType::Int64,
        )?,
        _ => cast(values, &DataType::Int64)?,
    };
    Ok(stored.as_primitive::<Int64Type>().values().to_vec())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int8Array, Int32Array,
        Int64Array, ListArray, StringViewArray,
    };
    use arrow::datatypes::Int64Type;

    use super::{hash_bytes, hash_i64, hash_values};
    use crate::types::parse_type;

    fn hashes(data_type: &str, values: impl arrow::array::Array + 'static) -> Vec<u64> {
        let values: ArrayRef = Arc::new(values);
        hash_values(&parse_type(data_type).unwrap(), &values).unwrap()
    }

    #[test]
    fn integers_hash_alike_in_every_width() {
        let wide = hashes("bigint", Int64Array::from(vec![-5]));
        assert_eq!(wide, hashes("tinyint", Int8Array::from(vec![-5])));
        assert_eq!(wide, hashes("integer", Int32Array::from(vec![-5])));
        assert_eq!(wide, vec![hash_i64(-5)]);
        for value in [0, 1, -1, i64::MAX, i64::MIN, 0x0123_4567_89ab_cdef] {
            assert_eq!(hash_i64(value), hash_bytes(&value.to_le_bytes()), "{value}");
        }
        // The published vector of XXH64 for no bytes.
        assert_eq!(hash_bytes(b""), 0xef46_db37_51d8_e999);
        assert_eq!(
            hashes("boolean", BooleanArray::from(vec![true])),
            [hash_i64(1)]
        );
    }

    #[test]
    fn equal_values_hash_alike() {
        let doubles = hashes(
            "double",
            Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN]),
        );
        assert_eq!((doubles[0], doubles[2]), (doubles[1], doubles[3]));
        let reals = hashes("real", Float32Array::from(vec![0.0, -0.0, 1.0]));
        assert_eq!(reals[0], reals[1]);
        assert_eq!(reals[2], hash_i64(0x3f80_0000));
        let padded = hashes("char(3)", StringViewArray::from(vec!["a  "]));
        assert_eq!(padded, [hash_bytes(b"a")]);
    }

    #[test]
    fn decimals_hash_by_their_words() {
        let decimal = |precision: u8| {
            let values = Decimal128Array::from(vec![-1])
                .with_precision_and_scale(precision, 0)
                .unwrap();
            hashes(&format!("decimal({precision},0)"), values)
        };
        assert_eq!(decimal(18), [hash_i64(-1)]);
        assert_eq!(decimal(19), [0]);
    }

    #[test]
    fn arrays_combine_their_elements() {
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
            Some(vec![Some(1), None, Some(2)]),
            Some(vec![]),
        ]);
        let combined = hash_i64(1).wrapping_mul(961).wrapping_add(hash_i64(2));
        assert_eq!(hashes("array(bigint)", lists), [combined, 0]);
    }
}
