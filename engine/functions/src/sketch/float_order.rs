//! Doubles and reals as integers of the same order, as a quantile digest takes them.

/// A double as an integer of the same order.
pub(crate) fn double_to_sortable(value: f64) -> i64 {
    // All NaNs are one value, as Java's `doubleToLongBits` has it.
    let value = if value.is_nan() { f64::NAN } else { value };
    flipped(value.to_bits().cast_signed())
}

/// The double of such an integer.
pub(crate) fn sortable_to_double(value: i64) -> f64 {
    f64::from_bits(flipped(value).cast_unsigned())
}

/// A real as an integer of the same order.
pub(crate) fn real_to_sortable(value: f32) -> i64 {
    let value = if value.is_nan() { f32::NAN } else { value };
    let bits = value.to_bits().cast_signed();
    i64::from(bits ^ ((bits >> 31) & i32::MAX))
}

/// The real of such an integer.
pub(crate) fn sortable_to_real(value: i64) -> f32 {
    // Java narrows the same way: reals are stored in the lower 32 bits.
    let bits = value as i32;
    f32::from_bits((bits ^ ((bits >> 31) & i32::MAX)).cast_unsigned())
}

fn flipped(bits: i64) -> i64 {
    bits ^ ((bits >> 63) & i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{double_to_sortable, real_to_sortable, sortable_to_double, sortable_to_real};

    #[test]
    fn floating_point_keeps_its_order() {
        let doubles = [
            f64::NEG_INFINITY,
            -1.5,
            -0.0,
            0.0,
            2.5,
            f64::INFINITY,
            f64::NAN,
        ];
        assert!(doubles.map(double_to_sortable).is_sorted());
        let reals = [
            f32::NEG_INFINITY,
            -1.5,
            -0.0,
            0.0,
            2.5,
            f32::INFINITY,
            f32::NAN,
        ];
        assert!(reals.map(real_to_sortable).is_sorted());
        for (double, real) in doubles.iter().zip(reals).take(6) {
            assert_eq!(sortable_to_double(double_to_sortable(*double)), *double);
            assert_eq!(sortable_to_real(real_to_sortable(real)), real);
        }
    }
}
