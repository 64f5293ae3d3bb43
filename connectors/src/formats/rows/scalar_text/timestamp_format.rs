//! `TimestampFormat`: the patterns of the SerDe property `timestamp.formats`, in Java's notation.

use super::date_time::{Cursor, Instant, days_of};
use super::number::{IntegerRule, parse_integer};

/// One pattern: `yyyy-MM-dd'T'HH:mm:ss.SSSX` and its like, or `millis` for milliseconds since 1970-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampFormat(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(u8),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// As many digits as the pattern has letters, at most.
    Fraction(usize),
    Offset,
    Milliseconds,
}

/// A pattern with a letter that is not supported, or with a quote that is not closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "timestamp format '{0}' is not supported; use the letters y M d H m s S X Z, text in quotes, or 'millis'"
)]
pub struct UnsupportedTimestampFormat(pub String);

impl TimestampFormat {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Result<TimestampFormat, UnsupportedTimestampFormat> {
        if pattern.eq_ignore_ascii_case("millis") {
            return Ok(TimestampFormat(vec![Part::Milliseconds]));
        }
        let unsupported = || UnsupportedTimestampFormat(pattern.to_owned());
        let mut parts = Vec::new();
        let mut rest = pattern.as_bytes();
        while let [first, after @ ..] = rest {
            let run = rest.iter().take_while(|byte| *byte == first).count();
            let part = match first {
                b'\'' => {
                    rest = quoted(after, &mut parts).ok_or_else(unsupported)?;
                    continue;
                }
                b'y' | b'u' => Part::Year,
                b'M' if run <= 2 => Part::Month,
                b'd' => Part::Day,
                b'H' => Part::Hour,
                b'm' => Part::Minute,
                b's' => Part::Second,
                b'S' => Part::Fraction(run),
                b'X' | b'x' | b'Z' => Part::Offset,
                letter if letter.is_ascii_alphabetic() => return Err(unsupported()),
                literal => {
                    parts.push(Part::Literal(*literal));
                    rest = after;
                    continue;
                }
            };
            parts.push(part);
            rest = rest.get(run..).unwrap_or_default();
        }
        Ok(TimestampFormat(parts))
    }

    /// The instant that `text` stands for, if all of it follows the pattern. Parts that the pattern lacks are those of
    /// 1970-01-01T00:00:00Z.
    pub(crate) fn parse(&self, text: &[u8]) -> Option<Instant> {
        let mut cursor = Cursor(text);
        let (mut year, mut month, mut day) = (1970, 1, 1);
        let (mut hour, mut minute, mut second, mut nanoseconds, mut offset) = (0, 0, 0, 0, 0);
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Literal(byte) => cursor.expect(*byte)?,
                Part::Year => year = cursor.number(1, self.digits_max(index, 4, 7), i64::MAX)?,
                Part::Month => month = cursor.number(1, 2, 12)?,
                Part::Day => day = cursor.number(1, 2, 31)?,
                Part::Hour => hour = cursor.number(1, 2, 23)?,
                Part::Minute => minute = cursor.number(1, 2, 59)?,
                Part::Second => second = cursor.number(1, 2, 59)?,
                Part::Fraction(digits) => nanoseconds = cursor.fraction_digits(*digits)?,
                Part::Offset => {
                    // Unlike ISO 8601's, this offset may not be absent.
                    if cursor.0.is_empty() {
                        return None;
                    }
                    offset = cursor.offset()?;
                }
                Part::Milliseconds => {
                    let count = parse_integer(text, IntegerRule::FractionDropped)?;
                    return Instant::from_milliseconds(count);
                }
            }
        }
        if !cursor.0.is_empty() {
            return None;
        }
        let midnight = days_of(year, month, day)?.checked_mul(86_400)?;
        Some(Instant {
            seconds: midnight + hour * 3600 + minute * 60 + second - offset,
            nanoseconds,
        })
    }

    /// A number directly before another one takes its own digits only.
    fn digits_max(&self, index: usize, adjacent: usize, apart: usize) -> usize {
        match self.0.get(index + 1) {
            None | Some(Part::Literal(_)) => apart,
            Some(_) => adjacent,
        }
    }
}

/// Reads text up to the closing quote, a doubled quote being one; returns what follows.
fn quoted<'a>(mut rest: &'a [u8], parts: &mut Vec<Part>) -> Option<&'a [u8]> {
    if let [b'\'', after @ ..] = rest {
        parts.push(Part::Literal(b'\''));
        return Some(after);
    }
    loop {
        match rest {
            [b'\'', b'\'', after @ ..] => {
                parts.push(Part::Literal(b'\''));
                rest = after;
            }
            [b'\'', after @ ..] => return Some(after),
            [byte, after @ ..] => {
                parts.push(Part::Literal(*byte));
                rest = after;
            }
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn patterns_read_what_they_describe_and_nothing_else() {
        for (pattern, text, milliseconds) in [
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSX",
                "1970-01-01T00:00:01.5Z",
                Some(1500),
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ssZ",
                "1970-01-01T01:00:00+0100",
                Some(0),
            ),
            ("yyyy-MM-dd'T'HH:mm:ss", "1970-01-01T00:00:00Z", None),
            ("yyyyMMddHHmmss", "19700102000000", Some(86_400_000)),
            ("dd/MM/yyyy", "02/01/1970", Some(86_400_000)),
            ("dd/MM/yyyy", "31/02/1970", None),
            ("HH 'o''clock'", "3 o'clock", Some(10_800_000)),
            ("millis", "-1", Some(-1)),
            ("millis", "1500.7", Some(1500)),
            ("millis", "soon", None),
        ] {
            let instant = TimestampFormat::new(pattern)
                .unwrap()
                .parse(text.as_bytes());
            assert_eq!(
                instant.and_then(|instant| instant.to_unit(TimeUnit::Millisecond)),
                milliseconds,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_that_is_not_understood_is_refused() {
        for pattern in ["EEE dd", "dd MMM yyyy", "hh:mm a", "yyyy 'year"] {
            assert!(TimestampFormat::new(pattern).is_err(), "{pattern}");
        }
    }
}
