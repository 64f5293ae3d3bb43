//! Functions of text, a file a family. Positions and lengths count code points.

mod case;
mod code_point;
mod concat;
mod distance;
mod like;
mod like_pattern;
mod luhn;
mod pad;
mod replace;
mod search;
mod soundex;
mod split;
mod split_to_map;
mod substring;
pub(crate) mod text;
mod text_map;
mod translate;
mod trim;
mod unicode;
mod word_stem;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        case::definitions(),
        code_point::definitions(),
        concat::definitions(),
        distance::definitions(),
        like::definitions(),
        luhn::definitions(),
        pad::definitions(),
        replace::definitions(),
        search::definitions(),
        soundex::definitions(),
        split::definitions(),
        split_to_map::definitions(),
        substring::definitions(),
        translate::definitions(),
        trim::definitions(),
        unicode::definitions(),
        word_stem::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
