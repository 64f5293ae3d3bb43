//! Tests of window functions.

use arrow::array::{Int64Array, StringArray};
use datafusion::logical_expr::WindowFrameUnits;

use crate::testing::{AggregateCall, Argument, bigint, calling, column, maps, text, zoned};

fn words() -> Argument {
    let words = vec![Some("a"), None, Some("c"), Some("d"), None];
    column("varchar", StringArray::from(words))
}

/// A window over one partition in the order of its rows.
fn ordered(name: &'static str, arguments: Vec<Argument>) -> AggregateCall {
    calling(name, arguments)
        .ordered_by(Int64Array::from(vec![1, 2, 3, 4, 5]))
        .over_rows(None, Some(0))
}

#[tokio::test]
async fn ranks() {
    for (name, results) in [
        ("row_number", "1|2|4|3|1"),
        ("rank", "1|1|4|3|1"),
        ("dense_rank", "1|1|3|2|1"),
        ("percent_rank", "0.0|0.0|1.0|0.6666666666666666|0.0"),
        ("cume_dist", "0.5|0.5|1.0|0.75|1.0"),
    ] {
        let shown = calling(name, vec![])
            .with_rows(5)
            .grouped_by([1, 1, 1, 1, 2])
            .ordered_by(Int64Array::from(vec![10, 10, 30, 20, 10]))
            .over(WindowFrameUnits::Range, None, Some(0))
            .shown()
            .await;
        assert_eq!(shown, results, "{name}");
    }
}

#[tokio::test]
async fn buckets_of_rows() {
    let tiles = |buckets| ordered("ntile", vec![buckets]).with_rows(5);
    assert_eq!(tiles(bigint(2)).shown().await, "1|1|1|2|2");
    assert_eq!(tiles(bigint(3)).shown().await, "1|1|2|2|3");
    assert_eq!(tiles(bigint(5)).shown().await, "1|2|3|4|5");
    assert_eq!(tiles(bigint(i64::MAX)).shown().await, "1|2|3|4|5");
    let varying = column(
        "bigint",
        Int64Array::from(vec![Some(1), None, Some(2), Some(5), Some(9)]),
    );
    assert_eq!(tiles(varying).shown().await, "1|NULL|1|4|5");
    assert_eq!(
        tiles(bigint(0)).shown().await,
        "ERROR: Buckets must be greater than 0"
    );
    assert_eq!(
        tiles(bigint(2)).grouped_by([1, 1, 1, 2, 2]).shown().await,
        "1|1|2|1|2"
    );
}

#[tokio::test]
async fn values_of_the_frame() {
    assert_eq!(
        ordered("first_value", vec![words()]).shown().await,
        "a|a|a|a|a"
    );
    assert_eq!(
        ordered("last_value", vec![words()]).shown().await,
        "a|NULL|c|d|NULL"
    );
    assert_eq!(
        ordered("last_value", vec![words()])
            .ignoring_nulls()
            .shown()
            .await,
        "a|a|c|d|d"
    );
    let following = |name| ordered(name, vec![words()]).over_rows(Some(1), Some(2));
    assert_eq!(following("first_value").shown().await, "NULL|c|d|NULL|NULL");
    assert_eq!(
        following("first_value").ignoring_nulls().shown().await,
        "c|c|d|NULL|NULL"
    );
    assert_eq!(following("last_value").shown().await, "c|d|NULL|NULL|NULL");
    assert_eq!(
        following("last_value").ignoring_nulls().shown().await,
        "c|d|d|NULL|NULL"
    );
    assert_eq!(
        following("first_value")
            .grouped_by([1, 1, 1, 2, 2])
            .shown()
            .await,
        "NULL|c|NULL|NULL|NULL"
    );
}

#[tokio::test]
async fn places_in_the_frame() {
    let nth = |offset| ordered("nth_value", vec![words(), offset]).over_rows(None, None);
    assert_eq!(nth(bigint(3)).shown().await, "c|c|c|c|c");
    assert_eq!(nth(bigint(2)).ignoring_nulls().shown().await, "c|c|c|c|c");
    assert_eq!(
        nth(bigint(4)).ignoring_nulls().shown().await,
        "NULL|NULL|NULL|NULL|NULL"
    );
    assert_eq!(
        nth(bigint(i64::MAX)).shown().await,
        "NULL|NULL|NULL|NULL|NULL"
    );
    let varying = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), None, Some(3), Some(4), Some(9)]),
        )
    };
    assert_eq!(nth(varying()).shown().await, "a|NULL|c|d|NULL");
    assert_eq!(
        nth(varying()).grouped_by([1, 1, 1, 2, 2]).shown().await,
        "a|NULL|c|NULL|NULL"
    );
    assert_eq!(
        nth(bigint(0)).shown().await,
        "ERROR: Offset must be at least 1"
    );
    // A frame without rows has no place to be wrong about.
    assert_eq!(
        nth(bigint(0)).over_rows(Some(9), Some(9)).shown().await,
        "NULL|NULL|NULL|NULL|NULL"
    );
}

#[tokio::test]
async fn values_of_other_rows() {
    assert_eq!(
        ordered("lag", vec![words()]).shown().await,
        "NULL|a|NULL|c|d"
    );
    assert_eq!(
        ordered("lead", vec![words()]).shown().await,
        "NULL|c|d|NULL|NULL"
    );
    assert_eq!(
        ordered("lag", vec![words(), bigint(0)]).shown().await,
        "a|NULL|c|d|NULL"
    );
    assert_eq!(
        ordered("lag", vec![words(), bigint(2), text("-")])
            .shown()
            .await,
        "-|-|a|NULL|c"
    );
    assert_eq!(
        ordered("lead", vec![words(), bigint(2), words()])
            .shown()
            .await,
        "c|d|NULL|d|NULL"
    );
    assert_eq!(
        ordered("lead", vec![words(), bigint(i64::MAX), text("-")])
            .shown()
            .await,
        "-|-|-|-|-"
    );
    let varying = || {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), Some(1), None, Some(3), Some(0)]),
        )
    };
    assert_eq!(
        ordered("lag", vec![words(), varying(), text("-")])
            .shown()
            .await,
        "-|a|NULL|a|NULL"
    );
    assert_eq!(
        ordered("lag", vec![words(), bigint(-1)]).shown().await,
        "ERROR: Offset must be at least 0"
    );
    assert_eq!(
        ordered("lag", vec![words()])
            .grouped_by([1, 1, 2, 2, 2])
            .shown()
            .await,
        "NULL|a|NULL|c|d"
    );
}

#[tokio::test]
async fn values_of_other_rows_without_nulls() {
    assert_eq!(
        ordered("lag", vec![words()]).ignoring_nulls().shown().await,
        "NULL|a|a|c|d"
    );
    assert_eq!(
        ordered("lead", vec![words(), bigint(2), text("-")])
            .ignoring_nulls()
            .shown()
            .await,
        "d|d|-|-|-"
    );
    assert_eq!(
        ordered("lag", vec![words(), bigint(0)])
            .ignoring_nulls()
            .shown()
            .await,
        "a|NULL|c|d|NULL"
    );
}

#[tokio::test]
async fn values_of_every_type() {
    let values = || maps(&[Some(&[("x", Some(1))]), None, Some(&[])]);
    let window = |name| {
        calling(name, vec![values()])
            .ordered_by(Int64Array::from(vec![1, 2, 3]))
            .over_rows(None, Some(0))
    };
    assert_eq!(window("lead").shown().await, "NULL|{}|NULL");
    assert_eq!(
        window("last_value").ignoring_nulls().shown().await,
        "{x: 1}|{x: 1}|{}"
    );
    let instants = zoned(&[Some((0, "UTC")), None]);
    assert_eq!(
        calling("first_value", vec![instants])
            .over_rows(Some(0), Some(0))
            .shown()
            .await,
        "{instant: 1970-01-01T00:00:00Z, zone: 0}|NULL"
    );
}
