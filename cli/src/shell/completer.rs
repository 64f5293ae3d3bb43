//! Completion: keywords, databases, tables and columns, by the word before the cursor.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use reedline::{Completer, CompletionResult, Span, Suggestion};

use crate::session::Session;

/// Tables whose columns are looked up for completion: typing must not wait for a catalog of thousands.
const TABLES_MAX: usize = 500;

const KEYWORDS: &[&str] = &[
    "ALTER TABLE",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COUNT",
    "CREATE DATABASE",
    "CREATE EXTERNAL TABLE",
    "CREATE TABLE",
    "CROSS JOIN",
    "DATE",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "DROP TABLE",
    "ELSE",
    "END",
    "EXISTS",
    "EXPLAIN",
    "FROM",
    "FULL JOIN",
    "GROUP BY",
    "HAVING",
    "IN",
    "INNER JOIN",
    "INSERT INTO",
    "INTERSECT",
    "IS NOT NULL",
    "IS NULL",
    "LEFT JOIN",
    "LIKE",
    "LIMIT",
    "LOCATION",
    "MSCK REPAIR TABLE",
    "NOT",
    "NULL",
    "ON",
    "OR",
    "ORDER BY",
    "PARTITIONED BY",
    "ROW FORMAT SERDE",
    "SELECT",
    "SHOW CREATE TABLE",
    "SHOW DATABASES",
    "SHOW PARTITIONS",
    "SHOW TABLES",
    "STORED AS",
    "TBLPROPERTIES",
    "THEN",
    "TIMESTAMP",
    "UNION ALL",
    "USE",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
];

/// The names that the catalog has, as of the last look.
#[derive(Clone, Default)]
pub struct Names(Arc<RwLock<BTreeSet<String>>>);

impl Names {
    /// Looks the names up again. What cannot be looked up is not completed.
    pub async fn refresh(&self, session: &Session) {
        let mut names = BTreeSet::new();
        let service = &session.service;
        names.extend(service.databases().await.unwrap_or_default());
        let tables = service.tables(&session.database).await.unwrap_or_default();
        for table in tables.iter().take(TABLES_MAX) {
            let columns = service.columns(&session.database, table).await;
            names.extend(
                columns
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(name, _)| name),
            );
        }
        names.extend(tables);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = names;
    }
}

/// Completes the word before the cursor.
pub struct WordCompleter {
    pub names: Names,
}

impl Completer for WordCompleter {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let before = line.get(..position).unwrap_or(line);
        let start = before
            .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
            .map_or(0, |place| {
                place
                    + before
                        .get(place..)
                        .and_then(|rest| rest.chars().next())
                        .map_or(1, char::len_utf8)
            });
        let word = before.get(start..).unwrap_or("").to_lowercase();
        if word.is_empty() {
            return CompletionResult::fresh(Vec::new());
        }
        let names = self.names.0.read().unwrap_or_else(PoisonError::into_inner);
        let suggestion = |value: String| Suggestion {
            value,
            span: Span::new(start, position),
            append_whitespace: true,
            ..Suggestion::default()
        };
        let suggestions: Vec<Suggestion> = names
            .iter()
            .filter(|name| name.starts_with(&word))
            .map(|name| suggestion(name.clone()))
            .chain(
                KEYWORDS
                    .iter()
                    .filter(|keyword| keyword.to_lowercase().starts_with(&word))
                    .map(|keyword| suggestion((*keyword).to_owned())),
            )
            .collect();
        CompletionResult::fresh(suggestions)
    }
}
