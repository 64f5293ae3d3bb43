//! The machine that matches a pattern from a row on. It goes through the rows once, with one thread for each partial match that can
//! still come to differ from the preferred ones, so it neither goes back nor nests.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::program::{Instruction, Program};
use super::row_lists::{ListId, Place, RowLists};
use super::tracking::{Memory, Tracking};
use crate::error::{ErrorCode, QueryError, Result};

/// How many partial matches may be told apart at one row. Definitions that look at the whole match can double them with every row.
const THREADS_MAX: usize = 10_000;

/// Says which rows variables take.
pub(super) trait Conditions {
    /// Whether a row can be mapped to a variable after what the thread remembers.
    fn holds(&mut self, candidate: &Candidate<'_>, lists: &mut RowLists) -> Result<bool>;

    /// A row is done; only these lists are still of use.
    fn retain(&mut self, live: &dyn Fn(ListId) -> bool);
}

/// A row that is tried as a variable.
pub(super) struct Candidate<'m> {
    pub(super) place: Place,
    /// The match's first row.
    pub(super) start: usize,
    pub(super) memory: &'m Memory,
    pub(super) tracking: &'m Tracking,
}

/// The preferred match from a row on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// The variables of its rows.
    pub(super) variables: Vec<usize>,
    /// Which of its rows are excluded from the output, in order.
    pub(super) exclusions: Vec<Range<usize>>,
}

/// What a thread went through, by the last of its marks.
#[derive(Debug, Clone, Copy)]
struct Trail(u32);

#[derive(Debug, Clone, Copy)]
enum Mark {
    Row(u32),
    ExclusionStart,
    ExclusionEnd,
}

#[derive(Debug, Clone)]
struct Thread {
    instruction: usize,
    trail: Trail,
    memory: Arc<Memory>,
}

/// The machine with a pattern.
pub(super) struct Matcher {
    program: Arc<Program>,
    tracking: Arc<Tracking>,
    /// What is read from each instruction on.
    reads: Arc<Vec<u64>>,
    lists: RowLists,
    trails: Vec<(Trail, Mark)>,
    current: Vec<Thread>,
    next: Vec<Thread>,
    pending: Vec<(usize, Trail)>,
    /// When each instruction was reached last, where nothing is read from it on.
    reached: Vec<u64>,
    /// Which instructions were reached with what is read from them on.
    reached_with: HashSet<(usize, Vec<usize>)>,
    round: u64,
    partition: Range<usize>,
    start: usize,
    /// The first row that is not taken yet.
    position: usize,
    matched: Option<Trail>,
}

impl Matcher {
    pub(super) fn new(program: Arc<Program>, tracking: Arc<Tracking>) -> Matcher {
        let reads = program.reachable_reads(|variable| tracking.reads(variable));
        Matcher {
            reached: vec![0; program.instructions.len()],
            reads: Arc::new(reads),
            program,
            tracking,
            lists: RowLists::default(),
            trails: Vec::new(),
            current: Vec::new(),
            next: Vec::new(),
            pending: Vec::new(),
            reached_with: HashSet::new(),
            round: 0,
            partition: 0..0,
            start: 0,
            position: 0,
            matched: None,
        }
    }

    /// Begins to match a pattern from a row of a partition on.
    pub(super) fn begin(&mut self, partition: Range<usize>, start: usize) -> Result<()> {
        self.partition = partition;
        self.start = start;
        self.position = start;
        self.matched = None;
        self.lists.clear();
        self.trails.clear();
        self.current.clear();
        self.next.clear();
        let memory = Arc::new(self.tracking.start());
        self.round();
        self.schedule(0, Trail(0), &memory)?;
        std::mem::swap(&mut self.current, &mut self.next);
        Ok(())
    }

    /// Goes on by one row. Gives how many threads there were; none, once the match is decided.
    pub(super) fn step(&mut self, conditions: &mut impl Conditions) -> Result<usize> {
        let done = |program: &Program, thread: &Thread| {
            program.instructions.get(thread.instruction) == Some(&Instruction::Done)
        };
        if self.position >= self.partition.end {
            let last = self
                .current
                .iter()
                .find(|thread| done(&self.program, thread));
            if let Some(thread) = last {
                self.matched = Some(thread.trail);
            }
            self.current.clear();
            return Ok(0);
        }
        let count = self.current.len();
        let position = self.position;
        self.position += 1;
        self.round();
        let mut threads = std::mem::take(&mut self.current);
        for thread in threads.drain(..) {
            let variable = match self.program.instructions.get(thread.instruction) {
                Some(Instruction::Variable(variable)) => *variable,
                _ => {
                    // It is done, and all further threads are less preferred.
                    self.matched = Some(thread.trail);
                    break;
                }
            };
            let place = Place { position, variable };
            let candidate = Candidate {
                place,
                start: self.start,
                memory: &thread.memory,
                tracking: &self.tracking,
            };
            if !conditions.holds(&candidate, &mut self.lists)? {
                continue;
            }
            let memory = if self.tracking.is_empty() {
                thread.memory
            } else {
                Arc::new(
                    self.tracking
                        .appended(&thread.memory, place, &mut self.lists)?,
                )
            };
            let variable = u32::try_from(variable)
                .map_err(|_| QueryError::internal("a pattern has too many variables"))?;
            let trail = self.mark(thread.trail, Mark::Row(variable))?;
            self.schedule(thread.instruction + 1, trail, &memory)?;
        }
        self.current = std::mem::replace(&mut self.next, threads);
        if !self.tracking.is_empty() {
            let live: HashSet<ListId> = self
                .current
                .iter()
                .flat_map(|thread| self.tracking.remembered(&thread.memory))
                .copied()
                .collect();
            conditions.retain(&|list| live.contains(&list));
        }
        Ok(count)
    }

    /// The preferred match, once [`Matcher::step`] gave no threads.
    pub(super) fn matched(&self) -> Option<Match> {
        let mut trail = self.matched?;
        let mut variables = Vec::new();
        let mut ends = Vec::new();
        while let Some((before, mark)) = self.mark_at(trail) {
            match mark {
                Mark::Row(variable) => {
                    variables.push(usize::try_from(*variable).unwrap_or(usize::MAX));
                }
                // Places are counted from the end until the length is known.
                Mark::ExclusionStart => ends.push((true, variables.len())),
                Mark::ExclusionEnd => ends.push((false, variables.len())),
            }
            trail = *before;
        }
        variables.reverse();
        let length = variables.len();
        let mut exclusions: Vec<Range<usize>> = Vec::new();
        let mut open = 0_usize;
        let mut from = 0;
        for (starts, behind) in ends.into_iter().rev() {
            let place = length - behind;
            if starts {
                if open == 0 {
                    from = place;
                }
                open += 1;
            } else {
                open = open.saturating_sub(1);
                if open == 0 && place > from {
                    exclusions.push(from..place);
                }
            }
        }
        Some(Match {
            variables,
            exclusions,
        })
    }

    /// About how many bytes the machine takes.
    pub(super) fn size(&self) -> usize {
        let threads = self.current.capacity() + self.next.capacity();
        self.lists.size()
            + self.trails.capacity() * size_of::<(Trail, Mark)>()
            + threads * (size_of::<Thread>() + size_of::<Memory>())
            + self.reached.capacity() * size_of::<u64>()
            + self.reached_with.capacity() * size_of::<(usize, Vec<usize>)>()
    }

    fn round(&mut self) {
        self.round += 1;
        self.reached_with.clear();
    }

    fn mark(&mut self, trail: Trail, mark: Mark) -> Result<Trail> {
        let number = u32::try_from(self.trails.len() + 1).map_err(|_| {
            QueryError::new(
                ErrorCode::ExceededMemoryLimit,
                "a row pattern is matched against too many rows at once",
            )
        })?;
        self.trails.push((trail, mark));
        Ok(Trail(number))
    }

    fn mark_at(&self, trail: Trail) -> Option<&(Trail, Mark)> {
        let number = usize::try_from(trail.0).ok()?;
        self.trails.get(number.checked_sub(1)?)
    }

    /// Goes on to all instructions that take a row or end the match, the preferred ones first.
    fn schedule(&mut self, instruction: usize, trail: Trail, memory: &Arc<Memory>) -> Result<()> {
        self.pending.push((instruction, trail));
        while let Some((place, trail)) = self.pending.pop() {
            if !self.reach(place, memory) {
                continue;
            }
            let Some(instruction) = self.program.instructions.get(place) else {
                continue;
            };
            match *instruction {
                Instruction::PartitionStart => {
                    if self.position == self.partition.start {
                        self.pending.push((place + 1, trail));
                    }
                }
                Instruction::PartitionEnd => {
                    if self.position == self.partition.end {
                        self.pending.push((place + 1, trail));
                    }
                }
                Instruction::Jump(to) => self.pending.push((to, trail)),
                Instruction::Split(first, second) => {
                    self.pending.push((second, trail));
                    self.pending.push((first, trail));
                }
                Instruction::ExclusionStart => {
                    let trail = self.mark(trail, Mark::ExclusionStart)?;
                    self.pending.push((place + 1, trail));
                }
                Instruction::ExclusionEnd => {
                    let trail = self.mark(trail, Mark::ExclusionEnd)?;
                    self.pending.push((place + 1, trail));
                }
                Instruction::Variable(_) | Instruction::Done => {
                    if self.next.len() >= THREADS_MAX {
                        return Err(QueryError::new(
                            ErrorCode::ExceededMemoryLimit,
                            format!(
                                "the row pattern has more than {THREADS_MAX} partial matches at one row; let its definitions look at fewer of the rows before"
                            ),
                        ));
                    }
                    self.next.push(Thread {
                        instruction: place,
                        trail,
                        memory: Arc::clone(memory),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether no preferred thread came to the instruction with the same to read.
    fn reach(&mut self, instruction: usize, memory: &Memory) -> bool {
        let bits = self.reads.get(instruction).copied().unwrap_or(0);
        if bits == 0 {
            return match self.reached.get_mut(instruction) {
                Some(round) if *round == self.round => false,
                Some(round) => {
                    *round = self.round;
                    true
                }
                None => false,
            };
        }
        let seen = self.tracking.seen(bits, memory, &self.lists);
        self.reached_with.insert((instruction, seen))
    }
}

#[cfg(test)]
mod tests;
