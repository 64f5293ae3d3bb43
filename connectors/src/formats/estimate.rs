//! What a scan would read, told from metadata alone: the number behind `--dry-run`.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::physical_expr::utils::collect_columns;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::column_mapping::ColumnMapping;
use super::failure_context::NamedFailures;
use super::object_reader::ObjectReader;
use super::orc::{OrcSource, estimate_orc};
use super::parquet::{FooterCache, estimate_parquet};
use crate::error::Result;
use crate::object_uri::ObjectUri;

/// How many files' footers are read at once.
const FOOTERS_IN_FLIGHT: usize = 32;

/// What a scan would read. Row groups are absent for formats that have none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanEstimate {
    /// Stored bytes that would be scanned. Page pruning and LIMIT may make it less.
    pub data_scanned_bytes: u64,
    /// Files that would be opened.
    pub files: u64,
    /// Row groups (stripes) of these files.
    pub row_groups_total: Option<u64>,
    /// Row groups (stripes) that statistics do not rule out.
    pub row_groups_scanned: Option<u64>,
}

impl ScanEstimate {
    /// Adds another scan's or file's numbers.
    pub fn add(&mut self, other: ScanEstimate) {
        let sum = |left: Option<u64>, right: Option<u64>| match (left, right) {
            (Some(left), Some(right)) => Some(left + right),
            (known, None) | (None, known) => known,
        };
        self.data_scanned_bytes += other.data_scanned_bytes;
        self.files += other.files;
        self.row_groups_total = sum(self.row_groups_total, other.row_groups_total);
        self.row_groups_scanned = sum(self.row_groups_scanned, other.row_groups_scanned);
    }
}

/// Estimates one scan node. Reads footers, no data.
pub async fn estimate_scan(
    config: &FileScanConfig,
    store: Arc<dyn ObjectStore>,
    base: &ObjectUri,
    footers: &FooterCache,
) -> Result<ScanEstimate> {
    let source = config.file_source();
    let source = source
        .downcast_ref::<NamedFailures>()
        .map_or(source, |named| named.inner());
    let reads = if source.file_type() == "parquet" {
        Reads::Parquet
    } else if let Some(orc) = source.downcast_ref::<OrcSource>() {
        Reads::Orc(orc.mapping())
    } else {
        Reads::WholeObjects
    };
    let columns = file_columns(config);
    let predicate = source.filter();
    // A file that is split over partitions is one file.
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for file in config.file_groups.iter().flat_map(|group| group.iter()) {
        if seen.insert(file.object_meta.location.clone()) {
            files.push(file.object_meta.clone());
        }
    }
    futures::stream::iter(files)
        .map(|meta| {
            let reader = ObjectReader::new(Arc::clone(&store), base, meta);
            let (columns, predicate) = (&columns, predicate.clone());
            async move {
                match reads {
                    Reads::Parquet => {
                        estimate_parquet(&reader, config, columns, predicate, footers).await
                    }
                    Reads::Orc(mapping) => {
                        estimate_orc(&reader, config, mapping, columns, predicate.as_ref()).await
                    }
                    Reads::WholeObjects => Ok(ScanEstimate {
                        data_scanned_bytes: reader.size(),
                        files: 1,
                        ..ScanEstimate::default()
                    }),
                }
            }
        })
        .buffer_unordered(FOOTERS_IN_FLIGHT)
        .try_fold(ScanEstimate::default(), |mut sum, file| async move {
            sum.add(file);
            Ok(sum)
        })
        .await
}

/// What a source reads of a file.
#[derive(Debug, Clone, Copy)]
enum Reads {
    /// Footer and projected column chunks.
    Parquet,
    /// Tail, stripe footers and projected streams.
    Orc(ColumnMapping),
    /// Everything, as text must be.
    WholeObjects,
}

/// The columns of the files' declared schema that the scan's projection reads.
fn file_columns(config: &FileScanConfig) -> BTreeSet<usize> {
    let width = config.file_schema().fields().len();
    match config.file_source().projection() {
        Some(projection) => projection
            .iter()
            .flat_map(|projected| collect_columns(&projected.expr))
            .map(|column| column.index())
            .filter(|index| *index < width)
            .collect(),
        None => (0..width).collect(),
    }
}
