//! `QueryHandle`: one submitted query in the hands of its client, from queued to its last row.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio_util::sync::CancellationToken;

use super::QueryId;
use super::accounting::{QueryAccounting, QueryProgress};
use super::report::{QueryReport, QueryState, ReportError, StatementClass};
use super::request::QueryRequest;
use super::service::QueryService;
use crate::error::{ErrorCode, QueryError, Result};
use crate::settings::PricingSettings;

/// The rows of a statement that has been planned, and what it is.
pub(crate) struct StartedStatement {
    pub(crate) schema: SchemaRef,
    pub(crate) rows: BoxStream<'static, Result<RecordBatch>>,
    /// Whether the rows are the statement's result, to be counted as rows returned.
    pub(crate) counts_rows: bool,
    /// Whether the rows' stream watches for the query's cancellation and ends by itself, after cleaning up.
    pub(crate) cancels_itself: bool,
}

impl StartedStatement {
    /// A statement that is done and returns nothing.
    pub(crate) fn done() -> Self {
        StartedStatement {
            schema: Arc::new(Schema::empty()),
            rows: futures::stream::empty().boxed(),
            counts_rows: false,
            cancels_itself: false,
        }
    }

    /// A statement whose rows are at hand.
    pub(crate) fn rows(batch: RecordBatch) -> Self {
        StartedStatement {
            schema: batch.schema(),
            rows: futures::stream::once(async { Ok(batch) }).boxed(),
            counts_rows: true,
            cancels_itself: false,
        }
    }
}

/// What the handle, the service and watchers share of one query.
#[derive(Debug)]
pub(crate) struct QueryShared {
    pub(crate) id: QueryId,
    pub(crate) request: QueryRequest,
    pub(crate) cancelled: CancellationToken,
    pub(crate) accounting: Arc<QueryAccounting>,
    pub(crate) submitted_at: DateTime<Utc>,
    pricing: PricingSettings,
    life: Mutex<Life>,
}

#[derive(Debug)]
struct Life {
    report: QueryReport,
    submitted: Instant,
    started: Option<Instant>,
    planned: Option<Instant>,
}

impl QueryShared {
    pub(crate) fn new(request: QueryRequest, pricing: PricingSettings) -> Self {
        let id = QueryId::generate();
        let mut report = QueryReport::queued(id);
        report.dry_run = request.dry_run;
        QueryShared {
            id,
            request,
            cancelled: CancellationToken::new(),
            accounting: Arc::default(),
            submitted_at: Utc::now(),
            pricing,
            life: Mutex::new(Life {
                report,
                submitted: Instant::now(),
                started: None,
                planned: None,
            }),
        }
    }

    fn life(&self) -> std::sync::MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn statement_parsed(&self, kind: &'static str, class: StatementClass) {
        let mut life = self.life();
        life.report.statement_type = Some(kind);
        life.report.statement_class = Some(class);
    }

    /// The report as of now.
    pub(crate) fn report(&self) -> QueryReport {
        let life = self.life();
        let mut report = life.report.clone();
        if matches!(report.state, QueryState::Queued | QueryState::Running) {
            self.complete(&life, &mut report);
        }
        report
    }

    fn begin(&self) {
        let mut life = self.life();
        life.started = Some(Instant::now());
        life.report.state = QueryState::Running;
    }

    fn planned(&self) {
        self.life().planned = Some(Instant::now());
    }

    fn end(&self, outcome: std::result::Result<(), &QueryError>) {
        let mut life = self.life();
        let mut report = life.report.clone();
        report.state = match outcome {
            Ok(()) => QueryState::Succeeded,
            Err(error) if error.code == ErrorCode::UserCanceled => QueryState::Cancelled,
            Err(_) => QueryState::Failed,
        };
        report.error = outcome.err().map(ReportError::from);
        self.complete(&life, &mut report);
        life.report = report;
    }

    fn complete(&self, life: &Life, report: &mut QueryReport) {
        let now = Instant::now();
        let started = life.started.unwrap_or(now);
        let planned = life.planned.unwrap_or(now);
        report.queue_ms = milliseconds(life.submitted, started);
        report.planning_ms = milliseconds(started, planned);
        report.execution_ms = milliseconds(planned, now);
        self.accounting.fill(report);
        let billed = report.state != QueryState::Failed
            && report.statement_class == Some(StatementClass::Dml);
        report.cost_usd = if billed && report.data_scanned_bytes > 0 {
            self.pricing.cost_usd(report.data_scanned_bytes)
        } else {
            0.0
        };
    }
}

fn milliseconds(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}

/// One submitted query. Dropping the handle before the end cancels the query.
pub struct QueryHandle {
    service: QueryService,
    shared: Arc<QueryShared>,
    phase: Phase,
}

enum Phase {
    Queued,
    Running(StartedStatement),
    Ended,
}

impl QueryHandle {
    pub(crate) fn new(service: QueryService, shared: Arc<QueryShared>) -> Self {
        QueryHandle {
            service,
            shared,
            phase: Phase::Queued,
        }
    }

    /// The query's id.
    pub fn id(&self) -> &QueryId {
        &self.shared.id
    }

    /// A way to cancel the query from elsewhere.
    pub fn canceller(&self) -> QueryCanceller {
        QueryCanceller(self.shared.cancelled.clone())
    }

    /// A way to watch the query's progress from elsewhere.
    pub fn progress_reader(&self) -> ProgressReader {
        ProgressReader(Arc::clone(&self.shared.accounting))
    }

    /// How far the query is.
    pub fn progress(&self) -> QueryProgress {
        self.shared.accounting.progress()
    }

    /// What the query has done so far; complete once `next` has returned `None` or an error.
    pub fn report(&self) -> QueryReport {
        self.shared.report()
    }

    /// Plans the query and starts it. The schema has no fields for statements that return no rows. Calling it again returns
    /// the same schema.
    pub async fn start(&mut self) -> Result<SchemaRef> {
        match &self.phase {
            Phase::Running(statement) => return Ok(Arc::clone(&statement.schema)),
            Phase::Ended => return Ok(Arc::new(Schema::empty())),
            Phase::Queued => {}
        }
        self.shared.begin();
        self.service.record(&self.shared).await;
        let cancelled = self.shared.cancelled.clone();
        let started = tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(canceled()),
            started = self.service.execute(Arc::clone(&self.shared)) => started,
        };
        self.shared.planned();
        match started {
            Ok(mut statement) => {
                if !statement.cancels_itself {
                    statement.rows = driven(statement.rows);
                }
                let schema = Arc::clone(&statement.schema);
                self.phase = Phase::Running(statement);
                Ok(schema)
            }
            Err(error) => {
                self.end(Err(&error)).await;
                Err(error)
            }
        }
    }

    /// The next rows; `None` when there are no more. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<RecordBatch>> {
        if let Phase::Queued = self.phase
            && let Err(error) = self.start().await
        {
            return Some(Err(error));
        }
        let Phase::Running(statement) = &mut self.phase else {
            return None;
        };
        let cancelled = self.shared.cancelled.clone();
        let next = if statement.cancels_itself {
            statement.rows.next().await
        } else {
            tokio::select! {
                biased;
                () = cancelled.cancelled() => Some(Err(canceled())),
                next = statement.rows.next() => next,
            }
        };
        match next {
            Some(Ok(batch)) => {
                if statement.counts_rows {
                    self.shared
                        .accounting
                        .add_rows(u64::try_from(batch.num_rows()).unwrap_or(0));
                }
                Some(Ok(batch))
            }
            Some(Err(error)) => {
                self.end(Err(&error)).await;
                Some(Err(error))
            }
            None => {
                self.end(Ok(())).await;
                None
            }
        }
    }

    async fn end(&mut self, outcome: std::result::Result<(), &QueryError>) {
        // The stream is dropped first, so that what it was reading stops and is counted no further.
        self.phase = Phase::Ended;
        self.shared.end(outcome);
        self.service.forget(&self.shared.id);
        self.service.record(&self.shared).await;
    }
}

impl Drop for QueryHandle {
    fn drop(&mut self) {
        if let Phase::Ended = self.phase {
            return;
        }
        self.phase = Phase::Ended;
        self.shared.cancelled.cancel();
        self.shared.end(Err(&canceled()));
        self.service.forget(&self.shared.id);
        self.service.record_abandoned(&self.shared);
    }
}

/// The same rows, computed in a task of their own that ends with the stream: an operator that works for long without a pause
/// then keeps neither its client nor a cancellation waiting.
fn driven(
    mut rows: BoxStream<'static, Result<RecordBatch>>,
) -> BoxStream<'static, Result<RecordBatch>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        while let Some(batch) = rows.next().await {
            if sender.send(batch).await.is_err() {
                return;
            }
        }
    });
    futures::stream::unfold((receiver, task), |(mut receiver, mut task)| async move {
        let next = match receiver.recv().await {
            Some(batch) => batch,
            None => match task.join_next().await? {
                Ok(()) => return None,
                Err(error) => Err(QueryError::internal(format!("the query failed: {error}"))),
            },
        };
        Some((next, (receiver, task)))
    })
    .boxed()
}

fn canceled() -> QueryError {
    QueryError::new(ErrorCode::UserCanceled, "Query was canceled")
}

/// Cancels one query.
#[derive(Debug, Clone)]
pub struct QueryCanceller(CancellationToken);

impl QueryCanceller {
    /// Asks the query to stop. Its stream ends with `USER_CANCELED`; a query that has ended is left as it is.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether the query was asked to stop.
    pub fn is_canceled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Watches one query's progress.
#[derive(Debug, Clone)]
pub struct ProgressReader(Arc<QueryAccounting>);

impl ProgressReader {
    /// How far the query is.
    pub fn read(&self) -> QueryProgress {
        self.0.progress()
    }
}
