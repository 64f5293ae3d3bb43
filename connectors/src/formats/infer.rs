//! The columns that a file itself names, for formats whose files do.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use object_store::{ObjectMeta, ObjectStore};

use super::avro::infer_avro;
use super::data_format::DataFormat;
use super::object_reader::ObjectReader;
use super::orc::infer_orc;
use super::parquet::infer_parquet;
use super::row_format::RowSyntax;
use crate::error::Result;
use crate::object_uri::ObjectUri;

/// The columns of one file, in the types that it has them in; `None` for formats whose files name none.
pub async fn infer_schema(
    format: &DataFormat,
    store: Arc<dyn ObjectStore>,
    base: &ObjectUri,
    meta: ObjectMeta,
) -> Result<Option<SchemaRef>> {
    let reader = ObjectReader::new(store, base, meta);
    Ok(match format {
        DataFormat::Parquet(_) => Some(infer_parquet(&reader).await?),
        DataFormat::Orc(_) => Some(infer_orc(reader).await?),
        DataFormat::Rows(rows) => match rows.syntax {
            RowSyntax::Avro(_) => Some(infer_avro(&reader).await?),
            _ => None,
        },
    })
}
