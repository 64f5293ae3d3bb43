//! The names and types of partition keys, told from folders.

use std::collections::HashSet;

use super::grouping::{KeyName, key_and_value};
use super::names::{column_name, unique_column_names};
use crate::model::Column;
use crate::partition_value::{HIVE_DEFAULT_PARTITION, parse_date};

/// The values of a folder's names below its table's root, as many as there are keys.
pub fn partition_values(keys: &[KeyName], below: &[String]) -> Vec<String> {
    keys.iter()
        .zip(below)
        .map(|(key, segment)| match (key, key_and_value(segment)) {
            (KeyName::Named(_), Some((_, value))) => value,
            _ => segment.clone(),
        })
        .collect()
}

/// The keys' names: those of the folders, `partition_0` and so on where these have none.
pub fn key_names(keys: &[KeyName]) -> Vec<String> {
    let names = keys
        .iter()
        .enumerate()
        .map(|(place, key)| match key {
            KeyName::Named(name) => column_name(name),
            KeyName::Plain => format!("partition_{place}"),
        })
        .collect();
    unique_column_names(names)
}

/// What the values of one key have in common.
#[derive(Debug, Clone)]
pub struct KeyValues {
    dates: bool,
    integers: bool,
    any: bool,
}

impl Default for KeyValues {
    fn default() -> Self {
        KeyValues {
            dates: true,
            integers: true,
            any: false,
        }
    }
}

impl KeyValues {
    /// Takes a value into account.
    pub fn add(&mut self, value: &str) {
        if value == HIVE_DEFAULT_PARTITION {
            return;
        }
        self.any = true;
        self.dates &= value.len() == 10 && parse_date(value).is_some();
        // `01` is a name: as a number it would be written back as `1`, into another folder.
        self.integers &= value
            .parse::<i64>()
            .is_ok_and(|number| number.to_string() == value);
    }

    /// The type that holds all of them as they are.
    pub fn hive_type(&self, values_fit_int: bool) -> &'static str {
        match (self.any, self.dates, self.integers) {
            (true, true, _) => "date",
            (true, _, true) if values_fit_int => "int",
            (true, _, true) => "bigint",
            _ => "string",
        }
    }
}

/// The partition keys of a table, typed by the values that they have.
pub fn partition_keys<'a>(
    keys: &[KeyName],
    values: impl Iterator<Item = &'a [String]>,
) -> Vec<Column> {
    let mut seen = vec![KeyValues::default(); keys.len()];
    let mut fits_int = vec![true; keys.len()];
    for row in values {
        for ((seen, fits), value) in seen.iter_mut().zip(&mut fits_int).zip(row) {
            seen.add(value);
            *fits &= value == HIVE_DEFAULT_PARTITION || value.parse::<i32>().is_ok();
        }
    }
    key_names(keys)
        .into_iter()
        .zip(seen.iter().zip(fits_int))
        .map(|(name, (seen, fits))| Column::new(name, seen.hive_type(fits)))
        .collect()
}

/// Columns without those that bear a key's name, which a table cannot have twice; where columns are told by their place, they
/// get another name instead.
pub fn without_key_names(
    columns: Vec<Column>,
    keys: &[Column],
    is_positional: bool,
) -> Vec<Column> {
    let taken: HashSet<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    if !is_positional {
        return columns
            .into_iter()
            .filter(|column| !taken.contains(column.name.as_str()))
            .collect();
    }
    let names: Vec<String> = keys
        .iter()
        .map(|key| key.name.clone())
        .chain(columns.iter().map(|column| column.name.clone()))
        .collect();
    let unique = unique_column_names(names);
    columns
        .into_iter()
        .zip(unique.into_iter().skip(keys.len()))
        .map(|(column, name)| Column { name, ..column })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_type_that_gives_their_values_back() {
        let keys = |rows: &[&[&str]]| -> Vec<String> {
            let names = vec![KeyName::Named("K".to_owned()), KeyName::Plain];
            let rows: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.iter().map(|value| (*value).to_owned()).collect())
                .collect();
            partition_keys(&names, rows.iter().map(Vec::as_slice))
                .iter()
                .map(|key| format!("{} {}", key.name, key.type_text()))
                .collect()
        };
        assert_eq!(
            keys(&[&["2026-01-01", "1"], &[HIVE_DEFAULT_PARTITION, "12"]]),
            ["k date", "partition_1 int"]
        );
        assert_eq!(
            keys(&[&["2026-01-32", "01"], &["x", "2"]]),
            ["k string", "partition_1 string"]
        );
        assert_eq!(
            keys(&[&[HIVE_DEFAULT_PARTITION, "3000000000"]]),
            ["k string", "partition_1 bigint"]
        );
    }
}
