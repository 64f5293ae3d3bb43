//! The columns of a Parquet file.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use parquet::arrow::parquet_to_arrow_schema;

use super::footer::read_footer;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::object_reader::ObjectReader;

/// The columns that a file's footer names.
pub async fn infer_parquet(reader: &ObjectReader) -> Result<SchemaRef> {
    let (footer, _) = read_footer(reader).await?;
    let file = footer.metadata.file_metadata();
    // What an Arrow writer keeps of its own types is no part of what others read.
    parquet_to_arrow_schema(file.schema_descr(), None)
        .map(Arc::new)
        .map_err(|error| {
            ConnectorError::new(
                ErrorKind::BadData,
                format!("its schema cannot be read: {error}"),
            )
            .with_uri(reader.uri())
        })
}
