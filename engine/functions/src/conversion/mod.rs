//! Functions between values and texts that are no casts: `format`, `format_number`, `parse_data_size` and `typeof`.
//!
//! `format` is Java's `Formatter`: `pattern` reads format strings, `argument` the values, and the `print_*` files write them.

mod argument;
mod data_size;
mod format;
mod hash_code;
mod number_unit;
mod pattern;
mod pattern_check;
mod print;
mod print_number;
mod print_time;
#[cfg(test)]
mod tests;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    let parse_data_size = Definition::new(
        "parse_data_size",
        "Bytes of a size such as 2.3MB, with units of 1024",
    )
    .strict("(varchar) -> decimal(38,0)", data_size::parse_data_size);
    vec![
        Definition::new(
            "format",
            "The arguments after the first, written by a format string as Java's Formatter does",
        )
        .nullable_returning("(any...) -> varchar", format::returns, format::format),
        Definition::new(
            "format_number",
            "A number in at most three whole digits with the unit that this takes",
        )
        .strict("(bigint) -> varchar", number_unit::format_bigint)
        .strict("(double) -> varchar", number_unit::format_double),
        parse_data_size.alias("parse_presto_data_size"),
        parse_data_size,
        Definition::new("typeof", "The name of the argument's type").analyzed("(T) -> varchar"),
    ]
}
