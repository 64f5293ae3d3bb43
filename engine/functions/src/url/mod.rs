//! Parts of URLs, and the encoding of query parameters.

mod form;
mod functions;
mod uri;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    functions::definitions()
}
