//! Lists of matched rows that threads share: each entry points to the one before, and equal lists are one list.

use std::collections::HashMap;

use crate::error::{ErrorCode, QueryError, Result};

/// A matched row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) position: usize,
    /// The variable that it is mapped to.
    pub(super) variable: usize,
}

/// A list, by its last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ListId(u32);

impl ListId {
    /// The list without rows.
    pub(super) const EMPTY: ListId = ListId(0);

    /// The number by which lists are compared.
    pub(super) fn number(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// The lists of one attempt to match.
#[derive(Debug, Default)]
pub(super) struct RowLists {
    entries: Vec<(ListId, Place)>,
    known: HashMap<(ListId, Place), ListId>,
}

impl RowLists {
    /// Forgets all lists.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.known.clear();
    }

    /// A list with one more row.
    pub(super) fn appended(&mut self, list: ListId, place: Place) -> Result<ListId> {
        if let Some(known) = self.known.get(&(list, place)) {
            return Ok(*known);
        }
        let number = u32::try_from(self.entries.len() + 1).map_err(|_| {
            QueryError::new(
                ErrorCode::ExceededMemoryLimit,
                "a row pattern tells too many partial matches apart",
            )
        })?;
        self.entries.push((list, place));
        self.known.insert((list, place), ListId(number));
        Ok(ListId(number))
    }

    /// The last entry and the list before it.
    pub(super) fn last(&self, list: ListId) -> Option<(ListId, Place)> {
        self.entries.get(list.number().checked_sub(1)?).copied()
    }

    /// The rows of a list, the last first.
    pub(super) fn backwards(&self, list: ListId) -> impl Iterator<Item = (ListId, Place)> {
        let mut current = list;
        std::iter::from_fn(move || {
            let (before, place) = self.last(current)?;
            let this = current;
            current = before;
            Some((this, place))
        })
    }

    /// About how many bytes the lists take.
    pub(super) fn size(&self) -> usize {
        self.entries.capacity() * size_of::<(ListId, Place)>()
            + self.known.capacity() * (size_of::<((ListId, Place), ListId)>() + 1)
    }
}
