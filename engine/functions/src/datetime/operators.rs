//! Arithmetic operators over dates, times, timestamps and intervals, under the hidden names that the analyzer calls them by.

mod dates;
mod intervals;
mod times;
mod timestamps;

use crate::definition::Definition;

/// Overloads are merged with those of numbers by their names, and so is their description.
pub(crate) fn definitions() -> Vec<Definition> {
    let add = Definition::new("$add", "Sum of the operands");
    let subtract = Definition::new("$subtract", "Difference of the operands");
    let multiply = Definition::new("$multiply", "Product of the operands");
    let divide = Definition::new("$divide", "Quotient of the operands");
    let negate = Definition::new("$negate", "The operand with the opposite sign");
    vec![
        intervals::additions(times::additions(timestamps::additions(dates::additions(
            add,
        ))))
        .hidden(),
        intervals::subtractions(times::subtractions(timestamps::subtractions(
            dates::subtractions(subtract),
        )))
        .hidden(),
        intervals::multiplications(multiply).hidden(),
        intervals::divisions(divide).hidden(),
        intervals::negations(negate).hidden(),
    ]
}

/// Where an interval moves a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forwards,
    Backwards,
}

impl Direction {
    /// The interval as one to add, if 64 bits hold it.
    #[inline]
    fn of(self, interval: i64) -> Option<i64> {
        match self {
            Direction::Forwards => Some(interval),
            Direction::Backwards => interval.checked_neg(),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, Float64Array};

    use crate::datetime::fixtures::{dates, interval, result, result_type, times, timestamps};
    use crate::testing::{Argument, bigint, column, double};

    async fn add(left: Argument, right: Argument) -> String {
        result("$add", vec![left, right]).await
    }

    async fn subtract(left: Argument, right: Argument) -> String {
        result("$subtract", vec![left, right]).await
    }

    #[tokio::test]
    async fn dates_move_by_whole_days_and_months() {
        assert_eq!(
            add(dates(&["2012-08-08", "NULL"]), interval("2", "day")).await,
            "2012-08-10|NULL"
        );
        assert_eq!(
            add(interval("1", "month"), dates(&["2012-01-31"])).await,
            "2012-02-29"
        );
        assert_eq!(
            subtract(dates(&["2012-08-08"]), interval("48", "hour")).await,
            "2012-08-06"
        );
        assert_eq!(
            subtract(dates(&["2012-03-31"]), interval("1", "month")).await,
            "2012-02-29"
        );
        assert_eq!(
            add(dates(&["2012-08-08"]), interval("1", "hour")).await,
            "ERROR: Cannot add hour, minutes or seconds to a date"
        );
        assert_eq!(
            subtract(dates(&["2012-08-08"]), interval("1", "hour")).await,
            "ERROR: Cannot subtract hour, minutes or seconds from a date"
        );
        let last = column("date", Date32Array::from(vec![i32::MAX]));
        assert_eq!(
            add(last, interval("1", "day")).await,
            "ERROR: Date out of range: 2147483648 days"
        );
    }

    #[tokio::test]
    async fn timestamps_move_by_all_intervals() {
        assert_eq!(
            add(
                timestamps(&["2012-08-08 01:00", "NULL"]),
                interval("29", "hour")
            )
            .await,
            "2012-08-09 06:00:00.000|NULL"
        );
        assert_eq!(
            add(interval("1", "month"), timestamps(&["2012-10-31 01:00"])).await,
            "2012-11-30 01:00:00"
        );
        assert_eq!(
            subtract(
                timestamps(&["2012-10-31 01:00:00.123456"]),
                interval("1", "month")
            )
            .await,
            "2012-09-30 01:00:00.123456"
        );
        assert_eq!(
            subtract(
                timestamps(&["1970-01-01 00:00:00.123456789"]),
                interval("1.5", "second")
            )
            .await,
            "1969-12-31 23:59:58.623456789"
        );
        assert_eq!(
            add(timestamps(&["292000-01-01"]), interval("5000", "year")).await,
            "ERROR: Timestamp out of range"
        );
        assert_eq!(
            add(
                timestamps(&["2262-01-01 00:00:00.0000000"]),
                interval("365", "day")
            )
            .await,
            "ERROR: Timestamp out of range"
        );
        let sum = vec![timestamps(&["2012-08-08"]), interval("1", "day")];
        assert_eq!(result_type("$add", sum).await, "timestamp(3)");
    }

    #[tokio::test]
    async fn months_of_zoned_timestamps_are_local() {
        assert_eq!(
            add(
                timestamps(&["2020-01-29 02:30:00 Europe/Paris", "NULL"]),
                interval("2", "month")
            )
            .await,
            "2020-03-29 03:30:00 Europe/Paris|NULL"
        );
        assert_eq!(
            add(
                timestamps(&["2020-03-28 12:00:00 Europe/Paris"]),
                interval("1", "day")
            )
            .await,
            "2020-03-29 13:00:00.000 Europe/Paris"
        );
        assert_eq!(
            subtract(
                timestamps(&["2020-03-31 23:00:00 America/New_York"]),
                interval("1", "month")
            )
            .await,
            "2020-02-29 23:00:00 America/New_York"
        );
    }

    #[tokio::test]
    async fn differences_are_intervals() {
        assert_eq!(
            subtract(
                timestamps(&["2017-03-30 14:15:16.432", "NULL"]),
                timestamps(&["2016-03-29 03:04:05.321", "2020-01-01 00:00:00.000"])
            )
            .await,
            "366 11:11:11.111|NULL"
        );
        assert_eq!(
            subtract(
                timestamps(&["1970-01-01 00:00:00.0005"]),
                timestamps(&["1970-01-01 00:00:00.0000"])
            )
            .await,
            "0 00:00:00.001"
        );
        assert_eq!(
            subtract(
                timestamps(&["1970-01-01 00:00:00.0000"]),
                timestamps(&["1970-01-01 00:00:00.0005"])
            )
            .await,
            "0 00:00:00.000"
        );
        assert_eq!(
            subtract(
                timestamps(&["2016-03-29 03:04:05.321 +08:09"]),
                timestamps(&["2017-03-30 14:15:16.432 +07:09"])
            )
            .await,
            "-366 12:11:11.111"
        );
        assert_eq!(
            subtract(
                timestamps(&["1970-01-01 00:00:00.0000 UTC"]),
                timestamps(&["1970-01-01 00:00:00.0005 UTC"])
            )
            .await,
            "-0 00:00:00.001"
        );
        assert_eq!(
            subtract(
                dates(&["2020-03-01", "NULL"]),
                dates(&["2020-02-28", "2020-01-01"])
            )
            .await,
            "2 00:00:00.000|NULL"
        );
        assert_eq!(
            subtract(times(&["01:00:00.0006"]), times(&["02:00:00.0000"])).await,
            "-0 00:59:59.999"
        );
        assert_eq!(
            subtract(times(&["01:00 +01:00"]), times(&["01:00 -01:00"])).await,
            "-0 02:00:00.000"
        );
    }

    #[tokio::test]
    async fn times_go_around_the_clock() {
        assert_eq!(
            add(times(&["01:00", "NULL"]), interval("3", "hour")).await,
            "04:00:00.000|NULL"
        );
        assert_eq!(
            subtract(times(&["01:00"]), interval("3", "hour")).await,
            "22:00:00.000"
        );
        assert_eq!(
            add(interval("-49", "hour"), times(&["00:30:00.123456"])).await,
            "23:30:00.123456"
        );
        assert_eq!(
            add(times(&["23:00 +05:30"]), interval("2", "hour")).await,
            "01:00:00.000+05:30"
        );
    }

    #[tokio::test]
    async fn intervals_are_numbers_of_their_kind() {
        assert_eq!(
            add(interval("2", "day"), interval("3", "hour")).await,
            "2 03:00:00.000"
        );
        assert_eq!(
            subtract(interval("2", "day"), interval("3", "hour")).await,
            "1 21:00:00.000"
        );
        assert_eq!(
            add(interval("3", "year"), interval("5", "month")).await,
            "3-5"
        );
        assert_eq!(
            subtract(interval("3", "month"), interval("1", "year")).await,
            "-0-9"
        );
        assert_eq!(
            result("$negate", vec![interval("2", "day")]).await,
            "-2 00:00:00.000"
        );
        assert_eq!(
            result("$negate", vec![interval("-14", "month")]).await,
            "1-2"
        );
        assert_eq!(
            result("$multiply", vec![interval("6", "second"), bigint(2)]).await,
            "0 00:00:12.000"
        );
        assert_eq!(
            result("$multiply", vec![double(2.5), interval("1", "second")]).await,
            "0 00:00:02.500"
        );
        assert_eq!(
            result("$multiply", vec![interval("5", "month"), double(0.5)]).await,
            "0-2"
        );
        assert_eq!(
            result("$multiply", vec![bigint(-2), interval("1", "year")]).await,
            "-2-0"
        );
        assert_eq!(
            result("$divide", vec![interval("3", "second"), bigint(2)]).await,
            "0 00:00:01.500"
        );
        assert_eq!(
            result("$divide", vec![interval("1", "year"), double(5.0)]).await,
            "0-2"
        );
    }

    #[tokio::test]
    async fn what_intervals_cannot_hold_is_an_error() {
        assert_eq!(
            result("$multiply", vec![interval("1", "day"), bigint(i64::MAX)]).await,
            "ERROR: interval out of range"
        );
        assert_eq!(
            result("$multiply", vec![interval("1", "month"), double(1e10)]).await,
            "ERROR: interval out of range"
        );
        assert_eq!(
            result("$multiply", vec![interval("1", "day"), double(f64::NAN)]).await,
            "ERROR: Cannot multiply by double NaN"
        );
        assert_eq!(
            result("$divide", vec![interval("1", "day"), double(0.0)]).await,
            "ERROR: Cannot divide by double 0.0"
        );
        assert_eq!(
            result("$divide", vec![interval("1", "day"), double(f64::NAN)]).await,
            "ERROR: Cannot divide by double NaN"
        );
        let divisors = column("double", Float64Array::from(vec![Some(2.0), None]));
        assert_eq!(
            result("$divide", vec![interval("1", "day"), divisors]).await,
            "0 12:00:00.000|NULL"
        );
    }
}
