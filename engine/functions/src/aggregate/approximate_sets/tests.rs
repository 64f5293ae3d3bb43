//! Tests of approximate sets.

use arrow::array::{BooleanArray, Float64Array, Int64Array, StringArray};

use crate::testing::{calling, column, double, lists, shown};

#[tokio::test]
async fn few_values_are_counted_exactly() {
    let values = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), None, Some(2), Some(1), Some(3)]),
        )
    };
    assert_eq!(
        calling("approx_distinct", vec![values()]).shown().await,
        "3"
    );
    assert_eq!(
        calling("approx_distinct", vec![values()])
            .grouped_by([1, 2, 3, 1, 3])
            .shown()
            .await,
        "1|0|2"
    );
    assert_eq!(
        calling("approx_distinct", vec![values()])
            .over_rows(Some(-1), Some(0))
            .shown()
            .await,
        "1|1|1|2|2"
    );
    let text = StringArray::from(vec![Some("a"), Some("b"), Some("a")]);
    assert_eq!(
        calling("approx_distinct", vec![column("varchar", text)])
            .shown()
            .await,
        "2"
    );
    let booleans = BooleanArray::from(vec![true, false, true]);
    assert_eq!(
        calling("approx_distinct", vec![column("boolean", booleans)])
            .shown()
            .await,
        "2"
    );
    let doubles = Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN]);
    assert_eq!(
        calling("approx_distinct", vec![column("double", doubles)])
            .shown()
            .await,
        "2"
    );
    let arrays = lists(vec![
        Some(vec![Some(1)]),
        Some(vec![None]),
        Some(vec![Some(1)]),
    ]);
    assert_eq!(
        calling("approx_distinct", vec![column("array(bigint)", arrays)])
            .shown()
            .await,
        "2"
    );
}

#[tokio::test]
async fn many_values_are_counted_within_the_error() {
    let values = || {
        column(
            "bigint",
            Int64Array::from_iter_values((0..60_000).map(|of| of % 20_000)),
        )
    };
    for (count, error) in [
        (
            calling("approx_distinct", vec![values()]).in_one_stage(),
            0.023,
        ),
        (
            calling("approx_distinct", vec![values(), double(0.004_062_5)]).in_one_stage(),
            0.004_062_5,
        ),
        (
            calling("approx_distinct", vec![values(), double(0.26)]).in_one_stage(),
            0.26,
        ),
    ] {
        let count: f64 = count.shown().await.parse().unwrap();
        assert!(
            (count / 20_000.0 - 1.0).abs() < 3.0 * error,
            "{count} with {error}"
        );
    }
}

#[tokio::test]
async fn errors_have_bounds() {
    let values = || column("bigint", Int64Array::from(vec![1]));
    assert_eq!(
        calling("approx_distinct", vec![values(), double(0.3)])
            .shown()
            .await,
        "ERROR: Max standard error must be in [0.0040625, 0.26]: 0.3"
    );
    assert_eq!(
        calling("approx_distinct", vec![values(), double(0.001)])
            .shown()
            .await,
        "ERROR: Max standard error must be in [0.0040625, 0.26]: 0.001"
    );
}

#[tokio::test]
async fn sets_have_a_cardinality() {
    let numbers = column(
        "bigint",
        Int64Array::from(vec![Some(1), Some(2), None, Some(2)]),
    );
    let set = calling("approx_set", vec![numbers]).argument().await;
    assert_eq!(shown("cardinality", vec![set]).await, "2");
    let text = column("varchar", StringArray::from(vec!["a", "b", "c"]));
    let set = calling("approx_set", vec![text]).argument().await;
    assert_eq!(shown("cardinality", vec![set]).await, "3");
    let none = column("double", Float64Array::from(vec![None::<f64>]));
    assert_eq!(calling("approx_set", vec![none]).shown().await, "NULL");
}

#[tokio::test]
async fn set_digests_count_their_values() {
    let numbers = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), Some(1), Some(1), Some(2), Some(2), None]),
        )
    };
    let digest = calling("make_set_digest", vec![numbers()]).argument().await;
    assert_eq!(
        shown("hash_counts", vec![digest]).await,
        "{-2447670524089286488: 2, 19144387141682250: 3}"
    );
    let digest = calling("make_set_digest", vec![numbers()]).argument().await;
    assert_eq!(shown("cardinality", vec![digest]).await, "2");
    let text = column("varchar", StringArray::from(vec!["a", "b"]));
    let digest = calling("make_set_digest", vec![text]).argument().await;
    assert_eq!(shown("cardinality", vec![digest]).await, "2");
}
