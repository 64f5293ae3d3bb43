//! `sum` of integers and intervals.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::error::Result;

use super::accumulators::SingleGroup;
use super::natives::{natives, retyped};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use super::{decimal_total, float_total};
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    let of_integers = |bound: &Bound| {
        Aggregate::new("sum", bound, |bound| {
            Ok(Box::new(PerGroup::new(Sum::of(bound))))
        })
        .with_frame(|bound| {
            let groups = PerGroup::new(FrameSum(Sum::of(bound)));
            Ok(Box::new(SingleGroup::new(Box::new(groups))))
        })
        .build()
    };
    vec![
        Definition::new("sum", "Sum of all values")
            .aggregate("(bigint) -> bigint", of_integers)
            .aggregate("(double) -> double", float_total::sum)
            .aggregate("(real) -> real", float_total::sum)
            .aggregate("(decimal(p, s)) -> decimal(38, s)", decimal_total::sum)
            .aggregate(
                "(interval day to second) -> interval day to second",
                of_integers,
            )
            .aggregate(
                "(interval year to month) -> interval year to month",
                of_integers,
            ),
    ]
}

/// A sum that must stay within a bigint, as Trino's must after each row.
#[derive(Debug)]
struct Sum {
    returns: Type,
}

#[derive(Debug, Clone, Copy, Default)]
struct Total<T> {
    sum: T,
    count: i64,
}

impl Sum {
    fn of(bound: &Bound) -> Sum {
        Sum {
            returns: bound.returns.clone(),
        }
    }

    /// Sums as values of the type they have.
    fn results(&self, sums: impl Iterator<Item = Option<i64>>) -> Result<ArrayRef> {
        if self.returns == Type::IntervalYearToMonth {
            let months = sums
                .map(|sum| sum.map(months).transpose())
                .collect::<Result<Vec<Option<i32>>, FunctionError>>()?;
            return retyped(Int32Array::from(months), &self.returns.arrow());
        }
        retyped(sums.collect::<Int64Array>(), &self.returns.arrow())
    }
}

/// A number of months as an interval has it.
pub(super) fn months(sum: i64) -> Result<i32, FunctionError> {
    i32::try_from(sum)
        .map_err(|_| FunctionError::out_of_range(format!("Value {sum} exceeds MAX_INT")))
}

fn overflow(left: impl std::fmt::Display, right: i64) -> FunctionError {
    FunctionError::out_of_range(format!("bigint addition overflow: {left} + {right}"))
}

/// Integers, and intervals as the integers that they are stored as.
pub(super) fn integers(arguments: &[ArrayRef]) -> Result<Int64Array> {
    let column = super::column(arguments, 0)?;
    if column.data_type().primitive_width() == Some(4) {
        let narrow: ArrayRef = Arc::new(natives::<Int32Type>(column)?);
        return Ok(cast(&narrow, &DataType::Int64)?
            .as_primitive::<Int64Type>()
            .clone());
    }
    natives::<Int64Type>(column)
}

impl Summary for Sum {
    type State = Total<i64>;
    type Input = Int64Array;

    fn new_state(&self) -> Total<i64> {
        Total::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Int64Array> {
        integers(arguments)
    }

    fn add(&self, state: &mut Total<i64>, input: &Int64Array, row: usize) -> Result<()> {
        let value = input.value(row);
        state.sum = state
            .sum
            .checked_add(value)
            .ok_or_else(|| overflow(state.sum, value))?;
        state.count += 1;
        Ok(())
    }

    fn merge(&self, state: &mut Total<i64>, other: Total<i64>) -> Result<()> {
        let sum = state.sum.checked_add(other.sum);
        state.sum = sum.ok_or_else(|| overflow(state.sum, other.sum))?;
        state.count += other.count;
        Ok(())
    }

    fn finish(&self, states: &mut [Total<i64>]) -> Result<ArrayRef> {
        self.results(
            states
                .iter()
                .map(|total| (total.count > 0).then_some(total.sum)),
        )
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64, DataType::Int64]
    }

    fn write(&self, states: &mut [Total<i64>]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            Arc::new(Int64Array::from_iter_values(
                states.iter().map(|total| total.sum),
            )),
            Arc::new(Int64Array::from_iter_values(
                states.iter().map(|total| total.count),
            )),
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Total<i64>>>> {
        let sums = super::column(states, 0)?.as_primitive::<Int64Type>();
        let counts = super::column(states, 1)?.as_primitive::<Int64Type>();
        let total = |(sum, count): (&i64, &i64)| {
            Some(Total {
                sum: *sum,
                count: *count,
            })
        };
        Ok(sums
            .values()
            .iter()
            .zip(counts.values())
            .map(total)
            .collect())
    }
}

/// The sum of a window frame: only the sum of what is in the frame must be a bigint, not what it passes through as rows come and go.
#[derive(Debug)]
struct FrameSum(Sum);

impl Summary for FrameSum {
    type State = Total<i128>;
    type Input = Int64Array;

    const REMOVES: bool = true;

    fn new_state(&self) -> Total<i128> {
        Total::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Int64Array> {
        integers(arguments)
    }

    fn add(&self, state: &mut Total<i128>, input: &Int64Array, row: usize) -> Result<()> {
        state.sum += i128::from(input.value(row));
        state.count += 1;
        Ok(())
    }

    fn remove(&self, state: &mut Total<i128>, input: &Int64Array, row: usize) -> Result<()> {
        state.sum -= i128::from(input.value(row));
        state.count -= 1;
        Ok(())
    }

    fn merge(&self, state: &mut Total<i128>, other: Total<i128>) -> Result<()> {
        state.sum += other.sum;
        state.count += other.count;
        Ok(())
    }

    fn finish(&self, states: &mut [Total<i128>]) -> Result<ArrayRef> {
        let mut sums = Vec::with_capacity(states.len());
        for total in states {
            sums.push(match i64::try_from(total.sum) {
                _ if total.count == 0 => None,
                Ok(sum) => Some(sum),
                Err(_) => return Err(overflow(total.sum, 0).into()),
            });
        }
        self.0.results(sums.into_iter())
    }

    fn state_types(&self) -> Vec<DataType> {
        Vec::new()
    }

    fn write(&self, _states: &mut [Total<i128>]) -> Result<Vec<ArrayRef>> {
        datafusion::common::internal_err!("window frames have no states")
    }

    fn read(&self, _states: &[ArrayRef]) -> Result<Vec<Option<Total<i128>>>> {
        datafusion::common::internal_err!("window frames have no states")
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Decimal128Array, DurationMillisecondArray, Float32Array, Float64Array, Int16Array,
        Int64Array, IntervalYearMonthArray,
    };

    use crate::testing::{calling, column};

    #[tokio::test]
    async fn sums_have_the_types_of_trino() {
        let small = Int16Array::from(vec![Some(30000), None, Some(30000), Some(-1)]);
        assert_eq!(
            calling("sum", vec![column("smallint", small)])
                .shown()
                .await,
            "59999"
        );
        let decimals = Decimal128Array::from(vec![150, 275])
            .with_precision_and_scale(5, 2)
            .unwrap();
        assert_eq!(
            calling("sum", vec![column("decimal(5,2)", decimals)])
                .shown()
                .await,
            "4.25"
        );
        let reals = Float32Array::from(vec![1.5, 2.25]);
        assert_eq!(
            calling("sum", vec![column("real", reals)]).shown().await,
            "3.75"
        );
        let doubles = Float64Array::from(vec![1.5, 2.25]);
        assert_eq!(
            calling("sum", vec![column("double", doubles)])
                .shown()
                .await,
            "3.75"
        );
        let days = DurationMillisecondArray::from(vec![86_400_000, 1]);
        assert_eq!(
            calling("sum", vec![column("interval day to second", days)])
                .shown()
                .await,
            "PT86400.001S"
        );
        let months = IntervalYearMonthArray::from(vec![14, -1]);
        assert_eq!(
            calling("sum", vec![column("interval year to month", months)])
                .shown()
                .await,
            "1 years 1 mons"
        );
    }

    #[tokio::test]
    async fn sums_of_nothing_are_null() {
        let none = Int64Array::from(vec![None, None]);
        assert_eq!(
            calling("sum", vec![column("bigint", none)]).shown().await,
            "NULL"
        );
        let none = Float64Array::from(Vec::<f64>::new());
        assert_eq!(
            calling("sum", vec![column("double", none)]).shown().await,
            "NULL"
        );
        let groups = Int64Array::from(vec![None, Some(2), None, Some(3)]);
        assert_eq!(
            calling("sum", vec![column("bigint", groups)])
                .grouped_by([1, 2, 1, 2])
                .shown()
                .await,
            "NULL|5"
        );
    }

    #[tokio::test]
    async fn sums_that_do_not_fit_fail() {
        let large = Int64Array::from(vec![i64::MAX, 1]);
        assert_eq!(
            calling("sum", vec![column("bigint", large)]).shown().await,
            "ERROR: bigint addition overflow: 9223372036854775807 + 1"
        );
        let largest = 10_i128.pow(38) - 1;
        let decimals = Decimal128Array::from(vec![largest, 1])
            .with_precision_and_scale(38, 0)
            .unwrap();
        assert_eq!(
            calling("sum", vec![column("decimal(38,0)", decimals)])
                .shown()
                .await,
            "ERROR: Decimal overflow"
        );
        // What leaves the range on the way is no failure.
        let decimals = Decimal128Array::from(vec![largest, largest, -largest, -largest, 7])
            .with_precision_and_scale(38, 0)
            .unwrap();
        assert_eq!(
            calling("sum", vec![column("decimal(38,0)", decimals)])
                .shown()
                .await,
            "7"
        );
    }

    #[tokio::test]
    async fn repeated_values_count_once_when_distinct() {
        let values = Int64Array::from(vec![Some(4), Some(4), None, Some(5), None, Some(4)]);
        assert_eq!(
            calling("sum", vec![column("bigint", values)])
                .distinct()
                .shown()
                .await,
            "9"
        );
    }

    #[tokio::test]
    async fn frames_slide() {
        let values = Int64Array::from(vec![Some(1), None, Some(4), Some(8), None, None]);
        assert_eq!(
            calling("sum", vec![column("bigint", values)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1|1|4|12|8|NULL"
        );
        let values = Float64Array::from(vec![1.0, f64::INFINITY, f64::NAN, 2.0, 3.0]);
        assert_eq!(
            calling("sum", vec![column("double", values)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1.0|inf|NaN|NaN|5.0"
        );
        let decimals = Decimal128Array::from(vec![Some(150), None, Some(275)])
            .with_precision_and_scale(5, 2)
            .unwrap();
        assert_eq!(
            calling("sum", vec![column("decimal(5,2)", decimals)])
                .over_rows(Some(0), Some(1))
                .shown()
                .await,
            "1.50|2.75|2.75"
        );
    }

    #[tokio::test]
    async fn filters_leave_rows_out() {
        let values = Int64Array::from(vec![1, 2, 4, 8]);
        assert_eq!(
            calling("sum", vec![column("bigint", values)])
                .filtered(vec![Some(true), None, Some(false), Some(true)])
                .grouped_by([1, 1, 2, 1])
                .shown()
                .await,
            "9|NULL"
        );
    }
}
