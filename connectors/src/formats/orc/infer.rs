//! The columns of an ORC file.

use arrow::datatypes::SchemaRef;

use super::file::OrcFile;
use crate::error::Result;
use crate::formats::object_reader::ObjectReader;

/// The columns that a file's footer names.
pub async fn infer_orc(reader: ObjectReader) -> Result<SchemaRef> {
    Ok(OrcFile::open(reader).await?.physical)
}
