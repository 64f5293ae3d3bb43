//! Timestamps of ISO 8601 with nanoseconds, by the rules and with the errors of Java's `DateTimeFormatter.ISO_DATE_TIME`.

use super::calendar;
use super::columns::{NANOS, SECONDS_PER_DAY, timestamp_out_of_range};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::time_zone::TimeZone;

/// Longer texts are cut in errors.
const SHOWN_LENGTH_MAX: usize = 64;

/// The greatest year in Java.
const YEAR_MAX: i64 = 999_999_999;

const MONTH_NAMES: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// Why a text is no timestamp.
enum Failure {
    /// It does not go on as it should at that byte.
    At(usize),
    /// A value does not exist.
    Value(String),
}

/// Reads a text from its start.
struct Reader<'a> {
    text: &'a str,
    position: usize,
}

/// What a text says of a time of no zone.
struct LocalTime {
    /// The year, the month and the day.
    date: [i64; 3],
    /// The hour, the minute and the second.
    clock: [i64; 3],
    nanos: i64,
}

impl LocalTime {
    /// Seconds since the epoch, if all parts are within bounds.
    fn seconds(&self) -> Result<i64, Failure> {
        let [year, month, day] = self.date;
        let [hour, minute, second] = self.clock;
        let days = valid_day(bounded("Year", year, -YEAR_MAX, YEAR_MAX)?, month, day)?;
        let minute = bounded("MinuteOfHour", minute, 0, 59)?;
        let hour = bounded("HourOfDay", hour, 0, 23)?;
        let second = bounded("SecondOfMinute", second, 0, 59)?;
        Ok(days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second)
    }
}

/// Nanoseconds since the epoch and the zone of a text such as `2020-05-11T11:15:05.123456789+01:00[Europe/Paris]`.
pub(crate) fn parse_nano_timestamp(
    text: &str,
    default_zone: TimeZone,
) -> Result<(i64, TimeZone), FunctionError> {
    let mut reader = Reader { text, position: 0 };
    let shown = || match text.char_indices().nth(SHOWN_LENGTH_MAX) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    };
    let place = |byte: usize| text.get(..byte).unwrap_or(text).encode_utf16().count();
    let failed = |failure| {
        FunctionError::argument(match failure {
            Failure::At(byte) => {
                format!(
                    "Text '{}' could not be parsed at index {}",
                    shown(),
                    place(byte)
                )
            }
            Failure::Value(reason) => format!("Text '{}' could not be parsed: {reason}", shown()),
        })
    };
    let local = reader.local_time().map_err(failed)?;
    let offset = reader.offset();
    let region = match offset {
        Some(_) => reader.region(),
        None => None,
    };
    if reader.position < text.len() {
        return Err(FunctionError::argument(format!(
            "Text '{}' could not be parsed, unparsed text found at index {}",
            shown(),
            place(reader.position)
        )));
    }
    let offset_hours = offset.unwrap_or(0).abs() / 3_600;
    if offset_hours > 23 {
        let reason = "Value out of range: Hour[0-23], Minute[0-59], Second[0-59]";
        return Err(failed(Failure::Value(reason.to_owned())));
    }
    let local_seconds = local.seconds().map_err(failed)?;
    if offset.unwrap_or(0).abs() > 18 * 3_600 {
        let reason = "Zone offset not in valid range: -18:00 to +18:00";
        return Err(failed(Failure::Value(reason.to_owned())));
    }
    let zone = match (region, offset) {
        (Some(zone), _) => zone,
        (None, Some(offset)) => zone_of_seconds(offset)?,
        (None, None) => default_zone,
    };
    let offset = offset.unwrap_or_else(|| zone.offset_at_local(local_seconds).into());
    (local_seconds - offset)
        .checked_mul(NANOS)
        .and_then(|instant| instant.checked_add(local.nanos))
        .map(|instant| (instant, zone))
        .ok_or_else(timestamp_out_of_range)
}

fn zone_of_seconds(offset: i64) -> Result<TimeZone, FunctionError> {
    let whole = (offset % 60 == 0).then_some(offset / 60);
    whole
        .and_then(TimeZone::from_offset_minutes)
        .ok_or_else(|| {
            let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.abs());
            let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            FunctionError::new(
                FunctionErrorCode::NotSupported,
                format!("Time zone not supported: {sign}{hours:02}:{minutes:02}:{seconds:02}"),
            )
        })
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.position..).unwrap_or(&[])
    }

    fn take(&mut self, symbol: u8) -> bool {
        let found = self
            .rest()
            .first()
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&symbol));
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: u8) -> Result<(), Failure> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(Failure::At(self.position))
        }
    }

    /// From so many to so many digits.
    fn digits(&mut self, least: usize, most: usize) -> Result<i64, Failure> {
        let digits = self
            .rest()
            .iter()
            .take(most)
            .take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        if count < least {
            return Err(Failure::At(self.position));
        }
        let mut value = 0;
        for digit in self.rest().iter().take(count) {
            value = value * 10 + i64::from(digit - b'0');
        }
        self.position += count;
        Ok(value)
    }

    /// Four digits, or more of them after a sign.
    fn year(&mut self) -> Result<i64, Failure> {
        let start = self.position;
        let (positive, negative) = (self.take(b'+'), self.take(b'-'));
        let first = self.position;
        let magnitude = self.digits(4, 10)?;
        let long = self.position - first > 4;
        if positive != long && !negative || negative && magnitude == 0 {
            // A longer year needs a sign, and a sign a longer year.
            return Err(Failure::At(if positive || negative {
                start
            } else {
                first
            }));
        }
        Ok(if negative { -magnitude } else { magnitude })
    }

    /// A date and a time, whose parts may be out of bounds.
    fn local_time(&mut self) -> Result<LocalTime, Failure> {
        let year = self.year()?;
        self.expect(b'-')?;
        let month = self.digits(2, 2)?;
        self.expect(b'-')?;
        let day = self.digits(2, 2)?;
        self.expect(b'T')?;
        let hour = self.digits(2, 2)?;
        self.expect(b':')?;
        let minute = self.digits(2, 2)?;
        let (mut second, mut nanos) = (0, 0);
        let before_seconds = self.position;
        if self.take(b':') {
            match self.digits(2, 2) {
                Ok(found) => {
                    second = found;
                    nanos = self.fraction();
                }
                // What is optional is not read where it is wrong.
                Err(_) => self.position = before_seconds,
            }
        }
        Ok(LocalTime {
            date: [year, month, day],
            clock: [hour, minute, second],
            nanos,
        })
    }

    /// Nanoseconds after a point.
    fn fraction(&mut self) -> i64 {
        if !self.take(b'.') {
            return 0;
        }
        let digits = self
            .rest()
            .iter()
            .take(9)
            .take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        let value = self.digits(0, 9).unwrap_or(0);
        let missing = u32::try_from(9 - digits).unwrap_or(0);
        value * 10_i64.pow(missing)
    }

    /// `Z`, or hours and minutes with or without seconds, after a sign.
    fn offset(&mut self) -> Option<i64> {
        let start = self.position;
        if self.take(b'Z') {
            return Some(0);
        }
        let negative = match self.rest() {
            [b'-', ..] => true,
            [b'+', ..] => false,
            _ => return None,
        };
        self.position += 1;
        let Some(offset) = self.offset_after_sign() else {
            self.position = start;
            return None;
        };
        Some(if negative { -offset } else { offset })
    }

    fn offset_after_sign(&mut self) -> Option<i64> {
        let hours = self.digits(2, 2).ok().filter(|hours| *hours < 60)?;
        if !self.take(b':') {
            return None;
        }
        let minutes = self.digits(2, 2).ok().filter(|minutes| *minutes < 60)?;
        let before_seconds = self.position;
        let seconds = match self.take(b':').then(|| self.digits(2, 2)) {
            Some(Ok(seconds)) if seconds < 60 => seconds,
            _ => {
                self.position = before_seconds;
                0
            }
        };
        Some(hours * 3_600 + minutes * 60 + seconds)
    }

    /// A zone's name in brackets.
    fn region(&mut self) -> Option<TimeZone> {
        let rest = self.text.get(self.position..)?.strip_prefix('[')?;
        let (name, _) = rest.split_once(']')?;
        let zone = TimeZone::parse(name)?;
        self.position += name.len() + 2;
        Some(zone)
    }
}

fn bounded(field: &str, value: i64, lower: i64, upper: i64) -> Result<i64, Failure> {
    if (lower..=upper).contains(&value) {
        return Ok(value);
    }
    Err(Failure::Value(format!(
        "Invalid value for {field} (valid values {lower} - {upper}): {value}"
    )))
}

fn valid_day(year: i64, month: i64, day: i64) -> Result<i64, Failure> {
    let month = bounded("MonthOfYear", month, 1, 12)?;
    if !(1..=31).contains(&day) {
        return Err(Failure::Value(format!(
            "Invalid value for DayOfMonth (valid values 1 - 28/31): {day}"
        )));
    }
    if day <= calendar::days_in_month(year, month) {
        return Ok(calendar::days_from_civil(year, month, day));
    }
    if (month, day) == (2, 29) {
        return Err(Failure::Value(format!(
            "Invalid date 'February 29' as '{year}' is not a leap year"
        )));
    }
    let name = usize::try_from(month - 1)
        .ok()
        .and_then(|place| MONTH_NAMES.get(place));
    Err(Failure::Value(format!(
        "Invalid date '{} {day}'",
        name.unwrap_or(&"")
    )))
}

#[cfg(test)]
mod tests {
    use super::parse_nano_timestamp;
    use crate::types::time_zone::TimeZone;

    #[track_caller]
    fn assert_parsed(text: &str, expected: Result<(i64, &str), &str>) {
        let parsed = parse_nano_timestamp(text, TimeZone::Utc)
            .map(|(nanos, zone)| (nanos, zone.to_string()))
            .map_err(|error| error.message);
        let expected = expected.map(|(nanos, zone)| (nanos, zone.to_owned()));
        assert_eq!(parsed, expected.map_err(str::to_owned));
    }

    #[test]
    fn timestamps_have_nanoseconds_and_zones() {
        assert_parsed("1970-01-01T00:00:00.123456789", Ok((123_456_789, "UTC")));
        assert_parsed("1970-01-01t00:01", Ok((60_000_000_000, "UTC")));
        assert_parsed("1970-01-01T01:00:00.5+01:00", Ok((500_000_000, "+01:00")));
        assert_parsed("1970-01-01T00:00:00Z", Ok((0, "UTC")));
        assert_parsed(
            "1970-01-01T01:00:00+01:00[Europe/Paris]",
            Ok((0, "Europe/Paris")),
        );
        assert_parsed("1969-12-31T23:59:59.999999999", Ok((-1, "UTC")));
    }

    #[test]
    fn what_is_wrong_is_said_as_java_says_it() {
        assert_parsed(
            "2020-01-01",
            Err("Text '2020-01-01' could not be parsed at index 10"),
        );
        assert_parsed(
            "20-01-01",
            Err("Text '20-01-01' could not be parsed at index 0"),
        );
        assert_parsed(
            "2020-01-01T00:00:00x",
            Err("Text '2020-01-01T00:00:00x' could not be parsed, unparsed text found at index 19"),
        );
        assert_parsed(
            "2020-01-01T00:00:00+01",
            Err(
                "Text '2020-01-01T00:00:00+01' could not be parsed, unparsed text found at index 19",
            ),
        );
        assert_parsed(
            "2021-02-30T00:00:00",
            Err("Text '2021-02-30T00:00:00' could not be parsed: Invalid date 'FEBRUARY 30'"),
        );
        assert_parsed(
            "2021-02-29T00:00:00",
            Err(
                "Text '2021-02-29T00:00:00' could not be parsed: Invalid date 'February 29' as '2021' is not a leap year",
            ),
        );
        assert_parsed(
            "2020-13-01T00:00:00",
            Err(
                "Text '2020-13-01T00:00:00' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 13",
            ),
        );
        assert_parsed("9999-01-01T00:00:00", Err("Timestamp out of range"));
    }
}
