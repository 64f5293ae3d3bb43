//! Views as Athena and Trino store them in Glue, so that each reads the other's.
//!
//! The view's text is `/* Presto View: <base64 of JSON> */`, with the query, the catalog and database in which its names are looked up,
//! and its columns. A view that Hive made has its query as plain text, with backticks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{Table, TableName};
use prismlake_functions::types::{Type, parse_type};
use serde::{Deserialize, Serialize};
use sqlparser::ast::Query;

use super::{CATALOG_NAME, column_types};
use crate::error::{ErrorCode, QueryError, Result};
use crate::sql;

const PREFIX: &str = "/* Presto View: ";
const SUFFIX: &str = " */";

/// What stands as the expanded text of a view.
pub(crate) const EXPANDED_TEXT: &str = "/* Presto View */";

/// A view.
#[derive(Debug, Clone)]
pub(crate) struct ViewDefinition {
    /// The query as it was written.
    pub(crate) text: String,
    /// Where names without a catalog are looked up.
    pub(crate) catalog: String,
    /// Where names without a database are looked up.
    pub(crate) database: String,
    /// The columns that it was created with.
    pub(crate) columns: Vec<(String, Type)>,
    /// Whether a Hive engine made it.
    of_hive: bool,
}

/// The JSON within the text. Trino leaves absent values out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredView {
    original_sql: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    catalog: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    columns: Vec<StoredColumn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default)]
    run_as_invoker: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredColumn {
    name: String,
    #[serde(rename = "type")]
    data_type: String,
}

impl ViewDefinition {
    pub(crate) fn new(
        text: String,
        database: String,
        columns: Vec<(String, Type)>,
    ) -> ViewDefinition {
        ViewDefinition {
            text,
            catalog: CATALOG_NAME.to_owned(),
            database,
            columns,
            of_hive: false,
        }
    }

    /// The view's query as a syntax tree.
    pub(crate) fn parsed_query(&self) -> Result<Box<Query>> {
        let text = if self.of_hive {
            self.text.replace('`', "\"")
        } else {
            self.text.clone()
        };
        match sql::parse(&text)? {
            sql::Statement::Query(query) => Ok(query),
            _ => Err(QueryError::new(
                ErrorCode::InvalidView,
                "the view's text is no query",
            )),
        }
    }

    /// The text that is stored.
    pub(crate) fn encoded(&self, comment: Option<&str>) -> Result<String> {
        let stored = StoredView {
            original_sql: self.text.clone(),
            catalog: Some(self.catalog.clone()),
            schema: Some(self.database.clone()),
            columns: self
                .columns
                .iter()
                .map(|(name, data_type)| StoredColumn {
                    name: name.clone(),
                    data_type: data_type.to_string(),
                })
                .collect(),
            comment: comment.map(str::to_owned),
            owner: None,
            run_as_invoker: false,
        };
        let json =
            serde_json::to_vec(&stored).map_err(|error| QueryError::internal(error.to_string()))?;
        Ok(format!("{PREFIX}{}{SUFFIX}", STANDARD.encode(json)))
    }
}

/// The view that a table of the catalog holds.
pub(crate) fn read(name: &TableName, table: &Table) -> Result<ViewDefinition> {
    let invalid = |reason: &str| {
        QueryError::new(
            ErrorCode::InvalidView,
            format!("Invalid view: {name}: {reason}"),
        )
    };
    let text = table
        .view_original_text
        .as_deref()
        .ok_or_else(|| invalid("it has no text"))?;
    let Some(encoded) = text
        .trim()
        .strip_prefix(PREFIX.trim_end())
        .and_then(|rest| rest.strip_suffix(SUFFIX.trim_start()))
    else {
        return of_hive(name, table, text);
    };
    let json = STANDARD
        .decode(encoded.trim())
        .map_err(|error| invalid(&format!("its text is no base64: {error}")))?;
    let stored: StoredView = serde_json::from_slice(&json)
        .map_err(|error| invalid(&format!("its text is no view's JSON: {error}")))?;
    let columns = stored
        .columns
        .into_iter()
        .map(|column| {
            let data_type = parse_type(&column.data_type)
                .map_err(|error| invalid(&format!("column {}: {error}", column.name)))?;
            Ok((column.name, data_type))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(ViewDefinition {
        text: stored.original_sql,
        catalog: stored.catalog.unwrap_or_else(|| CATALOG_NAME.to_owned()),
        database: stored.schema.unwrap_or_else(|| name.database.to_string()),
        columns,
        of_hive: false,
    })
}

/// A view that Hive or Spark made: plain text, and columns as tables have them.
fn of_hive(name: &TableName, table: &Table, text: &str) -> Result<ViewDefinition> {
    let text = table.view_expanded_text.as_deref().unwrap_or(text);
    let columns = table
        .storage_descriptor
        .columns
        .iter()
        .map(|column| {
            let hive_type = HiveType::parse(column.type_text()).map_err(|error| {
                QueryError::new(
                    ErrorCode::InvalidView,
                    format!(
                        "Invalid view: {name}: column {}: {}",
                        column.name, error.message
                    ),
                )
            })?;
            Ok((column.name.clone(), column_types::of_hive(&hive_type)))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(ViewDefinition {
        text: text.to_owned(),
        catalog: CATALOG_NAME.to_owned(),
        database: name.database.to_string(),
        columns,
        of_hive: true,
    })
}
