//! The commands that are no conversation: `sql`, `crawl` and `serve`.

pub mod crawl;
mod crawl_report;
pub mod serve;
pub mod sql;
