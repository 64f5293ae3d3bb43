//! Writing dates, timestamps, decimals and binary values as Hive writes them.

use std::io::Write;

use arrow::datatypes::TimeUnit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::date_time::{Instant, date_of};

/// Appends `yyyy-MM-dd`.
pub(crate) fn write_date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = date_of(days);
    if year < 0 {
        out.push(b'-');
    }
    append(out, format_args!("{:04}-{month:02}-{day:02}", year.abs()));
}

/// Appends `yyyy-MM-dd HH:mm:ss`, and the fraction without its trailing zeros where there is one.
pub(crate) fn write_timestamp(count: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let Some(instant) = Instant::from_unit(count, unit) else {
        return;
    };
    write_date(instant.seconds.div_euclid(86_400), out);
    let second = instant.seconds.rem_euclid(86_400);
    append(
        out,
        format_args!(
            " {:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        ),
    );
    if instant.nanoseconds != 0 {
        append(out, format_args!(".{:09}", instant.nanoseconds));
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

/// Appends an unscaled decimal as a plain number with all digits of its scale.
pub(crate) fn write_decimal(unscaled: i128, scale: i8, out: &mut Vec<u8>) {
    if unscaled < 0 {
        out.push(b'-');
    }
    let digits = unscaled.unsigned_abs().to_string();
    let Ok(fraction) = usize::try_from(scale) else {
        append(out, format_args!("{digits}"));
        if unscaled != 0 {
            out.resize(out.len() + usize::from(scale.unsigned_abs()), b'0');
        }
        return;
    };
    let digits = format!("{digits:0>width$}", width = fraction + 1);
    let (whole, rest) = digits.split_at(digits.len() - fraction);
    out.extend_from_slice(whole.as_bytes());
    if !rest.is_empty() {
        append(out, format_args!(".{rest}"));
    }
}

/// Appends base64.
pub(crate) fn write_binary(bytes: &[u8], out: &mut Vec<u8>) {
    append(out, format_args!("{}", STANDARD.encode(bytes)));
}

/// Appends formatted text; writing to a vector cannot fail.
pub(crate) fn append(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_written_in_hives_notation() {
        let micros = TimeUnit::Microsecond;
        assert_eq!(
            written(|out| write_timestamp(-1, micros, out)),
            "1969-12-31 23:59:59.999999"
        );
        assert_eq!(
            written(|out| write_timestamp(1_500_000, micros, out)),
            "1970-01-01 00:00:01.5"
        );
        assert_eq!(
            written(|out| write_timestamp(0, micros, out)),
            "1970-01-01 00:00:00"
        );
        assert_eq!(written(|out| write_date(-719_529, out)), "-0001-12-31");
        assert_eq!(written(|out| write_decimal(-5, 2, out)), "-0.05");
        assert_eq!(written(|out| write_decimal(12345, 2, out)), "123.45");
        assert_eq!(written(|out| write_decimal(7, 0, out)), "7");
        assert_eq!(written(|out| write_decimal(7, -2, out)), "700");
        assert_eq!(written(|out| write_binary(b"\x00\xff", out)), "AP8=");
    }
}
