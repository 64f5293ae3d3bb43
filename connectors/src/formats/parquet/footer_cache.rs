//! `FooterCache`: decoded footers by object and version, bounded by memory, shared by the queries of a process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use object_store::ObjectMeta;

use super::footer::{Footer, Tail, read_footer};
use crate::error::Result;
use crate::formats::object_reader::ObjectReader;
use crate::object_uri::ObjectUri;

/// What a version of an object is told by. Every query lists its files first, so an entry is never stale.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    size: u64,
    last_modified: DateTime<Utc>,
    e_tag: Option<String>,
}

impl From<&ObjectMeta> for Version {
    fn from(meta: &ObjectMeta) -> Self {
        Version {
            size: meta.size,
            last_modified: meta.last_modified,
            e_tag: meta.e_tag.clone(),
        }
    }
}

/// Decoded footers, evicted in the order they came once they take more memory than allowed.
#[derive(Debug)]
pub struct FooterCache {
    bytes_max: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    footers: HashMap<ObjectUri, (Version, Footer)>,
    order: VecDeque<ObjectUri>,
    bytes: usize,
}

impl FooterCache {
    /// A cache that holds at most `bytes_max` of decoded footers.
    pub fn new(bytes_max: usize) -> Self {
        FooterCache {
            bytes_max,
            entries: Mutex::default(),
        }
    }

    /// The object's footer, read if it is not held; with what was fetched for it.
    pub(super) async fn read(&self, reader: &ObjectReader) -> Result<(Footer, Tail)> {
        if let Some(footer) = self.get(reader.uri(), reader.meta()) {
            return Ok((footer, Tail::default()));
        }
        let (footer, tail) = read_footer(reader).await?;
        self.put(reader.uri(), reader.meta(), &footer);
        Ok((footer, tail))
    }

    fn get(&self, uri: &ObjectUri, meta: &ObjectMeta) -> Option<Footer> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, footer) = entries.footers.get(uri)?;
        (*version == Version::from(meta)).then(|| footer.clone())
    }

    pub(super) fn put(&self, uri: &ObjectUri, meta: &ObjectMeta, footer: &Footer) {
        let bytes = footer.memory_size();
        if bytes > self.bytes_max {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let replaced = entries
            .footers
            .insert(uri.clone(), (Version::from(meta), footer.clone()));
        match replaced {
            Some((_, old)) => {
                entries.bytes = entries.bytes.saturating_sub(old.memory_size());
            }
            None => entries.order.push_back(uri.clone()),
        }
        entries.bytes += bytes;
        while entries.bytes > self.bytes_max {
            let Some(oldest) = entries.order.pop_front() else {
                break;
            };
            if let Some((_, old)) = entries.footers.remove(&oldest) {
                entries.bytes = entries.bytes.saturating_sub(old.memory_size());
            }
        }
    }
}
