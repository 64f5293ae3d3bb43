//! `QueryAccounting`: gathers a query's counts while it runs: from the planner, from the plan's own metrics, and from the stores.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use datafusion::execution::memory_pool::MemoryPool;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricsSet;
use prismlake_connectors::formats::estimate::ScanEstimate;
use prismlake_connectors::formats::scan_accounting::{
    DATA_SCANNED_BYTES, FILES_SCANNED, PROGRESS_BYTES, ROW_GROUPS_SCANNED, ROW_GROUPS_TOTAL,
};
use prismlake_connectors::store::{RequestMeter, RequestTotals};

use super::report::{QueryReport, RequestCounts};

/// What planning one table scan found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ScanPlanned {
    /// Partitions of the table; absent for a table without partition keys.
    pub(crate) partitions_total: Option<u64>,
    /// Partitions that pruning kept.
    pub(crate) partitions_scanned: Option<u64>,
    /// Files of the partitions kept.
    pub(crate) files_total: u64,
    /// Their size.
    pub(crate) bytes_total: u64,
    /// The size of those that are not opened, as what is known of them rules them out.
    pub(crate) bytes_pruned: u64,
}

/// How far a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueryProgress {
    /// Bytes of the files that the scans are done with.
    pub bytes_done: u64,
    /// Bytes of all files to scan; absent while the query is planned.
    pub bytes_total: Option<u64>,
}

/// The counts of one query. Shared by its planner, its execution and whoever watches it.
#[derive(Debug, Default)]
pub(crate) struct QueryAccounting {
    meter: Arc<RequestMeter>,
    scans: Mutex<Vec<ScanPlanned>>,
    plan: OnceLock<Arc<dyn ExecutionPlan>>,
    estimate: OnceLock<ScanEstimate>,
    rows: AtomicU64,
    peak_memory_bytes: AtomicU64,
}

impl QueryAccounting {
    pub(crate) fn meter(&self) -> &Arc<RequestMeter> {
        &self.meter
    }

    /// A table scan was planned.
    pub(crate) fn scan_planned(&self, scan: ScanPlanned) {
        self.scans
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scan);
    }

    /// The plan that runs; its metrics are read from now on.
    pub(crate) fn plan_started(&self, plan: Arc<dyn ExecutionPlan>) {
        // A query runs one plan, so a second value cannot come.
        let _ = self.plan.set(plan);
    }

    /// The plan that runs or ran.
    pub(crate) fn plan(&self) -> Option<&Arc<dyn ExecutionPlan>> {
        self.plan.get()
    }

    /// Nothing will run; these numbers stand for what would be scanned.
    pub(crate) fn estimated(&self, estimate: ScanEstimate) {
        let _ = self.estimate.set(estimate);
    }

    pub(crate) fn add_rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// Remembers the most memory seen reserved.
    pub(crate) fn memory_seen(&self, pool: &dyn MemoryPool) {
        let reserved = u64::try_from(pool.reserved()).unwrap_or(u64::MAX);
        self.peak_memory_bytes
            .fetch_max(reserved, Ordering::Relaxed);
    }

    pub(crate) fn progress(&self) -> QueryProgress {
        let scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
        let total = scans
            .iter()
            .map(|scan| scan.bytes_total.saturating_sub(scan.bytes_pruned))
            .sum();
        QueryProgress {
            bytes_done: self.plan_counts().progress_bytes,
            bytes_total: self.plan.get().is_some().then_some(total),
        }
    }

    /// Writes every count into the report.
    pub(crate) fn fill(&self, report: &mut QueryReport) {
        report.rows = self.rows.load(Ordering::Relaxed);
        let RequestTotals {
            get,
            list,
            head,
            put,
            delete,
            bytes_fetched,
        } = self.meter.totals();
        report.bytes_fetched = bytes_fetched;
        report.requests = RequestCounts {
            get,
            list,
            head,
            put,
            delete,
        };
        self.fill_planned(report);
        if let Some(estimate) = self.estimate.get() {
            report.data_scanned_bytes = estimate.data_scanned_bytes;
            report.files_scanned = Some(estimate.files);
            report.row_groups_total = estimate.row_groups_total;
            report.row_groups_scanned = estimate.row_groups_scanned;
            return;
        }
        if self.plan.get().is_none() {
            return;
        }
        let counts = self.plan_counts();
        report.data_scanned_bytes = counts.data_scanned_bytes;
        report.spilled_bytes = Some(counts.spilled_bytes);
        report.peak_memory_bytes = Some(self.peak_memory_bytes.load(Ordering::Relaxed));
        if report.files_total.is_some() {
            report.files_scanned = Some(counts.files_scanned);
            report.rows_scanned = Some(counts.rows_scanned);
        }
        if counts.row_groups_total > 0 {
            report.row_groups_total = Some(counts.row_groups_total);
            report.row_groups_scanned = Some(counts.row_groups_scanned);
        }
    }

    fn fill_planned(&self, report: &mut QueryReport) {
        let scans = self.scans.lock().unwrap_or_else(PoisonError::into_inner);
        if scans.is_empty() {
            return;
        }
        let sum_known = |number: fn(&ScanPlanned) -> Option<u64>| {
            scans
                .iter()
                .filter_map(number)
                .fold(None, |sum: Option<u64>, value| {
                    Some(sum.unwrap_or(0) + value)
                })
        };
        report.partitions_total = sum_known(|scan| scan.partitions_total);
        report.partitions_scanned = sum_known(|scan| scan.partitions_scanned);
        report.files_total = Some(scans.iter().map(|scan| scan.files_total).sum());
        report.data_total_bytes = Some(scans.iter().map(|scan| scan.bytes_total).sum());
    }

    fn plan_counts(&self) -> PlanCounts {
        let mut counts = PlanCounts::default();
        if let Some(plan) = self.plan.get() {
            counts.add_plan(plan.as_ref());
        }
        counts
    }
}

/// Sums over the nodes of a plan.
#[derive(Debug, Default)]
struct PlanCounts {
    data_scanned_bytes: u64,
    files_scanned: u64,
    row_groups_total: u64,
    row_groups_scanned: u64,
    rows_scanned: u64,
    progress_bytes: u64,
    spilled_bytes: u64,
}

impl PlanCounts {
    fn add_plan(&mut self, plan: &dyn ExecutionPlan) {
        if let Some(metrics) = plan.metrics() {
            let sum = |name: &str| {
                metrics
                    .sum_by_name(name)
                    .map_or(0, |value| u64::try_from(value.as_usize()).unwrap_or(0))
            };
            self.data_scanned_bytes += sum(DATA_SCANNED_BYTES);
            self.files_scanned += sum(FILES_SCANNED);
            self.row_groups_total += sum(ROW_GROUPS_TOTAL);
            self.row_groups_scanned += sum(ROW_GROUPS_SCANNED);
            self.progress_bytes += sum(PROGRESS_BYTES);
            self.spilled_bytes += count(metrics.spilled_bytes());
            if is_scan(&metrics) {
                self.rows_scanned += count(metrics.output_rows());
            }
        }
        for child in plan.children() {
            self.add_plan(child.as_ref());
        }
    }
}

/// Scan nodes are told by the counters that only they have.
fn is_scan(metrics: &MetricsSet) -> bool {
    metrics.sum_by_name(FILES_SCANNED).is_some()
}

fn count(value: Option<usize>) -> u64 {
    value
        .and_then(|value| u64::try_from(value).ok())
        .unwrap_or(0)
}
