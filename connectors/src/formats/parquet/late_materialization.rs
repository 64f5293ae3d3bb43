//! Late materialization, decided file by file: where a predicate keeps so few rows that most pages of the other columns
//! hold none of them, those pages are neither read nor decoded.
//!
//! It does not pay otherwise. Measured on 4,000,000 rows of six columns (whole queries, local files): with matches in every page
//! it takes 1.0 to 1.3 times as long, with four or eighty matches in all 0.4 to 0.8 times. So the first rows of each file are
//! read in the plain way while the predicate's matches are counted, and what is counted decides on the rest. A decision
//! depends on its file alone, so that a query scans the same bytes in every run.

use std::collections::VecDeque;
use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::AsArray;
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSource, ParquetSource};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{DynamicFilterTracking, PhysicalExpr};
use datafusion_datasource::morsel::{Morsel, MorselPlan, MorselPlanner, Morselizer};
use datafusion_datasource_parquet::ParquetAccessPlan;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::ObjectStore;
use parquet::arrow::arrow_reader::RowSelector;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::reader::{MeteredReaderFactory, PagesSkipped, chunk_range};
use crate::formats::failure_context::MorselizerFactory;
use crate::formats::object_reader::{ObjectReader, split_range};

/// A page is worth skipping if fewer than this many of the rows kept are expected in it.
const MATCHES_A_PAGE_MAX: f64 = 0.5;
/// Rows of a row group that are read before it is chosen: a few pages of most columns.
const PROBE_ROWS: usize = 65_536;
/// Where parquet-mr, Arrow and this writer end a page.
const PAGE_BYTES: f64 = 1_048_576.0;
const PAGE_ROWS_MAX: f64 = 20_000.0;

/// Makes morselizers that choose for each file.
#[derive(Debug)]
pub(super) struct LateMaterialization(pub(super) Arc<MeteredReaderFactory>);

impl MorselizerFactory for LateMaterialization {
    fn create(
        &self,
        source: &dyn FileSource,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        let plain = source.create_morselizer(Arc::clone(&store), config, partition)?;
        let Some(source) = source.downcast_ref::<ParquetSource>() else {
            return Ok(plain);
        };
        let Some(observed) = ObservedPredicate::of(source)? else {
            return Ok(plain);
        };
        let late = source
            .clone()
            .with_pushdown_filters(true)
            .create_morselizer(store, config, partition)?;
        Ok(Box::new(ChoosingMorselizer {
            ways: Arc::new(Ways {
                plain,
                late,
                observed,
                readers: Arc::clone(&self.0),
            }),
        }))
    }
}

/// A scan's predicate over the columns that the scan gives out.
#[derive(Debug)]
struct ObservedPredicate(Arc<dyn PhysicalExpr>);

impl ObservedPredicate {
    /// `None` where there is nothing to choose: without a predicate, with one that changes while the query runs, or without
    /// a column besides those of the predicate.
    fn of(source: &ParquetSource) -> Result<Option<Self>> {
        let (Some(predicate), Some(projection)) = (source.filter(), source.projection()) else {
            return Ok(None);
        };
        if DynamicFilterTracking::classify(&predicate).contains_dynamic_filter() {
            return Ok(None);
        }
        let file_columns = source.table_schema().file_schema().fields().len();
        let given: Vec<Option<usize>> = projection
            .iter()
            .map(|projected| Some(projected.expr.downcast_ref::<Column>()?.index()))
            .collect();
        let needed = collect_columns(&predicate);
        let besides = given.iter().flatten().any(|index| {
            *index < file_columns && !needed.iter().any(|column| column.index() == *index)
        });
        if !besides {
            return Ok(None);
        }
        let mut all_given = true;
        let over_output = predicate.transform(|expr| {
            let Some(column) = expr.downcast_ref::<Column>() else {
                return Ok(Transformed::no(expr));
            };
            let place = given
                .iter()
                .position(|index| *index == Some(column.index()));
            Ok(match place {
                Some(place) => Transformed::yes(Arc::new(Column::new(column.name(), place))),
                None => {
                    all_given = false;
                    Transformed::no(expr)
                }
            })
        })?;
        Ok(all_given.then_some(ObservedPredicate(over_output.data)))
    }

    /// Counts a batch; what the predicate fails on is left for the query itself to fail on.
    fn observe(&self, batch: &RecordBatch, evidence: &Evidence) {
        let kept = self
            .0
            .evaluate(batch)
            .and_then(|kept| kept.into_array(batch.num_rows()));
        let Some(kept) = kept
            .ok()
            .as_ref()
            .and_then(|kept| kept.as_boolean_opt().cloned())
        else {
            return;
        };
        let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        evidence
            .rows
            .fetch_add(count(kept.len()), Ordering::Relaxed);
        evidence
            .kept
            .fetch_add(count(kept.true_count()), Ordering::Relaxed);
    }
}

/// How many rows were seen and how many of them the predicate keeps.
#[derive(Debug, Default)]
struct Evidence {
    rows: AtomicU64,
    kept: AtomicU64,
}

struct Ways {
    plain: Box<dyn Morselizer>,
    late: Box<dyn Morselizer>,
    observed: ObservedPredicate,
    readers: Arc<MeteredReaderFactory>,
}

#[derive(Clone)]
struct ChoosingMorselizer {
    ways: Arc<Ways>,
}

impl Debug for ChoosingMorselizer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.ways.plain.fmt(formatter)
    }
}

impl Morselizer for ChoosingMorselizer {
    fn plan_file(&self, file: PartitionedFile) -> Result<Box<dyn MorselPlanner>> {
        if file.extension::<ParquetAccessPlan>().is_some() {
            return self.ways.plain.plan_file(file);
        }
        Ok(Box::new(FooterPlanner {
            ways: Arc::clone(&self.ways),
            file: Box::new(file),
        }))
    }
}

/// Looks at a file's footer: whether it has row groups enough to choose for, and pages that can be skipped.
struct FooterPlanner {
    ways: Arc<Ways>,
    file: Box<PartitionedFile>,
}

impl Debug for FooterPlanner {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FooterPlanner")
            .finish_non_exhaustive()
    }
}

impl MorselPlanner for FooterPlanner {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        let FooterPlanner { ways, file } = *self;
        let planner = async move {
            let reader = ObjectReader::new(
                Arc::clone(&ways.readers.store),
                &ways.readers.base,
                file.object_meta.clone(),
            );
            // A footer that cannot be read is for the scan itself to report.
            let Ok((footer, _)) = ways.readers.footers.read(&reader).await else {
                return ways.plain.plan_file(*file);
            };
            let groups = groups_of(&footer.metadata, split_range(&file));
            match rows_a_page(&footer.metadata) {
                Some(rows_a_page)
                    if groups.len() > 1 || groups.iter().any(|group| group.rows > PROBE_ROWS) =>
                {
                    Ok(Box::new(Rounds {
                        group_count: footer.metadata.num_row_groups(),
                        unread: groups,
                        probed: Vec::new(),
                        rows_a_page,
                        probe_groups: 1,
                        evidence: Arc::default(),
                        running: VecDeque::new(),
                        ways,
                        file,
                    }) as Box<dyn MorselPlanner>)
                }
                _ => ways.plain.plan_file(*file),
            }
        };
        Ok(Some(MorselPlan::new().with_pending_planner(planner)))
    }
}

/// A row group of the file.
#[derive(Debug, Clone, Copy)]
struct Group {
    index: usize,
    rows: usize,
}

/// The row groups that a split of the file reads: those that begin in it, as DataFusion has it.
fn groups_of(metadata: &ParquetMetaData, split: Option<Range<u64>>) -> VecDeque<Group> {
    let begins_in = |group: &RowGroupMetaData| {
        let start = group
            .columns()
            .first()
            .map(|chunk| chunk_range(chunk).start);
        split
            .as_ref()
            .is_none_or(|split| start.is_some_and(|start| split.contains(&start)))
    };
    metadata
        .row_groups()
        .iter()
        .enumerate()
        .filter(|(_, group)| begins_in(group))
        .map(|(index, group)| Group {
            index,
            rows: usize::try_from(group.num_rows()).unwrap_or(0),
        })
        .collect()
}

/// Rows of a typical page of the column with the most bytes, for its pages are the ones worth skipping. `None` where nothing
/// tells where pages lie. Writers end a page at 1 MiB or at 20,000 rows: the page index itself would have to be read.
fn rows_a_page(metadata: &ParquetMetaData) -> Option<f64> {
    let group = metadata.row_groups().first()?;
    let largest = group
        .columns()
        .iter()
        .filter(|chunk| chunk.offset_index_offset().is_some())
        .max_by_key(|chunk| chunk.uncompressed_size())?;
    let rows = f64::from(u32::try_from(group.num_rows()).ok()?);
    let bytes = f64::from(u32::try_from(largest.uncompressed_size()).unwrap_or(u32::MAX)).max(1.0);
    Some((rows * PAGE_BYTES / bytes).min(PAGE_ROWS_MAX))
}

/// One file's row groups, read in rounds: plainly until the predicate was seen at work, then all others in the way that pays.
struct Rounds {
    ways: Arc<Ways>,
    file: Box<PartitionedFile>,
    /// Row groups that no round has looked at.
    unread: VecDeque<Group>,
    /// Row groups of which the first rows are read.
    probed: Vec<Group>,
    group_count: usize,
    rows_a_page: f64,
    /// How many the next round probes; doubled while statistics prune all of them, so that few rounds are in vain.
    probe_groups: usize,
    evidence: Arc<Evidence>,
    /// The planners of the round under way.
    running: VecDeque<Box<dyn MorselPlanner>>,
}

impl Debug for Rounds {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rounds")
            .field("unread", &self.unread)
            .finish_non_exhaustive()
    }
}

impl Rounds {
    /// The next round's planner. Called when every batch of the rounds before is consumed.
    fn next_round(&mut self) -> Result<Option<Box<dyn MorselPlanner>>> {
        let mut access = ParquetAccessPlan::new_none(self.group_count);
        let seen = |count: &AtomicU64| {
            u32::try_from(count.load(Ordering::Relaxed)).map_or(f64::MAX, f64::from)
        };
        let (rows, kept) = (seen(&self.evidence.rows), seen(&self.evidence.kept));
        if rows == 0.0 && !self.unread.is_empty() {
            let taken = self.probe_groups.min(self.unread.len());
            self.probe_groups = self.probe_groups.saturating_mul(2);
            for group in self.unread.drain(..taken) {
                access.scan(group.index);
                if group.rows > PROBE_ROWS {
                    let first = RowSelector::select(PROBE_ROWS);
                    let others = RowSelector::skip(group.rows - PROBE_ROWS);
                    access.scan_selection(group.index, vec![first, others].into());
                    self.probed.push(group);
                }
            }
            let file = self.file.as_ref().clone().with_extension(access);
            return self.ways.plain.plan_file(file).map(Some);
        }
        if self.probed.is_empty() && self.unread.is_empty() {
            return Ok(None);
        }
        for group in std::mem::take(&mut self.probed) {
            let first = RowSelector::skip(PROBE_ROWS);
            let others = RowSelector::select(group.rows - PROBE_ROWS);
            access.scan(group.index);
            access.scan_selection(group.index, vec![first, others].into());
        }
        for group in std::mem::take(&mut self.unread) {
            access.scan(group.index);
        }
        let file = self.file.as_ref().clone().with_extension(access);
        let rare = rows > 0.0 && kept / rows * self.rows_a_page < MATCHES_A_PAGE_MAX;
        if rare {
            let file = file.with_extension(PagesSkipped);
            return self.ways.late.plan_file(file).map(Some);
        }
        self.ways.plain.plan_file(file).map(Some)
    }

    /// Whether a later round depends on what this one sees.
    fn is_probing(&self) -> bool {
        !self.probed.is_empty() || !self.unread.is_empty()
    }
}

impl MorselPlanner for Rounds {
    fn plan(mut self: Box<Self>) -> Result<Option<MorselPlan>> {
        let current = match self.running.pop_front() {
            Some(planner) => planner,
            None => match self.next_round()? {
                Some(planner) => planner,
                None => return Ok(None),
            },
        };
        let mut plan = current.plan()?.unwrap_or_default();
        let observed: Vec<Box<dyn Morsel>> = plan
            .take_morsels()
            .into_iter()
            .map(|inner| -> Box<dyn Morsel> {
                if !self.is_probing() {
                    return inner;
                }
                Box::new(ObservedMorsel {
                    inner,
                    ways: Arc::clone(&self.ways),
                    evidence: Arc::clone(&self.evidence),
                })
            })
            .collect();
        for planner in plan.take_ready_planners().into_iter().rev() {
            self.running.push_front(planner);
        }
        let mut next = MorselPlan::new().with_morsels(observed);
        match plan.take_pending_planner() {
            Some(pending) => next.set_pending_planner(async move {
                let ready = pending.into_future().await?;
                self.running.push_front(ready);
                Ok(self as Box<dyn MorselPlanner>)
            }),
            None => next = next.with_planners(vec![self]),
        }
        Ok(Some(next))
    }
}

/// A morsel whose batches are counted as they pass.
struct ObservedMorsel {
    inner: Box<dyn Morsel>,
    ways: Arc<Ways>,
    evidence: Arc<Evidence>,
}

impl Debug for ObservedMorsel {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

impl Morsel for ObservedMorsel {
    fn into_stream(self: Box<Self>) -> BoxStream<'static, Result<RecordBatch>> {
        let ObservedMorsel {
            inner,
            ways,
            evidence,
        } = *self;
        inner
            .into_stream()
            .inspect(move |batch| {
                if let Ok(batch) = batch {
                    ways.observed.observe(batch, &evidence);
                }
            })
            .boxed()
    }
}
