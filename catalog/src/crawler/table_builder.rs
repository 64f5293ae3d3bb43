//! Makes Glue's tables and partitions of what a crawler found.

use std::collections::BTreeMap;

use super::names::{column_name, unique_column_names};
use super::schema::{FileFormat, FileSchema};
use crate::model::{Column, SerDeInfo, StorageDescriptor};

/// What is summed up over a table's or a partition's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileTotals {
    /// Objects.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows, as far as they are known or told by the size of those seen.
    pub rows: u64,
}

impl FileTotals {
    /// Adds other files.
    pub fn add(&mut self, other: FileTotals) {
        self.objects = self.objects.saturating_add(other.objects);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.rows = self.rows.saturating_add(other.rows);
    }
}

/// The columns of files, by names that a table can have.
pub fn table_columns(schema: &FileSchema) -> Vec<Column> {
    let raw = schema.columns.iter().map(|(name, _)| match &schema.format {
        // Readers look for these in the file, whatever the case.
        FileFormat::Parquet | FileFormat::Orc | FileFormat::Avro(_) => name.to_lowercase(),
        _ => column_name(name),
    });
    let names = unique_column_names(raw.collect());
    names
        .into_iter()
        .zip(&schema.columns)
        .map(|(name, (_, found))| Column {
            name,
            type_text: Some(found.hive_text()),
            comment: None,
            parameters: BTreeMap::new(),
        })
        .collect()
}

/// What Glue's crawler writes into the parameters of tables, partitions and their descriptors.
pub fn parameters(
    schema: &FileSchema,
    totals: FileTotals,
    crawler: &str,
    exclusions: &[String],
) -> BTreeMap<String, String> {
    let mut parameters = shared_parameters(schema, crawler, exclusions);
    parameters.extend(total_parameters(totals));
    parameters
}

/// The parameters that depend on how many files there are and how large.
pub fn total_parameters(totals: FileTotals) -> [(String, String); 4] {
    let average = totals.bytes.checked_div(totals.rows).unwrap_or(0);
    [
        ("averageRecordSize", average),
        ("objectCount", totals.objects),
        ("recordCount", totals.rows),
        ("sizeKey", totals.bytes),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_string()))
}

/// The parameters that partitions share.
pub fn shared_parameters(
    schema: &FileSchema,
    crawler: &str,
    exclusions: &[String],
) -> BTreeMap<String, String> {
    let mut found: Vec<(&str, String)> = vec![
        ("CrawlerSchemaDeserializerVersion", "1.0".to_owned()),
        ("CrawlerSchemaSerializerVersion", "1.0".to_owned()),
        ("UPDATED_BY_CRAWLER", crawler.to_owned()),
        ("classification", schema.format.classification().to_owned()),
        ("compressionType", schema.compression.clone()),
        ("typeOfData", "file".to_owned()),
    ];
    if !exclusions.is_empty()
        && let Ok(text) = serde_json::to_string(exclusions)
    {
        found.push(("exclusions", text));
    }
    match &schema.format {
        FileFormat::Delimited {
            delimiter,
            quote,
            has_header,
            ..
        } => {
            found.push(("delimiter", delimiter.to_string()));
            found.push(("columnsOrdered", "true".to_owned()));
            found.push(("areColumnsQuoted", quote.is_some().to_string()));
            if *has_header {
                found.push(("skip.header.line.count", "1".to_owned()));
            }
        }
        FileFormat::Json {
            json_path: Some(path),
            ..
        } => found.push(("jsonPath", path.clone())),
        FileFormat::Avro(Some(literal)) => {
            found.push(("avro.schema.literal", literal.clone()));
        }
        FileFormat::Grok { pattern, .. } => found.push(("grokPattern", pattern.clone())),
        FileFormat::Xml {
            row_tag: Some(tag), ..
        } => found.push(("rowTag", tag.clone())),
        _ => {}
    }
    found
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

/// How files of this schema are read, with these columns. Location and parameters are left open.
pub fn storage_descriptor(schema: &FileSchema, columns: Vec<Column>) -> StorageDescriptor {
    let (input, output, library) = classes(&schema.format, &columns);
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    StorageDescriptor {
        serde_info: SerDeInfo {
            name: None,
            serialization_library: optional(library),
            parameters: serde_parameters(schema, &columns, library),
        },
        columns,
        input_format: optional(input),
        output_format: optional(output),
        number_of_buckets: -1,
        compressed: schema.compression != "none",
        ..StorageDescriptor::default()
    }
}

const LAZY_SIMPLE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
const OPEN_CSV: &str = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

/// Input format, output format, SerDe.
fn classes(format: &FileFormat, columns: &[Column]) -> (&'static str, &'static str, &'static str) {
    match format {
        FileFormat::Parquet => (
            "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        ),
        FileFormat::Orc => (
            "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
            "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
            "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        ),
        FileFormat::Avro(_) => (
            "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
            "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
            "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        ),
        FileFormat::Json { .. } => (
            TEXT_INPUT,
            TEXT_OUTPUT,
            "org.openx.data.jsonserde.JsonSerDe",
        ),
        FileFormat::Delimited { quote, serde, .. } => {
            // Quotes that LazySimpleSerDe would leave in the values are what users of Glue's crawler complain of.
            let asks_for = |name: &str| serde.as_deref() == Some(name);
            let has_nested = columns
                .iter()
                .any(|column| column.type_text().contains('<'));
            let csv = asks_for("OpenCSVSerDe")
                || (quote.is_some() && !asks_for("LazySimpleSerDe") && !has_nested);
            (
                TEXT_INPUT,
                TEXT_OUTPUT,
                if csv { OPEN_CSV } else { LAZY_SIMPLE },
            )
        }
        FileFormat::Grok { .. } => (
            TEXT_INPUT,
            TEXT_OUTPUT,
            "com.amazonaws.glue.serde.GrokSerDe",
        ),
        FileFormat::Ion => (
            "com.amazon.ionhiveserde.formats.IonInputFormat",
            "com.amazon.ionhiveserde.formats.IonOutputFormat",
            "com.amazon.ionhiveserde.IonHiveSerDe",
        ),
        FileFormat::Xml { .. } | FileFormat::Unknown => ("", "", ""),
    }
}

fn serde_parameters(
    schema: &FileSchema,
    columns: &[Column],
    library: &str,
) -> BTreeMap<String, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut set = |key: &str, value: &str| found.push((key.to_owned(), value.to_owned()));
    match &schema.format {
        FileFormat::Parquet | FileFormat::Orc => set("serialization.format", "1"),
        FileFormat::Avro(literal) => {
            set("serialization.format", "1");
            if let Some(literal) = literal {
                set("avro.schema.literal", literal);
            }
        }
        FileFormat::Json { paths, .. } => {
            let mut sorted = paths.clone();
            sorted.sort();
            set("paths", &sorted.join(","));
            for (raw, _) in &schema.columns {
                let name = column_name(raw);
                // A column bears its key's name in lower case, or is told which key it is.
                if raw.to_lowercase() != name && columns.iter().any(|column| column.name == name) {
                    set(&format!("mapping.{name}"), raw);
                }
            }
        }
        FileFormat::Delimited {
            delimiter,
            quote,
            escape,
            ..
        } if library == OPEN_CSV => {
            set("serialization.format", "1");
            set("separatorChar", &delimiter.to_string());
            let quote = quote.unwrap_or('"').to_string();
            set("quoteChar", &quote);
            // A quote within quotes is doubled, unless something else was seen before it.
            set(
                "escapeChar",
                &escape.map_or(quote, |escape| escape.to_string()),
            );
            // An empty field is no number.
            if columns.iter().any(|column| column.type_text() != "string") {
                set("serialization.null.format", "");
            }
        }
        FileFormat::Delimited {
            delimiter, escape, ..
        } => {
            set("field.delim", &delimiter.to_string());
            if let Some(escape) = escape {
                set("escape.delim", &escape.to_string());
            }
            // With any format asked for, timestamps of ISO 8601 are read beside Hive's own.
            if columns
                .iter()
                .any(|column| column.type_text() == "timestamp")
            {
                set("timestamp.formats", "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
            }
        }
        FileFormat::Grok {
            pattern,
            custom_patterns,
            ..
        } => {
            set("input.format", pattern);
            if !custom_patterns.is_empty() {
                set("input.grokCustomPatterns", custom_patterns);
            }
        }
        FileFormat::Ion | FileFormat::Xml { .. } | FileFormat::Unknown => {}
    }
    found.into_iter().collect()
}
