//! The crawler: turns prefixes into tables as Glue's does.

pub mod classify;
pub mod configuration;
pub mod exclusion;
pub mod names;
pub mod s3_events;
pub mod schedule;
pub mod schema;
