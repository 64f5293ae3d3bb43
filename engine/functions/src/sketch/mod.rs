//! Sketches: small summaries of many values, and the functions that read them.
//!
//! HyperLogLog, t-digest, q-digest and set digest are stored in the forms that Airlift and Trino write, so that stored sketches are read by either.

mod bytes;
mod cardinality;
mod float_order;
mod hyperloglog;
mod murmur3;
mod quantile_digest;
mod round;
mod set_digest;
mod tdigest;
mod value_hash;

mod quantile_functions;
mod set_functions;

pub(crate) use float_order::{double_to_sortable, real_to_sortable};
pub(crate) use hyperloglog::HyperLogLog;
pub(crate) use murmur3::{hash_bytes as murmur3_bytes, hash_i64 as murmur3_i64};
pub(crate) use quantile_digest::QuantileDigest;
pub(crate) use round::round_half_up;
pub(crate) use set_digest::SetDigest;
pub(crate) use tdigest::TDigest;
pub(crate) use value_hash::hash_values;

use crate::definition::Definition;

/// The buckets of the sketches that `approx_set` makes.
pub(crate) const APPROX_SET_BUCKETS: u32 = 4096;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        set_functions::definitions(),
        quantile_functions::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
