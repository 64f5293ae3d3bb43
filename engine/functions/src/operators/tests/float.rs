//! Arithmetic and comparison of floats.

use arrow::array::{AsArray, Float32Array};
use datafusion::scalar::ScalarValue;

use super::{bigints, decimal, decimals, doubles};
use crate::testing::{bigint, call, column, constant, double, shown};

#[tokio::test]
async fn division_by_zero_is_an_error_except_of_floats() {
    for name in ["$divide", "$modulus"] {
        assert_eq!(
            shown(name, vec![bigints(vec![None, Some(1)]), bigint(0)]).await,
            "ERROR: Division by zero"
        );
        assert_eq!(
            shown(
                name,
                vec![decimal(3, 1, 10), decimals(3, 0, vec![Some(1), Some(0)])]
            )
            .await,
            "ERROR: Division by zero"
        );
    }
    let values = || doubles(vec![Some(1.0), Some(-1.0), Some(0.0), None]);
    assert_eq!(
        shown("$divide", vec![values(), double(0.0)]).await,
        "inf|-inf|NaN|NULL"
    );
    assert_eq!(
        shown("$modulus", vec![values(), double(0.0)]).await,
        "NaN|NaN|NaN|NULL"
    );
    assert_eq!(
        shown("$modulus", vec![double(-5.5), double(2.0)]).await,
        "-1.5"
    );
    let reals = column("real", Float32Array::from(vec![0.1, 3.4e38]));
    let ten = constant("real", ScalarValue::from(10.0_f32));
    assert_eq!(shown("$multiply", vec![reals, ten]).await, "1.0|inf");
    assert_eq!(shown("$negate", vec![values()]).await, "-1.0|1.0|-0.0|NULL");
}

#[tokio::test]
async fn floats_compare_by_ieee() {
    let left = || {
        doubles(vec![
            Some(1.0),
            Some(f64::NAN),
            Some(-0.0),
            Some(f64::NAN),
            None,
            Some(3.0),
        ])
    };
    let right = || {
        doubles(vec![
            Some(2.0),
            Some(f64::NAN),
            Some(0.0),
            Some(1.0),
            Some(1.0),
            Some(-3.0),
        ])
    };
    for (name, expected) in [
        ("$equal", "false|false|true|false|NULL|false"),
        ("$not_equal", "true|true|false|true|NULL|true"),
        ("$less_than", "true|false|false|false|NULL|false"),
        ("$less_than_or_equal", "true|false|true|false|NULL|false"),
        ("$greater_than", "false|false|false|false|NULL|true"),
        ("$greater_than_or_equal", "false|false|true|false|NULL|true"),
        ("$is_distinct_from", "true|false|false|true|true|true"),
    ] {
        assert_eq!(shown(name, vec![left(), right()]).await, expected, "{name}");
    }
    assert_eq!(
        shown("$less_than", vec![left(), double(2.0)]).await,
        "true|false|true|false|NULL|false"
    );
    assert_eq!(
        shown("$less_than", vec![double(2.0), right()]).await,
        "false|false|false|false|false|false"
    );
    assert_eq!(
        shown("$equal", vec![double(f64::NAN), double(f64::NAN)]).await,
        "false"
    );
    let reals = column("real", Float32Array::from(vec![f32::NAN, 1.0]));
    assert_eq!(
        shown("$greater_than_or_equal", vec![reals, double(1.0)]).await,
        "false|true"
    );
}

#[tokio::test]
async fn null_is_distinct_from_all_but_null() {
    let values = || doubles(vec![Some(1.0), None, Some(f64::NAN)]);
    let null = || constant("double", ScalarValue::Float64(None));
    assert_eq!(
        shown("$is_distinct_from", vec![values(), null()]).await,
        "true|false|true"
    );
    assert_eq!(
        shown("$is_distinct_from", vec![null(), values()]).await,
        "true|false|true"
    );
    assert_eq!(
        shown("$is_distinct_from", vec![null(), null()]).await,
        "false"
    );
    assert_eq!(
        shown("$is_distinct_from", vec![values(), double(f64::NAN)]).await,
        "true|true|false"
    );
    let others = doubles(vec![None, None, Some(f64::NAN)]);
    assert_eq!(
        shown("$is_distinct_from", vec![values(), others]).await,
        "true|false|false"
    );
}

#[tokio::test]
async fn conditions_are_packed_over_many_rows() {
    // More than a word of the bitmap, and not a whole number of them.
    let values: Vec<f64> = (0..203).map(f64::from).collect();
    let column = |values: &[f64]| doubles(values.iter().copied().map(Some).collect());
    let others: Vec<f64> = values
        .iter()
        .map(|value| if value % 3.0 == 0.0 { -1.0 } else { *value })
        .collect();
    let (found, _) = call("$equal", vec![column(&values), column(&others)])
        .await
        .unwrap();
    let found = found.as_boolean();
    assert_eq!(found.len(), 203);
    for (row, found) in found.iter().enumerate() {
        assert_eq!(found, Some(row % 3 != 0), "{row}");
    }
    let (found, _) = call("$greater_than", vec![column(&values), double(99.5)])
        .await
        .unwrap();
    assert_eq!(found.as_boolean().true_count(), 103);
}
