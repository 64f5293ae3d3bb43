//! Scripts: many statements in one text, cut at the `;` between them.

use super::lexer::{Lexer, Quoting, TokenKind, position_at};
use crate::error::Result;

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptStatement {
    /// Its text without the `;`.
    pub text: String,
    /// The line of the script on which it begins, from 1.
    pub line: u32,
}

/// Cuts a script into its statements; empty ones are left out. Both dialects' quotes hold: a `;` within any of them, or
/// within a comment, cuts nothing.
pub fn split_script(script: &str) -> Result<Vec<ScriptStatement>> {
    let mut statements = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut push = |from: Option<usize>, to: usize| {
        if let Some(from) = from {
            statements.push(ScriptStatement {
                text: script.get(from..to).unwrap_or("").to_owned(),
                line: position_at(script, from).line,
            });
        }
    };
    let mut rest = script;
    let mut base = 0;
    'statements: loop {
        // Which quotes hold is known from the statement's first word alone.
        let mut lexer = Lexer::new(rest, quoting_of(rest));
        while let Some(token) = lexer.next()? {
            if token.kind == TokenKind::Symbol(";") {
                push(start.take(), end);
                base += token.end;
                rest = script.get(base..).unwrap_or("");
                continue 'statements;
            }
            start.get_or_insert(base + token.start);
            end = base + token.end;
        }
        push(start.take(), end);
        return Ok(statements);
    }
}

/// Whether a text typed so far ends a statement: its last token is a `;`, outside of quotes and comments.
pub fn is_complete(text: &str) -> bool {
    let mut rest = text;
    'statements: loop {
        let mut lexer = Lexer::new(rest, quoting_of(rest));
        let mut open = false;
        loop {
            match lexer.next() {
                Ok(Some(token)) if token.kind == TokenKind::Symbol(";") => {
                    rest = rest.get(token.end..).unwrap_or("");
                    if rest.trim().is_empty() {
                        return true;
                    }
                    continue 'statements;
                }
                Ok(Some(_)) => open = true,
                Ok(None) => return !open && !text.trim().is_empty(),
                Err(_) => return false,
            }
        }
    }
}

/// The quotes of the statement that the text begins with.
fn quoting_of(text: &str) -> Quoting {
    super::FirstWords::of(text).quoting()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<String> {
        split_script(script)
            .unwrap()
            .into_iter()
            .map(|statement| statement.text)
            .collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_cut_nothing() {
        assert_eq!(
            texts("SELECT ';' ; -- a; b\nSHOW TABLES /* ; */;\n;SELECT \"a;b\""),
            vec!["SELECT ';'", "SHOW TABLES", "SELECT \"a;b\""]
        );
    }

    #[test]
    fn a_backslash_escapes_in_hive_and_not_in_trino() {
        for trino in [
            "SELECT '\\'; SELECT 1",
            "UNLOAD (SELECT '\\') TO 'x'; SELECT 1",
            "CREATE OR REPLACE VIEW v AS SELECT '\\'; SELECT 1",
            "PREPARE p FROM SELECT '\\'; EXECUTE p USING '\\'",
        ] {
            assert_eq!(texts(trino).len(), 2, "{trino}");
        }
        assert_eq!(texts("DROP TABLE `a;b`; SHOW TABLES 'x\\';y'").len(), 2);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let statements = split_script("\n\nSELECT 1;\nSELECT 2").unwrap();
        assert_eq!((statements[0].line, statements[1].line), (3, 4));
    }

    #[test]
    fn a_text_is_complete_at_a_semicolon_outside_of_quotes() {
        for complete in ["SELECT 1;", "SELECT ';';", "-- x\nSELECT 1; -- done"] {
            assert!(is_complete(complete), "{complete}");
        }
        for open in ["SELECT 1", "SELECT ';", "/* ;", "", "SELECT 1; SELECT"] {
            assert!(!is_complete(open), "{open}");
        }
    }
}
