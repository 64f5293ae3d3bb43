//! Looks at an include path: lists it, reads what is new in it, and says what each folder holds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures::StreamExt;
use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::QueryStores;

use super::found_table::FoundFolder;
use super::grouping::{DataFolder, key_and_value};
use super::include_path::IncludePath;
use super::listing::{FolderListing, Listing, list_include_path};
use super::memory::{CrawlerMemory, FolderFinding, remembered};
use super::progress::{CrawlPhase, CrawlProgress};
use super::reading::{Classifiers, ObjectFinding, read_object};
use super::schema::{FileFormat, FileSchema};
use super::table_builder::FileTotals;
use crate::error::{CatalogError, Result};
use crate::model::RecrawlBehavior;
use crate::store::CatalogStore;

/// Objects read at once.
const READS_IN_FLIGHT: usize = 16;
/// Folders of one shape that are read; of more, so many spread over all. A lake of 100,000 partitions would take hours.
const FOLDERS_READ_MAX: usize = 1000;
/// Folders up to which more than one object of each is read.
const FEW_FOLDERS: usize = 200;
/// Objects read of each folder unless the target says otherwise.
const OBJECTS_READ: usize = 4;
/// Folders whose findings are remembered at once.
const FOLDERS_REMEMBERED_AT_ONCE: usize = 10_000;

/// What an include path holds.
pub struct Survey {
    /// What was listed.
    pub listing: Listing,
    /// The folders whose format is known.
    pub folders: Vec<FoundFolder>,
    /// The same folders, for grouping.
    pub data: Vec<DataFolder>,
    /// The schemas that folders have.
    pub schemas: Vec<FileSchema>,
    /// Whether every folder is as it was.
    pub is_unchanged: bool,
    /// What there is to say.
    pub notes: Vec<String>,
}

/// What a survey is made with.
pub struct Surveyor<'a> {
    /// The catalog.
    pub catalog: &'a dyn CatalogStore,
    /// The stores.
    pub stores: &'a QueryStores,
    /// The crawler's name.
    pub crawler: &'a str,
    /// What it remembers.
    pub memory: &'a CrawlerMemory,
    /// Which folders are looked at again.
    pub recrawl: RecrawlBehavior,
    /// How text is classified.
    pub classifiers: &'a Arc<Classifiers>,
    /// Where it says how far it is.
    pub progress: &'a CrawlProgress,
    /// Whether what is found may be remembered.
    pub remembers: bool,
}

impl Surveyor<'_> {
    /// Surveys one include path; `only` are the folders that events name, all if it is `None`.
    pub async fn survey(
        &self,
        include: &IncludePath,
        only: Option<&[ObjectUri]>,
    ) -> Result<Survey> {
        self.progress.enter(CrawlPhase::Listing);
        let (_, store) = self.stores.open(&include.uri).await?;
        let mut listing =
            list_include_path(store, include, only, self.catalog, self.progress).await?;
        let known_elsewhere = match only {
            Some(only) => self.add_remembered(&mut listing, only),
            None => 0,
        };
        self.progress.enter(CrawlPhase::Reading);
        let mut findings: Vec<Option<FolderFinding>> = Vec::with_capacity(listing.folders.len());
        let mut changed: Vec<usize> = Vec::new();
        for (index, folder) in listing.folders.iter().enumerate() {
            let known = self.memory.folders.get(&listing.folder_uri(folder));
            let is_kept = known.is_some_and(|known| {
                self.recrawl == RecrawlBehavior::CrawlNewFoldersOnly
                    || known.digest == folder.digest.to_be_bytes()
                    || folder.samples.is_empty()
            });
            let finding = known.filter(|_| is_kept).and_then(|known| known.finding());
            if finding.is_none() {
                changed.push(index);
            }
            findings.push(finding);
        }
        let remembered_here = self
            .memory
            .folders
            .keys()
            .filter(|uri| uri.starts_with(&listing.prefix.to_string()))
            .count();
        let is_unchanged = changed.is_empty()
            && known_elsewhere == 0
            && only.is_none()
            && remembered_here == listing.folders.len();
        let mut survey = Survey {
            listing,
            folders: Vec::new(),
            data: Vec::new(),
            schemas: Vec::new(),
            is_unchanged,
            notes: Vec::new(),
        };
        if !is_unchanged {
            self.read_changed(include, &survey.listing, &changed, &mut findings)
                .await?;
        }
        // Read or not, they are of no more use: a large lake has many.
        for folder in &mut survey.listing.folders {
            folder.samples = Vec::new();
        }
        self.settle(&mut survey, &changed, findings).await?;
        Ok(survey)
    }

    /// Adds the folders that no event names, as they are remembered; returns how many of those named are gone.
    fn add_remembered(&self, listing: &mut Listing, only: &[ObjectUri]) -> usize {
        let prefix = listing.prefix.to_string();
        let named: Vec<String> = only.iter().map(ToString::to_string).collect();
        let listed: HashSet<String> = listing
            .folders
            .iter()
            .map(|folder| listing.folder_uri(folder))
            .collect();
        let mut gone = 0;
        for (uri, known) in &self.memory.folders {
            let Some(below) = uri.strip_prefix(&prefix) else {
                continue;
            };
            if named.iter().any(|folder| uri.starts_with(folder)) {
                gone += usize::from(!listed.contains(uri));
                continue;
            }
            let Some(finding) = known.finding() else {
                continue;
            };
            let digest = <[u8; 16]>::try_from(known.digest.as_slice()).unwrap_or_default();
            listing.folders.push(FolderListing {
                segments: below
                    .split('/')
                    .filter(|segment| !segment.is_empty())
                    .map(str::to_owned)
                    .collect(),
                objects: finding.objects,
                bytes: finding.bytes,
                digest: u128::from_be_bytes(digest),
                samples: Vec::new(),
            });
        }
        listing.folders.sort_by(|a, b| a.segments.cmp(&b.segments));
        gone
    }

    async fn read_changed(
        &self,
        include: &IncludePath,
        listing: &Listing,
        changed: &[usize],
        findings: &mut [Option<FolderFinding>],
    ) -> Result<()> {
        let chosen = spread(listing, changed);
        let per_folder = match include.sample_size {
            Some(size) => size,
            None if chosen.len() <= FEW_FOLDERS => OBJECTS_READ,
            None => 1,
        };
        let mut read = futures::stream::iter(chosen)
            .map(|index| async move {
                let Some(folder) = listing.folders.get(index) else {
                    return (index, None);
                };
                (index, self.read_folder(listing, folder, per_folder).await)
            })
            .buffer_unordered(READS_IN_FLIGHT);
        let mut fresh = Vec::new();
        while let Some((index, finding)) = read.next().await {
            if self.progress.is_stopping() {
                self.remember(std::mem::take(&mut fresh)).await?;
                return Err(CatalogError::CrawlStopped(self.crawler.to_owned()));
            }
            let (Some(finding), Some(folder)) = (finding, listing.folders.get(index)) else {
                continue;
            };
            fresh.push(remembered(
                listing.folder_uri(folder),
                folder.digest,
                &finding,
            )?);
            if fresh.len() >= FOLDERS_REMEMBERED_AT_ONCE {
                self.remember(std::mem::take(&mut fresh)).await?;
            }
            if let Some(place) = findings.get_mut(index) {
                *place = Some(finding);
            }
        }
        self.remember(fresh).await
    }

    async fn remember(&self, folders: Vec<crate::crawler_store::CrawledFolder>) -> Result<()> {
        if folders.is_empty() || !self.remembers {
            return Ok(());
        }
        self.catalog
            .put_crawled_folders(self.crawler, folders)
            .await
    }

    /// Reads some objects of a folder; `None` if none of them told anything.
    async fn read_folder(
        &self,
        listing: &Listing,
        folder: &FolderListing,
        objects: usize,
    ) -> Option<FolderFinding> {
        let mut found: Option<FileSchema> = None;
        let (mut rows, mut bytes) = (0_u64, 0_u64);
        for meta in folder.samples.iter().take(objects) {
            let size = meta.size;
            let uri = listing.base.with_key(meta.location.as_ref());
            let read = read_object(
                Arc::clone(&listing.store),
                &listing.base,
                meta.clone(),
                self.classifiers,
            )
            .await;
            self.progress.object_read();
            let finding = match read {
                Ok(Some(finding)) => finding,
                Ok(None) => {
                    let message = "no classifier knows its format".to_owned();
                    self.progress.object_failed(uri.to_string(), message);
                    continue;
                }
                Err(error) => {
                    self.progress
                        .object_failed(uri.to_string(), error.to_string());
                    continue;
                }
            };
            let ObjectFinding {
                schema,
                rows: own_rows,
            } = finding;
            match &mut found {
                None => found = Some(schema),
                Some(known) if known.format.goes_with(&schema.format) => {
                    known.merge(&schema);
                }
                Some(known) => {
                    let message = format!(
                        "it is {} beside files that are {}; the table of its folder leaves it out",
                        schema.format.classification(),
                        known.format.classification()
                    );
                    self.progress.object_failed(uri.to_string(), message);
                    continue;
                }
            }
            rows = rows.saturating_add(own_rows.unwrap_or(0));
            bytes = bytes.saturating_add(size);
        }
        let schema = found.filter(|schema| schema.format != FileFormat::Unknown)?;
        Some(FolderFinding {
            schema: Some(schema),
            objects: folder.objects,
            bytes: folder.bytes,
            rows: scaled(rows, folder.bytes, bytes),
        })
    }

    /// Gives every folder a schema: its own, or that of the nearest folder of its shape.
    async fn settle(
        &self,
        survey: &mut Survey,
        changed: &[usize],
        mut findings: Vec<Option<FolderFinding>>,
    ) -> Result<()> {
        let mut schema_ids: HashMap<String, usize> = HashMap::new();
        // The last folder of each shape whose schema is known, with its rows and bytes.
        let mut representative: BTreeMap<Vec<String>, (usize, u64, u64)> = BTreeMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut found: Vec<(usize, usize, FileTotals)> = Vec::new();
        for (index, (folder, finding)) in
            survey.listing.folders.iter().zip(&mut findings).enumerate()
        {
            let own = finding.as_mut().and_then(|finding| {
                let totals = finding.totals();
                Some((finding.schema.take()?, totals))
            });
            let Some((schema, totals)) = own else {
                open.push(index);
                continue;
            };
            let text = serde_json::to_string(&schema)?;
            let id = *schema_ids.entry(text).or_insert_with(|| {
                survey.schemas.push(schema);
                survey.schemas.len() - 1
            });
            representative.insert(shape(folder), (id, totals.rows, totals.bytes));
            found.push((index, id, totals));
        }
        let mut unread = Vec::new();
        for index in open {
            let Some(folder) = survey.listing.folders.get(index) else {
                continue;
            };
            let Some((schema, rows, bytes)) = representative.get(&shape(folder)) else {
                survey.notes.push(format!(
                    "{} holds nothing that could be read",
                    survey.listing.folder_uri(folder)
                ));
                continue;
            };
            let totals = FileTotals {
                objects: folder.objects,
                bytes: folder.bytes,
                rows: scaled(*rows, folder.bytes, *bytes),
            };
            unread.push((index, totals));
            found.push((index, *schema, totals));
        }
        found.sort_unstable_by_key(|(index, ..)| *index);
        let mut is_changed = vec![false; survey.listing.folders.len()];
        for index in changed {
            if let Some(flag) = is_changed.get_mut(*index) {
                *flag = true;
            }
        }
        for (listed, schema, totals) in found {
            let Some(folder) = survey.listing.folders.get(listed) else {
                continue;
            };
            survey.data.push(DataFolder {
                segments: folder.segments.clone(),
                schema,
            });
            survey.folders.push(FoundFolder {
                listed,
                schema,
                totals,
                is_unchanged: is_changed.get(listed) == Some(&false),
            });
        }
        self.remember_unread(survey, &unread, &is_changed).await
    }

    async fn remember_unread(
        &self,
        survey: &Survey,
        unread: &[(usize, FileTotals)],
        is_changed: &[bool],
    ) -> Result<()> {
        let fresh: Vec<&(usize, FileTotals)> = unread
            .iter()
            .filter(|(index, _)| is_changed.get(*index) == Some(&true))
            .collect();
        for chunk in fresh.chunks(FOLDERS_REMEMBERED_AT_ONCE) {
            let mut folders = Vec::with_capacity(chunk.len());
            for (index, totals) in chunk {
                let Some(folder) = survey.listing.folders.get(*index) else {
                    continue;
                };
                let finding = FolderFinding {
                    schema: None,
                    objects: totals.objects,
                    bytes: totals.bytes,
                    rows: totals.rows,
                };
                let uri = survey.listing.folder_uri(folder);
                folders.push(remembered(uri, folder.digest, &finding)?);
            }
            self.remember(folders).await?;
        }
        Ok(())
    }
}

/// `rows` of `bytes`, for a folder of another size.
fn scaled(rows: u64, size: u64, bytes: u64) -> u64 {
    let product = u128::from(rows) * u128::from(size);
    product
        .checked_div(u128::from(bytes))
        .and_then(|scaled| u64::try_from(scaled).ok())
        .unwrap_or(0)
}

/// What the names of a folder have in common with those of other partitions of its table: keys without values, numbers as such.
fn shape(folder: &FolderListing) -> Vec<String> {
    folder
        .segments
        .iter()
        .map(|segment| match key_and_value(segment) {
            Some((key, _)) => format!("{key}="),
            None if segment.chars().next().is_some_and(|c| c.is_ascii_digit()) => "0".to_owned(),
            None => segment.clone(),
        })
        .collect()
}

/// The folders to read: all of a shape, or so many spread evenly over them, the first and the last among them.
fn spread(listing: &Listing, changed: &[usize]) -> Vec<usize> {
    let mut by_shape: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for index in changed {
        if let Some(folder) = listing.folders.get(*index) {
            by_shape.entry(shape(folder)).or_default().push(*index);
        }
    }
    let mut chosen = Vec::new();
    for indexes in by_shape.into_values() {
        let count = indexes.len();
        if count <= FOLDERS_READ_MAX {
            chosen.extend(indexes);
            continue;
        }
        let last = FOLDERS_READ_MAX - 1;
        let mut picked: Vec<usize> = (0..FOLDERS_READ_MAX)
            .filter_map(|step| indexes.get(step * (count - 1) / last).copied())
            .collect();
        picked.dedup();
        chosen.extend(picked);
    }
    chosen.sort_unstable();
    chosen
}
