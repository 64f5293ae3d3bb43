//! `histogram`: how often each value occurs.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::groups::{Groups, Rows};
use super::map_entries::{MapEntries, flattened_maps};
use super::maps::key_and_value;
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("histogram", "Map of values to how often each occurs").aggregate(
            "(K) -> map(K, bigint) where K: comparable",
            |bound| {
                Aggregate::new("histogram", bound, |bound| {
                    Ok(Box::new(Histograms::of(bound)))
                })
                .build()
            },
        ),
    ]
}

#[derive(Debug)]
struct Histograms {
    map_type: Type,
    entries: MapEntries,
    /// How often each entry's value occurred.
    counts: Vec<i64>,
}

impl Histograms {
    fn of(bound: &Bound) -> Histograms {
        let (key_type, _) = key_and_value(&bound.returns);
        Histograms {
            map_type: bound.returns.clone(),
            entries: MapEntries::new(key_type, Vec::new()),
            counts: Vec::new(),
        }
    }

    fn add(
        &mut self,
        values: &ArrayRef,
        rows: &Rows<'_>,
        times: impl Fn(usize) -> i64,
    ) -> Result<()> {
        let counts = &mut self.counts;
        self.entries.add(values, &[], rows, |row, entry, is_new| {
            if is_new {
                counts.push(0);
            }
            if let Some(count) = counts.get_mut(entry) {
                *count += times(row);
            }
        })
    }
}

impl Groups for Histograms {
    fn resize(&mut self, _count: usize) {}

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        self.add(super::column(arguments, 0)?, rows, |_| 1)
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (values, counts, places) = flattened_maps(super::column(states, 0)?)?;
        let counts = counts.as_primitive::<Int64Type>();
        let groups: Vec<usize> = places.into_iter().map(|row| rows.group(row)).collect();
        self.add(&values, &Rows::of_groups(&groups, None), |row| {
            counts.value(row)
        })
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let counts: ArrayRef = Arc::new(Int64Array::from(self.counts.clone()));
        self.entries.maps(&counts, &self.map_type, count, |_| false)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.values(count)?])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.map_type.arrow()]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        let kept = self.entries.forget(count)?;
        let mut kept = kept.iter();
        self.counts.retain(|_| kept.next().unwrap_or_default());
        Ok(())
    }

    fn size(&self) -> usize {
        self.entries.size() + self.counts.capacity() * size_of::<i64>()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Float64Array, StringArray};

    use crate::testing::{calling, column, zoned};

    #[tokio::test]
    async fn values_are_counted_but_null_is_not() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![Some("b"), None, Some("a"), Some("b"), None, Some("")]),
            )
        };
        assert_eq!(
            calling("histogram", vec![values()])
                .in_one_stage()
                .shown()
                .await,
            "{b: 2, a: 1, : 1}"
        );
        assert_eq!(
            calling("histogram", vec![values()])
                .grouped_by([1, 2, 3, 1, 2, 3])
                .shown()
                .await,
            "{b: 2}|NULL|{a: 1, : 1}"
        );
        assert_eq!(
            calling("histogram", vec![values()])
                .over_rows(Some(-3), Some(0))
                .shown()
                .await,
            "{b: 1}|{b: 1}|{b: 1, a: 1}|{b: 2, a: 1}|{a: 1, b: 1}|{a: 1, b: 1, : 1}"
        );
        assert_eq!(
            calling("histogram", vec![values()])
                .distinct()
                .in_one_stage()
                .shown()
                .await,
            "{b: 1, a: 1, : 1}"
        );
    }

    #[tokio::test]
    async fn values_of_every_type() {
        let doubles = Float64Array::from(vec![f64::NAN, -0.0, 0.0, f64::NAN]);
        assert_eq!(
            calling("histogram", vec![column("double", doubles)])
                .in_one_stage()
                .shown()
                .await,
            "{NaN: 2, -0.0: 2}"
        );
        let booleans = BooleanArray::from(vec![true, true, false]);
        assert_eq!(
            calling("histogram", vec![column("boolean", booleans)])
                .shown()
                .await,
            "{true: 2, false: 1}"
        );
        let instants = zoned(&[Some((0, "UTC")), Some((0, "+01:00"))]);
        assert_eq!(
            calling("histogram", vec![instants]).shown().await,
            "{{instant: 1970-01-01T00:00:00Z, zone: 0}: 2}"
        );
    }
}
