//! Tests of `numeric_histogram`.

use arrow::array::{Float32Array, Float64Array, Int64Array};

use crate::testing::{Argument, bigint, calling, column, double};

fn values() -> Argument {
    column(
        "double",
        Float64Array::from(vec![
            Some(1.0),
            Some(2.0),
            None,
            Some(10.0),
            Some(11.0),
            Some(30.0),
            Some(1.0),
        ]),
    )
}

#[tokio::test]
async fn buckets_that_lie_close_are_merged() {
    assert_eq!(
        calling("numeric_histogram", vec![bigint(10), values()])
            .shown()
            .await,
        "{1.0: 2.0, 2.0: 1.0, 10.0: 1.0, 11.0: 1.0, 30.0: 1.0}"
    );
    assert_eq!(
        calling("numeric_histogram", vec![bigint(3), values()])
            .shown()
            .await,
        "{1.3333333333333333: 3.0, 10.5: 2.0, 30.0: 1.0}"
    );
    assert_eq!(
        calling("numeric_histogram", vec![bigint(2), values(), double(2.0)])
            .grouped_by([1, 1, 1, 2, 2, 2, 3])
            .shown()
            .await,
        "{1.0: 2.0, 2.0: 2.0}|{10.5: 4.0, 30.0: 2.0}|{1.0: 2.0}"
    );
}

#[tokio::test]
async fn many_values_are_merged_on_the_way() {
    let many = column(
        "double",
        Float64Array::from_iter_values((0..1000).map(|of| f64::from(of % 4))),
    );
    assert_eq!(
        calling("numeric_histogram", vec![bigint(4), many])
            .in_one_stage()
            .shown()
            .await,
        "{0.0: 250.0, 1.0: 250.0, 2.0: 250.0, 3.0: 250.0}"
    );
}

#[tokio::test]
async fn histograms_of_reals_are_reals() {
    let reals = column("real", Float32Array::from(vec![1.5, 2.5]));
    assert_eq!(
        calling("numeric_histogram", vec![bigint(2), reals])
            .shown()
            .await,
        "{1.5: 1.0, 2.5: 1.0}"
    );
}

#[tokio::test]
async fn nothing_is_null_and_bucket_counts_have_bounds() {
    let none = column("double", Float64Array::from(vec![None::<f64>]));
    assert_eq!(
        calling("numeric_histogram", vec![bigint(2), none])
            .shown()
            .await,
        "NULL"
    );
    assert_eq!(
        calling("numeric_histogram", vec![bigint(1), values()])
            .shown()
            .await,
        "ERROR: numeric_histogram bucket count must be greater than one"
    );
    let counts = column("bigint", Int64Array::from(vec![Some(2), None]));
    let pair = column("double", Float64Array::from(vec![5.0, 6.0]));
    assert_eq!(
        calling("numeric_histogram", vec![counts, pair])
            .shown()
            .await,
        "{5.0: 1.0}"
    );
}
