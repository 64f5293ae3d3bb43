//! Numbers as Java prints them.

/// A double as Java's `%.17g` without trailing zeros: 17 digits suffice for every double, and no more are printed than tell it apart.
pub(super) fn seventeen_digits(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        return double(value);
    }
    if magnitude != 0.0 && !(1e-4..1e17).contains(&magnitude) {
        let shown = format!("{value:e}");
        let (digits, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{whole}.{fraction:0<16}e{sign}{exponent:0>2}");
    }
    format!("{value}")
}

/// A double as Java's `Double.toString`.
pub(super) fn double(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        format!("{value:?}")
    } else {
        let shown = format!("{value:E}");
        if shown.contains('.') {
            shown
        } else {
            shown.replacen('E', ".0E", 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{double, seventeen_digits};

    #[test]
    fn coordinates_have_no_trailing_zeros_unless_they_have_an_exponent() {
        assert_eq!(seventeen_digits(1.0), "1");
        assert_eq!(seventeen_digits(-0.1), "-0.1");
        assert_eq!(seventeen_digits(123_456_789_012_345.0), "123456789012345");
        assert_eq!(seventeen_digits(1e20), "1.0000000000000000e+20");
        assert_eq!(seventeen_digits(-2.5e-5), "-2.5000000000000000e-05");
    }

    #[test]
    fn doubles_have_exponents_from_ten_million_on() {
        assert_eq!(double(0.0), "0.0");
        assert_eq!(double(9_999_999.0), "9999999.0");
        assert_eq!(double(1e7), "1.0E7");
        assert_eq!(double(1.5e-4), "1.5E-4");
    }
}
