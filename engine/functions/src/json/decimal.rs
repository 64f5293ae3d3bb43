//! Decimals: read from text with rounding, and Trino's arithmetic over them.

use std::cmp::Ordering;

use arrow::datatypes::i256;

use super::number::write_decimal;
use crate::types::DECIMAL_PRECISION_MAX;

/// A decimal with its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) unscaled: i128,
    pub(super) precision: u8,
    pub(super) scale: u8,
}

/// Why a text gives no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecimalFailure {
    /// The text is no number.
    NotANumber,
    /// The number has more digits than the type.
    TooLarge,
}

/// The operations that keep decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecimalOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulus,
}

impl Decimal {
    /// A decimal written in a path, whose type is what its digits need.
    pub(super) fn literal(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.trim_start_matches(['-', '0']).len() + fraction.len();
        let precision = u8::try_from(digits.max(1)).ok()?;
        let scale = u8::try_from(fraction.len()).ok()?;
        let unscaled = read_decimal(text, precision.min(DECIMAL_PRECISION_MAX), scale).ok()?;
        (precision <= DECIMAL_PRECISION_MAX).then_some(Decimal {
            unscaled,
            precision,
            scale,
        })
    }

    /// The nearest double.
    pub(super) fn to_double(self) -> f64 {
        // Not by division, which would round twice.
        self.text().parse().unwrap_or(f64::NAN)
    }

    /// All its digits.
    pub(super) fn text(self) -> String {
        let mut text = String::new();
        write_decimal(self.unscaled, self.scale, &mut text);
        text
    }

    /// The nearest integer; halves are rounded away from zero.
    pub(super) fn rounded(self) -> i128 {
        let unit = power_of_ten(self.scale);
        let remainder = self.unscaled % unit;
        let away = remainder.unsigned_abs() * 2 >= unit.unsigned_abs();
        self.unscaled / unit + if away { remainder.signum() } else { 0 }
    }

    /// The greatest integer that is not greater, as a decimal.
    pub(super) fn floor(self) -> Decimal {
        self.whole(self.unscaled.div_euclid(power_of_ten(self.scale)))
    }

    /// The least integer that is not less, as a decimal.
    pub(super) fn ceiling(self) -> Decimal {
        let unit = power_of_ten(self.scale);
        let up = i128::from(self.unscaled.rem_euclid(unit) != 0);
        self.whole(self.unscaled.div_euclid(unit) + up)
    }

    /// A whole number of the type that `floor` and `ceiling` have.
    fn whole(self, unscaled: i128) -> Decimal {
        Decimal {
            unscaled,
            precision: (self.precision - self.scale + self.scale.min(1)).max(1),
            scale: 0,
        }
    }

    /// How two decimals compare.
    pub(super) fn compare(self, other: Decimal) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        Some(self.scaled_to(scale)?.cmp(&other.scaled_to(scale)?))
    }

    /// The unscaled value at a scale that is not less than its own.
    fn scaled_to(self, scale: u8) -> Option<i256> {
        i256::from_i128(self.unscaled).checked_mul(wide_power_of_ten(scale - self.scale)?)
    }

    /// The result with Trino's type for it. Nothing if it overflows, or the divisor is zero.
    pub(super) fn calculate(self, operator: DecimalOperator, other: Decimal) -> Option<Decimal> {
        let (left_precision, left_scale) = (i16::from(self.precision), i16::from(self.scale));
        let (right_precision, right_scale) = (i16::from(other.precision), i16::from(other.scale));
        let wider = self.scale.max(other.scale);
        let whole_digits = (left_precision - left_scale).max(right_precision - right_scale);
        let both = || Some((self.scaled_to(wider)?, other.scaled_to(wider)?));
        let (unscaled, precision, scale) = match operator {
            DecimalOperator::Add | DecimalOperator::Subtract => {
                let (left, right) = both()?;
                let result = match operator {
                    DecimalOperator::Add => left.checked_add(right),
                    _ => left.checked_sub(right),
                };
                (result?, 1 + i16::from(wider) + whole_digits, wider)
            }
            DecimalOperator::Multiply => {
                let result =
                    i256::from_i128(self.unscaled).checked_mul(i256::from_i128(other.unscaled));
                (
                    result?,
                    left_precision + right_precision,
                    self.scale.checked_add(other.scale)?,
                )
            }
            DecimalOperator::Divide => {
                let raised = u8::try_from(i16::from(wider) + right_scale - left_scale).ok()?;
                let dividend =
                    i256::from_i128(self.unscaled).checked_mul(wide_power_of_ten(raised)?)?;
                let precision = left_precision + right_scale + (right_scale - left_scale).max(0);
                (
                    divide_half_up(dividend, i256::from_i128(other.unscaled))?,
                    precision,
                    wider,
                )
            }
            DecimalOperator::Modulus => {
                let (left, right) = both()?;
                let precision = i16::from(wider)
                    + (left_precision - left_scale).min(right_precision - right_scale);
                (left.checked_rem(right)?, precision, wider)
            }
        };
        let limit = wide_power_of_ten(DECIMAL_PRECISION_MAX)?;
        if scale > DECIMAL_PRECISION_MAX || unscaled >= limit || unscaled <= -limit {
            return None;
        }
        let precision = precision.clamp(1, i16::from(DECIMAL_PRECISION_MAX));
        Some(Decimal {
            unscaled: unscaled.to_i128()?,
            precision: u8::try_from(precision).ok()?,
            scale,
        })
    }
}

fn divide_half_up(dividend: i256, divisor: i256) -> Option<i256> {
    let quotient = dividend.checked_div(divisor)?;
    let remainder = dividend.checked_rem(divisor)?;
    let doubled = remainder.checked_mul(i256::from_i128(2))?;
    if doubled.wrapping_abs() < divisor.wrapping_abs() {
        return Some(quotient);
    }
    let negative = dividend.is_negative() != divisor.is_negative();
    quotient.checked_add(i256::from_i128(if negative { -1 } else { 1 }))
}

/// Ten to the power of a scale, none of which is greater than 38.
pub(super) fn power_of_ten(exponent: u8) -> i128 {
    10_i128
        .checked_pow(u32::from(exponent))
        .unwrap_or(i128::MAX)
}

fn wide_power_of_ten(exponent: u8) -> Option<i256> {
    i256::from_i128(10).checked_pow(u32::from(exponent))
}

/// Reads a number as Java's `BigDecimal` does, rounds it half up to the scale, and checks its digits.
pub(super) fn read_decimal(text: &str, precision: u8, scale: u8) -> Result<i128, DecimalFailure> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(DecimalFailure::NotANumber);
            }
            // Beyond this nothing but zeros or an overflow is left anyway.
            let bound = if exponent.starts_with('-') {
                -1_000_000
            } else {
                1_000_000
            };
            (
                mantissa,
                exponent
                    .parse::<i64>()
                    .unwrap_or(bound)
                    .clamp(-1_000_000, 1_000_000),
            )
        }
        None => (text, 0),
    };
    let negative = mantissa.starts_with('-');
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalFailure::NotANumber);
    }
    // How many digits, with zeros behind, the value has at the scale.
    let length = i64::try_from(whole.len()).unwrap_or(i64::MAX);
    let wanted = length
        .saturating_add(exponent)
        .saturating_add(i64::from(scale));
    let mut unscaled = 0_i128;
    let mut round_up = false;
    for (place, digit) in (0_i64..).zip(digits()) {
        if place >= wanted {
            round_up = place == wanted && digit >= b'5';
            break;
        }
        unscaled = unscaled
            .checked_mul(10)
            .and_then(|value| value.checked_add(i128::from(digit - b'0')))
            .ok_or(DecimalFailure::TooLarge)?;
    }
    let given = i64::try_from(digits().count()).unwrap_or(i64::MAX);
    if unscaled != 0 && wanted > given {
        let raised = u32::try_from(wanted - given)
            .ok()
            .and_then(|power| 10_i128.checked_pow(power));
        unscaled = raised
            .and_then(|raised| unscaled.checked_mul(raised))
            .ok_or(DecimalFailure::TooLarge)?;
    }
    unscaled = unscaled.saturating_add(i128::from(round_up));
    if unscaled >= power_of_ten(precision) {
        return Err(DecimalFailure::TooLarge);
    }
    Ok(if negative { -unscaled } else { unscaled })
}

#[cfg(test)]
mod tests {
    use super::{Decimal, DecimalFailure, DecimalOperator, read_decimal};

    #[test]
    fn texts_are_rounded_half_up() {
        for (text, value) in [
            ("128", 128_000),
            ("-1.2345", -1_235),
            ("1.2344999", 1_234),
            ("0.0005", 1),
            ("0.00049", 0),
            (".5", 500),
            ("5.", 5_000),
            ("+1e2", 100_000),
            ("12.5E-3", 13),
            ("1e-999999999999", 0),
            ("0e999999999999", 0),
            ("0005e-4", 1),
            ("4e-4", 0),
            ("9e-5", 0),
        ] {
            assert_eq!(read_decimal(text, 10, 3), Ok(value), "{text}");
        }
        for text in [
            "", "-", ".", "1e", "1x", " 1", "1 ", "NaN", "1.2.3", "e5", "+-1",
        ] {
            assert_eq!(
                read_decimal(text, 10, 3),
                Err(DecimalFailure::NotANumber),
                "{text}"
            );
        }
        for text in [
            "12345678",
            "9999999.9996",
            "1e99",
            "1e999999999999",
            &"9".repeat(50),
        ] {
            assert_eq!(
                read_decimal(text, 10, 3),
                Err(DecimalFailure::TooLarge),
                "{text}"
            );
        }
        assert_eq!(
            read_decimal(&"9".repeat(38), 38, 0),
            Ok(10_i128.pow(38) - 1)
        );
    }

    #[track_caller]
    fn assert_calculated(
        left: &str,
        operator: DecimalOperator,
        right: &str,
        result: Option<(&str, u8, u8)>,
    ) {
        let found = Decimal::literal(left)
            .unwrap()
            .calculate(operator, Decimal::literal(right).unwrap());
        let found = found.map(|found| (found.text(), found.precision, found.scale));
        assert_eq!(
            found,
            result.map(|(text, precision, scale)| (text.to_owned(), precision, scale))
        );
    }

    #[test]
    fn results_have_trinos_types() {
        assert_calculated("1.5", DecimalOperator::Add, "10.25", Some(("11.75", 5, 2)));
        assert_calculated(
            "1.5",
            DecimalOperator::Subtract,
            "2.5",
            Some(("-1.0", 3, 1)),
        );
        assert_calculated(
            "1.5",
            DecimalOperator::Multiply,
            "-1.5",
            Some(("-2.25", 4, 2)),
        );
        assert_calculated("1.0", DecimalOperator::Divide, "3", Some(("0.3", 2, 1)));
        assert_calculated("2", DecimalOperator::Divide, "3", Some(("1", 1, 0)));
        assert_calculated("-5.5", DecimalOperator::Modulus, "2", Some(("-1.5", 2, 1)));
        assert_calculated("1", DecimalOperator::Divide, "0", None);
        assert_calculated("1", DecimalOperator::Modulus, "0.0", None);
        assert_calculated(&"9".repeat(38), DecimalOperator::Add, "1", None);
        assert_calculated(
            &"9".repeat(38),
            DecimalOperator::Multiply,
            &"9".repeat(38),
            None,
        );
    }

    #[test]
    fn decimals_are_rounded_to_integers() {
        for (text, floor, ceiling, rounded) in [
            ("-1.5", "-2", "-1", -2),
            ("1.3", "1", "2", 1),
            ("2.0", "2", "2", 2),
            ("0.5", "0", "1", 1),
        ] {
            let decimal = Decimal::literal(text).unwrap();
            assert_eq!(
                (
                    decimal.floor().text(),
                    decimal.ceiling().text(),
                    decimal.rounded()
                ),
                (floor.to_owned(), ceiling.to_owned(), rounded)
            );
        }
        assert!(Decimal::literal(&"9".repeat(39)).is_none());
        assert_eq!(
            Decimal::literal("0.10").map(|found| (found.precision, found.scale)),
            Some((2, 2))
        );
    }
}
