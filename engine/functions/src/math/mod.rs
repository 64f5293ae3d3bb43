//! Mathematical functions.

mod cosine;
mod decimal_rounding;
mod elementary;
mod list_argument;
mod magnitude;
mod probability;
mod radix;
mod random;
mod root_finding;
mod rounding;
mod special_functions;
mod special_values;
mod width_bucket;
mod wilson_interval;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        special_values::definitions(),
        magnitude::definitions(),
        rounding::definitions(),
        elementary::definitions(),
        radix::definitions(),
        random::definitions(),
        probability::definitions(),
        wilson_interval::definitions(),
        width_bucket::definitions(),
        cosine::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
