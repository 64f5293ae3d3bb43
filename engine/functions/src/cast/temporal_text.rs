//! Dates, times and timestamps from text, by the patterns of Trino's casts.

use crate::types::time_zone::TimeZone;
use crate::value_text::SECONDS_PER_DAY;
use crate::value_text::calendar::CivilDate;

use super::zone_text::ZoneText;

/// The digits of a second that can be read; Java reads the fraction as a 64-bit number.
const FRACTION_DIGITS_MAX: usize = 18;

/// The digits of a second that a text of a time may have.
const TIME_FRACTION_DIGITS_MAX: u32 = 12;

/// What stands in the text of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimestampText<'a> {
    /// Seconds of the local clock since 1970-01-01 00:00:00.
    pub(super) local_seconds: i64,
    pub(super) fraction: Fraction,
    pub(super) zone: Option<&'a str>,
}

/// What stands in the text of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeText {
    pub(super) second_of_day: i64,
    pub(super) fraction: Fraction,
    pub(super) offset_minutes: Option<i16>,
}

/// A part of a second, as so many digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fraction {
    value: i64,
    digits: u32,
}

impl Fraction {
    /// The fraction rounded half up to a precision, in units of which a second has ten to the power of `unit_digits`.
    pub(super) fn rounded(self, precision: u8, unit_digits: u32) -> i64 {
        let precision = u32::from(precision);
        let (value, digits) = match self.digits.checked_sub(precision) {
            Some(dropped) => {
                let factor = 10_i64.pow(dropped);
                ((self.value + factor / 2) / factor, precision)
            }
            None => (self.value, self.digits),
        };
        value * 10_i64.pow(unit_digits.saturating_sub(digits))
    }
}

/// Java's `Character.isWhitespace`: what `trim` takes away.
pub(super) fn is_whitespace(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r'
            | '\u{1c}'..=' '
            | '\u{1680}'
            | '\u{2000}'..='\u{2006}'
            | '\u{2008}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// A text that is read from left to right.
struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.place..).unwrap_or("")
    }

    fn take(&mut self, symbol: u8) -> Option<()> {
        (self.peek() == Some(symbol)).then(|| self.place += 1)
    }

    /// A number of at most so many digits, and how many there were; `None` if there is none.
    fn digits(&mut self, count_max: usize) -> Option<(i64, usize)> {
        let start = self.place;
        let mut number = 0_i64;
        while self.place - start < count_max
            && let Some(digit @ b'0'..=b'9') = self.peek()
        {
            number = number
                .wrapping_mul(10)
                .wrapping_add(i64::from(digit - b'0'));
            self.place += 1;
        }
        (self.place > start).then_some((number, self.place - start))
    }

    /// A number of one or two digits.
    fn pair(&mut self) -> Option<u32> {
        let (number, _) = self.digits(2)?;
        u32::try_from(number).ok()
    }

    /// `-month-day`
    fn month_and_day(&mut self, year: i64) -> Option<CivilDate> {
        self.take(b'-')?;
        let month = self.pair()?;
        self.take(b'-')?;
        CivilDate::new(year, month, self.pair()?)
    }

    fn sign(&mut self) -> i64 {
        match self.peek() {
            Some(b'-') => {
                self.place += 1;
                -1
            }
            Some(b'+') => {
                self.place += 1;
                1
            }
            _ => 1,
        }
    }

    /// `hour:minute[:second[.fraction]]`, if it stands here: the second of the day and the fraction. What does not fit the end of this is
    /// left. The outer `None` is a time that no day has.
    fn time(&mut self) -> Option<Option<(i64, Fraction)>> {
        let start = self.place;
        let hour_and_minute = self
            .pair()
            .and_then(|hour| self.take(b':').map(|()| hour))
            .and_then(|hour| Some((hour, self.pair()?)));
        let Some((hour, minute)) = hour_and_minute else {
            self.place = start;
            return Some(None);
        };
        let mut second = 0;
        let mut fraction = Fraction::default();
        let before_second = self.place;
        if let Some(found) = self.take(b':').and_then(|()| self.pair()) {
            second = found;
            let before_fraction = self.place;
            match self.take(b'.').and_then(|()| self.digits(usize::MAX)) {
                Some((_, digits)) if digits > FRACTION_DIGITS_MAX => return None,
                Some((value, digits)) => {
                    fraction = Fraction {
                        value,
                        digits: u32::try_from(digits).ok()?,
                    };
                }
                None => self.place = before_fraction,
            }
        } else {
            self.place = before_second;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Some((
            i64::from(hour * 3600 + minute * 60 + second),
            fraction,
        )))
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t'..=b'\r') = self.peek() {
            self.place += 1;
        }
    }
}

/// `year-month-day` in days since 1970-01-01, with blanks around it; years may have one to nine digits and a sign.
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let mut reader = Reader {
        text: text.trim_matches(is_whitespace),
        place: 0,
    };
    let sign = reader.sign();
    let (year, _) = reader.digits(9)?;
    let date = reader.month_and_day(sign * year)?;
    if !reader.rest().is_empty() {
        return None;
    }
    i32::try_from(date.epoch_days()).ok()
}

/// `year-month-day[ hour:minute[:second[.fraction]]][ zone]`, without blanks around it.
pub(super) fn parse_timestamp(text: &str) -> Option<TimestampText<'_>> {
    let mut reader = Reader { text, place: 0 };
    let sign = reader.sign();
    let (year, year_digits) = reader.digits(10)?;
    if year_digits < 4 || year > i64::from(i32::MAX) {
        return None;
    }
    let date = reader.month_and_day(sign * year)?;
    let midnight = date.epoch_days() * SECONDS_PER_DAY;
    if reader.rest().is_empty() {
        return Some(TimestampText {
            local_seconds: midnight,
            fraction: Fraction::default(),
            zone: None,
        });
    }
    reader.take(b' ')?;
    let (second_of_day, fraction) = reader.time()?.unwrap_or_default();
    reader.skip_blanks();
    Some(TimestampText {
        local_seconds: midnight + second_of_day,
        fraction,
        zone: Some(reader.rest()).filter(|zone| !zone.is_empty()),
    })
}

/// `hour:minute[:second[.fraction]][ +hh:mm]`, without blanks before it.
pub(super) fn parse_time(text: &str) -> Option<TimeText> {
    let mut reader = Reader { text, place: 0 };
    let (second_of_day, fraction) = reader.time()??;
    if fraction.digits > TIME_FRACTION_DIGITS_MAX {
        return None;
    }
    reader.skip_blanks();
    let offset_minutes = match reader.rest().as_bytes() {
        [] => None,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2]
            if [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit()) =>
        {
            let number =
                |tens: &u8, ones: &u8| i16::from(tens - b'0') * 10 + i16::from(ones - b'0');
            let (hours, minutes) = (number(h1, h2), number(m1, m2));
            let allowed = (hours < 14 && minutes < 60) || (hours == 14 && minutes == 0);
            if !allowed {
                return None;
            }
            let total = hours * 60 + minutes;
            Some(if *sign == b'-' { -total } else { total })
        }
        _ => return None,
    };
    Some(TimeText {
        second_of_day,
        fraction,
        offset_minutes,
    })
}

/// Reads zones, and remembers the last, for finding a region's key takes long.
#[derive(Debug, Default)]
pub(super) struct ZoneReader {
    last: Option<(String, TimeZone, i16)>,
}

impl ZoneReader {
    /// The zone of that name and its key.
    pub(super) fn read(&mut self, text: &str) -> Option<(TimeZone, i16)> {
        if let Some((known, zone, key)) = &self.last
            && known == text
        {
            return Some((*zone, *key));
        }
        let zone = ZoneText::parse(text)?.time_zone()?;
        let key = zone.key();
        self.last = Some((text.to_owned(), zone, key));
        Some((zone, key))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fraction, parse_date, parse_time, parse_timestamp};

    #[test]
    fn dates_may_lack_leading_zeros() {
        assert_eq!(parse_date("1970-01-02"), Some(1));
        assert_eq!(parse_date(" \n1970-1-2\t"), Some(1));
        assert_eq!(parse_date("\u{2003}1970-01-02"), Some(1));
        assert_eq!(parse_date("-1-12-31"), Some(-719_529));
        assert_eq!(parse_date("+10000-1-1"), Some(2_932_897));
        for wrong in [
            "",
            "1970",
            "1970-1",
            "1970-01-02 00:00:00",
            "1970-02-30",
            "1970/01/02",
            "1970-001-02",
            "1970-01-0x",
            "-",
            "1234567890-01-01",
            "5881581-01-01",
            "1970-01-02T",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn timestamps_have_optional_parts() {
        let read = |text| {
            parse_timestamp(text).map(|of| (of.local_seconds, of.fraction.rounded(3, 6), of.zone))
        };
        assert_eq!(read("1970-01-02"), Some((86_400, 0, None)));
        assert_eq!(read("1970-1-2 1:2"), Some((86_400 + 3720, 0, None)));
        assert_eq!(read("1970-01-01 00:00:01.9996"), Some((1, 1_000_000, None)));
        assert_eq!(
            read("1970-01-01 00:00:01.5+01:00"),
            Some((1, 500_000, Some("+01:00")))
        );
        assert_eq!(read("1970-01-01 UTC"), Some((0, 0, Some("UTC"))));
        assert_eq!(read("1970-01-01 00:00:01  UTC"), Some((1, 0, Some("UTC"))));
        assert_eq!(read("1970-01-01 00:00:01."), Some((1, 0, Some("."))));
        for wrong in [
            "",
            "970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01 24:00:00",
            "1970-01-01 00:60",
            "1970-13-01 00:00",
            "1970-01-01 00:00:00.1234567890123456789",
            " 1970-01-01",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_may_have_offsets() {
        let read =
            |text| parse_time(text).map(|of| (of.second_of_day, of.fraction, of.offset_minutes));
        let half = Fraction {
            value: 5,
            digits: 1,
        };
        assert_eq!(read("1:2:3.5"), Some((3723, half, None)));
        assert_eq!(read("01:02"), Some((3720, Fraction::default(), None)));
        assert_eq!(
            read("01:02 -14:00"),
            Some((3720, Fraction::default(), Some(-840)))
        );
        for wrong in [
            "",
            "1",
            "24:00",
            "01:02+1:00",
            "01:02+14:01",
            "01:02 UTC",
            " 01:02",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
