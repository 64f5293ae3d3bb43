//! Statements about the session itself, which clients send and the engine does not know: SET, SHOW, BEGIN and their like.

/// What to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SessionAnswer {
    /// Done, with this command tag.
    Done(&'static str),
    /// A transaction was begun or ended; there are none, so nothing else happens.
    TransactionBegun,
    TransactionEnded(&'static str),
    /// One row of one column.
    Value {
        column: String,
        value: String,
    },
}

/// The settings that clients ask for.
const SETTINGS: &[(&str, &str)] = &[
    ("server_version", "15.0"),
    ("server_encoding", "UTF8"),
    ("client_encoding", "UTF8"),
    ("datestyle", "ISO, MDY"),
    ("timezone", "UTC"),
    ("standard_conforming_strings", "on"),
    ("integer_datetimes", "on"),
    ("transaction_isolation", "read committed"),
    ("transaction isolation level", "read committed"),
    ("default_transaction_isolation", "read committed"),
    ("search_path", "default"),
    ("max_identifier_length", "255"),
    ("application_name", ""),
];

/// The answer, if the statement is about the session.
pub(super) fn answer(statement: &str, database: &str) -> Option<SessionAnswer> {
    let words: Vec<String> = statement
        .trim_end_matches(';')
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["set" | "reset", ..] => SessionAnswer::Done("SET"),
        ["begin", ..] | ["start", "transaction", ..] => SessionAnswer::TransactionBegun,
        ["commit" | "end", ..] => SessionAnswer::TransactionEnded("COMMIT"),
        ["rollback" | "abort", ..] => SessionAnswer::TransactionEnded("ROLLBACK"),
        ["discard", ..] => SessionAnswer::Done("DISCARD ALL"),
        ["deallocate", ..] => SessionAnswer::Done("DEALLOCATE"),
        ["close", ..] => SessionAnswer::Done("CLOSE CURSOR"),
        ["unlisten", ..] => SessionAnswer::Done("UNLISTEN"),
        ["select", "version()"] => SessionAnswer::Value {
            column: "version".to_owned(),
            value: format!("PostgreSQL 15.0 (Prismlake {})", env!("CARGO_PKG_VERSION")),
        },
        [
            "select",
            "current_schema()" | "current_schema" | "current_database()",
        ] => SessionAnswer::Value {
            column: words.get(1)?.trim_end_matches("()").to_owned(),
            value: database.to_owned(),
        },
        ["show", setting @ ..] => {
            let setting = setting.join(" ");
            let (name, value) = SETTINGS.iter().find(|(name, _)| *name == setting)?;
            SessionAnswer::Value {
                column: (*name).to_owned(),
                value: (*value).to_owned(),
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_own_show_statements_are_left_to_it() {
        for statement in [
            "SHOW TABLES",
            "SHOW PARTITIONS t",
            "SELECT 1",
            "MSCK REPAIR TABLE t",
        ] {
            assert_eq!(answer(statement, "default"), None, "{statement}");
        }
        assert_eq!(
            answer("BEGIN;", "default"),
            Some(SessionAnswer::TransactionBegun)
        );
        assert_eq!(
            answer("SET extra_float_digits = 3", "default"),
            Some(SessionAnswer::Done("SET"))
        );
    }
}
