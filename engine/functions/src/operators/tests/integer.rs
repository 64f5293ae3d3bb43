//! Arithmetic of integers, and what all operators have in common.

use arrow::array::{Decimal128Array, Int8Array, Int16Array, Int32Array, Int64Array};
use datafusion::scalar::ScalarValue;

use super::{bigints, type_of};
use crate::registry::registry;
use crate::testing::{bigint, column, constant, shown};

#[tokio::test]
async fn operators_are_hidden() {
    for name in ["$add", "$negate", "$equal", "$is_distinct_from"] {
        assert!(registry().function(name).unwrap().hidden, "{name}");
    }
}

#[tokio::test]
async fn integers_of_all_widths_are_computed() {
    let tinyints = || column("tinyint", Int8Array::from(vec![Some(100), Some(-7), None]));
    let smallints = || {
        column(
            "smallint",
            Int16Array::from(vec![Some(10), Some(2), Some(1)]),
        )
    };
    assert_eq!(
        shown("$subtract", vec![tinyints(), tinyints()]).await,
        "0|0|NULL"
    );
    assert_eq!(
        shown("$multiply", vec![tinyints(), smallints()]).await,
        "1000|-14|NULL"
    );
    assert_eq!(
        shown("$divide", vec![tinyints(), smallints()]).await,
        "10|-3|NULL"
    );
    assert_eq!(
        shown("$modulus", vec![tinyints(), smallints()]).await,
        "0|-1|NULL"
    );
    assert_eq!(shown("$negate", vec![tinyints()]).await, "-100|7|NULL");
    let integers = || {
        column(
            "integer",
            Int32Array::from(vec![Some(i32::MAX), Some(i32::MIN)]),
        )
    };
    assert_eq!(
        shown("$add", vec![integers(), bigint(1)]).await,
        "2147483648|-2147483647"
    );
    assert_eq!(type_of("$add", "tinyint", "smallint"), "smallint");
    assert_eq!(type_of("$multiply", "integer", "bigint"), "bigint");
    assert_eq!(type_of("$divide", "bigint", "real"), "real");
}

#[tokio::test]
async fn constants_and_columns_combine_in_every_way() {
    let values = || bigints(vec![Some(7), None, Some(-7)]);
    assert_eq!(
        shown("$subtract", vec![values(), values()]).await,
        "0|NULL|0"
    );
    assert_eq!(
        shown("$subtract", vec![values(), bigint(2)]).await,
        "5|NULL|-9"
    );
    assert_eq!(
        shown("$subtract", vec![bigint(2), values()]).await,
        "-5|NULL|9"
    );
    assert_eq!(shown("$subtract", vec![bigint(2), bigint(7)]).await, "-5");
    let null = || constant("bigint", ScalarValue::Int64(None));
    assert_eq!(
        shown("$subtract", vec![values(), null()]).await,
        "NULL|NULL|NULL"
    );
}

#[tokio::test]
async fn overflow_is_an_error_that_names_the_operands() {
    assert_eq!(
        shown(
            "$add",
            vec![bigints(vec![Some(1), Some(i64::MAX)]), bigint(1)]
        )
        .await,
        "ERROR: bigint addition overflow: 9223372036854775807 + 1"
    );
    assert_eq!(
        shown("$subtract", vec![bigint(-2), bigints(vec![Some(i64::MAX)])]).await,
        "ERROR: bigint subtraction overflow: -2 - 9223372036854775807"
    );
    assert_eq!(
        shown("$multiply", vec![bigint(i64::MIN), bigint(-1)]).await,
        "ERROR: bigint multiplication overflow: -9223372036854775808 * -1"
    );
    assert_eq!(
        shown("$divide", vec![bigint(i64::MIN), bigint(-1)]).await,
        "ERROR: bigint division overflow: -9223372036854775808 / -1"
    );
    assert_eq!(
        shown("$modulus", vec![bigint(i64::MIN), bigint(-1)]).await,
        "0"
    );
    assert_eq!(
        shown("$negate", vec![bigint(i64::MIN)]).await,
        "ERROR: bigint negation overflow: -9223372036854775808"
    );
    let tinyints = |value| column("tinyint", Int8Array::from(vec![0, value]));
    for (name, right, message) in [
        ("$add", 100, "tinyint addition overflow: 100 + 100"),
        ("$subtract", -28, "tinyint subtraction overflow: 100 - -28"),
        ("$multiply", -2, "tinyint multiplication overflow: 100 * -2"),
    ] {
        assert_eq!(
            shown(name, vec![tinyints(100), tinyints(right)]).await,
            format!("ERROR: {message}")
        );
    }
    // On the very bounds.
    assert_eq!(
        shown("$add", vec![tinyints(100), tinyints(27)]).await,
        "0|127"
    );
    assert_eq!(
        shown("$multiply", vec![tinyints(64), tinyints(-2)]).await,
        "0|-128"
    );
    assert_eq!(
        shown("$subtract", vec![tinyints(-100), tinyints(28)]).await,
        "0|-128"
    );
    let smallints = column("smallint", Int16Array::from(vec![i16::MIN]));
    assert_eq!(
        shown("$negate", vec![smallints]).await,
        "ERROR: smallint negation overflow: -32768"
    );
}

#[tokio::test]
async fn what_is_stored_in_rows_with_null_does_not_fail() {
    let hidden = |value: i64| {
        let values = vec![value, 4, 6];
        column(
            "bigint",
            Int64Array::new(values.into(), Some(vec![false, true, true].into())),
        )
    };
    assert_eq!(
        shown("$add", vec![hidden(i64::MAX), hidden(i64::MAX)]).await,
        "NULL|8|12"
    );
    assert_eq!(
        shown("$multiply", vec![hidden(i64::MAX), bigint(2)]).await,
        "NULL|8|12"
    );
    assert_eq!(
        shown("$divide", vec![bigint(12), hidden(0)]).await,
        "NULL|3|2"
    );
    assert_eq!(shown("$negate", vec![hidden(i64::MIN)]).await, "NULL|-4|-6");
    let decimals = |value: i128| {
        let values = vec![value, 4, 6];
        let values = Decimal128Array::new(values.into(), Some(vec![false, true, true].into()));
        column(
            "decimal(38,0)",
            values.with_precision_and_scale(38, 0).unwrap(),
        )
    };
    assert_eq!(
        shown("$add", vec![decimals(i128::MAX), decimals(1)]).await,
        "NULL|8|12"
    );
    assert_eq!(
        shown("$multiply", vec![decimals(i128::MIN), decimals(i128::MIN)]).await,
        "NULL|16|36"
    );
    assert_eq!(
        shown("$divide", vec![decimals(i128::MIN), decimals(0)]).await,
        "NULL|1|1"
    );
    assert_eq!(
        shown("$modulus", vec![decimals(i128::MIN), decimals(-1)]).await,
        "NULL|0|0"
    );
}
