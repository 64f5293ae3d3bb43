//! `OrcPruner`: which stripes, and which row groups in them, a predicate rules out by their statistics.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_expr::utils::{collect_columns, conjunction};
use datafusion::physical_expr_adapter::PhysicalExprAdapter;
use datafusion::physical_expr_common::physical_expr::snapshot_physical_expr;
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};
use orc_rust::bloom_filter::BloomFilter;
use orc_rust::proto::stream::Kind;
use orc_rust::proto::{BloomFilterIndex, ColumnStatistics, RowIndex};
use orc_rust::row_selection::{RowSelection, RowSelector};
use orc_rust::schema::DataType as OrcType;
use orc_rust::stripe::StripeMetadata;
use prost::Message;

use super::file::{OrcFile, invalid};
use super::statistics::OrcStatistics;
use super::stripe_streams::StripeStreams;
use crate::error::Result;

/// A scan's predicate over one file's columns.
pub(super) struct OrcPruner {
    predicate: PruningPredicate,
    /// The root columns that it looks at.
    columns: BTreeSet<usize>,
}

/// What of a stripe is left.
pub(super) enum StripePruning {
    /// Nothing.
    Skipped,
    /// All of it.
    Whole,
    /// Some of its row groups.
    Some(RowSelection),
}

impl OrcPruner {
    /// A pruner for a predicate over the declared columns; `None` where it rules nothing out, or cannot be told to.
    pub(super) fn new(
        predicate: &Arc<dyn PhysicalExpr>,
        declared: &SchemaRef,
        adapter: &dyn PhysicalExprAdapter,
        file: &OrcFile,
    ) -> Option<OrcPruner> {
        let predicate = snapshot_physical_expr(Arc::clone(predicate)).ok()?;
        // Partition keys come after the files' columns, and are decided before files are opened.
        let of_files = |part: &&Arc<dyn PhysicalExpr>| {
            collect_columns(part)
                .iter()
                .all(|column| column.index() < declared.fields().len())
        };
        // A part that a file's types do not fit is left out here; the scan says so when it reads the column.
        let parts: Vec<_> = split_conjunction(&predicate)
            .into_iter()
            .filter(of_files)
            .filter_map(|part| adapter.rewrite(Arc::clone(part)).ok())
            .collect();
        if parts.is_empty() {
            return None;
        }
        let predicate = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(&file.physical))
            .try_build(conjunction(parts))
            .ok()?;
        if predicate.always_true() {
            return None;
        }
        let columns = collect_columns(predicate.orig_expr())
            .iter()
            .map(|column| column.index())
            .collect();
        Some(OrcPruner { predicate, columns })
    }

    /// For each stripe whether it may have rows that match.
    pub(super) fn stripes(&self, file: &OrcFile) -> Result<Vec<bool>> {
        let stripes = file.metadata().stripe_metadatas();
        let statistics = file.stripe_statistics()?;
        if statistics.len() != stripes.len() {
            return Ok(vec![true; stripes.len()]);
        }
        let columns = self.by_root_column(file, |id| {
            statistics
                .iter()
                .map(|stripe| stripe.get(id).cloned())
                .collect()
        });
        let statistics = OrcStatistics {
            schema: Arc::clone(&file.physical),
            rows: stripes.iter().map(StripeMetadata::number_of_rows).collect(),
            bloom_filters: vec![None; columns.len()],
            columns,
        };
        Ok(self.kept(&statistics))
    }

    /// Where the stripe's indexes lie that the predicate can use, by column and kind.
    pub(super) fn index_ranges(
        &self,
        file: &OrcFile,
        streams: &StripeStreams,
    ) -> Vec<(u32, Kind, Range<u64>)> {
        if file.row_index_stride().is_none() {
            return Vec::new();
        }
        let ids: BTreeSet<u32> = self
            .columns
            .iter()
            .filter_map(|column| u32::try_from(column_id(file, *column)?).ok())
            .collect();
        streams
            .iter()
            .filter(|(column, kind, _)| {
                let is_index = *kind == Kind::RowIndex
                    || (*kind == Kind::BloomFilterUtf8 && file.has_sound_bloom_filters());
                is_index && ids.contains(column)
            })
            .collect()
    }

    /// Which row groups of a stripe may have rows that match, told by its indexes.
    pub(super) fn row_groups(
        &self,
        file: &OrcFile,
        stripe: &StripeMetadata,
        indexes: &[(u32, Kind, Bytes)],
    ) -> Result<StripePruning> {
        let Some(stride) = file.row_index_stride() else {
            return Ok(StripePruning::Whole);
        };
        let total = usize::try_from(stripe.number_of_rows()).unwrap_or(usize::MAX);
        let groups = total.div_ceil(stride);
        let mut statistics = OrcStatistics {
            schema: Arc::clone(&file.physical),
            rows: (0..groups)
                .map(|group| stride.min(total.saturating_sub(group * stride)))
                .map(|rows| u64::try_from(rows).unwrap_or(u64::MAX))
                .collect(),
            columns: vec![None; file.physical.fields().len()],
            bloom_filters: vec![None; file.physical.fields().len()],
        };
        for column in &self.columns {
            let Some(id) = column_id(file, *column) else {
                continue;
            };
            for (of, kind, bytes) in indexes {
                if usize::try_from(*of) != Ok(id) {
                    continue;
                }
                let plain = file.decompressed(bytes.clone())?;
                if *kind == Kind::RowIndex {
                    let index = RowIndex::decode(plain.as_slice())
                        .map_err(|error| invalid(&file.reader, error))?;
                    let entries: Option<Vec<ColumnStatistics>> = index
                        .entry
                        .into_iter()
                        .map(|entry| entry.statistics)
                        .collect();
                    let entries = entries.filter(|entries| entries.len() == groups);
                    if let Some(slot) = statistics.columns.get_mut(*column) {
                        *slot = entries;
                    }
                } else {
                    let index = BloomFilterIndex::decode(plain.as_slice())
                        .map_err(|error| invalid(&file.reader, error))?;
                    let filters: Option<Vec<BloomFilter>> = index
                        .bloom_filter
                        .iter()
                        .map(BloomFilter::try_from_proto)
                        .collect();
                    let filters = filters.filter(|filters| filters.len() == groups);
                    if let Some(slot) = statistics.bloom_filters.get_mut(*column) {
                        *slot = filters;
                    }
                }
            }
        }
        let kept = self.kept(&statistics);
        if kept.iter().all(|kept| *kept) {
            return Ok(StripePruning::Whole);
        }
        if kept.iter().all(|kept| !*kept) {
            return Ok(StripePruning::Skipped);
        }
        let selectors: Vec<RowSelector> = kept
            .iter()
            .enumerate()
            .map(|(group, kept)| {
                let rows = stride.min(total.saturating_sub(group * stride));
                if *kept {
                    RowSelector::select(rows)
                } else {
                    RowSelector::skip(rows)
                }
            })
            .collect();
        Ok(StripePruning::Some(RowSelection::from(selectors)))
    }

    fn kept(&self, statistics: &OrcStatistics) -> Vec<bool> {
        // Statistics that cannot be compared rule nothing out.
        self.predicate
            .prune(statistics)
            .unwrap_or_else(|_| vec![true; statistics.rows.len()])
    }

    /// What `find` gives for the ids of the columns that the predicate looks at.
    fn by_root_column<T>(
        &self,
        file: &OrcFile,
        find: impl Fn(usize) -> Option<Vec<T>>,
    ) -> Vec<Option<Vec<T>>> {
        (0..file.physical.fields().len())
            .map(|column| {
                let wanted = self.columns.contains(&column);
                find(column_id(file, column).filter(|_| wanted)?)
            })
            .collect()
    }
}

/// A root column's place among all columns of the file; `None` for types whose statistics are not those of what is read.
pub(super) fn column_id(file: &OrcFile, root_column: usize) -> Option<usize> {
    let column = file.root().children().get(root_column)?;
    match column.data_type() {
        // Writers differ in whether they pad what they take statistics of.
        OrcType::Char { .. } => None,
        other => Some(other.column_index()),
    }
}
