//! `substring`: a part of a text by positions from its start or, if they are negative, its end.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextParts, advance, code_points};
use crate::call::Call;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    let substring = Definition::new(
        "substring",
        "Part of the given string from a start position, up to a length if one is given",
    )
    .strict("(varchar(x), bigint) -> varchar(x)", from_start)
    .strict(
        "(varchar(x), bigint, bigint) -> varchar(x)",
        from_start_for_length,
    )
    .strict("(char(x), bigint) -> varchar(x)", from_start)
    .strict(
        "(char(x), bigint, bigint) -> varchar(x)",
        from_start_for_length,
    );
    vec![substring.alias("substr"), substring]
}

fn from_start(call: &Call<'_>) -> Result<ArrayRef> {
    let starts = call.bigints(1)?;
    parts(call, |row, text| window(text, starts.value(row), i64::MAX))
}

fn from_start_for_length(call: &Call<'_>) -> Result<ArrayRef> {
    let starts = call.bigints(1)?;
    let lengths = call.bigints(2)?;
    parts(call, |row, text| {
        window(text, starts.value(row), lengths.value(row))
    })
}

fn parts(call: &Call<'_>, window: impl Fn(usize, &str) -> (usize, usize)) -> Result<ArrayRef> {
    let source = call.strings(0)?;
    let mut parts = TextParts::of(&source);
    for row in 0..call.rows {
        let (start, end) = window(row, source.value(row));
        parts.push(row, start, end)?;
    }
    Ok(parts.finish())
}

/// The bytes from a position on, for so many code points. A position before the start of the text is in none of it.
fn window(text: &str, start: i64, length: i64) -> (usize, usize) {
    if start == 0 || length <= 0 {
        return (0, 0);
    }
    let skipped = if start > 0 {
        start - 1
    } else {
        match code_points(text).checked_add(start) {
            Some(skipped) if skipped >= 0 => skipped,
            _ => return (0, 0),
        }
    };
    let start = advance(text, 0, usize::try_from(skipped).unwrap_or(usize::MAX));
    let end = if length == i64::MAX {
        text.len()
    } else {
        advance(text, start, usize::try_from(length).unwrap_or(usize::MAX))
    };
    (start, end)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, column, shown, text};

    #[tokio::test]
    async fn positions_count_from_either_end() {
        let cases = [
            (5, 6, "ratica"),
            (5, 50, "ratically"),
            (50, 10, ""),
            (-5, 4, "call"),
            (-5, i64::MAX, "cally"),
            (-13, 2, "Qu"),
            (-50, 4, ""),
            (0, 4, ""),
            (5, 0, ""),
            (5, -1, ""),
            (i64::MIN, 1, ""),
            (i64::MAX, i64::MAX, ""),
        ];
        for (start, length, expected) in cases {
            let arguments = vec![text("Quadratically"), bigint(start), bigint(length)];
            assert_eq!(
                shown("substr", arguments).await,
                expected,
                "{start} {length}"
            );
        }
    }

    #[tokio::test]
    async fn positions_are_of_code_points() {
        let values = StringArray::from(vec![Some("信念,爱,希望"), None, Some("𐐭end"), Some("")]);
        let arguments = vec![column("varchar", values.clone()), bigint(2), bigint(2)];
        assert_eq!(shown("substring", arguments).await, "念,|NULL|en|");
        let starts = Int64Array::from(vec![Some(-2), Some(1), None, Some(1)]);
        let arguments = vec![column("varchar", values), column("bigint", starts)];
        assert_eq!(shown("substring", arguments).await, "希望|NULL|NULL|");
    }

    #[tokio::test]
    async fn parts_of_chars_include_padding() {
        let values = StringArray::from(vec!["abc def ", "a       "]);
        let arguments = vec![column("char(8)", values), bigint(2), bigint(7)];
        assert_eq!(shown("substr", arguments).await, "bc def |       ");
    }
}
