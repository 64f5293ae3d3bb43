//! `array_sort` by a lambda that compares two elements.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, Int32Array, UInt32Array};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::error::FunctionError;
use crate::higher_order::HigherOrderCall;
use crate::nested::{Offsets, element_type, gather, list_argument};

/// Each round evaluates the lambda once over the rows that are not yet sorted, for the next comparison of each.
pub(super) fn sort(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call.call, 0)?;
    let values = lists.values();
    let mut rows: Vec<Sorting> = places
        .into_iter()
        .map(|places| Sorting::new(places.collect()))
        .collect();
    let mut unsorted: Vec<u32> = (0..).take(rows.len()).collect();
    loop {
        let mut lefts = Vec::with_capacity(unsorted.len());
        let mut rights = Vec::with_capacity(unsorted.len());
        unsorted.retain(|row| {
            let row = rows.get(crate::nested::usize_of(*row));
            match row.and_then(Sorting::question) {
                Some((left, right)) => {
                    lefts.push(left);
                    rights.push(right);
                    true
                }
                None => false,
            }
        });
        if unsorted.is_empty() {
            break;
        }
        let columns = [
            gather(values, &lefts.into())?,
            gather(values, &rights.into())?,
        ];
        let answers = call.evaluate(1, &columns, &UInt32Array::from(unsorted.clone()))?;
        let answers = downcast_value!(answers, Int32Array);
        for (row, answer) in unsorted.iter().zip(answers) {
            let answer = match answer {
                Some(answer @ -1..=1) => answer.cmp(&0),
                _ => {
                    return Err(FunctionError::argument(
                        "Lambda comparator must return either -1, 0, or 1",
                    )
                    .into());
                }
            };
            if let Some(row) = rows.get_mut(crate::nested::usize_of(*row)) {
                row.answer(answer);
            }
        }
    }
    let mut offsets = Offsets::with_capacity(rows.len());
    let mut sorted: Vec<u32> = Vec::with_capacity(values.len());
    for row in rows {
        sorted.append(&mut row.order());
        offsets.end(sorted.len())?;
    }
    let sorted = gather(values, &UInt32Array::from(sorted))?;
    let nulls = lists.nulls().cloned();
    offsets.lists(element_type(call.call.returns()), sorted, nulls)
}

/// A stable sort that asks for one comparison at a time.
///
/// The ascending or descending run at the start is taken as it is, then each further value is inserted by binary search. That is what Java
/// does with less than 32 values, so that comparators that never answer "equal" give Trino's order.
pub(super) struct Sorting {
    values: Vec<u32>,
    /// So many values at the start are in order.
    sorted: usize,
    phase: Phase,
}

enum Phase {
    /// The run at the start goes up to `sorted`.
    Run(Option<Direction>),
    /// The first value that is not sorted belongs between these places.
    Insert { low: usize, high: usize },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

impl Sorting {
    pub(super) fn new(values: Vec<u32>) -> Sorting {
        Sorting {
            sorted: values.len().min(1),
            values,
            phase: Phase::Run(None),
        }
    }

    /// The two values to compare next; `None` if all are in order.
    pub(super) fn question(&self) -> Option<(u32, u32)> {
        let left = self.values.get(self.sorted)?;
        let right = match self.phase {
            Phase::Run(_) => self.sorted.checked_sub(1)?,
            Phase::Insert { low, high } => middle(low, high),
        };
        Some((*left, *self.values.get(right)?))
    }

    /// Tells how the first of the two values compares to the second.
    pub(super) fn answer(&mut self, answer: Ordering) {
        match self.phase {
            Phase::Run(direction) => {
                let found = if answer.is_lt() {
                    Direction::Descending
                } else {
                    Direction::Ascending
                };
                if direction.is_none_or(|direction| direction == found) {
                    self.sorted += 1;
                    self.phase = Phase::Run(Some(found));
                }
                if self.sorted == self.values.len() || direction.is_some_and(|of| of != found) {
                    self.end_run();
                }
            }
            Phase::Insert { low, high } => {
                let middle = middle(low, high);
                let (low, high) = if answer.is_lt() {
                    (low, middle)
                } else {
                    (middle + 1, high)
                };
                if low < high {
                    self.phase = Phase::Insert { low, high };
                } else {
                    self.insert(low);
                }
            }
        }
    }

    fn end_run(&mut self) {
        if let Phase::Run(Some(Direction::Descending)) = self.phase
            && let Some(run) = self.values.get_mut(..self.sorted)
        {
            run.reverse();
        }
        self.start_insertion();
    }

    fn insert(&mut self, place: usize) {
        if let Some(moved) = self.values.get_mut(place..=self.sorted) {
            moved.rotate_right(1);
        }
        self.sorted += 1;
        self.start_insertion();
    }

    fn start_insertion(&mut self) {
        self.phase = Phase::Insert {
            low: 0,
            high: self.sorted,
        };
    }

    /// The values in order.
    pub(super) fn order(self) -> Vec<u32> {
        self.values
    }
}

fn middle(low: usize, high: usize) -> usize {
    low + (high - low) / 2
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Sorting;

    fn sorted(values: Vec<u32>, compare: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
        let mut sorting = Sorting::new(values);
        while let Some((left, right)) = sorting.question() {
            sorting.answer(compare(left, right));
        }
        sorting.order()
    }

    #[test]
    fn every_permutation_is_sorted() {
        for seed in 0..5040_u32 {
            let mut rest: Vec<u32> = (0..7).collect();
            let mut values = Vec::new();
            let mut code = seed;
            while !rest.is_empty() {
                let count = u32::try_from(rest.len()).unwrap();
                values.push(rest.remove(usize::try_from(code % count).unwrap()));
                code /= count;
            }
            assert_eq!(
                sorted(values, |a, b| a.cmp(&b)),
                (0..7).collect::<Vec<u32>>()
            );
        }
    }

    #[test]
    fn equal_values_keep_their_order() {
        let tens = |a: u32, b: u32| (a / 10).cmp(&(b / 10));
        assert_eq!(
            sorted(vec![31, 12, 30, 11, 20, 10], tens),
            [12, 11, 10, 20, 31, 30]
        );
        assert!(sorted(vec![], tens).is_empty());
        assert_eq!(sorted(vec![5], tens), [5]);
    }

    #[test]
    fn comparators_without_equality_give_javas_order() {
        let never_equal = |a: u32, b: u32| {
            if a / 10 < b / 10 {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        };
        assert_eq!(sorted(vec![12, 11, 10], never_equal), [12, 11, 10]);
        let always_less = |a: u32, b: u32| {
            if a / 10 <= b / 10 {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        };
        assert_eq!(sorted(vec![12, 11, 10], always_less), [10, 11, 12]);
    }
}
