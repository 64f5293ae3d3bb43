//! What definitions read of the rows matched before. Threads that agree in it go on alike, and only the preferred one is kept.

use super::navigation::{Anchor, Navigation, VariableSet};
use super::row_lists::{ListId, Place, RowLists};
use crate::error::Result;

/// Up to how many rows back threads are compared row by row; beyond, whole lists are.
const COMPARED_BACK_MAX: usize = 16;

/// How many readers are told apart by bits; all further ones share the last bit.
const READER_BITS: usize = 64;

/// A list of the rows of some variables.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TrackedList {
    variables: VariableSet,
    /// Whether it matters to which of the variables a row is mapped.
    classified: bool,
}

/// A row of some variables, counted from the start of the match.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TrackedFirst {
    variables: VariableSet,
    passed: usize,
}

/// What a definition reads of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The row so many entries before a list's last.
    Last { list: usize, back: usize },
    /// A row counted from the start.
    First(usize),
    /// All of a list.
    Whole(usize),
}

/// Where a navigation of a definition leads to, before rows are counted physically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrackedRow {
    /// The row that is tried.
    Current,
    /// The row so many entries before a list's last.
    Last { list: usize, back: usize },
    /// A row counted from the start; it may be the row that is tried.
    First { first: usize, or_current: bool },
}

/// What is tracked for a pattern's definitions.
#[derive(Debug, Clone, Default)]
pub(super) struct Tracking {
    lists: Vec<TrackedList>,
    firsts: Vec<TrackedFirst>,
    readers: Vec<Reader>,
    /// For each variable the readers of its definition, as bits.
    reads: Vec<u64>,
}

/// What a thread remembers of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Memory {
    lists: Vec<ListId>,
    /// How many rows were passed, and the row once it was found.
    firsts: Vec<(usize, Option<Place>)>,
}

impl Tracking {
    /// The place of the list of some variables' rows.
    fn list(&mut self, variables: &VariableSet, classified: bool) -> usize {
        let wanted = TrackedList {
            variables: variables.clone(),
            classified,
        };
        match self.lists.iter().position(|known| *known == wanted) {
            Some(place) => place,
            None => {
                self.lists.push(wanted);
                self.lists.len() - 1
            }
        }
    }

    fn read(&mut self, variable: usize, reader: Reader) {
        let place = match self.readers.iter().position(|known| *known == reader) {
            Some(place) => place,
            None => {
                self.readers.push(reader);
                self.readers.len() - 1
            }
        };
        if self.reads.len() <= variable {
            self.reads.resize(variable + 1, 0);
        }
        if let Some(bits) = self.reads.get_mut(variable) {
            *bits |= 1 << place.min(READER_BITS - 1);
        }
    }

    /// A row that the definition of `variable` navigates to. `classified`: which variable it is mapped to is read too.
    pub(super) fn row(
        &mut self,
        variable: usize,
        navigation: &Navigation,
        classified: bool,
    ) -> TrackedRow {
        let has_current = navigation.variables.contains(variable);
        match navigation.anchor {
            Anchor::Last if has_current && navigation.passed == 0 => TrackedRow::Current,
            Anchor::Last => {
                let list = self.list(&navigation.variables, classified);
                let back = navigation.passed - usize::from(has_current);
                self.read(variable, Reader::Last { list, back });
                TrackedRow::Last { list, back }
            }
            Anchor::First => {
                let wanted = TrackedFirst {
                    variables: navigation.variables.clone(),
                    passed: navigation.passed,
                };
                let first = match self.firsts.iter().position(|known| *known == wanted) {
                    Some(place) => place,
                    None => {
                        self.firsts.push(wanted);
                        self.firsts.len() - 1
                    }
                };
                self.read(variable, Reader::First(first));
                TrackedRow::First {
                    first,
                    or_current: has_current,
                }
            }
        }
    }

    /// The list of rows that the definition of `variable` reads as a whole.
    pub(super) fn whole(
        &mut self,
        variable: usize,
        variables: &VariableSet,
        classified: bool,
    ) -> usize {
        let list = self.list(variables, classified);
        self.read(variable, Reader::Whole(list));
        list
    }

    /// What the definition of a variable reads, as bits.
    pub(super) fn reads(&self, variable: usize) -> u64 {
        self.reads.get(variable).copied().unwrap_or(0)
    }

    /// Whether threads remember nothing but where they are.
    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.firsts.is_empty()
    }

    /// What a thread remembers before its first row.
    pub(super) fn start(&self) -> Memory {
        Memory {
            lists: vec![ListId::EMPTY; self.lists.len()],
            firsts: vec![(0, None); self.firsts.len()],
        }
    }

    /// What a thread remembers with one more row.
    pub(super) fn appended(
        &self,
        memory: &Memory,
        place: Place,
        lists: &mut RowLists,
    ) -> Result<Memory> {
        let mut memory = memory.clone();
        for (tracked, list) in self.lists.iter().zip(&mut memory.lists) {
            *list = self.extended(tracked, *list, place, lists)?;
        }
        for (tracked, (passed, found)) in self.firsts.iter().zip(&mut memory.firsts) {
            if found.is_none() && tracked.variables.contains(place.variable) {
                if *passed == tracked.passed {
                    *found = Some(place);
                } else {
                    *passed += 1;
                }
            }
        }
        Ok(memory)
    }

    fn extended(
        &self,
        tracked: &TrackedList,
        list: ListId,
        place: Place,
        lists: &mut RowLists,
    ) -> Result<ListId> {
        if !tracked.variables.contains(place.variable) {
            return Ok(list);
        }
        let variable = if tracked.classified {
            place.variable
        } else {
            0
        };
        lists.appended(
            list,
            Place {
                position: place.position,
                variable,
            },
        )
    }

    /// A tracked list with the row that is tried, if it belongs to it.
    pub(super) fn list_with(
        &self,
        memory: &Memory,
        list: usize,
        place: Place,
        lists: &mut RowLists,
    ) -> Result<ListId> {
        let known = memory.lists.get(list).copied().unwrap_or(ListId::EMPTY);
        match self.lists.get(list) {
            Some(tracked) => self.extended(tracked, known, place, lists),
            None => Ok(known),
        }
    }

    /// The row that a navigation leads to while `current` is tried.
    pub(super) fn find(
        &self,
        row: TrackedRow,
        memory: &Memory,
        current: Place,
        lists: &RowLists,
    ) -> Option<Place> {
        match row {
            TrackedRow::Current => Some(current),
            TrackedRow::Last { list, back } => lists
                .backwards(*memory.lists.get(list)?)
                .nth(back)
                .map(|(_, place)| place),
            TrackedRow::First { first, or_current } => {
                let (passed, found) = memory.firsts.get(first)?;
                let wanted = self.firsts.get(first)?.passed;
                found.or_else(|| (or_current && *passed == wanted).then_some(current))
            }
        }
    }

    /// What the readers among these bits see of a thread: threads that give the same go on alike.
    pub(super) fn seen(&self, bits: u64, memory: &Memory, lists: &RowLists) -> Vec<usize> {
        let mut seen = Vec::new();
        for (place, reader) in self.readers.iter().enumerate() {
            if bits & (1 << place.min(READER_BITS - 1)) == 0 {
                continue;
            }
            match *reader {
                Reader::Last { list, back } if back <= COMPARED_BACK_MAX => {
                    let list = memory.lists.get(list).copied().unwrap_or(ListId::EMPTY);
                    let mut missing = back + 1;
                    for (_, place) in lists.backwards(list).take(back + 1) {
                        seen.push(place.position + 1);
                        seen.push(place.variable);
                        missing -= 1;
                    }
                    seen.extend(std::iter::repeat_n(0, 2 * missing));
                }
                Reader::Last { list, .. } | Reader::Whole(list) => {
                    let list = memory.lists.get(list).copied().unwrap_or(ListId::EMPTY);
                    seen.push(list.number());
                }
                Reader::First(first) => {
                    if let Some((passed, found)) = memory.firsts.get(first) {
                        seen.push(*passed);
                        seen.push(found.map_or(0, |place| place.position + 1));
                        seen.push(found.map_or(0, |place| place.variable));
                    }
                }
            }
        }
        seen
    }

    /// The lists that a thread remembers.
    pub(super) fn remembered<'m>(&self, memory: &'m Memory) -> &'m [ListId] {
        &memory.lists
    }
}
