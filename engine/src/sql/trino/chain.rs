//! Chains of an operator whose operands may be put together in any order: AND, OR and UNION. Long ones become balanced trees, which
//! mean the same and are not high.

/// Chains with more operators are balanced; shorter ones look as they were written.
const CHAIN_OPERATORS_MAX: usize = 32;

/// The operands in their order as one tree.
pub(super) fn chained<T>(first: T, mut rest: Vec<T>, join: &impl Fn(T, T) -> T) -> T {
    if rest.len() > CHAIN_OPERATORS_MAX {
        let mut right = rest.split_off(rest.len() / 2).into_iter();
        if let Some(head) = right.next() {
            let left = chained(first, rest, join);
            return join(left, chained(head, right.collect(), join));
        }
    }
    rest.into_iter().fold(first, join)
}

/// By how much a chain of so many operators is higher than its operands.
pub(super) fn chain_levels(mut operators: usize) -> usize {
    let mut levels = 0;
    while operators > CHAIN_OPERATORS_MAX {
        operators = operators.div_ceil(2);
        levels += 1;
    }
    levels + operators
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_keep_their_order_and_heights_are_told() {
        for operators in [0, 1, 32, 33, 100, 1_000] {
            let operands = (1..=operators).map(|n| (vec![n], 0)).collect();
            let (order, height) = chained((vec![0], 0), operands, &|left, right| {
                ([left.0, right.0].concat(), 1 + left.1.max(right.1))
            });
            assert_eq!(order, (0..=operators).collect::<Vec<_>>());
            assert!(height <= chain_levels(operators), "{operators}: {height}");
        }
        assert!(chain_levels(20_000) < 60);
    }
}
