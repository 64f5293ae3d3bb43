//! Rounding as Java's `Math.round` does it.

/// The nearest integer; a half is rounded up. What is out of range becomes the nearest bound, NaN zero.
pub(crate) fn round_half_up(value: f64) -> i64 {
    let below = value.floor();
    // The difference is exact, where adding a half to the value is not. A float cast saturates, as Java's does.
    let rounded = if value - below >= 0.5 {
        below + 1.0
    } else {
        below
    };
    rounded as i64
}

#[cfg(test)]
mod tests {
    use super::round_half_up;

    #[test]
    fn halves_go_up_and_nothing_is_lost() {
        for (value, rounded) in [
            (0.5, 1),
            (-0.5, 0),
            (-1.5, -1),
            (2.5, 3),
            (0.499_999_999_999_999_94, 0),
            (4_503_599_627_370_497.0, 4_503_599_627_370_497),
            (f64::NAN, 0),
            (1e300, i64::MAX),
            (f64::NEG_INFINITY, i64::MIN),
        ] {
            assert_eq!(round_half_up(value), rounded, "{value}");
        }
    }
}
