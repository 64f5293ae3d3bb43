//! How single values are written as text: Java's forms of numbers, and Trino's of dates, times, intervals, addresses and bytes.
//!
//! Casts to `varchar`, result texts and `format` all write values; they differ in which of these forms they choose.

mod bytes;
pub(crate) mod calendar;
mod number;
mod temporal;

pub(crate) use bytes::{write_hex_pairs, write_ip_address, write_uuid};
pub(crate) use number::{
    DecimalDigits, write_decimal, write_double, write_integer, write_real, write_scientific_double,
    write_scientific_real,
};
pub(crate) use temporal::{
    LargeYear, LocalTimestamp, NANOS_PER_SECOND, SECONDS_PER_DAY, write_date,
    write_interval_day_to_second, write_interval_year_to_month, write_offset, write_time,
    write_timestamp, write_timestamp_with_zone,
};
