//! `ValueDomain`: a set of values of one partition key, as intervals in the order of the values.

use crate::PartitionLiteral;

/// On which side of a value a cut lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Before,
    After,
}

/// A place between values. The derived order is the order of the places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    Start,
    At(PartitionLiteral, Side),
    End,
}

impl Cut {
    pub(super) fn before(literal: &PartitionLiteral) -> Cut {
        Cut::At(literal.clone(), Side::Before)
    }

    pub(super) fn after(literal: &PartitionLiteral) -> Cut {
        Cut::At(literal.clone(), Side::After)
    }
}

/// The values between two cuts, of which the first lies before the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: Cut,
    pub(super) high: Cut,
}

impl Interval {
    /// The one value, if the interval holds just one.
    pub(super) fn point(&self) -> Option<&PartitionLiteral> {
        match (&self.low, &self.high) {
            (Cut::At(low, Side::Before), Cut::At(high, Side::After)) if low == high => Some(low),
            _ => None,
        }
    }
}

/// A set of values, perhaps NULL among them. The intervals are sorted and apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueDomain {
    intervals: Vec<Interval>,
    null: bool,
}

impl ValueDomain {
    /// Every value and NULL.
    pub(super) fn all() -> Self {
        ValueDomain {
            null: true,
            ..ValueDomain::not_null()
        }
    }

    /// Every value but NULL.
    pub(super) fn not_null() -> Self {
        ValueDomain::between(Cut::Start, Cut::End)
    }

    /// NULL alone.
    pub(super) fn null() -> Self {
        ValueDomain {
            intervals: Vec::new(),
            null: true,
        }
    }

    /// Nothing.
    pub(super) fn empty() -> Self {
        ValueDomain {
            intervals: Vec::new(),
            null: false,
        }
    }

    /// The values between two cuts.
    pub(super) fn between(low: Cut, high: Cut) -> Self {
        let mut domain = ValueDomain::empty();
        if low < high {
            domain.intervals.push(Interval { low, high });
        }
        domain
    }

    /// One value, `None` being NULL.
    pub(super) fn point(value: Option<&PartitionLiteral>) -> Self {
        match value {
            Some(literal) => ValueDomain::between(Cut::before(literal), Cut::after(literal)),
            None => ValueDomain::null(),
        }
    }

    /// Everything that is in one of them.
    pub(super) fn union_of(domains: impl IntoIterator<Item = ValueDomain>) -> Self {
        let mut null = false;
        let mut parts = Vec::new();
        for domain in domains {
            null |= domain.null;
            parts.extend(domain.intervals);
        }
        parts.sort_by(|left, right| left.low.cmp(&right.low));
        let mut intervals: Vec<Interval> = Vec::with_capacity(parts.len());
        for part in parts {
            match intervals.last_mut() {
                Some(last) if part.low < last.high => {
                    if last.high < part.high {
                        last.high = part.high;
                    }
                }
                _ => intervals.push(part),
            }
        }
        ValueDomain { intervals, null }
    }

    /// Everything that is in both.
    pub(super) fn intersection(&self, other: &ValueDomain) -> Self {
        let mut intervals = Vec::new();
        let mut left = self.intervals.iter().peekable();
        let mut right = other.intervals.iter().peekable();
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let low = (&a.low).max(&b.low);
            let high = (&a.high).min(&b.high);
            if low < high {
                intervals.push(Interval {
                    low: low.clone(),
                    high: high.clone(),
                });
            }
            if a.high < b.high {
                left.next();
            } else {
                right.next();
            }
        }
        ValueDomain {
            intervals,
            null: self.null && other.null,
        }
    }

    pub(super) fn contains(&self, value: Option<&PartitionLiteral>) -> bool {
        let Some(literal) = value else {
            return self.null;
        };
        let low = Cut::before(literal);
        // The only interval that can hold it is the last that begins no later.
        let begun = self
            .intervals
            .partition_point(|interval| interval.low <= low);
        begun
            .checked_sub(1)
            .and_then(|last| self.intervals.get(last))
            .is_some_and(|interval| low < interval.high)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.intervals.is_empty() && !self.null
    }

    pub(super) fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// The values one by one, if they are single values and NULL is not among them.
    pub(super) fn points(&self) -> Option<Vec<&PartitionLiteral>> {
        if self.null {
            return None;
        }
        self.intervals.iter().map(Interval::point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> PartitionLiteral {
        PartitionLiteral::Integer(value)
    }

    fn from_to(low: i64, high: i64) -> ValueDomain {
        ValueDomain::between(Cut::before(&number(low)), Cut::after(&number(high)))
    }

    #[test]
    fn a_union_joins_what_overlaps() {
        let union = ValueDomain::union_of([from_to(5, 9), from_to(1, 3), from_to(2, 4)]);
        assert_eq!(union.intervals().len(), 2);
        for (value, inside) in [(0, false), (1, true), (4, true), (5, true), (10, false)] {
            assert_eq!(union.contains(Some(&number(value))), inside, "{value}");
        }
        assert!(!union.contains(None));
    }

    #[test]
    fn an_intersection_keeps_what_both_have() {
        let left = ValueDomain::union_of([from_to(1, 3), from_to(6, 9)]);
        let right = ValueDomain::union_of([from_to(3, 6), ValueDomain::null()]);
        let both = left.intersection(&right);
        assert_eq!(both.points(), Some(vec![&number(3), &number(6)]));
        assert!(left.intersection(&from_to(4, 5)).is_empty());
        assert!(
            ValueDomain::all()
                .intersection(&ValueDomain::null())
                .contains(None)
        );
    }

    #[test]
    fn a_reversed_interval_is_empty() {
        assert!(from_to(3, 2).is_empty());
        assert_eq!(from_to(3, 3).points(), Some(vec![&number(3)]));
        assert_eq!(from_to(3, 4).points(), None);
    }
}
