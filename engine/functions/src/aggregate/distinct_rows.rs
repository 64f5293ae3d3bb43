//! The distinct rows of each group, by the bytes of their identity.

use std::hash::BuildHasher;

use arrow::buffer::BooleanBuffer;
use datafusion::common::internal_err;
use datafusion::error::Result;
use hashbrown::{DefaultHashBuilder, HashTable};

/// Rows by group and bytes, numbered in the order in which they first came.
#[derive(Debug, Default)]
pub(super) struct DistinctRows {
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The bytes of all entries, one after another.
    bytes: Vec<u8>,
    /// Where the bytes of each entry end.
    ends: Vec<usize>,
    /// The group of each entry.
    groups: Vec<u32>,
}

impl DistinctRows {
    /// The entry of a row, and whether it is new.
    pub(super) fn insert(&mut self, group: usize, row: &[u8]) -> Result<(usize, bool)> {
        let Ok(group) = u32::try_from(group) else {
            return internal_err!("there are more than 2^32 groups");
        };
        let Ok(next) = u32::try_from(self.groups.len()) else {
            return internal_err!("there are more than 2^32 distinct rows");
        };
        let hash = self.hasher.hash_one((group, row));
        let entries = Entries {
            bytes: &self.bytes,
            ends: &self.ends,
            groups: &self.groups,
        };
        if let Some(known) = self
            .table
            .find(hash, |entry| entries.get(*entry) == (group, row))
        {
            return Ok((usize::try_from(*known).unwrap_or_default(), false));
        }
        let hasher = &self.hasher;
        self.table
            .insert_unique(hash, next, |entry| hasher.hash_one(entries.get(*entry)));
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
        self.groups.push(group);
        Ok((self.groups.len() - 1, true))
    }

    /// How many distinct rows there are.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Drops the entries of the first groups; the groups and entries that follow take their numbers. Tells which entries were kept.
    pub(super) fn forget(&mut self, count: usize) -> Result<BooleanBuffer> {
        let old = std::mem::take(self);
        let entries = Entries {
            bytes: &old.bytes,
            ends: &old.ends,
            groups: &old.groups,
        };
        let total = u32::try_from(old.groups.len()).unwrap_or(u32::MAX);
        let mut kept = Vec::with_capacity(old.groups.len());
        for entry in 0..total {
            let (group, row) = entries.get(entry);
            let group = usize::try_from(group)
                .ok()
                .and_then(|group| group.checked_sub(count));
            kept.push(group.is_some());
            if let Some(group) = group {
                self.insert(group, row)?;
            }
        }
        Ok(BooleanBuffer::from(kept))
    }

    /// The bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.table.allocation_size()
            + self.bytes.capacity()
            + self.ends.capacity() * size_of::<usize>()
            + self.groups.capacity() * size_of::<u32>()
    }
}

/// What the entries' numbers stand for.
struct Entries<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    groups: &'a [u32],
}

impl<'a> Entries<'a> {
    fn get(&self, entry: u32) -> (u32, &'a [u8]) {
        let Ok(entry) = usize::try_from(entry) else {
            return (0, &[]);
        };
        let start = entry
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied();
        let end = self.ends.get(entry).copied().unwrap_or_default();
        let row = self
            .bytes
            .get(start.unwrap_or_default()..end)
            .unwrap_or(&[]);
        (self.groups.get(entry).copied().unwrap_or_default(), row)
    }
}

#[cfg(test)]
mod tests {
    use super::DistinctRows;

    #[test]
    fn rows_are_distinct_within_their_group() {
        let mut rows = DistinctRows::default();
        let inserted: Vec<(usize, bool)> =
            [(0, "a"), (1, "a"), (0, ""), (0, "a"), (1, "ab"), (0, "")]
                .map(|(group, row)| rows.insert(group, row.as_bytes()).unwrap())
                .to_vec();
        assert_eq!(
            inserted,
            [
                (0, true),
                (1, true),
                (2, true),
                (0, false),
                (3, true),
                (2, false)
            ]
        );
        let kept: Vec<bool> = rows.forget(1).unwrap().iter().collect();
        assert_eq!(kept, [false, true, false, true]);
        assert_eq!(rows.insert(0, b"ab").unwrap(), (1, false));
        assert_eq!(rows.len(), 2);
    }
}
