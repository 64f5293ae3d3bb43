//! Cuts a statement's text into tokens, each with its place. Both dialects share it; they differ in quotes and escapes.

use crate::error::{ErrorCode, Position, QueryError, Result};

/// Which dialect's quotes and escapes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Backticks quote names; both quotes make strings, with backslash escapes.
    Hive,
    /// Double quotes quote names; a quote within a string is doubled.
    Trino,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An unquoted word, in its own case.
    Word(String),
    /// A quoted name, unquoted.
    QuotedName(String),
    /// A string's value.
    Text(String),
    /// A number's text.
    Number(String),
    /// Punctuation, one character or a two-character comparison.
    Symbol(&'static str),
    /// A character that no statement has outside of quotes.
    Other(char),
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Byte offset of its first character.
    pub(super) start: usize,
    /// Byte offset after its last character.
    pub(super) end: usize,
}

const SYMBOLS: &[&str] = &[
    "<=", ">=", "<>", "!=", "(", ")", ",", ";", ".", "=", "<", ">", ":", "+", "-", "*", "/", "%",
    "[", "]", "?", "|",
];

/// The place of a byte offset.
pub(super) fn position_at(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

/// Reads tokens one by one.
pub(super) struct Lexer<'a> {
    text: &'a str,
    offset: usize,
    quoting: Quoting,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, quoting: Quoting) -> Self {
        Lexer {
            text,
            offset: 0,
            quoting,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or("")
    }

    fn skip_blanks(&mut self) -> Result<()> {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            self.offset += blanks;
            let rest = self.rest();
            if rest.starts_with("--") {
                self.offset += rest.find('\n').map_or(rest.len(), |end| end + 1);
            } else if rest.starts_with("/*") {
                let end = rest
                    .find("*/")
                    .ok_or_else(|| self.unterminated("comment"))?;
                self.offset += end + 2;
            } else if blanks == 0 {
                return Ok(());
            }
        }
    }

    fn unterminated(&self, what: &str) -> QueryError {
        QueryError::new(ErrorCode::SyntaxError, format!("the {what} is not ended"))
            .at(position_at(self.text, self.offset))
    }

    /// The next token; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Token>> {
        self.skip_blanks()?;
        let start = self.offset;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let kind = match (first, self.quoting) {
            ('\'', _) | ('"', Quoting::Hive) => TokenKind::Text(self.quoted(first, "string")?),
            ('"', Quoting::Trino) | ('`', Quoting::Hive) => {
                TokenKind::QuotedName(self.quoted(first, "quoted name")?)
            }
            (c, _) if is_word_start(c) => {
                let length = rest.find(|c| !is_word_part(c)).unwrap_or(rest.len());
                self.offset += length;
                TokenKind::Word(rest.get(..length).unwrap_or("").to_owned())
            }
            (c, _) if c.is_ascii_digit() => {
                let length = rest
                    .find(|c: char| !is_word_part(c) && c != '.')
                    .unwrap_or(rest.len());
                self.offset += length;
                TokenKind::Number(rest.get(..length).unwrap_or("").to_owned())
            }
            _ => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => {
                    self.offset += symbol.len();
                    TokenKind::Symbol(symbol)
                }
                None => {
                    self.offset += first.len_utf8();
                    TokenKind::Other(first)
                }
            },
        };
        Ok(Some(Token {
            kind,
            start,
            end: self.offset,
        }))
    }

    /// Reads what `quote` begins and returns its value.
    fn quoted(&mut self, quote: char, what: &str) -> Result<String> {
        let escapes = self.quoting == Quoting::Hive && quote != '`';
        let rest = self.rest();
        let mut value = String::new();
        let mut at = quote.len_utf8();
        while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
            at += c.len_utf8();
            let following = rest.get(at..).unwrap_or("");
            if c == quote && !escapes && following.starts_with(quote) {
                value.push(quote);
                at += quote.len_utf8();
            } else if c == quote {
                self.offset += at;
                return Ok(value);
            } else if c == '\\' && escapes {
                at += unescape(following, &mut value);
            } else {
                value.push(c);
            }
        }
        Err(self.unterminated(what))
    }
}

/// Appends what a backslash before `following` stands for, and returns how many bytes of it are taken.
///
/// Hive's escapes: `\n`, `\t`, …, three octal digits, `\uXXXX`; `\%` and `\_` keep their backslash for LIKE.
fn unescape(following: &str, value: &mut String) -> usize {
    let code = |digits: &str, radix: u32| {
        digits
            .chars()
            .all(|c| c.is_digit(radix))
            .then(|| u32::from_str_radix(digits, radix).ok())
            .flatten()
            .and_then(char::from_u32)
    };
    if let Some(c) = following.get(..3).and_then(|digits| code(digits, 8)) {
        value.push(c);
        return 3;
    }
    if let Some(digits) = following
        .strip_prefix('u')
        .and_then(|digits| digits.get(..4))
        && let Some(c) = code(digits, 16)
    {
        value.push(c);
        return 5;
    }
    let Some(escaped) = following.chars().next() else {
        return 0;
    };
    match escaped {
        'n' => value.push('\n'),
        't' => value.push('\t'),
        'r' => value.push('\r'),
        'b' => value.push('\u{8}'),
        '0' => value.push('\0'),
        'Z' => value.push('\u{1a}'),
        '%' | '_' => {
            value.push('\\');
            value.push(escaped);
        }
        other => value.push(other),
    }
    escaped.len_utf8()
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
