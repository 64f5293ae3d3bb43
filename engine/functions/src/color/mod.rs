//! Colors and ANSI escape sequences.
//!
//! A color is an integer: red, green and blue in a byte each, or below zero a system color, -1 being the first.

mod interpolation;
mod render;
mod value;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [value::definitions(), render::definitions()]
        .into_iter()
        .flatten()
        .collect()
}
