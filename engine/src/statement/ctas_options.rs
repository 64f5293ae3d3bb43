//! CTAS's `WITH (…)`: what Athena lets it say, as a format, a place, keys and buckets.

use std::collections::BTreeMap;

use prismlake_connectors::formats::data_format::WriteFormat;

use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::write_format::{WriteRequest, false_positives, named_format};
use crate::sql::{BUCKETS_MAX, PropertyValue};

/// Formats and the older property of each that names its compression.
const COMPRESSION_BY_FORMAT: &[(&str, &str)] = &[
    ("PARQUET", "parquet_compression"),
    ("ORC", "orc_compression"),
    ("AVRO", "avro_compression"),
    ("TEXTFILE", "textfile_compression"),
    ("JSON", "json_compression"),
];

/// Properties of Iceberg's tables.
const ICEBERG_PROPERTIES: &[&str] = &[
    "partitioning",
    "location",
    "write_target_data_file_size_bytes",
    "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes",
    "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold",
    "vacuum_min_snapshots_to_keep",
    "vacuum_max_snapshot_age_seconds",
    "vacuum_max_metadata_files_to_keep",
    "write_data_path_enabled",
    "write_object_storage_enabled",
];

/// What a CTAS asks of its table.
pub(super) struct CtasOptions {
    pub(super) format: WriteFormat,
    pub(super) external_location: Option<String>,
    pub(super) partitioned_by: Vec<String>,
    pub(super) buckets: Option<CtasBuckets>,
}

/// `bucketed_by` and `bucket_count`.
pub(super) struct CtasBuckets {
    pub(super) columns: Vec<String>,
    pub(super) count: i32,
}

impl CtasOptions {
    pub(super) fn parse(properties: Vec<(String, PropertyValue)>) -> Result<Self> {
        let mut given = Given::default();
        for (key, value) in properties {
            if given.keys.contains(&key) {
                return Err(property_error(format!(
                    "the table property '{key}' is given more than once"
                )));
            }
            given.keys.push(key.clone());
            given.take(key, value)?;
        }
        given.into_options()
    }
}

/// The properties by the kinds of their values, before it is known what they mean together.
#[derive(Default)]
struct Given {
    keys: Vec<String>,
    texts: BTreeMap<String, String>,
    partitioned_by: Vec<String>,
    bucketed_by: Vec<String>,
    bucket_count: Option<i32>,
    level: Option<i32>,
    bloom_filter_columns: Vec<String>,
    bloom_filter_false_positives: Option<f64>,
}

impl Given {
    fn take(&mut self, key: String, value: PropertyValue) -> Result<()> {
        let lower_case = |names: Vec<String>| -> Vec<String> {
            names.iter().map(|name| name.to_lowercase()).collect()
        };
        match (key.as_str(), value) {
            ("partitioned_by", PropertyValue::TextArray(keys)) => {
                self.partitioned_by = lower_case(keys);
            }
            ("bucketed_by", PropertyValue::TextArray(columns)) => {
                self.bucketed_by = lower_case(columns);
            }
            ("bucket_count", PropertyValue::Number(number)) => {
                self.bucket_count = Some(bucket_count(&number)?);
            }
            ("orc_bloom_filter_columns", PropertyValue::TextArray(columns)) => {
                self.bloom_filter_columns = lower_case(columns);
            }
            ("orc_bloom_filter_fpp", PropertyValue::Number(number)) => {
                self.bloom_filter_false_positives =
                    Some(false_positives(&number).map_err(property_error)?);
            }
            ("compression_level", PropertyValue::Number(number) | PropertyValue::Text(number)) => {
                let level = number.trim().parse();
                self.level = Some(level.map_err(|_| invalid(&key, "a number from 1 to 22"))?);
            }
            ("is_external", PropertyValue::Boolean(true)) => {}
            ("is_external", PropertyValue::Boolean(false)) => {
                return Err(QueryError::not_supported(
                    "is_external = false is for Iceberg tables, which are not written",
                ));
            }
            (text, PropertyValue::Text(value)) if is_text_property(text) => {
                self.texts.insert(key, value);
            }
            (name, _) if is_text_property(name) => {
                return Err(invalid(&key, "a string, such as format = 'PARQUET'"));
            }
            ("partitioned_by" | "bucketed_by" | "orc_bloom_filter_columns", _) => {
                return Err(invalid(&key, "an array of strings, such as ARRAY['dt']"));
            }
            ("bucket_count" | "orc_bloom_filter_fpp" | "compression_level", _) => {
                return Err(invalid(&key, "a number"));
            }
            ("is_external", _) => return Err(invalid(&key, "true or false")),
            (name, _) if ICEBERG_PROPERTIES.contains(&name) => {
                return Err(QueryError::not_supported(format!(
                    "the table property '{name}' is for tables of type ICEBERG, which are not written"
                )));
            }
            _ => {
                return Err(property_error(format!(
                    "table property '{key}' does not exist; there are format, write_compression, compression_level, field_delimiter, external_location, partitioned_by, bucketed_by and bucket_count"
                )));
            }
        }
        Ok(())
    }

    fn into_options(mut self) -> Result<CtasOptions> {
        if let Some(kind) = self.texts.get("table_type")
            && !kind.eq_ignore_ascii_case("HIVE")
        {
            return Err(QueryError::not_supported(format!(
                "tables of type {kind} are not written; table_type can be 'HIVE'"
            )));
        }
        let format_name = self
            .texts
            .get("format")
            .map_or("PARQUET", String::as_str)
            .to_ascii_uppercase();
        let codec = self.codec(&format_name)?;
        let field_delimiter = self
            .texts
            .get("field_delimiter")
            .map(|text| single_byte("field_delimiter", text))
            .transpose()?;
        let format = named_format(
            &format_name,
            WriteRequest {
                codec: codec.as_deref(),
                level: self.level,
                field_delimiter,
                bloom_filter_columns: &self.bloom_filter_columns,
                bloom_filter_false_positives: self.bloom_filter_false_positives,
            },
        )?;
        let buckets = match (self.bucketed_by, self.bucket_count) {
            (columns, None) if columns.is_empty() => None,
            (columns, Some(count)) if !columns.is_empty() => {
                once("bucketed_by", &columns)?;
                Some(CtasBuckets { columns, count })
            }
            _ => {
                return Err(property_error(
                    "bucketed_by and bucket_count must be specified together",
                ));
            }
        };
        once("partitioned_by", &self.partitioned_by)?;
        Ok(CtasOptions {
            format,
            external_location: self.texts.remove("external_location"),
            partitioned_by: self.partitioned_by,
            buckets,
        })
    }

    /// The compression's name, from `write_compression` or the older property of the format.
    fn codec(&self, format: &str) -> Result<Option<String>> {
        let mut codec = self.texts.get("write_compression").cloned();
        for (its_format, key) in COMPRESSION_BY_FORMAT {
            let Some(named) = self.texts.get(*key) else {
                continue;
            };
            if *its_format != format {
                return Err(property_error(format!(
                    "the table property '{key}' cannot be given with format {format}; use write_compression"
                )));
            }
            if codec.is_some() {
                return Err(property_error(format!(
                    "write_compression and {key} cannot both be given"
                )));
            }
            codec = Some(named.clone());
        }
        Ok(codec)
    }
}

fn is_text_property(key: &str) -> bool {
    matches!(
        key,
        "format" | "write_compression" | "field_delimiter" | "external_location" | "table_type"
    ) || COMPRESSION_BY_FORMAT.iter().any(|(_, name)| *name == key)
}

fn bucket_count(number: &str) -> Result<i32> {
    let count: Option<i32> = number.parse().ok();
    match count {
        Some(count)
            if count > 0 && u32::try_from(count).is_ok_and(|count| count <= BUCKETS_MAX) =>
        {
            Ok(count)
        }
        _ => Err(invalid(
            "bucket_count",
            &format!("greater than zero and no more than {BUCKETS_MAX}"),
        )),
    }
}

fn once(key: &str, names: &[String]) -> Result<()> {
    let repeated = names
        .iter()
        .enumerate()
        .find(|(index, name)| names.iter().take(*index).any(|earlier| earlier == *name));
    match repeated {
        None => Ok(()),
        Some((_, name)) => Err(property_error(format!(
            "the table property '{key}' names '{name}' more than once"
        ))),
    }
}

/// A delimiter: one byte.
pub(super) fn single_byte(key: &str, text: &str) -> Result<u8> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(invalid(key, "a single-byte character, such as ','")),
    }
}

fn invalid(key: &str, expected: &str) -> QueryError {
    property_error(format!("the table property '{key}' must be {expected}"))
}

fn property_error(message: impl Into<String>) -> QueryError {
    QueryError::new(ErrorCode::InvalidTableProperty, message)
}
