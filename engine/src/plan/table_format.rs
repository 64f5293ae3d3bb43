//! From a storage descriptor's classes and properties to the format that reads its files, or that writes new ones.

use std::collections::BTreeMap;

use prismlake_catalog::StorageDescriptor;
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::{DataFormat, WriteFormat};
use prismlake_connectors::formats::orc::OrcCompression;
use prismlake_connectors::formats::parquet::ParquetCompression;
use prismlake_connectors::formats::text::{
    CsvOptions, DelimitedOptions, JsonFlavor, JsonOptions, RowSyntax, TextOptions,
};

use crate::error::{ErrorCode, QueryError, Result};

type Properties = BTreeMap<String, String>;

/// The format of files stored so; `table` are the table's own properties, over which the SerDe's win.
pub(crate) fn data_format(
    descriptor: &StorageDescriptor,
    table: &Properties,
) -> Result<DataFormat> {
    let serde = &descriptor.serde_info;
    let class = serde.serialization_library.as_deref().unwrap_or("");
    let settings = Settings {
        layers: [&serde.parameters, &descriptor.parameters, table],
    };
    Ok(match class {
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" => {
            DataFormat::Parquet(settings.mapping("parquet.column.index.access"))
        }
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde" => {
            DataFormat::Orc(settings.mapping("orc.column.index.access"))
        }
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" => {
            require_text_input(descriptor)?;
            settings.text(RowSyntax::Delimited(settings.delimited()?))?
        }
        "org.apache.hadoop.hive.serde2.OpenCSVSerde" => {
            settings.text(RowSyntax::Csv(settings.csv()?))?
        }
        "org.openx.data.jsonserde.JsonSerDe" => {
            settings.text(RowSyntax::Json(settings.json(JsonFlavor::OpenX)))?
        }
        "org.apache.hive.hcatalog.data.JsonSerDe" | "org.apache.hadoop.hive.serde2.JsonSerDe" => {
            settings.text(RowSyntax::Json(settings.json(JsonFlavor::Hive)))?
        }
        "" => {
            return Err(QueryError::new(
                ErrorCode::HiveUnsupportedFormat,
                "the table names no SerDe; declare it with ROW FORMAT or STORED AS",
            ));
        }
        other => {
            return Err(QueryError::new(
                ErrorCode::HiveUnsupportedFormat,
                format!(
                    "the SerDe {other} cannot be read; Parquet, ORC, delimited text, OpenCSV and JSON can"
                ),
            ));
        }
    })
}

/// How rows are added to a table stored so.
pub(crate) fn write_format(
    descriptor: &StorageDescriptor,
    table: &Properties,
) -> Result<WriteFormat> {
    let compression = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| {
                table
                    .get(*key)
                    .or_else(|| descriptor.serde_info.parameters.get(*key))
            })
            .map(String::as_str)
    };
    match data_format(descriptor, table)? {
        DataFormat::Parquet(_) => {
            let codec = compression(&["parquet.compression", "write.compression"]);
            Ok(WriteFormat::Parquet(parquet_compression(codec, None)?))
        }
        DataFormat::Orc(_) => {
            let codec = compression(&["orc.compress", "write.compression"]);
            Ok(WriteFormat::Orc(orc_compression(codec)?))
        }
        DataFormat::Text(_) => Err(QueryError::not_supported(
            "rows cannot be added to tables of text; only Parquet and ORC tables are written",
        )),
    }
}

/// The codec of that name for Parquet; Athena's default is GZIP.
pub(crate) fn parquet_compression(
    name: Option<&str>,
    level: Option<i32>,
) -> Result<ParquetCompression> {
    Ok(match name.map(str::to_ascii_uppercase).as_deref() {
        None | Some("GZIP") => ParquetCompression::Gzip,
        Some("SNAPPY") => ParquetCompression::Snappy,
        Some("ZSTD") => ParquetCompression::Zstd(level.unwrap_or(3)),
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
pub(crate) fn orc_compression(name: Option<&str>) -> Result<OrcCompression> {
    Ok(match name.map(str::to_ascii_uppercase).as_deref() {
        None | Some("ZLIB") => OrcCompression::Zlib,
        Some("SNAPPY") => OrcCompression::Snappy,
        Some("ZSTD") => OrcCompression::Zstd,
        Some("LZ4") => OrcCompression::Lz4,
        Some("NONE" | "UNCOMPRESSED") => OrcCompression::None,
        Some(other) => return Err(unknown_codec("ORC", other, "ZLIB, SNAPPY, ZSTD, LZ4, NONE")),
    })
}

fn unknown_codec(format: &str, name: &str, known: &str) -> QueryError {
    QueryError::new(
        ErrorCode::InvalidTableProperty,
        format!("{format} is not written with compression '{name}'; use one of {known}"),
    )
}

/// LazySimpleSerDe also reads sequence files, which are no text.
fn require_text_input(descriptor: &StorageDescriptor) -> Result<()> {
    match descriptor.input_format.as_deref() {
        None | Some("org.apache.hadoop.mapred.TextInputFormat") => Ok(()),
        Some(other) => Err(QueryError::new(
            ErrorCode::HiveUnsupportedFormat,
            format!("files of input format {other} cannot be read"),
        )),
    }
}

/// Properties by layer; the first layer that has a key wins.
struct Settings<'a> {
    layers: [&'a Properties; 3],
}

impl Settings<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.layers
            .iter()
            .find_map(|layer| layer.get(key))
            .map(String::as_str)
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    fn mapping(&self, key: &str) -> ColumnMapping {
        if self.flag(key) {
            ColumnMapping::ByPosition
        } else {
            ColumnMapping::ByName
        }
    }

    fn text(&self, syntax: RowSyntax) -> Result<DataFormat> {
        let header_records = match self.get("skip.header.line.count") {
            None => 0,
            Some(count) => count.trim().parse().map_err(|_| {
                QueryError::new(
                    ErrorCode::HiveInvalidMetadata,
                    format!(
                        "skip.header.line.count is '{count}'; it must be a whole number from 0"
                    ),
                )
            })?,
        };
        Ok(DataFormat::Text(TextOptions {
            syntax,
            header_records,
        }))
    }

    /// A delimiter: one character, or the number of one, as Hive reads both.
    fn delimiter(&self, keys: &[&str]) -> Result<Option<u8>> {
        let Some((key, value)) = keys.iter().find_map(|key| Some((key, self.get(key)?))) else {
            return Ok(None);
        };
        let byte = match value.as_bytes() {
            [] => None,
            [byte] if !byte.is_ascii_digit() || *key != "serialization.format" => Some(*byte),
            _ => value.parse::<u8>().ok(),
        };
        byte.map(Some).ok_or_else(|| {
            QueryError::new(
                ErrorCode::HiveInvalidMetadata,
                format!("{key} is '{value}'; it must be a single-byte character"),
            )
        })
    }

    fn delimited(&self) -> Result<DelimitedOptions> {
        let mut options = DelimitedOptions::default();
        let levels: [&[&str]; 3] = [
            &["field.delim", "serialization.format"],
            &["collection.delim", "colelction.delim"],
            &["mapkey.delim"],
        ];
        for (slot, keys) in options.delimiters.iter_mut().zip(levels) {
            if let Some(delimiter) = self.delimiter(keys)? {
                *slot = delimiter;
            }
        }
        if let Some(line) = self.get("line.delim")
            && line != "\n"
            && line != "10"
        {
            return Err(QueryError::new(
                ErrorCode::HiveInvalidMetadata,
                "line.delim can only be a line break (\\n)",
            ));
        }
        options.escape = self.delimiter(&["escape.delim"])?;
        if let Some(null) = self.get("serialization.null.format") {
            options.null_format = null.as_bytes().to_vec();
        }
        Ok(options)
    }

    fn csv(&self) -> Result<CsvOptions> {
        let defaults = CsvOptions::default();
        Ok(CsvOptions {
            separator: self
                .delimiter(&["separatorChar"])?
                .unwrap_or(defaults.separator),
            quote: self.delimiter(&["quoteChar"])?.unwrap_or(defaults.quote),
            escape: self.delimiter(&["escapeChar"])?.unwrap_or(defaults.escape),
            null_format: self
                .get("serialization.null.format")
                .map(|null| null.as_bytes().to_vec()),
        })
    }

    fn json(&self, flavor: JsonFlavor) -> JsonOptions {
        let mut mappings = BTreeMap::new();
        for layer in self.layers.iter().rev() {
            for (key, value) in *layer {
                if let Some(column) = key.strip_prefix("mapping.") {
                    mappings.insert(column.to_lowercase(), value.clone());
                }
            }
        }
        JsonOptions {
            flavor,
            ignore_malformed: self.flag("ignore.malformed.json"),
            case_sensitive: self
                .get("case.insensitive")
                .is_some_and(|value| value.trim().eq_ignore_ascii_case("false")),
            dots_in_keys: self.flag("dots.in.keys"),
            mappings,
        }
    }
}
