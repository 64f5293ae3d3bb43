//! What tables of the JSON SerDes hold, through the decoder's public door.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::*;
use crate::formats::json::JsonFlavour;
use crate::formats::rows::scalar_text::timestamp_format::TimestampFormat;

fn schema(columns: Vec<(&str, DataType)>) -> SchemaRef {
    Arc::new(Schema::new(
        columns
            .into_iter()
            .map(|(name, data_type)| Field::new(name, data_type, true))
            .collect::<Vec<_>>(),
    ))
}

fn map_of(value: DataType) -> DataType {
    let entries = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", value, true),
    ]);
    DataType::Map(
        Arc::new(Field::new("entries", DataType::Struct(entries), false)),
        false,
    )
}

fn hive() -> JsonOptions {
    JsonOptions {
        flavour: JsonFlavour::Hive,
        ..JsonOptions::default()
    }
}

fn ignoring() -> JsonOptions {
    JsonOptions {
        ignore_malformed: true,
        ..JsonOptions::default()
    }
}

fn batches(
    schema: &SchemaRef,
    projection: &[usize],
    options: &JsonOptions,
    object: &[u8],
    piece: usize,
) -> Result<Vec<RecordBatch>, RowError> {
    let mut decoder = JsonDecoder::new(schema, projection, 2, options)?;
    let mut batches = Vec::new();
    for mut input in object.chunks(piece) {
        while !input.is_empty() {
            input = &input[decoder.decode(input)?..];
            if !input.is_empty() {
                batches.extend(decoder.flush()?);
            }
        }
    }
    decoder.finish()?;
    batches.extend(decoder.flush()?);
    Ok(batches)
}

/// All columns of all rows as text, one string a row, the same however the bytes are cut.
fn rows(schema: &SchemaRef, options: &JsonOptions, object: &str) -> Result<Vec<String>, RowError> {
    let projection: Vec<usize> = (0..schema.fields().len()).collect();
    let read = |piece| -> Result<Vec<String>, RowError> {
        Ok(
            batches(schema, &projection, options, object.as_bytes(), piece)?
                .iter()
                .flat_map(show)
                .collect(),
        )
    };
    let rows = read(object.len().max(1))?;
    assert_eq!(read(1)?, rows);
    Ok(rows)
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

/// What one line makes of one column called `c`.
fn value(data_type: DataType, options: &JsonOptions, json: &str) -> Result<String, RowError> {
    let schema = schema(vec![("c", data_type)]);
    let rows = rows(&schema, options, &format!("{{\"c\": {json}}}\n"))?;
    assert_eq!(rows.len(), 1);
    Ok(rows[0].clone())
}

#[test]
fn absent_and_null_columns_are_null_and_blank_lines_are_no_rows() {
    let schema = schema(vec![("a", DataType::Int64), ("b", DataType::Utf8View)]);
    let object =
        "{\"b\":\"x\",\"a\":1}\n\n  \r\n{\"a\":null}\r\n{}\n{\"z\":[{\"a\":1}],\"b\":\"\"}";
    assert_eq!(
        rows(&schema, &JsonOptions::default(), object).unwrap(),
        ["1|x", "NULL|NULL", "NULL|NULL", "NULL|"]
    );
}

#[test]
fn numbers_keep_every_digit_and_may_stand_in_quotes() {
    let options = JsonOptions::default();
    for (data_type, json, text) in [
        (
            DataType::Decimal128(38, 18),
            "-999926841195.801063826796439901",
            "-999926841195.801063826796439901",
        ),
        (DataType::Decimal128(5, 2), "\"1.005\"", "1.01"),
        (DataType::Decimal128(5, 2), "1e2", "100.00"),
        (
            DataType::Int64,
            "9223372036854775807",
            "9223372036854775807",
        ),
        (DataType::Int64, "\"-5\"", "-5"),
        (DataType::Int8, "1.0", "1"),
        (DataType::Float64, "\"NaN\"", "NaN"),
        (DataType::Float64, "-0.0", "-0.0"),
        (DataType::Float32, "16777217", "16777216.0"),
        (DataType::Boolean, "\"TRUE\"", "true"),
    ] {
        assert_eq!(value(data_type, &options, json).unwrap(), text, "{json}");
    }
}

#[test]
fn any_value_is_a_string_by_its_json_text() {
    let options = JsonOptions::default();
    for (json, text) in [
        ("\"a\\\"\\u00e9\"", "a\"é"),
        ("1.50", "1.50"),
        ("true", "true"),
        ("{ \"a b\" : [1, \" \\\" \"] }", "{\"a b\":[1,\" \\\" \"]}"),
        ("[ ]", "[]"),
    ] {
        for data_type in [DataType::Utf8, DataType::Utf8View] {
            assert_eq!(value(data_type, &options, json).unwrap(), text);
        }
    }
}

#[test]
fn dates_and_timestamps_come_as_text_and_as_numbers() {
    let at = DataType::Timestamp(TimeUnit::Millisecond, None);
    for (data_type, json, text) in [
        (DataType::Date32, "\"2024-02-29\"", "2024-02-29"),
        (DataType::Date32, "19782", "2024-02-29"),
        (
            at.clone(),
            "\"2024-01-02 03:04:05.123\"",
            "2024-01-02T03:04:05.123",
        ),
        (
            at.clone(),
            "\"2024-01-02T03:04:05Z\"",
            "2024-01-02T03:04:05",
        ),
        (
            at.clone(),
            "\"2024-01-02T03:04:05+02:00\"",
            "2024-01-02T01:04:05",
        ),
        (at.clone(), "1704164645123", "2024-01-02T03:04:05.123"),
        (at.clone(), "1704164645.123", "2024-01-02T03:04:05.123"),
        (at, "1704164645", "2024-01-02T03:04:05"),
    ] {
        assert_eq!(
            value(data_type, &JsonOptions::default(), json).unwrap(),
            text
        );
    }
    let options = JsonOptions {
        timestamp_formats: vec![TimestampFormat::new("dd/MM/yyyy").unwrap()],
        ..hive()
    };
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    assert_eq!(
        value(micros, &options, "\"02/01/2024\"").unwrap(),
        "2024-01-02T00:00:00"
    );
}

#[test]
fn nested_values_follow_their_types_to_any_depth() {
    let deep = DataType::new_list(
        DataType::Struct(Fields::from(vec![
            Field::new("n", DataType::Int32, true),
            Field::new("ws", DataType::new_list(DataType::Utf8, true), true),
            Field::new("m", map_of(map_of(DataType::Int8)), true),
        ])),
        true,
    );
    let json = r#"[{"WS":["u",null,"v"],"other":{"n":[1]},"N":5}, null, {"m":{"a":{"x":1},"b":null,"c":{}}}, {}]"#;
    assert_eq!(
        value(deep, &JsonOptions::default(), json).unwrap(),
        "[{n: 5, ws: [u, NULL, v], m: NULL}, NULL, {n: NULL, ws: NULL, m: {a: {x: 1}, b: NULL, c: {}}}, {n: NULL, ws: NULL, m: NULL}]"
    );
}

#[test]
fn keys_match_columns_as_the_options_say() {
    let schema = schema(vec![("userid", DataType::Int64), ("a_b", DataType::Int64)]);
    let object = "{\"userId\":1,\"a.b\":2}\n{\"uid\":3,\"a_b\":4}\n";
    let read = |options: JsonOptions| rows(&schema, &options, object).unwrap();
    assert_eq!(read(JsonOptions::default()), ["1|NULL", "NULL|4"]);
    assert_eq!(
        read(JsonOptions {
            dots_in_keys: true,
            ..JsonOptions::default()
        }),
        ["1|2", "NULL|4"]
    );
    assert_eq!(
        read(JsonOptions {
            case_insensitive: false,
            ..JsonOptions::default()
        }),
        ["NULL|NULL", "NULL|4"]
    );
    assert_eq!(
        read(JsonOptions {
            mappings: [("userid".to_owned(), "UID".to_owned())].into(),
            ..JsonOptions::default()
        }),
        ["NULL|NULL", "3|4"]
    );
}

#[test]
fn keys_match_whatever_their_case_beyond_ascii_too() {
    let schema = schema(vec![("größe", DataType::Int64)]);
    assert_eq!(
        rows(&schema, &JsonOptions::default(), "{\"GRÖßE\":1}\n").unwrap(),
        ["1"]
    );
}

#[test]
fn of_a_repeated_key_hive_takes_the_last_and_openx_refuses_the_row() {
    let schema = schema(vec![
        ("a", DataType::Int64),
        ("m", map_of(DataType::Int64)),
        (
            "s",
            DataType::Struct(Fields::from(vec![Field::new("x", DataType::Utf8, true)])),
        ),
    ]);
    for object in [
        "{\"a\":1,\"A\":2}\n",
        "{\"a\":2,\"m\":{\"k\":1,\"j\":3,\"k\":2}}\n",
        "{\"a\":2,\"s\":{\"x\":\"1\",\"X\":\"2\"}}\n",
    ] {
        let error = rows(&schema, &JsonOptions::default(), object).unwrap_err();
        assert!(error.to_string().contains("Duplicate key"), "{error}");
        assert_eq!(
            rows(&schema, &ignoring(), object).unwrap(),
            ["NULL|NULL|NULL"]
        );
    }
    assert_eq!(
        rows(
            &schema,
            &hive(),
            "{\"a\":1,\"A\":2,\"m\":{\"k\":1,\"j\":3,\"k\":2},\"s\":{\"x\":\"1\",\"X\":\"2\"}}\n"
        )
        .unwrap(),
        ["2|{k: 2, j: 3}|{x: 2}"]
    );
}

#[test]
fn a_repeated_key_is_found_in_columns_that_are_not_projected() {
    let schema = schema(vec![("a", DataType::Int64), ("b", DataType::Int64)]);
    let object = b"{\"a\":1,\"b\":1,\"a\":2}\n";
    let options = JsonOptions::default();
    assert!(batches(&schema, &[1], &options, object, 100).is_err());
    assert!(batches(&schema, &[], &options, object, 100).is_err());
    assert!(batches(&schema, &[1], &hive(), object, 100).is_ok());
}

#[test]
fn a_malformed_line_is_an_error_or_a_row_of_nulls() {
    let schema = schema(vec![
        ("a", DataType::Int64),
        ("l", DataType::new_list(DataType::Int64, true)),
    ]);
    for line in [
        "{\"a\":1,\"l\":[1,2",
        "{\"a\":1,\"l\":[1,2]",
        "[1]",
        "null",
        "{\"a\":01}",
        "{\"a\":}",
        "{\"l\":[{\"x\":1,}]}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"z\":\"open}",
    ] {
        let object = format!("{{\"a\":7}}\n{line}\n{{\"a\":8,\"l\":[9]}}\n");
        let error = rows(&schema, &JsonOptions::default(), &object).unwrap_err();
        assert!(
            matches!(error, RowError::MalformedRow { row: 2, .. }),
            "{line}: {error}"
        );
        assert_eq!(
            rows(&schema, &ignoring(), &object).unwrap(),
            ["7|NULL", "NULL|NULL", "8|[9]"],
            "{line}"
        );
    }
}

#[test]
fn a_line_that_is_not_utf8_is_malformed() {
    let schema = schema(vec![("a", DataType::Utf8)]);
    let object = b"{\"a\":\"\xff\"}\n";
    let error = batches(&schema, &[0], &JsonOptions::default(), object, 100).unwrap_err();
    assert!(
        matches!(error, RowError::MalformedRow { row: 1, .. }),
        "{error}"
    );
    let batches = batches(&schema, &[0], &ignoring(), object, 100).unwrap();
    assert_eq!(batches[0].column(0).null_count(), 1);
}

#[test]
fn text_after_the_object_is_not_looked_at() {
    let schema = schema(vec![("a", DataType::Int64)]);
    assert_eq!(
        rows(&schema, &JsonOptions::default(), "{\"a\":1},\n{\"a\":2} ]").unwrap(),
        ["1", "2"]
    );
}

#[test]
fn a_value_that_its_type_cannot_hold_is_an_error_or_null() {
    let at = DataType::Timestamp(TimeUnit::Nanosecond, None);
    let row = DataType::Struct(Fields::from(vec![Field::new("x", DataType::Int8, true)]));
    for (data_type, json) in [
        (DataType::Int8, "128"),
        (DataType::Int32, "1.5"),
        (DataType::Int32, "\"\""),
        (DataType::Int32, "true"),
        (DataType::Int32, "[1]"),
        (DataType::Boolean, "1"),
        (DataType::Decimal128(5, 2), "1000"),
        (DataType::Date32, "\"2024-02-30\""),
        (at, "\"9999-01-01 00:00:00\""),
        (DataType::Binary, "\"***\""),
        (DataType::Binary, "1234"),
        (map_of(DataType::Int8), "[1]"),
        (row, "3"),
    ] {
        let error = value(data_type.clone(), &JsonOptions::default(), json).unwrap_err();
        match &error {
            RowError::BadValue {
                row: 1,
                column,
                data_type: found,
                ..
            } => assert_eq!((column.as_str(), found), ("c", &data_type)),
            other => panic!("{json}: {other}"),
        }
        assert_eq!(value(data_type, &ignoring(), json).unwrap(), "NULL");
    }
}

#[test]
fn a_bad_value_within_a_nested_one_is_null_alone_when_ignored() {
    let list = DataType::new_list(map_of(DataType::Int8), true);
    let json = "[{\"a\":1,\"b\":1000}, 5, {\"c\":2}]";
    assert_eq!(
        value(list.clone(), &ignoring(), json).unwrap(),
        "[{a: 1, b: NULL}, NULL, {c: 2}]"
    );
    let error = value(list, &JsonOptions::default(), json).unwrap_err();
    assert!(
        matches!(&error, RowError::BadValue { value, data_type: DataType::Int8, .. } if value == "1000"),
        "{error}"
    );
}

#[test]
fn openx_takes_a_lone_value_as_a_list_and_a_blank_string_as_null() {
    let list = DataType::new_list(DataType::Int64, true);
    let options = JsonOptions::default();
    assert_eq!(value(list.clone(), &options, "7").unwrap(), "[7]");
    assert_eq!(value(list.clone(), &options, "\"\"").unwrap(), "NULL");
    assert_eq!(
        value(map_of(DataType::Utf8), &options, "\" \"").unwrap(),
        "NULL"
    );
    assert!(value(list, &hive(), "7").is_err());
}

#[test]
fn nesting_beyond_the_bound_is_malformed_and_does_not_exhaust_the_stack() {
    let deep = "[".repeat(100_000);
    let error = value(DataType::Int64, &JsonOptions::default(), &deep).unwrap_err();
    assert!(matches!(error, RowError::MalformedRow { .. }), "{error}");
}

#[test]
fn rows_are_counted_without_any_column() {
    let schema = schema(vec![("a", DataType::Int64)]);
    let batches = batches(
        &schema,
        &[],
        &JsonOptions::default(),
        b"{\"a\":1}\n\n{\"a\":\"x\"}",
        100,
    )
    .unwrap();
    assert_eq!((batches[0].num_rows(), batches[0].num_columns()), (2, 0));
}
