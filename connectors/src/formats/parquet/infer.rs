//! The columns of a Parquet file.

use std::sync::Arc;

use parquet::arrow::parquet_to_arrow_schema;

use super::footer::read_footer;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::inspect::{NamedColumns, SelfDescribing};
use crate::formats::object_reader::ObjectReader;

/// The columns that a file's footer names.
pub async fn infer_parquet(reader: &ObjectReader) -> Result<NamedColumns> {
    let (footer, _) = read_footer(reader).await?;
    let file = footer.metadata.file_metadata();
    // What an Arrow writer keeps of its own types is no part of what others read.
    let schema = parquet_to_arrow_schema(file.schema_descr(), None).map_err(|error| {
        ConnectorError::new(
            ErrorKind::BadData,
            format!("its schema cannot be read: {error}"),
        )
        .with_uri(reader.uri())
    })?;
    Ok(NamedColumns {
        format: SelfDescribing::Parquet,
        schema: Arc::new(schema),
        rows: u64::try_from(file.num_rows()).ok(),
        avro_schema: None,
    })
}
