//! `bool_and`, `every` and `bool_or`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    let bool_and = Definition::new("bool_and", "Whether every value is true").aggregate(
        "(boolean) -> boolean",
        |bound| {
            Aggregate::new("bool_and", bound, |_| {
                Ok(Box::new(PerGroup::new(Votes { every: true })))
            })
            .ignoring_repetition()
            .build()
        },
    );
    vec![
        bool_and.alias("every"),
        bool_and,
        Definition::new("bool_or", "Whether any value is true").aggregate(
            "(boolean) -> boolean",
            |bound| {
                Aggregate::new("bool_or", bound, |_| {
                    Ok(Box::new(PerGroup::new(Votes { every: false })))
                })
                .ignoring_repetition()
                .build()
            },
        ),
    ]
}

/// Counts, for in a window frame values also leave.
#[derive(Debug)]
struct Votes {
    /// Whether all must be true, rather than one.
    every: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    yes: i64,
    no: i64,
}

impl Summary for Votes {
    type State = Count;
    type Input = BooleanArray;

    const REMOVES: bool = true;

    fn new_state(&self) -> Count {
        Count::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<BooleanArray> {
        super::column(arguments, 0).map(|column| column.as_boolean().clone())
    }

    fn add(&self, state: &mut Count, input: &BooleanArray, row: usize) -> Result<()> {
        let yes = i64::from(input.value(row));
        state.yes += yes;
        state.no += 1 - yes;
        Ok(())
    }

    fn remove(&self, state: &mut Count, input: &BooleanArray, row: usize) -> Result<()> {
        let yes = i64::from(input.value(row));
        state.yes -= yes;
        state.no -= 1 - yes;
        Ok(())
    }

    fn merge(&self, state: &mut Count, other: Count) -> Result<()> {
        state.yes += other.yes;
        state.no += other.no;
        Ok(())
    }

    fn finish(&self, states: &mut [Count]) -> Result<ArrayRef> {
        let result = |count: &Count| match (count.yes, count.no) {
            (0, 0) => None,
            (yes, no) => Some(if self.every { no == 0 } else { yes > 0 }),
        };
        Ok(Arc::new(
            states.iter().map(result).collect::<BooleanArray>(),
        ))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64, DataType::Int64]
    }

    fn write(&self, states: &mut [Count]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            Arc::new(
                states
                    .iter()
                    .map(|count| Some(count.yes))
                    .collect::<Int64Array>(),
            ),
            Arc::new(
                states
                    .iter()
                    .map(|count| Some(count.no))
                    .collect::<Int64Array>(),
            ),
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Count>>> {
        let yes = super::column(states, 0)?.as_primitive::<Int64Type>();
        let no = super::column(states, 1)?.as_primitive::<Int64Type>();
        let count = |(yes, no): (&i64, &i64)| Some(Count { yes: *yes, no: *no });
        Ok(yes.values().iter().zip(no.values()).map(count).collect())
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::BooleanArray;

    use crate::testing::{Argument, calling, column};

    fn booleans(values: Vec<Option<bool>>) -> Argument {
        column("boolean", BooleanArray::from(values))
    }

    #[tokio::test]
    async fn null_has_no_vote() {
        let values = || {
            booleans(vec![
                Some(true),
                None,
                Some(false),
                Some(true),
                None,
                Some(false),
            ])
        };
        let groups = [1, 1, 2, 2, 3, 4];
        for (name, results) in [
            ("bool_and", "true|false|NULL|false"),
            ("every", "true|false|NULL|false"),
            ("bool_or", "true|true|NULL|false"),
        ] {
            assert_eq!(
                calling(name, vec![values()])
                    .grouped_by(groups)
                    .shown()
                    .await,
                results
            );
            assert_eq!(
                calling(name, vec![values()])
                    .distinct()
                    .grouped_by(groups)
                    .shown()
                    .await,
                results
            );
        }
    }

    #[tokio::test]
    async fn votes_leave_frames() {
        let values = booleans(vec![Some(true), Some(false), None, None, Some(true)]);
        assert_eq!(
            calling("bool_and", vec![values])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "true|false|false|NULL|true"
        );
    }
}
