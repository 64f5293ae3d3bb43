//! Dates and times between their numbers and their texts.

use std::fmt::Write;

const DAY_SECONDS: i64 = 86_400;

/// Appends a date, given in days since 1970, as `2020-01-31`.
pub(super) fn write_date(days: i64, output: &mut String) {
    let (year, month, day) = civil_from_days(days);
    let sign = if year < 0 { "-" } else { "" };
    // Writing to a string cannot fail.
    write!(
        output,
        "{sign}{:04}-{month:02}-{day:02}",
        year.unsigned_abs()
    )
    .unwrap_or_default();
}

/// Appends a timestamp, given in such units since 1970, with so many digits of the second.
pub(super) fn write_timestamp(
    value: i64,
    units_per_second: i64,
    precision: u8,
    output: &mut String,
) {
    let seconds = value.div_euclid(units_per_second);
    write_date(seconds.div_euclid(DAY_SECONDS), output);
    let of_day = seconds.rem_euclid(DAY_SECONDS);
    write!(
        output,
        " {:02}:{:02}:{:02}",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
    .unwrap_or_default();
    if precision > 0 {
        let nanoseconds = value.rem_euclid(units_per_second) * (1_000_000_000 / units_per_second);
        let digits = format!("{nanoseconds:09}");
        output.push('.');
        output.push_str(digits.get(..usize::from(precision)).unwrap_or(&digits));
    }
}

/// The days of a date such as `2020-1-31`.
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let days = date(text.trim())?;
    i32::try_from(days).ok()
}

/// The units of a timestamp such as `2020-01-31 12:30:00.123`, rounded to so many digits of the second.
pub(super) fn parse_timestamp(text: &str, units_per_second: i64, precision: u8) -> Option<i64> {
    let text = text.trim();
    let (days, time) = text.split_once(' ').unwrap_or((text, "0:0"));
    let nanoseconds = rounded(time_of_day(time)?, precision);
    let units = nanoseconds / (1_000_000_000 / units_per_second);
    date(days)?
        .checked_mul(DAY_SECONDS)?
        .checked_mul(units_per_second)?
        .checked_add(units)
}

/// The units of a time such as `12:30:00.123`, rounded to so many digits of the second.
pub(super) fn parse_time(text: &str, units_per_second: i64, precision: u8) -> Option<i64> {
    let nanoseconds = rounded(time_of_day(text)?, precision) % (DAY_SECONDS * 1_000_000_000);
    Some(nanoseconds / (1_000_000_000 / units_per_second))
}

/// Nanoseconds to so many digits, halves up.
fn rounded(nanoseconds: i64, precision: u8) -> i64 {
    let unit = 10_i64.pow(9 - u32::from(precision.min(9)));
    (nanoseconds + unit / 2) / unit * unit
}

fn date(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (year, rest) = unsigned.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month, day) = (
        digits(year, 4, 6)?,
        digits(month, 1, 2)?,
        digits(day, 1, 2)?,
    );
    let year = if text.starts_with('-') { -year } else { year };
    let days = days_from_civil(year, month, day);
    // A day that the month does not have would be another month's.
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

fn time_of_day(text: &str) -> Option<i64> {
    let (time, fraction) = match text.split_once('.') {
        Some((time, fraction)) if time.matches(':').count() == 2 => (time, fraction),
        Some(_) => return None,
        None => (text, "0"),
    };
    let mut parts = time.split(':');
    let hour = digits(parts.next()?, 1, 2)?;
    let minute = digits(parts.next()?, 1, 2)?;
    let second = match parts.next() {
        Some(second) => digits(second, 1, 2)?,
        None => 0,
    };
    // Of twelve digits ten decide how nine are rounded.
    digits(fraction.get(..10).unwrap_or(fraction), 1, 10)?;
    let billionths: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(9)
        .collect();
    let rounds_up = fraction
        .as_bytes()
        .get(9)
        .is_some_and(|digit| *digit >= b'5');
    let in_range = hour < 24 && minute < 60 && second < 60 && fraction.len() <= 12;
    (in_range && parts.next().is_none() && fraction.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(
            ((hour * 60 + minute) * 60 + second) * 1_000_000_000
                + billionths.parse::<i64>().ok()?
                + i64::from(rounds_up),
        )
}

/// A number of so many digits.
fn digits(text: &str, fewest: usize, most: usize) -> Option<i64> {
    let fits =
        (fewest..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// The days from 1970 to a date of the Gregorian calendar. Years begin in March, so that leap days end them.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year, month and day of a number of days since 1970.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{parse_date, parse_time, parse_timestamp, write_date, write_timestamp};

    #[test]
    fn dates_go_both_ways() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (18_321, "2020-02-29"),
            (11_016, "2000-02-29"),
            (-719_529, "-0001-12-31"),
            (2_932_897, "10000-01-01"),
        ] {
            let mut output = String::new();
            write_date(days, &mut output);
            assert_eq!(output, text);
            assert_eq!(parse_date(text), i32::try_from(days).ok());
        }
        assert_eq!(parse_date(" 2020-1-2 "), Some(18_263));
        for wrong in [
            "2021-02-29",
            "2020-13-01",
            "2020-00-10",
            "20-01-01",
            "2020-01-01 00:00",
            "2020-01",
            "x",
            "",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn timestamps_go_both_ways() {
        let mut output = String::new();
        write_timestamp(-1, 1_000_000, 6, &mut output);
        assert_eq!(output, "1969-12-31 23:59:59.999999");
        assert_eq!(parse_timestamp(&output, 1_000_000, 6), Some(-1));
        let mut output = String::new();
        write_timestamp(1_001_500_000, 1_000_000, 3, &mut output);
        assert_eq!(output, "1970-01-01 00:16:41.500");
        assert_eq!(
            parse_timestamp("1970-1-1 0:0:1.0005", 1_000_000, 3),
            Some(1_001_000)
        );
        assert_eq!(
            parse_timestamp("1970-01-02", 1_000_000_000, 9),
            Some(86_400_000_000_000)
        );
        assert_eq!(
            parse_timestamp("1970-01-01 23:59:59.9999999", 1_000_000, 6),
            Some(86_400_000_000)
        );
        for wrong in [
            "1970-01-01T00:00:00",
            "1970-01-01 24:00",
            "1970-01-01 1",
            "1970-01-01 0:0:0.",
            "1970-01-01 0:0.5",
            "1970-01-01 0:0:0 UTC",
        ] {
            assert_eq!(parse_timestamp(wrong, 1_000_000, 3), None, "{wrong}");
        }
        assert_eq!(parse_time("01:02:03.4", 1_000_000, 3), Some(3_723_400_000));
    }
}
