//! The real S3 server that tests talk to: in process, on loopback, signatures checked, with a log of what it served and
//! faults on request.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod faults;
mod log;
mod server;

pub use faults::Fault;
pub use log::{Request, RequestKind, Totals};
pub use server::TestS3;
