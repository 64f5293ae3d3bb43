//! `format(format, args...)`

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringBuilder};
use datafusion::error::Result;

use super::argument::{Argument, ArgumentColumn, argument_columns, is_formattable};
use super::pattern::{ArgumentIndex, Conversion, FormatError, Piece, Specifier, parse_pattern};
use super::print::print;
use crate::call::Call;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::signature::Bound;
use crate::types::Type;

/// The longest width and precision: one value could otherwise fill the memory.
const WIDTH_MAX: usize = 65_536;

/// What `format` returns, once it is known that its arguments can be formatted.
pub(super) fn returns(bound: &Bound) -> Result<Type, FunctionError> {
    let (format, arguments) = match bound.arguments.as_slice() {
        [] | [_] => {
            return Err(FunctionError::argument(
                "The 'format' function must have at least two arguments",
            ));
        }
        [format, arguments @ ..] => (format, arguments),
    };
    if !matches!(format, Type::Varchar(_)) {
        return Err(FunctionError::new(
            FunctionErrorCode::TypeMismatch,
            format!("Type of first argument to format() must be VARCHAR (actual: {format})"),
        ));
    }
    match arguments.iter().find(|of| !is_formattable(of)) {
        Some(wrong) => Err(FunctionError::new(
            FunctionErrorCode::NotSupported,
            format!("Type not supported for formatting: {wrong}"),
        )),
        None => Ok(Type::VARCHAR),
    }
}

pub(super) fn format(call: &Call<'_>) -> Result<ArrayRef> {
    let formats = call.strings(0)?;
    let arguments = argument_columns(call)?;
    let mut texts = StringBuilder::new();
    let mut text = String::new();
    // The last format string that was read; mostly there is but one.
    let mut known: Option<(&str, Vec<Piece>)> = None;
    for row in 0..formats.len() {
        if formats.is_null(row) {
            texts.append_null();
            continue;
        }
        let format = formats.value(row);
        let failed = |error: FormatError| {
            FunctionError::argument(format!("Invalid format string: {format} ({error})"))
        };
        let pieces = match known.take() {
            Some((text, pieces)) if text == format => pieces,
            _ => parse_pattern(format).map_err(failed)?,
        };
        if pieces.iter().any(is_too_wide) {
            return Err(FunctionError::new(
                FunctionErrorCode::ExceededFunctionMemoryLimit,
                format!("Widths and precisions of format must not exceed {WIDTH_MAX}"),
            )
            .into());
        }
        text.clear();
        write_pieces(&mut text, &pieces, &arguments, row).map_err(failed)?;
        texts.append_value(&text);
        known = Some((format, pieces));
    }
    Ok(Arc::new(texts.finish()))
}

fn is_too_wide(piece: &Piece) -> bool {
    match piece {
        Piece::Literal(_) => false,
        Piece::Specifier(specifier) => {
            specifier.width.is_some_and(|width| width > WIDTH_MAX)
                || specifier
                    .precision
                    .is_some_and(|precision| precision > WIDTH_MAX)
        }
    }
}

fn write_pieces(
    out: &mut String,
    pieces: &[Piece],
    arguments: &[ArgumentColumn],
    row: usize,
) -> Result<(), FormatError> {
    let mut next = 0;
    let mut last = None;
    for piece in pieces {
        let specifier = match piece {
            Piece::Literal(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Specifier(specifier) => specifier,
        };
        if matches!(
            specifier.conversion,
            Conversion::LineBreak | Conversion::Percent
        ) {
            print(out, specifier, Argument::Null)?;
            continue;
        }
        let place = match specifier.index {
            ArgumentIndex::Next => {
                next += 1;
                Some(next - 1)
            }
            ArgumentIndex::Previous => last,
            ArgumentIndex::At(place) => Some(place),
        };
        last = place;
        print(out, specifier, argument(arguments, place, row, specifier)?)?;
    }
    Ok(())
}

fn argument<'a>(
    arguments: &'a [ArgumentColumn],
    place: Option<usize>,
    row: usize,
    specifier: &Specifier,
) -> Result<Argument<'a>, FormatError> {
    place
        .and_then(|place| arguments.get(place))
        .map(|column| column.value(row))
        .ok_or_else(|| FormatError::missing_argument(specifier))
}
