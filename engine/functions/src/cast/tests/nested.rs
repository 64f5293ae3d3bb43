//! Casts of arrays, maps and rows.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int64Array, ListArray, MapBuilder, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Int64Type};

use super::shown;
use crate::cast::OnFailure;

/// `['1', '2']`, NULL, `[]` and `['x']`; the NULL hides an element that no cast may look at.
fn lists_of_texts() -> ArrayRef {
    Arc::new(ListArray::new(
        Arc::new(Field::new("element", DataType::Utf8, true)),
        OffsetBuffer::new(vec![0, 2, 3, 3, 4].into()),
        Arc::new(StringArray::from(vec!["1", "2", "y", "x"])),
        Some(NullBuffer::from(vec![true, false, true, true])),
    ))
}

#[tokio::test]
async fn arrays_cast_their_elements() {
    let lists = lists_of_texts();
    let from = "array(varchar)";
    let found = shown(&lists, from, "array(bigint)", OnFailure::Null).await;
    assert_eq!(found, "[1, 2]; NULL; []; NULL");
    let numbers = lists.slice(0, 3);
    let found = shown(&numbers, from, "array(bigint)", OnFailure::Error).await;
    assert_eq!(found, "[1, 2]; NULL; []");
    let wrong = lists.slice(2, 2);
    let found = shown(&wrong, from, "array(bigint)", OnFailure::Error).await;
    assert_eq!(found, "ERROR: Cannot cast 'x' to BIGINT");
    let found = shown(&wrong, from, "array(varchar(1))", OnFailure::Error).await;
    assert_eq!(found, "[]; [x]");
    let numbers =
        ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), None])]);
    let numbers: ArrayRef = Arc::new(numbers);
    let found = shown(
        &numbers,
        "array(bigint)",
        "array(varchar)",
        OnFailure::Error,
    )
    .await;
    assert_eq!(found, "[1, null]");
    let found = shown(&numbers, "array(bigint)", "array(double)", OnFailure::Error).await;
    assert_eq!(found, "[1.0, null]");
}

#[tokio::test]
async fn maps_cast_keys_and_values() {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for entries in [
        [("1", Some("a")), ("2", None)],
        [("1", Some("b")), ("01", Some("c"))],
    ] {
        for (key, value) in entries {
            maps.keys().append_value(key);
            maps.values().append_option(value);
        }
        maps.append(true).unwrap();
    }
    let maps: ArrayRef = Arc::new(maps.finish());
    let from = "map(varchar, varchar)";
    let found = shown(&maps, from, "map(bigint, varchar(1))", OnFailure::Null).await;
    assert_eq!(found, "{1=a, 2=null}; NULL");
    let found = shown(&maps, from, "map(bigint, varchar)", OnFailure::Error).await;
    assert_eq!(found, "ERROR: duplicate keys");
    let found = shown(&maps, from, "map(varchar, bigint)", OnFailure::Null).await;
    assert_eq!(found, "NULL; NULL");
}

#[tokio::test]
async fn rows_cast_their_fields_by_place() {
    let fields = vec![
        Field::new("field0", DataType::Int64, true),
        Field::new("field1", DataType::Utf8, true),
    ];
    let rows: ArrayRef = Arc::new(StructArray::new(
        fields.into(),
        vec![
            Arc::new(Int64Array::from(vec![1, 2, 3])),
            Arc::new(StringArray::from(vec![Some("7"), Some("x"), None])),
        ],
        Some(NullBuffer::from(vec![true, false, true])),
    ));
    let to = "row(x varchar, y integer)";
    let found = shown(&rows, "row(bigint, varchar)", to, OnFailure::Error).await;
    assert_eq!(found, "{x=1, y=7}; NULL; {x=3, y=null}");
    let to = "row(x varchar(0), y integer)";
    let found = shown(&rows, "row(bigint, varchar)", to, OnFailure::Null).await;
    assert_eq!(found, "NULL; NULL; NULL");
}
