//! `Tokens`: walks the text of one JSON value, without building a tree of it.

use std::borrow::Cow;

/// The deepest nesting of arrays and objects that is followed.
pub(super) const DEPTH_MAX: usize = 128;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed(pub Cow<'static, str>);

impl From<&'static str> for Malformed {
    fn from(reason: &'static str) -> Self {
        Malformed(Cow::Borrowed(reason))
    }
}

/// A string as it stands between its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawString<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> RawString<'a> {
    /// The string's characters.
    pub fn decode(self) -> Result<Cow<'a, str>, Malformed> {
        if !self.escaped {
            return Ok(Cow::Borrowed(self.raw));
        }
        unescape(self.raw).map(Cow::Owned)
    }
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

    /// The next byte after blanks, not consumed.
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.position)?;
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.position += 1;
        }
    }

    /// Consumes `byte` if it comes next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Consumes `byte`, which must come next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) {
            return Ok(());
        }
        Err(self.unexpected(&format!("'{}'", char::from(byte))))
    }

    /// After an element or a member: whether another follows, `close` ending them.
    pub fn another(&mut self, close: u8) -> Result<bool, Malformed> {
        if self.take(b',') {
            return Ok(true);
        }
        if self.take(close) {
            return Ok(false);
        }
        Err(self.unexpected(&format!("',' or '{}'", char::from(close))))
    }

    /// Consumes a member's key and the colon.
    pub fn key(&mut self) -> Result<RawString<'a>, Malformed> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Consumes a string.
    pub fn string(&mut self) -> Result<RawString<'a>, Malformed> {
        self.expect(b'"')?;
        let start = self.position;
        let mut escaped = false;
        loop {
            let rest = self
                .text
                .as_bytes()
                .get(self.position..)
                .unwrap_or_default();
            let found = memchr::memchr2(b'"', b'\\', rest)
                .ok_or(Malformed::from("a string is not closed"))?;
            let end = self.position + found;
            if rest.get(found) == Some(&b'"') {
                self.position = end + 1;
                let raw = self.text.get(start..end).unwrap_or_default();
                return Ok(RawString { raw, escaped });
            }
            escaped = true;
            self.position = end + 2;
        }
    }

    /// Consumes a number, `true`, `false` or `null`, and returns its text.
    pub fn literal(&mut self) -> Result<&'a str, Malformed> {
        self.peek();
        let start = self.position;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'+' | b'-' | b'.' | b'_'))
            .unwrap_or(rest.len());
        let literal = self.text.get(start..start + length).unwrap_or_default();
        if !matches!(literal, "true" | "false" | "null") && !is_number(literal.as_bytes()) {
            return Err(self.unexpected("a value"));
        }
        self.position += length;
        Ok(literal)
    }

    /// Consumes any value that stands `depth` levels deep, and returns its text.
    pub fn skip(&mut self, depth: usize) -> Result<&'a str, Malformed> {
        self.peek();
        let start = self.position;
        // The closing bytes of the arrays and objects that are open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') => {
                    self.position += 1;
                    if !self.take(b'}') {
                        open.push(b'}');
                        check_depth(depth + open.len())?;
                        self.skip_key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.position += 1;
                    if !self.take(b']') {
                        open.push(b']');
                        check_depth(depth + open.len())?;
                        continue;
                    }
                }
                Some(b'"') => self.skip_string()?,
                _ => {
                    self.literal()?;
                }
            }
            // A value has ended, and with it perhaps those around it.
            while let Some(close) = open.last().copied() {
                if self.another(close)? {
                    if close == b'}' {
                        self.skip_key()?;
                    }
                    break;
                }
                open.pop();
            }
            if open.is_empty() {
                return Ok(self.text.get(start..self.position).unwrap_or_default());
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), Malformed> {
        self.skip_string()?;
        self.expect(b':')
    }

    fn skip_string(&mut self) -> Result<(), Malformed> {
        let string = self.string()?;
        if string.escaped {
            unescape(string.raw)?;
        }
        Ok(())
    }

    fn unexpected(&mut self, expected: &str) -> Malformed {
        let found = self.peek();
        let position = self.position + 1;
        Malformed(Cow::Owned(match found {
            Some(_) => {
                let found = self
                    .text
                    .get(self.position..)
                    .and_then(|rest| rest.chars().next())
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
                format!("expected {expected} at byte {position} and found '{found}'")
            }
            None => format!("expected {expected} and found the end of the line"),
        }))
    }
}

/// Refuses nesting deeper than is followed.
pub(super) fn check_depth(depth: usize) -> Result<(), Malformed> {
    if depth > DEPTH_MAX {
        return Err(Malformed(Cow::Owned(format!(
            "arrays and objects are nested deeper than {DEPTH_MAX} levels"
        ))));
    }
    Ok(())
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

/// Replaces escapes by what they stand for. Half of a surrogate pair becomes U+FFFD.
fn unescape(raw: &str) -> Result<String, Malformed> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escape.chars();
        match characters.next() {
            Some(same @ ('"' | '\\' | '/' | '\'')) => text.push(same),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (character, after) = code_point(characters.as_str())?;
                text.push(character);
                rest = after;
                continue;
            }
            _ => return Err("a string has an escape that JSON does not know".into()),
        }
        rest = characters.as_str();
    }
    text.push_str(rest);
    Ok(text)
}

/// The character of the digits after `\u`, with the second half of a surrogate pair, and what follows.
fn code_point(digits: &str) -> Result<(char, &str), Malformed> {
    let (unit, rest) = code_unit(digits)?;
    if let Some(character) = char::from_u32(unit) {
        return Ok((character, rest));
    }
    if (0xD800..0xDC00).contains(&unit)
        && let Some(after) = rest.strip_prefix("\\u")
    {
        let (low, after) = code_unit(after)?;
        if (0xDC00..0xE000).contains(&low) {
            let point = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            let character = char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
            return Ok((character, after));
        }
    }
    Ok((char::REPLACEMENT_CHARACTER, rest))
}

fn code_unit(digits: &str) -> Result<(u32, &str), Malformed> {
    let unit = digits
        .get(..4)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or(Malformed::from(
            "a string has '\\u' without four hexadecimal digits",
        ))?;
    Ok((unit, digits.get(4..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(text: &str) -> Result<&str, Malformed> {
        Tokens::new(text).skip(0)
    }

    #[test]
    fn values_are_skipped_to_their_end_and_not_beyond() {
        for value in [
            "1",
            "-1.5e+10",
            "true",
            r#""a\"b,]}""#,
            "[]",
            "{}",
            r#"[1, [2, {"a": []}], "x"]"#,
            r#"{"a": {"b": [1, 2]}, "c": null}"#,
        ] {
            let text = format!(" {value} , 2");
            assert_eq!(skipped(&text).unwrap(), value);
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for text in [
            "",
            "01",
            "1.",
            ".5",
            "1e",
            "+1",
            "NaN",
            "tru",
            "[1",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "{\"a\":1",
            "\"open",
            "\"\\x\"",
            "\"\\u12g4\"",
            "[}",
        ] {
            assert!(skipped(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_is_followed_to_the_bound() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(skipped(&nested(DEPTH_MAX)).is_ok());
        assert!(skipped(&nested(DEPTH_MAX + 2)).is_err());
    }

    #[test]
    fn escapes_become_characters() {
        for (raw, text) in [
            (r#""a\n\t\"\\\/\u00e9""#, "a\n\t\"\\/é"),
            (r#""\ud83e\udd89""#, "🦉"),
            (r#""\ud83e!""#, "\u{fffd}!"),
            (r#""\udd89""#, "\u{fffd}"),
            (r#""\ud83e\u0041""#, "\u{fffd}A"),
        ] {
            assert_eq!(Tokens::new(raw).string().unwrap().decode().unwrap(), text);
        }
    }
}
