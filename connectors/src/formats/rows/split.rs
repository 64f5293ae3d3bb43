//! `LineSplit`: the lines of an object that begin in a range of it, so that several readers share one object.
//!
//! A line belongs to the split that its first byte lies in. So a split skips what is left of a line that began before it, and
//! reads on past its end to the end of its last line.

use std::ops::Range;

use memchr::memchr;

/// Cuts a stream of bytes that begins at [`LineSplit::first_byte`] down to a split's lines.
#[derive(Debug)]
pub(super) struct LineSplit {
    range: Range<u64>,
    /// Where the next byte pushed lies in the object.
    position: u64,
    begun: bool,
    ended: bool,
}

impl LineSplit {
    pub(super) fn new(range: Range<u64>) -> Self {
        LineSplit {
            position: range.start.saturating_sub(1),
            begun: range.start == 0,
            ended: range.is_empty(),
            range,
        }
    }

    /// Where to read from: the line break right before the split says that a line begins with it.
    pub(super) fn first_byte(&self) -> u64 {
        self.range.start.saturating_sub(1)
    }

    /// Where the split ends, and its last line may not yet.
    pub(super) fn end(&self) -> u64 {
        self.range.end
    }

    /// Whether nothing more is wanted of the object.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// The part of the next bytes of the object that belongs to the split.
    pub(super) fn take<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let mut rest = bytes;
        if !self.begun {
            let Some(line_break) = memchr(b'\n', rest) else {
                self.advance(rest.len());
                return &[];
            };
            self.begun = true;
            self.advance(line_break + 1);
            rest = rest.get(line_break + 1..).unwrap_or_default();
            if self.position >= self.range.end {
                // The line that began before the split ends after it.
                self.ended = true;
            }
        }
        if self.ended {
            return &[];
        }
        // The first line break from the split's last byte on ends its last line.
        let last_byte = self.range.end.saturating_sub(1);
        let searched_from =
            usize::try_from(last_byte.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let line_break = rest
            .get(searched_from..)
            .and_then(|tail| Some(searched_from + memchr(b'\n', tail)?));
        self.advance(rest.len());
        match line_break {
            Some(line_break) => {
                self.ended = true;
                rest.get(..=line_break).unwrap_or(rest)
            }
            None => rest,
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.position = self
            .position
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(object: &[u8], range: Range<u64>, chunk: usize) -> Vec<u8> {
        let mut split = LineSplit::new(range);
        let from = usize::try_from(split.first_byte()).unwrap();
        let mut taken = Vec::new();
        for piece in object[from..].chunks(chunk) {
            taken.extend_from_slice(split.take(piece));
            if split.is_ended() {
                break;
            }
        }
        taken
    }

    #[test]
    fn every_line_is_in_exactly_one_split() {
        let object = b"one\ntwo\n\n\nthree is longer\nfour\nlast";
        let length = u64::try_from(object.len()).unwrap();
        for chunk in [1, 2, 3, 7, 100] {
            for first in 0..=length {
                for second in first..=length {
                    let mut joined = Vec::new();
                    for range in [0..first, first..second, second..length] {
                        joined.extend(lines_of(object, range, chunk));
                    }
                    assert_eq!(
                        joined, object,
                        "cut at {first} and {second}, chunks of {chunk}"
                    );
                }
            }
        }
    }
}
