//! The operator: partitions in, rows of matches out.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, LexRequirement, OrderingRequirements, Partitioning,
    PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, InputDistributionRequirements,
    PlanProperties, ReplaceChildrenOptions, apply_expression_roots,
};

use super::blocks::{Block, BlockReader};
use super::definitions::Definitions;
use super::evaluation::{Computation, VariableNames};
use super::matcher::Matcher;
use super::measures::{FoundMatch, Output};
use super::plan::{AfterMatch, RowsPerMatch};
use super::program::Program;
use crate::error::{ErrorCode, QueryError};

/// After how many steps of threads others get their turn, and memory is accounted for.
const STEPS_BETWEEN_YIELDS: usize = 8 * 1024;

/// What the operator does.
#[derive(Debug)]
pub(super) struct Operation {
    /// The input's columns that partitions agree in.
    pub(super) partition_by: Vec<usize>,
    /// The input's columns that are put out, before the measures.
    pub(super) columns: Vec<usize>,
    pub(super) measures: Vec<Arc<Computation>>,
    /// For each variable the conditions that have to hold.
    pub(super) definitions: Vec<Vec<Arc<Computation>>>,
    pub(super) names: Arc<VariableNames>,
    pub(super) program: Arc<Program>,
    pub(super) rows_per_match: RowsPerMatch,
    pub(super) after_match: AfterMatch,
    /// The clause, for EXPLAIN.
    pub(super) text: String,
}

/// The operator over an input.
#[derive(Debug)]
pub(super) struct MatchRecognizeExec {
    input: Arc<dyn ExecutionPlan>,
    operation: Arc<Operation>,
    partition_by: Vec<PhysicalSortExpr>,
    order_by: Vec<PhysicalSortExpr>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl MatchRecognizeExec {
    pub(super) fn new(
        input: Arc<dyn ExecutionPlan>,
        operation: Arc<Operation>,
        schema: SchemaRef,
        partition_by: Vec<PhysicalSortExpr>,
        order_by: Vec<PhysicalSortExpr>,
    ) -> MatchRecognizeExec {
        let partitions = input.properties().output_partitioning().partition_count();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        MatchRecognizeExec {
            input,
            operation,
            partition_by,
            order_by,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for MatchRecognizeExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MatchRecognizeExec: {}", self.operation.text)
    }
}

impl ExecutionPlan for MatchRecognizeExec {
    fn name(&self) -> &'static str {
        "MatchRecognizeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let keys = self.partition_by.iter().chain(&self.order_by);
        apply_expression_roots(keys.map(|key| &key.expr), f)
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![if self.partition_by.is_empty() {
            Distribution::SinglePartition
        } else {
            let keys = self.partition_by.iter().map(|key| Arc::clone(&key.expr));
            Distribution::KeyPartitioned(keys.collect())
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let keys = self.partition_by.iter().chain(&self.order_by).cloned();
        let ordering = LexOrdering::new(keys);
        vec![ordering.map(|ordering| OrderingRequirements::new(LexRequirement::from(ordering)))]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Ok([input]) = <[Arc<dyn ExecutionPlan>; 1]>::try_from(children) else {
            return Err(DataFusionError::Internal(
                "MATCH_RECOGNIZE has one input".to_owned(),
            ));
        };
        Ok(Arc::new(MatchRecognizeExec::new(
            input,
            Arc::clone(&self.operation),
            self.schema(),
            self.partition_by.clone(),
            self.order_by.clone(),
        )))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::ChildrenPropertiesMode;
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let batch_rows = context.session_config().batch_size();
        let reserve = || {
            MemoryConsumer::new(format!("MatchRecognizeExec[{partition}]"))
                .register(context.memory_pool())
        };
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let reader = BlockReader::new(
            input,
            self.operation.partition_by.clone(),
            batch_rows,
            reserve(),
        );
        let recognition = Recognition::new(
            Arc::clone(&self.operation),
            self.schema(),
            reader,
            batch_rows,
            reserve(),
        );
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let batches = futures::stream::try_unfold(
            (recognition, metrics),
            |(mut recognition, metrics)| async move {
                let Some(batch) = recognition.next().await? else {
                    metrics.done();
                    return Ok(None);
                };
                metrics.record_output(batch.num_rows());
                Ok(Some((batch, (recognition, metrics))))
            },
        );
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            batches,
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// The operator at work: where it is in its input.
struct Recognition {
    operation: Arc<Operation>,
    reader: BlockReader,
    matcher: Matcher,
    definitions: Definitions,
    output: Output,
    /// The partitions that are read and not done.
    block: Option<Arc<Block>>,
    /// The partition's place in the block.
    partition: usize,
    /// The row that matching goes on from.
    row: Option<usize>,
    /// Up to where rows belong to matches.
    matched_end: usize,
    match_number: i64,
    /// A match whose rows are being put out, and the next of them.
    found: Option<(FoundMatch, usize)>,
    batch_rows: usize,
    reservation: MemoryReservation,
    steps: usize,
}

impl Recognition {
    fn new(
        operation: Arc<Operation>,
        schema: SchemaRef,
        reader: BlockReader,
        batch_rows: usize,
        reservation: MemoryReservation,
    ) -> Recognition {
        let (definitions, tracking) =
            Definitions::new(&operation.definitions, Arc::clone(&operation.names));
        Recognition {
            reader,
            matcher: Matcher::new(Arc::clone(&operation.program), Arc::new(tracking)),
            definitions,
            output: Output::new(
                schema,
                operation.columns.clone(),
                &operation.measures,
                Arc::clone(&operation.names),
            ),
            operation,
            block: None,
            partition: 0,
            row: None,
            matched_end: 0,
            match_number: 1,
            found: None,
            batch_rows,
            reservation,
            steps: 0,
        }
    }

    /// The next rows that are put out.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.output.len() >= self.batch_rows {
                return self.output.flush().map(Some);
            }
            if self.put_out_row()? {
                continue;
            }
            let Some(block) = self.block.as_ref().map(Arc::clone) else {
                let Some(block) = self.reader.next().await? else {
                    return Ok(None);
                };
                let block = Arc::new(block);
                self.definitions.set_block(Arc::clone(&block));
                self.output.set_block(Arc::clone(&block));
                self.block = Some(block);
                self.partition = 0;
                continue;
            };
            let Some(partition) = block.partition(self.partition) else {
                self.block = None;
                if self.output.len() > 0 {
                    return self.output.flush().map(Some);
                }
                continue;
            };
            let row = match self.row {
                Some(row) => row,
                None => {
                    self.match_number = 1;
                    self.matched_end = partition.start;
                    partition.start
                }
            };
            if row >= partition.end {
                self.row = None;
                self.partition += 1;
                continue;
            }
            self.row = Some(self.match_from(row, partition).await?);
        }
    }

    /// Looks for a match from a row on. Gives the row from which matching goes on.
    async fn match_from(&mut self, row: usize, partition: std::ops::Range<usize>) -> Result<usize> {
        self.definitions.begin(partition.clone(), self.match_number);
        self.matcher.begin(partition.clone(), row)?;
        loop {
            let threads = self.matcher.step(&mut self.definitions)?;
            self.steps += threads + 1;
            if self.steps >= STEPS_BETWEEN_YIELDS {
                self.steps = 0;
                let size = self.matcher.size() + self.definitions.size();
                self.reservation.try_resize(size)?;
                tokio::task::yield_now().await;
            }
            if threads == 0 {
                break;
            }
        }
        let rows_per_match = self.operation.rows_per_match;
        let Some(rows) = self.matcher.matched() else {
            if rows_per_match == RowsPerMatch::AllWithUnmatchedRows && row >= self.matched_end {
                self.output.add_unmatched(row);
            }
            return Ok(row + 1);
        };
        let found = FoundMatch {
            number: self.match_number,
            partition,
            start: row,
            rows,
        };
        self.match_number += 1;
        self.output.begin(&found);
        if found.rows.variables.is_empty() {
            if rows_per_match != RowsPerMatch::All {
                self.output.add(&found, row, None)?;
            }
            return Ok(row + 1);
        }
        self.matched_end = self.matched_end.max(found.end());
        let next = self.after(&found)?;
        if rows_per_match == RowsPerMatch::One {
            self.output.add(&found, row, Some(found.end() - 1))?;
        } else {
            self.found = Some((found, 0));
        }
        Ok(next)
    }

    /// The row from which matching goes on after a match.
    fn after(&self, found: &FoundMatch) -> Result<usize> {
        let failed = |reason: &str| {
            let message = format!("AFTER MATCH SKIP failed: {reason}");
            QueryError::new(ErrorCode::GenericUserError, message)
        };
        match &self.operation.after_match {
            AfterMatch::PastLastRow => Ok(found.end()),
            AfterMatch::ToNextRow => Ok(found.start + 1),
            AfterMatch::ToVariable(anchor, variables) => match found.row_of(variables, *anchor) {
                None => Err(failed("pattern variable is not present in match").into()),
                Some(row) if row == found.start => {
                    Err(failed("cannot skip to first row of match").into())
                }
                Some(row) => Ok(row),
            },
        }
    }

    /// Puts out the next row of the current match, if there is one.
    fn put_out_row(&mut self) -> Result<bool> {
        let Some((found, place)) = &mut self.found else {
            return Ok(false);
        };
        let this = *place;
        *place += 1;
        let row = found.start + this;
        if row >= found.end() {
            self.found = None;
            return Ok(true);
        }
        let exclusions = &found.rows.exclusions;
        let before = exclusions.partition_point(|excluded| excluded.end <= this);
        if !exclusions
            .get(before)
            .is_some_and(|excluded| excluded.contains(&this))
        {
            self.output.add(found, row, Some(row))?;
        }
        Ok(true)
    }
}
