//! `array_join`: the elements of arrays as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::nested::{element_type, list_argument, usize_of};
use crate::nested_text::{has_text, texts};
use crate::signature::Bound;
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "array_join",
            "Concatenate the elements of an array with a delimiter, and a text in place of NULLs",
        )
        .strict_returning("(array(T), varchar) -> varchar", joinable, join)
        .strict_returning("(array(T), varchar, varchar) -> varchar", joinable, join),
    ]
}

fn joinable(bound: &Bound) -> Result<Type, FunctionError> {
    let element = bound.arguments.first().map_or(&Type::Unknown, element_type);
    if has_text(element) {
        Ok(bound.returns.clone())
    } else {
        Err(FunctionError::argument(format!(
            "Input type {element} not supported"
        )))
    }
}

fn join(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, places) = list_argument(call, 0)?;
    let elements = texts(lists.values(), element_type(call.argument_type(0)))?;
    let delimiters = call.strings(1)?;
    let replacements = match call.len() {
        3 => Some(call.strings(2)?),
        _ => None,
    };
    let mut joined = StringViewBuilder::with_capacity(places.len());
    let mut text = String::new();
    for (row, places) in places.into_iter().enumerate() {
        text.clear();
        let mut first = true;
        for place in places.map(usize_of) {
            let part = match (elements.is_valid(place), &replacements) {
                (true, _) => elements.value(place),
                (false, Some(replacements)) => replacements.value(row),
                (false, None) => continue,
            };
            if !first {
                text.push_str(delimiters.value(row));
            }
            text.push_str(part);
            first = false;
        }
        joined.try_append_value(&text)?;
    }
    Ok(Arc::new(joined.finish()))
}

#[cfg(test)]
mod tests {
    use crate::testing::text;
    use crate::testing_collections::{assert_shown, constant_row, rows};

    #[tokio::test]
    async fn nulls_are_left_out_or_replaced() {
        let arrays = || {
            rows(
                "array(varchar)",
                r#"[["a", null, "b"], [null], [], null, ["", "x"]]"#,
            )
        };
        assert_shown!("array_join", [arrays(), text(", ")], "a, b|||NULL|, x");
        assert_shown!(
            "array_join",
            [arrays(), text(","), text("?")],
            "a,?,b|?||NULL|,x"
        );
        assert_shown!(
            "array_join",
            [
                arrays(),
                rows("varchar", r#"["-", null, "-", "-", "\ud83d\ude00"]"#)
            ],
            "a-b|NULL||NULL|\u{1f600}x"
        );
    }

    #[tokio::test]
    async fn elements_are_cast_to_text() {
        let joined = [
            ("array(bigint)", "[1, -2]", "1,-2"),
            ("array(boolean)", "[true, false]", "true,false"),
            ("array(decimal(4,2))", r#"["1.50", "-0.05"]"#, "1.50,-0.05"),
            ("array(date)", r#"["2024-01-31"]"#, "2024-01-31"),
            ("array(unknown)", "[null]", ""),
        ];
        for (data_type, json, expected) in joined {
            assert_shown!(
                "array_join",
                [constant_row(data_type, json), text(",")],
                expected
            );
        }
        let arrays = constant_row("array(array(bigint))", "[[1]]");
        assert_shown!(
            "array_join",
            [arrays, text(",")],
            "ERROR: Input type array(bigint) not supported"
        );
    }
}
