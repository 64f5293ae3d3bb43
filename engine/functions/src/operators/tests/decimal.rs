//! Arithmetic of decimals.

use datafusion::scalar::ScalarValue;

use super::{decimal, decimals, type_of};
use crate::testing::{constant, shown};

#[test]
fn decimals_have_trinos_precisions_and_scales() {
    for (name, left, right, expected) in [
        ("$add", "decimal(3,1)", "decimal(5,4)", "decimal(7,4)"),
        (
            "$subtract",
            "decimal(38,0)",
            "decimal(38,0)",
            "decimal(38,0)",
        ),
        ("$add", "decimal(10,2)", "integer", "decimal(13,2)"),
        ("$add", "bigint", "decimal(1,1)", "decimal(21,1)"),
        ("$multiply", "decimal(3,1)", "decimal(5,4)", "decimal(8,5)"),
        (
            "$multiply",
            "decimal(38,1)",
            "decimal(38,1)",
            "decimal(38,2)",
        ),
        ("$divide", "decimal(2,1)", "integer", "decimal(2,1)"),
        ("$divide", "decimal(3,1)", "decimal(5,4)", "decimal(10,4)"),
        ("$divide", "decimal(5,4)", "decimal(3,1)", "decimal(6,4)"),
        ("$modulus", "decimal(3,1)", "decimal(5,4)", "decimal(5,4)"),
        ("$modulus", "decimal(2,2)", "decimal(2,2)", "decimal(2,2)"),
        ("$add", "decimal(3,1)", "real", "real"),
        ("$add", "double", "decimal(38,10)", "double"),
        (
            "$multiply",
            "decimal(38,20)",
            "decimal(38,20)",
            "DECIMAL scale must be in range [0, precision (38)]: 40",
        ),
    ] {
        assert_eq!(
            type_of(name, left, right),
            expected,
            "{left} {name} {right}"
        );
    }
}

#[tokio::test]
async fn decimals_of_different_scales_are_computed() {
    let left = || decimals(4, 1, vec![Some(105), Some(-105), None]);
    let right = || decimals(4, 3, vec![Some(2_500), Some(2_500), Some(1)]);
    assert_eq!(
        shown("$add", vec![left(), right()]).await,
        "13.000|-8.000|NULL"
    );
    assert_eq!(
        shown("$subtract", vec![right(), left()]).await,
        "-8.000|13.000|NULL"
    );
    assert_eq!(
        shown("$multiply", vec![left(), right()]).await,
        "26.2500|-26.2500|NULL"
    );
    assert_eq!(
        shown("$divide", vec![left(), right()]).await,
        "4.200|-4.200|NULL"
    );
    assert_eq!(
        shown("$modulus", vec![left(), right()]).await,
        "0.500|-0.500|NULL"
    );
    assert_eq!(shown("$negate", vec![left()]).await, "-10.5|10.5|NULL");
    let two = || constant("integer", ScalarValue::from(2_i32));
    assert_eq!(
        shown("$multiply", vec![left(), two()]).await,
        "21.0|-21.0|NULL"
    );
    assert_eq!(
        shown("$divide", vec![two(), right()]).await,
        "0.800|0.800|2000.000"
    );
}

#[tokio::test]
async fn quotients_of_decimals_are_rounded_half_away_from_zero() {
    let dividends = || {
        decimals(
            2,
            1,
            vec![Some(10), Some(20), Some(5), Some(-5), Some(25), Some(-25)],
        )
    };
    assert_eq!(
        shown("$divide", vec![dividends(), decimal(1, 0, 3)]).await,
        "0.3|0.7|0.2|-0.2|0.8|-0.8"
    );
    assert_eq!(
        shown("$divide", vec![dividends(), decimal(2, 0, 10)]).await,
        "0.1|0.2|0.1|-0.1|0.3|-0.3"
    );
    assert_eq!(
        shown("$divide", vec![decimal(1, 0, 1), decimal(1, 0, 3)]).await,
        "0"
    );
    assert_eq!(
        shown("$divide", vec![decimal(1, 0, 1), decimal(1, 0, 2)]).await,
        "1"
    );
    assert_eq!(
        shown("$divide", vec![decimal(1, 0, -1), decimal(1, 0, 2)]).await,
        "-1"
    );
}

#[tokio::test]
async fn quotients_may_need_256_bits_in_between() {
    // 10^37 scaled up by 19 digits.
    let great = 10_i128.pow(37);
    let found = shown(
        "$divide",
        vec![
            decimals(38, 18, vec![Some(great)]),
            decimal(38, 19, great + 1),
        ],
    )
    .await;
    // 10^19 / (10^18 + 10^-19), rounded to 19 digits after the point.
    assert_eq!(found, "10.0000000000000000000");
    let found = shown(
        "$divide",
        vec![
            decimal(38, 18, 2 * great + 1),
            decimals(38, 18, vec![Some(-3 * great)]),
        ],
    )
    .await;
    assert_eq!(found, "-0.666666666666666667");
    // 5 * 10^36 * 10^18 / (10^37 * 10^18), which is a half of the last digit.
    let found = shown(
        "$divide",
        vec![decimal(38, 0, 5 * great), decimal(38, 0, -10 * great + 1)],
    )
    .await;
    assert_eq!(found, "-1");
}

#[tokio::test]
async fn remainders_may_need_256_bits_in_between() {
    let greatest = 10_i128.pow(38) - 1;
    // (10^38 - 1) modulo 0.7.
    let found = shown(
        "$modulus",
        vec![decimals(38, 0, vec![Some(greatest)]), decimal(2, 2, 70)],
    )
    .await;
    let expected = (greatest % 7 * 100) % 70;
    assert_eq!(found, format!("0.{expected:02}"));
    let found = shown(
        "$modulus",
        vec![decimal(38, 37, greatest), decimal(38, 0, greatest)],
    )
    .await;
    assert_eq!(found, format!("9.{}", "9".repeat(37)));
    let found = shown(
        "$modulus",
        vec![decimal(38, 0, -greatest), decimal(38, 0, 10_i128.pow(37))],
    )
    .await;
    assert_eq!(found, format!("-{}", "9".repeat(37)));
}

#[tokio::test]
async fn decimals_beyond_38_digits_overflow() {
    let greatest = 10_i128.pow(38) - 1;
    let great = || decimals(38, 0, vec![Some(1), Some(greatest)]);
    let overflow = "ERROR: Decimal overflow";
    assert_eq!(
        shown("$add", vec![great(), decimal(38, 0, 1)]).await,
        overflow
    );
    assert_eq!(
        shown("$add", vec![great(), decimal(38, 0, -1)]).await,
        format!("0|{}", greatest - 1)
    );
    assert_eq!(
        shown("$subtract", vec![decimal(38, 0, -1), great()]).await,
        overflow
    );
    assert_eq!(
        shown("$add", vec![great(), decimal(2, 1, 1)]).await,
        overflow
    );
    assert_eq!(
        shown("$multiply", vec![great(), decimal(2, 0, 10)]).await,
        overflow
    );
    assert_eq!(shown("$multiply", vec![great(), great()]).await, overflow);
    assert_eq!(
        shown("$multiply", vec![great(), decimal(1, 0, -1)]).await,
        format!("-1|-{greatest}")
    );
    assert_eq!(
        shown("$divide", vec![great(), decimal(1, 1, 1)]).await,
        overflow
    );
    // A dividend scaled up by 38 digits or more overflows whatever it is.
    assert_eq!(
        shown("$divide", vec![decimal(1, 0, 0), decimal(19, 19, 1)]).await,
        overflow
    );
    assert_eq!(
        shown("$divide", vec![decimal(1, 0, 0), decimal(18, 18, 1)]).await,
        format!("0.{}", "0".repeat(18))
    );
}
