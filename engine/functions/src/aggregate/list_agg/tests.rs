//! Tests of `listagg`.

use arrow::array::{Int64Array, StringArray};
use datafusion::scalar::ScalarValue;

use crate::testing::{AggregateCall, Argument, calling, column, constant, text};

fn words() -> Argument {
    column(
        "varchar",
        StringArray::from(vec![Some("b"), None, Some("a"), Some(""), Some("é")]),
    )
}

fn overflowing(values: Argument, error: bool, filler: &str, count: bool) -> AggregateCall {
    let flag = |value| constant("boolean", ScalarValue::Boolean(Some(value)));
    calling(
        "$listagg",
        vec![values, text(","), flag(error), text(filler), flag(count)],
    )
}

#[tokio::test]
async fn texts_are_joined_without_nulls() {
    assert_eq!(
        calling("listagg", vec![words(), text(", ")])
            .in_one_stage()
            .shown()
            .await,
        "b, a, , é"
    );
    assert_eq!(
        calling("listagg", vec![words(), text("")])
            .grouped_by([1, 2, 3, 3, 1])
            .in_one_stage()
            .shown()
            .await,
        "bé|NULL|a"
    );
    assert_eq!(
        calling("listagg", vec![words(), text("-")])
            .ordered_by(StringArray::from(vec!["b", "?", "a", "c", "d"]))
            .shown()
            .await,
        "a-b--é"
    );
    assert_eq!(
        calling("listagg", vec![words(), text("-")])
            .ordered_by_descending(Int64Array::from(vec![1, 2, 3, 4, 5]))
            .grouped_by([1, 1, 1, 2, 2])
            .shown()
            .await,
        "a-b|é-"
    );
    let none = StringArray::from(vec![None::<&str>]);
    assert_eq!(
        calling("listagg", vec![column("varchar", none), text(",")])
            .shown()
            .await,
        "NULL"
    );
}

#[tokio::test]
async fn repeated_texts() {
    let values = StringArray::from(vec!["x", "y", "x"]);
    assert_eq!(
        calling(
            "listagg",
            vec![column("varchar", values.clone()), text(",")]
        )
        .distinct()
        .ordered_by(values)
        .shown()
        .await,
        "x,y"
    );
}

#[tokio::test]
async fn results_have_a_greatest_length() {
    let long = "x".repeat(600_000);
    let values = || {
        column(
            "varchar",
            StringArray::from(vec![
                Some(long.as_str()),
                Some("y"),
                Some(long.as_str()),
                None,
                Some("z"),
            ]),
        )
    };
    assert_eq!(
        calling("listagg", vec![values(), text(",")])
            .in_one_stage()
            .shown()
            .await,
        "ERROR: Concatenated string has the length in bytes larger than the maximum output length 1048576"
    );
    assert_eq!(
        overflowing(values(), true, "...", true)
            .in_one_stage()
            .shown()
            .await,
        "ERROR: Concatenated string has the length in bytes larger than the maximum output length 1048576"
    );
    let cut = |end: &str| format!("{long},y{end}");
    assert_eq!(
        overflowing(values(), false, "...", true)
            .in_one_stage()
            .shown()
            .await,
        cut(",...(2)")
    );
    assert_eq!(
        overflowing(values(), false, "~", false)
            .in_one_stage()
            .shown()
            .await,
        cut(",~")
    );
    // What fits shows nothing of the clause.
    assert_eq!(
        overflowing(words(), false, "...", true)
            .in_one_stage()
            .shown()
            .await,
        "b,a,,é"
    );
}

#[tokio::test]
async fn fillers_have_a_greatest_length() {
    assert_eq!(
        overflowing(words(), false, &"f".repeat(65_537), true)
            .in_one_stage()
            .shown()
            .await,
        "ERROR: Overflow filler length 65537 exceeds maximum length 65536"
    );
}
