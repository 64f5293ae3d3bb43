//! Maps of given keys and values.

use arrow::array::{Array, ArrayRef, StructArray, UInt32Array, new_empty_array};
use arrow::datatypes::DataType;
use datafusion::common::{HashMap, downcast_value, exec_err};
use datafusion::error::Result;

use super::keys::{Duplicates, check_determinate, check_present, check_unique};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{
    Offsets, Places, element_type, entry_types, gather, is_null_at, list_argument, usize_of,
};
use crate::nested_comparison::Identity;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("map", "Construct a map of an array of keys and an array of values")
            .strict("() -> map(unknown, unknown)", empty)
            .strict("(array(K), array(V)) -> map(K, V) where K: comparable", of_arrays),
        Definition::new("map_from_entries", "Construct a map of an array of entries")
            .strict("(array(row(K, V))) -> map(K, V) where K: comparable", from_entries),
        Definition::new(
            "multimap_from_entries",
            "Construct a map of an array of entries, whose values are the arrays of each key's values",
        )
        .strict(
            "(array(row(K, V))) -> map(K, array(V)) where K: comparable",
            multimap_from_entries,
        ),
    ]
}

fn empty(call: &Call<'_>) -> Result<ArrayRef> {
    let mut offsets = Offsets::with_capacity(call.rows);
    for _ in 0..call.rows {
        offsets.end(0)?;
    }
    let nothing = new_empty_array(&DataType::Null);
    offsets.maps(call.returns(), nothing.clone(), nothing, None)
}

fn of_arrays(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, key_places) = list_argument(call, 0)?;
    let (values, value_places) = list_argument(call, 1)?;
    let (key, _) = entry_types(call.returns());
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen_keys: Vec<u32> = Vec::new();
    let mut chosen_values: Vec<u32> = Vec::new();
    for (keys_of_row, values_of_row) in key_places.iter().zip(value_places) {
        if keys_of_row.len() != values_of_row.len() {
            return Err(
                FunctionError::argument("Key and value arrays must be the same length").into(),
            );
        }
        check_present(keys.values(), keys_of_row.clone())?;
        chosen_keys.extend(keys_of_row.clone());
        chosen_values.extend(values_of_row);
        offsets.end(chosen_keys.len())?;
    }
    check_determinate(keys.values(), key, &key_places)?;
    check_unique(keys.values(), key, &key_places, Duplicates::MapKeys)?;
    offsets.maps(
        call.returns(),
        gather(keys.values(), &UInt32Array::from(chosen_keys))?,
        gather(values.values(), &UInt32Array::from(chosen_values))?,
        None,
    )
}

/// The entries of each row as two columns, where none is NULL and none has a NULL key.
struct Entries {
    keys: ArrayRef,
    values: ArrayRef,
    places: Vec<Places>,
}

impl Entries {
    fn of(call: &Call<'_>) -> Result<Entries> {
        let (lists, places) = list_argument(call, 0)?;
        let entries = lists.values();
        let rows = downcast_value!(entries, StructArray);
        let [keys, values] = rows.columns() else {
            return exec_err!("entries have two fields");
        };
        for place in places.iter().cloned().flatten() {
            if is_null_at(entries, place) {
                return Err(FunctionError::argument("map entry cannot be null").into());
            }
            check_present(keys, [place])?;
        }
        Ok(Entries {
            keys: keys.clone(),
            values: values.clone(),
            places,
        })
    }
}

fn from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = Entries::of(call)?;
    let (key, _) = entry_types(call.returns());
    check_unique(&entries.keys, key, &entries.places, Duplicates::Keys)?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen: Vec<u32> = Vec::new();
    for places in entries.places {
        chosen.extend(places);
        offsets.end(chosen.len())?;
    }
    let chosen = UInt32Array::from(chosen);
    let keys = gather(&entries.keys, &chosen)?;
    offsets.maps(
        call.returns(),
        keys,
        gather(&entries.values, &chosen)?,
        None,
    )
}

fn multimap_from_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = Entries::of(call)?;
    let (key, values) = entry_types(call.returns());
    let identities = Identity::of(key)?.keys(&entries.keys)?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen_keys: Vec<u32> = Vec::new();
    let mut value_offsets = Offsets::with_capacity(entries.keys.len());
    let mut chosen_values: Vec<u32> = Vec::new();
    for places in entries.places {
        let mut groups: HashMap<_, usize> = HashMap::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        for place in places {
            let group = *groups
                .entry(identities.row(usize_of(place)))
                .or_insert_with(|| {
                    chosen_keys.push(place);
                    members.push(Vec::new());
                    members.len() - 1
                });
            if let Some(members) = members.get_mut(group) {
                members.push(place);
            }
        }
        for mut members in members {
            chosen_values.append(&mut members);
            value_offsets.end(chosen_values.len())?;
        }
        offsets.end(chosen_keys.len())?;
    }
    let keys = gather(&entries.keys, &UInt32Array::from(chosen_keys))?;
    let grouped = gather(&entries.values, &UInt32Array::from(chosen_values))?;
    let lists = value_offsets.lists(element_type(values), grouped, None)?;
    offsets.maps(call.returns(), keys, lists, None)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn keys_and_values_are_paired() {
        assert_shown!(
            "map",
            [
                rows("array(varchar)", r#"[["a", "b"], [], null, ["c"]]"#),
                rows("array(bigint)", "[[1, null], [], [1], null]")
            ],
            "{a: 1, b: NULL}|{}|NULL|NULL"
        );
        let (values, data_type) = call("map", vec![]).await.unwrap();
        assert_eq!(
            (values.len(), data_type.to_string().as_str()),
            (1, "map(unknown, unknown)")
        );
        let nothing = || constant_row("array(unknown)", "[]");
        assert_shown!("map", [nothing(), nothing()], "{}");
    }

    #[tokio::test]
    async fn wrong_keys_are_errors() {
        let integers = |json: &str| constant_row("array(integer)", json);
        assert_shown!(
            "map",
            [integers("[1]"), integers("[2, 4]")],
            "ERROR: Key and value arrays must be the same length"
        );
        assert_shown!(
            "map",
            [integers("[1, null]"), integers("[2, 4]")],
            "ERROR: map key cannot be null"
        );
        assert_shown!(
            "map",
            [constant_row("array(unknown)", "[null]"), integers("[2]")],
            "ERROR: map key cannot be null"
        );
        assert_shown!(
            "map",
            [integers("[1, 2, 3, 2]"), integers("[4, 5, 6, 7]")],
            "ERROR: Duplicate map keys (2) are not allowed"
        );
        let arrays = |json: &str| constant_row("array(array(double))", json);
        assert_shown!(
            "map",
            [arrays("[[1, 2], [1, 3], [1, 2]]"), integers("[1, 2, 3]")],
            "ERROR: Duplicate map keys ([1.0, 2.0]) are not allowed"
        );
        assert_shown!(
            "map",
            [arrays("[[null]]"), integers("[2]")],
            "ERROR: map key cannot be indeterminate: [null]"
        );
        let instants = constant_row(
            "array(timestamp(3) with time zone)",
            r#"[{"instant": "2024-01-01T00:00:00Z", "zone": 0}, {"instant": "2024-01-01T00:00:00Z", "zone": 60}]"#,
        );
        assert_shown!(
            "map",
            [instants, integers("[1, 2]")],
            "ERROR: Duplicate map keys (2024-01-01 00:00:00.000 +01:00) are not allowed"
        );
    }

    #[tokio::test]
    async fn duplicates_of_other_rows_are_none() {
        assert_shown!(
            "map",
            [
                rows("array(bigint)", "[[1], [1]]"),
                rows("array(bigint)", "[[2], [3]]")
            ],
            "{1: 2}|{1: 3}"
        );
    }

    const ENTRIES: &str = "array(row(integer, varchar))";

    #[tokio::test]
    async fn entries_make_maps() {
        let entries = rows(
            ENTRIES,
            r#"[[{"field0": 1, "field1": "x"}, {"field0": 2, "field1": null}], [], null]"#,
        );
        assert_shown!("map_from_entries", [entries], "{1: x, 2: NULL}|{}|NULL");
        let wrong = [
            (
                r#"[{"field0": 1}, {"field0": 1}]"#,
                "Duplicate keys (1) are not allowed",
            ),
            (r#"[{"field0": null}]"#, "map key cannot be null"),
            ("[null]", "map entry cannot be null"),
        ];
        for (entries, message) in wrong {
            assert_shown!(
                "map_from_entries",
                [constant_row(ENTRIES, entries)],
                format!("ERROR: {message}")
            );
        }
    }

    #[tokio::test]
    async fn entries_of_the_same_key_make_arrays() {
        let entries = rows(
            ENTRIES,
            r#"[[{"field0": 1, "field1": "x"}, {"field0": 2, "field1": "y"}, {"field0": 1, "field1": null}], [], null, [{"field0": 1, "field1": "z"}]]"#,
        );
        assert_shown!(
            "multimap_from_entries",
            [entries],
            "{1: [x, NULL], 2: [y]}|{}|NULL|{1: [z]}"
        );
        assert_shown!(
            "multimap_from_entries",
            [constant_row(ENTRIES, "[null]")],
            "ERROR: map entry cannot be null"
        );
    }
}
