//! Tests of digests.

use arrow::array::{Float32Array, Float64Array, Int64Array};

use crate::testing::{Argument, bigint, calling, column, double, shown};

fn doubles(values: Vec<Option<f64>>) -> Argument {
    column("double", Float64Array::from(values))
}

#[tokio::test]
async fn quantiles_of_t_digests() {
    let values = || {
        doubles(vec![
            Some(0.1),
            Some(0.2),
            None,
            Some(0.3),
            Some(0.4),
            Some(0.5),
        ])
    };
    let digest = calling("tdigest_agg", vec![values()]).argument().await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.5)]).await,
        "0.3"
    );
    let weights = doubles(vec![
        Some(1.0),
        Some(1.0),
        Some(5.0),
        Some(1.0),
        Some(1.0),
        Some(100.0),
    ]);
    let digest = calling("tdigest_agg", vec![values(), weights])
        .argument()
        .await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.5)]).await,
        "0.496"
    );
    assert_eq!(
        calling("tdigest_agg", vec![doubles(vec![None])])
            .shown()
            .await,
        "NULL"
    );
}

#[tokio::test]
async fn t_digests_take_finite_values_of_some_weight() {
    assert_eq!(
        calling("tdigest_agg", vec![doubles(vec![Some(f64::NAN)])])
            .shown()
            .await,
        "ERROR: value must be finite; was NaN"
    );
    assert_eq!(
        calling("tdigest_agg", vec![doubles(vec![Some(f64::NEG_INFINITY)])])
            .shown()
            .await,
        "ERROR: value must be finite; was -Infinity"
    );
    assert_eq!(
        calling("tdigest_agg", vec![double(1.0), double(0.5)])
            .shown()
            .await,
        "ERROR: weight must be >= 1, was 0.5"
    );
    assert_eq!(
        calling("tdigest_agg", vec![double(1.0), double(f64::INFINITY)])
            .shown()
            .await,
        "ERROR: weight must be finite, was Infinity"
    );
}

#[tokio::test]
async fn quantiles_of_q_digests() {
    let numbers = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(5), Some(-7), None, Some(20), Some(1)]),
        )
    };
    let digest = calling("qdigest_agg", vec![numbers()]).argument().await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.5)]).await,
        "5"
    );
    let weights = column("bigint", Int64Array::from(vec![1, 1, 1, 50, 1]));
    let digest = calling("qdigest_agg", vec![numbers(), weights])
        .argument()
        .await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.5)]).await,
        "20"
    );
    let digest = calling("qdigest_agg", vec![numbers(), bigint(1), double(0.001)])
        .argument()
        .await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.0)]).await,
        "-7"
    );
    let reals = column("real", Float32Array::from(vec![-1.5, 2.5, 4.0]));
    let digest = calling("qdigest_agg", vec![reals]).argument().await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.5)]).await,
        "2.5"
    );
    let digest = calling("qdigest_agg", vec![doubles(vec![Some(-0.5), Some(3.0)])])
        .argument()
        .await;
    assert_eq!(
        shown("value_at_quantile", vec![digest, double(0.0)]).await,
        "-0.5"
    );
}

#[tokio::test]
async fn stages_agree() {
    let numbers = column("bigint", Int64Array::from(vec![5, -7, 20, 1, 9, 9, 9]));
    calling("qdigest_agg", vec![numbers])
        .grouped_by([1, 2, 1, 2, 1, 2, 1])
        .shown()
        .await;
    let values = doubles(vec![Some(5.0), Some(-7.0), Some(20.0), None, Some(1.0)]);
    calling("tdigest_agg", vec![values])
        .grouped_by([1, 2, 1, 2, 1])
        .shown()
        .await;
}

#[tokio::test]
async fn q_digests_take_accuracies_and_weights_within_bounds() {
    assert_eq!(
        calling("qdigest_agg", vec![bigint(1), bigint(0)])
            .shown()
            .await,
        "ERROR: Percentile weight must be > 0, was 0"
    );
    assert_eq!(
        calling("qdigest_agg", vec![bigint(1), bigint(1), double(1.0)])
            .shown()
            .await,
        "ERROR: Percentile accuracy must be exclusively between 0 and 1, was 1.0"
    );
}
