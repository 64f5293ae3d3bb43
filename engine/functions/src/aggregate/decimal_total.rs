//! Sums and averages of decimals.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, Decimal128Array, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Array,
};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, i256};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;

use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::error::FunctionError;
use crate::signature::Bound;

/// One more than the greatest decimal.
const DECIMAL_END: i128 = 10_i128.pow(38);

/// The bytes of a stored sum.
const SUM_BYTES: i32 = 24;

/// `sum` of decimals.
pub(super) fn sum(bound: &Bound) -> Result<Arc<AggregateUDF>> {
    Aggregate::new("sum", bound, |bound| {
        Ok(Box::new(PerGroup::new(Total::new(bound, false))))
    })
    .build()
}

/// `avg` of decimals.
pub(super) fn average(bound: &Bound) -> Result<Arc<AggregateUDF>> {
    Aggregate::new("avg", bound, |bound| {
        Ok(Box::new(PerGroup::new(Total::new(bound, true))))
    })
    .build()
}

#[derive(Debug)]
struct Total {
    returns: DataType,
    average: bool,
}

/// A sum of 192 bits, which no number of decimals exceeds: only the result must be a decimal.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    low: u128,
    high: i64,
    count: i64,
}

impl Sum {
    fn add(&mut self, value: i128) {
        let (low, carry) = self.low.overflowing_add(value.cast_unsigned());
        self.low = low;
        self.high += i64::from(carry) - i64::from(value < 0);
    }

    fn subtract(&mut self, value: i128) {
        let (low, borrow) = self.low.overflowing_sub(value.cast_unsigned());
        self.low = low;
        self.high += i64::from(value < 0) - i64::from(borrow);
    }

    fn merge(&mut self, other: Sum) {
        let (low, carry) = self.low.overflowing_add(other.low);
        self.low = low;
        self.high += other.high + i64::from(carry);
        self.count += other.count;
    }

    fn total(&self) -> i256 {
        i256::from_parts(self.low, i128::from(self.high))
    }

    /// The average, of which a half is rounded away from zero.
    fn average(&self) -> Option<i256> {
        let (total, count) = (self.total(), i256::from_i128(i128::from(self.count)));
        let quotient = total.checked_div(count)?;
        let twice_rest = total.checked_rem(count)?.checked_mul(i256::from_i128(2))?;
        if twice_rest.checked_abs()? < count {
            Some(quotient)
        } else if total.is_negative() {
            quotient.checked_sub(i256::ONE)
        } else {
            quotient.checked_add(i256::ONE)
        }
    }
}

impl Total {
    fn new(bound: &Bound, average: bool) -> Total {
        Total {
            returns: bound.returns.arrow(),
            average,
        }
    }

    fn result(&self, sum: &Sum) -> Result<Option<i128>, FunctionError> {
        if sum.count == 0 {
            return Ok(None);
        }
        let result = if self.average {
            sum.average()
        } else {
            Some(sum.total())
        };
        result
            .and_then(i256::to_i128)
            .filter(|result| (-DECIMAL_END + 1..DECIMAL_END).contains(result))
            .map(Some)
            .ok_or_else(|| FunctionError::out_of_range("Decimal overflow"))
    }
}

/// The sum of values, if 128 bits hold it.
fn sum_of(values: impl Iterator<Item = i128>) -> Option<i128> {
    let (mut sum, mut fits) = (0_i128, true);
    for value in values {
        let (added, overflows) = sum.overflowing_add(value);
        sum = added;
        fits &= !overflows;
    }
    fits.then_some(sum)
}

impl Summary for Total {
    type State = Sum;
    type Input = Decimal128Array;

    const REMOVES: bool = true;

    fn new_state(&self) -> Sum {
        Sum::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Decimal128Array> {
        super::column(arguments, 0).map(|column| column.as_primitive::<Decimal128Type>().clone())
    }

    fn add(&self, state: &mut Sum, input: &Decimal128Array, row: usize) -> Result<()> {
        state.add(input.value(row));
        state.count += 1;
        Ok(())
    }

    fn add_all(
        &self,
        state: &mut Sum,
        input: &Decimal128Array,
        count: usize,
        chosen: Option<&BooleanBuffer>,
    ) -> Result<()> {
        let whole = match chosen {
            None => sum_of(input.values().iter().copied()),
            Some(chosen) => sum_of(chosen.set_indices().map(|row| input.value(row))),
        };
        let rows = chosen.map_or(count, BooleanBuffer::count_set_bits);
        match whole {
            Some(sum) => state.add(sum),
            None => {
                for row in 0..count {
                    if chosen.is_none_or(|chosen| chosen.value(row)) {
                        state.add(input.value(row));
                    }
                }
            }
        }
        state.count += i64::try_from(rows).unwrap_or(i64::MAX);
        Ok(())
    }

    fn remove(&self, state: &mut Sum, input: &Decimal128Array, row: usize) -> Result<()> {
        state.subtract(input.value(row));
        state.count -= 1;
        Ok(())
    }

    fn merge(&self, state: &mut Sum, other: Sum) -> Result<()> {
        state.merge(other);
        Ok(())
    }

    fn finish(&self, states: &mut [Sum]) -> Result<ArrayRef> {
        let results = states
            .iter()
            .map(|sum| self.result(sum))
            .collect::<Result<Vec<Option<i128>>, FunctionError>>()?;
        let results = Decimal128Array::from(results).with_data_type(self.returns.clone());
        Ok(Arc::new(results))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::FixedSizeBinary(SUM_BYTES), DataType::Int64]
    }

    fn write(&self, states: &mut [Sum]) -> Result<Vec<ArrayRef>> {
        let mut sums = FixedSizeBinaryBuilder::with_capacity(states.len(), SUM_BYTES);
        for sum in states.iter() {
            let mut bytes = [0; 24];
            let (low, high) = bytes.split_at_mut(16);
            low.copy_from_slice(&sum.low.to_le_bytes());
            high.copy_from_slice(&sum.high.to_le_bytes());
            sums.append_value(bytes)?;
        }
        let counts = Int64Array::from_iter_values(states.iter().map(|sum| sum.count));
        Ok(vec![Arc::new(sums.finish()), Arc::new(counts)])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Sum>>> {
        let sums: &FixedSizeBinaryArray = super::column(states, 0)?.as_fixed_size_binary();
        let counts = super::column(states, 1)?.as_primitive::<Int64Type>();
        let sum = |(row, count): (usize, &i64)| {
            let Some((low, high)) = sums.value(row).split_first_chunk::<16>() else {
                return internal_err!("a sum of decimals has {SUM_BYTES} bytes");
            };
            let Ok(high) = <[u8; 8]>::try_from(high) else {
                return internal_err!("a sum of decimals has {SUM_BYTES} bytes");
            };
            Ok(Some(Sum {
                low: u128::from_le_bytes(*low),
                high: i64::from_le_bytes(high),
                count: *count,
            }))
        };
        counts.values().iter().enumerate().map(sum).collect()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Decimal128Array;

    use crate::testing::{Argument, calling, column};

    fn cents(values: Vec<Option<i128>>) -> Argument {
        let values = Decimal128Array::from(values)
            .with_precision_and_scale(10, 2)
            .unwrap();
        column("decimal(10,2)", values)
    }

    #[tokio::test]
    async fn a_half_is_rounded_away_from_zero() {
        let values = vec![
            Some(1),
            Some(2),
            Some(-1),
            Some(-2),
            None,
            Some(1),
            Some(1),
            Some(2),
        ];
        assert_eq!(
            calling("avg", vec![cents(values)])
                .grouped_by([1, 1, 2, 2, 2, 3, 3, 3])
                .shown()
                .await,
            "0.02|-0.02|0.01"
        );
        assert_eq!(
            calling("avg", vec![cents(vec![None, None])]).shown().await,
            "NULL"
        );
    }

    #[tokio::test]
    async fn sums_beyond_128_bits_have_an_average() {
        let largest = 10_i128.pow(38) - 1;
        let values = Decimal128Array::from(vec![largest; 9])
            .with_precision_and_scale(38, 0)
            .unwrap();
        assert_eq!(
            calling("avg", vec![column("decimal(38,0)", values)])
                .shown()
                .await,
            largest.to_string()
        );
        let values = Decimal128Array::from(vec![-largest; 9])
            .with_precision_and_scale(38, 3)
            .unwrap();
        assert_eq!(
            calling("avg", vec![column("decimal(38,3)", values)])
                .shown()
                .await,
            format!("-{}.999", "9".repeat(35))
        );
    }

    #[tokio::test]
    async fn frames_subtract_what_leaves() {
        let values = vec![Some(100), Some(-300), None, Some(500), None, None];
        assert_eq!(
            calling("avg", vec![cents(values)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1.00|-1.00|-3.00|5.00|5.00|NULL"
        );
    }
}
