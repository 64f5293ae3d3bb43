//! `ANALYZE [TABLE] t [PARTITION (…)] [COMPUTE STATISTICS [FOR COLUMNS …]]`: Hive's words and Trino's.

use super::hive::partition_spec;
use super::statement::Analyze;
use super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// What comes after `ANALYZE`.
pub(super) fn parse(tokens: &mut TokenStream<'_>) -> Result<Analyze> {
    tokens.take(&["TABLE"]);
    let table = tokens.table_reference()?;
    if tokens.at(&["WITH"]) {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "ANALYZE takes no WITH; name partitions as PARTITION (key = 'value')",
        ));
    }
    let mut partition = Vec::new();
    if tokens.take(&["PARTITION"]) {
        partition = tokens.list(|tokens| {
            let key = tokens.name()?.to_lowercase();
            let value = if tokens.take_symbol("=") {
                Some(partition_spec::value(tokens)?)
            } else {
                None
            };
            Ok((key, value))
        })?;
    }
    let mut columns = Vec::new();
    if tokens.take(&["COMPUTE"]) {
        tokens.expect(&["STATISTICS"])?;
        if tokens.take(&["FOR"]) {
            if !tokens.take(&["ALL", "COLUMNS"]) {
                tokens.expect(&["COLUMNS"])?;
            }
            while tokens.peek().is_some() && !tokens.at_symbol(";") {
                columns.push(tokens.name()?.to_lowercase());
                if !tokens.take_symbol(",") {
                    break;
                }
            }
        }
    }
    Ok(Analyze {
        table,
        partition,
        columns,
    })
}
