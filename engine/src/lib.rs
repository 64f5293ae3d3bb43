//! The engine: a statement in; Arrow batches and a query report out.
//!
//! The way of a query through this crate: [`sql`] parses it, [`query`] gives it a life, `statement` runs it, `analyze` resolves
//! names and types, `plan` plans scans, `prune` finds partitions and files, `file_statistics` tells what the catalog knows of them, `write` commits
//! what CTAS and INSERT made.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod analyze;
pub mod crawl;
pub mod error;
mod file_statistics;
mod plan;
mod prune;
pub mod query;
mod row_pattern;
pub mod settings;
pub mod sql;
mod statement;
mod write;

pub use crawl::CrawlRequest;
pub use error::{ErrorCategory, ErrorCode, Position, QueryError};
pub use plan::{TYPE_METADATA, column_type, exchanged, exchanged_schema, instants};
pub use prismlake_functions::ResultText;
pub use prismlake_functions::types::Type;
pub use query::{
    ProgressReader, QueryCanceller, QueryHandle, QueryId, QueryProgress, QueryReport, QueryRequest,
    QueryService, QuerySource, QueryState, StatementClass,
};
pub use settings::{ServiceOptions, Settings};
pub use statement::{LINE_COLUMNS, StatementDescription};
