//! Lists what lies below an include path, in parallel, and sums it up by folder: objects themselves are not held.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::object_uri::Scheme;
use prismlake_connectors::store::{data_objects_at, list_data_objects};
use sha2::{Digest, Sha256};

use super::include_path::IncludePath;
use super::progress::CrawlProgress;
use crate::error::{CatalogError, Result};
use crate::file_name::WrittenBy;
use crate::store::CatalogStore;
use crate::writes::WriteId;

/// Listings under way at once.
const LISTINGS_IN_FLIGHT: usize = 32;
/// Prefixes from which on a level is not gone down further to find more of them.
const PREFIXES_ENOUGH: usize = 16;
/// Levels that are gone down to find prefixes to list side by side.
const LEVELS_MAX: usize = 4;
/// Folders below one prefix from which on an object store is asked for runs of keys instead of each by itself: a request
/// returns a thousand keys, whatever their folders.
const FOLDERS_LISTED_ALONE_MAX: usize = 64;
/// Objects of each folder that are remembered for reading.
const SAMPLES_MAX: usize = 8;
/// Objects whose writes are asked for at once.
const OBJECTS_A_CHECK: usize = 1000;

/// A folder that holds objects.
#[derive(Debug, Clone)]
pub struct FolderListing {
    /// Its names below the include path.
    pub segments: Vec<String>,
    /// How many objects lie directly in it.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Equal if the objects' names, sizes and versions are, whatever order they were listed in.
    pub digest: u128,
    /// Some of its objects: those with the first and the last name, and one of each other name ending.
    pub samples: Vec<ObjectMeta>,
}

impl FolderListing {
    fn new(below: &str) -> Self {
        FolderListing {
            segments: below
                .split('/')
                .filter(|segment| !segment.is_empty())
                .map(str::to_owned)
                .collect(),
            objects: 0,
            bytes: 0,
            digest: 0,
            samples: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, meta: ObjectMeta) {
        self.objects += 1;
        self.bytes += meta.size;
        self.digest = self.digest.wrapping_add(object_digest(name, &meta));
        let ending = name_ending(name);
        let mut same: Vec<usize> = Vec::new();
        for (index, sample) in self.samples.iter().enumerate() {
            if name_ending(sample.location.filename().unwrap_or("")) == ending {
                same.push(index);
            }
        }
        match same.as_slice() {
            [first, last, ..] => {
                // The first and the last name of this ending are kept, in this order.
                let before = |index: &usize| {
                    self.samples
                        .get(*index)
                        .is_some_and(|sample| meta.location < sample.location)
                };
                let (first, last, is_first, is_after) =
                    (*first, *last, before(first), !before(last));
                let replaced = if is_first {
                    Some(first)
                } else if is_after {
                    Some(last)
                } else {
                    None
                };
                if let Some(sample) = replaced.and_then(|index| self.samples.get_mut(index)) {
                    *sample = meta;
                }
            }
            [only] if self.samples.len() < SAMPLES_MAX => {
                let only = *only;
                self.samples.push(meta);
                let last = self.samples.len() - 1;
                let swapped = match (self.samples.get(only), self.samples.get(last)) {
                    (Some(a), Some(b)) => b.location < a.location,
                    _ => false,
                };
                if swapped {
                    self.samples.swap(only, last);
                }
            }
            [] if self.samples.len() < SAMPLES_MAX => self.samples.push(meta),
            _ => {}
        }
    }
}

fn name_ending(name: &str) -> &str {
    name.find('.')
        .and_then(|at| name.get(at..))
        .map(|ending| ending.rsplit_once('.').map_or(ending, |(_, last)| last))
        .unwrap_or("")
}

fn object_digest(name: &str, meta: &ObjectMeta) -> u128 {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([0]);
    hasher.update(meta.size.to_le_bytes());
    match &meta.e_tag {
        Some(tag) => hasher.update(tag.as_bytes()),
        None => hasher.update(meta.last_modified.timestamp_micros().to_le_bytes()),
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

/// What lies below an include path.
pub struct Listing {
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// The root of the store.
    pub base: ObjectUri,
    /// The include path as a prefix.
    pub prefix: ObjectUri,
    /// Whether the include path is one object.
    pub is_one_object: bool,
    /// The folders that hold data, in the order of their paths.
    pub folders: Vec<FolderListing>,
}

impl Listing {
    /// The URI of a folder, with a slash at the end.
    pub fn folder_uri(&self, folder: &FolderListing) -> String {
        self.uri_of(&folder.segments)
    }

    /// The URI of the folder of these names below the include path.
    pub fn uri_of(&self, segments: &[String]) -> String {
        let mut uri = self.prefix.to_string();
        for segment in segments {
            uri.push_str(segment);
            uri.push('/');
        }
        uri
    }
}

/// Lists an include path; `only` are the folders below it that matter, all if it is `None`.
pub async fn list_include_path(
    store: Arc<dyn ObjectStore>,
    include: &IncludePath,
    only: Option<&[ObjectUri]>,
    catalog: &dyn CatalogStore,
    progress: &CrawlProgress,
) -> Result<Listing> {
    let prefix = include.prefix();
    let base = prefix.with_key("");
    let mut folders = Folders {
        prefix: prefix.clone(),
        include,
        by_path: BTreeMap::new(),
        known_writes: HashMap::new(),
    };
    let roots = match only {
        Some(only) => only
            .iter()
            .map(|folder| Run::flat(folder.clone()))
            .collect(),
        None => {
            let (direct, runs) = runs(&store, include, &prefix).await?;
            for object in direct {
                folders.add(catalog, vec![object], progress).await?;
            }
            runs
        }
    };
    let mut chunks = futures::stream::iter(roots)
        .map(|run| run.objects(store.as_ref()))
        .flatten_unordered(LISTINGS_IN_FLIGHT)
        .chunks(OBJECTS_A_CHECK);
    while let Some(chunk) = chunks.next().await {
        let chunk: Vec<ObjectMeta> = chunk.into_iter().collect::<Result<_>>()?;
        folders.add(catalog, chunk, progress).await?;
    }
    drop(chunks);
    let mut is_one_object = false;
    if folders.by_path.is_empty() && only.is_none() {
        for object in data_objects_at(store.as_ref(), &include.uri).await? {
            is_one_object = true;
            let mut folder = FolderListing::new("");
            folder.add(object.uri.file_name(), object.meta);
            folders.by_path.insert(String::new(), folder);
        }
    }
    Ok(Listing {
        store,
        base,
        prefix,
        is_one_object,
        folders: folders.by_path.into_values().collect(),
    })
}

/// The sums of a listing under way.
struct Folders<'a> {
    prefix: ObjectUri,
    include: &'a IncludePath,
    by_path: BTreeMap<String, FolderListing>,
    /// Whether writes of this catalog, whose ids files carry in their names, are committed.
    known_writes: HashMap<WriteId, bool>,
}

impl Folders<'_> {
    async fn add(
        &mut self,
        catalog: &dyn CatalogStore,
        objects: Vec<ObjectMeta>,
        progress: &CrawlProgress,
    ) -> Result<()> {
        let write_of = |meta: &ObjectMeta| {
            let written = WrittenBy::parse(meta.location.filename()?)?;
            (written.catalog == *catalog.catalog_id()).then_some(written.write)
        };
        let unknown: Vec<WriteId> = objects
            .iter()
            .filter_map(write_of)
            .filter(|id| !self.known_writes.contains_key(id))
            .collect();
        if !unknown.is_empty() {
            let snapshot = catalog.snapshot().await?;
            let committed = catalog.committed_writes(unknown.clone(), snapshot).await?;
            for id in unknown {
                self.known_writes.insert(id, committed.contains(&id));
            }
        }
        for meta in objects {
            let visible =
                write_of(&meta).is_none_or(|id| self.known_writes.get(&id) == Some(&true));
            let key = meta.location.as_ref().to_owned();
            let Some(below) = key.strip_prefix(self.prefix.key()) else {
                continue;
            };
            if !visible || !is_crawled(below) || self.include.exclusions.matches(below) {
                continue;
            }
            progress.object_listed();
            let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
            match self.by_path.get_mut(folder) {
                Some(known) => known.add(name, meta),
                None => {
                    let mut new = FolderListing::new(folder);
                    new.add(name, meta);
                    self.by_path.insert(folder.to_owned(), new);
                }
            }
        }
        Ok(())
    }
}

/// Whether a name is one of data: markers, manifests and the rests of unfinished work are not.
fn is_crawled(below: &str) -> bool {
    let name = below
        .rsplit('/')
        .next()
        .unwrap_or(below)
        .to_ascii_lowercase();
    let is_manifest = name == "manifest"
        || name.ends_with(".manifest")
        || name.ends_with("-manifest.csv")
        || name.ends_with("_manifest")
        || below
            .split('/')
            .any(|segment| segment == "symlink_format_manifest");
    let is_rest = name.ends_with(".crc") || name.ends_with(".tmp") || name.ends_with(".inprogress");
    let is_temporary = below.split('/').rev().skip(1).any(|segment| {
        let segment = segment.to_ascii_lowercase();
        matches!(segment.as_str(), "temp" | "tmp" | "temporary")
    });
    !is_manifest && !is_rest && !is_temporary
}

/// Keys that one listing asks for.
struct Run {
    /// Everything below this.
    prefix: ObjectUri,
    /// After this key and before that one, where the prefix is shared.
    between: Option<(Path, Option<Path>)>,
}

impl Run {
    fn flat(prefix: ObjectUri) -> Self {
        Run {
            prefix,
            between: None,
        }
    }

    fn objects(self, store: &dyn ObjectStore) -> BoxStream<'static, Result<ObjectMeta>> {
        let Some((after, before)) = self.between else {
            return list_data_objects(store, &self.prefix)
                .map_ok(|object| object.meta)
                .map_err(Into::into)
                .boxed();
        };
        let path = match self.prefix.store_path() {
            Ok(path) => path,
            Err(error) => return futures::stream::once(async { Err(error.into()) }).boxed(),
        };
        let prefix = self.prefix;
        let parts = path.parts().count();
        store
            .list_with_offset((parts > 0).then_some(&path), &after)
            .map_err(move |error| {
                prismlake_connectors::ConnectorError::from_store(&error, &prefix).into()
            })
            .try_take_while(move |meta| {
                let within = before.as_ref().is_none_or(|before| meta.location < *before);
                futures::future::ready(Ok(within))
            })
            .try_filter(move |meta| {
                let mut below = meta.location.parts().skip(parts);
                let hidden = below.any(|part| part.as_ref().starts_with(['_', '.']));
                // What lies directly below the prefix was seen when its folders were.
                let is_direct = meta.location.parts().count() == parts + 1;
                futures::future::ready(!hidden && !is_direct && meta.size > 0)
            })
            .boxed()
    }
}

/// Goes down a few levels for prefixes to list side by side; returns them, and the objects met on the way.
async fn runs(
    store: &Arc<dyn ObjectStore>,
    include: &IncludePath,
    root: &ObjectUri,
) -> Result<(Vec<ObjectMeta>, Vec<Run>)> {
    let mut direct = Vec::new();
    let mut level = vec![root.clone()];
    for _ in 0..LEVELS_MAX {
        let mut next = Vec::new();
        let mut runs = Vec::new();
        let mut listings = futures::stream::iter(level)
            .map(|folder| async {
                let listed = list_level(store.as_ref(), &folder).await?;
                Ok::<_, CatalogError>((folder, listed))
            })
            .buffered(LISTINGS_IN_FLIGHT);
        while let Some((folder, (objects, names))) = listings.try_next().await? {
            direct.extend(objects);
            let folders: Vec<ObjectUri> = names
                .iter()
                .map(|name| folder.child(&format!("{name}/")))
                .filter(|child| {
                    let below = child.key().strip_prefix(root.key()).unwrap_or("");
                    !include
                        .exclusions
                        .excludes_folder(below.trim_end_matches('/'))
                })
                .collect();
            if folder.scheme() != Scheme::File && folders.len() > FOLDERS_LISTED_ALONE_MAX {
                runs.extend(runs_of_keys(&folder, &folders)?);
            } else {
                next.extend(folders);
            }
        }
        drop(listings);
        if !runs.is_empty() || next.is_empty() || next.len() >= PREFIXES_ENOUGH {
            runs.extend(next.into_iter().map(Run::flat));
            return Ok((direct, runs));
        }
        level = next;
    }
    Ok((direct, level.into_iter().map(Run::flat).collect()))
}

/// Shares out the keys below a folder, cut before some of its own folders.
fn runs_of_keys(parent: &ObjectUri, folders: &[ObjectUri]) -> Result<Vec<Run>> {
    let mut sorted = folders
        .iter()
        .map(|folder| Ok(folder.store_path()?))
        .collect::<Result<Vec<Path>>>()?;
    sorted.sort();
    let length = sorted.len().div_ceil(LISTINGS_IN_FLIGHT).max(1);
    let firsts: Vec<Path> = sorted.iter().step_by(length).cloned().collect();
    Ok(firsts
        .iter()
        .enumerate()
        .map(|(index, first)| Run {
            prefix: parent.clone(),
            between: Some((first.clone(), firsts.get(index + 1).cloned())),
        })
        .collect())
}

/// The objects and the names of the folders directly below one.
async fn list_level(
    store: &dyn ObjectStore,
    folder: &ObjectUri,
) -> Result<(Vec<ObjectMeta>, Vec<String>)> {
    let path = folder.store_path()?;
    let path = (!path.as_ref().is_empty()).then_some(path);
    let listed = match store.list_with_delimiter(path.as_ref()).await {
        Ok(listed) => listed,
        Err(error) => {
            let error = prismlake_connectors::ConnectorError::from_store(&error, folder);
            if error.kind == prismlake_connectors::error::ErrorKind::NoSuchObject
                || folder.scheme() == Scheme::File
            {
                return Ok((Vec::new(), Vec::new()));
            }
            return Err(error.into());
        }
    };
    let objects = listed
        .objects
        .into_iter()
        .filter(|meta| {
            let name = meta.location.filename().unwrap_or("");
            meta.size > 0 && !name.starts_with(['_', '.']) && !name.ends_with("_$folder$")
        })
        .collect();
    let mut names: Vec<String> = listed
        .common_prefixes
        .iter()
        .filter_map(|prefix| Some(prefix.parts().next_back()?.as_ref().to_owned()))
        .filter(|name| !name.starts_with(['_', '.']))
        .collect();
    names.sort_unstable();
    Ok((objects, names))
}
