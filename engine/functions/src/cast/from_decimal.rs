//! Casts from decimals to other numbers, and between decimals.

use std::sync::Arc;

use arrow::array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};

use super::kernel::Kernel;
use super::rows::{booleans, map_primitives, primitives};
use crate::error::FunctionError;
use crate::types::Type;
use crate::value_text::write_decimal;

/// Up to this precision, Trino computes with 64 bits.
const SHORT_PRECISION_MAX: u8 = 18;

pub(super) fn kernel(precision: u8, scale: u8, to: &Type) -> Option<Kernel> {
    Some(match *to {
        Type::Boolean => Box::new(|values, _| {
            let values = primitives::<Decimal128Type>(values)?;
            Ok(booleans(
                values.values().iter().map(|value| *value != 0),
                values.nulls(),
            ))
        }),
        Type::Tinyint => to_integer::<Int8Type>(precision, scale, "TINYINT"),
        Type::Smallint => to_integer::<Int16Type>(precision, scale, "SMALLINT"),
        Type::Integer => to_integer::<Int32Type>(precision, scale, "INTEGER"),
        Type::Bigint => to_integer::<Int64Type>(precision, scale, "BIGINT"),
        Type::Double => Box::new(move |values, _| {
            let values = primitives::<Decimal128Type>(values)?;
            let doubles: PrimitiveArray<Float64Type> =
                values.unary(|value| to_double(value, precision, scale));
            Ok(Arc::new(doubles))
        }),
        Type::Real => Box::new(move |values, _| {
            let values = primitives::<Decimal128Type>(values)?;
            let reals: PrimitiveArray<Float32Type> =
                values.unary(|value| to_real(value, precision, scale));
            Ok(Arc::new(reals))
        }),
        Type::Decimal {
            precision: to_precision,
            scale: to_scale,
        } => to_decimal((precision, scale), (to_precision, to_scale)),
        _ => return None,
    })
}

fn shown(value: i128, scale: u8) -> String {
    let mut text = String::new();
    // Strings take whatever is written.
    let _ = write_decimal(&mut text, value, scale);
    text
}

/// Half rounds away from zero.
fn divided(value: i128, factor: i128) -> i128 {
    let half = factor / 2;
    if value < 0 {
        value.saturating_sub(half) / factor
    } else {
        value.saturating_add(half) / factor
    }
}

fn to_integer<T: ArrowPrimitiveType>(precision: u8, scale: u8, name: &'static str) -> Kernel
where
    T::Native: TryFrom<i128>,
{
    let factor = 10_i128.pow(u32::from(scale));
    Box::new(move |values, failures| {
        let integers = map_primitives::<Decimal128Type, T>(
            primitives(values)?,
            failures,
            |value| T::Native::try_from(divided(value, factor)).ok(),
            |value| {
                let value = if precision <= SHORT_PRECISION_MAX {
                    divided(value, factor).to_string()
                } else {
                    shown(value, scale)
                };
                FunctionError::cast(format!("Cannot cast '{value}' to {name}"))
            },
        )?;
        Ok(Arc::new(integers))
    })
}

/// Exact where both parts are exact doubles, else read from the decimal's text; short decimals are divided in any case.
fn to_double(value: i128, precision: u8, scale: u8) -> f64 {
    /// Integers up to this are exact doubles.
    const EXACT_MAX: u128 = (1 << 52) - 1;
    let exact = value.unsigned_abs() <= EXACT_MAX && scale <= 22;
    if precision <= SHORT_PRECISION_MAX || exact {
        // Such powers of ten are exact doubles; short values are rounded as Java rounds them.
        value as f64 / 10_f64.powi(i32::from(scale))
    } else {
        shown(value, scale).parse().unwrap_or(f64::NAN)
    }
}

fn to_real(value: i128, precision: u8, scale: u8) -> f32 {
    /// Integers up to this are exact reals.
    const EXACT_MAX: u128 = (1 << 22) - 1;
    let exact = value.unsigned_abs() <= EXACT_MAX && scale <= 10;
    if precision <= SHORT_PRECISION_MAX || exact {
        // Rounded as Java rounds them, the power of ten as well.
        value as f32 / 10_i64.pow(u32::from(scale)) as f32
    } else {
        shown(value, scale).parse().unwrap_or(f32::NAN)
    }
}

fn to_decimal(from: (u8, u8), to: (u8, u8)) -> Kernel {
    let bound = 10_i128.pow(u32::from(to.0));
    let convert: Box<dyn Fn(i128) -> Option<i128> + Send + Sync> = match to.1.checked_sub(from.1) {
        Some(added) => {
            let factor = 10_i128.pow(u32::from(added));
            Box::new(move |value| value.checked_mul(factor))
        }
        None => {
            let factor = 10_i128.pow(u32::from(from.1 - to.1));
            Box::new(move |value| Some(divided(value, factor)))
        }
    };
    Box::new(move |values, failures| {
        let decimals = map_primitives::<Decimal128Type, Decimal128Type>(
            primitives(values)?,
            failures,
            |value| convert(value).filter(|value| *value > -bound && *value < bound),
            |value| {
                FunctionError::cast(format!(
                    "Cannot cast DECIMAL({}, {}) '{}' to DECIMAL({}, {})",
                    from.0,
                    from.1,
                    shown(value, from.1),
                    to.0,
                    to.1
                ))
            },
        )?;
        let scale = i8::try_from(to.1).unwrap_or(i8::MAX);
        Ok(Arc::new(decimals.with_precision_and_scale(to.0, scale)?))
    })
}
