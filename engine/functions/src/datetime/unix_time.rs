//! Unix times: `from_unixtime`, `from_unixtime_nanos` and `to_unixtime`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::buffer::ScalarBuffer;
use datafusion::error::Result;

use super::columns::{Prepared, Zoned, each_row, timestamp_out_of_range, with_units};
use super::rounding::round_double;
use super::zone::zone_of_minutes;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;
use crate::types::time_zone::TimeZone;

/// Trino packs milliseconds and the zone into 64 bits, which leaves 52 for milliseconds.
pub(crate) const ZONED_MILLIS_MAX: i64 = (1 << 51) - 1;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "from_unixtime",
            "Timestamp of so many seconds since 1970-01-01 in UTC",
        )
        .strict("(double) -> timestamp(3) with time zone", |call| {
            from_seconds(call, vec![TimeZone::Utc.key(); call.rows])
        })
        .strict("(double, varchar) -> timestamp(3) with time zone", |call| {
            let mut zones = Prepared::argument(call, 1, parse_zone)?;
            let zones = each_row(call, &vec![(); call.rows], |row, ()| Ok(*zones.at(row)?))?;
            from_seconds(call, zones)
        })
        .strict(
            "(double, bigint, bigint) -> timestamp(3) with time zone",
            |call| {
                let (hours, minutes) = (call.bigints(1)?, call.bigints(2)?);
                let minutes = minutes.values();
                let zones = each_row(call, hours.values(), |row, hours| {
                    offset_zone(hours, minutes.get(row).copied().unwrap_or(0))
                })?;
                from_seconds(call, zones)
            },
        ),
        Definition::new(
            "from_unixtime_nanos",
            "Timestamp of so many nanoseconds since 1970-01-01 in UTC",
        )
        .strict("(bigint) -> timestamp(9) with time zone", |call| {
            in_utc(call, call.bigints(0)?.values().to_vec())
        })
        .strict(
            "(decimal(p, s)) -> timestamp(9) with time zone",
            from_decimal_nanos,
        ),
        Definition::new("to_unixtime", "Seconds since 1970-01-01 in UTC")
            .strict("(timestamp(p) with time zone) -> double", |call| {
                with_units!(call, 0, to_seconds(call))
            }),
    ]
}

fn parse_zone(name: &str) -> Result<i16, FunctionError> {
    if name.is_empty() {
        return Err(FunctionError::argument("Zone id is an empty string"));
    }
    TimeZone::parse(name).map(TimeZone::key).ok_or_else(|| {
        FunctionError::new(
            FunctionErrorCode::NotSupported,
            format!("Time zone not supported: {name}"),
        )
    })
}

fn offset_zone(hours: i64, minutes: i64) -> Result<i16, FunctionError> {
    let minutes = hours
        .checked_mul(60)
        .and_then(|total| total.checked_add(minutes))
        .filter(|total| i32::try_from(*total).is_ok())
        .ok_or_else(|| FunctionError::argument("integer overflow"))?;
    Ok(zone_of_minutes(minutes)?.key())
}

/// Milliseconds as a `timestamp(3) with time zone` holds them.
pub(crate) fn zoned_millis(millis: i64) -> Result<i64, FunctionError> {
    if !(-ZONED_MILLIS_MAX - 1..=ZONED_MILLIS_MAX).contains(&millis) {
        return Err(FunctionError::argument(format!(
            "Millis overflow: {millis}"
        )));
    }
    Ok(millis * 1_000)
}

fn from_seconds(call: &Call<'_>, zones: Vec<i16>) -> Result<ArrayRef> {
    let instants = each_row(call, call.doubles(0)?.values(), |_, seconds| {
        zoned_millis(round_double(seconds * 1_000.0))
    })?;
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

fn in_utc(call: &Call<'_>, instants: Vec<i64>) -> Result<ArrayRef> {
    let zones = vec![TimeZone::Utc.key(); instants.len()];
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

fn from_decimal_nanos(call: &Call<'_>) -> Result<ArrayRef> {
    let scale = match call.argument_type(0) {
        Type::Decimal { scale, .. } => *scale,
        _ => 0,
    };
    let divisor = 10_i128.checked_pow(scale.into()).unwrap_or(i128::MAX);
    let nanos = each_row(call, call.decimals(0)?.values(), |_, unscaled| {
        // Rounded to whole nanoseconds, halves away from zero.
        let (whole, rest) = (unscaled / divisor, unscaled % divisor);
        let up = rest.unsigned_abs() >= divisor.unsigned_abs().div_ceil(2) && divisor > 1;
        let rounded = whole + if up { unscaled.signum() } else { 0 };
        i64::try_from(rounded).map_err(|_| timestamp_out_of_range())
    })?;
    in_utc(call, nanos)
}

fn to_seconds<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let instants = Zoned::argument(call, 0)?.instants;
    let per_milli = PER_SECOND / 1_000;
    let seconds = instants.iter().map(|instant| {
        // Whole milliseconds and what remains are divided apart, as in Trino, so that results agree to the last bit. Both are exact.
        let millis = instant.div_euclid(per_milli) as f64;
        let picos = (instant.rem_euclid(per_milli) * (1_000_000_000 / per_milli)) as f64;
        millis / 1_000.0 + picos / 1e12
    });
    Ok(Arc::new(Float64Array::from_iter_values(seconds)))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, Float64Array, Int64Array};

    use crate::datetime::fixtures::{result, timestamps};
    use crate::testing::{Argument, bigint, column, double, text};

    #[tokio::test]
    async fn seconds_are_rounded_to_milliseconds() {
        let seconds = column(
            "double",
            Float64Array::from(vec![
                Some(0.0),
                None,
                Some(-0.0005),
                Some(980_132_645.888_6),
            ]),
        );
        assert_eq!(
            result("from_unixtime", vec![seconds]).await,
            "1970-01-01 00:00:00.000 UTC|NULL|1970-01-01 00:00:00.000 UTC|2001-01-22 03:04:05.889 UTC"
        );
        assert_eq!(
            result("from_unixtime", vec![double(f64::NAN)]).await,
            "1970-01-01 00:00:00.000 UTC"
        );
        assert_eq!(
            result("from_unixtime", vec![double(1e300)]).await,
            "ERROR: Millis overflow: 9223372036854775807"
        );
    }

    #[tokio::test]
    async fn zones_are_given_by_name_or_offset() {
        assert_eq!(
            result(
                "from_unixtime",
                vec![double(7_200.0), text("Asia/Shanghai")]
            )
            .await,
            "1970-01-01 10:00:00.000 Asia/Shanghai"
        );
        let nowhere = vec![double(0.0), text("Nowhere")];
        assert_eq!(
            result("from_unixtime", nowhere).await,
            "ERROR: Time zone not supported: Nowhere"
        );
        let at = |hours, minutes| vec![double(0.0), bigint(hours), bigint(minutes)];
        assert_eq!(
            result("from_unixtime", at(9, 0)).await,
            "1970-01-01 09:00:00.000 +09:00"
        );
        assert_eq!(
            result("from_unixtime", at(-1, -30)).await,
            "1969-12-31 22:30:00.000 -01:30"
        );
        assert_eq!(
            result("from_unixtime", at(1, 10_000)).await,
            "ERROR: Invalid offset minutes 10060"
        );
        assert_eq!(
            result("from_unixtime", at(i64::MAX, 0)).await,
            "ERROR: integer overflow"
        );
    }

    fn decimal(unscaled: i128, precision: u8, scale: i8) -> Argument {
        let values =
            Decimal128Array::from(vec![unscaled]).with_precision_and_scale(precision, scale);
        column(
            &format!("decimal({precision},{scale})"),
            values.expect("a decimal"),
        )
    }

    #[tokio::test]
    async fn nanoseconds_are_exact() {
        let nanos = column(
            "bigint",
            Int64Array::from(vec![
                Some(1_234_567_890_123_456_789),
                None,
                Some(-999_999_999),
            ]),
        );
        assert_eq!(
            result("from_unixtime_nanos", vec![nanos]).await,
            "2009-02-13 23:31:30.123456789 UTC|NULL|1969-12-31 23:59:59.000000001 UTC"
        );
        for (unscaled, shown) in [
            (1_234_499, "1970-01-01 00:00:00.000001234 UTC"),
            (1_234_500, "1970-01-01 00:00:00.000001235 UTC"),
            (-1_234_499, "1969-12-31 23:59:59.999998766 UTC"),
            (-1_234_500, "1969-12-31 23:59:59.999998765 UTC"),
        ] {
            assert_eq!(
                result("from_unixtime_nanos", vec![decimal(unscaled, 7, 3)]).await,
                shown
            );
        }
        assert_eq!(
            result(
                "from_unixtime_nanos",
                vec![decimal(12_345_678_900_123_456_789, 20, 0)]
            )
            .await,
            "ERROR: Timestamp out of range"
        );
    }

    #[tokio::test]
    async fn instants_have_seconds() {
        let zoned = timestamps(&[
            "2001-08-22 03:04:05.321 +07:09",
            "NULL",
            "1969-12-31 23:59:58.500 UTC",
        ]);
        assert_eq!(
            result("to_unixtime", vec![zoned]).await,
            "998423705.321|NULL|-1.5"
        );
        let zoned = timestamps(&["2020-05-10 12:34:56.123456789 UTC"]);
        assert_eq!(
            result("to_unixtime", vec![zoned]).await,
            "1589114096.1234567"
        );
    }
}
