//! `ALTER TABLE`: its syntax tree and its parser.

use super::super::statement::{PartitionSpec, Statement, TableReference};
use super::super::table_definition::{ColumnDefinition, column};
use super::super::token_stream::TokenStream;
use super::partition_spec;
use crate::error::{ErrorCode, Result};

/// `ALTER TABLE` of columns, places and properties; partitions are added and dropped by statements of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterTable {
    /// The table.
    pub table: TableReference,
    /// The one partition that is changed, and not the table.
    pub partition: Option<PartitionSpec>,
    /// What changes.
    pub change: TableChange,
}

/// What `ALTER TABLE` changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableChange {
    /// `ADD COLUMNS (…)`
    AddColumns(Vec<ColumnDefinition>),
    /// `REPLACE COLUMNS (…)`
    ReplaceColumns(Vec<ColumnDefinition>),
    /// `CHANGE [COLUMN] name column [FIRST|AFTER other]`
    ChangeColumn {
        /// The column as it is called now.
        name: String,
        /// What it becomes.
        column: ColumnDefinition,
        /// Where it goes; it stays where it is if absent.
        place: Option<ColumnPlace>,
    },
    /// `RENAME TO PARTITION (…)`
    RenamePartition(PartitionSpec),
    /// `SET LOCATION '…'`
    SetLocation(String),
    /// `SET TBLPROPERTIES (…)`
    SetProperties(Vec<(String, String)>),
}

/// Where `CHANGE COLUMN` puts a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnPlace {
    /// Before all others.
    First,
    /// After this one.
    After(String),
}

impl AlterTable {
    /// The name by which clients know the statement.
    pub fn kind_name(&self) -> &'static str {
        match self.change {
            TableChange::AddColumns(_) => "ALTER_TABLE_ADD_COLUMNS",
            TableChange::ReplaceColumns(_) => "ALTER_TABLE_REPLACE_COLUMNS",
            TableChange::ChangeColumn { .. } => "ALTER_TABLE_CHANGE_COLUMN",
            TableChange::RenamePartition(_) => "ALTER_TABLE_RENAME_PARTITION",
            TableChange::SetLocation(_) => "ALTER_TABLE_SET_LOCATION",
            TableChange::SetProperties(_) => "ALTER_TABLE_SET_TBLPROPERTIES",
        }
    }
}

/// What Athena lists as unsupported, by the words after the table's name or partition.
const NOT_SUPPORTED: &[&[&str]] = &[
    &["RENAME", "TO"],
    &["RENAME", "COLUMN"],
    &["UNSET", "TBLPROPERTIES"],
    &["DROP", "COLUMN"],
    &["DROP", "COLUMNS"],
    &["ARCHIVE"],
    &["UNARCHIVE"],
    &["EXCHANGE"],
    &["TOUCH"],
    &["COMPACT"],
    &["CONCATENATE"],
    &["CLUSTERED"],
    &["SKEWED"],
    &["NOT"],
    &["INTO"],
    &["ENABLE"],
    &["DISABLE"],
    &["ADD", "CONSTRAINT"],
    &["DROP", "CONSTRAINT"],
    &["UPDATE", "STATISTICS"],
    &["UPDATE", "COLUMNS"],
    &["PARTITION", "COLUMN"],
    &["RECOVER", "PARTITIONS"],
    &["SET", "FILEFORMAT"],
    &["SET", "SERDEPROPERTIES"],
    &["SET", "SERDE"],
    &["SET", "SKEWED"],
    &["SET", "OWNER"],
    &["EXECUTE"],
];

/// What comes after `ALTER TABLE`.
pub(in crate::sql) fn parse(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    let table = tokens.table_reference()?;
    refuse_unsupported(tokens)?;
    if tokens.at(&["ADD", "IF"]) || tokens.at(&["ADD", "PARTITION"]) {
        return add_partitions(tokens, table);
    }
    if tokens.at(&["DROP", "IF"]) || tokens.at(&["DROP", "PARTITION"]) {
        return drop_partitions(tokens, table);
    }
    let partition = if tokens.take(&["PARTITION"]) {
        Some(partition_spec::values(tokens)?)
    } else {
        None
    };
    let change = if partition.is_some() && tokens.take(&["RENAME", "TO", "PARTITION"]) {
        TableChange::RenamePartition(partition_spec::values(tokens)?)
    } else {
        refuse_unsupported(tokens)?;
        table_change(tokens, partition.is_some())?
    };
    Ok(Statement::AlterTable(Box::new(AlterTable {
        table,
        partition,
        change,
    })))
}

fn table_change(tokens: &mut TokenStream<'_>, of_partition: bool) -> Result<TableChange> {
    let change = if tokens.take(&["ADD", "COLUMNS"]) {
        TableChange::AddColumns(tokens.list(column)?)
    } else if tokens.take(&["REPLACE", "COLUMNS"]) {
        TableChange::ReplaceColumns(tokens.list(column)?)
    } else if tokens.take(&["CHANGE"]) {
        tokens.take(&["COLUMN"]);
        change_column(tokens)?
    } else if tokens.take(&["SET", "LOCATION"]) {
        return Ok(TableChange::SetLocation(tokens.text_value()?));
    } else if !of_partition && tokens.take(&["SET", "TBLPROPERTIES"]) {
        return Ok(TableChange::SetProperties(tokens.properties()?));
    } else {
        return Err(tokens.mismatch(if of_partition {
            "ADD COLUMNS, REPLACE COLUMNS, CHANGE, RENAME TO PARTITION or SET LOCATION"
        } else {
            "ADD COLUMNS, REPLACE COLUMNS, CHANGE, ADD PARTITION, DROP PARTITION, PARTITION, SET LOCATION or SET TBLPROPERTIES"
        }));
    };
    if tokens.at(&["CASCADE"]) {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "CASCADE is not supported: partitions keep their own columns; change them with ALTER TABLE … PARTITION (…)",
        ));
    }
    tokens.take(&["RESTRICT"]);
    Ok(change)
}

fn change_column(tokens: &mut TokenStream<'_>) -> Result<TableChange> {
    let name = tokens.name()?.to_lowercase();
    let column = column(tokens)?;
    let place = if tokens.take(&["FIRST"]) {
        Some(ColumnPlace::First)
    } else if tokens.take(&["AFTER"]) {
        Some(ColumnPlace::After(tokens.name()?.to_lowercase()))
    } else {
        None
    };
    Ok(TableChange::ChangeColumn {
        name,
        column,
        place,
    })
}

fn refuse_unsupported(tokens: &TokenStream<'_>) -> Result<()> {
    match NOT_SUPPORTED.iter().find(|words| tokens.at(words)) {
        None => Ok(()),
        Some(words) => Err(tokens.error(
            ErrorCode::NotSupported,
            format!("ALTER TABLE … {} is not supported", words.join(" ")),
        )),
    }
}

fn add_partitions(tokens: &mut TokenStream<'_>, table: TableReference) -> Result<Statement> {
    tokens.expect(&["ADD"])?;
    let if_not_exists = tokens.if_not_exists();
    let mut partitions = Vec::new();
    while tokens.take(&["PARTITION"]) {
        let spec = partition_spec::values(tokens)?;
        let location = if tokens.take(&["LOCATION"]) {
            Some(tokens.text_value()?)
        } else {
            None
        };
        partitions.push((spec, location));
    }
    if partitions.is_empty() {
        return Err(tokens.mismatch("'PARTITION'"));
    }
    Ok(Statement::AddPartitions {
        table,
        if_not_exists,
        partitions,
    })
}

fn drop_partitions(tokens: &mut TokenStream<'_>, table: TableReference) -> Result<Statement> {
    tokens.expect(&["DROP"])?;
    let if_exists = tokens.if_exists();
    let mut partitions = Vec::new();
    loop {
        tokens.expect(&["PARTITION"])?;
        partitions.push(partition_spec::conditions(tokens)?);
        if !tokens.take_symbol(",") {
            break;
        }
    }
    tokens.take(&["PURGE"]);
    Ok(Statement::DropPartitions {
        table,
        if_exists,
        partitions,
    })
}
