//! Rounding of times to coarser units.

/// The nearest multiple of a step, the greater one halfway; the value itself where that is beyond 64 bits.
#[inline]
pub(crate) fn round_half_up(value: i64, step: i64) -> i64 {
    if step <= 1 {
        return value;
    }
    rounded_quotient(value, step)
        .checked_mul(step)
        .unwrap_or(value)
}

/// How many steps the nearest multiple of a step has, the greater one halfway.
#[inline]
pub(crate) fn rounded_quotient(value: i64, step: i64) -> i64 {
    let whole = value.div_euclid(step);
    whole + i64::from(value.rem_euclid(step) >= step - step / 2)
}

/// What Java's `Math.round` gives: the nearest integer, the greater one halfway; the bounds of 64 bits beyond them, and 0 for NaN.
pub(crate) fn round_double(value: f64) -> i64 {
    let floor = value.floor();
    let rounded = if value - floor >= 0.5 {
        floor + 1.0
    } else {
        floor
    };
    // `as` saturates and makes 0 of NaN, as Java does.
    rounded as i64
}

#[cfg(test)]
mod tests {
    use super::{round_double, round_half_up, rounded_quotient};

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(
            [499, 500, -500, -501].map(|value| rounded_quotient(value, 1_000)),
            [0, 1, 0, -1]
        );
        assert_eq!(round_half_up(1_500, 1_000), 2_000);
        assert_eq!(round_half_up(i64::MAX, 1_000), i64::MAX);
        assert_eq!(rounded_quotient(7, 1), 7);
    }

    #[test]
    fn doubles_are_rounded_as_java_does() {
        assert_eq!(round_double(0.499_999_999_999_999_94), 0);
        assert_eq!([-0.5, -1.5, 2.5].map(round_double), [0, -1, 3]);
        assert_eq!(
            [f64::NAN, f64::INFINITY, -1e300].map(round_double),
            [0, i64::MAX, i64::MIN]
        );
    }
}
