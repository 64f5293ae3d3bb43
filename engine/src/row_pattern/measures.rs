//! What is put out: rows of the input beside the measures of their match, computed for many rows at once.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, UInt64Array, new_empty_array};
use arrow::compute::take;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;

use super::blocks::Block;
use super::evaluation::{
    Aggregation, Computation, MatchedRows, Source, VariableNames, evaluation_rows,
};
use super::matcher::Match;
use super::navigation::{Anchor, Navigation, Processing, VariableSet};
use super::row_lists::Place;

/// A match that is put out.
pub(super) struct FoundMatch {
    pub(super) number: i64,
    pub(super) partition: Range<usize>,
    pub(super) start: usize,
    pub(super) rows: Match,
}

impl FoundMatch {
    /// The position behind its last row.
    pub(super) fn end(&self) -> usize {
        self.start + self.rows.variables.len()
    }

    /// The first or last of its rows that are mapped to some variables.
    pub(super) fn row_of(&self, variables: &VariableSet, anchor: Anchor) -> Option<usize> {
        let mut mapped = self
            .rows
            .variables
            .iter()
            .enumerate()
            .filter(|(_, variable)| variables.contains(**variable))
            .map(|(place, _)| self.start + place);
        match anchor {
            Anchor::First => mapped.next(),
            Anchor::Last => mapped.next_back(),
        }
    }
}

/// A column of evaluation rows that are collected.
enum Values {
    Rows {
        index: usize,
        rows: Vec<Option<u64>>,
    },
    Variables(Vec<Option<usize>>),
    Numbers(Vec<i64>),
    Scalars {
        data_type: DataType,
        values: Vec<ScalarValue>,
    },
}

/// What a measure reads, and how far it is within the match.
enum Reading {
    Column { set: usize, at: Navigation },
    Classifier { set: usize, at: Navigation },
    MatchNumber,
    Aggregate(Box<Running>),
}

/// An aggregate on its way through a match.
struct Running {
    set: usize,
    aggregation: Arc<Aggregation>,
    accumulator: Option<Box<dyn Accumulator>>,
    /// How many rows were added.
    added: usize,
}

struct Input {
    reading: Reading,
    values: Values,
}

struct Measure {
    computation: Arc<Computation>,
    inputs: Vec<Input>,
}

/// Collects rows to put out, and makes batches of them.
pub(super) struct Output {
    schema: SchemaRef,
    /// The columns of the input that are put out, before the measures.
    columns: Vec<usize>,
    measures: Vec<Measure>,
    names: Arc<VariableNames>,
    block: Arc<Block>,
    rows: Vec<u64>,
    /// For each row the evaluation row of its measures; rows without match have none.
    evaluated: Vec<Option<u64>>,
    evaluations: u64,
    /// The sets of variables that measures read rows of.
    sets: Vec<VariableSet>,
    /// The rows of each set in the current match.
    places: Vec<Vec<Place>>,
    /// How many of them are up to the current row.
    seen: Vec<usize>,
}

impl Output {
    pub(super) fn new(
        schema: SchemaRef,
        columns: Vec<usize>,
        computations: &[Arc<Computation>],
        names: Arc<VariableNames>,
    ) -> Output {
        let mut sets = Vec::new();
        let mut set_of =
            |variables: &VariableSet| match sets.iter().position(|known| known == variables) {
                Some(place) => place,
                None => {
                    sets.push(variables.clone());
                    sets.len() - 1
                }
            };
        let measures = computations
            .iter()
            .map(|computation| Measure {
                computation: Arc::clone(computation),
                inputs: computation
                    .sources
                    .iter()
                    .zip(computation.schema.fields())
                    .map(|(source, field)| match source {
                        Source::Column { index, at } => Input {
                            reading: Reading::Column {
                                set: set_of(&at.variables),
                                at: at.clone(),
                            },
                            values: Values::Rows {
                                index: *index,
                                rows: Vec::new(),
                            },
                        },
                        Source::Classifier { at } => Input {
                            reading: Reading::Classifier {
                                set: set_of(&at.variables),
                                at: at.clone(),
                            },
                            values: Values::Variables(Vec::new()),
                        },
                        Source::MatchNumber => Input {
                            reading: Reading::MatchNumber,
                            values: Values::Numbers(Vec::new()),
                        },
                        Source::Aggregate(aggregation) => Input {
                            reading: Reading::Aggregate(Box::new(Running {
                                set: set_of(&aggregation.variables),
                                aggregation: Arc::clone(aggregation),
                                accumulator: None,
                                added: 0,
                            })),
                            values: Values::Scalars {
                                data_type: field.data_type().clone(),
                                values: Vec::new(),
                            },
                        },
                    })
                    .collect(),
            })
            .collect();
        Output {
            schema,
            columns,
            measures,
            names,
            block: Arc::new(Block::default()),
            rows: Vec::new(),
            evaluated: Vec::new(),
            evaluations: 0,
            places: vec![Vec::new(); sets.len()],
            seen: vec![0; sets.len()],
            sets,
        }
    }

    /// How many rows are collected.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Goes on to another block; no rows are left of the one before.
    pub(super) fn set_block(&mut self, block: Arc<Block>) {
        self.block = block;
    }

    /// Begins to put out a match.
    pub(super) fn begin(&mut self, found: &FoundMatch) {
        for ((set, places), seen) in self.sets.iter().zip(&mut self.places).zip(&mut self.seen) {
            places.clear();
            *seen = 0;
            let mapped = found.rows.variables.iter().enumerate();
            places.extend(mapped.filter(|(_, variable)| set.contains(**variable)).map(
                |(place, variable)| Place {
                    position: found.start + place,
                    variable: *variable,
                },
            ));
        }
        for measure in &mut self.measures {
            for input in &mut measure.inputs {
                if let Reading::Aggregate(running) = &mut input.reading {
                    running.accumulator = None;
                    running.added = 0;
                }
            }
        }
    }

    /// Puts out a row that belongs to no match.
    pub(super) fn add_unmatched(&mut self, row: usize) {
        self.rows.push(number(row));
        self.evaluated.push(None);
    }

    /// Puts out a row of the input with the measures as they are at `current`, a row of the match; `None` for an empty match.
    pub(super) fn add(
        &mut self,
        found: &FoundMatch,
        row: usize,
        current: Option<usize>,
    ) -> Result<()> {
        if let Some(current) = current {
            for (places, seen) in self.places.iter().zip(&mut self.seen) {
                while places
                    .get(*seen)
                    .is_some_and(|place| place.position <= current)
                {
                    *seen += 1;
                }
            }
        }
        let matched = MatchedRows {
            batch: &self.block.batch,
            names: &self.names,
            match_number: found.number,
        };
        let no_places = Vec::new();
        for measure in &mut self.measures {
            for Input { reading, values } in &mut measure.inputs {
                let places = |set: usize| self.places.get(set).unwrap_or(&no_places);
                let seen = |set: usize| self.seen.get(set).copied().unwrap_or(0);
                let find = |set: usize, at: &Navigation| {
                    let place = place_of(places(set), seen(set), at)?;
                    Navigation::shifted(place, at.shift, &found.partition)
                };
                match (reading, values) {
                    (Reading::Column { set, at }, Values::Rows { rows, .. }) => {
                        rows.push(find(*set, at).map(number));
                    }
                    (Reading::Classifier { set, at }, Values::Variables(variables)) => {
                        variables.push(find(*set, at).and_then(|position| {
                            let place = position.checked_sub(found.start)?;
                            found.rows.variables.get(place).copied()
                        }));
                    }
                    (Reading::MatchNumber, Values::Numbers(numbers)) => {
                        numbers.push(found.number);
                    }
                    (Reading::Aggregate(running), Values::Scalars { values, .. }) => {
                        let places = places(running.set);
                        let up_to = match running.aggregation.processing {
                            Processing::Running => seen(running.set),
                            Processing::Final => places.len(),
                        };
                        let value = running.value(places.get(..up_to).unwrap_or(places), matched);
                        values.push(value?);
                    }
                    _ => {}
                }
            }
        }
        self.rows.push(number(row));
        self.evaluated.push(Some(self.evaluations));
        self.evaluations += 1;
        Ok(())
    }

    /// The rows that are collected, as a batch.
    pub(super) fn flush(&mut self) -> Result<RecordBatch> {
        let rows = UInt64Array::from(std::mem::take(&mut self.rows));
        let evaluated = std::mem::take(&mut self.evaluated);
        let evaluations = usize::try_from(self.evaluations).unwrap_or(0);
        self.evaluations = 0;
        let count = rows.len();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for index in &self.columns {
            columns.push(take(self.block.batch.column(*index), &rows, None)?);
        }
        let evaluated =
            (evaluations < count).then(|| evaluated.into_iter().collect::<UInt64Array>());
        for measure in &mut self.measures {
            let inputs = measure
                .inputs
                .iter_mut()
                .map(|input| input.values.array(&self.block, &self.names))
                .collect::<Result<Vec<_>>>()?;
            let batch = evaluation_rows(&measure.computation.schema, inputs, evaluations)?;
            let values = measure
                .computation
                .expr
                .evaluate(&batch)?
                .into_array(evaluations)?;
            columns.push(match &evaluated {
                Some(evaluated) => take(&values, evaluated, None)?,
                None => values,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?)
    }
}

impl Running {
    /// The aggregate over these rows, of which some may have been added before.
    fn value(&mut self, places: &[Place], matched: MatchedRows<'_>) -> Result<ScalarValue> {
        let accumulator = match &mut self.accumulator {
            Some(accumulator) => accumulator,
            none => none.insert(self.aggregation.accumulator()?),
        };
        let added = places.get(self.added..).unwrap_or_default();
        self.aggregation.add(accumulator.as_mut(), added, matched)?;
        self.added = self.added.max(places.len());
        accumulator.evaluate()
    }
}

impl Values {
    /// The column, which is empty afterwards.
    fn array(&mut self, block: &Block, names: &VariableNames) -> Result<ArrayRef> {
        Ok(match self {
            Values::Rows { index, rows } => {
                let rows: UInt64Array = std::mem::take(rows).into();
                take(block.batch.column(*index), &rows, None)?
            }
            Values::Variables(variables) => names.array(std::mem::take(variables).into_iter()),
            Values::Numbers(numbers) => Arc::new(Int64Array::from(std::mem::take(numbers))),
            Values::Scalars { data_type, values } if values.is_empty() => {
                new_empty_array(data_type)
            }
            Values::Scalars { values, .. } => ScalarValue::iter_to_array(std::mem::take(values))?,
        })
    }
}

/// The position that a navigation leads to among the rows of its variables. `FIRST` counts over the whole match in either semantics, as
/// in Trino.
fn place_of(places: &[Place], seen: usize, at: &Navigation) -> Option<usize> {
    let place = match at.anchor {
        Anchor::First => at.passed,
        Anchor::Last => {
            let count = match at.processing {
                Processing::Running => seen,
                Processing::Final => places.len(),
            };
            count.checked_sub(1)?.checked_sub(at.passed)?
        }
    };
    places.get(place).map(|place| place.position)
}

fn number(row: usize) -> u64 {
    u64::try_from(row).unwrap_or(u64::MAX)
}
