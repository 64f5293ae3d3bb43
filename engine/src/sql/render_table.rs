//! Prints a table's DDL in the layout of Athena's SHOW CREATE TABLE, so that parsing it gives the same table.

use std::fmt::Write;

use super::statement::TableReference;
use super::storage_format::{FROM_DESERIALIZER, LAZY_SIMPLE_SERDE, tells_columns};
use super::table_definition::{ColumnDefinition, CreateExternalTable};

/// The SerDe's property that Hive gives every table.
pub const DEFAULT_SERIALIZATION_FORMAT: (&str, &str) = ("serialization.format", "1");

/// The clauses of `ROW FORMAT DELIMITED` and the properties that they set, in Hive's order.
const DELIMITERS: &[(&str, &str)] = &[
    ("FIELDS TERMINATED BY", "field.delim"),
    ("ESCAPED BY", "escape.delim"),
    ("COLLECTION ITEMS TERMINATED BY", "collection.delim"),
    ("MAP KEYS TERMINATED BY", "mapkey.delim"),
    ("LINES TERMINATED BY", "line.delim"),
    ("NULL DEFINED AS", "serialization.null.format"),
];

/// The DDL of a table.
pub fn render_table(table: &CreateExternalTable) -> String {
    let mut ddl = String::new();
    // Writing to a String cannot fail.
    let _ = write_table(&mut ddl, table);
    ddl
}

fn write_table(ddl: &mut String, table: &CreateExternalTable) -> std::fmt::Result {
    let name = table_name(&table.table);
    write!(ddl, "CREATE EXTERNAL TABLE {name}")?;
    if !table.columns.is_empty() {
        write!(
            ddl,
            "(\n{})",
            columns(&table.columns, missing_comment(table))
        )?;
    }
    ddl.push('\n');
    if let Some(comment) = &table.comment {
        writeln!(ddl, "COMMENT {}", quoted_text(comment))?;
    }
    if !table.partition_keys.is_empty() {
        writeln!(
            ddl,
            "PARTITIONED BY ( \n{})",
            columns(&table.partition_keys, "")
        )?;
    }
    write_buckets(ddl, table)?;
    write_row_format(ddl, table)?;
    if let (Some(input), Some(output)) = (&table.classes.input_format, &table.classes.output_format)
    {
        writeln!(
            ddl,
            "STORED AS INPUTFORMAT \n  {} \nOUTPUTFORMAT \n  {}",
            quoted_text(input),
            quoted_text(output)
        )?;
    }
    if let Some(location) = &table.location {
        writeln!(ddl, "LOCATION\n  {}", quoted_text(location))?;
    }
    if !table.properties.is_empty() {
        writeln!(ddl, "TBLPROPERTIES (\n{})", properties(&table.properties))?;
    }
    ddl.truncate(ddl.trim_end().len());
    Ok(())
}

/// Hive quotes the name as a whole, and as it was written in the statement. A dot within a part would be read as one between.
fn table_name(table: &TableReference) -> String {
    match &table.database {
        Some(database) if database.contains('.') || table.table.contains('.') => {
            format!("{}.{}", quoted_name(database), quoted_name(&table.table))
        }
        Some(database) => quoted_name(&format!("{database}.{}", table.table)),
        None => quoted_name(&table.table),
    }
}

/// What stands for the comment of a column that has none.
fn missing_comment(table: &CreateExternalTable) -> &'static str {
    if tells_columns(table.classes.serde.as_deref()) {
        FROM_DESERIALIZER
    } else {
        ""
    }
}

fn write_buckets(ddl: &mut String, table: &CreateExternalTable) -> std::fmt::Result {
    let Some(buckets) = table.buckets else {
        return Ok(());
    };
    let columns: Vec<String> = table
        .bucket_columns
        .iter()
        .map(|name| bare_name(name))
        .collect();
    writeln!(ddl, "CLUSTERED BY ( \n  {}) ", columns.join(", \n  "))?;
    if !table.sort_columns.is_empty() {
        let sorted: Vec<String> = table
            .sort_columns
            .iter()
            .map(|sort| {
                let direction = if sort.descending { "DESC" } else { "ASC" };
                format!("{} {direction}", bare_name(&sort.column))
            })
            .collect();
        writeln!(ddl, "SORTED BY ( \n  {}) ", sorted.join(", \n  "))?;
    }
    writeln!(ddl, "INTO {buckets} BUCKETS")
}

/// Hive leaves these names bare; those that would not be read again are quoted all the same.
fn bare_name(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain {
        name.to_owned()
    } else {
        quoted_name(name)
    }
}

/// `ROW FORMAT`: in Hive's shorthand where LazySimpleSerDe has nothing but delimiters.
fn write_row_format(ddl: &mut String, table: &CreateExternalTable) -> std::fmt::Result {
    let Some(serde) = &table.classes.serde else {
        return Ok(());
    };
    if let Some(clauses) = delimiters(serde, &table.serde_properties) {
        writeln!(ddl, "ROW FORMAT DELIMITED ")?;
        for (clause, delimiter) in clauses {
            writeln!(ddl, "  {clause} {} ", quoted_text(delimiter))?;
        }
        return Ok(());
    }
    writeln!(ddl, "ROW FORMAT SERDE \n  {} ", quoted_text(serde))?;
    // Hive leaves its own default out.
    let shown: Vec<(String, String)> = table
        .serde_properties
        .iter()
        .filter(|(key, value)| (key.as_str(), value.as_str()) != DEFAULT_SERIALIZATION_FORMAT)
        .cloned()
        .collect();
    if !shown.is_empty() {
        writeln!(ddl, "WITH SERDEPROPERTIES ( \n{}) ", properties(&shown))?;
    }
    Ok(())
}

/// The clauses of `ROW FORMAT DELIMITED` that declare the same; `None` where something else is set.
fn delimiters<'a>(
    serde: &str,
    properties: &'a [(String, String)],
) -> Option<Vec<(&'static str, &'a str)>> {
    let get = |wanted: &str| {
        properties
            .iter()
            .find(|(key, _)| key == wanted)
            .map(|(_, value)| value.as_str())
    };
    let field = get("field.delim").filter(|_| serde == LAZY_SIMPLE_SERDE)?;
    if get("serialization.format").is_some_and(|format| format != field) {
        return None;
    }
    let mut clauses = Vec::new();
    for (clause, key) in DELIMITERS {
        if let Some(delimiter) = get(key) {
            clauses.push((*clause, delimiter));
        }
    }
    let formats = usize::from(get("serialization.format").is_some());
    (clauses.len() + formats == properties.len()).then_some(clauses)
}

fn columns(columns: &[ColumnDefinition], missing_comment: &str) -> String {
    let lines: Vec<String> = columns
        .iter()
        .map(|column| {
            format!(
                "  {} {} COMMENT {}",
                quoted_name(&column.name),
                column.hive_type,
                quoted_text(column.comment.as_deref().unwrap_or(missing_comment))
            )
        })
        .collect();
    lines.join(", \n")
}

fn properties(properties: &[(String, String)]) -> String {
    let lines: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("  {}={}", quoted_text(key), quoted_text(value)))
        .collect();
    lines.join(", \n")
}

/// A name in backticks.
fn quoted_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A Hive string: quotes, backslashes and control characters are escaped.
fn quoted_text(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}
