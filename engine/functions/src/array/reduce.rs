//! `reduce`: a state that goes through a lambda with each element in turn.

use std::cmp::Reverse;

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::concat;
use datafusion::error::Result;

use crate::call::with_nulls;
use crate::definition::Definition;
use crate::higher_order::HigherOrderCall;
use crate::nested::{Places, gather, list_argument, places, usize_of};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "reduce",
            "Reduce the elements of an array into a single value",
        )
        .higher_order(
            "(array(T), S, function(S, T, S), function(S, R)) -> R",
            reduce,
        ),
    ]
}

fn reduce(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (lists, _) = list_argument(call.call, 0)?;
    // The initial state may be NULL.
    let places = places(lists.offsets(), lists.nulls());
    let states = fold(call, lists.values(), &places, call.call.array(1)?)?;
    let rows: UInt32Array = (0..).take(places.len()).collect::<Vec<u32>>().into();
    let results = call.evaluate(3, &[states], &rows)?;
    with_nulls(results, lists.nulls())
}

/// The state of each row after its last element. Each step evaluates the lambda over the rows that have one more element; the rows are
/// taken by their lengths, so that these are always the first.
fn fold(
    call: &HigherOrderCall<'_>,
    values: &ArrayRef,
    places: &[Places],
    initial: ArrayRef,
) -> Result<ArrayRef> {
    let length = |row: u32| places.get(usize_of(row)).map_or(0, |places| places.len());
    let mut rows: Vec<u32> = (0..).take(places.len()).collect();
    rows.sort_by_key(|row| Reverse(length(*row)));
    let mut states = gather(&initial, &UInt32Array::from(rows.clone()))?;
    // The states of rows without further elements, those of the longest arrays last.
    let mut finished: Vec<ArrayRef> = Vec::new();
    for step in 0_u32.. {
        let active = rows.partition_point(|row| length(*row) > usize_of(step));
        if active < states.len() {
            finished.push(states.slice(active, states.len() - active));
        }
        if active == 0 {
            break;
        }
        let elements = rows.iter().take(active).map(|row| {
            let places = places.get(usize_of(*row))?;
            places.start.checked_add(step)
        });
        let elements = gather(values, &elements.collect::<UInt32Array>())?;
        let active_rows = UInt32Array::from_iter_values(rows.iter().take(active).copied());
        states = call.evaluate(2, &[states.slice(0, active), elements], &active_rows)?;
    }
    finished.reverse();
    let finished: Vec<&dyn Array> = finished.iter().map(AsRef::as_ref).collect();
    let states = match finished.as_slice() {
        [] => return Ok(initial),
        finished => concat(finished)?,
    };
    let mut order = vec![0_u32; rows.len()];
    for (place, row) in (0..).zip(rows) {
        if let Some(of_row) = order.get_mut(usize_of(row)) {
            *of_row = place;
        }
    }
    gather(&states, &order.into())
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;

    use crate::testing::{Argument, Typed, bigint, call, lambda};
    use crate::testing_collections::{assert_shown, constant_row, rows};
    use crate::types::Type;

    fn sum() -> Argument {
        lambda(2, |of| Typed {
            expr: of[0].expr.clone() + of[1].expr.clone(),
            data_type: if of.iter().any(|of| of.data_type == Type::Bigint) {
                Type::Bigint
            } else {
                Type::Integer
            },
        })
    }

    fn itself() -> Argument {
        lambda(1, |of| of[0].clone())
    }

    #[tokio::test]
    async fn states_go_through_the_elements_of_each_row() {
        let arrays = || {
            rows(
                "array(bigint)",
                "[[5, 20, 50], [], null, [7], [1, null, 2]]",
            )
        };
        assert_shown!(
            "reduce",
            [arrays(), bigint(0), sum(), itself()],
            "75|0|NULL|7|NULL"
        );
        assert_shown!(
            "reduce",
            [
                arrays(),
                rows("bigint", "[1, null, 3, null, 5]"),
                sum(),
                itself()
            ],
            "76|NULL|NULL|NULL|NULL"
        );
        let counted = lambda(2, |of| Typed {
            expr: of[0].expr.clone() + lit(1_i64),
            data_type: Type::Bigint,
        });
        let doubled = lambda(1, |of| Typed {
            expr: of[0].expr.clone() * lit(2_i64),
            data_type: Type::Bigint,
        });
        assert_shown!(
            "reduce",
            [arrays(), bigint(0), counted, doubled],
            "6|0|NULL|2|6"
        );
    }

    #[tokio::test]
    async fn elements_are_taken_in_order() {
        let arrays = rows("array(varchar)", r#"[["a", "b", "c"], ["x"]]"#);
        let last = lambda(2, |of| of[1].clone());
        let initial = constant_row("varchar", "\"-\"");
        assert_shown!("reduce", [arrays, initial, last, itself()], "c|x");
    }

    #[tokio::test]
    async fn the_state_widens_to_what_the_lambda_returns() {
        let arguments = vec![
            constant_row("array(bigint)", "[9000000000, 1]"),
            constant_row("integer", "1"),
            sum(),
            itself(),
        ];
        let (_, data_type) = call("reduce", arguments).await.unwrap();
        assert_eq!(data_type, Type::Bigint);
        assert_shown!(
            "reduce",
            [
                constant_row("array(bigint)", "[9000000000, 1]"),
                constant_row("integer", "1"),
                sum(),
                itself()
            ],
            "9000000002"
        );
    }

    #[tokio::test]
    async fn arrays_of_nothing_reduce_to_the_initial_state() {
        let nothing = constant_row("array(unknown)", "[]");
        let state = lambda(2, |of| of[0].clone());
        assert_shown!(
            "reduce",
            [nothing, constant_row("integer", "7"), state, itself()],
            "7"
        );
    }
}
