//! XML: telling it, and the columns of its row elements. Athena cannot query it; this is for the catalog.

mod events;
mod rows;

pub(super) use rows::{XmlFindings, is_xml, read_rows};
