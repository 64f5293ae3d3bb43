//! Dates, times, timestamps and intervals.
//!
//! - `calendar` and `local_time` are the arithmetic: days and dates, instants and local times in zones;
//! - `columns` reads and makes the columns of values, `unit` the units of time that calls name;
//! - `joda` prints and parses by formats, which `mysql` and its own patterns describe;
//! - the other files have the functions, the operators and the literals.

mod add;
pub(crate) mod calendar;
pub(crate) mod columns;
mod dates;
mod difference;
mod duration;
mod extract;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod formatting;
mod interval_literal;
mod iso8601;
mod iso8601_format;
pub(crate) mod joda;
pub mod literal;
mod literal_reader;
mod local_time;
mod mysql;
mod nano_timestamp;
mod operators;
mod rounding;
mod session;
mod truncate;
mod unit;
mod unix_time;
mod zone;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        add::definitions(),
        dates::definitions(),
        difference::definitions(),
        duration::definitions(),
        extract::definitions(),
        formatting::definitions(),
        iso8601::definitions(),
        operators::definitions(),
        session::definitions(),
        truncate::definitions(),
        unix_time::definitions(),
        zone::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
