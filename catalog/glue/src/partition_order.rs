//! The order of partitions: by the typed values of their keys, NULL last, as every other store has it.

use prismlake_catalog::{KeyType, PartitionLiteral};

/// A key's value; the order of the variants is that of partitions.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OrderedValue {
    Value(PartitionLiteral),
    Null,
}

/// Sorts what has the values of partitions, and keeps one of those that have the same.
pub(super) fn sort<T>(types: &[KeyType], items: &mut Vec<T>, values: impl Fn(&T) -> &[String]) {
    // Values that differ as text only, such as 7 and 07, are partitions of their own; the second sort keeps their order.
    items.sort_unstable_by(|one, other| values(one).cmp(values(other)));
    items.dedup_by(|one, other| values(one) == values(other));
    items.sort_by_cached_key(|item| -> Vec<OrderedValue> {
        let stored = types.iter().zip(values(item));
        stored
            .map(|(key_type, stored)| match key_type.parse(stored) {
                Some(value) => OrderedValue::Value(value),
                None => OrderedValue::Null,
            })
            .collect()
    });
}

#[cfg(test)]
mod tests {
    use prismlake_catalog::{HIVE_DEFAULT_PARTITION, KeyType};

    #[test]
    fn values_are_sorted_by_type_with_null_last_and_each_once() {
        let row = |text: &str| vec![text.to_owned()];
        let mut rows: Vec<Vec<String>> = ["10", HIVE_DEFAULT_PARTITION, "9", "-1", "9", "09"]
            .map(row)
            .into();
        super::sort(&[KeyType::Integer], &mut rows, |row| row);
        let sorted = ["-1", "09", "9", "10", HIVE_DEFAULT_PARTITION].map(row);
        assert_eq!(rows, sorted);
    }
}
