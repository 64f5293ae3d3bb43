//! Brent's method: a root of a function between two bounds.
//!
//! R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4. The tolerances, and that the search starts from the
//! middle, are those of the solver that Trino uses, so that both stop at the same place.

/// How exact a root is in relation to itself.
const RELATIVE_ACCURACY: f64 = 1e-14;

/// Values up to this count as zero at the bounds and in the middle.
const VALUE_ACCURACY: f64 = 1e-15;

/// More steps than any function needs: bisection of doubles ends after about a thousand.
const STEPS_MAX: usize = 10_000;

/// A root between the bounds, as exact as is asked for; None if the function has the same sign at both.
pub(super) fn root(
    function: impl Fn(f64) -> f64,
    lower: f64,
    upper: f64,
    accuracy: f64,
) -> Option<f64> {
    let middle = 0.5 * (lower + upper);
    let at_middle = function(middle);
    if at_middle.abs() <= VALUE_ACCURACY {
        return Some(middle);
    }
    let at_lower = function(lower);
    if at_lower.abs() <= VALUE_ACCURACY {
        return Some(lower);
    }
    if at_middle * at_lower < 0.0 {
        return search(function, (lower, at_lower), (middle, at_middle), accuracy);
    }
    let at_upper = function(upper);
    if at_upper.abs() <= VALUE_ACCURACY {
        return Some(upper);
    }
    if at_middle * at_upper < 0.0 {
        return search(function, (middle, at_middle), (upper, at_upper), accuracy);
    }
    None
}

/// The search between points with values of different signs. Names are Brent's: b is the best point so far, a the one before, and the
/// root lies between b and c.
fn search(
    function: impl Fn(f64) -> f64,
    (mut a, mut at_a): (f64, f64),
    (mut b, mut at_b): (f64, f64),
    accuracy: f64,
) -> Option<f64> {
    let (mut c, mut at_c) = (a, at_a);
    let mut step = b - a;
    let mut step_before = step;
    for _ in 0..STEPS_MAX {
        if at_c.abs() < at_b.abs() {
            (a, b, c) = (b, c, b);
            (at_a, at_b, at_c) = (at_b, at_c, at_b);
        }
        let tolerance = 2.0 * RELATIVE_ACCURACY * b.abs() + accuracy;
        let to_middle = 0.5 * (c - b);
        if to_middle.abs() <= tolerance || at_b == 0.0 {
            return Some(b);
        }
        let interpolated = if step_before.abs() < tolerance || at_a.abs() <= at_b.abs() {
            None
        } else {
            let (numerator, denominator) = interpolation((a, at_a), (b, at_b), (c, at_c));
            let small_enough = numerator
                < 1.5 * to_middle * denominator - (tolerance * denominator).abs()
                && numerator < (0.5 * step_before * denominator).abs();
            small_enough.then(|| numerator / denominator)
        };
        match interpolated {
            Some(interpolated) => (step_before, step) = (step, interpolated),
            None => (step_before, step) = (to_middle, to_middle),
        }
        (a, at_a) = (b, at_b);
        b += if step.abs() > tolerance {
            step
        } else {
            tolerance.copysign(to_middle)
        };
        at_b = function(b);
        if (at_b > 0.0) == (at_c > 0.0) {
            (c, at_c) = (a, at_a);
            step = b - a;
            step_before = step;
        }
    }
    None
}

/// A step from b to the root of a curve through the points, as a fraction with a numerator that is not negative.
fn interpolation(
    (a, at_a): (f64, f64),
    (b, at_b): (f64, f64),
    (c, at_c): (f64, f64),
) -> (f64, f64) {
    let s = at_b / at_a;
    let to_middle = 0.5 * (c - b);
    let (numerator, denominator) = if a == c {
        // A line through two points.
        (2.0 * to_middle * s, 1.0 - s)
    } else {
        // A parabola, on its side, through three.
        let (q, r) = (at_a / at_c, at_b / at_c);
        (
            s * (2.0 * to_middle * q * (q - r) - (b - a) * (r - 1.0)),
            (q - 1.0) * (r - 1.0) * (s - 1.0),
        )
    };
    if numerator > 0.0 {
        (numerator, -denominator)
    } else {
        (-numerator, denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn roots_are_found_between_bounds() {
        let found = root(|x| x * x - 2.0, 0.0, 2.0, 1e-12).unwrap();
        assert!((found - std::f64::consts::SQRT_2).abs() < 1e-11, "{found}");
        let found = root(|x: f64| x.cos() - x, 0.0, 1.0, 1e-12).unwrap();
        assert!((found - 0.739_085_133_215_160_6).abs() < 1e-11, "{found}");
        // A function that interpolation does not help with.
        let found = root(|x| if x < 0.123 { -1.0 } else { 1.0 }, 0.0, 1.0, 1e-9).unwrap();
        assert!((found - 0.123).abs() < 1e-8, "{found}");
    }

    #[test]
    fn roots_at_the_bounds_are_found_at_once() {
        assert_eq!(root(|x| x, 0.0, 1.0, 1e-9), Some(0.0));
        assert_eq!(root(|x| x - 1.0, 0.0, 1.0, 1e-9), Some(1.0));
        assert_eq!(root(|x| x - 0.5, 0.0, 1.0, 1e-9), Some(0.5));
    }

    #[test]
    fn without_a_change_of_sign_there_is_no_root() {
        assert_eq!(root(|x| x + 1.0, 0.0, 1.0, 1e-9), None);
        assert_eq!(root(|_| f64::NAN, 0.0, 1.0, 1e-9), None);
    }
}
