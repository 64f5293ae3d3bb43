//! `Group`: the conditions between two parentheses, gathered while they are read.

use crate::partition_predicate::PartitionPredicate;

/// What was read since the parenthesis opened.
#[derive(Default)]
pub(super) struct Group {
    /// Whether NOT stands in front of the parenthesis.
    pub is_negated: bool,
    /// Where the parenthesis is.
    pub position: usize,
    /// Finished operands of OR.
    alternatives: Vec<PartitionPredicate>,
    /// Operands of AND since the last OR.
    conjuncts: Vec<PartitionPredicate>,
}

impl Group {
    pub fn opened_at(position: usize, is_negated: bool) -> Self {
        Group {
            is_negated,
            position,
            ..Group::default()
        }
    }

    /// Adds an operand of AND. Nested ANDs become one, so that needless parentheses do not deepen the predicate.
    pub fn require(&mut self, condition: PartitionPredicate) {
        match condition {
            PartitionPredicate::And(parts) => self.conjuncts.extend(parts),
            other => self.conjuncts.push(other),
        }
    }

    /// Goes on after an OR.
    pub fn begin_alternative(&mut self) {
        match single_or(std::mem::take(&mut self.conjuncts), PartitionPredicate::And) {
            PartitionPredicate::Or(parts) => self.alternatives.extend(parts),
            other => self.alternatives.push(other),
        }
    }

    /// What the whole group says.
    pub fn finish(mut self) -> PartitionPredicate {
        self.begin_alternative();
        let predicate = single_or(self.alternatives, PartitionPredicate::Or);
        if self.is_negated {
            predicate.negated()
        } else {
            predicate
        }
    }
}

fn single_or(
    mut parts: Vec<PartitionPredicate>,
    joined: impl FnOnce(Vec<PartitionPredicate>) -> PartitionPredicate,
) -> PartitionPredicate {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            joined(parts)
        }
    }
}
