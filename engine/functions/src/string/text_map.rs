//! Maps whose keys are text, as results.

use std::sync::Arc;

use arrow::array::{ArrayRef, MapArray, StringArray, StructArray};
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use twox_hash::XxHash64;

use super::text::{TextWriter, list_offsets};
use crate::error::FunctionError;
use crate::types::Type;

/// Writes maps of text.
pub(super) struct Maps {
    counts: Vec<usize>,
    keys: TextWriter,
    values: TextWriter,
    nulls: Vec<bool>,
}

impl Maps {
    pub(super) fn new(rows: usize) -> Maps {
        Maps {
            counts: Vec::with_capacity(rows),
            keys: TextWriter::new(rows),
            values: TextWriter::new(rows),
            nulls: Vec::with_capacity(rows),
        }
    }

    pub(super) fn push(&mut self, entries: &[(&str, Option<&str>)]) -> Result<(), FunctionError> {
        for place in java_hash_map_order(entries) {
            let Some((key, value)) = entries.get(place) else {
                continue;
            };
            self.keys.push(key)?;
            match value {
                Some(value) => self.values.push(value)?,
                None => self.values.push_null(),
            }
        }
        self.counts.push(entries.len());
        self.nulls.push(true);
        Ok(())
    }

    pub(super) fn push_null(&mut self) {
        self.counts.push(0);
        self.nulls.push(false);
    }

    pub(super) fn finish(self, returns: &Type) -> Result<ArrayRef> {
        let values = Arc::new(self.values.finish()?);
        map_array(
            returns,
            &self.counts,
            self.keys.finish()?,
            values,
            Some(self.nulls),
        )
    }
}

/// The order in which Trino shows a map that it made with Java's `HashMap`: by buckets of the keys' hashes, which are xxHash64, and within
/// a bucket as the keys came.
fn java_hash_map_order(entries: &[(&str, Option<&str>)]) -> Vec<usize> {
    let mut buckets: u32 = 16;
    while entries.len() > usize::try_from(buckets / 4 * 3).unwrap_or(usize::MAX)
        && buckets < 1 << 30
    {
        buckets *= 2;
    }
    let bucket = |place: &usize| {
        let key = entries.get(*place).map_or("", |(key, _)| key);
        let hash = u32::try_from(XxHash64::oneshot(0, key.as_bytes()) & 0xFFFF_FFFF).unwrap_or(0);
        (hash ^ (hash >> 16)) & (buckets - 1)
    };
    let mut places: Vec<usize> = (0..entries.len()).collect();
    places.sort_by_cached_key(bucket);
    places
}

/// A map for each row, of so many keys and values.
pub(super) fn map_array(
    returns: &Type,
    counts: &[usize],
    keys: StringArray,
    values: ArrayRef,
    valid: Option<Vec<bool>>,
) -> Result<ArrayRef> {
    let DataType::Map(field, sorted) = returns.arrow() else {
        return exec_err!("{returns} is no map");
    };
    let DataType::Struct(fields) = field.data_type() else {
        return exec_err!("entries of {returns} are no rows");
    };
    let entries = StructArray::try_new(fields.clone(), vec![Arc::new(keys), values], None)?;
    Ok(Arc::new(MapArray::try_new(
        field,
        list_offsets(counts)?,
        entries,
        valid.map(Into::into),
        sorted,
    )?))
}

#[cfg(test)]
mod tests {
    use super::java_hash_map_order;

    #[test]
    fn keys_are_in_the_order_of_a_java_hash_map() {
        // xxHash64 of "a" is d24ec4f1a98c6e5b, so its bucket of 16 is (6e5b ^ a98c) & 15 = 7.
        let entries: Vec<(&str, Option<&str>)> =
            ["b", "a", ""].iter().map(|key| (*key, None)).collect();
        let order: Vec<&str> = java_hash_map_order(&entries)
            .into_iter()
            .map(|place| entries[place].0)
            .collect();
        assert_eq!(order.len(), 3);
        assert!(
            order.iter().position(|key| *key == "a") < order.iter().position(|key| *key == "b")
        );
    }
}
