//! Arrays through lambdas that are evaluated once an element.

use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use super::combine::padded;
use crate::definition::Definition;
use crate::higher_order::HigherOrderCall;
use crate::nested::{Offsets, element_type, elements_by_row, gather, list_argument};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("transform", "Apply a lambda to each element of an array")
            .higher_order("(array(T), function(T, U)) -> array(U)", transform),
        Definition::new(
            "filter",
            "Keep the elements of an array for which a lambda is true",
        )
        .higher_order("(array(T), function(T, boolean)) -> array(T)", filter),
        Definition::new("zip_with", "Merge two arrays, element-wise, by a lambda").higher_order(
            "(array(T), array(U), function(T, U, R)) -> array(R)",
            zip_with,
        ),
    ]
}

fn transform(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call.call, 0)?;
    let (elements, rows) = elements_by_row(lists.values(), &places)?;
    let values = call.evaluate(1, &[elements], &rows)?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut end = 0_usize;
    for places in &places {
        end += places.len();
        offsets.end(end)?;
    }
    offsets.lists(
        element_type(call.call.returns()),
        values,
        lists.nulls().cloned(),
    )
}

fn filter(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call.call, 0)?;
    let (elements, rows) = elements_by_row(lists.values(), &places)?;
    let kept = call.evaluate(1, &[elements], &rows)?;
    let mut kept = downcast_value!(kept, BooleanArray).iter();
    let mut offsets = Offsets::with_capacity(places.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in places {
        chosen.extend(places.filter(|_| kept.next().flatten() == Some(true)));
        offsets.end(chosen.len())?;
    }
    let values = gather(lists.values(), &UInt32Array::from(chosen))?;
    offsets.lists(
        element_type(call.call.returns()),
        values,
        lists.nulls().cloned(),
    )
}

fn zip_with(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (left, left_places) = list_argument(call.call, 0)?;
    let (right, right_places) = list_argument(call.call, 1)?;
    let mut offsets = Offsets::with_capacity(left_places.len());
    let mut lengths = Vec::with_capacity(left_places.len());
    let mut rows: Vec<u32> = Vec::new();
    for (row, (left, right)) in (0..).zip(left_places.iter().zip(&right_places)) {
        let length = left.len().max(right.len());
        rows.extend(std::iter::repeat_n(row, length));
        offsets.end(rows.len())?;
        lengths.push(length);
    }
    let columns = [
        gather(left.values(), &padded(&left_places, &lengths))?,
        gather(right.values(), &padded(&right_places, &lengths))?,
    ];
    let values = call.evaluate(2, &columns, &UInt32Array::from(rows))?;
    let nulls = call.call.nulls().cloned();
    offsets.lists(element_type(call.call.returns()), values, nulls)
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;

    use crate::testing::{Typed, apply, lambda};
    use crate::testing_collections::{assert_shown, constant_row, rows};
    use crate::types::Type;

    #[tokio::test]
    async fn each_element_is_transformed() {
        let arrays = || rows("array(bigint)", "[[1, 2, null], [], null, [3]]");
        let next = lambda(1, |of| Typed {
            expr: of[0].expr.clone() + lit(1_i64),
            data_type: Type::Bigint,
        });
        assert_shown!("transform", [arrays(), next], "[2, 3, NULL]|[]|NULL|[4]");
        let constant = lambda(1, |_| Typed {
            expr: lit("x"),
            data_type: Type::Varchar(Some(1)),
        });
        assert_shown!("transform", [arrays(), constant], "[x, x, x]|[]|NULL|[x]");
    }

    #[tokio::test]
    async fn elements_are_filtered_by_what_is_true() {
        let arrays = rows("array(bigint)", "[[5, -6, null, 7], [], null, [-1]]");
        let positive = lambda(1, |of| Typed {
            expr: of[0].expr.clone().gt(lit(0_i64)),
            data_type: Type::Boolean,
        });
        assert_shown!("filter", [arrays, positive], "[5, 7]|[]|NULL|[]");
        let texts = rows("array(varchar)", r#"[["a", null], [null]]"#);
        let present = lambda(1, |of| Typed {
            expr: of[0].expr.clone().is_not_null(),
            data_type: Type::Boolean,
        });
        assert_shown!("filter", [texts, present], "[a]|[]");
    }

    #[tokio::test]
    async fn the_shorter_array_is_filled_with_nulls() {
        let left = rows("array(bigint)", "[[1, 2], [], null, [1]]");
        let right = rows("array(varchar)", r#"[["a"], ["b"], ["c"], null]"#);
        let second = lambda(2, |of| of[1].clone());
        assert_shown!("zip_with", [left, right, second], "[a, NULL]|[b]|NULL|NULL");
    }

    #[tokio::test]
    async fn lambdas_within_null_rows_are_not_evaluated() {
        // The second row's array is NULL, though there are elements behind it.
        let mut arrays = arrow::array::ListBuilder::new(arrow::array::Int64Builder::new());
        arrays.values().append_slice(&[1, 2]);
        arrays.append(true);
        arrays.values().append_slice(&[0]);
        arrays.append(false);
        let divided = lambda(1, |of| Typed {
            expr: lit(10_i64) / of[0].expr.clone(),
            data_type: Type::Bigint,
        });
        let arrays = crate::testing::column("array(bigint)", arrays.finish());
        assert_shown!("transform", [arrays, divided], "[10, 5]|NULL");
    }

    #[tokio::test]
    async fn functions_are_called_within_lambdas() {
        let arrays = constant_row("array(array(bigint))", "[[2, 1], null]");
        let sorted = lambda(1, |of| apply("array_sort", vec![of[0].clone()]));
        assert_shown!("transform", [arrays, sorted], "[[1, 2], NULL]");
    }
}
