//! What a crawler remembers of folders between its runs.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::schema::FileSchema;
use super::table_builder::FileTotals;
use crate::crawler_store::CrawledFolder;
use crate::error::Result;
use crate::store::CatalogStore;

/// Folders read from the catalog at once.
const PAGE_FOLDERS: usize = 10_000;
/// The entry that is no folder: what the last run amounted to. No URI begins so.
const RUN: &str = "#run";

/// What was found in a folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FolderFinding {
    /// What its files are, if some were read.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<FileSchema>,
    /// Its objects.
    #[serde(rename = "o")]
    pub objects: u64,
    /// Their bytes.
    #[serde(rename = "b")]
    pub bytes: u64,
    /// Their rows, as far as they are known.
    #[serde(rename = "r")]
    pub rows: u64,
}

impl FolderFinding {
    /// The sums over its files.
    pub fn totals(&self) -> FileTotals {
        FileTotals {
            objects: self.objects,
            bytes: self.bytes,
            rows: self.rows,
        }
    }
}

/// A remembered folder.
#[derive(Debug, Clone)]
pub struct RememberedFolder {
    /// Its objects' digest.
    pub digest: Vec<u8>,
    /// What was found; the text as it is stored.
    finding: String,
}

impl RememberedFolder {
    /// What was found. What an older version remembered otherwise is forgotten.
    pub fn finding(&self) -> Option<FolderFinding> {
        serde_json::from_str(&self.finding).ok()
    }
}

/// What a completed run left: if all of it still holds, nothing is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompletedRun {
    /// The crawler's version.
    pub version: i64,
    /// How many folders there were.
    pub folders: usize,
    /// Its tables, and how many partitions each had.
    pub tables: Vec<(String, String, u64)>,
}

/// The memory of one crawler.
#[derive(Debug, Default)]
pub struct CrawlerMemory {
    /// Folders by their URIs.
    pub folders: HashMap<String, RememberedFolder>,
    /// What the last run left, if it was completed.
    pub completed: Option<CompletedRun>,
}

impl CrawlerMemory {
    /// Reads all of it.
    pub async fn read(catalog: &dyn CatalogStore, crawler: &str) -> Result<Self> {
        let mut memory = CrawlerMemory::default();
        // The entry of the run is before every folder.
        let mut after: Option<String> = None;
        loop {
            let from = after.as_deref().unwrap_or("");
            let page = catalog.crawled_folders(crawler, from, PAGE_FOLDERS).await?;
            let is_last = page.len() < PAGE_FOLDERS;
            for folder in page {
                after = Some(folder.folder.clone());
                if folder.folder == RUN {
                    memory.completed = serde_json::from_str(&folder.finding).ok();
                    continue;
                }
                memory.folders.insert(
                    folder.folder,
                    RememberedFolder {
                        digest: folder.digest,
                        finding: folder.finding,
                    },
                );
            }
            if is_last {
                return Ok(memory);
            }
        }
    }
}

/// Remembers that a run was completed.
pub async fn remember_completed(
    catalog: &dyn CatalogStore,
    crawler: &str,
    run: &CompletedRun,
) -> Result<()> {
    let entry = CrawledFolder {
        folder: RUN.to_owned(),
        digest: Vec::new(),
        finding: serde_json::to_string(run)?,
    };
    catalog.put_crawled_folders(crawler, vec![entry]).await
}

/// Forgets it, before anything is changed.
pub async fn forget_completed(catalog: &dyn CatalogStore, crawler: &str) -> Result<()> {
    catalog
        .forget_crawled_folders(crawler, vec![RUN.to_owned()])
        .await
}

/// A folder as it is stored.
pub fn remembered(uri: String, digest: u128, finding: &FolderFinding) -> Result<CrawledFolder> {
    Ok(CrawledFolder {
        folder: uri,
        digest: digest.to_be_bytes().to_vec(),
        finding: serde_json::to_string(finding)?,
    })
}
