//! `CREATE EXTERNAL TABLE`: a table as its DDL declares it, and the parser of that DDL.

use prismlake_catalog::hive_type::HiveType;

use super::hive::table_checks;
use super::lexer::TokenKind;
use super::statement::TableReference;
use super::storage_format::{self, FROM_DESERIALIZER, StorageClasses, tells_columns};
use super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// Its name, lower case.
    pub name: String,
    /// Its type.
    pub hive_type: HiveType,
    /// Its comment.
    pub comment: Option<String>,
}

/// One column of `SORTED BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortOrder {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// A table as `CREATE EXTERNAL TABLE` declares it. Shorthands are resolved: classes are always named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateExternalTable {
    /// The table's name.
    pub table: TableReference,
    /// Do nothing if it exists.
    pub if_not_exists: bool,
    /// The columns of its files.
    pub columns: Vec<ColumnDefinition>,
    /// The table's comment.
    pub comment: Option<String>,
    /// The keys of its partitions.
    pub partition_keys: Vec<ColumnDefinition>,
    /// `CLUSTERED BY`
    pub bucket_columns: Vec<String>,
    /// `SORTED BY`
    pub sort_columns: Vec<SortOrder>,
    /// `INTO n BUCKETS`
    pub buckets: Option<u32>,
    /// SerDe, input and output format.
    pub classes: StorageClasses,
    /// `WITH SERDEPROPERTIES` and what `ROW FORMAT DELIMITED` stands for, sorted by key.
    pub serde_properties: Vec<(String, String)>,
    /// Where its files lie.
    pub location: Option<String>,
    /// `TBLPROPERTIES`, sorted by key.
    pub properties: Vec<(String, String)>,
}

/// Parses what follows `CREATE EXTERNAL TABLE`.
pub(super) fn parse(tokens: &mut TokenStream<'_>) -> Result<CreateExternalTable> {
    let if_not_exists = tokens.if_not_exists();
    let table = tokens.table_reference()?;
    if tokens.at(&["LIKE"]) {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "CREATE TABLE LIKE is not supported; write the columns, or use CREATE TABLE … AS",
        ));
    }
    let columns = if tokens.at_symbol("(") {
        tokens.list(column)?
    } else {
        Vec::new()
    };
    let mut clauses = Clauses::default();
    while clauses.read_next(tokens)? {}
    tokens.end()?;
    clauses.into_table(table, if_not_exists, columns)
}

/// `name type [COMMENT '…']`.
pub(super) fn column(tokens: &mut TokenStream<'_>) -> Result<ColumnDefinition> {
    let name = tokens.name()?.to_lowercase();
    let hive_type = tokens.hive_type()?;
    let comment = if tokens.take(&["COMMENT"]) {
        Some(tokens.text_value()?).filter(|comment| !comment.is_empty())
    } else {
        None
    };
    Ok(ColumnDefinition {
        name,
        hive_type,
        comment,
    })
}

/// Trino's bound: the bucket's number has six digits in the names of files.
pub const BUCKETS_MAX: u32 = 1_000_000;

/// The clauses after the columns, which may come in any order.
#[derive(Default)]
struct Clauses {
    comment: Option<String>,
    partition_keys: Vec<ColumnDefinition>,
    bucket_columns: Vec<String>,
    sort_columns: Vec<SortOrder>,
    buckets: Option<u32>,
    serde: Option<String>,
    delimited: bool,
    serde_properties: Vec<(String, String)>,
    stored_as: Option<StorageClasses>,
    location: Option<String>,
    properties: Vec<(String, String)>,
}

impl Clauses {
    /// Reads one clause; false when there is none.
    fn read_next(&mut self, tokens: &mut TokenStream<'_>) -> Result<bool> {
        if tokens.take(&["COMMENT"]) {
            self.comment = Some(tokens.text_value()?);
        } else if tokens.take(&["PARTITIONED", "BY"]) {
            self.partition_keys = tokens.list(column)?;
        } else if tokens.take(&["CLUSTERED", "BY"]) {
            self.read_buckets(tokens)?;
        } else if tokens.take(&["ROW", "FORMAT", "SERDE"]) {
            self.serde = Some(tokens.text_value()?);
        } else if tokens.take(&["ROW", "FORMAT", "DELIMITED"]) {
            self.delimited = true;
            self.read_delimiters(tokens)?;
        } else if tokens.take(&["WITH", "SERDEPROPERTIES"]) {
            let properties = tokens.properties()?;
            self.serde_properties.extend(properties);
        } else if tokens.take(&["STORED", "AS"]) {
            self.stored_as = Some(stored_as(tokens)?);
        } else if tokens.take(&["LOCATION"]) {
            self.location = Some(tokens.text_value()?);
        } else if tokens.take(&["TBLPROPERTIES"]) {
            self.properties = tokens.properties()?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn read_buckets(&mut self, tokens: &mut TokenStream<'_>) -> Result<()> {
        self.bucket_columns = tokens.list(|tokens| Ok(tokens.name()?.to_lowercase()))?;
        if tokens.take(&["SORTED", "BY"]) {
            self.sort_columns = tokens.list(|tokens| {
                let column = tokens.name()?.to_lowercase();
                let descending = tokens.take(&["DESC"]);
                if !descending {
                    tokens.take(&["ASC"]);
                }
                Ok(SortOrder { column, descending })
            })?;
        }
        tokens.expect(&["INTO"])?;
        let wrong = tokens.mismatch(&format!("how many buckets, from 1 to {BUCKETS_MAX}"));
        self.buckets = match tokens.advance() {
            Some(TokenKind::Number(number)) => match number.parse() {
                Ok(buckets) if (1..=BUCKETS_MAX).contains(&buckets) => Some(buckets),
                _ => return Err(wrong),
            },
            _ => return Err(wrong),
        };
        tokens.expect(&["BUCKETS"])
    }

    fn read_delimiters(&mut self, tokens: &mut TokenStream<'_>) -> Result<()> {
        let mut set = |key: &str, value: &str| {
            self.serde_properties
                .push((key.to_owned(), value.to_owned()));
        };
        loop {
            if tokens.take(&["FIELDS", "TERMINATED", "BY"]) {
                let delimiter = tokens.text_value()?;
                set("field.delim", &delimiter);
                set("serialization.format", &delimiter);
            } else if tokens.take(&["ESCAPED", "BY"]) {
                set("escape.delim", &tokens.text_value()?);
            } else if tokens.take(&["COLLECTION", "ITEMS", "TERMINATED", "BY"]) {
                set("collection.delim", &tokens.text_value()?);
            } else if tokens.take(&["MAP", "KEYS", "TERMINATED", "BY"]) {
                set("mapkey.delim", &tokens.text_value()?);
            } else if tokens.take(&["LINES", "TERMINATED", "BY"]) {
                set("line.delim", &tokens.text_value()?);
            } else if tokens.take(&["NULL", "DEFINED", "AS"]) {
                set("serialization.null.format", &tokens.text_value()?);
            } else {
                return Ok(());
            }
        }
    }

    fn into_table(
        self,
        table: TableReference,
        if_not_exists: bool,
        columns: Vec<ColumnDefinition>,
    ) -> Result<CreateExternalTable> {
        self.check(&columns)?;
        let classes = storage_format::resolve(self.serde, self.delimited, self.stored_as);
        let told_by_deserializer = tells_columns(classes.serde.as_deref());
        let columns = columns
            .into_iter()
            .map(|column| ColumnDefinition {
                comment: column
                    .comment
                    .filter(|comment| !told_by_deserializer || comment != FROM_DESERIALIZER),
                ..column
            })
            .collect();
        Ok(CreateExternalTable {
            table,
            if_not_exists,
            columns,
            comment: self.comment,
            partition_keys: self.partition_keys,
            bucket_columns: self.bucket_columns,
            sort_columns: self.sort_columns,
            buckets: self.buckets,
            classes,
            serde_properties: sorted(self.serde_properties),
            location: self.location,
            properties: sorted(self.properties),
        })
    }
}

impl Clauses {
    fn check(&self, columns: &[ColumnDefinition]) -> Result<()> {
        table_checks::names_once(columns, &self.partition_keys)?;
        table_checks::plain_keys(&self.partition_keys)?;
        table_checks::bucket_columns(columns, &self.bucket_columns, &self.sort_columns)
    }
}

/// Sorted by key; of a key given twice the last value holds.
fn sorted(properties: Vec<(String, String)>) -> Vec<(String, String)> {
    let map: std::collections::BTreeMap<_, _> = properties.into_iter().collect();
    map.into_iter().collect()
}

fn stored_as(tokens: &mut TokenStream<'_>) -> Result<StorageClasses> {
    if tokens.take(&["INPUTFORMAT"]) {
        let input_format = tokens.text_value()?;
        tokens.expect(&["OUTPUTFORMAT"])?;
        return Ok(StorageClasses {
            serde: None,
            input_format: Some(input_format),
            output_format: Some(tokens.text_value()?),
        });
    }
    let unknown = tokens.mismatch("TEXTFILE, JSONFILE, PARQUET, ORC, AVRO or INPUTFORMAT");
    let name = match tokens.advance() {
        Some(TokenKind::Word(name)) => name,
        _ => return Err(unknown),
    };
    storage_format::shorthand(&name).ok_or(unknown)
}
