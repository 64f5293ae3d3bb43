//! DESCRIBE: a table's columns, its keys again under a heading, and its storage when asked.

use prismlake_catalog::Column;

use super::table_ddl::require_table;
use super::text_rows;
use crate::error::Result;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::TableReference;

pub(super) async fn execute(
    context: &QueryContext,
    table: &TableReference,
    formatted: bool,
) -> Result<StartedStatement> {
    let (name, table) = require_table(context, table).await?;
    let mut rows: Vec<[String; 3]> = Vec::new();
    let heading = |text: &str| [text.to_owned(), String::new(), String::new()];
    let value = |label: &str, value: String| [label.to_owned(), value, String::new()];
    rows.extend(
        table
            .storage_descriptor
            .columns
            .iter()
            .chain(&table.partition_keys)
            .map(described),
    );
    if !table.partition_keys.is_empty() {
        rows.push(heading(""));
        rows.push(heading("# Partition Information"));
        rows.push(["# col_name", "data_type", "comment"].map(str::to_owned));
        rows.push(heading(""));
        rows.extend(table.partition_keys.iter().map(described));
    }
    if formatted {
        let storage = &table.storage_descriptor;
        rows.push(heading(""));
        rows.push(heading("# Detailed Table Information"));
        rows.push(value("Database:", name.database.to_string()));
        rows.push(value("Owner:", table.owner.clone().unwrap_or_default()));
        let created = table.create_time.map(|time| time.to_rfc3339());
        rows.push(value("CreateTime:", created.unwrap_or_default()));
        rows.push(value("Retention:", table.retention.to_string()));
        rows.push(value(
            "Location:",
            storage.location.clone().unwrap_or_default(),
        ));
        rows.push(value("Table Type:", "EXTERNAL_TABLE".to_owned()));
        rows.push(heading("Table Parameters:"));
        rows.extend(
            table
                .parameters
                .iter()
                .map(|(key, text)| [String::new(), key.clone(), text.clone()]),
        );
        rows.push(heading(""));
        rows.push(heading("# Storage Information"));
        let class = |class: &Option<String>| class.clone().unwrap_or_default();
        rows.push(value(
            "SerDe Library:",
            class(&storage.serde_info.serialization_library),
        ));
        rows.push(value("InputFormat:", class(&storage.input_format)));
        rows.push(value("OutputFormat:", class(&storage.output_format)));
        rows.push(value(
            "Compressed:",
            if storage.compressed { "Yes" } else { "No" }.to_owned(),
        ));
        rows.push(value("Num Buckets:", storage.number_of_buckets.to_string()));
        rows.push(value(
            "Bucket Columns:",
            format!("{:?}", storage.bucket_columns),
        ));
        rows.push(heading("Storage Desc Params:"));
        rows.extend(
            storage
                .serde_info
                .parameters
                .iter()
                .map(|(key, text)| [String::new(), key.clone(), text.clone()]),
        );
    }
    text_rows::columns(["col_name", "data_type", "comment"], rows)
}

fn described(column: &Column) -> [String; 3] {
    [
        column.name.clone(),
        column.type_text().to_owned(),
        column.comment.clone().unwrap_or_default(),
    ]
}
