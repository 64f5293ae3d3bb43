//! Prints a table's DDL in the layout of Athena's SHOW CREATE TABLE, so that parsing it gives the same table.

use std::fmt::Write;

use super::table_definition::{ColumnDefinition, CreateExternalTable};

/// The DDL of a table.
pub fn render_table(table: &CreateExternalTable) -> String {
    let mut ddl = String::new();
    // Writing to a String cannot fail.
    let _ = write_table(&mut ddl, table);
    ddl
}

fn write_table(ddl: &mut String, table: &CreateExternalTable) -> std::fmt::Result {
    let name = match &table.table.database {
        Some(database) => format!(
            "{}.{}",
            quoted_name(database),
            quoted_name(&table.table.table)
        ),
        None => quoted_name(&table.table.table),
    };
    write!(ddl, "CREATE EXTERNAL TABLE {name}")?;
    if !table.columns.is_empty() {
        write!(ddl, "(\n{})", columns(&table.columns))?;
    }
    ddl.push('\n');
    if let Some(comment) = &table.comment {
        writeln!(ddl, "COMMENT {}", quoted_text(comment))?;
    }
    if !table.partition_keys.is_empty() {
        writeln!(
            ddl,
            "PARTITIONED BY ( \n{})",
            columns(&table.partition_keys)
        )?;
    }
    if let Some(buckets) = table.buckets {
        let names = |names: Vec<String>| names.join(", \n  ");
        writeln!(
            ddl,
            "CLUSTERED BY ( \n  {}) ",
            names(
                table
                    .bucket_columns
                    .iter()
                    .map(|name| quoted_name(name))
                    .collect()
            )
        )?;
        if !table.sort_columns.is_empty() {
            let sorted = table
                .sort_columns
                .iter()
                .map(|sort| {
                    let direction = if sort.descending { "DESC" } else { "ASC" };
                    format!("{} {direction}", quoted_name(&sort.column))
                })
                .collect();
            writeln!(ddl, "SORTED BY ( \n  {}) ", names(sorted))?;
        }
        writeln!(ddl, "INTO {buckets} BUCKETS")?;
    }
    if let Some(serde) = &table.classes.serde {
        writeln!(ddl, "ROW FORMAT SERDE \n  {} ", quoted_text(serde))?;
    }
    if !table.serde_properties.is_empty() {
        writeln!(
            ddl,
            "WITH SERDEPROPERTIES ( \n{}) ",
            properties(&table.serde_properties)
        )?;
    }
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

fn columns(columns: &[ColumnDefinition]) -> String {
    let lines: Vec<String> = columns
        .iter()
        .map(|column| {
            let comment = column.comment.as_ref().map_or_else(String::new, |comment| {
                format!(" COMMENT {}", quoted_text(comment))
            });
            format!(
                "  {} {}{comment}",
                quoted_name(&column.name),
                column.hive_type
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
