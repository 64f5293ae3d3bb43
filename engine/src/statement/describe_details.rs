//! What DESCRIBE tells beyond columns: FORMATTED as lines of labels and values, EXTENDED as Hive's Thrift text on one line.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use prismlake_catalog::{Column, StorageDescriptor, TableType};

use super::describe::{Described, heading};
use super::text_rows::padded;

/// How Java prints a moment: `Thu Apr 23 02:55:21 UTC 2020`.
const JAVA_DATE: &str = "%a %b %d %H:%M:%S UTC %Y";

/// The lines of FORMATTED.
pub(super) fn formatted(described: &Described) -> Vec<String> {
    let (table, descriptor) = (&described.table, described.descriptor());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut lines = vec![heading("")];
    let parameters = if let Some(partition) = &described.partition {
        lines.push(heading("# Detailed Partition Information"));
        lines.push(entry(
            "Partition Value:",
            &bracketed(partition.values.iter().cloned()),
        ));
        lines.push(entry("Database:", described.name.database.as_str()));
        lines.push(entry("Table:", described.name.table()));
        lines.push(entry("CreateTime:", &moment(partition.creation_time)));
        lines.push(entry("LastAccessTime:", &moment(None)));
        lines.push(entry("Protect Mode:", "None"));
        lines.push(entry("Location:", &text(&descriptor.location)));
        lines.push(heading("Partition Parameters:"));
        &partition.parameters
    } else {
        lines.push(heading("# Detailed Table Information"));
        lines.push(entry("Database:", described.name.database.as_str()));
        lines.push(entry("Owner:", &text(&table.owner)));
        lines.push(entry("CreateTime:", &moment(table.create_time)));
        lines.push(entry("LastAccessTime:", &moment(table.last_access_time)));
        lines.push(entry("Protect Mode:", "None"));
        lines.push(entry("Retention:", &table.retention.to_string()));
        if table.table_type != TableType::VirtualView {
            lines.push(entry("Location:", &text(&descriptor.location)));
        }
        lines.push(entry("Table Type:", type_name(table.table_type)));
        lines.push(heading("Table Parameters:"));
        &table.parameters
    };
    lines.extend(properties(parameters));
    lines.extend(storage(descriptor));
    if table.table_type == TableType::VirtualView {
        lines.push(heading(""));
        lines.push(heading("# View Information"));
        let one_line = |text: &Option<String>| text.clone().unwrap_or_default().replace('\n', " ");
        lines.push(entry(
            "View Original Text:",
            &one_line(&table.view_original_text),
        ));
        lines.push(entry(
            "View Expanded Text:",
            &one_line(&table.view_expanded_text),
        ));
    }
    lines
}

fn storage(descriptor: &StorageDescriptor) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let sorted = descriptor
        .sort_columns
        .iter()
        .map(|sort| format!("Order(col:{}, order:{})", sort.column, sort.sort_order));
    let mut lines = vec![
        heading(""),
        heading("# Storage Information"),
        entry(
            "SerDe Library:",
            &text(&descriptor.serde_info.serialization_library),
        ),
        entry("InputFormat:", &text(&descriptor.input_format)),
        entry("OutputFormat:", &text(&descriptor.output_format)),
        entry(
            "Compressed:",
            if descriptor.compressed { "Yes" } else { "No" },
        ),
        entry("Num Buckets:", &descriptor.number_of_buckets.to_string()),
        entry(
            "Bucket Columns:",
            &bracketed(descriptor.bucket_columns.iter().cloned()),
        ),
        entry("Sort Columns:", &bracketed(sorted)),
        heading("Storage Desc Params:"),
    ];
    lines.extend(properties(&descriptor.serde_info.parameters));
    lines
}

/// A label and its value.
fn entry(label: &str, value: &str) -> String {
    format!("{}\t{}\t ", padded(label), padded(value))
}

/// Properties, one a line below their heading.
fn properties(properties: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    properties
        .iter()
        .map(|(key, value)| format!("\t{}\t{}", padded(key), padded(&value.replace('\n', "\\n"))))
}

fn moment(time: Option<DateTime<Utc>>) -> String {
    time.map_or_else(
        || "UNKNOWN".to_owned(),
        |time| time.format(JAVA_DATE).to_string(),
    )
}

/// A list as Java prints it.
fn bracketed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn type_name(table_type: TableType) -> &'static str {
    match table_type {
        TableType::ExternalTable => "EXTERNAL_TABLE",
        TableType::VirtualView => "VIRTUAL_VIEW",
        TableType::ManagedTable => "MANAGED_TABLE",
        TableType::Governed => "GOVERNED",
    }
}

/// The lines of EXTENDED.
pub(super) fn extended(described: &Described) -> Vec<String> {
    let table = &described.table;
    let seconds = |time: Option<DateTime<Utc>>| time.map_or(0, |time| time.timestamp());
    let descriptor = thrift_descriptor(described.descriptor());
    let name = &described.name;
    let (label, text) = if let Some(partition) = &described.partition {
        let text = format!(
            "Partition(values:{}, dbName:{}, tableName:{}, createTime:{}, lastAccessTime:0, sd:{descriptor}, parameters:{})",
            bracketed(partition.values.iter().cloned()),
            name.database,
            name.table(),
            seconds(partition.creation_time),
            thrift_properties(&partition.parameters),
        );
        ("Detailed Partition Information", text)
    } else {
        let text = format!(
            "Table(tableName:{}, dbName:{}, owner:{}, createTime:{}, lastAccessTime:{}, retention:{}, sd:{descriptor}, partitionKeys:{}, parameters:{}, viewOriginalText:{}, viewExpandedText:{}, tableType:{})",
            name.table(),
            name.database,
            or_null(table.owner.as_ref()),
            seconds(table.create_time),
            seconds(table.last_access_time),
            table.retention,
            thrift_columns(&table.partition_keys),
            thrift_properties(&table.parameters),
            or_null(table.view_original_text.as_ref()),
            or_null(table.view_expanded_text.as_ref()),
            type_name(table.table_type),
        );
        ("Detailed Table Information", text)
    };
    let text = text.replace(['\n', '\r', '\t'], " ");
    vec![heading(""), format!("{}\t{text}\t ", padded(label))]
}

fn or_null(text: Option<&String>) -> &str {
    text.map_or("null", String::as_str)
}

fn thrift_columns(columns: &[Column]) -> String {
    bracketed(columns.iter().map(|column| {
        format!(
            "FieldSchema(name:{}, type:{}, comment:{})",
            column.name,
            column.type_text(),
            or_null(column.comment.as_ref())
        )
    }))
}

fn thrift_properties(properties: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

fn thrift_descriptor(descriptor: &StorageDescriptor) -> String {
    let sorted = descriptor
        .sort_columns
        .iter()
        .map(|sort| format!("Order(col:{}, order:{})", sort.column, sort.sort_order));
    format!(
        "StorageDescriptor(cols:{}, location:{}, inputFormat:{}, outputFormat:{}, compressed:{}, numBuckets:{}, serdeInfo:SerDeInfo(name:{}, serializationLib:{}, parameters:{}), bucketCols:{}, sortCols:{}, parameters:{}, skewedInfo:SkewedInfo(skewedColNames:[], skewedColValues:[], skewedColValueLocationMaps:{{}}), storedAsSubDirectories:{})",
        thrift_columns(&descriptor.columns),
        or_null(descriptor.location.as_ref()),
        or_null(descriptor.input_format.as_ref()),
        or_null(descriptor.output_format.as_ref()),
        descriptor.compressed,
        descriptor.number_of_buckets,
        or_null(descriptor.serde_info.name.as_ref()),
        or_null(descriptor.serde_info.serialization_library.as_ref()),
        thrift_properties(&descriptor.serde_info.parameters),
        bracketed(descriptor.bucket_columns.iter().cloned()),
        bracketed(sorted),
        thrift_properties(&descriptor.parameters),
        descriptor.stored_as_sub_directories,
    )
}
