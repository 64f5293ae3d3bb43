//! Sizes of data with their units.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Decimal128Array};
use datafusion::error::Result;

use crate::call::Call;
use crate::error::FunctionError;
use crate::types::DECIMAL_PRECISION_MAX;

/// The units, each 1024 of the one before.
const UNITS: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

pub(super) fn parse_data_size(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let mut sizes = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        sizes.push(if texts.is_null(row) {
            0
        } else {
            bytes_of(texts.value(row))?
        });
    }
    Ok(Arc::new(
        Decimal128Array::from(sizes).with_precision_and_scale(DECIMAL_PRECISION_MAX, 0)?,
    ))
}

fn bytes_of(text: &str) -> Result<i128, FunctionError> {
    let invalid = || FunctionError::argument(format!("Invalid data size: '{text}'"));
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).ok_or_else(invalid)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return Err(invalid());
    }
    let exponent = UNITS
        .iter()
        .position(|known| *known == unit)
        .and_then(|place| u32::try_from(place).ok())
        .ok_or_else(invalid)?;
    let factor = 1024_u128.pow(exponent);
    let fraction = fraction_of(fraction, factor);
    let digits = whole.trim_start_matches('0');
    let bytes = if digits.is_empty() {
        Some(0)
    } else {
        digits.parse::<u128>().ok()
    }
    .and_then(|whole| whole.checked_mul(factor))
    .and_then(|bytes| bytes.checked_add(fraction))
    .filter(|bytes| *bytes < 10_u128.pow(u32::from(DECIMAL_PRECISION_MAX)))
    .and_then(|bytes| i128::try_from(bytes).ok());
    bytes.ok_or_else(|| {
        let bytes = all_digits(digits, exponent, fraction);
        FunctionError::out_of_range(format!("Value out of range: '{text}' ('{bytes}B')"))
    })
}

/// The whole bytes of a fraction, given by its digits, of a unit.
fn fraction_of(digits: &str, unit: u128) -> u128 {
    digits.bytes().rev().fold(0, |carry, digit| {
        (u128::from(digit.saturating_sub(b'0')) * unit + carry) / 10
    })
}

/// A number of any length times a power of 1024, and something added, for the message.
fn all_digits(number: &str, exponent: u32, added: u128) -> String {
    let mut digits: Vec<u128> = number
        .bytes()
        .rev()
        .map(|digit| u128::from(digit.saturating_sub(b'0')))
        .collect();
    let mut carry = added;
    let factor = 1024_u128.pow(exponent);
    for digit in &mut digits {
        carry += *digit * factor;
        *digit = carry % 10;
        carry /= 10;
    }
    let low: String = digits.iter().rev().map(ToString::to_string).collect();
    format!("{carry}{low}").trim_start_matches('0').to_owned()
}
