//! ORC's statistics, of stripes or of row groups, as DataFusion's pruning asks for them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, SchemaRef, TimeUnit};
use datafusion::common::Column;
use datafusion::common::pruning::PruningStatistics;
use datafusion::scalar::ScalarValue;
use orc_rust::bloom_filter::BloomFilter;
use orc_rust::proto::ColumnStatistics;

use super::bloom_filter::may_contain;

/// What is known of the rows of each container.
pub(super) struct OrcStatistics {
    /// The file's root columns.
    pub(super) schema: SchemaRef,
    /// Rows of each container.
    pub(super) rows: Vec<u64>,
    /// By root column, by container; `None` where nothing is known.
    pub(super) columns: Vec<Option<Vec<ColumnStatistics>>>,
    /// By root column, by container.
    pub(super) bloom_filters: Vec<Option<Vec<BloomFilter>>>,
}

impl OrcStatistics {
    fn column(&self, column: &Column) -> Option<(&[ColumnStatistics], &DataType)> {
        let index = self.schema.index_of(column.name()).ok()?;
        let statistics = self.columns.get(index)?.as_deref()?;
        Some((statistics, self.schema.field(index).data_type()))
    }

    fn bounds(
        &self,
        column: &Column,
        pick: impl Fn((ScalarValue, ScalarValue)) -> ScalarValue,
    ) -> Option<ArrayRef> {
        let (statistics, data_type) = self.column(column)?;
        let unknown = ScalarValue::try_from(data_type).ok()?;
        let values = statistics
            .iter()
            .map(|statistics| bounds(statistics, data_type).map_or_else(|| unknown.clone(), &pick));
        let values = ScalarValue::iter_to_array(values).ok()?;
        cast(&values, data_type).ok()
    }
}

impl PruningStatistics for OrcStatistics {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(min, _)| min)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |(_, max)| max)
    }

    fn num_containers(&self) -> usize {
        self.rows.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let (statistics, _) = self.column(column)?;
        let counts: UInt64Array = statistics
            .iter()
            .zip(&self.rows)
            .map(|(statistics, rows)| rows.checked_sub(statistics.number_of_values?))
            .collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from(self.rows.clone())))
    }

    /// `false` where a Bloom filter says that none of the values is there.
    fn contained(&self, column: &Column, values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        let index = self.schema.index_of(column.name()).ok()?;
        let filters = self.bloom_filters.get(index)?.as_deref()?;
        let contained = filters.iter().map(|filter| {
            let maybe = values
                .iter()
                .any(|value| may_contain(filter, value).unwrap_or(true));
            (!maybe).then_some(false)
        });
        Some(contained.collect())
    }
}

/// The least and the greatest value, in a type that casts to the column's; `None` where they are not known, or not for sure.
pub(super) fn bounds(
    statistics: &ColumnStatistics,
    data_type: &DataType,
) -> Option<(ScalarValue, ScalarValue)> {
    if statistics.number_of_values == Some(0) {
        return None;
    }
    match data_type {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            let integers = statistics.int_statistics.as_ref()?;
            let typed = |value: i64| ScalarValue::from(value).cast_to(data_type).ok();
            Some((typed(integers.minimum?)?, typed(integers.maximum?)?))
        }
        DataType::Float32 | DataType::Float64 => {
            let doubles = statistics.double_statistics.as_ref()?;
            let (min, max) = (doubles.minimum?, doubles.maximum?);
            // Writers differ in what they make of NaN, and of the sign of zero.
            if min.is_nan() || max.is_nan() {
                return None;
            }
            let min = if min == 0.0 { -0.0 } else { min };
            let max = if max == 0.0 { 0.0 } else { max };
            let typed = |value: f64| ScalarValue::from(value).cast_to(data_type).ok();
            Some((typed(min)?, typed(max)?))
        }
        DataType::Utf8 => {
            let strings = statistics.string_statistics.as_ref()?;
            let min = strings.minimum.as_ref().or(strings.lower_bound.as_ref())?;
            let max = strings.maximum.as_ref().or(strings.upper_bound.as_ref())?;
            Some((
                ScalarValue::from(min.as_str()),
                ScalarValue::from(max.as_str()),
            ))
        }
        DataType::Date32 => {
            let dates = statistics.date_statistics.as_ref()?;
            Some((
                ScalarValue::Date32(Some(dates.minimum?)),
                ScalarValue::Date32(Some(dates.maximum?)),
            ))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            // Without the newer fields the bounds are in the writer's time zone. Milliseconds are rounded towards the past.
            let times = statistics.timestamp_statistics.as_ref()?;
            let micros = |millis: i64| millis.checked_mul(1000);
            let min = micros(times.minimum_utc?)?;
            let max = micros(times.maximum_utc?)?.checked_add(999)?;
            let typed = |micros| ScalarValue::TimestampMicrosecond(Some(micros), zone.clone());
            Some((typed(min), typed(max)))
        }
        DataType::Decimal128(_, _) => {
            let decimals = statistics.decimal_statistics.as_ref()?;
            let typed =
                |text: &Option<String>| ScalarValue::try_from_string(text.clone()?, data_type).ok();
            Some((typed(&decimals.minimum)?, typed(&decimals.maximum)?))
        }
        DataType::Boolean => {
            let trues = *statistics.bucket_statistics.as_ref()?.count.first()?;
            let values = statistics.number_of_values?;
            Some((
                ScalarValue::Boolean(Some(trues == values)),
                ScalarValue::Boolean(Some(trues > 0)),
            ))
        }
        _ => None,
    }
}
