//! Casts to `varchar`.

use arrow::array::{
    Array, ArrowPrimitiveType, BooleanArray, FixedSizeBinaryArray, IntervalYearMonthArray,
};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};

use super::from_temporal::{ZoneLookup, units_per_second, zoned_parts};
use super::kernel::Kernel;
use super::rows::{counts, primitives, stored_as, write_texts};
use crate::error::FunctionError;
use crate::types::Type;
use crate::value_text::{
    LargeYear, LocalTimestamp, NANOS_PER_SECOND, write_date, write_decimal, write_double,
    write_integer, write_interval_day_to_second, write_interval_year_to_month, write_ip_address,
    write_offset, write_real, write_scientific_double, write_scientific_real, write_time,
    write_timestamp, write_timestamp_with_zone, write_uuid,
};

/// A cast to `varchar` of a length. As in Trino, texts of times, timestamps and intervals are not held to it.
pub(super) fn kernel(from: &Type, length: Option<u32>) -> Option<Kernel> {
    Some(match *from {
        Type::Boolean => Box::new(move |values, failures| {
            let values = stored_as::<BooleanArray>(values)?;
            let text = |row| if values.value(row) { "true" } else { "false" };
            write_texts(
                values.len(),
                values.nulls(),
                length,
                failures,
                |row, out| {
                    out.push_str(text(row));
                    Ok(())
                },
                |_, text, length| cannot_cast(text, length),
            )
        }),
        Type::Tinyint => integers::<Int8Type>(length),
        Type::Smallint => integers::<Int16Type>(length),
        Type::Integer => integers::<Int32Type>(length),
        Type::Bigint => integers::<Int64Type>(length),
        Type::Real => floating::<Float32Type>(length, write_scientific_real, write_real),
        Type::Double => floating::<Float64Type>(length, write_scientific_double, write_double),
        Type::Decimal { scale, .. } => {
            numbers::<Decimal128Type>(length, move |out, value| write_decimal(out, value, scale))
        }
        Type::Date => numbers::<Date32Type>(length, |out, value| {
            write_date(out, i64::from(value), LargeYear::Plain)
        }),
        Type::Time(precision) => counted(move |out, value| {
            let nanos = NANOS_PER_SECOND / units_per_second(precision);
            write_time(out, value.saturating_mul(nanos), precision)
        }),
        Type::TimeWithTimeZone(precision) => Box::new(move |values, failures| {
            let (times, offsets) = zoned_parts(values)?;
            let nanos = NANOS_PER_SECOND / units_per_second(precision);
            write_texts(
                values.len(),
                values.nulls(),
                None,
                failures,
                |row, out| {
                    write_time(out, times.value(row).saturating_mul(nanos), precision)?;
                    write_offset(out, offsets.value(row))
                },
                |_, text, length| cannot_cast(text, length),
            )
        }),
        Type::Timestamp(precision) => counted(move |out, value| {
            let timestamp = LocalTimestamp::from_units(value, units_per_second(precision));
            write_timestamp(out, timestamp, precision)
        }),
        Type::TimestampWithTimeZone(precision) => Box::new(move |values, failures| {
            let (instants, zones) = zoned_parts(values)?;
            let mut lookup = ZoneLookup::new();
            write_texts(
                values.len(),
                values.nulls(),
                None,
                failures,
                |row, out| {
                    let zone = lookup.zone(zones.value(row));
                    let instant = LocalTimestamp::from_units(
                        instants.value(row),
                        units_per_second(precision),
                    );
                    write_timestamp_with_zone(out, instant, zone, precision)
                },
                |_, text, length| cannot_cast(text, length),
            )
        }),
        Type::IntervalDayToSecond => counted(write_interval_day_to_second),
        Type::IntervalYearToMonth => Box::new(|values, failures| {
            let months = stored_as::<IntervalYearMonthArray>(values)?;
            write_texts(
                months.len(),
                months.nulls(),
                None,
                failures,
                |row, out| write_interval_year_to_month(out, months.value(row)),
                |_, text, length| cannot_cast(text, length),
            )
        }),
        Type::Uuid => sixteen_bytes(length, write_uuid),
        Type::IpAddress => sixteen_bytes(length, write_ip_address),
        _ => return None,
    })
}

fn cannot_be_represented(text: &str, length: u32) -> FunctionError {
    FunctionError::cast(format!(
        "Value {text} cannot be represented as varchar({length})"
    ))
}

fn cannot_cast(text: &str, length: u32) -> FunctionError {
    FunctionError::cast(format!("Cannot cast '{text}' to varchar({length})"))
}

fn numbers<T: ArrowPrimitiveType>(
    length: Option<u32>,
    write: impl Fn(&mut String, T::Native) -> std::fmt::Result + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |values, failures| {
        let values = primitives::<T>(values)?;
        write_texts(
            values.len(),
            values.nulls(),
            length,
            failures,
            |row, out| write(out, values.value(row)),
            |_, text, length| cannot_be_represented(text, length),
        )
    })
}

fn integers<T: ArrowPrimitiveType>(length: Option<u32>) -> Kernel
where
    T::Native: itoa::Integer,
{
    numbers::<T>(length, write_integer)
}

/// The message shows such a number in Java's form as well.
fn floating<T: ArrowPrimitiveType>(
    length: Option<u32>,
    write: fn(&mut String, T::Native) -> std::fmt::Result,
    write_java: fn(&mut String, T::Native) -> std::fmt::Result,
) -> Kernel {
    Box::new(move |values, failures| {
        let values = primitives::<T>(values)?;
        write_texts(
            values.len(),
            values.nulls(),
            length,
            failures,
            |row, out| write(out, values.value(row)),
            |row, text, length| {
                let mut shown = String::new();
                // Strings take whatever is written.
                let _ = write_java(&mut shown, values.value(row));
                cannot_be_represented(&format!("{shown} ({text})"), length)
            },
        )
    })
}

/// What is stored as a count of units, and has texts of any length.
fn counted(write: impl Fn(&mut String, i64) -> std::fmt::Result + Send + Sync + 'static) -> Kernel {
    Box::new(move |values, failures| {
        let values = counts(values)?;
        write_texts(
            values.len(),
            values.nulls(),
            None,
            failures,
            |row, out| write(out, values.value(row)),
            |_, text, length| cannot_cast(text, length),
        )
    })
}

fn sixteen_bytes(length: Option<u32>, write: fn(&mut String, &[u8]) -> std::fmt::Result) -> Kernel {
    Box::new(move |values, failures| {
        let values = stored_as::<FixedSizeBinaryArray>(values)?;
        write_texts(
            values.len(),
            values.nulls(),
            length,
            failures,
            |row, out| write(out, values.value(row)),
            |_, text, length| cannot_cast(text, length),
        )
    })
}
