//! `bitwise_and_agg`, `bitwise_or_agg` and `bitwise_xor_agg`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "bitwise_and_agg",
            "Bitwise AND of all values in 2's complement",
        )
        .aggregate("(bigint) -> bigint", |bound| {
            Aggregate::new("bitwise_and_agg", bound, |_| {
                Ok(Box::new(PerGroup::new(Bits {
                    combine: |left, right| left & right,
                })))
            })
            .ignoring_repetition()
            .build()
        }),
        Definition::new(
            "bitwise_or_agg",
            "Bitwise OR of all values in 2's complement",
        )
        .aggregate("(bigint) -> bigint", |bound| {
            Aggregate::new("bitwise_or_agg", bound, |_| {
                Ok(Box::new(PerGroup::new(Bits {
                    combine: |left, right| left | right,
                })))
            })
            .ignoring_repetition()
            .build()
        }),
        Definition::new(
            "bitwise_xor_agg",
            "Bitwise XOR of all values in 2's complement",
        )
        .aggregate("(bigint) -> bigint", |bound| {
            Aggregate::new("bitwise_xor_agg", bound, |_| {
                Ok(Box::new(PerGroup::new(Bits {
                    combine: |left, right| left ^ right,
                })))
            })
            .build()
        }),
    ]
}

#[derive(Debug)]
struct Bits {
    combine: fn(i64, i64) -> i64,
}

impl Bits {
    fn combined(&self, state: &mut Option<i64>, value: i64) {
        *state = Some(match *state {
            Some(known) => (self.combine)(known, value),
            None => value,
        });
    }
}

impl Summary for Bits {
    type State = Option<i64>;
    type Input = Int64Array;

    fn new_state(&self) -> Option<i64> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Int64Array> {
        super::column(arguments, 0).map(|column| column.as_primitive::<Int64Type>().clone())
    }

    fn add(&self, state: &mut Option<i64>, input: &Int64Array, row: usize) -> Result<()> {
        self.combined(state, input.value(row));
        Ok(())
    }

    fn merge(&self, state: &mut Option<i64>, other: Option<i64>) -> Result<()> {
        if let Some(value) = other {
            self.combined(state, value);
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<i64>]) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from(states.to_vec())))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn write(&self, states: &mut [Option<i64>]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.finish(states)?])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<i64>>>> {
        Ok(self.input(states)?.iter().map(Some).collect())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, Int64Array};

    use crate::testing::{calling, column};

    #[tokio::test]
    async fn bits_are_combined() {
        let values = || {
            column(
                "bigint",
                Int64Array::from(vec![Some(12), None, Some(10), Some(-1), None]),
            )
        };
        let groups = [1, 1, 1, 2, 3];
        for (name, results) in [
            ("bitwise_and_agg", "8|-1|NULL"),
            ("bitwise_or_agg", "14|-1|NULL"),
            ("bitwise_xor_agg", "6|-1|NULL"),
        ] {
            assert_eq!(
                calling(name, vec![values()])
                    .grouped_by(groups)
                    .shown()
                    .await,
                results
            );
        }
    }

    #[tokio::test]
    async fn integers_become_bigints_and_repetition_matters_to_xor() {
        let values = || column("integer", Int32Array::from(vec![5, 5, 5, 3]));
        assert_eq!(
            calling("bitwise_xor_agg", vec![values()]).shown().await,
            "6"
        );
        let doubled = Int64Array::from(vec![5, 5, 3]);
        assert_eq!(
            calling("bitwise_xor_agg", vec![column("bigint", doubled)])
                .distinct()
                .shown()
                .await,
            "6"
        );
        assert_eq!(
            calling("bitwise_xor_agg", vec![values()])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "5|0|0|6"
        );
    }
}
