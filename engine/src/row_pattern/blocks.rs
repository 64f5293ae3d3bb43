//! The input, cut into blocks of whole partitions: a partition is matched as a whole, and small ones are computed together.

use std::ops::Range;

use arrow::array::{Array, AsArray};
use arrow::compute::{concat_batches, partition};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::StreamExt;

/// Whole partitions, one behind the other.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) batch: RecordBatch,
    /// Where the partitions begin.
    starts: Vec<usize>,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            batch: RecordBatch::new_empty(std::sync::Arc::new(arrow::datatypes::Schema::empty())),
            starts: Vec::new(),
        }
    }
}

impl Block {
    /// The rows of a partition.
    pub(super) fn partition(&self, place: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(place)?;
        let end = self.starts.get(place + 1).copied();
        Some(start..end.unwrap_or(self.batch.num_rows()))
    }

    /// The partitions from that of a row on.
    pub(super) fn partitions_from(&self, row: usize) -> impl Iterator<Item = Range<usize>> {
        let first = self.starts.partition_point(|start| *start <= row);
        (first.saturating_sub(1)..).map_while(|place| self.partition(place))
    }
}

/// Reads blocks. The input comes with the rows of each partition together.
pub(super) struct BlockReader {
    input: SendableRecordBatchStream,
    /// The columns that rows of a partition agree in.
    keys: Vec<usize>,
    /// How many rows a block has at least, except the last.
    rows_min: usize,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    starts: Vec<usize>,
    reservation: MemoryReservation,
    ended: bool,
}

impl BlockReader {
    pub(super) fn new(
        input: SendableRecordBatchStream,
        keys: Vec<usize>,
        rows_min: usize,
        reservation: MemoryReservation,
    ) -> BlockReader {
        BlockReader {
            input,
            keys,
            rows_min,
            pending: Vec::new(),
            pending_rows: 0,
            starts: Vec::new(),
            reservation,
            ended: false,
        }
    }

    /// The next block. The one before must be let go of.
    pub(super) async fn next(&mut self) -> Result<Option<Block>> {
        self.reservation.try_resize(self.pending_bytes())?;
        loop {
            let complete = self.starts.last().copied().unwrap_or(0);
            if complete >= self.rows_min {
                return self.cut(complete).map(Some);
            }
            if self.ended {
                if self.pending_rows == 0 {
                    return Ok(None);
                }
                return self.cut(self.pending_rows).map(Some);
            }
            match self.input.next().await.transpose()? {
                Some(batch) if batch.num_rows() > 0 => {
                    self.reservation.try_grow(rows_size(&batch))?;
                    self.add(batch)?;
                }
                Some(_) => {}
                None => self.ended = true,
            }
        }
    }

    fn pending_bytes(&self) -> usize {
        self.pending.iter().map(rows_size).sum()
    }

    fn add(&mut self, batch: RecordBatch) -> Result<()> {
        if self.keys.is_empty() {
            if self.pending_rows == 0 {
                self.starts.push(0);
            }
        } else {
            let goes_on = match self.pending.last() {
                Some(before) => self.goes_on(before, &batch)?,
                None => false,
            };
            let keys = batch.project(&self.keys)?;
            for range in partition(keys.columns())?.ranges() {
                if range.start > 0 || !goes_on {
                    self.starts.push(self.pending_rows + range.start);
                }
            }
        }
        self.pending_rows += batch.num_rows();
        self.pending.push(batch);
        Ok(())
    }

    /// Whether a batch begins with the partition that the one before ends with.
    fn goes_on(&self, before: &RecordBatch, batch: &RecordBatch) -> Result<bool> {
        let last = before
            .project(&self.keys)?
            .slice(before.num_rows().saturating_sub(1), 1);
        let first = batch.project(&self.keys)?.slice(0, 1);
        let both = concat_batches(last.schema_ref(), [&last, &first])?;
        Ok(partition(both.columns())?.len() == 1)
    }

    /// The first rows as a block.
    fn cut(&mut self, rows: usize) -> Result<Block> {
        let pending = std::mem::take(&mut self.pending);
        let batch = match pending.as_slice() {
            [only] => only.clone(),
            many => {
                // For a moment the rows are there twice.
                let twice = self.reservation.size();
                self.reservation.try_grow(twice)?;
                let batch = concat_batches(&self.input.schema(), many)?;
                self.reservation.shrink(twice);
                batch
            }
        };
        drop(pending);
        let rest = self.pending_rows - rows;
        let mut starts = std::mem::take(&mut self.starts);
        if rest > 0 {
            self.pending.push(batch.slice(rows, rest));
            starts.retain(|start| *start < rows);
            self.starts.push(0);
        }
        self.pending_rows = rest;
        Ok(Block {
            batch: batch.slice(0, rows),
            starts,
        })
    }
}

/// About how many bytes the rows of a batch take, which may be some of many that share their buffers.
fn rows_size(batch: &RecordBatch) -> usize {
    let columns = batch.columns().iter();
    columns
        .map(|column| {
            let fixed = column.to_data().get_slice_memory_size();
            let views = match column.data_type() {
                DataType::Utf8View => column.as_string_view().total_buffer_bytes_used(),
                DataType::BinaryView => column.as_binary_view().total_buffer_bytes_used(),
                _ => 0,
            };
            fixed.unwrap_or_else(|_| column.get_array_memory_size()) + views
        })
        .sum()
}
