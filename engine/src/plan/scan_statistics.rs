//! What the optimizer is told of a scan: exact row counts where entries hold for all its files, and bounds of its columns.
//!
//! Bounds are told as inexact even where they are values: DataFusion takes exact ones through casts that keep no order (numbers
//! as text), and would answer `min` and `max` by them.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{Field, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::scalar::ScalarValue;
use prismlake_catalog::file_statistics::FileStatistics;

use crate::file_statistics::typed_bounds;

/// A file to scan, and the catalog's entry of it if that holds.
pub(super) struct ScanFile {
    pub(super) file: PartitionedFile,
    pub(super) entry: Option<FileStatistics>,
}

impl ScanFile {
    /// The file with its rows for the optimizer's rules to see. What else is known of it is told of the scan as a whole.
    pub(super) fn into_partitioned(self, schema: &TableSchema) -> PartitionedFile {
        let mut file = self.file;
        file.statistics = self.entry.map(|entry| {
            Arc::new(Statistics {
                num_rows: exact(entry.row_count),
                ..Statistics::new_unknown(schema.table_schema())
            })
        });
        file
    }
}

/// The statistics of a scan of these files, over all columns of `schema`. Those not in `projection` are not looked at, nor are the
/// bounds of those whose type is not as `declared`.
pub(super) fn scan_statistics(
    schema: &TableSchema,
    declared: &SchemaRef,
    projection: Option<&Vec<usize>>,
    files: &[ScanFile],
) -> Statistics {
    let columns = schema.table_schema();
    let mut told = Statistics::new_unknown(columns);
    let entries: Option<Vec<&FileStatistics>> =
        files.iter().map(|file| file.entry.as_ref()).collect();
    let Some(entries) = entries else {
        told.num_rows = estimated_rows(files);
        return told;
    };
    told.num_rows = exact(entries.iter().map(|entry| entry.row_count).sum());
    let first_constant = schema.file_schema().fields().len();
    for (place, column) in told.column_statistics.iter_mut().enumerate() {
        if projection.is_some_and(|projection| !projection.contains(&place)) {
            continue;
        }
        let Some(field) = columns.fields().get(place) else {
            continue;
        };
        *column = match place.checked_sub(first_constant) {
            Some(constant) => constant_column(constant, files),
            None => {
                let same_type = declared
                    .field_with_name(field.name())
                    .is_ok_and(|declared| declared.data_type() == field.data_type());
                file_column(field, same_type, &entries)
            }
        };
    }
    told
}

/// The rows of all files, told by those of which they are known.
fn estimated_rows(files: &[ScanFile]) -> Precision<usize> {
    let (mut rows, mut known_bytes, mut bytes) = (0_u128, 0_u128, 0_u128);
    for file in files {
        let size = u128::from(file.file.object_meta.size);
        bytes += size;
        if let Some(entry) = &file.entry {
            rows += u128::from(entry.row_count);
            known_bytes += size;
        }
    }
    (rows * bytes)
        .checked_div(known_bytes)
        .and_then(|rows| usize::try_from(rows).ok())
        .map_or(Precision::Absent, Precision::Inexact)
}

fn file_column(field: &Field, same_type: bool, entries: &[&FileStatistics]) -> ColumnStatistics {
    let kept: Option<Vec<_>> = entries
        .iter()
        .filter(|entry| entry.row_count > 0)
        .map(|entry| Some((entry, entry.columns.get(field.name())?)))
        .collect();
    let Some(kept) = kept else {
        return ColumnStatistics::new_unknown();
    };
    let nulls: Option<u64> = kept.iter().map(|(_, column)| column.null_count).sum();
    let distinct = kept
        .iter()
        .filter_map(|(_, column)| column.distinct_count)
        .max();
    // A NaN lies beyond all bounds.
    let has_bounds = same_type && !field.data_type().is_floating();
    let bounds: Option<Vec<_>> = kept
        .iter()
        .filter(|(entry, column)| column.null_count != Some(entry.row_count))
        .map(|(_, column)| typed_bounds(column, field.data_type()))
        .collect();
    let mut column = of_bounds(bounds.filter(|_| has_bounds).unwrap_or_default());
    column.null_count = nulls.map_or(Precision::Absent, exact);
    column.distinct_count = distinct.map_or(Precision::Absent, |count| exact(count).to_inexact());
    column
}

/// A partition key or a hidden column: what it is in the files that have rows.
fn constant_column(constant: usize, files: &[ScanFile]) -> ColumnStatistics {
    let mut nulls = 0_u64;
    let mut values: HashSet<&ScalarValue> = HashSet::new();
    for file in files {
        let rows = file.entry.as_ref().map_or(0, |entry| entry.row_count);
        match file.file.partition_values.get(constant) {
            Some(value) if value.is_null() => nulls = nulls.saturating_add(rows),
            Some(value) if rows > 0 => {
                values.insert(value);
            }
            Some(_) => {}
            None => return ColumnStatistics::new_unknown(),
        }
    }
    let distinct = Precision::Inexact(values.len());
    let bounds = values
        .into_iter()
        .map(|value| (value.clone(), value.clone()))
        .collect();
    let mut column = of_bounds(bounds);
    column.null_count = exact(nulls);
    column.distinct_count = distinct;
    column
}

/// Bounds around all of these.
fn of_bounds(bounds: Vec<(ScalarValue, ScalarValue)>) -> ColumnStatistics {
    let mut column = ColumnStatistics::new_unknown();
    let merged = bounds.into_iter().reduce(|(lower, upper), (low, high)| {
        let lower = match low.partial_cmp(&lower) {
            Some(Ordering::Less) => low,
            _ => lower,
        };
        let upper = match high.partial_cmp(&upper) {
            Some(Ordering::Greater) => high,
            _ => upper,
        };
        (lower, upper)
    });
    if let Some((lower, upper)) = merged {
        column.min_value = Precision::Inexact(lower);
        column.max_value = Precision::Inexact(upper);
    }
    column
}

fn exact(count: u64) -> Precision<usize> {
    usize::try_from(count).map_or(Precision::Absent, Precision::Exact)
}
