//! The columns of an Avro file.

use std::io::Cursor;
use std::sync::Arc;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use arrow_avro::reader::ReaderBuilder;
use futures::TryStreamExt;

use super::container::Container;
use super::logical_values::in_hives_types;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::inspect::{NamedColumns, SelfDescribing};
use crate::formats::object_reader::ObjectReader;

/// The columns that a file's header names. Reads as much of the file as the header takes.
pub async fn infer_avro(reader: &ObjectReader) -> Result<NamedColumns> {
    let bad =
        |reason: String| ConnectorError::new(ErrorKind::BadData, reason).with_uri(reader.uri());
    let mut container = Container::default();
    let mut stored = reader.stream(0..reader.size()).await?;
    while container.header.is_none() {
        let Some(chunk) = stored.try_next().await? else {
            return Err(bad(
                "the file ends within its header; it may be truncated".to_owned()
            ));
        };
        container.push(&chunk);
        container
            .read_header()
            .map_err(|error| bad(error.to_string()))?;
    }
    let Some(header) = &container.header else {
        return Err(bad("the file has no header".to_owned()));
    };
    let decoder = ReaderBuilder::new()
        .build(Cursor::new(header.plain()))
        .map_err(|error| bad(format!("its schema cannot be read: {error}")))?;
    let empty = RecordBatch::new_empty(decoder.schema());
    let hives = in_hives_types(&empty, &Schema::empty()).map_err(|error| bad(error.to_string()))?;
    Ok(NamedColumns {
        format: SelfDescribing::Avro,
        schema: Arc::clone(&hives.schema()),
        rows: None,
        avro_schema: String::from_utf8(header.schema.clone()).ok(),
    })
}
