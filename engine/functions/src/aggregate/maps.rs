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

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, StringArray};

    use crate::testing::{Argument, calling, column, lists, maps};

    fn keys() -> Argument {
        column(
            "varchar",
            StringArray::from(vec![Some("b"), None, Some("a"), Some("b"), Some("c")]),
        )
    }

    fn values() -> Argument {
        column(
            "bigint",
            Int64Array::from(vec![Some(1), Some(2), None, Some(4), Some(5)]),
        )
    }

    #[tokio::test]
    async fn of_a_key_the_first_value_is_kept() {
        assert_eq!(
            calling("map_agg", vec![keys(), values()])
                .in_one_stage()
                .shown()
                .await,
            "{b: 1, a: NULL, c: 5}"
        );
        assert_eq!(
            calling("map_agg", vec![keys(), values()])
                .grouped_by([2, 1, 3, 2, 3])
                .shown()
                .await,
            "NULL|{b: 1}|{a: NULL, c: 5}"
        );
        assert_eq!(
            calling("map_agg", vec![keys(), values()])
                .ordered_by_descending(Int64Array::from(vec![1, 2, 3, 4, 5]))
                .shown()
                .await,
            "{c: 5, b: 4, a: NULL}"
        );
    }

    #[tokio::test]
    async fn keys_of_every_type() {
        let doubles = column(
            "double",
            Float64Array::from(vec![0.0, f64::NAN, -0.0, -f64::NAN, 1.0]),
        );
        assert_eq!(
            calling("map_agg", vec![doubles, values()])
                .in_one_stage()
                .shown()
                .await,
            "{0.0: 1, NaN: 2, 1.0: 5}"
        );
        let arrays = lists(vec![
            Some(vec![Some(1)]),
            Some(vec![]),
            Some(vec![Some(1)]),
            None,
            None,
        ]);
        assert_eq!(
            calling("map_agg", vec![column("array(bigint)", arrays), keys()])
                .in_one_stage()
                .shown()
                .await,
            "{[1]: b, []: NULL}"
        );
    }

    #[tokio::test]
    async fn frames() {
        assert_eq!(
            calling("map_agg", vec![keys(), values()])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "{b: 1}|{b: 1}|{a: NULL}|{a: NULL, b: 4}|{b: 4, c: 5}"
        );
    }

    #[tokio::test]
    async fn unions_of_maps() {
        let all = || {
            maps(&[
                Some(&[("x", Some(1)), ("y", None)]),
                None,
                Some(&[("y", Some(2)), ("z", Some(3))]),
                Some(&[]),
                Some(&[("x", Some(9))]),
            ])
        };
        assert_eq!(
            calling("map_union", vec![all()])
                .in_one_stage()
                .shown()
                .await,
            "{x: 1, y: NULL, z: 3}"
        );
        // Of no map there is no union, but of an empty one there is.
        assert_eq!(
            calling("map_union", vec![all()])
                .grouped_by([1, 2, 3, 4, 5])
                .shown()
                .await,
            "{x: 1, y: NULL}|NULL|{y: 2, z: 3}|{}|{x: 9}"
        );
        assert_eq!(
            calling("map_union", vec![all()])
                .filtered(vec![false, true, true, true, true])
                .grouped_by([1, 2, 3, 3, 3])
                .shown()
                .await,
            "NULL|NULL|{y: 2, z: 3, x: 9}"
        );
    }
}
