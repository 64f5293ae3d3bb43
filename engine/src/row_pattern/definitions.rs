//! The conditions of DEFINE, evaluated as the machine asks for them. Those that look at the row that is tried and its neighbours alone
//! are computed for many rows at once.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, UInt64Array};
use arrow::compute::take;
use arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::Accumulator;

use super::blocks::Block;
use super::evaluation::{
    Aggregation, Computation, MatchedRows, Source, VariableNames, evaluation_rows, row_of,
};
use super::matcher::{Candidate, Conditions};
use super::navigation::{Navigation, VariableSet};
use super::row_lists::{ListId, RowLists};
use super::tracking::{TrackedRow, Tracking};
use crate::error::Result;

/// How many rows a condition is computed for at once.
const CHUNK_ROWS: usize = 4096;

/// What a condition reads.
enum Input {
    Column {
        index: usize,
        row: TrackedRow,
        shift: i64,
    },
    /// `matched` is the list of all rows of the match, where rows are counted physically.
    Classifier {
        row: TrackedRow,
        shift: i64,
        matched: Option<usize>,
    },
    MatchNumber,
    Aggregate {
        aggregate: usize,
        list: usize,
    },
}

/// One of the conditions that a definition has between its ANDs.
struct Condition {
    computation: Arc<Computation>,
    inputs: Vec<Input>,
    /// What is known of a block's rows, where the condition looks at neighbours alone.
    chunks: Option<Vec<Option<Chunk>>>,
}

enum Chunk {
    Known(BooleanArray),
    /// It fails for some row, which may never be asked for.
    Failed,
}

/// The definitions of a pattern's variables.
pub(super) struct Definitions {
    /// For each variable.
    definitions: Vec<Vec<Condition>>,
    aggregations: Vec<Arc<Aggregation>>,
    accumulators: HashMap<(usize, ListId), Box<dyn Accumulator>>,
    names: Arc<VariableNames>,
    block: Arc<Block>,
    partition: Range<usize>,
    match_number: i64,
}

impl Definitions {
    /// The definitions, and what they read of the rows matched before.
    pub(super) fn new(
        computations: &[Vec<Arc<Computation>>],
        names: Arc<VariableNames>,
    ) -> (Definitions, Tracking) {
        let mut tracking = Tracking::default();
        let mut aggregations = Vec::new();
        let universal = VariableSet::universal(computations.len());
        let mut definitions = Vec::with_capacity(computations.len());
        for (variable, conditions) in computations.iter().enumerate() {
            let mut input = |source: &Source| match source {
                Source::Column { index, at } => Input::Column {
                    index: *index,
                    row: tracking.row(variable, at, false),
                    shift: at.shift,
                },
                Source::Classifier { at } => Input::Classifier {
                    row: tracking.row(variable, at, true),
                    shift: at.shift,
                    matched: (at.shift != 0).then(|| tracking.whole(variable, &universal, true)),
                },
                Source::MatchNumber => Input::MatchNumber,
                Source::Aggregate(aggregation) => {
                    let classified = aggregation.is_classified();
                    aggregations.push(Arc::clone(aggregation));
                    Input::Aggregate {
                        aggregate: aggregations.len() - 1,
                        list: tracking.whole(variable, &aggregation.variables, classified),
                    }
                }
            };
            let conditions = conditions.iter().map(|computation| {
                Condition::new(
                    Arc::clone(computation),
                    computation.sources.iter().map(&mut input).collect(),
                )
            });
            definitions.push(conditions.collect());
        }
        let definitions = Definitions {
            definitions,
            aggregations,
            accumulators: HashMap::new(),
            names,
            block: Arc::new(Block::default()),
            partition: 0..0,
            match_number: 0,
        };
        (definitions, tracking)
    }

    /// Goes on to another block of rows.
    pub(super) fn set_block(&mut self, block: Arc<Block>) {
        self.block = block;
        for condition in self.definitions.iter_mut().flatten() {
            if let Some(chunks) = &mut condition.chunks {
                chunks.clear();
            }
        }
    }

    /// Begins an attempt to find the match of that number.
    pub(super) fn begin(&mut self, partition: Range<usize>, match_number: i64) {
        self.partition = partition;
        self.match_number = match_number;
        self.accumulators.clear();
    }

    /// About how many bytes the accumulators take.
    pub(super) fn size(&self) -> usize {
        self.accumulators
            .values()
            .map(|accumulator| accumulator.size())
            .sum()
    }

    /// Whether all conditions hold for the row that is tried. What is known of some may spare the others.
    fn all_hold(
        &mut self,
        conditions: &mut [Condition],
        candidate: &Candidate<'_>,
        lists: &mut RowLists,
    ) -> Result<bool> {
        let position = candidate.place.position;
        for condition in conditions.iter_mut() {
            if condition.known(&self.block, position) == Some(false) {
                return Ok(false);
            }
        }
        for condition in conditions {
            if condition.known(&self.block, position).is_none()
                && !self.evaluate(condition, candidate, lists)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a condition holds for the row that is tried.
    fn evaluate(
        &mut self,
        condition: &Condition,
        candidate: &Candidate<'_>,
        lists: &mut RowLists,
    ) -> Result<bool> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(condition.inputs.len());
        for input in &condition.inputs {
            columns.push(self.input(input, candidate, lists)?);
        }
        let rows = evaluation_rows(&condition.computation.schema, columns, 1)?;
        let values = evaluated(&condition.computation, &rows)?;
        Ok(values.is_valid(0) && values.value(0))
    }

    fn input(
        &mut self,
        input: &Input,
        candidate: &Candidate<'_>,
        lists: &mut RowLists,
    ) -> Result<ArrayRef> {
        let current = candidate.place;
        let find = |row: TrackedRow, lists: &RowLists| {
            candidate
                .tracking
                .find(row, candidate.memory, current, lists)
        };
        Ok(match input {
            Input::Column { index, row, shift } => {
                let position = find(*row, lists)
                    .and_then(|place| Navigation::shifted(place.position, *shift, &self.partition));
                row_of(self.block.batch.column(*index), position)
            }
            Input::Classifier {
                row,
                shift,
                matched,
            } => {
                let found = find(*row, lists);
                let variable = match (found, matched) {
                    (Some(place), Some(list)) => {
                        // Of the rows that follow it is not known yet to what they are mapped.
                        let bounds = candidate.start..current.position + 1;
                        let list = candidate.tracking.list_with(
                            candidate.memory,
                            *list,
                            current,
                            lists,
                        )?;
                        Navigation::shifted(place.position, *shift, &bounds).and_then(|position| {
                            lists
                                .backwards(list)
                                .nth(current.position - position)
                                .map(|(_, place)| place.variable)
                        })
                    }
                    (found, _) => found.map(|place| place.variable),
                };
                self.names.array(std::iter::once(variable))
            }
            Input::MatchNumber => Arc::new(Int64Array::from_value(self.match_number, 1)),
            Input::Aggregate { aggregate, list } => {
                let list = candidate
                    .tracking
                    .list_with(candidate.memory, *list, current, lists)?;
                self.aggregate(*aggregate, list, lists)?.to_array()?
            }
        })
    }

    /// An aggregate over a list. It goes on from the longest part of it that was aggregated before.
    fn aggregate(
        &mut self,
        aggregate: usize,
        list: ListId,
        lists: &RowLists,
    ) -> std::result::Result<ScalarValue, DataFusionError> {
        if let Some(accumulator) = self.accumulators.get_mut(&(aggregate, list)) {
            return accumulator.evaluate();
        }
        let Some(aggregation) = self.aggregations.get(aggregate).map(Arc::clone) else {
            return Err(DataFusionError::Internal("an unknown aggregate".to_owned()));
        };
        let mut places = Vec::new();
        let mut known = None;
        for (before, place) in lists.backwards(list) {
            known = self.accumulators.remove_entry(&(aggregate, before));
            if known.is_some() {
                break;
            }
            places.push(place);
        }
        places.reverse();
        let mut accumulator = match known {
            Some((key, accumulator)) => {
                let (kept, forked) = aggregation.forked(accumulator)?;
                self.accumulators.insert(key, kept);
                forked
            }
            None => aggregation.accumulator()?,
        };
        let rows = MatchedRows {
            batch: &self.block.batch,
            names: &self.names,
            match_number: self.match_number,
        };
        aggregation.add(accumulator.as_mut(), &places, rows)?;
        let value = accumulator.evaluate()?;
        self.accumulators.insert((aggregate, list), accumulator);
        Ok(value)
    }
}

impl Conditions for Definitions {
    fn holds(&mut self, candidate: &Candidate<'_>, lists: &mut RowLists) -> Result<bool> {
        let variable = candidate.place.variable;
        let Some(conditions) = self.definitions.get_mut(variable) else {
            return Ok(true);
        };
        let mut conditions = std::mem::take(conditions);
        let held = self.all_hold(&mut conditions, candidate, lists);
        if let Some(own) = self.definitions.get_mut(variable) {
            *own = conditions;
        }
        held
    }

    fn retain(&mut self, live: &dyn Fn(ListId) -> bool) {
        self.accumulators.retain(|(_, list), _| live(*list));
    }
}

impl Condition {
    fn new(computation: Arc<Computation>, inputs: Vec<Input>) -> Condition {
        let neighbours = inputs.iter().all(|input| {
            matches!(
                input,
                Input::Column {
                    row: TrackedRow::Current,
                    ..
                }
            )
        });
        Condition {
            computation,
            inputs,
            chunks: neighbours.then(Vec::new),
        }
    }

    /// What the condition gives for a row, if it looks at neighbours alone and fails for none of the rows around.
    fn known(&mut self, block: &Block, position: usize) -> Option<bool> {
        let chunks = self.chunks.as_mut()?;
        let number = position / CHUNK_ROWS;
        if chunks.len() <= number {
            chunks.resize_with(number + 1, || None);
        }
        let chunk = chunks.get_mut(number)?;
        let first = number * CHUNK_ROWS;
        let chunk = chunk.get_or_insert_with(|| {
            let last = (first + CHUNK_ROWS).min(block.batch.num_rows());
            match neighbour_rows(&self.computation, &self.inputs, block, first..last)
                .and_then(|rows| evaluated(&self.computation, &rows))
            {
                Ok(values) => Chunk::Known(values),
                Err(_) => Chunk::Failed,
            }
        });
        match chunk {
            Chunk::Known(values) => {
                let place = position - first;
                Some(place < values.len() && values.is_valid(place) && values.value(place))
            }
            Chunk::Failed => None,
        }
    }
}

/// The evaluation rows of a condition that looks at neighbours alone.
fn neighbour_rows(
    computation: &Computation,
    inputs: &[Input],
    block: &Block,
    rows: Range<usize>,
) -> std::result::Result<RecordBatch, DataFusionError> {
    let columns = inputs
        .iter()
        .map(|input| match input {
            Input::Column { index, shift, .. } if *shift != 0 => {
                let mut partitions = block.partitions_from(rows.start);
                let mut partition = partitions.next().unwrap_or(0..0);
                let positions: UInt64Array = rows
                    .clone()
                    .map(|row| {
                        if row >= partition.end {
                            partition = partitions.next().unwrap_or(0..0);
                        }
                        u64::try_from(Navigation::shifted(row, *shift, &partition)?).ok()
                    })
                    .collect();
                Ok(take(block.batch.column(*index), &positions, None)?)
            }
            Input::Column { index, .. } => {
                Ok(block.batch.column(*index).slice(rows.start, rows.len()))
            }
            _ => Err(DataFusionError::Internal(
                "a condition that looks farther than at neighbours".to_owned(),
            )),
        })
        .collect::<std::result::Result<Vec<_>, DataFusionError>>()?;
    evaluation_rows(&computation.schema, columns, rows.len())
}

fn evaluated(
    computation: &Computation,
    rows: &RecordBatch,
) -> std::result::Result<BooleanArray, DataFusionError> {
    let values = computation
        .expr
        .evaluate(rows)?
        .into_array(rows.num_rows())?;
    match values.as_boolean_opt() {
        Some(values) => Ok(values.clone()),
        None => Err(DataFusionError::Internal(
            "a condition that is not boolean".to_owned(),
        )),
    }
}
