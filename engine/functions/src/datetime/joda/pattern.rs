//! Patterns such as `yyyy-MM-dd'T'HH:mm:ss.SSSZZ`: letters stand for fields, all else for itself.

use super::element::{Element, Formatter};
use super::field::Field;
use crate::error::FunctionError;

/// Years that are not followed by a number may be so long.
const YEAR_DIGITS_MAX: usize = 9;

/// Two-digit years lie within 50 years of the year that was so many years ago.
const PIVOT_YEARS_AGO: i64 = 30;

/// A run of the same letter, or text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Letters(char, usize),
    Text(String),
}

/// The format that a pattern describes. Two-digit years depend on the current year.
pub(crate) fn parse_pattern(pattern: &str, current_year: i64) -> Result<Formatter, FunctionError> {
    if pattern.is_empty() {
        return Err(FunctionError::argument(
            "Invalid pattern specification: Pattern is null or empty",
        ));
    }
    let tokens = tokens(pattern);
    let mut elements = Vec::with_capacity(tokens.len());
    for (place, token) in tokens.iter().enumerate() {
        let number_follows = tokens.get(place + 1).is_some_and(is_number);
        match token {
            Token::Text(text) if text.is_empty() => {}
            Token::Text(text) => elements.push(Element::text(text.clone())),
            Token::Letters(letter, count) => {
                elements.push(element(*letter, *count, number_follows, current_year)?);
            }
        }
    }
    Formatter::not_empty(elements)
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.peek().copied() {
        if c.is_ascii_alphabetic() {
            let mut count = 0;
            while characters.next_if_eq(&c).is_some() {
                count += 1;
            }
            tokens.push(Token::Letters(c, count));
            continue;
        }
        let mut text = String::new();
        let mut quoted = false;
        while let Some(c) = characters.next_if(|c| quoted || !c.is_ascii_alphabetic()) {
            if c != '\'' {
                text.push(c);
            } else if characters.next_if_eq(&'\'').is_some() {
                text.push('\'');
            } else {
                quoted = !quoted;
            }
        }
        tokens.push(Token::Text(text));
    }
    tokens
}

fn is_number(token: &Token) -> bool {
    match token {
        Token::Letters('M', count) => *count <= 2,
        Token::Letters(letter, _) => "cCxyYdhHmsSeDFwWkK".contains(*letter),
        Token::Text(_) => false,
    }
}

fn element(
    letter: char,
    count: usize,
    number_follows: bool,
    current_year: i64,
) -> Result<Element, FunctionError> {
    let year_digits = if number_follows {
        count
    } else {
        YEAR_DIGITS_MAX
    };
    let two_digits = |field| Element::TwoDigitYear {
        field,
        pivot: current_year - PIVOT_YEARS_AGO,
        lenient: !number_follows,
    };
    Ok(match (letter, count) {
        ('G', _) => Element::Name {
            field: Field::Era,
            short: false,
        },
        ('C', _) => Element::signed(Field::CenturyOfEra, count, count),
        ('x', 2) => two_digits(Field::Weekyear),
        ('y' | 'Y', 2) => two_digits(Field::Year),
        ('x', _) => Element::signed(Field::Weekyear, count, year_digits),
        ('y', _) => Element::signed(Field::Year, count, year_digits),
        ('Y', _) => Element::number(Field::YearOfEra, count, year_digits),
        ('M', 1 | 2) => Element::number(Field::MonthOfYear, count, 2),
        ('M', _) => Element::Name {
            field: Field::MonthOfYear,
            short: count == 3,
        },
        ('d', _) => Element::number(Field::DayOfMonth, count, 2),
        ('a', _) => Element::Name {
            field: Field::HalfdayOfDay,
            short: false,
        },
        ('h', _) => Element::number(Field::ClockhourOfHalfday, count, 2),
        ('H', _) => Element::number(Field::HourOfDay, count, 2),
        ('k', _) => Element::number(Field::ClockhourOfDay, count, 2),
        ('K', _) => Element::number(Field::HourOfHalfday, count, 2),
        ('m', _) => Element::number(Field::MinuteOfHour, count, 2),
        ('s', _) => Element::number(Field::SecondOfMinute, count, 2),
        ('S', _) => Element::fraction_of_second(count, count),
        ('e', _) => Element::number(Field::DayOfWeek, count, 1),
        ('E', _) => Element::Name {
            field: Field::DayOfWeek,
            short: count < 4,
        },
        ('D', _) => Element::number(Field::DayOfYear, count, 3),
        ('w', _) => Element::number(Field::WeekOfWeekyear, count, 2),
        ('z', _) => Element::ZoneName { short: count < 4 },
        ('Z', 1 | 2) => Element::ZoneOffset { colon: count == 2 },
        ('Z', _) => Element::ZoneId,
        _ => {
            return Err(FunctionError::argument(format!(
                "Illegal pattern component: {}",
                String::from(letter).repeat(count)
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::print::ShownTime;
    use super::{FunctionError, parse_pattern};
    use crate::datetime::calendar::days_from_civil;
    use crate::types::time_zone::TimeZone;

    /// 2001-08-22 03:04:05.321 in a zone.
    fn shown(pattern: &str, zone: &str) -> String {
        let zone = TimeZone::parse(zone).expect("a zone");
        let local = (days_from_civil(2001, 8, 22) * 86_400 + 3 * 3_600 + 4 * 60 + 5) * 1_000 + 321;
        let time = ShownTime {
            local_millis: local,
            offset: zone.offset_at_local(local / 1_000).into(),
            zone,
        };
        let mut text = String::new();
        match parse_pattern(pattern, 2026) {
            Ok(format) => format.print(&time, &mut text),
            Err(FunctionError { message, .. }) => text = message,
        }
        text
    }

    #[test]
    fn patterns_print_their_fields() {
        assert_eq!(
            shown("yyyy-MM-dd'T'HH:mm:ss.SSS", "UTC"),
            "2001-08-22T03:04:05.321"
        );
        assert_eq!(
            shown("G C YY y yyyyy x w e E EEEE", "UTC"),
            "AD 20 01 2001 02001 2001 34 3 Wed Wednesday"
        );
        assert_eq!(
            shown("D DDDD M MMM MMMM d", "UTC"),
            "234 0234 8 Aug August 22"
        );
        assert_eq!(shown("h K k H a", "UTC"), "3 3 3 3 AM");
        assert_eq!(
            shown("S SS SSSS SSSSSSSSSSSSSSSSS", "UTC"),
            "3 32 3210 321000000000000"
        );
        assert_eq!(
            shown("'it''s' '' o''clock", "UTC"),
            "Illegal pattern component: o"
        );
        assert_eq!(shown("'it''s' '' ''", "UTC"), "it's ' '");
        assert_eq!(shown("yyyy年MM月", "UTC"), "2001年08月");
    }

    #[test]
    fn zones_are_printed_by_offset_identifier_and_name() {
        assert_eq!(shown("Z ZZ ZZZ", "+07:09"), "+0709 +07:09 +07:09");
        assert_eq!(
            shown("Z ZZ ZZZZ z zzzz", "UTC"),
            "+0000 +00:00 UTC UTC Coordinated Universal Time"
        );
        let new_york = shown("Z ZZZ z zzzz", "America/New_York");
        assert_eq!(new_york, "-0400 America/New_York EDT Eastern Daylight Time");
        assert_eq!(shown("z zzzz", "-03:30"), "-03:30 -03:30");
        assert_eq!(
            shown("z zzzz", "America/Sao_Paulo"),
            "BRT Brasilia Standard Time"
        );
        assert_eq!(
            shown("z zzzz", "Asia/Yekaterinburg"),
            "YEKST Yekaterinburg Summer Time"
        );
        assert_eq!(
            shown("z zzzz", "Asia/Famagusta"),
            "EEST Eastern European Summer Time"
        );
    }

    #[track_caller]
    fn assert_parsed(text: &str, pattern: &str, expected: Result<(i64, &str), &str>) {
        let parsed = parse_pattern(pattern, 2026)
            .and_then(|format| format.parse(text, TimeZone::Utc))
            .map(|parsed| (parsed.millis, parsed.zone.to_string()));
        let expected = expected.map(|(millis, zone)| (millis, zone.to_owned()));
        assert_eq!(
            parsed.map_err(|error| error.message),
            expected.map_err(str::to_owned)
        );
    }

    #[test]
    fn texts_are_parsed_with_their_zones() {
        assert_parsed(
            "1960/01/22 03:04 +0500",
            "yyyy/MM/dd HH:mm Z",
            Ok((-313_811_760_000, "+05:00")),
        );
        assert_parsed(
            "1970-01-01 Asia/Tokyo",
            "yyyy-MM-dd ZZZ",
            Ok((-32_400_000, "Asia/Tokyo")),
        );
        assert_parsed(
            "1970-01-01 PST",
            "yyyy-MM-dd z",
            Ok((28_800_000, "America/Los_Angeles")),
        );
        assert_parsed("1970-01-01T00:00z", "yyyy-MM-dd'T'HH:mmZ", Ok((0, "UTC")));
        assert_parsed("01:02 pm", "hh:mm a", Ok((46_920_000, "UTC")));
        assert_parsed("jan 2, 99", "MMM d, yy", Ok((915_235_200_000, "UTC")));
        assert_parsed("100 BC", "Y G", Ok((-65_291_356_800_000, "UTC")));
        assert_parsed("+01970", "y", Ok((0, "UTC")));
    }

    #[test]
    fn what_is_wrong_is_said_as_joda_says_it() {
        assert_parsed(
            "2020-13-01",
            "yyyy-MM-dd",
            Err(
                "Cannot parse \"2020-13-01\": Value 13 for monthOfYear must be in the range [1,12]",
            ),
        );
        assert_parsed(
            "2020-x1-01",
            "yyyy-MM-dd",
            Err("Invalid format: \"2020-x1-01\" is malformed at \"x1-01\""),
        );
        assert_parsed(
            "2020-01",
            "yyyy-MM-dd",
            Err("Invalid format: \"2020-01\" is too short"),
        );
        assert_parsed("abc", "yyyy", Err("Invalid format: \"abc\""));
        assert_parsed("", "yyyy", Err("Invalid format: \"\""));
        assert_parsed("jAn", "MMM", Err("Invalid format: \"jAn\""));
        assert_parsed(
            "2020ü",
            "yyyy",
            Err("Invalid format: \"2020ü\" is malformed at \"ü\""),
        );
        assert_parsed("UTC", "zzzz", Err("Parsing not supported"));
        assert_parsed(
            "99999999999",
            "yyyyyyyyyyyy",
            Err("For input string: \"99999999999\""),
        );
        assert_parsed("+23:59", "Z", Err("Time zone not supported: +23:59"));
        assert_parsed(
            "x",
            "",
            Err("Invalid pattern specification: Pattern is null or empty"),
        );
        assert_parsed(
            "2020-03-08 02:30 America/New_York",
            "yyyy-MM-dd HH:mm ZZZ",
            Err(
                "Cannot parse \"2020-03-08 02:30 America/New_York\": Illegal instant due to time zone offset transition (America/New_York)",
            ),
        );
    }
}
