//! `multimap_agg`: a map of keys to the arrays of their values.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::groups::{Groups, Rows};
use super::map_entries::{MapEntries, flattened_maps};
use super::maps::key_and_value;
use super::row_buffer::{RowBuffer, flattened};
use super::udaf::Aggregate;
use crate::call::as_nested;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("multimap_agg", "Map of keys to arrays of their values").aggregate(
            "(K, V) -> map(K, array(V)) where K: comparable",
            |bound| {
                Aggregate::new("multimap_agg", bound, |bound| {
                    Ok(Box::new(Multimaps::of(bound)))
                })
                .heeding_order()
                .build()
            },
        ),
    ]
}

#[derive(Debug)]
struct Multimaps {
    map_type: Type,
    value_type: Type,
    entries: MapEntries,
    /// The values of all entries; the group of a value is its entry.
    values: RowBuffer,
}

impl Multimaps {
    fn of(bound: &Bound) -> Multimaps {
        let (key_type, _) = key_and_value(&bound.returns);
        let value_type = bound.arguments.get(1).cloned().unwrap_or(Type::Unknown);
        Multimaps {
            map_type: bound.returns.clone(),
            entries: MapEntries::new(key_type, Vec::new()),
            values: RowBuffer::new(vec![value_type.nested_arrow()]),
            value_type,
        }
    }

    fn add(&mut self, keys: &ArrayRef, values: ArrayRef, rows: &Rows<'_>) -> Result<()> {
        let mut places = Vec::new();
        let mut entries = Vec::new();
        self.entries.add(keys, &[], rows, |row, entry, _| {
            places.push(u32::try_from(row).unwrap_or_default());
            entries.push(entry);
        })?;
        let values = as_nested(values, &self.value_type)?;
        let values = take(&values, &UInt32Array::from(places), None)?;
        self.values
            .push(&[values], &Rows::of_groups(&entries, None), None)
    }
}

impl Groups for Multimaps {
    fn resize(&mut self, _count: usize) {}

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let values = Arc::clone(super::column(arguments, 1)?);
        self.add(super::column(arguments, 0)?, values, rows)
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (keys, lists, map_rows) = flattened_maps(super::column(states, 0)?)?;
        let (values, entries) = flattened(&lists)?;
        // A key for each value.
        let places = entries
            .iter()
            .map(|entry| u32::try_from(*entry).unwrap_or_default());
        let keys = take(&keys, &UInt32Array::from_iter_values(places), None)?;
        let group = |entry: &usize| {
            map_rows
                .get(*entry)
                .map(|row| rows.group(*row))
                .unwrap_or_default()
        };
        let groups: Vec<usize> = entries.iter().map(group).collect();
        self.add(&keys, values, &Rows::of_groups(&groups, None))
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let lists = self
            .values
            .lists(0, self.value_type.element_field(), self.entries.len())?;
        self.entries.maps(&lists, &self.map_type, count, |_| false)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.values(count)?])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.map_type.arrow()]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        let kept = self.entries.forget(count)?;
        let mut next = 0;
        let renumbered: Vec<Option<u32>> = kept
            .iter()
            .map(|kept| {
                kept.then(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        self.values.regroup(|entry| {
            usize::try_from(entry)
                .ok()
                .and_then(|entry| renumbered.get(entry).copied().flatten())
        })
    }

    fn size(&self) -> usize {
        self.entries.size() + self.values.size()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{Argument, calling, column};

    fn keys() -> Argument {
        column(
            "varchar",
            StringArray::from(vec![Some("b"), None, Some("a"), Some("b"), Some("b")]),
        )
    }

    fn values() -> Argument {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), Some(2), None, Some(4), None]),
        )
    }

    #[tokio::test]
    async fn each_key_has_all_its_values() {
        assert_eq!(
            calling("multimap_agg", vec![keys(), values()])
                .in_one_stage()
                .shown()
                .await,
            "{b: [1, 4, NULL], a: [NULL]}"
        );
        assert_eq!(
            calling("multimap_agg", vec![keys(), values()])
                .grouped_by([1, 2, 3, 3, 4])
                .shown()
                .await,
            "{b: [1]}|NULL|{a: [NULL], b: [4]}|{b: [NULL]}"
        );
        assert_eq!(
            calling("multimap_agg", vec![keys(), values()])
                .ordered_by_descending(Int64Array::from(vec![1, 2, 3, 4, 5]))
                .shown()
                .await,
            "{b: [NULL, 4, 1], a: [NULL]}"
        );
    }

    #[tokio::test]
    async fn repetition_and_frames() {
        let same = || column("bigint", Int64Array::from(vec![7, 7, 7, 7, 7]));
        assert_eq!(
            calling("multimap_agg", vec![keys(), same()])
                .distinct()
                .in_one_stage()
                .shown()
                .await,
            "{b: [7], a: [7]}"
        );
        assert_eq!(
            calling("multimap_agg", vec![keys(), values()])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "{b: [1]}|{b: [1]}|{a: [NULL]}|{a: [NULL], b: [4]}|{b: [4, NULL]}"
        );
    }
}
