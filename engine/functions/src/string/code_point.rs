//! Text as a sequence of code points: how many there are, one of them, all in reverse.

use std::sync::Arc;

use arrow::array::{ArrayRef, ByteView, Int32Array, Int64Array};
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter, code_points, type_length};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("chr", "Convert Unicode code point to a string")
            .strict("(bigint) -> varchar(1)", chr),
        Definition::new(
            "codepoint",
            "Returns Unicode code point of a single character string",
        )
        .strict("(varchar(1)) -> integer", codepoint),
        Definition::new("length", "Count of code points of the given string")
            .strict("(varchar(x)) -> bigint", length)
            .strict("(char(x)) -> bigint", char_length),
        Definition::new("reverse", "Reverse all code points in a given string")
            .strict("(varchar(x)) -> varchar(x)", reverse)
            .strict("(char(x)) -> char(x)", reverse),
    ]
}

fn chr(call: &Call<'_>) -> Result<ArrayRef> {
    let codes = call.bigints(0)?;
    let mut writer = TextWriter::new(call.rows);
    for (row, &code) in codes.values().iter().enumerate() {
        if !call.is_null(row) {
            let c = u32::try_from(code)
                .ok()
                .and_then(char::from_u32)
                .ok_or_else(|| {
                    FunctionError::argument(format!("Not a valid Unicode code point: {code}"))
                })?;
            writer.text().push(c);
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn codepoint(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let codes = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(0);
            }
            let mut characters = values.value(row).chars();
            match (characters.next(), characters.next()) {
                (Some(c), None) => Ok(i32::try_from(u32::from(c)).unwrap_or(i32::MAX)),
                _ => Err(FunctionError::argument(
                    "Input string must be a single character string",
                )),
            }
        })
        .collect::<Result<Vec<i32>, FunctionError>>()?;
    Ok(Arc::new(Int32Array::from(codes)))
}

fn length(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.strings(0)?;
    if values.is_ascii() {
        let lengths = values.views().iter();
        return Ok(Arc::new(Int64Array::from_iter_values(
            lengths.map(|view| i64::from(ByteView::from(*view).length)),
        )));
    }
    Ok(Arc::new(Int64Array::from_iter_values(
        (0..call.rows).map(|row| code_points(values.value(row))),
    )))
}

/// Every value of a `char(x)` has x characters.
fn char_length(call: &Call<'_>) -> Result<ArrayRef> {
    let length = i64::try_from(type_length(call.argument_type(0))).unwrap_or(i64::MAX);
    Ok(Arc::new(Int64Array::from_value(length, call.rows)))
}

fn reverse(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    let mut reversed = Vec::new();
    for row in 0..call.rows {
        let value = values.value(row);
        if value.is_ascii() {
            reversed.clear();
            reversed.extend(value.bytes().rev());
            writer
                .text()
                .push_str(std::str::from_utf8(&reversed).unwrap_or(""));
        } else {
            writer.text().extend(value.chars().rev());
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{bigint, column, constant, shown, text};

    #[tokio::test]
    async fn chr_and_codepoint_are_inverse() {
        let codes = Int64Array::from(vec![Some(65), None, Some(9731), Some(131_210)]);
        assert_eq!(
            shown("chr", vec![column("bigint", codes)]).await,
            "A|NULL|☃|𠂊"
        );
        for wrong in [-1, 0xD800, 1_234_567, 8_589_934_592] {
            assert_eq!(
                shown("chr", vec![bigint(wrong)]).await,
                format!("ERROR: Not a valid Unicode code point: {wrong}")
            );
        }
        let values = StringArray::from(vec![Some("x"), None, Some("💰")]);
        assert_eq!(
            shown("codepoint", vec![column("varchar(1)", values)]).await,
            "120|NULL|128176"
        );
        let empty = constant("varchar(0)", ScalarValue::from(""));
        assert_eq!(
            shown("codepoint", vec![empty]).await,
            "ERROR: Input string must be a single character string"
        );
    }

    #[tokio::test]
    async fn length_counts_code_points_and_padding() {
        let values = StringArray::from(vec![Some(""), None, Some("hello"), Some("𐐭end")]);
        assert_eq!(
            shown("length", vec![column("varchar", values)]).await,
            "0|NULL|5|4"
        );
        let padded = StringArray::from(vec![Some("ab   "), None]);
        assert_eq!(
            shown("length", vec![column("char(5)", padded)]).await,
            "5|NULL"
        );
    }

    #[tokio::test]
    async fn reverse_keeps_code_points_whole() {
        let values = StringArray::from(vec![Some("hello"), None, Some("信念,𐐭"), Some("")]);
        assert_eq!(
            shown("reverse", vec![column("varchar", values)]).await,
            "olleh|NULL|𐐭,念信|"
        );
        assert_eq!(shown("reverse", vec![text("a ")]).await, " a");
    }
}
