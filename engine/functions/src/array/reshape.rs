//! Arrays of the elements of one array, chosen by their places.

use arrow::array::{Array, ArrayRef, ListArray};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{
    Offsets, Places, element_type, gather, list_argument, places, trimmed_lists, usize_of,
};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "reverse",
            "Return an array with its elements in reversed order",
        )
        .strict("(array(T)) -> array(T)", |call| {
            chosen(call, |_, places| Ok(places.clone().rev().collect()))
        }),
        Definition::new(
            "shuffle",
            "Generate a random permutation of the given array",
        )
        .volatile()
        .strict("(array(T)) -> array(T)", shuffle),
        Definition::new(
            "slice",
            "Subset of an array, given its first index and its length",
        )
        .strict("(array(T), bigint, bigint) -> array(T)", slice),
        Definition::new("trim_array", "Remove elements from the end of an array")
            .strict("(array(T), bigint) -> array(T)", trim_array),
        Definition::new(
            "flatten",
            "Flatten an array of arrays by concatenating them",
        )
        .strict("(array(array(T))) -> array(T)", flatten),
    ]
}

/// Arrays of the elements at the places that are chosen for each row without NULLs.
fn chosen(
    call: &Call<'_>,
    mut choose: impl FnMut(usize, &Places) -> Result<Vec<u32>, FunctionError>,
) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut chosen: Vec<u32> = Vec::with_capacity(lists.values().len());
    for (row, places) in places.iter().enumerate() {
        if !call.is_null(row) {
            chosen.append(&mut choose(row, places)?);
        }
        offsets.end(chosen.len())?;
    }
    let values = gather(lists.values(), &chosen.into())?;
    offsets.lists(element_type(call.returns()), values, None)
}

fn shuffle(call: &Call<'_>) -> Result<ArrayRef> {
    let mut random = Random::seeded();
    chosen(call, |_, places| {
        let mut places: Vec<u32> = places.clone().collect();
        for place in (1..places.len()).rev() {
            places.swap(place, random.below(place + 1));
        }
        Ok(places)
    })
}

/// SplitMix64, seeded by the process's random state: an order that nobody can foretell is not needed, only one without a pattern.
struct Random(u64);

impl Random {
    fn seeded() -> Random {
        use std::hash::{BuildHasher, Hasher, RandomState};
        Random(RandomState::new().build_hasher().finish())
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The high part of the product is evenly below the bound.
        let bound = u128::try_from(bound).unwrap_or(1);
        usize::try_from((u128::from(mixed) * bound) >> 64).unwrap_or(0)
    }
}

fn slice(call: &Call<'_>) -> Result<ArrayRef> {
    let starts = call.bigints(1)?;
    let lengths = call.bigints(2)?;
    chosen(call, |row, places| {
        let (start, length) = (starts.value(row), lengths.value(row));
        if length < 0 {
            return Err(FunctionError::argument(
                "length must be greater than or equal to 0",
            ));
        }
        let skipped = match start {
            0 => return Err(FunctionError::argument("SQL array indices start at 1")),
            1.. => usize::try_from(start - 1).ok(),
            _ => {
                let back = usize::try_from(start.unsigned_abs()).ok();
                back.and_then(|back| places.len().checked_sub(back))
            }
        };
        let taken = usize::try_from(length).unwrap_or(usize::MAX);
        Ok(match skipped {
            Some(skipped) if skipped < places.len() => {
                places.clone().skip(skipped).take(taken).collect()
            }
            _ => Vec::new(),
        })
    })
}

fn trim_array(call: &Call<'_>) -> Result<ArrayRef> {
    let sizes = call.bigints(1)?;
    chosen(call, |row, places| {
        let size = sizes.value(row);
        let Ok(removed) = usize::try_from(size) else {
            return Err(FunctionError::argument(format!(
                "size must not be negative: {size}"
            )));
        };
        let cardinality = places.len();
        match cardinality.checked_sub(removed) {
            Some(kept) => Ok(places.clone().take(kept).collect()),
            None => Err(FunctionError::argument(format!(
                "size must not exceed array cardinality {cardinality}: {size}"
            ))),
        }
    })
}

fn flatten(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, outer) = list_argument(call, 0)?;
    let inner = lists.values();
    let inner = trimmed_lists(downcast_value!(inner, ListArray))?;
    let inner_places = places(inner.offsets(), inner.nulls());
    let mut offsets = Offsets::with_capacity(outer.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in outer {
        for place in places {
            chosen.extend(inner_places.get(usize_of(place)).cloned().unwrap_or(0..0));
        }
        offsets.end(chosen.len())?;
    }
    let values = gather(inner.values(), &chosen.into())?;
    offsets.lists(element_type(call.returns()), values, None)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::testing::{bigint, shown};
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn slices_begin_at_either_end() {
        let arrays = || rows("array(bigint)", "[[1, 2, 3, 4], [], null]");
        assert_shown!("slice", [arrays(), bigint(2), bigint(2)], "[2, 3]|[]|NULL");
        assert_shown!("slice", [arrays(), bigint(-2), bigint(9)], "[3, 4]|[]|NULL");
        assert_shown!("slice", [arrays(), bigint(-5), bigint(2)], "[]|[]|NULL");
        assert_shown!("slice", [arrays(), bigint(5), bigint(1)], "[]|[]|NULL");
        assert_shown!(
            "slice",
            [arrays(), bigint(1), bigint(i64::MAX)],
            "[1, 2, 3, 4]|[]|NULL"
        );
        assert_shown!(
            "slice",
            [arrays(), bigint(i64::MIN), bigint(0)],
            "[]|[]|NULL"
        );
        assert_shown!(
            "slice",
            [arrays(), bigint(0), bigint(1)],
            "ERROR: SQL array indices start at 1"
        );
        assert_shown!(
            "slice",
            [arrays(), bigint(1), bigint(-1)],
            "ERROR: length must be greater than or equal to 0"
        );
    }

    #[tokio::test]
    async fn arrays_lose_elements_at_their_end() {
        let arrays = || rows("array(varchar)", r#"[["a", "b", null], null]"#);
        assert_shown!("trim_array", [arrays(), bigint(1)], "[a, b]|NULL");
        assert_shown!("trim_array", [arrays(), bigint(3)], "[]|NULL");
        assert_shown!(
            "trim_array",
            [arrays(), bigint(4)],
            "ERROR: size must not exceed array cardinality 3: 4"
        );
        assert_shown!(
            "trim_array",
            [arrays(), bigint(-1)],
            "ERROR: size must not be negative: -1"
        );
    }

    #[tokio::test]
    async fn reversed_and_flattened() {
        assert_shown!(
            "reverse",
            [rows("array(varchar)", r#"[["a", null, "b"], [], null]"#)],
            "[b, NULL, a]|[]|NULL"
        );
        assert_shown!(
            "flatten",
            [rows(
                "array(array(bigint))",
                "[[[1], null, [2, null]], [], [null], null]"
            )],
            "[1, 2, NULL]|[]|[]|NULL"
        );
    }

    #[tokio::test]
    async fn shuffled_arrays_have_the_same_elements_in_orders_of_their_own() {
        let array = || constant_row("array(bigint)", "[1, 2, 3]");
        let mut orders = HashSet::new();
        for _ in 0..200 {
            orders.insert(shown("shuffle", vec![array()]).await);
        }
        let all = [
            "[1, 2, 3]",
            "[1, 3, 2]",
            "[2, 1, 3]",
            "[2, 3, 1]",
            "[3, 1, 2]",
            "[3, 2, 1]",
        ];
        assert_eq!(orders, all.map(str::to_owned).into());
    }
}
