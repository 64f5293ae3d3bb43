//! Columns under construction, filled value by value and given out as Arrow arrays.

mod batch;
mod builder;
mod bytes;
mod nested;
mod primitive;

pub(in crate::formats) use batch::BatchBuilder;
pub(in crate::formats) use builder::ColumnBuilder;
pub(in crate::formats) use nested::{ListColumn, MapColumn, StructColumn};
