//! Arrays of the elements of several arrays, without comparing them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StructArray, UInt32Array};
use arrow::compute::concat as concat_values;
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::{Call, as_nested};
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, Places, element_type, gather, list_argument};
use crate::signature::Bound;
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    let append: &'static str = "(array(T), T) -> array(T)";
    let prepend: &'static str = "(T, array(T)) -> array(T)";
    vec![
        Definition::new("concat", "Concatenate arrays, or an array and an element")
            .strict_returning("(array(T)...) -> array(T)", several_arrays, concat)
            .strict(append, concat)
            .strict(prepend, concat),
        Definition::new(
            "$concat",
            "Concatenate two arrays, or an array and an element",
        )
        .hidden()
        .strict("(array(T), array(T)) -> array(T)", concat)
        .strict(append, concat)
        .strict(prepend, concat),
        Definition::new(
            "zip",
            "Merge the given arrays, element-wise, into a single array of rows",
        )
        .strict("(array(A), array(B)) -> array(row(A, B))", zip)
        .strict("(array(A), array(B), array(C)) -> array(row(A, B, C))", zip)
        .strict(
            "(array(A), array(B), array(C), array(D)) -> array(row(A, B, C, D))",
            zip,
        )
        .strict(
            "(array(A), array(B), array(C), array(D), array(E)) -> array(row(A, B, C, D, E))",
            zip,
        ),
    ]
}

fn several_arrays(bound: &Bound) -> Result<Type, FunctionError> {
    if bound.arguments.len() < 2 {
        return Err(FunctionError::argument(
            "There must be two or more arguments to concat",
        ));
    }
    Ok(bound.returns.clone())
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let element = element_type(call.returns());
    let mut values = Vec::with_capacity(call.len());
    let mut places: Vec<Vec<Places>> = Vec::with_capacity(call.len());
    // Where an argument's elements begin among those of all arguments.
    let mut start = 0_u32;
    for place in 0..call.len() {
        let (elements, found) = if call.argument_type(place) == call.returns() {
            let (lists, found) = list_argument(call, place)?;
            (lists.values().clone(), found)
        } else {
            let rows = u32::try_from(call.rows).unwrap_or(u32::MAX);
            let found = (0..rows).zip(1..).map(|(row, next)| row..next).collect();
            (as_nested(call.array(place)?, element)?, found)
        };
        let length = u32::try_from(elements.len()).unwrap_or(u32::MAX);
        let Some(end) = start.checked_add(length) else {
            return exec_err!("the arrays of a batch have too many elements");
        };
        places.push(
            found
                .into_iter()
                .map(|of| of.start + start..of.end + start)
                .collect(),
        );
        values.push(elements);
        start = end;
    }
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen: Vec<u32> = Vec::new();
    for row in 0..call.rows {
        if !call.is_null(row) {
            let places = places.iter().filter_map(|places| places.get(row));
            chosen.extend(places.cloned().flatten());
        }
        offsets.end(chosen.len())?;
    }
    let values: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
    let values = gather(&concat_values(&values)?, &chosen.into())?;
    offsets.lists(element, values, None)
}

fn zip(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = (0..call.len())
        .map(|place| list_argument(call, place))
        .collect::<Result<Vec<_>>>()?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut lengths = Vec::with_capacity(call.rows);
    let mut total = 0_usize;
    for row in 0..call.rows {
        let lengths_of_row = lists.iter().filter_map(|(_, places)| places.get(row));
        let length = lengths_of_row.map(|places| places.len()).max().unwrap_or(0);
        total = total.saturating_add(length);
        offsets.end(total)?;
        lengths.push(length);
    }
    let row_type = element_type(call.returns());
    let DataType::Struct(fields) = row_type.nested_arrow() else {
        return exec_err!("zip returns {row_type}");
    };
    let columns = lists
        .iter()
        .map(|(lists, places)| gather(lists.values(), &padded(places, &lengths)))
        .collect::<Result<Vec<_>>>()?;
    let rows = StructArray::try_new_with_length(fields, columns, None, total)?;
    offsets.lists(row_type, Arc::new(rows), None)
}

/// The places, and NULLs up to each row's length.
pub(super) fn padded(places: &[Places], lengths: &[usize]) -> UInt32Array {
    let rows = places.iter().zip(lengths);
    rows.flat_map(|(places, length)| {
        let missing = length.saturating_sub(places.len());
        places
            .clone()
            .map(Some)
            .chain(std::iter::repeat_n(None, missing))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn arrays_and_elements_are_concatenated() {
        let left = || rows("array(bigint)", "[[1, null], [], null]");
        let right = || rows("array(bigint)", "[[2], [3], [4]]");
        assert_shown!("concat", [left(), right()], "[1, NULL, 2]|[3]|NULL");
        assert_shown!(
            "concat",
            [left(), right(), left()],
            "[1, NULL, 2, 1, NULL]|[3]|NULL"
        );
        assert_shown!(
            "$concat",
            [left(), rows("bigint", "[7, null, 9]")],
            "[1, NULL, 7]|NULL|NULL"
        );
        assert_shown!(
            "$concat",
            [rows("bigint", "[7, null, 9]"), right()],
            "[7, 2]|NULL|[9, 4]"
        );
        assert_shown!(
            "$concat",
            [
                constant_row("array(array(varchar))", r#"[["a"]]"#),
                constant_row("array(varchar)", r#"["b"]"#)
            ],
            "[[a], [b]]"
        );
        assert_shown!(
            "concat",
            [left()],
            "ERROR: There must be two or more arguments to concat"
        );
    }

    #[tokio::test]
    async fn elements_get_a_common_type() {
        let arguments = vec![
            constant_row("array(integer)", "[1]"),
            constant_row("decimal(2,1)", "2.5"),
        ];
        let (_, data_type) = call("$concat", arguments).await.unwrap();
        assert_eq!(data_type.to_string(), "array(decimal(11,1))");
        assert_shown!(
            "$concat",
            [
                constant_row("array(unknown)", "[null]"),
                constant_row("array(integer)", "[1]")
            ],
            "[NULL, 1]"
        );
    }

    #[tokio::test]
    async fn zipped_arrays_are_filled_with_nulls() {
        let numbers = || rows("array(integer)", "[[1, 2], [], null]");
        let texts = || rows("array(varchar)", r#"[["1b", null, "3b"], ["x"], ["y"]]"#);
        assert_shown!(
            "zip",
            [numbers(), texts()],
            "[{field0: 1, field1: 1b}, {field0: 2, field1: NULL}, {field0: NULL, field1: 3b}]|[{field0: NULL, field1: x}]|NULL"
        );
        let (_, data_type) = call(
            "zip",
            vec![numbers(), texts(), numbers(), texts(), numbers()],
        )
        .await
        .unwrap();
        assert_eq!(
            data_type.to_string(),
            "array(row(integer, varchar, integer, varchar, integer))"
        );
    }
}
