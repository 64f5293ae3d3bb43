//! What scanning one ORC file would read: its tail, its stripes' footers and indexes, and the projected columns' streams.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::physical_expr::PhysicalExpr;

use super::file::OrcFile;
use super::opener::projection_mask;
use super::prune::OrcPruner;
use super::stripe_scan::plan_stripe;
use crate::error::Result;
use crate::formats::byte_ranges::ByteRanges;
use crate::formats::column_mapping::{ColumnMapping, MappedColumns};
use crate::formats::estimate::ScanEstimate;
use crate::formats::object_reader::ObjectReader;

/// Estimates one file; `columns` are indexes into the declared file schema.
pub async fn estimate_orc(
    reader: &ObjectReader,
    config: &FileScanConfig,
    mapping: ColumnMapping,
    columns: &BTreeSet<usize>,
    predicate: Option<&Arc<dyn PhysicalExpr>>,
) -> Result<ScanEstimate> {
    let file = OrcFile::open(reader.clone()).await?;
    let declared = config.file_schema();
    let resolved = mapping.resolve(declared, &file.physical);
    let mut roots: Vec<usize> = columns
        .iter()
        .filter_map(|column| resolved.get(*column).copied().flatten())
        .collect();
    roots.sort_unstable();
    roots.dedup();
    let mut scanned = ByteRanges::default();
    let mut data_scanned_bytes = scanned.insert(file.tail.range.clone());
    let mut row_groups_scanned = 0;
    if !roots.is_empty() {
        let adapter =
            MappedColumns::new(resolved, Arc::clone(declared), Arc::clone(&file.physical));
        let pruner =
            predicate.and_then(|predicate| OrcPruner::new(predicate, declared, &adapter, &file));
        let kept = match &pruner {
            Some(pruner) => pruner.stripes(&file)?,
            None => vec![true; file.stripes.len()],
        };
        let projected = file.root().project(&projection_mask(&file, &roots));
        for (stripe, kept) in file.metadata().stripe_metadatas().iter().zip(kept) {
            if !kept {
                continue;
            }
            let scan = plan_stripe(&file, stripe, &projected, pruner.as_ref()).await?;
            let data: Vec<Range<u64>> = match scan.rows {
                Some(rows) => {
                    row_groups_scanned += 1;
                    rows.data_ranges
                }
                None => Vec::new(),
            };
            for range in scan.metadata_ranges.into_iter().chain(data) {
                data_scanned_bytes += scanned.insert(range);
            }
        }
    }
    Ok(ScanEstimate {
        data_scanned_bytes,
        files: 1,
        row_groups_total: u64::try_from(file.stripes.len()).ok(),
        row_groups_scanned: Some(row_groups_scanned),
    })
}
