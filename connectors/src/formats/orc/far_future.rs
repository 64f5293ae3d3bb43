//! Times after 2037 in a writer's time zone with summer time. The decoder's tables of zones end there, and it takes winter time
//! for all that follows; the rule that holds in a zone's last years is meant to go on.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatchOptions};
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{OffsetComponents, Tz};

use crate::formats::nested_arrays::with_children;

const MICROS_A_SECOND: i64 = 1_000_000;
/// 2038-01-01T00:00:00, from which on the tables say nothing.
const TABLES_END_MICROS: i64 = 2_145_916_800 * MICROS_A_SECOND;
/// The last year that the tables have whole.
const LAST_KNOWN_YEAR: i32 = 2036;

/// The batch with its local times as the zone's rule has them.
pub(super) fn with_summer_time(batch: RecordBatch, zone: Tz) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| corrected(column, zone))
        .collect::<Result<_, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options)
}

fn corrected(array: &ArrayRef, zone: Tz) -> Result<ArrayRef, ArrowError> {
    if let DataType::Timestamp(TimeUnit::Microsecond, None) = array.data_type() {
        let times = array.as_primitive::<TimestampMicrosecondType>();
        if times
            .values()
            .iter()
            .all(|micros| *micros < TABLES_END_MICROS)
        {
            return Ok(Arc::clone(array));
        }
        return Ok(Arc::new(times.unary::<_, TimestampMicrosecondType>(
            |micros| corrected_micros(micros, zone).unwrap_or(micros),
        )));
    }
    let children = with_children(array, &mut |_, _, child| corrected(child, zone))?;
    Ok(children.unwrap_or_else(|| Arc::clone(array)))
}

/// `micros` is local time as the tables have it.
fn corrected_micros(micros: i64, zone: Tz) -> Option<i64> {
    if micros < TABLES_END_MICROS {
        return Some(micros);
    }
    let local = DateTime::<Utc>::from_timestamp_micros(micros)?.naive_utc();
    let offset = zone.offset_from_utc_datetime(&local);
    let utc = local - offset.base_utc_offset() - offset.dst_offset();
    // The rules go by weekdays: a year that begins alike and is as long has the same days.
    let like = (LAST_KNOWN_YEAR - 27..=LAST_KNOWN_YEAR).find(|year| {
        let begins =
            |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| (day.weekday(), day.leap_year()));
        begins(*year) == begins(utc.year())
    })?;
    let summer = |at: &NaiveDateTime| zone.offset_from_utc_datetime(at).dst_offset();
    let missing = summer(&utc.with_year(like)?) - summer(&utc);
    micros.checked_add(missing.num_microseconds()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summers_after_2037_have_summer_time() {
        let micros = |text: &str| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
                .unwrap()
                .and_utc()
                .timestamp_micros()
        };
        let zone = chrono_tz::America::Los_Angeles;
        for (standard, local) in [
            ("2100-05-05 11:34:56", "2100-05-05 12:34:56"),
            ("2100-12-05 11:34:56", "2100-12-05 11:34:56"),
            ("2036-05-05 11:34:56", "2036-05-05 11:34:56"),
        ] {
            assert_eq!(
                corrected_micros(micros(standard), zone),
                Some(micros(local))
            );
        }
        assert_eq!(
            corrected_micros(micros("2100-05-05 11:34:56"), chrono_tz::UTC),
            Some(micros("2100-05-05 11:34:56"))
        );
    }
}
