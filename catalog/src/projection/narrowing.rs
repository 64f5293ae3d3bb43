//! Finds where in a sequence of candidates the values of a domain lie, without walking the sequence.

use std::ops::RangeInclusive;

use super::candidates::{Candidates, first_passing};
use super::value_domain::{Cut, Interval, ValueDomain};

/// The runs of indexes, ascending and apart, in which all the candidates of the domain are. Candidates in them that
/// are not of the domain remain to be tested; in an ordered sequence there are none.
pub(super) fn runs_within(
    candidates: &dyn Candidates,
    domain: &ValueDomain,
) -> Vec<RangeInclusive<u64>> {
    let Some(last) = candidates.last_index() else {
        return Vec::new();
    };
    if candidates.is_ordered() {
        return domain
            .intervals()
            .iter()
            .filter_map(|interval| run_of(candidates, last, interval))
            .collect();
    }
    let Some(points) = domain.points() else {
        return vec![0..=last];
    };
    let mut indexes: Vec<u64> = points
        .into_iter()
        .filter_map(|literal| candidates.index_of(literal))
        .collect();
    indexes.sort_unstable();
    indexes.dedup();
    indexes.into_iter().map(|index| index..=index).collect()
}

fn run_of(
    candidates: &dyn Candidates,
    last: u64,
    interval: &Interval,
) -> Option<RangeInclusive<u64>> {
    let first_after = |cut: &Cut| {
        first_passing(0, last, |index| {
            candidates
                .literal(index)
                .is_some_and(|literal| Cut::before(&literal) >= *cut)
        })
    };
    let start = first_after(&interval.low)?;
    let end = match first_after(&interval.high) {
        Some(beyond) => beyond.checked_sub(1)?,
        None => last,
    };
    (start <= end).then_some(start..=end)
}
