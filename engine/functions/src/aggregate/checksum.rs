//! `checksum`: the sum of all values' hashes, whatever their order.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use std::sync::Arc;

use super::row_buffer::binary_column;
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::sketch::hash_values;
use crate::types::Type;

/// Stands for NULL, and spreads the hashes of values.
const PRIME: u64 = 0x9e37_79b1_85eb_ca87;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("checksum", "Checksum of all values, whatever their order").aggregate(
            "(T) -> varbinary where T: comparable",
            |bound| {
                Aggregate::new("checksum", bound, |bound| {
                    let takes = bound.arguments.first().cloned().unwrap_or(Type::Unknown);
                    Ok(Box::new(PerGroup::new(Checksum { takes })))
                })
                .build()
            },
        ),
    ]
}

#[derive(Debug)]
struct Checksum {
    takes: Type,
}

impl Summary for Checksum {
    type State = Option<u64>;
    type Input = (Vec<u64>, Option<NullBuffer>);

    const SEES_NULLS: bool = true;

    fn new_state(&self) -> Option<u64> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<(Vec<u64>, Option<NullBuffer>)> {
        let column = super::column(arguments, 0)?;
        Ok((hash_values(&self.takes, column)?, column.logical_nulls()))
    }

    fn add(
        &self,
        state: &mut Option<u64>,
        (hashes, nulls): &(Vec<u64>, Option<NullBuffer>),
        row: usize,
    ) -> Result<()> {
        let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
        let hash = if is_null {
            1
        } else {
            hashes.get(row).copied().unwrap_or_default()
        };
        self.merge(state, Some(hash.wrapping_mul(PRIME)))
    }

    fn merge(&self, state: &mut Option<u64>, other: Option<u64>) -> Result<()> {
        if let Some(other) = other {
            *state = Some(state.unwrap_or(0).wrapping_add(other));
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<u64>]) -> Result<ArrayRef> {
        binary_column(
            states
                .iter()
                .map(|sum| sum.map(|sum| sum.to_le_bytes().to_vec())),
        )
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn write(&self, states: &mut [Option<u64>]) -> Result<Vec<ArrayRef>> {
        let sums = states.iter().map(|sum| sum.map(u64::cast_signed));
        Ok(vec![Arc::new(sums.collect::<Int64Array>())])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<u64>>>> {
        let sums = super::column(states, 0)?.as_primitive::<Int64Type>();
        Ok(sums
            .iter()
            .map(|sum| Some(sum.map(i64::cast_unsigned)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, StringArray};

    use crate::testing::{calling, column, lists};

    #[tokio::test]
    async fn the_order_of_values_does_not_matter() {
        let one = Int64Array::from(vec![Some(1), None, Some(7)]);
        let other = Int64Array::from(vec![Some(7), Some(1), None]);
        let checksum = calling("checksum", vec![column("bigint", one)])
            .shown()
            .await;
        assert_eq!(
            calling("checksum", vec![column("bigint", other)])
                .shown()
                .await,
            checksum
        );
        let fewer = Int64Array::from(vec![Some(1), Some(7)]);
        assert_ne!(
            calling("checksum", vec![column("bigint", fewer)])
                .shown()
                .await,
            checksum
        );
    }

    #[tokio::test]
    async fn sums_of_hashes_are_those_of_trino() {
        let nothing = Int64Array::from(Vec::<i64>::new());
        assert_eq!(
            calling("checksum", vec![column("bigint", nothing)])
                .shown()
                .await,
            "NULL"
        );
        // A NULL counts as the prime itself.
        let null = Int64Array::from(vec![None::<i64>]);
        assert_eq!(
            calling("checksum", vec![column("bigint", null)])
                .shown()
                .await,
            "87caeb85b179379e"
        );
        let empty = StringArray::from(vec![""]);
        let hash = 0xef46_db37_51d8_e999_u64
            .wrapping_mul(super::PRIME)
            .to_le_bytes();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            calling("checksum", vec![column("varchar", empty)])
                .shown()
                .await,
            hex
        );
    }

    #[tokio::test]
    async fn equal_values_have_equal_checksums() {
        let zeros = || column("double", Float64Array::from(vec![0.0, -0.0]));
        let groups = calling("checksum", vec![zeros()])
            .grouped_by([1, 2])
            .shown()
            .await;
        let (positive, negative) = groups.split_once('|').unwrap();
        assert_eq!(positive, negative);
        let arrays = lists(vec![Some(vec![Some(1), None]), Some(vec![Some(1)])]);
        let groups = calling("checksum", vec![column("array(bigint)", arrays)])
            .grouped_by([1, 2])
            .shown()
            .await;
        let (longer, shorter) = groups.split_once('|').unwrap();
        assert_ne!(longer, shorter);
    }
}
