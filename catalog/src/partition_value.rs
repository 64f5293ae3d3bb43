//! Typed partition values, and their encoding as sort keys: bytes whose order is the order of the values.

use chrono::NaiveDate;

/// The name that Hive gives to the folder of NULL.
pub const HIVE_DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// How the values of a partition key are ordered and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// `tinyint` to `bigint`.
    Integer,
    /// `date`.
    Date,
    /// `string`, `varchar`, `char` and every other type, by their text.
    Text,
}

impl KeyType {
    /// The key type of a Hive type's text.
    pub fn of(type_text: &str) -> KeyType {
        match type_text.trim().to_ascii_lowercase().as_str() {
            "tinyint" | "smallint" | "int" | "integer" | "bigint" => KeyType::Integer,
            "date" => KeyType::Date,
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
            KeyType::Date => parse_date(stored).map(PartitionLiteral::Date),
            KeyType::Text => Some(PartitionLiteral::Text(stored.to_owned())),
        }
    }
}

/// Days since 1970-01-01 of `yyyy-mm-dd`.
pub fn parse_date(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    i32::try_from(date.signed_duration_since(epoch).num_days()).ok()
}

/// A value that partition keys are compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartitionLiteral {
    /// For integer keys.
    Integer(i64),
    /// For date keys: days since 1970-01-01.
    Date(i32),
    /// For all other keys.
    Text(String),
}

impl PartitionLiteral {
    /// Bytes that compare as the values of one key type do.
    pub fn sort_key(&self) -> Vec<u8> {
        match self {
            PartitionLiteral::Integer(value) => ordered(*value),
            PartitionLiteral::Date(days) => ordered(i64::from(*days)),
            PartitionLiteral::Text(text) => text.as_bytes().to_vec(),
        }
    }
}

/// Big-endian with the sign bit flipped: negative numbers sort before positive ones.
fn ordered(value: i64) -> Vec<u8> {
    let mut bytes = value.to_be_bytes();
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
        }
    }

    #[test]
    fn what_is_no_value_of_the_type_is_null() {
        assert_eq!(KeyType::Integer.parse("x"), None);
        assert_eq!(KeyType::Date.parse("2026-13-01"), None);
        assert_eq!(KeyType::Text.parse(HIVE_DEFAULT_PARTITION), None);
        assert_eq!(
            KeyType::Integer.parse("007"),
            Some(PartitionLiteral::Integer(7))
        );
        assert_eq!(
            KeyType::Date.parse("1970-01-02"),
            Some(PartitionLiteral::Date(1))
        );
    }
}
