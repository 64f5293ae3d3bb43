//! `Tokens`: walks JSON text that may end anywhere.

use std::borrow::Cow;

/// Why a value could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends before the value does.
    Cut,
    /// This is no JSON.
    Malformed,
}

/// A string as it stands between its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawString<'a> {
    raw: &'a str,
    is_escaped: bool,
}

impl<'a> RawString<'a> {
    /// The string's characters. Half of a surrogate pair becomes U+FFFD.
    pub fn decode(self) -> Cow<'a, str> {
        if !self.is_escaped {
            return Cow::Borrowed(self.raw);
        }
        let mut text = String::with_capacity(self.raw.len());
        let mut rest = self.raw;
        while let Some((plain, escape)) = rest.split_once('\\') {
            text.push_str(plain);
            let mut characters = escape.chars();
            match characters.next() {
                Some('b') => text.push('\u{8}'),
                Some('f') => text.push('\u{c}'),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let (character, after) = code_point(characters.as_str());
                    text.push(character);
                    rest = after;
                    continue;
                }
                Some(same) => text.push(same),
                None => {}
            }
            rest = characters.as_str();
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
}

/// The character of the digits after `\u`, with the second half of a surrogate pair, and what follows.
fn code_point(digits: &str) -> (char, &str) {
    let unit = |text: &str| {
        let digits = text.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let rest = digits.get(4..).unwrap_or_default();
    let Some(first) = unit(digits) else {
        return (char::REPLACEMENT_CHARACTER, rest);
    };
    if let Some(after) = rest.strip_prefix("\\u")
        && let Some(second) = unit(after)
        && let (Ok(first), Ok(second)) = (u16::try_from(first), u16::try_from(second))
        && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
        && character > '\u{FFFF}'
    {
        return (character, after.get(4..).unwrap_or_default());
    }
    let character = char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER);
    (character, rest)
}

/// The text that is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokens { text, position: 0 }
    }

    /// How many bytes are consumed.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes on after the line break that follows `position`, or at the text's end.
    pub fn skip_line(&mut self, position: usize) {
        let rest = self.text.get(position..).unwrap_or_default();
        let line = rest
            .find('\n')
            .map_or(rest.len(), |end| end.saturating_add(1));
        self.position = position.saturating_add(line);
    }

    /// The next byte after blanks, not consumed.
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.position)?;
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.advance(1);
        }
    }

    /// Consumes `byte` if it comes next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.advance(usize::from(found));
        found
    }

    /// Consumes `byte`, which must come next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        match self.peek() {
            None => Err(Stop::Cut),
            Some(next) if next == byte => {
                self.advance(1);
                Ok(())
            }
            Some(_) => Err(Stop::Malformed),
        }
    }

    /// Consumes `open`, and `close` where nothing stands between them; whether an element or a member comes next.
    pub fn enter(&mut self, open: u8, close: u8) -> Result<bool, Stop> {
        self.expect(open)?;
        Ok(!self.take(close))
    }

    /// After an element or a member: whether another follows, `close` ending them.
    pub fn another(&mut self, close: u8) -> Result<bool, Stop> {
        if self.take(b',') {
            return Ok(true);
        }
        self.expect(close)?;
        Ok(false)
    }

    /// Consumes a member's key and the colon.
    pub fn key(&mut self) -> Result<RawString<'a>, Stop> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Consumes a string.
    pub fn string(&mut self) -> Result<RawString<'a>, Stop> {
        self.expect(b'"')?;
        let start = self.position;
        let mut is_escaped = false;
        loop {
            let rest = self.rest();
            let length = rest
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | b'\n'))
                .ok_or(Stop::Cut)?;
            self.advance(length);
            match self.rest().as_bytes() {
                [b'"', ..] => {
                    let raw = self.text.get(start..self.position).unwrap_or_default();
                    self.advance(1);
                    return Ok(RawString { raw, is_escaped });
                }
                [b'\\', b'u', digits @ ..] => {
                    let digits = digits.get(..4).ok_or(Stop::Cut)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return Err(Stop::Malformed);
                    }
                    self.advance(6);
                }
                // The escaped apostrophe is no JSON, but common, and the readers know it.
                [
                    b'\\',
                    b'"' | b'\\' | b'/' | b'\'' | b'b' | b'f' | b'n' | b'r' | b't',
                    ..,
                ] => {
                    self.advance(2);
                }
                [b'\\'] => return Err(Stop::Cut),
                _ => return Err(Stop::Malformed),
            }
            is_escaped = true;
        }
    }

    /// Consumes a number, `true`, `false` or `null`, and returns its text. At the text's end it may be cut.
    pub fn literal(&mut self) -> Result<&'a str, Stop> {
        self.peek();
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
            .ok_or(Stop::Cut)?;
        let literal = rest.get(..length).unwrap_or_default();
        if !matches!(literal, "true" | "false" | "null") && !is_number(literal.as_bytes()) {
            return Err(Stop::Malformed);
        }
        self.advance(length);
        Ok(literal)
    }

    /// Consumes any value, without recursion.
    pub fn skip(&mut self) -> Result<(), Stop> {
        // The closing bytes of the arrays and objects that are open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            let first = self.peek().ok_or(Stop::Cut)?;
            match first {
                b'{' => {
                    if self.enter(b'{', b'}')? {
                        open.push(b'}');
                        self.key()?;
                        continue;
                    }
                }
                b'[' => {
                    if self.enter(b'[', b']')? {
                        open.push(b']');
                        continue;
                    }
                }
                b'"' => {
                    self.string()?;
                }
                _ => {
                    self.literal()?;
                }
            }
            // A value has ended, and with it perhaps those around it.
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(());
                };
                if self.another(close)? {
                    if close == b'}' {
                        self.key()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes);
    }
}

/// Whether `text` is a number by RFC 8259, section 6.
fn is_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> (usize, &[u8]) {
        let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count, text.get(count..).unwrap_or_default())
    }
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, mut rest) = digits(text);
    if whole == 0 || (whole > 1 && text.first() == Some(&b'0')) {
        return false;
    }
    if let [b'.', fraction @ ..] = rest {
        let (count, after) = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = after;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] => digits,
            digits => digits,
        };
        let (count, after) = digits(exponent);
        return count > 0 && after.is_empty();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(text: &str) -> Result<usize, Stop> {
        let mut tokens = Tokens::new(text);
        tokens.skip().map(|()| tokens.position())
    }

    #[test]
    fn values_are_skipped_to_their_end_and_not_beyond() {
        for value in [
            "1",
            "-1.5e+10",
            "null",
            r#""a\"b,]}""#,
            "[]",
            r#"[1, [{"a": {}}], "é"]"#,
        ] {
            assert_eq!(skipped(&format!("{value} ,")), Ok(value.len()), "{value}");
        }
        let deep = "[".repeat(500_000) + &"]".repeat(500_000);
        assert_eq!(skipped(&deep), Ok(1_000_000));
    }

    #[test]
    fn what_ends_early_is_cut_and_what_is_no_json_is_malformed() {
        let value = r#"{"a": [1, "b\u00e9\n"], "c": null}"#;
        for end in 0..value.len() {
            assert_eq!(skipped(&value[..end]), Err(Stop::Cut), "{end}");
        }
        for text in [
            "01,",
            "[1,]",
            "{a:1}",
            "{\"a\":1,}",
            "\"\\x\"",
            "\"a\nb\"",
            "[1 2]",
            "NaN,",
            "\"\\u12g4\"",
        ] {
            assert_eq!(skipped(text), Err(Stop::Malformed), "{text}");
        }
    }

    #[test]
    fn escapes_become_characters() {
        for (raw, text) in [
            (r#""a\n\/\"\u00e9""#, "a\n/\"é"),
            (r#""\ud83e\udd89""#, "🦉"),
            (r#""\ud83e!""#, "\u{fffd}!"),
            (r#""\ud83e\u0041""#, "\u{fffd}A"),
        ] {
            assert_eq!(Tokens::new(raw).string().unwrap().decode(), text);
        }
    }
}
