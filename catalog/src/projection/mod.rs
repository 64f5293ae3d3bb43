//! Partition projection: the partitions of a table computed from its properties instead of read from the catalog.
//!
//! A table with `projection.enabled` set has, for each partition key, a rule that says which values the key takes.
//! [`PartitionProjection::of`] checks the rules; [`PartitionProjection::partitions`] walks the values that a query's
//! predicate leaves, lazily, one cursor a key. Values are narrowed before they are enumerated: the predicate is read
//! as a set of values for each key, and each rule knows where in its sequence such a set lies.

mod candidates;
mod date_bound;
mod date_format;
mod date_parser;
mod date_pattern;
mod date_projection;
mod date_sequence;
mod error;
mod integer_sequence;
mod interval_unit;
mod key_condition;
mod key_cursor;
mod key_projection;
mod listed_values;
mod location_template;
mod narrowing;
mod partition_projection;
mod projected_partitions;
mod properties;
mod value_domain;

pub use error::ProjectionError;
pub use partition_projection::PartitionProjection;
pub use projected_partitions::ProjectedPartitions;
pub use properties::Property;

#[cfg(test)]
mod date_tests;
#[cfg(test)]
mod equivalence_tests;
#[cfg(test)]
mod error_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod narrowing_tests;
#[cfg(test)]
mod partition_tests;
