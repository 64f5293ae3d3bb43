//! `Cursor`: where the parser stands in a statement's tokens, what it could have taken there, and how deep it is.
//!
//! The parser looks ahead and never goes back. So whatever it asked for at a token and did not find is what the statement could
//! have had there, and that is what an error lists.

use sqlparser::tokenizer::Span;

use super::lexer::{self, Token, TokenKind};
use crate::error::{ErrorCode, Position, QueryError, Result};

/// How deep parentheses, calls, CASE, subqueries, joins and types may nest. The parser's own stack grows as it needs to; the bound is
/// for whoever goes through the tree.
const NESTING_MAX: usize = 128;

/// How high a tree may be, operators included: `1 + 1 + … + 1` has a level for each. sqlparser's visitors let the stack grow, and
/// dropping a level takes up to 700 bytes of it; but cloning one takes 6 to 40 KB in a debug build, which 2 MB do not hold.
const HEIGHT_MAX: usize = 500;

/// Stack that has to be left when another level of nesting begins; a level takes less than half of it in a debug build.
const STACK_LEFT_MIN_BYTES: usize = 256 * 1024;

/// By how much the stack grows where less is left.
const STACK_SEGMENT_BYTES: usize = 1024 * 1024;

/// Characters of a token that an error shows.
const SHOWN_CHARACTERS_MAX: usize = 200;

/// What could have stood at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// A keyword or symbol.
    Literal(&'static str),
    /// A construct, by Trino's name for it, such as `<expression>`.
    Construct(&'static str),
}

/// The parser's state; the constructs are `impl` blocks in the files beside this one.
pub(super) struct Cursor<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    /// For each token that is `(` the place of its `)`.
    partners: Vec<Option<usize>>,
    next: usize,
    expected: Vec<Expected>,
    /// The token whose construct is named already, so that its parts are not.
    named_at: Option<usize>,
    parameters: usize,
    nesting: usize,
    /// Height of the highest part so far of the construct that is being parsed.
    height: usize,
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
                return Err(QueryError::new(
                    ErrorCode::SyntaxError,
                    "Only one sql statement is allowed",
                )
                .at(position(another.span)));
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

    fn token(&self, ahead: usize) -> Option<&Token<'a>> {
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

    // What an error tells.

    fn expecting(&mut self, expected: Expected) {
        if self.named_at != Some(self.next) {
            self.expected.push(expected);
        }
    }

    pub(super) fn expecting_construct(&mut self, construct: &'static str) {
        self.expecting(Expected::Construct(construct));
    }

    pub(super) fn expecting_symbol(&mut self, symbol: &'static str) {
        self.expecting(Expected::Literal(symbol));
    }

    /// Parses a construct that errors name as a whole where its first token is wrong.
    pub(super) fn construct<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.expecting_construct(name);
        let outer = self.named_at.replace(self.next);
        let parsed = parse(self)?;
        self.named_at = outer;
        Ok(parsed)
    }

    /// What stands here is nothing that could.
    pub(super) fn mismatch(&self) -> QueryError {
        let mut expected: Vec<String> = self
            .expected
            .iter()
            .map(|expected| match expected {
                Expected::Literal(literal) => format!("'{literal}'"),
                Expected::Construct(construct) => (*construct).to_owned(),
            })
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let found: String = match self.token(0) {
            Some(token) if token.kind != TokenKind::End => {
                token.text.chars().take(SHOWN_CHARACTERS_MAX).collect()
            }
            _ => "<EOF>".to_owned(),
        };
        self.error(format!(
            "mismatched input '{found}'. Expecting: {}",
            expected.join(", ")
        ))
    }

    /// A syntax error at the token that stands here.
    pub(super) fn error(&self, message: impl Into<String>) -> QueryError {
        error_at(self.span(), message)
    }

    /// Something of Trino's that is not run here.
    pub(super) fn not_supported(&self, message: impl Into<String>) -> QueryError {
        QueryError::not_supported(message).at(position(self.span()))
    }

    // How deep it gets.

    /// Parses one level of nesting.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting >= NESTING_MAX {
            return Err(self.error(format!(
                "the statement nests too deeply; {NESTING_MAX} levels are allowed"
            )));
        }
        self.nesting += 1;
        let beside = std::mem::take(&mut self.height);
        let parsed =
            stacker::maybe_grow(STACK_LEFT_MIN_BYTES, STACK_SEGMENT_BYTES, || parse(self))?;
        self.grow(1)?;
        self.height = self.height.max(beside);
        self.nesting -= 1;
        Ok(parsed)
    }

    /// Parses a part beside others of the same construct: the highest of them counts.
    pub(super) fn beside<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let beside = std::mem::take(&mut self.height);
        let parsed = parse(self)?;
        self.height = self.height.max(beside);
        Ok(parsed)
    }

    /// The parts so far come to stand below further levels.
    pub(super) fn grow(&mut self, levels: usize) -> Result<()> {
        self.height += levels;
        if self.height > HEIGHT_MAX {
            return Err(self.error(format!(
                "the expression has too many operators in a row; {HEIGHT_MAX} are allowed, more in parentheses, and any number of AND and OR"
            )));
        }
        Ok(())
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

/// A syntax error.
pub(super) fn error_at(span: Span, message: impl Into<String>) -> QueryError {
    QueryError::new(ErrorCode::SyntaxError, message).at(position(span))
}

/// Where a span begins.
pub(super) fn position(span: Span) -> Position {
    Position {
        line: u32::try_from(span.start.line).unwrap_or(u32::MAX),
        column: u32::try_from(span.start.column).unwrap_or(u32::MAX),
    }
}
