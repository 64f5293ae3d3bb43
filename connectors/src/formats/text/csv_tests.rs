//! What tables of OpenCSVSerde hold, through the decoder's public door.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, TimeUnit};

use super::*;

fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    Arc::new(Schema::new(
        columns
            .iter()
            .map(|(name, data_type)| Field::new(*name, data_type.clone(), true))
            .collect::<Vec<_>>(),
    ))
}

fn decode(
    schema: &SchemaRef,
    options: &CsvOptions,
    object: &[u8],
    piece: usize,
) -> Result<Vec<RecordBatch>, RowError> {
    let projection: Vec<usize> = (0..schema.fields().len()).collect();
    let mut decoder = CsvDecoder::new(schema, &projection, 3, options)?;
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

/// The rows of two string columns, the same however the bytes are cut.
fn pairs(options: &CsvOptions, object: &str) -> Vec<[Option<String>; 2]> {
    let schema = schema(&[("a", DataType::Utf8), ("b", DataType::Utf8)]);
    let read = |piece| {
        decode(&schema, options, object.as_bytes(), piece)
            .unwrap()
            .iter()
            .flat_map(|batch| {
                (0..batch.num_rows()).map(|row| {
                    [0, 1].map(|column| {
                        let strings = batch.column(column).as_string::<i32>();
                        strings.is_valid(row).then(|| strings.value(row).to_owned())
                    })
                })
            })
            .collect::<Vec<_>>()
    };
    let rows = read(object.len().max(1));
    assert_eq!(read(1), rows);
    assert_eq!(read(5), rows);
    rows
}

fn pair(a: Option<&str>, b: Option<&str>) -> [Option<String>; 2] {
    [a.map(str::to_owned), b.map(str::to_owned)]
}

#[test]
fn fields_lose_their_quotes_and_escapes() {
    let options = CsvOptions::default();
    for (line, a, b) in [
        (r#"x,y"#, "x", "y"),
        (r#""x","y""#, "x", "y"),
        (r#""a,b",c"#, "a,b", "c"),
        (r#""say ""hi""",c"#, "say \"hi\"", "c"),
        (r#""say \"hi\"",c"#, "say \"hi\"", "c"),
        (r#""back\\slash",c"#, "back\\slash", "c"),
        (r#"C:\temp,c"#, "C:temp", "c"),
        (r#"  "x",y"#, "x", "y"),
        (r#"ab"c,d"#, "ab\"c", "d"),
        (r#"ab"c"d,e"#, "ab\"c\"d", "e"),
        (r#""abc"def,g"#, "abc\"def", "g"),
        (r#""","""#, "", ""),
        (r#""""","""""#, "\"", "\""),
    ] {
        assert_eq!(pairs(&options, line), [pair(Some(a), Some(b))], "{line}");
    }
}

#[test]
fn line_breaks_within_quotes_are_kept() {
    assert_eq!(
        pairs(
            &CsvOptions::default(),
            "\"one\r\ntwo\n\",b\r\n\"c\",\"d\n\ne\"\nlast,f"
        ),
        [
            pair(Some("one\r\ntwo\n"), Some("b")),
            pair(Some("c"), Some("d\n\ne")),
            pair(Some("last"), Some("f")),
        ]
    );
}

#[test]
fn missing_fields_and_empty_lines_are_null_and_surplus_fields_are_dropped() {
    assert_eq!(
        pairs(&CsvOptions::default(), "a\n\n\"b\"\nc,d,e\n\"\"\n,\n"),
        [
            pair(Some("a"), None),
            pair(None, None),
            pair(Some("b"), None),
            pair(Some("c"), Some("d")),
            pair(Some(""), None),
            pair(Some(""), Some("")),
        ]
    );
}

#[test]
fn an_unquoted_null_format_is_null_and_a_quoted_one_is_text() {
    let with = |null_format: &str| CsvOptions {
        null_format: Some(null_format.to_owned()),
        ..CsvOptions::default()
    };
    assert_eq!(pairs(&with(""), ",\"\"\n"), [pair(None, Some(""))]);
    assert_eq!(
        pairs(&with("\\N"), "\\N,\"\\\\N\"\n\"x\",\\N\n"),
        [pair(None, Some("\\N")), pair(Some("x"), None)]
    );
}

#[test]
fn a_quote_that_is_its_own_escape_works_by_doubling() {
    let options = CsvOptions {
        escape: Some(b'"'),
        ..CsvOptions::default()
    };
    assert_eq!(
        pairs(&options, "\"a\"\"b\",\\N\n"),
        [pair(Some("a\"b"), Some("\\N"))]
    );
}

#[test]
fn header_records_are_skipped_even_where_they_span_lines() {
    let options = CsvOptions {
        header_records: 1,
        ..CsvOptions::default()
    };
    assert_eq!(
        pairs(&options, "\"head\nline\",b\n1,2\n"),
        [pair(Some("1"), Some("2"))]
    );
}

#[test]
fn columns_have_athenas_types() {
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    let schema = schema(&[
        ("day", DataType::Date32),
        ("at", micros),
        ("price", DataType::Decimal128(10, 3)),
        ("flag", DataType::Boolean),
    ]);
    let object = b"19782,1704164645123,1.5,TRUE\n\
        2024-02-29,2024-01-02 03:04:05.123,-0.0005,false\n\
        \"2024-02-29\",\"2024-01-02T03:04:05.123Z\",\"7\",true\n";
    let batches = decode(&schema, &CsvOptions::default(), object, 1000).unwrap();
    let batch = &batches[0];
    let days = batch
        .column(0)
        .as_primitive::<arrow::datatypes::Date32Type>();
    assert!(days.values().iter().all(|day| *day == 19_782));
    let at = batch
        .column(1)
        .as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
    assert!(at.values().iter().all(|at| *at == 1_704_164_645_123_000));
    let prices = batch
        .column(2)
        .as_primitive::<arrow::datatypes::Decimal128Type>();
    assert_eq!(prices.values(), &[1500, -1, 7000]);
    assert_eq!(batch.column(3).as_boolean().true_count(), 2);
}

#[test]
fn a_text_that_is_no_value_of_its_type_is_an_error_with_row_and_column() {
    let schema = schema(&[("s", DataType::Utf8), ("n", DataType::Int64)]);
    for (object, row, value) in [
        ("\"x\ny\",1\nz,\n", 3, ""),
        ("a,1\nb,12x\n", 2, "12x"),
        ("a,\"\"\n", 1, ""),
        ("a,1.0\n", 1, "1.0"),
    ] {
        let error = decode(&schema, &CsvOptions::default(), object.as_bytes(), 1000).unwrap_err();
        match &error {
            RowError::BadValue {
                row: found_row,
                column,
                value: found_value,
                data_type: DataType::Int64,
            } => assert_eq!(
                (*found_row, column.as_str(), found_value.as_str()),
                (row, "n", value)
            ),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_long_bad_value_is_quoted_in_part() {
    let schema = schema(&[("n", DataType::Int64)]);
    let object = "é".repeat(5000);
    let error = decode(&schema, &CsvOptions::default(), object.as_bytes(), 10_000)
        .unwrap_err()
        .to_string();
    assert!(error.contains("éé…"), "{error}");
    assert!(error.len() < 500, "{error}");
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_at_its_record() {
    let schema = schema(&[("a", DataType::Utf8)]);
    let error = decode(&schema, &CsvOptions::default(), b"x\n\"open\nz\n", 1000).unwrap_err();
    assert!(
        matches!(error, RowError::MalformedRow { row: 2, .. }),
        "{error}"
    );
}

#[test]
fn a_projection_reads_only_its_columns() {
    let schema = schema(&[
        ("a", DataType::Int32),
        ("bad", DataType::Int32),
        ("c", DataType::Int64),
    ]);
    let mut decoder = CsvDecoder::new(&schema, &[2, 0], 10, &CsvOptions::default()).unwrap();
    decoder.decode(b"1,not a number,3\n").unwrap();
    let batch = decoder.flush().unwrap().unwrap();
    assert_eq!(batch.column(0).as_primitive::<Int64Type>().value(0), 3);
    assert_eq!(batch.column(1).as_primitive::<Int32Type>().value(0), 1);
    let mut decoder = CsvDecoder::new(&schema, &[], 10, &CsvOptions::default()).unwrap();
    decoder.decode(b"1,x\n\"2\n\",y\n").unwrap();
    assert_eq!(decoder.flush().unwrap().unwrap().num_rows(), 2);
}
