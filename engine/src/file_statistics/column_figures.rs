//! Glue's statistics of a table's columns, from the entries of all its files.
//!
//! They are told of columns whose figures footers hold: not of text and binary columns, whose lengths Glue asks for, nor of
//! booleans, of which it asks for counts. Counts of distinct values are of those that are sure to be there: footers tell no more,
//! and counting them would read every column.

use std::cmp::Ordering;

use arrow::datatypes::{DataType, SchemaRef};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::Table;
use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_catalog::model::{
    ColumnStatistics, ColumnStatisticsData, DecimalNumber, RangeStatistics,
};

use super::typed_bounds::typed_bounds;

const SECONDS_A_DAY: i64 = 86_400;
const MICROS_A_SECOND: i64 = 1_000_000;

/// The figures of the columns named, or of all, as `schema` has them.
pub(crate) fn column_figures(
    table: &Table,
    schema: &SchemaRef,
    wanted: &[String],
    entries: &[FileStatistics],
    now: DateTime<Utc>,
) -> Vec<ColumnStatistics> {
    table
        .storage_descriptor
        .columns
        .iter()
        .zip(schema.fields())
        .filter(|(_, field)| wanted.is_empty() || wanted.contains(field.name()))
        .filter_map(|(column, field)| {
            let figures = Figures::of(field.name(), field.data_type(), entries)?;
            Some(ColumnStatistics {
                column_name: field.name().clone(),
                column_type: column.type_text().to_owned(),
                analyzed_time: now,
                statistics_data: figures.data(field.data_type())?,
            })
        })
        .collect()
}

/// What is known of a column over all files.
struct Figures {
    bounds: Option<(ScalarValue, ScalarValue)>,
    nulls: u64,
    distinct: u64,
}

impl Figures {
    /// `None` where a file does not tell of the column.
    fn of(name: &str, data_type: &DataType, entries: &[FileStatistics]) -> Option<Figures> {
        let mut figures = Figures {
            bounds: None,
            nulls: 0,
            distinct: 0,
        };
        for entry in entries.iter().filter(|entry| entry.row_count > 0) {
            let kept = entry.columns.get(name)?;
            let nulls = kept.null_count?;
            figures.nulls = figures.nulls.checked_add(nulls)?;
            figures.distinct = figures.distinct.max(kept.distinct_count.unwrap_or(0));
            if nulls == entry.row_count {
                continue;
            }
            let (lower, upper) = typed_bounds(kept, data_type)?;
            figures.bounds = Some(match figures.bounds {
                None => (lower, upper),
                Some((least, greatest)) => (
                    pick(lower, least, Ordering::Less),
                    pick(upper, greatest, Ordering::Greater),
                ),
            });
        }
        let sure = match &figures.bounds {
            None => 0,
            Some((lower, upper)) if lower == upper => 1,
            Some(_) => 2,
        };
        figures.distinct = figures.distinct.max(sure);
        Some(figures)
    }

    fn range<T>(&self, value: impl Fn(&ScalarValue, Bound) -> Option<T>) -> RangeStatistics<T> {
        let bounds = self.bounds.as_ref();
        RangeStatistics {
            minimum_value: bounds.and_then(|(lower, _)| value(lower, Bound::Lower)),
            maximum_value: bounds.and_then(|(_, upper)| value(upper, Bound::Upper)),
            number_of_nulls: self.nulls,
            number_of_distinct_values: self.distinct,
        }
    }

    fn data(&self, data_type: &DataType) -> Option<ColumnStatisticsData> {
        Some(match data_type {
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::Timestamp(_, _) => ColumnStatisticsData::Long {
                data: self.range(whole_number),
            },
            DataType::Date32 => ColumnStatisticsData::Date {
                data: self.range(|value, _| match value {
                    ScalarValue::Date32(Some(days)) => Some(i64::from(*days) * SECONDS_A_DAY),
                    _ => None,
                }),
            },
            DataType::Float32 | DataType::Float64 => ColumnStatisticsData::Double {
                data: self.range(|value, _| {
                    match value {
                        ScalarValue::Float32(Some(value)) => Some(f64::from(*value)),
                        ScalarValue::Float64(Some(value)) => Some(*value),
                        _ => None,
                    }
                    .filter(|value| value.is_finite())
                }),
            },
            DataType::Decimal128(_, _) => ColumnStatisticsData::Decimal {
                data: self.range(|value, _| match value {
                    ScalarValue::Decimal128(Some(unscaled), _, scale) => Some(DecimalNumber {
                        unscaled_value: STANDARD.encode(shortest(*unscaled)),
                        scale: i32::from(*scale),
                    }),
                    _ => None,
                }),
            },
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Lower,
    Upper,
}

/// Integers as they are; times as seconds around them.
fn whole_number(value: &ScalarValue, bound: Bound) -> Option<i64> {
    match value {
        ScalarValue::Int8(value) => value.map(i64::from),
        ScalarValue::Int16(value) => value.map(i64::from),
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        ScalarValue::TimestampMicrosecond(Some(micros), _) => {
            let seconds = micros.div_euclid(MICROS_A_SECOND);
            let is_whole = micros.rem_euclid(MICROS_A_SECOND) == 0;
            Some(seconds + i64::from(!is_whole && bound == Bound::Upper))
        }
        _ => None,
    }
}

/// The fewest bytes of a big-endian two's complement integer.
fn shortest(value: i128) -> Vec<u8> {
    let mut bytes = value.to_be_bytes().to_vec();
    let sign: u8 = if value < 0 { 0xff } else { 0 };
    while let [first, second, ..] = bytes.as_slice()
        && *first == sign
        && (second & 0x80) == (sign & 0x80)
    {
        bytes.remove(0);
    }
    bytes
}

fn pick(value: ScalarValue, other: ScalarValue, when: Ordering) -> ScalarValue {
    if value.partial_cmp(&other) == Some(when) {
        value
    } else {
        other
    }
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn decimals_take_the_fewest_bytes() {
        for (value, bytes) in [
            (0, &[0][..]),
            (127, &[127]),
            (128, &[0, 128]),
            (-128, &[128]),
            (-129, &[255, 127]),
            (i128::MAX, &i128::MAX.to_be_bytes()),
        ] {
            assert_eq!(shortest(value), bytes, "{value}");
        }
    }
}
