//! One pass over a JSON value of whatever depth, without recursion: the grammar stands here once, what is made of it is a visitor's.

use super::scan::{Malformed, RawString, Scanner, Token};

/// How deep values may nest where something is kept for each level. Trino's own limit is its threads' stack.
pub(super) const NESTING_MAX: usize = 10_000;

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Object,
    Array,
}

impl Container {
    fn closing(self) -> u8 {
        match self {
            Container::Object => b'}',
            Container::Array => b']',
        }
    }
}

/// Is told the parts of a value in the order of the text, by their positions in it.
pub(super) trait Visitor {
    /// Blanks between tokens.
    fn blanks(&mut self, from: usize, to: usize);
    /// An opening bracket.
    fn open(&mut self, container: Container, at: usize) -> Result<(), Malformed>;
    /// A member's key, quotes included.
    fn key(&mut self, key: RawString<'_>, from: usize, to: usize) -> Result<(), Malformed>;
    /// A value that is no object and no array.
    fn scalar(&mut self, token: Token<'_>, from: usize, to: usize) -> Result<(), Malformed>;
    /// The comma before a further value in that container.
    fn comma(&mut self, container: Container, at: usize);
    /// A closing bracket.
    fn close(&mut self, container: Container, at: usize) -> Result<(), Malformed>;
}

/// Needs nothing but that the value is well-formed.
struct Skipped;

impl Visitor for Skipped {
    #[inline]
    fn blanks(&mut self, _: usize, _: usize) {}

    #[inline]
    fn open(&mut self, _: Container, _: usize) -> Result<(), Malformed> {
        Ok(())
    }

    #[inline]
    fn key(&mut self, _: RawString<'_>, _: usize, _: usize) -> Result<(), Malformed> {
        Ok(())
    }

    #[inline]
    fn scalar(&mut self, _: Token<'_>, _: usize, _: usize) -> Result<(), Malformed> {
        Ok(())
    }

    #[inline]
    fn comma(&mut self, _: Container, _: usize) {}

    #[inline]
    fn close(&mut self, _: Container, _: usize) -> Result<(), Malformed> {
        Ok(())
    }
}

/// Passes a value.
pub(super) fn skip(scanner: &mut Scanner<'_>) -> Result<(), Malformed> {
    walk(scanner, &mut Skipped)
}

/// The containers around a place, a bit each.
#[derive(Default)]
struct Nesting {
    /// The innermost 64 or fewer; the lowest bit is the innermost, and set for an object.
    bits: u64,
    depth: usize,
    /// The outer ones, 64 a word.
    outer: Vec<u64>,
}

impl Nesting {
    #[inline]
    fn push(&mut self, container: Container) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.bits);
        }
        self.bits = (self.bits << 1) | u64::from(container == Container::Object);
        self.depth += 1;
    }

    #[inline]
    fn pop(&mut self) {
        self.bits >>= 1;
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.bits = self.outer.pop().unwrap_or(0);
        }
    }

    #[inline]
    fn innermost(&self) -> Container {
        if self.bits & 1 == 1 {
            Container::Object
        } else {
            Container::Array
        }
    }
}

/// Passes a value and tells the visitor of its parts. It ends right behind the value.
#[inline]
pub(super) fn walk<V: Visitor>(
    scanner: &mut Scanner<'_>,
    visitor: &mut V,
) -> Result<(), Malformed> {
    let mut nesting = Nesting::default();
    let mut byte = next(scanner, visitor);
    'value: loop {
        let from = scanner.position();
        let opened = match byte {
            Some(b'{') => Some(Container::Object),
            Some(b'[') => Some(Container::Array),
            _ => None,
        };
        let mut following = if let Some(container) = opened {
            visitor.open(container, from)?;
            scanner.advance();
            nesting.push(container);
            let following = next(scanner, visitor);
            if following != Some(container.closing()) {
                byte = value_start(scanner, visitor, container, following)?;
                continue 'value;
            }
            following
        } else {
            let token = scanner.scalar()?;
            visitor.scalar(token, from, scanner.position())?;
            if nesting.depth == 0 {
                return Ok(());
            }
            next(scanner, visitor)
        };
        loop {
            let container = nesting.innermost();
            let at = scanner.position();
            if following == Some(b',') {
                visitor.comma(container, at);
                scanner.advance();
                let following = next(scanner, visitor);
                byte = value_start(scanner, visitor, container, following)?;
                continue 'value;
            }
            if following != Some(container.closing()) {
                return Err(Malformed);
            }
            visitor.close(container, at)?;
            scanner.advance();
            nesting.pop();
            if nesting.depth == 0 {
                return Ok(());
            }
            following = next(scanner, visitor);
        }
    }
}

/// The first byte of a container's next value, after its key if it has one.
#[inline]
fn value_start<V: Visitor>(
    scanner: &mut Scanner<'_>,
    visitor: &mut V,
    container: Container,
    byte: Option<u8>,
) -> Result<Option<u8>, Malformed> {
    if container == Container::Array {
        return Ok(byte);
    }
    let from = scanner.position();
    let key = scanner.string()?;
    visitor.key(key, from, scanner.position())?;
    if next(scanner, visitor) != Some(b':') {
        return Err(Malformed);
    }
    scanner.advance();
    Ok(next(scanner, visitor))
}

#[inline]
fn next<V: Visitor>(scanner: &mut Scanner<'_>, visitor: &mut V) -> Option<u8> {
    let from = scanner.position();
    let byte = scanner.peek();
    if scanner.position() > from {
        visitor.blanks(from, scanner.position());
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::skip;
    use crate::json::scan::Scanner;

    #[track_caller]
    fn assert_skipped(text: &str, passed: Option<usize>) {
        let mut scanner = Scanner::new(text);
        let found = skip(&mut scanner).ok().map(|()| scanner.position());
        assert_eq!(found, passed, "{text}");
    }

    #[test]
    fn a_value_is_passed_exactly() {
        assert_skipped("1 2", Some(1));
        assert_skipped(r#" {"a" : [ 1 , {} , [ ] , "x" ] , "b":null}]"#, Some(42));
    }

    #[test]
    fn broken_values_are_found() {
        for text in [
            "",
            "[",
            "{",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "{1:2}",
            "{\"a\":1]",
            "]",
            ":",
            "[01]",
            "[\"a\nb\"]",
        ] {
            assert_skipped(text, None);
        }
    }

    #[test]
    fn depth_is_bounded_by_the_text_alone() {
        let depth = 200_000;
        let text: String = std::iter::repeat_n("[{\"a\":", depth)
            .chain(["1"])
            .chain(std::iter::repeat_n("}]", depth))
            .collect();
        assert_skipped(&text, Some(text.len()));
        assert_skipped(&"[".repeat(1_000_000), None);
        assert_skipped(&text.replacen("}]", "]}", 1), None);
    }
}
