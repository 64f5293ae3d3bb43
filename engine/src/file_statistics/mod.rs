//! What the catalog keeps of single files: made from footers, looked up for the files that a listing shows, and read in the types
//! that a table declares. What it is used for is described in `docs/file-statistics.md`.

mod column_figures;
mod kept_entry;
mod typed_bounds;
mod valid_entries;

pub(crate) use column_figures::column_figures;
pub(crate) use kept_entry::entry_of;
pub(crate) use typed_bounds::typed_bounds;
pub(crate) use valid_entries::ValidEntries;
