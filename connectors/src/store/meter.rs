//! `RequestMeter`: counts the requests and bytes that one query exchanges with object stores.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a request asks of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Reads an object or a range of it.
    Get,
    /// Lists one page of a prefix.
    List,
    /// Asks for one object's attributes.
    Head,
    /// Uploads an object, or is a step of a multipart upload.
    Put,
    /// Removes objects.
    Delete,
}

/// Requests and bytes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestTotals {
    /// Reads of objects or ranges.
    pub get: u64,
    /// Pages of listings.
    pub list: u64,
    /// Attribute look-ups.
    pub head: u64,
    /// Uploads and steps of multipart uploads.
    pub put: u64,
    /// Removals.
    pub delete: u64,
    /// Bytes of object data received by reads. Listings and error documents are not object data.
    pub bytes_fetched: u64,
}

/// Counts the traffic of one query. Shared by all stores that the query opens.
#[derive(Debug, Default)]
pub struct RequestMeter {
    get: AtomicU64,
    list: AtomicU64,
    head: AtomicU64,
    put: AtomicU64,
    delete: AtomicU64,
    bytes_fetched: AtomicU64,
}

impl RequestMeter {
    /// Counts one request.
    pub fn count(&self, kind: RequestKind) {
        let counter = match kind {
            RequestKind::Get => &self.get,
            RequestKind::List => &self.list,
            RequestKind::Head => &self.head,
            RequestKind::Put => &self.put,
            RequestKind::Delete => &self.delete,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts object data received.
    pub fn count_fetched(&self, bytes: u64) {
        self.bytes_fetched.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The counts so far.
    pub fn totals(&self) -> RequestTotals {
        RequestTotals {
            get: self.get.load(Ordering::Relaxed),
            list: self.list.load(Ordering::Relaxed),
            head: self.head.load(Ordering::Relaxed),
            put: self.put.load(Ordering::Relaxed),
            delete: self.delete.load(Ordering::Relaxed),
            bytes_fetched: self.bytes_fetched.load(Ordering::Relaxed),
        }
    }
}
