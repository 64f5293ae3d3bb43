//! What is told of a column's values, of a row group, a stripe, or the file.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{max, min};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use orc_rust::proto::{
    BinaryStatistics, BucketStatistics, ColumnStatistics, DateStatistics, DecimalStatistics,
    DoubleStatistics, IntegerStatistics, StringStatistics, TimestampStatistics,
};

/// Longer texts are told by bounds of this many bytes at most, as Java's writer does.
const TEXT_BYTES_MAX: usize = 1024;

/// Gathers what is told of values.
#[derive(Debug, Clone, Default)]
pub(super) struct Statistics {
    values: u64,
    has_null: bool,
    of_type: OfType,
}

#[derive(Debug, Clone, Default)]
enum OfType {
    #[default]
    Nothing,
    Integers {
        min: i64,
        max: i64,
        /// `None` once it overflowed.
        sum: Option<i64>,
    },
    Doubles {
        min: f64,
        max: f64,
        sum: f64,
    },
    Texts {
        min: String,
        max: String,
        bytes: i64,
    },
    Booleans {
        trues: u64,
    },
    Decimals {
        min: i128,
        max: i128,
        sum: Option<i128>,
        scale: usize,
    },
    Dates {
        min: i32,
        max: i32,
    },
    Bytes {
        bytes: i64,
    },
    /// Milliseconds since 1970 in UTC, rounded towards the past.
    Times {
        min: i64,
        max: i64,
    },
    /// A value that has no place in the order of the others, such as NaN.
    Unordered,
}

impl Statistics {
    /// Adds values, none of them NULL.
    pub(super) fn add(&mut self, values: &ArrayRef, has_null: bool) {
        self.has_null |= has_null;
        let count = u64::try_from(values.len()).unwrap_or(0);
        if count > 0 {
            let of_type = OfType::of(values);
            self.of_type = match self.values {
                0 => of_type,
                _ => std::mem::take(&mut self.of_type).with(of_type),
            };
            self.values += count;
        }
    }

    /// Adds what is told of other values of the column.
    pub(super) fn merge(&mut self, other: Statistics) {
        self.has_null |= other.has_null;
        if other.values > 0 {
            self.of_type = match self.values {
                0 => other.of_type,
                _ => std::mem::take(&mut self.of_type).with(other.of_type),
            };
            self.values += other.values;
        }
    }

    /// As files hold it.
    pub(super) fn encoded(&self) -> ColumnStatistics {
        let mut statistics = ColumnStatistics {
            number_of_values: Some(self.values),
            has_null: Some(self.has_null),
            ..ColumnStatistics::default()
        };
        match &self.of_type {
            OfType::Nothing | OfType::Unordered => {}
            OfType::Integers { min, max, sum } => {
                statistics.int_statistics = Some(IntegerStatistics {
                    minimum: Some(*min),
                    maximum: Some(*max),
                    sum: *sum,
                });
            }
            OfType::Doubles { min, max, sum } => {
                statistics.double_statistics = Some(DoubleStatistics {
                    minimum: Some(*min),
                    maximum: Some(*max),
                    sum: Some(*sum),
                });
            }
            OfType::Texts { min, max, bytes } => {
                statistics.string_statistics = text_statistics(min, max, *bytes);
            }
            OfType::Booleans { trues } => {
                statistics.bucket_statistics = Some(BucketStatistics {
                    count: vec![*trues],
                });
            }
            OfType::Decimals {
                min,
                max,
                sum,
                scale,
            } => {
                statistics.decimal_statistics = Some(DecimalStatistics {
                    minimum: Some(decimal_text(*min, *scale)),
                    maximum: Some(decimal_text(*max, *scale)),
                    sum: sum.map(|sum| decimal_text(sum, *scale)),
                });
            }
            OfType::Dates { min, max } => {
                statistics.date_statistics = Some(DateStatistics {
                    minimum: Some(*min),
                    maximum: Some(*max),
                });
            }
            OfType::Bytes { bytes } => {
                statistics.binary_statistics = Some(BinaryStatistics { sum: Some(*bytes) });
            }
            OfType::Times { min, max } => {
                statistics.timestamp_statistics = Some(TimestampStatistics {
                    minimum: Some(*min),
                    maximum: Some(*max),
                    minimum_utc: Some(*min),
                    maximum_utc: Some(*max),
                    ..TimestampStatistics::default()
                });
            }
        }
        statistics
    }
}

impl OfType {
    fn of(values: &ArrayRef) -> OfType {
        match values.data_type() {
            DataType::Int8 => integers::<Int8Type>(values),
            DataType::Int16 => integers::<Int16Type>(values),
            DataType::Int32 => integers::<Int32Type>(values),
            DataType::Int64 => integers::<Int64Type>(values),
            DataType::Float32 => doubles(
                values
                    .as_primitive::<Float32Type>()
                    .values()
                    .iter()
                    .map(|value| f64::from(*value)),
            ),
            DataType::Float64 => doubles(
                values
                    .as_primitive::<Float64Type>()
                    .values()
                    .iter()
                    .copied(),
            ),
            DataType::Utf8 => texts(values.as_string::<i32>().iter().flatten()),
            DataType::LargeUtf8 => texts(values.as_string::<i64>().iter().flatten()),
            DataType::Utf8View => texts(values.as_string_view().iter().flatten()),
            DataType::Boolean => OfType::Booleans {
                trues: u64::try_from(values.as_boolean().true_count()).unwrap_or(0),
            },
            DataType::Decimal128(_, scale) => {
                let decimals = values.as_primitive::<Decimal128Type>();
                OfType::Decimals {
                    min: min(decimals).unwrap_or(0),
                    max: max(decimals).unwrap_or(0),
                    sum: decimals
                        .values()
                        .iter()
                        .try_fold(0_i128, |sum, value| sum.checked_add(*value)),
                    scale: usize::try_from(*scale).unwrap_or(0),
                }
            }
            DataType::Date32 => {
                let days = values.as_primitive::<Date32Type>();
                OfType::Dates {
                    min: min(days).unwrap_or(0),
                    max: max(days).unwrap_or(0),
                }
            }
            DataType::Binary => bytes(values.as_binary::<i32>().iter().flatten()),
            DataType::LargeBinary => bytes(values.as_binary::<i64>().iter().flatten()),
            DataType::BinaryView => bytes(values.as_binary_view().iter().flatten()),
            DataType::Timestamp(unit, _) => match unit {
                TimeUnit::Second => {
                    times::<TimestampSecondType>(values, |time| time.saturating_mul(1000))
                }
                TimeUnit::Millisecond => times::<TimestampMillisecondType>(values, |time| time),
                TimeUnit::Microsecond => {
                    times::<TimestampMicrosecondType>(values, |time| time.div_euclid(1000))
                }
                TimeUnit::Nanosecond => {
                    times::<TimestampNanosecondType>(values, |time| time.div_euclid(1_000_000))
                }
            },
            _ => OfType::Nothing,
        }
    }

    /// What is told of both values together.
    fn with(self, other: OfType) -> OfType {
        use OfType::{Booleans, Bytes, Dates, Decimals, Doubles, Integers, Texts, Times};
        match (self, other) {
            (
                Integers { min, max, sum },
                Integers {
                    min: other_min,
                    max: other_max,
                    sum: other_sum,
                },
            ) => Integers {
                min: min.min(other_min),
                max: max.max(other_max),
                sum: sum
                    .zip(other_sum)
                    .and_then(|(sum, other)| sum.checked_add(other)),
            },
            (
                Doubles { min, max, sum },
                Doubles {
                    min: other_min,
                    max: other_max,
                    sum: other_sum,
                },
            ) => Doubles {
                min: min.min(other_min),
                max: max.max(other_max),
                sum: sum + other_sum,
            },
            (
                Texts { min, max, bytes },
                Texts {
                    min: other_min,
                    max: other_max,
                    bytes: other_bytes,
                },
            ) => Texts {
                min: min.min(other_min),
                max: max.max(other_max),
                bytes: bytes.saturating_add(other_bytes),
            },
            (Booleans { trues }, Booleans { trues: other }) => Booleans {
                trues: trues + other,
            },
            (
                Decimals {
                    min,
                    max,
                    sum,
                    scale,
                },
                Decimals {
                    min: other_min,
                    max: other_max,
                    sum: other_sum,
                    ..
                },
            ) => Decimals {
                min: min.min(other_min),
                max: max.max(other_max),
                sum: sum
                    .zip(other_sum)
                    .and_then(|(sum, other)| sum.checked_add(other)),
                scale,
            },
            (
                Dates { min, max },
                Dates {
                    min: other_min,
                    max: other_max,
                },
            ) => Dates {
                min: min.min(other_min),
                max: max.max(other_max),
            },
            (Bytes { bytes }, Bytes { bytes: other }) => Bytes {
                bytes: bytes.saturating_add(other),
            },
            (
                Times { min, max },
                Times {
                    min: other_min,
                    max: other_max,
                },
            ) => Times {
                min: min.min(other_min),
                max: max.max(other_max),
            },
            (OfType::Nothing, OfType::Nothing) => OfType::Nothing,
            _ => OfType::Unordered,
        }
    }
}

fn integers<T: ArrowPrimitiveType>(values: &ArrayRef) -> OfType
where
    i64: From<T::Native>,
    T::Native: Copy,
{
    let values = values.as_primitive::<T>().values();
    let mut told = (i64::MAX, i64::MIN, Some(0_i64));
    for value in values {
        let value = i64::from(*value);
        told = (
            told.0.min(value),
            told.1.max(value),
            told.2.and_then(|sum| sum.checked_add(value)),
        );
    }
    OfType::Integers {
        min: told.0,
        max: told.1,
        sum: told.2,
    }
}

fn doubles(values: impl Iterator<Item = f64>) -> OfType {
    let (mut min, mut max, mut sum) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
    for value in values {
        if value.is_nan() {
            return OfType::Unordered;
        }
        min = min.min(value);
        max = max.max(value);
        sum += value;
    }
    OfType::Doubles { min, max, sum }
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> OfType {
    let (mut least, mut greatest, mut bytes) = (None, None, 0_i64);
    for value in values {
        bytes = bytes.saturating_add(i64::try_from(value.len()).unwrap_or(i64::MAX));
        least = Some(least.map_or(value, |least: &str| least.min(value)));
        greatest = Some(greatest.map_or(value, |greatest: &str| greatest.max(value)));
    }
    OfType::Texts {
        min: least.unwrap_or("").to_owned(),
        max: greatest.unwrap_or("").to_owned(),
        bytes,
    }
}

fn bytes<'a>(values: impl Iterator<Item = &'a [u8]>) -> OfType {
    OfType::Bytes {
        bytes: values
            .map(|value| i64::try_from(value.len()).unwrap_or(i64::MAX))
            .fold(0, i64::saturating_add),
    }
}

fn times<T: ArrowPrimitiveType<Native = i64>>(
    values: &ArrayRef,
    millis: impl Fn(i64) -> i64,
) -> OfType {
    let values = values.as_primitive::<T>().values();
    OfType::Times {
        min: values.iter().copied().min().map_or(0, &millis),
        max: values.iter().copied().max().map_or(0, &millis),
    }
}

/// Exact where the texts are short, and bounds around them where they are not.
fn text_statistics(min: &str, max: &str, bytes: i64) -> Option<StringStatistics> {
    let mut statistics = StringStatistics {
        sum: Some(bytes),
        ..StringStatistics::default()
    };
    if min.len() <= TEXT_BYTES_MAX {
        statistics.minimum = Some(min.to_owned());
    } else {
        statistics.lower_bound = Some(shortened(min).to_owned());
    }
    if max.len() <= TEXT_BYTES_MAX {
        statistics.maximum = Some(max.to_owned());
    } else {
        // Without a greater text of that length there is nothing to tell.
        statistics.upper_bound = Some(next_after(shortened(max))?);
    }
    Some(statistics)
}

fn shortened(text: &str) -> &str {
    let mut end = TEXT_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// A text that comes after all that begin with this one.
fn next_after(text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    while let Some(last) = letters.pop() {
        if let Some(next) = char::from_u32(u32::from(last) + 1) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

fn decimal_text(unscaled: i128, scale: usize) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    match digits.split_at_checked(digits.len() - scale) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array, StringArray};

    use super::*;

    #[test]
    fn overflow_and_nan_leave_out_what_is_not_known() {
        let mut told = Statistics::default();
        let values: ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX, 1]));
        told.add(&values, false);
        let told = told.encoded().int_statistics.unwrap();
        assert_eq!(
            (told.minimum, told.maximum, told.sum),
            (Some(1), Some(i64::MAX), None)
        );

        let mut told = Statistics::default();
        let values: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
        told.add(&values, false);
        let nan: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN]));
        told.add(&nan, true);
        assert_eq!(told.encoded().double_statistics, None);
        assert_eq!(told.encoded().number_of_values, Some(2));
    }

    #[test]
    fn long_texts_are_told_by_bounds() {
        let long = "é".repeat(2000);
        let mut told = Statistics::default();
        let values: ArrayRef = Arc::new(StringArray::from(vec![long.as_str()]));
        told.add(&values, false);
        let told = told.encoded().string_statistics.unwrap();
        assert_eq!((told.minimum, told.maximum), (None, None));
        let (lower, upper) = (told.lower_bound.unwrap(), told.upper_bound.unwrap());
        assert!(lower.as_str() <= long.as_str() && upper.as_str() > long.as_str());
        assert!(lower.len() <= TEXT_BYTES_MAX && upper.len() <= TEXT_BYTES_MAX + 1);
    }

    #[test]
    fn decimals_are_told_with_their_digits() {
        assert_eq!(decimal_text(-5, 2), "-0.05");
        assert_eq!(decimal_text(12345, 2), "123.45");
        assert_eq!(decimal_text(-7, 0), "-7");
    }
}
