//! `lpad` and `rpad`: text made as long as asked for.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter, advance, code_points};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// The greatest length of a text.
const TARGET_LENGTH_MAX: i64 = 2_147_483_647;

/// How much of a repeated pad is kept ready.
const PADDING_BYTES: usize = 256;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("lpad", "Pads a string on the left")
            .strict("(varchar(x), bigint, varchar) -> varchar", |call| {
                padded(call, Side::Left)
            })
            .strict("(char(x), bigint, varchar) -> varchar", |call| {
                padded(call, Side::Left)
            }),
        Definition::new("rpad", "Pads a string on the right")
            .strict("(varchar(x), bigint, varchar) -> varchar", |call| {
                padded(call, Side::Right)
            })
            .strict("(char(x), bigint, varchar) -> varchar", |call| {
                padded(call, Side::Right)
            }),
    ]
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

fn padded(call: &Call<'_>, side: Side) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let lengths = call.bigints(1)?;
    let pads = TextArgument::of(call, 2)?;
    let mut writer = TextWriter::new(call.rows);
    let mut padding = Padding::default();
    for row in 0..call.rows {
        if !call.is_null(row) {
            if !pads.same(padding.row, row) || padding.repeated.is_empty() {
                padding = Padding::of(row, pads.value(row));
            }
            write(
                &mut writer,
                values.value(row),
                lengths.value(row),
                pads.value(row),
                &padding,
                side,
            )?;
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// A pad, repeated often enough that most values take it in one piece.
#[derive(Default)]
struct Padding {
    /// The row that has the pad.
    row: usize,
    repeated: String,
    times: usize,
}

impl Padding {
    fn of(row: usize, pad: &str) -> Padding {
        let times = PADDING_BYTES.checked_div(pad.len()).unwrap_or(0).max(1);
        Padding {
            row,
            repeated: pad.repeat(times),
            times,
        }
    }

    /// Adds the pad so many times.
    fn write(&self, times: usize, pad: &str, text: &mut String) {
        for _ in 0..times / self.times {
            text.push_str(&self.repeated);
        }
        let rest = times % self.times * pad.len();
        text.push_str(self.repeated.get(..rest).unwrap_or(""));
    }
}

fn write(
    writer: &mut TextWriter,
    value: &str,
    length: i64,
    pad: &str,
    padding: &Padding,
    side: Side,
) -> Result<(), FunctionError> {
    if !(0..=TARGET_LENGTH_MAX).contains(&length) {
        return Err(FunctionError::argument(format!(
            "Target length must be in the range [0..{TARGET_LENGTH_MAX}]"
        )));
    }
    if pad.is_empty() {
        return Err(FunctionError::argument("Padding string must not be empty"));
    }
    let missing = length - code_points(value);
    if missing <= 0 {
        let end = advance(value, 0, usize::try_from(length).unwrap_or(usize::MAX));
        writer.text().push_str(value.get(..end).unwrap_or(value));
        return Ok(());
    }
    let pad_length = code_points(pad);
    let whole = usize::try_from(missing / pad_length).unwrap_or(usize::MAX);
    let rest = usize::try_from(missing % pad_length).unwrap_or(0);
    let rest = pad.get(..advance(pad, 0, rest)).unwrap_or("");
    writer.reserve(
        whole
            .saturating_mul(pad.len())
            .saturating_add(rest.len())
            .saturating_add(value.len()),
    )?;
    let text = writer.text();
    if matches!(side, Side::Right) {
        text.push_str(value);
    }
    padding.write(whole, pad, text);
    text.push_str(rest);
    if matches!(side, Side::Left) {
        text.push_str(value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, column, shown, text};

    #[tokio::test]
    async fn text_is_padded_or_cut() {
        let lengths = Int64Array::from(vec![Some(9), Some(4), None, Some(3), Some(0)]);
        let arguments = || vec![text("text"), column("bigint", lengths.clone()), text("xyz")];
        assert_eq!(shown("lpad", arguments()).await, "xyzxytext|text|NULL|tex|");
        assert_eq!(shown("rpad", arguments()).await, "textxyzxy|text|NULL|tex|");
        let arguments = vec![text("信念 爱"), bigint(7), text("希望")];
        assert_eq!(shown("lpad", arguments).await, "希望希信念 爱");
        let padded = column("char(6)", StringArray::from(vec!["abc   "]));
        assert_eq!(
            shown("lpad", vec![padded, bigint(8), text("def")]).await,
            "deabc   "
        );
    }

    #[tokio::test]
    async fn lengths_and_pads_are_checked() {
        for length in [-1, 2_147_483_648] {
            assert_eq!(
                shown("lpad", vec![text("abc"), bigint(length), text("")]).await,
                "ERROR: Target length must be in the range [0..2147483647]"
            );
        }
        assert_eq!(
            shown("rpad", vec![text("abc"), bigint(3), text("")]).await,
            "ERROR: Padding string must not be empty"
        );
        assert_eq!(
            shown("rpad", vec![text("abc"), bigint(2_147_483_647), text("💰")]).await,
            "ERROR: The text of a batch exceeds 1073741824 bytes"
        );
    }
}
