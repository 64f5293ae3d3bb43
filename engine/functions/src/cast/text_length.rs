//! Casts between `varchar(n)` and `char(n)`: text is cut to the target's length, and `char` filled up with blanks.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::error::Result;

use super::OnFailure;
use super::kernel::Kernel;
use super::rows::texts;
use super::unchanged::CHAR_LENGTH_MAX;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::Type;

/// What becomes of texts that are shorter than the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shorter {
    Kept,
    /// Filled up with blanks.
    Filled,
    /// Freed of the blanks at their end, for they count for nothing.
    Trimmed,
}

pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    let (length, shorter) = match (from, to) {
        (Type::Varchar(_), Type::Varchar(Some(length))) => (*length, Shorter::Kept),
        // Trino 400 gives a `char` its blanks when it becomes `varchar`.
        (Type::Char(from), Type::Varchar(to)) => (to.unwrap_or(*from).min(*from), Shorter::Filled),
        (_, Type::Char(CHAR_LENGTH_MAX)) => (CHAR_LENGTH_MAX, Shorter::Trimmed),
        (_, Type::Char(length)) => (*length, Shorter::Filled),
        _ => return None,
    };
    let (from, to) = (from.clone(), to.clone());
    Some(Box::new(move |values, failures| {
        let characters = usize::try_from(length).unwrap_or(usize::MAX);
        let texts = texts(values)?;
        if fits(&texts, characters, shorter) {
            return Ok(ArrayRef::clone(values));
        }
        if failures.on_failure() == OnFailure::ErrorIfCut {
            refuse_cut(&texts, characters, &from, &to)?;
        }
        Ok(fitted(&texts, characters, shorter))
    }))
}

/// An error if a text has more than blanks after that many characters.
fn refuse_cut(texts: &StringViewArray, characters: usize, from: &Type, to: &Type) -> Result<()> {
    let is_cut = |text: &str| {
        first_characters(text.trim_end_matches(' '), characters).len()
            < text.trim_end_matches(' ').len()
    };
    if texts.iter().flatten().any(is_cut) {
        return Err(FunctionError::new(
            FunctionErrorCode::InvalidCastArgument,
            format!(
                "Cannot truncate non-space characters when casting from {from} to {to} on INSERT"
            ),
        )
        .into());
    }
    Ok(())
}

fn fitted(texts: &StringViewArray, characters: usize, shorter: Shorter) -> ArrayRef {
    let mut builder = StringViewBuilder::with_capacity(texts.len());
    let mut filled = String::new();
    for text in texts {
        let Some(text) = text else {
            builder.append_null();
            continue;
        };
        let text = first_characters(text, characters);
        match shorter {
            Shorter::Kept => builder.append_value(text),
            Shorter::Trimmed => builder.append_value(text.trim_end_matches(' ')),
            Shorter::Filled => {
                filled.clear();
                filled.push_str(text);
                let missing = characters.saturating_sub(text.chars().count());
                filled.extend(std::iter::repeat_n(' ', missing));
                builder.append_value(&filled);
            }
        }
    }
    Arc::new(builder.finish())
}

/// Whether no text need be changed.
fn fits(texts: &StringViewArray, characters: usize, shorter: Shorter) -> bool {
    texts.iter().flatten().all(|text| match shorter {
        // No text has more characters than bytes.
        Shorter::Kept => text.len() <= characters,
        Shorter::Filled => text.len() == characters && text.is_ascii(),
        Shorter::Trimmed => text.len() <= characters && !text.ends_with(' '),
    })
}

fn first_characters(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    match text.char_indices().nth(count) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
