//! Time zones of values: `with_timezone`, `at_timezone`, `timezone` and the parts of its offset.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::buffer::ScalarBuffer;
use datafusion::error::Result;

use super::columns::{
    OffsetTimes, Prepared, SECONDS_PER_DAY, Zoned, argument_numbers, bigint_column, each_row,
    with_units,
};
use super::local_time::instant_of_local;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::time_zone::{OffsetCache, TimeZone};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("with_timezone", "The timestamp as the local time of a time zone")
            .strict("(timestamp(p), varchar) -> timestamp(p) with time zone", |call| {
                with_units!(call, 0, with_time_zone(call))
            }),
        Definition::new("at_timezone", "The same instant in another time zone")
            .strict(
                "(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone",
                |call| zoned_at(call, named_zones(call)?),
            )
            .strict(
                "(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone",
                |call| zoned_at(call, interval_zones(call)?),
            ),
        at_time_zone_operator(),
        Definition::new("timezone", "Time zone of the value")
            .strict("(timestamp(p) with time zone) -> varchar", |call| {
                let zones = Zoned::argument(call, 0)?.zones;
                Ok(zone_names(&zones, |key| TimeZone::from_key(key).to_string()))
            })
            .strict("(time(p) with time zone) -> varchar", |call| {
                let offsets = OffsetTimes::argument(call, 0)?.offsets;
                Ok(zone_names(&offsets, |minutes| {
                    let sign = if minutes < 0 { '-' } else { '+' };
                    let minutes = minutes.unsigned_abs();
                    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
                }))
            }),
        Definition::new("timezone_hour", "Hours of the time zone's offset")
            .strict("(timestamp(p) with time zone) -> bigint", |call| {
                with_units!(call, 0, zoned_offsets(call, |minutes| minutes / 60))
            })
            .strict("(time(p) with time zone) -> bigint", |call| {
                offsets(call, |minutes| minutes / 60)
            }),
        Definition::new("timezone_minute", "Minutes of the time zone's offset beside whole hours")
            .strict("(timestamp(p) with time zone) -> bigint", |call| {
                with_units!(call, 0, zoned_offsets(call, |minutes| minutes % 60))
            })
            .strict("(time(p) with time zone) -> bigint", |call| {
                offsets(call, |minutes| minutes % 60)
            }),
    ]
}

/// What `x AT TIME ZONE z` means. Values without a zone are in UTC, the session's zone.
fn at_time_zone_operator() -> Definition {
    Definition::new("$at_time_zone", "The same instant in another time zone")
        .strict(
            "(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone",
            |call| zoned_at(call, named_zones(call)?),
        )
        .strict(
            "(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone",
            |call| zoned_at(call, interval_zones(call)?),
        )
        .strict(
            "(timestamp(p), varchar) -> timestamp(p) with time zone",
            |call| timestamps_at(call, named_zones(call)?),
        )
        .strict(
            "(timestamp(p), interval day to second) -> timestamp(p) with time zone",
            |call| timestamps_at(call, interval_zones(call)?),
        )
        .strict(
            "(time(p) with time zone, varchar) -> time(p) with time zone",
            |call| {
                with_units!(
                    call,
                    0,
                    offset_times_at(call, current_offsets(named_zones(call)?))
                )
            },
        )
        .strict(
            "(time(p) with time zone, interval day to second) -> time(p) with time zone",
            |call| with_units!(call, 0, offset_times_at(call, interval_zones(call)?)),
        )
        .strict("(time(p), varchar) -> time(p) with time zone", |call| {
            with_units!(call, 0, times_at(call, current_offsets(named_zones(call)?)))
        })
        .strict(
            "(time(p), interval day to second) -> time(p) with time zone",
            |call| with_units!(call, 0, times_at(call, interval_zones(call)?)),
        )
        .hidden()
}

/// The zone that an argument names.
fn parse_zone(name: &str) -> Result<TimeZone, FunctionError> {
    if name.is_empty() {
        return Err(FunctionError::argument("Zone id is an empty string"));
    }
    TimeZone::parse(name)
        .ok_or_else(|| FunctionError::argument(format!("'{name}' is not a valid time zone")))
}

/// The zone of so many minutes east of UTC.
pub(crate) fn zone_of_minutes(minutes: i64) -> Result<TimeZone, FunctionError> {
    TimeZone::from_offset_minutes(minutes)
        .ok_or_else(|| FunctionError::argument(format!("Invalid offset minutes {minutes}")))
}

/// The keys of the zones that the second argument names.
fn named_zones(call: &Call<'_>) -> Result<Vec<i16>> {
    let mut zones = Prepared::argument(call, 1, |name| parse_zone(name).map(TimeZone::key))?;
    each_row(call, &vec![(); call.rows], |row, ()| Ok(*zones.at(row)?))
}

/// The keys of the zones whose offsets the second argument gives.
fn interval_zones(call: &Call<'_>) -> Result<Vec<i16>> {
    each_row(call, &argument_numbers(call, 1)?, |_, millis| {
        if millis % 60_000 != 0 {
            return Err(FunctionError::argument(
                "Invalid time zone offset interval: interval contains seconds",
            ));
        }
        Ok(zone_of_minutes(millis / 60_000)?.key())
    })
}

/// The minutes east of UTC that zones have now: times have no date by which to tell.
fn current_offsets(zones: Vec<i16>) -> Vec<i16> {
    let now = chrono::Utc::now().timestamp();
    let mut cache = OffsetCache::new();
    let minutes = zones.iter().map(|zone| cache.offset_at(*zone, now) / 60);
    minutes
        .map(|minutes| i16::try_from(minutes).unwrap_or(0))
        .collect()
}

fn with_time_zone<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let zones = named_zones(call)?;
    let mut cache = OffsetCache::new();
    let instants = each_row(call, &argument_numbers(call, 0)?, |row, local| {
        let zone = zones.get(row).copied().unwrap_or(0);
        instant_of_local::<PER_SECOND>(&mut cache, zone, local, local)
    })?;
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

fn zoned_at(call: &Call<'_>, zones: Vec<i16>) -> Result<ArrayRef> {
    let instants = Zoned::argument(call, 0)?.instants;
    Zoned::column(call.returns(), instants.to_vec(), ScalarBuffer::from(zones))
}

fn timestamps_at(call: &Call<'_>, zones: Vec<i16>) -> Result<ArrayRef> {
    let instants = argument_numbers(call, 0)?;
    Zoned::column(call.returns(), instants.to_vec(), ScalarBuffer::from(zones))
}

fn shifted_times<const PER_SECOND: i64>(
    times: &[i64],
    from: impl Iterator<Item = i16>,
    to: &[i16],
) -> Vec<i64> {
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    let shifts = from
        .zip(to)
        .map(|(from, to)| i64::from(*to) - i64::from(from));
    times
        .iter()
        .zip(shifts)
        .map(|(time, minutes)| {
            time.wrapping_add(minutes * 60 * PER_SECOND)
                .rem_euclid(per_day)
        })
        .collect()
}

fn offset_times_at<const PER_SECOND: i64>(call: &Call<'_>, to: Vec<i16>) -> Result<ArrayRef> {
    let OffsetTimes { times, offsets } = OffsetTimes::argument(call, 0)?;
    let shifted = shifted_times::<PER_SECOND>(&times, offsets.iter().copied(), &to);
    OffsetTimes::column(call.returns(), shifted, ScalarBuffer::from(to))
}

fn times_at<const PER_SECOND: i64>(call: &Call<'_>, to: Vec<i16>) -> Result<ArrayRef> {
    let times = argument_numbers(call, 0)?;
    let shifted = shifted_times::<PER_SECOND>(&times, std::iter::repeat(0), &to);
    OffsetTimes::column(call.returns(), shifted, ScalarBuffer::from(to))
}

fn zone_names(keys: &[i16], name: impl Fn(i16) -> String) -> ArrayRef {
    let mut names = StringViewBuilder::with_capacity(keys.len());
    let mut last: Option<(i16, String)> = None;
    for key in keys {
        let known = match last.take() {
            Some((known, text)) if known == *key => (known, text),
            _ => (*key, name(*key)),
        };
        names.append_value(&last.insert(known).1);
    }
    Arc::new(names.finish())
}

fn zoned_offsets<const PER_SECOND: i64>(call: &Call<'_>, part: fn(i64) -> i64) -> Result<ArrayRef> {
    let offsets = Zoned::argument(call, 0)?
        .each::<i64, PER_SECOND>(call, |_, offset| Ok(part(offset / 60)))?;
    Ok(bigint_column(offsets))
}

fn offsets(call: &Call<'_>, part: fn(i64) -> i64) -> Result<ArrayRef> {
    let offsets = OffsetTimes::argument(call, 0)?.offsets;
    Ok(bigint_column(
        offsets
            .iter()
            .map(|minutes| part(i64::from(*minutes)))
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::zone_of_minutes;
    use crate::datetime::fixtures::{interval, result, texts, times, timestamps};
    use crate::testing::text;
    use crate::types::time_zone::OFFSET_MINUTES_MAX;

    #[test]
    fn offsets_beyond_fourteen_hours_are_errors() {
        assert!(zone_of_minutes(OFFSET_MINUTES_MAX.into()).is_ok());
        let error = zone_of_minutes(841).expect_err("out of bounds");
        assert_eq!(error.message, "Invalid offset minutes 841");
    }

    #[tokio::test]
    async fn a_timestamp_gets_a_zone() {
        let values = || timestamps(&["2001-08-22 03:04:05.321", "NULL", "2020-03-29 02:30:00.000"]);
        assert_eq!(
            result("with_timezone", vec![values(), text("Europe/Paris")]).await,
            "2001-08-22 03:04:05.321 Europe/Paris|NULL|2020-03-29 03:30:00.000 Europe/Paris"
        );
        let zones = texts(&["+13", "UTC", "-00:45"]);
        assert_eq!(
            result("with_timezone", vec![values(), zones]).await,
            "2001-08-22 03:04:05.321 +13:00|NULL|2020-03-29 02:30:00.000 -00:45"
        );
        assert_eq!(
            result("with_timezone", vec![values(), text("invalidzoneid")]).await,
            "ERROR: 'invalidzoneid' is not a valid time zone"
        );
        assert_eq!(
            result("with_timezone", vec![values(), text("utc")]).await,
            "ERROR: 'utc' is not a valid time zone"
        );
    }

    #[tokio::test]
    async fn an_instant_is_seen_in_another_zone() {
        let values = || timestamps(&["2020-05-01 12:34:56.123456789 +07:09", "NULL"]);
        let shown = "2020-04-30 22:25:56.123456789 America/Los_Angeles|NULL";
        for name in ["at_timezone", "$at_time_zone"] {
            assert_eq!(
                result(name, vec![values(), text("America/Los_Angeles")]).await,
                shown
            );
            let zone = interval("184", "minute");
            let shown = "2020-05-01 08:29:56.123456789 +03:04|NULL";
            assert_eq!(result(name, vec![values(), zone]).await, shown);
        }
        assert_eq!(
            result("at_timezone", vec![values(), interval("1", "second")]).await,
            "ERROR: Invalid time zone offset interval: interval contains seconds"
        );
    }

    #[tokio::test]
    async fn values_without_a_zone_are_in_utc() {
        let values = timestamps(&["2012-10-31 01:00", "NULL"]);
        assert_eq!(
            result("$at_time_zone", vec![values, text("America/Los_Angeles")]).await,
            "2012-10-30 18:00:00 America/Los_Angeles|NULL"
        );
        assert_eq!(
            result(
                "$at_time_zone",
                vec![times(&["23:00", "NULL"]), text("+02:00")]
            )
            .await,
            "01:00:00+02:00|NULL"
        );
        assert_eq!(
            result(
                "$at_time_zone",
                vec![times(&["01:00"]), interval("-2", "hour")]
            )
            .await,
            "23:00:00-02:00"
        );
        assert_eq!(
            result("$at_time_zone", vec![times(&["01:00 +02:00"]), text("UTC")]).await,
            "23:00:00+00:00"
        );
        assert_eq!(
            result(
                "$at_time_zone",
                vec![times(&["01:00 +02:00"]), text("Asia/Tokyo")]
            )
            .await,
            "08:00:00+09:00"
        );
    }

    #[tokio::test]
    async fn zones_are_shown_by_name_and_by_offset() {
        let zoned = || {
            timestamps(&[
                "2024-01-01 12:00 Asia/Tokyo",
                "NULL",
                "2024-01-01 12:00 -08:35",
            ])
        };
        assert_eq!(
            result("timezone", vec![zoned()]).await,
            "Asia/Tokyo|NULL|-08:35"
        );
        assert_eq!(result("timezone_hour", vec![zoned()]).await, "9|NULL|-8");
        assert_eq!(result("timezone_minute", vec![zoned()]).await, "0|NULL|-35");
        let times = || times(&["12:00 +09:00", "NULL", "12:00 -00:30"]);
        assert_eq!(
            result("timezone", vec![times()]).await,
            "+09:00|NULL|-00:30"
        );
        assert_eq!(result("timezone_hour", vec![times()]).await, "9|NULL|0");
        assert_eq!(result("timezone_minute", vec![times()]).await, "0|NULL|-30");
        assert_eq!(
            result("timezone", vec![timestamps(&["2024-02-29 UTC"])]).await,
            "UTC"
        );
        assert_eq!(
            result(
                "timezone_minute",
                vec![timestamps(&["1800-01-01 America/New_York"])]
            )
            .await,
            "-56"
        );
    }
}
