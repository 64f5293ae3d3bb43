//! DESCRIBE: a table's columns, its keys again under a heading, and what else is known of it when asked, in Hive's lines.

use prismlake_catalog::{Column, Partition, StorageDescriptor, Table, TableName};

use super::alter_partitions::require_partition;
use super::table_ddl::require_table;
use super::text_rows::{self, padded};
use super::{describe_column, describe_details};
use crate::error::Result;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::storage_format::{FROM_DESERIALIZER, tells_columns};
use crate::sql::{Describe, DescribeStyle};

/// The columns that every line holds.
const COLUMNS: &[&str] = &["col_name", "data_type", "comment"];

/// What is described: a table, or one of its partitions.
pub(super) struct Described {
    pub(super) name: TableName,
    pub(super) table: Table,
    pub(super) partition: Option<Partition>,
}

impl Described {
    /// Where and how the rows are stored.
    pub(super) fn descriptor(&self) -> &StorageDescriptor {
        match &self.partition {
            Some(partition) => &partition.storage_descriptor,
            None => &self.table.storage_descriptor,
        }
    }
}

pub(super) async fn execute(
    context: &QueryContext,
    statement: Describe,
) -> Result<StartedStatement> {
    let (name, table) = require_table(context, &statement.table).await?;
    let partition = match &statement.partition {
        Some(spec) => Some(require_partition(context, &name, &table, spec).await?),
        None => None,
    };
    let described = Described {
        name,
        table,
        partition,
    };
    let lines = if statement.column.is_empty() {
        table_lines(&described, statement.style)
    } else {
        describe_column::lines(&described, &statement.column)?
    };
    text_rows::lines(COLUMNS, lines)
}

fn table_lines(described: &Described, style: DescribeStyle) -> Vec<String> {
    let descriptor = described.descriptor();
    let keys = &described.table.partition_keys;
    let serde = descriptor.serde_info.serialization_library.as_deref();
    let missing_comment = if tells_columns(serde) {
        FROM_DESERIALIZER
    } else {
        ""
    };
    let key_lines = || keys.iter().map(|key| column_line(key, ""));
    let mut lines: Vec<String> = descriptor
        .columns
        .iter()
        .map(|column| column_line(column, missing_comment))
        .chain(key_lines())
        .collect();
    if !keys.is_empty() {
        lines.push(heading(""));
        lines.push(heading("# Partition Information"));
        lines.push(format!("# {}", line("col_name", "data_type", "comment")));
        lines.push(heading(""));
        lines.extend(key_lines());
    }
    match style {
        DescribeStyle::Columns => {}
        DescribeStyle::Formatted => lines.extend(describe_details::formatted(described)),
        DescribeStyle::Extended => lines.extend(describe_details::extended(described)),
    }
    lines
}

fn column_line(column: &Column, missing_comment: &str) -> String {
    let comment = column
        .comment
        .as_deref()
        .filter(|comment| !comment.is_empty())
        .unwrap_or(missing_comment);
    line(&column.name, column.type_text(), comment)
}

/// Three columns.
pub(super) fn line(name: &str, value: &str, comment: &str) -> String {
    // A line break within a comment would end the line; Hive goes on with it below, which no client reads.
    let comment = comment.replace(['\n', '\r'], " ");
    format!("{}\t{}\t{}", padded(name), padded(value), padded(&comment))
}

/// A line with text in its first column alone. Hive writes a blank for a column that is not there.
pub(super) fn heading(text: &str) -> String {
    format!("{text}\t \t ")
}
