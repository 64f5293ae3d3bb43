//! `approx_most_frequent`: the most frequent values, by the Space-Saving algorithm (Metwally et al. 2005).

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, MapArray, StringArray, StringViewArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::row_buffer::{flattened, lists, state_element};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "approx_most_frequent",
            "Most frequent values with their frequencies, about",
        )
        .aggregate("(bigint, bigint, bigint) -> map(bigint, bigint)", |bound| {
            Aggregate::new("approx_most_frequent", bound, |bound| {
                Ok(Box::new(PerGroup::new(MostFrequent::<i64>::new(
                    &bound.returns,
                ))))
            })
            .build()
        })
        .aggregate(
            "(bigint, varchar, bigint) -> map(varchar, bigint)",
            |bound| {
                Aggregate::new("approx_most_frequent", bound, |bound| {
                    Ok(Box::new(PerGroup::new(MostFrequent::<Box<str>>::new(
                        &bound.returns,
                    ))))
                })
                .build()
            },
        ),
    ]
}

/// A kind of values that are counted.
trait Item: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    type Column;

    fn column(column: &ArrayRef) -> Self::Column;
    fn of(column: &Self::Column, row: usize) -> Self;
    fn array(items: Vec<Self>) -> ArrayRef;
    fn heap_size(&self) -> usize;
}

impl Item for i64 {
    type Column = Int64Array;

    fn column(column: &ArrayRef) -> Int64Array {
        column.as_primitive::<Int64Type>().clone()
    }

    fn of(column: &Int64Array, row: usize) -> i64 {
        column.value(row)
    }

    fn array(items: Vec<i64>) -> ArrayRef {
        Arc::new(Int64Array::from(items))
    }

    fn heap_size(&self) -> usize {
        0
    }
}

/// Text as a column of its own, or within a state.
enum Texts {
    Views(StringViewArray),
    Plain(StringArray),
}

impl Item for Box<str> {
    type Column = Texts;

    fn column(column: &ArrayRef) -> Texts {
        match column.as_string_view_opt() {
            Some(views) => Texts::Views(views.clone()),
            None => Texts::Plain(column.as_string().clone()),
        }
    }

    fn of(column: &Texts, row: usize) -> Box<str> {
        match column {
            Texts::Views(views) => views.value(row).into(),
            Texts::Plain(texts) => texts.value(row).into(),
        }
    }

    fn array(items: Vec<Box<str>>) -> ArrayRef {
        Arc::new(items.into_iter().map(Some).collect::<StringArray>())
    }

    fn heap_size(&self) -> usize {
        self.len()
    }
}

/// Counts of so many values. When there is no more room, a new value takes the place and the count of the rarest, so counts are too
/// high rather than too low.
#[derive(Debug)]
struct Counts<T> {
    /// How many values are shown, and how many are counted.
    shown: usize,
    capacity: usize,
    /// The count of each value, and when it came to that count.
    counts: HashMap<T, (i64, u64)>,
    /// The values of each count, in the order in which they came to it.
    by_count: BTreeMap<i64, BTreeMap<u64, T>>,
    changes: u64,
    item_bytes: usize,
}

impl<T: Item> Counts<T> {
    fn new(shown: usize, capacity: usize) -> Counts<T> {
        Counts {
            shown,
            capacity,
            counts: HashMap::new(),
            by_count: BTreeMap::new(),
            changes: 0,
            item_bytes: 0,
        }
    }

    fn add(&mut self, item: T, times: i64) {
        let known = self.counts.get(&item).copied();
        let count = match known {
            Some((count, since)) => {
                self.remove(count, since);
                count
            }
            None if self.counts.len() < self.capacity => 0,
            None => self.remove_rarest(),
        };
        if known.is_none() {
            self.item_bytes += item.heap_size();
        }
        self.changes += 1;
        let count = count.saturating_add(times);
        self.by_count
            .entry(count)
            .or_default()
            .insert(self.changes, item.clone());
        self.counts.insert(item, (count, self.changes));
    }

    fn remove(&mut self, count: i64, since: u64) -> Option<T> {
        let items = self.by_count.get_mut(&count)?;
        let item = items.remove(&since);
        if items.is_empty() {
            self.by_count.remove(&count);
        }
        item
    }

    fn remove_rarest(&mut self) -> i64 {
        let rarest = self
            .by_count
            .first_key_value()
            .and_then(|(count, items)| items.first_key_value().map(|(since, _)| (*count, *since)));
        let Some((count, since)) = rarest else {
            return 0;
        };
        if let Some(item) = self.remove(count, since) {
            self.item_bytes -= item.heap_size();
            self.counts.remove(&item);
        }
        count
    }

    /// The most frequent first.
    fn in_order(&self) -> impl Iterator<Item = (&T, i64)> {
        self.by_count
            .iter()
            .rev()
            .flat_map(|(count, items)| items.values().map(move |item| (item, *count)))
    }

    fn heap_size(&self) -> usize {
        // Each value is in the map and in the tree, whose nodes are at least half full.
        let entry = 3 * size_of::<T>() + 2 * size_of::<(i64, u64)>() + size_of::<u64>();
        self.counts.len() * entry + 2 * self.item_bytes
    }
}

#[derive(Debug)]
struct MostFrequent<T> {
    map_type: Type,
    items: std::marker::PhantomData<fn() -> T>,
}

impl<T: Item> MostFrequent<T> {
    fn new(map_type: &Type) -> MostFrequent<T> {
        MostFrequent {
            map_type: map_type.clone(),
            items: std::marker::PhantomData,
        }
    }
}

fn new_counts<T: Item>(shown: i64, capacity: i64) -> Result<Counts<T>, FunctionError> {
    if shown < 2 {
        return Err(FunctionError::argument(
            "approx_most_frequent bucket count must be greater than one",
        ));
    }
    let size = |number: i64| usize::try_from(number).ok().filter(|size| *size > 0);
    match (size(shown), size(capacity)) {
        (Some(shown), Some(capacity)) => Ok(Counts::new(shown, capacity)),
        _ => Err(FunctionError::argument(
            "approx_most_frequent capacity must be positive",
        )),
    }
}

impl<T: Item> Summary for MostFrequent<T> {
    type State = Option<Counts<T>>;
    /// How many values to show, the values, and how many to count.
    type Input = (Int64Array, T::Column, Int64Array);

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        3
    }

    fn new_state(&self) -> Option<Counts<T>> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Self::Input> {
        let integers = |place: usize| {
            super::column(arguments, place).map(|column| column.as_primitive::<Int64Type>().clone())
        };
        Ok((
            integers(0)?,
            T::column(super::column(arguments, 1)?),
            integers(2)?,
        ))
    }

    fn add(
        &self,
        state: &mut Option<Counts<T>>,
        (shown, values, capacities): &Self::Input,
        row: usize,
    ) -> Result<()> {
        let counts = match state {
            Some(counts) => counts,
            new => new.insert(new_counts(shown.value(row), capacities.value(row))?),
        };
        counts.add(T::of(values, row), 1);
        Ok(())
    }

    fn merge(&self, state: &mut Option<Counts<T>>, other: Option<Counts<T>>) -> Result<()> {
        match (state, other) {
            (Some(counts), Some(other)) => {
                for (item, count) in other.in_order() {
                    counts.add(item.clone(), count);
                }
            }
            (state, Some(other)) => *state = Some(other),
            (_, None) => {}
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<Counts<T>>]) -> Result<ArrayRef> {
        let DataType::Map(entries, _) = self.map_type.arrow() else {
            return exec_err!("{} is no map", self.map_type);
        };
        let DataType::Struct(fields) = entries.data_type() else {
            return exec_err!("a map has entries");
        };
        let (mut items, mut counts) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(states.len());
        for state in states.iter() {
            let before = items.len();
            for of_state in state.iter() {
                for (item, count) in of_state.in_order().take(of_state.shown) {
                    items.push(item.clone());
                    counts.push(count);
                }
            }
            lengths.push(items.len() - before);
        }
        let nulls: NullBuffer = states.iter().map(Option::is_some).collect();
        let columns: Vec<ArrayRef> = vec![T::array(items), Arc::new(Int64Array::from(counts))];
        let values = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(MapArray::try_new(
            entries,
            offsets,
            values,
            Some(nulls),
            false,
        )?))
    }

    fn state_types(&self) -> Vec<DataType> {
        let items = T::array(Vec::new()).data_type().clone();
        vec![
            DataType::Int64,
            DataType::Int64,
            DataType::List(state_element(&items)),
            DataType::List(state_element(&DataType::Int64)),
        ]
    }

    fn write(&self, states: &mut [Option<Counts<T>>]) -> Result<Vec<ArrayRef>> {
        let number = |size: usize| i64::try_from(size).ok();
        let (mut items, mut counts) = (Vec::new(), Vec::new());
        for (item, count) in states.iter().flatten().flat_map(Counts::in_order) {
            items.push(item.clone());
            counts.push(count);
        }
        let lengths = || {
            states
                .iter()
                .map(|of| of.as_ref().map(|of| of.counts.len()))
                .collect()
        };
        let items = T::array(items);
        let item_field = state_element(items.data_type());
        let shown = states
            .iter()
            .map(|of| of.as_ref().and_then(|of| number(of.shown)));
        let capacity = states
            .iter()
            .map(|of| of.as_ref().and_then(|of| number(of.capacity)));
        Ok(vec![
            Arc::new(shown.collect::<Int64Array>()),
            Arc::new(capacity.collect::<Int64Array>()),
            lists(items, item_field, lengths())?,
            lists(
                Arc::new(Int64Array::from(counts)),
                state_element(&DataType::Int64),
                lengths(),
            )?,
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<Counts<T>>>>> {
        let shown = super::column(states, 0)?.as_primitive::<Int64Type>();
        let capacities = super::column(states, 1)?.as_primitive::<Int64Type>();
        let mut read = Vec::with_capacity(shown.len());
        for (shown, capacity) in shown.iter().zip(capacities) {
            read.push(match (shown, capacity) {
                (Some(shown), Some(capacity)) => Some(Some(new_counts(shown, capacity)?)),
                _ => None,
            });
        }
        let (items, rows) = flattened(super::column(states, 2)?)?;
        let (counts, _) = flattened(super::column(states, 3)?)?;
        let (items, counts) = (T::column(&items), counts.as_primitive::<Int64Type>());
        for (place, row) in rows.into_iter().enumerate() {
            if let Some(Some(Some(of_row))) = read.get_mut(row) {
                of_row.add(T::of(&items, place), counts.value(place));
            }
        }
        Ok(read)
    }

    fn heap_size(&self, state: &Option<Counts<T>>) -> usize {
        state.as_ref().map_or(0, Counts::heap_size)
    }
}

#[cfg(test)]
mod tests;
