//! `Candidates`: the values that a partition key's projection gives, as a sequence that is computed by index.

use std::fmt;

use crate::PartitionLiteral;

use super::value_domain::{Cut, ValueDomain};

/// One value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProjectedValue {
    /// As the partition's values have it.
    pub(super) stored: String,
    /// As the partition's location has it.
    pub(super) in_location: String,
}

/// The values of one key by their index from 0. Nothing is held but what the configuration or the query lists.
pub(super) trait Candidates: fmt::Debug + Send + Sync {
    /// The last index, `None` if there are no values. Not a count, because the integers from the least to the
    /// greatest are one more than fits.
    fn last_index(&self) -> Option<u64>;

    /// The value at an index.
    fn value(&self, index: u64) -> Option<ProjectedValue>;

    /// The typed form of the value at an index. `None` is NULL.
    fn literal(&self, index: u64) -> Option<PartitionLiteral>;

    /// Whether literals grow with their index (or stay), and none is NULL.
    fn is_ordered(&self) -> bool;

    /// Where a literal is, for sequences that are not ordered.
    fn index_of(&self, literal: &PartitionLiteral) -> Option<u64>;

    /// The index of the next value that is another one.
    fn following(&self, index: u64) -> Option<u64> {
        index.checked_add(1)
    }

    /// A set in which all the literals are.
    fn domain(&self) -> ValueDomain {
        let Some(last) = self.last_index() else {
            return ValueDomain::empty();
        };
        match (self.is_ordered(), self.literal(0), self.literal(last)) {
            (true, Some(least), Some(greatest)) => {
                ValueDomain::between(Cut::before(&least), Cut::after(&greatest))
            }
            _ => ValueDomain::not_null(),
        }
    }
}

/// The first index from `first` to `last` that passes a test that, once passed, all later ones pass.
pub(super) fn first_passing(first: u64, last: u64, test: impl Fn(u64) -> bool) -> Option<u64> {
    if first > last || !test(last) {
        return None;
    }
    let (mut low, mut high) = (first, last);
    while low < high {
        let middle = low.midpoint(high);
        if test(middle) {
            high = middle;
        } else {
            low = middle.checked_add(1)?;
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_passing_index_is_found_up_to_the_greatest() {
        assert_eq!(first_passing(0, u64::MAX, |index| index >= 7), Some(7));
        assert_eq!(
            first_passing(0, u64::MAX, |index| index == u64::MAX),
            Some(u64::MAX)
        );
        assert_eq!(first_passing(3, 9, |_| true), Some(3));
        assert_eq!(first_passing(3, 9, |_| false), None);
        assert_eq!(first_passing(9, 3, |_| true), None);
    }
}
