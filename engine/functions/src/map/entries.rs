//! Maps taken apart into entries, and put together.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StructArray, UInt32Array};
use arrow::compute::concat;
use arrow::datatypes::DataType;
use datafusion::common::{HashSet, exec_err};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, Places, element_type, entry_types, gather, map_argument, usize_of};
use crate::nested_comparison::Identity;
use crate::signature::Bound;
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "map_entries",
            "Return the entries of a map as an array of rows",
        )
        .strict("(map(K, V)) -> array(row(K, V))", map_entries),
        Definition::new(
            "map_concat",
            "The entries of several maps; of a key that several have, the last map's value",
        )
        .strict_returning("(map(K, V)...) -> map(K, V)", several_maps, map_concat),
    ]
}

fn several_maps(bound: &Bound) -> Result<Type, FunctionError> {
    if bound.arguments.len() < 2 {
        return Err(FunctionError::argument(
            "There must be two or more concatenation arguments to map_concat",
        ));
    }
    Ok(bound.returns.clone())
}

fn map_entries(call: &Call<'_>) -> Result<ArrayRef> {
    let (maps, places) = map_argument(call, 0)?;
    let row = element_type(call.returns());
    let DataType::Struct(fields) = row.nested_arrow() else {
        return exec_err!("map_entries returns {row}");
    };
    let mut offsets = Offsets::with_capacity(places.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in places {
        chosen.extend(places);
        offsets.end(chosen.len())?;
    }
    let chosen = UInt32Array::from(chosen);
    let columns = vec![
        gather(maps.keys(), &chosen)?,
        gather(maps.values(), &chosen)?,
    ];
    let rows = StructArray::try_new(fields, columns, None)?;
    offsets.lists(row, Arc::new(rows), None)
}

/// Trino takes the last map first, so its entries come first.
fn map_concat(call: &Call<'_>) -> Result<ArrayRef> {
    let mut keys = Vec::with_capacity(call.len());
    let mut values = Vec::with_capacity(call.len());
    let mut places: Vec<Vec<Places>> = Vec::with_capacity(call.len());
    // Where a map's entries begin among those of all maps.
    let mut start = 0_u32;
    for place in (0..call.len()).rev() {
        let (maps, found) = map_argument(call, place)?;
        let length = u32::try_from(maps.keys().len()).unwrap_or(u32::MAX);
        let Some(end) = start.checked_add(length) else {
            return exec_err!("the maps of a batch have too many entries");
        };
        places.push(
            found
                .into_iter()
                .map(|of| of.start + start..of.end + start)
                .collect(),
        );
        keys.push(maps.keys().clone());
        values.push(maps.values().clone());
        start = end;
    }
    let all = |columns: &[ArrayRef]| {
        let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
        concat(&columns)
    };
    let keys = all(&keys)?;
    let (key, _) = entry_types(call.returns());
    let identities = Identity::of(key)?.keys(&keys)?;
    let mut offsets = Offsets::with_capacity(call.rows);
    let mut chosen: Vec<u32> = Vec::new();
    let mut seen = HashSet::new();
    for row in 0..call.rows {
        seen.clear();
        let places = places
            .iter()
            .filter_map(|places| places.get(row))
            .cloned()
            .flatten();
        chosen.extend(places.filter(|place| seen.insert(identities.row(usize_of(*place)))));
        offsets.end(chosen.len())?;
    }
    let chosen = UInt32Array::from(chosen);
    let values = gather(&all(&values)?, &chosen)?;
    offsets.maps(call.returns(), gather(&keys, &chosen)?, values, None)
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::testing_collections::{assert_shown, rows};

    #[tokio::test]
    async fn maps_become_rows() {
        let maps = || rows("map(varchar, bigint)", r#"[{"a": 1, "b": null}, {}, null]"#);
        assert_shown!(
            "map_entries",
            [maps()],
            "[{field0: a, field1: 1}, {field0: b, field1: NULL}]|[]|NULL"
        );
        let (_, data_type) = call("map_entries", vec![maps()]).await.unwrap();
        assert_eq!(data_type.to_string(), "array(row(varchar, bigint))");
    }

    #[tokio::test]
    async fn the_last_map_wins() {
        let maps = |json: &str| rows("map(varchar, bigint)", json);
        let first = || maps(r#"[{"a": 1, "b": 2}, {}, null, {}]"#);
        let second = || maps(r#"[{"b": 3, "c": 4}, {"x": 1}, {"x": 1}, {}]"#);
        assert_shown!(
            "map_concat",
            [first(), second()],
            "{b: 3, c: 4, a: 1}|{x: 1}|NULL|{}"
        );
        assert_shown!(
            "map_concat",
            [first(), second(), maps(r#"[{"c": 5}, {}, {}, {}]"#)],
            "{c: 5, b: 3, a: 1}|{x: 1}|NULL|{}"
        );
        assert_shown!(
            "map_concat",
            [first()],
            "ERROR: There must be two or more concatenation arguments to map_concat"
        );
    }
}
