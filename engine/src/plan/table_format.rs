//! From a storage descriptor's classes and properties to the format that reads its files.

use std::collections::BTreeMap;

use prismlake_catalog::StorageDescriptor;
use prismlake_connectors::formats::avro::AvroOptions;
use prismlake_connectors::formats::column_mapping::ColumnMapping;
use prismlake_connectors::formats::data_format::DataFormat;
use prismlake_connectors::formats::ion::IonOptions;
use prismlake_connectors::formats::json::{JsonFlavour, JsonOptions};
use prismlake_connectors::formats::regex::{GrokOptions, RegexOptions};
use prismlake_connectors::formats::row_format::{RowFormat, RowSyntax};
use prismlake_connectors::formats::rows::Charset;
use prismlake_connectors::formats::rows::scalar_text::timestamp_format::TimestampFormat;
use prismlake_connectors::formats::text::{CsvOptions, DelimitedOptions};

use crate::error::{ErrorCode, QueryError, Result};
use crate::sql::storage_format::{HIVE_JSON_SERDE, LAZY_SIMPLE_SERDE};

/// The property that holds the schema which Avro files are read by.
pub(crate) const AVRO_SCHEMA_LITERAL: &str = "avro.schema.literal";

pub(super) type Properties = BTreeMap<String, String>;

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
        LAZY_SIMPLE_SERDE => {
            require_text_input(descriptor)?;
            settings.rows(RowSyntax::Delimited(settings.delimited()?))?
        }
        "org.apache.hadoop.hive.serde2.OpenCSVSerde" => {
            settings.rows(RowSyntax::Csv(settings.csv()?))?
        }
        "org.openx.data.jsonserde.JsonSerDe" => settings.rows(RowSyntax::Json(
            settings.json(JsonFlavour::OpenX, descriptor)?,
        ))?,
        HIVE_JSON_SERDE | "org.apache.hadoop.hive.serde2.JsonSerDe" => settings.rows(
            RowSyntax::Json(settings.json(JsonFlavour::Hive, descriptor)?),
        )?,
        "com.amazon.emr.hive.serde.CloudTrailSerde" => {
            settings.rows(RowSyntax::Json(JsonOptions {
                cloud_trail: true,
                ..settings.json(JsonFlavour::Hive, descriptor)?
            }))?
        }
        "org.apache.hadoop.hive.serde2.RegexSerDe"
        | "org.apache.hadoop.hive.contrib.serde2.RegexSerDe" => {
            settings.rows(RowSyntax::Regex(RegexOptions {
                pattern: settings.get("input.regex").unwrap_or("").to_owned(),
                case_insensitive: settings.flag("input.regex.case.insensitive"),
                header_lines: settings.lines("skip.header.line.count")?,
            }))?
        }
        "com.amazonaws.glue.serde.GrokSerDe" => settings.rows(RowSyntax::Grok(GrokOptions {
            format: settings.get("input.format").unwrap_or("").to_owned(),
            custom_patterns: settings
                .get("input.grokCustomPatterns")
                .unwrap_or("")
                .to_owned(),
            header_lines: settings.lines("skip.header.line.count")?,
        }))?,
        "com.amazon.ionhiveserde.IonHiveSerDe" => settings.rows(RowSyntax::Ion(settings.ion()))?,
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe" => {
            settings.rows(RowSyntax::Avro(AvroOptions {
                schema: settings.get(AVRO_SCHEMA_LITERAL).map(str::to_owned),
            }))?
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
                    "the SerDe {other} cannot be read; those of Parquet, ORC, Avro, delimited text, OpenCSV, JSON, Ion, Regex, Grok and CloudTrail can"
                ),
            ));
        }
    })
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
pub(super) struct Settings<'a> {
    pub(super) layers: [&'a Properties; 3],
}

impl Settings<'_> {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
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

    fn rows(&self, syntax: RowSyntax) -> Result<DataFormat> {
        let charset = match self.get("serialization.encoding") {
            None => None,
            Some(name) => Some(name.parse::<Charset>().map_err(invalid_metadata)?),
        };
        Ok(DataFormat::Rows(RowFormat { syntax, charset }))
    }

    /// A number of lines to skip.
    fn lines(&self, key: &str) -> Result<usize> {
        let Some(count) = self.get(key) else {
            return Ok(0);
        };
        count.trim().parse().map_err(|_| {
            invalid_metadata(format!(
                "{key} is '{count}'; it must be a whole number from 0"
            ))
        })
    }

    fn timestamp_formats(&self) -> Result<Vec<TimestampFormat>> {
        self.get("timestamp.formats")
            .into_iter()
            .flat_map(|formats| formats.split(','))
            .map(|format| TimestampFormat::new(format.trim()).map_err(invalid_metadata))
            .collect()
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
            invalid_metadata(format!(
                "{key} is '{value}'; it must be a single-byte character"
            ))
        })
    }

    pub(super) fn delimited(&self) -> Result<DelimitedOptions> {
        let defaults = DelimitedOptions::default();
        let level =
            |keys: &[&str], default| Ok::<_, QueryError>(self.delimiter(keys)?.unwrap_or(default));
        if let Some(line) = self.get("line.delim")
            && line != "\n"
            && line != "10"
        {
            return Err(invalid_metadata(
                "line.delim can only be a line break (\\n)",
            ));
        }
        Ok(DelimitedOptions {
            field_delimiter: level(
                &["field.delim", "serialization.format"],
                defaults.field_delimiter,
            )?,
            collection_delimiter: level(
                &["collection.delim", "colelction.delim"],
                defaults.collection_delimiter,
            )?,
            map_key_delimiter: level(&["mapkey.delim"], defaults.map_key_delimiter)?,
            escape: self.delimiter(&["escape.delim"])?,
            null_format: self
                .get("serialization.null.format")
                .map_or(defaults.null_format, str::to_owned),
            last_column_takes_rest: self.flag("serialization.last.column.takes.rest"),
            timestamp_formats: self.timestamp_formats()?,
            header_lines: self.lines("skip.header.line.count")?,
            footer_lines: self.lines("skip.footer.line.count")?,
        })
    }

    fn csv(&self) -> Result<CsvOptions> {
        let defaults = CsvOptions::default();
        // Hive's way to say that there is none.
        let sign = |key: &str, default| {
            Ok::<_, QueryError>(match self.delimiter(&[key])? {
                None => default,
                Some(0) => None,
                sign => sign,
            })
        };
        Ok(CsvOptions {
            separator: self
                .delimiter(&["separatorChar"])?
                .unwrap_or(defaults.separator),
            quote: sign("quoteChar", defaults.quote)?,
            escape: sign("escapeChar", defaults.escape)?,
            null_format: self.get("serialization.null.format").map(str::to_owned),
            header_records: self.lines("skip.header.line.count")?,
        })
    }

    fn json(&self, flavour: JsonFlavour, descriptor: &StorageDescriptor) -> Result<JsonOptions> {
        let mut mappings = BTreeMap::new();
        for layer in self.layers.iter().rev() {
            for (key, value) in *layer {
                if let Some(column) = key.strip_prefix("mapping.") {
                    mappings.insert(column.to_lowercase(), value.clone());
                }
            }
        }
        Ok(JsonOptions {
            flavour,
            ignore_malformed: self.flag("ignore.malformed.json"),
            case_insensitive: self
                .get("case.insensitive")
                .is_none_or(|value| !value.trim().eq_ignore_ascii_case("false")),
            dots_in_keys: self.flag("dots.in.keys"),
            mappings,
            timestamp_formats: self.timestamp_formats()?,
            cloud_trail: descriptor.input_format.as_deref()
                == Some("com.amazon.emr.cloudtrail.CloudTrailInputFormat"),
        })
    }
}

impl Settings<'_> {
    /// The values of `ion.<column>.<property>`, by column.
    fn ion_columns(&self, property: &str) -> BTreeMap<String, &str> {
        let mut columns = BTreeMap::new();
        for (key, value) in self.layers.iter().rev().copied().flatten() {
            let column = key
                .strip_prefix("ion.")
                .and_then(|key| key.strip_suffix(property)?.strip_suffix('.'));
            if let Some(column) = column {
                columns.insert(column.to_lowercase(), value.as_str());
            }
        }
        columns
    }

    fn ion(&self) -> IonOptions {
        let is_false = |value: &str| value.trim().eq_ignore_ascii_case("false");
        let mut path_extractors = self.ion_columns("path_extractor");
        // `ion.path_extractor.case_sensitive` begins alike and names no column.
        path_extractors.remove("");
        IonOptions {
            case_sensitive: self.flag("ion.path_extractor.case_sensitive"),
            path_extractors: path_extractors
                .into_iter()
                .map(|(column, path)| (column, path.to_owned()))
                .collect(),
            ignore_malformed: self.flag("ion.ignore_malformed"),
            overflow_is_null: self.get("ion.fail_on_overflow").is_some_and(is_false),
            column_overflow_is_null: self
                .ion_columns("fail_on_overflow")
                .into_iter()
                .map(|(column, value)| (column, is_false(value)))
                .collect(),
        }
    }
}

fn invalid_metadata(reason: impl ToString) -> QueryError {
    QueryError::new(ErrorCode::HiveInvalidMetadata, reason.to_string())
}
