//! `Values`: the values of one column in the form that its streams are encoded from.

use std::collections::HashMap;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float32Type, Float64Type, Int8Type, Int64Type,
    TimeUnit, TimestampNanosecondType,
};
use orc_rust::proto::column_encoding::Kind as EncodingKind;
use orc_rust::proto::stream::Kind as StreamKind;

use super::byte_rle::{encode_booleans, encode_bytes};
use super::column::failed;
use super::integer_rle::{Sign, encode_integers, push_varint};
use super::row_groups::{Mark, StreamStart, at_bytes, by_groups};
use super::types::not_supported;
use crate::error::{ConnectorError, ErrorKind, Result};

/// Seconds from 1970 to 2015, where ORC counts timestamps from.
const TIMESTAMP_BASE_SECONDS: i64 = 1_420_070_400;
/// A dictionary is kept for a stripe whose strings repeat so often.
const DICTIONARY_DISTINCT_RATIO: usize = 2;

/// The values of a stripe, NULLs left out.
pub(super) enum Values {
    /// Structs have children alone.
    None,
    Booleans(Vec<bool>),
    Bytes(Vec<u8>),
    Integers(Vec<i64>),
    /// Little-endian IEEE bytes.
    Floats(Vec<u8>),
    Timestamps {
        seconds: Vec<i64>,
        nanos: Vec<i64>,
    },
    Decimals {
        digits: Vec<u8>,
        scale: i64,
        count: usize,
    },
    Strings {
        bytes: Vec<u8>,
        lengths: Vec<i64>,
        dictionary: bool,
    },
    Lengths(Vec<i64>),
}

/// The streams of one column of one stripe: kind, bytes, and where its row groups begin.
pub(super) struct Encoded {
    pub(super) streams: Vec<(StreamKind, Vec<u8>, Vec<StreamStart>)>,
    pub(super) encoding: EncodingKind,
    pub(super) dictionary_size: Option<u32>,
}

impl Values {
    pub(super) fn for_type(data_type: &DataType) -> Option<Values> {
        Some(match data_type {
            DataType::Struct(_) => Values::None,
            DataType::Boolean => Values::Booleans(Vec::new()),
            DataType::Int8 => Values::Bytes(Vec::new()),
            DataType::Int16 | DataType::Int32 | DataType::Int64 | DataType::Date32 => {
                Values::Integers(Vec::new())
            }
            DataType::Float32 | DataType::Float64 => Values::Floats(Vec::new()),
            DataType::Timestamp(_, _) => Values::Timestamps {
                seconds: Vec::new(),
                nanos: Vec::new(),
            },
            DataType::Decimal128(_, scale) => Values::Decimals {
                digits: Vec::new(),
                scale: i64::from(*scale),
                count: 0,
            },
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Values::Strings {
                bytes: Vec::new(),
                lengths: Vec::new(),
                dictionary: true,
            },
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Values::Strings {
                bytes: Vec::new(),
                lengths: Vec::new(),
                dictionary: false,
            },
            DataType::List(_) | DataType::Map(_, _) => Values::Lengths(Vec::new()),
            _ => return None,
        })
    }

    /// Adds the lengths of lists or maps.
    pub(super) fn push_lengths(&mut self, added: impl Iterator<Item = usize>) {
        if let Values::Lengths(lengths) = self {
            lengths.extend(added.map(as_length));
        }
    }

    /// Adds an array without NULLs.
    pub(super) fn push(&mut self, array: &ArrayRef, field: &Field) -> Result<()> {
        match self {
            Values::Booleans(values) => {
                values.extend(array.as_boolean().values().iter());
            }
            Values::Bytes(values) => {
                let bytes = array.as_primitive::<Int8Type>().values().iter();
                values.extend(bytes.map(|byte| byte.cast_unsigned()));
            }
            Values::Integers(values) => match array.data_type() {
                DataType::Date32 => values.extend(
                    array
                        .as_primitive::<Date32Type>()
                        .values()
                        .iter()
                        .map(|days| i64::from(*days)),
                ),
                _ => {
                    let wide = cast(array, &DataType::Int64).map_err(failed)?;
                    values.extend(wide.as_primitive::<Int64Type>().values().iter());
                }
            },
            Values::Floats(bytes) => match array.data_type() {
                DataType::Float32 => {
                    for value in array.as_primitive::<Float32Type>().values() {
                        bytes.extend_from_slice(&value.to_le_bytes());
                    }
                }
                _ => {
                    for value in array.as_primitive::<Float64Type>().values() {
                        bytes.extend_from_slice(&value.to_le_bytes());
                    }
                }
            },
            Values::Timestamps { seconds, nanos } => push_timestamps(array, seconds, nanos, field)?,
            Values::Decimals { digits, count, .. } => {
                for value in array.as_primitive::<Decimal128Type>().values() {
                    push_varint(((value << 1) ^ (value >> 127)).cast_unsigned(), digits);
                    *count += 1;
                }
            }
            Values::Strings { bytes, lengths, .. } => {
                let binary = cast(array, &DataType::LargeBinary).map_err(failed)?;
                let binary = binary.as_binary::<i64>();
                for value in binary.iter().flatten() {
                    bytes.extend_from_slice(value);
                    lengths.push(as_length(value.len()));
                }
            }
            Values::None | Values::Lengths(_) => return Err(not_supported(field)),
        }
        Ok(())
    }

    pub(super) fn buffered_bytes(&self) -> usize {
        match self {
            Values::None => 0,
            Values::Booleans(values) => values.len(),
            Values::Bytes(values) | Values::Floats(values) => values.len(),
            Values::Integers(values) | Values::Lengths(values) => values.len() * 8,
            Values::Timestamps { seconds, nanos } => (seconds.len() + nanos.len()) * 8,
            Values::Decimals { digits, .. } => digits.len(),
            Values::Strings { bytes, lengths, .. } => bytes.len() + lengths.len() * 8,
        }
    }

    /// How many values there are.
    pub(super) fn mark(&self) -> Mark {
        let (elements, bytes) = match self {
            Values::None => (0, 0),
            Values::Booleans(values) => (values.len(), 0),
            Values::Bytes(values) => (values.len(), 0),
            Values::Floats(values) => (0, values.len()),
            Values::Integers(values) | Values::Lengths(values) => (values.len(), 0),
            Values::Timestamps { seconds, .. } => (seconds.len(), 0),
            Values::Decimals { digits, count, .. } => (*count, digits.len()),
            Values::Strings { bytes, lengths, .. } => (lengths.len(), bytes.len()),
        };
        Mark { elements, bytes }
    }

    /// Encodes the values and forgets them. `groups` are the marks at which row groups began.
    pub(super) fn take_encoded(&mut self, groups: &[Mark]) -> Encoded {
        let elements = || groups.iter().map(|mark| mark.elements);
        let bytes_at = || at_bytes(groups.iter().map(|mark| mark.bytes));
        let integers = |kind, values: &[i64], sign| {
            let (bytes, starts) =
                by_groups(values, elements(), |values| encode_integers(values, sign));
            (kind, bytes, starts)
        };
        let mut encoding = EncodingKind::DirectV2;
        let streams = match self {
            Values::None => {
                encoding = EncodingKind::Direct;
                Vec::new()
            }
            Values::Booleans(values) => {
                encoding = EncodingKind::Direct;
                let (bytes, starts) = encode_booleans(&std::mem::take(values), elements());
                vec![(StreamKind::Data, bytes, starts)]
            }
            Values::Bytes(values) => {
                encoding = EncodingKind::Direct;
                let (bytes, starts) = by_groups(&std::mem::take(values), elements(), encode_bytes);
                vec![(StreamKind::Data, bytes, starts)]
            }
            Values::Floats(bytes) => {
                encoding = EncodingKind::Direct;
                vec![(StreamKind::Data, std::mem::take(bytes), bytes_at())]
            }
            Values::Integers(values) => {
                vec![integers(
                    StreamKind::Data,
                    &std::mem::take(values),
                    Sign::Signed,
                )]
            }
            Values::Lengths(values) => {
                vec![integers(
                    StreamKind::Length,
                    &std::mem::take(values),
                    Sign::Unsigned,
                )]
            }
            Values::Timestamps { seconds, nanos } => vec![
                integers(StreamKind::Data, &std::mem::take(seconds), Sign::Signed),
                integers(
                    StreamKind::Secondary,
                    &std::mem::take(nanos),
                    Sign::Unsigned,
                ),
            ],
            Values::Decimals {
                digits,
                scale,
                count,
            } => {
                let scales = vec![*scale; std::mem::take(count)];
                vec![
                    (StreamKind::Data, std::mem::take(digits), bytes_at()),
                    integers(StreamKind::Secondary, &scales, Sign::Signed),
                ]
            }
            Values::Strings {
                bytes,
                lengths,
                dictionary,
            } => {
                let (bytes, lengths) = (std::mem::take(bytes), std::mem::take(lengths));
                if *dictionary && let Some(dictionary) = Dictionary::of(&bytes, &lengths) {
                    return dictionary
                        .encoded(|indexes| integers(StreamKind::Data, indexes, Sign::Unsigned));
                }
                vec![
                    (StreamKind::Data, bytes, bytes_at()),
                    integers(StreamKind::Length, &lengths, Sign::Unsigned),
                ]
            }
        };
        Encoded {
            streams,
            encoding,
            dictionary_size: None,
        }
    }
}

fn as_length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Seconds since 2015, and nanoseconds whose trailing zeros are counted in three bits.
///
/// Readers take one second off a time before 1970 that has a fraction of over a millisecond, so it is added here. The second
/// before 1970 cannot then be told from the one after (ORC-763), and is refused rather than written wrong.
fn push_timestamps(
    array: &ArrayRef,
    seconds: &mut Vec<i64>,
    nanos: &mut Vec<i64>,
    field: &Field,
) -> Result<()> {
    const NANOS_PER_SECOND: i64 = 1_000_000_000;
    let (per_second, to_nanos) = match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => (1, NANOS_PER_SECOND),
        DataType::Timestamp(TimeUnit::Millisecond, _) => (1_000, 1_000_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => (1_000_000, 1_000),
        _ => (NANOS_PER_SECOND, 1),
    };
    // The unit does not matter for reading the numbers: all four are stored as i64.
    let plain = array
        .to_data()
        .into_builder()
        .data_type(DataType::Timestamp(TimeUnit::Nanosecond, None))
        .build()
        .map_err(failed)?;
    let plain = arrow::array::make_array(plain);
    for value in plain.as_primitive::<TimestampNanosecondType>().values() {
        let mut whole = value.div_euclid(per_second);
        let fraction = value.rem_euclid(per_second) * to_nanos;
        if whole < 0 && fraction > 999_999 {
            if whole == -1 {
                return Err(ConnectorError::new(
                    ErrorKind::NotSupported,
                    format!(
                        "column '{}' has a time in the last second of 1969, with a fraction, which ORC cannot hold; round it, or write Parquet",
                        field.name()
                    ),
                ));
            }
            whole += 1;
        }
        seconds.push(whole - TIMESTAMP_BASE_SECONDS);
        nanos.push(shortened(fraction));
    }
    Ok(())
}

/// The number without its trailing zeros, and how many there were less one, if two or more.
fn shortened(nanos: i64) -> i64 {
    if nanos == 0 || nanos % 100 != 0 {
        return nanos << 3;
    }
    let (mut value, mut zeros) = (nanos / 100, 1);
    while value % 10 == 0 && zeros < 7 {
        value /= 10;
        zeros += 1;
    }
    value << 3 | zeros
}

/// A stripe's distinct strings, and for each string which of them it is.
struct Dictionary {
    bytes: Vec<u8>,
    lengths: Vec<i64>,
    indexes: Vec<i64>,
}

impl Dictionary {
    /// `None` where too few strings repeat for a dictionary to pay.
    fn of(bytes: &[u8], lengths: &[i64]) -> Option<Dictionary> {
        let distinct_max = lengths.len() / DICTIONARY_DISTINCT_RATIO;
        let mut places: HashMap<&[u8], i64> = HashMap::new();
        let mut dictionary = Dictionary {
            bytes: Vec::new(),
            lengths: Vec::new(),
            indexes: Vec::with_capacity(lengths.len()),
        };
        let mut rest = bytes;
        for length in lengths {
            let (value, after) = rest.split_at_checked(usize::try_from(*length).ok()?)?;
            rest = after;
            let next = as_length(places.len());
            let index = *places.entry(value).or_insert_with(|| {
                dictionary.bytes.extend_from_slice(value);
                dictionary.lengths.push(*length);
                next
            });
            if places.len() > distinct_max {
                return None;
            }
            dictionary.indexes.push(index);
        }
        Some(dictionary)
    }

    fn encoded(
        self,
        encode_indexes: impl Fn(&[i64]) -> (StreamKind, Vec<u8>, Vec<StreamStart>),
    ) -> Encoded {
        let lengths = encode_integers(&self.lengths, Sign::Unsigned);
        Encoded {
            streams: vec![
                encode_indexes(&self.indexes),
                (StreamKind::DictionaryData, self.bytes, Vec::new()),
                (StreamKind::Length, lengths, Vec::new()),
            ],
            encoding: EncodingKind::DictionaryV2,
            dictionary_size: u32::try_from(self.lengths.len()).ok(),
        }
    }
}
