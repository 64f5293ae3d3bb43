//! What the fuzzed tests share: numbers that look random and are the same in every run.
#![allow(dead_code, reason = "each test uses its part")]

pub mod statement_tokens;
pub mod statements;

use std::ops::Range;

/// xorshift64*: the same mutations every time.
pub struct Numbers(u64);

impl Numbers {
    /// The sequence of a seed; seeds beside each other have sequences that are not alike.
    pub fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }

    pub fn range(&mut self, length: usize, longest: usize) -> Range<usize> {
        let from = self.below(length + 1);
        from..(from + self.below(longest)).min(length)
    }

    pub fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}
