//! The error function, its inverse, and the regularized incomplete Beta function.
//!
//! They are computed by the series and continued fractions that Trino's results come from, with the same bounds of precision, for results
//! are compared to the last digit.

/// The relative precision of the incomplete gamma function, and so of the error function.
const GAMMA_PRECISION: f64 = 1e-15;

/// The relative precision of the incomplete Beta function.
const BETA_PRECISION: f64 = 1e-14;

/// Terms after which a series or fraction that has not converged is given up. Fractions need about as many as the root of the greatest
/// parameter.
const TERMS_MAX: u32 = 1_000_000;

/// Stands for zero where fractions would divide by it.
const TINY: f64 = 1e-50;

/// Where the error function is 1 in all digits of a double.
const ERF_SATURATED: f64 = 40.0;

/// The logarithm of the gamma function of 1/2, which is that of the root of pi.
const LN_GAMMA_OF_HALF: f64 = 0.572_364_942_924_700_1;

/// From here on the remainder of Stirling's formula is computed by its series.
const STIRLING_FROM: f64 = 10.0;

/// Up to here quotients by a parameter are multiplied; by a greater one the product might vanish.
const PRODUCT_UP_TO: f64 = 1000.0;

/// The error function.
pub(super) fn erf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.abs() > ERF_SATURATED {
        return 1.0_f64.copysign(x);
    }
    let magnitude = regularized_gamma_of_half(x * x);
    if x < 0.0 { -magnitude } else { magnitude }
}

/// The regularized lower incomplete gamma function of 1/2.
fn regularized_gamma_of_half(x: f64) -> f64 {
    const A: f64 = 0.5;
    if x == 0.0 {
        return 0.0;
    }
    let front = (-x + A * x.ln() - LN_GAMMA_OF_HALF).exp();
    if x >= A + 1.0 {
        let fraction =
            continued_fraction(|n| 2.0 * n + 1.0 - A + x, |n| n * (A - n), GAMMA_PRECISION);
        return 1.0 - 1.0 / fraction * front;
    }
    let mut term = 1.0 / A;
    let mut sum = term;
    let mut n = 0.0;
    while (term / sum).abs() > GAMMA_PRECISION {
        n += 1.0;
        term *= x / (A + n);
        sum += term;
    }
    front * sum
}

/// The inverse of the error function, by the polynomials of M. Giles, Approximating the erfinv function, GPU Computing Gems (2011).
pub(super) fn erf_inverse(x: f64) -> f64 {
    let w = -((1.0 - x) * (1.0 + x)).ln();
    let p = if w < 6.25 {
        polynomial(&ERF_INVERSE_CENTRE, w - 3.125)
    } else if w < 16.0 {
        polynomial(&ERF_INVERSE_FLANK, w.sqrt() - 3.25)
    } else if w.is_finite() {
        polynomial(&ERF_INVERSE_TAIL, w.sqrt() - 5.0)
    } else {
        f64::INFINITY
    };
    p * x
}

/// A polynomial by Horner's rule, its highest coefficient first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients
        .iter()
        .fold(0.0, |sum, coefficient| coefficient + sum * x)
}

#[expect(clippy::excessive_precision, reason = "the digits are those published")]
const ERF_INVERSE_CENTRE: [f64; 23] = [
    -3.6444120640178196996e-21,
    -1.685059138182016589e-19,
    1.2858480715256400167e-18,
    1.115787767802518096e-17,
    -1.333171662854620906e-16,
    2.0972767875968561637e-17,
    6.6376381343583238325e-15,
    -4.0545662729752068639e-14,
    -8.1519341976054721522e-14,
    2.6335093153082322977e-12,
    -1.2975133253453532498e-11,
    -5.4154120542946279317e-11,
    1.051212273321532285e-09,
    -4.1126339803469836976e-09,
    -2.9070369957882005086e-08,
    4.2347877827932403518e-07,
    -1.3654692000834678645e-06,
    -1.3882523362786468719e-05,
    0.0001867342080340571352,
    -0.00074070253416626697512,
    -0.0060336708714301490533,
    0.24015818242558961693,
    1.6536545626831027356,
];

#[expect(clippy::excessive_precision, reason = "the digits are those published")]
const ERF_INVERSE_FLANK: [f64; 19] = [
    2.2137376921775787049e-09,
    9.0756561938885390979e-08,
    -2.7517406297064545428e-07,
    1.8239629214389227755e-08,
    1.5027403968909827627e-06,
    -4.013867526981545969e-06,
    2.9234449089955446044e-06,
    1.2475304481671778723e-05,
    -4.7318229009055733981e-05,
    6.8284851459573175448e-05,
    2.4031110387097893999e-05,
    -0.0003550375203628474796,
    0.00095328937973738049703,
    -0.0016882755560235047313,
    0.0024914420961078508066,
    -0.0037512085075692412107,
    0.005370914553590063617,
    1.0052589676941592334,
    3.0838856104922207635,
];

#[expect(clippy::excessive_precision, reason = "the digits are those published")]
const ERF_INVERSE_TAIL: [f64; 17] = [
    -2.7109920616438573243e-11,
    -2.5556418169965252055e-10,
    1.5076572693500548083e-09,
    -3.7894654401267369937e-09,
    7.6157012080783393804e-09,
    -1.4960026627149240478e-08,
    2.9147953450901080826e-08,
    -6.7711997758452339498e-08,
    2.2900482228026654717e-07,
    -9.9298272942317002539e-07,
    4.5260625972231537039e-06,
    -1.9681778105531670567e-05,
    7.5995277030017761139e-05,
    -0.00021503011930044477347,
    -0.00013871931833623122026,
    1.0103004648645343977,
    4.8499064014085844221,
];

/// The regularized incomplete Beta function, for x between 0 and 1 and positive parameters.
pub(super) fn regularized_beta(x: f64, a: f64, b: f64) -> f64 {
    // The fraction converges fast below the mean; above it, the symmetric one does.
    if x > (a + 1.0) / (2.0 + b + a) && 1.0 - x <= (b + 1.0) / (2.0 + b + a) {
        return 1.0 - regularized_beta(1.0 - x, b, a);
    }
    let fraction = continued_fraction(
        |_| 1.0,
        |n| {
            let m = (n / 2.0).floor();
            if n % 2.0 == 0.0 {
                (m * (b - m) * x) / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
            } else {
                -((a + m) * (a + b + m) * x) / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
            }
        },
        BETA_PRECISION,
    );
    (a * x.ln() + b * (-x).ln_1p() - a.ln() - ln_beta(a, b)).exp() * 1.0 / fraction
}

/// The logarithm of the Beta function, after A. R. DiDonato and A. H. Morris, Algorithm 708, ACM Transactions on Mathematical Software 18
/// (1992). Logarithms of gamma functions nearly cancel out, so parameters are made small first, and of great ones only the difference is
/// computed.
fn ln_beta(p: f64, q: f64) -> f64 {
    let (a, b) = (p.min(q), p.max(q));
    if a >= STIRLING_FROM {
        return ln_beta_of_great(a, b);
    }
    if a < 1.0 && b < STIRLING_FROM {
        return (libm::tgamma(a) * libm::tgamma(b) / libm::tgamma(a + b)).ln();
    }
    let (a, ln_of_steps) = if b > PRODUCT_UP_TO {
        let (reduced, product) = reduced(a, |a| a / (1.0 + a / b));
        (reduced, product.ln() - (a - reduced) * b.ln())
    } else {
        let (reduced, product) = reduced(a, |a| {
            let ratio = a / b;
            ratio / (1.0 + ratio)
        });
        (reduced, product.ln())
    };
    if b >= STIRLING_FROM {
        return ln_of_steps + libm::lgamma(a) + ln_gamma_quotient(a, b);
    }
    let (b, product) = reduced(b, |b| b / (a + b));
    ln_of_steps + product.ln() + (libm::lgamma(a) + (libm::lgamma(b) - libm::lgamma(a + b)))
}

/// Takes ones off a parameter until it is at most 2, and multiplies a factor for each.
fn reduced(mut parameter: f64, factor: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut product = 1.0;
    while parameter > 2.0 {
        parameter -= 1.0;
        product *= factor(parameter);
    }
    (parameter, product)
}

/// The logarithm of the Beta function of parameters of 10 and more.
fn ln_beta_of_great(a: f64, b: f64) -> f64 {
    let ratio = a / b;
    let rest = stirling_remainder(a) + stirling_remainder(b) - stirling_remainder(a + b);
    let half_ln_two_pi = 0.5 * std::f64::consts::TAU.ln();
    let u = -(a - 0.5) * (ratio / (1.0 + ratio)).ln();
    let v = b * ratio.ln_1p();
    -0.5 * b.ln() + half_ln_two_pi + rest - u.min(v) - u.max(v)
}

/// The logarithm of Γ(b) / Γ(a + b) for b of 10 and more.
fn ln_gamma_quotient(a: f64, b: f64) -> f64 {
    let rest = stirling_remainder(b) - stirling_remainder(a + b);
    let u = (b + (a - 0.5)) * (a / b).ln_1p();
    let v = a * (b.ln() - 1.0);
    rest - u.min(v) - u.max(v)
}

/// What Stirling's formula lacks of the logarithm of the gamma function, for arguments of 10 and more.
fn stirling_remainder(x: f64) -> f64 {
    let inverse_square = 1.0 / (x * x);
    let series = [
        1.0 / 156.0,
        -691.0 / 360_360.0,
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ];
    polynomial(&series, inverse_square) / x
}

/// The value of `a(0) + b(1) / (a(1) + b(2) / (a(2) + …))` by Lentz's method as Thompson and Barnett modified it; NaN if it does not
/// converge.
fn continued_fraction(a: impl Fn(f64) -> f64, b: impl Fn(f64) -> f64, precision: f64) -> f64 {
    let not_zero = |value: f64| if value.abs() <= TINY { TINY } else { value };
    let mut value = not_zero(a(0.0));
    let (mut c, mut d) = (value, 0.0);
    for n in 1..TERMS_MAX {
        let n = f64::from(n);
        let (numerator, denominator) = (b(n), a(n));
        d = 1.0 / not_zero(denominator + numerator * d);
        c = not_zero(denominator + numerator / c);
        let change = c * d;
        value *= change;
        if !value.is_finite() {
            return f64::NAN;
        }
        if (change - 1.0).abs() < precision {
            return value;
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::{erf, erf_inverse, ln_beta, regularized_beta};

    #[track_caller]
    fn assert_near(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found} {expected}"
        );
    }

    #[test]
    fn the_error_function_is_the_known_one() {
        for place in -400..=400 {
            let x = f64::from(place) / 50.0;
            assert_near(erf(x), libm::erf(x), 1e-13);
        }
        assert_eq!(erf(1e9), 1.0);
        assert_eq!(erf(f64::NEG_INFINITY), -1.0);
    }

    #[test]
    fn the_inverse_gives_back_the_argument() {
        for place in -53..=53 {
            let x = f64::from(place) / 20.0;
            assert_near(erf_inverse(libm::erf(x)), x, 1e-12);
        }
        assert_eq!(erf_inverse(-1.0), f64::NEG_INFINITY);
        // In the tail, where one minus the argument has few digits left.
        assert_near(
            erf_inverse(1.0 - 2.0_f64.powi(-40)),
            5.051_254_085_249_39,
            1e-14,
        );
    }

    #[test]
    fn the_beta_functions_logarithm_is_continuous_over_its_formulas() {
        // B(a, b) = (a - 1)! (b - 1)! / (a + b - 1)!
        assert_near(ln_beta(3.0, 4.0), (1.0_f64 / 60.0).ln(), 1e-14);
        assert_near(
            ln_beta(4.0, 1001.0),
            (6.0_f64 / 1001.0 / 1002.0 / 1003.0 / 1004.0).ln(),
            1e-14,
        );
        assert_near(ln_beta(0.5, 0.5), std::f64::consts::PI.ln(), 1e-14);
        assert_near(ln_beta(2.0, 20.0), (1.0_f64 / 420.0).ln(), 1e-14);
        assert_near(ln_beta(1.0, 1e9), -(1e9_f64).ln(), 1e-14);
        // B(10, 11) = 9! 10! / 20!
        assert_near(ln_beta(11.0, 10.0), (1.0_f64 / 1_847_560.0).ln(), 1e-14);
        for b in [10.0, 10.5, 80.0, 1e6] {
            assert_near(ln_beta(10.0, b), ln_beta(10.0 - 1e-13, b), 1e-12);
        }
    }

    #[test]
    fn the_incomplete_beta_function_is_a_polynomial_for_integers() {
        for x in [0.01, 0.3, 0.5, 0.77, 0.99] {
            assert_near(regularized_beta(x, 1.0, 1.0), x, 1e-13);
            assert_near(
                regularized_beta(x, 2.0, 2.0),
                x * x * (3.0 - 2.0 * x),
                1e-13,
            );
            assert_near(
                regularized_beta(x, 1.0, 30.0),
                1.0 - (1.0_f64 - x).powi(30),
                1e-13,
            );
        }
        assert!(regularized_beta(0.5, f64::INFINITY, 1.0).is_nan());
    }
}
