//! The columns of an ORC file.

use super::file::OrcFile;
use crate::error::Result;
use crate::formats::inspect::{NamedColumns, SelfDescribing};
use crate::formats::object_reader::ObjectReader;

/// The columns that a file's footer names.
pub async fn infer_orc(reader: ObjectReader) -> Result<NamedColumns> {
    let file = OrcFile::open(reader).await?;
    Ok(NamedColumns {
        format: SelfDescribing::Orc,
        rows: Some(file.metadata().number_of_rows()),
        avro_schema: None,
        schema: file.physical,
    })
}
