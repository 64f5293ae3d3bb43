//! `sequence`: arrays of numbers, dates and timestamps at equal steps.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, DurationMillisecondType, Int64Type,
    IntervalYearMonthType, TimestampMicrosecondType, TimestampNanosecondType,
};
use datafusion::error::Result;

use super::calendar::{Calendar, months_between, plus_months};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{Offsets, element_type};
use crate::types::Type;

/// How many elements a sequence may have.
const ENTRIES_MAX: i128 = 10_000;

const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "sequence",
            "Make an array of the values from a start to a stop, a step apart",
        )
        .strict("(bigint, bigint) -> array(bigint)", |call| {
            numbers(call, &call.bigints(0)?, &call.bigints(1)?, None)
        })
        .strict("(bigint, bigint, bigint) -> array(bigint)", |call| {
            numbers(
                call,
                &call.bigints(0)?,
                &call.bigints(1)?,
                Some(&call.bigints(2)?),
            )
        })
        .strict("(date, date) -> array(date)", |call| {
            numbers(call, &days(call, 0)?, &days(call, 1)?, None)
        })
        .strict(
            "(date, date, interval day to second) -> array(date)",
            dates_by_days,
        )
        .strict(
            "(date, date, interval year to month) -> array(date)",
            by_months::<Date32Type>,
        )
        .strict(
            "(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p))",
            |call| match call.argument_type(0) {
                Type::Timestamp(0..=6) => by_time::<TimestampMicrosecondType>(call, 1),
                _ => by_time::<TimestampNanosecondType>(call, 1000),
            },
        )
        .strict(
            "(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p))",
            |call| match call.argument_type(0) {
                Type::Timestamp(0..=6) => by_months::<TimestampMicrosecondType>(call),
                _ => by_months::<TimestampNanosecondType>(call),
            },
        ),
    ]
}

/// Lists whose elements are numbers that stand for values of the result's element type.
struct Sequences {
    values: Vec<i64>,
    offsets: Offsets,
}

impl Sequences {
    fn new(call: &Call<'_>) -> Sequences {
        Sequences {
            values: Vec::new(),
            offsets: Offsets::with_capacity(call.rows),
        }
    }

    /// The sequence of a row, whose steps are all equal.
    fn steps(&mut self, start: i64, stop: i64, step: i64) -> Result<(), FunctionError> {
        check_direction(start, stop, step)?;
        let length = (i128::from(stop) - i128::from(start)) / i128::from(step) + 1;
        let length = checked_length(length)?;
        self.values
            .extend((0..length).map(|entry| start.wrapping_add(step.wrapping_mul(entry))));
        self.offsets.end(self.values.len())
    }

    fn finish(self, call: &Call<'_>) -> Result<ArrayRef> {
        let element = element_type(call.returns());
        let values: ArrayRef = Arc::new(Int64Array::from(self.values));
        let values = match element {
            // Arrow has no cast from 64 bits to dates.
            Type::Date => cast(&cast(&values, &DataType::Int32)?, &DataType::Date32)?,
            other => cast(&values, &other.nested_arrow())?,
        };
        self.offsets.lists(element, values, None)
    }
}

fn numbers(
    call: &Call<'_>,
    starts: &Int64Array,
    stops: &Int64Array,
    steps: Option<&Int64Array>,
) -> Result<ArrayRef> {
    let mut sequences = Sequences::new(call);
    for row in 0..call.rows {
        if call.is_null(row) {
            sequences.offsets.end(sequences.values.len())?;
            continue;
        }
        let (start, stop) = (starts.value(row), stops.value(row));
        let step = match steps {
            Some(steps) => steps.value(row),
            None if stop >= start => 1,
            None => -1,
        };
        sequences.steps(start, stop, step)?;
    }
    sequences.finish(call)
}

fn days(call: &Call<'_>, place: usize) -> Result<Int64Array> {
    let dates: Date32Array = call.primitives::<Date32Type>(place)?;
    Ok(arrow::compute::kernels::arity::unary::<_, _, Int64Type>(
        &dates,
        i64::from,
    ))
}

fn dates_by_days(call: &Call<'_>) -> Result<ArrayRef> {
    let intervals = call.primitives::<DurationMillisecondType>(2)?;
    for row in (0..call.rows).filter(|row| !call.is_null(*row)) {
        if intervals.value(row) % DAY_MILLISECONDS != 0 {
            return Err(FunctionError::argument(
                "sequence step must be a day interval if start and end values are dates",
            )
            .into());
        }
    }
    let steps = arrow::compute::kernels::arity::unary::<_, _, Int64Type>(&intervals, |step| {
        step / DAY_MILLISECONDS
    });
    numbers(call, &days(call, 0)?, &days(call, 1)?, Some(&steps))
}

/// Timestamps of so many units a microsecond. Microseconds decide how many there are; finer parts of the start remain.
fn by_time<T: ArrowPrimitiveType<Native = i64>>(call: &Call<'_>, units: i64) -> Result<ArrayRef> {
    let starts: PrimitiveArray<T> = call.primitives(0)?;
    let stops: PrimitiveArray<T> = call.primitives(1)?;
    let intervals = call.primitives::<DurationMillisecondType>(2)?;
    let mut sequences = Sequences::new(call);
    for row in 0..call.rows {
        if call.is_null(row) {
            sequences.offsets.end(sequences.values.len())?;
            continue;
        }
        let step = intervals
            .value(row)
            .checked_mul(1000)
            .and_then(|step| step.checked_mul(units));
        let step = step.ok_or_else(|| FunctionError::argument("sequence step is too long"))?;
        let (start, stop) = (starts.value(row), stops.value(row));
        let rest = start.rem_euclid(units);
        let stop = stop
            .saturating_sub(stop.rem_euclid(units))
            .saturating_add(rest);
        sequences.steps(start, stop, step)?;
    }
    sequences.finish(call)
}

fn by_months<T: Calendar>(call: &Call<'_>) -> Result<ArrayRef> {
    let starts: PrimitiveArray<T> = call.primitives(0)?;
    let stops: PrimitiveArray<T> = call.primitives(1)?;
    let intervals = call.primitives::<IntervalYearMonthType>(2)?;
    let mut sequences = Sequences::new(call);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let step = i64::from(intervals.value(row));
            let (start, stop) = (starts.value(row), stops.value(row));
            check_direction(T::number(start), T::number(stop), step)?;
            let (Some(start), Some(stop)) = (T::read(start), T::read(stop)) else {
                return Err(beyond_calendar().into());
            };
            let length = checked_length(i128::from(months_between(start, stop) / step + 1))?;
            for entry in 0..length {
                let value = plus_months(start, step * entry).and_then(T::write);
                sequences.values.push(value.ok_or_else(beyond_calendar)?);
            }
        }
        sequences.offsets.end(sequences.values.len())?;
    }
    sequences.finish(call)
}

fn check_direction(start: i64, stop: i64, step: i64) -> Result<(), FunctionError> {
    if step == 0 {
        return Err(FunctionError::argument("step must not be zero"));
    }
    let reachable = if step > 0 {
        stop >= start
    } else {
        stop <= start
    };
    if !reachable {
        return Err(FunctionError::argument(
            "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start",
        ));
    }
    Ok(())
}

fn checked_length(length: i128) -> Result<i64, FunctionError> {
    match i64::try_from(length) {
        Ok(length) if i128::from(length) <= ENTRIES_MAX => Ok(length),
        _ => Err(FunctionError::argument(format!(
            "result of sequence function must not have more than {ENTRIES_MAX} entries"
        ))),
    }
}

fn beyond_calendar() -> FunctionError {
    FunctionError::argument("sequence values are beyond the calendar")
}

#[cfg(test)]
mod tests {
    use crate::testing::bigint;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    const WRONG_WAY: &str = "ERROR: sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start";
    const TOO_LONG: &str =
        "ERROR: result of sequence function must not have more than 10000 entries";

    #[tokio::test]
    async fn numbers_go_up_and_down() {
        assert_shown!("sequence", [bigint(1), bigint(5)], "[1, 2, 3, 4, 5]");
        assert_shown!("sequence", [bigint(2), bigint(-1)], "[2, 1, 0, -1]");
        assert_shown!("sequence", [bigint(1), bigint(6), bigint(2)], "[1, 3, 5]");
        assert_shown!(
            "sequence",
            [
                rows("bigint", "[1, null, 4]"),
                bigint(4),
                rows("bigint", "[3, 0, -1]")
            ],
            "[1, 4]|NULL|[4]"
        );
        assert_shown!(
            "sequence",
            [bigint(i64::MAX - 1), bigint(i64::MAX)],
            "[9223372036854775806, 9223372036854775807]"
        );
    }

    #[tokio::test]
    async fn wrong_steps_and_long_sequences_are_errors() {
        assert_shown!(
            "sequence",
            [bigint(1), bigint(5), bigint(0)],
            "ERROR: step must not be zero"
        );
        assert_shown!("sequence", [bigint(1), bigint(5), bigint(-1)], WRONG_WAY);
        assert_shown!("sequence", [bigint(5), bigint(1), bigint(2)], WRONG_WAY);
        assert_shown!("sequence", [bigint(1), bigint(10_001)], TOO_LONG);
        assert_shown!("sequence", [bigint(i64::MIN), bigint(i64::MAX)], TOO_LONG);
        let longest = crate::testing::shown("sequence", vec![bigint(1), bigint(10_000)]).await;
        assert!(longest.ends_with("10000]"));
    }

    #[tokio::test]
    async fn dates_by_days_and_months() {
        let date = |day: &str| constant_row("date", &format!("\"{day}\""));
        let days =
            |count: i64| constant_row("interval day to second", &(count * 86_400_000).to_string());
        let months = |count: i32| {
            crate::testing::constant(
                "interval year to month",
                datafusion::scalar::ScalarValue::IntervalYearMonth(Some(count)),
            )
        };
        assert_shown!(
            "sequence",
            [date("2024-02-28"), date("2024-03-01")],
            "[2024-02-28, 2024-02-29, 2024-03-01]"
        );
        assert_shown!(
            "sequence",
            [date("2024-03-03"), date("2024-03-01"), days(-2)],
            "[2024-03-03, 2024-03-01]"
        );
        assert_shown!(
            "sequence",
            [date("2024-01-31"), date("2024-05-01"), months(1)],
            "[2024-01-31, 2024-02-29, 2024-03-31, 2024-04-30]"
        );
        assert_shown!(
            "sequence",
            [date("2024-03-31"), date("2024-01-30"), months(-1)],
            "[2024-03-31, 2024-02-29, 2024-01-31]"
        );
        assert_shown!(
            "sequence",
            [date("2024-01-31"), date("2024-02-29"), months(2)],
            "[2024-01-31]"
        );
        assert_shown!(
            "sequence",
            [
                date("2024-01-01"),
                date("2024-01-03"),
                constant_row("interval day to second", "3600000")
            ],
            "ERROR: sequence step must be a day interval if start and end values are dates"
        );
        assert_shown!(
            "sequence",
            [date("2024-01-02"), date("2024-01-01"), months(1)],
            WRONG_WAY
        );
    }

    #[tokio::test]
    async fn timestamps_by_time_and_months() {
        let timestamp = |at: &str| constant_row("timestamp(3)", &format!("\"{at}\""));
        let hours =
            |count: i64| constant_row("interval day to second", &(count * 3_600_000).to_string());
        assert_shown!(
            "sequence",
            [
                timestamp("2024-01-01 22:30:00"),
                timestamp("2024-01-02 01:00:00"),
                hours(2)
            ],
            "[2024-01-01T22:30:00, 2024-01-02T00:30:00]"
        );
        let month = crate::testing::constant(
            "interval year to month",
            datafusion::scalar::ScalarValue::IntervalYearMonth(Some(12)),
        );
        assert_shown!(
            "sequence",
            [
                timestamp("2024-02-29 10:00:00"),
                timestamp("2026-02-28 09:00:00"),
                month
            ],
            "[2024-02-29T10:00:00, 2025-02-28T10:00:00]"
        );
        let nanoseconds = |at: &str| constant_row("timestamp(9)", &format!("\"{at}\""));
        assert_shown!(
            "sequence",
            [
                nanoseconds("2024-01-01 00:00:00.000000001"),
                nanoseconds("2024-01-01 01:00:00"),
                hours(1)
            ],
            "[2024-01-01T00:00:00.000000001, 2024-01-01T01:00:00.000000001]"
        );
    }
}
