//! Arrays as sets of elements, which are told apart as `IS DISTINCT FROM` does.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, UInt32Array};
use arrow::compute::concat;
use datafusion::common::{HashMap, HashSet, exec_err};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::nested::{Offsets, Places, element_type, gather, is_null_at, list_argument, usize_of};
use crate::nested_comparison::{Identity, Keys};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "array_distinct",
            "Remove duplicate values from the given array",
        )
        .strict("(array(T)) -> array(T) where T: comparable", distinct),
        Definition::new(
            "array_union",
            "The elements of two arrays, without duplicates",
        )
        .strict(
            "(array(T), array(T)) -> array(T) where T: comparable",
            |call| combined(call, union),
        ),
        Definition::new(
            "array_intersect",
            "The elements that two arrays share, without duplicates",
        )
        .strict(
            "(array(T), array(T)) -> array(T) where T: comparable",
            |call| combined(call, intersect),
        ),
        Definition::new(
            "array_except",
            "The elements of an array that another does not have, without duplicates",
        )
        .strict(
            "(array(T), array(T)) -> array(T) where T: comparable",
            |call| combined(call, except),
        ),
        Definition::new(
            "arrays_overlap",
            "Determine whether two arrays have an element in common",
        )
        .strict(
            "(array(T), array(T)) -> boolean where T: comparable",
            overlap,
        ),
        Definition::new(
            "array_histogram",
            "Return a map of the elements of an array to the number of times that each occurs",
        )
        .strict(
            "(array(T)) -> map(T, bigint) where T: comparable",
            histogram,
        ),
    ]
}

fn distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let element = element_type(call.returns());
    let keys = Identity::of(element)?.keys(lists.values())?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut kept: Vec<u32> = Vec::new();
    let mut seen = HashSet::new();
    for places in places {
        seen.clear();
        kept.extend(places.filter(|place| seen.insert(keys.row(usize_of(*place)))));
        offsets.end(kept.len())?;
    }
    let values = gather(lists.values(), &UInt32Array::from(kept))?;
    offsets.lists(element, values, None)
}

/// The elements of two array arguments, as one array with its keys.
struct Pair {
    values: ArrayRef,
    keys: Keys,
    left: Vec<Places>,
    right: Vec<Places>,
}

impl Pair {
    fn of(call: &Call<'_>) -> Result<Pair> {
        let (left_lists, left) = list_argument(call, 0)?;
        let (right_lists, right) = list_argument(call, 1)?;
        let Ok(start) = u32::try_from(left_lists.values().len()) else {
            return exec_err!("the arrays of a batch have too many elements");
        };
        let values = concat(&[left_lists.values().as_ref(), right_lists.values().as_ref()])?;
        let keys = Identity::of(element_type(call.argument_type(0)))?.keys(&values)?;
        let moved = |of: Places| of.start.saturating_add(start)..of.end.saturating_add(start);
        Ok(Pair {
            values,
            keys,
            left,
            right: right.into_iter().map(moved).collect(),
        })
    }
}

/// Chooses places of two arrays' elements.
type Combination = fn(&Keys, Places, Places) -> Vec<u32>;

fn combined(call: &Call<'_>, combine: Combination) -> Result<ArrayRef> {
    let pair = Pair::of(call)?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen: Vec<u32> = Vec::new();
    for (left, right) in pair.left.into_iter().zip(pair.right) {
        chosen.append(&mut combine(&pair.keys, left, right));
        offsets.end(chosen.len())?;
    }
    let values = gather(&pair.values, &UInt32Array::from(chosen))?;
    offsets.lists(element_type(call.returns()), values, None)
}

fn union(keys: &Keys, left: Places, right: Places) -> Vec<u32> {
    let mut seen = HashSet::new();
    let places = left.chain(right);
    places
        .filter(|place| seen.insert(keys.row(usize_of(*place))))
        .collect()
}

/// In the order of the longer array, as Trino has it.
fn intersect(keys: &Keys, left: Places, right: Places) -> Vec<u32> {
    let (long, short) = if left.len() < right.len() {
        (right, left)
    } else {
        (left, right)
    };
    let mut wanted: HashSet<_> = short.map(|place| keys.row(usize_of(place))).collect();
    long.filter(|place| wanted.remove(&keys.row(usize_of(*place))))
        .collect()
}

fn except(keys: &Keys, left: Places, right: Places) -> Vec<u32> {
    let mut seen: HashSet<_> = right.map(|place| keys.row(usize_of(place))).collect();
    let mut left = left;
    left.by_ref()
        .filter(|place| seen.insert(keys.row(usize_of(*place))))
        .collect()
}

fn overlap(call: &Call<'_>) -> Result<ArrayRef> {
    let Pair {
        values,
        keys,
        left,
        right,
    } = Pair::of(call)?;
    let overlaps = |left: Places, right: Places| {
        if left.is_empty() || right.is_empty() {
            return Some(false);
        }
        let is_null = |place: &u32| is_null_at(&values, *place);
        let present = |place: &u32| !is_null(place);
        let known: HashSet<_> = left
            .clone()
            .filter(present)
            .map(|place| keys.row(usize_of(place)))
            .collect();
        if right
            .clone()
            .filter(present)
            .any(|place| known.contains(&keys.row(usize_of(place))))
        {
            return Some(true);
        }
        let unknown = left.chain(right).any(|place| is_null(&place));
        if unknown { None } else { Some(false) }
    };
    let found = left
        .into_iter()
        .zip(right)
        .map(|(left, right)| overlaps(left, right));
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

fn histogram(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let keys = Identity::of(element_type(call.argument_type(0)))?.keys(lists.values())?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut kept: Vec<u32> = Vec::new();
    let mut counts: Vec<i64> = Vec::new();
    let mut entries = HashMap::new();
    for places in places {
        entries.clear();
        for place in places.filter(|place| !is_null_at(lists.values(), *place)) {
            let entry = *entries.entry(keys.row(usize_of(place))).or_insert_with(|| {
                kept.push(place);
                counts.push(0);
                counts.len() - 1
            });
            if let Some(count) = counts.get_mut(entry) {
                *count += 1;
            }
        }
        offsets.end(kept.len())?;
    }
    let distinct = gather(lists.values(), &UInt32Array::from(kept))?;
    let counts: ArrayRef = Arc::new(Int64Array::from(counts));
    offsets.maps(call.returns(), distinct, counts, None)
}

#[cfg(test)]
mod tests {
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn first_occurrences_are_kept() {
        let arrays = rows("array(bigint)", "[[2, null, 1, 2, null], [], null, [1]]");
        assert_shown!("array_distinct", [arrays], "[2, NULL, 1]|[]|NULL|[1]");
        let doubles = constant_row("array(double)", r#"["NaN", 0.0, "NaN", -0.0]"#);
        assert_shown!("array_distinct", [doubles], "[NaN, 0.0]");
        let lists = constant_row(
            "array(array(varchar))",
            r#"[["a", null], ["a"], ["a", null]]"#,
        );
        assert_shown!("array_distinct", [lists], "[[a, NULL], [a]]");
    }

    #[tokio::test]
    async fn maps_are_the_same_in_whatever_order() {
        let maps = constant_row(
            "array(map(varchar, bigint))",
            r#"[{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}]"#,
        );
        assert_shown!("array_distinct", [maps], "[{a: 1, b: 2}, {a: 1}]");
    }

    #[tokio::test]
    async fn zones_do_not_tell_instants_apart() {
        let instants = constant_row(
            "array(row(timestamp(3) with time zone))",
            r#"[{"field0": {"instant": "2024-01-01T00:00:00Z", "zone": 0}},
                {"field0": {"instant": "2024-01-01T00:00:00Z", "zone": 60}}]"#,
        );
        assert_shown!(
            "array_distinct",
            [instants],
            "[{field0: {instant: 2024-01-01T00:00:00Z, zone: 0}}]"
        );
        let times = constant_row(
            "array(time(3) with time zone)",
            r#"[{"time": "00:30:00", "offset_minutes": 60}, {"time": "23:30:00", "offset_minutes": 0}]"#,
        );
        assert_shown!(
            "array_distinct",
            [times],
            "[{time: 00:30:00, offset_minutes: 60}]"
        );
    }

    #[tokio::test]
    async fn sets_are_combined() {
        let left = || rows("array(bigint)", "[[1, 2, 2, null], [3], [], null]");
        let right = || rows("array(bigint)", "[[null, 2, 4, 2, 4], [3, 3], [1], [1]]");
        assert_shown!(
            "array_union",
            [left(), right()],
            "[1, 2, NULL, 4]|[3]|[1]|NULL"
        );
        assert_shown!(
            "array_intersect",
            [left(), right()],
            "[NULL, 2]|[3]|[]|NULL"
        );
        assert_shown!(
            "array_intersect",
            [right(), left()],
            "[NULL, 2]|[3]|[]|NULL"
        );
        assert_shown!("array_except", [left(), right()], "[1]|[]|[]|NULL");
        assert_shown!("array_except", [right(), left()], "[4]|[]|[1]|NULL");
        let nothing = constant_row("array(unknown)", "[null]");
        assert_shown!(
            "array_union",
            [left(), nothing],
            "[1, 2, NULL]|[3, NULL]|[NULL]|NULL"
        );
    }

    #[tokio::test]
    async fn overlap_is_unknown_beside_nulls() {
        let left = || {
            rows(
                "array(varchar)",
                r#"[["a", null], ["a"], ["a"], [], null, [null]]"#,
            )
        };
        let right = || {
            rows(
                "array(varchar)",
                r#"[["a"], ["b", null], ["b"], [null], [], [null]]"#,
            )
        };
        assert_shown!(
            "arrays_overlap",
            [left(), right()],
            "true|NULL|false|false|NULL|NULL"
        );
        assert_shown!(
            "arrays_overlap",
            [right(), left()],
            "true|NULL|false|false|NULL|NULL"
        );
    }

    #[tokio::test]
    async fn histograms_count_elements() {
        let arrays = rows("array(bigint)", "[[42, 7, 42, null], [null], [], null]");
        assert_shown!("array_histogram", [arrays], "{42: 2, 7: 1}|{}|{}|NULL");
    }
}
