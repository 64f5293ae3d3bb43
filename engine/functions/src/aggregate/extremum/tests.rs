//! Tests of `min` and `max`.

use std::sync::Arc;

use arrow::array::{
    BooleanArray, Decimal128Array, Float64Array, Int64Array, NullArray, StringArray,
};

use crate::testing::{Argument, calling, column, lists, rows, zoned};

async fn both(values: impl Fn() -> Argument) -> (String, String) {
    (
        calling("min", vec![values()]).shown().await,
        calling("max", vec![values()]).shown().await,
    )
}

fn pair(least: &str, greatest: &str) -> (String, String) {
    (least.to_string(), greatest.to_string())
}

#[tokio::test]
async fn every_orderable_type_has_extremes() {
    let text = || {
        column(
            "varchar",
            StringArray::from(vec![Some("b"), None, Some("é"), Some("B")]),
        )
    };
    assert_eq!(both(text).await, pair("B", "é"));
    let booleans = || {
        column(
            "boolean",
            BooleanArray::from(vec![Some(true), None, Some(false)]),
        )
    };
    assert_eq!(both(booleans).await, pair("false", "true"));
    let decimals = || {
        let values = Decimal128Array::from(vec![-150, 275]).with_precision_and_scale(5, 2);
        column("decimal(5,2)", values.unwrap())
    };
    assert_eq!(both(decimals).await, pair("-1.50", "2.75"));
    let arrays = || {
        column(
            "array(bigint)",
            lists(vec![
                Some(vec![Some(2)]),
                Some(vec![Some(1), Some(9)]),
                None,
                Some(vec![Some(1)]),
            ]),
        )
    };
    assert_eq!(both(arrays).await, pair("[1]", "[2]"));
    let structs = || {
        let numbers = Int64Array::from(vec![1, 1, 0]);
        let words = StringArray::from(vec![Some("a"), Some("b"), None]);
        rows(
            "row(bigint, varchar)",
            vec![Arc::new(numbers), Arc::new(words)],
        )
    };
    assert_eq!(
        both(structs).await,
        pair("{field0: 0, field1: NULL}", "{field0: 1, field1: b}")
    );
    let untyped = || column("unknown", NullArray::new(3));
    assert_eq!(both(untyped).await, pair("NULL", "NULL"));
}

#[tokio::test]
async fn instants_decide_over_zones() {
    let values = || zoned(&[Some((7_200_000, "UTC")), Some((3_600_000, "+05:00")), None]);
    assert_eq!(
        both(values).await.0,
        "{instant: 1970-01-01T01:00:00Z, zone: 300}"
    );
}

#[tokio::test]
async fn nan_is_only_given_if_there_is_nothing_else() {
    let values = || {
        column(
            "double",
            Float64Array::from(vec![Some(f64::NAN), Some(1.0), None, Some(-2.0)]),
        )
    };
    assert_eq!(both(values).await, pair("-2.0", "1.0"));
    let only = || column("double", Float64Array::from(vec![Some(f64::NAN), None]));
    assert_eq!(both(only).await, pair("NaN", "NaN"));
    let zeros = || column("double", Float64Array::from(vec![0.0, -0.0]));
    assert_eq!(both(zeros).await, pair("-0.0", "0.0"));
}

#[tokio::test]
async fn null_elements_are_not_comparable() {
    let values = || {
        lists(vec![
            Some(vec![Some(1), None]),
            Some(vec![Some(1), Some(2)]),
        ])
    };
    assert_eq!(
        calling("max", vec![column("array(bigint)", values())])
            .shown()
            .await,
        "ERROR: ARRAY comparison not supported for arrays with null elements"
    );
    let apart = lists(vec![
        Some(vec![Some(1), None]),
        Some(vec![Some(0), Some(2)]),
    ]);
    assert_eq!(
        calling("max", vec![column("array(bigint)", apart)])
            .shown()
            .await,
        "[1, NULL]"
    );
}

#[tokio::test]
async fn groups_of_nothing_are_null() {
    let values = || {
        column(
            "varchar",
            StringArray::from(vec![None, Some("x"), None, Some("y")]),
        )
    };
    assert_eq!(
        calling("max", vec![values()])
            .grouped_by([1, 2, 1, 2])
            .shown()
            .await,
        "NULL|y"
    );
    assert_eq!(
        calling("min", vec![values()])
            .distinct()
            .grouped_by([1, 2, 1, 2])
            .shown()
            .await,
        "NULL|x"
    );
}

#[tokio::test]
async fn frames_keep_what_can_still_win() {
    let values = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(3), Some(1), None, Some(2), Some(5), Some(4)]),
        )
    };
    assert_eq!(
        calling("min", vec![values()])
            .over_rows(Some(-2), Some(0))
            .shown()
            .await,
        "3|1|1|1|2|2"
    );
    assert_eq!(
        calling("max", vec![values()])
            .over_rows(Some(0), Some(1))
            .shown()
            .await,
        "3|1|2|5|5|4"
    );
    assert_eq!(
        calling("max", vec![values()])
            .over_rows(Some(-1), None)
            .shown()
            .await,
        "5|5|5|5|5|5"
    );
    let doubles = Float64Array::from(vec![f64::NAN, 1.0, f64::NAN, f64::NAN]);
    assert_eq!(
        calling("max", vec![column("double", doubles)])
            .over_rows(Some(-1), Some(0))
            .shown()
            .await,
        "NaN|1.0|1.0|NaN"
    );
}
