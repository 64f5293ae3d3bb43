//! What tables of LazySimpleSerDe hold, through the decoder's public door.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::*;
use crate::formats::rows::scalar_text::timestamp_format::TimestampFormat;

fn schema(columns: Vec<(&str, DataType)>) -> SchemaRef {
    Arc::new(Schema::new(
        columns
            .into_iter()
            .map(|(name, data_type)| Field::new(name, data_type, true))
            .collect::<Vec<_>>(),
    ))
}

fn commas() -> DelimitedOptions {
    DelimitedOptions {
        field_delimiter: b',',
        ..DelimitedOptions::default()
    }
}

/// All rows as text, one string a row, read in pieces of every given size.
fn rows(
    schema: &SchemaRef,
    projection: &[usize],
    options: &DelimitedOptions,
    object: &[u8],
) -> Vec<String> {
    let mut results = [1, 3, object.len().max(1)].map(|piece| {
        let mut decoder = DelimitedDecoder::new(schema, projection, 2, options).unwrap();
        let mut batches = Vec::new();
        for mut input in object.chunks(piece) {
            while !input.is_empty() {
                input = &input[decoder.decode(input).unwrap()..];
                if !input.is_empty() {
                    batches.extend(decoder.flush().unwrap());
                }
            }
        }
        decoder.finish().unwrap();
        batches.extend(decoder.flush().unwrap());
        batches.iter().flat_map(show).collect::<Vec<_>>()
    });
    assert_eq!(results[0], results[2]);
    assert_eq!(results[1], results[2]);
    std::mem::take(&mut results[2])
}

fn show(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::new().with_null("NULL");
    (0..batch.num_rows())
        .map(|row| {
            batch
                .columns()
                .iter()
                .map(|column| {
                    ArrayFormatter::try_new(column, &options)
                        .unwrap()
                        .value(row)
                        .to_string()
                })
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}

#[test]
fn text_that_is_no_value_of_its_type_is_null_and_an_empty_string_is_none() {
    let schema = schema(vec![
        ("i", DataType::Int32),
        ("s", DataType::Utf8View),
        ("d", DataType::Decimal128(5, 2)),
        ("b", DataType::Boolean),
        ("day", DataType::Date32),
        ("f", DataType::Float64),
    ]);
    let object = b"1,a,1.005,TRUE,2024-02-29,1.5\n\
        x,,y,yes,2024-02-30,z\n\
        ,,,,,\n\
        3000000000,\\N,123456.00,false,1970-1-1,NaN\n\
        12.7,\"q\",-.5,False,2024-01-01 00:00:00,1e3\n";
    assert_eq!(
        rows(&schema, &[0, 1, 2, 3, 4, 5], &commas(), object),
        [
            "1|a|1.01|true|2024-02-29|1.5",
            "NULL||NULL|NULL|NULL|NULL",
            "NULL||NULL|NULL|NULL|NULL",
            "NULL|NULL|NULL|false|1970-01-01|NaN",
            "12|\"q\"|-0.50|false|2024-01-01|1000.0",
        ]
    );
}

#[test]
fn missing_fields_are_null_and_surplus_ones_are_dropped() {
    let schema = schema(vec![("a", DataType::Utf8), ("b", DataType::Utf8)]);
    assert_eq!(
        rows(&schema, &[0, 1], &commas(), b"1\n1,2,3\r\n\nlast"),
        ["1|NULL", "1|2", "|NULL", "last|NULL"]
    );
}

#[test]
fn only_projected_columns_come_in_the_projections_order() {
    let schema = schema(vec![
        ("a", DataType::Int64),
        ("b", DataType::Utf8),
        ("c", DataType::Int8),
    ]);
    assert_eq!(
        rows(&schema, &[2, 0], &commas(), b"1,x,3\n4,y,5\n"),
        ["3|1", "5|4"]
    );
}

#[test]
fn rows_are_counted_without_any_column() {
    let schema = schema(vec![("a", DataType::Int64)]);
    let mut decoder = DelimitedDecoder::new(&schema, &[], 10, &commas()).unwrap();
    assert_eq!(decoder.decode(b"1\n2\n3").unwrap(), 5);
    decoder.finish().unwrap();
    let batch = decoder.flush().unwrap().unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (3, 0));
    assert!(decoder.flush().unwrap().is_none());
}

#[test]
fn a_full_batch_leaves_the_rest_of_the_input() {
    let schema = schema(vec![("a", DataType::Int64)]);
    let mut decoder = DelimitedDecoder::new(&schema, &[0], 2, &commas()).unwrap();
    assert_eq!(decoder.decode(b"1\n2\n3\n").unwrap(), 4);
    assert_eq!(decoder.decode(b"3\n").unwrap(), 0);
    assert_eq!(decoder.flush().unwrap().unwrap().num_rows(), 2);
    assert_eq!(decoder.decode(b"3\n").unwrap(), 2);
}

#[test]
fn headers_and_footers_are_skipped() {
    let schema = schema(vec![("a", DataType::Utf8)]);
    let options = DelimitedOptions {
        header_lines: 2,
        footer_lines: 1,
        ..commas()
    };
    for (object, expected) in [
        (&b"h1\nh2\n1\n2\nfoot\n"[..], vec!["1", "2"]),
        (b"h1\nh2\n1\n2\nfoot", vec!["1", "2"]),
        (b"h1\nh2\nfoot", vec![]),
        (b"h1", vec![]),
    ] {
        assert_eq!(rows(&schema, &[0], &options, object), expected);
    }
}

#[test]
fn an_escape_takes_the_meaning_from_a_delimiter() {
    let schema = schema(vec![("a", DataType::Utf8), ("b", DataType::Utf8)]);
    let options = DelimitedOptions {
        escape: Some(b'\\'),
        ..commas()
    };
    assert_eq!(
        rows(&schema, &[0, 1], &options, b"a\\,b,c\\\\\nx\\y,\\N\nend\\"),
        ["a,b|c\\", "xy|NULL", "end\\|NULL"]
    );
}

#[test]
fn the_last_column_takes_the_rest_when_asked() {
    let schema = schema(vec![("a", DataType::Utf8), ("b", DataType::Utf8)]);
    let options = DelimitedOptions {
        last_column_takes_rest: true,
        ..commas()
    };
    assert_eq!(
        rows(&schema, &[1], &options, b"1,2,3,4\n1\n"),
        ["2,3,4", "NULL"]
    );
}

#[test]
fn timestamps_are_in_hives_notation_unless_formats_are_given() {
    let schema = schema(vec![("t", DataType::Timestamp(TimeUnit::Nanosecond, None))]);
    let object =
        b"2024-01-02 03:04:05.123456789\n2024-01-02T03:04:05Z\n2024-01-02\n02.01.2024 03h\n";
    assert_eq!(
        rows(&schema, &[0], &commas(), object),
        [
            "2024-01-02T03:04:05.123456789",
            "NULL",
            "2024-01-02T00:00:00",
            "NULL"
        ]
    );
    let options = DelimitedOptions {
        timestamp_formats: vec![TimestampFormat::new("dd.MM.yyyy HH'h'").unwrap()],
        ..commas()
    };
    assert_eq!(
        rows(&schema, &[0], &options, object),
        [
            "2024-01-02T03:04:05.123456789",
            "2024-01-02T03:04:05",
            "2024-01-02T00:00:00",
            "2024-01-02T03:00:00"
        ]
    );
}

#[test]
fn nested_values_are_cut_level_by_level() {
    let pair = DataType::Struct(Fields::from(vec![
        Field::new("a", DataType::Int32, true),
        Field::new("b", DataType::Utf8, true),
    ]));
    let map = DataType::Map(
        Arc::new(Field::new(
            "entries",
            DataType::Struct(Fields::from(vec![
                Field::new("key", DataType::Utf8, false),
                Field::new("value", DataType::new_list(DataType::Int32, true), true),
            ])),
            false,
        )),
        false,
    );
    let schema = schema(vec![
        ("ints", DataType::new_list(DataType::Int32, true)),
        ("tags", map),
        ("pair", pair.clone()),
        ("deep", DataType::new_list(pair, true)),
    ]);
    let options = DelimitedOptions {
        field_delimiter: b',',
        collection_delimiter: b';',
        map_key_delimiter: b':',
        ..DelimitedOptions::default()
    };
    let object = b"1;x;\\N,k:1\x042;k:3;n:\\N;o,5;b;c,1:p;2;\\N\n\
        ,,,\n\
        \\N,\\N,\\N,\\N\n";
    assert_eq!(
        rows(&schema, &[0, 1, 2, 3], &options, object),
        [
            "[1, NULL, NULL]|{k: [1, 2], n: NULL, o: NULL}|{a: 5, b: b}|[{a: 1, b: p}, {a: 2, b: NULL}, NULL]",
            "[]|{}|{a: NULL, b: NULL}|[]",
            "NULL|NULL|NULL|NULL",
        ]
    );
}

#[test]
fn binary_is_base64_or_else_the_bytes_and_broken_utf8_is_replaced() {
    let schema = schema(vec![("b", DataType::Binary), ("s", DataType::Utf8)]);
    assert_eq!(
        rows(&schema, &[0, 1], &commas(), b"AP8=,\xff\xfe\n<>,x\n"),
        ["00ff|\u{fffd}\u{fffd}", "3c3e|x"]
    );
}

#[test]
fn types_that_text_cannot_hold_are_refused() {
    let mut deep = DataType::Int32;
    for _ in 0..8 {
        deep = DataType::new_list(deep, true);
    }
    for data_type in [
        deep,
        DataType::UInt8,
        DataType::Time64(TimeUnit::Nanosecond),
    ] {
        let schema = schema(vec![("c", data_type)]);
        let error = DelimitedDecoder::new(&schema, &[0], 10, &commas()).unwrap_err();
        assert!(
            matches!(&error, RowError::UnsupportedType { column, .. } if column == "c"),
            "{error}"
        );
        assert!(DelimitedDecoder::new(&schema, &[], 10, &commas()).is_ok());
    }
}
