//! `map_agg` and `map_union`: maps of the keys and values of rows. Of several values of a key the first is kept.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::groups::{Groups, Rows};
use super::map_entries::{MapEntries, flattened_maps};
use super::udaf::Aggregate;
use crate::call::as_nested;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("map_agg", "Map of keys to values").aggregate(
            "(K, V) -> map(K, V) where K: comparable",
            |bound| {
                Aggregate::new("map_agg", bound, |bound| {
                    Ok(Box::new(Maps::new(bound, false)))
                })
                .heeding_order()
                .build()
            },
        ),
        Definition::new("map_union", "Map of the entries of all maps").aggregate(
            "(map(K, V)) -> map(K, V) where K: comparable",
            |bound| {
                Aggregate::new("map_union", bound, |bound| {
                    Ok(Box::new(Maps::new(bound, true)))
                })
                .heeding_order()
                .build()
            },
        ),
    ]
}

#[derive(Debug)]
struct Maps {
    map_type: Type,
    value_type: Type,
    /// Whether rows are maps, rather than a key and a value.
    union: bool,
    /// Whether a group had a row, even if that was an empty map.
    had_row: Vec<bool>,
    entries: MapEntries,
}

/// The types of a map's keys and values.
pub(super) fn key_and_value(map_type: &Type) -> (Type, Type) {
    match map_type {
        Type::Map(key, value) => (key.as_ref().clone(), value.as_ref().clone()),
        _ => (Type::Unknown, Type::Unknown),
    }
}

impl Maps {
    fn new(bound: &Bound, union: bool) -> Maps {
        let (key_type, value_type) = key_and_value(&bound.returns);
        Maps {
            map_type: bound.returns.clone(),
            entries: MapEntries::new(key_type, vec![value_type.nested_arrow()]),
            value_type,
            union,
            had_row: Vec::new(),
        }
    }

    fn add_maps(&mut self, maps: &ArrayRef, rows: &Rows<'_>) -> Result<()> {
        if *maps.data_type() == DataType::Null {
            return Ok(());
        }
        let mut counted = vec![false; maps.len()];
        rows.for_each(maps.logical_nulls().as_ref(), |row, group| {
            if let (Some(counted), Some(had_row)) =
                (counted.get_mut(row), self.had_row.get_mut(group))
            {
                *counted = true;
                *had_row = true;
            }
            Ok(())
        })?;
        let (keys, values, places) = flattened_maps(maps)?;
        let is_counted = |row: &usize| counted.get(*row).copied().unwrap_or_default();
        let filter = places.iter().map(is_counted).map(Some).collect();
        let groups: Vec<usize> = places.iter().map(|row| rows.group(*row)).collect();
        self.entries.add(
            &keys,
            &[values],
            &Rows::of_groups(&groups, Some(&filter)),
            |_, _, _| {},
        )
    }
}

impl Groups for Maps {
    fn resize(&mut self, count: usize) {
        self.had_row.resize(count.max(self.had_row.len()), false);
    }

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        if self.union {
            return self.add_maps(super::column(arguments, 0)?, rows);
        }
        let values = as_nested(super::column(arguments, 1)?.clone(), &self.value_type)?;
        self.entries
            .add(super::column(arguments, 0)?, &[values], rows, |_, _, _| {})
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        self.add_maps(super::column(states, 0)?, rows)
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let values = self.entries.beside(0)?;
        let is_empty = |group: usize| self.had_row.get(group).copied().unwrap_or_default();
        self.entries.maps(&values, &self.map_type, count, is_empty)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.values(count)?])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.map_type.arrow()]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        self.had_row.drain(..count.min(self.had_row.len()));
        self.entries.forget(count)?;
        Ok(())
    }

    fn size(&self) -> usize {
        self.entries.size() + self.had_row.capacity()
    }
}
