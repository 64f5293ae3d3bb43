//! Integers written in other bases.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::datatypes::Int64Type;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, returned};

/// The bases that digits and letters suffice for.
const RADIX_MIN: u32 = 2;
const RADIX_MAX: u32 = 36;

/// The digits of the longest number, which is in base 2.
const DIGITS_MAX: usize = 64;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("to_base", "An integer as text in a base")
            .strict("(bigint, bigint) -> varchar(64)", to_base),
        Definition::new("from_base", "The integer that text in a base stands for")
            .strict("(varchar, bigint) -> bigint", from_base),
    ]
}

fn to_base(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, radices) = (
        Operand::<Int64Type>::of(call, 0)?,
        Operand::<Int64Type>::of(call, 1)?,
    );
    let mut texts = StringViewBuilder::with_capacity(call.rows);
    let mut text = String::with_capacity(DIGITS_MAX + 1);
    for row in 0..call.rows {
        if call.is_null(row) {
            texts.append_null();
        } else {
            write_number(&mut text, values.value(row), radix(radices.value(row))?);
            texts.append_value(&text);
        }
    }
    Ok(Arc::new(texts.finish()))
}

fn from_base(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let radices = Operand::<Int64Type>::of(call, 1)?;
    let mut values = Vec::with_capacity(call.rows);
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text.filter(|_| !call.is_null(row)) else {
            values.push(0);
            continue;
        };
        let radix = radix(radices.value(row))?;
        values.push(i64::from_str_radix(text, radix).map_err(|_| {
            FunctionError::argument(format!("Not a valid base-{radix} number: {text}"))
        })?);
    }
    Ok(returned::<Int64Type>(call, values))
}

fn radix(value: i64) -> Result<u32, FunctionError> {
    u32::try_from(value)
        .ok()
        .filter(|radix| (RADIX_MIN..=RADIX_MAX).contains(radix))
        .ok_or_else(|| {
            FunctionError::argument(format!("Radix must be between {RADIX_MIN} and {RADIX_MAX}"))
        })
}

/// Puts a number in place of the text.
fn write_number(text: &mut String, value: i64, radix: u32) {
    text.clear();
    if value < 0 {
        text.push('-');
    }
    let mut digits = ['0'; DIGITS_MAX];
    let mut first = DIGITS_MAX;
    let mut rest = value.unsigned_abs();
    let base = u64::from(radix);
    for (place, slot) in digits.iter_mut().enumerate().rev() {
        let digit = u32::try_from(rest % base).unwrap_or_default();
        *slot = char::from_digit(digit, radix).unwrap_or('0');
        first = place;
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    text.extend(digits.iter().skip(first));
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, column, shown, text};

    #[tokio::test]
    async fn numbers_are_written_in_a_base() {
        let values = || {
            column(
                "bigint",
                Int64Array::from(vec![Some(0), Some(255), None, Some(i64::MIN), Some(-35)]),
            )
        };
        assert_eq!(
            shown("to_base", vec![values(), bigint(16)]).await,
            "0|ff|NULL|-8000000000000000|-23"
        );
        assert_eq!(
            shown("to_base", vec![bigint(i64::MIN), bigint(2)]).await,
            format!("-1{}", "0".repeat(63))
        );
        let radices = Int64Array::from(vec![Some(2), Some(36), Some(99), Some(10), None]);
        assert_eq!(
            shown("to_base", vec![values(), column("bigint", radices)]).await,
            "0|73|NULL|-9223372036854775808|NULL"
        );
        for radix in [1, 37, -1] {
            assert_eq!(
                shown("to_base", vec![bigint(255), bigint(radix)]).await,
                "ERROR: Radix must be between 2 and 36"
            );
        }
    }

    #[tokio::test]
    async fn numbers_are_read_in_a_base() {
        let texts = StringArray::from(vec![Some("7fffffff"), Some("-FF"), Some("+1"), None]);
        assert_eq!(
            shown("from_base", vec![column("varchar", texts), bigint(16)]).await,
            "2147483647|-255|1|NULL"
        );
        assert_eq!(
            shown("from_base", vec![text("-9223372036854775808"), bigint(10)]).await,
            "-9223372036854775808"
        );
        for wrong in ["9223372036854775808", "", "-", " 1", "1.0", "a"] {
            assert_eq!(
                shown("from_base", vec![text(wrong), bigint(10)]).await,
                format!("ERROR: Not a valid base-10 number: {wrong}")
            );
        }
        assert_eq!(
            shown("from_base", vec![text("Z"), bigint(37)]).await,
            "ERROR: Radix must be between 2 and 36"
        );
    }
}
