//! How new files are written: formats and codecs by the names that Athena gives them, and the properties that remember them.

use std::collections::BTreeMap;

use prismlake_catalog::StorageDescriptor;
use prismlake_connectors::formats::avro::AvroCompression;
use prismlake_connectors::formats::data_format::{DataFormat, WriteFormat};
use prismlake_connectors::formats::json::JsonFlavour;
use prismlake_connectors::formats::orc::{OrcCompression, OrcWriteOptions};
use prismlake_connectors::formats::parquet::ParquetCompression;
use prismlake_connectors::formats::row_format::RowSyntax;
use prismlake_connectors::formats::rows::compression::ObjectCodec;
use prismlake_connectors::formats::text::DelimitedOptions;

use super::table_format::{Properties, data_format};
use crate::error::{ErrorCode, QueryError, Result};

/// Zstandard's level where none is asked for.
const ZSTD_LEVEL: i32 = 3;

/// What a statement or a table asks of new files.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WriteRequest<'a> {
    /// A codec's name.
    pub(crate) codec: Option<&'a str>,
    /// Zstandard's level, from 1 to 22.
    pub(crate) level: Option<i32>,
    /// The byte between the fields of delimited text.
    pub(crate) field_delimiter: Option<u8>,
    /// The columns of ORC that get Bloom filters.
    pub(crate) bloom_filter_columns: &'a [String],
    /// How often these may be wrong.
    pub(crate) bloom_filter_false_positives: Option<f64>,
}

/// The format of that name: what CTAS and UNLOAD write.
pub(crate) fn named_format(name: &str, request: WriteRequest<'_>) -> Result<WriteFormat> {
    let WriteRequest {
        codec,
        level,
        field_delimiter,
        bloom_filter_columns,
        bloom_filter_false_positives,
    } = request;
    let is_zstd = codec.is_some_and(|codec| codec.eq_ignore_ascii_case("ZSTD"));
    if level.is_some_and(|level| !(1..=22).contains(&level) || !is_zstd) {
        return Err(invalid(
            "the table property 'compression_level' must be a number from 1 to 22, and given with ZSTD alone",
        ));
    }
    let name = name.to_ascii_uppercase();
    if field_delimiter.is_some() && name != "TEXTFILE" {
        return Err(invalid("field_delimiter is for the format TEXTFILE alone"));
    }
    if !bloom_filter_columns.is_empty() && name != "ORC" {
        return Err(invalid(
            "orc_bloom_filter_columns is for the format ORC alone",
        ));
    }
    Ok(match name.as_str() {
        "PARQUET" => WriteFormat::Parquet(parquet_compression(codec, level)?),
        "ORC" | "AVRO" if level.is_some() => {
            return Err(invalid(format!(
                "{name} is written without a compression_level"
            )));
        }
        "ORC" => {
            let defaults = OrcWriteOptions::new(orc_compression(codec)?);
            WriteFormat::Orc(OrcWriteOptions {
                bloom_filter_columns: bloom_filter_columns.to_vec(),
                bloom_filter_false_positives: bloom_filter_false_positives
                    .unwrap_or(defaults.bloom_filter_false_positives),
                ..defaults
            })
        }
        "AVRO" => WriteFormat::Avro(avro_compression(codec)?),
        "JSON" => WriteFormat::Json(object_codec("JSON", codec, level)?),
        "TEXTFILE" => {
            let defaults = DelimitedOptions::default();
            let options = DelimitedOptions {
                field_delimiter: field_delimiter.unwrap_or(defaults.field_delimiter),
                ..defaults
            };
            WriteFormat::Delimited(options, object_codec("Text", codec, level)?)
        }
        "ION" => {
            return Err(QueryError::not_supported(
                "Ion is read and not written; use JSON, PARQUET, ORC, AVRO or TEXTFILE",
            ));
        }
        other => {
            return Err(invalid(format!(
                "format '{other}' does not exist; use PARQUET, ORC, AVRO, JSON or TEXTFILE"
            )));
        }
    })
}

/// A share of wrong answers, from a property.
pub(crate) fn false_positives(text: &str) -> std::result::Result<f64, String> {
    text.trim()
        .parse()
        .ok()
        .filter(|share| (0.0001..1.0).contains(share))
        .ok_or_else(|| {
            format!("a Bloom filter's share of false positives is '{text}'; it must be from 0.0001 to below 1")
        })
}

/// How rows are added to a table stored so.
pub(crate) fn table_write_format(
    descriptor: &StorageDescriptor,
    table: &Properties,
) -> Result<WriteFormat> {
    let property = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| {
                table
                    .get(*key)
                    .or_else(|| descriptor.serde_info.parameters.get(*key))
            })
            .map(String::as_str)
    };
    let level = match property(&["compression_level"]) {
        None => None,
        Some(level) => Some(level.trim().parse().map_err(|_| {
            QueryError::new(
                ErrorCode::HiveInvalidMetadata,
                format!("compression_level is '{level}'; it must be a number from 1 to 22"),
            )
        })?),
    };
    Ok(match data_format(descriptor, table)? {
        DataFormat::Parquet(_) => {
            let codec = property(&["parquet.compression", "write.compression"]);
            WriteFormat::Parquet(parquet_compression(codec, level)?)
        }
        DataFormat::Orc(_) => {
            let codec = property(&["orc.compress", "write.compression"]);
            let mut options = OrcWriteOptions::new(orc_compression(codec)?);
            if let Some(columns) = property(&["orc.bloom.filter.columns"]) {
                options.bloom_filter_columns = columns
                    .split(',')
                    .map(|name| name.trim().to_lowercase())
                    .collect();
            }
            if let Some(text) = property(&["orc.bloom.filter.fpp"]) {
                options.bloom_filter_false_positives = false_positives(text)
                    .map_err(|error| QueryError::new(ErrorCode::HiveInvalidMetadata, error))?;
            }
            WriteFormat::Orc(options)
        }
        DataFormat::Rows(rows) if rows.charset.is_some_and(|charset| !charset.is_utf8()) => {
            return Err(QueryError::not_supported(
                "rows are written as UTF-8, and the table has another serialization.encoding",
            ));
        }
        DataFormat::Rows(rows) => match rows.syntax {
            RowSyntax::Avro(_) => {
                let codec =
                    property(&["avro.compression", "avro.output.codec", "write.compression"]);
                WriteFormat::Avro(avro_compression(codec)?)
            }
            RowSyntax::Delimited(options) => {
                if options.header_lines > 0 || options.footer_lines > 0 {
                    return Err(QueryError::not_supported(
                        "rows cannot be added to a table of text with header or footer lines: files are written without, and rows would be skipped",
                    ));
                }
                let codec = property(&["write.compression"]);
                WriteFormat::Delimited(options, object_codec("Text", codec, level)?)
            }
            RowSyntax::Json(options)
                if options.flavour == JsonFlavour::Hive && !options.cloud_trail =>
            {
                let codec = property(&["write.compression"]);
                WriteFormat::Json(object_codec("JSON", codec, level)?)
            }
            _ => {
                return Err(QueryError::not_supported(format!(
                    "rows cannot be added to tables of SerDe {}; Parquet, ORC, Avro, LazySimpleSerDe and Hive's JsonSerDe are written",
                    descriptor
                        .serde_info
                        .serialization_library
                        .as_deref()
                        .unwrap_or("")
                )));
            }
        },
    })
}

/// The properties by which INSERT INTO goes on as CTAS began.
pub(crate) fn remembered(format: &WriteFormat) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let mut put = |key: &str, value: &str| {
        properties.insert(key.to_owned(), value.to_owned());
    };
    match format {
        WriteFormat::Parquet(codec) => {
            put(
                "parquet.compression",
                match codec {
                    ParquetCompression::None => "UNCOMPRESSED",
                    ParquetCompression::Snappy => "SNAPPY",
                    ParquetCompression::Gzip => "GZIP",
                    ParquetCompression::Lz4 => "LZ4",
                    ParquetCompression::Zstd(_) => "ZSTD",
                },
            );
            if let ParquetCompression::Zstd(level) = codec
                && *level != ZSTD_LEVEL
            {
                put("compression_level", &level.to_string());
            }
        }
        WriteFormat::Orc(options) => {
            put(
                "orc.compress",
                match options.compression {
                    OrcCompression::None => "NONE",
                    OrcCompression::Zlib => "ZLIB",
                    OrcCompression::Snappy => "SNAPPY",
                    OrcCompression::Lz4 => "LZ4",
                    OrcCompression::Zstd => "ZSTD",
                },
            );
            if !options.bloom_filter_columns.is_empty() {
                put(
                    "orc.bloom.filter.columns",
                    &options.bloom_filter_columns.join(","),
                );
                put(
                    "orc.bloom.filter.fpp",
                    &options.bloom_filter_false_positives.to_string(),
                );
            }
        }
        WriteFormat::Avro(codec) => put(
            "avro.compression",
            match codec {
                AvroCompression::None => "NONE",
                AvroCompression::Deflate => "DEFLATE",
                AvroCompression::Snappy => "SNAPPY",
                AvroCompression::Zstd => "ZSTD",
                AvroCompression::Bzip2 => "BZIP2",
            },
        ),
        WriteFormat::Delimited(_, codec) | WriteFormat::Json(codec) => {
            put(
                "write.compression",
                match codec {
                    ObjectCodec::None => "NONE",
                    ObjectCodec::Gzip => "GZIP",
                    ObjectCodec::Bzip2 => "BZIP2",
                    ObjectCodec::Zstd(_) => "ZSTD",
                    ObjectCodec::Snappy => "SNAPPY",
                    ObjectCodec::Lz4 => "LZ4",
                },
            );
            if let ObjectCodec::Zstd(level) = codec
                && *level != ZSTD_LEVEL
            {
                put("compression_level", &level.to_string());
            }
        }
    }
    properties
}

/// The SerDe's properties, without which files of the format are not read as they were written.
pub(crate) fn serde_properties(format: &WriteFormat) -> BTreeMap<String, String> {
    match format {
        WriteFormat::Delimited(options, _) if *options != DelimitedOptions::default() => {
            let delimiter = char::from(options.field_delimiter).to_string();
            BTreeMap::from([
                ("field.delim".to_owned(), delimiter.clone()),
                ("serialization.format".to_owned(), delimiter),
            ])
        }
        _ => BTreeMap::new(),
    }
}

/// The shorthand of `STORED AS` whose classes read files of the format.
pub(crate) fn stored_as(format: &WriteFormat) -> &'static str {
    match format {
        WriteFormat::Parquet(_) => "PARQUET",
        WriteFormat::Orc(_) => "ORC",
        WriteFormat::Avro(_) => "AVRO",
        WriteFormat::Delimited(_, _) => "TEXTFILE",
        WriteFormat::Json(_) => "JSONFILE",
    }
}

fn upper(name: Option<&str>) -> Option<String> {
    name.map(str::to_ascii_uppercase)
}

/// The codec of that name for Parquet; Athena's default is GZIP.
fn parquet_compression(name: Option<&str>, level: Option<i32>) -> Result<ParquetCompression> {
    Ok(match upper(name).as_deref() {
        None | Some("GZIP") => ParquetCompression::Gzip,
        Some("SNAPPY") => ParquetCompression::Snappy,
        Some("ZSTD") => ParquetCompression::Zstd(level.unwrap_or(ZSTD_LEVEL)),
        Some("LZ4") => ParquetCompression::Lz4,
        Some("NONE" | "UNCOMPRESSED") => ParquetCompression::None,
        Some(other) => {
            return Err(unknown_codec(
                "Parquet",
                other,
                "GZIP, SNAPPY, ZSTD, LZ4, NONE",
            ));
        }
    })
}

/// The codec of that name for ORC; Athena's default is ZLIB.
fn orc_compression(name: Option<&str>) -> Result<OrcCompression> {
    Ok(match upper(name).as_deref() {
        None | Some("ZLIB") => OrcCompression::Zlib,
        Some("SNAPPY") => OrcCompression::Snappy,
        Some("ZSTD") => OrcCompression::Zstd,
        Some("LZ4") => OrcCompression::Lz4,
        Some("NONE" | "UNCOMPRESSED") => OrcCompression::None,
        Some(other) => return Err(unknown_codec("ORC", other, "ZLIB, SNAPPY, ZSTD, LZ4, NONE")),
    })
}

/// The codec of that name for Avro; Athena's default is SNAPPY.
fn avro_compression(name: Option<&str>) -> Result<AvroCompression> {
    Ok(match upper(name).as_deref() {
        None | Some("SNAPPY") => AvroCompression::Snappy,
        Some("DEFLATE") => AvroCompression::Deflate,
        Some("ZSTD" | "ZSTANDARD") => AvroCompression::Zstd,
        Some("BZIP2") => AvroCompression::Bzip2,
        Some("NONE" | "UNCOMPRESSED" | "NULL") => AvroCompression::None,
        Some(other) => {
            return Err(unknown_codec(
                "Avro",
                other,
                "SNAPPY, DEFLATE, ZSTD, BZIP2, NONE",
            ));
        }
    })
}

/// The codec of that name for text and JSON; Athena's default is GZIP.
fn object_codec(format: &str, name: Option<&str>, level: Option<i32>) -> Result<ObjectCodec> {
    Ok(match upper(name).as_deref() {
        None | Some("GZIP") => ObjectCodec::Gzip,
        Some("BZIP2") => ObjectCodec::Bzip2,
        Some("ZSTD") => ObjectCodec::Zstd(level.unwrap_or(ZSTD_LEVEL)),
        Some("SNAPPY") => ObjectCodec::Snappy,
        Some("LZ4") => ObjectCodec::Lz4,
        Some("NONE" | "UNCOMPRESSED") => ObjectCodec::None,
        Some(other) => {
            return Err(unknown_codec(
                format,
                other,
                "GZIP, BZIP2, ZSTD, SNAPPY, LZ4, NONE",
            ));
        }
    })
}

fn unknown_codec(format: &str, name: &str, known: &str) -> QueryError {
    invalid(format!(
        "{format} is not written with compression '{name}'; use one of {known}"
    ))
}

fn invalid(message: impl Into<String>) -> QueryError {
    QueryError::new(ErrorCode::InvalidTableProperty, message)
}
