//! Reading maps.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, MapArray, UInt32Array};
use datafusion::error::Result;

use crate::call::{Call, as_nested};
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, element_type, gather, map_argument, usize_of};
use crate::nested_comparison::Identity;
use crate::nested_text::{has_text, texts};
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$subscript",
            "The element of an array at an index, or the value of a key",
        )
        .hidden()
        .strict("(map(K, V), K) -> V where K: comparable", |call| {
            lookup(call, Missing::Fails)
        }),
        Definition::new(
            "element_at",
            "Get the value of a key of a map; NULL if it is not there",
        )
        .strict("(map(K, V), K) -> V where K: comparable", |call| {
            lookup(call, Missing::IsNull)
        }),
        Definition::new("cardinality", "Get the number of entries of a map")
            .strict("(map(K, V)) -> bigint", cardinality),
        Definition::new("map_keys", "Return the keys of a map as an array")
            .strict("(map(K, V)) -> array(K)", |call| {
                column(call, MapArray::keys)
            }),
        Definition::new("map_values", "Return the values of a map as an array")
            .strict("(map(K, V)) -> array(V)", |call| {
                column(call, MapArray::values)
            }),
    ]
}

/// What the lookup of a key gives that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsNull,
    Fails,
}

fn lookup(call: &Call<'_>, missing: Missing) -> Result<ArrayRef> {
    let (maps, places) = map_argument(call, 0)?;
    let key = call.argument_type(1);
    let identity = Identity::of(key)?;
    let keys = identity.keys(maps.keys())?;
    // The same key for all rows is encoded once.
    let wanted_values = match call.constant(1) {
        Some(constant) => constant.to_array()?,
        None => call.array(1)?,
    };
    let constant = call.constant(1).is_some();
    let wanted = identity.keys(&wanted_values)?;
    let mut chosen = Vec::with_capacity(places.len());
    for (row, mut places) in places.into_iter().enumerate() {
        let wanted_row = if constant { 0 } else { row };
        let wanted = wanted.row(wanted_row);
        let found = places.find(|place| keys.row(usize_of(*place)) == wanted);
        if found.is_none() && missing == Missing::Fails && !call.is_null(row) {
            return Err(key_not_present(&wanted_values, wanted_row, key)?.into());
        }
        chosen.push(found);
    }
    gather(maps.values(), &UInt32Array::from(chosen))
}

fn key_not_present(wanted: &ArrayRef, row: usize, key: &Type) -> Result<FunctionError> {
    if !has_text(key) {
        return Ok(FunctionError::argument("Key not present in map"));
    }
    let wanted = texts(&as_nested(wanted.slice(row, 1), key)?, key)?;
    Ok(FunctionError::argument(format!(
        "Key not present in map: {}",
        wanted.value(0)
    )))
}

fn cardinality(call: &Call<'_>) -> Result<ArrayRef> {
    let (_, places) = map_argument(call, 0)?;
    let counts = places
        .iter()
        .map(|places| i64::try_from(places.len()).unwrap_or(i64::MAX));
    Ok(Arc::new(Int64Array::from_iter_values(counts)))
}

/// The keys or the values as arrays.
fn column(call: &Call<'_>, column: fn(&MapArray) -> &ArrayRef) -> Result<ArrayRef> {
    let (maps, places) = map_argument(call, 0)?;
    let mut offsets = Offsets::with_capacity(places.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in places {
        chosen.extend(places);
        offsets.end(chosen.len())?;
    }
    let values = gather(column(&maps), &UInt32Array::from(chosen))?;
    offsets.lists(element_type(call.returns()), values, None)
}

#[cfg(test)]
mod tests {
    use crate::testing::{bigint, text};
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn keys_that_are_missing_are_null_or_errors() {
        let maps = || rows("map(varchar, bigint)", r#"[{"a": 1, "b": null}, {}, null]"#);
        assert_shown!("element_at", [maps(), text("a")], "1|NULL|NULL");
        assert_shown!(
            "element_at",
            [maps(), rows("varchar", r#"["b", "c", "d"]"#)],
            "NULL|NULL|NULL"
        );
        assert_shown!(
            "$subscript",
            [
                rows("map(varchar, bigint)", r#"[{"a": 1}, {"a": 2}, null]"#),
                text("a")
            ],
            "1|2|NULL"
        );
        assert_shown!(
            "$subscript",
            [maps(), text("x")],
            "ERROR: Key not present in map: x"
        );
        assert_shown!(
            "$subscript",
            [maps(), constant_row("varchar", "null")],
            "NULL|NULL|NULL"
        );
        let nested = constant_row("array(bigint)", "[1]");
        let maps = crate::testing::call(
            "map",
            vec![
                constant_row("array(array(bigint))", "[[2]]"),
                constant_row("array(bigint)", "[3]"),
            ],
        );
        let (values, data_type) = maps.await.unwrap();
        let maps = crate::testing::Argument::Column(values, data_type);
        assert_shown!(
            "$subscript",
            [maps, nested],
            "ERROR: Key not present in map"
        );
    }

    #[tokio::test]
    async fn keys_are_found_by_value_not_by_bits() {
        let maps = || async {
            let made = crate::testing::call(
                "map",
                vec![
                    constant_row("array(double)", r#"[-0.0, "NaN"]"#),
                    constant_row("array(varchar)", r#"["zero", "none"]"#),
                ],
            );
            let (values, data_type) = made.await.unwrap();
            crate::testing::Argument::Column(values, data_type)
        };
        assert_shown!(
            "element_at",
            [maps().await, constant_row("double", "0.0")],
            "zero"
        );
        assert_shown!(
            "element_at",
            [maps().await, constant_row("double", "\"NaN\"")],
            "none"
        );
        assert_shown!("element_at", [maps().await, bigint(0)], "zero");
    }

    #[tokio::test]
    async fn maps_are_read_whole() {
        let maps = || {
            rows(
                "map(varchar, array(bigint))",
                r#"[{"a": [1], "b": null}, {}, null]"#,
            )
        };
        assert_shown!("cardinality", [maps()], "2|0|NULL");
        assert_shown!("map_keys", [maps()], "[a, b]|[]|NULL");
        assert_shown!("map_values", [maps()], "[[1], NULL]|[]|NULL");
    }
}
