//! The crawler: turns prefixes into tables as Glue's does.

mod apply;
pub mod classify;
pub mod configuration;
pub mod exclusion;
pub mod found_table;
pub mod grouping;
pub mod include_path;
pub mod key_types;
pub mod listing;
mod memory;
pub mod names;
pub mod plan;
pub mod progress;
pub mod reading;
pub mod run;
mod run_owner;
pub mod s3_events;
pub mod schedule;
pub mod schema;
mod survey;
pub mod table_builder;
mod table_merge;
