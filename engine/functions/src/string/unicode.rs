//! Encodings of Unicode: normal forms, and text as UTF-8 bytes.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::downcast_value;
use datafusion::error::Result;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::text::{TextArgument, TextWriter};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("normalize", "Transforms the string to normalized form")
            .strict("(varchar) -> varchar", |call| normalize(call, None))
            .strict("(varchar, varchar) -> varchar", |call| {
                normalize(call, Some(&TextArgument::of(call, 1)?))
            }),
        Definition::new("to_utf8", "Encodes the string to UTF-8")
            .strict("(varchar) -> varbinary", to_utf8)
            .strict("(char(x)) -> varbinary", to_utf8),
        Definition::new("from_utf8", "Decodes the UTF-8 encoded string")
            .strict("(varbinary) -> varchar", |call| {
                from_utf8(call, |_| Ok(Some(char::REPLACEMENT_CHARACTER)))
            })
            .strict("(varbinary, varchar) -> varchar", |call| {
                let replacements = TextArgument::of(call, 1)?;
                from_utf8(call, |row| replacement_of_text(replacements.value(row)))
            })
            .strict("(varbinary, bigint) -> varchar", |call| {
                let replacements = call.bigints(1)?;
                from_utf8(call, |row| {
                    replacement_of_code(replacements.value(row)).map(Some)
                })
            }),
    ]
}

fn normalize(call: &Call<'_>, forms: Option<&TextArgument<'_>>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let value = values.value(row);
            let text = writer.text();
            match forms.map_or("NFC", |forms| forms.value(row)) {
                "NFC" if is_nfc_quick(value.chars()) == IsNormalized::Yes => text.push_str(value),
                "NFC" => text.extend(value.nfc()),
                "NFD" => text.extend(value.nfd()),
                "NFKC" => text.extend(value.nfkc()),
                "NFKD" => text.extend(value.nfkd()),
                _ => {
                    return Err(FunctionError::argument(
                        "Normalization form must be one of [NFD, NFC, NFKD, NFKC]",
                    )
                    .into());
                }
            }
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn to_utf8(call: &Call<'_>) -> Result<ArrayRef> {
    let text = cast(&call.strings(0)?, &DataType::Utf8)?;
    let text = downcast_value!(text, StringArray);
    Ok(Arc::new(BinaryArray::from(text.clone())))
}

fn replacement_of_text(text: &str) -> Result<Option<char>, FunctionError> {
    let mut characters = text.chars();
    let first = characters.next();
    if characters.next().is_some() {
        return Err(FunctionError::argument(
            "Replacement character string must empty or a single character",
        ));
    }
    Ok(first)
}

fn replacement_of_code(code: i64) -> Result<char, FunctionError> {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .ok_or_else(|| FunctionError::argument("Invalid replacement character"))
}

fn from_utf8(
    call: &Call<'_>,
    replacement: impl Fn(usize) -> Result<Option<char>, FunctionError>,
) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let replacement = replacement(row)?;
            decode(values.value(row), replacement, writer.text());
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// Decodes bytes, with a character for each sequence that is invalid.
fn decode(bytes: &[u8], replacement: Option<char>, text: &mut String) {
    let mut rest = bytes;
    loop {
        let error = match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return;
            }
            Err(error) => error,
        };
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or(""));
        text.extend(replacement);
        rest = invalid.get(invalid_length(invalid)..).unwrap_or_default();
    }
}

/// How many bytes an invalid sequence has, as Trino counts: its first byte says how long it should be, even up to six, and it ends before
/// the first byte that continues none.
fn invalid_length(bytes: &[u8]) -> usize {
    let expected = match bytes.first() {
        Some(0xC0..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF7) => 4,
        Some(0xF8..=0xFB) => 5,
        Some(0xFC..=0xFD) => 6,
        _ => 1,
    };
    let continued = bytes
        .iter()
        .skip(1)
        .take(expected - 1)
        .take_while(|byte| matches!(byte, 0x80..=0xBF))
        .count();
    continued + 1
}

#[cfg(test)]
mod tests {
    use arrow::array::{BinaryArray, StringArray};

    use crate::testing::{Argument, bigint, column, shown, text};

    fn bytes(values: &[Option<&[u8]>]) -> Argument {
        column("varbinary", BinaryArray::from(values.to_vec()))
    }

    #[tokio::test]
    async fn text_has_four_normal_forms() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![Some("scho\u{308}n㈱Ⅲ"), None]),
            )
        };
        for (form, expected) in [
            ("NFC", "sch\u{f6}n㈱Ⅲ|NULL"),
            ("NFD", "scho\u{308}n㈱Ⅲ|NULL"),
            ("NFKC", "sch\u{f6}n(株)III|NULL"),
            ("NFKD", "scho\u{308}n(株)III|NULL"),
        ] {
            assert_eq!(
                shown("normalize", vec![values(), text(form)]).await,
                expected
            );
        }
        assert_eq!(
            shown("normalize", vec![values()]).await,
            "sch\u{f6}n㈱Ⅲ|NULL"
        );
        assert_eq!(
            shown("normalize", vec![values(), text("nfc")]).await,
            "ERROR: Normalization form must be one of [NFD, NFC, NFKD, NFKC]"
        );
    }

    #[tokio::test]
    async fn text_is_encoded_with_its_padding() {
        let values = StringArray::from(vec![Some("é"), None, Some("")]);
        assert_eq!(
            shown("to_utf8", vec![column("varchar", values)]).await,
            "c3a9|NULL|"
        );
        let padded = StringArray::from(vec!["a "]);
        assert_eq!(
            shown("to_utf8", vec![column("char(2)", padded)]).await,
            "6120"
        );
    }

    #[tokio::test]
    async fn invalid_sequences_are_replaced_as_wholes() {
        let values: &[Option<&[u8]>] = &[
            Some(b"hello"),
            None,
            Some(b"X\xBFY"),
            Some(b"X\xDF"),
            Some(b"\xF0\x9F\x92Z"),
            Some(b"\xED\xA0\x80"),
            Some(b"\xC0\xAF\xE0\x80\x80\xF4\x90\x80\x80"),
            Some(b"\xF8\x88\x80\x80\x80a\xFC\x84\x80\x80\x80\x80\xFF\xFE"),
        ];
        assert_eq!(
            shown("from_utf8", vec![bytes(values)]).await,
            "hello|NULL|X\u{FFFD}Y|X\u{FFFD}|\u{FFFD}Z|\u{FFFD}|\u{FFFD}\u{FFFD}\u{FFFD}|\u{FFFD}a\u{FFFD}\u{FFFD}\u{FFFD}"
        );
        let value: &[Option<&[u8]>] = &[Some(b"X\xBF")];
        assert_eq!(
            shown("from_utf8", vec![bytes(value), text("#")]).await,
            "X#"
        );
        assert_eq!(shown("from_utf8", vec![bytes(value), text("")]).await, "X");
        assert_eq!(
            shown("from_utf8", vec![bytes(value), bigint(35)]).await,
            "X#"
        );
        assert_eq!(
            shown("from_utf8", vec![bytes(value), text("foo")]).await,
            "ERROR: Replacement character string must empty or a single character"
        );
        for code in [1_114_112, 0xD800, -1] {
            assert_eq!(
                shown("from_utf8", vec![bytes(value), bigint(code)]).await,
                "ERROR: Invalid replacement character"
            );
        }
    }
}
