//! Comparison of values: `greatest` and `least`. Predicates such as BETWEEN and LIKE have a syntax of their own, and are the analyzer's.

mod extreme;
mod order;
#[cfg(test)]
mod tests;

pub(crate) use extreme::definitions;
