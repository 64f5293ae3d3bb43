//! `ScanAccounting`: what one scan node had to read, counted into the plan's own metrics under the names below.
//!
//! A byte of an object counts once a scan, however often and by whatever way it is read: by two splits of one file, from a
//! cache, or as part of a larger request. So the counts are the same warm and cold, and from run to run.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, MetricBuilder};
use object_store::path::Path;

use super::byte_ranges::ByteRanges;

/// Metric: stored bytes that the scan had to read.
pub const DATA_SCANNED_BYTES: &str = "data_scanned_bytes";
/// Metric: files opened, that is, of which bytes had to be read. What is ruled out by its partition is not.
pub const FILES_SCANNED: &str = "files_scanned";
/// Metric: row groups (stripes) of the files opened.
pub const ROW_GROUPS_TOTAL: &str = "row_groups_total";
/// Metric: row groups (stripes) of which data was read.
pub const ROW_GROUPS_SCANNED: &str = "row_groups_scanned";
/// Metric: how far the scan is, in bytes of its files; for a progress bar.
pub const PROGRESS_BYTES: &str = "progress_bytes";

/// The counts of one scan node, shared by all its partitions.
#[derive(Debug, Default)]
pub struct ScanAccounting {
    counters: OnceLock<Counters>,
    files: Mutex<HashMap<Path, Arc<Mutex<FileState>>>>,
}

#[derive(Debug)]
struct Counters {
    data_scanned_bytes: Count,
    files_scanned: Count,
    row_groups_total: Count,
    row_groups_scanned: Count,
    progress_bytes: Count,
}

#[derive(Debug, Default)]
struct FileState {
    is_opened: bool,
    scanned: ByteRanges,
    row_groups_known: bool,
    row_groups_scanned: ByteRanges,
    progressed: ByteRanges,
}

impl ScanAccounting {
    /// The account of one file. `metrics` are the scan node's.
    pub fn open_file(
        self: &Arc<Self>,
        metrics: &ExecutionPlanMetricsSet,
        location: &Path,
    ) -> FileAccount {
        self.counters.get_or_init(|| {
            let counter = |name: &'static str| MetricBuilder::new(metrics).global_counter(name);
            Counters {
                data_scanned_bytes: counter(DATA_SCANNED_BYTES),
                files_scanned: counter(FILES_SCANNED),
                row_groups_total: counter(ROW_GROUPS_TOTAL),
                row_groups_scanned: counter(ROW_GROUPS_SCANNED),
                progress_bytes: counter(PROGRESS_BYTES),
            }
        });
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let state = files.entry(location.clone()).or_default();
        FileAccount {
            scan: Arc::clone(self),
            state: Arc::clone(state),
        }
    }
}

/// Counts what is read of one file.
#[derive(Debug, Clone)]
pub struct FileAccount {
    scan: Arc<ScanAccounting>,
    state: Arc<Mutex<FileState>>,
}

impl FileAccount {
    /// The scan had to read these bytes.
    pub fn scanned(&self, range: Range<u64>) {
        self.with(|state, counters| {
            if !std::mem::replace(&mut state.is_opened, true) {
                counters.files_scanned.add(1);
            }
            add(&counters.data_scanned_bytes, state.scanned.insert(range));
        });
    }

    /// The file has so many row groups.
    pub fn has_row_groups(&self, total: usize) {
        self.with(|state, counters| {
            if !std::mem::replace(&mut state.row_groups_known, true) {
                counters.row_groups_total.add(total);
            }
        });
    }

    /// Data of the row group of that index is read.
    pub fn row_group_scanned(&self, index: u64) {
        self.with(|state, counters| {
            let new = state
                .row_groups_scanned
                .insert(index..index.saturating_add(1));
            add(&counters.row_groups_scanned, new);
        });
    }

    /// The scan is done with this part of the file, whether it had to read it or not.
    pub fn progressed(&self, range: Range<u64>) {
        self.with(|state, counters| {
            add(&counters.progress_bytes, state.progressed.insert(range));
        });
    }

    fn with(&self, change: impl FnOnce(&mut FileState, &Counters)) {
        if let Some(counters) = self.scan.counters.get() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut state, counters);
        }
    }
}

fn add(counter: &Count, amount: u64) {
    counter.add(usize::try_from(amount).unwrap_or(usize::MAX));
}
