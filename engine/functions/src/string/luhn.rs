//! `luhn_check`: the check digit of card and identification numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::error::Result;

use super::text::TextArgument;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "luhn_check",
            "Checks that a string of digits is valid according to the Luhn algorithm",
        )
        .strict("(varchar) -> boolean", luhn_check),
    ]
}

fn luhn_check(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let checked = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(false);
            }
            is_valid(values.value(row))
        })
        .collect::<Result<Vec<bool>, FunctionError>>()?;
    Ok(Arc::new(BooleanArray::from(checked)))
}

/// Every second digit from the right counts twice, as the sum of its digits; the sum of all ends with 0.
fn is_valid(digits: &str) -> Result<bool, FunctionError> {
    let mut sum = 0_u64;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return Err(FunctionError::argument(
                "Input contains non-digit character",
            ));
        }
        let digit = u64::from(byte - b'0');
        sum += match (place % 2 == 1, digit) {
            (false, digit) => digit,
            (true, digit @ 0..=4) => digit * 2,
            (true, digit) => digit * 2 - 9,
        };
    }
    Ok(!digits.is_empty() && sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn numbers_are_checked() {
        let numbers = StringArray::from(vec![
            Some("79927398713"),
            Some("79927398714"),
            None,
            Some(""),
            Some("0"),
            Some("4242424242424242"),
        ]);
        assert_eq!(
            shown("luhn_check", vec![column("varchar", numbers)]).await,
            "true|false|NULL|false|true|true"
        );
        for wrong in ["12 3", "a", "１"] {
            assert_eq!(
                shown("luhn_check", vec![text(wrong)]).await,
                "ERROR: Input contains non-digit character"
            );
        }
    }
}
