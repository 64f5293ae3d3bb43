//! Functions of Teradata.

mod dates;
mod format;
mod text;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [dates::definitions(), text::definitions()]
        .into_iter()
        .flatten()
        .collect()
}
