//! Reads a pattern character by character, with the numbers that escapes and quantifiers hold.

use crate::error::FunctionError;

/// A pattern and how far it is read.
pub(super) struct PatternReader {
    characters: Vec<char>,
    place: usize,
}

/// A pattern that the engine does not take.
pub(in crate::regexp) fn wrong(message: &str) -> FunctionError {
    FunctionError::argument(message)
}

impl PatternReader {
    pub(super) fn new(pattern: &str) -> PatternReader {
        PatternReader {
            characters: pattern.chars().collect(),
            place: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.characters.get(self.place).copied()
    }

    /// Whether this stands next.
    pub(super) fn looks_at(&self, text: &str) -> bool {
        let rest = self.characters.get(self.place..).unwrap_or_default();
        let mut rest = rest.iter();
        text.chars().all(|c| rest.next() == Some(&c))
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.place += 1;
        Some(c)
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.place += usize::from(found);
        found
    }

    /// How far the pattern is read.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// Reads on from a place.
    pub(super) fn return_to(&mut self, place: usize) {
        self.place = place;
    }

    /// What follows up to a place where the predicate holds, without moving.
    pub(super) fn position(&self, wanted: impl FnMut(&char) -> bool) -> Option<usize> {
        let rest = self.characters.get(self.place..)?;
        rest.iter().position(wanted)
    }

    /// A number in a base with at most so many digits; `None` if there is no digit.
    pub(super) fn number(&mut self, base: u32, digits_max: usize) -> Option<u64> {
        let mut number = None;
        for _ in 0..digits_max {
            let Some(digit) = self
                .peek()
                .filter(char::is_ascii)
                .and_then(|c| c.to_digit(base))
            else {
                break;
            };
            self.place += 1;
            let before: u64 = number.unwrap_or(0);
            number = Some(
                before
                    .saturating_mul(u64::from(base))
                    .saturating_add(u64::from(digit)),
            );
        }
        number
    }

    /// The code point of `\x{...}`, of which `\x` is read; `None` if it is no such escape, and nothing more is read.
    pub(super) fn braced_code(&mut self) -> Result<Option<u32>, FunctionError> {
        let place = self.place();
        self.eat('{');
        let code = self.number(16, 8);
        if code.is_some_and(|code| code > 0x7FFF_FFFF) {
            return Err(wrong("too big wide-char value"));
        }
        if self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            return Err(wrong("too long wide-char value"));
        }
        match code {
            Some(code) if self.eat('}') => Ok(u32::try_from(code).ok()),
            _ => {
                self.return_to(place);
                Ok(None)
            }
        }
    }

    /// The code point of bytes written one by one as `\xHH` or `\OOO`, of which the first is read. It is no character where the bytes are
    /// not UTF-8.
    pub(super) fn code_of_bytes(&mut self, first: u64) -> Result<u32, FunctionError> {
        let byte = |number: u64| u8::try_from(number & 0xFF).unwrap_or(0);
        let mut bytes = vec![byte(first)];
        let length = match byte(first) {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        while bytes.len() < length {
            let next = if self.looks_at("\\x") && !self.looks_at("\\x{") {
                self.place += 2;
                Some(self.number(16, 2).unwrap_or(0))
            } else if self.eat('\\') {
                self.number(8, 3)
            } else {
                None
            };
            bytes.push(byte(
                next.ok_or_else(|| wrong("too short multibyte code string"))?,
            ));
        }
        let text = std::str::from_utf8(&bytes).unwrap_or("");
        Ok(text.chars().next().map_or(NO_CHARACTER, u32::from))
    }

    /// What the character after a backslash stands for, if it has no meaning of its own.
    pub(super) fn escaped_value(&mut self, c: char) -> Result<u32, FunctionError> {
        Ok(match c {
            'n' => 0x0A,
            't' => 0x09,
            'r' => 0x0D,
            'f' => 0x0C,
            'a' => 0x07,
            'b' => 0x08,
            'e' => 0x1B,
            'v' => 0x0B,
            'c' => self.control()?,
            other => u32::from(other),
        })
    }

    /// The control character of `\cX`.
    fn control(&mut self) -> Result<u32, FunctionError> {
        match self.next() {
            None => Err(wrong("end pattern at control")),
            Some('?') => Ok(0x7F),
            Some('\\') => {
                let escaped = self.next().ok_or_else(|| wrong("end pattern at escape"))?;
                let value = match escaped {
                    'c' => return Err(wrong("invalid control-code syntax")),
                    other => self.escaped_value(other)?,
                };
                Ok(value & 0x9F)
            }
            Some(c) => Ok(u32::from(c) & 0x9F),
        }
    }

    /// The name of `\p{name}`, of which `\p{` is read.
    pub(super) fn property_name(&mut self) -> Result<String, FunctionError> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some('}') => return Ok(name),
                None | Some('(' | ')' | '{' | '|') => {
                    return Err(wrong(&format!(
                        "invalid character property name {{{name}}}"
                    )));
                }
                Some(c) => name.push(c),
            }
        }
    }
}

/// A code that is no character, so that nothing matches it.
pub(super) const NO_CHARACTER: u32 = 0xD800;
