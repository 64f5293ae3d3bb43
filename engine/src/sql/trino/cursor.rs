//! `Cursor`: where the parser stands in a statement's tokens, and what stands there.

use sqlparser::tokenizer::Span;

use super::errors::{Expected, error_at};
use super::lexer::{self, Token, TokenKind};
use crate::error::Result;

/// The parser's state; the constructs are `impl` blocks in the files beside this one.
pub(super) struct Cursor<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    /// For each token that is `(` the place of its `)`.
    partners: Vec<Option<usize>>,
    next: usize,
    pub(super) expected: Vec<Expected>,
    /// The token whose construct is named already, so that its parts are not.
    pub(super) named_at: Option<usize>,
    parameters: usize,
    pub(super) nesting: usize,
    /// Height of the highest part so far of the construct that is being parsed.
    pub(super) height: usize,
    /// The token with which the SELECT item that is being parsed begins.
    pub(super) item_start: usize,
    /// The token after the primary expression that begins there.
    pub(super) item_primary_end: usize,
}

impl<'a> Cursor<'a> {
    /// At the first token of a text that holds one statement.
    pub(super) fn new(text: &'a str) -> Result<Self> {
        let mut tokens = lexer::tokens(text);
        if let Some(end) = tokens
            .iter()
            .position(|token| token.kind == TokenKind::Symbol(";"))
        {
            if let Some(another) = tokens
                .iter()
                .skip(end)
                .find(|token| !matches!(token.kind, TokenKind::Symbol(";") | TokenKind::End))
            {
                return Err(error_at(another.span, "Only one sql statement is allowed"));
            }
            tokens.truncate(end + 1);
            if let Some(last) = tokens.last_mut() {
                last.kind = TokenKind::End;
                last.text = "";
            }
        }
        Ok(Cursor {
            text,
            partners: partners(&tokens),
            tokens,
            next: 0,
            expected: Vec::new(),
            named_at: None,
            parameters: 0,
            nesting: 0,
            height: 0,
            item_start: usize::MAX,
            item_primary_end: usize::MAX,
        })
    }

    // What stands here and further on, without asking for it.

    pub(super) fn token(&self, ahead: usize) -> Option<&Token<'a>> {
        self.tokens.get(self.next + ahead).or(self.tokens.last())
    }

    pub(super) fn kind(&self, ahead: usize) -> TokenKind<'a> {
        self.token(ahead).map_or(TokenKind::End, |token| token.kind)
    }

    pub(super) fn is(&self, ahead: usize, keyword: &str) -> bool {
        matches!(self.kind(ahead), TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn is_one_of(&self, ahead: usize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(ahead, keyword))
    }

    pub(super) fn is_symbol(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.kind(ahead), TokenKind::Symbol(found) if found == symbol)
    }

    /// How far ahead the token after the `)` stands that closes the `(` at `ahead`.
    pub(super) fn after_parenthesis(&self, ahead: usize) -> Option<usize> {
        let close = self.partners.get(self.next + ahead).copied().flatten()?;
        Some(close + 1 - self.next)
    }

    /// The number of the token that stands here.
    pub(super) fn place(&self) -> usize {
        self.next
    }

    pub(super) fn span(&self) -> Span {
        self.token(0).map_or_else(Span::empty, |token| token.span)
    }

    /// The statement's text from one token to before another, comments left out.
    pub(super) fn source(&self, from: usize, to: usize) -> String {
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return String::new();
        };
        let commented = tokens.iter().zip(tokens.iter().skip(1)).any(|(one, next)| {
            let between = self.text.get(one.end()..next.start);
            between.is_some_and(|between| !between.trim().is_empty())
        });
        if commented {
            let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
            texts.join(" ")
        } else {
            self.verbatim(first.start, last.end()).to_owned()
        }
    }

    /// The statement's text from one token to before another, as it was written.
    pub(super) fn written(&self, from: usize, to: usize) -> String {
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.verbatim(first.start, last.end()).to_owned(),
            _ => String::new(),
        }
    }

    fn verbatim(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    // Asking for a token.

    /// Moves past the token that stands here and returns its place in the text.
    pub(super) fn advance(&mut self) -> Span {
        let span = self.span();
        self.next = (self.next + 1).min(self.tokens.len().saturating_sub(1));
        self.expected.clear();
        span
    }

    pub(super) fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.advance();
        }
    }

    pub(super) fn at(&mut self, keyword: &'static str) -> bool {
        let found = self.is(0, keyword);
        if !found {
            self.expecting(Expected::Literal(keyword));
        }
        found
    }

    pub(super) fn take(&mut self, keyword: &'static str) -> bool {
        let found = self.at(keyword);
        if found {
            self.advance();
        }
        found
    }

    /// The keyword of these that stands here, taken.
    pub(super) fn take_one_of(&mut self, keywords: &[&'static str]) -> Option<&'static str> {
        keywords.iter().copied().find(|keyword| self.take(keyword))
    }

    pub(super) fn expect(&mut self, keyword: &'static str) -> Result<()> {
        if self.take(keyword) {
            return Ok(());
        }
        Err(self.mismatch())
    }

    /// Expects these keywords one after the other.
    pub(super) fn expect_all(&mut self, keywords: &[&'static str]) -> Result<()> {
        keywords.iter().try_for_each(|keyword| self.expect(keyword))
    }

    pub(super) fn expect_one_of(&mut self, keywords: &[&'static str]) -> Result<&'static str> {
        match self.take_one_of(keywords) {
            Some(keyword) => Ok(keyword),
            None => Err(self.mismatch()),
        }
    }

    pub(super) fn at_symbol(&mut self, symbol: &'static str) -> bool {
        let found = self.is_symbol(0, symbol);
        if !found {
            self.expecting(Expected::Literal(symbol));
        }
        found
    }

    pub(super) fn take_symbol(&mut self, symbol: &'static str) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    /// The place of the symbol, which must stand here.
    pub(super) fn expect_symbol(&mut self, symbol: &'static str) -> Result<Span> {
        if self.at_symbol(symbol) {
            return Ok(self.advance());
        }
        Err(self.mismatch())
    }

    /// `item, …`
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take_symbol(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `(item, …)`
    pub(super) fn list_in_parentheses<T>(
        &mut self,
        item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.expect_symbol("(")?;
        let items = self.list(item)?;
        self.expect_symbol(")")?;
        Ok(items)
    }

    /// The statement ends here.
    pub(super) fn expect_end(&mut self) -> Result<()> {
        if self.kind(0) == TokenKind::End {
            return Ok(());
        }
        self.expecting_construct("<EOF>");
        Err(self.mismatch())
    }

    /// The number of the next `?`, from 1.
    pub(super) fn next_parameter(&mut self) -> usize {
        self.parameters += 1;
        self.parameters
    }
}

fn partners(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Symbol("(") => open.push(place),
            TokenKind::Symbol(")") => {
                if let Some(partner) = open
                    .pop()
                    .and_then(|opened: usize| partners.get_mut(opened))
                {
                    *partner = Some(place);
                }
            }
            _ => {}
        }
    }
    partners
}
