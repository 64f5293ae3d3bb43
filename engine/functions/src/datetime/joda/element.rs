//! The elements of a format.

use super::field::Field;
use crate::error::FunctionError;

/// A format: its elements in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Formatter {
    pub(super) elements: Vec<Element>,
}

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    /// Text that stands for itself. It is parsed in any case, and fails at its start.
    Text(String),
    /// A field as a number.
    Number {
        field: Field,
        /// Zeros are put in front up to so many digits.
        digits_min: usize,
        /// No more digits are parsed.
        digits_max: usize,
        /// Whether a sign is parsed.
        signed: bool,
    },
    /// A year by its last two digits, of the hundred years around the pivot.
    TwoDigitYear {
        field: Field,
        pivot: i64,
        /// Whether years of other lengths are parsed as they are.
        lenient: bool,
    },
    /// A field by its name.
    Name { field: Field, short: bool },
    /// The fraction of a second, minute or hour, which lasts so many milliseconds.
    Fraction {
        of_millis: i64,
        digits_min: usize,
        digits_max: usize,
    },
    /// The zone's offset from UTC, printed as hours and minutes. Parsed, it may have seconds and milliseconds, and `Z` is UTC.
    ZoneOffset { colon: bool },
    /// The zone's name of the tz database.
    ZoneId,
    /// The zone's usual name.
    ZoneName { short: bool },
    /// Whichever alternative parses the most; none of them where `optional`. Not printed.
    OneOf {
        alternatives: Vec<Vec<Element>>,
        optional: bool,
    },
}

impl Formatter {
    pub(crate) fn new(elements: Vec<Element>) -> Formatter {
        Formatter { elements }
    }

    /// A format that prints and parses nothing is an error.
    pub(crate) fn not_empty(elements: Vec<Element>) -> Result<Formatter, FunctionError> {
        if elements.is_empty() {
            return Err(FunctionError::argument(
                "Both printing and parsing not supported",
            ));
        }
        Ok(Formatter { elements })
    }
}

impl Element {
    /// An unsigned number; no fewer digits are parsed than printed.
    pub(crate) fn number(field: Field, digits_min: usize, digits_max: usize) -> Element {
        Element::Number {
            field,
            digits_min,
            digits_max: digits_max.max(digits_min),
            signed: false,
        }
    }

    /// A number with a sign.
    pub(crate) fn signed(field: Field, digits_min: usize, digits_max: usize) -> Element {
        Element::Number {
            field,
            digits_min,
            digits_max: digits_max.max(digits_min),
            signed: true,
        }
    }

    /// The fraction of a second.
    pub(crate) fn fraction_of_second(digits_min: usize, digits_max: usize) -> Element {
        Element::Fraction {
            of_millis: 1_000,
            digits_min,
            digits_max,
        }
    }

    /// Text that stands for itself.
    pub(crate) fn text(text: impl Into<String>) -> Element {
        Element::Text(text.into())
    }
}
