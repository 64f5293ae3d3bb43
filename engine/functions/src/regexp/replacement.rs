//! The syntax of replacements: `$1` and `${name}` are groups, a backslash takes the meaning from what follows it.

use super::pattern::{Pattern, Spans};
use crate::error::FunctionError;
use crate::string::text::TextWriter;

/// A replacement that is read for a pattern.
pub(super) struct Replacement {
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    Group(usize),
}

impl Replacement {
    pub(super) fn parse(source: &str, pattern: &Pattern) -> Result<Replacement, FunctionError> {
        let illegal = || FunctionError::argument(format!("Illegal replacement sequence: {source}"));
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = source.chars();
        while let Some(c) = rest.next() {
            match c {
                '\\' => text.push(rest.next().ok_or_else(illegal)?),
                '$' => {
                    let group = if let Some(name) = rest.as_str().strip_prefix('{') {
                        let (name, after) = name.split_once('}').unwrap_or((name, ""));
                        rest = after.chars();
                        pattern.named_group(name).ok_or_else(|| {
                            FunctionError::argument(format!(
                                "Illegal replacement sequence: unknown group {{ {name} }}"
                            ))
                        })?
                    } else {
                        let (group, after) = numbered(rest.as_str(), pattern, illegal)?;
                        rest = after.chars();
                        group
                    };
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    pieces.push(Piece::Group(group));
                }
                c => text.push(c),
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(Replacement { pieces })
    }

    /// Writes what replaces a match. A group that took no part is nothing.
    pub(super) fn write(
        &self,
        source: &str,
        spans: &Spans,
        writer: &mut TextWriter,
    ) -> Result<(), FunctionError> {
        for piece in &self.pieces {
            let text = match piece {
                Piece::Text(text) => text,
                Piece::Group(group) => spans
                    .group(*group)
                    .and_then(|(start, end)| source.get(start..end))
                    .unwrap_or(""),
            };
            writer.reserve(text.len())?;
            writer.text().push_str(text);
        }
        Ok(())
    }
}

/// The group whose number stands next: of so many digits as give a group that exists.
fn numbered<'s>(
    text: &'s str,
    pattern: &Pattern,
    illegal: impl Fn() -> FunctionError,
) -> Result<(usize, &'s str), FunctionError> {
    let digit =
        |text: &str| -> Option<usize> { usize::try_from(text.chars().next()?.to_digit(10)?).ok() };
    let mut group = digit(text).ok_or_else(illegal)?;
    if group > pattern.groups() {
        return Err(FunctionError::argument(format!(
            "Illegal replacement sequence: unknown group {group}"
        )));
    }
    let mut rest = text.get(1..).unwrap_or("");
    while let Some(next) = digit(rest) {
        let longer = group.saturating_mul(10).saturating_add(next);
        if longer > pattern.groups() {
            break;
        }
        group = longer;
        rest = rest.get(1..).unwrap_or("");
    }
    Ok((group, rest))
}
