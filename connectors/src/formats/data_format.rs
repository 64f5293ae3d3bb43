//! `DataFormat`: the registry of formats. A new format is a folder, and a variant here.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::physical_plan::FileSource;
use datafusion::datasource::table_schema::TableSchema;
use object_store::ObjectStore;

use super::column_mapping::ColumnMapping;
use super::encoder::BatchEncoder;
use super::orc::{OrcCompression, OrcEncoder, orc_source};
use super::parquet::{FooterCache, ParquetCompression, ParquetEncoder, parquet_source};
use super::text::{TextOptions, text_source};
use crate::error::Result;
use crate::object_uri::ObjectUri;

/// How the files of a table or partition are read. Files of equal formats share one scan.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataFormat {
    /// Apache Parquet.
    Parquet(ColumnMapping),
    /// Apache ORC.
    Orc(ColumnMapping),
    /// Rows of text.
    Text(TextOptions),
}

impl DataFormat {
    /// The scan of files of this format in the store that serves `base`.
    pub fn source(
        &self,
        table_schema: TableSchema,
        store: Arc<dyn ObjectStore>,
        base: ObjectUri,
        footers: &Arc<FooterCache>,
    ) -> Arc<dyn FileSource> {
        match self {
            DataFormat::Parquet(_) => {
                parquet_source(table_schema, store, base, Arc::clone(footers))
            }
            DataFormat::Orc(mapping) => orc_source(table_schema, base, *mapping),
            DataFormat::Text(options) => text_source(table_schema, base, options.clone()),
        }
    }

    /// How declared columns find those of a file.
    pub fn column_mapping(&self) -> ColumnMapping {
        match self {
            DataFormat::Parquet(mapping) | DataFormat::Orc(mapping) => *mapping,
            DataFormat::Text(_) => ColumnMapping::ByName,
        }
    }
}

/// How new files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFormat {
    /// Apache Parquet.
    Parquet(ParquetCompression),
    /// Apache ORC.
    Orc(OrcCompression),
}

impl WriteFormat {
    /// An encoder of one file.
    pub fn encoder(&self, schema: SchemaRef) -> Result<Box<dyn BatchEncoder>> {
        Ok(match self {
            WriteFormat::Parquet(compression) => {
                Box::new(ParquetEncoder::try_new(schema, *compression)?)
            }
            WriteFormat::Orc(compression) => Box::new(OrcEncoder::try_new(schema, *compression)?),
        })
    }

    /// The ending of the files' names.
    pub fn file_ending(&self) -> &'static str {
        match self {
            WriteFormat::Parquet(_) => ".parquet",
            WriteFormat::Orc(_) => ".orc",
        }
    }
}
