//! Names that a crawler gives to tables and columns.

mod column;
mod table;

pub use column::{column_name, unique_column_names};
pub use table::{table_name, table_name_with_suffix};
