//! `char2hexint` and `index`.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringViewBuilder};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "char2hexint",
            "Hexadecimal digits of the text in UTF-16 with the greater byte first",
        )
        .strict("(varchar) -> varchar", char2hexint),
        Definition::new(
            "index",
            "Place of the first occurrence of a text within another, or 0",
        )
        .strict("(varchar, varchar) -> bigint", index),
    ]
}

fn char2hexint(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let mut results = StringViewBuilder::with_capacity(texts.len());
    let mut digits = String::new();
    for text in &texts {
        digits.clear();
        for unit in text.unwrap_or("").encode_utf16() {
            // Writing to a string does not fail.
            let _ = write!(digits, "{unit:04X}");
        }
        results.append_value(&digits);
    }
    Ok(Arc::new(results.finish()))
}

/// Places count characters from 1; a text without characters is found at once.
fn index(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, wanted) = (call.strings(0)?, call.strings(1)?);
    let places = texts.iter().zip(&wanted).map(|(text, wanted)| {
        let (text, wanted) = (text.unwrap_or(""), wanted.unwrap_or(""));
        let found = memchr::memmem::find(text.as_bytes(), wanted.as_bytes())?;
        let before = text.get(..found)?.chars().count();
        i64::try_from(before).ok().map(|before| before + 1)
    });
    let places = places.map(|place| place.unwrap_or(0));
    Ok(Arc::new(Int64Array::from_iter_values(places)))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{result, texts};
    use crate::testing::text;

    #[tokio::test]
    async fn units_of_utf_16_are_shown_in_hexadecimal() {
        assert_eq!(
            result("char2hexint", vec![texts(&["Ab", "NULL", "", "😀"])]).await,
            "00410062|NULL||D83DDE00"
        );
    }

    #[tokio::test]
    async fn places_count_characters() {
        assert_eq!(
            result(
                "index",
                vec![texts(&["hello", "NULL", "日本本", "x"]), text("本")]
            )
            .await,
            "0|NULL|2|0"
        );
        assert_eq!(result("index", vec![text("hello"), text("l")]).await, "3");
        assert_eq!(result("index", vec![text("hello"), text("")]).await, "1");
    }
}
