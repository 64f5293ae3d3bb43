//! Single values as those of SQL's types, by the rules of Trino's casts.

use std::borrow::Cow;

use crate::json::decimal::{Decimal, DecimalFailure, power_of_ten, read_decimal};
use crate::json::number::{double_as_varchar, real_as_varchar, write_double};

/// A value that is no array, no object and no null: of a JSON text or of an SQL/JSON path.
#[derive(Debug, Clone)]
pub(in crate::json) enum Scalar<'a> {
    Boolean(bool),
    /// An integer's digits, however many.
    Integer(Cow<'a, str>),
    /// The text of a number with a fraction or an exponent, which is a double.
    Float(Cow<'a, str>),
    Real(f32),
    Decimal(Decimal),
    Text(Cow<'a, str>),
}

/// Why a value cannot be cast. What of it clients see depends on the target's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::json) enum Failure {
    /// JSON of another form than the type needs.
    Form(String),
    /// A value that the type cannot take.
    Value(String),
    /// A number beyond the type's range.
    Range(String),
    /// A text that is longer than the type's.
    TooLong,
    /// Something that Trino has no words of its own for.
    Other,
}

/// The least double that is greater than every `bigint`.
const BIGINT_BOUND: f64 = 9_223_372_036_854_775_808.0;

/// An integer type, as errors name it.
pub(super) struct IntegerName {
    /// In errors about texts.
    pub(super) of_text: &'static str,
    /// In errors about doubles.
    pub(super) of_double: &'static str,
}

impl Scalar<'_> {
    /// The double that a number is; nothing for others.
    fn number(&self) -> Result<f64, Failure> {
        match self {
            Scalar::Integer(text) | Scalar::Float(text) => text.parse().map_err(|_| Failure::Other),
            Scalar::Real(value) => Ok(f64::from(*value)),
            Scalar::Decimal(value) => Ok(value.to_double()),
            Scalar::Boolean(_) | Scalar::Text(_) => Err(Failure::Other),
        }
    }

    pub(super) fn as_boolean(&self) -> Result<bool, Failure> {
        match self {
            Scalar::Boolean(value) => Ok(*value),
            Scalar::Integer(text) => text
                .parse()
                .map(|value: i64| value != 0)
                .map_err(|_| Failure::Other),
            Scalar::Decimal(value) => Ok(value.unscaled != 0),
            Scalar::Float(_) | Scalar::Real(_) => Ok(self.number()? != 0.0),
            Scalar::Text(text) => {
                let is = |word: &str| text.eq_ignore_ascii_case(word);
                if is("true") || is("t") || text == "1" {
                    Ok(true)
                } else if is("false") || is("f") || text == "0" {
                    Ok(false)
                } else {
                    Err(Failure::Value(format!("Cannot cast '{text}' to BOOLEAN")))
                }
            }
        }
    }

    pub(super) fn as_bigint(&self) -> Result<i64, Failure> {
        match self {
            Scalar::Boolean(value) => Ok(i64::from(*value)),
            Scalar::Integer(text) => text.parse().map_err(|_| Failure::Other),
            Scalar::Decimal(value) => i64::try_from(value.rounded())
                .map_err(|_| Failure::Value(format!("Cannot cast '{}' to BIGINT", value.text()))),
            Scalar::Float(_) | Scalar::Real(_) => {
                let value = self.number()?;
                to_bigint(value).ok_or_else(|| {
                    Failure::Value(format!("Unable to cast {} to bigint", java(value)))
                })
            }
            Scalar::Text(text) => text
                .parse()
                .map_err(|_| Failure::Value(format!("Cannot cast '{text}' to BIGINT"))),
        }
    }

    /// An integer narrower than a bigint.
    pub(super) fn as_narrow<T>(&self, name: &IntegerName) -> Result<T, Failure>
    where
        T: TryFrom<i64> + TryFrom<i128> + std::str::FromStr,
    {
        match self {
            Scalar::Boolean(value) => T::try_from(i64::from(*value)).map_err(|_| Failure::Other),
            Scalar::Integer(text) => text.parse().map_err(|_| Failure::Other),
            Scalar::Decimal(value) => T::try_from(value.rounded()).map_err(|_| {
                Failure::Value(format!(
                    "Cannot cast '{}' to {}",
                    value.text(),
                    name.of_text
                ))
            }),
            Scalar::Float(_) | Scalar::Real(_) => {
                let value = self.number()?;
                let of_double = name.of_double;
                if value.is_nan() {
                    return Err(Failure::Value(format!(
                        "Cannot cast double NaN to {of_double}"
                    )));
                }
                to_bigint(value)
                    .and_then(|value| T::try_from(value).ok())
                    .ok_or_else(|| {
                        Failure::Range(format!("Out of range for {of_double}: {}", java(value)))
                    })
            }
            Scalar::Text(text) => text
                .parse()
                .map_err(|_| Failure::Value(format!("Cannot cast '{text}' to {}", name.of_text))),
        }
    }

    pub(super) fn as_double(&self) -> Result<f64, Failure> {
        match self {
            Scalar::Boolean(value) => Ok(f64::from(u8::from(*value))),
            Scalar::Text(text) => parse_double(text)
                .ok_or_else(|| Failure::Value(format!("Cannot cast '{text}' to DOUBLE"))),
            _ => self.number(),
        }
    }

    pub(super) fn as_real(&self) -> Result<f32, Failure> {
        match self {
            Scalar::Real(value) => Ok(*value),
            Scalar::Text(text) => parse_double(text)
                .map(|value| to_real(text, value))
                .ok_or_else(|| Failure::Value(format!("Cannot cast '{text}' to REAL"))),
            Scalar::Integer(text) | Scalar::Float(text) => Ok(to_real(text, self.number()?)),
            // The nearest real, as Java converts.
            _ => Ok(self.as_double()? as f32),
        }
    }

    pub(super) fn as_decimal(&self, precision: u8, scale: u8) -> Result<i128, Failure> {
        let read = |text: &str| {
            read_decimal(text, precision, scale).map_err(|failure| match failure {
                DecimalFailure::NotANumber => Failure::Other,
                DecimalFailure::TooLarge => Failure::Value(format!(
                    "Cannot cast input json to DECIMAL({precision},{scale})"
                )),
            })
        };
        match self {
            Scalar::Boolean(false) => Ok(0),
            Scalar::Boolean(true) if scale < precision => Ok(power_of_ten(scale)),
            Scalar::Boolean(true) => read("1"),
            Scalar::Integer(text) | Scalar::Float(text) | Scalar::Text(text) => read(text),
            Scalar::Real(value) => read(&format!("{value:e}")),
            Scalar::Decimal(value) => read(&value.text()),
        }
    }

    pub(super) fn as_text(&self) -> Result<Cow<'_, str>, Failure> {
        Ok(match self {
            Scalar::Boolean(true) => Cow::Borrowed("true"),
            Scalar::Boolean(false) => Cow::Borrowed("false"),
            Scalar::Integer(text) | Scalar::Text(text) => Cow::Borrowed(text),
            Scalar::Float(_) => Cow::Owned(double_as_varchar(self.number()?)),
            Scalar::Real(value) => Cow::Owned(real_as_varchar(*value)),
            Scalar::Decimal(value) => Cow::Owned(value.text()),
        })
    }
}

/// The nearest integer; halves are rounded away from zero.
fn to_bigint(value: f64) -> Option<i64> {
    let rounded = value.round();
    // Whole, and within the bounds of the type.
    (-BIGINT_BOUND..BIGINT_BOUND)
        .contains(&rounded)
        .then_some(rounded as i64)
}

/// The nearest real of a number's text, where Rust reads it; else of the double it is.
fn to_real(text: &str, value: f64) -> f32 {
    text.trim().parse().unwrap_or(value as f32)
}

fn java(value: f64) -> String {
    let mut text = String::new();
    write_double(value, &mut text);
    text
}

/// Reads a double as Java's `Double.parseDouble` does: blanks around it are passed, and `NaN`, `Infinity`, a final `d` or `f` are known.
pub(in crate::json) fn parse_double(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches(|c| c <= ' ');
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let negative = trimmed.starts_with('-');
    match unsigned {
        "NaN" => return Some(f64::NAN),
        "Infinity" => {
            return Some(if negative {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            });
        }
        _ => {}
    }
    let digits = trimmed
        .strip_suffix(['d', 'D', 'f', 'F'])
        .unwrap_or(trimmed);
    let plausible = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plausible { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse_double;

    #[test]
    fn doubles_are_read_as_java_does() {
        for (text, value) in [
            (" 1.5 ", Some(1.5)),
            ("1e3", Some(1000.0)),
            ("+.5d", Some(0.5)),
            ("5.F", Some(5.0)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e999", Some(f64::INFINITY)),
            ("inf", None),
            ("nan", None),
            ("", None),
            ("1 2", None),
            ("d", None),
            ("true", None),
        ] {
            assert_eq!(parse_double(text), value, "{text}");
        }
        assert!(parse_double("NaN").is_some_and(f64::is_nan));
    }
}
