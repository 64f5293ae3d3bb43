//! Cuts a statement into Trino's tokens, each with its place. No text is refused here: what begins no token is one of its own
//! kind, and the parser says what should have stood there.

use sqlparser::tokenizer::{Location, Span};

/// What a token is. Texts are as they were written, without the quotes around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    /// A keyword or a name without quotes.
    Word(&'a str),
    /// `"name"`, its quotes still doubled.
    QuotedName(&'a str),
    /// `` `name` ``, which Trino knows only to refuse it.
    BackquotedName,
    /// A name that begins with a digit, known to be refused as well.
    DigitName,
    /// `'text'`, its quotes still doubled.
    Text(&'a str),
    /// `U&'text'`, its quotes still doubled.
    UnicodeText(&'a str),
    /// `X'digits'`
    Binary(&'a str),
    /// `1`, `1_000`, `0xFF`, `0o7` or `0b1`
    Integer(&'a str),
    /// `1.5`, `1.` or `.5`
    Decimal(&'a str),
    /// `1.5E3`
    Double(&'a str),
    /// Punctuation.
    Symbol(&'static str),
    /// A character that begins no token, or a quote that nothing closes.
    Unrecognized,
    /// The end of the statement.
    End,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) text: &'a str,
    /// Byte offset of its first character.
    pub(super) start: usize,
    /// From its first character to the one after its last.
    pub(super) span: Span,
}

impl Token<'_> {
    /// Byte offset after its last character.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Longer ones first.
const SYMBOLS: &[&str] = &[
    "<>", "!=", "<=", ">=", "||", "->", "=>", "{-", "-}", "(", ")", ",", ".", "=", "<", ">", "+",
    "-", "*", "/", "%", "[", "]", "?", ";", ":", "|", "^", "$", "{", "}",
];

/// A statement's tokens; the last one is its end.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut places = Places::new(text);
    let mut start = 0;
    loop {
        let blank = blanks(text.get(start..).unwrap_or(""));
        start += blank.length;
        let rest = text.get(start..).unwrap_or("");
        let (kind, length) = next(rest);
        let (from, to) = (places.of(start), places.of(start + length));
        tokens.push(Token {
            kind,
            text: rest.get(..length).unwrap_or(""),
            start,
            span: Span::new(from, to),
        });
        if kind == TokenKind::End {
            return tokens;
        }
        start += length;
        // Nothing valid follows here, so what does is not looked at: searching it for ends that are not there takes long.
        if blank.in_comment || (kind == TokenKind::Unrecognized && rest.starts_with(QUOTES)) {
            let end = places.of(start);
            tokens.push(Token {
                kind: TokenKind::End,
                text: "",
                start,
                span: Span::new(end, end),
            });
            return tokens;
        }
    }
}

const QUOTES: [char; 3] = ['\'', '"', '`'];

/// What stands before a token.
struct Blanks {
    length: usize,
    /// A comment begins here and has no end.
    in_comment: bool,
}

fn blanks(text: &str) -> Blanks {
    let mut rest = text;
    let mut in_comment = false;
    loop {
        let trimmed = rest.trim_start();
        let comment = if trimmed.starts_with("--") {
            trimmed.find(['\n', '\r']).or(Some(trimmed.len()))
        } else if let Some(inside) = trimmed.strip_prefix("/*") {
            let end = inside.find("*/").map(|end| end + 4);
            in_comment = end.is_none();
            end
        } else {
            None
        };
        rest = trimmed;
        match comment {
            Some(length) => rest = rest.get(length..).unwrap_or(""),
            None => {
                return Blanks {
                    length: text.len() - rest.len(),
                    in_comment,
                };
            }
        }
    }
}

/// The token that a text begins with, and its length.
fn next(rest: &str) -> (TokenKind<'_>, usize) {
    let Some(first) = rest.chars().next() else {
        return (TokenKind::End, 0);
    };
    let found = match first {
        '\'' => quoted(rest, 0, '\'').map(|(text, length)| (TokenKind::Text(text), length)),
        '"' => quoted(rest, 0, '"').map(|(text, length)| (TokenKind::QuotedName(text), length)),
        '`' => quoted(rest, 0, '`').map(|(_, length)| (TokenKind::BackquotedName, length)),
        'x' | 'X' if rest.get(1..).is_some_and(|rest| rest.starts_with('\'')) => {
            binary(rest).or(Some(word(rest)))
        }
        'u' | 'U' if rest.get(1..).is_some_and(|rest| rest.starts_with("&'")) => {
            quoted(rest, 2, '\'')
                .map(|(text, length)| (TokenKind::UnicodeText(text), length))
                .or(Some(word(rest)))
        }
        'a'..='z' | 'A'..='Z' | '_' => Some(word(rest)),
        '0'..='9' => Some(number(rest)),
        '.' if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => Some(number(rest)),
        _ => SYMBOLS
            .iter()
            .find(|symbol| rest.starts_with(**symbol))
            .map(|symbol| (TokenKind::Symbol(symbol), symbol.len())),
    };
    found.unwrap_or((TokenKind::Unrecognized, first.len_utf8()))
}

fn word(rest: &str) -> (TokenKind<'_>, usize) {
    let length = word_length(rest);
    (TokenKind::Word(rest.get(..length).unwrap_or("")), length)
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// What stands in the quotes that open after a prefix, and the length of all of it.
fn quoted(rest: &str, prefix: usize, quote: char) -> Option<(&str, usize)> {
    let inside = prefix + quote.len_utf8();
    let mut at = inside;
    loop {
        let close = at + rest.get(at..)?.find(quote)?;
        let after = close + quote.len_utf8();
        if !rest.get(after..)?.starts_with(quote) {
            return Some((rest.get(inside..close)?, after));
        }
        at = after + quote.len_utf8();
    }
}

/// `X'…'`; quotes cannot be doubled in it.
fn binary(rest: &str) -> Option<(TokenKind<'_>, usize)> {
    let inside = rest.get(2..)?;
    let length = inside.find('\'')?;
    Some((TokenKind::Binary(inside.get(..length)?), length + 3))
}

/// The longest number or name that begins with a digit.
fn number(rest: &str) -> (TokenKind<'_>, usize) {
    let text = |length: usize| rest.get(..length).unwrap_or("");
    let integer = integer_length(rest);
    let decimal = decimal_length(rest);
    let double = double_length(rest);
    let name = if rest.starts_with('.') {
        0
    } else {
        word_length(rest)
    };
    if name > integer && name > decimal && name > double {
        (TokenKind::DigitName, name)
    } else if double > decimal.max(integer) {
        (TokenKind::Double(text(double)), double)
    } else if decimal > integer {
        (TokenKind::Decimal(text(decimal)), decimal)
    } else {
        (TokenKind::Integer(text(integer)), integer)
    }
}

/// Digits with single underscores between them.
fn digits_length(text: &str, radix: u32) -> usize {
    let mut length = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let between = c == '_'
            && length > 0
            && characters.peek().is_some_and(|next| next.is_digit(radix))
            && text.as_bytes().get(length - 1) != Some(&b'_');
        if !c.is_digit(radix) && !between {
            break;
        }
        length += 1;
    }
    length
}

fn integer_length(text: &str) -> usize {
    let radix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return digits_length(text, 10),
    };
    let digits = text.get(2..).unwrap_or("");
    // An underscore may stand right after the prefix.
    let underscore = usize::from(digits.starts_with('_'));
    match digits_length(digits.get(underscore..).unwrap_or(""), radix) {
        0 => 1,
        length => 2 + underscore + length,
    }
}

/// 0 if it is none.
fn decimal_length(text: &str) -> usize {
    let whole = digits_length(text, 10);
    let Some(fraction) = text.get(whole..).and_then(|rest| rest.strip_prefix('.')) else {
        return 0;
    };
    whole + 1 + digits_length(fraction, 10)
}

/// 0 if it is none.
fn double_length(text: &str) -> usize {
    let digits = |text: &str| {
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let mut length = digits(text);
    if let Some(fraction) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
        length += 1 + digits(fraction);
    }
    let Some(exponent) = text
        .get(length..)
        .and_then(|rest| rest.strip_prefix(['e', 'E']))
    else {
        return 0;
    };
    let sign = usize::from(exponent.starts_with(['+', '-']));
    match digits(exponent.get(sign..).unwrap_or("")) {
        0 => 0,
        exponent => length + 1 + sign + exponent,
    }
}

/// Tells lines and characters of byte offsets that grow from call to call, so that a statement is counted through once.
struct Places<'a> {
    text: &'a str,
    offset: usize,
    location: Location,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Places {
            text,
            offset: 0,
            location: Location::new(1, 1),
        }
    }

    fn of(&mut self, offset: usize) -> Location {
        for c in self.text.get(self.offset..offset).unwrap_or("").chars() {
            if c == '\n' {
                self.location = Location::new(self.location.line + 1, 1);
            } else {
                self.location.column += 1;
            }
        }
        self.offset = offset;
        self.location
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn numbers_end_where_the_longest_of_them_does() {
        use TokenKind::{Decimal, DigitName, Double, End, Integer, Word};
        for (text, expected) in [
            ("1", vec![Integer("1")]),
            ("1_000", vec![Integer("1_000")]),
            ("0xFf", vec![Integer("0xFf")]),
            ("0b1", vec![Integer("0b1")]),
            ("0o_7", vec![Integer("0o_7")]),
            ("1.", vec![Decimal("1.")]),
            (".5", vec![Decimal(".5")]),
            ("1.5E-3", vec![Double("1.5E-3")]),
            (".5e3", vec![Double(".5e3")]),
            ("1e5", vec![Double("1e5")]),
            ("1e", vec![DigitName]),
            ("1x", vec![DigitName]),
            ("1__0", vec![DigitName]),
            ("0xG", vec![DigitName]),
            ("1.5x", vec![Decimal("1.5"), Word("x")]),
            ("1..2", vec![Decimal("1."), Decimal(".2")]),
        ] {
            assert_eq!(kinds(text), [expected, vec![End]].concat(), "{text}");
        }
    }

    #[test]
    fn quotes_are_doubled_and_a_backslash_is_a_character() {
        use TokenKind::{Binary, End, QuotedName, Text, UnicodeText, Word};
        assert_eq!(
            kinds(r#"'it''s \' "a""b" U&'\2603' X'0a' x"#),
            vec![
                Text(r"it''s \"),
                QuotedName("a\"\"b"),
                UnicodeText(r"\2603"),
                Binary("0a"),
                Word("x"),
                End
            ]
        );
    }

    #[test]
    fn what_is_never_closed_ends_the_tokens() {
        use TokenKind::{End, Integer, Symbol, Unrecognized};
        assert_eq!(kinds("1 'a"), vec![Integer("1"), Unrecognized, End]);
        assert_eq!(kinds("1 /* a"), vec![Integer("1"), Symbol("/"), End]);
        assert_eq!(kinds("1 /* a */ --b"), vec![Integer("1"), End]);
    }

    #[test]
    fn places_count_lines_and_characters() {
        let places: Vec<(u64, u64)> = tokens("'é' a\n /* ü\n */ b")
            .iter()
            .map(|token| (token.span.start.line, token.span.start.column))
            .collect();
        assert_eq!(places, vec![(1, 1), (1, 5), (3, 5), (3, 6)]);
    }
}
