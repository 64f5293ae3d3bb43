//! `ValidEntries`: the catalog's entries of the files that a listing shows, as far as they are of the versions that it shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prismlake_catalog::CatalogStore;
use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::{DataObject, version_of};

use super::kept_entry::folder_of;
use crate::error::Result;

/// Entries by their files' URIs.
#[derive(Debug, Default)]
pub(crate) struct ValidEntries {
    valid: HashMap<String, FileStatistics>,
    /// By folder the names of files that have entries and were not listed.
    unlisted: BTreeMap<String, Vec<String>>,
}

impl ValidEntries {
    /// Looks up the entries of the folders that these files lie in, and of further `folders`.
    pub(crate) async fn look_up<'a>(
        catalog: &dyn CatalogStore,
        listed: impl Iterator<Item = &'a DataObject>,
        mut folders: BTreeSet<ObjectUri>,
    ) -> Result<ValidEntries> {
        let mut versions: HashMap<String, String> = HashMap::new();
        for object in listed {
            folders.insert(folder_of(&object.uri));
            versions.insert(object.uri.to_string(), version_of(&object.meta));
        }
        if folders.is_empty() {
            return Ok(ValidEntries::default());
        }
        let folders = folders.iter().map(ObjectUri::to_string).collect();
        let mut entries = ValidEntries::default();
        for entry in catalog.file_statistics(folders).await? {
            let uri = format!("{}{}", entry.folder, entry.name);
            match versions.get(&uri) {
                Some(version) if *version == entry.version => {
                    entries.valid.insert(uri, entry);
                }
                Some(_) => {}
                None => entries
                    .unlisted
                    .entry(entry.folder)
                    .or_default()
                    .push(entry.name),
            }
        }
        Ok(entries)
    }

    /// Takes out the entry of a listed file.
    pub(crate) fn take(&mut self, object: &DataObject) -> Option<FileStatistics> {
        self.valid.remove(&object.uri.to_string())
    }

    /// Takes out the names of files that have entries and were not listed, by folder.
    pub(crate) fn take_unlisted(&mut self) -> BTreeMap<String, Vec<String>> {
        std::mem::take(&mut self.unlisted)
    }
}
