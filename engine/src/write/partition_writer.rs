//! `PartitionWriter`: takes the batches of one stream and writes each row to the file of its partition.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::{CastOptions, cast_with_options, take_record_batch};
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};
use object_store::ObjectStore;
use prismlake_catalog::file_name::WrittenBy;
use prismlake_connectors::ObjectUri;

use super::bucketing::{Bucketing, bucket_file_name};
use super::object_writer::{ObjectWriter, WrittenObject};
use super::table_write::TableWrite;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::partition_values::stored_values;
use prismlake_catalog::partition_path::partition_path;

/// Memory that the files of one stream may hold before the largest must give its row group up.
const BUFFERED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What all streams of one write share.
pub(super) struct WriteShared {
    pub(super) table: TableWrite,
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) ids: WrittenBy,
    pub(super) time: DateTime<Utc>,
    pub(super) next_part: AtomicU64,
    /// How rows are divided within a partition, if they are.
    pub(super) bucketing: Option<Bucketing>,
}

impl WriteShared {
    fn new_file(&self, place: &FilePlace) -> Result<ObjectWriter> {
        let FilePlace { values, bucket } = place;
        let part = self.next_part.fetch_add(1, Ordering::Relaxed);
        let name = self
            .ids
            .file_name(self.time, part, &self.table.format.file_ending());
        let name = match bucket {
            Some(bucket) => bucket_file_name(*bucket, &name),
            None => name,
        };
        let uri: ObjectUri = if values.is_empty() {
            self.table.location.child(&name)
        } else {
            let folder = partition_path(&self.table.key_names(), values);
            self.table.location.child(&format!("{folder}/{name}"))
        };
        let encoder = self.table.format.encoder(Arc::clone(&self.table.schema))?;
        ObjectWriter::new(Arc::clone(&self.store), uri, encoder)
    }
}

/// Which rows a file takes: those of one partition, and of one bucket of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct FilePlace {
    values: Vec<String>,
    bucket: Option<u32>,
}

/// A file and the partition that its rows belong to.
pub(super) struct PartitionFile {
    pub(super) values: Vec<String>,
    pub(super) object: WrittenObject,
}

/// Writes one stream's rows.
pub(super) struct PartitionWriter {
    shared: Arc<WriteShared>,
    files: HashMap<FilePlace, ObjectWriter>,
}

impl PartitionWriter {
    pub(super) fn new(shared: Arc<WriteShared>) -> Self {
        PartitionWriter {
            shared,
            files: HashMap::new(),
        }
    }

    pub(super) async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let (data, keys) = self.shared.table.split(batch)?;
        let buckets = match &self.shared.bucketing {
            Some(bucketing) => Some(bucketing.buckets(&data)?),
            None => None,
        };
        if keys.is_empty() && buckets.is_none() {
            self.file(FilePlace::default())?.write(&data).await?;
        } else {
            for (place, rows) in group_rows(&keys, buckets.as_deref(), data.num_rows())? {
                let part = take_record_batch(&data, &UInt32Array::from(rows))
                    .map_err(|error| QueryError::internal(error.to_string()))?;
                self.file(place)?.write(&part).await?;
            }
        }
        self.bound_memory().await
    }

    fn file(&mut self, place: FilePlace) -> Result<&mut ObjectWriter> {
        let open = self.files.len();
        match self.files.entry(place) {
            std::collections::hash_map::Entry::Occupied(file) => Ok(file.into_mut()),
            std::collections::hash_map::Entry::Vacant(place) => {
                let limit = self.shared.table.open_partitions_max;
                if open >= limit {
                    return Err(QueryError::new(
                        ErrorCode::HiveTooManyOpenPartitions,
                        format!(
                            "Exceeded limit of {limit} open writers for partitions/buckets; write fewer partitions at once, or raise limits.open_partitions_max"
                        ),
                    ));
                }
                let file = self.shared.new_file(place.key())?;
                Ok(place.insert(file))
            }
        }
    }

    async fn bound_memory(&mut self) -> Result<()> {
        let buffered: usize = self.files.values().map(ObjectWriter::buffered_bytes).sum();
        if buffered <= BUFFERED_BYTES_MAX {
            return Ok(());
        }
        let largest = self
            .files
            .values_mut()
            .max_by_key(|file| file.buffered_bytes());
        match largest {
            Some(file) => file.flush().await,
            None => Ok(()),
        }
    }

    /// Ends every file.
    pub(super) async fn finish(self) -> Result<Vec<PartitionFile>> {
        let mut written = Vec::with_capacity(self.files.len());
        for (place, file) in self.files {
            written.push(PartitionFile {
                values: place.values,
                object: file.finish().await?,
            });
        }
        Ok(written)
    }

    /// Gives every file up.
    pub(super) async fn abort(self) {
        for file in self.files.into_values() {
            file.abort().await;
        }
    }
}

/// The rows of each file, by their key values and buckets.
fn group_rows(
    keys: &[ArrayRef],
    buckets: Option<&[u32]>,
    rows: usize,
) -> Result<Vec<(FilePlace, Vec<u32>)>> {
    let columns = keys.iter().map(stored_values).collect::<Result<Vec<_>>>()?;
    let mut groups: HashMap<(Vec<&str>, Option<u32>), Vec<u32>> = HashMap::new();
    for row in 0..rows {
        let values: Vec<&str> = columns
            .iter()
            .filter_map(|column| column.get(row).map(String::as_str))
            .collect();
        let bucket = buckets.and_then(|buckets| buckets.get(row).copied());
        let row = u32::try_from(row).map_err(|error| QueryError::internal(error.to_string()))?;
        groups.entry((values, bucket)).or_default().push(row);
    }
    Ok(groups
        .into_iter()
        .map(|((values, bucket), rows)| {
            let values = values.into_iter().map(str::to_owned).collect();
            (FilePlace { values, bucket }, rows)
        })
        .collect())
}

/// The column in the type that it is written in; a value that does not fit is an error.
pub(super) fn cast_column(column: &ArrayRef, field: &arrow::datatypes::Field) -> Result<ArrayRef> {
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    cast_with_options(column, field.data_type(), &strict).map_err(|error| {
        QueryError::new(
            ErrorCode::InvalidCastArgument,
            format!(
                "a value of column '{}' cannot be written as {}: {error}",
                field.name(),
                field.data_type()
            ),
        )
    })
}
