//! How far a run is, for whoever watches it, and whether it is to stop.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::model::{CrawlCounts, ObjectError};

/// Objects whose errors are kept with the history.
const OBJECT_ERRORS_KEPT: usize = 1000;

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CrawlPhase {
    /// Finding the objects.
    #[default]
    Listing,
    /// Reading some of them.
    Reading,
    /// Comparing with the catalog.
    Planning,
    /// Changing the catalog.
    Applying,
}

/// The counters of a run.
#[derive(Debug, Default)]
pub struct CrawlProgress {
    phase: Mutex<CrawlPhase>,
    listed: AtomicU64,
    read: AtomicU64,
    failed: AtomicU64,
    errors: Mutex<Vec<ObjectError>>,
    stopping: AtomicBool,
}

impl CrawlProgress {
    /// What the run is doing.
    pub fn phase(&self) -> CrawlPhase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter(&self, phase: CrawlPhase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    pub(super) fn object_listed(&self) {
        self.listed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn object_read(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn object_failed(&self, uri: String, message: String) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if errors.len() < OBJECT_ERRORS_KEPT {
            errors.push(ObjectError { uri, message });
        }
    }

    /// Asks the run to end; what it has found so far is remembered.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Objects listed, read, and failed so far.
    pub fn counts(&self) -> CrawlCounts {
        CrawlCounts {
            objects_listed: self.listed.load(Ordering::Relaxed),
            objects_read: self.read.load(Ordering::Relaxed),
            objects_failed: self.failed.load(Ordering::Relaxed),
            ..CrawlCounts::default()
        }
    }

    /// The objects that could not be read, the first of them.
    pub fn object_errors(&self) -> Vec<ObjectError> {
        let mut errors = self
            .errors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        errors.sort_by(|a, b| a.uri.cmp(&b.uri));
        errors
    }
}
