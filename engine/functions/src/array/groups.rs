//! Sub-groups of an array's elements: n-grams and combinations.

use arrow::array::{ArrayRef, UInt32Array};
use arrow::datatypes::Int32Type;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::nested::{Offsets, Places, element_type, gather, list_argument};

/// How long the combinations may be.
const COMBINATION_LENGTH_MAX: i32 = 5;

/// How many elements the combinations of a row may have together.
const COMBINED_ELEMENTS_MAX: i64 = 100_000;

/// How many elements the n-grams of a row may have together.
const ROW_ELEMENTS_MAX: usize = 1 << 24;

/// How many elements the sub-groups of a batch may have together: 1 GB of places.
const BATCH_ELEMENTS_MAX: usize = 1 << 28;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "ngrams",
            "Return the sub-sequences of so many adjacent elements",
        )
        .strict("(array(T), integer) -> array(array(T))", |call| {
            groups(call, ngrams)
        }),
        Definition::new(
            "combinations",
            "Return the sub-groups of so many elements of an array",
        )
        .strict("(array(T), integer) -> array(array(T))", |call| {
            groups(call, combinations)
        }),
    ]
}

/// Arrays of arrays, all of a row of the same length, given by the places of their elements.
fn groups(
    call: &Call<'_>,
    choose: fn(i32, &Places) -> Result<Groups, FunctionError>,
) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let lengths = call.primitives::<Int32Type>(1)?;
    let group = element_type(call.returns());
    let mut rows = Offsets::with_capacity(places.len());
    let mut group_count = 0_usize;
    let mut ends = Offsets::with_capacity(places.len());
    let mut chosen: Vec<u32> = Vec::new();
    for (row, places) in places.iter().enumerate() {
        if !call.is_null(row) {
            let mut groups = choose(lengths.value(row), places)?;
            for group in 1..=groups.count {
                ends.end(chosen.len() + group * groups.length)?;
            }
            chosen.append(&mut groups.places);
            if chosen.len() > BATCH_ELEMENTS_MAX {
                return Err(too_many_elements(BATCH_ELEMENTS_MAX).into());
            }
            group_count += groups.count;
        }
        rows.end(group_count)?;
    }
    let values = gather(lists.values(), &UInt32Array::from(chosen))?;
    let inner = ends.lists(element_type(group), values, None)?;
    rows.lists(group, inner, None)
}

struct Groups {
    count: usize,
    length: usize,
    /// The places of the first group's elements, then the second's, and so on.
    places: Vec<u32>,
}

fn too_many_elements(allowed: usize) -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::ExceededFunctionMemoryLimit,
        format!("the sub-groups of arrays have more than {allowed} elements"),
    )
}

fn ngrams(length: i32, places: &Places) -> Result<Groups, FunctionError> {
    let length = match usize::try_from(length) {
        Ok(length @ 1..) => length.min(places.len()),
        _ => return Err(FunctionError::argument("N must be positive")),
    };
    let count = places.len() - length + 1;
    if count.saturating_mul(length) > ROW_ELEMENTS_MAX {
        return Err(too_many_elements(ROW_ELEMENTS_MAX));
    }
    let grams = (0..count).flat_map(|first| places.clone().skip(first).take(length));
    Ok(Groups {
        count,
        length,
        places: grams.collect(),
    })
}

fn combinations(length: i32, places: &Places) -> Result<Groups, FunctionError> {
    if length > COMBINATION_LENGTH_MAX {
        return Err(FunctionError::argument(format!(
            "combination size must not exceed {COMBINATION_LENGTH_MAX}: {length}"
        )));
    }
    let Ok(chosen) = usize::try_from(length) else {
        return Err(FunctionError::argument(format!(
            "combination size must not be negative: {length}"
        )));
    };
    if chosen > places.len() {
        return Ok(Groups {
            count: 0,
            length: chosen,
            places: Vec::new(),
        });
    }
    let count = combination_count(places.len(), length)?;
    if i64::from(count) * i64::from(length) > COMBINED_ELEMENTS_MAX {
        return Err(FunctionError::argument("combinations exceed max size"));
    }
    let mut combination: Vec<u32> = places.clone().take(chosen).collect();
    let mut found = combination.clone();
    while advance(&mut combination, places) {
        found.extend_from_slice(&combination);
    }
    Ok(Groups {
        count: usize::try_from(count).unwrap_or(0),
        length: chosen,
        places: found,
    })
}

/// The binomial coefficient, if it can be computed in 32 bits.
fn combination_count(elements: usize, chosen: i32) -> Result<i32, FunctionError> {
    let count = || {
        let others = i32::try_from(elements).ok()?.checked_sub(chosen)?;
        let mut count = 1_i32;
        for place in 1..=chosen {
            count = count.checked_mul(others.checked_add(place)?)? / place;
        }
        Some(count)
    };
    count().ok_or_else(|| {
        FunctionError::argument(format!(
            "Number of combinations too large for array of size {elements} and combination length {chosen}"
        ))
    })
}

/// The next combination in the order of the greatest element that differs; false after the last.
fn advance(combination: &mut [u32], places: &Places) -> bool {
    for index in 0..combination.len() {
        let bound = combination.get(index + 1).copied().unwrap_or(places.end);
        let Some(place) = combination.get_mut(index) else {
            return false;
        };
        if *place + 1 < bound {
            *place += 1;
            for (lower, first) in combination.iter_mut().take(index).zip(places.clone()) {
                *lower = first;
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::testing_collections::{assert_shown, constant_row, rows};

    fn integer(number: i32) -> crate::testing::Argument {
        constant_row("integer", &number.to_string())
    }

    #[tokio::test]
    async fn ngrams_are_at_most_as_long_as_the_array() {
        let arrays = || rows("array(varchar)", r#"[["a", "b", "c"], [], null]"#);
        assert_shown!(
            "ngrams",
            [arrays(), integer(2)],
            "[[a, b], [b, c]]|[[]]|NULL"
        );
        assert_shown!("ngrams", [arrays(), integer(9)], "[[a, b, c]]|[[]]|NULL");
        assert_shown!(
            "ngrams",
            [arrays(), integer(0)],
            "ERROR: N must be positive"
        );
    }

    #[tokio::test]
    async fn combinations_are_bounded() {
        let arrays = || rows("array(integer)", "[[1, 2, 3, 4], [1], null]");
        assert_shown!(
            "combinations",
            [arrays(), integer(2)],
            "[[1, 2], [1, 3], [2, 3], [1, 4], [2, 4], [3, 4]]|[]|NULL"
        );
        assert_shown!("combinations", [arrays(), integer(0)], "[[]]|[[]]|NULL");
        assert_shown!(
            "combinations",
            [arrays(), integer(6)],
            "ERROR: combination size must not exceed 5: 6"
        );
        assert_shown!(
            "combinations",
            [arrays(), integer(-1)],
            "ERROR: combination size must not be negative: -1"
        );
        let many = |count: i64| {
            constant_row(
                "array(bigint)",
                &format!("{:?}", (0..count).collect::<Vec<i64>>()),
            )
        };
        assert_shown!(
            "combinations",
            [many(100), integer(3)],
            "ERROR: combinations exceed max size"
        );
        assert_shown!(
            "combinations",
            [many(1000), integer(5)],
            "ERROR: Number of combinations too large for array of size 1000 and combination length 5"
        );
    }
}
