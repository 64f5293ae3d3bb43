//! Looking for a value among the elements of arrays.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, UInt32Array};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::nested::{Offsets, Places, element_type, gather, is_null_at, list_argument, usize_of};
use crate::nested_comparison::{Equality, Identity, equality};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("contains", "Determine whether a value is among the elements of an array")
            .strict("(array(T), T) -> boolean where T: comparable", contains),
        Definition::new(
            "contains_sequence",
            "Determine whether an array has the elements of another, adjacent and in the same order",
        )
        .strict("(array(T), array(T)) -> boolean where T: comparable", contains_sequence),
        Definition::new(
            "array_position",
            "Get the index of the first element that equals a value, 0 if there is none",
        )
        .strict("(array(T), T) -> bigint where T: comparable", position),
        Definition::new("array_remove", "Remove the elements that equal a value from an array")
            .strict("(array(T), T) -> array(T) where T: comparable", remove),
    ]
}

/// Compares each row's elements with its value; told whether elements that are not NULL are equal.
struct Search<'a> {
    name: &'static str,
    values: &'a ArrayRef,
    equal: Equality,
}

impl<'a> Search<'a> {
    fn new(name: &'static str, call: &Call<'_>, values: &'a ArrayRef) -> Result<Search<'a>> {
        Ok(Search {
            name,
            values,
            equal: equality(values, &call.array(1)?, call.argument_type(1))?,
        })
    }

    /// Whether the element equals the row's value; `None` for an element that is NULL.
    fn equals(&self, place: u32, row: usize) -> Result<Option<bool>, FunctionError> {
        if is_null_at(self.values, place) {
            return Ok(None);
        }
        match (self.equal)(usize_of(place), row) {
            Some(equal) => Ok(Some(equal)),
            None => Err(FunctionError::new(
                FunctionErrorCode::NotSupported,
                format!(
                    "{} does not support arrays with elements that are null or contain null",
                    self.name
                ),
            )),
        }
    }
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let search = Search::new("contains", call, lists.values())?;
    let mut found = Vec::with_capacity(places.len());
    for (row, places) in places.into_iter().enumerate() {
        let mut any = Some(false);
        for place in places {
            match search.equals(place, row)? {
                Some(true) => {
                    any = Some(true);
                    break;
                }
                Some(false) => {}
                None => any = None,
            }
        }
        found.push(any);
    }
    Ok(Arc::new(BooleanArray::from(found)))
}

fn position(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let search = Search::new("array_position", call, lists.values())?;
    let mut found = Vec::with_capacity(places.len());
    for (row, places) in places.into_iter().enumerate() {
        let mut position = 0;
        for (index, place) in (1..).zip(places) {
            if search.equals(place, row)? == Some(true) {
                position = index;
                break;
            }
        }
        found.push(position);
    }
    Ok(Arc::new(Int64Array::from(found)))
}

fn remove(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let search = Search::new("array_remove", call, lists.values())?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut kept: Vec<u32> = Vec::new();
    for (row, places) in places.into_iter().enumerate() {
        for place in places {
            if search.equals(place, row)? != Some(true) {
                kept.push(place);
            }
        }
        offsets.end(kept.len())?;
    }
    let values = gather(lists.values(), &UInt32Array::from(kept))?;
    offsets.lists(element_type(call.returns()), values, None)
}

fn contains_sequence(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let (sequences, sequence_places) = list_argument(call, 1)?;
    let identity = Identity::of(element_type(call.argument_type(0)))?;
    let keys = identity.keys(lists.values())?;
    let sequence_keys = identity.keys(sequences.values())?;
    let found = |(places, sequence): (&Places, &Places)| {
        let starts = places.len().checked_sub(sequence.len());
        starts.is_some_and(|last| {
            (0..=last).any(|start| {
                let candidates = places.clone().skip(start);
                candidates.zip(sequence.clone()).all(|(place, wanted)| {
                    keys.row(usize_of(place)) == sequence_keys.row(usize_of(wanted))
                })
            })
        })
    };
    let found = places
        .iter()
        .zip(&sequence_places)
        .map(|pair| Some(found(pair)));
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

#[cfg(test)]
mod tests {
    use crate::testing::bigint;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn contains_is_unknown_beside_nulls() {
        let arrays = || rows("array(bigint)", "[[1, 2], [null, 2], [null], [], null]");
        assert_shown!(
            "contains",
            [arrays(), bigint(2)],
            "true|true|NULL|false|NULL"
        );
        assert_shown!(
            "contains",
            [arrays(), bigint(3)],
            "false|NULL|NULL|false|NULL"
        );
        let null = constant_row("bigint", "null");
        assert_shown!("contains", [arrays(), null], "NULL|NULL|NULL|NULL|NULL");
    }

    #[tokio::test]
    async fn not_a_number_equals_nothing_and_zeros_are_equal() {
        let arrays = || constant_row("array(double)", r#"["NaN", -0.0]"#);
        assert_shown!(
            "contains",
            [arrays(), constant_row("double", "\"NaN\"")],
            "false"
        );
        assert_shown!(
            "array_position",
            [arrays(), constant_row("double", "0.0")],
            "2"
        );
    }

    #[tokio::test]
    async fn elements_that_contain_nulls_cannot_be_searched() {
        let arrays = || constant_row("array(array(bigint))", "[[1, null], [2]]");
        let found = constant_row("array(bigint)", "[2]");
        assert_shown!("array_position", [arrays(), found], "2");
        let unknown = constant_row("array(bigint)", "[1, 2]");
        assert_shown!(
            "contains",
            [arrays(), unknown],
            "ERROR: contains does not support arrays with elements that are null or contain null"
        );
    }

    #[tokio::test]
    async fn equal_instants_of_different_zones_are_equal() {
        let instants = || {
            rows(
                "array(timestamp(3) with time zone)",
                r#"[[{"instant": "2024-01-01T00:00:00Z", "zone": 0}]]"#,
            )
        };
        let same = constant_row(
            "timestamp(3) with time zone",
            r#"{"instant": "2024-01-01T00:00:00Z", "zone": 60}"#,
        );
        assert_shown!("contains", [instants(), same], "true");
    }

    #[tokio::test]
    async fn positions_and_removal() {
        let arrays = || {
            rows(
                "array(varchar)",
                r#"[["a", "b", "a"], ["b", null], [], null]"#,
            )
        };
        let wanted = || rows("varchar", r#"["a", "b", "c", "d"]"#);
        assert_shown!("array_position", [arrays(), wanted()], "1|1|0|NULL");
        assert_shown!("array_remove", [arrays(), wanted()], "[b]|[NULL]|[]|NULL");
    }

    #[tokio::test]
    async fn sequences_are_found_where_they_are_adjacent() {
        let arrays = || rows("array(bigint)", "[[1, 2, null, 3], [2, 1], []]");
        let sequence = constant_row("array(bigint)", "[2, null]");
        assert_shown!(
            "contains_sequence",
            [arrays(), sequence],
            "true|false|false"
        );
        let nothing = constant_row("array(bigint)", "[]");
        assert_shown!("contains_sequence", [arrays(), nothing], "true|true|true");
    }
}
