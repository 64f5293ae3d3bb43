//! Tests of `greatest` and `least`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DurationMillisecondArray,
    Float32Array, Float64Array, Int16Array, Int32Array, Int64Array, ListArray, StringArray,
    StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type};
use datafusion::scalar::ScalarValue;

use crate::testing::{Argument, bigint, call, column, constant, double, shown, text};

fn integers(values: Vec<Option<i32>>) -> Argument {
    column("integer", Int32Array::from(values))
}

#[tokio::test]
async fn numbers_are_compared_in_their_common_type() {
    let values = || integers(vec![Some(1), Some(-7), None]);
    assert_eq!(
        shown("greatest", vec![values(), bigint(0)]).await,
        "1|0|NULL"
    );
    assert_eq!(shown("least", vec![bigint(0), values()]).await, "0|-7|NULL");
    assert_eq!(shown("least", vec![values()]).await, "1|-7|NULL");
    assert_eq!(
        shown("greatest", vec![values(), double(0.5)]).await,
        "1.0|0.5|NULL"
    );
    let smallints = column("smallint", Int16Array::from(vec![3, 2, 1]));
    let (found, data_type) = call("greatest", vec![smallints, values(), values()])
        .await
        .unwrap();
    assert_eq!(data_type.to_string(), "integer");
    assert_eq!(found.null_count(), 1);
    let decimals = || {
        let values = Decimal128Array::from(vec![15, -15, 0])
            .with_precision_and_scale(3, 1)
            .unwrap();
        column("decimal(3,1)", values)
    };
    assert_eq!(
        shown("least", vec![decimals(), values()]).await,
        "1.0|-7.0|NULL"
    );
}

#[tokio::test]
async fn a_null_constant_makes_all_null() {
    let values = integers(vec![Some(1), Some(2)]);
    let null = constant("bigint", ScalarValue::Int64(None));
    assert_eq!(shown("greatest", vec![values, null]).await, "NULL|NULL");
}

#[tokio::test]
async fn nan_is_extreme_only_alone() {
    let values = || {
        column(
            "double",
            Float64Array::from(vec![f64::NAN, -f64::NAN, 1.0, f64::NAN, -0.0]),
        )
    };
    let others = || {
        column(
            "double",
            Float64Array::from(vec![5.0, -5.0, f64::NAN, f64::NAN, 0.0]),
        )
    };
    assert_eq!(
        shown("greatest", vec![values(), others()]).await,
        "5.0|-5.0|1.0|NaN|0.0"
    );
    assert_eq!(
        shown("least", vec![values(), others()]).await,
        "5.0|-5.0|1.0|NaN|-0.0"
    );
    assert_eq!(
        shown("greatest", vec![values(), double(f64::NAN), others()]).await,
        "5.0|-5.0|1.0|NaN|0.0"
    );
    let reals = column("real", Float32Array::from(vec![f32::NAN, 2.0]));
    let one = constant("real", ScalarValue::from(1.0_f32));
    assert_eq!(shown("least", vec![reals, one]).await, "1.0|1.0");
}

#[tokio::test]
async fn text_and_booleans_are_compared() {
    let values = || {
        column(
            "varchar",
            StringArray::from(vec![Some("b"), Some(""), None, Some("\u{1F600}")]),
        )
    };
    assert_eq!(
        shown("greatest", vec![values(), text("ab")]).await,
        "b|ab|NULL|\u{1F600}"
    );
    assert_eq!(
        shown("least", vec![text("a\u{FFFF}"), values(), text("b")]).await,
        "a\u{FFFF}||NULL|a\u{FFFF}"
    );
    assert_eq!(
        shown(
            "least",
            vec![text("x"), text("a longer text than a view holds")]
        )
        .await,
        "a longer text than a view holds"
    );
    let booleans = column(
        "boolean",
        BooleanArray::from(vec![Some(true), Some(false), None]),
    );
    let no = constant("boolean", ScalarValue::from(false));
    assert_eq!(
        shown("greatest", vec![booleans, no]).await,
        "true|false|NULL"
    );
}

#[tokio::test]
async fn dates_times_and_intervals_are_compared() {
    let dates = |days| column("date", Date32Array::from(vec![days]));
    assert_eq!(
        shown("greatest", vec![dates(-1), dates(1)]).await,
        "1970-01-02"
    );
    let timestamps = |micros| {
        column(
            "timestamp(3)",
            TimestampMicrosecondArray::from(vec![micros]),
        )
    };
    assert_eq!(
        shown("least", vec![timestamps(-1_000_000), timestamps(0)]).await,
        "1969-12-31T23:59:59"
    );
    assert_eq!(
        shown("least", vec![timestamps(90_000_000_000), dates(1)]).await,
        "1970-01-02T00:00:00"
    );
    let times = |micros| column("time(3)", Time64MicrosecondArray::from(vec![micros]));
    assert_eq!(
        shown("greatest", vec![times(1_000_000), times(2_000_000)]).await,
        "00:00:02"
    );
    let intervals = |millis| {
        column(
            "interval day to second",
            DurationMillisecondArray::from(vec![millis]),
        )
    };
    let (found, _) = call("least", vec![intervals(5), intervals(-5)])
        .await
        .unwrap();
    assert_eq!(
        found.as_ref(),
        &DurationMillisecondArray::from(vec![-5]) as &dyn Array
    );
}

#[tokio::test]
async fn values_with_time_zone_are_compared_by_their_instants() {
    let zoned = |instant: i64, zone: i16| {
        let instant = TimestampMicrosecondArray::from(vec![instant]).with_timezone("UTC");
        let fields = crate::types::parse_type("timestamp(3) with time zone")
            .unwrap()
            .arrow();
        let DataType::Struct(fields) = fields else {
            panic!("a struct")
        };
        let columns: Vec<ArrayRef> =
            vec![Arc::new(instant), Arc::new(Int16Array::from(vec![zone]))];
        column(
            "timestamp(3) with time zone",
            StructArray::new(fields, columns, None),
        )
    };
    // The zones' keys have the other order.
    assert_eq!(
        shown(
            "greatest",
            vec![zoned(2_000_000, -60), zoned(1_000_000, 60)]
        )
        .await,
        "{instant: 1970-01-01T00:00:02Z, zone: -60}"
    );
    let timed = |time: i64, offset: i16| {
        let fields = crate::types::parse_type("time(3) with time zone")
            .unwrap()
            .arrow();
        let DataType::Struct(fields) = fields else {
            panic!("a struct")
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Time64MicrosecondArray::from(vec![time])),
            Arc::new(Int16Array::from(vec![offset])),
        ];
        column(
            "time(3) with time zone",
            StructArray::new(fields, columns, None),
        )
    };
    // 02:00 at +02:00 is midnight, 01:00 at -01:00 is two o'clock.
    assert_eq!(
        shown(
            "greatest",
            vec![timed(7_200_000_000, 120), timed(3_600_000_000, -60)]
        )
        .await,
        "{time: 01:00:00, offset_minutes: -60}"
    );
}

fn lists(values: Vec<Option<Vec<Option<f64>>>>) -> Argument {
    column(
        "array(double)",
        ListArray::from_iter_primitive::<Float64Type, _, _>(values),
    )
}

#[tokio::test]
async fn arrays_are_compared_by_elements() {
    let left = || {
        lists(vec![
            Some(vec![Some(1.0), Some(2.0)]),
            Some(vec![Some(1.0)]),
            Some(vec![Some(f64::NAN)]),
            None,
            // The elements before decide.
            Some(vec![Some(0.0), None]),
        ])
    };
    let right = || {
        lists(vec![
            Some(vec![Some(1.0), Some(1.5), Some(9.0)]),
            Some(vec![Some(1.0), Some(-1.0)]),
            Some(vec![Some(3.0)]),
            Some(vec![]),
            Some(vec![Some(1.0), None]),
        ])
    };
    assert_eq!(
        shown("greatest", vec![left(), right()]).await,
        "[1.0, 2.0]|[1.0, -1.0]|[3.0]|NULL|[1.0, NULL]"
    );
    assert_eq!(
        shown("least", vec![left(), right()]).await,
        "[1.0, 1.5, 9.0]|[1.0]|[3.0]|NULL|[0.0, NULL]"
    );
    let undecided = || lists(vec![Some(vec![None])]);
    assert_eq!(
        shown("least", vec![undecided(), undecided()]).await,
        "ERROR: ARRAY comparison not supported for arrays with null elements"
    );
}

#[tokio::test]
async fn rows_are_compared_by_fields() {
    let rows = |numbers: Vec<Option<i32>>, texts: Vec<&str>| {
        let fields = vec![
            Field::new("x", DataType::Int32, true),
            Field::new("y", DataType::Utf8, true),
        ];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int32Array::from(numbers)),
            Arc::new(StringArray::from(texts)),
        ];
        column(
            "row(x integer, y varchar)",
            StructArray::new(fields.into(), columns, None),
        )
    };
    let left = || rows(vec![Some(1), Some(2)], vec!["b", "a"]);
    let right = || rows(vec![Some(1), Some(1)], vec!["a", "z"]);
    assert_eq!(
        shown("greatest", vec![left(), right()]).await,
        "{x: 1, y: b}|{x: 2, y: a}"
    );
    assert_eq!(
        shown("least", vec![left(), right()]).await,
        "{x: 1, y: a}|{x: 1, y: z}"
    );
    let null = rows(vec![None], vec!["a"]);
    assert_eq!(
        shown("greatest", vec![null, rows(vec![Some(1)], vec!["a"])]).await,
        "ERROR: ROW comparison not supported for fields with null elements"
    );
}

#[tokio::test]
async fn what_has_no_order_or_too_many_arguments_is_refused() {
    let map = parse("map(integer,integer)");
    assert!(
        crate::registry::registry()
            .resolve_values("least", &[map.clone(), map])
            .is_err()
    );
    let many = vec![parse("bigint"); 128];
    let error = crate::registry::registry()
        .resolve_values("least", &many)
        .unwrap_err();
    assert_eq!(
        error.message,
        "Too many arguments for function call least()"
    );
    let nested = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    assert_eq!(
        shown("least", vec![column("array(integer)", nested)]).await,
        "[1]"
    );
    let values = || column("bigint", Int64Array::from(vec![7]));
    assert_eq!(
        shown("greatest", (0..127).map(|_| values()).collect()).await,
        "7"
    );
}

fn parse(data_type: &str) -> crate::types::Type {
    crate::types::parse_type(data_type).unwrap()
}
