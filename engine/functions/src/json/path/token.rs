//! The tokens of paths.

use super::{PathError, PathErrorKind};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, a method's name or a key: the language reserves none.
    Word(&'a str),
    /// `$name`, without the dollar sign.
    Variable(&'a str),
    /// `"text"`, without the quotes.
    Text(String),
    Integer(&'a str),
    Decimal(&'a str),
    Double(&'a str),
    Symbol(&'static str),
    /// A character that begins no token.
    Unrecognized(char),
    End,
}

/// Symbols, so that longer ones come before those that begin them.
const SYMBOLS: [&str; 25] = [
    "..", "==", "<>", "!=", "<=", ">=", "&&", "||", "$", "@", ".", "*", "/", "%", "+", "-", "[",
    "]", "(", ")", "?", ",", "<", ">", "!",
];

/// Reads a path's tokens one ahead.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    path: &'a str,
    /// Where the current token begins and ends.
    from: usize,
    to: usize,
    current: Token<'a>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(path: &'a str) -> Tokens<'a> {
        let mut tokens = Tokens {
            path,
            from: 0,
            to: 0,
            current: Token::End,
        };
        tokens.advance();
        tokens
    }

    pub(super) fn current(&self) -> &Token<'a> {
        &self.current
    }

    /// The current token. The next one becomes current.
    pub(super) fn advance(&mut self) -> Token<'a> {
        let rest = self.path.get(self.to..).unwrap_or("");
        let token = rest.trim_start_matches([' ', '\r', '\n', '\t']);
        self.from = self.path.len() - token.len();
        let (next, length) = first_token(token);
        self.to = self.from + length;
        std::mem::replace(&mut self.current, next)
    }

    /// Passes a symbol if it is the current token.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(&self.current, Token::Symbol(current) if *current == symbol);
        if found {
            self.advance();
        }
        found
    }

    /// Passes a word if it is the current token.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.current == Token::Word(word);
        if found {
            self.advance();
        }
        found
    }

    /// Passes a symbol that must be the current token.
    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), PathError> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(self.mismatch(&format!("'{symbol}'")))
    }

    /// The error that another token is expected where the current one stands.
    pub(super) fn mismatch(&self, expected: &str) -> PathError {
        let found = match &self.current {
            Token::End => "<EOF>",
            _ => self.path.get(self.from..self.to).unwrap_or(""),
        };
        self.error(format!("mismatched input '{found}' expecting {expected}"))
    }

    /// An error where the current token stands.
    pub(super) fn error(&self, message: String) -> PathError {
        let before = self.path.get(..self.from).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        PathError {
            message,
            line,
            column,
            kind: PathErrorKind::Syntax,
        }
    }
}

/// The token that a text begins with, and its length.
fn first_token(text: &str) -> (Token<'_>, usize) {
    let Some(first) = text.chars().next() else {
        return (Token::End, 0);
    };
    if first == '"' {
        return string(text).unwrap_or((Token::Unrecognized(first), 1));
    }
    if let Some(length) = word_length(text) {
        return (Token::Word(text.get(..length).unwrap_or("")), length);
    }
    if let Some(length) = text.strip_prefix('$').and_then(word_length) {
        return (
            Token::Variable(text.get(1..=length).unwrap_or("")),
            length + 1,
        );
    }
    if let Some(number) = number(text) {
        return number;
    }
    match SYMBOLS.iter().find(|symbol| text.starts_with(**symbol)) {
        Some(symbol) => (Token::Symbol(symbol), symbol.len()),
        None => (Token::Unrecognized(first), first.len_utf8()),
    }
}

fn word_length(text: &str) -> Option<usize> {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    begins.then(|| end.unwrap_or(text.len()))
}

/// Up to the closing quote; two quotes stand for one.
fn string(text: &str) -> Option<(Token<'_>, usize)> {
    let mut content = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (part, behind) = rest.split_once('"')?;
        content.push_str(part);
        match behind.strip_prefix('"') {
            Some(further) => {
                content.push('"');
                rest = further;
            }
            None => return Some((Token::Text(content), text.len() - behind.len())),
        }
    }
}

/// `12`, `12.`, `1.5`, `.5`, and these with an exponent.
fn number(text: &str) -> Option<(Token<'_>, usize)> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()
    };
    let whole = digits(0);
    let mut end = whole;
    let point = text.get(whole..).is_some_and(|rest| rest.starts_with('.'));
    let fraction = if point { digits(whole + 1) } else { 0 };
    if whole == 0 && fraction == 0 {
        return None;
    }
    if point {
        end = whole + 1 + fraction;
    }
    if let Some(exponent) = text
        .get(end..)
        .and_then(|rest| rest.strip_prefix(['e', 'E']))
    {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let length = digits(end + 1 + sign);
        if length > 0 {
            end += 1 + sign + length;
            return Some((Token::Double(text.get(..end)?), end));
        }
    }
    let number = text.get(..end)?;
    Some((
        if point {
            Token::Decimal(number)
        } else {
            Token::Integer(number)
        },
        end,
    ))
}

#[cfg(test)]
mod tests {
    use super::{Token, Tokens};

    fn tokens(path: &str) -> Vec<Token<'_>> {
        let mut tokens = Tokens::new(path);
        let mut found = Vec::new();
        loop {
            match tokens.advance() {
                Token::End => return found,
                token => found.push(token),
            }
        }
    }

    #[test]
    fn the_longest_token_is_taken() {
        assert_eq!(
            tokens("lax $.a..b[$x,1 to last]"),
            [
                Token::Word("lax"),
                Token::Symbol("$"),
                Token::Symbol("."),
                Token::Word("a"),
                Token::Symbol(".."),
                Token::Word("b"),
                Token::Symbol("["),
                Token::Variable("x"),
                Token::Symbol(","),
                Token::Integer("1"),
                Token::Word("to"),
                Token::Word("last"),
                Token::Symbol("]"),
            ]
        );
        assert_eq!(
            tokens("1. .5 1.5e-3 2E 7<=8 \"a\"\"b\\\" $ \"open"),
            [
                Token::Decimal("1."),
                Token::Decimal(".5"),
                Token::Double("1.5e-3"),
                Token::Integer("2"),
                Token::Word("E"),
                Token::Integer("7"),
                Token::Symbol("<="),
                Token::Integer("8"),
                Token::Text("a\"b\\".to_owned()),
                Token::Symbol("$"),
                Token::Unrecognized('"'),
                Token::Word("open"),
            ]
        );
        assert_eq!(tokens("é"), [Token::Unrecognized('é')]);
    }
}
