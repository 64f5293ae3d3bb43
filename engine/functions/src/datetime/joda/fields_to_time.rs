//! Parsed fields put together into a time.

use super::field::{Field, FieldOutOfBounds};
use crate::datetime::calendar::{self, YEARS};
use crate::datetime::columns::MILLIS_PER_DAY;

/// The year of dates that are parsed without one.
const DEFAULT_YEAR: i64 = 2000;

/// The time of no zone, in milliseconds, that fields tell; what none of them tells is as in 1970-01-01 00:00.
///
/// Fields are applied from the longest to the shortest, each cutting off what is shorter, and then once more, for a field may have been
/// out of place before longer ones had their values.
pub(super) fn time_of_fields(fields: &mut Vec<(Field, i64)>) -> Result<i64, FieldOutOfBounds> {
    if let Some(millis) = plain_time(fields) {
        return Ok(millis);
    }
    sort(fields);
    if fields
        .first()
        .is_some_and(|(field, _)| field.is_within_year())
    {
        fields.push((Field::Year, DEFAULT_YEAR));
        sort(fields);
    }
    let mut millis = 0;
    for (field, value) in fields.iter() {
        millis = field.floor(field.set(millis, *value)?);
    }
    let last = fields.len().saturating_sub(1);
    for (place, (field, value)) in fields.iter().enumerate() {
        millis = field.set(millis, *value)?;
        if place == last {
            millis = field.floor(millis);
        }
    }
    Ok(millis)
}

/// The time of fields that are within their bounds and of which each stands for itself: a year, a month, a day, a time of 24 hours.
/// Most texts have no others, and need not go through all of the rules.
fn plain_time(fields: &[(Field, i64)]) -> Option<i64> {
    let [
        mut year,
        mut month,
        mut day,
        mut hour,
        mut minute,
        mut second,
        mut milli,
    ] = [None; 7];
    for (field, value) in fields {
        let (known, bounds) = match field {
            Field::Year => (&mut year, YEARS),
            Field::MonthOfYear => (&mut month, 1..=12),
            Field::DayOfMonth => (&mut day, 1..=31),
            Field::HourOfDay => (&mut hour, 0..=23),
            Field::MinuteOfHour => (&mut minute, 0..=59),
            Field::SecondOfMinute => (&mut second, 0..=59),
            Field::MillisOf(1_000) => (&mut milli, 0..=999),
            _ => return None,
        };
        if known.is_some() || !bounds.contains(value) {
            return None;
        }
        *known = Some(*value);
    }
    let in_a_year = month.is_some() || day.is_some();
    let year = year.unwrap_or(if in_a_year { DEFAULT_YEAR } else { 1970 });
    let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
    if day > calendar::days_in_month(year, month) {
        return None;
    }
    let seconds = (hour.unwrap_or(0) * 60 + minute.unwrap_or(0)) * 60 + second.unwrap_or(0);
    let midnight = calendar::days_from_civil(year, month, day).checked_mul(MILLIS_PER_DAY)?;
    midnight.checked_add(seconds * 1_000 + milli.unwrap_or(0))
}

/// Longer fields first, equals in the order in which they were parsed.
fn sort(fields: &mut [(Field, i64)]) {
    fields.sort_by_key(|(field, _)| std::cmp::Reverse(field.lengths()));
}

#[cfg(test)]
mod tests {
    use super::{Field, time_of_fields};
    use crate::datetime::calendar::days_from_civil;
    use crate::datetime::columns::MILLIS_PER_DAY;

    #[track_caller]
    fn assert_date(fields: &[(Field, i64)], date: (i64, i64, i64)) {
        let expected = days_from_civil(date.0, date.1, date.2) * MILLIS_PER_DAY;
        assert_eq!(time_of_fields(&mut fields.to_vec()), Ok(expected));
    }

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let (year, month, day) = (
            (Field::Year, 2020),
            (Field::MonthOfYear, 2),
            (Field::DayOfMonth, 29),
        );
        assert_date(&[day, month, year], (2020, 2, 29));
        assert_date(&[year, month, day], (2020, 2, 29));
    }

    #[test]
    fn the_later_of_equal_fields_wins() {
        assert_date(&[(Field::Year, 2013), (Field::Year, 2014)], (2014, 1, 1));
    }

    #[test]
    fn dates_without_a_year_are_of_2000() {
        assert_date(
            &[(Field::MonthOfYear, 2), (Field::DayOfMonth, 29)],
            (2000, 2, 29),
        );
        assert_date(&[(Field::HourOfDay, 0)], (1970, 1, 1));
    }

    #[test]
    fn eras_turn_years_around() {
        assert_date(&[(Field::YearOfEra, 44), (Field::Era, 0)], (-43, 1, 1));
        assert_date(&[(Field::YearOfEra, 44), (Field::Era, 1)], (44, 1, 1));
    }

    #[test]
    fn days_that_a_month_does_not_have_are_errors() {
        let mut fields = vec![
            (Field::Year, 2021),
            (Field::MonthOfYear, 2),
            (Field::DayOfMonth, 29),
        ];
        let error = time_of_fields(&mut fields).expect_err("no such day");
        assert_eq!(
            error.to_string(),
            "Value 29 for dayOfMonth must be in the range [1,28]"
        );
    }
}
