//! `LineSplitter`: cuts a stream of byte chunks into lines.

use super::decoder::{Place, RECORD_BYTES_MAX, RowError};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One line without its line break.
#[derive(Debug, Clone, Copy)]
pub(in crate::formats) struct Line<'a> {
    /// The line's bytes.
    pub bytes: &'a [u8],
    /// Position in the object, from 1.
    pub number: u64,
    /// The line break that ended it: `\n`, `\r\n`, or nothing at the object's end.
    pub line_break: &'static [u8],
}

/// Holds the beginning of a line until its end arrives.
#[derive(Debug)]
pub(in crate::formats) struct LineSplitter {
    partial: Vec<u8>,
    /// Whether `partial` holds a whole line, which was given out by the last call.
    given_out: bool,
    lines: u64,
    line_bytes_max: usize,
}

impl Default for LineSplitter {
    fn default() -> Self {
        LineSplitter {
            partial: Vec::new(),
            given_out: false,
            lines: 0,
            line_bytes_max: RECORD_BYTES_MAX,
        }
    }
}

impl LineSplitter {
    /// The next whole line, taken off the front of `input`; `None` once all of `input` is consumed.
    pub fn next_line<'line, 'input: 'line>(
        &'line mut self,
        input: &mut &'input [u8],
    ) -> Result<Option<Line<'line>>, RowError> {
        self.forget_given_out();
        let whole: &'input [u8] = input;
        let Some(end) = memchr::memchr(b'\n', whole) else {
            self.extend_partial(whole)?;
            *input = &[];
            return Ok(None);
        };
        let (head, rest) = whole.split_at(end);
        *input = rest.get(1..).unwrap_or_default();
        let bytes = if self.partial.is_empty() {
            self.check_length(head.len())?;
            head
        } else {
            self.extend_partial(head)?;
            self.given_out = true;
            &self.partial
        };
        self.lines += 1;
        Ok(Some(match bytes.strip_suffix(b"\r") {
            Some(bytes) => line(bytes, self.lines, b"\r\n"),
            None => line(bytes, self.lines, b"\n"),
        }))
    }

    /// The last line, where the object does not end with a line break.
    pub fn last_line(&mut self) -> Option<Line<'_>> {
        self.forget_given_out();
        if self.partial.is_empty() {
            return None;
        }
        self.given_out = true;
        self.lines += 1;
        Some(line(&self.partial, self.lines, b""))
    }

    /// How far it is; a line under way is one that a line break does not end.
    pub fn place(&self) -> Place {
        Place {
            lines: self.lines,
            open_bytes: if self.given_out {
                0
            } else {
                self.partial.len()
            },
        }
    }

    fn forget_given_out(&mut self) {
        if self.given_out {
            self.partial.clear();
            self.given_out = false;
        }
    }

    fn extend_partial(&mut self, bytes: &[u8]) -> Result<(), RowError> {
        self.check_length(self.partial.len().saturating_add(bytes.len()))?;
        self.partial.extend_from_slice(bytes);
        Ok(())
    }

    fn check_length(&self, length: usize) -> Result<(), RowError> {
        if length > self.line_bytes_max {
            return Err(RowError::RecordTooLong {
                row: self.lines + 1,
                limit: self.line_bytes_max,
            });
        }
        Ok(())
    }
}

fn line<'a>(bytes: &'a [u8], number: u64, line_break: &'static [u8]) -> Line<'a> {
    let bytes = match number {
        1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
        _ => bytes,
    };
    Line {
        bytes,
        number,
        line_break,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(object: &[u8], chunk: usize) -> Vec<String> {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        for mut piece in object.chunks(chunk) {
            while let Some(line) = splitter.next_line(&mut piece).unwrap() {
                lines.push(String::from_utf8(line.bytes.to_vec()).unwrap());
            }
            assert!(piece.is_empty());
        }
        lines.extend(
            splitter
                .last_line()
                .map(|line| String::from_utf8(line.bytes.to_vec()).unwrap()),
        );
        lines
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_are_cut() {
        let object = "\u{feff}one\r\n\ntwo\rstill two\nlast".as_bytes();
        for chunk in 1..=object.len() {
            assert_eq!(
                split(object, chunk),
                ["one", "", "two\rstill two", "last"],
                "chunks of {chunk}"
            );
        }
    }

    #[test]
    fn a_line_break_at_the_end_begins_no_line() {
        assert_eq!(split(b"one\n", 2), ["one"]);
        assert!(split(b"", 1).is_empty());
    }

    #[test]
    fn a_line_longer_than_the_bound_is_refused_with_its_number() {
        let mut splitter = LineSplitter {
            line_bytes_max: 4,
            ..LineSplitter::default()
        };
        let mut input: &[u8] = b"1234\n123";
        assert!(splitter.next_line(&mut input).unwrap().is_some());
        assert!(splitter.next_line(&mut input).unwrap().is_none());
        let mut input: &[u8] = b"45";
        let error = splitter.next_line(&mut input).unwrap_err();
        assert!(
            matches!(error, RowError::RecordTooLong { row: 2, limit: 4 }),
            "{error}"
        );
    }
}
