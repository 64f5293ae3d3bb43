//! A batch with every type that the text formats hold, for tests of encoders.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Int32Builder, Int64Array, ListBuilder, MapBuilder,
    MapFieldNames, RecordBatch, StringArray, StringBuilder, StringViewArray, StructArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};

/// Three rows: values, NULLs, and the values at the ends of the types' ranges.
pub(in crate::formats) fn every_type() -> RecordBatch {
    let mut lists = ListBuilder::new(Int32Builder::new());
    lists.append_value([Some(1), None, Some(-3)]);
    lists.append_null();
    lists.append_value([]);
    let names = MapFieldNames {
        entry: "entries".to_owned(),
        key: "key".to_owned(),
        value: "value".to_owned(),
    };
    let mut maps = MapBuilder::new(Some(names), StringBuilder::new(), Int32Builder::new());
    maps.keys().append_value("a");
    maps.values().append_value(1);
    maps.keys().append_value("é");
    maps.values().append_null();
    maps.append(true).unwrap();
    maps.append(false).unwrap();
    maps.append(true).unwrap();
    let fields = Fields::from(vec![
        Field::new("n", DataType::Int32, true),
        Field::new("s", DataType::Utf8, true),
    ]);
    let structs = StructArray::new(
        fields,
        vec![
            Arc::new(Int32Array::from(vec![Some(7), None, None])) as ArrayRef,
            Arc::new(StringArray::from(vec![Some("x"), None, Some("y")])),
        ],
        Some(NullBuffer::from(vec![true, false, true])),
    );
    let decimals = Decimal128Array::from(vec![Some(-5), None, Some(10_i128.pow(38) - 1)])
        .with_precision_and_scale(38, 18)
        .unwrap();
    let micros = vec![Some(-1), None, Some(253_402_300_799_999_999)];
    let millis = vec![Some(1_500), None, Some(-62_135_596_800_000)];
    let nanos = vec![Some(1), None, Some(i64::MAX)];
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "flag",
            Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
        ),
        (
            "i8",
            Arc::new(Int8Array::from(vec![Some(1), None, Some(i8::MIN)])),
        ),
        (
            "i16",
            Arc::new(Int16Array::from(vec![Some(1), None, Some(i16::MIN)])),
        ),
        (
            "i32",
            Arc::new(Int32Array::from(vec![Some(1), None, Some(i32::MIN)])),
        ),
        (
            "i64",
            Arc::new(Int64Array::from(vec![Some(1), None, Some(i64::MIN)])),
        ),
        (
            "f32",
            Arc::new(Float32Array::from(vec![Some(0.1), None, Some(f32::MAX)])),
        ),
        (
            "f64",
            Arc::new(Float64Array::from(vec![
                Some(f64::NEG_INFINITY),
                None,
                Some(1e-308),
            ])),
        ),
        ("decimal", Arc::new(decimals)),
        (
            "text",
            Arc::new(StringArray::from(vec![Some("a\tb\"c"), None, Some("")])),
        ),
        (
            "view",
            Arc::new(StringViewArray::from(vec![
                Some("longer than twelve bytes 🦉"),
                None,
                Some("\\N is not null"),
            ])),
        ),
        (
            "bytes",
            Arc::new(BinaryArray::from(vec![
                Some(&b"\x00\xff\n"[..]),
                None,
                Some(b"xyz"),
            ])),
        ),
        (
            "day",
            Arc::new(Date32Array::from(vec![Some(0), None, Some(-719_162)])),
        ),
        ("millis", Arc::new(TimestampMillisecondArray::from(millis))),
        ("micros", Arc::new(TimestampMicrosecondArray::from(micros))),
        ("nanos", Arc::new(TimestampNanosecondArray::from(nanos))),
        ("list", Arc::new(lists.finish())),
        ("map", Arc::new(maps.finish())),
        ("struct", Arc::new(structs)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}
