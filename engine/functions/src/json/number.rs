//! Numbers as Java and Jackson write them.

use std::fmt::Write;

/// The digits and the exponent of a finite number other than zero, `d.ddd` times ten to the exponent, as few digits as tell it apart.
struct Digits {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Digits {
    /// Of what Rust writes for `{:e}`: `-1.25e-7`.
    fn of(scientific: &str) -> Digits {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        Digits {
            negative: mantissa.starts_with('-'),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    /// Java's `toString`: plain from a thousandth up to ten millions, else with an exponent; always with a digit after the point.
    fn write_java(&self, output: &mut String) {
        if self.negative {
            output.push('-');
        }
        match self.exponent {
            -3..0 => {
                output.push_str("0.");
                output.extend((self.exponent + 1..0).map(|_| '0'));
                output.push_str(&self.digits);
            }
            0..7 => {
                let whole = usize::try_from(self.exponent + 1).unwrap_or(1);
                output.extend(
                    self.digits
                        .chars()
                        .chain(std::iter::repeat('0'))
                        .take(whole),
                );
                output.push('.');
                output.push_str(
                    self.digits
                        .get(whole..)
                        .filter(|rest| !rest.is_empty())
                        .unwrap_or("0"),
                );
            }
            _ => self.write_scientific(output),
        }
    }

    fn write_scientific(&self, output: &mut String) {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or(("0", ""));
        let rest = if rest.is_empty() { "0" } else { rest };
        output.push_str(first);
        output.push('.');
        output.push_str(rest);
        output.push('E');
        write_integer(i64::from(self.exponent), output);
    }
}

/// Appends an integer.
pub(super) fn write_integer(value: impl std::fmt::Display, output: &mut String) {
    // Writing to a string cannot fail.
    write!(output, "{value}").unwrap_or_default();
}

/// Appends a double as Java's `Double.toString` writes it.
pub(super) fn write_double(value: f64, output: &mut String) {
    match special(value) {
        Some(name) => output.push_str(name),
        None => Digits::of(&format!("{value:e}")).write_java(output),
    }
}

/// Appends a real as Java's `Float.toString` writes it.
pub(super) fn write_real(value: f32, output: &mut String) {
    match special(f64::from(value)) {
        Some(name) => output.push_str(name),
        None => Digits::of(&format!("{value:e}")).write_java(output),
    }
}

fn special(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else if value == 0.0 {
        Some(if value.is_sign_negative() {
            "-0.0"
        } else {
            "0.0"
        })
    } else {
        None
    }
}

/// A double as JSON: what JSON has no number for is a string.
pub(super) fn write_json_double(value: f64, output: &mut String) {
    quoted_unless_finite(value.is_finite(), output, |output| {
        write_double(value, output)
    });
}

/// A real as JSON.
pub(super) fn write_json_real(value: f32, output: &mut String) {
    quoted_unless_finite(value.is_finite(), output, |output| {
        write_real(value, output)
    });
}

fn quoted_unless_finite(finite: bool, output: &mut String, write: impl FnOnce(&mut String)) {
    let quote = if finite { "" } else { "\"" };
    output.push_str(quote);
    write(output);
    output.push_str(quote);
}

/// A double as `CAST(x AS varchar)` writes it: always with an exponent, and zero without a fraction.
pub(super) fn double_as_varchar(value: f64) -> String {
    as_varchar(value, || format!("{value:e}"))
}

/// A real as `CAST(x AS varchar)` writes it.
pub(super) fn real_as_varchar(value: f32) -> String {
    as_varchar(f64::from(value), || format!("{value:e}"))
}

fn as_varchar(value: f64, scientific: impl FnOnce() -> String) -> String {
    match special(value) {
        Some("0.0") => "0E0".to_owned(),
        Some("-0.0") => "-0E0".to_owned(),
        Some(name) => name.to_owned(),
        None => {
            let digits = Digits::of(&scientific());
            let mut output = String::new();
            if digits.negative {
                output.push('-');
            }
            digits.write_scientific(&mut output);
            output
        }
    }
}

/// Appends a decimal with all the digits of its scale.
pub(super) fn write_decimal(unscaled: i128, scale: u8, output: &mut String) {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    if unscaled < 0 {
        output.push('-');
    }
    let (whole, fraction) = digits
        .split_at_checked(digits.len() - scale)
        .unwrap_or((&digits, ""));
    output.push_str(whole);
    if !fraction.is_empty() {
        output.push('.');
        output.push_str(fraction);
    }
}

/// Appends a decimal as Java's `BigDecimal.toString` writes it: with an exponent if it would begin with more than six zeros.
pub(super) fn write_json_decimal(unscaled: i128, scale: u8, output: &mut String) {
    let digits = unscaled.unsigned_abs().to_string();
    let exponent = i64::try_from(digits.len()).unwrap_or(0) - 1 - i64::from(scale);
    if scale == 0 || exponent >= -6 {
        write_decimal(unscaled, scale, output);
        return;
    }
    if unscaled < 0 {
        output.push('-');
    }
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    output.push_str(first);
    if !rest.is_empty() {
        output.push('.');
        output.push_str(rest);
    }
    output.push('E');
    write_integer(exponent, output);
}

/// Whether a number's token is what Java would write for its double, as far as that shows without computing the double.
///
/// Up to 15 digits a double gives the same digits back, and the fewest that do are these, unless they end in zeros.
pub(super) fn is_plain_double(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    let Some((whole, fraction)) = digits.split_once('.') else {
        return false;
    };
    let in_range =
        whole.len() <= 7 && (whole != "0" || fraction == "0" || !fraction.starts_with("000"));
    in_range
        && whole.len() + fraction.len() <= 15
        && (fraction == "0" || !fraction.ends_with('0'))
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{
        double_as_varchar, is_plain_double, real_as_varchar, write_double, write_json_decimal,
        write_real,
    };

    fn double(value: f64) -> String {
        let mut output = String::new();
        write_double(value, &mut output);
        output
    }

    #[test]
    fn doubles_are_written_as_java_does() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (100.0, "100.0"),
            (0.001, "0.001"),
            (0.000_99, "9.9E-4"),
            (0.0125, "0.0125"),
            (9_999_999.0, "9999999.0"),
            (10_000_000.0, "1.0E7"),
            (1_234_567.891, "1234567.891"),
            (123_456_789.5, "1.234567895E8"),
            (-1.5e-300, "-1.5E-300"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double(value), text);
        }
        let mut output = String::new();
        write_real(0.1, &mut output);
        write_real(1.0e10, &mut output);
        assert_eq!(output, "0.11.0E10");
    }

    #[test]
    fn casts_to_varchar_always_have_an_exponent() {
        assert_eq!(double_as_varchar(0.0), "0E0");
        assert_eq!(double_as_varchar(-0.0), "-0E0");
        assert_eq!(double_as_varchar(128.9), "1.289E2");
        assert_eq!(double_as_varchar(-1.0), "-1.0E0");
        assert_eq!(double_as_varchar(f64::INFINITY), "Infinity");
        assert_eq!(real_as_varchar(0.1), "1.0E-1");
    }

    #[test]
    fn small_decimals_have_an_exponent_in_json() {
        for (unscaled, scale, text) in [
            (314, 2, "3.14"),
            (-5, 1, "-0.5"),
            (0, 2, "0.00"),
            (42, 0, "42"),
            (1, 6, "0.000001"),
            (1, 7, "1E-7"),
            (-123, 10, "-1.23E-8"),
            (0, 10, "0E-10"),
        ] {
            let mut output = String::new();
            write_json_decimal(unscaled, scale, &mut output);
            assert_eq!(output, text);
        }
    }

    #[test]
    fn plain_doubles_are_their_own_text() {
        let tokens = [
            "0.1",
            "-0.0",
            "12.5",
            "0.001",
            "0.0",
            "9999999.25",
            "123456.123456789",
            "1.10",
            "0.0001",
            "12345678.5",
            "1e5",
            "1",
            "0.1234567890123456",
            "0.000",
        ];
        for token in tokens {
            if is_plain_double(token) {
                assert_eq!(double(token.parse().unwrap()), token);
            }
        }
        assert!(
            ["0.1", "-0.0", "12.5", "0.001", "9999999.25"]
                .into_iter()
                .all(is_plain_double)
        );
        assert!(
            !["1.10", "0.0001", "1e5", "12345678.5", "1.5e3"]
                .into_iter()
                .any(is_plain_double)
        );
    }
}
