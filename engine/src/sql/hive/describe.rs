//! `DESCRIBE [EXTENDED|FORMATTED] table [PARTITION (…)] [column[.part]…]`.

use super::super::lexer::TokenKind;
use super::super::statement::{PartitionSpec, TableReference};
use super::super::token_stream::TokenStream;
use super::partition_spec;
use crate::error::{ErrorCode, Result};

/// How much DESCRIBE tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DescribeStyle {
    /// Columns alone.
    Columns,
    /// `EXTENDED`: the table's metadata as well, on one line.
    Extended,
    /// `FORMATTED`: the table's metadata as well, a line an entry.
    Formatted,
}

/// `DESCRIBE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Describe {
    /// The table or view.
    pub table: TableReference,
    /// How much to tell.
    pub style: DescribeStyle,
    /// One partition, in place of the table.
    pub partition: Option<PartitionSpec>,
    /// A column and the way into its type: names of fields, `$elem$`, `$key$`, `$value$`. Empty for all columns.
    pub column: Vec<String>,
}

/// What comes after `DESCRIBE`.
pub(in crate::sql) fn parse(tokens: &mut TokenStream<'_>) -> Result<Describe> {
    for words in [
        &["DATABASE"][..],
        &["SCHEMA"],
        &["FUNCTION"],
        &["INPUT"],
        &["OUTPUT"],
    ] {
        if tokens.at(words) && tokens.follows_word() {
            return Err(tokens.error(
                ErrorCode::NotSupported,
                format!("DESCRIBE {} is not supported", words.join(" ")),
            ));
        }
    }
    if tokens.at(&["TABLE"]) && tokens.follows_word() {
        return Err(tokens.error(
            ErrorCode::SyntaxError,
            "DESCRIBE takes the table's name alone: DESCRIBE t, not DESCRIBE TABLE t",
        ));
    }
    let style = if tokens.take(&["EXTENDED"]) {
        DescribeStyle::Extended
    } else if tokens.take(&["FORMATTED"]) {
        DescribeStyle::Formatted
    } else {
        DescribeStyle::Columns
    };
    if tokens.at(&["VIEW"]) && tokens.follows_word() {
        tokens.advance();
    }
    let table = tokens.table_reference()?;
    let partition = if tokens.take(&["PARTITION"]) {
        Some(partition_spec::values(tokens)?)
    } else {
        None
    };
    let mut column = Vec::new();
    if tokens.peek().is_some() && !tokens.at_symbol(";") {
        column.push(tokens.name()?.to_lowercase());
        while tokens.take_symbol(".") {
            let part = match tokens.peek() {
                Some(TokenKind::Text(_)) => tokens.text_value()?,
                _ => tokens.name()?,
            };
            column.push(part.to_lowercase());
        }
    }
    Ok(Describe {
        table,
        style,
        partition,
        column,
    })
}
