//! Cuts an expression into tokens.

use crate::partition_predicate::Comparison;

use super::error::ExpressionError;

/// Glue's bound on the length of an expression.
pub(super) const EXPRESSION_CHARACTERS_MAX: usize = 2048;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name, freed of its quotes.
    QuotedName(String),
    /// A text literal, freed of its quotes.
    Text(String),
    /// Digits with at most one point, without a sign.
    Number,
    Comparison(Comparison),
    Minus,
    Plus,
    /// Operators that Glue does not evaluate.
    Arithmetic,
    Open,
    Close,
    Comma,
}

/// A token with the text it was read from.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub written: String,
    /// Its first character, counted from 1.
    pub position: usize,
}

impl Token {
    /// Whether this is the keyword, in any case.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.written.eq_ignore_ascii_case(keyword)
    }
}

/// Cuts the whole text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let characters: Vec<char> = text.chars().take(EXPRESSION_CHARACTERS_MAX + 1).collect();
    if characters.len() > EXPRESSION_CHARACTERS_MAX {
        return Err(ExpressionError::TooLong {
            characters: text.chars().count(),
        });
    }
    let mut lexer = Lexer { characters, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.take_while(char::is_whitespace);
        let Some(first) = lexer.peek(0) else {
            return Ok(tokens);
        };
        let start = lexer.at;
        let kind = lexer.token(first)?;
        let length = lexer.at.saturating_sub(start);
        tokens.push(Token {
            kind,
            written: lexer.characters.iter().skip(start).take(length).collect(),
            position: start + 1,
        });
    }
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&belongs) {
            self.at += 1;
        }
    }

    fn token(&mut self, first: char) -> Result<TokenKind, ExpressionError> {
        let second = self.peek(1);
        let (kind, length) = match (first, second) {
            ('\'', _) => return self.quoted(first).map(TokenKind::Text),
            ('"' | '`', _) => return self.quoted(first).map(TokenKind::QuotedName),
            ('<', Some('=')) => (TokenKind::Comparison(Comparison::LessOrEqual), 2),
            ('<', Some('>')) | ('!', Some('=')) => (TokenKind::Comparison(Comparison::NotEqual), 2),
            ('>', Some('=')) => (TokenKind::Comparison(Comparison::GreaterOrEqual), 2),
            ('<', _) => (TokenKind::Comparison(Comparison::Less), 1),
            ('>', _) => (TokenKind::Comparison(Comparison::Greater), 1),
            ('=', _) => (TokenKind::Comparison(Comparison::Equal), 1),
            ('(', _) => (TokenKind::Open, 1),
            (')', _) => (TokenKind::Close, 1),
            (',', _) => (TokenKind::Comma, 1),
            ('-', _) => (TokenKind::Minus, 1),
            ('+', _) => (TokenKind::Plus, 1),
            ('|', Some('|')) => (TokenKind::Arithmetic, 2),
            ('*' | '/' | '%', _) => (TokenKind::Arithmetic, 1),
            ('0'..='9', _) | ('.', Some('0'..='9')) => return self.number(),
            (letter, _) if letter.is_alphabetic() || letter == '_' => {
                self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
                return Ok(TokenKind::Word);
            }
            (character, _) => {
                return Err(ExpressionError::UnexpectedCharacter {
                    character,
                    position: self.at + 1,
                });
            }
        };
        self.at += length;
        Ok(kind)
    }

    /// Reads digits; letters that touch them would otherwise be read as a word of their own, such as the `e3` of `1e3`.
    fn number(&mut self) -> Result<TokenKind, ExpressionError> {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        if self.peek(0) == Some('.') {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        if self
            .peek(0)
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
        {
            self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            let length = self.at.saturating_sub(start);
            return Err(ExpressionError::Unexpected {
                found: self.characters.iter().skip(start).take(length).collect(),
                position: start + 1,
                expected: "a number of digits with at most one point",
            });
        }
        Ok(TokenKind::Number)
    }

    /// Reads up to the closing quote; a doubled quote stands for itself.
    fn quoted(&mut self, quote: char) -> Result<String, ExpressionError> {
        let position = self.at + 1;
        self.at += 1;
        let mut content = String::new();
        while let Some(character) = self.peek(0) {
            self.at += 1;
            if character == quote {
                if self.peek(0) != Some(quote) {
                    return Ok(content);
                }
                self.at += 1;
            }
            content.push(character);
        }
        Err(ExpressionError::Unclosed { quote, position })
    }
}
