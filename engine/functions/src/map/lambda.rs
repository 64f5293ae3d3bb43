//! Maps through lambdas that are evaluated once an entry.

use arrow::array::{Array, ArrayRef, BooleanArray, MapArray, UInt32Array};
use arrow::compute::concat;
use datafusion::common::{HashMap, downcast_value, exec_err};
use datafusion::error::Result;

use super::keys::{Duplicates, check_present, check_unique};
use crate::definition::Definition;
use crate::higher_order::HigherOrderCall;
use crate::nested::{
    Offsets, Places, elements_by_row, entry_types, gather, map_argument, usize_of,
};
use crate::nested_comparison::Identity;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "map_filter",
            "Keep the entries of a map for which a lambda is true",
        )
        .higher_order(
            "(map(K, V), function(K, V, boolean)) -> map(K, V)",
            map_filter,
        ),
        Definition::new(
            "transform_keys",
            "Apply a lambda to each entry of a map for its new key",
        )
        .higher_order(
            "(map(K, V), function(K, V, K2)) -> map(K2, V) where K2: comparable",
            transform_keys,
        ),
        Definition::new(
            "transform_values",
            "Apply a lambda to each entry of a map for its new value",
        )
        .higher_order(
            "(map(K, V), function(K, V, V2)) -> map(K, V2)",
            transform_values,
        ),
        Definition::new(
            "map_zip_with",
            "Merge two maps into one by a lambda over each key and its two values",
        )
        .higher_order(
            "(map(K, V1), map(K, V2), function(K, V1, V2, V3)) -> map(K, V3)",
            map_zip_with,
        ),
    ]
}

/// The entries of maps, with the value of a lambda for each.
struct Mapped {
    keys: ArrayRef,
    values: ArrayRef,
    lambda: ArrayRef,
    /// Where each row's entries lie in these columns.
    places: Vec<Places>,
    offsets: Offsets,
}

fn mapped(call: &HigherOrderCall<'_>) -> Result<(MapArray, Mapped)> {
    let (maps, places) = map_argument(call.call, 0)?;
    let (keys, rows) = elements_by_row(maps.keys(), &places)?;
    let (values, _) = elements_by_row(maps.values(), &places)?;
    let lambda = call.evaluate(1, &[keys.clone(), values.clone()], &rows)?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut packed = Vec::with_capacity(places.len());
    let mut start = 0_u32;
    for places in places {
        let end = start + (places.end - places.start);
        packed.push(start..end);
        offsets.end(usize_of(end))?;
        start = end;
    }
    let mapped = Mapped {
        keys,
        values,
        lambda,
        places: packed,
        offsets,
    };
    Ok((maps, mapped))
}

fn map_filter(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (maps, mapped) = mapped(call)?;
    let lambda = mapped.lambda;
    let kept = downcast_value!(lambda, BooleanArray);
    let mut offsets = Offsets::with_capacity(mapped.places.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in mapped.places {
        chosen.extend(places.filter(|place| {
            let place = usize_of(*place);
            kept.is_valid(place) && kept.value(place)
        }));
        offsets.end(chosen.len())?;
    }
    let chosen = UInt32Array::from(chosen);
    let values = gather(&mapped.values, &chosen)?;
    let keys = gather(&mapped.keys, &chosen)?;
    offsets.maps(call.call.returns(), keys, values, maps.nulls().cloned())
}

fn transform_values(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (maps, mapped) = mapped(call)?;
    let nulls = maps.nulls().cloned();
    mapped
        .offsets
        .maps(call.call.returns(), mapped.keys, mapped.lambda, nulls)
}

fn transform_keys(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (maps, mapped) = mapped(call)?;
    let (key, _) = entry_types(call.call.returns());
    let keys = crate::call::as_nested(mapped.lambda, key)?;
    check_present(&keys, mapped.places.iter().cloned().flatten())?;
    check_unique(&keys, key, &mapped.places, Duplicates::Keys)?;
    let nulls = maps.nulls().cloned();
    mapped
        .offsets
        .maps(call.call.returns(), keys, mapped.values, nulls)
}

/// First the keys of the left map, then those that only the right one has.
fn map_zip_with(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (left, left_places) = map_argument(call.call, 0)?;
    let (right, right_places) = map_argument(call.call, 1)?;
    let Ok(right_start) = u32::try_from(left.keys().len()) else {
        return exec_err!("the maps of a batch have too many entries");
    };
    let keys = concat(&[left.keys().as_ref(), right.keys().as_ref()])?;
    let (key, _) = entry_types(call.call.returns());
    let identities = Identity::of(key)?.keys(&keys)?;
    let mut offsets = Offsets::with_capacity(left_places.len());
    let mut rows: Vec<u32> = Vec::new();
    let mut chosen_keys: Vec<u32> = Vec::new();
    let mut left_values: Vec<Option<u32>> = Vec::new();
    let mut right_values: Vec<Option<u32>> = Vec::new();
    for (row, (left, right)) in (0..).zip(left_places.into_iter().zip(right_places)) {
        let mut unpaired: HashMap<_, u32> = HashMap::new();
        for place in right.clone() {
            unpaired.insert(
                identities.row(usize_of(place.saturating_add(right_start))),
                place,
            );
        }
        for place in left {
            chosen_keys.push(place);
            left_values.push(Some(place));
            right_values.push(unpaired.remove(&identities.row(usize_of(place))));
        }
        for place in right {
            let moved = place.saturating_add(right_start);
            if unpaired.contains_key(&identities.row(usize_of(moved))) {
                chosen_keys.push(moved);
                left_values.push(None);
                right_values.push(Some(place));
            }
        }
        rows.resize(chosen_keys.len(), row);
        offsets.end(chosen_keys.len())?;
    }
    let keys = gather(&keys, &UInt32Array::from(chosen_keys))?;
    let columns = [
        keys.clone(),
        gather(left.values(), &UInt32Array::from(left_values))?,
        gather(right.values(), &UInt32Array::from(right_values))?,
    ];
    let values = call.evaluate(2, &columns, &UInt32Array::from(rows))?;
    offsets.maps(
        call.call.returns(),
        keys,
        values,
        call.call.nulls().cloned(),
    )
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::lit;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, Typed, lambda};
    use crate::testing_collections::{assert_shown, rows};
    use crate::types::Type;

    fn maps() -> Argument {
        rows(
            "map(varchar, bigint)",
            r#"[{"k1": 20, "k2": 3, "k3": null}, {}, null, {"k4": 15}]"#,
        )
    }

    #[tokio::test]
    async fn entries_are_filtered() {
        let large = lambda(2, |of| Typed {
            expr: of[1].expr.clone().gt(lit(10_i64)),
            data_type: Type::Boolean,
        });
        assert_shown!("map_filter", [maps(), large], "{k1: 20}|{}|NULL|{k4: 15}");
        let key = lambda(2, |of| Typed {
            expr: of[0]
                .expr
                .clone()
                .eq(lit(ScalarValue::Utf8View(Some("k2".to_owned())))),
            data_type: Type::Boolean,
        });
        assert_shown!("map_filter", [maps(), key], "{k2: 3}|{}|NULL|{}");
    }

    #[tokio::test]
    async fn values_and_keys_are_transformed() {
        let key = || lambda(2, |of| of[0].clone());
        let value = || lambda(2, |of| of[1].clone());
        assert_shown!(
            "transform_values",
            [maps(), key()],
            "{k1: k1, k2: k2, k3: k3}|{}|NULL|{k4: k4}"
        );
        assert_shown!(
            "transform_keys",
            [maps(), key()],
            "{k1: 20, k2: 3, k3: NULL}|{}|NULL|{k4: 15}"
        );
        assert_shown!(
            "transform_keys",
            [maps(), value()],
            "ERROR: map key cannot be null"
        );
        let constant = lambda(2, |_| Typed {
            expr: lit(1_i64),
            data_type: Type::Bigint,
        });
        assert_shown!(
            "transform_keys",
            [maps(), constant],
            "ERROR: Duplicate keys (1) are not allowed"
        );
        let single = rows("map(varchar, bigint)", r#"[{"a": 7}, {"b": 7}]"#);
        assert_shown!("transform_keys", [single, value()], "{7: 7}|{7: 7}");
    }

    #[tokio::test]
    async fn maps_are_merged_by_key() {
        let left = rows(
            "map(varchar, bigint)",
            r#"[{"k1": 1, "k2": 2}, {}, null, {"a": 1}]"#,
        );
        let right = rows(
            "map(varchar, bigint)",
            r#"[{"k2": 4, "k3": 9}, {"x": 1}, {}, null]"#,
        );
        let sum = lambda(3, |of| Typed {
            expr: datafusion::functions::expr_fn::coalesce(vec![
                of[1].expr.clone() + of[2].expr.clone(),
                of[1].expr.clone() * lit(10_i64),
                of[2].expr.clone() * lit(100_i64),
            ]),
            data_type: Type::Bigint,
        });
        assert_shown!(
            "map_zip_with",
            [left, right, sum],
            "{k1: 10, k2: 6, k3: 900}|{x: 100}|NULL|NULL"
        );
    }
}
