//! `Bucketing`: which bucket each row goes to, and how the files of a bucket are named.

use arrow::record_batch::RecordBatch;
use prismlake_catalog::StorageDescriptor;

use super::hive_hash::row_hashes;
use crate::error::{QueryError, Result};

/// How the rows of a table are divided into buckets.
#[derive(Debug, Clone)]
pub(super) struct Bucketing {
    columns: Vec<String>,
    count: i32,
}

impl Bucketing {
    /// The buckets that a descriptor declares, if it does.
    pub(super) fn of(descriptor: &StorageDescriptor) -> Option<Self> {
        (descriptor.number_of_buckets > 0 && !descriptor.bucket_columns.is_empty()).then(|| {
            Bucketing {
                columns: descriptor.bucket_columns.clone(),
                count: descriptor.number_of_buckets,
            }
        })
    }

    /// The bucket of each row.
    pub(super) fn buckets(&self, rows: &RecordBatch) -> Result<Vec<u32>> {
        let columns = self
            .columns
            .iter()
            .map(|name| {
                let column = rows.column_by_name(name);
                column.ok_or_else(|| QueryError::internal("a bucket column is not written"))
            })
            .collect::<Result<Vec<_>>>()?;
        let hashes = row_hashes(columns.into_iter().map(AsRef::as_ref), rows.num_rows())?;
        hashes
            .into_iter()
            .map(|hash| {
                u32::try_from((hash & i32::MAX) % self.count)
                    .map_err(|error| QueryError::internal(error.to_string()))
            })
            .collect()
    }
}

/// The name by which Hive and Trino tell a file's bucket: it begins with the number.
pub(super) fn bucket_file_name(bucket: u32, name: &str) -> String {
    format!("{bucket:06}_0_{name}")
}
