//! `arbitrary` and `any_value`: the first value that is not NULL.

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    let arbitrary = Definition::new("arbitrary", "Any value that is not NULL, if there is one")
        .aggregate("(T) -> T", |bound| {
            Aggregate::new("arbitrary", bound, |bound| {
                let data_type = bound.returns.arrow();
                Ok(Box::new(PerGroup::new(First { data_type })))
            })
            .ignoring_repetition()
            .heeding_order()
            .build()
        });
    vec![arbitrary.alias("any_value"), arbitrary]
}

#[derive(Debug)]
struct First {
    data_type: DataType,
}

impl Summary for First {
    type State = Option<ScalarValue>;
    type Input = ArrayRef;

    const HEAP: bool = true;

    fn new_state(&self) -> Option<ScalarValue> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<ArrayRef> {
        super::column(arguments, 0).cloned()
    }

    fn add(&self, state: &mut Option<ScalarValue>, input: &ArrayRef, row: usize) -> Result<()> {
        if state.is_none() {
            *state = Some(ScalarValue::try_from_array(input, row)?.compacted());
        }
        Ok(())
    }

    fn merge(&self, state: &mut Option<ScalarValue>, other: Option<ScalarValue>) -> Result<()> {
        if state.is_none() {
            *state = other;
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<ScalarValue>]) -> Result<ArrayRef> {
        if states.is_empty() {
            return Ok(new_empty_array(&self.data_type));
        }
        let null = ScalarValue::try_from(&self.data_type)?;
        let values = states
            .iter()
            .map(|state| state.clone().unwrap_or_else(|| null.clone()));
        ScalarValue::iter_to_array(values)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.data_type.clone()]
    }

    fn write(&self, states: &mut [Option<ScalarValue>]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.finish(states)?])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<ScalarValue>>>> {
        let state = super::column(states, 0)?;
        (0..state.len())
            .map(|row| {
                if state.is_null(row) {
                    return Ok(None);
                }
                Ok(Some(Some(
                    ScalarValue::try_from_array(state, row)?.compacted(),
                )))
            })
            .collect()
    }

    fn heap_size(&self, state: &Option<ScalarValue>) -> usize {
        state
            .as_ref()
            .map_or(0, |value| value.size() - size_of::<ScalarValue>())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{calling, column, maps};

    #[tokio::test]
    async fn the_first_value_that_is_not_null() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![None, Some("a"), Some("b"), None]),
            )
        };
        for name in ["arbitrary", "any_value"] {
            assert_eq!(
                calling(name, vec![values()]).in_one_stage().shown().await,
                "a"
            );
            assert_eq!(
                calling(name, vec![values()])
                    .grouped_by([1, 1, 2, 3])
                    .shown()
                    .await,
                "a|b|NULL"
            );
        }
    }

    #[tokio::test]
    async fn order_decides_which_is_first() {
        let values = column(
            "bigint",
            Int64Array::from(vec![Some(10), None, Some(30), Some(20)]),
        );
        assert_eq!(
            calling("any_value", vec![values])
                .ordered_by_descending(Int64Array::from(vec![1, 4, 3, 2]))
                .shown()
                .await,
            "30"
        );
    }

    #[tokio::test]
    async fn every_type_goes() {
        let values = || maps(&[None, Some(&[("x", Some(1))])]);
        assert_eq!(calling("arbitrary", vec![values()]).shown().await, "{x: 1}");
        assert_eq!(
            calling("arbitrary", vec![values()])
                .over_rows(Some(0), Some(0))
                .shown()
                .await,
            "NULL|{x: 1}"
        );
        let none = Int64Array::from(Vec::<i64>::new());
        assert_eq!(
            calling("arbitrary", vec![column("bigint", none)])
                .shown()
                .await,
            "NULL"
        );
    }
}
