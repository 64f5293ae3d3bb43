//! Typed partition values, and their encoding as sort keys: bytes whose order is the order of the values.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// The name that Hive gives to the folder of NULL.
pub const HIVE_DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// How the values of a partition key are ordered and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// `tinyint` to `bigint`.
    Integer,
    /// `decimal`, with so many digits after the point.
    Decimal(u8),
    /// `date`.
    Date,
    /// `timestamp`.
    Timestamp,
    /// `string`, `varchar`, `char` and every other type, by their text.
    Text,
}

impl KeyType {
    /// The key type of a Hive type's text.
    pub fn of(type_text: &str) -> KeyType {
        let type_text = type_text.trim().to_ascii_lowercase();
        match type_text.as_str() {
            "tinyint" | "smallint" | "int" | "integer" | "bigint" | "long" => KeyType::Integer,
            "date" => KeyType::Date,
            "timestamp" => KeyType::Timestamp,
            decimal if decimal.starts_with("decimal") => {
                match crate::hive_type::HiveType::parse(decimal) {
                    Ok(crate::hive_type::HiveType::Decimal(_, scale)) => KeyType::Decimal(scale),
                    _ => KeyType::Text,
                }
            }
            _ => KeyType::Text,
        }
    }

    /// The typed form of a stored value. `None` is NULL: Hive's own name for it, or text that is no value of the type.
    pub fn parse(self, stored: &str) -> Option<PartitionLiteral> {
        if stored == HIVE_DEFAULT_PARTITION {
            return None;
        }
        match self {
            KeyType::Integer => stored.trim().parse().ok().map(PartitionLiteral::Integer),
            KeyType::Decimal(scale) => parse_decimal(stored, scale).map(PartitionLiteral::Decimal),
            KeyType::Date => parse_date(stored).map(PartitionLiteral::Date),
            KeyType::Timestamp => parse_timestamp(stored).map(PartitionLiteral::Timestamp),
            KeyType::Text => Some(PartitionLiteral::Text(stored.to_owned())),
        }
    }
}

/// Days since 1970-01-01 of `yyyy-mm-dd`.
pub fn parse_date(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    days_since_epoch(date)
}

/// Days since 1970-01-01.
pub fn days_since_epoch(date: NaiveDate) -> Option<i32> {
    let epoch = DateTime::UNIX_EPOCH.date_naive();
    i32::try_from(date.signed_duration_since(epoch).num_days()).ok()
}

/// Microseconds since 1970-01-01 of `yyyy-mm-dd[ hh:mm:ss[.f]]`.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f"))
        .ok()
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
        })?;
    Some(moment.and_utc().timestamp_micros())
}

/// The digits of a decimal with `scale` of them after the point; `None` if it has more, or more than 38 in all.
fn parse_decimal(text: &str, scale: u8) -> Option<i128> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let scale = usize::from(scale);
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|b| b.is_ascii_digit());
    if !is_number || fraction.len() > scale {
        return None;
    }
    let unscaled: i128 = format!("0{whole}{fraction:0<scale$}").parse().ok()?;
    Some(if negative { -unscaled } else { unscaled })
}

/// A value that partition keys are compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartitionLiteral {
    /// For integer keys.
    Integer(i64),
    /// For decimal keys: the digits at the key's scale.
    Decimal(i128),
    /// For date keys: days since 1970-01-01.
    Date(i32),
    /// For timestamp keys: microseconds since 1970-01-01.
    Timestamp(i64),
    /// For all other keys.
    Text(String),
}

impl PartitionLiteral {
    /// Bytes that compare as the values of one key type do.
    pub fn sort_key(&self) -> Vec<u8> {
        match self {
            PartitionLiteral::Integer(value) | PartitionLiteral::Timestamp(value) => {
                ordered(value.to_be_bytes())
            }
            PartitionLiteral::Decimal(value) => ordered(value.to_be_bytes()),
            PartitionLiteral::Date(days) => ordered(i64::from(*days).to_be_bytes()),
            PartitionLiteral::Text(text) => text.as_bytes().to_vec(),
        }
    }
}

/// Big-endian with the sign bit flipped: negative numbers sort before positive ones.
fn ordered<const BYTES: usize>(mut bytes: [u8; BYTES]) -> Vec<u8> {
    if let Some(first) = bytes.first_mut() {
        *first ^= 0x80;
    }
    bytes.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_keys_order_as_their_values_do() {
        let numbers = [i64::MIN, -5, -1, 0, 1, 300, i64::MAX];
        for pair in numbers.windows(2) {
            let key = |n: i64| PartitionLiteral::Integer(n).sort_key();
            assert!(key(pair[0]) < key(pair[1]));
            let key = |n: i64| PartitionLiteral::Decimal(i128::from(n)).sort_key();
            assert!(key(pair[0]) < key(pair[1]));
        }
    }

    #[test]
    fn what_is_no_value_of_the_type_is_null() {
        assert_eq!(KeyType::Integer.parse("x"), None);
        assert_eq!(KeyType::Date.parse("2026-13-01"), None);
        assert_eq!(KeyType::Text.parse(HIVE_DEFAULT_PARTITION), None);
        assert_eq!(KeyType::of("decimal(10,2)").parse("1.234"), None);
        assert_eq!(
            KeyType::Integer.parse("007"),
            Some(PartitionLiteral::Integer(7))
        );
        assert_eq!(
            KeyType::Date.parse("1970-01-02"),
            Some(PartitionLiteral::Date(1))
        );
        assert_eq!(
            KeyType::of("decimal(10,2)").parse("-1.5"),
            Some(PartitionLiteral::Decimal(-150))
        );
        assert_eq!(
            KeyType::of("timestamp").parse("1970-01-01 00:00:01.5"),
            Some(PartitionLiteral::Timestamp(1_500_000))
        );
    }
}
