//! Sums and averages that are computed in doubles: of doubles and reals, and the averages of integers and intervals.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float32Array, Float64Array, Int32Array, Int64Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;

use super::accumulators::SingleGroup;
use super::decimal_total;
use super::natives::retyped;
use super::sum::{integers, months};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::sketch::round_half_up;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("avg", "Average of all values")
            .aggregate("(bigint) -> double", average)
            .aggregate("(double) -> double", average)
            .aggregate("(real) -> real", average)
            .aggregate("(decimal(p, s)) -> decimal(p, s)", decimal_total::average)
            .aggregate(
                "(interval day to second) -> interval day to second",
                average,
            )
            .aggregate(
                "(interval year to month) -> interval year to month",
                average,
            ),
    ]
}

/// `sum` of doubles and reals.
pub(super) fn sum(bound: &Bound) -> Result<Arc<AggregateUDF>> {
    if bound.returns == Type::Real {
        // DataFusion may sum up sums by name, which would be rounded twice. Trino does not subtract what leaves a frame of reals.
        return Aggregate::new("sum_real", bound, |bound| {
            Ok(Box::new(PerGroup::new(Total::new(bound, false))))
        })
        .build();
    }
    Aggregate::new("sum", bound, |bound| {
        Ok(Box::new(PerGroup::new(Total::new(bound, false))))
    })
    .with_frame(|bound| Ok(Box::new(frame(Total::new(bound, false)))))
    .build()
}

fn average(bound: &Bound) -> Result<Arc<AggregateUDF>> {
    Aggregate::new("avg", bound, |bound| {
        Ok(Box::new(PerGroup::new(Total::new(bound, true))))
    })
    .with_frame(|bound| Ok(Box::new(frame(Total::new(bound, true)))))
    .build()
}

fn frame(total: Total) -> SingleGroup {
    SingleGroup::new(Box::new(PerGroup::new(FrameTotal(total))))
}

#[derive(Debug)]
struct Total {
    takes: Type,
    returns: Type,
    average: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sum: f64,
    count: i64,
}

impl Total {
    fn new(bound: &Bound, average: bool) -> Total {
        Total {
            takes: bound.arguments.first().cloned().unwrap_or(Type::Unknown),
            returns: bound.returns.clone(),
            average,
        }
    }

    fn doubles(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        let column = super::column(arguments, 0)?;
        Ok(match self.takes {
            Type::Double => column.as_primitive::<Float64Type>().clone(),
            Type::Real => column.as_primitive::<Float32Type>().unary(f64::from),
            // A bigint beyond 2^53 is rounded, as Java rounds it.
            _ => integers(arguments)?.unary(|value| value as f64),
        })
    }

    fn results(&self, sums: impl Iterator<Item = Sum>) -> Result<ArrayRef> {
        let results = sums.map(|of| match of.count {
            0 => None,
            // Counts are far below 2^53.
            count if self.average => Some(of.sum / count as f64),
            _ => Some(of.sum),
        });
        Ok(match self.returns {
            // A real is the double's nearest.
            Type::Real => Arc::new(
                results
                    .map(|of| of.map(|of| of as f32))
                    .collect::<Float32Array>(),
            ),
            Type::IntervalDayToSecond => {
                let rounded = results
                    .map(|of| of.map(round_half_up))
                    .collect::<Int64Array>();
                retyped(rounded, &self.returns.arrow())?
            }
            Type::IntervalYearToMonth => {
                let rounded = results
                    .map(|of| of.map(|of| months(round_half_up(of))).transpose())
                    .collect::<Result<Vec<Option<i32>>, FunctionError>>()?;
                retyped(Int32Array::from(rounded), &self.returns.arrow())?
            }
            _ => Arc::new(results.collect::<Float64Array>()),
        })
    }
}

/// The sum of values in eight partial sums, which a processor adds to at once.
fn sum_of(values: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let chunks = values.chunks_exact(sums.len());
    let rest: f64 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += value;
        }
    }
    sums.iter().sum::<f64>() + rest
}

impl Summary for Total {
    type State = Sum;
    type Input = Float64Array;

    fn new_state(&self) -> Sum {
        Sum::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        self.doubles(arguments)
    }

    fn add(&self, state: &mut Sum, input: &Float64Array, row: usize) -> Result<()> {
        state.sum += input.value(row);
        state.count += 1;
        Ok(())
    }

    fn add_all(
        &self,
        state: &mut Sum,
        input: &Float64Array,
        count: usize,
        chosen: Option<&BooleanBuffer>,
    ) -> Result<()> {
        let Some(chosen) = chosen else {
            state.sum += sum_of(input.values());
            state.count += i64::try_from(count).unwrap_or(i64::MAX);
            return Ok(());
        };
        for row in chosen.set_indices() {
            self.add(state, input, row)?;
        }
        Ok(())
    }

    fn merge(&self, state: &mut Sum, other: Sum) -> Result<()> {
        state.sum += other.sum;
        state.count += other.count;
        Ok(())
    }

    fn finish(&self, states: &mut [Sum]) -> Result<ArrayRef> {
        self.results(states.iter().copied())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Float64, DataType::Int64]
    }

    fn write(&self, states: &mut [Sum]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            Arc::new(Float64Array::from_iter_values(
                states.iter().map(|of| of.sum),
            )),
            Arc::new(Int64Array::from_iter_values(
                states.iter().map(|of| of.count),
            )),
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Sum>>> {
        let sums = super::column(states, 0)?.as_primitive::<Float64Type>();
        let counts = super::column(states, 1)?.as_primitive::<Int64Type>();
        let sum = |(sum, count): (&f64, &i64)| {
            Some(Sum {
                sum: *sum,
                count: *count,
            })
        };
        Ok(sums.values().iter().zip(counts.values()).map(sum).collect())
    }
}

/// The total of a window frame. Infinities and NaNs are counted apart, for they cannot be subtracted again.
#[derive(Debug)]
struct FrameTotal(Total);

#[derive(Debug, Clone, Copy, Default)]
struct FrameSum {
    finite: Sum,
    positive_infinities: i64,
    negative_infinities: i64,
    nans: i64,
}

impl FrameSum {
    fn change(&mut self, value: f64, times: i64) {
        if value.is_finite() {
            // Times is 1 or -1.
            self.finite.sum += value * times as f64;
        } else if value.is_nan() {
            self.nans += times;
        } else if value > 0.0 {
            self.positive_infinities += times;
        } else {
            self.negative_infinities += times;
        }
        self.finite.count += times;
    }

    fn sum(&self) -> Sum {
        let sum = match (
            self.nans,
            self.positive_infinities,
            self.negative_infinities,
        ) {
            (0, 0, 0) => self.finite.sum,
            (0, _, 0) => f64::INFINITY,
            (0, 0, _) => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
        Sum {
            sum,
            count: self.finite.count,
        }
    }
}

impl Summary for FrameTotal {
    type State = FrameSum;
    type Input = Float64Array;

    const REMOVES: bool = true;

    fn new_state(&self) -> FrameSum {
        FrameSum::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Float64Array> {
        self.0.doubles(arguments)
    }

    fn add(&self, state: &mut FrameSum, input: &Float64Array, row: usize) -> Result<()> {
        state.change(input.value(row), 1);
        Ok(())
    }

    fn remove(&self, state: &mut FrameSum, input: &Float64Array, row: usize) -> Result<()> {
        state.change(input.value(row), -1);
        Ok(())
    }

    fn merge(&self, _state: &mut FrameSum, _other: FrameSum) -> Result<()> {
        datafusion::common::internal_err!("window frames have no states")
    }

    fn finish(&self, states: &mut [FrameSum]) -> Result<ArrayRef> {
        self.0.results(states.iter().map(FrameSum::sum))
    }

    fn state_types(&self) -> Vec<DataType> {
        Vec::new()
    }

    fn write(&self, _states: &mut [FrameSum]) -> Result<Vec<ArrayRef>> {
        datafusion::common::internal_err!("window frames have no states")
    }

    fn read(&self, _states: &[ArrayRef]) -> Result<Vec<Option<FrameSum>>> {
        datafusion::common::internal_err!("window frames have no states")
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        DurationMillisecondArray, Float32Array, Float64Array, Int64Array, IntervalYearMonthArray,
    };

    use crate::testing::{calling, column};

    #[tokio::test]
    async fn averages_of_integers_are_doubles() {
        let values = Int64Array::from(vec![Some(1), None, Some(2), Some(2), Some(2)]);
        assert_eq!(
            calling("avg", vec![column("bigint", values)]).shown().await,
            "1.75"
        );
        // Unlike a sum, an average does not overflow.
        let large = Int64Array::from(vec![i64::MAX, i64::MAX]);
        assert_eq!(
            calling("avg", vec![column("bigint", large)]).shown().await,
            "9.223372036854776e18"
        );
        let none = Int64Array::from(vec![None::<i64>]);
        assert_eq!(
            calling("avg", vec![column("bigint", none)]).shown().await,
            "NULL"
        );
    }

    #[tokio::test]
    async fn averages_of_others_keep_their_types() {
        let reals = Float32Array::from(vec![1.0, 2.0, 4.5]);
        assert_eq!(
            calling("avg", vec![column("real", reals)]).shown().await,
            "2.5"
        );
        let doubles = Float64Array::from(vec![1.0, f64::NAN]);
        assert_eq!(
            calling("avg", vec![column("double", doubles)])
                .shown()
                .await,
            "NaN"
        );
        let days = DurationMillisecondArray::from(vec![1, 2, -10, 2]);
        assert_eq!(
            calling("avg", vec![column("interval day to second", days)])
                .shown()
                .await,
            "-PT0.001S"
        );
        let halves = DurationMillisecondArray::from(vec![1, 2, -1, -2, 5, 6]);
        assert_eq!(
            calling("avg", vec![column("interval day to second", halves)])
                .grouped_by([1, 1, 2, 2, 3, 3])
                .shown()
                .await,
            "PT0.002S|-PT0.001S|PT0.006S"
        );
        let months = IntervalYearMonthArray::from(vec![13, 14]);
        assert_eq!(
            calling("avg", vec![column("interval year to month", months)])
                .shown()
                .await,
            "1 years 2 mons"
        );
    }

    #[tokio::test]
    async fn frames_of_reals_are_not_rounded_by_what_left() {
        let values = || Float32Array::from(vec![1e20, 1.0, 2.0]);
        assert_eq!(
            calling("sum", vec![column("real", values())])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1e20|1e20|3.0"
        );
        assert_eq!(
            calling(
                "avg",
                vec![column(
                    "real",
                    Float32Array::from(vec![Some(1.0), None, Some(2.0)])
                )]
            )
            .over_rows(Some(-1), Some(0))
            .shown()
            .await,
            "1.0|1.0|2.0"
        );
    }

    #[tokio::test]
    async fn repeated_averages() {
        let values = Float64Array::from(vec![0.0, -0.0, 3.0, 3.0, 6.0]);
        assert_eq!(
            calling("avg", vec![column("double", values)])
                .distinct()
                .shown()
                .await,
            "3.0"
        );
    }
}
