//! Bracketed character classes: `[a-z&&[^b]]`, `[[:alpha:]_]`.
//!
//! The reading follows Joni to its quirks, since patterns get their meaning from it: what stands before a `-` after a class like `\w` is
//! the last character read before it, and a `-` after a range is lost.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::class_token::{Token, next_token};
use super::reader::{PatternReader, wrong};
use crate::error::FunctionError;

/// How deep classes may nest.
const DEPTH_MAX: usize = 100;

/// Reads a class, of which `[` is read.
pub(super) fn parse_class(
    reader: &mut PatternReader,
    ignore_case: bool,
) -> Result<ClassUnicode, FunctionError> {
    nested_class(reader, ignore_case, 0)
}

/// The set between two code points, of those that are characters.
pub(super) fn code_range(first: u32, last: u32) -> ClassUnicode {
    let range = |first: u32, last: u32| {
        let (first, last) = (char::from_u32(first)?, char::from_u32(last)?);
        (first <= last).then(|| ClassUnicodeRange::new(first, last))
    };
    let below = range(first.min(0xE000), last.min(0xD7FF));
    let above = range(first.max(0xE000), last.min(u32::from(char::MAX)));
    ClassUnicode::new(below.into_iter().chain(above))
}

/// The class as the regex engines read it.
pub(super) fn class_text(class: &ClassUnicode) -> String {
    use std::fmt::Write;
    if class.ranges().is_empty() {
        return "[^\\x{0}-\\x{10FFFF}]".to_owned();
    }
    let mut text = String::from("[");
    for range in class.iter() {
        let (first, last) = (u32::from(range.start()), u32::from(range.end()));
        // Writing to a string cannot fail.
        let _ = write!(text, "\\x{{{first:X}}}");
        if first != last {
            let _ = write!(text, "-\\x{{{last:X}}}");
        }
    }
    text.push(']');
    text
}

/// What was read last.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// A character that may begin a range, or a set.
    Value,
    /// A `-` after a character.
    Range,
    /// A whole range.
    Complete,
}

/// A class as far as it is read.
struct ClassReading {
    class: ClassUnicode,
    state: State,
    /// The last code read; it is not in the class yet if the state is `Value` and no set came after it.
    last: u32,
    last_is_set: bool,
}

impl ClassReading {
    fn value(&mut self, code: u32) -> Result<(), FunctionError> {
        match self.state {
            State::Value => {
                self.add_last();
            }
            State::Range => {
                if self.last > code {
                    return Err(wrong("empty range in char class"));
                }
                self.class.union(&code_range(self.last, code));
                self.state = State::Complete;
            }
            State::Start | State::Complete => self.state = State::Value,
        }
        self.last = code;
        self.last_is_set = false;
        Ok(())
    }

    fn set(&mut self, class: &ClassUnicode) -> Result<(), FunctionError> {
        self.class.union(class);
        match self.state {
            State::Range => return Err(wrong("char-class value at end of range")),
            State::Value => self.add_last(),
            State::Start | State::Complete => {}
        }
        self.state = State::Value;
        self.last_is_set = true;
        Ok(())
    }

    /// A value that may have begun a range has not.
    fn end_value(&mut self) {
        if self.state == State::Value {
            self.add_last();
            self.last = 0;
            self.last_is_set = false;
        }
    }

    fn add_last(&mut self) {
        if !self.last_is_set {
            self.class.union(&code_range(self.last, self.last));
        }
    }
}

fn nested_class(
    reader: &mut PatternReader,
    ignore_case: bool,
    depth: usize,
) -> Result<ClassUnicode, FunctionError> {
    if depth > DEPTH_MAX {
        return Err(wrong("Pattern is nested too deep"));
    }
    let mut token = next_token(reader)?;
    let negated = matches!(token, Token::Code { code, plain: true } if code == u32::from('^'));
    if negated {
        token = next_token(reader)?;
    }
    if matches!(token, Token::Close) {
        if !closes_later(reader) {
            return Err(wrong("empty char-class"));
        }
        token = Token::Code {
            code: u32::from(']'),
            plain: true,
        };
    }
    let mut reading = ClassReading {
        class: ClassUnicode::empty(),
        state: State::Start,
        last: 0,
        last_is_set: false,
    };
    let mut intersected: Option<ClassUnicode> = None;
    loop {
        let mut following = None;
        match token {
            Token::Close => break,
            Token::Code { code, .. } => reading.value(code)?,
            Token::Set { class, .. } => reading.set(&class)?,
            Token::Open => {
                let nested = nested_class(reader, false, depth + 1)?;
                reading.class.union(&nested);
            }
            Token::And => {
                reading.end_value();
                reading.state = State::Start;
                let class = std::mem::replace(&mut reading.class, ClassUnicode::empty());
                match &mut intersected {
                    Some(before) => before.intersect(&class),
                    None => intersected = Some(class),
                }
            }
            Token::Range => following = range_token(reader, &mut reading)?,
        }
        token = match following {
            Some(token) => token,
            None => next_token(reader)?,
        };
    }
    reading.end_value();
    let mut class = reading.class;
    if let Some(mut before) = intersected {
        before.intersect(&class);
        class = before;
    }
    // Letters get their other cases in the outermost class only, before it is negated.
    if ignore_case {
        class.case_fold_simple();
    }
    if negated {
        class.negate();
    }
    Ok(class)
}

/// Treats a `-`. Returns the token after it if that is read already.
fn range_token(
    reader: &mut PatternReader,
    reading: &mut ClassReading,
) -> Result<Option<Token>, FunctionError> {
    let hyphen = u32::from('-');
    match reading.state {
        State::Start => {
            let token = next_token(reader)?;
            reading.value(hyphen)?;
            Ok(Some(token))
        }
        State::Range => {
            reading.value(hyphen)?;
            Ok(None)
        }
        State::Value | State::Complete => {
            let token = next_token(reader)?;
            match (&token, reading.state) {
                (Token::Close | Token::And, _) => reading.value(hyphen)?,
                (_, State::Value) => reading.state = State::Range,
                (token, _) => reading.value(token.code())?,
            }
            Ok(Some(token))
        }
    }
}

/// Whether another `]` follows that is not escaped.
fn closes_later(reader: &PatternReader) -> bool {
    let mut escaped = false;
    reader
        .position(|c| {
            let closes = !escaped && *c == ']';
            escaped = !escaped && *c == '\\';
            closes
        })
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::{PatternReader, class_text, parse_class};

    fn read(class: &str) -> String {
        let mut reader = PatternReader::new(class.strip_prefix('[').unwrap());
        match parse_class(&mut reader, false) {
            Ok(class) => class_text(&class),
            Err(error) => error.message,
        }
    }

    fn members(class: &str) -> String {
        let regex = regex::Regex::new(&read(class)).unwrap();
        (' '..='~')
            .filter(|c| regex.is_match(&c.to_string()))
            .collect()
    }

    #[test]
    fn classes_are_read() {
        assert_eq!(members("[a-d]"), "abcd");
        assert_eq!(members("[a-c&&[^b]x]"), "ac");
        assert_eq!(members("[a-f&&c-z&&[d-e]]"), "de");
        assert_eq!(members("[^ -0:-~]"), "123456789");
        assert_eq!(members("[\\d&&[1-3]]"), "123");
        assert_eq!(members("[[:digit:]_]"), "0123456789_");
        assert_eq!(members("[ab[:^ascii:]]"), "ab");
        assert_eq!(members("[\\x41\\u0042\\103\\x{44}]"), "ABCD");
        assert_eq!(members("[\\Qa-c\\E]"), "EQabc");
        assert_eq!(members("[]a]"), "]a");
        assert_eq!(members("[^\\x20-\\\\^-~]"), "]");
        assert_eq!(members("[a-]"), "-a");
        assert_eq!(members("[-a]"), "-a");
        assert_eq!(members("[a&b]"), "&ab");
        assert_eq!(read("[\\xE6\\x9C\\x8B]"), "[\\x{670B}]");
        assert_eq!(read("[a&&b]"), "[^\\x{0}-\\x{10FFFF}]");
    }

    #[test]
    fn hyphens_have_the_quirks_of_joni() {
        // After a range the hyphen is lost.
        assert_eq!(members("[a-c-.]"), ".abc");
        // After a set the range begins with what was read before it, or with NUL.
        assert_eq!(members("[x\\d-z]"), "0123456789xyz");
        assert!(members("[\\w-.]").starts_with(" !\"#$%&'()*+,-.0"));
    }

    #[test]
    fn wrong_classes_are_errors() {
        for (class, message) in [
            ("[a", "premature end of char-class"),
            ("[]", "empty char-class"),
            ("[c-a]", "empty range in char class"),
            ("[a-\\d]", "char-class value at end of range"),
            ("[[:nope:]]", "invalid POSIX bracket type"),
            ("[\\", "end pattern at escape"),
            ("[\\xE6]", "too short multibyte code string"),
            ("[\\p{nope}]", "invalid character property name {nope}"),
        ] {
            assert_eq!(read(class), message, "{class}");
        }
    }
}
