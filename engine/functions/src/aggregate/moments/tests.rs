//! Tests of statistics of one variable.

use arrow::array::{Float32Array, Float64Array, Int64Array};

use crate::testing::{Argument, calling, column};

fn numbers() -> Argument {
    column(
        "bigint",
        Int64Array::from(vec![Some(1), Some(2), None, Some(3), Some(10)]),
    )
}

#[tokio::test]
async fn statistics_of_numbers() {
    for (name, result) in [
        ("variance", 50.0 / 3.0),
        ("var_samp", 50.0 / 3.0),
        ("var_pop", 12.5),
        ("stddev", (50.0_f64 / 3.0).sqrt()),
        ("stddev_samp", (50.0_f64 / 3.0).sqrt()),
        ("stddev_pop", 12.5_f64.sqrt()),
        // m3 = -27 - 8 - 1 + 216 = 180, m2 = 50, m4 = 81 + 16 + 1 + 1296 = 1394
        ("skewness", 2.0 * 180.0 / 50.0_f64.powf(1.5)),
        ("kurtosis", 30.0 * 1394.0 / 2500.0 - 13.5),
        ("geometric_mean", 60.0_f64.powf(0.25)),
    ] {
        let shown = calling(name, vec![numbers()]).in_one_stage().shown().await;
        let shown: f64 = shown.parse().unwrap();
        assert!((shown - result).abs() < 1e-12, "{name}: {shown} {result}");
    }
}

#[tokio::test]
async fn few_numbers_have_no_statistics() {
    let values = || {
        column(
            "double",
            Float64Array::from(vec![
                None,
                Some(2.0),
                Some(2.0),
                Some(4.0),
                Some(1.0),
                Some(1.0),
                Some(1.0),
            ]),
        )
    };
    let groups = [1, 2, 3, 3, 4, 4, 4];
    for (name, results) in [
        ("var_samp", "NULL|NULL|2.0|0.0"),
        ("var_pop", "NULL|0.0|1.0|0.0"),
        ("stddev_pop", "NULL|0.0|1.0|0.0"),
        ("stddev", "NULL|NULL|1.4142135623730951|0.0"),
        ("skewness", "NULL|NULL|NULL|NaN"),
        ("kurtosis", "NULL|NULL|NULL|NULL"),
    ] {
        assert_eq!(
            calling(name, vec![values()])
                .grouped_by(groups)
                .shown()
                .await,
            results
        );
    }
}

#[tokio::test]
async fn parts_are_merged() {
    let values = || {
        column(
            "double",
            Float64Array::from_iter_values((0..40).map(|of| f64::from(of * of % 17))),
        )
    };
    for name in ["variance", "skewness", "kurtosis", "geometric_mean"] {
        let one: f64 = calling(name, vec![values()])
            .in_one_stage()
            .shown()
            .await
            .parse()
            .unwrap();
        let many = calling(name, vec![values()]).in_stages().await;
        let many: f64 = many.parse().unwrap();
        assert!(
            one == many || (one - many).abs() < 1e-12 * one.abs(),
            "{name}: {one} {many}"
        );
    }
}

#[tokio::test]
async fn geometric_means_of_reals_are_reals() {
    let reals = Float32Array::from(vec![2.0, 8.0]);
    assert_eq!(
        calling("geometric_mean", vec![column("real", reals)])
            .shown()
            .await,
        "4.0"
    );
    let none = Float64Array::from(vec![None::<f64>]);
    assert_eq!(
        calling("geometric_mean", vec![column("double", none)])
            .shown()
            .await,
        "NULL"
    );
}

#[tokio::test]
async fn frames_and_repetition() {
    assert_eq!(
        calling("var_pop", vec![numbers()])
            .over_rows(Some(-1), Some(0))
            .shown()
            .await,
        "0.0|0.25|0.0|0.0|12.25"
    );
    let values = column("double", Float64Array::from(vec![1.0, 3.0, 3.0, 3.0]));
    assert_eq!(
        calling("var_pop", vec![values]).distinct().shown().await,
        "1.0"
    );
}
