//! `NarrowedKey`: the candidates of one key that are in a domain; `KeyCursor` walks them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::candidates::{Candidates, ProjectedValue};
use super::narrowing::runs_within;
use super::value_domain::ValueDomain;

/// The candidates of one key that are in a domain.
#[derive(Debug)]
pub(super) struct NarrowedKey {
    candidates: Arc<dyn Candidates>,
    domain: ValueDomain,
    runs: Vec<RangeInclusive<u64>>,
    /// Whether the runs hold nothing but values of the domain.
    is_exact: bool,
}

impl NarrowedKey {
    pub(super) fn new(candidates: Arc<dyn Candidates>, domain: ValueDomain) -> Self {
        NarrowedKey {
            runs: runs_within(candidates.as_ref(), &domain),
            is_exact: candidates.is_ordered(),
            candidates,
            domain,
        }
    }

    /// Whether it is certain, before any value is looked at, that there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The candidates that it narrows.
    pub(super) fn candidates(&self) -> &Arc<dyn Candidates> {
        &self.candidates
    }

    /// The set that it narrows them to.
    pub(super) fn domain(&self) -> &ValueDomain {
        &self.domain
    }

    fn accepts(&self, index: u64) -> bool {
        self.is_exact
            || self
                .domain
                .contains(self.candidates.literal(index).as_ref())
    }
}

/// A place in the values of one key.
#[derive(Debug)]
pub(super) struct KeyCursor {
    key: Arc<NarrowedKey>,
    runs_begun: usize,
    /// The next index of the run at hand, and the run's last.
    position: Option<(u64, u64)>,
}

impl KeyCursor {
    pub(super) fn new(key: Arc<NarrowedKey>) -> Self {
        KeyCursor {
            key,
            runs_begun: 0,
            position: None,
        }
    }

    fn next_index(&mut self) -> Option<u64> {
        let (index, end) = match self.position {
            Some(position) => position,
            None => {
                let run = self.key.runs.get(self.runs_begun)?;
                self.runs_begun = self.runs_begun.saturating_add(1);
                (*run.start(), *run.end())
            }
        };
        self.position = self
            .key
            .candidates
            .following(index)
            .filter(|following| *following <= end)
            .map(|following| (following, end));
        Some(index)
    }
}

impl Iterator for KeyCursor {
    type Item = ProjectedValue;

    fn next(&mut self) -> Option<ProjectedValue> {
        loop {
            let index = self.next_index()?;
            if self.key.accepts(index)
                && let Some(value) = self.key.candidates.value(index)
            {
                return Some(value);
            }
        }
    }
}
