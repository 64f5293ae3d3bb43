//! Reads the tokens of JSON text, strictly as Jackson does: positions and slices, nothing copied.

/// The text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// What a string holds as it stands in the text, between its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawString<'a> {
    pub(super) text: &'a str,
    /// Whether there are escapes in it.
    pub(super) escaped: bool,
}

/// A value that is no object and no array.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token<'a> {
    Null,
    Boolean(bool),
    /// A number without fraction and exponent.
    Integer(&'a str),
    /// A number with a fraction or an exponent.
    Float(&'a str),
    String(RawString<'a>),
}

/// A place in JSON text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, position: 0 }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn slice(&self, from: usize) -> &'a str {
        self.text.get(from..self.position).unwrap_or("")
    }

    /// The byte after blanks, which are passed.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                byte => return byte,
            }
        }
    }

    /// Passes the byte that [`Scanner::peek`] saw.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.position += 1;
    }

    /// Passes that byte, after blanks; false if another one follows.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    /// Passes a string whose text is known to need no escapes, if exactly that string follows.
    #[inline]
    pub(super) fn take_plain_string(&mut self, plain: &str) -> bool {
        let rest = self
            .text
            .as_bytes()
            .get(self.position..)
            .unwrap_or_default();
        let found = rest
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_prefix(plain.as_bytes()))
            .is_some_and(|rest| rest.first() == Some(&b'"'));
        if found {
            self.position += plain.len() + 2;
        }
        found
    }

    /// Passes a string, whose opening quote follows.
    #[inline]
    pub(super) fn string(&mut self) -> Result<RawString<'a>, Malformed> {
        if self.byte() != Some(b'"') {
            return Err(Malformed);
        }
        self.position += 1;
        let from = self.position;
        let mut escaped = false;
        loop {
            let rest = self
                .text
                .as_bytes()
                .get(self.position..)
                .unwrap_or_default();
            self.position += special_byte(rest).ok_or(Malformed)?;
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(Malformed),
            }
        }
        let text = self.slice(from);
        self.position += 1;
        Ok(RawString { text, escaped })
    }

    /// Passes a backslash and what it escapes.
    fn escape(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.position + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.position += 2,
            Some(b'u') => {
                let digits = bytes
                    .get(self.position + 2..self.position + 6)
                    .ok_or(Malformed)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(Malformed);
                }
                self.position += 6;
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    /// Passes a value that is no object and no array. What follows a number is not looked at.
    #[inline]
    pub(super) fn scalar(&mut self) -> Result<Token<'a>, Malformed> {
        match self.peek() {
            Some(b'"') => self.string().map(Token::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Token::Boolean(true)),
            Some(b'f') => self.word("false", Token::Boolean(false)),
            Some(b'n') => self.word("null", Token::Null),
            _ => Err(Malformed),
        }
    }

    fn word(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>, Malformed> {
        let rest = self
            .text
            .as_bytes()
            .get(self.position..)
            .unwrap_or_default();
        match rest.strip_prefix(word.as_bytes()) {
            // No longer word may begin so.
            Some(
                [
                    b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' | 0x80..,
                    ..,
                ],
            )
            | None => Err(Malformed),
            Some(_) => {
                self.position += word.len();
                Ok(token)
            }
        }
    }

    fn number(&mut self) -> Result<Token<'a>, Malformed> {
        let from = self.position;
        if self.byte() == Some(b'-') {
            self.position += 1;
        }
        if self.byte() == Some(b'0') {
            self.position += 1;
            if self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(Malformed);
            }
        } else {
            self.digits()?;
        }
        let mut float = false;
        if self.byte() == Some(b'.') {
            float = true;
            self.position += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            float = true;
            self.position += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.position += 1;
            }
            self.digits()?;
        }
        let text = self.slice(from);
        Ok(if float {
            Token::Float(text)
        } else {
            Token::Integer(text)
        })
    }

    /// Passes at least one digit.
    fn digits(&mut self) -> Result<(), Malformed> {
        let from = self.position;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.position += 1;
        }
        if self.position > from {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// Whether a number that is in no array and no object may end here: something may follow it, but not stick to it.
    pub(super) fn ends_root_number(&self) -> bool {
        matches!(self.byte(), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }
}

/// Where the first byte stands that a string cannot just hold: a quote, a backslash or a control character.
///
/// Eight bytes are looked at together: a byte of a word is zero, or less than 0x20, if subtracting borrows from its highest bit. A
/// borrow can only make bytes above the first such byte look so, and the first is asked for.
#[inline]
pub(super) fn special_byte(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST_BITS: u64 = ONES * 0x80;
    let (words, tail) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quotes = word ^ (ONES * 0x22);
        let backslashes = word ^ (ONES * 0x5c);
        let found = ((quotes.wrapping_sub(ONES) & !quotes)
            | (backslashes.wrapping_sub(ONES) & !backslashes)
            | (word.wrapping_sub(ONES * 0x20) & !word))
            & HIGHEST_BITS;
        if found != 0 {
            let within = usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
            return Some(place * 8 + within);
        }
    }
    tail.iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))
        .map(|place| words.len() * 8 + place)
}

#[cfg(test)]
mod tests {
    use super::{Malformed, Scanner, Token, special_byte};

    #[test]
    fn special_bytes_are_found_at_every_place() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for place in 0..20 {
                let mut bytes = vec![b'a'; 20];
                bytes[place] = special;
                assert_eq!(special_byte(&bytes), Some(place));
                // What would borrow from its neighbours stands behind.
                bytes[place..].fill(special);
                assert_eq!(special_byte(&bytes), Some(place));
            }
        }
        assert_eq!(
            special_byte("!#[]^ ~\u{7f}é\u{20ac}\u{1f600}".as_bytes()),
            None
        );
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for (text, float) in [
            ("0", false),
            ("-0", false),
            ("12", false),
            ("1.5", true),
            ("-1e+5", true),
            ("0E0", true),
        ] {
            match (Scanner::new(text).scalar(), float) {
                (Ok(Token::Integer(found)), false) | (Ok(Token::Float(found)), true) => {
                    assert_eq!(found, text);
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        for text in [
            "01", "-", "+1", ".5", "1.", "1e", "1.e5", "-a", "NaN", "Infinity",
        ] {
            assert_eq!(
                Scanner::new(text).scalar().map(|_| ()),
                Err(Malformed),
                "{text}"
            );
        }
    }

    #[test]
    fn strings_and_words_are_strict() {
        for text in [
            "\"a",
            "\"\n\"",
            r#""\x""#,
            r#""\u12g4""#,
            r#""\u12"#,
            "\"\\",
            "tru",
            "truex",
            "nulls",
            "falseé",
            "TRUE",
            "",
            " ",
        ] {
            assert_eq!(
                Scanner::new(text).scalar().map(|_| ()),
                Err(Malformed),
                "{text}"
            );
        }
        assert!(matches!(
            Scanner::new(" true,").scalar(),
            Ok(Token::Boolean(true))
        ));
        assert!(
            matches!(Scanner::new(r#""a\"b\u00e9é""#).scalar(), Ok(Token::String(raw)) if raw.escaped && raw.text == r#"a\"b\u00e9é"#)
        );
    }
}
