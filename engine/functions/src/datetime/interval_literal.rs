//! Intervals from the text of SQL literals: `INTERVAL '1 02:03' DAY TO MINUTE`.

use datafusion::scalar::ScalarValue;

use super::literal::not_valid;
use crate::error::FunctionError;
use crate::types::Type;

/// A number has no more digits, with those of a fraction.
const DIGITS_MAX: usize = 10;

/// A unit of interval literals, from the longest to the shortest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum IntervalUnit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl IntervalUnit {
    /// The unit of that name, in any case.
    fn parse(name: &str) -> Option<IntervalUnit> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" => IntervalUnit::Year,
            "month" => IntervalUnit::Month,
            "week" => IntervalUnit::Week,
            "day" => IntervalUnit::Day,
            "hour" => IntervalUnit::Hour,
            "minute" => IntervalUnit::Minute,
            "second" => IntervalUnit::Second,
            _ => return None,
        })
    }

    /// Whether intervals of this unit count months.
    fn is_of_months(self) -> bool {
        self <= IntervalUnit::Month
    }

    /// Months or milliseconds.
    fn length(self) -> i64 {
        match self {
            IntervalUnit::Year => 12,
            IntervalUnit::Month => 1,
            IntervalUnit::Week => 7 * 86_400_000,
            IntervalUnit::Day => 86_400_000,
            IntervalUnit::Hour => 3_600_000,
            IntervalUnit::Minute => 60_000,
            IntervalUnit::Second => 1_000,
        }
    }

    /// The next shorter unit that may follow, and what stands between.
    fn next(self) -> Option<(char, IntervalUnit)> {
        Some(match self {
            IntervalUnit::Year => ('-', IntervalUnit::Month),
            IntervalUnit::Day => (' ', IntervalUnit::Hour),
            IntervalUnit::Hour => (':', IntervalUnit::Minute),
            IntervalUnit::Minute => (':', IntervalUnit::Second),
            _ => return None,
        })
    }
}

/// An interval of units from the leading to the last one, of which all but the leading may be missing in the text. A minus in front
/// negates all of it. Units are `year`, `month`, `week`, `day`, `hour`, `minute` and `second`, in any case.
pub fn parse_interval(
    text: &str,
    leading_unit: &str,
    last_unit: Option<&str>,
) -> Result<(Type, ScalarValue), FunctionError> {
    let invalid = || not_valid(text, "interval");
    let leading = IntervalUnit::parse(leading_unit).ok_or_else(invalid)?;
    let last = IntervalUnit::parse(last_unit.unwrap_or(leading_unit)).ok_or_else(invalid)?;
    if last < leading || last.is_of_months() != leading.is_of_months() {
        return Err(invalid());
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let total = parse_units(unsigned, leading, last).ok_or_else(invalid)?;
    let total = if negative { -total } else { total };
    if leading.is_of_months() {
        let months = i32::try_from(total).map_err(|_| invalid())?;
        return Ok((
            Type::IntervalYearToMonth,
            ScalarValue::IntervalYearMonth(Some(months)),
        ));
    }
    Ok((
        Type::IntervalDayToSecond,
        ScalarValue::DurationMillisecond(Some(total)),
    ))
}

fn parse_units(text: &str, leading: IntervalUnit, last: IntervalUnit) -> Option<i64> {
    let mut total = 0_i64;
    let mut unit = leading;
    let mut rest = text;
    if text.is_empty() && leading != last {
        return None;
    }
    loop {
        // Where the text ends, a number may be missing.
        if rest.is_empty() {
            return Some(total);
        }
        let (amount, after) = parse_amount(rest, unit)?;
        total = total.checked_add(amount)?;
        if after.is_empty() {
            return Some(total);
        }
        let (separator, next) = unit.next().filter(|(_, next)| *next <= last)?;
        rest = after.strip_prefix(separator)?;
        unit = next;
    }
}

/// A number of units, and what follows it. Seconds may have a fraction, of which milliseconds count.
fn parse_amount(text: &str, unit: IntervalUnit) -> Option<(i64, &str)> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let count = |text: &str, most: usize| {
        text.bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count()
    };
    let (whole, mut rest) = unsigned.split_at_checked(count(unsigned, DIGITS_MAX))?;
    let mut millis = 0;
    if unit == IntervalUnit::Second
        && let Some(after_point) = rest.strip_prefix(['.', ','])
    {
        let digits = count(after_point, DIGITS_MAX - whole.len());
        let (fraction, after) = after_point.split_at_checked(digits)?;
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut weight = 100;
        for digit in fraction.bytes().take(3) {
            millis += i64::from(digit - b'0') * weight;
            weight /= 10;
        }
        rest = after;
    } else if whole.is_empty() {
        return None;
    }
    // Trino reads numbers of 32 bits.
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse::<i32>().ok()?
    };
    let amount = i64::from(whole)
        .checked_mul(unit.length())?
        .checked_add(millis)?;
    Some((amount, rest))
}

#[cfg(test)]
mod tests {
    use super::{ScalarValue, Type, parse_interval};

    #[track_caller]
    fn assert_millis(text: &str, leading: &str, last: Option<&str>, millis: i64) {
        let value = ScalarValue::DurationMillisecond(Some(millis));
        assert_eq!(
            parse_interval(text, leading, last),
            Ok((Type::IntervalDayToSecond, value))
        );
    }

    #[track_caller]
    fn assert_months(text: &str, leading: &str, last: Option<&str>, months: i32) {
        let value = ScalarValue::IntervalYearMonth(Some(months));
        assert_eq!(
            parse_interval(text, leading, last),
            Ok((Type::IntervalYearToMonth, value))
        );
    }

    #[test]
    fn intervals_have_one_unit_or_a_range_of_them() {
        assert_millis("2", "DAY", None, 172_800_000);
        assert_millis("1", "week", None, 604_800_000);
        assert_millis("-3", "hour", None, -10_800_000);
        assert_millis("1 02:03:04.567", "day", Some("second"), 93_784_567);
        assert_millis("-1 02:03", "day", Some("minute"), -93_780_000);
        assert_millis("1", "day", Some("second"), 86_400_000);
        assert_millis("02:03", "hour", Some("second"), 7_380_000);
        assert_millis("1.5", "second", None, 1_500);
        assert_millis(".25", "second", None, 250);
        assert_millis("1.23456", "second", None, 1_234);
        assert_months("1-2", "year", Some("month"), 14);
        assert_months("-1-2", "year", Some("month"), -14);
        assert_months("5", "month", None, 5);
        assert_months("1-", "year", Some("month"), 12);
        assert_millis("", "day", None, 0);
        assert_months("+3", "year", None, 36);
    }

    #[test]
    fn wrong_intervals_are_errors() {
        for (text, leading, last) in [
            ("x", "day", None),
            ("1 2", "day", None),
            ("1 02:03:04", "day", Some("minute")),
            ("--1", "day", None),
            ("1--2", "year", Some("month")),
            ("1.5", "day", None),
            ("99999999999", "day", None),
            ("3000000000", "second", None),
            ("200000000", "year", None),
            ("1", "year", Some("day")),
            ("1", "second", Some("day")),
            ("1", "DAYS", None),
            ("1  ", "day", Some("second")),
        ] {
            let error = parse_interval(text, leading, last).expect_err(text);
            assert_eq!(
                error.message,
                format!("'{text}' is not a valid interval literal")
            );
        }
    }
}
