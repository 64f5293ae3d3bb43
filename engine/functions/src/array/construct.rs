//! Arrays made of values that are no arrays.

use arrow::array::{Array, ArrayRef, Int64Array, UInt32Array};
use arrow::compute::concat;
use datafusion::error::Result;

use crate::call::{Call, as_nested};
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, element_type, gather};
use crate::types::Type;

/// How many elements `repeat` makes of one row.
const REPEATED_ELEMENTS_MAX: i64 = 100_000;

/// How many bytes `repeat` makes of one row. Trino bounds the bytes of the element, which it stores once; here each copy takes memory.
const REPEATED_BYTES_MAX: usize = 1 << 26;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$array_constructor", "An array of values")
            .hidden()
            .nullable("(T...) -> array(T)", array_constructor),
        Definition::new("repeat", "Repeat an element for a given number of times")
            .nullable("(T, bigint) -> array(T)", repeat),
    ]
}

fn array_constructor(call: &Call<'_>) -> Result<ArrayRef> {
    let element = element_type(call.returns());
    let arguments = (0..call.len())
        .map(|place| as_nested(call.array(place)?, element))
        .collect::<Result<Vec<_>>>()?;
    let mut offsets = Offsets::with_capacity(call.rows);
    for row in 1..=call.rows {
        offsets.end(row.saturating_mul(arguments.len()))?;
    }
    let values = match arguments.as_slice() {
        [] => arrow::array::new_empty_array(&element.nested_arrow()),
        [only] => only.clone(),
        several => {
            let several: Vec<&dyn Array> = several.iter().map(AsRef::as_ref).collect();
            let columns = concat(&several)?;
            // A column's rows are adjacent there; in the lists a row's values are.
            let rows = u32::try_from(call.rows).unwrap_or(u32::MAX);
            let count = u32::try_from(several.len()).unwrap_or(u32::MAX);
            let order = (0..rows).flat_map(|row| {
                (0..count).map(move |column| column.saturating_mul(rows).saturating_add(row))
            });
            gather(&columns, &UInt32Array::from_iter_values(order))?
        }
    };
    offsets.lists(element, values, None)
}

fn repeat(call: &Call<'_>) -> Result<ArrayRef> {
    let element = call.argument_type(0);
    let values = as_nested(call.array(0)?, element)?;
    let counts = call.bigints(1)?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen: Vec<u32> = Vec::new();
    for (row, count) in (0..).zip(repetitions(&counts)?) {
        check_bytes(&values, row, count, element)?;
        chosen.extend(std::iter::repeat_n(row, count));
        offsets.end(chosen.len())?;
    }
    let values = gather(&values, &chosen.into())?;
    offsets.lists(element, values, counts.nulls().cloned())
}

/// How often each row's element is repeated.
fn repetitions(counts: &Int64Array) -> Result<Vec<usize>, FunctionError> {
    let count_of = |count: Option<i64>| match count {
        None => Ok(0),
        Some(count) if count > REPEATED_ELEMENTS_MAX => Err(FunctionError::argument(format!(
            "count argument of repeat function must be less than or equal to {REPEATED_ELEMENTS_MAX}"
        ))),
        Some(count) => usize::try_from(count).map_err(|_| {
            FunctionError::argument(
                "count argument of repeat function must be greater than or equal to 0",
            )
        }),
    };
    counts.iter().map(count_of).collect()
}

fn check_bytes(
    values: &ArrayRef,
    row: u32,
    count: usize,
    element: &Type,
) -> Result<(), FunctionError> {
    if element.nested_arrow().primitive_width().is_some() || count <= 1 {
        return Ok(());
    }
    let value = values.slice(crate::nested::usize_of(row), 1).to_data();
    let bytes = value.get_slice_memory_size().unwrap_or(usize::MAX);
    if bytes.saturating_mul(count) > REPEATED_BYTES_MAX {
        return Err(FunctionError::argument(format!(
            "result of repeat function must not take more than {REPEATED_BYTES_MAX} bytes"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{bigint, call, text};
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn arrays_are_made_of_columns_and_constants() {
        let numbers = rows("integer", "[1, null, 3]");
        assert_shown!(
            "$array_constructor",
            [numbers, constant_row("integer", "7")],
            "[1, 7]|[NULL, 7]|[3, 7]"
        );
        let (_, data_type) = call(
            "$array_constructor",
            vec![
                constant_row("integer", "1"),
                constant_row("decimal(2,1)", "2.5"),
            ],
        )
        .await
        .unwrap();
        assert_eq!(data_type.to_string(), "array(decimal(11,1))");
        assert_shown!(
            "$array_constructor",
            [rows("varchar", r#"["a", "b"]"#)],
            "[a]|[b]"
        );
    }

    #[tokio::test]
    async fn an_array_of_nothing_has_no_type_of_elements() {
        let (values, data_type) = call("$array_constructor", vec![]).await.unwrap();
        assert_eq!(
            (values.len(), data_type.to_string().as_str()),
            (1, "array(unknown)")
        );
        assert_shown!(
            "cardinality",
            [constant_row("array(unknown)", "[null]")],
            "1"
        );
    }

    #[tokio::test]
    async fn repeat_takes_null_elements_but_no_null_count() {
        let values = || rows("varchar", r#"["ab", null, "c"]"#);
        assert_shown!(
            "repeat",
            [values(), bigint(2)],
            "[ab, ab]|[NULL, NULL]|[c, c]"
        );
        assert_shown!(
            "repeat",
            [values(), rows("bigint", "[0, 1, null]")],
            "[]|[NULL]|NULL"
        );
        assert_shown!(
            "repeat",
            [rows("array(integer)", "[[1, 2]]"), rows("bigint", "[2]")],
            "[[1, 2], [1, 2]]"
        );
        assert_shown!(
            "repeat",
            [text("x"), bigint(-1)],
            "ERROR: count argument of repeat function must be greater than or equal to 0"
        );
        assert_shown!(
            "repeat",
            [text("x"), bigint(100_001)],
            "ERROR: count argument of repeat function must be less than or equal to 100000"
        );
        assert_shown!(
            "repeat",
            [text(&"x".repeat(100_000)), bigint(100_000)],
            "ERROR: result of repeat function must not take more than 67108864 bytes"
        );
    }
}
