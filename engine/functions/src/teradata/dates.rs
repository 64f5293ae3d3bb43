//! `to_char`, `to_date` and `to_timestamp`.

use datafusion::error::Result;

use arrow::array::ArrayRef;

use super::format::parse_format;
use crate::call::Call;
use crate::datetime::columns::{MILLIS_PER_DAY, date_column, date_from_days, each_row, with_units};
use crate::datetime::formatting::{text_to_millis, text_to_timestamps, zoned_to_text};
use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "to_char",
            "The timestamp as text, in a format of Teradata's",
        )
        .strict(
            "(timestamp(p) with time zone, varchar) -> varchar",
            |call| with_units!(call, 0, to_char(call)),
        ),
        Definition::new(
            "to_date",
            "The date that a text means, in a format of Teradata's",
        )
        .strict("(varchar, varchar) -> date", |call| {
            let millis = text_to_millis(call, parse_format)?;
            let dates = each_row(call, &millis, |_, millis| {
                date_from_days(millis.div_euclid(MILLIS_PER_DAY))
            })?;
            Ok(date_column(dates))
        }),
        Definition::new(
            "to_timestamp",
            "The timestamp that a text means, in a format of Teradata's",
        )
        .strict("(varchar, varchar) -> timestamp(3)", |call| {
            text_to_timestamps(call, parse_format)
        }),
    ]
}

/// What is finer than milliseconds is cut off.
fn to_char<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    zoned_to_text(call, parse_format, |units| {
        units.div_euclid(PER_SECOND / 1_000)
    })
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{result, texts, timestamps};
    use crate::testing::text;

    async fn read(name: &str, value: &str, format: &str) -> String {
        result(name, vec![text(value), text(format)]).await
    }

    #[tokio::test]
    async fn dates_are_read_by_specifiers() {
        assert_eq!(
            read("to_date", "1988/04/08", "yyyy/mm/dd").await,
            "1988-04-08"
        );
        assert_eq!(
            read("to_date", ";198804:08", ";yyyymm:dd").await,
            "1988-04-08"
        );
        assert_eq!(read("to_date", "88/04/08", "yy/mm/dd").await, "2088-04-08");
        assert_eq!(
            read("to_date", "8 04 1988", "dd mm yyyy").await,
            "1988-04-08"
        );
        assert_eq!(
            read(
                "to_timestamp",
                "1988/04/08 14:15:16",
                "yyyy/mm/dd hh24:mi:ss"
            )
            .await,
            "1988-04-08 14:15:16.000"
        );
        assert_eq!(
            read("to_timestamp", "1988/04/08 2:3:4", "yyyy/mm/dd hh24:mi:ss").await,
            "1988-04-08 02:03:04.000"
        );
        assert_eq!(
            read("to_date", "1988/13/08", "yyyy/mm/dd").await,
            "ERROR: Cannot parse \"1988/13/08\": Value 13 for monthOfYear must be in the range [1,12]"
        );
        assert_eq!(
            read("to_date", "1988", "YYYY").await,
            "ERROR: Failed to tokenize string [Y] at offset [0]"
        );
        let values = texts(&["1988", "NULL"]);
        assert_eq!(
            result("to_date", vec![values, text("yyyy")]).await,
            "1988-01-01|NULL"
        );
    }

    #[tokio::test]
    async fn timestamps_are_shown_by_specifiers() {
        let values = timestamps(&["1988-04-08 14:15:16.999999 +02:09", "NULL"]);
        assert_eq!(
            result("to_char", vec![values, text("yyyy/mm/dd hh24:mi:ss hh yy")]).await,
            "1988/04/08 14:15:16 02 88|NULL"
        );
    }
}
