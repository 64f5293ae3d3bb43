//! Reads a JSON value into the shape of its place.

use super::shape::{ObjectShape, Shape};
use super::tokens::{Stop, Tokens};
use crate::crawler::classify::inferred_type::InferredType;
use crate::crawler::classify::scalar_text::{number_type, string_type};

/// The deepest nesting that a type has; what nests deeper is its JSON text, a string. It bounds the recursion here and
/// wherever types are walked.
const DEPTH_MAX: usize = 64;

/// Adds the members of the object that comes next. Where the text is cut, those before the cut are added.
pub(super) fn observe_object(
    tokens: &mut Tokens<'_>,
    object: &mut ObjectShape,
    depth: usize,
) -> Result<(), Stop> {
    object.begin();
    if !tokens.enter(b'{', b'}')? {
        return Ok(());
    }
    let mut expected: usize = 0;
    loop {
        let key = tokens.key()?.decode();
        let (shape, position) = object.member(&key, expected);
        observe_value(tokens, shape, depth.saturating_add(1))?;
        expected = position.saturating_add(1);
        if !tokens.another(b'}')? {
            return Ok(());
        }
    }
}

/// Adds the value that comes next, which stands `depth` levels deep.
pub(super) fn observe_value(
    tokens: &mut Tokens<'_>,
    shape: &mut Shape,
    depth: usize,
) -> Result<(), Stop> {
    let first = tokens.peek().ok_or(Stop::Cut)?;
    if matches!(first, b'{' | b'[') && depth >= DEPTH_MAX {
        shape.add_scalar(InferredType::String);
        return tokens.skip();
    }
    match first {
        b'{' => match shape.add_object() {
            Some(object) => observe_object(tokens, object, depth),
            None => tokens.skip(),
        },
        b'[' => match shape.add_array() {
            Some(elements) => observe_array(tokens, elements, depth),
            None => tokens.skip(),
        },
        b'"' => {
            let text = tokens.string()?.decode();
            shape.add_scalar(string_type(&text));
            Ok(())
        }
        _ => {
            shape.add_scalar(match tokens.literal()? {
                "null" => InferredType::Null,
                "true" | "false" => InferredType::Boolean,
                number => number_type(number),
            });
            Ok(())
        }
    }
}

fn observe_array(tokens: &mut Tokens<'_>, elements: &mut Shape, depth: usize) -> Result<(), Stop> {
    if !tokens.enter(b'[', b']')? {
        return Ok(());
    }
    loop {
        observe_value(tokens, elements, depth.saturating_add(1))?;
        if !tokens.another(b']')? {
            return Ok(());
        }
    }
}
