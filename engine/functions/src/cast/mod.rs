//! `CAST`, `TRY_CAST` and implicit coercions: every conversion between types that Trino has, as DataFusion functions.
//!
//! [`kernel::kernel`] knows which type casts to which and what runs. A kernel turns a whole array into another; rows that it cannot
//! convert it hands to [`Failures`], which either ends the query (CAST) or notes them as NULL (TRY_CAST). So one pass serves both.

mod bound_cast;
mod failures;
mod from_decimal;
mod from_number;
mod from_temporal;
mod from_text;
mod from_time;
mod kernel;
mod nested;
mod number_text;
mod opaque;
mod rows;
mod temporal_text;
#[cfg(test)]
mod tests;
mod text_length;
mod to_text;
mod unchanged;
mod zone_text;

pub(crate) use bound_cast::cast_values;
pub use bound_cast::{OnFailure, cast_function, coercion};
