//! Every type's text, and the Arrow types that values may come in.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationMillisecondArray, FixedSizeBinaryArray, FixedSizeListArray, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int64Array, IntervalYearMonthArray, LargeListArray,
    LargeStringArray, ListArray, MapBuilder, NullArray, StringArray, StringBuilder, StructArray,
    Time32SecondArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, TimeUnit};

use super::ResultText;
use crate::types::parse_type;
use crate::types::time_zone::TimeZone;

/// The texts of all rows, joined by `|`; NULL is `NULL`.
#[track_caller]
fn shown(data_type: &str, values: impl Array + 'static) -> String {
    let values: ArrayRef = Arc::new(values);
    let texts = ResultText::new(&values, &parse_type(data_type).unwrap()).unwrap();
    (0..values.len())
        .map(|row| {
            let mut text = String::new();
            if texts.is_null(row) {
                text.push_str("NULL");
            } else {
                texts.write(row, &mut text).unwrap();
            }
            text
        })
        .collect::<Vec<_>>()
        .join("|")
}

#[test]
fn numbers_are_as_java_prints_them() {
    assert_eq!(
        shown("tinyint", Int8Array::from(vec![Some(-128), None])),
        "-128|NULL"
    );
    assert_eq!(shown("integer", Int64Array::from(vec![7])), "7");
    assert_eq!(
        shown(
            "double",
            Float64Array::from(vec![1.0, 1e10, 1e-5, f64::NAN, -0.0])
        ),
        "1.0|1.0E10|1.0E-5|NaN|-0.0"
    );
    assert_eq!(
        shown("real", Float32Array::from(vec![0.1, f32::NEG_INFINITY])),
        "0.1|-Infinity"
    );
    let decimals = Decimal128Array::from(vec![-5, 1000])
        .with_precision_and_scale(5, 2)
        .unwrap();
    assert_eq!(shown("decimal(5,2)", decimals), "-0.05|10.00");
    assert_eq!(
        shown("boolean", BooleanArray::from(vec![true, false])),
        "true|false"
    );
}

#[test]
fn numbers_that_do_not_fit_are_errors_not_nulls() {
    let values: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
    assert!(ResultText::new(&values, &parse_type("bigint").unwrap()).is_err());
}

#[test]
fn text_is_itself_in_every_encoding() {
    assert_eq!(
        shown("varchar", StringArray::from(vec![Some("aé"), None])),
        "aé|NULL"
    );
    assert_eq!(
        shown("json", LargeStringArray::from(vec!["{\"a\":1}"])),
        "{\"a\":1}"
    );
    let dictionary: DictionaryArray<Int32Type> =
        vec![Some("x"), None, Some("x")].into_iter().collect();
    assert_eq!(shown("varchar", dictionary), "x|NULL|x");
    assert_eq!(
        shown("char(3)", StringArray::from(vec!["é", "abc"])),
        "é  |abc"
    );
}

#[test]
fn bytes_are_pairs_of_digits() {
    assert_eq!(
        shown(
            "varbinary",
            BinaryArray::from_vec(vec![b"Hel", b"", b"\xff"])
        ),
        "48 65 6c||ff"
    );
    let uuid = (0..16).collect::<Vec<u8>>();
    let uuids = FixedSizeBinaryArray::try_from_iter([uuid.as_slice()].into_iter()).unwrap();
    assert_eq!(shown("uuid", uuids), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    let mut mapped = vec![0; 10];
    mapped.extend([255, 255, 1, 2, 3, 4]);
    let addresses = FixedSizeBinaryArray::try_from_iter([mapped.as_slice()].into_iter()).unwrap();
    assert_eq!(shown("ipaddress", addresses), "1.2.3.4");
}

#[test]
fn times_have_their_digits_in_every_unit() {
    assert_eq!(
        shown("date", Date32Array::from(vec![0, 2_932_897])),
        "1970-01-01|+10000-01-01"
    );
    assert_eq!(
        shown("time(3)", Time32SecondArray::from(vec![3723])),
        "01:02:03.000"
    );
    assert_eq!(
        shown("time(6)", Time64MicrosecondArray::from(vec![1])),
        "00:00:00.000001"
    );
    assert_eq!(
        shown(
            "timestamp(3)",
            TimestampMicrosecondArray::from(vec![Some(-1), None])
        ),
        "1969-12-31 23:59:59.999|NULL"
    );
    assert_eq!(
        shown("timestamp(0)", TimestampSecondArray::from(vec![1])),
        "1970-01-01 00:00:01"
    );
    assert_eq!(
        shown("timestamp(9)", TimestampNanosecondArray::from(vec![1])),
        "1970-01-01 00:00:00.000000001"
    );
    assert_eq!(
        shown(
            "timestamp(3)",
            TimestampMillisecondArray::from(vec![1]).with_timezone("UTC")
        ),
        "1970-01-01 00:00:00.001"
    );
    assert_eq!(
        shown(
            "interval day to second",
            DurationMillisecondArray::from(vec![-183_845_321])
        ),
        "-2 03:04:05.321"
    );
    assert_eq!(
        shown(
            "interval year to month",
            IntervalYearMonthArray::from(vec![14, -14])
        ),
        "1-2|-1-2"
    );
}

#[test]
fn zones_are_shown_with_their_local_time() {
    let summer = 1_593_561_600_000_000; // 2020-07-01 00:00:00 UTC
    let zones =
        ["UTC", "America/New_York", "+05:30"].map(|name| TimeZone::parse(name).unwrap().key());
    let instants = TimestampMicrosecondArray::from(vec![summer; 3]).with_timezone("UTC");
    let DataType::Struct(fields) = parse_type("timestamp(3) with time zone").unwrap().arrow()
    else {
        panic!("a struct");
    };
    let values = StructArray::new(
        fields,
        vec![
            Arc::new(instants),
            Arc::new(Int16Array::from(zones.to_vec())),
        ],
        None,
    );
    assert_eq!(
        shown("timestamp(3) with time zone", values),
        "2020-07-01 00:00:00.000 UTC|2020-06-30 20:00:00.000 America/New_York|2020-07-01 05:30:00.000 +05:30"
    );
    assert_eq!(
        shown(
            "timestamp(0) with time zone",
            TimestampSecondArray::from(vec![0]).with_timezone("Asia/Tokyo")
        ),
        "1970-01-01 09:00:00 Asia/Tokyo"
    );
    let times = StructArray::from(vec![
        (
            Arc::new(Field::new(
                "time",
                DataType::Time64(TimeUnit::Microsecond),
                true,
            )),
            Arc::new(Time64MicrosecondArray::from(vec![0])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("offset_minutes", DataType::Int16, true)),
            Arc::new(Int16Array::from(vec![-90])) as ArrayRef,
        ),
    ]);
    assert_eq!(shown("time(3) with time zone", times), "00:00:00.000-01:30");
}

#[test]
fn arrays_maps_and_rows_nest() {
    let lists = vec![Some(vec![Some(1), None, Some(2)]), Some(vec![]), None];
    assert_eq!(
        shown(
            "array(bigint)",
            ListArray::from_iter_primitive::<Int64Type, _, _>(lists.clone())
        ),
        "[1, null, 2]|[]|NULL"
    );
    assert_eq!(
        shown(
            "array(bigint)",
            LargeListArray::from_iter_primitive::<Int64Type, _, _>(lists)
        ),
        "[1, null, 2]|[]|NULL"
    );
    let fixed = FixedSizeListArray::from_iter_primitive::<Int64Type, _, _>(
        vec![Some(vec![Some(1), Some(2)])],
        2,
    );
    assert_eq!(shown("array(double)", fixed), "[1.0, 2.0]");

    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    maps.keys().append_value("a");
    maps.values().append_value("x");
    maps.keys().append_value("b");
    maps.values().append_null();
    maps.append(true).unwrap();
    assert_eq!(
        shown("map(varchar, varchar)", maps.finish()),
        "{a=x, b=null}"
    );

    let rows = StructArray::from(vec![
        (
            Arc::new(Field::new("c0", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![Some(1), None])) as ArrayRef,
        ),
        (
            Arc::new(Field::new("c1", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef,
        ),
    ]);
    assert_eq!(
        shown("row(a integer, \"B c\" varchar)", rows.clone()),
        "{a=1, B c=x}|{a=null, B c=y}"
    );
    assert_eq!(
        shown("row(integer, varchar)", rows),
        "{field0=1, field1=x}|{field0=null, field1=y}"
    );
}

#[test]
fn other_types_have_texts_too() {
    assert_eq!(shown("unknown", NullArray::new(2)), "NULL|NULL");
    assert_eq!(shown("bigint", NullArray::new(1)), "NULL");
    assert_eq!(
        shown(
            "bingtile",
            Int64Array::from(vec![(20 << 28) + (12 << 5) + 10])
        ),
        "BingTile{x=20, y=12, zoom_level=10}"
    );
    assert_eq!(
        shown("color", Int32Array::from(vec![-2, 0x00_ff10])),
        "red|#00ff10"
    );
    assert_eq!(
        shown("hyperloglog", BinaryArray::from_vec(vec![b"\x02"])),
        "02"
    );
}

#[test]
fn sliced_arrays_show_their_own_rows() {
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
        Some(vec![Some(1)]),
        Some(vec![Some(2), Some(3)]),
    ]);
    assert_eq!(shown("array(bigint)", lists.slice(1, 1)), "[2, 3]");
}
