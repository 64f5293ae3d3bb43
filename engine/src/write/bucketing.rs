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

/// The bucket of a file, by the names that Hive, Spark and Trino give: `000003_0`, `20240101_000000_00000_abcde_bucket-00003`,
/// `part-00000-<uuid>_00003.c000.snappy.parquet`.
pub(crate) fn bucket_of_file(name: &str) -> Option<i32> {
    let number = |digits: &str| -> Option<i32> {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    };
    if let Some((_, bucket)) = name.rsplit_once("_bucket-") {
        return number(bucket.split(['.', '_']).next()?);
    }
    let (first, rest) = name.split_once('_')?;
    if name.starts_with("part-") {
        return number(rest.split('.').next()?);
    }
    number(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_tell_their_bucket() {
        for (name, bucket) in [
            ("000003_0", Some(3)),
            ("000012_0_copy_1", Some(12)),
            ("20240101_000000_00000_abcde_bucket-00004", Some(4)),
            ("20240101_000000_00000_abcde_bucket-00004.gz", Some(4)),
            ("part-00000-0a1b_00005.c000.snappy.parquet", Some(5)),
            ("part-00000-0a1b.snappy.parquet", None),
            ("data.parquet", None),
            ("a_1", None),
            ("99999999999_0", None),
        ] {
            assert_eq!(bucket_of_file(name), bucket, "{name}");
        }
        assert_eq!(bucket_of_file(&bucket_file_name(7, "x.parquet")), Some(7));
    }
}
