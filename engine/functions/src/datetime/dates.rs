//! Dates of values: `date` and `last_day_of_month`.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::calendar::{self, Civil};
use super::columns::{
    SECONDS_PER_DAY, Zoned, argument_days, argument_numbers, date_column, date_from_days, each_row,
    each_text, with_units,
};
use super::literal::days_of_text;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// A date of a day.
trait OfDay {
    fn of(days: i64) -> i64;
}

struct TheDay;

impl OfDay for TheDay {
    fn of(days: i64) -> i64 {
        days
    }
}

struct LastOfMonth;

impl OfDay for LastOfMonth {
    #[inline]
    fn of(days: i64) -> i64 {
        let Civil { year, month, day } = calendar::civil_from_days(days);
        days - day + calendar::days_in_month(year, month)
    }
}

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        of_days::<TheDay>("date", "The date of the value")
            .strict("(varchar) -> date", text_to_dates),
        of_days::<LastOfMonth>(
            "last_day_of_month",
            "The last day of the month that the value lies in",
        ),
    ]
}

fn of_days<D: OfDay>(name: &'static str, description: &'static str) -> Definition {
    Definition::new(name, description)
        .strict("(date) -> date", |call| {
            let dates = each_row(call, &argument_days(call, 0)?, |_, days| {
                date_from_days(D::of(days.into()))
            })?;
            Ok(date_column(dates))
        })
        .strict("(timestamp(p)) -> date", |call| {
            with_units!(call, 0, of_timestamps::<D>(call))
        })
        .strict("(timestamp(p) with time zone) -> date", |call| {
            with_units!(call, 0, of_zoned::<D>(call))
        })
}

fn of_timestamps<D: OfDay, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = each_row(call, &argument_numbers(call, 0)?, |_, value| {
        date_from_days(D::of(value.div_euclid(PER_SECOND * SECONDS_PER_DAY)))
    })?;
    Ok(date_column(dates))
}

fn of_zoned<D: OfDay, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = Zoned::argument(call, 0)?.each::<i32, PER_SECOND>(call, |instant, offset| {
        let seconds = instant.div_euclid(PER_SECOND) + offset;
        date_from_days(D::of(seconds.div_euclid(SECONDS_PER_DAY)))
    })?;
    Ok(date_column(dates))
}

fn text_to_dates(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = each_text(call, 0, 0, |_, text| {
        days_of_text(text.trim())
            .ok_or_else(|| FunctionError::cast(format!("Value cannot be cast to date: {text}")))
    })?;
    Ok(date_column(dates))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, result, texts, timestamps};
    use crate::testing::text;

    #[tokio::test]
    async fn values_have_dates() {
        assert_eq!(
            result("date", vec![texts(&["2001-08-22", "NULL", " 2020-1-2 "])]).await,
            "2001-08-22|NULL|2020-01-02"
        );
        assert_eq!(
            result("date", vec![timestamps(&["1969-12-31 23:59:59.999"])]).await,
            "1969-12-31"
        );
        assert_eq!(
            result(
                "date",
                vec![timestamps(&["2001-08-22 03:04:05.321 +07:09"])]
            )
            .await,
            "2001-08-22"
        );
        assert_eq!(
            result("date", vec![text(" 2001-02-30")]).await,
            "ERROR: Value cannot be cast to date:  2001-02-30"
        );
    }

    #[tokio::test]
    async fn months_have_last_days() {
        assert_eq!(
            result(
                "last_day_of_month",
                vec![dates(&["2020-02-10", "NULL", "2019-08-31"])]
            )
            .await,
            "2020-02-29|NULL|2019-08-31"
        );
        assert_eq!(
            result(
                "last_day_of_month",
                vec![timestamps(&["2019-08-31 23:59:59.999"])]
            )
            .await,
            "2019-08-31"
        );
        let zoned = timestamps(&[
            "2018-12-31 23:59:59.999 America/Los_Angeles",
            "2019-01-01 00:00:00.000 Asia/Tokyo",
        ]);
        assert_eq!(
            result("last_day_of_month", vec![zoned]).await,
            "2018-12-31|2019-01-31"
        );
    }
}
