//! A row pattern as instructions of a small machine, whose threads are tried in the order of preference.

use super::pattern::{Pattern, Quantifier};
use crate::error::{ErrorCode, QueryError, Result};

/// How many instructions a pattern may become: repetitions and permutations are written out. A permutation of nine variables has as many.
const INSTRUCTIONS_MAX: usize = 1 << 22;

/// A step of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instruction {
    /// Takes a row as that variable.
    Variable(usize),
    /// Goes on if no row stands before.
    PartitionStart,
    /// Goes on if no row follows.
    PartitionEnd,
    /// Goes on at both places; the first is preferred.
    Split(usize, usize),
    /// Goes on elsewhere.
    Jump(usize),
    /// An exclusion begins.
    ExclusionStart,
    /// An exclusion ends.
    ExclusionEnd,
    /// The pattern is matched.
    Done,
}

/// What a pattern is compiled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
}

impl Program {
    /// Compiles a pattern.
    pub(super) fn compile(pattern: &Pattern) -> Result<Program> {
        let mut program = Program {
            instructions: Vec::new(),
        };
        program.pattern(pattern)?;
        program.push(Instruction::Done)?;
        Ok(program)
    }

    /// For each instruction what the variables read that may be tried from it on, where `reads` says it for each variable.
    pub(super) fn reachable_reads(&self, reads: impl Fn(usize) -> u64) -> Vec<u64> {
        let mut reached = vec![0_u64; self.instructions.len()];
        loop {
            let mut changed = false;
            for (place, instruction) in self.instructions.iter().enumerate().rev() {
                let at = |place: usize| reached.get(place).copied().unwrap_or(0);
                let now = match *instruction {
                    Instruction::Done => 0,
                    Instruction::Variable(variable) => reads(variable) | at(place + 1),
                    Instruction::Jump(to) => at(to),
                    Instruction::Split(first, second) => at(first) | at(second),
                    Instruction::PartitionStart
                    | Instruction::PartitionEnd
                    | Instruction::ExclusionStart
                    | Instruction::ExclusionEnd => at(place + 1),
                };
                if let Some(known) = reached.get_mut(place)
                    && *known != now
                {
                    *known = now;
                    changed = true;
                }
            }
            if !changed {
                return reached;
            }
        }
    }

    fn push(&mut self, instruction: Instruction) -> Result<usize> {
        if self.instructions.len() >= INSTRUCTIONS_MAX {
            return Err(QueryError::new(
                ErrorCode::NotSupported,
                format!(
                    "the row pattern is too large: written out, its repetitions and permutations have more than {INSTRUCTIONS_MAX} steps"
                ),
            ));
        }
        self.instructions.push(instruction);
        Ok(self.instructions.len() - 1)
    }

    fn set(&mut self, place: usize, instruction: Instruction) {
        if let Some(known) = self.instructions.get_mut(place) {
            *known = instruction;
        }
    }

    fn next(&self) -> usize {
        self.instructions.len()
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        match pattern {
            Pattern::Empty => Ok(()),
            Pattern::PartitionStart => self.push(Instruction::PartitionStart).map(drop),
            Pattern::PartitionEnd => self.push(Instruction::PartitionEnd).map(drop),
            Pattern::Variable(variable) => self.push(Instruction::Variable(*variable)).map(drop),
            Pattern::Concatenation(parts) => self.sequence(parts.iter()),
            Pattern::Alternation(parts) => {
                let mut ends = Vec::new();
                for (place, part) in parts.iter().enumerate() {
                    self.choice(place + 1 == parts.len(), &mut ends, |program| {
                        program.pattern(part)
                    })?;
                }
                self.join(&ends);
                Ok(())
            }
            Pattern::Permutation(parts) => {
                let mut ends = Vec::new();
                let mut order: Vec<usize> = (0..parts.len()).collect();
                loop {
                    let this = order.clone();
                    let more = next_permutation(&mut order);
                    self.choice(!more, &mut ends, |program| {
                        program.sequence(this.iter().filter_map(|place| parts.get(*place)))
                    })?;
                    if !more {
                        break;
                    }
                }
                self.join(&ends);
                Ok(())
            }
            Pattern::Exclusion(inner) => {
                self.push(Instruction::ExclusionStart)?;
                self.pattern(inner)?;
                self.push(Instruction::ExclusionEnd).map(drop)
            }
            Pattern::Quantified(inner, quantifier) => self.quantified(inner, *quantifier),
        }
    }

    fn sequence<'p>(&mut self, parts: impl Iterator<Item = &'p Pattern>) -> Result<()> {
        for part in parts {
            self.pattern(part)?;
        }
        Ok(())
    }

    /// One of several choices; all but the last can be left for the next.
    fn choice(
        &mut self,
        last: bool,
        ends: &mut Vec<usize>,
        body: impl FnOnce(&mut Program) -> Result<()>,
    ) -> Result<()> {
        if last {
            return body(self);
        }
        let split = self.push(Instruction::Jump(0))?;
        body(self)?;
        ends.push(self.push(Instruction::Jump(0))?);
        self.set(split, Instruction::Split(split + 1, self.next()));
        Ok(())
    }

    fn join(&mut self, ends: &[usize]) {
        for end in ends {
            self.set(*end, Instruction::Jump(self.next()));
        }
    }

    fn quantified(&mut self, inner: &Pattern, quantifier: Quantifier) -> Result<()> {
        let split = |body: usize, exit: usize| {
            if quantifier.greedy {
                Instruction::Split(body, exit)
            } else {
                Instruction::Split(exit, body)
            }
        };
        let mut start = self.next();
        for _ in 0..quantifier.at_least {
            start = self.next();
            self.pattern(inner)?;
            if self.next() == start {
                // A pattern of nothing is nothing, however often.
                return Ok(());
            }
        }
        let Some(at_most) = quantifier.at_most else {
            if quantifier.at_least > 0 {
                self.push(split(start, self.next() + 1))?;
                return Ok(());
            }
            let skip = self.push(Instruction::Jump(0))?;
            self.pattern(inner)?;
            self.push(split(skip + 1, self.next() + 1))?;
            self.set(skip, split(skip + 1, self.next()));
            return Ok(());
        };
        let mut skips = Vec::new();
        for _ in quantifier.at_least..at_most {
            let skip = self.push(Instruction::Jump(0))?;
            skips.push(skip);
            self.pattern(inner)?;
            if self.next() == skip + 1 {
                break;
            }
        }
        for skip in skips {
            self.set(skip, split(skip + 1, self.next()));
        }
        Ok(())
    }
}

/// The next order of these numbers in the dictionary's sense; `false` after the last.
fn next_permutation(order: &mut [usize]) -> bool {
    let Some(pivot) = order
        .windows(2)
        .rposition(|pair| pair.first() < pair.last())
    else {
        return false;
    };
    let value = order.get(pivot).copied();
    let Some(other) = order
        .iter()
        .rposition(|number| Some(*number) > value)
        .filter(|other| *other > pivot)
    else {
        return false;
    };
    order.swap(pivot, other);
    if let Some(rest) = order.get_mut(pivot + 1..) {
        rest.reverse();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(inner: Pattern, at_least: u32, at_most: Option<u32>) -> Pattern {
        Pattern::Quantified(
            Box::new(inner),
            Quantifier {
                at_least,
                at_most,
                greedy: true,
            },
        )
    }

    #[test]
    fn permutations_come_in_the_order_of_the_dictionary() {
        let mut order = vec![0, 1, 2];
        let mut all = vec![order.clone()];
        while next_permutation(&mut order) {
            all.push(order.clone());
        }
        assert_eq!(
            all,
            [
                [0, 1, 2],
                [0, 2, 1],
                [1, 0, 2],
                [1, 2, 0],
                [2, 0, 1],
                [2, 1, 0]
            ]
        );
        assert!(!next_permutation(&mut []));
    }

    #[test]
    fn repetitions_of_nothing_are_nothing() {
        let nothing = repeated(
            repeated(Pattern::Empty, 4_000_000_000, Some(4_000_000_000)),
            5,
            None,
        );
        assert_eq!(
            Program::compile(&nothing).unwrap().instructions,
            [Instruction::Done]
        );
    }

    #[test]
    fn what_grows_too_large_is_refused() {
        let many = repeated(Pattern::Variable(0), 1_000_000, Some(1_000_000));
        assert!(Program::compile(&many).is_ok());
        let all = repeated(many, 1_000_000, None);
        let error = Program::compile(&all).unwrap_err();
        assert!(error.message.contains("too large"), "{}", error.message);
        let permuted = Pattern::Permutation((0..12).map(Pattern::Variable).collect());
        assert!(Program::compile(&permuted).is_err());
    }
}
