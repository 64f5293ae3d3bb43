//! `numeric_histogram`: so many buckets of numbers that lie close together (Ben-Haim and Tom-Tov 2010, with Trino's penalty).

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, Float32Array, Float64Array, Int64Array, MapArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::moments::doubles;
use super::row_buffer::{flattened, lists, state_element};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use super::value_order::NanOrder;
use crate::definition::{AggregateFactory, Definition};
use crate::error::FunctionError;
use crate::types::Type;

/// How many values are collected before they are merged into buckets.
const COLLECTED_MAX: usize = 100;

pub(super) fn definitions() -> Vec<Definition> {
    let factory: AggregateFactory = |bound| {
        Aggregate::new("numeric_histogram", bound, |bound| {
            Ok(Box::new(PerGroup::new(Histograms {
                map_type: bound.returns.clone(),
                arguments: bound.arguments.len(),
            })))
        })
        .build()
    };
    vec![
        Definition::new(
            "numeric_histogram",
            "Histogram of all values in so many buckets, about",
        )
        .aggregate("(bigint, double) -> map(double, double)", factory)
        .aggregate("(bigint, real) -> map(real, real)", factory)
        .aggregate("(bigint, double, double) -> map(double, double)", factory)
        .aggregate("(bigint, real, double) -> map(real, real)", factory),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    value: f64,
    weight: f64,
}

/// A histogram, and values that are not merged into it yet.
#[derive(Debug)]
struct Histogram {
    buckets_max: usize,
    buckets: Vec<Bucket>,
}

impl Histogram {
    fn new(buckets: i64) -> Result<Histogram, FunctionError> {
        match usize::try_from(buckets) {
            Ok(buckets_max) if buckets >= 2 => Ok(Histogram {
                buckets_max,
                buckets: Vec::new(),
            }),
            _ => Err(FunctionError::argument(
                "numeric_histogram bucket count must be greater than one",
            )),
        }
    }

    fn add(&mut self, value: f64, weight: f64) {
        if self.buckets.len() >= self.buckets_max.saturating_add(COLLECTED_MAX) {
            self.compact();
        }
        self.buckets.push(Bucket { value, weight });
    }

    fn merge(&mut self, other: &Histogram) {
        self.buckets.extend_from_slice(&other.buckets);
        self.compact();
    }

    /// Merges buckets of the same value, then those whose merging loses least.
    fn compact(&mut self) {
        self.buckets
            .sort_by(|left, right| NanOrder::Last.compare(left.value, right.value));
        self.buckets.dedup_by(|next, kept| {
            let same = next.value == kept.value;
            if same {
                kept.weight += next.weight;
            }
            same
        });
        if self.buckets.len() > self.buckets_max {
            self.buckets = merged(std::mem::take(&mut self.buckets), self.buckets_max);
            self.buckets
                .sort_by(|left, right| NanOrder::Last.compare(left.value, right.value));
        }
    }
}

/// A bucket among its neighbours while buckets are merged.
struct Link {
    bucket: Bucket,
    left: Option<usize>,
    right: Option<usize>,
    /// How often it changed; of what is queued, only the last counts. Gone if there is none.
    version: Option<u32>,
}

/// What merging a bucket with its right neighbour costs. The queue gives the least cost first, then the first bucket.
#[derive(Debug, PartialEq)]
struct Cost {
    penalty: f64,
    place: usize,
    version: u32,
}

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> Ordering {
        let penalties = NanOrder::Last.compare(self.penalty, other.penalty);
        penalties
            .then(self.place.cmp(&other.place))
            .then(self.version.cmp(&other.version))
    }
}

fn penalty(left: Bucket, right: Bucket) -> f64 {
    let weight = left.weight + right.weight;
    let distance = (left.value - right.value) * (left.value - right.value);
    weight * distance * ((left.weight * right.weight) / (weight * weight))
}

fn merged(buckets: Vec<Bucket>, count: usize) -> Vec<Bucket> {
    let mut left = buckets.len();
    let last = left.saturating_sub(1);
    let mut links: Vec<Link> = buckets
        .into_iter()
        .enumerate()
        .map(|(place, bucket)| Link {
            bucket,
            left: place.checked_sub(1),
            right: (place < last).then_some(place + 1),
            version: Some(0),
        })
        .collect();
    let mut queue = BinaryHeap::new();
    for place in 0..links.len() {
        queue.extend(cost(&links, place).map(Reverse));
    }
    while left > count {
        let Some(Reverse(cheapest)) = queue.pop() else {
            break;
        };
        let place = cheapest.place;
        if links.get(place).and_then(|link| link.version) != Some(cheapest.version) {
            continue;
        }
        let Some(changed) = merge_with_right(&mut links, place) else {
            continue;
        };
        left -= 1;
        for place in changed.into_iter().flatten() {
            queue.extend(cost(&links, place).map(Reverse));
        }
    }
    links
        .into_iter()
        .filter(|link| link.version.is_some())
        .map(|link| link.bucket)
        .collect()
}

/// What merging the bucket with its right neighbour costs now.
fn cost(links: &[Link], place: usize) -> Option<Cost> {
    let link = links.get(place)?;
    let right = links.get(link.right?)?;
    Some(Cost {
        penalty: penalty(link.bucket, right.bucket),
        place,
        version: link.version?,
    })
}

/// Merges a bucket with its right neighbour. Returns the places whose costs changed.
fn merge_with_right(links: &mut [Link], place: usize) -> Option<[Option<usize>; 2]> {
    let next = links.get(place)?.right?;
    let right = links.get_mut(next)?;
    right.version = None;
    let (absorbed, after) = (right.bucket, right.right);
    if let Some(after) = after {
        links.get_mut(after)?.left = Some(place);
    }
    let link = links.get_mut(place)?;
    let weight = link.bucket.weight + absorbed.weight;
    link.bucket.value =
        (link.bucket.value * link.bucket.weight + absorbed.value * absorbed.weight) / weight;
    link.bucket.weight = weight;
    link.right = after;
    link.version = link.version.map(|version| version + 1);
    let before = link.left;
    if let Some(before) = before {
        let before = links.get_mut(before)?;
        before.version = before.version.map(|version| version + 1);
    }
    Some([Some(place), before])
}

#[derive(Debug)]
struct Histograms {
    map_type: Type,
    arguments: usize,
}

impl Histograms {
    fn numbers(&self, numbers: Vec<f64>) -> ArrayRef {
        match &self.map_type {
            // A real is the double's nearest.
            Type::Map(key, _) if **key == Type::Real => Arc::new(
                numbers
                    .into_iter()
                    .map(|number| number as f32)
                    .collect::<Float32Array>(),
            ),
            _ => Arc::new(Float64Array::from(numbers)),
        }
    }
}

impl Summary for Histograms {
    type State = Option<Histogram>;
    /// How many buckets, the values, and their weights.
    type Input = (Int64Array, Float64Array, Option<Float64Array>);

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Option<Histogram> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Self::Input> {
        let buckets = super::column(arguments, 0)?
            .as_primitive::<Int64Type>()
            .clone();
        let values = doubles(super::column(arguments, 1)?);
        Ok((buckets, values, arguments.get(2).map(doubles)))
    }

    fn add(
        &self,
        state: &mut Option<Histogram>,
        (buckets, values, weights): &Self::Input,
        row: usize,
    ) -> Result<()> {
        let histogram = match state {
            Some(histogram) => histogram,
            new => new.insert(Histogram::new(buckets.value(row))?),
        };
        let weight = weights.as_ref().map_or(1.0, |weights| weights.value(row));
        histogram.add(values.value(row), weight);
        Ok(())
    }

    fn merge(&self, state: &mut Option<Histogram>, other: Option<Histogram>) -> Result<()> {
        match (state, other) {
            (Some(histogram), Some(other)) => histogram.merge(&other),
            (state, Some(other)) => *state = Some(other),
            (_, None) => {}
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<Histogram>]) -> Result<ArrayRef> {
        let DataType::Map(entries, _) = self.map_type.arrow() else {
            return exec_err!("{} is no map", self.map_type);
        };
        let DataType::Struct(fields) = entries.data_type() else {
            return exec_err!("a map has entries");
        };
        let (mut values, mut weights) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(states.len());
        for state in states.iter_mut() {
            let before = values.len();
            if let Some(histogram) = state {
                histogram.compact();
                values.extend(histogram.buckets.iter().map(|bucket| bucket.value));
                weights.extend(histogram.buckets.iter().map(|bucket| bucket.weight));
            }
            lengths.push(values.len() - before);
        }
        let nulls: NullBuffer = states.iter().map(Option::is_some).collect();
        let columns = vec![self.numbers(values), self.numbers(weights)];
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
        let doubles = || DataType::List(state_element(&DataType::Float64));
        vec![DataType::Int64, doubles(), doubles()]
    }

    fn write(&self, states: &mut [Option<Histogram>]) -> Result<Vec<ArrayRef>> {
        let buckets = || {
            states
                .iter()
                .flatten()
                .flat_map(|histogram| &histogram.buckets)
        };
        let lengths = || {
            states
                .iter()
                .map(|of| of.as_ref().map(|of| of.buckets.len()))
                .collect()
        };
        let doubles = |numbers: Vec<f64>| -> ArrayRef { Arc::new(Float64Array::from(numbers)) };
        let element = || state_element(&DataType::Float64);
        let most = states
            .iter()
            .map(|of| i64::try_from(of.as_ref()?.buckets_max).ok());
        Ok(vec![
            Arc::new(most.collect::<Int64Array>()),
            lists(
                doubles(buckets().map(|of| of.value).collect()),
                element(),
                lengths(),
            )?,
            lists(
                doubles(buckets().map(|of| of.weight).collect()),
                element(),
                lengths(),
            )?,
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<Histogram>>>> {
        let most = super::column(states, 0)?.as_primitive::<Int64Type>();
        let mut read = Vec::with_capacity(most.len());
        for buckets in most {
            read.push(buckets.map(Histogram::new).transpose()?.map(Some));
        }
        let (values, rows) = flattened(super::column(states, 1)?)?;
        let (weights, _) = flattened(super::column(states, 2)?)?;
        let values = values.as_primitive::<Float64Type>().values().iter();
        let weights = weights.as_primitive::<Float64Type>().values().iter();
        for (row, (value, weight)) in rows.into_iter().zip(values.zip(weights)) {
            if let Some(Some(Some(histogram))) = read.get_mut(row) {
                histogram.buckets.push(Bucket {
                    value: *value,
                    weight: *weight,
                });
            }
        }
        Ok(read)
    }

    fn heap_size(&self, state: &Option<Histogram>) -> usize {
        state
            .as_ref()
            .map_or(0, |of| of.buckets.capacity() * size_of::<Bucket>())
    }
}

#[cfg(test)]
mod tests;
