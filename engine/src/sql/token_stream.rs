//! `TokenStream`: the cursor of the hand-written parsers, and the errors they raise.

use prismlake_catalog::hive_type::HiveType;

use super::lexer::{Lexer, Quoting, Token, TokenKind, position_at};
use super::statement::TableReference;
use crate::error::{ErrorCode, QueryError, Result};

/// The tokens of a statement and how far they are read.
pub(super) struct TokenStream<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    next: usize,
}

impl<'a> TokenStream<'a> {
    pub(super) fn new(text: &'a str, quoting: Quoting) -> Result<Self> {
        let mut lexer = Lexer::new(text, quoting);
        let mut tokens = Vec::new();
        while let Some(token) = lexer.next()? {
            tokens.push(token);
        }
        Ok(TokenStream {
            text,
            tokens,
            next: 0,
        })
    }

    /// A statement's first words in upper case, symbols included, for telling what it is.
    pub(super) fn first_words(text: &str, count: usize) -> Vec<String> {
        let mut lexer = Lexer::new(text, Quoting::Hive);
        let mut words = Vec::new();
        while words.len() < count {
            match lexer.next() {
                Ok(Some(token)) => match token.kind {
                    TokenKind::Word(word) => words.push(word.to_ascii_uppercase()),
                    TokenKind::Symbol(";") => break,
                    TokenKind::Symbol(symbol) => words.push(symbol.to_owned()),
                    _ => words.push("?".to_owned()),
                },
                _ => break,
            }
        }
        words
    }

    pub(super) fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn peek_word_at(&self, ahead: usize) -> Option<&str> {
        match &self.tokens.get(self.next + ahead)?.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Byte offset of the next token, or of the text's end.
    pub(super) fn offset(&self) -> usize {
        self.tokens
            .get(self.next)
            .map_or(self.text.len(), |token| token.start)
    }

    pub(super) fn advance(&mut self) -> Option<TokenKind> {
        let kind = self.peek().cloned();
        self.next += 1;
        kind
    }

    /// Whether the next tokens are these keywords.
    pub(super) fn at(&self, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(ahead, keyword)| {
            self.peek_word_at(ahead)
                .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
        })
    }

    /// Whether the token after the next one is a name: the next one is then no name itself, but a keyword before it.
    pub(super) fn follows_word(&self) -> bool {
        matches!(
            self.tokens.get(self.next + 1).map(|token| &token.kind),
            Some(TokenKind::Word(_) | TokenKind::QuotedName(_))
        )
    }

    /// Takes these keywords if they are next.
    pub(super) fn take(&mut self, keywords: &[&str]) -> bool {
        let found = self.at(keywords);
        if found {
            self.next += keywords.len();
        }
        found
    }

    pub(super) fn expect(&mut self, keywords: &[&str]) -> Result<()> {
        if self.take(keywords) {
            return Ok(());
        }
        Err(self.mismatch(&format!("'{}'", keywords.join(" "))))
    }

    pub(super) fn at_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Symbol(found)) if *found == symbol)
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.next += 1;
        }
        found
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        Err(self.mismatch(&format!("'{symbol}'")))
    }

    /// A name, quoted or not.
    pub(super) fn name(&mut self) -> Result<String> {
        match self.peek() {
            Some(TokenKind::Word(name) | TokenKind::QuotedName(name)) => {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            // Hive allows unquoted names that begin with a digit.
            Some(TokenKind::Number(name))
                if name.contains(|c: char| c.is_alphabetic() || c == '_') =>
            {
                let name = name.clone();
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.mismatch("a name")),
        }
    }

    /// `table`, `database.table`, `catalog.database.table`, or both in one pair of backticks.
    pub(super) fn table_reference(&mut self) -> Result<TableReference> {
        let mut parts = vec![self.name()?];
        while self.take_symbol(".") {
            parts.push(self.name()?);
        }
        if let [one] = parts.as_slice()
            && let Some((database, table)) = one.split_once('.')
        {
            parts = vec![database.to_owned(), table.to_owned()];
        }
        let mut parts = parts.into_iter().rev();
        let table = parts.next().unwrap_or_default();
        let database = parts.next();
        let catalog = parts.next();
        if parts.next().is_some() {
            return Err(self.mismatch("a name of at most three parts"));
        }
        Ok(TableReference {
            catalog,
            database,
            table,
        })
    }

    /// A column's type.
    pub(super) fn hive_type(&mut self) -> Result<HiveType> {
        let start = self.offset();
        let rest = self.text.get(start..).unwrap_or("");
        match HiveType::parse_prefix(rest) {
            Ok((parsed, length)) => {
                while self.peek().is_some() && self.offset() < start + length {
                    self.next += 1;
                }
                Ok(parsed)
            }
            Err(wrong) => Err(QueryError::new(ErrorCode::SyntaxError, wrong.message)
                .at(position_at(self.text, start + wrong.offset))),
        }
    }

    /// A string; neighbouring ones are one string, as in Hive.
    pub(super) fn text_value(&mut self) -> Result<String> {
        let Some(TokenKind::Text(first)) = self.peek() else {
            return Err(self.mismatch("a string"));
        };
        let mut value = first.clone();
        self.next += 1;
        while let Some(TokenKind::Text(more)) = self.peek() {
            value.push_str(more);
            self.next += 1;
        }
        Ok(value)
    }

    /// A string if one is next.
    pub(super) fn take_text(&mut self) -> Result<Option<String>> {
        match self.peek() {
            Some(TokenKind::Text(_)) => self.text_value().map(Some),
            _ => Ok(None),
        }
    }

    /// `('key' = 'value', …)`.
    pub(super) fn properties(&mut self) -> Result<Vec<(String, String)>> {
        self.list(|tokens| {
            let key = tokens.text_value()?;
            tokens.expect_symbol("=")?;
            Ok((key, tokens.text_value()?))
        })
    }

    /// `(item, …)`.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.expect_symbol("(")?;
        let mut items = vec![item(self)?];
        while self.take_symbol(",") {
            items.push(item(self)?);
        }
        self.expect_symbol(")")?;
        Ok(items)
    }

    pub(super) fn if_exists(&mut self) -> bool {
        self.take(&["IF", "EXISTS"])
    }

    pub(super) fn if_not_exists(&mut self) -> bool {
        self.take(&["IF", "NOT", "EXISTS"])
    }

    /// The statement must end here, with or without a `;`.
    pub(super) fn end(&mut self) -> Result<()> {
        self.take_symbol(";");
        if self.peek().is_none() {
            return Ok(());
        }
        Err(self.mismatch("the end of the statement (only one statement is allowed)"))
    }

    pub(super) fn mismatch(&self, expected: &str) -> QueryError {
        let found = match self.tokens.get(self.next) {
            Some(token) => {
                let text = self.text.get(token.start..token.end).unwrap_or("");
                format!("'{}'", text.chars().take(40).collect::<String>())
            }
            None => "the end of the statement".to_owned(),
        };
        self.error(
            ErrorCode::SyntaxError,
            format!("mismatched input {found}. Expecting: {expected}"),
        )
    }

    pub(super) fn error(&self, code: ErrorCode, message: impl Into<String>) -> QueryError {
        self.error_at(self.offset(), code, message)
    }

    /// An error at a place that is read already.
    pub(super) fn error_at(
        &self,
        offset: usize,
        code: ErrorCode,
        message: impl Into<String>,
    ) -> QueryError {
        QueryError::new(code, message).at(position_at(self.text, offset))
    }
}
