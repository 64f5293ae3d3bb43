//! JSON as bytes: `$json_input` and `$json_output` between bytes and text, and `$json_from_text` for FORMAT JSON.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BinaryBuilder, StringViewArray, StringViewBuilder,
};
use datafusion::error::Result;

use super::{input_error, unknown_clause};
use crate::call::Call;
use crate::definition::Definition;
use crate::json::canonical::{Canonicalizer, Members};
use crate::json::document::Document;
use crate::json::scan::Scanner;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$json_input",
            "The text that bytes in an encoding are: UTF8, UTF16 or UTF32",
        )
        .strict("(varbinary, varchar) -> varchar", json_input)
        .hidden(),
        Definition::new(
            "$json_output",
            "The bytes of a text in an encoding: UTF8, UTF16 or UTF32",
        )
        .strict("(varchar, varchar) -> varbinary", json_output)
        .hidden(),
        Definition::new(
            "$json_from_text",
            "The JSON value that FORMAT JSON says a text is",
        )
        .strict("(varchar) -> json", json_from_text)
        .hidden(),
    ]
}

fn json_input(call: &Call<'_>) -> Result<ArrayRef> {
    let encodings = call.strings(1)?;
    let encoding = |row: usize| {
        Ok(if encodings.is_null(row) {
            "UTF8"
        } else {
            encodings.value(row)
        })
    };
    Ok(Arc::new(decoded(&call.binaries(0)?, encoding)?))
}

/// The texts of bytes. What is no text in the encoding becomes replacement characters, as in Java.
pub(super) fn decoded<'e>(
    values: &BinaryArray,
    encoding: impl Fn(usize) -> Result<&'e str>,
) -> Result<StringViewArray> {
    let mut output = StringViewBuilder::with_capacity(values.len());
    for (row, bytes) in values.iter().enumerate() {
        let Some(bytes) = bytes else {
            output.append_null();
            continue;
        };
        output.append_value(match encoding(row)? {
            "UTF8" => String::from_utf8_lossy(bytes),
            "UTF16" => from_utf16(bytes).into(),
            "UTF32" => from_utf32(bytes).into(),
            other => return Err(unknown_clause("ENCODING", other).into()),
        });
    }
    Ok(output.finish())
}

fn from_utf16(bytes: &[u8]) -> String {
    let (pairs, tail) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    let mut text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.extend(tail.iter().map(|_| char::REPLACEMENT_CHARACTER));
    text
}

fn from_utf32(bytes: &[u8]) -> String {
    let (words, tail) = bytes.as_chunks::<4>();
    let replaced = (!tail.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    words
        .iter()
        .map(|word| {
            char::from_u32(u32::from_le_bytes(*word)).unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .chain(replaced)
        .collect()
}

fn json_output(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let encodings = call.strings(1)?;
    let mut output = BinaryBuilder::new();
    for row in 0..call.rows {
        if call.is_null(row) {
            output.append_null();
            continue;
        }
        let text = texts.value(row);
        match encodings.value(row) {
            "UTF8" => output.append_value(text.as_bytes()),
            "UTF16" => {
                output.append_value(
                    text.encode_utf16()
                        .flat_map(u16::to_le_bytes)
                        .collect::<Vec<u8>>(),
                );
            }
            "UTF32" => {
                output.append_value(
                    text.chars()
                        .flat_map(|c| u32::from(c).to_le_bytes())
                        .collect::<Vec<u8>>(),
                );
            }
            other => return Err(unknown_clause("ENCODING", other).into()),
        }
    }
    Ok(Arc::new(output.finish()))
}

/// Of several members with the same key the last counts, and what stands behind the value is not looked at: Trino reads a tree.
fn json_from_text(call: &Call<'_>) -> Result<ArrayRef> {
    let mut canonicalizer = Canonicalizer::new(Members::Unique);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    let mut memory = Vec::new();
    for text in &call.strings(0)? {
        let Some(text) = text else {
            output.append_null();
            continue;
        };
        match Document::read(text, memory).map_err(|_| input_error())? {
            None => {
                output.append_null();
                memory = Vec::new();
            }
            Some(document) => {
                let mut scanner = Scanner::new(document.text(document.root()));
                let form = canonicalizer
                    .value(&mut scanner)
                    .map_err(|_| input_error())?;
                output.append_value(form);
                memory = document.into_memory();
            }
        }
    }
    Ok(Arc::new(output.finish()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{BinaryArray, StringArray};

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn bytes_are_decoded_and_encoded() {
        let value = "[\"é\u{1f600}\"]";
        for encoding in ["UTF8", "UTF16", "UTF32"] {
            let bytes = crate::testing::call("$json_output", vec![text(value), text(encoding)])
                .await
                .unwrap()
                .0;
            let bytes: BinaryArray = arrow::array::Array::to_data(&bytes).into();
            let back = shown(
                "$json_input",
                vec![column("varbinary", bytes), text(encoding)],
            )
            .await;
            assert_eq!(back, value, "{encoding}");
        }
        let broken = BinaryArray::from_opt_vec(vec![
            Some(&[b'a', 0, 0][..]),
            None,
            Some(&[0, 0xd8, b'b', 0][..]),
        ]);
        assert_eq!(
            shown(
                "$json_input",
                vec![column("varbinary", broken.clone()), text("UTF16")]
            )
            .await,
            "a\u{fffd}|NULL|\u{fffd}b"
        );
        assert_eq!(
            shown(
                "$json_input",
                vec![column("varbinary", broken), text("UTF32")]
            )
            .await,
            "\u{fffd}|NULL|\u{fffd}"
        );
        assert_eq!(
            shown("$json_output", vec![text("a"), text("LATIN1")]).await,
            "ERROR: 'LATIN1' is no ENCODING clause"
        );
    }

    #[tokio::test]
    async fn what_is_formatted_as_json_is_read() {
        let values = StringArray::from(vec![
            Some(" {\"b\": 1.50, \"a\": 2, \"b\": 3} x"),
            None,
            Some(""),
        ]);
        assert_eq!(
            shown("$json_from_text", vec![column("varchar", values)]).await,
            "{\"b\":3,\"a\":2}|NULL|NULL"
        );
        assert_eq!(
            shown("$json_from_text", vec![text("[...")]).await,
            "ERROR: conversion to JSON failed: "
        );
    }
}
