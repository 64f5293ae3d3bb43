//! The life of a query: its request, its id, its handle, its report, and the one service that all doors lead to.

mod accounting;
mod deep_stack;
mod handle;
mod id;
mod report;
mod request;
mod service;

pub use accounting::QueryProgress;
pub(crate) use accounting::{QueryAccounting, ScanPlanned};
pub(crate) use handle::StartedStatement;
pub use handle::{ProgressReader, QueryCanceller, QueryHandle};
pub use id::QueryId;
pub use report::{QueryReport, QueryState, ReportError, RequestCounts, StatementClass};
pub use request::{
    DEFAULT_DATABASE, DEFAULT_WORKGROUP, LOCAL_PRINCIPAL, QueryRequest, QuerySource,
};
pub(crate) use service::QueryContext;
pub use service::QueryService;
