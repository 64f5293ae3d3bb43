//! Tests of `approx_percentile`.

use arrow::array::{Float32Array, Float64Array, Int64Array, ListArray};
use arrow::datatypes::Float64Type;
use datafusion::scalar::ScalarValue;

use crate::testing::{Argument, calling, column, constant, double};

fn percentages(values: Vec<Option<f64>>) -> Argument {
    let values = ListArray::from_iter_primitive::<Float64Type, _, _>([Some(values)]);
    let value = ScalarValue::try_from_array(&values, 0).unwrap();
    constant("array(double)", value)
}

fn numbers() -> Argument {
    column(
        "bigint",
        Int64Array::from(vec![Some(1), Some(2), None, Some(2), Some(3), Some(10)]),
    )
}

#[tokio::test]
async fn few_values_give_exact_percentiles() {
    assert_eq!(
        calling("approx_percentile", vec![numbers(), double(0.5)])
            .shown()
            .await,
        "2"
    );
    assert_eq!(
        calling("approx_percentile", vec![numbers(), double(1.0)])
            .shown()
            .await,
        "10"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![
                numbers(),
                percentages(vec![Some(1.0), Some(0.0), Some(0.5)])
            ]
        )
        .shown()
        .await,
        "[10, 1, 2]"
    );
    assert_eq!(
        calling("approx_percentile", vec![numbers(), double(0.5)])
            .grouped_by([1, 1, 2, 1, 3, 3])
            .shown()
            .await,
        "2|NULL|10"
    );
}

#[tokio::test]
async fn percentiles_have_the_types_of_values() {
    let reals = || column("real", Float32Array::from(vec![1.5, 2.5, 3.5]));
    assert_eq!(
        calling("approx_percentile", vec![reals(), double(0.5)])
            .shown()
            .await,
        "2.5"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![reals(), percentages(vec![Some(0.5)])]
        )
        .shown()
        .await,
        "[2.5]"
    );
    let doubles = column("double", Float64Array::from(vec![0.1, 0.2, 0.3]));
    assert_eq!(
        calling("approx_percentile", vec![doubles, double(0.5)])
            .shown()
            .await,
        "0.2"
    );
}

#[tokio::test]
async fn weights_count_values_several_times() {
    let values = || column("double", Float64Array::from(vec![1.0, 2.0, 3.0]));
    let weights = || column("double", Float64Array::from(vec![1.0, 1.0, 98.0]));
    assert_eq!(
        calling("approx_percentile", vec![values(), weights(), double(0.5)])
            .shown()
            .await,
        "2.979591836734694"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![values(), weights(), percentages(vec![Some(0.0), Some(0.9)])]
        )
        .shown()
        .await,
        "[1.0, 3.0]"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![numbers(), double(0.5), double(0.5)]
        )
        .shown()
        .await,
        "ERROR: weight must be >= 1, was 0.5"
    );
}

#[tokio::test]
async fn percentages_have_bounds() {
    assert_eq!(
        calling("approx_percentile", vec![numbers(), double(1.1)])
            .shown()
            .await,
        "ERROR: Percentile must be between 0 and 1"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![numbers(), percentages(vec![Some(-0.1)])]
        )
        .shown()
        .await,
        "ERROR: Percentile must be between 0 and 1"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![numbers(), percentages(vec![Some(0.1), None])]
        )
        .shown()
        .await,
        "ERROR: Percentile cannot be null"
    );
}

#[tokio::test]
async fn values_must_be_exact_doubles() {
    let large = column("bigint", Int64Array::from(vec![9_007_199_254_740_993]));
    assert_eq!(
        calling("approx_percentile", vec![large, double(0.5)])
            .shown()
            .await,
        "ERROR: no exact double representation for long: 9007199254740993"
    );
    let nan = column("double", Float64Array::from(vec![f64::NAN]));
    assert_eq!(
        calling("approx_percentile", vec![nan, double(0.5)])
            .shown()
            .await,
        "ERROR: value must be finite; was NaN"
    );
}

#[tokio::test]
async fn nothing_gives_null() {
    let none = || column("bigint", Int64Array::from(vec![None, None]));
    assert_eq!(
        calling("approx_percentile", vec![none(), double(0.5)])
            .shown()
            .await,
        "NULL"
    );
    assert_eq!(
        calling(
            "approx_percentile",
            vec![none(), percentages(vec![Some(0.5)])]
        )
        .shown()
        .await,
        "NULL"
    );
    // A row without a percentage is passed over.
    let varying = column(
        "double",
        Float64Array::from(vec![None, None, None, None, Some(0.0), None]),
    );
    assert_eq!(
        calling("approx_percentile", vec![numbers(), varying])
            .shown()
            .await,
        "3"
    );
}

#[tokio::test]
async fn many_values_are_close() {
    let values = column(
        "double",
        Float64Array::from_iter_values((0..50_000).map(f64::from)),
    );
    let result = calling("approx_percentile", vec![values, double(0.99)])
        .in_one_stage()
        .shown()
        .await;
    let result: f64 = result.parse().unwrap();
    assert!((result - 49_500.0).abs() < 100.0, "{result}");
}
