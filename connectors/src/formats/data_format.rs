//! `DataFormat`: the registry of formats. A new format is a folder, and a variant here.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::datasource::physical_plan::FileSource;
use datafusion::datasource::table_schema::TableSchema;
use object_store::ObjectStore;

use super::avro::{AvroCompression, AvroEncoder};
use super::column_mapping::ColumnMapping;
use super::encoder::BatchEncoder;
use super::json::JsonEncoder;
use super::orc::{OrcEncoder, OrcWriteOptions, orc_source};
use super::parquet::{FooterCache, ParquetCompression, ParquetEncoder, parquet_source};
use super::row_format::RowFormat;
use super::rows::compression::ObjectCodec;
use super::rows::{RowFileEncoder, row_source};
use super::text::{DelimitedEncoder, DelimitedOptions};
use crate::error::Result;
use crate::object_uri::ObjectUri;

/// How the files of a table or partition are read. Files of equal formats share one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataFormat {
    /// Apache Parquet.
    Parquet(ColumnMapping),
    /// Apache ORC.
    Orc(ColumnMapping),
    /// Rows one after the other.
    Rows(RowFormat),
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
            DataFormat::Rows(format) => row_source(table_schema, base, format.clone()),
        }
    }

    /// Whether its files end in a footer that tells of their rows.
    pub fn has_footers(&self) -> bool {
        match self {
            DataFormat::Parquet(_) | DataFormat::Orc(_) => true,
            DataFormat::Rows(_) => false,
        }
    }

    /// How declared columns find those of a file.
    pub fn column_mapping(&self) -> ColumnMapping {
        match self {
            DataFormat::Parquet(mapping) | DataFormat::Orc(mapping) => *mapping,
            DataFormat::Rows(_) => ColumnMapping::ByName,
        }
    }
}

/// How new files are written.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteFormat {
    /// Apache Parquet.
    Parquet(ParquetCompression),
    /// Apache ORC.
    Orc(OrcWriteOptions),
    /// Apache Avro.
    Avro(AvroCompression),
    /// Delimited text, as LazySimpleSerDe reads it.
    Delimited(DelimitedOptions, ObjectCodec),
    /// JSON lines, as Hive's JsonSerDe reads them.
    Json(ObjectCodec),
}

impl WriteFormat {
    /// An encoder of one file.
    pub fn encoder(&self, schema: SchemaRef) -> Result<Box<dyn BatchEncoder>> {
        Ok(match self {
            WriteFormat::Parquet(compression) => {
                Box::new(ParquetEncoder::try_new(schema, *compression)?)
            }
            WriteFormat::Orc(options) => Box::new(OrcEncoder::try_new(schema, options)?),
            WriteFormat::Avro(compression) => {
                Box::new(AvroEncoder::try_new(&schema, *compression)?)
            }
            WriteFormat::Delimited(options, codec) => {
                let rows = DelimitedEncoder::new(options);
                Box::new(RowFileEncoder::new(Box::new(rows), *codec)?)
            }
            WriteFormat::Json(codec) => {
                Box::new(RowFileEncoder::new(Box::new(JsonEncoder::new()), *codec)?)
            }
        })
    }

    /// The ending of the files' names, by which other readers know the compression of text.
    pub fn file_ending(&self) -> String {
        match self {
            WriteFormat::Parquet(_) => ".parquet".to_owned(),
            WriteFormat::Orc(_) => ".orc".to_owned(),
            WriteFormat::Avro(_) => ".avro".to_owned(),
            WriteFormat::Delimited(_, codec) => format!(".txt{}", codec.name_ending()),
            WriteFormat::Json(codec) => format!(".json{}", codec.name_ending()),
        }
    }
}
