//! Sorting arrays by the order of their elements, and their least and greatest elements.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, Float32Array, Float64Array, UInt32Array};
use datafusion::error::Result;

use super::comparator::{self, Sorting};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, Places, element_type, gather, is_null_at, list_argument, usize_of};
use crate::nested_comparison::{Comparison, SignOfZero, ordering};
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "array_sort",
            "Sort an array by the order of its elements, NULLs last, or by a comparator",
        )
        .strict("(array(T)) -> array(T) where T: orderable", sort)
        .higher_order(
            "(array(T), function(T, T, integer)) -> array(T)",
            comparator::sort,
        ),
        Definition::new("array_max", "Get the maximum value of an array")
            .strict("(array(T)) -> T where T: orderable", |call| {
                extreme(call, Ordering::is_gt)
            }),
        Definition::new("array_min", "Get the minimum value of an array")
            .strict("(array(T)) -> T where T: orderable", |call| {
                extreme(call, Ordering::is_lt)
            }),
    ]
}

fn sort(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let element = element_type(call.returns());
    let values = lists.values();
    let compare = ordering(values, values, element, SignOfZero::Kept)?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut sorted: Vec<u32> = Vec::with_capacity(values.len());
    for places in places {
        let (nulls, present): (Vec<u32>, Vec<u32>) =
            places.partition(|place| is_null_at(values, *place));
        sorted.append(&mut sorted_places(present, element, &compare)?);
        sorted.extend(nulls);
        offsets.end(sorted.len())?;
    }
    let values = gather(values, &UInt32Array::from(sorted))?;
    offsets.lists(element, values, None)
}

fn sorted_places(
    mut places: Vec<u32>,
    element: &Type,
    compare: &Comparison,
) -> Result<Vec<u32>, FunctionError> {
    if matches!(element, Type::Array(_) | Type::Row(_)) {
        // These comparisons may fail, which the standard library's sort does not allow.
        let mut sorting = Sorting::new(places);
        while let Some((left, right)) = sorting.question() {
            sorting.answer(compare(usize_of(left), usize_of(right))?);
        }
        return Ok(sorting.order());
    }
    places.sort_by(|left, right| {
        compare(usize_of(*left), usize_of(*right)).unwrap_or(Ordering::Equal)
    });
    Ok(places)
}

/// The first element that no other is preferred to; NULL where an element is NULL. NaN is chosen only if there is nothing else.
fn extreme(call: &Call<'_>, preferred: fn(Ordering) -> bool) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let values = lists.values();
    let compare = ordering(
        values,
        values,
        element_type(call.argument_type(0)),
        SignOfZero::Ignored,
    )?;
    let choose = |places: Places| -> Result<Option<u32>, FunctionError> {
        let mut chosen = None;
        for place in places {
            if is_null_at(values, place) {
                return Ok(None);
            }
            let better = match chosen {
                None => true,
                Some(chosen) if is_nan(values, chosen) => true,
                Some(chosen) => {
                    !is_nan(values, place) && preferred(compare(usize_of(place), usize_of(chosen))?)
                }
            };
            if better {
                chosen = Some(place);
            }
        }
        Ok(chosen)
    };
    let chosen = places
        .into_iter()
        .map(choose)
        .collect::<Result<Vec<_>, _>>()?;
    gather(values, &UInt32Array::from(chosen))
}

fn is_nan(values: &ArrayRef, place: u32) -> bool {
    let place = usize_of(place);
    if let Some(numbers) = values.as_any().downcast_ref::<Float64Array>() {
        return numbers
            .values()
            .get(place)
            .is_some_and(|number| number.is_nan());
    }
    if let Some(numbers) = values.as_any().downcast_ref::<Float32Array>() {
        return numbers
            .values()
            .get(place)
            .is_some_and(|number| number.is_nan());
    }
    false
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{lit, when};

    use crate::testing::{Argument, Typed, lambda};
    use crate::testing_collections::{assert_shown, constant_row, rows};
    use crate::types::Type;

    #[tokio::test]
    async fn sorted_with_nulls_last() {
        let arrays = rows("array(bigint)", "[[3, null, 1, null, 2], [], null]");
        assert_shown!("array_sort", [arrays], "[1, 2, 3, NULL, NULL]|[]|NULL");
        let doubles = constant_row(
            "array(double)",
            r#"["NaN", 1.0, "-Infinity", 0.0, -0.0, "Infinity"]"#,
        );
        assert_shown!("array_sort", [doubles], "[-inf, -0.0, 0.0, 1.0, inf, NaN]");
        let texts = constant_row("array(varchar)", r#"["b", "\ud83d\ude00", "\uffff", "B"]"#);
        assert_shown!("array_sort", [texts], "[B, b, \u{ffff}, \u{1f600}]");
        let decimals = constant_row("array(decimal(5,2))", r#"["1.50", "-2.25", "1.05"]"#);
        assert_shown!("array_sort", [decimals], "[-2.25, 1.05, 1.50]");
    }

    #[tokio::test]
    async fn nested_values_are_sorted_unless_nulls_decide() {
        let arrays = constant_row("array(array(bigint))", "[[2], [1, 5], [1], null]");
        assert_shown!("array_sort", [arrays], "[[1], [1, 5], [2], NULL]");
        let unknown = constant_row("array(array(bigint))", "[[1, null], [1, 2]]");
        assert_shown!(
            "array_sort",
            [unknown],
            "ERROR: ARRAY comparison not supported for arrays with null elements"
        );
        let decided = constant_row("array(array(bigint))", "[[2, null], [1, null]]");
        assert_shown!("array_sort", [decided], "[[1, NULL], [2, NULL]]");
        let unknown = constant_row("array(row(bigint))", r#"[{"field0": 1}, {"field0": null}]"#);
        assert_shown!(
            "array_sort",
            [unknown],
            "ERROR: ROW comparison not supported for fields with null elements"
        );
    }

    #[tokio::test]
    async fn extremes_are_null_beside_nulls_and_nan_only_alone() {
        let arrays = || rows("array(bigint)", "[[1, 3, 2], [1, null], [], null]");
        assert_shown!("array_max", [arrays()], "3|NULL|NULL|NULL");
        assert_shown!("array_min", [arrays()], "1|NULL|NULL|NULL");
        let doubles = || {
            rows(
                "array(double)",
                r#"[["NaN", 1.0, 2.0], [1.0, "NaN"], ["NaN"]]"#,
            )
        };
        assert_shown!("array_max", [doubles()], "2.0|1.0|NaN");
        assert_shown!("array_min", [doubles()], "1.0|1.0|NaN");
        let rows_of_texts = constant_row(
            "array(row(varchar))",
            r#"[{"field0": "a"}, {"field0": "b"}]"#,
        );
        assert_shown!("array_max", [rows_of_texts], "{field0: b}");
    }

    /// -1, 0 or 1, in descending order.
    fn descending() -> Argument {
        lambda(2, |of| {
            let (left, right) = (of[0].expr.clone(), of[1].expr.clone());
            let expr = when(left.clone().is_null(), lit(-1))
                .when(right.clone().is_null(), lit(1))
                .when(left.clone().lt(right.clone()), lit(1))
                .when(left.eq(right), lit(0))
                .otherwise(lit(-1))
                .unwrap();
            Typed {
                expr,
                data_type: Type::Integer,
            }
        })
    }

    #[tokio::test]
    async fn comparators_decide_the_order() {
        let arrays = rows(
            "array(bigint)",
            "[[3, 2, null, 5, null, 1, 2], [], null, [1], [1, 2]]",
        );
        assert_shown!(
            "array_sort",
            [arrays, descending()],
            "[NULL, NULL, 5, 3, 2, 2, 1]|[]|NULL|[1]|[2, 1]"
        );
        let long: Vec<i64> = (0..1000).map(|number| (number * 7919) % 1000).collect();
        let sorted: Vec<i64> = (0..1000).rev().collect();
        let arrays = constant_row("array(bigint)", &format!("{long:?}"));
        assert_shown!("array_sort", [arrays, descending()], format!("{sorted:?}"));
    }

    #[tokio::test]
    async fn comparators_answer_with_one_of_three_numbers() {
        for answer in ["2", "null"] {
            let answer = answer.parse::<i32>().ok();
            let wrong = lambda(2, move |_| Typed {
                expr: lit(datafusion::scalar::ScalarValue::Int32(answer)),
                data_type: Type::Integer,
            });
            assert_shown!(
                "array_sort",
                [constant_row("array(bigint)", "[1, 2]"), wrong],
                "ERROR: Lambda comparator must return either -1, 0, or 1"
            );
        }
    }
}
