//! Reading elements of arrays by their places.

use arrow::array::{Array, ArrayRef, Int64Array, UInt32Array};
use std::sync::Arc;

use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Places, gather, list_argument};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$subscript", "The element of an array at an index, or the value of a key")
            .hidden()
            .strict("(array(T), bigint) -> T", |call| elements_at(call, subscript)),
        Definition::new(
            "element_at",
            "Get the element of an array at an index, from its end if the index is negative; NULL beyond it",
        )
        .strict("(array(T), bigint) -> T", |call| elements_at(call, element_at)),
        Definition::new("array_first", "Get the first element of an array")
            .strict("(array(T)) -> T", |call| elements(call, |_, places| Ok(places.clone().next()))),
        Definition::new("array_last", "Get the last element of an array")
            .strict("(array(T)) -> T", |call| elements(call, |_, places| Ok(places.clone().last()))),
        Definition::new("cardinality", "Get the number of elements of an array")
            .strict("(array(T)) -> bigint", cardinality),
    ]
}

/// One element of each row, or NULL.
fn elements(
    call: &Call<'_>,
    choose: impl Fn(usize, &Places) -> Result<Option<u32>, FunctionError>,
) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let mut chosen = Vec::with_capacity(places.len());
    for (row, places) in places.iter().enumerate() {
        chosen.push(if call.is_null(row) {
            None
        } else {
            choose(row, places)?
        });
    }
    gather(lists.values(), &UInt32Array::from(chosen))
}

fn elements_at(
    call: &Call<'_>,
    choose: fn(i64, &Places) -> Result<Option<u32>, FunctionError>,
) -> Result<ArrayRef> {
    let indices = call.bigints(1)?;
    elements(call, |row, places| match indices.is_valid(row) {
        true => choose(indices.value(row), places),
        false => Ok(None),
    })
}

/// The index must be that of an element.
fn subscript(index: i64, places: &Places) -> Result<Option<u32>, FunctionError> {
    if index < 0 {
        return Err(FunctionError::argument(format!(
            "Array subscript is negative: {index}"
        )));
    }
    let found = from_start(index, places)?;
    if found.is_none() {
        let length = places.len();
        return Err(FunctionError::argument(format!(
            "Array subscript must be less than or equal to array length: {index} > {length}"
        )));
    }
    Ok(found)
}

fn element_at(index: i64, places: &Places) -> Result<Option<u32>, FunctionError> {
    if index < 0 {
        let back = u32::try_from(index.unsigned_abs()).ok();
        let place = back.and_then(|back| places.end.checked_sub(back));
        return Ok(place.filter(|place| places.contains(place)));
    }
    from_start(index, places)
}

fn from_start(index: i64, places: &Places) -> Result<Option<u32>, FunctionError> {
    if index == 0 {
        return Err(FunctionError::argument("SQL array indices start at 1"));
    }
    let forward = u32::try_from(index - 1).ok();
    let place = forward.and_then(|forward| places.start.checked_add(forward));
    Ok(place.filter(|place| places.contains(place)))
}

fn cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    let (_, places) = list_argument(call, 0)?;
    let counts = places
        .iter()
        .map(|places| i64::try_from(places.len()).unwrap_or(i64::MAX));
    Ok(Arc::new(Int64Array::from_iter_values(counts)))
}

#[cfg(test)]
mod tests {
    use crate::testing::bigint;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn subscripts_are_checked() {
        let arrays = || rows("array(varchar)", r#"[["a", null, "c"], null, ["d"]]"#);
        assert_shown!(
            "$subscript",
            [arrays(), rows("bigint", "[3, 7, 1]")],
            "c|NULL|d"
        );
        assert_shown!(
            "$subscript",
            [arrays(), rows("bigint", "[2, 7, null]")],
            "NULL|NULL|NULL"
        );
        assert_shown!(
            "$subscript",
            [arrays(), bigint(0)],
            "ERROR: SQL array indices start at 1"
        );
        assert_shown!(
            "$subscript",
            [arrays(), bigint(-1)],
            "ERROR: Array subscript is negative: -1"
        );
        assert_shown!(
            "$subscript",
            [constant_row("array(integer)", "[1, 2, 3]"), bigint(5)],
            "ERROR: Array subscript must be less than or equal to array length: 5 > 3"
        );
        assert_shown!(
            "$subscript",
            [constant_row("array(integer)", "[]"), bigint(i64::MAX)],
            "ERROR: Array subscript must be less than or equal to array length: 9223372036854775807 > 0"
        );
    }

    #[tokio::test]
    async fn element_at_counts_from_both_ends() {
        let arrays = || rows("array(bigint)", "[[1, 2, 3], [4], [], null]");
        assert_shown!("element_at", [arrays(), bigint(-1)], "3|4|NULL|NULL");
        assert_shown!("element_at", [arrays(), bigint(2)], "2|NULL|NULL|NULL");
        assert_shown!("element_at", [arrays(), bigint(-3)], "1|NULL|NULL|NULL");
        assert_shown!(
            "element_at",
            [arrays(), bigint(i64::MIN)],
            "NULL|NULL|NULL|NULL"
        );
        assert_shown!(
            "element_at",
            [arrays(), bigint(i64::MAX)],
            "NULL|NULL|NULL|NULL"
        );
        assert_shown!(
            "element_at",
            [arrays(), bigint(0)],
            "ERROR: SQL array indices start at 1"
        );
    }

    #[tokio::test]
    async fn elements_may_have_any_type() {
        let nested = || {
            rows(
                "array(row(a integer, b array(varchar)))",
                r#"[[{"a": 1, "b": ["x"]}, null]]"#,
            )
        };
        assert_shown!("element_at", [nested(), bigint(1)], "{a: 1, b: [x]}");
        assert_shown!("array_last", [nested()], "NULL");
        let maps = rows(
            "array(map(varchar, decimal(4,2)))",
            r#"[[{"k": "1.50"}], []]"#,
        );
        assert_shown!("array_first", [maps], "{k: 1.50}|NULL");
    }

    #[tokio::test]
    async fn first_last_and_cardinality_of_empty_arrays() {
        let arrays = || rows("array(integer)", "[[], [1, 2], null, [null]]");
        assert_shown!("array_first", [arrays()], "NULL|1|NULL|NULL");
        assert_shown!("array_last", [arrays()], "NULL|2|NULL|NULL");
        assert_shown!("cardinality", [arrays()], "0|2|NULL|1");
    }
}
