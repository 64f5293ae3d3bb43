//! Tests of the operators through the registry.

mod decimal;
mod float;
mod integer;

use arrow::array::{Decimal128Array, Float64Array, Int64Array};
use datafusion::scalar::ScalarValue;

use crate::registry::registry;
use crate::testing::{Argument, column, constant};
use crate::types::parse_type;

fn bigints(values: Vec<Option<i64>>) -> Argument {
    column("bigint", Int64Array::from(values))
}

fn doubles(values: Vec<Option<f64>>) -> Argument {
    column("double", Float64Array::from(values))
}

fn decimals(precision: u8, scale: i8, values: Vec<Option<i128>>) -> Argument {
    let values = Decimal128Array::from(values)
        .with_precision_and_scale(precision, scale)
        .unwrap();
    column(&format!("decimal({precision},{scale})"), values)
}

fn decimal(precision: u8, scale: i8, value: i128) -> Argument {
    constant(
        &format!("decimal({precision},{scale})"),
        ScalarValue::Decimal128(Some(value), precision, scale),
    )
}

/// The type of an operator's result.
#[track_caller]
fn type_of(name: &str, left: &str, right: &str) -> String {
    let types = [parse_type(left).unwrap(), parse_type(right).unwrap()];
    match registry().resolve_values(name, &types) {
        Ok(resolved) => resolved.bound.returns.to_string(),
        Err(error) => error.message,
    }
}
