//! What the encoder writes, the decoder reads back.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::{Field, Schema};

use super::*;
use crate::formats::rows::decoder::RowDecoder;
use crate::formats::rows::sample_batch::every_type;
use crate::formats::text::DelimitedDecoder;

fn encode(options: &DelimitedOptions, batch: &RecordBatch) -> Result<Vec<u8>, RowError> {
    let mut out = Vec::new();
    DelimitedEncoder::new(options).encode(batch, &mut out)?;
    Ok(out)
}

fn strings(values: &[&str]) -> RecordBatch {
    let column: ArrayRef = Arc::new(StringArray::from(values.to_vec()));
    RecordBatch::try_from_iter([("s", column)]).unwrap()
}

#[test]
fn every_type_reads_back_as_it_was_written() {
    let batch = every_type();
    for escape in [None, Some(b'\\')] {
        let options = DelimitedOptions {
            escape,
            ..DelimitedOptions::default()
        };
        let object = encode(&options, &batch).unwrap();
        let projection: Vec<usize> = (0..batch.num_columns()).collect();
        let mut decoder =
            DelimitedDecoder::new(&batch.schema(), &projection, 100, &options).unwrap();
        assert_eq!(decoder.decode(&object).unwrap(), object.len());
        assert_eq!(decoder.flush().unwrap().unwrap(), batch);
    }
}

#[test]
fn rows_are_written_in_hives_notation() {
    let schema = Arc::new(Schema::new(vec![
        Field::new("n", DataType::Int64, true),
        Field::new("s", DataType::Utf8, true),
    ]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![Some(1), None])),
        Arc::new(StringArray::from(vec![Some("a,\\b"), None])),
    ];
    let batch = RecordBatch::try_new(schema, columns).unwrap();
    let options = DelimitedOptions {
        field_delimiter: b',',
        escape: Some(b'\\'),
        ..DelimitedOptions::default()
    };
    assert_eq!(encode(&options, &batch).unwrap(), b"1,a\\,\\\\b\n\\N,\\N\n");
}

#[test]
fn a_string_that_would_read_back_differently_is_refused() {
    let options = DelimitedOptions {
        field_delimiter: b',',
        ..DelimitedOptions::default()
    };
    for text in ["a,b", "a\nb", "a\r"] {
        let error = encode(&options, &strings(&["fine", text])).unwrap_err();
        assert!(
            matches!(&error, RowError::UnwritableValue { column, .. } if column == "s"),
            "{error}"
        );
    }
}
