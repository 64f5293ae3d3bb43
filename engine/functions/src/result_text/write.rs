//! How each kind of value is written.

use std::fmt::{Result, Write};

use arrow::array::{
    BinaryArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int16Array, Int32Array,
    Int64Array, StringViewArray,
};
use arrow::buffer::OffsetBuffer;

use super::ResultText;
use crate::geospatial;
use crate::types::time_zone::TimeZone;
use crate::value_text::{
    LargeYear, LocalTimestamp, write_date, write_decimal, write_double, write_hex_pairs,
    write_integer, write_interval_day_to_second, write_interval_year_to_month, write_ip_address,
    write_offset, write_real, write_time, write_timestamp, write_timestamp_with_zone, write_uuid,
};

/// Values ready to be written.
#[derive(Debug)]
pub(super) enum Values {
    /// All are NULL.
    Null,
    Boolean(BooleanArray),
    Integer(Int64Array),
    Real(Float32Array),
    Double(Float64Array),
    Decimal(Decimal128Array, u8),
    Text(StringViewArray),
    /// Filled up with blanks to so many characters.
    FilledText(StringViewArray, usize),
    Hexadecimal(BinaryArray),
    /// In the form that the library stores.
    Geometry(BinaryArray),
    Uuid(BinaryArray),
    IpAddress(BinaryArray),
    /// Days since 1970-01-01.
    Date(Int32Array),
    /// Nanoseconds of the day.
    Time {
        nanos: Int64Array,
        precision: u8,
    },
    TimeWithTimeZone {
        nanos: Int64Array,
        offset_minutes: Int16Array,
        precision: u8,
    },
    Timestamp {
        counts: Int64Array,
        units_per_second: i64,
        precision: u8,
    },
    TimestampWithTimeZone {
        counts: Int64Array,
        units_per_second: i64,
        zones: Zones,
        precision: u8,
    },
    /// Milliseconds.
    IntervalDayToSecond(Int64Array),
    /// Months.
    IntervalYearToMonth(Int32Array),
    BingTile(Int64Array),
    Color(Int32Array),
    Array {
        offsets: OffsetBuffer<i32>,
        elements: Box<ResultText>,
    },
    Map {
        offsets: OffsetBuffer<i32>,
        keys: Box<ResultText>,
        values: Box<ResultText>,
    },
    Row(Vec<(String, ResultText)>),
}

/// The zones of timestamps.
#[derive(Debug)]
pub(super) enum Zones {
    /// All have the same.
    Same(TimeZone),
    /// The keys of each row's.
    Keys(Int16Array),
}

/// Trino's colors that have names, by the negative numbers below -1.
const COLOR_NAMES: [&str; 8] = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
];

impl Values {
    /// Writes a row that is not NULL.
    pub(super) fn write(&self, row: usize, out: &mut dyn Write) -> Result {
        match self {
            Values::Null => out.write_str("null"),
            Values::Boolean(values) => {
                out.write_str(if values.value(row) { "true" } else { "false" })
            }
            Values::Integer(values) => write_integer(out, values.value(row)),
            Values::Real(values) => write_real(out, values.value(row)),
            Values::Double(values) => write_double(out, values.value(row)),
            Values::Decimal(values, scale) => write_decimal(out, values.value(row), *scale),
            Values::Text(values) => out.write_str(values.value(row)),
            Values::FilledText(values, characters) => {
                let text = values.value(row);
                out.write_str(text)?;
                for _ in text.chars().count()..*characters {
                    out.write_char(' ')?;
                }
                Ok(())
            }
            Values::Hexadecimal(values) => write_hex_pairs(out, values.value(row)),
            Values::Geometry(values) => match geospatial::as_text(values.value(row)) {
                Some(text) => out.write_str(&text),
                None => write_hex_pairs(out, values.value(row)),
            },
            Values::Uuid(values) => write_uuid(out, values.value(row)),
            Values::IpAddress(values) => write_ip_address(out, values.value(row)),
            Values::Date(values) => {
                write_date(out, i64::from(values.value(row)), LargeYear::Signed)
            }
            Values::Time { nanos, precision } => write_time(out, nanos.value(row), *precision),
            Values::TimeWithTimeZone {
                nanos,
                offset_minutes,
                precision,
            } => {
                write_time(out, nanos.value(row), *precision)?;
                write_offset(out, offset_minutes.value(row))
            }
            Values::Timestamp {
                counts,
                units_per_second,
                precision,
            } => {
                let timestamp = LocalTimestamp::from_units(counts.value(row), *units_per_second);
                write_timestamp(out, timestamp, *precision)
            }
            Values::TimestampWithTimeZone {
                counts,
                units_per_second,
                zones,
                precision,
            } => {
                let instant = LocalTimestamp::from_units(counts.value(row), *units_per_second);
                let zone = match zones {
                    Zones::Same(zone) => *zone,
                    Zones::Keys(keys) => TimeZone::from_key(keys.value(row)),
                };
                write_timestamp_with_zone(out, instant, zone, *precision)
            }
            Values::IntervalDayToSecond(millis) => {
                write_interval_day_to_second(out, millis.value(row))
            }
            Values::IntervalYearToMonth(months) => {
                write_interval_year_to_month(out, months.value(row))
            }
            Values::BingTile(tiles) => write_bing_tile(out, tiles.value(row)),
            Values::Color(colors) => write_color(out, colors.value(row)),
            Values::Array { offsets, elements } => {
                out.write_char('[')?;
                write_joined(out, offsets, row, |place, out| elements.write(place, out))?;
                out.write_char(']')
            }
            Values::Map {
                offsets,
                keys,
                values,
            } => {
                out.write_char('{')?;
                write_joined(out, offsets, row, |place, out| {
                    keys.write(place, out)?;
                    out.write_char('=')?;
                    values.write(place, out)
                })?;
                out.write_char('}')
            }
            Values::Row(fields) => {
                out.write_char('{')?;
                for (place, (name, values)) in fields.iter().enumerate() {
                    if place > 0 {
                        out.write_str(", ")?;
                    }
                    out.write_str(name)?;
                    out.write_char('=')?;
                    values.write(row, out)?;
                }
                out.write_char('}')
            }
        }
    }
}

/// The elements of a row, with commas between them.
fn write_joined(
    out: &mut dyn Write,
    offsets: &OffsetBuffer<i32>,
    row: usize,
    write: impl Fn(usize, &mut dyn Write) -> Result,
) -> Result {
    let bound = |row: usize| {
        offsets
            .get(row)
            .and_then(|offset| usize::try_from(*offset).ok())
            .unwrap_or(0)
    };
    let (start, end) = (bound(row), bound(row + 1));
    for place in start..end {
        if place > start {
            out.write_str(", ")?;
        }
        write(place, out)?;
    }
    Ok(())
}

/// 23 bits of x, 23 of y and 5 of the zoom level.
fn write_bing_tile(out: &mut dyn Write, tile: i64) -> Result {
    let (x, y, zoom_level) = (tile >> 28, (tile % (1 << 28)) >> 5, tile % (1 << 5));
    write!(out, "BingTile{{x={x}, y={y}, zoom_level={zoom_level}}}")
}

fn write_color(out: &mut dyn Write, color: i32) -> Result {
    let name = usize::try_from(-(i64::from(color) + 1))
        .ok()
        .and_then(|place| COLOR_NAMES.get(place));
    match name {
        Some(name) => out.write_str(name),
        None => write!(out, "#{:06x}", color & 0xff_ffff),
    }
}
