//! JSON: the `json` type's functions, SQL/JSON's path language and its functions, and casts to and from `json`.
//!
//! A `json` value is text in one form: no blanks, keys sorted where `json_parse` made it, numbers as Jackson keeps them (integers exact,
//! others as Java prints their doubles). Texts are read in one pass, without recursion and without a tree:
//! - `scan` reads tokens, `walk` passes whole values, `cursor` steps through arrays and objects;
//! - `canonical` brings text into the one form; `string`, `number` and `decimal` know its scalars;
//! - `extract`, `array` and `parse` are Trino's functions over JSON text;
//! - `document`, `path` and `sql` are SQL/JSON: an index over a text's values, the path language, and the functions that evaluate paths;
//! - `casts` are `CAST(x AS json)` and `CAST(json AS x)`.

mod array;
mod canonical;
pub(crate) mod casts;
mod cursor;
mod decimal;
mod document;
mod extract;
mod number;
mod parse;
mod path;
mod scan;
mod sql;
mod string;
mod walk;

pub(crate) use casts::{from_json, to_json};
pub(crate) use path::check_path;

use crate::definition::Definition;

/// The functions of this topic.
pub(crate) fn definitions() -> Vec<Definition> {
    [
        parse::definitions(),
        extract::definitions(),
        array::definitions(),
        sql::definitions(),
        casts::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
