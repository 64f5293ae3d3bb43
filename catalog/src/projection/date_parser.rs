//! Reads text in a `DateFormat` as a time.

use chrono::{Month, NaiveDate, NaiveDateTime};

use super::date_format::{DateFormat, Element, Precision, digits_max, fraction_unit};

/// The parts of a time as far as they are read.
#[derive(Debug, Default)]
struct Fields {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    minute: Option<u32>,
    second: Option<u32>,
    nanosecond: Option<u32>,
}

impl DateFormat {
    /// The time whose text is just this one.
    pub(super) fn parse_exact(&self, text: &str) -> Option<NaiveDateTime> {
        self.parse(text).filter(|time| self.render(*time) == text)
    }

    /// The time that a text stands for. Numbers may have leading zeros even where the pattern writes none.
    pub(super) fn parse(&self, text: &str) -> Option<NaiveDateTime> {
        let mut fields = Fields::default();
        let mut weekdays = Vec::new();
        let mut rest = text;
        for element in &self.elements {
            rest = match element {
                Element::Literal(literal) => rest.strip_prefix(literal.as_str())?,
                Element::Number { unit, padded } => {
                    let most = digits_max(*unit);
                    let least = if *padded { most } else { 1 };
                    let (number, after) = digits(rest, least, most)?;
                    set(fields.number(*unit), number)?;
                    after
                }
                Element::YearOfCentury => {
                    let (number, after) = digits(rest, 2, 2)?;
                    set(&mut fields.year, number.checked_add(2000)?)?;
                    after
                }
                Element::MonthName { full } => {
                    let (month, after) = month_name(rest, *full)?;
                    set(&mut fields.month, month)?;
                    after
                }
                Element::WeekdayName { full } => {
                    let end = rest
                        .find(|c: char| !c.is_ascii_alphabetic())
                        .unwrap_or(rest.len());
                    let (name, after) = rest.split_at_checked(end)?;
                    weekdays.push((name, *full));
                    after
                }
                Element::Fraction(count) => {
                    let width = usize::try_from(*count).ok()?;
                    let (number, after) = digits(rest, width, width)?;
                    let nanosecond = number.checked_mul(fraction_unit(*count))?;
                    set(&mut fields.nanosecond, nanosecond)?;
                    after
                }
            };
        }
        let time = rest.is_empty().then(|| fields.time()).flatten()?;
        let agrees = |(name, full): &(&str, bool)| {
            time.format(if *full { "%A" } else { "%a" }).to_string() == *name
        };
        (self.represents(time) && weekdays.iter().all(agrees)).then_some(time)
    }
}

impl Fields {
    fn number(&mut self, unit: Precision) -> &mut Option<u32> {
        match unit {
            Precision::Year => &mut self.year,
            Precision::Month => &mut self.month,
            Precision::Day => &mut self.day,
            Precision::Hour => &mut self.hour,
            Precision::Minute => &mut self.minute,
            Precision::Second => &mut self.second,
            Precision::Fraction(_) => &mut self.nanosecond,
        }
    }

    /// The time; what was not read is at its least.
    fn time(&self) -> Option<NaiveDateTime> {
        let year = i32::try_from(self.year?).ok()?;
        NaiveDate::from_ymd_opt(year, self.month.unwrap_or(1), self.day.unwrap_or(1))?
            .and_hms_nano_opt(
                self.hour.unwrap_or(0),
                self.minute.unwrap_or(0),
                self.second.unwrap_or(0),
                self.nanosecond.unwrap_or(0),
            )
    }
}

/// Sets a field, unless it has another value already.
fn set(field: &mut Option<u32>, value: u32) -> Option<()> {
    (*field.get_or_insert(value) == value).then_some(())
}

/// A number of so many digits, as many as there are, and the text after it.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    if count < least {
        return None;
    }
    let (number, after) = text.split_at_checked(count)?;
    Some((number.parse().ok()?, after))
}

/// The number of a month by its English name, and the text after it.
fn month_name(text: &str, full: bool) -> Option<(u32, &str)> {
    (1_u8..=12).find_map(|number| {
        let name = Month::try_from(number).ok()?.name();
        let name = if full { name } else { name.get(..3)? };
        Some((u32::from(number), text.strip_prefix(name)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        let format = DateFormat::of(pattern).unwrap();
        format.parse(text).map(|time| time.to_string())
    }

    #[test]
    fn texts_are_read_and_written_the_same() {
        for (pattern, text, time) in [
            ("yyyy-MM-dd", "2024-02-29", "2024-02-29 00:00:00"),
            ("yyyyMMddHH", "2024022923", "2024-02-29 23:00:00"),
            ("d/M/y", "1/12/987", "0987-12-01 00:00:00"),
            ("dd MMM yy", "05 May 07", "2007-05-05 00:00:00"),
            ("MMMM yyyy", "September 2024", "2024-09-01 00:00:00"),
            (
                "EEEE, yyyy-MM-dd",
                "Thursday, 2024-02-29",
                "2024-02-29 00:00:00",
            ),
            (
                "yyyy 'o''clock' ''MM",
                "2024 o'clock '07",
                "2024-07-01 00:00:00",
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSS",
                "2024-01-01T10:11:12.013",
                "2024-01-01 10:11:12.013",
            ),
            ("yyyy/yyyy-MM", "2024/2024-05", "2024-05-01 00:00:00"),
        ] {
            assert_eq!(read(pattern, text).as_deref(), Some(time), "{pattern}");
            let format = DateFormat::of(pattern).unwrap();
            let read = format.parse_exact(text).unwrap();
            assert_eq!(format.render(read), text);
        }
    }

    #[test]
    fn text_that_is_no_date_is_refused() {
        for (pattern, text) in [
            ("yyyy-MM-dd", "2023-02-29"),
            ("yyyy-MM-dd", "2023-2-9"),
            ("yyyy-MM-dd", "2023-02-09x"),
            ("yyyy-MM-dd", ""),
            ("yyyy-MM-dd", "\u{661}023-02-09"),
            ("yyyy", "0000"),
            ("yyyy/yyyy", "2024/2023"),
            ("EEE yyyy-MM-dd", "Mon 2024-02-29"),
            ("yyyy-MM-dd HH", "2023-02-09 24"),
            ("MMM yyyy", "Foo 2024"),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
        let format = DateFormat::of("y-M").unwrap();
        assert!(format.parse("2024-05").is_some());
        assert!(format.parse_exact("2024-05").is_none());
    }
}
