//! The log of requests served, and its totals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;

/// What a request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Reads an object or a range of one.
    Get,
    /// Lists a page.
    List,
    /// Asks for an object's attributes.
    Head,
    /// Uploads, or is a step of a multipart upload.
    Put,
    /// Removes.
    Delete,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it asked.
    pub kind: RequestKind,
    /// `bucket/key`, decoded.
    pub path: String,
    /// The status answered.
    pub status: u16,
    sent: Arc<AtomicU64>,
}

impl Request {
    pub(crate) fn new(kind: RequestKind, path: String, status: u16, sent: Arc<AtomicU64>) -> Self {
        Request {
            kind,
            path,
            status,
            sent,
        }
    }

    /// Bytes of the body that were handed to the connection.
    pub fn bytes_sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

/// Sums over a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Reads.
    pub get: u64,
    /// Listings.
    pub list: u64,
    /// Look-ups.
    pub head: u64,
    /// Uploads and their steps.
    pub put: u64,
    /// Removals.
    pub delete: u64,
    /// Bytes of the bodies of successful reads.
    pub get_bytes: u64,
}

impl Totals {
    pub(crate) fn of(requests: &[Request]) -> Totals {
        let mut totals = Totals::default();
        for request in requests {
            let counter = match request.kind {
                RequestKind::Get => &mut totals.get,
                RequestKind::List => &mut totals.list,
                RequestKind::Head => &mut totals.head,
                RequestKind::Put => &mut totals.put,
                RequestKind::Delete => &mut totals.delete,
            };
            *counter += 1;
            if request.kind == RequestKind::Get && request.status < 300 {
                totals.get_bytes += request.bytes_sent();
            }
        }
        totals
    }
}

/// The kind of a request by its method and query.
pub(crate) fn kind_of(method: &Method, query: &str) -> RequestKind {
    match *method {
        Method::GET if query.contains("list-type=") => RequestKind::List,
        Method::GET => RequestKind::Get,
        Method::HEAD => RequestKind::Head,
        Method::DELETE => RequestKind::Delete,
        Method::POST
            if query
                .split('&')
                .any(|part| part == "delete" || part == "delete=") =>
        {
            RequestKind::Delete
        }
        _ => RequestKind::Put,
    }
}
