//! From what a footer tells to the entry that the catalog keeps.

use arrow::datatypes::TimeUnit;
use datafusion::scalar::ScalarValue;
use prismlake_catalog::file_statistics::{BoundValue, ColumnBounds, FileStatistics};
use prismlake_catalog::hive_type::HiveType;
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::footer_statistics::{
    Bounds, ColumnStatistics, FooterStatistics,
};

/// Columns kept of a file at most: an entry of more would take longer to read than a footer.
const COLUMNS_MAX: usize = 2000;
/// Longer texts are kept as bounds of this many bytes at most: what comes after that seldom tells files apart.
const TEXT_BYTES_MAX: usize = 64;

/// The entry of a file's version.
pub(crate) fn entry_of(
    uri: &ObjectUri,
    version: String,
    told: &FooterStatistics,
) -> FileStatistics {
    FileStatistics {
        folder: folder_of(uri).to_string(),
        name: uri.file_name().to_owned(),
        version,
        row_count: told.rows,
        columns: told
            .columns
            .iter()
            .take(COLUMNS_MAX)
            .filter_map(|column| Some((column.name.clone(), kept(column)?)))
            .collect(),
    }
}

/// The folder that a file lies in.
pub(crate) fn folder_of(uri: &ObjectUri) -> ObjectUri {
    let key = uri.key();
    let folder = key.strip_suffix(uri.file_name()).unwrap_or(key);
    uri.with_key(folder)
}

fn kept(column: &ColumnStatistics) -> Option<ColumnBounds> {
    let file_type = HiveType::from_arrow(&column.data_type).ok()?.to_string();
    let mut kept = ColumnBounds {
        file_type,
        null_count: column.null_count,
        distinct_count: column.distinct_count,
        ..ColumnBounds::default()
    };
    if let Some(Bounds {
        lower,
        upper,
        are_exact,
    }) = &column.bounds
        && let (Some(lower), Some(upper)) = (bound(lower, Side::Lower), bound(upper, Side::Upper))
    {
        kept.bounds_are_exact = *are_exact && lower.is_value && upper.is_value;
        kept.lower = Some(lower.value);
        kept.upper = Some(upper.value);
    }
    Some(kept)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

/// A bound, and whether it is the very value that it was made from.
struct Kept {
    value: BoundValue,
    is_value: bool,
}

fn bound(value: &ScalarValue, side: Side) -> Option<Kept> {
    let kept = match value {
        ScalarValue::Boolean(value) => BoundValue::Boolean((*value)?),
        ScalarValue::Int8(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::Int16(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::Int32(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::Int64(value) => BoundValue::Integer((*value)?),
        ScalarValue::UInt8(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::UInt16(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::UInt32(value) => BoundValue::Integer(i64::from((*value)?)),
        ScalarValue::Float32(value) => BoundValue::Double(f64::from((*value)?)),
        ScalarValue::Float64(value) => BoundValue::Double((*value)?),
        ScalarValue::Date32(days) => BoundValue::Integer(i64::from((*days)?)),
        ScalarValue::Decimal32(value, _, scale) => decimal(i128::from((*value)?), *scale)?,
        ScalarValue::Decimal64(value, _, scale) => decimal(i128::from((*value)?), *scale)?,
        ScalarValue::Decimal128(value, _, scale) => decimal((*value)?, *scale)?,
        ScalarValue::TimestampSecond(time, _) => return micros((*time)?, TimeUnit::Second, side),
        ScalarValue::TimestampMillisecond(time, _) => {
            return micros((*time)?, TimeUnit::Millisecond, side);
        }
        ScalarValue::TimestampMicrosecond(time, _) => BoundValue::Integer((*time)?),
        ScalarValue::TimestampNanosecond(time, _) => {
            return micros((*time)?, TimeUnit::Nanosecond, side);
        }
        text => return text_bound(text.try_as_str()??, side),
    };
    Some(Kept {
        value: kept,
        is_value: true,
    })
}

/// A time in microseconds, as tables have it; of nanoseconds those around it.
fn micros(time: i64, unit: TimeUnit, side: Side) -> Option<Kept> {
    const NANOS_A_MICRO: i64 = 1000;
    let (micros, is_value) = match unit {
        TimeUnit::Second => (time.checked_mul(1_000_000)?, true),
        TimeUnit::Millisecond => (time.checked_mul(1000)?, true),
        TimeUnit::Microsecond => (time, true),
        TimeUnit::Nanosecond => {
            let below = time.div_euclid(NANOS_A_MICRO);
            let is_whole = time.rem_euclid(NANOS_A_MICRO) == 0;
            let above = !is_whole && side == Side::Upper;
            (below + i64::from(above), is_whole)
        }
    };
    Some(Kept {
        value: BoundValue::Integer(micros),
        is_value,
    })
}

fn decimal(unscaled: i128, scale: i8) -> Option<BoundValue> {
    let scale = usize::try_from(scale).ok()?;
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len().checked_sub(scale)?)?;
    Some(BoundValue::Decimal(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }))
}

fn text_bound(text: &str, side: Side) -> Option<Kept> {
    if text.len() <= TEXT_BYTES_MAX {
        return Some(Kept {
            value: BoundValue::Text(text.to_owned()),
            is_value: true,
        });
    }
    let start = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX))?;
    let value = match side {
        Side::Lower => start.to_owned(),
        Side::Upper => next_after(start)?,
    };
    Some(Kept {
        value: BoundValue::Text(value),
        is_value: false,
    })
}

/// A text that comes after all that begin with this one.
fn next_after(text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    while let Some(last) = letters.pop() {
        let next =
            (u32::from(last).saturating_add(1)..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(value: &ScalarValue, side: Side) -> (i64, bool) {
        match bound(value, side) {
            Some(Kept {
                value: BoundValue::Integer(value),
                is_value,
            }) => (value, is_value),
            _ => panic!("{value:?} has a bound"),
        }
    }

    #[test]
    fn nanoseconds_lie_between_the_microseconds_around_them() {
        for (nanos, lower, upper, is_value) in [
            (1_999, 1, 2, false),
            (-1, -1, 0, false),
            (-2_000, -2, -2, true),
            (
                i64::MAX,
                9_223_372_036_854_775,
                9_223_372_036_854_776,
                false,
            ),
        ] {
            let time = ScalarValue::TimestampNanosecond(Some(nanos), None);
            assert_eq!(integer(&time, Side::Lower), (lower, is_value));
            assert_eq!(integer(&time, Side::Upper), (upper, is_value));
        }
    }

    #[test]
    fn long_texts_lie_between_what_is_kept_of_them() {
        for long in [
            "é".repeat(100),
            format!("{}\u{d7ff}x", "a".repeat(61)),
            format!("a{}", "\u{10ffff}".repeat(40)),
        ] {
            let Some(Kept {
                value: BoundValue::Text(lower),
                ..
            }) = text_bound(&long, Side::Lower)
            else {
                panic!("{long} has a lower bound");
            };
            let Some(Kept {
                value: BoundValue::Text(upper),
                is_value,
            }) = text_bound(&long, Side::Upper)
            else {
                panic!("{long} has an upper bound");
            };
            assert!(lower < long && upper > long && !is_value, "{long}");
        }
        assert!(text_bound(&"\u{10ffff}".repeat(40), Side::Upper).is_none());
    }

    #[test]
    fn decimals_keep_their_digits() {
        for (unscaled, scale, text) in [(-5, 2, "-0.05"), (12345, 2, "123.45"), (-7, 0, "-7")] {
            assert_eq!(
                decimal(unscaled, scale),
                Some(BoundValue::Decimal(text.to_owned()))
            );
        }
    }
}
