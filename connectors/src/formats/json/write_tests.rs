//! What the encoder writes, the decoder reads back.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};

use super::*;
use crate::formats::json::{JsonDecoder, JsonFlavour, JsonOptions};
use crate::formats::rows::decoder::RowDecoder;
use crate::formats::rows::sample_batch::every_type;

fn encode(batch: &RecordBatch) -> String {
    let mut out = Vec::new();
    JsonEncoder::new().encode(batch, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_type_reads_back_as_it_was_written() {
    let batch = every_type();
    let object = encode(&batch);
    let projection: Vec<usize> = (0..batch.num_columns()).collect();
    for flavour in [JsonFlavour::Hive, JsonFlavour::OpenX] {
        let options = JsonOptions {
            flavour,
            ..JsonOptions::default()
        };
        let mut decoder = JsonDecoder::new(&batch.schema(), &projection, 100, &options).unwrap();
        assert_eq!(decoder.decode(object.as_bytes()).unwrap(), object.len());
        assert_eq!(decoder.flush().unwrap().unwrap(), batch);
    }
}

#[test]
fn rows_are_objects_without_their_nulls() {
    let columns: [(&str, ArrayRef); 3] = [
        ("n", Arc::new(Int64Array::from(vec![Some(1), None]))),
        (
            "s",
            Arc::new(StringArray::from(vec![Some("a\"\u{1}\n"), None])),
        ),
        (
            "f",
            Arc::new(Float64Array::from(vec![Some(f64::NAN), None])),
        ),
    ];
    assert_eq!(
        encode(&RecordBatch::try_from_iter(columns).unwrap()),
        "{\"n\":1,\"s\":\"a\\\"\\u0001\\n\",\"f\":\"NaN\"}\n{}\n"
    );
}

#[test]
fn every_line_is_json() {
    for line in encode(&every_type()).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}
