//! Tests of `approx_most_frequent`.

use arrow::array::{Int64Array, StringArray};

use crate::testing::{Argument, bigint, calling, column};

fn words() -> Argument {
    let words = vec![
        Some("a"),
        Some("b"),
        Some("c"),
        Some("b"),
        None,
        Some("c"),
        Some("b"),
    ];
    column("varchar", StringArray::from(words))
}

#[tokio::test]
async fn the_most_frequent_come_first() {
    assert_eq!(
        calling("approx_most_frequent", vec![bigint(2), words(), bigint(10)])
            .shown()
            .await,
        "{b: 3, c: 2}"
    );
    let numbers = || column("bigint", Int64Array::from(vec![5, 7, 5, 5, 7, 1]));
    assert_eq!(
        calling(
            "approx_most_frequent",
            vec![bigint(2), numbers(), bigint(15)]
        )
        .shown()
        .await,
        "{5: 3, 7: 2}"
    );
    assert_eq!(
        calling(
            "approx_most_frequent",
            vec![bigint(3), numbers(), bigint(15)]
        )
        .grouped_by([1, 1, 1, 2, 2, 2])
        .in_one_stage()
        .shown()
        .await,
        "{5: 2, 7: 1}|{5: 1, 7: 1, 1: 1}"
    );
}

#[tokio::test]
async fn a_new_value_takes_over_the_count_of_the_rarest() {
    let numbers = column("bigint", Int64Array::from(vec![1, 1, 2, 3]));
    assert_eq!(
        calling("approx_most_frequent", vec![bigint(3), numbers, bigint(2)])
            .in_one_stage()
            .shown()
            .await,
        "{1: 2, 3: 2}"
    );
}

#[tokio::test]
async fn nothing_is_null_and_sizes_have_bounds() {
    let none = column("bigint", Int64Array::from(vec![None, None]));
    assert_eq!(
        calling("approx_most_frequent", vec![bigint(3), none, bigint(5)])
            .shown()
            .await,
        "NULL"
    );
    assert_eq!(
        calling("approx_most_frequent", vec![bigint(1), words(), bigint(5)])
            .shown()
            .await,
        "ERROR: approx_most_frequent bucket count must be greater than one"
    );
    assert_eq!(
        calling("approx_most_frequent", vec![bigint(2), words(), bigint(0)])
            .shown()
            .await,
        "ERROR: approx_most_frequent capacity must be positive"
    );
}
