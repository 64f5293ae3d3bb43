//! Casts from `boolean`, integers, `real` and `double` to other numbers.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::error::Result;

use super::failures::Failures;
use super::kernel::Kernel;
use super::rows::{booleans, map_primitives, primitives, stored_as};
use crate::error::FunctionError;
use crate::types::Type;
use crate::value_text::{DecimalDigits, write_double, write_real};

/// Booleans are 1 and 0.
pub(super) fn from_boolean(to: &Type) -> Option<Kernel> {
    match *to {
        Type::Decimal { precision, scale } => Some(Box::new(move |values, _| {
            let values = stored_as::<BooleanArray>(values)?;
            let one = 10_i128.pow(u32::from(scale));
            let decimals = values
                .values()
                .iter()
                .map(|value| if value { one } else { 0 })
                .collect::<Vec<_>>();
            decimals_of(decimals, values.nulls().cloned(), precision, scale)
        })),
        ref to if to.is_numeric() => {
            let stored = to.arrow();
            Some(Box::new(move |values, _| Ok(cast(values, &stored)?)))
        }
        _ => None,
    }
}

fn decimals_of(
    values: Vec<i128>,
    nulls: Option<arrow::buffer::NullBuffer>,
    precision: u8,
    scale: u8,
) -> Result<ArrayRef> {
    let scale = i8::try_from(scale).unwrap_or(i8::MAX);
    let decimals = PrimitiveArray::<Decimal128Type>::new(ScalarBuffer::from(values), nulls);
    Ok(Arc::new(
        decimals.with_precision_and_scale(precision, scale)?,
    ))
}

/// Casts that may fail, or give a boolean; the others are Arrow's.
pub(super) fn from_integer(from: &Type, to: &Type) -> Option<Kernel> {
    match *to {
        Type::Boolean => Some(match from {
            Type::Tinyint => is_not_zero::<Int8Type>(0),
            Type::Smallint => is_not_zero::<Int16Type>(0),
            Type::Integer => is_not_zero::<Int32Type>(0),
            _ => is_not_zero::<Int64Type>(0),
        }),
        Type::Tinyint => Some(narrowed::<Int8Type>("tinyint")),
        Type::Smallint => Some(narrowed::<Int16Type>("smallint")),
        Type::Integer => Some(narrowed::<Int32Type>("integer")),
        Type::Decimal { precision, scale } => {
            let name = from.to_string().to_uppercase();
            Some(Box::new(move |values, failures| {
                let values = cast(values, &DataType::Int64)?;
                let factor = 10_i128.pow(u32::from(scale));
                let bound = 10_i128.pow(u32::from(precision));
                let decimals = map_primitives::<Int64Type, Decimal128Type>(
                    primitives(&values)?,
                    failures,
                    |value| {
                        let unscaled = i128::from(value).checked_mul(factor)?;
                        (unscaled > -bound && unscaled < bound).then_some(unscaled)
                    },
                    |value| {
                        FunctionError::cast(format!(
                            "Cannot cast {name} '{value}' to DECIMAL({precision}, {scale})"
                        ))
                    },
                )?;
                let scale = i8::try_from(scale).unwrap_or(i8::MAX);
                Ok(Arc::new(
                    decimals.with_precision_and_scale(precision, scale)?,
                ))
            }))
        }
        _ => None,
    }
}

fn is_not_zero<T: ArrowPrimitiveType>(zero: T::Native) -> Kernel {
    Box::new(move |values, _| {
        let values = primitives::<T>(values)?;
        Ok(booleans(
            values.values().iter().map(|value| *value != zero),
            values.nulls(),
        ))
    })
}

fn narrowed<T: ArrowPrimitiveType>(name: &'static str) -> Kernel
where
    T::Native: TryFrom<i64>,
{
    Box::new(move |values, failures| {
        let values = cast(values, &DataType::Int64)?;
        let integers = map_primitives::<Int64Type, T>(
            primitives(&values)?,
            failures,
            |value| T::Native::try_from(value).ok(),
            |value| FunctionError::out_of_range(format!("Out of range for {name}: {value}")),
        )?;
        Ok(Arc::new(integers))
    })
}

/// A number as Java prints it, for messages.
fn shown(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    // Strings take whatever is written.
    let _ = write(&mut text);
    text
}

fn shown_double(value: f64) -> String {
    shown(|out| write_double(out, value))
}

fn shown_real(value: f32) -> String {
    shown(|out| write_real(out, value))
}

pub(super) fn from_floating(from: &Type, to: &Type) -> Option<Kernel> {
    let real = *from == Type::Real;
    match *to {
        Type::Boolean if real => Some(is_not_zero::<Float32Type>(0.0)),
        Type::Boolean => Some(is_not_zero::<Float64Type>(0.0)),
        Type::Real => Some(Box::new(|values, _| {
            // Rounded to the nearest; beyond the range are the infinities.
            let values = primitives::<Float64Type>(values)?;
            let reals: PrimitiveArray<Float32Type> = values.unary(|value| value as f32);
            Ok(Arc::new(reals))
        })),
        Type::Tinyint => Some(rounded::<Int8Type>(real, "tinyint")),
        Type::Smallint => Some(rounded::<Int16Type>(real, "smallint")),
        Type::Integer => Some(rounded::<Int32Type>(real, "integer")),
        Type::Bigint if real => Some(Box::new(real_to_bigint)),
        Type::Bigint => Some(Box::new(double_to_bigint)),
        Type::Decimal { precision, scale } => Some(Box::new(move |values, failures| {
            let decimals = if real {
                map_primitives::<Float32Type, Decimal128Type>(
                    primitives(values)?,
                    failures,
                    |value| {
                        let negative = value.is_sign_negative();
                        let digits = value.is_finite().then(|| DecimalDigits::of_real(value))?;
                        to_decimal(digits, negative, precision, scale)
                    },
                    |value| no_decimal("REAL", &shown_real(value), precision, scale),
                )?
            } else {
                map_primitives::<Float64Type, Decimal128Type>(
                    primitives(values)?,
                    failures,
                    |value| {
                        let negative = value.is_sign_negative();
                        let digits = value.is_finite().then(|| DecimalDigits::of_double(value))?;
                        to_decimal(digits, negative, precision, scale)
                    },
                    |value| no_decimal("DOUBLE", &shown_double(value), precision, scale),
                )?
            };
            let scale = i8::try_from(scale).unwrap_or(i8::MAX);
            Ok(Arc::new(
                decimals.with_precision_and_scale(precision, scale)?,
            ))
        })),
        _ => None,
    }
}

fn no_decimal(name: &str, value: &str, precision: u8, scale: u8) -> FunctionError {
    FunctionError::cast(format!(
        "Cannot cast {name} '{value}' to DECIMAL({precision}, {scale})"
    ))
}

/// Half rounds away from zero.
fn rounded<T: ArrowPrimitiveType>(real: bool, name: &'static str) -> Kernel
where
    T::Native: TryFrom<i64>,
{
    // Saturates beyond 64 bits, which no smaller integer holds either.
    let convert = |value: f64| {
        (!value.is_nan())
            .then(|| value.round() as i64)
            .and_then(|value| T::Native::try_from(value).ok())
    };
    let error = move |source: &str, is_nan: bool, value: String| {
        if is_nan {
            FunctionError::cast(format!("Cannot cast {source} NaN to {name}"))
        } else {
            FunctionError::out_of_range(format!("Out of range for {name}: {value}"))
        }
    };
    Box::new(move |values, failures| {
        let integers: PrimitiveArray<T> = if real {
            map_primitives::<Float32Type, T>(
                primitives(values)?,
                failures,
                |value| convert(f64::from(value)),
                |value| error("real", value.is_nan(), shown_real(value)),
            )?
        } else {
            map_primitives::<Float64Type, T>(primitives(values)?, failures, convert, |value| {
                error("double", value.is_nan(), shown_double(value))
            })?
        };
        Ok(Arc::new(integers))
    })
}

/// Reals beyond the range become its bounds, as in Java.
fn real_to_bigint(values: &ArrayRef, failures: &mut Failures) -> Result<ArrayRef> {
    let integers = map_primitives::<Float32Type, Int64Type>(
        primitives(values)?,
        failures,
        |value| (!value.is_nan()).then(|| value.round() as i64),
        |_| FunctionError::cast("Cannot cast real NaN to bigint"),
    )?;
    Ok(Arc::new(integers))
}

fn double_to_bigint(values: &ArrayRef, failures: &mut Failures) -> Result<ArrayRef> {
    /// Two to the power of 63, the first number beyond the range.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    let integers = map_primitives::<Float64Type, Int64Type>(
        primitives(values)?,
        failures,
        |value| {
            let rounded = value.round();
            // Within the bounds, the conversion is exact.
            (-BOUND..BOUND).contains(&rounded).then_some(rounded as i64)
        },
        |value| FunctionError::cast(format!("Unable to cast {} to bigint", shown_double(value))),
    )?;
    Ok(Arc::new(integers))
}

/// The decimal nearest to a number's shortest digits; `None` if it has too many.
fn to_decimal(number: DecimalDigits, negative: bool, precision: u8, scale: u8) -> Option<i128> {
    let digits = i128::from(number.digits);
    let count = i32::try_from(number.count()).ok()?;
    // How many zeros the digits lack to be the unscaled value.
    let shift = number.exponent - (count - 1) + i32::from(scale);
    let magnitude = if digits == 0 || shift < -count {
        0
    } else if let Ok(shift) = u32::try_from(shift) {
        digits.checked_mul(10_i128.checked_pow(shift)?)?
    } else {
        let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
        (digits + factor / 2) / factor
    };
    let fits = magnitude < 10_i128.pow(u32::from(precision));
    fits.then_some(if negative { -magnitude } else { magnitude })
}
